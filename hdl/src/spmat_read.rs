//! Sparse matrix read: the walker. Takes a column from the queue and reads its weight entries, one a cycle.
//!
//! Ports: `clock`; `clear`; `empty`, `pointer[32]`, `value_in[16]`, `short`, `marker`, `pop` (the queue); `write`,
//! `write_code`, `write_address[16]`, `write_data[32]`, `wide_*` (host); `code_address[16]` -> `weight[16]`, two cycles later
//! (the codebooks are in the same memory); `valid`, `first`, `entry[16]`, `value[16]`, `codebook[8]`,
//! `bank`; `issuing`, `parity`.
//! Latency: a column's first entry leaves three cycles after its `pop`. The next column is popped with the last
//! entry of this one, so there is no gap between columns, however short.
//!
//! A marker has no entries: its value is the codebook and the accumulators' bank of what follows it.
//! `parity` turns over with every marker popped: all entries before it have been issued then. It costs a cycle.

use crate::pair_ram::PairRam;
use eie_spec::arith;
use eie_spec::config::Config;
use eie_spec::regs::MARKER_BANK_BIT;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct SpmatRead {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Drops the column in work.
    pub clear: Signal<In, Bit>,
    /// The queue has nothing.
    pub empty: Signal<In, Bit>,
    /// Pointer of the queue's oldest item.
    pub pointer: Signal<In, Bits<32>>,
    /// Activation of the queue's oldest item.
    pub value_in: Signal<In, Bits<16>>,
    /// The queue's oldest item needs one cycle: it is a column of one entry, or a marker.
    pub short: Signal<In, Bit>,
    /// The queue's oldest item is a marker.
    pub marker: Signal<In, Bit>,
    /// Takes the queue's oldest item.
    pub pop: Signal<Out, Bit>,
    /// Host writes an entry.
    pub write: Signal<In, Bit>,
    /// Where.
    pub write_address: Signal<In, Bits<16>>,
    /// What.
    pub write_data: Signal<In, Bits<32>>,
    /// Host writes a codebook word, to the same address.
    pub write_code: Signal<In, Bit>,
    /// The host's word for [`crate::pair_ram`].
    pub wide_address: Signal<In, Bits<16>>,
    /// Its halves.
    pub wide_halves: Signal<In, Bits<2>>,
    /// Its upper half.
    pub wide_data: Signal<In, Bits<27>>,
    /// Codebook word to read.
    pub code_address: Signal<In, Bits<16>>,
    /// The weight, two cycles later.
    pub weight: Signal<Out, Bits<16>>,
    /// An entry leaves.
    pub valid: Signal<Out, Bit>,
    /// It is the first one of its column.
    pub first: Signal<Out, Bit>,
    /// The entry.
    pub entry: Signal<Out, Bits<16>>,
    /// Its column's activation.
    pub value: Signal<Out, Bits<16>>,
    /// Which codebook the entry is for.
    pub codebook: Signal<Out, Bits<8>>,
    /// Which accumulators. It may change before the entries of a step have all been added up downstream: each
    /// stage there keeps its own.
    pub bank: Signal<Out, Bit>,
    /// Markers popped, modulo 2.
    pub parity: Signal<Out, Bit>,
    /// An entry's address is being read in this cycle: what the busy counter counts.
    pub issuing: Signal<Out, Bit>,
    memory: PairRam,
    active: DFF<Bit>,
    start: DFF<Bit>,
    address: DFF<Bits<16>>,
    left: DFF<Bits<16>>,
    value0: DFF<Bits<16>>,
    more: DFF<Bit>,
    valid1: DFF<Bit>,
    valid2: DFF<Bit>,
    first1: DFF<Bit>,
    first2: DFF<Bit>,
    value1: DFF<Bits<16>>,
    value2: DFF<Bits<16>>,
    codebook0: DFF<Bits<8>>,
    codebook1: DFF<Bits<8>>,
    codebook2: DFF<Bits<8>>,
    bank0: DFF<Bit>,
    bank1: DFF<Bit>,
    bank2: DFF<Bit>,
    parity0: DFF<Bit>,
    take: Signal<Local, Bit>,
    length: Signal<Local, Bits<32>>,
    start_mask: Constant<Bits<32>>,
    start_bits: Constant<Bits<6>>,
    bank_bit: Constant<Bits<4>>,
    left_mask: Constant<Bits<16>>,
    bank_field: Signal<Local, Bits<16>>,
}

