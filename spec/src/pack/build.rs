//! The words of an image: entries, pointers, biases and steps.

use super::deal::Deal;
use super::{Stage, StepMap};
use crate::arith::{self, CODES};
use crate::config::Config;
use crate::image::{Entry, Image, PeImage, Pointer};
use crate::model::Layer;
use crate::regs::Step;
use std::ops::Range;

/// Appends one PE's part of a column, fillers included. `mine` is (slot, code), slots ascending.
fn push_column(out: &mut Vec<u16>, mine: &[(usize, u8)], config: &Config) {
    let filler = arith::run_symbol(config.run_bits);
    let mut next = 0;
    for &(slot, code) in mine {
        while slot - next > config.max_run() {
            out.push(Entry { run: filler, code: 0 }.encode());
            next += filler as usize;
        }
        out.push(Entry { run: (slot - next) as u32, code }.encode());
        next = slot + 1;
    }
}

/// Per PE, its entries and how many there are in each column of its group.
pub(super) struct Part {
    entries: Vec<Vec<u16>>,
    pub(super) lens: Vec<Vec<u32>>,
}

pub(super) fn encode_part(config: &Config, layer: &Layer, deal: &Deal, columns: &[Option<u32>]) -> Part {
    let pes = config.pes;
    let mut part = Part { entries: vec![Vec::new(); pes], lens: vec![Vec::new(); pes] };
    let lanes = config.row_lanes(deal.split);
    let mut mine = vec![Vec::new(); lanes];
    for (position, column) in columns.iter().enumerate() {
        for (row, code) in column.iter().flat_map(|&j| layer.column(j as usize)) {
            if let Some((lane, slot)) = deal.place(row) {
                mine[lane].push((slot, code));
            }
        }
        // Positions are in the order of pointers for each group.
        let group = config.lane_of(position % pes, deal.split).1;
        for (lane, list) in mine.iter_mut().enumerate() {
            let pe = config.pe_of(lane, group, deal.split);
            let before = part.entries[pe].len();
            push_column(&mut part.entries[pe], list, config);
            part.lens[pe].push((part.entries[pe].len() - before) as u32);
            list.clear();
        }
    }
    part
}

/// Rows of a layer that are computed and drained together, and their entries.
pub(super) struct Piece {
    pub(super) deal: Deal,
    pub(super) part: Part,
}

/// A stage under construction.
pub(super) struct Builder<'a> {
    config: &'a Config,
    pub(super) stage: Stage,
    /// End of the part of the activation memory that is in use.
    act_end: usize,
    /// Where each vector's next inputs are.
    src: Vec<usize>,
    /// How many groups of them, for each piece of the layer that gave them.
    groups: Vec<usize>,
    /// Results go from one end of the activation memory to the other, so that two layers fit that could not be kept both.
    pub(super) from_ends: bool,
}

impl<'a> Builder<'a> {
    /// For these vectors of a batch, none if their inputs do not fit.
    pub(super) fn new(
        config: &'a Config,
        layer: usize,
        vectors: Range<usize>,
        gather: Vec<Option<u32>>,
    ) -> Option<Self> {
        let groups = gather.len() / config.pes;
        let image = Image {
            config_hash: config.hash(),
            pes: vec![PeImage::default(); config.pes],
            codebooks: Vec::new(),
            steps: Vec::new(),
        };
        let src: Vec<usize> = (0..vectors.len()).map(|v| v * groups).collect();
        let act_end = src.len() * groups;
        (act_end <= config.act_depth).then_some(Builder {
            config,
            stage: Stage { image, layer, vectors, gather, steps: Vec::new() },
            act_end,
            src,
            groups: vec![groups],
            from_ends: false,
        })
    }

    /// Where each vector's results can go, a number of words of every PE, without touching what is in use.
    fn allocate(&mut self, words: usize) -> Option<Vec<usize>> {
        let (vectors, depth) = (self.src.len(), self.config.act_depth);
        if !self.from_ends && self.act_end + vectors * words <= depth {
            let bases = (0..vectors).map(|v| self.act_end + v * words).collect();
            self.act_end += vectors * words;
            return Some(bases);
        }
        // Over results of earlier steps, which nothing needs any more. A single vector's only: the others' steps are
        // drained while the next ones are scanned.
        let &[src] = &self.src[..] else { return None };
        let after = src + self.groups.iter().sum::<usize>();
        let base = if words <= src {
            0
        } else if after + words <= depth {
            if self.from_ends {
                depth - words
            } else {
                after
            }
        } else {
            return None;
        };
        for (step, map) in self.stage.image.steps.iter().zip(&mut self.stage.steps) {
            let from = step.dst_base as usize;
            let to = from + (step.slots >> step.split) as usize;
            if step.drain && from < base + words && base < to {
                map.retained = false;
            }
        }
        Some(vec![base])
    }

