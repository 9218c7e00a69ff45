//! The packed golden model.

use super::{check_input, InputError, Outcome, Work};
use crate::arith;
use crate::config::Config;
use crate::image::{Entry, Image, Pointer};
use crate::pack::{Program, Stage};
use crate::regs::Step;

/// Runs a packed program: memories, pointers, runs and codes as the hardware has them.
pub struct Packed<P> {
    program: P,
    memories: Memories,
}

/// What a device holds besides its program.
struct Memories {
    /// Activation memory, `pes` words a group.
    act: Vec<i16>,
    /// Accumulators, `acc_depth` a PE.
    acc: Vec<i64>,
}

impl<P: std::borrow::Borrow<Program>> Packed<P> {
    /// A device with empty memories, for a program or a reference to one.
    pub fn new(program: P) -> Self {
        let c = &program.borrow().config;
        let (act, acc) = (vec![0; c.act_depth * c.pes], vec![0; c.acc_depth * c.pes]);
        Packed { program, memories: Memories { act, acc } }
    }

    /// Runs one input through all layers.
    ///
    /// # Errors
    /// An input of another length or outside the certified range.
    pub fn run(&mut self, input: &[i16]) -> Result<Outcome, InputError> {
        let mut outcomes = self.run_batch(&[input])?;
        Ok(outcomes.swap_remove(0))
    }

    /// Runs inputs through all layers, as many together as the program takes. One outcome for each.
    ///
    /// # Errors
    /// An input of another length or outside the certified range.
    pub fn run_batch(&mut self, inputs: &[&[i16]]) -> Result<Vec<Outcome>, InputError> {
        self.run_watched(inputs, &mut |_, _, _| ())
    }

    /// As [`Packed::run_batch`]. `watch` is shown the activations that each step takes, after stage and step.
    pub(crate) fn run_watched(
        &mut self,
        inputs: &[&[i16]],
        watch: &mut dyn FnMut(usize, usize, &[i16]),
    ) -> Result<Vec<Outcome>, InputError> {
        let program = self.program.borrow();
        inputs.iter().try_for_each(|x| check_input(x, program.inputs, program.in_abs_max))?;
        let outputs: Vec<Vec<i16>> = program.outputs.iter().map(|&n| vec![0; n]).collect();
        let nothing = || Outcome { layers: outputs.clone(), work: Work::default() };
        let mut all: Vec<Outcome> = inputs.iter().map(|_| nothing()).collect();
        // A batch that is not full is filled up with zeros.
        let zeros = vec![0; program.inputs];
        for (inputs, out) in inputs.chunks(program.vectors).zip(all.chunks_mut(program.vectors)) {
            let mut outcomes: Vec<Outcome> = (0..program.vectors).map(|_| nothing()).collect();
            let inputs: Vec<&[i16]> = (0..program.vectors).map(|v| *inputs.get(v).unwrap_or(&&zeros[..])).collect();
            for (number, stage) in program.stages.iter().enumerate() {
                let mut watch = |step: usize, sources: &[i16]| watch(number, step, sources);
                self.memories.run_stage(&program.config, stage, &inputs, &mut outcomes, &mut watch);
            }
            out.iter_mut().zip(outcomes).for_each(|(out, outcome)| *out = outcome);
        }
        Ok(all)
    }
}

impl Memories {
    fn run_stage(
        &mut self,
        c: &Config,
        stage: &Stage,
        inputs: &[&[i16]],
        out: &mut [Outcome],
        watch: &mut dyn FnMut(usize, &[i16]),
    ) {
        let before = stage.layer.checked_sub(1);
        for (number, v) in stage.vectors.clone().enumerate() {
            let source = before.map_or(inputs[v], |l| &out[v].layers[l][..]);
            let places = &mut self.act[number * stage.gather.len()..];
            for (place, from) in places.iter_mut().zip(&stage.gather) {
                *place = from.map_or(0, |j| source[j as usize]);
            }
        }
        let pes = c.pes;
        for (number, (step, map)) in stage.image.steps.iter().zip(&stage.steps).enumerate() {
            let out = &mut out[map.vector];
            watch(number, &self.act[step.src_base as usize * pes..][..step.groups as usize * pes]);
            self.run_step(c, &stage.image, step, &mut out.work);
            for (position, row) in map.rows.iter().enumerate() {
                if let Some(row) = row {
                    let y = self.act[step.dst_base as usize * pes + position];
                    out.layers[map.layer][*row as usize] = y;
                }
            }
        }
    }

    fn run_step(&mut self, c: &Config, image: &Image, step: &Step, work: &mut Work) {
        let inputs = step.groups as usize * c.pes;
        for position in 0..inputs {
            let a = self.act[step.src_base as usize * c.pes + position];
            if a == 0 {
                continue;
            }
            work.activations += 1;
            let split = u32::from(step.split);
            // The PEs of the activation's column group have its column, at the same place.
            let (lane, group) = c.lane_of(position % c.pes, split);
            let place = step.ptr_base as usize + position / c.pes * c.row_lanes(split) + lane;
            for (pe, memory) in image.pes.iter().enumerate().filter(|&(pe, _)| c.lane_of(pe, split).1 == group) {
                let word = memory.pointers[place];
                let Pointer { start, len } = Pointer::decode(word, c);
                let acc = &mut self.acc[pe * c.acc_depth..(pe + 1) * c.acc_depth];
                let mut next = 0;
                for k in start..start + len {
                    // Addresses wrap as the memories' do: a damaged image gives wrong results, not a panic.
                    let word = memory.entries.get(k as usize % c.weight_depth).copied().unwrap_or(0);
                    let entry = Entry::decode(word);
                    let row = next + entry.run as usize;
                    if entry.is_filler(c.run_bits) {
                        work.fillers += 1;
                        next = row;
                        continue;
                    }
                    let w = image.codebooks[step.codebook as usize][entry.code as usize];
                    let acc = &mut acc[row % c.acc_depth];
                    *acc = arith::mac(*acc, w, a, c.acc_bits);
                    work.macs += 1;
                    next = row + 1;
                }
            }
        }
        if step.drain {
            self.drain(c, image, step);
        }
    }

    fn drain(&mut self, c: &Config, image: &Image, step: &Step) {
        let (split, groups) = (u32::from(step.split), 1 << step.split);
        for slot in 0..step.slots as usize {
            for lane in 0..c.row_lanes(split) {
                let part = |group| std::mem::take(&mut self.acc[c.pe_of(lane, group, split) * c.acc_depth + slot]);
                let acc = (0..groups).map(part).sum();
                // The stored word has the rounding constant in it already.
                let memory = &image.pes[c.pe_of(lane, 0, split)];
                let bias = memory.bias[step.bias_base as usize + slot] - arith::half(step.shift);
                let y = arith::drain(arith::wrap(acc, c.acc_bits), bias, step.shift, step.activation, c.acc_bits);
                let place = step.dst_base as usize + slot / groups;
                self.act[place * c.pes + c.pe_of(lane, slot % groups, split)] = y;
            }
        }
    }
}