impl SpmatRead {
    /// A weight memory of the configuration's depth.
    pub fn new(config: &Config) -> Self {
        Self {
            clock: Default::default(),
            clear: Default::default(),
            empty: Default::default(),
            pointer: Default::default(),
            value_in: Default::default(),
            short: Default::default(),
            marker: Default::default(),
            pop: Default::default(),
            write: Default::default(),
            write_address: Default::default(),
            write_data: Default::default(),
            write_code: Default::default(),
            wide_address: Default::default(),
            wide_halves: Default::default(),
            wide_data: Default::default(),
            code_address: Default::default(),
            weight: Default::default(),
            valid: Default::default(),
            first: Default::default(),
            entry: Default::default(),
            value: Default::default(),
            codebook: Default::default(),
            bank: Default::default(),
            parity: Default::default(),
            issuing: Default::default(),
            memory: PairRam::new(
                [config.weight_depth, config.codebooks * arith::CODES],
                [config.entry_bits() as usize, 16],
                config.codes_with_weights(),
            ),
            active: Default::default(),
            start: Default::default(),
            address: Default::default(),
            left: Default::default(),
            value0: Default::default(),
            more: Default::default(),
            valid1: Default::default(),
            valid2: Default::default(),
            first1: Default::default(),
            first2: Default::default(),
            value1: Default::default(),
            value2: Default::default(),
            codebook0: Default::default(),
            codebook1: Default::default(),
            codebook2: Default::default(),
            bank0: Default::default(),
            bank1: Default::default(),
            bank2: Default::default(),
            parity0: Default::default(),
            take: Default::default(),
            length: Default::default(),
            start_mask: Constant::new(((1u64 << config.start_bits()) - 1).into()),
            start_bits: Constant::new(u64::from(config.start_bits()).into()),
            bank_bit: Constant::new(u64::from(MARKER_BANK_BIT).into()),
            left_mask: Constant::new(((1u64 << config.len_bits()) - 1).into()),
            bank_field: Default::default(),
        }
    }
}

