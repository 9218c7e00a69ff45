//! The packer: a model becomes the images that a device of some [`Config`] loads, and what the host must know
//! to feed them.
//!
//! Rows are dealt to PEs so that each has about the same number of weights. An activation's *position* is
//! `slot * pes + pe`: where a row's result lands in the PEs' activation memories. The next layer's columns are
//! stored in the order of those positions, so the dealing is undone at no cost. As many layers as fit run in
//! one *stage*, without the host in between; a layer that does not fit alone is cut into tiles of rows and
//! columns, one stage each. Column tiles of the same rows add up in the accumulators, which only the last of
//! them drains.

use crate::arith::{self, CODES};
use crate::config::Config;
use crate::image::{Entry, Image, PeImage, Pointer};
use crate::model::{Layer, Model, ModelError};
use crate::op::Op;
use crate::regs::Step;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

/// Why a model cannot be packed for a device.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PackError {
    /// The model breaks one of its invariants.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A sum could overflow the device's accumulators.
    #[error(
        "layer {index} ({name}) needs {needed} accumulator bits, the device has {available}: \
         use a device with a larger acc_bits"
    )]
    Accumulator {
        /// Position in the model.
        index: usize,
        /// The layer's name.
        name: String,
        /// From its certificate.
        needed: u32,
        /// `acc_bits` of the configuration.
        available: u32,
    },
    /// A layer is not one product of a matrix that the device can hold.
    #[error("layer {index} ({name}) {why}")]
    Host {
        /// Position in the model.
        index: usize,
        /// The layer's name.
        name: String,
        /// What the device cannot do.
        why: String,
    },
}

/// Everything needed to run a model on a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The device that it is for.
    pub config: Config,
    /// Run in this order.
    pub stages: Vec<Stage>,
    /// Number of outputs of each layer.
    pub outputs: Vec<usize>,
    /// Number of inputs of the first layer.
    pub inputs: usize,
    /// Largest magnitude of an input activation that the first layer's certificate allows.
    pub in_abs_max: u32,
}

/// One image and what it computes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// What to load. Its first step is step 0.
    pub image: Image,
    /// The layer whose inputs the host sends.
    pub layer: usize,
    /// For each input position: which of that layer's inputs goes there. Inputs without weights are left out.
    pub gather: Vec<Option<u32>>,
    /// What each step of the image computes.
    pub steps: Vec<StepMap>,
}

/// Where a step's results belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepMap {
    /// The layer that it computes, or a part of.
    pub layer: usize,
    /// For each output position: the layer's row, none where a PE has no row in that slot. Empty if the step
    /// does not drain.
    pub rows: Vec<Option<u32>>,
    /// Whether the results are still in the activation memory at the end of the stage.
    pub retained: bool,
}

/// Which rows each PE has: `rows[slot * pes + pe]`.
struct Deal {
    slots: usize,
    rows: Vec<Option<u32>>,
    /// (pe, slot) of each row, counted from the first one.
    place: Vec<(u32, u32)>,
    first_row: usize,
}

impl Deal {
    /// Greedy: the heaviest row goes to the PE with the fewest weights that still has a free slot; rows keep
    /// their order within a PE. Neither result depends on anything but the layer and the number of PEs.
    fn new(layer: &Layer, range: Range<usize>, pes: usize) -> Self {
        let count = range.len();
        let slots = count.div_ceil(pes);
        let mut weights = vec![0usize; count];
        for &row in &layer.rows {
            if let Some(w) = (row as usize).checked_sub(range.start).and_then(|r| weights.get_mut(r)) {
                *w += 1;
            }
        }
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|&r| (Reverse(weights[r]), r));
        let mut heap: BinaryHeap<_> = (0..pes).map(|pe| Reverse((0usize, 0usize, pe))).collect();
        let mut of_pe = vec![Vec::new(); pes];
        for row in order {
            let Some(Reverse((load, rows, pe))) = heap.pop() else { break };
            of_pe[pe].push(row);
            if rows + 1 < slots {
                heap.push(Reverse((load + weights[row], rows + 1, pe)));
            }
        }
        let mut rows = vec![None; slots * pes];
        let mut place = vec![(0, 0); count];
        for (pe, mine) in of_pe.iter_mut().enumerate() {
            mine.sort_unstable();
            for (slot, &row) in mine.iter().enumerate() {
                rows[slot * pes + pe] = Some((range.start + row) as u32);
                place[row] = (pe as u32, slot as u32);
            }
        }
        Deal { slots, rows, place, first_row: range.start }
    }

    fn place(&self, row: usize) -> Option<(usize, usize)> {
        let &(pe, slot) = self.place.get(row.checked_sub(self.first_row)?)?;
        Some((pe as usize, slot as usize))
    }
}

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

