//! Endpoint 0: the requests of USB's chapter 9 and of a CDC-ACM serial port.
//!
//! Ports: `clock`; `reset` (the bus's); the receiver's `octet[8]` with `octet_valid` at `place[7]`, of a request
//! while `to_setup`, of its data while `to_control`; `setup`: the request is good; `out`: its data is; `acked`: data
//! of this endpoint has arrived. `stall`: the request is none that is known; else there are `length[7]` bytes to
//! send, of which `data[8]` is the one at `index[7]` three cycles later, with `toggle`. What requests set:
//! `address[7]` (once its status has arrived), `configured`, `halt_...`; `clear`, `clear_in`, `clear_out` for a
//! cycle: the bulk endpoints forget what they have, or their toggles.
//!
//! There are no stages: while a request is in work each IN is answered with what is left of its data, be it nothing,
//! and each OUT with an acknowledgement. A host that keeps to the protocol sees no difference.

use super::descriptors::{self, part, Descriptors};
use super::request::Request;
use super::MOST;
use crate::ram::LutRam;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Control {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// The bus's.
    pub reset: Signal<In, Bit>,
    /// The receiver's.
    pub octet: Signal<In, Bits<8>>,
    /// The receiver's.
    pub octet_valid: Signal<In, Bit>,
    /// The receiver's.
    pub place: Signal<In, Bits<7>>,
    /// The byte is a request's.
    pub to_setup: Signal<In, Bit>,
    /// The byte is data of a request.
    pub to_control: Signal<In, Bit>,
    /// A request is in.
    pub setup: Signal<In, Bit>,
    /// Its data is in.
    pub out: Signal<In, Bit>,
    /// Data has arrived.
    pub acked: Signal<In, Bit>,
    /// Place of the byte to send.
    pub index: Signal<In, Bits<7>>,
    /// The byte.
    pub data: Signal<Out, Bits<8>>,
    /// How many there are.
    pub length: Signal<Out, Bits<7>>,
    /// Of the next data.
    pub toggle: Signal<Out, Bit>,
    /// The request is none that is known.
    pub stall: Signal<Out, Bit>,
    /// The device's.
    pub address: Signal<Out, Bits<7>>,
    /// The host has chosen the configuration.
    pub configured: Signal<Out, Bit>,
    /// Endpoint 1 is halted.
    pub halt_notify: Signal<Out, Bit>,
    /// Endpoint 2, to the host, is halted.
    pub halt_in: Signal<Out, Bit>,
    /// Endpoint 2, from the host, is halted.
    pub halt_out: Signal<Out, Bit>,
    /// The bulk endpoints begin anew.
    pub clear: Signal<Out, Bit>,
    /// The toggle to the host is 0 again.
    pub clear_in: Signal<Out, Bit>,
    /// The toggle from the host is 0 again.
    pub clear_out: Signal<Out, Bit>,
    request: Request,
    rom: Descriptors,
    /// The serial port's speed and frame: kept for the host, and without a meaning here.
    coding: LutRam<8>,
    /// It has been set.
    coded: DFF<Bit>,
    from_coding: DFF<Bit>,
    to_coding: DFF<Bit>,
    stall_q: DFF<Bit>,
    toggle_q: DFF<Bit>,
    /// An address is going to be taken.
    pending: DFF<Bit>,
    /// Place of the data in the ROM.
    base: DFF<Bits<8>>,
    /// All that there is of it.
    size: DFF<Bits<7>>,
    /// What is asked for and not sent yet.
    left: DFF<Bits<7>>,
    sized: DFF<Bit>,
    compared: DFF<Bit>,
    shorter: DFF<Bit>,
    address_q: DFF<Bits<7>>,
    configured_q: DFF<Bit>,
    halt_notify_q: DFF<Bit>,
    halt_in_q: DFF<Bit>,
    halt_out_q: DFF<Bit>,
    clear_q: DFF<Bit>,
    clear_in_q: DFF<Bit>,
    clear_out_q: DFF<Bit>,
    rom_address: DFF<Bits<8>>,
    write: DFF<Bit>,
    write_address: DFF<Bits<7>>,
    write_data: DFF<Bits<8>>,
    want: Signal<Local, Bits<7>>,
    halted: Signal<Local, Bit>,
    sum: Signal<Local, Bits<8>>,
    everything: Constant<Bits<7>>,
    packet7: Constant<Bits<7>>,
    packet8: Constant<Bits<8>>,
    seven: Constant<Bits<7>>,
    device_base: Constant<Bits<8>>,
    configuration_base: Constant<Bits<8>>,
    languages_base: Constant<Bits<8>>,
    maker_base: Constant<Bits<8>>,
    product_base: Constant<Bits<8>>,
    line_base: Constant<Bits<8>>,
    zeros_base: Constant<Bits<8>>,
    one_base: Constant<Bits<8>>,
    device_size: Constant<Bits<7>>,
    configuration_size: Constant<Bits<7>>,
    languages_size: Constant<Bits<7>>,
    maker_size: Constant<Bits<7>>,
    product_size: Constant<Bits<7>>,
}

