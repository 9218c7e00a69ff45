//! Sessions on record: [`Recorder`] writes what goes over a pipe to a file, [`Replay`] is a pipe that does it again.
//!
//! The file has a line for each piece of bytes, in their order: `>` (sent) or `<` (received), then the bytes in
//! hexadecimal. The host must send the same again: with [`crate::link::Settings::session`] it does.

use super::{Address, Transport, TransportError};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Duration;

/// A pipe that is written down.
pub struct Recorder<T> {
    inner: T,
    file: BufWriter<File>,
}

impl<T: Transport> Recorder<T> {
    /// Writes to a file, from now on.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn new(inner: T, path: &Path) -> Result<Self, TransportError> {
        let fail =
            |e: std::io::Error| TransportError::Open { address: path.display().to_string(), why: e.to_string() };
        Ok(Recorder { inner, file: BufWriter::new(File::create(path).map_err(fail)?) })
    }

    fn note(&mut self, sign: char, bytes: &[u8]) -> Result<(), TransportError> {
        let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        let fail = |e: std::io::Error| TransportError::Failed { pipe: "record".into(), why: e.to_string() };
        writeln!(self.file, "{sign}{hex}").and_then(|()| self.file.flush()).map_err(fail)
    }
}

impl<T: Transport> Transport for Recorder<T> {
    fn name(&self) -> String {
        self.inner.name()
    }

    fn send(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), TransportError> {
        self.inner.send(bytes, timeout)?;
        self.note('>', bytes)
    }

    fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, TransportError> {
        let count = self.inner.receive(buffer, timeout)?;
        if count > 0 {
            self.note('<', &buffer[..count])?;
        }
        Ok(count)
    }

    fn byte_time(&self) -> Duration {
        self.inner.byte_time()
    }

    fn now(&self) -> Duration {
        self.inner.now()
    }
}

/// A pipe off the record: `replay:FILE`.
pub struct Replay {
    name: String,
    /// Whether sent, and the bytes.
    pieces: VecDeque<(bool, Vec<u8>)>,
    now: Duration,
}

impl Replay {
    /// Reads a record.
    ///
    /// # Errors
    /// A file that is not there, or is no record.
    pub fn open(address: &Address) -> Result<Self, TransportError> {
        address.check_options(&[])?;
        let text = std::fs::read_to_string(&address.path).map_err(|e| address.not_opened(e))?;
        let mut pieces = VecDeque::new();
        for (number, line) in text.lines().enumerate() {
            let piece = parse_line(line);
            pieces.push_back(piece.ok_or_else(|| {
                address.not_opened(format!("line {}: expected > or < and bytes in hexadecimal", number + 1))
            })?);
        }
        Ok(Replay { name: address.path.clone(), pieces, now: Duration::ZERO })
    }
}

fn parse_line(line: &str) -> Option<(bool, Vec<u8>)> {
    let sent = match line.as_bytes().first()? {
        b'>' => true,
        b'<' => false,
        _ => return None,
    };
    let digit = |d: u8| char::from(d).to_digit(16);
    let pair = |p: &[u8]| Some((digit(*p.first()?)? * 16 + digit(*p.get(1)?)?) as u8);
    Some((sent, line.as_bytes()[1..].chunks(2).map(pair).collect::<Option<_>>()?))
}

impl Transport for Replay {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn send(&mut self, bytes: &[u8], _timeout: Duration) -> Result<(), TransportError> {
        // The next of what was sent: answers that were there before may still wait to be received.
        let next = self.pieces.iter().position(|p| p.0).and_then(|at| self.pieces.remove(at));
        match next {
            Some((_, recorded)) if recorded == bytes => Ok(()),
            Some(_) => Err(TransportError::Failed {
                pipe: self.name(),
                why: "the host sends something else than on the record".into(),
            }),
            None => Err(TransportError::Closed { pipe: self.name() }),
        }
    }

    fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, TransportError> {
        let Some((false, bytes)) = self.pieces.front_mut() else {
            self.now += timeout;
            return Ok(0);
        };
        let count = buffer.len().min(bytes.len());
        buffer[..count].copy_from_slice(&bytes[..count]);
        bytes.drain(..count);
        if bytes.is_empty() {
            self.pieces.pop_front();
        }
        self.now += Duration::from_micros(1);
        Ok(count)
    }

    fn now(&self) -> Duration {
        self.now
    }
}
