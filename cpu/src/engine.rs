//! Networks in integers: every output equals the golden model's.

use crate::matrix::{Matrix, Options};
use crate::CpuError;
use eie_host::{Engine, EngineError, SegmentedEngine};
use eie_spec::arith;
use eie_spec::golden::check_input;
use eie_spec::model::{Layer, Model};

/// A layer, laid out; what follows the product stays in `layer`.
struct Prepared {
    layer: Layer,
    matrix: Matrix,
    narrow: Vec<i32>,
    wide: Vec<i64>,
}

/// A chain of fully connected layers. [`CpuEngine::network`] runs any model.
pub struct CpuEngine {
    layers: Vec<Prepared>,
}

impl Prepared {
    fn new(layer: &Layer, options: &Options) -> Result<Self, CpuError> {
        let matrix = Matrix::new(layer, options)?;
        // The weights are in the matrix now.
        let layer = Layer { col_ptr: Vec::new(), rows: Vec::new(), codes: Vec::new(), ..layer.clone() };
        let narrow = layer.codebook.iter().map(|&w| w.into()).collect();
        let wide = layer.codebook.iter().map(|&w| w.into()).collect();
        Ok(Prepared { layer, matrix, narrow, wide })
    }

    /// `batch` vectors of `inputs` activations to as many of `outputs` results.
    fn run(&self, x: &[i16], batch: usize) -> Vec<i16> {
        let most = x.iter().map(|x| u64::from(x.unsigned_abs())).max().unwrap_or(0);
        let results = batch * self.matrix.outputs();
        if self.matrix.layout() == "lanes" {
            let mut sums = vec![0; results];
            let rows = sums.chunks_exact_mut(self.matrix.outputs().max(1));
            for (x, sums) in x.chunks_exact(self.matrix.inputs().max(1)).zip(rows) {
                self.matrix.multiply_exact(&self.layer.codebook, x, sums);
            }
            return self.drain(sums.into_iter());
        }
        // Sums of 32 bits are exact if the result fits, whatever happens on the way (R3).
        if self.layer.certificate.row_abs_sum * most <= i32::MAX as u64 {
            let x: Vec<i32> = x.iter().map(|&x| x.into()).collect();
            let mut sums = vec![0; results];
            self.matrix.multiply_batch(&self.narrow, &x, batch, &mut sums);
            self.drain(sums.into_iter().map(i64::from))
        } else {
            let x: Vec<i64> = x.iter().map(|&x| x.into()).collect();
            let mut sums = vec![0; results];
            self.matrix.multiply_batch(&self.wide, &x, batch, &mut sums);
            self.drain(sums.into_iter())
        }
    }

    fn drain(&self, sums: impl Iterator<Item = i64>) -> Vec<i16> {
        let layer = &self.layer;
        // No sum reaches the accumulator's width: the certificate says so.
        let row = |(sum, &bias)| arith::drain(sum, bias, layer.shift, layer.activation, arith::MAX_ACC_BITS);
        sums.zip(layer.bias.iter().cycle()).map(row).collect()
    }
}

impl CpuEngine {
    /// Lays out a chain of fully connected layers.
    ///
    /// # Errors
    /// Instructions that this machine does not have.
    pub fn new(model: &Model, options: &Options) -> Result<Self, CpuError> {
        let layers = model.layers.iter().map(|layer| Prepared::new(layer, options)).collect::<Result<_, _>>()?;
        Ok(CpuEngine { layers })
    }

    /// Any model: its products on this engine, patches and cells around them.
    ///
    /// # Errors
    /// As [`CpuEngine::new`].
    pub fn network(model: &Model, options: &Options) -> Result<SegmentedEngine<'static>, CpuError> {
        SegmentedEngine::new(model, |part| Ok(Box::new(Self::new(part, options)?) as Box<dyn Engine>))
    }

    /// Several inputs at a time, one after the other in `inputs`: the results of the last layer in the same order.
    ///
    /// # Errors
    /// An input of another length or outside the certified range.
    pub fn run_batch(&self, inputs: &[i16], batch: usize) -> Result<Vec<i16>, EngineError> {
        let first = &self.layers[0].layer;
        check_input(inputs, batch * first.inputs, first.certificate.in_abs_max)?;
        let mut x = inputs.to_vec();
        for layer in &self.layers {
            x = layer.run(&x, batch);
        }
        Ok(x)
    }

    /// Bytes of all weights in memory.
    pub fn bytes(&self) -> usize {
        self.layers.iter().map(|l| l.matrix.bytes()).sum()
    }
}

impl Engine for CpuEngine {
    fn name(&self) -> &str {
        "cpu"
    }

    fn run(&mut self, input: &[i16]) -> Result<Vec<Vec<i16>>, EngineError> {
        let first = &self.layers[0].layer;
        check_input(input, first.inputs, first.certificate.in_abs_max)?;
        let mut results: Vec<Vec<i16>> = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            let x = results.last().map_or(input, Vec::as_slice);
            results.push(layer.run(x, 1));
        }
        Ok(results)
    }
}
