//! Between words of an AXI4-Stream and bytes: [`ToBytes`] and [`FromBytes`].
//!
//! Both hold one word. The lowest byte of a word is the first. A word's bytes take a cycle each, those that TKEEP leaves
//! out as well, and one more for the word. The link takes a byte in about ten cycles.

use rust_hdl::prelude::*;

/// Words to bytes: `in_data[D]`, `in_keep[K]` with `in_valid`, taken when `in_ready`; `data[8]` with `valid`, taken when
/// `ready`. `K = D / 8`. Bytes that TKEEP leaves out are dropped, wherever they are.
#[derive(LogicBlock)]
pub struct ToBytes<const D: usize, const K: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets the word.
    pub reset: Signal<In, Bit>,
    /// A word.
    pub in_data: Signal<In, Bits<D>>,
    /// Which of its bytes there are.
    pub in_keep: Signal<In, Bits<K>>,
    /// There is one.
    pub in_valid: Signal<In, Bit>,
    /// It is taken in this cycle.
    pub in_ready: Signal<Out, Bit>,
    /// A byte.
    pub data: Signal<Out, Bits<8>>,
    /// There is one.
    pub valid: Signal<Out, Bit>,
    /// It is taken in this cycle.
    pub ready: Signal<In, Bit>,
    word: DFF<Bits<D>>,
    keep: DFF<Bits<K>>,
    is_there: Signal<Local, Bit>,
    first: Constant<Bits<K>>,
}

impl<const D: usize, const K: usize> ToBytes<D, K> {
    /// Without a word.
    pub fn new() -> Self {
        assert_eq!(D, 8 * K, "a stream of {D} bits has {} bytes", D / 8);
        Self {
            clock: Default::default(),
            reset: Default::default(),
            in_data: Default::default(),
            in_keep: Default::default(),
            in_valid: Default::default(),
            in_ready: Default::default(),
            data: Default::default(),
            valid: Default::default(),
            ready: Default::default(),
            word: Default::default(),
            keep: Default::default(),
            is_there: Default::default(),
            first: Constant::new(1u64.into()),
        }
    }
}

impl<const D: usize, const K: usize> Logic for ToBytes<D, K> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, word, keep);
        self.in_ready.next = !self.keep.q.val().any() & !self.reset.val();
        self.data.next = self.word.q.val().get_bits::<8>(0);
        // A single bit has no bit 0 in Verilog.
        self.is_there.next = (self.keep.q.val() & self.first.val()).any();
        self.valid.next = self.is_there.val();
        if self.keep.q.val().any() {
            if self.ready.val() | !self.is_there.val() {
                self.word.d.next = self.word.q.val() >> 8;
                self.keep.d.next = self.keep.q.val() >> 1;
            }
        } else {
            if self.in_valid.val() {
                self.word.d.next = self.in_data.val();
                self.keep.d.next = self.in_keep.val();
            }
        }
        if self.reset.val() {
            self.keep.d.next = 0.into();
        }
    }
}

/// Bytes to words: `data[8]`, `last` with `valid`, taken when `ready`; `out_data[D]`, `out_keep[K]`, `out_last` with
/// `out_valid`, taken when `out_ready`. A packet's last word may be a part of one: its lowest bytes.
#[derive(LogicBlock)]
pub struct FromBytes<const D: usize, const K: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets the word.
    pub reset: Signal<In, Bit>,
    /// A byte.
    pub data: Signal<In, Bits<8>>,
    /// It is a packet's last one.
    pub last: Signal<In, Bit>,
    /// There is one.
    pub valid: Signal<In, Bit>,
    /// It is taken in this cycle.
    pub ready: Signal<Out, Bit>,
    /// A word.
    pub out_data: Signal<Out, Bits<D>>,
    /// Which of its bytes there are.
    pub out_keep: Signal<Out, Bits<K>>,
    /// It is a packet's last one.
    pub out_last: Signal<Out, Bit>,
    /// There is one.
    pub out_valid: Signal<Out, Bit>,
    /// It is taken in this cycle.
    pub out_ready: Signal<In, Bit>,
    word: DFF<Bits<D>>,
    keep: DFF<Bits<K>>,
    place: DFF<Bits<8>>,
    full: DFF<Bit>,
    last_q: DFF<Bit>,
    placed: Signal<Local, Bits<D>>,
    wide: Signal<Local, Bits<D>>,
    first: Constant<Bits<K>>,
    top: Constant<Bits<8>>,
    step: Constant<Bits<8>>,
}

