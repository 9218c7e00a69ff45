//! Bit streams: the first bit is the most significant one of the first byte.

/// Writes bits into bytes; the last byte is filled up with zeros.
#[derive(Default)]
pub struct BitWriter {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl BitWriter {
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
    next: usize,
    held: u64,
    count: u32,
    used: u64,
}

impl<'a> BitReader<'a> {
    /// From the first bit on.
    pub fn new(bytes: &'a [u8]) -> Self {
        BitReader { bytes, next: 0, held: 0, count: 0, used: 0 }
    }

    /// The next `width` (1 to 32) bits, without taking them.
    pub fn peek(&mut self, width: u32) -> u32 {
        while self.count < width {
            self.held = self.held << 8 | u64::from(self.bytes.get(self.next).copied().unwrap_or(0));
            self.next += 1;
            self.count += 8;
        }
        (self.held >> (self.count - width)) as u32 & (((1u64 << width) - 1) as u32)
    }

    /// Drops bits that were peeked at.
    pub fn take(&mut self, width: u32) {
        self.count -= width;
        self.used += u64::from(width);
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

    /// Whether more bits were taken than there are.
    pub fn overrun(&self) -> bool {
        self.used > 8 * self.bytes.len() as u64
    }

    /// Checks that the stream ends here: nothing missing, less than a byte left, and that all zeros.
    pub fn finish(mut self) -> Result<(), &'static str> {
        let left = (8 * self.bytes.len() as u64).checked_sub(self.used).ok_or("the stream's end is missing")?;
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

    #[test]
    fn round_trip() {
        let items = [(5, 3), (0, 0), (0xffff_ffff, 32), (1, 1), (300, 9), (0x1234_5678, 31)];
        let mut w = BitWriter::default();
        items.iter().for_each(|&(v, n)| w.push(v, n));
        let bytes = w.finish();
        assert_eq!(bytes.len(), 76usize.div_ceil(8));
        let mut r = BitReader::new(&bytes);
        for (v, n) in items {
            assert_eq!(u64::from(r.read(n)), u64::from(v) & ((1u64 << n) - 1));
        }
        assert_eq!(r.finish(), Ok(()));
    }

    #[test]
    fn the_end_is_checked() {
        let mut r = BitReader::new(&[0x80]);
        r.read(9);
        assert!(r.overrun());
        assert!(r.finish().is_err());
        assert!(BitReader::new(&[0]).finish().is_err());
        let mut r = BitReader::new(&[0x81]);
        r.read(4);
        assert!(r.finish().is_err());
    }
}
