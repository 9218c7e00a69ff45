//! Drain: bias, rounding shift, saturation and activation function of a finished row (R5).
//!
//! Ports: `clock`; `sum[48]` (`acc_bits` wide), `first`, `bias_word[32]`, `partial_in[48]`, `shift[5]`, `relu`, `keep` (a
//! cycle before the result: else it is zero);
//! `partial[48]`, `result[16]`.
//! Latency: four cycles, a row a cycle. The bias word has the rounding constant in it.
//!
//! Where the columns of a row are split over several PEs, their drain units form a chain: the `first` one adds
//! the bias to its sum, each of the others its sum to the `partial` of the one before, which comes a cycle later.
//! So adding up takes no adder that is not there anyway. The last one's `result` is the row's.
//!
//! It is shifted by eights, then by ones. What saturates is known without the bits above: whether any of them is not the
//! sign's.

use crate::arith::ChoosingAdder;
use eie_spec::config::Config;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Drain {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// The row's sum.
    pub sum: Signal<In, Bits<48>>,
    /// The sum takes the bias, not the partial sum of the unit before.
    pub first: Signal<In, Bit>,
    /// What the unit before has added up.
    pub partial_in: Signal<In, Bits<48>>,
    /// What has been added up, a cycle after `sum`.
    pub partial: Signal<Out, Bits<48>>,
    /// Bias and rounding constant, two's complement.
    pub bias_word: Signal<In, Bits<32>>,
    /// Requantising shift.
    pub shift: Signal<In, Bits<5>>,
    /// Negative results become zero.
    pub relu: Signal<In, Bit>,
    /// There is a row, whose result comes next.
    pub keep: Signal<In, Bit>,
    /// The activation.
    pub result: Signal<Out, Bits<16>>,
    biased: DFF<Bits<48>>,
    coarse: DFF<Bits<24>>,
    fine: DFF<Bits<16>>,
    ones24: DFF<Bit>,
    ones16: DFF<Bit>,
    ones8: DFF<Bit>,
    ones0: DFF<Bit>,
    zeros24: DFF<Bit>,
    zeros16: DFF<Bit>,
    zeros8: DFF<Bit>,
    zeros0: DFF<Bit>,
    over3: DFF<Bit>,
    negative2: DFF<Bit>,
    negative3: DFF<Bit>,
    first_q: DFF<Bit>,
    shift_q: DFF<Bits<5>>,
    cut: DFF<Bits<24>>,
    zero3: DFF<Bit>,
    result4: DFF<Bits<16>>,
    adder: ChoosingAdder,
    bias: Signal<Local, Bits<48>>,
    negative: Signal<Local, Bit>,
    extended: Signal<Local, Bits<48>>,
    differs: Signal<Local, Bits<48>>,
    differs2: Signal<Local, Bits<24>>,
    by8: Signal<Local, Bits<48>>,
    by16: Signal<Local, Bits<48>>,
    by24: Signal<Local, Bits<48>>,
    part: Signal<Local, Bits<24>>,
    high: Signal<Local, Bit>,
    any24: Signal<Local, Bit>,
    any16: Signal<Local, Bit>,
    any8: Signal<Local, Bit>,
    any0: Signal<Local, Bit>,
    eights: Signal<Local, Bits<2>>,
    ones: Signal<Local, Bits<5>>,
    above: Signal<Local, Bits<24>>,
    shifted: Signal<Local, Bits<24>>,
    low: Signal<Local, Bits<16>>,
    ones_above: Constant<Bits<48>>,
    acc_sign: Constant<Bits<48>>,
    beyond: Constant<Bits<48>>,
    width_mask: Constant<Bits<48>>,
    high0: Constant<Bits<48>>,
    high8: Constant<Bits<48>>,
    high16: Constant<Bits<48>>,
    high24: Constant<Bits<48>>,
    ones_mask: Constant<Bits<5>>,
    coarse_mask: Constant<Bits<24>>,
    saturating: Constant<Bits<24>>,
    low_mask: Constant<Bits<24>>,
    largest: Constant<Bits<16>>,
    lowest: Constant<Bits<16>>,
}

