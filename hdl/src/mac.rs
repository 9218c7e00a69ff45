//! Multiply-accumulate: exact product, wrapping sum (R3), with a bypass for the same row twice in a row.
//!
//! Ports: `clock`; `weight[16]`, `value[16]`, and a cycle after them `valid`, `bank`, `row[16]`; `drain`,
//! `drain_row[16]`, `sweep`; `sum[48]`.
//! Latency: a product is in the accumulator four cycles after `valid`; `sum` comes three cycles after `drain`, with all
//! products whose `valid` was two cycles before it, or more.
//!
//! There are two banks of accumulators: products go to `bank`, `drain` reads a row of the other one to `sum`
//! and clears it. So a layer is drained while the next one is computed. `sweep` makes `drain` clear the row in both.

use crate::accumulators::Accumulators;
use crate::arith::{ChoosingAdder, Multiplier};
use eie_spec::config::Config;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Mac {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// A weight arrived a cycle before.
    pub valid: Signal<In, Bit>,
    /// Where products go; the other bank is drained.
    pub bank: Signal<In, Bit>,
    /// Its row.
    pub row: Signal<In, Bits<16>>,
    /// The weight.
    pub weight: Signal<In, Bits<16>>,
    /// The activation.
    pub value: Signal<In, Bits<16>>,
    /// Reads and clears a row.
    pub drain: Signal<In, Bit>,
    /// The row to drain.
    pub drain_row: Signal<In, Bits<16>>,
    /// Drain clears both banks.
    pub sweep: Signal<In, Bit>,
    /// The drained sum, three cycles after `drain`; `acc_bits` wide, not sign-extended.
    pub sum: Signal<Out, Bits<48>>,
    accumulators: Accumulators,
    multiplier: Multiplier,
    adder: ChoosingAdder,
    valid1: DFF<Bit>,
    valid2: DFF<Bit>,
    valid3: DFF<Bit>,
    bank1: DFF<Bit>,
    bank2: DFF<Bit>,
    row1: DFF<Bits<16>>,
    row2: DFF<Bits<16>>,
    row3: DFF<Bits<16>>,
    bypass3: DFF<Bit>,
    product3: DFF<Bits<32>>,
    sum4: DFF<Bits<48>>,
    here: Signal<Local, Bits<16>>,
    wide: Signal<Local, Bits<48>>,
    extended: Signal<Local, Bits<48>>,
    row_mask: Constant<Bits<16>>,
    ones_above: Constant<Bits<48>>,
}

impl Mac {
    /// Accumulators of the configuration's number and width.
    pub fn new(config: &Config) -> Self {
        let bits = config.acc_bits as usize;
        Self {
            clock: Default::default(),
            valid: Default::default(),
            bank: Default::default(),
            row: Default::default(),
            weight: Default::default(),
            value: Default::default(),
            drain: Default::default(),
            drain_row: Default::default(),
            sweep: Default::default(),
            sum: Default::default(),
            accumulators: Accumulators::new(config.acc_depth, bits, config.sums_in_luts()),
            multiplier: Multiplier::new(),
            adder: ChoosingAdder::new(bits),
            valid1: Default::default(),
            valid2: Default::default(),
            valid3: Default::default(),
            bank1: Default::default(),
            bank2: Default::default(),
            row1: Default::default(),
            row2: Default::default(),
            row3: Default::default(),
            bypass3: Default::default(),
            product3: Default::default(),
            sum4: Default::default(),
            here: Default::default(),
            wide: Default::default(),
            extended: Default::default(),
            row_mask: Constant::new((config.acc_depth as u64 - 1).into()),
            ones_above: Constant::new((((1u64 << bits) - 1) & !0xffff_ffff).into()),
        }
    }
}

