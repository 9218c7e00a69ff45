//! A model of any layers on the CPU engine, in integers.

use eie_cpu::{CpuEngine, CpuError, Options};
use eie_host::EngineError;
use eie_spec::golden::check_input;
use eie_spec::model::{Layer, Model};

/// Segments ([`Model::segments`]), each with its engine.
pub struct Exact(Vec<(Option<Layer>, CpuEngine)>);

impl Exact {
    /// Lays out the weights.
    pub fn new(model: &Model) -> Result<Self, CpuError> {
        let part = |segment: &eie_spec::model::Segment| {
            Ok((segment.layer(), CpuEngine::new(&segment.model, &Options::default())?))
        };
        Ok(Exact(model.segments().iter().map(part).collect::<Result<_, CpuError>>()?))
    }

    /// The last layer's results for one input.
    pub fn run(&self, input: &[i16]) -> Result<Vec<i16>, EngineError> {
        let mut x = input.to_vec();
        for (layer, engine) in &self.0 {
            x = match layer {
                None => engine.run_batch(&x, 1)?,
                Some(layer) => {
                    check_input(&x, layer.in_len(), layer.certificate.in_abs_max)?;
                    layer.apply(&x, |x| engine.run_batch(x, 1))?
                }
            };
        }
        Ok(x)
    }

    /// Bytes of the weights in memory.
    pub fn bytes(&self) -> usize {
        self.0.iter().map(|(_, engine)| engine.bytes()).sum()
    }
}
