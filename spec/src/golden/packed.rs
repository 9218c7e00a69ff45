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
pub(super) struct Memories {
    /// Activation memory, `pes` words a group.
    pub(super) act: Vec<i16>,
    /// Accumulators, `acc_depth` a PE.
    acc: Vec<i64>,
}

impl<P: std::borrow::Borrow<Program>> Packed<P> {
    /// A device with empty memories, for a program or a reference to one.
    pub fn new(program: P) -> Self {
        let memories = Memories::new(&program.borrow().config);
        Packed { program, memories }
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
        self.run_layers(inputs, usize::MAX, &mut |_, _, _| ())
    }

    /// Shows `watch` the activations that each step takes, after stage and step. What nobody takes is not computed.
    pub(crate) fn watch(
        &mut self,
        inputs: &[&[i16]],
        watch: &mut dyn FnMut(usize, usize, &[i16]),
    ) -> Result<(), InputError> {
        let last = self.program.borrow().outputs.len() - 1;
        self.run_layers(inputs, last, watch).map(|_| ())
    }

    /// Computes the layers before `end`.
    fn run_layers(
        &mut self,
        inputs: &[&[i16]],
        end: usize,
        watch: &mut dyn FnMut(usize, usize, &[i16]),
    ) -> Result<Vec<Outcome>, InputError> {
        let program = self.program.borrow();
        inputs.iter().try_for_each(|x| check_input(x, program.inputs, program.in_abs_max))?;
        let outputs: Vec<Vec<i16>> = program.outputs.iter().map(|&n| vec![0; n]).collect();
        let nothing = || Outcome { layers: outputs.clone(), work: Work::default() };
        // A batch that is not full is filled up with zeros.
        let zeros = vec![0; program.inputs];
        let filled = inputs.len().next_multiple_of(program.vectors);
        let mut all: Vec<Outcome> = (0..filled).map(|_| nothing()).collect();
        for unit in program.units() {
            for (batch, out) in all.chunks_mut(program.vectors).enumerate() {
                let first = batch * program.vectors;
                let vector = |v: usize| *inputs.get(first + v).unwrap_or(&&zeros[..]);
                let inputs: Vec<&[i16]> = (0..program.vectors).map(vector).collect();
                for number in unit.clone() {
                    let mut watch = |step: usize, sources: &[i16]| watch(number, step, sources);
                    let stage = &program.stages[number];
                    self.memories.run_stage(&program.config, stage, &inputs, end, out, &mut watch);
                }
            }
        }
        all.truncate(inputs.len());
        Ok(all)
    }
}

impl Memories {
    pub(super) fn new(c: &Config) -> Self {
        Memories { act: vec![0; c.act_depth * c.pes], acc: vec![0; c.acc_depth * c.pes] }
    }

    /// As a reset leaves them.
    pub(super) fn clear_sums(&mut self) {
        self.acc.fill(0);
    }

    fn run_stage(
        &mut self,
        c: &Config,
        stage: &Stage,
        inputs: &[&[i16]],
        end: usize,
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
            if map.layer >= end {
                continue;
            }
            self.run_step(c, &stage.image, step, &mut out.work);
            for (position, row) in map.rows.iter().enumerate() {
                if let Some(row) = row {
                    let y = self.act[step.dst_base as usize * pes + position];
                    out.layers[map.layer][*row as usize] = y;
                }
            }
        }
    }

    pub(super) fn run_step(&mut self, c: &Config, image: &Image, step: &Step, work: &mut Work) {
        let inputs = step.groups as usize * c.pes;
        let codebook = &image.codebooks[step.codebook as usize % image.codebooks.len()];
        for position in 0..inputs {
            let a = self.act[(step.src_base as usize * c.pes + position) % self.act.len()];
            if a == 0 {
                continue;
            }
            work.activations += 1;
            let split = u32::from(step.split);
            // The PEs of the activation's column group have its column, at the same place.
            let (lane, group) = c.lane_of(position % c.pes, split);
            let place = step.ptr_base as usize + position / c.pes * c.row_lanes(split) + lane;
            for (pe, memory) in image.pes.iter().enumerate().filter(|&(pe, _)| c.lane_of(pe, split).1 == group) {
                let word = memory.pointers.get(place % c.ptr_depth).copied().unwrap_or(0);
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
                    let w = codebook[entry.code as usize];
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
                let part = |group| {
                    std::mem::take(&mut self.acc[c.pe_of(lane, group, split) * c.acc_depth + slot % c.acc_depth])
                };
                let acc = (0..groups).map(part).sum();
                // The stored word has the rounding constant in it already.
                let memory = &image.pes[c.pe_of(lane, 0, split)];
                let bias = memory.bias.get((step.bias_base as usize + slot) % c.bias_depth).copied().unwrap_or(0);
                let bias = bias.wrapping_sub(arith::half(step.shift));
                let y = arith::drain(arith::wrap(acc, c.acc_bits), bias, step.shift, step.activation, c.acc_bits);
                let place = (step.dst_base as usize + slot / groups) % c.act_depth;
                self.act[place * c.pes + c.pe_of(lane, slot % groups, split)] = y;
            }
        }
    }
}
