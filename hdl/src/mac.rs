//! Multiply-accumulate: exact product, wrapping sum (R3), with a bypass for the same row twice in a row.
//!
//! Ports: `clock`; `valid`, `row[16]`, `weight[16]`, `value[16]`; `drain`, `drain_row[16]`; `sum[48]`;
//! `occupied`.
//! Latency: a product is in the accumulator two cycles after `valid`. `drain` reads a row to `sum` (next cycle)
//! and clears it; the sequencer drains only while nothing is `occupied`.

use crate::ram::LutRam;
use eie_spec::config::Config;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Mac {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// A weight arrives.
    pub valid: Signal<In, Bit>,
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
    /// The drained sum, one cycle after `drain`; `acc_bits` wide, not sign-extended.
    pub sum: Signal<Out, Bits<48>>,
    /// A product is on its way.
    pub occupied: Signal<Out, Bit>,
    memory: LutRam<48>,
    valid3: DFF<Bit>,
    clear3: DFF<Bit>,
    bypass3: DFF<Bit>,
    row3: DFF<Bits<16>>,
    base3: DFF<Bits<48>>,
    product3: DFF<Signed<32>>,
    sum4: DFF<Bits<48>>,
    target: Signal<Local, Bits<16>>,
    base: Signal<Local, Bits<48>>,
    wide: Signal<Local, Bits<48>>,
    extended: Signal<Local, Bits<48>>,
    total: Signal<Local, Bits<48>>,
    row_mask: Constant<Bits<16>>,
    product_sign: Constant<Bits<48>>,
    acc_mask: Constant<Bits<48>>,
}

impl Mac {
    /// Accumulators of the configuration's number and width.
    pub fn new(config: &Config) -> Self {
        Self {
            clock: Default::default(),
            valid: Default::default(),
            row: Default::default(),
            weight: Default::default(),
            value: Default::default(),
            drain: Default::default(),
            drain_row: Default::default(),
            sum: Default::default(),
            occupied: Default::default(),
            memory: LutRam::new(config.acc_depth, config.acc_bits as usize),
            valid3: Default::default(),
            clear3: Default::default(),
            bypass3: Default::default(),
            row3: Default::default(),
            base3: Default::default(),
            product3: Default::default(),
            sum4: Default::default(),
            target: Default::default(),
            base: Default::default(),
            wide: Default::default(),
            extended: Default::default(),
            total: Default::default(),
            row_mask: Constant::new((config.acc_depth as u64 - 1).into()),
            product_sign: Constant::new((1u64 << 31).into()),
            acc_mask: Constant::new(((1u64 << config.acc_bits) - 1).into()),
        }
    }
}

impl Logic for Mac {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, valid3, clear3, bypass3, row3, base3, product3, sum4);
        clock!(self, clock, memory);
        self.target.next = self.row.val() & self.row_mask.val();
        if self.drain.val() {
            self.target.next = self.drain_row.val() & self.row_mask.val();
        }
        self.memory.read_address.next = self.target.val();
        self.valid3.d.next = self.valid.val();
        self.clear3.d.next = self.drain.val();
        self.row3.d.next = self.target.val();
        self.base3.d.next = self.memory.read_data.val();
        self.product3.d.next = signed_cast(self.weight.val()) * signed_cast(self.value.val());
        // The row being written in this cycle is read too early for the next entry: that one takes the sum.
        self.bypass3.d.next = self.valid3.q.val() & (self.target.val() == self.row3.q.val());
        self.base.next = self.base3.q.val();
        if self.bypass3.q.val() {
            self.base.next = self.sum4.q.val();
        }
        self.wide.next = bit_cast::<48, 32>(unsigned_cast(self.product3.q.val()));
        self.extended.next = (self.wide.val() ^ self.product_sign.val()) - self.product_sign.val();
        self.total.next = self.base.val() + self.extended.val();
        self.sum4.d.next = self.total.val() & self.acc_mask.val();
        self.memory.write_address.next = self.row3.q.val();
        self.memory.write_data.next = self.total.val() & self.acc_mask.val();
        self.memory.write_enable.next = self.valid3.q.val() | self.clear3.q.val();
        if self.clear3.q.val() {
            self.memory.write_data.next = 0.into();
        }
        self.sum.next = self.base3.q.val();
        self.occupied.next = self.valid.val() | self.valid3.q.val();
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
        let mut uut = connected!(Mac::new(&config), clock, valid, row, weight, value, drain, drain_row);
        let mut next = numbers(2);
        let mut want = vec![0i64; rows as usize];
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
            uut.valid.next = valid;
            uut.row.next = row.into();
            uut.weight.next = u64::from(w as u16).into();
            uut.value.next = u64::from(a as u16).into();
            if valid {
                want[row as usize] = mac(want[row as usize], w, a, bits);
            }
            tick(&mut uut, |u| &mut u.clock);
        }
        uut.valid.next = false;
        (0..3).for_each(|_| tick(&mut uut, |u| &mut u.clock));
        for pass in 0..2 {
            for row in 0..rows {
                uut.drain.next = true;
                uut.drain_row.next = row.into();
                tick(&mut uut, |u| &mut u.clock);
                let got = wrap(uut.sum.val().to_u64() as i64, bits);
                // The first drain reads the sum, and leaves zero for the second one.
                assert_eq!(got, if pass == 0 { want[row as usize] } else { 0 }, "row {row} pass {pass}");
            }
            uut.drain.next = false;
            (0..2).for_each(|_| tick(&mut uut, |u| &mut u.clock));
        }
        assert!(want.iter().any(|&w| w != 0));
    }
}