/// Per PE, the entries of each position's column and how many there are.
struct Part {
    entries: Vec<Vec<u16>>,
    lens: Vec<Vec<u32>>,
}

fn encode_part(config: &Config, layer: &Layer, deal: &Deal, columns: &[Option<u32>]) -> Part {
    let mut part =
        Part { entries: vec![Vec::new(); config.pes], lens: vec![Vec::with_capacity(columns.len()); config.pes] };
    let mut mine = vec![Vec::new(); config.pes];
    for column in columns {
        for (row, code) in column.iter().flat_map(|&j| layer.column(j as usize)) {
            if let Some((pe, slot)) = deal.place(row) {
                mine[pe].push((slot, code));
            }
        }
        for (pe, list) in mine.iter_mut().enumerate() {
            let before = part.entries[pe].len();
            push_column(&mut part.entries[pe], list, config);
            part.lens[pe].push((part.entries[pe].len() - before) as u32);
            list.clear();
        }
    }
    part
}

/// A stage under construction.
struct Builder<'a> {
    config: &'a Config,
    stage: Stage,
    /// End of the part of the activation memory that is in use.
    act_end: usize,
    /// Where the next step's inputs are, and how many groups of them.
    src: (usize, usize),
}

impl<'a> Builder<'a> {
    fn new(config: &'a Config, layer: usize, gather: Vec<Option<u32>>) -> Self {
        let groups = gather.len() / config.pes;
        let image = Image {
            config_hash: config.hash(),
            pes: vec![PeImage::default(); config.pes],
            codebooks: Vec::new(),
            steps: Vec::new(),
        };
        Builder {
            config,
            stage: Stage { image, layer, gather, steps: Vec::new() },
            act_end: groups,
            src: (0, groups),
        }
    }

    /// Where `slots` results can go without touching the inputs in use.
    fn allocate(&mut self, slots: usize) -> Option<usize> {
        let (src, groups) = self.src;
        if self.act_end + slots <= self.config.act_depth {
            let base = self.act_end;
            self.act_end += slots;
            return Some(base);
        }
        // Over results of earlier steps, which nothing needs any more.
        let after = src + groups;
        let base = if slots <= src {
            0
        } else if after + slots <= self.config.act_depth {
            after
        } else {
            return None;
        };
        for (step, map) in self.stage.image.steps.iter().zip(&mut self.stage.steps) {
            let (from, to) = (step.dst_base as usize, (step.dst_base + step.slots) as usize);
            if step.drain && from < base + slots && base < to {
                map.retained = false;
            }
        }
        Some(base)
    }

