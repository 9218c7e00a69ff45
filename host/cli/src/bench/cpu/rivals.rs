//! What the CPU engine is compared with: dense products by `gemm` (which candle uses) and OpenBLAS, sparse ones by
//! `sprs`, SciPy and MKL. The last three run in a Python process, if there is one with NumPy.

use anyhow::{Context, Result};
use eie_sim::bench::Shape;
use eie_spec::model::Layer;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

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

/// A layer's weights for libraries in this process.
pub struct Rivals {
    outputs: usize,
    inputs: usize,
    threads: usize,
    dense: Vec<f32>,
    /// Rows, a part for each thread.
    csr: Vec<sprs::CsMatI<f32, u32>>,
}

impl Rivals {
    /// Expands a layer's weights.
    pub fn new(layer: &Layer, threads: usize) -> Self {
        let dense: Vec<f32> = layer.dense().into_iter().map(f32::from).collect();
        let rows = layer.outputs.div_ceil(threads);
        let part = |rows: &[f32]| {
            let (mut ptr, mut columns, mut values) = (vec![0u32], Vec::new(), Vec::new());
            for row in rows.chunks_exact(layer.inputs) {
                for (j, &w) in row.iter().enumerate().filter(|(_, &w)| w != 0.0) {
                    columns.push(j as u32);
                    values.push(w);
                }
                ptr.push(values.len() as u32);
            }
            sprs::CsMatI::new((rows.len() / layer.inputs, layer.inputs), ptr, columns, values)
        };
        let csr = dense.chunks(rows * layer.inputs).map(part).collect();
        Rivals { outputs: layer.outputs, inputs: layer.inputs, threads, dense, csr }
    }

    /// `y` has `batch` rows of results, as `x` of activations.
    #[allow(unsafe_code)] // `gemm` has no other interface.
    pub fn dense(&self, x: &[f32], batch: usize, y: &mut [f32]) {
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

    /// The same for one vector by compressed sparse rows, a thread each for its rows.
    pub fn sparse(&self, pool: &rayon::ThreadPool, x: &[f32], y: &mut [f32]) {
        y.fill(0.0);
        let rows = self.outputs.div_ceil(self.threads);
        pool.in_place_scope(|scope| {
            for (part, y) in self.csr.iter().zip(y.chunks_mut(rows)) {
                scope.spawn(move |_| sprs::prod::mul_acc_mat_vec_csr(part.view(), x, y));
            }
        });
    }
}

/// A Python process with NumPy.
pub struct Python {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

#[derive(Serialize)]
struct Request {
    inputs: usize,
    outputs: usize,
    density: f64,
    activity: f64,
    batch: usize,
    reps: usize,
}

impl Python {
    /// Starts it.
    ///
    /// # Errors
    /// No Python, or none with NumPy.
    pub fn start(python: &Path, threads: usize) -> Result<Self> {
        let has_numpy = Command::new(python).args(["-c", "import numpy"]).stderr(Stdio::null()).status();
        anyhow::ensure!(has_numpy.is_ok_and(|s| s.success()), "{} has no NumPy", python.display());
        let mut command = Command::new(python);
        for name in ["OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"] {
            command.env(name, threads.to_string());
        }
        // Settings for older libraries that would slow these.
        command.env_remove("OPENBLAS_CORETYPE").env_remove("OPENBLAS_L2_SIZE");
        if let Some(mkl) = mkl_beside(python) {
            command.env("MKL_RT", mkl);
        }
        let mut child = command
            .args(["-c", include_str!("rivals.py")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Python")?;
        let (to, from) = (child.stdin.take(), child.stdout.take());
        Ok(Python {
            child,
            to: to.context("Python's input")?,
            from: BufReader::new(from.context("Python's output")?),
        })
    }

    /// Times each library on a matrix of this shape.
    ///
    /// # Errors
    /// What the process does not answer.
    pub fn times(&mut self, shape: &Shape, batch: usize, reps: usize) -> Result<Times> {
        let request = Request {
            inputs: shape.inputs,
            outputs: shape.outputs,
            density: shape.weights,
            activity: shape.activity,
            batch,
            reps,
        };
        writeln!(self.to, "{}", serde_json::to_string(&request)?)?;
        let mut line = String::new();
        self.from.read_line(&mut line)?;
        serde_json::from_str(&line).context("Python's answer")
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        // It waits for requests: nothing is lost.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The library of the package `mkl` in Python's environment, which `sparse_dot_mkl` does not find by itself.
fn mkl_beside(python: &Path) -> Option<std::path::PathBuf> {
    let lib = python.parent()?.parent()?.join("lib");
    let is_mkl = |p: &std::path::PathBuf| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with("libmkl_rt"));
    std::fs::read_dir(lib).ok()?.flatten().map(|entry| entry.path()).find(is_mkl)
}
