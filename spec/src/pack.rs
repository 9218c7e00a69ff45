//! The packer: a model becomes the images that a device of some [`Config`] loads, and what the host must know
//! to feed them.
//!
//! Rows are dealt to PEs so that each has about the same number of weights, over all and in each column. For each layer the packer chooses over
//! how many groups of PEs to split the columns, too: fewer rows each and more of them side by side, where that takes
//! fewer cycles. An activation's *position* is `place * pes + pe`: where a row's result lands in the PEs' activation
//! memories. The next layer's columns are stored in the order of those positions, so the dealing is undone at no
//! cost. As many layers as fit run in one *stage*, without the host in between; a layer that does not fit alone is cut
//! into tiles of rows and columns, one stage each. Column tiles of the same rows add up in the accumulators, which
//! only the last of them drains.
//!
//! A single vector's layer can be cut into two *pieces* of rows, a step each: the first one is drained while the second
//! is computed, and the next layer begins with the first one's results while the second is drained. So nobody waits for
//! the way from the accumulators to the next broadcast. Which layers gain by that is tried on the cycle model.
//!
//! Of a batch of vectors, each layer takes all of them one after the other, so that one is computed while the one
//! before is drained: then no layer waits for its inputs.

mod balance;
mod build;
mod choose;
mod deal;
mod unpack;

use crate::arith::{Activation, CODES};
use crate::config::Config;
use crate::image::Image;
use crate::model::{Model, ModelError};
use crate::op::Op;
use build::{encode_part, Builder, Piece};
use deal::{cycles, gather_inputs, Deal};
use std::ops::{Range, RangeInclusive};

pub use balance::deal_rows;
pub use unpack::unpack;

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
    /// Vectors that are run together.
    pub vectors: usize,
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
    /// The vectors of the batch that it runs.
    pub vectors: Range<usize>,
    /// For each input position: which of that layer's inputs goes there. Inputs without weights are left out.
    /// Each vector has as many positions, one vector after the other.
    pub gather: Vec<Option<u32>>,
    /// What each step of the image computes.
    pub steps: Vec<StepMap>,
}

impl Stage {
    /// The steps that one start command runs: all of them if all results are still there at the end, else each.
    pub fn runs(&self) -> Vec<RangeInclusive<usize>> {
        match self.steps.iter().all(|s| s.retained) {
            true => vec![0..=self.steps.len() - 1],
            false => (0..self.steps.len()).map(|k| k..=k).collect(),
        }
    }
}

impl Program {
    /// Stages that are run together for a batch, before the next batch: each but the last leaves its sums in the
    /// accumulators. A unit is run for all batches before the next unit, so that its words are loaded once where it is one stage.
    pub fn units(&self) -> Vec<Range<usize>> {
        let (mut units, mut begin) = (Vec::new(), 0);
        for (number, stage) in self.stages.iter().enumerate() {
            if stage.image.steps.last().is_none_or(|step| step.drain) {
                units.push(begin..number + 1);
                begin = number + 1;
            }
        }
        units
    }
}

/// Where a step's results belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepMap {
    /// The layer that it computes, or a part of.
    pub layer: usize,
    /// The vector of the batch.
    pub vector: usize,
    /// For each output position: the layer's row, none where a PE has no row in that slot. Empty if the step
    /// does not drain.
    pub rows: Vec<Option<u32>>,
    /// Whether the results are still in the activation memory at the end of the stage.
    pub retained: bool,
}

/// How to pack, where there is a choice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Vectors to run together, as far as they fit: at least 1.
    pub vectors: usize,
    /// Logarithm of the number of column groups of every layer; none to choose the fastest for each.
    pub split: Option<u32>,
    /// One row in so many, of every layer but the last, is in the second piece; 0 or 1 for no pieces, none to choose.
    pub tail: Option<usize>,
    /// Share of the inputs that are not zero, as far as it is known: what is fastest depends on it.
    pub activity: f64,
}

/// Share of activations that are not zero, where it is not known.
const USUAL_ACTIVITY: f64 = 0.4;

impl Default for Options {
    fn default() -> Self {
        Options { vectors: 1, split: None, tail: None, activity: USUAL_ACTIVITY }
    }
}

/// [`pack_with`] the default options.
///
/// # Errors
/// Those of [`pack_with`].
pub fn pack(model: &Model, config: &Config) -> Result<Program, PackError> {
    pack_with(model, config, &Options::default())
}

/// Packs a model for a device. Every valid model fits every valid configuration, in tiles if need be.
///
/// # Errors
/// A model that breaks its invariants, or whose certificates ask for wider accumulators.
pub fn pack_with(model: &Model, config: &Config, options: &Options) -> Result<Program, PackError> {
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
    let vectors = options.vectors.max(1);
    let splits = splits(config, options);
    let mut packer = Packer { model, config, splits, plan: Vec::new(), activity: options.activity, from_ends: false };
    let program = choose::fewest_stages(&mut packer, vectors);
    Ok(choose::better(&mut packer, vectors, options.tail, program))
}

/// Logarithms of the numbers of column groups to choose from.
fn splits(config: &Config, options: &Options) -> Range<u32> {
    let most = config.max_split();
    options.split.map_or(0..most + 1, |s| s.min(most)..s.min(most) + 1)
}

/// How a layer is computed.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Choice {
    /// Logarithm of the number of column groups.
    split: u32,
    /// So many of the last rows are a piece of their own, drained after the others,
    tail: usize,
    /// with this split.
    tail_split: u32,
}

