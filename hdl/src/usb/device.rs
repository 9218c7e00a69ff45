//! A USB full-speed device with a serial port (CDC-ACM) in it: pins on one side, bytes on the other.
//!
//! Ports: `clock`, a multiple of 12 MHz; `reset` (level): not on the bus. `d_p_in`, `d_n_in`: the pins, which may
//! change at any time; `d_p_out`, `d_n_out` on them where `drive`; `pull_up`: D+ is pulled up, so that the host sees
//! the device. `rx_data[8]` with `rx_valid`, taken when `rx_ready`: bytes from the host; `tx_data[8]` with
//! `tx_valid`, taken when `tx_ready`: bytes to it.
//!
//! All is in the one clock: pins have two registers, and nothing else crosses.

use super::bulk_in::BulkIn;
use super::bulk_out::BulkOut;
use super::control::Control;
use super::line_rx::LineRx;
use super::packet_rx::UsbPacketRx;
use super::packet_tx::UsbPacketTx;
use super::transactions::Transactions;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct UsbDevice {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Not on the bus.
    pub reset: Signal<In, Bit>,
    /// The pin D+.
    pub d_p_in: Signal<In, Bit>,
    /// The pin D-.
    pub d_n_in: Signal<In, Bit>,
    /// For the pin D+.
    pub d_p_out: Signal<Out, Bit>,
    /// For the pin D-.
    pub d_n_out: Signal<Out, Bit>,
    /// The pins are driven.
    pub drive: Signal<Out, Bit>,
    /// For the pin with D+'s resistor.
    pub pull_up: Signal<Out, Bit>,
    /// A byte from the host.
    pub rx_data: Signal<Out, Bits<8>>,
    /// There is one.
    pub rx_valid: Signal<Out, Bit>,
    /// It is taken in this cycle.
    pub rx_ready: Signal<In, Bit>,
    /// A byte to the host.
    pub tx_data: Signal<In, Bits<8>>,
    /// There is one.
    pub tx_valid: Signal<In, Bit>,
    /// It is taken in this cycle.
    pub tx_ready: Signal<Out, Bit>,
    line: LineRx,
    rx: UsbPacketRx,
    tx: UsbPacketTx,
    who: Transactions,
    control: Control,
    bulk_out: BulkOut,
    bulk_in: BulkIn,
    /// The bus is reset, or the device is.
    away: DFF<Bit>,
    /// The bulk endpoints begin anew.
    clears: DFF<Bit>,
    pull_up_q: DFF<Bit>,
}

impl UsbDevice {
    /// `clocks` cycles a bit, 4 to 16: 4 at 48 MHz, 8 at 96 MHz.
    pub fn new(clocks: u32) -> Self {
        Self {
            clock: Default::default(),
            reset: Default::default(),
            d_p_in: Default::default(),
            d_n_in: Default::default(),
            d_p_out: Default::default(),
            d_n_out: Default::default(),
            drive: Default::default(),
            pull_up: Default::default(),
            rx_data: Default::default(),
            rx_valid: Default::default(),
            rx_ready: Default::default(),
            tx_data: Default::default(),
            tx_valid: Default::default(),
            tx_ready: Default::default(),
            line: LineRx::new(clocks),
            rx: UsbPacketRx::new(),
            tx: UsbPacketTx::new(clocks),
            who: Transactions::new(clocks),
            control: Control::new(),
            bulk_out: BulkOut::new(),
            bulk_in: BulkIn::new(),
            away: Default::default(),
            clears: Default::default(),
            pull_up_q: Default::default(),
        }
    }
}

