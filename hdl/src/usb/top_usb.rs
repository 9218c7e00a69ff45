//! The accelerator behind the link on its own USB: the top of a board whose connector goes to the FPGA.
//!
//! Ports: `clock`, a multiple of 12 MHz, the accelerator's as well; `reset` (active high, may change at any time);
//! `usb_d_p_in`, `usb_d_n_in`, `usb_d_p_out`, `usb_d_n_out`, `usb_drive`, `usb_pull_up`: for the pins, of which the
//! board's top makes two that go both ways; `busy`, `error`: lamps.

use super::device::UsbDevice;
use crate::accelerator::Accelerator;
use crate::link::engine::Link;
use eie_spec::config::Config;
use eie_spec::link::LinkParams;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct TopUsb {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets the session, resets the accelerator, and leaves the bus.
    pub reset: Signal<In, Bit>,
    /// The pin D+.
    pub usb_d_p_in: Signal<In, Bit>,
    /// The pin D-.
    pub usb_d_n_in: Signal<In, Bit>,
    /// For the pin D+.
    pub usb_d_p_out: Signal<Out, Bit>,
    /// For the pin D-.
    pub usb_d_n_out: Signal<Out, Bit>,
    /// The pins are driven.
    pub usb_drive: Signal<Out, Bit>,
    /// For the pin with D+'s resistor.
    pub usb_pull_up: Signal<Out, Bit>,
    /// The accelerator works.
    pub busy: Signal<Out, Bit>,
    /// Something was wrong with a packet since the last good packet.
    pub error: Signal<Out, Bit>,
    usb: UsbDevice,
    link: Link,
    accelerator: Accelerator,
    /// Two registers against metastability.
    reset1: DFF<Bit>,
    reset2: DFF<Bit>,
    busy_q: DFF<Bit>,
    error_q: DFF<Bit>,
}

impl TopUsb {
    /// For a configuration, a link of these sizes, and so many cycles a bit.
    pub fn new(config: &Config, params: LinkParams, clocks: u32) -> Self {
        Self {
            clock: Default::default(),
            reset: Default::default(),
            usb_d_p_in: Default::default(),
            usb_d_n_in: Default::default(),
            usb_d_p_out: Default::default(),
            usb_d_n_out: Default::default(),
            usb_drive: Default::default(),
            usb_pull_up: Default::default(),
            busy: Default::default(),
            error: Default::default(),
            usb: UsbDevice::new(clocks),
            link: Link::new(config.pes, params),
            accelerator: Accelerator::new(config),
            reset1: Default::default(),
            reset2: Default::default(),
            busy_q: Default::default(),
            error_q: Default::default(),
        }
    }
}

impl Logic for TopUsb {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, reset1, reset2, busy_q, error_q);
        clock!(self, clock, usb, link, accelerator);
        self.reset1.d.next = self.reset.val();
        self.reset2.d.next = self.reset1.q.val();
        self.usb.reset.next = self.reset2.q.val();
        self.usb.d_p_in.next = self.usb_d_p_in.val();
        self.usb.d_n_in.next = self.usb_d_n_in.val();
        self.usb_d_p_out.next = self.usb.d_p_out.val();
        self.usb_d_n_out.next = self.usb.d_n_out.val();
        self.usb_drive.next = self.usb.drive.val();
        self.usb_pull_up.next = self.usb.pull_up.val();
        self.link.reset.next = self.reset2.q.val();
        self.link.rx_data.next = self.usb.rx_data.val();
        self.link.rx_valid.next = self.usb.rx_valid.val();
        self.usb.rx_ready.next = self.link.rx_ready.val();
        self.usb.tx_data.next = self.link.tx_data.val();
        self.usb.tx_valid.next = self.link.tx_valid.val();
        self.link.tx_ready.next = self.usb.tx_ready.val();
        self.accelerator.bus_write.next = self.link.bus_write.val();
        self.accelerator.bus_read.next = self.link.bus_read.val();
        self.accelerator.bus_address.next = self.link.bus_address.val();
        self.accelerator.bus_wdata.next = self.link.bus_wdata.val();
        self.link.bus_rdata.next = self.accelerator.bus_rdata.val();
        self.link.bus_rvalid.next = self.accelerator.bus_rvalid.val();
        self.link.busy.next = self.accelerator.busy.val();
        self.busy_q.d.next = self.accelerator.busy.val();
        self.error_q.d.next = self.link.error.val();
        self.busy.next = self.busy_q.q.val();
        self.error.next = self.error_q.q.val();
    }
}
