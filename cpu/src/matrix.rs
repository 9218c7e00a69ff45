//! A layer's matrix, ready for its products.

use crate::block::{most_rows, Block, Body, GROUP};
use crate::isa::Isa;
use crate::kernel::{add, add_batch, padded, Kernel, LANES};
use crate::threads::Threads;
use crate::CpuError;
use eie_spec::model::Layer;

/// Kept weights from which a second thread pays off.
const WORTH_A_THREAD: usize = 32_000;
/// Rows of a block for batches: their sums for [`LANES`] inputs fit into a first-level cache.
const BATCH_ROWS: usize = 512;

/// How a matrix is laid out, and what computes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Threads, one at least.
    pub threads: usize,
    /// Instructions.
    pub isa: Isa,
    /// Vectors that will come at a time, about: the layout is made for one or for many. Any number is computed
    /// rightly.
    pub batch: usize,
}

impl Default for Options {
    /// One vector at a time, on all cores, with the best instructions.
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Options { threads, isa: Isa::best(), batch: 1 }
    }
}

/// A layer's weights in blocks of rows. See [`Options`].
pub struct Matrix {
    inputs: usize,
    outputs: usize,
    codes: usize,
    isa: Isa,
    threads: Threads,
    blocks: Vec<Block>,
}

/// Ranges of rows with about as many weights in each, and at most so many rows.
fn ranges(layer: &Layer, parts: usize, most: usize) -> Vec<std::ops::Range<usize>> {
    let mut weights = vec![0usize; layer.outputs];
    layer.rows.iter().for_each(|&row| weights[row as usize] += 1);
    // Few more rows than one block can have would be a block of a few, that looks at all columns.
    let parts = parts.max(layer.outputs.div_ceil(most)).max(1);
    let mut ranges = Vec::new();
    let (mut from, mut sum) = (0, 0);
    for (row, &n) in weights.iter().enumerate() {
        sum += n;
        let full = sum * parts >= layer.kept() * (ranges.len() + 1) && ranges.len() + 1 < parts;
        if full || row + 1 - from == most || row + 1 == layer.outputs {
            ranges.push(from..row + 1);
            from = row + 1;
        }
    }
    ranges
}

impl Matrix {
    /// Lays out a layer's weights.
    ///
    /// # Errors
    /// Instructions that this machine does not have.
    pub fn new(layer: &Layer, options: &Options) -> Result<Self, CpuError> {
        let found = Isa::available();
        if !found.contains(&options.isa) {
            return Err(CpuError::Isa { wanted: options.isa, found });
        }
        let codes = layer.codebook.len();
        let parts = if layer.kept() < WORTH_A_THREAD { 1 } else { options.threads.max(1) };
        let many = options.batch > 1;
        let most = if many { BATCH_ROWS.min(most_rows(codes)) } else { most_rows(codes) };
        let block = |rows| Block::new(layer, rows, many, options.isa >= Isa::Avx512);
        Ok(Matrix {
            inputs: layer.inputs,
            outputs: layer.outputs,
            codes,
            isa: options.isa,
            threads: Threads::new(parts),
            blocks: ranges(layer, parts, most).into_iter().map(block).collect(),
        })
    }

    /// Columns.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Rows.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Bytes of the weights in memory.
    pub fn bytes(&self) -> usize {
        self.blocks.iter().map(Block::bytes).sum()
    }

    /// How the weights are laid out: `columns` or `masks`, that of the first rows.
    pub fn layout(&self) -> &'static str {
        match self.blocks.first().map(|b| &b.body) {
            Some(Body::Masks(_)) => "masks",
            _ => "columns",
        }
    }

    /// `y = W x` for one vector: `codebook` has the values that the codes stand for, `x` `inputs` activations, `y`
    /// room for `outputs` sums. Sums are in the order of the columns, so they are the same with every instruction set
    /// and number of threads.
    ///
    /// # Panics
    /// If a length is wrong.
    pub fn multiply<T: Kernel>(&self, codebook: &[T], x: &[T], y: &mut [T]) {
        assert_eq!((codebook.len(), x.len(), y.len()), (self.codes, self.inputs, self.outputs), "lengths");
        let active: Vec<(u32, T)> =
            x.iter().enumerate().filter(|(_, x)| !x.is_zero()).map(|(j, &x)| (j as u32, x)).collect();
        self.threads.each(self.parts(y), |(block, y)| {
            let mut sums = vec![T::default(); padded(block, self.codes)];
            add(self.isa, block, codebook, &active, &mut sums);
            y.copy_from_slice(&sums[..y.len()]);
        });
    }

    /// `Y = X W^T` for several vectors: `x` has `batch` rows of `inputs` activations, `y` room for `batch` rows of
    /// `outputs` sums. Columns in which all of [`LANES`] vectors are zero cost nothing.
    ///
    /// # Panics
    /// If a length is wrong.
    pub fn multiply_batch<T: Kernel>(&self, codebook: &[T], x: &[T], batch: usize, y: &mut [T]) {
        let lengths = (self.codes, batch * self.inputs, batch * self.outputs);
        assert_eq!((codebook.len(), x.len(), y.len()), lengths, "lengths");
        let parts = x.chunks(LANES * self.inputs.max(1)).zip(y.chunks_mut(LANES * self.outputs.max(1)));
        for (x, y) in parts {
            if x.len() == self.inputs {
                self.multiply(codebook, x, y);
                continue;
            }
            let mut lanes = vec![[T::default(); LANES]; self.inputs];
            for (lane, x) in x.chunks_exact(self.inputs).enumerate() {
                lanes.iter_mut().zip(x).for_each(|(lanes, &x)| lanes[lane] = x);
            }
            let active: Vec<u32> =
                (0..self.inputs as u32).filter(|&j| lanes[j as usize].iter().any(|x| !x.is_zero())).collect();
            let mut sums = vec![[T::default(); LANES]; self.outputs];
            self.threads.each(self.parts(&mut sums), |(block, sums)| {
                let mut own = vec![[T::default(); LANES]; block.rows.len().next_multiple_of(GROUP)];
                add_batch(self.isa, block, codebook, &active, &lanes, &mut own);
                sums.copy_from_slice(&own[..sums.len()]);
            });
            for (lane, y) in y.chunks_exact_mut(self.outputs).enumerate() {
                y.iter_mut().zip(&sums).for_each(|(y, sums)| *y = sums[lane]);
            }
        }
    }

    /// Each block with its part of the results.
    fn parts<'a, T>(&'a self, mut y: &'a mut [T]) -> impl ExactSizeIterator<Item = (&'a Block, &'a mut [T])> {
        self.blocks.iter().map(move |block| {
            let (mine, rest) = std::mem::take(&mut y).split_at_mut(block.rows.len());
            y = rest;
            (block, mine)
        })
    }
}