    /// Whether a layer of these pieces fits besides what is there.
    pub(super) fn fits(&self, pieces: &[Piece], columns: usize, drain: bool) -> bool {
        let (config, image) = (self.config, &self.stage.image);
        let first = &image.pes[0];
        let slots: usize = pieces.iter().map(|p| p.deal.slots).sum();
        let pointers: usize = pieces.iter().map(|p| columns >> p.deal.split).sum();
        // The first piece takes two steps where its inputs come in pieces.
        let steps = pieces.len() + usize::from(self.groups.len() > 1);
        let entries = |pe: usize| {
            let more: usize = pieces.iter().map(|p| p.part.entries[pe].len()).sum();
            image.pes[pe].entries.len() + more <= config.weight_depth
        };
        image.steps.len() + steps * self.src.len() <= config.max_steps
            && image.codebooks.len() < config.codebooks
            && pieces.iter().all(|p| p.deal.slots <= config.acc_depth)
            && first.bias.len() + if drain { slots } else { 0 } <= config.bias_depth
            && first.pointers.len() + pointers <= config.pointers()
            && (0..config.pes).all(entries)
    }

    /// Adds a layer's steps if they fit; changes nothing otherwise. Usually one a vector. In pieces, a single vector
    /// waits less: a piece is drained while the next one is computed, and the next layer begins with the results that
    /// are there.
    pub(super) fn add(&mut self, index: usize, layer: &Layer, pieces: &[Piece], columns: usize, drain: bool) -> bool {
        if !self.fits(pieces, columns, drain) {
            return false;
        }
        let words: Vec<usize> = pieces.iter().map(|p| if drain { p.deal.slots >> p.deal.split } else { 0 }).collect();
        let Some(dst) = self.allocate(words.iter().sum()) else { return false };
        let mut codes = [0; CODES];
        codes[..layer.codebook.len()].copy_from_slice(&layer.codebook);
        self.stage.image.codebooks.push(codes);
        let chained = !self.stage.steps.is_empty();
        let mut offset = 0;
        for (number, (piece, words)) in pieces.iter().zip(&words).enumerate() {
            let dst: Vec<usize> = dst.iter().map(|base| base + offset).collect();
            self.steps(index, layer, piece, number == 0 && chained, &dst, drain);
            self.load(layer, &piece.deal, &piece.part, drain);
            offset += words;
        }
        self.src = dst;
        self.groups = words;
        true
    }

    /// The steps of a piece whose words are about to be loaded. `waits`: its inputs are results of the last steps.
    fn steps(&mut self, index: usize, layer: &Layer, piece: &Piece, waits: bool, dst: &[usize], drain: bool) {
        let image = &mut self.stage.image;
        let (deal, vectors) = (&piece.deal, self.src.len());
        let bias_base = image.pes[0].bias.len();
        let ptr_base = image.pes[0].pointers.len();
        let codebook = (image.codebooks.len() - 1) as u8;
        // Of inputs in pieces, those that are not drained last are taken first.
        let groups: usize = self.groups.iter().sum();
        let last = if waits && self.groups.len() > 1 { self.groups[self.groups.len() - 1] } else { 0 };
        let parts: &[Range<usize>] = &[0..groups - last, groups - last..groups];
        let parts = if last > 0 { parts } else { &parts[..1] };
        for (number, (&src, &dst)) in self.src.iter().zip(dst).enumerate() {
            for (k, part) in parts.iter().enumerate() {
                let drain = drain && k + 1 == parts.len();
                image.steps.push(Step {
                    src_base: (src + part.start) as u16,
                    groups: part.len() as u16,
                    ptr_base: (ptr_base + part.start * self.config.row_lanes(deal.split)) as u16,
                    slots: deal.slots as u16,
                    dst_base: dst as u16,
                    bias_base: bias_base as u16,
                    codebook,
                    shift: layer.shift,
                    activation: layer.activation,
                    drain,
                    // A vector's inputs are results of as many steps before as there are vectors.
                    follows: waits && vectors == 1 && last == 0,
                    after: waits && (vectors == 2 || last > 0),
                    split: deal.split as u8,
                });
                let vector = self.stage.vectors.start + number;
                let rows = if drain { deal.rows.clone() } else { Vec::new() };
                self.stage.steps.push(StepMap { layer: index, vector, rows, retained: true });
            }
        }
    }

    /// Loads a piece's words.
    fn load(&mut self, layer: &Layer, deal: &Deal, part: &Part, drain: bool) {
        let config = self.config;
        for (pe, memory) in self.stage.image.pes.iter_mut().enumerate() {
            let mut start = memory.entries.len() as u32;
            for &len in &part.lens[pe] {
                // An empty column's start is never used, and may be one past the memory's end.
                memory.pointers.push(Pointer { start: if len == 0 { 0 } else { start }, len }.encode(config));
                start += len;
            }
            memory.entries.extend_from_slice(&part.entries[pe]);
            if drain {
                let word = |row: u32| arith::bias_word(layer.bias[row as usize], layer.shift);
                // The first PE of a chain adds the bias; all of them keep their addresses in step. A slot without a
                // row drains to zero, whatever the shift.
                let (lane, _) = config.lane_of(pe, deal.split);
                let groups = 1 << deal.split;
                let row = |slot: usize| {
                    deal.rows[slot / groups * config.pes + config.pe_of(lane, slot % groups, deal.split)]
                };
                memory.bias.extend((0..deal.slots).map(|slot| row(slot).map_or(0, word)));
            }
        }
    }
}
