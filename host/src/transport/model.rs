//! A device in this process: the golden model behind the protocol. Needs no hardware and no tool.
//!
//! Its clock is not the wall's: a byte takes a microsecond, and who waits for a byte that does not come has waited at
//! once. So tests of timeouts take no time.

use super::{Address, Transport, TransportError};
use eie_spec::config::Config;
use eie_spec::golden::Machine;
use eie_spec::link::device::LinkDevice;
use eie_spec::link::LinkParams;
use std::time::Duration;

/// Time that a byte takes, either way.
const BYTE: Duration = Duration::from_micros(1);

/// See the module's documentation.
pub struct ModelTransport {
    device: LinkDevice<Machine>,
    replies: Vec<u8>,
    now: Duration,
}

impl ModelTransport {
    /// A device with empty memories.
    pub fn new(config: &Config, params: LinkParams) -> Self {
        ModelTransport {
            device: LinkDevice::new(Machine::new(config), params),
            replies: Vec::new(),
            now: Duration::ZERO,
        }
    }

    /// From an address: `model:?pes=16`.
    ///
    /// # Errors
    /// Options that make no sense.
    pub fn open(address: &Address) -> Result<Self, TransportError> {
        address.check_options(&[])?;
        if !address.path.is_empty() {
            return Err(address.error("the model has no path: model:?pes=16"));
        }
        Ok(Self::new(&address.config()?, LinkParams::default()))
    }

    /// The device, for faults to test with.
    pub fn device_mut(&mut self) -> &mut LinkDevice<Machine> {
        &mut self.device
    }
}

impl Transport for ModelTransport {
    fn name(&self) -> String {
        "model".into()
    }

    fn send(&mut self, bytes: &[u8], _timeout: Duration) -> Result<(), TransportError> {
        self.device.take(bytes, &mut self.replies);
        self.now += BYTE * bytes.len() as u32;
        Ok(())
    }

    fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, TransportError> {
        let count = buffer.len().min(self.replies.len());
        buffer[..count].copy_from_slice(&self.replies[..count]);
        self.replies.drain(..count);
        self.now += if count == 0 { timeout } else { BYTE * count as u32 };
        Ok(count)
    }

    fn byte_time(&self) -> Duration {
        BYTE
    }

    fn now(&self) -> Duration {
        self.now
    }
}