impl Control {
    /// Neither addressed nor configured.
    pub fn new() -> Self {
        Self {
            clock: Default::default(),
            reset: Default::default(),
            octet: Default::default(),
            octet_valid: Default::default(),
            place: Default::default(),
            to_setup: Default::default(),
            to_control: Default::default(),
            setup: Default::default(),
            out: Default::default(),
            acked: Default::default(),
            index: Default::default(),
            data: Default::default(),
            length: Default::default(),
            toggle: Default::default(),
            stall: Default::default(),
            address: Default::default(),
            configured: Default::default(),
            halt_notify: Default::default(),
            halt_in: Default::default(),
            halt_out: Default::default(),
            clear: Default::default(),
            clear_in: Default::default(),
            clear_out: Default::default(),
            request: Request::new(),
            rom: Descriptors::new(),
            coding: LutRam::new(8, 8),
            coded: Default::default(),
            from_coding: Default::default(),
            to_coding: Default::default(),
            stall_q: Default::default(),
            toggle_q: Default::default(),
            pending: Default::default(),
            base: Default::default(),
            size: Default::default(),
            left: Default::default(),
            sized: Default::default(),
            compared: Default::default(),
            shorter: Default::default(),
            address_q: Default::default(),
            configured_q: Default::default(),
            halt_notify_q: Default::default(),
            halt_in_q: Default::default(),
            halt_out_q: Default::default(),
            clear_q: Default::default(),
            clear_in_q: Default::default(),
            clear_out_q: Default::default(),
            rom_address: Default::default(),
            write: Default::default(),
            write_address: Default::default(),
            write_data: Default::default(),
            want: Default::default(),
            halted: Default::default(),
            sum: Default::default(),
            everything: Constant::new((127u64).into()),
            packet7: Constant::new((MOST as u64).into()),
            packet8: Constant::new((MOST as u64).into()),
            seven: Constant::new((7u64).into()),
            device_base: Constant::new((part(descriptors::DEVICE).0).into()),
            configuration_base: Constant::new((part(descriptors::CONFIGURATION).0).into()),
            languages_base: Constant::new((part(descriptors::LANGUAGES).0).into()),
            maker_base: Constant::new((part(descriptors::MAKER).0).into()),
            product_base: Constant::new((part(descriptors::PRODUCT).0).into()),
            line_base: Constant::new((part(descriptors::LINE).0).into()),
            zeros_base: Constant::new((part(descriptors::ZEROS).0).into()),
            one_base: Constant::new((part(descriptors::ONE).0).into()),
            device_size: Constant::new((part(descriptors::DEVICE).1).into()),
            configuration_size: Constant::new((part(descriptors::CONFIGURATION).1).into()),
            languages_size: Constant::new((part(descriptors::LANGUAGES).1).into()),
            maker_size: Constant::new((part(descriptors::MAKER).1).into()),
            product_size: Constant::new((part(descriptors::PRODUCT).1).into()),
        }
    }
}

