//! What a device does with a request's body: the reference for the hardware, and the model device's engine.

use super::op::{self, Order};
use super::Status;

/// The words of a device, as operations reach them.
pub trait Words {
    /// Number of PEs.
    fn pes(&self) -> u32;
    /// Writes a word. What is no word is ignored.
    fn write(&mut self, address: u32, data: u32);
    /// Reads a word. What is no word reads as any number.
    fn read(&mut self, address: u32) -> u32;
    /// Waits until the device is not busy; says whether it came to that in time.
    fn wait(&mut self) -> bool;
}

/// Reads the body, byte by byte and bit by bit.
struct Cursor<'a> {
    body: &'a [u8],
    at: usize,
    byte: u8,
    left: u32,
}

impl Cursor<'_> {
    fn byte(&mut self) -> Result<u8, Status> {
        let byte = *self.body.get(self.at).ok_or(Status::Truncated)?;
        self.at += 1;
        Ok(byte)
    }

    fn number(&mut self, bytes: u32) -> Result<u32, Status> {
        (0..bytes).try_fold(0, |number, k| Ok(number | u32::from(self.byte()?) << (8 * k)))
    }

    fn bits(&mut self, width: u32, signed: bool) -> Result<u32, Status> {
        let mut word = 0;
        for k in 0..width {
            if self.left == 0 {
                self.byte = self.byte()?;
                self.left = 8;
            }
            let bit = u32::from(self.byte >> 7);
            self.byte <<= 1;
            self.left -= 1;
            word = if k == 0 && signed { 0u32.wrapping_sub(bit) } else { word << 1 | bit };
        }
        Ok(word)
    }
}

/// A reply's body as it grows.
struct Reply {
    bytes: Vec<u8>,
    held: u32,
    count: u32,
    slot: usize,
}

impl Reply {
    fn bits(&mut self, word: u32, width: u32) -> Result<(), Status> {
        for k in (0..width).rev() {
            self.held = self.held << 1 | word >> k & 1;
            self.count += 1;
            if self.count == 8 {
                self.byte()?;
            }
        }
        Ok(())
    }

    fn byte(&mut self) -> Result<(), Status> {
        if self.bytes.len() == self.slot {
            return Err(Status::Overflow);
        }
        self.bytes.push((self.held << (8 - self.count)) as u8);
        (self.held, self.count) = (0, 0);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Status> {
        if self.count > 0 {
            self.byte()?;
        }
        Ok(())
    }
}

/// Executes a body. The reply's status and body, of up to `slot` bytes.
pub fn execute(body: &[u8], slot: usize, words: &mut impl Words) -> (Status, Vec<u8>) {
    let mut cursor = Cursor { body, at: 0, byte: 0, left: 0 };
    let mut reply = Reply { bytes: Vec::new(), held: 0, count: 0, slot };
    let status = loop {
        if cursor.at == body.len() {
            break Status::Done;
        }
        if let Err(status) = operation(&mut cursor, &mut reply, words) {
            break status;
        }
    };
    (status, reply.bytes)
}

fn operation(cursor: &mut Cursor, reply: &mut Reply, words: &mut impl Words) -> Result<(), Status> {
    let first = cursor.byte()?;
    let code = first & op::CODE_MASK;
    if first & !op::KNOWN_BITS != 0 || !(op::WRITE..=op::WAIT).contains(&code) {
        return Err(Status::BadOperation);
    }
    if code == op::RUN || code == op::WAIT {
        if code == op::RUN {
            let steps = cursor.number(2)?;
            words.write(crate::regs::START, steps);
        }
        return if words.wait() { Ok(()) } else { Err(Status::TimedOut) };
    }
    let (mut at, count, width) = (cursor.number(4)?, cursor.number(2)?, cursor.number(1)?);
    let gap = if code == op::SPARSE { cursor.number(1)? } else { 1 };
    if !(1..=32).contains(&width) || !(1..=op::MAX_GAP).contains(&gap) {
        return Err(Status::BadOperation);
    }
    let order = if first & op::POSITION != 0 { Order::Position(words.pes()) } else { Order::Offset };
    let signed = first & op::SIGNED != 0;
    cursor.left = 0;
    let mut left = count;
    while left > 0 {
        if code == op::READ {
            reply.bits(words.read(at), width)?;
        } else {
            if code == op::SPARSE {
                let zeros = cursor.bits(gap, false)?;
                for _ in 0..zeros.min(left) {
                    words.write(at, 0);
                    at = order.next(at);
                    left -= 1;
                }
                if left == 0 || zeros == (1 << gap) - 1 {
                    continue;
                }
            }
            words.write(at, cursor.bits(width, signed)?);
        }
        at = order.next(at);
        left -= 1;
    }
    reply.finish()
}