struct Packer<'a> {
    model: &'a Model,
    config: &'a Config,
    /// To choose from.
    splits: Range<u32>,
    /// What has been chosen for each layer; empty if nothing has.
    plan: Vec<Choice>,
    activity: f64,
    /// See [`Builder`].
    from_ends: bool,
}

impl Packer<'_> {
    /// The model's program for so many vectors together.
    fn program(&self, vectors: usize) -> Program {
        let (model, config) = (self.model, self.config);
        let mut stages = Vec::new();
        let mut index = 0;
        while index < model.layers.len() {
            if let Some((stage, layers)) = self.chain(index, model.layers.len(), 0..vectors) {
                index += layers;
                stages.push(stage);
                continue;
            }
            // Together the vectors do not fit.
            for vector in 0..vectors {
                match self.chain(index, index + 1, vector..vector + 1) {
                    Some((stage, _)) => stages.push(stage),
                    None => self.tile(index, vector, &mut stages),
                }
            }
            index += 1;
        }
        Program {
            config: config.clone(),
            vectors,
            stages,
            outputs: model.layers.iter().map(|l| l.outputs).collect(),
            inputs: model.inputs(),
            in_abs_max: model.layers[0].certificate.in_abs_max,
        }
    }

    /// As many whole layers before `end` as fit together, none if not even the first one does.
    fn chain(&self, first: usize, end: usize, vectors: Range<usize>) -> Option<(Stage, usize)> {
        let config = self.config;
        let layer = &self.model.layers[first];
        let mut columns = gather_inputs(layer, &(0..layer.outputs), config.pes);
        let mut builder = Builder::new(config, first, vectors, columns.clone())?;
        builder.from_ends = self.from_ends;
        let mut layers = 0;
        for (index, layer) in self.model.layers.iter().enumerate().take(end).skip(first) {
            let Some(pieces) = self.fastest(&builder, index, &columns) else { break };
            if !builder.add(index, layer, &pieces, columns.len(), true) {
                break;
            }
            columns = pieces.into_iter().flat_map(|p| p.deal.rows).collect();
            layers += 1;
        }
        (layers > 0).then_some((builder.stage, layers))
    }

    /// The dealing of a layer's rows that takes the fewest cycles of those that fit, or the one that was chosen.
    fn fastest(&self, builder: &Builder, index: usize, columns: &[Option<u32>]) -> Option<Vec<Piece>> {
        let layer = &self.model.layers[index];
        let piece = |rows: Range<usize>, split: u32, loads: &[u32]| {
            let deal = Deal::new(layer, rows, columns, self.config, split, loads);
            Piece { part: encode_part(self.config, layer, &deal, columns), deal }
        };
        if let Some(&Choice { split, tail, tail_split }) = self.plan.get(index) {
            let whole = layer.outputs - tail;
            let mut pieces = vec![piece(0..whole, split, &[])];
            if tail > 0 {
                let loads: Vec<u32> = pieces[0].part.lens.iter().map(|lens| lens.iter().sum()).collect();
                pieces.push(piece(whole..layer.outputs, tail_split, &loads));
            }
            return builder.fits(&pieces, columns.len(), true).then_some(pieces);
        }
        let activity = match index.checked_sub(1).map(|before| self.model.layers[before].activation) {
            None => self.activity,
            Some(Activation::Relu) => USUAL_ACTIVITY,
            Some(Activation::Identity) => 1.0,
        };
        let mut best: Option<(u64, Vec<Piece>)> = None;
        for split in self.splits.clone() {
            let pieces = vec![piece(0..layer.outputs, split, &[])];
            if builder.fits(&pieces, columns.len(), true) {
                // A single vector waits for the drain; of several, another one is computed meanwhile.
                let drain = if builder.stage.vectors.len() == 1 { pieces[0].deal.slots as u64 } else { 0 };
                let cost = cycles(self.config, &pieces[0].part.lens, split, activity) + drain;
                if best.as_ref().is_none_or(|b| cost < b.0) {
                    best = Some((cost, pieces));
                }
            }
        }
        best.map(|(_, pieces)| pieces)
    }

    /// Cuts a layer into tiles: rows that fit the accumulators, and for these as many columns at a time as fit.
    fn tile(&self, index: usize, vector: usize, stages: &mut Vec<Stage>) {
        let (config, layer) = (self.config, &self.model.layers[index]);
        let pes = config.pes;
        // Half of the activation memory for results at most, the rest for inputs.
        let slots = config.acc_depth.min(config.act_depth / 2);
        let groups = (config.act_depth - slots).min(config.pointers() / pes);
        for first in (0..layer.outputs).step_by(slots * pes) {
            let rows = first..layer.outputs.min(first + slots * pes);
            let columns = gather_inputs(layer, &rows, pes);
            let deal = Deal::new(layer, rows, &columns, config, 0, &[]);
            let mut rest = &columns[..];
            loop {
                let mut take = rest.len().min(groups * pes);
                // Fewer columns until the weights fit. One group always does if one column fits alone.
                loop {
                    let piece = fill_groups(&rest[..take], pes);
                    let part = encode_part(config, layer, &deal, &piece);
                    let pieces = [Piece { deal: deal.clone(), part }];
                    let last = take == rest.len();
                    let builder = Builder::new(config, index, vector..vector + 1, piece.clone());
                    let added = builder.and_then(|mut builder| {
                        builder.add(index, layer, &pieces, piece.len(), last).then_some(builder.stage)
                    });
                    if let Some(stage) = added {
                        stages.push(stage);
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
}

fn fill_groups(columns: &[Option<u32>], pes: usize) -> Vec<Option<u32>> {
    let mut columns = columns.to_vec();
    columns.resize(columns.len().div_ceil(pes) * pes, None);
    columns
}
