//! Bits of given probabilities to bytes and back: the range coder is that of the crate `constriction`.

use constriction::backends::Cursor;
use constriction::stream::model::{DecoderModel, EncoderModel, EntropyModel};
use constriction::stream::queue::{RangeDecoder, RangeEncoder};
use constriction::stream::{Decode, Encode};
use std::num::NonZeroU16;

/// Probabilities have so many bits.
pub(super) const PRECISION: usize = 16;

/// Passes one bit after the other, in either direction, so that both directions share one model.
pub(super) trait Coder {
    /// A bit that is one with probability `one / 65536`, which is neither zero nor certain. An encoder writes `bit`
    /// and gives it back, a decoder gives the one that it reads.
    fn code(&mut self, one: u16, bit: bool) -> Result<bool, &'static str>;
}

/// The distribution of one bit.
#[derive(Clone, Copy)]
struct Bernoulli {
    zero: NonZeroU16,
    one: NonZeroU16,
}

impl Bernoulli {
    fn new(one: u16) -> Self {
        // 2^16 - one, modulo 2^16.
        let count = |n| NonZeroU16::new(n).unwrap_or(NonZeroU16::MIN);
        Bernoulli { zero: count(0u16.wrapping_sub(one)), one: count(one) }
    }
}

impl EntropyModel<PRECISION> for Bernoulli {
    type Symbol = bool;
    type Probability = u16;
}

impl EncoderModel<PRECISION> for Bernoulli {
    fn left_cumulative_and_probability(&self, symbol: impl std::borrow::Borrow<bool>) -> Option<(u16, NonZeroU16)> {
        Some(if *symbol.borrow() { (self.zero.get(), self.one) } else { (0, self.zero) })
    }
}

impl DecoderModel<PRECISION> for Bernoulli {
    fn quantile_function(&self, quantile: u16) -> (bool, u16, NonZeroU16) {
        if quantile < self.zero.get() {
            (false, 0, self.zero)
        } else {
            (true, self.zero.get(), self.one)
        }
    }
}

/// Words of two bytes keep the end of a stream short; a state of four words keeps rounding losses away.
pub(super) struct Encoder(RangeEncoder<u16, u64>);

impl Encoder {
    pub fn new() -> Self {
        Encoder(RangeEncoder::new())
    }

    /// The bytes. Zeros at the end are left away: a decoder reads zeros there.
    pub fn finish(self) -> Vec<u8> {
        let Ok(words) = self.0.into_compressed();
        let mut bytes: Vec<u8> = words.into_iter().flat_map(u16::to_be_bytes).collect();
        bytes.truncate(bytes.iter().rposition(|&b| b != 0).map_or(0, |last| last + 1));
        bytes
    }
}

impl Coder for Encoder {
    #[inline]
    fn code(&mut self, one: u16, bit: bool) -> Result<bool, &'static str> {
        self.0.encode_symbol(bit, Bernoulli::new(one)).map_err(|_| "a bit that cannot be")?;
        Ok(bit)
    }
}

/// Reads bits, and writes them again: the bytes must come out the same, or two files would say the same.
pub(super) struct Decoder<'a> {
    bytes: &'a [u8],
    decoder: RangeDecoder<u16, u64, Cursor<u16, Vec<u16>>>,
    echo: Encoder,
}

impl<'a> Decoder<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        let word = |pair: &[u8]| u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]);
        let words: Vec<u16> = bytes.chunks(2).map(word).collect();
        let Ok(decoder) = RangeDecoder::from_compressed(words);
        Decoder { bytes, decoder, echo: Encoder::new() }
    }

    /// Checks that the bytes are those that an encoder writes.
    pub fn finish(self) -> Result<(), &'static str> {
        match self.echo.finish() == self.bytes {
            true => Ok(()),
            false => Err("bytes that no writer gives"),
        }
    }
}

impl Coder for Decoder<'_> {
    #[inline]
    fn code(&mut self, one: u16, _: bool) -> Result<bool, &'static str> {
        let bit = self.decoder.decode_symbol(Bernoulli::new(one)).map_err(|_| "bytes of no range code")?;
        self.echo.code(one, bit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(bits: &[(u16, bool)]) -> Vec<u8> {
        let mut encoder = Encoder::new();
        bits.iter().for_each(|&(one, bit)| assert_eq!(encoder.code(one, bit), Ok(bit)));
        encoder.finish()
    }

    #[test]
    fn likely_bits_take_little() {
        assert_eq!(encoded(&[]), []);
        assert!(encoded(&[(65500, true); 1000]).len() <= 3);
        assert!((123..=128).contains(&encoded(&[(1 << 15, true); 1000]).len()));
    }

    proptest! {
        #[test]
        fn bits_round_trip(bits in prop::collection::vec((1u16..=u16::MAX, any::<bool>()), 0..400)) {
            let bytes = encoded(&bits);
            let mut decoder = Decoder::new(&bytes);
            for &(one, bit) in &bits {
                prop_assert_eq!(decoder.code(one, !bit), Ok(bit));
            }
            prop_assert_eq!(decoder.finish(), Ok(()));
            // Control: the same bits in more bytes are not accepted.
            let longer = [&bytes[..], &[0]].concat();
            let mut decoder = Decoder::new(&longer);
            bits.iter().for_each(|&(one, _)| assert!(decoder.code(one, false).is_ok()));
            prop_assert!(decoder.finish().is_err());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..40), one in 1u16..=u16::MAX) {
            let mut decoder = Decoder::new(&bytes);
            let read = (0..500).try_for_each(|_| decoder.code(one, false).map(drop));
            prop_assert!(read.is_ok() || read == Err("bytes of no range code"));
            let _ = decoder.finish();
        }
    }
}
