//! A layer's matrix, ready for its products.

use crate::block::{has_few_codes, lanes_pay_off, may_have_lanes, most_rows, Block, Body};
use crate::isa::Isa;
use crate::kernel::{
    add_columns, add_columns_batch, add_lanes, add_lanes_exact, add_rows_batch, padded, table, Batch, Kernel, Line,
    LANES,
};
use crate::lanes::GROUP;
use crate::number::Number;
use crate::threads::Threads;
use crate::CpuError;
use eie_spec::model::Layer;

/// Kept weights from which a second thread pays off, in columns.
const WORTH_A_THREAD: usize = 32_000;
/// The same in lanes.
const WORTH_A_THREAD_IN_LANES: usize = 100_000;
/// Vectors at a time up to which those for single ones are faster.
const FEW: usize = 4;
/// Rows of a block for batches: their sums for [`LANES`] inputs fit into a first-level cache.
const BATCH_ROWS: usize = 512;

/// How a matrix is laid out, and what computes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Threads, one at least.
    pub threads: usize,
    /// Instructions.
    pub isa: Isa,
    /// Vectors that will come at a time, about: the layout is made for one or for many. Any number is computed
    /// rightly.
    pub batch: usize,
    /// Share of the activations that will not be zero, about. Where it is small, weights are laid out by columns, and
    /// those of zero activations cost nothing (R6); else by rows side by side, where they cost as much as others, but
    /// all of them little. Results are the same but for the rounding of `f32`, whose sums have another order.
    pub activity: f64,
}

