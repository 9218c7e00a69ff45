//! What devices there may be on this machine, and what they answer.

use crate::link::{Link, Settings};
use crate::transport::{self, TransportError};
use crate::{BusError, LinkError};
use eie_spec::link::LinkParams;
use serde::Serialize;
use std::path::Path;
use std::time::Duration;

/// Something that may be a device.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// What to open it by.
    pub address: String,
    /// `serial`, `usb` or `xdma`.
    pub kind: &'static str,
    /// What the system knows of it.
    pub description: String,
    /// Whether it is asked who it is unless told otherwise: what is said to a modem or a programmer, or takes a chip from
    /// its driver, is said only if somebody wants it.
    pub ask: bool,
}

/// What a device answers.
#[derive(Clone, Debug, Serialize)]
pub struct Identity {
    /// Its configuration's hash.
    pub config_hash: String,
    /// PEs of the usual configuration with this hash, if it is one.
    pub pes: Option<usize>,
    /// Bytes of a packet's body, and packets on their way.
    pub slot_bytes: usize,
    /// Packets that can be on their way.
    pub window: u16,
}

/// Serial ports, USB FIFOs and PCIe cards, whether or not a device is behind them. `dev` is where device files are.
pub fn devices(dev: &Path) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    // A system without serial ports has none to tell of.
    for port in serialport::available_ports().unwrap_or_default() {
        let (description, ask) = match &port.port_type {
            serialport::SerialPortType::UsbPort(usb) => {
                let product = usb.product.clone().unwrap_or_default();
                (format!("USB {:04x}:{:04x} {product}", usb.vid, usb.pid), true)
            }
            _ => ("built in".into(), false),
        };
        found.push(Found { address: format!("uart:{}", port.port_name), kind: "serial", description, ask });
    }
    found.extend(cards(dev));
    #[cfg(feature = "usb")]
    found.extend(chips());
    found.sort_by(|a, b| (a.kind, &a.address).cmp(&(b.kind, &b.address)));
    found
}

/// Cards by their streams' files.
fn cards(dev: &Path) -> Vec<Found> {
    let card = |entry: std::io::Result<std::fs::DirEntry>| {
        let name = entry.ok()?.file_name().into_string().ok()?;
        let (stem, channel) = name.split_once("_h2c_")?;
        let channel: u32 = channel.parse().ok()?;
        let option = if channel == 0 { String::new() } else { format!("?channel={channel}") };
        let user = dev.join(format!("{stem}_user")).exists();
        let description = if user { "streams and registers" } else { "streams" };
        let address = format!("xdma:{}{option}", dev.join(stem).display());
        Some(Found { address, kind: "xdma", description: description.into(), ask: true })
    };
    std::fs::read_dir(dev).into_iter().flatten().filter_map(card).collect()
}

/// USB chips whose maker is one of FIFOs.
#[cfg(feature = "usb")]
fn chips() -> Vec<Found> {
    use nusb::MaybeFuture;
    let fifo = |d: &nusb::DeviceInfo| d.vendor_id() == crate::transport::usb::FTDI;
    let found = |d: nusb::DeviceInfo| {
        let serial = d.serial_number().map_or(String::new(), |s| format!("?serial={s}"));
        let address = format!("usb:{:04x}:{:04x}{serial}", d.vendor_id(), d.product_id());
        Found { address, kind: "usb", description: d.product_string().unwrap_or("").to_owned(), ask: false }
    };
    nusb::list_devices().wait().into_iter().flatten().filter(fifo).map(found).collect()
}

/// Asks who is there, and is not patient about it.
///
/// # Errors
/// Nobody there, or somebody else.
pub fn identify(address: &str) -> Result<Identity, LinkError> {
    let settings = Settings { timeout: Duration::from_millis(100), attempts: 3, session: None };
    identify_on(transport::open(address)?, settings)
}

/// [`identify`] on a pipe that is open.
///
/// # Errors
/// Nobody there, or somebody else.
pub fn identify_on(pipe: Box<dyn transport::Transport>, settings: Settings) -> Result<Identity, LinkError> {
    let mut link = Link::open(pipe, settings)?;
    let registers = link.registers().map_err(|e| match e {
        BusError::Link(e) => e,
        other => TransportError::Failed { pipe: "link".into(), why: other.to_string() }.into(),
    })?;
    let hash = link.config_hash();
    let params = registers.get(1).and_then(|&word| LinkParams::decode(word)).unwrap_or(link.params());
    Ok(Identity {
        config_hash: format!("{hash:08x}"),
        pes: crate::session::usual(hash).map(|config| config.pes),
        slot_bytes: params.slot(),
        window: params.window(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_found_by_their_files() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["xdma0_h2c_0", "xdma0_c2h_0", "xdma0_user", "xdma0_h2c_1", "xdma1_h2c_x", "tty", "xdma0_control"]
        {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let mut found: Vec<String> = cards(dir.path()).into_iter().map(|f| f.address).collect();
        found.sort();
        let stem = dir.path().join("xdma0");
        let want = [format!("xdma:{}", stem.display()), format!("xdma:{}?channel=1", stem.display())];
        assert_eq!(found, want);
    }

    #[test]
    fn the_model_says_who_it_is() {
        let identity = identify("model:?pes=24").unwrap();
        assert_eq!((identity.pes, identity.slot_bytes, identity.window), (Some(24), 2048, 4));
        assert_eq!(identify("model:?pes=24&queue_depth=64").unwrap().pes, None);
        assert!(identify("uart:/dev/not-there").is_err());
    }
}