impl Logic for SpmatRead {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, active, start, address, left, value0, more, valid1, valid2, first1, first2, value1, value2,
            codebook0, codebook1, codebook2, bank0, bank1, bank2, parity0
        );
        clock!(self, clock, memory);
        self.memory.write0.next = self.write.val();
        self.memory.write1.next = self.write_code.val();
        self.memory.write_address.next = self.write_address.val();
        self.memory.write_data.next = self.write_data.val();
        self.memory.wide_address.next = self.wide_address.val();
        self.memory.wide_halves.next = self.wide_halves.val();
        self.memory.wide_data.next = self.wide_data.val();
        self.memory.read_address0.next = self.address.q.val();
        self.memory.read_address1.next = self.code_address.val();
        self.weight.next = bit_cast::<16, 32>(self.memory.read_data1.val());
        // `more`: an entry is read in this cycle and its column has others. The register of what would be seen a cycle
        // earlier.
        self.take.next = !self.empty.val() & !self.more.q.val();
        self.pop.next = self.take.val();
        self.length.next = self.pointer.val() >> self.start_bits.val();
        self.bank_field.next = self.value_in.val() >> self.bank_bit.val();
        self.start.d.next = self.take.val();
        self.address.d.next = self.address.q.val() + 1;
        self.left.d.next = (self.left.q.val() - 1) & self.left_mask.val();
        self.active.d.next = self.active.q.val() & self.more.q.val();
        self.more.d.next = self.more.q.val() & (self.left.q.val() != 2);
        if self.take.val() {
            self.active.d.next = !self.marker.val();
            self.more.d.next = !self.short.val();
            self.address.d.next = bit_cast::<16, 32>(self.pointer.val() & self.start_mask.val());
            self.left.d.next = bit_cast::<16, 32>(self.length.val()) & self.left_mask.val();
            self.value0.d.next = self.value_in.val();
            if self.marker.val() {
                self.codebook0.d.next = self.value_in.val().get_bits::<8>(0);
                self.bank0.d.next = self.bank_field.val().get_bit(0);
                self.parity0.d.next = !self.parity0.q.val();
            }
        }
        if self.clear.val() {
            self.active.d.next = false;
            self.more.d.next = false;
            self.bank0.d.next = false;
            self.parity0.d.next = false;
        }
        self.codebook1.d.next = self.codebook0.q.val();
        self.codebook2.d.next = self.codebook1.q.val();
        self.bank1.d.next = self.bank0.q.val();
        self.bank2.d.next = self.bank1.q.val();
        self.codebook.next = self.codebook2.q.val();
        self.bank.next = self.bank2.q.val();
        self.parity.next = self.parity0.q.val();
        self.valid1.d.next = self.active.q.val();
        self.valid2.d.next = self.valid1.q.val();
        self.first1.d.next = self.start.q.val();
        self.first2.d.next = self.first1.q.val();
        self.value1.d.next = self.value0.q.val();
        self.value2.d.next = self.value1.q.val();
        self.valid.next = self.valid2.q.val();
        self.first.next = self.first2.q.val();
        self.entry.next = bit_cast::<16, 32>(self.memory.read_data0.val());
        self.value.next = self.value2.q.val();
        self.issuing.next = self.active.q.val();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{connected, settle, tick};

    #[test]
    fn columns_follow_without_a_gap() {
        let config = Config::for_pes(1).unwrap();
        let mut uut = connected!(
            SpmatRead::new(&config),
            clock,
            clear,
            empty,
            pointer,
            value_in,
            short,
            marker,
            write,
            write_address,
            write_data,
            write_code,
            wide_address,
            wide_halves,
            wide_data,
            code_address
        );
        uut.empty.next = true;
        uut.write.next = true;
        for k in 0..40u64 {
            uut.write_address.next = k.into();
            uut.write_data.next = (k * 3).into();
            tick(&mut uut, |u| &mut u.clock);
        }
        uut.write.next = false;
        let columns = [(0u64, 1u64), (5, 1), (9, 4), (20, 1), (30, 3)];
        let mut queue = columns.iter().copied().enumerate().peekable();
        let mut got = Vec::new();
        for _ in 0..20 {
            uut.empty.next = queue.peek().is_none();
            if let Some(&(k, (start, len))) = queue.peek() {
                uut.pointer.next = (start | len << config.start_bits()).into();
                uut.value_in.next = (k as u64).into();
                uut.short.next = len == 1;
            }
            settle(&mut uut);
            if uut.pop.val() {
                queue.next();
            }
            let out = (uut.first.val(), uut.entry.val().to_u64(), uut.value.val().to_u64());
            got.push(uut.valid.val().then_some(out));
            tick(&mut uut, |u| &mut u.clock);
        }
        let want: Vec<_> = columns
            .iter()
            .enumerate()
            .flat_map(|(k, &(start, len))| (0..len).map(move |i| Some((i == 0, 3 * (start + i), k as u64))))
            .collect();
        let begin = got.iter().position(Option::is_some).unwrap();
        assert_eq!(got[begin..begin + want.len()], want);
        assert!(got[begin + want.len()..].iter().all(Option::is_none));
    }
}
