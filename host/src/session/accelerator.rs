//! One device: opened by its address, and opened again when it was away.

use super::{Opener, SessionError};
use crate::device::{Counters, Device};
use crate::link::{Link, LinkStats, Settings};
use crate::transport::{Address, Gone, Transport};
use eie_spec::config::{Config, CLUSTER, MAX_PES};
use eie_spec::pack::Program;

/// A link over any pipe.
type AnyLink = Link<Box<dyn Transport>>;

/// What a piece of work took.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Usage {
    pub link: LinkStats,
    pub cycles: u64,
}

/// See the module's documentation.
pub struct Accelerator {
    address: String,
    opener: Opener,
    settings: Settings,
    device: Device<AnyLink>,
    /// The pipe is broken: it must be opened again.
    away: bool,
}

impl Accelerator {
    /// Opens a device, finds out its configuration and resets it.
    ///
    /// # Errors
    /// Nothing there, something else, or a device of a configuration that nobody knows.
    pub fn open(
        address: &str,
        config: Option<&Config>,
        opener: Opener,
        settings: Settings,
    ) -> Result<Self, SessionError> {
        let parsed = Address::parse(address)?;
        let named = match config {
            Some(config) => Some(config.clone()),
            None if parsed.has_config() => Some(parsed.config()?),
            None => None,
        };
        let link = Link::open(opener(address)?, settings)?;
        let hash = link.config_hash();
        let config = named.or_else(|| usual(hash));
        let config = config.ok_or(SessionError::UnknownConfig { address: parsed.text().to_owned(), hash })?;
        let device = Device::connect(link, &config)?;
        Ok(Accelerator { address: address.to_owned(), opener, settings, device, away: false })
    }

    /// Where it is.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its configuration.
    pub fn config(&self) -> &Config {
        self.device.config()
    }

    /// The driver.
    pub fn device_mut(&mut self) -> &mut Device<AnyLink> {
        &mut self.device
    }

    pub(super) fn add(&mut self, program: Program) -> Result<usize, SessionError> {
        Ok(self.device.add(program)?)
    }

    /// Runs inputs through a program, and adds what it took. Allocates nothing once it has run as many, if all is well.
    pub(super) fn infer(
        &mut self,
        program: usize,
        x: &[i16],
        y: &mut [i16],
        usage: &mut Usage,
    ) -> Result<(), SessionError> {
        if self.away {
            let link = Link::open((self.opener)(&self.address)?, self.settings)?;
            if let Err(error) = self.device.reconnect(link) {
                *self.device.bus_mut().transport_mut() = Box::new(Gone(Address::without_token(&self.address)));
                return Err(error.into());
            }
            self.away = false;
        }
        let (before, cycles) = (self.device.bus_mut().stats(), self.device.cycles());
        let result = self.device.infer(program, x, y).map_err(SessionError::from);
        let after = self.device.bus_mut().stats();
        usage.link.requests += after.requests - before.requests;
        usage.link.retries += after.retries - before.retries;
        usage.link.sent += after.sent - before.sent;
        usage.link.received += after.received - before.received;
        usage.link.waited += after.waited.saturating_sub(before.waited);
        usage.cycles += self.device.cycles() - cycles;
        if result.as_ref().is_err_and(|e| e.transport().is_some()) {
            self.away = true;
            // The pipe is closed now, as it may be used by one only, this one included.
            *self.device.bus_mut().transport_mut() = Box::new(Gone(Address::without_token(&self.address)));
        }
        result
    }

    /// What went over the link since it was opened last.
    pub fn link_stats(&mut self) -> LinkStats {
        self.device.bus_mut().stats()
    }

    /// The device's counters since its last reset.
    ///
    /// # Errors
    /// Those of the link.
    pub fn counters(&mut self) -> Result<Counters, SessionError> {
        Ok(self.device.counters()?)
    }
}

/// The usual configuration with this hash: those that `eie emit --pes` gives.
pub(crate) fn usual(hash: u32) -> Option<Config> {
    let sizes = (1..CLUSTER).chain((CLUSTER..=MAX_PES).step_by(CLUSTER));
    sizes.filter_map(|pes| Config::for_pes(pes).ok()).find(|config| config.hash() == hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_configurations_are_found_by_their_hash() {
        for pes in [1, 7, 8, 16, 256] {
            let config = Config::for_pes(pes).unwrap();
            assert_eq!(usual(config.hash()), Some(config));
        }
        assert_eq!(usual(0), None);
    }
}
