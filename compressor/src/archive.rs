//! Any file of weights, compressed without data and without knowing its network: the weights of layers are pruned by
//! magnitude and shared, everything else passes through. The result is an archive ([`eie_spec::archive`]).
//!
//! Nothing is retrained, so nothing is known about the accuracy that is left: the densities decide. A file that was
//! pruned and shared by another program keeps its values exactly, if densities and codes leave room for them.

mod dense;
mod summary;
mod tensor;
#[cfg(test)]
mod tests;

pub use dense::{expand, expand_like};
pub use summary::{PassedThrough, Reason, Summary, TensorSummary};

use crate::config::{check_densities, of_layer};
use crate::error::CompressError;
use crate::formats::{NamedTensor, TensorFile};
use crate::share::{Init, MAX_CODES};
use eie_spec::archive::{Tensor, TensorData};
use eie_spec::container::{ArchiveWriter, Codec, EncodedTensor};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use tensor::{Job, Packed};

/// How to compress a file without data.
#[derive(Clone, Debug, PartialEq)]
pub struct ArchiveConfig {
    /// Share of elements to keep in each tensor that is compressed, in the order of the file; the last one serves for
    /// all further tensors. If there is none, what a tensor is for decides: 0.35 of a convolution, else 0.1.
    pub densities: Vec<f64>,
    /// Centroids of each, in the same way; 16 if there is none.
    pub codes: Vec<usize>,
    /// Where k-means starts.
    pub init: Init,
    /// Of [`Init::Random`].
    pub seed: u64,
    /// How places and codes are written.
    pub codec: Codec,
    /// Tensors at a time, which changes nothing in the file. Each takes up to nine bytes an element.
    pub threads: usize,
}

impl Default for ArchiveConfig {
    fn default() -> Self {
        ArchiveConfig {
            densities: Vec::new(),
            codes: Vec::new(),
            init: Init::Linear,
            seed: 1,
            codec: Codec::Smallest,
            threads: 2,
        }
    }
}

impl ArchiveConfig {
    fn check(&self) -> Result<(), CompressError> {
        let setting = |name, found, expected| Err(CompressError::Setting { name, found, expected });
        check_densities(&self.densities)?;
        match self.codes.iter().find(|c| !(1..=MAX_CODES).contains(*c)) {
            Some(c) => setting("the number of codes", c.to_string(), "1 to 256"),
            None => Ok(()),
        }
    }
}

/// A tensor that is written, for a progress bar.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// Its name.
    pub tensor: &'a str,
    /// Elements of all tensors so far.
    pub elements: usize,
    /// Elements of all tensors of the file.
    pub of: usize,
}

/// Compresses a file tensor by tensor. The same file and settings give the same bytes; the tensors of the result,
/// compressed again with the same settings, give them too.
///
/// Memory is that of the file, of the compressed tensors, and of [`ArchiveConfig::threads`] layers in work.
///
/// # Errors
/// A setting out of its range; of tensors, the first one in the file with a weight that is not a finite number, or
/// that is beyond the limits of the container; a file without tensors; what `out` gives.
pub fn compress_file(
    file: &TensorFile,
    name: &str,
    config: &ArchiveConfig,
    out: impl Write,
    progress: &mut dyn FnMut(Written),
) -> Result<Summary, CompressError> {
    config.check()?;
    let mut writer = ArchiveWriter::new(out, name, file.tensors.len())?;
    let (jobs, mut reasons) = plan(file, config);
    let mut summary = Summary::of(file);
    let mut elements = 0;
    each(&jobs, config, |results| {
        for (k, t) in file.tensors.iter().enumerate() {
            let packed = match reasons.remove(&k) {
                Some(reason) => Packed::Raw(reason),
                None => results(k)?,
            };
            match packed {
                Packed::Shared { encoded, kept, codes } => {
                    writer.encoded(&encoded)?;
                    summary.add_compressed(t, &encoded, kept, codes);
                }
                Packed::Raw(reason) => {
                    let encoded = EncodedTensor::new(&raw(t), config.codec)?;
                    writer.encoded(&encoded)?;
                    summary.add_raw(t, &encoded, reason);
                }
            }
            elements += t.elements();
            progress(Written { tensor: &t.name, elements, of: summary.elements });
        }
        Ok(())
    })?;
    let bytes = writer.file_bytes();
    writer.finish()?;
    summary.finish(bytes);
    Ok(summary)
}

/// The tensor as it is.
fn raw(t: &NamedTensor) -> Tensor {
    Tensor { name: t.name.clone(), shape: t.shape.clone(), dtype: t.dtype, data: TensorData::Raw(t.data.to_vec()) }
}

/// Which tensors are to be compressed and how, and why the others are not.
fn plan<'a>(file: &'a TensorFile, config: &ArchiveConfig) -> (Vec<Job<'a>>, BTreeMap<usize, Reason>) {
    let (mut jobs, mut reasons) = (Vec::new(), BTreeMap::new());
    for (index, tensor) in file.tensors.iter().enumerate() {
        if let Some(reason) = tensor::unfit(tensor) {
            reasons.insert(index, reason);
            continue;
        }
        let place = jobs.len();
        let density = of_layer(&config.densities, place);
        let codes = of_layer(&config.codes, place);
        jobs.push(Job {
            index,
            tensor,
            density: density.unwrap_or_else(|| tensor::usual_density(tensor.role)),
            codes: codes.unwrap_or(tensor::USUAL_CODES),
        });
    }
    (jobs, reasons)
}

/// Gives the results of a tensor when asked for it: each once, and in the order of the file.
type Results<'a> = dyn FnMut(usize) -> Result<Packed, CompressError> + 'a;

/// Does the jobs on several threads while `write` asks for their results.
fn each(
    jobs: &[Job],
    config: &ArchiveConfig,
    write: impl FnOnce(&mut Results) -> Result<(), CompressError>,
) -> Result<(), CompressError> {
    // The largest first, or the last thread would often begin with it when the others are through. What is done
    // before its turn is small: compressed.
    let mut order: Vec<&Job> = jobs.iter().collect();
    order.sort_by_key(|job| Reverse(job.tensor.elements()));
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let (send, receive) = mpsc::channel();
        for _ in 0..config.threads.clamp(1, jobs.len().max(1)) {
            let (send, order, next) = (send.clone(), &order, &next);
            scope.spawn(move || {
                while let Some(job) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // When nobody receives any more, there was an error.
                    if send.send((job.index, job.run(config))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut early = BTreeMap::new();
        write(&mut move |wanted| loop {
            if let Some(result) = early.remove(&wanted) {
                return result;
            }
            match receive.recv() {
                Ok((index, result)) => early.insert(index, result),
                // A thread has panicked, and the scope will.
                Err(_) => return Ok(Packed::Raw(Reason::Larger)),
            };
        })
    })
}
