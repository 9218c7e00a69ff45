//! The accelerator behind the link on a serial line: the top of a board.
//!
//! Ports: `clock`; `reset` (active high, may change at any time); `rx`, `tx`: the line, 8 data bits, no parity, one
//! stop bit, a number of cycles a bit that is chosen when the top is made; `busy`, `error`: lamps.

use super::engine::Link;
use super::uart_rx::UartRx;
use super::uart_tx::UartTx;
use crate::accelerator::Accelerator;
use crate::compact::array::CompactArray;
use eie_spec::config::Config;
use eie_spec::link::LinkParams;
use rust_hdl::prelude::*;

/// The top around an array, and what the array is called in it.
macro_rules! uart_top {
    ($(#[$doc:meta])* $name:ident, $array:ident: $Array:ident) => {
        $(#[$doc])*
        #[derive(LogicBlock)]
        pub struct $name {
            /// Rising edge.
            pub clock: Signal<In, Clock>,
            /// Forgets the session and resets the accelerator.
            pub reset: Signal<In, Bit>,
            /// From the host.
            pub rx: Signal<In, Bit>,
            /// To the host.
            pub tx: Signal<Out, Bit>,
            /// The accelerator works.
            pub busy: Signal<Out, Bit>,
            /// Something was wrong with a packet or a byte since the last good packet.
            pub error: Signal<Out, Bit>,
            uart_rx: UartRx,
            uart_tx: UartTx,
            link: Link,
            $array: $Array,
            // Two registers against metastability.
            reset1: DFF<Bit>,
            reset2: DFF<Bit>,
            rx_data: DFF<Bits<8>>,
            rx_valid: DFF<Bit>,
            busy_q: DFF<Bit>,
            error_q: DFF<Bit>,
        }

        impl $name {
            /// For a configuration, a link of these sizes, and so many cycles a bit.
            pub fn new(config: &Config, params: LinkParams, clocks: u32) -> Self {
                Self {
                    clock: Default::default(),
                    reset: Default::default(),
                    rx: Default::default(),
                    tx: Default::default(),
                    busy: Default::default(),
                    error: Default::default(),
                    uart_rx: UartRx::new(clocks),
                    uart_tx: UartTx::new(clocks),
                    link: Link::new(config.pes, params),
                    $array: $Array::new(config),
                    reset1: Default::default(),
                    reset2: Default::default(),
                    rx_data: Default::default(),
                    rx_valid: Default::default(),
                    busy_q: Default::default(),
                    error_q: Default::default(),
                }
            }
        }

        impl Logic for $name {
            #[hdl_gen]
            fn update(&mut self) {
                dff_setup!(self, clock, reset1, reset2, rx_data, rx_valid, busy_q, error_q);
                clock!(self, clock, uart_rx, uart_tx, link, $array);
                self.reset1.d.next = self.reset.val();
                self.reset2.d.next = self.reset1.q.val();
                self.link.reset.next = self.reset2.q.val();
                self.uart_rx.line.next = self.rx.val();
                self.rx_data.d.next = self.uart_rx.data.val();
                self.rx_valid.d.next = self.uart_rx.valid.val();
                self.link.rx_data.next = self.rx_data.q.val();
                self.link.rx_valid.next = self.rx_valid.q.val();
                self.uart_tx.data.next = self.link.tx_data.val();
                self.uart_tx.valid.next = self.link.tx_valid.val();
                self.link.tx_ready.next = self.uart_tx.ready.val();
                self.tx.next = self.uart_tx.line.val();
                self.$array.bus_write.next = self.link.bus_write.val();
                self.$array.bus_read.next = self.link.bus_read.val();
                self.$array.bus_address.next = self.link.bus_address.val();
                self.$array.bus_wdata.next = self.link.bus_wdata.val();
                self.link.bus_rdata.next = self.$array.bus_rdata.val();
                self.link.bus_rvalid.next = self.$array.bus_rvalid.val();
                self.link.busy.next = self.$array.busy.val();
                self.busy_q.d.next = self.$array.busy.val();
                self.error_q.d.next = self.link.error.val() | self.uart_rx.broken.val();
                self.busy.next = self.busy_q.q.val();
                self.error.next = self.error_q.q.val();
            }
        }
    };
}

uart_top!(
    /// The accelerator on a serial line.
    TopUart, accelerator: Accelerator
);
uart_top!(
    /// The compact array on a serial line.
    CompactUart, array: CompactArray
);