impl Default for Options {
    /// One vector at a time, on all cores, with the best instructions. A third of the activations is not zero, as behind
    /// the rectifiers of AlexNet and VGG-16 (EIE, table III).
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Options { threads, isa: Isa::best(), batch: 1, activity: 0.35 }
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

/// Numbers and values of the activations that are not zero.
fn active<T: Number>(x: &[T]) -> impl Iterator<Item = (u32, &T)> {
    x.iter().enumerate().filter(|(_, &x)| !x.is_zero()).map(|(j, x)| (j as u32, x))
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
        let many = options.batch > FEW;
        let threads_for = |worth| if layer.kept() < worth { 1 } else { options.threads.max(1) };
        let mut parts = threads_for(WORTH_A_THREAD_IN_LANES);
        let mut blocks = Vec::new();
        if options.isa >= Isa::Avx512 && !many && may_have_lanes(layer) {
            let ranges = ranges(layer, parts, layer.outputs.max(1));
            blocks = ranges.into_iter().map(|rows| Block::lanes(layer, rows)).collect();
        }
        // Columns are worth it where all vectors together leave many of them out.
        if many && has_few_codes(layer) && (1.0 - options.activity).powi(options.batch.min(LANES) as i32) < 0.5 {
            parts = threads_for(WORTH_A_THREAD);
            blocks =
                ranges(layer, parts, layer.outputs.max(1)).into_iter().map(|rows| Block::rows(layer, rows)).collect();
        } else if blocks.is_empty() || !lanes_pay_off(&blocks, layer.kept(), options.activity) {
            let most = if many { BATCH_ROWS.min(most_rows(codes)) } else { most_rows(codes) };
            parts = threads_for(WORTH_A_THREAD);
            let ranges = ranges(layer, parts, most);
            blocks = ranges.into_iter().map(|rows| Block::columns(layer, rows, many)).collect();
        }
        Ok(Matrix {
            inputs: layer.inputs,
            outputs: layer.outputs,
            codes,
            isa: options.isa,
            threads: Threads::new(parts),
            blocks,
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

    /// How the weights are laid out: `columns`, `lanes`, or for many vectors at a time `rows`.
    pub fn layout(&self) -> &'static str {
        match self.blocks.first().map(|b| &b.body) {
            Some(Body::Lanes(_)) => "lanes",
            Some(Body::Rows(_)) => "rows",
            _ => "columns",
        }
    }

    /// Steps of three entries each for thirty-two rows, padding included; none in columns.
    pub fn steps(&self) -> usize {
        self.blocks.iter().map(Block::steps).sum()
    }

    /// Threads that share a product.
    pub fn threads(&self) -> usize {
        self.threads.count().min(self.blocks.len()).max(1)
    }

    /// `y = W x` for one vector: `codebook` has the values that the codes stand for, `x` `inputs` activations, `y`
    /// room for `outputs` sums. The order of the sums is that of the layout, so they are the same with every number of
    /// threads, and those of integers are the same in any case.
    ///
    /// # Panics
    /// If a length is wrong.
    pub fn multiply<T: Kernel>(&self, codebook: &[T], x: &[T], y: &mut [T]) {
        assert_eq!((codebook.len(), x.len(), y.len()), (self.codes, self.inputs, self.outputs), "lengths");
        let active: Vec<(u32, T)> = match self.layout() {
            "columns" => active(x).map(|(j, &x)| (j, x)).collect(),
            "rows" => return self.multiply_lines(codebook, x, y),
            _ => Vec::new(),
        };
        self.threads.each(self.parts(y), |(block, y)| match &block.body {
            Body::Columns(columns) => {
                let mut sums = vec![T::default(); padded(self.codes)];
                add_columns(self.isa, columns, codebook, &active, &mut sums);
                y.copy_from_slice(&sums[..y.len()]);
            }
            Body::Lanes(lanes) => {
                let mut sums = vec![[T::default(); GROUP]; lanes.groups()];
                add_lanes(self.isa, lanes, &table(codebook), x, &mut sums);
                lanes.place(&sums, y);
            }
            Body::Rows(_) => (),
        });
    }

    /// [`Matrix::multiply`] of 16-bit numbers, exact whatever their size.
    ///
    /// # Panics
    /// If a length is wrong.
    pub fn multiply_exact(&self, codebook: &[i16], x: &[i16], y: &mut [i64]) {
        assert_eq!((codebook.len(), x.len(), y.len()), (self.codes, self.inputs, self.outputs), "lengths");
        if self.layout() != "lanes" {
            let [codebook, x] = [codebook, x].map(|all| all.iter().map(|&n| n.into()).collect::<Vec<i64>>());
            return self.multiply(&codebook, &x, y);
        }
        self.threads.each(self.parts(y), |(block, y)| {
            if let Body::Lanes(lanes) = &block.body {
                let mut sums = vec![[0; GROUP]; lanes.groups()];
                add_lanes_exact(self.isa, lanes, &table(codebook), x, &mut sums);
                lanes.place(&sums, y);
            }
        });
    }

    /// `Y = X W^T` for several vectors: `x` has `batch` rows of `inputs` activations, `y` room for `batch` rows of
    /// `outputs` sums. In columns, those in which all of sixteen vectors are zero cost nothing.
    ///
    /// # Panics
    /// If a length is wrong.
    pub fn multiply_batch<T: Kernel>(&self, codebook: &[T], x: &[T], batch: usize, y: &mut [T]) {
        let lengths = (self.codes, batch * self.inputs, batch * self.outputs);
        assert_eq!((codebook.len(), x.len(), y.len()), lengths, "lengths");
        let at_a_time = if self.layout() == "lanes" { 1 } else { LANES };
        let parts = x.chunks(at_a_time * self.inputs.max(1)).zip(y.chunks_mut(at_a_time * self.outputs.max(1)));
        for (x, y) in parts {
            match x.len() == self.inputs {
                true => self.multiply(codebook, x, y),
                false => self.multiply_lines(codebook, x, y),
            }
        }
    }

    /// Up to [`LANES`] vectors, by columns or rows.
    fn multiply_lines<T: Kernel>(&self, codebook: &[T], x: &[T], y: &mut [T]) {
        let mut lines = vec![[T::default(); LANES]; self.inputs];
        let part = self.inputs.div_ceil(self.threads.count().max(1)).max(1);
        self.threads.each(lines.chunks_mut(part).enumerate(), |(k, lines)| {
            for (lane, x) in x.chunks_exact(self.inputs).enumerate() {
                lines.iter_mut().zip(&x[k * part..]).for_each(|(line, &x)| line[lane] = x);
            }
        });
        let zero = |line: &Line<T>| line.iter().all(|&x| x.is_zero());
        let active: Vec<u32> = match self.layout() {
            "columns" => (0..self.inputs as u32).filter(|&j| !zero(&lines[j as usize])).collect(),
            _ => Vec::new(),
        };
        let batch = Batch { codebook, active: &active, x: &lines };
        self.threads.each(self.parts_of_each(y), |(block, mut y)| {
            let mut sums = vec![[T::default(); LANES]; block.rows.len()];
            match &block.body {
                Body::Columns(columns) => add_columns_batch(self.isa, columns, &batch, &mut sums),
                Body::Rows(rows) => add_rows_batch(self.isa, rows, &batch, &mut sums),
                Body::Lanes(_) => (),
            }
            for (lane, y) in y.iter_mut().enumerate() {
                y.iter_mut().zip(&sums).for_each(|(y, sums)| *y = sums[lane]);
            }
        });
    }

    /// Each block with its part of each vector of results.
    fn parts_of_each<'a, T>(
        &'a self,
        y: &'a mut [T],
    ) -> impl ExactSizeIterator<Item = (&'a Block, Vec<&'a mut [T]>)> {
        let mut left: Vec<&mut [T]> = y.chunks_exact_mut(self.outputs).collect();
        self.blocks.iter().map(move |block| {
            let take = |y: &mut &'a mut [T]| {
                let (mine, rest) = std::mem::take(y).split_at_mut(block.rows.len());
                *y = rest;
                mine
            };
            (block, left.iter_mut().map(take).collect())
        })
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
