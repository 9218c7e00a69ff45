//! A model packed for a device once, to see on the cycle model what each PE does with inputs.

use crate::heatmap::Heatmap;
use anyhow::Result;
use eie_spec::config::Config;
use eie_spec::cycles::Counts;
use eie_spec::golden::segment_inputs;
use eie_spec::model::Model;
use eie_spec::op::Op;
use eie_spec::pack::{pack, Program};

/// The packed segments of a model; none for one that the host runs.
pub struct Recorded {
    model: Model,
    acc_bits: u32,
    programs: Vec<Option<Program>>,
    /// All of it is one chain of fully connected layers.
    chain: bool,
}

impl Recorded {
    /// Packs a model.
    ///
    /// # Errors
    /// Those of the packer.
    pub fn new(model: &Model, config: &Config) -> Result<Self> {
        let segments = model.segments();
        let chain = segments.len() == 1 && segments[0].op == Op::Linear;
        let program = |m: &Model| (chain || m.fits_device()).then(|| pack(m, config)).transpose();
        let programs = segments.iter().map(|s| program(&s.model)).collect::<Result<_, _>>()?;
        Ok(Recorded { model: model.clone(), acc_bits: config.acc_bits, programs, chain })
    }

    /// Runs each segment, one input after the other as a co-simulation does.
    ///
    /// # Errors
    /// Inputs that do not fit the model.
    pub fn record(&self, inputs: &[Vec<i16>]) -> Result<(Heatmap, Counts)> {
        let (mut map, mut total) = (Heatmap::default(), Counts::default());
        let mut vectors: Vec<Vec<Vec<i16>>> = vec![Vec::new(); self.programs.len()];
        match self.chain {
            true => vectors[0] = inputs.to_vec(),
            false => {
                for input in inputs {
                    let parts = segment_inputs(&self.model, input, self.acc_bits)?;
                    vectors.iter_mut().zip(parts).for_each(|(all, more)| all.extend(more));
                }
            }
        }
        for (program, vectors) in self.programs.iter().zip(&vectors) {
            let Some(program) = program else { continue };
            let counts = map.record(program, vectors)?;
            total.cycles += counts.cycles;
            total.compute_cycles += counts.compute_cycles;
            total.per_pe.resize(counts.per_pe.len(), Default::default());
            total.per_pe.iter_mut().zip(counts.per_pe).for_each(|(sum, pe)| *sum += pe);
        }
        Ok((map, total))
    }
}