    /// Adds a step if it fits; changes nothing otherwise.
    fn add(&mut self, index: usize, layer: &Layer, deal: Deal, columns: &[Option<u32>], drain: bool) -> bool {
        let config = self.config;
        let image = &self.stage.image;
        let bias_base = image.pes[0].bias.len();
        let ptr_base = image.pes[0].pointers.len();
        let fits = image.steps.len() < config.max_steps
            && deal.slots <= config.acc_depth
            && bias_base + if drain { deal.slots } else { 0 } <= config.bias_depth
            && ptr_base + columns.len() <= config.ptr_depth;
        if !fits {
            return false;
        }
        let part = encode_part(config, layer, &deal, columns);
        let entries_fit =
            image.pes.iter().zip(&part.entries).all(|(p, e)| p.entries.len() + e.len() <= config.weight_depth);
        if !entries_fit {
            return false;
        }
        let Some(dst_base) = self.allocate(if drain { deal.slots } else { 0 }) else { return false };
        let image = &mut self.stage.image;
        for (pe, memory) in image.pes.iter_mut().enumerate() {
            let mut start = memory.entries.len() as u32;
            for &len in &part.lens[pe] {
                // An empty column's start is never used, and may be one past the memory's end.
                memory.pointers.push(Pointer { start: if len == 0 { 0 } else { start }, len }.encode(config));
                start += len;
            }
            memory.entries.extend_from_slice(&part.entries[pe]);
            if drain {
                let word = |row: u32| arith::bias_word(layer.bias[row as usize], layer.shift);
                let slots = deal.rows.iter().skip(pe).step_by(config.pes);
                // A slot without a row drains to zero, whatever the shift.
                memory.bias.extend(slots.map(|row| row.map_or(0, word)));
            }
        }
        let mut codebook = [0; CODES];
        codebook[..layer.codebook.len()].copy_from_slice(&layer.codebook);
        image.codebooks.push(codebook);
        image.steps.push(Step {
            src_base: self.src.0 as u16,
            groups: self.src.1 as u16,
            ptr_base: ptr_base as u16,
            slots: deal.slots as u16,
            dst_base: dst_base as u16,
            bias_base: bias_base as u16,
            codebook: (image.codebooks.len() - 1) as u8,
            shift: layer.shift,
            activation: layer.activation,
            drain,
        });
        self.src = (dst_base, deal.slots);
        let rows = if drain { deal.rows } else { Vec::new() };
        self.stage.steps.push(StepMap { layer: index, rows, retained: true });
        true
    }
}

/// Positions for the inputs that have weights in these rows, in their order, filled up to whole groups.
fn gather_inputs(layer: &Layer, deal: &Deal, inputs: Range<usize>, pes: usize) -> Vec<Option<u32>> {
    let used = |&j: &usize| layer.column(j).any(|(row, _)| deal.place(row).is_some());
    let mut positions: Vec<_> = inputs.filter(used).map(|j| Some(j as u32)).collect();
    positions.resize(positions.len().div_ceil(pes) * pes, None);
    positions
}

/// Packs a model for a device. Every valid model fits every valid configuration, in tiles if need be.
///
/// # Errors
/// A model that breaks its invariants, or whose certificates ask for wider accumulators.
pub fn pack(model: &Model, config: &Config) -> Result<Program, PackError> {
    model.check()?;
    for (index, layer) in model.layers.iter().enumerate() {
        let host = |why| Err(PackError::Host { index, name: layer.name.clone(), why });
        if layer.op != Op::Linear {
            return host("is not fully connected: pack the segments of the model, whose products are".into());
        }
        if !layer.fits_device() {
            let found = layer.codebook.len();
            return host(format!("has {found} codebook entries, a device takes {CODES}: it runs on the host only"));
        }
        let (needed, available) = (layer.certificate.acc_bits, config.acc_bits);
        if needed > available {
            return Err(PackError::Accumulator { index, name: layer.name.clone(), needed, available });
        }
    }
    let mut stages = Vec::new();
    let mut index = 0;
    while index < model.layers.len() {
        match chain(model, config, index) {
            Some(stage) => {
                index += stage.steps.len();
                stages.push(stage);
            }
            None => {
                tile(config, index, &model.layers[index], &mut stages);
                index += 1;
            }
        }
    }
    Ok(Program {
        config: config.clone(),
        stages,
        outputs: model.layers.iter().map(|l| l.outputs).collect(),
        inputs: model.inputs(),
        in_abs_max: model.layers[0].certificate.in_abs_max,
    })
}

