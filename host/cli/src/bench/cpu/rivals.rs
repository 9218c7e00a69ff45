//! What the CPU engine is compared with: dense products by `gemm`, candle, `faer` and `matrixmultiply`, sparse ones by
//! `sprs` and `faer`.

use anyhow::Result;
use candle_core::{Device, Tensor};
use eie_spec::model::Layer;
use faer::sparse::linalg::matmul::sparse_dense_matmul;
use faer::sparse::{SparseRowMatRef, SymbolicSparseRowMatRef};
use faer::{Accum, MatMut, MatRef, Par};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Times in microseconds, by library.
pub type Times = BTreeMap<String, Vec<f64>>;

/// Runs something so many times.
pub fn times(reps: usize, mut run: impl FnMut()) -> Vec<f64> {
    let one = |_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64() * 1e6
    };
    (0..reps).map(one).collect()
}

/// Compressed sparse rows.
struct Rows {
    ptr: Vec<u32>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

/// How long libraries' threads may go on waiting for work when there is none, and take the cores from others.
const REST: Duration = Duration::from_millis(30);

/// How long a library runs before it is timed: systems that keep threads together on few cores take some time to see
/// that they are worth more.
const WARM_UP: Duration = Duration::from_millis(60);

/// [`times`], when other libraries' threads have gone to sleep and this one's are at work.
pub fn settled(reps: usize, mut run: impl FnMut()) -> Vec<f64> {
    std::thread::sleep(REST);
    let since = Instant::now();
    while since.elapsed() < WARM_UP {
        run();
    }
    times(reps, run)
}

/// A layer's weights for other libraries.
pub struct Rivals {
    outputs: usize,
    inputs: usize,
    threads: usize,
    dense: Vec<f32>,
    tensor: Tensor,
    /// All rows.
    csr: Rows,
    /// A part for each thread.
    parts: Vec<sprs::CsMatI<f32, u32>>,
}

fn sparse_rows(dense: &[f32], inputs: usize) -> Rows {
    let mut rows = Rows { ptr: vec![0], columns: Vec::new(), values: Vec::new() };
    for row in dense.chunks_exact(inputs) {
        for (j, &w) in row.iter().enumerate().filter(|(_, &w)| w != 0.0) {
            rows.columns.push(j as u32);
            rows.values.push(w);
        }
        rows.ptr.push(rows.values.len() as u32);
    }
    rows
}

impl Rivals {
    /// Libraries of dense products.
    pub const DENSE: [&str; 5] = ["gemm", "candle", "faer", "matrixmultiply", "openblas"];
    /// Libraries of sparse products.
    pub const SPARSE: [&str; 4] = ["sprs", "faer-sparse", "scipy", "mkl"];

    /// Expands a layer's weights.
    ///
    /// # Errors
    /// If candle has no memory for them.
    pub fn new(layer: &Layer, threads: usize) -> Result<Self> {
        let (inputs, outputs) = (layer.inputs, layer.outputs);
        let dense: Vec<f32> = layer.dense().into_iter().map(f32::from).collect();
        let part = |rows: &[f32]| {
            let csr = sparse_rows(rows, inputs);
            sprs::CsMatI::new((rows.len() / inputs, inputs), csr.ptr, csr.columns, csr.values)
        };
        let parts = dense.chunks(outputs.div_ceil(threads) * inputs).map(part).collect();
        let tensor = Tensor::from_slice(&dense, (outputs, inputs), &Device::Cpu)?;
        Ok(Rivals { outputs, inputs, threads, csr: sparse_rows(&dense, inputs), dense, tensor, parts })
    }

    /// All dense products in turn, and a result to compare with: `y` has `batch` rows of results, as `x` of activations.
    ///
    /// # Errors
    /// If candle fails.
    pub fn dense(&self, x: &[f32], batch: usize, reps: usize, y: &mut [f32]) -> Result<Times> {
        let mut all = Times::new();
        all.insert("gemm".into(), settled(reps, || self.gemm(x, batch, y)));
        let mut other = vec![0.0; y.len()];
        let xs = Tensor::from_slice(x, (batch, self.inputs), &Device::Cpu)?;
        let transposed = self.tensor.t()?;
        let mut product = Ok(xs.clone());
        all.insert("candle".into(), settled(reps, || product = xs.matmul(&transposed)));
        let product: Vec<f32> = product?.flatten_all()?.to_vec1()?;
        check("candle", &product, y)?;
        all.insert("faer".into(), settled(reps, || self.faer(x, batch, &mut other)));
        check("faer", &other, y)?;
        all.insert("matrixmultiply".into(), settled(reps, || self.matrixmultiply(x, batch, &mut other)));
        check("matrixmultiply", &other, y)?;
        Ok(all)
    }

