//! Pointer read: looks up a broadcast activation's column before it is queued, and drops columns that have no
//! weights in this PE. A marker (the beginning of a step) is queued too, as a column without weights.
//!
//! Ports: `clock`; `valid`, `marker`, `column[16]`, `value_in[16]`; `write`, `write_address[16]`,
//! `write_data[32]`, `write_bias`, `wide_*` (host); `bias_address[16]` -> `bias[32]`, three cycles later (biases are in the
//! same memory, and `wide_address` has their address while the host does not write); `push`, `pointer[32]`, `value[16]`,
//! `short` (the walker needs one cycle for it), `is_marker`.
//! Latency: three cycles from `valid` to `push`. Takes one activation a cycle and never makes the broadcast wait.

use crate::pair_ram::PairRam;
use eie_spec::config::Config;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct PtrRead {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// An activation arrives.
    pub valid: Signal<In, Bit>,
    /// What arrives is a marker.
    pub marker: Signal<In, Bit>,
    /// Address of its column's pointer.
    pub column: Signal<In, Bits<16>>,
    /// The activation.
    pub value_in: Signal<In, Bits<16>>,
    /// Host writes a pointer.
    pub write: Signal<In, Bit>,
    /// Where.
    pub write_address: Signal<In, Bits<16>>,
    /// What.
    pub write_data: Signal<In, Bits<32>>,
    /// Host writes a bias, to the same address.
    pub write_bias: Signal<In, Bit>,
    /// The host's word for [`crate::pair_ram`].
    pub wide_address: Signal<In, Bits<16>>,
    /// Its halves.
    pub wide_halves: Signal<In, Bits<2>>,
    /// Its upper half.
    pub wide_data: Signal<In, Bits<27>>,
    /// Bias to read.
    pub bias_address: Signal<In, Bits<16>>,
    /// The bias, three cycles later.
    pub bias: Signal<Out, Bits<32>>,
    /// An item for the queue.
    pub push: Signal<Out, Bit>,
    /// Its pointer.
    pub pointer: Signal<Out, Bits<32>>,
    /// Its activation.
    pub value: Signal<Out, Bits<16>>,
    /// One entry or none: the walker needs one cycle for it.
    pub short: Signal<Out, Bit>,
    /// It is a marker.
    pub is_marker: Signal<Out, Bit>,
    memory: PairRam,
    bias_q: DFF<Bits<32>>,
    valid1: DFF<Bit>,
    marker1: DFF<Bit>,
    value1: DFF<Bits<16>>,
    valid2: DFF<Bit>,
    marker2: DFF<Bit>,
    value2: DFF<Bits<16>>,
    valid3: DFF<Bit>,
    marker3: DFF<Bit>,
    short3: DFF<Bit>,
    value3: DFF<Bits<16>>,
    pointer3: DFF<Bits<32>>,
    length: Signal<Local, Bits<32>>,
    beyond_one: Signal<Local, Bits<32>>,
    more_mask: Constant<Bits<32>>,
    length_mask: Constant<Bits<32>>,
}

impl PtrRead {
    /// A pointer memory of the configuration's depth.
    pub fn new(config: &Config) -> Self {
        let length_mask = ((1u64 << config.len_bits()) - 1) << config.start_bits();
        Self {
            clock: Default::default(),
            valid: Default::default(),
            marker: Default::default(),
            column: Default::default(),
            value_in: Default::default(),
            write: Default::default(),
            write_address: Default::default(),
            write_data: Default::default(),
            write_bias: Default::default(),
            wide_address: Default::default(),
            wide_halves: Default::default(),
            wide_data: Default::default(),
            bias_address: Default::default(),
            bias: Default::default(),
            push: Default::default(),
            pointer: Default::default(),
            value: Default::default(),
            short: Default::default(),
            is_marker: Default::default(),
            memory: PairRam::shared(
                [config.ptr_depth, config.bias_depth],
                [config.ptr_bits() as usize, 32],
                config.biases_with_pointers(),
            ),
            bias_q: Default::default(),
            valid1: Default::default(),
            marker1: Default::default(),
            value1: Default::default(),
            valid2: Default::default(),
            marker2: Default::default(),
            value2: Default::default(),
            valid3: Default::default(),
            marker3: Default::default(),
            short3: Default::default(),
            value3: Default::default(),
            pointer3: Default::default(),
            length: Default::default(),
            beyond_one: Default::default(),
            more_mask: Constant::new((length_mask & (length_mask << 1)).into()),
            length_mask: Constant::new(length_mask.into()),
        }
    }
}