impl Logic for Control {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            coded,
            from_coding,
            to_coding,
            stall_q,
            toggle_q,
            pending,
            base,
            size,
            left,
            sized,
            compared,
            shorter,
            address_q,
            configured_q,
            halt_notify_q,
            halt_in_q,
            halt_out_q,
            clear_q,
            clear_in_q,
            clear_out_q,
            rom_address,
            write,
            write_address,
            write_data
        );
        clock!(self, clock, request, rom, coding);
        self.request.octet.next = self.octet.val();
        self.request.write.next = self.octet_valid.val() & self.to_setup.val();
        self.request.place.next = self.place.val();
        self.want.next = self.request.length.val().get_bits::<7>(0);
        if self.request.long.val() | self.request.length.val().get_bit(7) {
            self.want.next = self.everything.val();
        }
        self.halted.next = (self.request.of_notify.val() & self.halt_notify_q.q.val())
            | (self.request.of_in.val() & self.halt_in_q.q.val())
            | (self.request.of_out.val() & self.halt_out_q.q.val());
        self.clear_q.d.next = false;
        self.clear_in_q.d.next = false;
        self.clear_out_q.d.next = false;
        // What has arrived.
        if self.acked.val() {
            self.toggle_q.d.next = !self.toggle_q.q.val();
            self.left.d.next = 0.into();
            if self.left.q.val().get_bit(6) {
                self.left.d.next = self.left.q.val() - self.packet7.val();
                self.base.d.next = self.base.q.val() + self.packet8.val();
            }
            self.pending.d.next = false;
            if self.pending.q.val() {
                self.address_q.d.next = self.request.value.val().get_bits::<7>(0);
            }
        }
        if self.out.val() & self.to_coding.q.val() {
            self.coded.d.next = true;
        }
        // A request: where its data is, or what it sets.
        self.sized.d.next = self.setup.val();
        self.compared.d.next = self.sized.q.val();
        self.shorter.d.next = self.size.q.val() <= self.want.val();
        if self.compared.q.val() {
            self.left.d.next = self.want.val();
            if self.shorter.q.val() {
                self.left.d.next = self.size.q.val();
            }
        }
        if self.setup.val() {
            self.stall_q.d.next = true;
            self.toggle_q.d.next = true;
            self.pending.d.next = false;
            self.from_coding.d.next = false;
            self.to_coding.d.next = false;
            self.size.d.next = 0.into();
            self.left.d.next = 0.into();
            if self.request.get_device.val() {
                self.stall_q.d.next = false;
                self.base.d.next = self.device_base.val();
                self.size.d.next = self.device_size.val();
            }
            if self.request.get_configuration_descriptor.val() {
                self.stall_q.d.next = false;
                self.base.d.next = self.configuration_base.val();
                self.size.d.next = self.configuration_size.val();
            }
            if self.request.get_string.val() & (self.request.value.val() == 0) {
                self.stall_q.d.next = false;
                self.base.d.next = self.languages_base.val();
                self.size.d.next = self.languages_size.val();
            }
            if self.request.get_string.val() & (self.request.value.val() == 1) {
                self.stall_q.d.next = false;
                self.base.d.next = self.maker_base.val();
                self.size.d.next = self.maker_size.val();
            }
            if self.request.get_string.val() & (self.request.value.val() == 2) {
                self.stall_q.d.next = false;
                self.base.d.next = self.product_base.val();
                self.size.d.next = self.product_size.val();
            }
            if self.request.get_status.val() {
                self.stall_q.d.next = false;
                self.base.d.next = self.zeros_base.val();
                self.size.d.next = 2.into();
                if self.request.to_endpoint.val() & self.halted.val() {
                    self.base.d.next = self.one_base.val();
                }
            }
            if self.request.get_configuration.val() | self.request.get_interface.val() {
                self.stall_q.d.next = false;
                self.base.d.next = self.zeros_base.val();
                self.size.d.next = 1.into();
                if self.request.get_configuration.val() & self.configured_q.q.val() {
                    self.base.d.next = self.one_base.val();
                }
            }
            if self.request.set_address.val() {
                self.stall_q.d.next = false;
                self.pending.d.next = true;
            }
            if self.request.set_configuration.val() {
                self.stall_q.d.next = false;
                self.configured_q.d.next = self.request.value.val().get_bit(0);
                self.halt_notify_q.d.next = false;
                self.halt_in_q.d.next = false;
                self.halt_out_q.d.next = false;
                self.clear_q.d.next = true;
            }
            if self.request.set_interface.val() {
                self.stall_q.d.next = false;
                self.clear_in_q.d.next = true;
                self.clear_out_q.d.next = true;
            }
            if self.request.halt.val() | self.request.unhalt.val() {
                self.stall_q.d.next = false;
                if self.request.of_notify.val() {
                    self.halt_notify_q.d.next = self.request.halt.val();
                }
                if self.request.of_in.val() {
                    self.halt_in_q.d.next = self.request.halt.val();
                    self.clear_in_q.d.next = self.request.unhalt.val();
                }
                if self.request.of_out.val() {
                    self.halt_out_q.d.next = self.request.halt.val();
                    self.clear_out_q.d.next = self.request.unhalt.val();
                }
            }
            if self.request.get_line_coding.val() {
                self.stall_q.d.next = false;
                self.base.d.next = self.line_base.val();
                self.size.d.next = self.seven.val();
                self.from_coding.d.next = self.coded.q.val();
            }
            if self.request.set_line_coding.val() {
                self.stall_q.d.next = false;
                self.to_coding.d.next = true;
            }
            if self.request.set_line_state.val() {
                self.stall_q.d.next = false;
            }
        }
        if self.reset.val() {
            self.stall_q.d.next = true;
            self.pending.d.next = false;
            self.address_q.d.next = 0.into();
            self.configured_q.d.next = false;
            self.halt_notify_q.d.next = false;
            self.halt_in_q.d.next = false;
            self.halt_out_q.d.next = false;
        }
        // Bytes in and out.
        self.write.d.next = self.octet_valid.val()
            & self.to_control.val()
            & self.to_coding.q.val()
            & (self.place.val() < self.seven.val());
        self.write_address.d.next = self.place.val();
        self.write_data.d.next = self.octet.val();
        self.coding.write_enable.next = self.write.q.val();
        self.coding.write_address.next = bit_cast::<16, 7>(self.write_address.q.val());
        self.coding.write_data.next = self.write_data.q.val();
        self.coding.read_address.next = bit_cast::<16, 7>(self.index.val());
        self.sum.next = self.base.q.val() + bit_cast::<8, 7>(self.index.val());
        self.rom_address.d.next = self.sum.val();
        self.rom.address.next = self.rom_address.q.val();
        self.data.next = self.rom.data.val();
        if self.from_coding.q.val() {
            self.data.next = self.coding.read_data.val();
        }
        self.length.next = self.left.q.val();
        if self.left.q.val().get_bit(6) {
            self.length.next = self.packet7.val();
        }
        self.toggle.next = self.toggle_q.q.val();
        self.stall.next = self.stall_q.q.val();
        self.address.next = self.address_q.q.val();
        self.configured.next = self.configured_q.q.val();
        self.halt_notify.next = self.halt_notify_q.q.val();
        self.halt_in.next = self.halt_in_q.q.val();
        self.halt_out.next = self.halt_out_q.q.val();
        self.clear.next = self.clear_q.q.val();
        self.clear_in.next = self.clear_in_q.q.val();
        self.clear_out.next = self.clear_out_q.q.val();
    }
}
