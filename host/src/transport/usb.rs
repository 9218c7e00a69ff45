//! A USB FIFO: `usb:0403:6014`, a vendor and a product in hexadecimal.
//!
//! | option | what |
//! |---|---|
//! | `serial=` | the one with this serial number, of several |
//! | `interface=0` | the interface |
//! | `out=0x02`, `in=0x81` | the bulk endpoints |
//! | `framing=ftdi` or `none` | whether each packet from the device begins with two status bytes (FT232H and its kin) |
//! | `fifo=sync` or `async` | with `framing=ftdi`: the mode that the chip is set to |
//!
//! By default the framing is `ftdi` for the vendor 0403, else `none`: bulk packets as they are, as FX3 and soft cores
//! have them. The bytes go through [`Bulk`], so all but the USB itself is tested without hardware.

use super::{Address, Transport, TransportError, WallClock};
use std::time::Duration;

/// Status bytes that begin each packet of an FTDI chip.
const STATUS_BYTES: usize = 2;
/// FTDI's vendor number.
pub const FTDI: u16 = 0x0403;

/// Bulk transfers in both directions.
pub trait Bulk: Send {
    /// Hands over bytes: how many were taken.
    ///
    /// # Errors
    /// A device that is gone or fails. None taken in time is no error.
    fn write(&mut self, bytes: &[u8], timeout: Duration) -> Result<usize, TransportError>;

    /// Waits for one transfer, and appends what it brought; nothing if none came in time.
    ///
    /// # Errors
    /// A device that is gone or fails.
    fn read(&mut self, bytes: &mut Vec<u8>, timeout: Duration) -> Result<(), TransportError>;

    /// Bytes of a packet of the endpoint that is read.
    fn packet(&self) -> usize;
}

/// See the module's documentation.
pub struct UsbTransport<B> {
    name: String,
    bulk: B,
    /// Whether packets begin with status bytes.
    status: bool,
    clock: WallClock,
    transfer: Vec<u8>,
    held: Vec<u8>,
    taken: usize,
}

impl<B: Bulk> UsbTransport<B> {
    /// Over transfers whose packets begin with two status bytes, or do not.
    pub fn new(name: String, bulk: B, status: bool) -> Self {
        let clock = WallClock::default();
        UsbTransport { name, bulk, status, clock, transfer: Vec::new(), held: Vec::new(), taken: 0 }
    }

    /// Takes the data out of a transfer.
    fn unpack(&mut self) {
        let packet = self.bulk.packet().max(STATUS_BYTES + 1);
        match self.status {
            true => {
                for packet in self.transfer.chunks(packet) {
                    self.held.extend_from_slice(packet.get(STATUS_BYTES..).unwrap_or(&[]));
                }
            }
            false => self.held.extend_from_slice(&self.transfer),
        }
    }
}

impl<B: Bulk> Transport for UsbTransport<B> {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn send(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), TransportError> {
        let end = self.clock.now() + timeout;
        let mut rest = bytes;
        while !rest.is_empty() {
            let Some(left) = end.checked_sub(self.clock.now()).filter(|left| !left.is_zero()) else {
                return Err(TransportError::SendTimeout { pipe: self.name(), left: rest.len(), timeout });
            };
            let count = self.bulk.write(rest, left)?;
            rest = &rest[count.min(rest.len())..];
        }
        Ok(())
    }

    fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, TransportError> {
        let end = self.clock.now() + timeout;
        // An FTDI chip sends packets of status bytes alone while it has nothing.
        while self.taken == self.held.len() {
            let Some(left) = end.checked_sub(self.clock.now()).filter(|left| !left.is_zero()) else { return Ok(0) };
            self.held.clear();
            self.taken = 0;
            self.transfer.clear();
            self.bulk.read(&mut self.transfer, left)?;
            self.unpack();
        }
        let rest = &self.held[self.taken..];
        let count = buffer.len().min(rest.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.taken += count;
        Ok(count)
    }

    fn now(&self) -> Duration {
        self.clock.now()
    }
}

/// What an address says.
#[cfg_attr(not(feature = "usb"), allow(dead_code, reason = "addresses are for what opens devices"))]
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub vendor: u16,
    pub product: u16,
    pub serial: String,
    pub interface: u8,
    pub output: u8,
    pub input: u8,
    pub status: bool,
    pub sync: bool,
}

