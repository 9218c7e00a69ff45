//! Multiply-accumulate: exact product, wrapping sum (R3), with a bypass for the same row twice in a row.
//!
//! Ports: `clock`; `valid`, `bank`, `row[16]`, `weight[16]`, `value[16]`; `drain`, `drain_row[16]`, `sweep`;
//! `sum[48]`.
//! Latency: a product is in the accumulator two cycles after `valid`.
//!
//! There are two banks of accumulators: products go to `bank`, `drain` reads a row of the other one to `sum`
//! (next cycle) and clears it. So a layer is drained while the next one is computed. `sweep` makes `drain` clear
//! the row in both.

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
    /// The drained sum, one cycle after `drain`; `acc_bits` wide, not sign-extended.
    pub sum: Signal<Out, Bits<48>>,
    memory0: LutRam<48>,
    memory1: LutRam<48>,
    valid3: DFF<Bit>,
    bank3: DFF<Bit>,
    clear3: DFF<Bit>,
    sweep3: DFF<Bit>,
    bypass3: DFF<Bit>,
    row3: DFF<Bits<16>>,
    drain_row3: DFF<Bits<16>>,
    base3: DFF<Bits<48>>,
    drained3: DFF<Bits<48>>,
    product3: DFF<Signed<32>>,
    sum4: DFF<Bits<48>>,
    base: Signal<Local, Bits<48>>,
    wide: Signal<Local, Bits<48>>,
    extended: Signal<Local, Bits<48>>,
    total: Signal<Local, Bits<48>>,
    write0: Signal<Local, Bit>,
    write1: Signal<Local, Bit>,
    here: Signal<Local, Bits<16>>,
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
            bank: Default::default(),
            row: Default::default(),
            weight: Default::default(),
            value: Default::default(),
            drain: Default::default(),
            drain_row: Default::default(),
            sweep: Default::default(),
            sum: Default::default(),
            memory0: LutRam::new(config.acc_depth, config.acc_bits as usize),
            memory1: LutRam::new(config.acc_depth, config.acc_bits as usize),
            valid3: Default::default(),
            bank3: Default::default(),
            clear3: Default::default(),
            sweep3: Default::default(),
            bypass3: Default::default(),
            row3: Default::default(),
            drain_row3: Default::default(),
            base3: Default::default(),
            drained3: Default::default(),
            product3: Default::default(),
            sum4: Default::default(),
            base: Default::default(),
            wide: Default::default(),
            extended: Default::default(),
            total: Default::default(),
            write0: Default::default(),
            write1: Default::default(),
            here: Default::default(),
            row_mask: Constant::new((config.acc_depth as u64 - 1).into()),
            product_sign: Constant::new((1u64 << 31).into()),
            acc_mask: Constant::new(((1u64 << config.acc_bits) - 1).into()),
        }
    }
}

impl Logic for Mac {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, valid3, bank3, clear3, sweep3, bypass3, row3, drain_row3, base3, drained3, product3, sum4
        );
        clock!(self, clock, memory0, memory1);
        self.here.next = self.row.val() & self.row_mask.val();
        self.memory0.read_address.next = self.here.val();
        self.memory1.read_address.next = self.drain_row.val();
        self.base3.d.next = self.memory0.read_data.val();
        self.drained3.d.next = self.memory1.read_data.val();
        if self.bank.val() {
            self.memory0.read_address.next = self.drain_row.val();
            self.memory1.read_address.next = self.here.val();
            self.base3.d.next = self.memory1.read_data.val();
            self.drained3.d.next = self.memory0.read_data.val();
        }
        self.valid3.d.next = self.valid.val();
        self.bank3.d.next = self.bank.val();
        self.clear3.d.next = self.drain.val();
        self.sweep3.d.next = self.drain.val() & self.sweep.val();
        self.row3.d.next = self.here.val();
        self.drain_row3.d.next = self.drain_row.val();
        self.product3.d.next = signed_cast(self.weight.val()) * signed_cast(self.value.val());
        // The row being written in this cycle is read too early for the next entry: that one takes the sum. Between
        // two steps there is a marker and so a gap: rows of different banks never meet here.
        self.bypass3.d.next = self.valid3.q.val() & (self.here.val() == self.row3.q.val());
        self.base.next = self.base3.q.val();
        if self.bypass3.q.val() {
            self.base.next = self.sum4.q.val();
        }
        self.wide.next = bit_cast::<48, 32>(unsigned_cast(self.product3.q.val()));
        self.extended.next = (self.wide.val() ^ self.product_sign.val()) - self.product_sign.val();
        self.total.next = self.base.val() + self.extended.val();
        self.sum4.d.next = self.total.val() & self.acc_mask.val();
        // Each bank is written by what it is there for: sums in the one, zeros in the other.
        self.memory0.write_address.next = self.row3.q.val();
        self.memory0.write_data.next = self.total.val() & self.acc_mask.val();
        self.write0.next = self.valid3.q.val();
        self.memory1.write_address.next = self.row3.q.val();
        self.memory1.write_data.next = self.total.val() & self.acc_mask.val();
        self.write1.next = self.valid3.q.val();
        if self.bank3.q.val() | self.sweep3.q.val() {
            self.memory0.write_address.next = self.drain_row3.q.val();
            self.memory0.write_data.next = 0.into();
            self.write0.next = self.clear3.q.val();
        }
        if !self.bank3.q.val() | self.sweep3.q.val() {
            self.memory1.write_address.next = self.drain_row3.q.val();
            self.memory1.write_data.next = 0.into();
            self.write1.next = self.clear3.q.val();
        }
        self.memory0.write_enable.next = self.write0.val();
        self.memory1.write_enable.next = self.write1.val();
        self.sum.next = self.drained3.q.val();
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
            // The other bank is drained while this one takes products.
            uut.bank.next = true;
            uut.valid.next = pass == 0;
            uut.weight.next = 1.into();
            uut.value.next = 1.into();
            for row in 0..rows {
                uut.row.next = row.into();
                uut.drain.next = true;
                uut.drain_row.next = row.into();
                tick(&mut uut, |u| &mut u.clock);
                let got = wrap(uut.sum.val().to_u64() as i64, bits);
                // The first drain reads the sum, and leaves zero for the second one.
                assert_eq!(got, if pass == 0 { want[row as usize] } else { 0 }, "row {row} pass {pass}");
            }
            uut.valid.next = false;
            uut.drain.next = false;
            (0..2).for_each(|_| tick(&mut uut, |u| &mut u.clock));
        }
        // What the second bank got is still there, until a sweep.
        for pass in 0..3 {
            uut.bank.next = false;
            uut.sweep.next = pass == 1;
            for row in 0..rows {
                uut.drain.next = pass == 1;
                uut.drain_row.next = row.into();
                tick(&mut uut, |u| &mut u.clock);
                assert_eq!(uut.sum.val().to_u64(), u64::from(pass < 2), "row {row} pass {pass}");
            }
            uut.drain.next = false;
            (0..2).for_each(|_| tick(&mut uut, |u| &mut u.clock));
        }
        assert!(want.iter().any(|&w| w != 0));
    }
}
