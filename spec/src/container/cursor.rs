//! A place in the file from which fields are read in order, with errors that name it.

use super::{ContainerError, MAX_TENSOR_NAME};
use crate::bits::BitReader;
use crate::huffman::Decoder;
use std::ops::RangeInclusive;

/// Reads the fields of the header or of one section.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    /// Next byte to read, from the start of the file.
    pub at: usize,
    /// End of the section.
    pub end: usize,
    /// Section, for messages.
    pub place: String,
}

/// A Huffman code of the file.
pub(super) struct Code {
    /// Where its lengths are.
    pub at: usize,
    pub lengths: Vec<u8>,
    pub decoder: Decoder,
}

/// A Huffman coded stream of the file.
pub(super) struct Stream<'a> {
    /// Where its bytes are.
    pub at: usize,
    pub bytes: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// Over a whole file.
    pub fn new(bytes: &'a [u8]) -> Self {
        Cursor { bytes, at: 0, end: bytes.len(), place: "header".into() }
    }

    /// The error for a field.
    pub fn fail<T>(
        &self,
        offset: usize,
        field: &str,
        found: impl ToString,
        expected: impl ToString,
    ) -> Result<T, ContainerError> {
        let place = format!("{}, {field}", self.place);
        Err(ContainerError::Field { offset, place, found: found.to_string(), expected: expected.to_string() })
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize, field: &str) -> Result<&'a [u8], ContainerError> {
        let left = self.end - self.at;
        if left < count {
            return self.fail(self.at, field, format!("{left} bytes left"), format!("{count} bytes"));
        }
        self.at += count;
        Ok(&self.bytes[self.at - count..self.at])
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self, field: &str) -> Result<[u8; N], ContainerError> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N, field)?);
        Ok(out)
    }

    pub fn byte(&mut self, field: &str) -> Result<u8, ContainerError> {
        Ok(self.array::<1>(field)?[0])
    }

    pub fn half(&mut self, field: &str) -> Result<u16, ContainerError> {
        Ok(u16::from_le_bytes(self.array(field)?))
    }

    pub fn word(&mut self, field: &str) -> Result<u32, ContainerError> {
        Ok(u32::from_le_bytes(self.array(field)?))
    }

    pub fn float(&mut self, field: &str) -> Result<f32, ContainerError> {
        Ok(f32::from_le_bytes(self.array(field)?))
    }

    /// A byte in a range.
    pub fn small(&mut self, field: &str, range: RangeInclusive<u32>) -> Result<u32, ContainerError> {
        let at = self.at;
        let value = self.byte(field)?.into();
        match range.contains(&value) {
            true => Ok(value),
            false => self.fail(at, field, value, format!("{} to {}", range.start(), range.end())),
        }
    }

    /// Text behind a byte with its length.
    pub fn name(&mut self, field: &str) -> Result<String, ContainerError> {
        let count = self.byte(field)?.into();
        self.text(count, field)
    }

    /// Text of up to [`MAX_TENSOR_NAME`] bytes behind two bytes with its length.
    pub fn long_name(&mut self, field: &str) -> Result<String, ContainerError> {
        let at = self.at;
        let count = self.half(field)?.into();
        if count > MAX_TENSOR_NAME {
            return self.fail(at, field, format!("{count} bytes"), format!("at most {MAX_TENSOR_NAME}"));
        }
        self.text(count, field)
    }

    fn text(&mut self, count: usize, field: &str) -> Result<String, ContainerError> {
        let at = self.at;
        match std::str::from_utf8(self.take(count, field)?) {
            Ok(text) => Ok(text.to_owned()),
            Err(e) => self.fail(at + e.valid_up_to(), field, "a byte that is not text", "UTF-8"),
        }
    }

    /// The CRC-32 of everything since `start`.
    pub fn checksum(&mut self, start: usize) -> Result<(), ContainerError> {
        let at = self.at;
        let stored = self.word("CRC-32")?;
        let computed = crc32fast::hash(&self.bytes[start..at]);
        match computed == stored {
            true => Ok(()),
            false => self.fail(
                at,
                "CRC-32",
                format!("{stored:#010x}"),
                format!(
                    "{computed:#010x}, the sum of bytes {start} to {}: the file is damaged; make or fetch it again",
                    at - 1
                ),
            ),
        }
    }

    /// A section: its length, its body, and a checksum over both. Gives a cursor over the body.
    pub fn section(&mut self, place: String) -> Result<Cursor<'a>, ContainerError> {
        self.place = place;
        let start = self.at;
        let length = self.word("length")? as usize;
        let at = self.at;
        self.take(length, "body")?;
        self.checksum(start)?;
        Ok(Cursor { bytes: self.bytes, at, end: at + length, place: self.place.clone() })
    }

    /// Checks that nothing is left.
    pub fn finish(&self, what: &str) -> Result<(), ContainerError> {
        match self.end - self.at {
            0 => Ok(()),
            left => self.fail(self.at, "end", format!("{left} more bytes"), format!("the {what}'s end")),
        }
    }

    /// The code lengths of `count` symbols, four bits each.
    pub fn code(&mut self, count: usize, field: &str) -> Result<Code, ContainerError> {
        let at = self.at;
        let mut bits = BitReader::new(self.take((4 * count).div_ceil(8), field)?);
        let lengths: Vec<u8> = (0..count).map(|_| bits.read(4) as u8).collect();
        match bits.finish().and_then(|()| Decoder::new(&lengths)) {
            Ok(decoder) => Ok(Code { at, lengths, decoder }),
            Err(why) => self.fail(at, field, why, "code lengths of a complete prefix code"),
        }
    }

    /// Bytes behind a word with their number.
    pub fn stream(&mut self, field: &str) -> Result<Stream<'a>, ContainerError> {
        let count = self.word(field)? as usize;
        let at = self.at;
        Ok(Stream { at, bytes: self.take(count, field)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_offset_place_and_both_values() {
        let mut cursor = Cursor::new(&[7, 200, 1]);
        assert_eq!(cursor.small("first", 0..=9).unwrap(), 7);
        let message = |e: ContainerError| e.to_string();
        assert_eq!(
            cursor.word("second").map_err(message).unwrap_err(),
            "byte 1 (header, second): found 2 bytes left, expected 4 bytes"
        );
        assert_eq!(
            cursor.small("second", 0..=9).map_err(message).unwrap_err(),
            "byte 1 (header, second): found 200, expected 0 to 9"
        );
        assert_eq!(
            cursor.finish("file").map_err(message).unwrap_err(),
            "byte 2 (header, end): found 1 more bytes, expected the file's end"
        );
    }

    #[test]
    fn a_section_is_checked_as_a_whole() {
        let mut bytes = vec![2, 0, 0, 0, 0xaa, 0xbb];
        let crc = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        let section = Cursor::new(&bytes).section("layer 0".into()).unwrap();
        assert_eq!((section.at, section.end), (4, 6));
        for place in 0..bytes.len() {
            bytes[place] ^= 1;
            assert!(Cursor::new(&bytes).section("layer 0".into()).is_err(), "{place}");
            bytes[place] ^= 1;
        }
    }
}