impl Logic for UsbDevice {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, away, clears, pull_up_q);
        clock!(self, clock, line, rx, tx, who, control, bulk_out, bulk_in);
        self.away.d.next = self.line.bus_reset.val() | self.reset.val();
        self.clears.d.next = self.away.q.val() | self.control.clear.val();
        self.pull_up_q.d.next = !self.reset.val();
        self.pull_up.next = self.pull_up_q.q.val();
        // Pins to packets.
        self.line.d_p.next = self.d_p_in.val();
        self.line.d_n.next = self.d_n_in.val();
        self.line.mute.next = self.tx.busy.val();
        self.rx.start.next = self.line.start.val();
        self.rx.strobe.next = self.line.strobe.val();
        self.rx.value.next = self.line.value.val();
        self.rx.over.next = self.line.over.val();
        self.rx.broken.next = self.line.broken.val();
        // Who answers.
        self.who.reset.next = self.away.q.val();
        self.who.start.next = self.line.start.val();
        self.who.ended.next = self.rx.ended.val();
        self.who.token.next = self.rx.token.val();
        self.who.data.next = self.rx.data.val();
        self.who.ack.next = self.rx.ack.val();
        self.who.is_in.next = self.rx.is_in.val();
        self.who.is_out.next = self.rx.is_out.val();
        self.who.is_setup.next = self.rx.is_setup.val();
        self.who.address.next = self.rx.address.val();
        self.who.endpoint.next = self.rx.endpoint.val();
        self.who.data1.next = self.rx.data1.val();
        self.who.bytes.next = self.rx.index.val();
        self.who.own_address.next = self.control.address.val();
        self.who.configured.next = self.control.configured.val();
        self.who.control_stall.next = self.control.stall.val();
        self.who.control_toggle.next = self.control.toggle.val();
        self.who.halt_notify.next = self.control.halt_notify.val();
        self.who.halt_in.next = self.control.halt_in.val();
        self.who.halt_out.next = self.control.halt_out.val();
        self.who.bulk_offer.next = self.bulk_in.offer.val();
        self.who.bulk_in_toggle.next = self.bulk_in.toggle.val();
        self.who.bulk_out_toggle.next = self.bulk_out.toggle.val();
        self.who.bulk_open.next = self.bulk_out.open.val();
        self.who.busy.next = self.tx.busy.val();
        // Endpoint 0.
        self.control.reset.next = self.away.q.val();
        self.control.octet.next = self.rx.octet.val();
        self.control.octet_valid.next = self.rx.octet_valid.val();
        self.control.place.next = self.rx.index.val();
        self.control.to_setup.next = self.who.to_setup.val();
        self.control.to_control.next = self.who.to_control.val();
        self.control.setup.next = self.who.setup.val();
        self.control.out.next = self.who.control_out.val();
        self.control.acked.next = self.who.control_acked.val();
        self.control.index.next = self.tx.index.val();
        // Bulk.
        self.bulk_out.reset.next = self.clears.q.val();
        self.bulk_out.clear_toggle.next = self.control.clear_out.val();
        self.bulk_out.here.next = self.who.to_bulk.val();
        self.bulk_out.begins.next = self.rx.begins.val();
        self.bulk_out.octet.next = self.rx.octet.val();
        self.bulk_out.octet_valid.next = self.rx.octet_valid.val();
        self.bulk_out.index.next = self.rx.index.val();
        self.bulk_out.take.next = self.who.bulk_take.val();
        self.rx_data.next = self.bulk_out.data.val();
        self.rx_valid.next = self.bulk_out.valid.val();
        self.bulk_out.ready.next = self.rx_ready.val();
        self.bulk_in.reset.next = self.clears.q.val();
        self.bulk_in.clear_toggle.next = self.control.clear_in.val();
        self.bulk_in.data.next = self.tx_data.val();
        self.bulk_in.valid.next = self.tx_valid.val();
        self.tx_ready.next = self.bulk_in.ready.val();
        self.bulk_in.begin_packet.next = self.who.bulk_begin.val();
        self.bulk_in.acked.next = self.who.bulk_acked.val();
        self.bulk_in.index.next = self.tx.index.val();
        // Packets to pins.
        self.tx.go.next = self.who.go.val();
        self.tx.pid.next = self.who.pid.val();
        self.tx.with_data.next = self.who.with_data.val();
        self.tx.length.next = self.control.length.val();
        self.tx.data.next = self.control.data.val();
        if self.who.from_bulk.val() {
            self.tx.length.next = self.bulk_in.length.val();
            self.tx.data.next = self.bulk_in.octet.val();
        }
        self.d_p_out.next = self.tx.d_p.val();
        self.d_n_out.next = self.tx.d_n.val();
        self.drive.next = self.tx.drive.val();
    }
}
