//! A bad pipe, for tests: packets in either direction are lost, repeated, reordered, damaged, cut short, or held back;
//! garbage comes in between; the line goes dead. What happens when follows from a seed.

use super::{Transport, TransportError};
use crate::numbers::Numbers;
use eie_spec::link::packet::{Reader, REPLY};
use std::collections::VecDeque;
use std::time::Duration;

/// What happens to a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// It is lost.
    Drop,
    /// It comes twice.
    Duplicate,
    /// It comes after the next one.
    Reorder,
    /// A bit is wrong.
    Corrupt,
    /// A byte is lost.
    LoseByte,
    /// Its end is lost.
    Truncate,
    /// It comes when its sender no longer waits for it.
    Delay,
    /// Random bytes come before it.
    Garbage,
    /// From now on nothing comes through, in either direction.
    Silence,
    /// From now on all bytes that come are all ones.
    AllOnes,
    /// From now on what is sent comes back.
    Echo,
    /// The connection is closed.
    Cut,
}

impl FaultKind {
    /// Those after which the line still works.
    pub const PASSING: [FaultKind; 8] = [
        FaultKind::Drop,
        FaultKind::Duplicate,
        FaultKind::Reorder,
        FaultKind::Corrupt,
        FaultKind::LoseByte,
        FaultKind::Truncate,
        FaultKind::Delay,
        FaultKind::Garbage,
    ];
    /// Those after which it does not.
    pub const LASTING: [FaultKind; 4] = [FaultKind::Silence, FaultKind::AllOnes, FaultKind::Echo, FaultKind::Cut];
}

/// One direction of the line.
#[derive(Default)]
struct Direction {
    /// Packets that are overtaken by the next one.
    overtaken: Vec<Vec<u8>>,
}

/// A pipe with faults.
pub struct Faulty<T> {
    inner: T,
    numbers: Numbers,
    kinds: Vec<FaultKind>,
    /// A packet has a fault once in so many times; never if zero.
    every: u64,
    up: Direction,
    down: Direction,
    reader: Reader,
    arrived: VecDeque<u8>,
    /// Answers that are held back until the host has waited in vain.
    late: Vec<Vec<u8>>,
    lasting: Option<FaultKind>,
    injected: u64,
}

impl<T: Transport> Faulty<T> {
    /// Without faults at first ([`Faulty::set`]).
    pub fn new(inner: T, seed: u64) -> Self {
        Faulty {
            inner,
            numbers: Numbers(seed),
            kinds: Vec::new(),
            every: 0,
            up: Direction::default(),
            down: Direction::default(),
            reader: Reader::new(REPLY, 1 << 11),
            arrived: VecDeque::new(),
            late: Vec::new(),
            lasting: None,
            injected: 0,
        }
    }

    /// From now on a packet in `every` has a fault of one of these kinds; none if `every` is zero. A line that was
    /// dead works again.
    pub fn set(&mut self, kinds: &[FaultKind], every: u64) {
        self.kinds = kinds.to_vec();
        self.every = if kinds.is_empty() { 0 } else { every };
        self.lasting = None;
    }

    /// Faults so far.
    pub fn injected(&self) -> u64 {
        self.injected
    }

    /// The pipe below.
    pub fn inner_mut(&mut self) -> &mut T {
        &mut self.inner
    }

    fn fault(&mut self) -> Option<FaultKind> {
        if self.every == 0 || self.lasting.is_some() || !self.numbers.draw().is_multiple_of(self.every) {
            return None;
        }
        self.injected += 1;
        let kind = self.kinds[self.numbers.below(self.kinds.len())];
        if FaultKind::LASTING.contains(&kind) {
            self.lasting = Some(kind);
        }
        Some(kind)
    }

    /// What becomes of a packet. `late` are those that come when nobody waits for them.
    fn damage(&mut self, mut packet: Vec<u8>, late: &mut Vec<Vec<u8>>, upwards: bool) -> Vec<Vec<u8>> {
        let kind = self.fault();
        let numbers = &mut self.numbers;
        let mut out = match kind {
            Some(FaultKind::Drop) => vec![],
            Some(FaultKind::Duplicate) => vec![packet.clone(), packet],
            Some(FaultKind::Corrupt) => {
                let at = numbers.below(packet.len());
                packet[at] ^= 1 << numbers.below(8);
                vec![packet]
            }
            Some(FaultKind::LoseByte) => {
                packet.remove(numbers.below(packet.len()));
                vec![packet]
            }
            Some(FaultKind::Truncate) => {
                packet.truncate(numbers.below(packet.len()));
                vec![packet]
            }
            Some(FaultKind::Garbage) => {
                let count = 1 + numbers.below(100);
                let garbage = (0..count).map(|_| numbers.draw() as u8).collect();
                vec![garbage, packet]
            }
            Some(FaultKind::Delay) => {
                late.push(packet);
                vec![]
            }
            Some(FaultKind::Reorder) => {
                let direction = if upwards { &mut self.up } else { &mut self.down };
                direction.overtaken.push(packet);
                return vec![];
            }
            _ => vec![packet],
        };
        let direction = if upwards { &mut self.up } else { &mut self.down };
        out.append(&mut direction.overtaken);
        out
    }

    /// Takes what the device has answered so far.
    fn collect(&mut self, timeout: Duration) -> Result<(), TransportError> {
        let mut buffer = [0; 4096];
        let count = self.inner.receive(&mut buffer, timeout)?;
        self.reader.push(&buffer[..count]);
        while let Some(packet) = self.reader.next_packet() {
            let mut late = std::mem::take(&mut self.late);
            let pieces = self.damage(packet.encode(REPLY), &mut late, true);
            self.late = late;
            match self.lasting {
                None | Some(FaultKind::Echo) => self.arrived.extend(pieces.concat()),
                Some(_) => self.arrived.clear(),
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), TransportError> {
        match self.lasting {
            Some(FaultKind::Cut) => Err(TransportError::Closed { pipe: self.name() }),
            _ => Ok(()),
        }
    }
}

impl<T: Transport> Transport for Faulty<T> {
    fn name(&self) -> String {
        self.inner.name()
    }

    fn send(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), TransportError> {
        self.check()?;
        let mut late = Vec::new();
        let mut pieces = self.damage(bytes.to_vec(), &mut late, false);
        // A request that is late comes when the host has sent it again.
        self.down.overtaken.append(&mut late);
        match self.lasting {
            None => {
                for piece in pieces.drain(..) {
                    self.inner.send(&piece, timeout)?;
                }
                Ok(())
            }
            Some(FaultKind::Echo) => {
                self.arrived.extend(bytes);
                Ok(())
            }
            Some(_) => self.check(),
        }
    }

    fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, TransportError> {
        self.check()?;
        if self.lasting == Some(FaultKind::AllOnes) {
            // So that time goes on. What the device answers is lost as a whole: half of it left behind would swallow
            // the answers after it when the line is good again.
            self.collect((timeout / 8).max(Duration::from_micros(10)))?;
            buffer.fill(0xff);
            return Ok(buffer.len().min(64));
        }
        if self.arrived.is_empty() {
            self.collect(timeout)?;
            self.check()?;
        }
        let count = buffer.len().min(self.arrived.len());
        for (place, byte) in buffer.iter_mut().zip(self.arrived.drain(..count)) {
            *place = byte;
        }
        if count == 0 {
            self.arrived.extend(self.late.drain(..).flatten());
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
