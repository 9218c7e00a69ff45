//! Fields of protobuf messages by their place in a file.
//!
//! Messages are decoded by prost. What it does not give is where a field was, which rewriting needs to keep every
//! other byte; and it allocates for every field of a message before anybody can look at their number.

use std::ops::Range;

/// A field of a message.
pub(super) struct Field {
    /// Its number.
    pub number: u64,
    /// Whether it is length-delimited: a message, text, bytes or packed numbers.
    pub delimited: bool,
    /// Its value in the file, without its length.
    pub range: Range<usize>,
}

/// Reads a variable-length integer: its value and length.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0;
    for (i, &byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte < 0x80 {
            return Some((value, i + 1));
        }
    }
    None
}

/// Appends a variable-length integer.
pub(super) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// The fields of the message at `range`, up to and with the first error. The text of an error begins with a verb.
pub(super) fn fields(file: &[u8], range: Range<usize>) -> impl Iterator<Item = Result<Field, String>> + '_ {
    let (mut at, end) = (range.start, range.end.min(file.len()));
    std::iter::from_fn(move || {
        (at < end).then(|| {
            let field = field(&file[..end], at);
            at = field.as_ref().map_or(end, |f| f.range.end);
            field
        })
    })
}

/// The field at `at`; `file` ends where its message does.
fn field(file: &[u8], at: usize) -> Result<Field, String> {
    let cut = || format!("has a field at byte {at} that ends beyond its message: truncated or damaged");
    let (key, length) = varint(&file[at..]).ok_or_else(cut)?;
    let from = at + length;
    let (start, size) = match key & 7 {
        0 => (from, varint(&file[from..]).ok_or_else(cut)?.1),
        1 => (from, 8),
        2 => {
            let (size, length) = varint(&file[from..]).ok_or_else(cut)?;
            (from + length, usize::try_from(size).map_err(|_| cut())?)
        }
        5 => (from, 4),
        other => return Err(format!("has a field of wire type {other} at byte {at}, expected 0, 1, 2 or 5")),
    };
    let end = start.checked_add(size).filter(|&end| end <= file.len()).ok_or_else(cut)?;
    Ok(Field { number: key >> 3, delimited: key & 7 == 2, range: start..end })
}

/// Where the length of the length-delimited value at `start` begins: behind the last byte of its field's key,
/// which is the last one before with no bit 7.
pub(super) fn length_start(file: &[u8], start: usize) -> usize {
    let last = start.saturating_sub(1);
    last - file[..last].iter().rev().take_while(|&&byte| byte >= 0x80).count()
}

/// Where a slice of a file is in it.
pub(super) fn place(file: &[u8], part: &[u8]) -> Range<usize> {
    // An empty slice may be anywhere.
    let start = (part.as_ptr() as usize).wrapping_sub(file.as_ptr() as usize);
    match part.is_empty() || start > file.len() {
        true => 0..0,
        false => start..start + part.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_fields_and_their_lengths() {
        // Field 1: 300. Field 2: three bytes, their length in two. Field 3: four bytes.
        let file = [0x08, 0xac, 0x02, 0x12, 0x83, 0x00, 7, 8, 9, 0x1d, 1, 2, 3, 4];
        let found: Vec<Field> = fields(&file, 0..file.len()).map(|f| f.unwrap()).collect();
        let numbers: Vec<(u64, Range<usize>)> = found.iter().map(|f| (f.number, f.range.clone())).collect();
        assert_eq!(numbers, [(1, 1..3), (2, 6..9), (3, 10..14)]);
        assert_eq!(length_start(&file, 6), 4);
        for end in [2, 5, 8, 12] {
            assert!(fields(&file, 0..end).any(|f| f.is_err()), "{end}");
        }
        assert!(fields(&[0x0b], 0..1).any(|f| f.is_err_and(|why| why.contains("wire type 3"))));
        assert!(fields(&[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], 0..11).any(|f| f.is_err()));
    }

    #[test]
    fn variable_length_integers_round_trip() {
        for value in [0, 1, 127, 128, 300, 1 << 32, u64::MAX] {
            let mut bytes = Vec::new();
            put_varint(&mut bytes, value);
            assert_eq!(varint(&bytes), Some((value, bytes.len())));
        }
        assert_eq!(varint(&[0x80; 11]), None);
    }
}
