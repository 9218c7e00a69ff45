//! Drain: bias, rounding shift, saturation and activation function of a finished row (R5).
//!
//! Ports: `clock`; `sum[48]` (`acc_bits` wide), `first`, `bias_word[32]`, `partial_in[48]`, `shift[5]`, `relu`;
//! `partial[48]`, `result[16]`.
//! Latency: four cycles, a row a cycle. The bias word has the rounding constant in it.
//!
//! Where the columns of a row are split over several PEs, their drain units form a chain: the `first` one adds
//! the bias to its sum, each of the others its sum to the `partial` of the one before, which comes a cycle later.
//! So adding up takes no adder that is not there anyway. The last one's `result` is the row's.
//!
//! The arithmetic shift is done on the magnitude: for a negative `x`, `x >> s` is `!(!x >> s)`. So only zeros
//! are shifted in, and what is left above bit 14 is the saturation. It is shifted by eights, then by ones: of the bits
//! above 21, which the second shift leaves above bit 14 in any case, only whether there are any goes on.

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
    /// The activation.
    pub result: Signal<Out, Bits<16>>,
    biased: DFF<Bits<48>>,
    coarse: DFF<Bits<48>>,
    fine: DFF<Bits<24>>,
    high3: DFF<Bit>,
    adder: ChoosingAdder,
    negative2: DFF<Bit>,
    negative3: DFF<Bit>,
    result4: DFF<Bits<16>>,
    bias: Signal<Local, Bits<48>>,
    negative: Signal<Local, Bit>,
    magnitude: Signal<Local, Bits<48>>,
    eights: Signal<Local, Bits<5>>,
    ones: Signal<Local, Bits<5>>,
    above: Signal<Local, Bits<24>>,
    shifted: Signal<Local, Bits<48>>,
    low: Signal<Local, Bits<16>>,
    flipped: Signal<Local, Bits<16>>,
    ones_above: Constant<Bits<48>>,
    acc_mask: Constant<Bits<48>>,
    acc_sign: Constant<Bits<48>>,
    eights_mask: Constant<Bits<5>>,
    ones_mask: Constant<Bits<5>>,
    above_mask: Constant<Bits<24>>,
    high_mask: Constant<Bits<48>>,
    low_mask: Constant<Bits<48>>,
    largest: Constant<Bits<16>>,
}

impl Drain {
    /// For accumulators of the configuration's width.
    pub fn new(config: &Config) -> Self {
        let acc_mask = (1u64 << config.acc_bits) - 1;
        Self {
            clock: Default::default(),
            sum: Default::default(),
            first: Default::default(),
            partial_in: Default::default(),
            partial: Default::default(),
            bias_word: Default::default(),
            shift: Default::default(),
            relu: Default::default(),
            result: Default::default(),
            biased: Default::default(),
            coarse: Default::default(),
            fine: Default::default(),
            high3: Default::default(),
            adder: ChoosingAdder::new(config.acc_bits as usize),
            negative2: Default::default(),
            negative3: Default::default(),
            result4: Default::default(),
            bias: Default::default(),
            negative: Default::default(),
            magnitude: Default::default(),
            eights: Default::default(),
            ones: Default::default(),
            above: Default::default(),
            shifted: Default::default(),
            low: Default::default(),
            flipped: Default::default(),
            ones_above: Constant::new((acc_mask & !0xffff_ffff).into()),
            acc_mask: Constant::new(acc_mask.into()),
            acc_sign: Constant::new((1u64 << (config.acc_bits - 1)).into()),
            eights_mask: Constant::new(0x18.into()),
            ones_mask: Constant::new(0x07.into()),
            above_mask: Constant::new(0x3f_8000.into()),
            high_mask: Constant::new((acc_mask & !0x3f_ffff).into()),
            low_mask: Constant::new(0x3f_ffff.into()),
            largest: Constant::new(0x7fff.into()),
        }
    }
}

impl Logic for Drain {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, biased, coarse, fine, high3, negative2, negative3, result4);
        self.bias.next = bit_cast::<48, 32>(self.bias_word.val());
        if self.bias_word.val().get_bit(31) {
            self.bias.next = bit_cast::<48, 32>(self.bias_word.val()) | self.ones_above.val();
        }
        self.adder.choose.next = self.first.val();
        self.adder.a.next = self.bias.val();
        self.adder.d.next = self.partial_in.val();
        self.adder.b.next = self.sum.val();
        self.partial.next = self.biased.q.val();
        self.biased.d.next = self.adder.sum.val();
        self.negative.next = (self.biased.q.val() & self.acc_sign.val()).any();
        self.magnitude.next = self.biased.q.val();
        if self.negative.val() {
            self.magnitude.next = self.biased.q.val() ^ self.acc_mask.val();
        }
        self.eights.next = self.shift.val() & self.eights_mask.val();
        self.ones.next = self.shift.val() & self.ones_mask.val();
        self.coarse.d.next = self.magnitude.val() >> self.eights.val();
        self.negative2.d.next = self.negative.val();
        self.shifted.next = (self.coarse.q.val() & self.low_mask.val()) >> self.ones.val();
        self.fine.d.next = bit_cast::<24, 48>(self.shifted.val());
        self.high3.d.next = (self.coarse.q.val() & self.high_mask.val()).any();
        self.negative3.d.next = self.negative2.q.val();
        self.above.next = self.fine.q.val() & self.above_mask.val();
        self.low.next = bit_cast::<16, 24>(self.fine.q.val()) & self.largest.val();
        if self.above.val().any() | self.high3.q.val() {
            self.low.next = self.largest.val();
        }
        self.flipped.next = !self.low.val();
        self.result4.d.next = self.low.val();
        if self.negative3.q.val() {
            self.result4.d.next = self.flipped.val();
            if self.relu.val() {
                self.result4.d.next = 0.into();
            }
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
        let mut uut = connected!(Drain::new(&config), clock, sum, first, partial_in, bias_word, shift, relu);
        let mut next = numbers(1);
        let mut saturated = 0;
        for round in 0..3000 {
            let shift = (next() % u64::from(MAX_SHIFT + 1)) as u8;
            let acc = wrap(next() as i64 >> (next() % 50), bits);
            let bias = (next() % (2 * MAX_BIAS as u64 + 1)) as i64 as i32 - MAX_BIAS;
            let activation = if round % 3 == 0 { Activation::Relu } else { Activation::Identity };
            uut.sum.next = (acc as u64 & ((1 << bits) - 1)).into();
            uut.first.next = true;
            uut.bias_word.next = u64::from(bias_word(bias, shift) as u32).into();
            uut.shift.next = u64::from(shift).into();
            uut.relu.next = activation == Activation::Relu;
            for _ in 0..4 {
                tick(&mut uut, |u| &mut u.clock);
            }
            let want = drain(acc, bias, shift, activation, bits);
            let got = uut.result.val().to_u16() as i16;
            assert_eq!(got, want, "acc {acc} bias {bias} shift {shift} {activation:?}");
            saturated += usize::from(want == i16::MAX || want == i16::MIN);
        }
        assert!((100..2900).contains(&saturated), "{saturated} saturated: the test looks at one side only");
    }
}