#[cfg_attr(not(feature = "usb"), allow(dead_code, reason = "addresses are for what opens devices"))]
impl Wanted {
    pub fn parse(address: &Address) -> Result<Self, TransportError> {
        address.check_options(&["serial", "interface", "out", "in", "framing", "fifo"])?;
        let hex = |text: &str| u16::from_str_radix(text, 16).ok();
        let ids = address.path.split_once(':').and_then(|(v, p)| Some((hex(v)?, hex(p)?)));
        let (vendor, product) =
            ids.ok_or_else(|| address.error("name vendor and product in hexadecimal: usb:0403:6014"))?;
        let endpoint = |name: &str, default: &str| -> Result<u8, TransportError> {
            let text: String = address.option(name, default.to_owned())?;
            let number =
                text.strip_prefix("0x").map_or_else(|| text.parse().ok(), |t| u8::from_str_radix(t, 16).ok());
            number.ok_or_else(|| address.error(format!("{name}={text} is no endpoint: 0x02, 0x81")))
        };
        let framing: String = address.option("framing", if vendor == FTDI { "ftdi" } else { "none" }.to_owned())?;
        let fifo: String = address.option("fifo", "sync".to_owned())?;
        let (output, input) = (endpoint("out", "0x02")?, endpoint("in", "0x81")?);
        if !["ftdi", "none"].contains(&framing.as_str()) || !["sync", "async"].contains(&fifo.as_str()) {
            return Err(address.error("framing is ftdi or none, fifo is sync or async"));
        }
        if output & 0x80 != 0 || input & 0x80 == 0 {
            return Err(address.error("endpoints to the device are below 0x80, those from it are not"));
        }
        Ok(Wanted {
            vendor,
            product,
            serial: address.option("serial", String::new())?,
            interface: address.option("interface", 0)?,
            output,
            input,
            status: framing == "ftdi",
            sync: fifo == "sync",
        })
    }
}

#[cfg(feature = "usb")]
mod real {
    //! [`Bulk`] by `nusb`.

    use super::{Address, Bulk, TransportError, UsbTransport, Wanted};
    use nusb::transfer::{Bulk as BulkType, ControlOut, ControlType, In, Out, Recipient, TransferError};
    use nusb::{Endpoint, Interface, MaybeFuture};
    use std::time::Duration;

    /// Packets of a transfer that is read.
    const PACKETS: usize = 8;
    /// Transfers that wait to be filled.
    const AHEAD: usize = 4;
    /// For settings of the chip.
    const CONTROL: Duration = Duration::from_secs(1);

    /// Requests to an FTDI chip (FTDI, D2XX programmer's guide; libftdi).
    mod request {
        pub const RESET: u8 = 0;
        pub const SET_LATENCY: u8 = 9;
        pub const SET_MODE: u8 = 11;
        pub const PURGE_BOTH: [u16; 2] = [1, 2];
        pub const LATENCY_MS: u16 = 1;
        pub const MODE_RESET: u16 = 0;
        pub const MODE_SYNC_FIFO: u16 = 0x40 << 8 | 0xff;
    }

    /// An interface's two endpoints.
    pub struct Endpoints {
        name: String,
        output: Endpoint<BulkType, Out>,
        input: Endpoint<BulkType, In>,
        _interface: Interface,
    }

    fn error(name: &str, e: TransferError) -> TransportError {
        match e {
            TransferError::Disconnected => TransportError::Closed { pipe: name.into() },
            other => TransportError::Failed { pipe: name.into(), why: other.to_string() },
        }
    }

    impl UsbTransport<Endpoints> {
        /// Opens a device.
        ///
        /// # Errors
        /// One that is not there, that may not be opened, or that somebody else uses.
        pub fn open(address: &Address) -> Result<Self, TransportError> {
            let wanted = Wanted::parse(address)?;
            let fits = |d: &nusb::DeviceInfo| {
                (d.vendor_id(), d.product_id()) == (wanted.vendor, wanted.product)
                    && (wanted.serial.is_empty() || d.serial_number() == Some(&wanted.serial))
            };
            let mut devices = nusb::list_devices().wait().map_err(|e| address.not_opened(e))?;
            let info = devices.find(fits).ok_or_else(|| address.not_opened("there is no such USB device"))?;
            let busy = |e: nusb::Error| match e.kind() {
                nusb::ErrorKind::Busy => TransportError::Locked { address: address.text().into(), by: e.to_string() },
                _ => address.not_opened(e),
            };
            let device = info.open().wait().map_err(busy)?;
            // The kernel's driver for serial ports has it until then.
            let interface = device.detach_and_claim_interface(wanted.interface).wait().map_err(busy)?;
            let name = format!("usb:{}", address.path);
            if wanted.status {
                set_up(&interface, &wanted).map_err(|e| error(&name, e))?;
            }
            let output = interface.endpoint(wanted.output).map_err(|e| address.not_opened(e))?;
            let input = interface.endpoint(wanted.input).map_err(|e| address.not_opened(e))?;
            let endpoints = Endpoints { name: name.clone(), output, input, _interface: interface };
            Ok(UsbTransport::new(name, endpoints, wanted.status))
        }
    }

