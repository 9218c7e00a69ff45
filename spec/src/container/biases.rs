//! Biases: signed integers of as few bits as hold them all, after a division by the power of two they share.

use crate::bits::{BitReader, BitWriter};

/// How a layer's biases are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    /// Trailing zero bits that all biases have; 0 if all are zero.
    pub exponent: u32,
    /// Bits that each of them takes; 0 if all are zero.
    pub width: u32,
}

impl Format {
    /// The smallest one for these biases.
    pub fn of(bias: &[i32]) -> Self {
        let all = bias.iter().fold(0, |all, b| all | b);
        let exponent = if all == 0 { 0 } else { all.trailing_zeros() };
        let width = |b: i32| if b == 0 { 0 } else { 33 - (if b < 0 { !b } else { b }).leading_zeros() };
        Format { exponent, width: bias.iter().map(|b| width(b >> exponent)).max().unwrap_or(0) }
    }

    /// Bytes of `count` biases.
    pub fn bytes(self, count: usize) -> usize {
        (count * self.width as usize).div_ceil(8)
    }

    /// The packed biases.
    pub fn pack(self, bias: &[i32]) -> Vec<u8> {
        let mut bits = BitWriter::default();
        bias.iter().for_each(|b| bits.push((b >> self.exponent) as u32, self.width));
        bits.finish()
    }

    /// The `count` biases of these bytes.
    ///
    /// # Errors
    /// A sentence about padding that is not zero.
    pub fn unpack(self, bytes: &[u8], count: usize) -> Result<Vec<i32>, &'static str> {
        if self.width == 0 {
            return Ok(vec![0; count]);
        }
        let mut bits = BitReader::new(bytes);
        let above = 32 - self.width;
        let bias = (0..count).map(|_| (bits.read(self.width) << above) as i32 >> above << self.exponent).collect();
        bits.finish()?;
        Ok(bias)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn few_significant_bits_take_few_bits() {
        assert_eq!(Format::of(&[0, 0]), Format { exponent: 0, width: 0 });
        assert_eq!(Format::of(&[1024, -2048, 0]), Format { exponent: 10, width: 2 });
        assert_eq!(Format::of(&[-1]), Format { exponent: 0, width: 1 });
        assert_eq!(Format::of(&[i32::MIN, i32::MAX]), Format { exponent: 0, width: 32 });
        assert_eq!(Format::of(&[i32::MIN]), Format { exponent: 31, width: 1 });
    }

    proptest! {
        #[test]
        fn biases_round_trip(bias in prop::collection::vec(any::<i32>(), 1..20), down in 0u32..32, up in 0u32..20) {
            let bias: Vec<i32> = bias.iter().map(|b| b >> down << up).collect();
            let format = Format::of(&bias);
            prop_assert!(format.exponent + format.width <= 32);
            let bytes = format.pack(&bias);
            prop_assert_eq!(bytes.len(), format.bytes(bias.len()));
            prop_assert_eq!(format.unpack(&bytes, bias.len()), Ok(bias));
        }
    }
}
