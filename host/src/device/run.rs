//! Running inputs through programs.

use super::{Device, DeviceError, Work};
use crate::bus::Bus;
use crate::schedule::{Plan, View};
use eie_spec::golden::check_input;
use eie_spec::link::op::Order;
use eie_spec::pack::Program;
use eie_spec::regs;

impl<B: Bus> Device<B> {
    /// Runs one input through all layers; the outputs of every layer, first to last.
    ///
    /// # Errors
    /// An input that does not fit the model; the bus.
    pub fn run(&mut self, input: &[i16]) -> Result<Vec<Vec<i16>>, DeviceError> {
        Ok(self.run_batch(&[input])?.swap_remove(0))
    }

    /// Runs inputs through all layers, as many together as the program takes: for each input, the outputs of every
    /// layer, first to last.
    ///
    /// # Errors
    /// An input that does not fit the model; the bus.
    pub fn run_batch(&mut self, inputs: &[&[i16]]) -> Result<Vec<Vec<Vec<i16>>>, DeviceError> {
        let Plan { program, all, .. } = &mut self.plans[0];
        let view = all.get_or_insert_with(|| View::new(program, |_| true).into()).clone();
        let flat = self.flat(inputs)?;
        self.execute(0, &view, &flat, |program, kept| {
            let layers = |kept: &[i16]| -> Vec<Vec<i16>> {
                let of_layer = |(l, &n): (usize, &usize)| kept[view.layer(l, n)].to_vec();
                program.outputs.iter().enumerate().map(of_layer).collect()
            };
            kept.chunks_exact(view.size).map(layers).collect()
        })
    }

    /// Runs inputs through all layers of the first program: for each input, the outputs of the last layer. Nothing
    /// else is fetched.
    ///
    /// # Errors
    /// An input that does not fit the model; the bus.
    pub fn infer_batch(&mut self, inputs: &[&[i16]]) -> Result<Vec<Vec<i16>>, DeviceError> {
        let flat = self.flat(inputs)?;
        let size = self.program().outputs.last().copied().unwrap_or(1);
        let mut out = vec![0; inputs.len() * size];
        self.infer(0, &flat, &mut out)?;
        Ok(out.chunks_exact(size).map(<[i16]>::to_vec).collect())
    }

    fn flat(&self, inputs: &[&[i16]]) -> Result<Vec<i16>, DeviceError> {
        let program = self.program();
        inputs.iter().try_for_each(|x| check_input(x, program.inputs, program.in_abs_max))?;
        Ok(inputs.concat())
    }

    /// Runs inputs, one after the other, through all layers of a program: `out` gets the outputs of the last layer in
    /// the same order. Allocates nothing once it has run as many.
    ///
    /// # Errors
    /// Inputs of another length, or outside the certified range; the bus.
    ///
    /// # Panics
    /// There is no such program, or `out` has not the length of as many outputs.
    pub fn infer(&mut self, program: usize, inputs: &[i16], out: &mut [i16]) -> Result<(), DeviceError> {
        let p = &self.plans[program].program;
        let (batch, outputs) = (inputs.len().div_ceil(p.inputs), p.outputs.last().copied().unwrap_or(0));
        check_input(inputs, batch * p.inputs, p.in_abs_max)?;
        assert_eq!(out.len(), batch * outputs, "results of {batch} inputs");
        let view = self.plans[program].last.clone();
        let last = view.last();
        self.execute(program, &view, inputs, |_, kept| {
            for (out, kept) in out.chunks_exact_mut(outputs).zip(kept.chunks_exact(view.size)) {
                out.copy_from_slice(&kept[last.clone()]);
            }
        })
    }

    /// Runs inputs, and shows what is kept of each.
    fn execute<R>(
        &mut self,
        program: usize,
        view: &View,
        inputs: &[i16],
        show: impl FnOnce(&Program, &[i16]) -> R,
    ) -> Result<R, DeviceError> {
        let mut work = std::mem::take(&mut self.work);
        let p = &self.plans[program].program;
        let batch = inputs.len() / p.inputs;
        // A batch that is not full is filled up with zeros.
        work.kept.clear();
        work.kept.resize(batch.next_multiple_of(p.vectors) * view.size, 0);
        let result = self.settle().and_then(|()| self.run_units(program, view, inputs, &mut work));
        let shown = result.map(|()| show(&self.plans[program].program, &work.kept[..batch * view.size]));
        self.work = work;
        shown
    }

    fn run_units(&mut self, program: usize, view: &View, inputs: &[i16], work: &mut Work) -> Result<(), DeviceError> {
        let size = self.plans[program].program.inputs;
        let together = self.plans[program].program.vectors;
        let batch = inputs.len() / size;
        let mut layer = 0;
        work.transaction.clear();
        work.asked.clear();
        for unit in 0..self.plans[program].units.len() {
            let stages = self.plans[program].units[unit].clone();
            let begins = self.plans[program].program.stages[stages.start].layer;
            if begins != layer {
                // Its inputs are results that are not there yet.
                self.flush(program, view, work)?;
                layer = begins;
            }
            for first in (0..batch).step_by(together) {
                for stage in stages.clone() {
                    if work.transaction.words() > self.most_words {
                        self.flush(program, view, work)?;
                    }
                    self.add_load(program, stage, &mut work.transaction);
                    let inputs = &inputs[first * size..batch.min(first + together) * size];
                    let kept = &work.kept[first * view.size..(first + together) * view.size];
                    self.plans[program].run(view, stage, inputs, kept, &mut work.transaction);
                    work.asked.push((stage, first));
                }
            }
        }
        self.flush(program, view, work)
    }

    /// Carries out what was planned.
    fn flush(&mut self, program: usize, view: &View, work: &mut Work) -> Result<(), DeviceError> {
        if work.transaction.is_empty() {
            return Ok(());
        }
        let counter = self.counting.then(|| work.transaction.read(regs::CYCLES, Order::Offset, 1, 32));
        self.transact(&mut work.transaction)?;
        let mut words = work.transaction.results();
        for &(stage, first) in &work.asked {
            let kept = &mut work.kept[first * view.size..];
            words = self.plans[program].sort(view, stage, words, kept);
        }
        if let (Some(_), Some(&now)) = (counter, words.first()) {
            self.cycles += u64::from(now.wrapping_sub(self.counter));
            self.counter = now;
        }
        work.transaction.clear();
        work.asked.clear();
        Ok(())
    }
}