impl Drain {
    /// For accumulators of the configuration's width.
    pub fn new(config: &Config) -> Self {
        let acc_mask = (1u64 << config.acc_bits) - 1;
        let word_mask = (1u64 << 48) - 1;
        Self {
            clock: Default::default(),
            sum: Default::default(),
            first: Default::default(),
            partial_in: Default::default(),
            partial: Default::default(),
            bias_word: Default::default(),
            shift: Default::default(),
            relu: Default::default(),
            keep: Default::default(),
            result: Default::default(),
            biased: Default::default(),
            coarse: Default::default(),
            fine: Default::default(),
            ones24: Default::default(),
            ones16: Default::default(),
            ones8: Default::default(),
            ones0: Default::default(),
            zeros24: Default::default(),
            zeros16: Default::default(),
            zeros8: Default::default(),
            zeros0: Default::default(),
            any24: Default::default(),
            any16: Default::default(),
            any8: Default::default(),
            any0: Default::default(),
            over3: Default::default(),
            negative2: Default::default(),
            negative3: Default::default(),
            first_q: Default::default(),
            shift_q: Default::default(),
            cut: Default::default(),
            zero3: Default::default(),
            result4: Default::default(),
            adder: ChoosingAdder::new(config.acc_bits as usize),
            bias: Default::default(),
            negative: Default::default(),
            extended: Default::default(),
            differs: Default::default(),
            differs2: Default::default(),
            by8: Default::default(),
            by16: Default::default(),
            by24: Default::default(),
            part: Default::default(),
            high: Default::default(),
            eights: Default::default(),
            ones: Default::default(),
            above: Default::default(),
            shifted: Default::default(),
            low: Default::default(),
            ones_above: Constant::new((acc_mask & !0xffff_ffff).into()),
            acc_sign: Constant::new((1u64 << (config.acc_bits - 1)).into()),
            beyond: Constant::new((!acc_mask & word_mask).into()),
            width_mask: Constant::new(acc_mask.into()),
            high0: Constant::new((0xff << 23).into()),
            high8: Constant::new((0xff << 31).into()),
            high16: Constant::new((0xff << 39).into()),
            high24: Constant::new((word_mask << 47 & word_mask).into()),
            ones_mask: Constant::new(0x07.into()),
            coarse_mask: Constant::new(0x7f_ffff.into()),
            saturating: Constant::new(0x7f_8000.into()),
            low_mask: Constant::new(0x7fff.into()),
            largest: Constant::new(0x7fff.into()),
            lowest: Constant::new(0x8000.into()),
        }
    }
}

