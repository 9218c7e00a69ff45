//! How the driver reaches a device: words behind addresses ([`eie_spec::regs`]).

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
    /// The simulator or the link under the bus failed.
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
}