impl<const D: usize, const K: usize> FromBytes<D, K> {
    /// Without a word.
    pub fn new() -> Self {
        assert!(D == 8 * K && D <= 128, "a stream of {D} bits: at most 128, and {} bytes", D / 8);
        Self {
            clock: Default::default(),
            reset: Default::default(),
            data: Default::default(),
            last: Default::default(),
            valid: Default::default(),
            ready: Default::default(),
            out_data: Default::default(),
            out_keep: Default::default(),
            out_last: Default::default(),
            out_valid: Default::default(),
            out_ready: Default::default(),
            word: Default::default(),
            keep: Default::default(),
            place: Default::default(),
            full: Default::default(),
            last_q: Default::default(),
            placed: Default::default(),
            wide: Default::default(),
            first: Constant::new(1u64.into()),
            top: Constant::new((D as u64 - 8).into()),
            step: Constant::new(8u64.into()),
        }
    }
}

impl<const D: usize, const K: usize> Logic for FromBytes<D, K> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, word, keep, place, full, last_q);
        self.ready.next = !self.full.q.val() & !self.reset.val();
        self.wide.next = bit_cast::<D, 8>(self.data.val());
        self.placed.next = self.wide.val() << self.place.q.val();
        if self.valid.val() & !self.full.q.val() {
            self.word.d.next = self.word.q.val() | self.placed.val();
            self.keep.d.next = (self.keep.q.val() << 1) | self.first.val();
            self.place.d.next = self.place.q.val() + self.step.val();
            self.last_q.d.next = self.last.val();
            self.full.d.next = self.last.val() | (self.place.q.val() == self.top.val());
        }
        self.out_data.next = self.word.q.val();
        self.out_keep.next = self.keep.q.val();
        self.out_last.next = self.last_q.q.val();
        self.out_valid.next = self.full.q.val();
        if (self.full.q.val() & self.out_ready.val()) | self.reset.val() {
            self.word.d.next = 0.into();
            self.keep.d.next = 0.into();
            self.place.d.next = 0.into();
            self.full.d.next = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{connected, numbers, settle, tick};

    /// Packets through both blocks, neither side always ready, with gaps in the words: packets that come out.
    fn through<const D: usize, const K: usize>(packets: &[Vec<u8>], seed: u64) -> Vec<Vec<u8>> {
        let mut down = connected!(ToBytes::<D, K>::new(), clock, reset, in_data, in_keep, in_valid, ready);
        let mut up = connected!(FromBytes::<D, K>::new(), clock, reset, data, last, valid, out_ready);
        let mut next = numbers(seed);
        // Words with bytes missing anywhere, and whole words of none.
        let mut words: Vec<(u128, u64)> = Vec::new();
        for packet in packets {
            let mut rest = packet.iter();
            while rest.len() > 0 {
                let (mut word, mut keep) = (0u128, 0u64);
                for lane in 0..K {
                    if next().is_multiple_of(4) {
                        word |= 0xeeu128 << (8 * lane);
                    } else if let Some(&byte) = rest.next() {
                        word |= u128::from(byte) << (8 * lane);
                        keep |= 1 << lane;
                    }
                }
                words.push((word, keep));
            }
        }
        let ends: Vec<usize> = packets
            .iter()
            .scan(0, |n, p| {
                *n += p.len();
                Some(*n)
            })
            .collect();
        let (mut sent, mut bytes, mut out, mut open) = (0, 0, Vec::new(), Vec::new());
        for _ in 0..200 + 40 * ends.last().unwrap() {
            let offer = sent < words.len() && !next().is_multiple_of(3);
            let (word, keep) = words.get(sent).copied().unwrap_or((0, 0));
            down.in_valid.next = offer;
            down.in_data.next = (0..D).fold(Bits::<D>::default(), |b, i| b.replace_bit(i, word >> i & 1 == 1));
            down.in_keep.next = keep.into();
            settle(&mut down);
            up.data.next = down.data.val();
            up.valid.next = down.valid.val();
            up.last.next = ends.contains(&(bytes + 1));
            let taken = !next().is_multiple_of(3);
            up.out_ready.next = taken;
            settle(&mut up);
            down.ready.next = up.ready.val();
            settle(&mut down);
            sent += usize::from(offer && down.in_ready.val());
            bytes += usize::from(down.valid.val() && up.ready.val());
            if up.out_valid.val() && taken {
                for lane in 0..K {
                    if up.out_keep.val().get_bit(lane) {
                        open.push(up.out_data.val().get_bits::<8>(8 * lane).to_u64() as u8);
                    }
                }
                if up.out_last.val() {
                    out.push(std::mem::take(&mut open));
                }
            }
            tick(&mut down, |u| &mut u.clock);
            tick(&mut up, |u| &mut u.clock);
        }
        assert!(open.is_empty(), "bytes without an end");
        out
    }

    #[test]
    fn packets_go_through_at_every_width() {
        let mut next = numbers(5);
        let packets: Vec<Vec<u8>> =
            [1, 2, 7, 8, 9, 16, 17, 33].map(|n| (0..n).map(|_| next() as u8).collect()).into();
        assert_eq!(through::<8, 1>(&packets, 1), packets);
        assert_eq!(through::<32, 4>(&packets, 2), packets);
        assert_eq!(through::<64, 8>(&packets, 3), packets);
        assert_eq!(through::<128, 16>(&packets, 4), packets);
    }
}
