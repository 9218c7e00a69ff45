//! Networks of published shapes with made weights: what compressing large ones takes in time and memory can be
//! measured without fetching them. Their accuracy is that of chance.

use crate::error::CompressError;
use crate::formats::stream_safetensors;
use eie_spec::archive::Dtype;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::path::Path;

/// A published network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// The fully connected layers of AlexNet (Krizhevsky et al., 2012).
    AlexnetFc,
    /// The fully connected layers of VGG-16 (Simonyan and Zisserman, 2014).
    Vgg16Fc,
    /// All of SqueezeNet 1.0 (Iandola et al., 2016).
    Squeezenet,
}

/// How made weights are distributed; their variance is that of He's initialisation, 2 / inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Distribution {
    /// With the long tails that trained weights have.
    #[default]
    Laplace,
    /// The normal one.
    Gaussian,
}

impl Published {
    /// Its tensors and their shapes, with the names that torchvision gives them.
    pub fn tensors(self) -> Vec<(String, Vec<usize>)> {
        let mut all = Vec::new();
        let mut layer = |name: &str, weight: &[usize]| {
            all.push((format!("{name}.weight"), weight.to_vec()));
            all.push((format!("{name}.bias"), vec![weight[0]]));
        };
        match self {
            Published::AlexnetFc => {
                layer("classifier.1", &[4096, 9216]);
                layer("classifier.4", &[4096, 4096]);
                layer("classifier.6", &[1000, 4096]);
            }
            Published::Vgg16Fc => {
                layer("classifier.0", &[4096, 25088]);
                layer("classifier.3", &[4096, 4096]);
                layer("classifier.6", &[1000, 4096]);
            }
            Published::Squeezenet => {
                layer("features.0", &[96, 3, 7, 7]);
                // Place, input channels, channels of the squeezing layer, and of each expanding one.
                let fires = [
                    (3, 96, 16, 64),
                    (4, 128, 16, 64),
                    (5, 128, 32, 128),
                    (7, 256, 32, 128),
                    (8, 256, 48, 192),
                    (9, 384, 48, 192),
                    (10, 384, 64, 256),
                    (12, 512, 64, 256),
                ];
                for (place, inputs, squeeze, expand) in fires {
                    layer(&format!("features.{place}.squeeze"), &[squeeze, inputs, 1, 1]);
                    layer(&format!("features.{place}.expand1x1"), &[expand, squeeze, 1, 1]);
                    layer(&format!("features.{place}.expand3x3"), &[expand, squeeze, 3, 3]);
                }
                layer("classifier.1", &[1000, 512, 1, 1]);
            }
        }
        all
    }

    /// Writes the network with made weights as safetensors in float32, without having it in memory. The same seed
    /// gives the same file.
    ///
    /// # Errors
    /// The system's.
    pub fn write(self, path: &Path, distribution: Distribution, seed: u64) -> Result<(), CompressError> {
        let tensors = self.tensors();
        let heads: Vec<_> =
            tensors.iter().map(|(name, shape)| (name.as_str(), Dtype::F32, shape.as_slice())).collect();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        stream_safetensors(path, &BTreeMap::new(), &heads, |k, out| {
            let shape = &tensors[k].1;
            let inputs: usize = shape[1..].iter().product();
            let deviation = if shape.len() > 1 { (2.0 / inputs as f64).sqrt() } else { 0.01 };
            for _ in 0..shape.iter().product() {
                let weight = (deviation * distribution.draw(&mut rng)) as f32;
                out.write_all(&weight.to_le_bytes())?;
            }
            Ok(())
        })
    }
}

impl Distribution {
    /// A number of mean 0 and variance 1.
    fn draw(self, rng: &mut impl Rng) -> f64 {
        // Above 0, so that it has a logarithm.
        let uniform = 1.0 - rng.random::<f64>();
        match self {
            Distribution::Laplace => {
                let magnitude = -uniform.ln() * std::f64::consts::FRAC_1_SQRT_2;
                if rng.random() {
                    magnitude
                } else {
                    -magnitude
                }
            }
            Distribution::Gaussian => {
                (-2.0 * uniform.ln()).sqrt() * (std::f64::consts::TAU * rng.random::<f64>()).cos()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{Role, TensorFile};

    #[test]
    fn networks_have_the_published_numbers_of_parameters() {
        let count = |net: Published| net.tensors().iter().map(|(_, s)| s.iter().product::<usize>()).sum::<usize>();
        assert_eq!(count(Published::AlexnetFc), 58_631_144);
        assert_eq!(count(Published::Vgg16Fc), 123_642_856);
        assert_eq!(count(Published::Squeezenet), 1_248_424);
    }

    #[test]
    fn made_weights_have_their_variance() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("n.safetensors");
        for distribution in [Distribution::Laplace, Distribution::Gaussian] {
            let write = |seed| {
                Published::Squeezenet.write(&path, distribution, seed).unwrap();
                std::fs::read(&path).unwrap()
            };
            let bytes = write(1);
            assert!(write(2) != bytes && write(1) == bytes);
            let file = TensorFile::open(&path).unwrap();
            let last = file.tensor("classifier.1.weight").unwrap();
            assert!(matches!(last.role, Role::Conv { out: 1000, in_per_group: 512, kh: 1, kw: 1 }));
            let weights = last.floats().unwrap();
            let variance = weights.iter().map(|w| w * w).sum::<f32>() / weights.len() as f32;
            assert!((variance * 256.0 - 1.0).abs() < 0.02, "{variance}");
        }
    }
}
