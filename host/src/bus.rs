//! How the driver reaches a device: words behind addresses ([`eie_spec::regs`]), one by one or as transactions.

use crate::link::LinkError;
pub use crate::transaction::{Op, Transaction};
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

    /// Does all of this in order. A bus that can do it in one go overrides this.
    fn transact(&mut self, transaction: &mut Transaction) -> Result<(), BusError> {
        let (ops, results) = transaction.parts();
        for op in ops {
            match op {
                Op::Write { address, order, words } => {
                    let addresses = std::iter::successors(Some(address), |&at| Some(order.next(at)));
                    self.write_all(&mut addresses.zip(words.iter().copied()))?;
                }
                Op::Run { first, last, cycles } => {
                    self.write(regs::START, u32::from(first) | u32::from(last) << 8)?;
                    wait(self, cycles)?;
                }
                Op::Wait { cycles } => wait(self, cycles)?,
                Op::Read { address, order, width, results: place } => {
                    let mut at = address;
                    for word in &mut results[place] {
                        *word = self.read(at)? & (u32::MAX >> (32 - width));
                        at = order.next(at);
                    }
                }
            }
        }
        Ok(())
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
    fn transact(&mut self, transaction: &mut Transaction) -> Result<(), BusError> {
        (**self).transact(transaction)
    }
}