impl Logic for Mac {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, valid1, valid2, valid3, bank1, bank2, row1, row2, row3, bypass3, product3, sum4);
        clock!(self, clock, accumulators, multiplier);
        self.here.next = self.row.val() & self.row_mask.val();
        self.accumulators.bank.next = self.bank.val();
        self.accumulators.row.next = self.here.val();
        self.accumulators.drain.next = self.drain.val();
        self.accumulators.drain_row.next = self.drain_row.val();
        self.accumulators.sweep.next = self.sweep.val();
        self.valid1.d.next = self.valid.val();
        self.valid2.d.next = self.valid1.q.val();
        self.valid3.d.next = self.valid2.q.val();
        self.bank1.d.next = self.bank.val();
        self.bank2.d.next = self.bank1.q.val();
        self.row1.d.next = self.here.val();
        self.row2.d.next = self.row1.q.val();
        self.row3.d.next = self.row2.q.val();
        // The factors came a cycle before; a register behind the multiplier lets it be far from the adder.
        self.multiplier.a.next = self.weight.val();
        self.multiplier.b.next = self.value.val();
        self.product3.d.next = self.multiplier.product.val();
        // The accumulators show the sums of all entries but the one just before: of the same row, it is taken from
        // the adder's own register. Between two steps there is a marker and so a gap: rows of different banks never
        // meet here.
        self.bypass3.d.next = self.valid3.q.val() & (self.row2.q.val() == self.row3.q.val());
        self.wide.next = bit_cast::<48, 32>(self.product3.q.val());
        self.extended.next = self.wide.val();
        if self.product3.q.val().get_bit(31) {
            self.extended.next = self.wide.val() | self.ones_above.val();
        }
        self.adder.choose.next = self.bypass3.q.val();
        self.adder.a.next = self.sum4.q.val();
        self.adder.d.next = self.accumulators.base.val();
        self.adder.b.next = self.extended.val();
        self.sum4.d.next = self.adder.sum.val();
        self.accumulators.write_enable.next = self.valid2.q.val();
        self.accumulators.write_bank.next = self.bank2.q.val();
        self.accumulators.write_row.next = self.row2.q.val();
        self.accumulators.write_data.next = self.adder.sum.val();
        self.sum.next = self.accumulators.drained.val();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{connected, numbers, tick};
    use eie_spec::arith::{mac, wrap};

    #[test]
    fn sums_as_rule_r3_with_rows_repeated() {
        let config = Config::for_pes(64).unwrap();
        let (rows, bits) = (config.acc_depth as u64, config.acc_bits);
        let mut uut = connected!(Mac::new(&config), clock, valid, bank, row, weight, value, drain, drain_row, sweep);
        let mut next = numbers(2);
        let mut want = vec![0i64; rows as usize];
        let mut earlier = None::<u64>;
        for round in 0..4000 {
            // Runs of one row, two rows in turn, and any row; with gaps.
            let row = match round / 1000 {
                0 => 3,
                1 => next() % 2,
                _ => next() % rows,
            };
            let extreme = next().is_multiple_of(4);
            let (w, a) = if extreme { (i16::MIN, i16::MIN) } else { (next() as i16, next() as i16) };
            let valid = round >= 3000 || !next().is_multiple_of(5);
            // The factors come a cycle before.
            uut.valid.next = earlier.is_some();
            uut.row.next = earlier.unwrap_or(0).into();
            earlier = valid.then_some(row);
            uut.weight.next = u64::from(w as u16).into();
            uut.value.next = u64::from(a as u16).into();
            if valid {
                want[row as usize] = mac(want[row as usize], w, a, bits);
            }
            tick(&mut uut, |u| &mut u.clock);
        }
        uut.valid.next = earlier.is_some();
        uut.row.next = earlier.unwrap_or(0).into();
        tick(&mut uut, |u| &mut u.clock);
        uut.valid.next = false;
        tick(&mut uut, |u| &mut u.clock);
        // Drains all rows and gives their sums.
        let drained = |uut: &mut Mac, drain: bool, adds: bool| -> Vec<i64> {
            let mut sums = Vec::new();
            for cycle in 0..rows + 2 {
                uut.valid.next = adds && cycle < rows;
                uut.row.next = cycle.into();
                uut.drain.next = drain && cycle < rows;
                uut.drain_row.next = cycle.into();
                tick(uut, |u| &mut u.clock);
                if cycle >= 2 {
                    sums.push(wrap(uut.sum.val().to_u64() as i64, bits));
                }
            }
            uut.valid.next = false;
            uut.drain.next = false;
            (0..6).for_each(|_| tick(uut, |u| &mut u.clock));
            sums
        };
        // The other bank is drained while this one takes products. The first drain reads the sums and leaves zeros.
        uut.bank.next = true;
        uut.weight.next = 1.into();
        uut.value.next = 1.into();
        tick(&mut uut, |u| &mut u.clock);
        assert_eq!(drained(&mut uut, true, true), want);
        assert_eq!(drained(&mut uut, true, false), vec![0; rows as usize]);
        // What the second bank got is still there, until a sweep.
        uut.bank.next = false;
        assert_eq!(drained(&mut uut, false, false), vec![1; rows as usize]);
        uut.sweep.next = true;
        assert_eq!(drained(&mut uut, true, false), vec![1; rows as usize]);
        uut.sweep.next = false;
        assert_eq!(drained(&mut uut, false, false), vec![0; rows as usize]);
        assert!(want.iter().any(|&w| w != 0));
    }
}
