//! OpenBLAS, SciPy and MKL, in a Python process, if there is one with NumPy.

use super::rivals::Times;
use anyhow::{Context, Result};
use eie_sim::bench::Shape;
use serde::Serialize;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

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
        // MKL's threads would wait for a fifth of a second, as busy as they can.
        command.env("KMP_BLOCKTIME", "1");
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
