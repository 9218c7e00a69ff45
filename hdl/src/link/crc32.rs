//! The CRC-32 of packets ([`eie_spec::link::packet`]), a byte every two cycles.
//!
//! Ports: `clock`; `enable` takes `data[8]`, or the first byte of a packet if `first`, which is always the same one;
//! `state[32]`, which is the complement of the CRC of the bytes taken. Latency: two cycles.

use rust_hdl::prelude::*;

/// The polynomial, lowest power in the highest bit.
const POLYNOMIAL: u64 = 0xedb8_8320;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Crc32 {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Takes a byte.
    pub enable: Signal<In, Bit>,
    /// It is the first one: that which was said when this was made.
    pub first: Signal<In, Bit>,
    /// The byte.
    pub data: Signal<In, Bits<8>>,
    /// Complement of the CRC.
    pub state: Signal<Out, Bits<32>>,
    register: DFF<Bits<32>>,
    mixed: DFF<Bits<8>>,
    taken: DFF<Bit>,
    opened: DFF<Bit>,
    shifted: Vec<Signal<Local, Bits<32>>>,
    opening: Constant<Bits<32>>,
    above: Constant<Bits<32>>,
    polynomial: Constant<Bits<32>>,
}

impl Crc32 {
    /// For packets that begin with this byte.
    pub fn new(first: u8) -> Self {
        let opening =
            (0..8).fold(0xffff_ffff ^ u64::from(first), |x, _| (x >> 1) ^ if x & 1 == 1 { POLYNOMIAL } else { 0 });
        Self {
            clock: Default::default(),
            enable: Default::default(),
            first: Default::default(),
            data: Default::default(),
            state: Default::default(),
            register: Default::default(),
            mixed: Default::default(),
            taken: Default::default(),
            opened: Default::default(),
            shifted: (0..9).map(|_| Signal::default()).collect(),
            opening: Constant::new(opening.into()),
            above: Constant::new(0xffff_ff00u64.into()),
            polynomial: Constant::new(POLYNOMIAL.into()),
        }
    }
}

impl Logic for Crc32 {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, register, mixed, taken, opened);
        self.mixed.d.next = self.register.q.val().get_bits::<8>(0) ^ self.data.val();
        self.taken.d.next = self.enable.val();
        self.opened.d.next = self.enable.val() & self.first.val();
        self.shifted[0].next = (self.register.q.val() & self.above.val()) | bit_cast::<32, 8>(self.mixed.q.val());
        for i in 0..8 {
            self.shifted[i + 1].next = self.shifted[i].val() >> 1;
            if self.shifted[i].val().get_bit(0) {
                self.shifted[i + 1].next = (self.shifted[i].val() >> 1) ^ self.polynomial.val();
            }
        }
        if self.taken.q.val() {
            self.register.d.next = self.shifted[8].val();
        }
        if self.opened.q.val() {
            self.register.d.next = self.opening.val();
        }
        self.state.next = self.register.q.val();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{connected, numbers, tick};
    use eie_spec::link::packet::{Kind, Packet, CRC_RESIDUE, REQUEST};

    #[test]
    fn is_the_crc_of_software() {
        let mut uut = connected!(Crc32::new(REQUEST), clock, enable, first, data);
        let mut next = numbers(5);
        for length in [1, 2, 7, 300] {
            let bytes: Vec<u8> = (0..length).map(|_| next() as u8).collect();
            let packet = Packet { code: Kind::Execute as u8, seq: 3, body: bytes };
            for (k, &byte) in packet.encode(REQUEST).iter().enumerate() {
                // A byte that is not taken changes nothing.
                for enable in [false, true] {
                    uut.enable.next = enable;
                    uut.first.next = k == 0;
                    uut.data.next = u64::from(byte).into();
                    tick(&mut uut, |u| &mut u.clock);
                    uut.enable.next = false;
                    tick(&mut uut, |u| &mut u.clock);
                }
                let whole = k + 1 == packet.encode(REQUEST).len();
                assert_eq!(uut.state.val().to_u32() == CRC_RESIDUE, whole, "byte {k}");
                let so_far = !crc32fast::hash(&packet.encode(REQUEST)[..=k]);
                assert_eq!(uut.state.val().to_u32(), so_far);
            }
        }
    }
}
