//! One tensor: pruned, shared, encoded.

use super::{ArchiveConfig, Reason};
use crate::error::CompressError;
use crate::formats::values::rounded;
use crate::formats::{NamedTensor, Role};
use crate::prune::prune_to;
use crate::share::{share_with, ShareConfig};
use eie_spec::archive::{Dtype, Tensor, TensorData};
use eie_spec::container::EncodedTensor;

/// Tensors of fewer elements are not worth a codebook.
const LEAST: usize = 256;
/// Centroids if nothing else is asked for: a device takes so many.
pub(super) const USUAL_CODES: usize = 16;

/// The density of a layer of which nothing else is known. Convolutions are the more sensitive (Deep Compression,
/// tables 4 and 5).
pub(super) fn usual_density(role: Role) -> f64 {
    match role {
        Role::Conv { .. } => 0.35,
        _ => 0.1,
    }
}

/// Why a tensor is not to be compressed, as far as its elements do not matter.
pub(super) fn unfit(t: &NamedTensor) -> Option<Reason> {
    if !matches!(t.dtype, Dtype::F32 | Dtype::F16 | Dtype::BF16) {
        Some(Reason::Type)
    } else if t.role == Role::Other {
        Some(Reason::Role)
    } else {
        (t.elements() < LEAST).then_some(Reason::Small)
    }
}

/// A tensor to compress.
pub(super) struct Job<'a> {
    /// Its place in the file.
    pub index: usize,
    pub tensor: &'a NamedTensor,
    pub density: f64,
    pub codes: usize,
}

/// What became of a tensor.
pub(super) enum Packed {
    Shared { encoded: EncodedTensor, kept: usize, codes: usize },
    Raw(Reason),
}

impl Job<'_> {
    /// Prunes, shares and encodes the tensor.
    pub fn run(&self, config: &ArchiveConfig) -> Result<Packed, CompressError> {
        let shared = self.share(config)?;
        let TensorData::Shared { codebook, positions, .. } = &shared.data else {
            return Ok(Packed::Raw(Reason::Role));
        };
        let (kept, codes) = (positions.len(), codebook.len());
        let encoded = EncodedTensor::new(&shared, config.codec)?;
        // Of a raw section: length, kind, name, type and rank, shape, CRC-32, and the elements.
        let raw = 4 + 1 + 2 + shared.name.len() + 2 + 4 * shared.shape.len() + 4 + self.tensor.data.len();
        Ok(match encoded.file_bytes() < raw {
            true => Packed::Shared { encoded, kept, codes },
            false => Packed::Raw(Reason::Larger),
        })
    }

    fn share(&self, config: &ArchiveConfig) -> Result<Tensor, CompressError> {
        let t = self.tensor;
        let (mut positions, values) = self.keep()?;
        let share = ShareConfig {
            codes: self.codes,
            init: config.init,
            seed: config.seed,
            refill: true,
            ..ShareConfig::default()
        };
        let shared = share_with(&values, &vec![true; values.len()], None, &share);
        drop(values);
        let mut codes: Vec<u8> = shared.assignment.into_iter().flatten().collect();
        let (codebook, new) = settle(&shared.centroids, &codes, t.dtype);
        let mut stays = codes.iter().map(|&c| new[usize::from(c)].is_some());
        positions.retain(|_| stays.next().unwrap_or(false));
        drop(stays);
        codes = codes.into_iter().filter_map(|c| new[usize::from(c)]).collect();
        let data = TensorData::Shared { codebook, positions, codes };
        Ok(Tensor { name: t.name.clone(), shape: t.shape.clone(), dtype: t.dtype, data })
    }

    /// Places and values of what stays: only this is shared, which takes far less memory than a whole layer.
    fn keep(&self) -> Result<(Vec<u32>, Vec<f32>), CompressError> {
        let weights = self.tensor.floats()?;
        // A zero is what a pruned weight is, so that pruning what is pruned takes away nothing more.
        let mut mask: Vec<bool> = weights.iter().map(|&w| w != 0.0).collect();
        prune_to(&weights, &mut mask, self.density);
        let kept = mask.iter().filter(|&&m| m).count();
        let (mut positions, mut values) = (Vec::with_capacity(kept), Vec::with_capacity(kept));
        for (i, &w) in weights.iter().enumerate().filter(|&(i, _)| mask[i]) {
            positions.push(i as u32);
            values.push(w);
        }
        Ok((positions, values))
    }
}

/// The codebook in the tensor's own type, ascending, without what no code names and without zero; and for each
/// centroid its new code. So a dense tensor has as many values other than zero as the codebook has entries, and
/// compressing it again finds the same codebook.
fn settle(centroids: &[f32], codes: &[u8], dtype: Dtype) -> (Vec<f32>, Vec<Option<u8>>) {
    let mut used = vec![false; centroids.len()];
    codes.iter().for_each(|&c| used[usize::from(c)] = true);
    let mut codebook: Vec<f32> = Vec::new();
    let mut new = Vec::with_capacity(centroids.len());
    for (&c, used) in centroids.iter().zip(used) {
        let value = rounded(dtype, c);
        if !used || value == 0.0 {
            new.push(None);
            continue;
        }
        // Centroids ascend, and rounding keeps their order, if not their difference.
        if codebook.last() != Some(&value) {
            codebook.push(value);
        }
        new.push(Some((codebook.len() - 1) as u8));
    }
    if codebook.is_empty() {
        codebook.push(0.0);
    }
    (codebook, new)
}