    /// All sparse products of one vector in turn.
    ///
    /// # Errors
    /// One that is not `y`.
    pub fn sparse(&self, pool: &rayon::ThreadPool, x: &[f32], reps: usize, y: &[f32]) -> Result<Times> {
        let mut all = Times::new();
        let mut other = vec![0.0; y.len()];
        all.insert("sprs".into(), settled(reps, || self.sprs(pool, x, &mut other)));
        check("sprs", &other, y)?;
        all.insert("faer-sparse".into(), settled(reps, || self.faer_sparse(x, &mut other)));
        check("faer-sparse", &other, y)?;
        Ok(all)
    }

    fn par(&self) -> Par {
        match self.threads {
            1 => Par::Seq,
            n => Par::rayon(n),
        }
    }

    fn faer(&self, x: &[f32], batch: usize, y: &mut [f32]) {
        let weights = MatRef::from_row_major_slice(&self.dense, self.outputs, self.inputs);
        let x = MatRef::from_column_major_slice(x, self.inputs, batch);
        let y = MatMut::from_column_major_slice_mut(y, self.outputs, batch);
        faer::linalg::matmul::matmul(y, Accum::Replace, weights, x, 1.0, self.par());
    }

    fn faer_sparse(&self, x: &[f32], y: &mut [f32]) {
        let Rows { ptr, columns, values } = &self.csr;
        let places = SymbolicSparseRowMatRef::new_checked(self.outputs, self.inputs, ptr, None, columns);
        let weights = SparseRowMatRef::new(places, values.as_slice());
        let x = MatRef::from_column_major_slice(x, self.inputs, 1);
        let y = MatMut::from_column_major_slice_mut(y, self.outputs, 1);
        sparse_dense_matmul(y, Accum::Replace, weights, x, 1.0, self.par());
    }

    #[allow(unsafe_code)] // `gemm` has no other interface.
    fn gemm(&self, x: &[f32], batch: usize, y: &mut [f32]) {
        let (m, k) = (self.outputs, self.inputs);
        assert!(x.len() == batch * k && y.len() == batch * m && self.dense.len() == m * k, "lengths");
        let threads = match self.threads {
            1 => gemm::Parallelism::None,
            n => gemm::Parallelism::Rayon(n),
        };
        let (weights, x, y) = (self.dense.as_ptr(), x.as_ptr(), y.as_mut_ptr());
        // SAFETY: lengths were checked; strides are those of a row-major W, and of X and Y with a vector a row.
        unsafe {
            gemm::gemm(
                m, batch, k, y, m as isize, 1, false, weights, 1, k as isize, x, k as isize, 1, 0.0, 1.0, false,
                false, false, threads,
            );
        }
    }

    #[allow(unsafe_code)] // `matrixmultiply` has no other interface.
    fn matrixmultiply(&self, x: &[f32], batch: usize, y: &mut [f32]) {
        let (m, k) = (self.outputs, self.inputs);
        assert!(x.len() == batch * k && y.len() == batch * m && self.dense.len() == m * k, "lengths");
        let (weights, x, y) = (self.dense.as_ptr(), x.as_ptr(), y.as_mut_ptr());
        // SAFETY: as above.
        unsafe {
            matrixmultiply::sgemm(m, k, batch, 1.0, weights, k as isize, 1, x, 1, k as isize, 0.0, y, 1, m as isize);
        }
    }

    /// A thread each for its rows.
    fn sprs(&self, pool: &rayon::ThreadPool, x: &[f32], y: &mut [f32]) {
        y.fill(0.0);
        let rows = self.outputs.div_ceil(self.threads);
        pool.in_place_scope(|scope| {
            for (part, y) in self.parts.iter().zip(y.chunks_mut(rows)) {
                scope.spawn(move |_| sprs::prod::mul_acc_mat_vec_csr(part.view(), x, y));
            }
        });
    }
}

/// Whether a product is the same but for rounding.
///
/// # Errors
/// If not, naming who made it.
pub fn check(name: &str, got: &[f32], want: &[f32]) -> Result<()> {
    anyhow::ensure!(got.len() == want.len(), "{name}: {} results, expected {}", got.len(), want.len());
    let far = got.iter().zip(want).map(|(a, b)| (a - b).abs() / b.abs().max(1000.0)).fold(0.0, f32::max);
    anyhow::ensure!(far < 1e-3, "{name}: results differ from the dense product by {far}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use eie_sim::bench::{input, layer, EIE_LAYERS};

    #[test]
    fn all_libraries_give_the_same() {
        let shape = eie_sim::bench::Shape { inputs: 200, outputs: 90, ..EIE_LAYERS[0] };
        let layer = layer(&shape, 1);
        let rivals = Rivals::new(&layer, 2).unwrap();
        let x: Vec<f32> = (0..3).flat_map(|v| input(200, 0.5, v)).map(f32::from).collect();
        let mut y = vec![0.0; 270];
        assert_eq!(rivals.dense(&x, 3, 1, &mut y).unwrap().len(), 4);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        assert_eq!(rivals.sparse(&pool, &x[..200], 1, &y[..90]).unwrap().len(), 2);
        // Control: another result is noticed.
        let error = rivals.sparse(&pool, &x[200..400], 1, &y[..90]).unwrap_err().to_string();
        assert!(error.contains("sprs: results differ"), "{error}");
    }
}