/// As many whole layers as fit together, none if not even the first one does.
fn chain(model: &Model, config: &Config, first: usize) -> Option<Stage> {
    let pes = config.pes;
    let layer = &model.layers[first];
    let deal = Deal::new(layer, 0..layer.outputs, pes);
    let mut columns = gather_inputs(layer, &deal, 0..layer.inputs, pes);
    if columns.len() / pes > config.act_depth {
        return None;
    }
    let mut builder = Builder::new(config, first, columns.clone());
    for (index, layer) in model.layers.iter().enumerate().skip(first) {
        let deal = Deal::new(layer, 0..layer.outputs, pes);
        let outputs = deal.rows.clone();
        if !builder.add(index, layer, deal, &columns, true) {
            break;
        }
        columns = outputs;
    }
    (!builder.stage.steps.is_empty()).then_some(builder.stage)
}

/// Cuts a layer into tiles: rows that fit the accumulators, and for these as many columns at a time as fit.
fn tile(config: &Config, index: usize, layer: &Layer, stages: &mut Vec<Stage>) {
    let pes = config.pes;
    // Half of the activation memory for results at most, the rest for inputs.
    let slots = config.acc_depth.min(config.act_depth / 2);
    let groups = (config.act_depth - slots).min(config.ptr_depth / pes);
    for first in (0..layer.outputs).step_by(slots * pes) {
        let rows = first..layer.outputs.min(first + slots * pes);
        let deal = || Deal::new(layer, rows.clone(), pes);
        let columns = gather_inputs(layer, &deal(), 0..layer.inputs, pes);
        let mut rest = &columns[..];
        loop {
            let mut take = rest.len().min(groups * pes);
            // Fewer columns until the weights fit. One group always does if one column fits alone.
            loop {
                let piece = fill_groups(&rest[..take], pes);
                let mut builder = Builder::new(config, index, piece.clone());
                if builder.add(index, layer, deal(), &piece, take == rest.len()) {
                    stages.push(builder.stage);
                    break;
                }
                take = take.div_ceil(2);
            }
            rest = &rest[take..];
            if rest.is_empty() {
                break;
            }
        }
    }
}

fn fill_groups(columns: &[Option<u32>], pes: usize) -> Vec<Option<u32>> {
    let mut columns = columns.to_vec();
    columns.resize(columns.len().div_ceil(pes) * pes, None);
    columns
}

/// The unpacker: what a program's images say about each layer's weights, as (row, column, value), sorted.
///
/// The inverse of [`pack`], from the images' words: a check that packing lost nothing.
pub fn unpack(program: &Program) -> Vec<Vec<(u32, u32, i16)>> {
    let config = &program.config;
    let mut layers = vec![Vec::new(); program.outputs.len()];
    for (number, stage) in program.stages.iter().enumerate() {
        let mut columns = &stage.gather;
        for (step, map) in stage.image.steps.iter().zip(&stage.steps) {
            // A step that does not drain shares its rows with the next one that does.
            let later = program.stages[number..].iter().flat_map(|s| &s.steps);
            let rows = match map.rows.is_empty() {
                false => &map.rows,
                true => later.map(|m| &m.rows).find(|r| !r.is_empty()).unwrap_or(&map.rows),
            };
            let codebook = &stage.image.codebooks[step.codebook as usize];
            for (pe, memory) in stage.image.pes.iter().enumerate() {
                for (position, column) in columns.iter().enumerate() {
                    let word = memory.pointers[step.ptr_base as usize + position];
                    let Pointer { start, len } = Pointer::decode(word, config);
                    let mut next = 0;
                    for &word in &memory.entries[start as usize..(start + len) as usize] {
                        let entry = Entry::decode(word);
                        let slot = next + entry.run as usize;
                        let filler = entry.is_filler(config.run_bits);
                        next = slot + usize::from(!filler);
                        if let (false, Some(&Some(row)), &Some(j)) =
                            (filler, rows.get(slot * config.pes + pe), column)
                        {
                            layers[map.layer].push((row, j, codebook[entry.code as usize]));
                        }
                    }
                }
            }
            columns = &map.rows;
        }
    }
    for list in &mut layers {
        list.sort_unstable();
    }
    layers
}
