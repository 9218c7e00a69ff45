//! A host: transactions, retries, requests, enumeration; and errors on the line, if wished.

use super::wire::{bits, check, Wire};
use super::UsbError;
use eie_host::numbers::Numbers;

const OUT: u8 = 0xe1;
const IN: u8 = 0x69;
const SOF: u8 = 0xa5;
const SETUP: u8 = 0x2d;
const DATA: [u8; 2] = [0xc3, 0x4b];
const ACK: u8 = 0xd2;
const NAK: u8 = 0x5a;
const STALL: u8 = 0x1e;
/// How often a transaction is tried that nobody answers.
const TRIES: usize = 5;
/// Bits of a frame.
const FRAME: u64 = 12_000;

/// What a transaction came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The device has it.
    Ack,
    /// Not now.
    Nak,
    /// Not ever.
    Stall,
    /// Data with its toggle.
    Data(bool, Vec<u8>),
    /// Nothing, or nothing that could be read.
    Silence,
}

/// What goes wrong on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A bit of the token, by its number.
    Token(usize),
    /// A bit of the host's data or its check.
    Data(usize),
    /// The device's answer.
    Answer,
    /// The host's acknowledgement.
    Ack,
}

/// The serial port as its descriptors say it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Port {
    /// Maker's and product's numbers.
    pub ids: (u16, u16),
    /// The product's name.
    pub product: String,
    /// Endpoints: notifications, to the host, from the host.
    pub notify: u8,
    /// Of bytes to the host.
    pub bulk_in: u8,
    /// Of bytes from the host.
    pub bulk_out: u8,
    /// Bytes of a packet at most.
    pub most: usize,
    /// The value of the configuration.
    pub configuration: u8,
}

/// See the module's documentation.
pub struct Host {
    /// The line.
    pub wire: Wire,
    /// Of the device.
    pub address: u8,
    toggles: [[bool; 16]; 2],
    frame: u64,
    clocks: u64,
    /// One transaction in so many has an error; 0 is none.
    pub faults: usize,
    numbers: Numbers,
    /// Errors so far.
    pub faulty: u64,
    /// Packets of 64 bytes to the host, and empty ones behind them.
    pub full: u64,
    /// Empty packets of the bulk endpoint to the host.
    pub empty: u64,
}

impl Host {
    /// On this line, of a device of so many cycles a bit.
    pub fn new(wire: Wire, clocks: u32) -> Self {
        let clocks = u64::from(clocks);
        let numbers = Numbers(7);
        let toggles = [[false; 16]; 2];
        Host { wire, address: 0, toggles, frame: 0, clocks, faults: 0, numbers, faulty: 0, full: 0, empty: 0 }
    }

    fn token(&mut self, kind: u8, endpoint: u8, turned: Option<usize>) -> Result<(), UsbError> {
        // A frame begins every millisecond.
        if self.wire.cycle() / (FRAME * self.clocks) != self.frame {
            self.frame = self.wire.cycle() / (FRAME * self.clocks);
            let number = self.frame as u32 & 0x7ff;
            self.wire.send(&fields(SOF, number))?;
            self.wire.idle(3)?;
        }
        let packet = fields(kind, u32::from(self.address) | u32::from(endpoint & 15) << 7);
        match turned {
            None => self.wire.send(&packet),
            turned => self.wire.send_damaged(&packet, turned.map(|at| at % (8 * packet.len()))),
        }
    }

    /// A transaction to the device.
    ///
    /// # Errors
    /// What it does is not USB.
    pub fn give(
        &mut self,
        kind: u8,
        endpoint: u8,
        toggle: bool,
        data: &[u8],
        fault: Option<Fault>,
    ) -> Result<Answer, UsbError> {
        let in_token = |f| if let Some(Fault::Token(at)) = f { Some(at) } else { None };
        self.token(kind, endpoint, in_token(fault))?;
        self.wire.idle(3)?;
        let crc = check(bits(data), 16, 0x8005) as u16;
        let packet = [&[DATA[usize::from(toggle)]], data, &crc.to_le_bytes()[..]].concat();
        match fault {
            // Not of the identifier: that could become another good one only with its complement.
            Some(Fault::Data(at)) => self.wire.send_damaged(&packet, Some(8 + at % (8 * (packet.len() - 1))))?,
            _ => self.wire.send(&packet)?,
        }
        let heard = self.wire.listen()?;
        if matches!(fault, Some(Fault::Token(_) | Fault::Data(_))) && heard.is_some() {
            return Err(UsbError::Answer(format!("{fault:?}"), format!("{heard:02x?}")));
        }
        self.wire.idle(3)?;
        Ok(match heard.as_deref() {
            _ if fault == Some(Fault::Answer) => Answer::Silence,
            None => Answer::Silence,
            Some([ACK]) => Answer::Ack,
            Some([NAK]) => Answer::Nak,
            Some([STALL]) => Answer::Stall,
            Some(other) => {
                return Err(UsbError::Answer(format!("data for endpoint {endpoint}"), format!("{other:02x?}")))
            }
        })
    }

