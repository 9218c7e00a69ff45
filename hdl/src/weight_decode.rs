//! Weight decode: a run becomes a row, a code becomes the address of a weight (R2, R4).
//!
//! Ports: `clock`; `valid_in`, `first`, `entry[16]`, `value_in[16]`; `codebook[8]` (which one); `code_address[16]`;
//! `valid`, `row[16]`, `value[16]`.
//! Latency: `code_address` comes at once; the codebook's memory takes two cycles, and so does `value`; `valid` and `row`
//! take three: the multiplier needs its factors before the accumulators need the others. Fillers move the row and give no
//! `valid`.

use eie_spec::arith;
use eie_spec::config::Config;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct WeightDecode {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// An entry arrives.
    pub valid_in: Signal<In, Bit>,
    /// It is the first one of its column.
    pub first: Signal<In, Bit>,
    /// Run in the high bits, code in the low four.
    pub entry: Signal<In, Bits<16>>,
    /// Its column's activation.
    pub value_in: Signal<In, Bits<16>>,
    /// Which codebook.
    pub codebook: Signal<In, Bits<8>>,
    /// Where the weight is.
    pub code_address: Signal<Out, Bits<16>>,
    /// A weight came a cycle before.
    pub valid: Signal<Out, Bit>,
    /// Its row in this PE.
    pub row: Signal<Out, Bits<16>>,
    /// The activation to multiply it with.
    pub value: Signal<Out, Bits<16>>,
    valid1: DFF<Bit>,
    first1: DFF<Bit>,
    run1: DFF<Bits<16>>,
    counts1: DFF<Bit>,
    value1: DFF<Bits<16>>,
    value2: DFF<Bits<16>>,
    row2: DFF<Bits<16>>,
    valid2: DFF<Bit>,
    row3: DFF<Bits<16>>,
    valid3: DFF<Bit>,
    run: Signal<Local, Bits<16>>,
    base: Signal<Local, Bits<16>>,
    filler: Signal<Local, Bit>,
    step: Signal<Local, Bits<16>>,
    before_first: Constant<Bits<16>>,
    run_symbol: Constant<Bits<16>>,
    code_mask: Constant<Bits<16>>,
    code_bits: Constant<Bits<4>>,
}

impl WeightDecode {
    /// For entries of the configuration.
    pub fn new(config: &Config) -> Self {
        Self {
            clock: Default::default(),
            valid_in: Default::default(),
            first: Default::default(),
            entry: Default::default(),
            value_in: Default::default(),
            codebook: Default::default(),
            code_address: Default::default(),
            valid: Default::default(),
            row: Default::default(),
            value: Default::default(),
            valid1: Default::default(),
            first1: Default::default(),
            run1: Default::default(),
            counts1: Default::default(),
            value1: Default::default(),
            value2: Default::default(),
            row2: Default::default(),
            valid2: Default::default(),
            row3: Default::default(),
            valid3: Default::default(),
            run: Default::default(),
            base: Default::default(),
            filler: Default::default(),
            step: Default::default(),
            before_first: Constant::new(0xffff.into()),
            run_symbol: Constant::new(u64::from(arith::run_symbol(config.run_bits)).into()),
            code_mask: Constant::new((arith::CODES as u64 - 1).into()),
            code_bits: Constant::new(u64::from(arith::CODE_BITS).into()),
        }
    }
}

impl Logic for WeightDecode {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, valid1, first1, run1, counts1, value1, value2, row2, valid2, row3, valid3);
        self.code_address.next = (bit_cast::<16, 8>(self.codebook.val()) << self.code_bits.val())
            | (self.entry.val() & self.code_mask.val());
        self.run.next = self.entry.val() >> self.code_bits.val();
        self.filler.next = self.run.val() == self.run_symbol.val();
        self.valid1.d.next = self.valid_in.val();
        self.first1.d.next = self.first.val();
        self.run1.d.next = self.run.val();
        // An entry goes one row further than its run, a filler does not.
        self.counts1.d.next = !self.filler.val();
        self.value1.d.next = self.value_in.val();
        self.value2.d.next = self.value1.q.val();
        // The row of the entry before; of a column's first one, that is the one before row 0.
        self.base.next = self.row2.q.val();
        if self.first1.q.val() {
            self.base.next = self.before_first.val();
        }
        self.step.next = 0.into();
        if self.counts1.q.val() {
            self.step.next = 1.into();
        }
        if self.valid1.q.val() {
            self.row2.d.next = self.base.val() + self.run1.q.val() + self.step.val();
        }
        self.valid2.d.next = self.valid1.q.val() & self.counts1.q.val();
        self.row3.d.next = self.row2.q.val();
        self.valid3.d.next = self.valid2.q.val();
        self.valid.next = self.valid3.q.val();
        self.row.next = self.row3.q.val();
        self.value.next = self.value2.q.val();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{connected, settle, tick};
    use eie_spec::image::Entry;
    use std::collections::VecDeque;

    #[test]
    fn rows_skip_runs_and_fillers_give_nothing() {
        let config = Config::for_pes(1).unwrap();
        let mut uut = connected!(WeightDecode::new(&config), clock, valid_in, first, entry, value_in, codebook);
        uut.codebook.next = 1.into();
        let filler = arith::run_symbol(config.run_bits);
        // (first, run, code) and the row that comes out.
        let entries = [
            (true, 2, 3, Some(2)),
            (false, 0, 15, Some(3)),
            (false, filler, 7, None),
            (false, 1, 0, Some(4 + u64::from(filler) + 1)),
            (true, 0, 1, Some(0)),
            (true, filler - 1, 2, Some(u64::from(filler) - 1)),
        ];
        // What comes out two cycles later (values) and three (rows).
        let (mut values, mut rows) = (VecDeque::from([None; 2]), VecDeque::from([None; 3]));
        let mut out = 0;
        for k in 0..entries.len() + 3 {
            let entry = entries.get(k);
            uut.valid_in.next = entry.is_some();
            if let Some(&(first, run, code, _)) = entry {
                uut.first.next = first;
                uut.entry.next = u64::from(Entry { run, code }.encode()).into();
                uut.value_in.next = (100 + k as u64).into();
                settle(&mut uut);
                assert_eq!(uut.code_address.val().to_u64(), 16 + u64::from(code));
            }
            values.push_back(entry.map(|_| 100 + k as u64));
            rows.push_back(entry.and_then(|e| e.3));
            if let Some(Some(value)) = values.pop_front() {
                assert_eq!(uut.value.val().to_u64(), value);
            }
            let row = rows.pop_front().flatten();
            assert_eq!(uut.valid.val().then(|| uut.row.val().to_u64()), row, "cycle {k}");
            out += usize::from(row.is_some());
            tick(&mut uut, |u| &mut u.clock);
        }
        assert_eq!(out, entries.iter().filter(|e| e.3.is_some()).count());
    }
}