    fn set_up(interface: &Interface, wanted: &Wanted) -> Result<(), TransferError> {
        let set = |request, value| {
            let index = u16::from(wanted.interface) + 1;
            let (control_type, recipient) = (ControlType::Vendor, Recipient::Device);
            interface
                .control_out(ControlOut { control_type, recipient, request, value, index, data: &[] }, CONTROL)
                .wait()
        };
        set(request::RESET, 0)?;
        set(request::SET_MODE, request::MODE_RESET)?;
        for queue in request::PURGE_BOTH {
            set(request::RESET, queue)?;
        }
        set(request::SET_LATENCY, request::LATENCY_MS)?;
        match wanted.sync {
            true => set(request::SET_MODE, request::MODE_SYNC_FIFO),
            false => Ok(()),
        }
    }

    impl Bulk for Endpoints {
        fn write(&mut self, bytes: &[u8], timeout: Duration) -> Result<usize, TransportError> {
            let done = self.output.transfer_blocking(bytes.to_vec().into(), timeout);
            match done.status {
                Ok(()) | Err(TransferError::Cancelled) => Ok(done.actual_len),
                Err(e) => Err(error(&self.name, e)),
            }
        }

        fn read(&mut self, bytes: &mut Vec<u8>, timeout: Duration) -> Result<(), TransportError> {
            while self.input.pending() < AHEAD {
                let buffer = self.input.allocate(PACKETS * self.input.max_packet_size());
                self.input.submit(buffer);
            }
            let Some(done) = self.input.wait_next_complete(timeout) else { return Ok(()) };
            done.status.map_err(|e| error(&self.name, e))?;
            bytes.extend_from_slice(&done.buffer[..done.actual_len]);
            Ok(())
        }

        fn packet(&self) -> usize {
            self.input.max_packet_size()
        }
    }
}

#[cfg(feature = "usb")]
pub use real::Endpoints;

#[cfg(test)]
mod tests {
    use super::*;

    /// Transfers of any bytes and any length.
    struct Any(crate::numbers::Numbers, Vec<Vec<u8>>);

    impl Bulk for Any {
        fn write(&mut self, bytes: &[u8], _timeout: Duration) -> Result<usize, TransportError> {
            Ok(self.0.below(bytes.len() + 1))
        }
        fn read(&mut self, bytes: &mut Vec<u8>, _timeout: Duration) -> Result<(), TransportError> {
            let length = self.0.below(1500);
            let transfer: Vec<u8> = (0..length).map(|_| self.0.draw() as u8).collect();
            bytes.extend(&transfer);
            self.1.push(transfer);
            Ok(())
        }
        fn packet(&self) -> usize {
            512
        }
    }

    #[test]
    fn status_bytes_are_taken_out_of_any_transfers() {
        let any = Any(crate::numbers::Numbers(1), Vec::new());
        let mut pipe = UsbTransport::new("any".into(), any, true);
        let mut found = Vec::new();
        for _ in 0..2000 {
            let mut buffer = [0; 700];
            let count = pipe.receive(&mut buffer, Duration::from_secs(1)).unwrap();
            assert!(count > 0);
            found.extend_from_slice(&buffer[..count]);
        }
        let data = |packet: &[u8]| packet.get(STATUS_BYTES..).unwrap_or(&[]).to_vec();
        let want: Vec<u8> = pipe.bulk.1.iter().flat_map(|t| t.chunks(512).flat_map(data)).collect();
        assert!(want.starts_with(&found) && want.len() - found.len() < 1500);
        pipe.send(&[1; 5000], Duration::from_secs(1)).unwrap();
    }

    #[test]
    fn addresses() {
        let parse = |text: &str| Wanted::parse(&Address::parse(text).unwrap());
        let ftdi = parse("usb:0403:6014?serial=FT1").unwrap();
        assert_eq!((ftdi.vendor, ftdi.product, ftdi.status, ftdi.sync), (0x403, 0x6014, true, true));
        assert_eq!((ftdi.output, ftdi.input, ftdi.serial.as_str()), (2, 0x81, "FT1"));
        let other = parse("usb:1209:0001?in=0x83&out=1&framing=none").unwrap();
        assert_eq!((other.output, other.input, other.status), (1, 0x83, false));
        for bad in ["usb:0403", "usb:x:y", "usb:0403:6014?in=2", "usb:0403:6014?framing=hdlc", "usb:1:2?baud=1"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