impl Logic for PtrRead {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self, clock, bias_q, valid1, marker1, value1, valid2, marker2, value2, valid3, marker3, short3, value3,
            pointer3
        );
        clock!(self, clock, memory);
        self.memory.write0.next = self.write.val();
        self.memory.write1.next = self.write_bias.val();
        self.memory.write_address.next = self.write_address.val();
        self.memory.write_data.next = self.write_data.val();
        self.memory.wide_address.next = self.wide_address.val();
        self.memory.wide_halves.next = self.wide_halves.val();
        self.memory.wide_data.next = self.wide_data.val();
        self.memory.read_address0.next = self.column.val();
        self.memory.read_address1.next = self.bias_address.val();
        self.bias_q.d.next = self.memory.read_data1.val();
        self.bias.next = self.bias_q.q.val();
        self.valid1.d.next = self.valid.val();
        self.marker1.d.next = self.marker.val();
        self.value1.d.next = self.value_in.val();
        self.valid2.d.next = self.valid1.q.val();
        self.marker2.d.next = self.marker1.q.val();
        self.value2.d.next = self.value1.q.val();
        self.length.next = self.memory.read_data0.val() & self.length_mask.val();
        self.beyond_one.next = self.memory.read_data0.val() & self.more_mask.val();
        self.valid3.d.next = self.valid2.q.val() & (self.marker2.q.val() | self.length.val().any());
        self.marker3.d.next = self.marker2.q.val();
        self.short3.d.next = self.marker2.q.val() | !self.beyond_one.val().any();
        self.value3.d.next = self.value2.q.val();
        self.pointer3.d.next = self.memory.read_data0.val();
        self.push.next = self.valid3.q.val();
        self.pointer.next = self.pointer3.q.val();
        self.value.next = self.value3.q.val();
        self.short.next = self.short3.q.val();
        self.is_marker.next = self.marker3.q.val();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{connected, tick};
    use eie_spec::image::Pointer;

    #[test]
    fn columns_without_weights_are_dropped() {
        let config = Config::for_pes(1).unwrap();
        let mut uut = connected!(
            PtrRead::new(&config),
            clock,
            valid,
            marker,
            column,
            value_in,
            write,
            write_address,
            write_data,
            write_bias,
            wide_address,
            wide_halves,
            wide_data,
            bias_address
        );
        let pointer = |k: u64| Pointer { start: 7 * k as u32, len: (k % 3) as u32 }.encode(&config);
        uut.write.next = true;
        for k in 0..20u64 {
            uut.write_address.next = k.into();
            uut.write_data.next = u64::from(pointer(k)).into();
            tick(&mut uut, |u| &mut u.clock);
        }
        uut.write.next = false;
        for k in 0..23u64 {
            uut.valid.next = k < 20;
            uut.marker.next = k == 12;
            uut.column.next = k.into();
            uut.value_in.next = (100 + k).into();
            tick(&mut uut, |u| &mut u.clock);
            if k < 2 {
                continue;
            }
            // What went in two calls before comes out now, three edges later.
            let k = k - 2;
            assert_eq!(uut.push.val(), k < 20 && (k % 3 != 0 || k == 12), "column {k}");
            if uut.push.val() {
                assert_eq!((uut.is_marker.val(), uut.short.val()), (k == 12, k == 12 || k % 3 == 1));
                if k != 12 {
                    assert_eq!(uut.pointer.val().to_u64(), u64::from(pointer(k)));
                }
                assert_eq!(uut.value.val().to_u64(), 100 + k);
            }
        }
    }
}