    /// A transaction to the host, which acknowledges what is good.
    ///
    /// # Errors
    /// What the device does is not USB.
    pub fn take(&mut self, endpoint: u8, fault: Option<Fault>) -> Result<Answer, UsbError> {
        let in_token = |f| if let Some(Fault::Token(at)) = f { Some(at) } else { None };
        self.token(IN, endpoint, in_token(fault))?;
        let heard = self.wire.listen()?;
        if matches!(fault, Some(Fault::Token(_))) && heard.is_some() {
            return Err(UsbError::Answer(format!("{fault:?}"), format!("{heard:02x?}")));
        }
        let answer = match heard.as_deref() {
            None => Answer::Silence,
            Some([NAK]) => Answer::Nak,
            Some([STALL]) => Answer::Stall,
            Some([kind, data @ .., low, high]) if DATA.contains(kind) => {
                let crc = check(bits(data), 16, 0x8005) as u16;
                if crc.to_le_bytes() != [*low, *high] {
                    return Err(UsbError::Packet(format!("CRC16 is {low:02x}{high:02x}, expected {crc:04x}")));
                }
                Answer::Data(*kind == DATA[1], data.to_vec())
            }
            Some(other) => return Err(UsbError::Answer(format!("IN {endpoint}"), format!("{other:02x?}"))),
        };
        self.wire.idle(3)?;
        if fault == Some(Fault::Answer) {
            // As if it had not been heard: no acknowledgement either, and time goes by.
            self.wire.idle(30)?;
            return Ok(Answer::Silence);
        }
        if matches!(answer, Answer::Data(..)) {
            match fault {
                Some(Fault::Ack) => self.wire.idle(30)?,
                _ => self.wire.send(&[ACK])?,
            }
            self.wire.idle(3)?;
        }
        Ok(answer)
    }

    fn fault(&mut self) -> Option<Fault> {
        if self.faults == 0 || self.numbers.below(self.faults) != 0 {
            return None;
        }
        self.faulty += 1;
        let at = self.numbers.below(1 << 16);
        Some([Fault::Token(at), Fault::Data(at), Fault::Answer, Fault::Ack][self.numbers.below(4)])
    }

    /// Data to an endpoint, tried again where nobody answers: whether it is there, or the device is not ready.
    ///
    /// # Errors
    /// It stalls or stays silent.
    pub fn put(&mut self, endpoint: u8, data: &[u8]) -> Result<bool, UsbError> {
        self.put_kind(OUT, endpoint, data)
    }

    fn put_kind(&mut self, kind: u8, endpoint: u8, data: &[u8]) -> Result<bool, UsbError> {
        let e = usize::from(endpoint & 15);
        for _ in 0..TRIES {
            let fault = self.fault().filter(|f| *f != Fault::Ack);
            match self.give(kind, endpoint, self.toggles[0][e], data, fault)? {
                Answer::Ack => {
                    self.toggles[0][e] ^= true;
                    return Ok(true);
                }
                Answer::Nak => return Ok(false),
                Answer::Stall => return Err(UsbError::Stalled(format!("OUT {e}"))),
                _ => {}
            }
        }
        Err(UsbError::Silent(format!("OUT {e}")))
    }

    /// Data of an endpoint, if it has some. What comes twice is dropped.
    ///
    /// # Errors
    /// It stalls or stays silent.
    pub fn get(&mut self, endpoint: u8) -> Result<Option<Vec<u8>>, UsbError> {
        let e = usize::from(endpoint & 15);
        for _ in 0..TRIES {
            let fault = self.fault().filter(|f| !matches!(f, Fault::Data(_)));
            match self.take(endpoint, fault)? {
                Answer::Data(toggle, _) if toggle != self.toggles[1][e] => {}
                Answer::Data(_, data) => {
                    self.toggles[1][e] ^= true;
                    return Ok(Some(data));
                }
                Answer::Nak => return Ok(None),
                Answer::Stall => return Err(UsbError::Stalled(format!("IN {e}"))),
                _ => {}
            }
        }
        Err(UsbError::Silent(format!("IN {e}")))
    }

    /// A request with data to the host.
    ///
    /// # Errors
    /// The device stalls it, or stays silent.
    pub fn ask(&mut self, setup: [u8; 8]) -> Result<Vec<u8>, UsbError> {
        let what = format!("request {setup:02x?}");
        self.setup(setup)?;
        let want = usize::from(u16::from_le_bytes([setup[6], setup[7]]));
        let mut data = Vec::new();
        while data.len() < want {
            let Some(part) = self.get(0)? else { return Err(UsbError::NotReady(what)) };
            data.extend(&part);
            if part.len() < 64 {
                break;
            }
        }
        self.toggles[0][0] = true;
        match self.put(0, &[])? {
            true => Ok(data),
            false => Err(UsbError::NotReady(what)),
        }
    }

