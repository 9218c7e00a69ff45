//! The accelerator behind the link, with bytes in and out as streams: for simulation, FIFOs and bridges.
//!
//! Ports: `clock`, `reset` (level, synchronous); `rx_data[8]` with `rx_valid`, taken when `rx_ready`; `tx_data[8]` with
//! `tx_valid`, taken when `tx_ready` (AXI4-Stream's TDATA, TVALID, TREADY); `busy`, `error` for lamps.

use super::engine::Link;
use crate::accelerator::Accelerator;
use crate::compact::array::CompactArray;
use eie_spec::config::Config;
use eie_spec::link::LinkParams;
use rust_hdl::prelude::*;

/// The top around an array, and what the array is called in it.
macro_rules! stream_top {
    ($(#[$doc:meta])* $name:ident, $array:ident: $Array:ident) => {
        $(#[$doc])*
        #[derive(LogicBlock)]
        pub struct $name {
            /// Rising edge.
            pub clock: Signal<In, Clock>,
            /// Forgets the session and resets the accelerator.
            pub reset: Signal<In, Bit>,
            /// A byte.
            pub rx_data: Signal<In, Bits<8>>,
            /// There is one.
            pub rx_valid: Signal<In, Bit>,
            /// It is taken in this cycle.
            pub rx_ready: Signal<Out, Bit>,
            /// A byte.
            pub tx_data: Signal<Out, Bits<8>>,
            /// There is one.
            pub tx_valid: Signal<Out, Bit>,
            /// It is taken in this cycle.
            pub tx_ready: Signal<In, Bit>,
            /// The accelerator works.
            pub busy: Signal<Out, Bit>,
            /// Something was wrong with a packet since the last good one.
            pub error: Signal<Out, Bit>,
            link: Link,
            $array: $Array,
        }

        impl $name {
            /// For a configuration, and a link of these sizes.
            pub fn new(config: &Config, params: LinkParams) -> Self {
                Self {
                    clock: Default::default(),
                    reset: Default::default(),
                    rx_data: Default::default(),
                    rx_valid: Default::default(),
                    rx_ready: Default::default(),
                    tx_data: Default::default(),
                    tx_valid: Default::default(),
                    tx_ready: Default::default(),
                    busy: Default::default(),
                    error: Default::default(),
                    link: Link::new(config.pes, params),
                    $array: $Array::new(config),
                }
            }
        }

        impl Logic for $name {
            #[hdl_gen]
            fn update(&mut self) {
                clock!(self, clock, link, $array);
                self.link.reset.next = self.reset.val();
                self.link.rx_data.next = self.rx_data.val();
                self.link.rx_valid.next = self.rx_valid.val();
                self.rx_ready.next = self.link.rx_ready.val();
                self.tx_data.next = self.link.tx_data.val();
                self.tx_valid.next = self.link.tx_valid.val();
                self.link.tx_ready.next = self.tx_ready.val();
                self.$array.bus_write.next = self.link.bus_write.val();
                self.$array.bus_read.next = self.link.bus_read.val();
                self.$array.bus_address.next = self.link.bus_address.val();
                self.$array.bus_wdata.next = self.link.bus_wdata.val();
                self.link.bus_rdata.next = self.$array.bus_rdata.val();
                self.link.bus_rvalid.next = self.$array.bus_rvalid.val();
                self.link.busy.next = self.$array.busy.val();
                self.busy.next = self.$array.busy.val();
                self.error.next = self.link.error.val();
            }
        }
    };
}

stream_top!(
    /// The accelerator behind streams of bytes.
    TopStream, accelerator: Accelerator
);
stream_top!(
    /// The compact array behind streams of bytes.
    CompactStream, array: CompactArray
);
