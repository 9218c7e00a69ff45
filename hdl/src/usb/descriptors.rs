//! What the device says of itself: the descriptors, in a ROM of lookup tables.
//!
//! Ports: `clock`; `address[8]` -> `data[8]`. Latency: one cycle.
//!
//! A communications device (class 2) with the abstract control model: interface 0 with an endpoint for notifications,
//! interface 1 with bulk endpoints for the bytes. Every system has a driver for it. The numbers of maker and product
//! are those that pid.codes gives everyone for tests (1209:0001); who makes boards to give away asks for ones of
//! their own.

use super::MOST;
use rust_hdl::prelude::*;

/// Maker's number: pid.codes.
pub const VENDOR: u16 = 0x1209;
/// Product's number: pid.codes' for tests.
pub const PRODUCT_ID: u16 = 0x0001;

/// The maker's name.
pub const MAKER_NAME: &str = "OpenEIE";
/// The product's name.
pub const PRODUCT_NAME: &str = "EIE accelerator";

/// A piece of the ROM, by its number.
pub type Piece = usize;
/// The device descriptor.
pub const DEVICE: Piece = 0;
/// The configuration descriptor, with all that belongs to it.
pub const CONFIGURATION: Piece = 1;
/// Languages of the strings.
pub const LANGUAGES: Piece = 2;
/// The maker's name.
pub const MAKER: Piece = 3;
/// The product's name.
pub const PRODUCT: Piece = 4;
/// The serial port's setting before the host gives one: 115,200 baud, 8 bits.
pub const LINE: Piece = 5;
/// Zeros, for a status without anything in it.
pub const ZEROS: Piece = 6;
/// 1, for a status of which the lowest bit is set.
pub const ONE: Piece = 7;

/// The bytes of all pieces.
pub fn pieces() -> [Vec<u8>; 8] {
    let [vendor, product] = [VENDOR, PRODUCT_ID].map(u16::to_le_bytes);
    // USB 2.0, class 2; strings 1 and 2; one configuration.
    let device =
        vec![18, 1, 0, 2, 2, 0, 0, MOST as u8, vendor[0], vendor[1], product[0], product[1], 0, 1, 1, 2, 0, 1];
    let endpoint = |address: u8, kind: u8, size: u8, interval: u8| vec![7, 5, address, kind, size, 0, interval];
    let inner = [
        // Interface 0: class 2, abstract control model, one endpoint.
        vec![9, 4, 0, 0, 1, 2, 2, 1, 0],
        // CDC 1.10; no calls; line coding and state; interface 0 leads 1.
        vec![5, 0x24, 0, 0x10, 1],
        vec![5, 0x24, 1, 0, 1],
        vec![4, 0x24, 2, 2],
        vec![5, 0x24, 6, 0, 1],
        endpoint(0x81, 3, 16, 32),
        // Interface 1: data.
        vec![9, 4, 1, 0, 2, 10, 0, 0, 0],
        endpoint(0x02, 2, MOST as u8, 0),
        endpoint(0x82, 2, MOST as u8, 0),
    ]
    .concat();
    // Powered by the bus, 500 mA at most.
    let mut configuration = vec![9, 2, 9 + inner.len() as u8, 0, 2, 1, 0, 0x80, 250];
    configuration.extend(inner);
    let string = |text: &str| {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        let mut bytes = vec![2 + 2 * text.encode_utf16().count() as u8, 3];
        bytes.extend(units);
        bytes
    };
    let line = [&115_200u32.to_le_bytes()[..], &[0, 0, 8]].concat();
    let languages = vec![4, 3, 9, 4];
    [device, configuration, languages, string(MAKER_NAME), string(PRODUCT_NAME), line, vec![0, 0], vec![1, 0]]
}

/// Where a piece is in the ROM, and how long it is.
pub fn part(piece: Piece) -> (u64, u64) {
    let all = pieces();
    let base = all[..piece].iter().map(Vec::len).sum::<usize>();
    (base as u64, all[piece].len() as u64)
}

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Descriptors {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Place of a byte.
    pub address: Signal<In, Bits<8>>,
    /// The byte.
    pub data: Signal<Out, Bits<8>>,
    _bytes: Vec<u8>,
}

impl Descriptors {
    /// All of them.
    pub fn new() -> Self {
        let bytes = pieces().concat();
        assert!(bytes.len() <= 256, "{} bytes of descriptors", bytes.len());
        // One that were a whole number of packets and shorter than the host asks for would need an empty one behind it.
        assert!(pieces().iter().all(|p| p.len() < 2 * MOST && p.len() != MOST));
        Self { clock: Default::default(), address: Default::default(), data: Default::default(), _bytes: bytes }
    }
}

impl Logic for Descriptors {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let place = self.address.val().index();
            self.data.next = u64::from(self._bytes.get(place).copied().unwrap_or(0)).into();
        }
    }
    fn connect(&mut self) {
        self.data.connect();
    }
    fn hdl(&self) -> Verilog {
        // Not in block RAM: those begin with zeros, which is checked in the bits.
        let words: String =
            self._bytes.iter().enumerate().map(|(k, b)| format!("rom[{k}] = 8'h{b:02x};\n")).collect();
        Verilog::Custom(format!(
            "(* rom_style = \"logic\", ram_style = \"logic\" *) reg [7:0] rom [0:255];\ninteger rom_i;\ninitial begin\n\
             for (rom_i = {}; rom_i < 256; rom_i = rom_i + 1) rom[rom_i] = 0;\n{words}end\n\
             always @(posedge clock) data <= rom[address];\n",
            self._bytes.len()
        ))
    }
    fn timing(&self) -> Vec<TimingInfo> {
        vec![TimingInfo {
            name: "read".into(),
            clock: "clock".into(),
            inputs: vec!["address".into()],
            outputs: vec!["data".into()],
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_what_descriptors_say() {
        let all = pieces();
        assert_eq!(all[DEVICE][0] as usize, all[DEVICE].len());
        let configuration = &all[CONFIGURATION];
        assert_eq!(usize::from(configuration[2]), configuration.len());
        // A chain of descriptors that ends where the whole does.
        let mut at = 0;
        while at < configuration.len() {
            at += usize::from(configuration[at]);
        }
        assert_eq!(at, configuration.len());
        assert!(configuration.len() > MOST, "more than a packet, so that a second one is needed");
        for piece in [LANGUAGES, MAKER, PRODUCT] {
            assert_eq!((usize::from(all[piece][0]), all[piece][1]), (all[piece].len(), 3));
        }
        let (base, length) = part(PRODUCT);
        assert_eq!(&all.concat()[base as usize..][..length as usize], all[PRODUCT]);
    }
}