    /// A request with data to the device, or none.
    ///
    /// # Errors
    /// The device stalls it, or stays silent.
    pub fn tell(&mut self, setup: [u8; 8], data: &[u8]) -> Result<(), UsbError> {
        let what = format!("request {setup:02x?}");
        self.setup(setup)?;
        if !data.is_empty() && !self.put(0, data)? {
            return Err(UsbError::NotReady(what));
        }
        self.toggles[1][0] = true;
        match self.get(0)? {
            Some(status) if status.is_empty() => Ok(()),
            other => Err(UsbError::Answer(what, format!("{other:02x?}"))),
        }
    }

    fn setup(&mut self, setup: [u8; 8]) -> Result<(), UsbError> {
        self.toggles[0][0] = false;
        if !self.put_kind(SETUP, 0, &setup)? {
            return Err(UsbError::Answer("SETUP".into(), "not ready".into()));
        }
        self.toggles[0][0] = true;
        self.toggles[1][0] = true;
        Ok(())
    }

    /// Toggles as after a configuration is chosen.
    pub fn clear_toggles(&mut self) {
        self.toggles = [[false; 16]; 2];
    }

    /// What a system does with a device that has just been plugged in, and with a serial port that is opened.
    ///
    /// # Errors
    /// A device that no system would take.
    pub fn enumerate(&mut self, address: u8) -> Result<Port, UsbError> {
        let bad = |why: &str| UsbError::Descriptors(why.into());
        self.address = 0;
        self.clear_toggles();
        self.wire.reset_bus(600)?;
        let first = self.ask([0x80, 6, 0, 1, 0, 0, 64, 0])?;
        self.wire.reset_bus(600)?;
        self.tell([0, 5, address, 0, 0, 0, 0, 0], &[])?;
        self.address = address;
        let device = self.ask([0x80, 6, 0, 1, 0, 0, 18, 0])?;
        if device.len() != 18 || device[..2] != [18, 1] || device != first || device[7] != 64 {
            return Err(bad("the device descriptor"));
        }
        // High speed it has not.
        match self.ask([0x80, 6, 0, 6, 0, 0, 10, 0]) {
            Err(UsbError::Stalled(_)) => {}
            other => return Err(UsbError::Answer("the qualifier".into(), format!("{other:?}"))),
        }
        let head = self.ask([0x80, 6, 0, 2, 0, 0, 9, 0])?;
        let length = head.get(2..4).ok_or_else(|| bad("a short configuration"))?;
        let all = self.ask([0x80, 6, 0, 2, 0, 0, length[0], length[1]])?;
        if all.len() != usize::from(u16::from_le_bytes([length[0], length[1]])) || all[..9] != head {
            return Err(bad("the configuration's length"));
        }
        let ids = (u16::from_le_bytes([device[8], device[9]]), u16::from_le_bytes([device[10], device[11]]));
        let mut port = Port { ids, configuration: all[5], ..Port::default() };
        let (mut rest, mut class, mut unions) = (&all[..], 0, 0);
        while !rest.is_empty() {
            let (one, more) =
                rest.split_at_checked(usize::from(rest[0]).max(2)).ok_or_else(|| bad("one is cut off"))?;
            rest = more;
            match (one[1], class) {
                (4, _) => class = one[5],
                (0x24, 2) if one[2] == 6 => unions += 1,
                (5, 2) if one[3] & 3 == 3 => port.notify = one[2],
                (5, 10) if one[3] & 3 == 2 && one[2] & 0x80 != 0 => port.bulk_in = one[2],
                (5, 10) if one[3] & 3 == 2 => {
                    port.bulk_out = one[2];
                    port.most = usize::from(one[4]);
                }
                _ => {}
            }
        }
        if port.notify == 0 || port.bulk_in == 0 || port.bulk_out == 0 || unions != 1 || port.most != 64 {
            return Err(UsbError::Descriptors(format!("no serial port: {port:?}")));
        }
        let languages = self.ask([0x80, 6, 0, 3, 0, 0, 255, 0])?;
        let [4, 3, low, high] = languages[..] else { return Err(bad("the languages")) };
        let name = self.ask([0x80, 6, device[15], 3, low, high, 255, 0])?;
        let units: Vec<u16> = name[2..].chunks(2).map(|u| u16::from_le_bytes([u[0], u[1]])).collect();
        port.product = String::from_utf16_lossy(&units);
        self.tell([0, 9, port.configuration, 0, 0, 0, 0, 0], &[])?;
        self.clear_toggles();
        // A port is opened: speed and frame, then ready.
        self.tell([0x21, 0x20, 0, 0, 0, 0, 7, 0], &[0xc0, 0xc6, 0x2d, 0, 0, 0, 8])?;
        self.tell([0x21, 0x22, 3, 0, 0, 0, 0, 0], &[])?;
        Ok(port)
    }
}

/// A token: eleven bits and their check.
fn fields(kind: u8, eleven: u32) -> Vec<u8> {
    let crc = check((0..11).map(|k| eleven >> k & 1 == 1), 5, 0b00101);
    let word = (eleven | crc << 11) as u16;
    [&[kind], &word.to_le_bytes()[..]].concat()
}
