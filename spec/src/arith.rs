//! The arithmetic rules R1 to R6, as functions. Golden model, RTL and boards agree with these bit for bit.
//!
//! | rule | what it fixes |
//! |---|---|
//! | R1 | activations are `i16`, one scale a layer |
//! | R2 | a weight is a 4-bit code into the layer's codebook of up to 16 `i16` values; all 16 are free |
//! | R3 | products are exact `i32`; a row's accumulator has `acc_bits` bits and wraps ([`wrap`], [`mac`]) |
//! | R4 | row addresses are runs of skipped rows; the largest run code skips without a weight ([`run_symbol`]) |
//! | R5 | drain: bias, rounding shift, saturation, activation ([`drain`]) |
//! | R6 | zero activations are never sent: they would add nothing |
//!
//! R4 goes further than EIE, whose fillers are entries of weight zero: here the all-ones run code *is* the
//! filler, so no codebook entry has to be kept free for it and it costs no multiplication.

use serde::{Deserialize, Serialize};

/// Bits of a weight code (R2).
pub const CODE_BITS: u32 = 4;
/// Codebook entries a code can name.
pub const CODES: usize = 1 << CODE_BITS;
/// Narrowest accumulator (R3).
pub const MIN_ACC_BITS: u32 = 32;
/// Widest accumulator (R3).
pub const MAX_ACC_BITS: u32 = 48;
/// Largest requantising shift (R5). With [`MAX_BIAS`] it keeps `bias + half` inside an `i32`.
pub const MAX_SHIFT: u8 = 30;
/// Largest magnitude of a bias, in accumulator units.
pub const MAX_BIAS: i32 = 1 << 30;
/// Largest magnitude of an activation: that of `i16::MIN`.
pub const MAX_ACTIVATION: u32 = 1 << 15;

/// What follows the requantising shift (R5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Activation {
    /// The value as it is.
    Identity,
    /// Negative values become zero.
    Relu,
}

impl Activation {
    /// Largest magnitude that this function can give: 32768 for identity (`i16::MIN`), 32767 for ReLU.
    pub fn max_magnitude(self) -> u32 {
        match self {
            Activation::Identity => MAX_ACTIVATION,
            Activation::Relu => MAX_ACTIVATION - 1,
        }
    }
}

/// Wraps `value` to `bits` bits of two's complement (R3). `bits` is 1 to 64.
pub fn wrap(value: i64, bits: u32) -> i64 {
    let unused = 64 - bits;
    (value << unused) >> unused
}

/// One multiply-accumulate (R3): the exact product of a codebook value and an activation, added and wrapped.
pub fn mac(acc: i64, weight: i16, activation: i16, acc_bits: u32) -> i64 {
    let product = i32::from(weight) * i32::from(activation);
    wrap(acc.wrapping_add(i64::from(product)), acc_bits)
}

/// Half a unit of the last place that the shift keeps (R5): `1 << (shift - 1)`, or 0 for a shift of 0.
pub fn half(shift: u8) -> i32 {
    if shift == 0 {
        0
    } else {
        1 << (shift - 1)
    }
}

/// Bias and rounding constant as the device stores them: one addend. In range for any legal bias and shift.
pub fn bias_word(bias: i32, shift: u8) -> i32 {
    bias.wrapping_add(half(shift))
}

/// The drain of a row (R5): `activation(sat16((acc + bias + half) >> shift))`; the sum wraps to `acc_bits`.
pub fn drain(acc: i64, bias: i32, shift: u8, activation: Activation, acc_bits: u32) -> i16 {
    let sum = wrap(acc.wrapping_add(i64::from(bias_word(bias, shift))), acc_bits);
    let y = (sum >> shift).clamp(i64::from(i16::MIN), i64::from(i16::MAX)) as i16;
    match activation {
        Activation::Identity => y,
        Activation::Relu => y.max(0),
    }
}

/// The run code that skips without a weight (R4): all ones.
pub fn run_symbol(run_bits: u32) -> u32 {
    (1 << run_bits) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrap_is_twos_complement() {
        assert_eq!(wrap((1 << 31) - 1, 32), (1 << 31) - 1);
        assert_eq!(wrap(1 << 31, 32), -(1 << 31));
        assert_eq!(wrap(-(1 << 31) - 1, 32), (1 << 31) - 1);
        assert_eq!(wrap(-1, 40), -1);
    }

    #[test]
    fn drain_rounds_half_up_and_saturates() {
        use Activation::*;
        assert_eq!(drain(7, 0, 3, Identity, 32), 1); // 0.875 rounds to 1
        assert_eq!(drain(4, 0, 3, Identity, 32), 1); // 0.5 rounds up
        assert_eq!(drain(3, 0, 3, Identity, 32), 0);
        assert_eq!(drain(-4, 0, 3, Identity, 32), 0); // -0.5 rounds up to 0
        assert_eq!(drain(-5, 0, 3, Identity, 32), -1);
        assert_eq!(drain(32767, 1, 0, Identity, 32), 32767);
        assert_eq!(drain(-32768, -1, 0, Identity, 32), -32768);
        assert_eq!(drain(-9, 0, 0, Relu, 32), 0);
        // The bias add wraps with the accumulator: a certificate rules this out for real layers.
        assert_eq!(drain((1 << 31) - 1, 1, 0, Identity, 32), -32768);
    }

    #[test]
    fn extremes_are_exact() {
        assert_eq!(mac(0, i16::MIN, i16::MIN, 32), 1 << 30);
        assert_eq!(mac(1 << 30, i16::MIN, i16::MIN, 32), -(1 << 31));
        assert_eq!(mac(1 << 30, i16::MIN, i16::MIN, 40), 1 << 31);
        assert_eq!(bias_word(MAX_BIAS, MAX_SHIFT), MAX_BIAS + (1 << 29));
    }
}
