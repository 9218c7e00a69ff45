//! Bit streams: the first bit is the most significant one of the first byte.

/// Writes bits into bytes; the last byte is filled up with zeros.
#[derive(Default)]
pub struct BitWriter {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl BitWriter {
    /// Goes on behind bytes that there are.
    pub fn onto(bytes: Vec<u8>) -> Self {
        BitWriter { bytes, held: 0, count: 0 }
    }

    /// Appends the low `width` (0 to 32) bits of `value`, the highest first.
    pub fn push(&mut self, value: u32, width: u32) {
        self.held = self.held << width | u64::from(value) & ((1 << width) - 1);
        self.count += width;
        while self.count >= 8 {
            self.count -= 8;
            self.bytes.push((self.held >> self.count) as u8);
        }
    }

    /// The bytes.
    pub fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.bytes.push((self.held << (8 - self.count)) as u8);
        }
        self.bytes
    }
}

/// Reads bits from bytes. Past the end there are zeros: [`BitReader::finish`] tells whether that was reached.
pub struct BitReader<'a> {
    bytes: &'a [u8],
    /// Byte to load next; it runs on past the end.
    next: usize,
    /// Loaded bits that were not taken, the first one on top. Below `count` there may be bits of the byte
    /// `next` already: loading it again sets the same ones.
    held: u64,
    count: u32,
}

impl<'a> BitReader<'a> {
    /// From the first bit on.
    pub fn new(bytes: &'a [u8]) -> Self {
        BitReader { bytes, next: 0, held: 0, count: 0 }
    }

    fn refill(&mut self) {
        if let Some(&eight) = self.bytes.get(self.next..).and_then(|rest| rest.first_chunk::<8>()) {
            self.held |= u64::from_be_bytes(eight) >> self.count;
            let whole = (63 - self.count) / 8;
            self.next += whole as usize;
            self.count += 8 * whole;
        } else {
            while self.count <= 56 {
                let byte = self.bytes.get(self.next).copied().unwrap_or(0);
                self.held |= u64::from(byte) << (56 - self.count);
                self.next += 1;
                self.count += 8;
            }
        }
    }

    /// The next `width` (1 to 32) bits, without taking them.
    #[inline]
    pub fn peek(&mut self, width: u32) -> u32 {
        if self.count < width {
            self.refill();
        }
        (self.held >> (64 - width)) as u32
    }

    /// Drops `width` bits that were peeked at.
    #[inline]
    pub fn take(&mut self, width: u32) {
        self.held <<= width;
        self.count -= width;
    }

    /// The next `width` (0 to 32) bits.
    pub fn read(&mut self, width: u32) -> u32 {
        if width == 0 {
            return 0;
        }
        let value = self.peek(width);
        self.take(width);
        value
    }

    /// Bits taken so far.
    pub fn position(&self) -> u64 {
        8 * self.next as u64 - u64::from(self.count)
    }

    /// Whether more bits were taken than there are.
    #[inline]
    pub fn overrun(&self) -> bool {
        self.next > self.bytes.len() && self.position() > 8 * self.bytes.len() as u64
    }

    /// Checks that the stream ends here: nothing missing, less than a byte left, and that all zeros.
    ///
    /// # Errors
    /// A sentence about what is wrong with the end.
    pub fn finish(mut self) -> Result<(), &'static str> {
        let bits = 8 * self.bytes.len() as u64;
        let left = bits.checked_sub(self.position()).ok_or("the stream's end is missing")?;
        if left >= 8 {
            return Err("there are bytes after the stream's end");
        }
        match self.read(left as u32) {
            0 => Ok(()),
            _ => Err("the last byte's padding is not zero"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_bit_is_the_highest() {
        let mut w = BitWriter::default();
        w.push(1, 1);
        w.push(2, 3);
        assert_eq!(w.finish(), [0b1010_0000]);
        assert_eq!(BitReader::new(&[0b1010_0000]).peek(4), 0b1010);
    }

    #[test]
    fn the_end_is_checked() {
        let mut r = BitReader::new(&[0x80]);
        r.read(8);
        assert!(!r.overrun());
        r.read(1);
        assert!(r.overrun());
        assert_eq!(r.finish(), Err("the stream's end is missing"));
        assert_eq!(BitReader::new(&[]).finish(), Ok(()));
        assert_eq!(BitReader::new(&[0]).finish(), Err("there are bytes after the stream's end"));
        let mut r = BitReader::new(&[0x81]);
        r.read(4);
        assert_eq!(r.finish(), Err("the last byte's padding is not zero"));
    }

    proptest! {
        #[test]
        fn values_round_trip(items in prop::collection::vec((any::<u32>(), 0u32..=32), 0..60)) {
            let kept = |v: u32, n: u32| u64::from(v) & ((1 << n) - 1);
            let mut w = BitWriter::default();
            items.iter().for_each(|&(v, n)| w.push(v, n));
            let bytes = w.finish();
            let bits: u32 = items.iter().map(|&(_, n)| n).sum();
            prop_assert_eq!(bytes.len(), bits.div_ceil(8) as usize);
            let mut r = BitReader::new(&bytes);
            for &(v, n) in &items {
                prop_assert_eq!(u64::from(r.read(n)), kept(v, n));
                prop_assert!(!r.overrun());
            }
            prop_assert_eq!(r.position(), u64::from(bits));
            prop_assert_eq!(r.finish(), Ok(()));
        }
    }
}