impl Logic for Drain {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, biased, coarse, fine, ones24, ones16, ones8, ones0, zeros24, zeros16, zeros8, zeros0, over3,
            negative2, negative3, first_q, shift_q, cut, zero3, result4
        );
        self.bias.next = bit_cast::<48, 32>(self.bias_word.val());
        if self.bias_word.val().get_bit(31) {
            self.bias.next = bit_cast::<48, 32>(self.bias_word.val()) | self.ones_above.val();
        }
        // They stand still while a layer is drained; registers of each PE's own are near.
        self.first_q.d.next = self.first.val();
        self.shift_q.d.next = self.shift.val();
        self.adder.choose.next = self.first_q.q.val();
        self.adder.a.next = self.bias.val();
        self.adder.d.next = self.partial_in.val();
        self.adder.b.next = self.sum.val();
        self.partial.next = self.biased.q.val();
        self.biased.d.next = self.adder.sum.val();
        // By eights. Of the bits above 22, which the second shift leaves above bit 14 in any case, only whether there is
        // one that is not the sign's goes on.
        self.negative.next = (self.biased.q.val() & self.acc_sign.val()).any();
        self.extended.next = self.biased.q.val();
        if self.negative.val() {
            self.extended.next = self.biased.q.val() | self.beyond.val();
        }
        self.eights.next = self.shift_q.q.val().get_bits::<2>(3);
        self.by8.next = self.extended.val() >> 8;
        self.by16.next = self.extended.val() >> 16;
        self.by24.next = self.extended.val() >> 24;
        self.part.next = bit_cast::<24, 48>(self.extended.val());
        // Eight bits at a time: a one, or a zero where the sign's bits are ones.
        self.ones24.d.next = (self.biased.q.val() & self.high24.val()).any();
        self.ones16.d.next = (self.biased.q.val() & self.high16.val()).any();
        self.ones8.d.next = (self.biased.q.val() & self.high8.val()).any();
        self.ones0.d.next = (self.biased.q.val() & self.high0.val()).any();
        self.differs.next = self.biased.q.val() ^ self.width_mask.val();
        self.zeros24.d.next = (self.differs.val() & self.high24.val()).any();
        self.zeros16.d.next = (self.differs.val() & self.high16.val()).any();
        self.zeros8.d.next = (self.differs.val() & self.high8.val()).any();
        self.zeros0.d.next = (self.differs.val() & self.high0.val()).any();
        self.any24.next = self.ones24.q.val();
        self.any16.next = self.ones16.q.val();
        self.any8.next = self.ones8.q.val();
        self.any0.next = self.ones0.q.val();
        if self.negative2.q.val() {
            self.any24.next = self.zeros24.q.val();
            self.any16.next = self.zeros16.q.val();
            self.any8.next = self.zeros8.q.val();
            self.any0.next = self.zeros0.q.val();
        }
        self.high.next = self.any24.val()
            | (self.any16.val() & (self.eights.val() != 3))
            | (self.any8.val() & !self.eights.val().get_bit(1))
            | (self.any0.val() & !self.eights.val().any());
        if self.eights.val() == 1 {
            self.part.next = bit_cast::<24, 48>(self.by8.val());
        }
        if self.eights.val() == 2 {
            self.part.next = bit_cast::<24, 48>(self.by16.val());
        }
        if self.eights.val() == 3 {
            self.part.next = bit_cast::<24, 48>(self.by24.val());
        }
        self.coarse.d.next = self.part.val() & self.coarse_mask.val();
        self.negative2.d.next = self.negative.val();
        // By ones.
        self.ones.next = self.shift_q.q.val() & self.ones_mask.val();
        self.shifted.next = (self.coarse.q.val() >> self.ones.val()) & self.low_mask.val();
        self.fine.d.next = bit_cast::<16, 24>(self.shifted.val());
        self.differs2.next = self.coarse.q.val();
        if self.negative2.q.val() {
            self.differs2.next = self.coarse.q.val() ^ self.coarse_mask.val();
        }
        self.cut.d.next = self.saturating.val() << self.ones.val();
        self.above.next = self.cut.q.val() & self.differs2.val();
        self.over3.d.next = self.high.val() | self.above.val().any();
        self.negative3.d.next = self.negative2.q.val();
        // Saturation and activation function.
        self.low.next = self.fine.q.val();
        if self.over3.q.val() {
            self.low.next = 0.into();
            if !self.negative3.q.val() {
                self.low.next = self.largest.val();
            }
        }
        self.result4.d.next = self.low.val();
        if self.negative3.q.val() {
            self.result4.d.next = self.low.val() | self.lowest.val();
        }
        self.zero3.d.next = self.negative2.q.val() & self.relu.val();
        if !self.keep.val() | self.zero3.q.val() {
            self.result4.d.next = 0.into();
        }
        self.result.next = self.result4.q.val();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{connected, numbers, tick};
    use eie_spec::arith::{bias_word, drain, wrap, Activation, MAX_BIAS, MAX_SHIFT};

    #[test]
    fn equals_rule_r5() {
        let config = Config::for_pes(1).unwrap();
        let bits = config.acc_bits;
        let mut uut = connected!(Drain::new(&config), clock, sum, first, partial_in, bias_word, shift, relu, keep);
        let mut next = numbers(1);
        let mut saturated = 0;
        for round in 0..3000 {
            let shift = (next() % u64::from(MAX_SHIFT + 1)) as u8;
            let acc = wrap(next() as i64 >> (next() % 50), bits);
            let bias = (next() % (2 * MAX_BIAS as u64 + 1)) as i64 as i32 - MAX_BIAS;
            let activation = if round % 3 == 0 { Activation::Relu } else { Activation::Identity };
            uut.sum.next = (acc as u64 & ((1 << bits) - 1)).into();
            uut.first.next = true;
            uut.keep.next = true;
            uut.bias_word.next = u64::from(bias_word(bias, shift) as u32).into();
            uut.shift.next = u64::from(shift).into();
            uut.relu.next = activation == Activation::Relu;
            for _ in 0..4 {
                tick(&mut uut, |u| &mut u.clock);
            }
            let want = drain(acc, bias, shift, activation, bits);
            let got = uut.result.val().to_u16() as i16;
            assert_eq!(got, want, "acc {acc} bias {bias} shift {shift} {activation:?}");
            // Without a row there is nothing.
            uut.keep.next = false;
            tick(&mut uut, |u| &mut u.clock);
            assert_eq!(uut.result.val().to_u16(), 0);
            saturated += usize::from(want == i16::MAX || want == i16::MIN);
        }
        assert!((100..2900).contains(&saturated), "{saturated} saturated: the test looks at one side only");
    }
}
