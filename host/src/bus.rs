//! How the driver reaches a device: words behind addresses ([`eie_spec::regs`]), one by one or as transactions.

use crate::link::LinkError;
pub use eie_spec::link::op::Order;
use eie_spec::regs;

/// A bus that does not do its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    /// A read was not answered in time.
    #[error("reading address {address:#010x}: no answer within {cycles} cycles")]
    NoAnswer {
        /// The word.
        address: u32,
        /// How long the bus waited.
        cycles: u64,
    },
    /// The device does not become ready.
    #[error("the device is still busy after {polls} status reads: reset it")]
    Hung {
        /// How often it was asked.
        polls: u64,
    },
    /// The link to the device.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The simulator under the bus failed.
    #[error("the device's bus failed: {0}")]
    Failed(String),
}

/// A part of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// Writes words, at least one.
    Write {
        /// Of the first one.
        address: u32,
        /// Where the others go.
        order: Order,
        /// The words.
        words: Vec<u32>,
    },
    /// Starts steps and waits for their end.
    Run {
        /// First step.
        first: u8,
        /// Last step.
        last: u8,
        /// Cycles that this takes at most.
        cycles: u64,
    },
    /// Waits until the device is not busy.
    Wait {
        /// Cycles that this takes at most.
        cycles: u64,
    },
    /// Reads words.
    Read {
        /// Of the first one.
        address: u32,
        /// Where the others are.
        order: Order,
        /// How many.
        count: usize,
        /// Low bits of each that matter, 1 to 32: the rest reads as zero.
        width: u32,
    },
}

/// A device's words. Writes are in order; a read sees all writes before it.
pub trait Bus {
    /// Writes a word.
    fn write(&mut self, address: u32, data: u32) -> Result<(), BusError>;

    /// Reads a word.
    fn read(&mut self, address: u32) -> Result<u32, BusError>;

    /// Writes many words. A bus with a faster way overrides this.
    fn write_all(&mut self, words: &mut dyn Iterator<Item = (u32, u32)>) -> Result<(), BusError> {
        for (address, data) in words {
            self.write(address, data)?;
        }
        Ok(())
    }

    /// Does all of this in order: the words of each read. A bus that can do it in one go overrides this.
    fn transact(&mut self, ops: &[Op]) -> Result<Vec<Vec<u32>>, BusError> {
        let mut reads = Vec::new();
        for op in ops {
            match op {
                Op::Write { address, order, words } => {
                    let addresses = std::iter::successors(Some(*address), |&at| Some(order.next(at)));
                    self.write_all(&mut addresses.zip(words.iter().copied()))?;
                }
                Op::Run { first, last, cycles } => {
                    self.write(regs::START, u32::from(*first) | u32::from(*last) << 8)?;
                    wait(self, *cycles)?;
                }
                Op::Wait { cycles } => wait(self, *cycles)?,
                Op::Read { address, order, count, width } => {
                    let mut at = *address;
                    let mut words = Vec::with_capacity(*count);
                    for _ in 0..*count {
                        words.push(self.read(at)? & (u32::MAX >> (32 - width)));
                        at = order.next(at);
                    }
                    reads.push(words);
                }
            }
        }
        Ok(reads)
    }
}

/// Asks until the device is not busy. A read takes at least a cycle.
fn wait<B: Bus + ?Sized>(bus: &mut B, cycles: u64) -> Result<(), BusError> {
    for _ in 0..cycles {
        if bus.read(regs::STATUS)? & 1 == 0 {
            return Ok(());
        }
    }
    Err(BusError::Hung { polls: cycles })
}

impl<B: Bus + ?Sized> Bus for Box<B> {
    fn write(&mut self, address: u32, data: u32) -> Result<(), BusError> {
        (**self).write(address, data)
    }
    fn read(&mut self, address: u32) -> Result<u32, BusError> {
        (**self).read(address)
    }
    fn write_all(&mut self, words: &mut dyn Iterator<Item = (u32, u32)>) -> Result<(), BusError> {
        (**self).write_all(words)
    }
    fn transact(&mut self, ops: &[Op]) -> Result<Vec<Vec<u32>>, BusError> {
        (**self).transact(ops)
    }
}
