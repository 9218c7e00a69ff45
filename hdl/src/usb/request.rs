//! A request to endpoint 0: its eight bytes, and which of those that are known it is.
//!
//! Ports: `clock`; `octet[8]` with `write` at `place[7]`; the flags, of which at most one is set; `to_endpoint`, and
//! which one: `of_notify`, `of_in`, `of_out`; `value[8]`: the lower half; `length[8]`, or more if `long`. Latency:
//! three cycles; USB gives it twenty and more.

use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Request {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// A byte.
    pub octet: Signal<In, Bits<8>>,
    /// There is one.
    pub write: Signal<In, Bit>,
    /// Its place.
    pub place: Signal<In, Bits<7>>,
    /// The status of device, interface or endpoint.
    pub get_status: Signal<Out, Bit>,
    /// CLEAR_FEATURE of an endpoint's halt.
    pub unhalt: Signal<Out, Bit>,
    /// SET_FEATURE of an endpoint's halt.
    pub halt: Signal<Out, Bit>,
    /// SET_ADDRESS.
    pub set_address: Signal<Out, Bit>,
    /// The device descriptor.
    pub get_device: Signal<Out, Bit>,
    /// The configuration descriptor.
    pub get_configuration_descriptor: Signal<Out, Bit>,
    /// A string descriptor.
    pub get_string: Signal<Out, Bit>,
    /// GET_CONFIGURATION.
    pub get_configuration: Signal<Out, Bit>,
    /// SET_CONFIGURATION to 0 or 1.
    pub set_configuration: Signal<Out, Bit>,
    /// GET_INTERFACE.
    pub get_interface: Signal<Out, Bit>,
    /// SET_INTERFACE to 0.
    pub set_interface: Signal<Out, Bit>,
    /// CDC's SET_LINE_CODING.
    pub set_line_coding: Signal<Out, Bit>,
    /// CDC's GET_LINE_CODING.
    pub get_line_coding: Signal<Out, Bit>,
    /// CDC's SET_CONTROL_LINE_STATE.
    pub set_line_state: Signal<Out, Bit>,
    /// It is about an endpoint.
    pub to_endpoint: Signal<Out, Bit>,
    /// About endpoint 1.
    pub of_notify: Signal<Out, Bit>,
    /// About endpoint 2, to the host.
    pub of_in: Signal<Out, Bit>,
    /// About endpoint 2, from the host.
    pub of_out: Signal<Out, Bit>,
    /// The value's lower half.
    pub value: Signal<Out, Bits<8>>,
    /// Bytes that the host wants.
    pub length: Signal<Out, Bits<8>>,
    /// They are more than that says.
    pub long: Signal<Out, Bit>,
    kind: DFF<Bits<8>>,
    code: DFF<Bits<8>>,
    value_low: DFF<Bits<8>>,
    value_high: DFF<Bits<8>>,
    about: DFF<Bits<8>>,
    length_low: DFF<Bits<8>>,
    long_q: DFF<Bit>,
    device_in: DFF<Bit>,
    device_out: DFF<Bit>,
    interface_in: DFF<Bit>,
    interface_out: DFF<Bit>,
    endpoint_in: DFF<Bit>,
    endpoint_out: DFF<Bit>,
    class_in: DFF<Bit>,
    class_out: DFF<Bit>,
    /// The value's upper half is zero.
    whole: DFF<Bit>,
    /// The lower one as well.
    none: DFF<Bit>,
    /// There is such an endpoint.
    known: DFF<Bit>,
    low_code: DFF<Bits<4>>,
    /// The code is below 16.
    below: DFF<Bit>,
    of_notify_q: DFF<Bit>,
    of_in_q: DFF<Bit>,
    of_out_q: DFF<Bit>,
    /// Of CDC's codes, the lower half.
    serial: DFF<Bits<2>>,
    is_serial: DFF<Bit>,
    get_status_q: DFF<Bit>,
    unhalt_q: DFF<Bit>,
    halt_q: DFF<Bit>,
    set_address_q: DFF<Bit>,
    get_device_q: DFF<Bit>,
    get_configuration_descriptor_q: DFF<Bit>,
    get_string_q: DFF<Bit>,
    get_configuration_q: DFF<Bit>,
    set_configuration_q: DFF<Bit>,
    get_interface_q: DFF<Bit>,
    set_interface_q: DFF<Bit>,
    set_line_coding_q: DFF<Bit>,
    get_line_coding_q: DFF<Bit>,
    set_line_state_q: DFF<Bit>,
    k_device_in: Constant<Bits<8>>,
    k_interface_in: Constant<Bits<8>>,
    k_endpoint_in: Constant<Bits<8>>,
    k_interface_out: Constant<Bits<8>>,
    k_endpoint_out: Constant<Bits<8>>,
    k_class_in: Constant<Bits<8>>,
    k_class_out: Constant<Bits<8>>,
    e_notify: Constant<Bits<8>>,
    e_in: Constant<Bits<8>>,
    e_out: Constant<Bits<8>>,
    e_control_in: Constant<Bits<8>>,
    cdc: Constant<Bits<6>>,
    c_get_descriptor: Constant<Bits<4>>,
    c_get_configuration: Constant<Bits<4>>,
    c_set_configuration: Constant<Bits<4>>,
    c_get_interface: Constant<Bits<4>>,
    c_set_interface: Constant<Bits<4>>,
}

impl Request {
    /// Without a request.
    pub fn new() -> Self {
        Self {
            clock: Default::default(),
            octet: Default::default(),
            write: Default::default(),
            place: Default::default(),
            get_status: Default::default(),
            unhalt: Default::default(),
            halt: Default::default(),
            set_address: Default::default(),
            get_device: Default::default(),
            get_configuration_descriptor: Default::default(),
            get_string: Default::default(),
            get_configuration: Default::default(),
            set_configuration: Default::default(),
            get_interface: Default::default(),
            set_interface: Default::default(),
            set_line_coding: Default::default(),
            get_line_coding: Default::default(),
            set_line_state: Default::default(),
            to_endpoint: Default::default(),
            of_notify: Default::default(),
            of_in: Default::default(),
            of_out: Default::default(),
            value: Default::default(),
            length: Default::default(),
            long: Default::default(),
            kind: Default::default(),
            code: Default::default(),
            value_low: Default::default(),
            value_high: Default::default(),
            about: Default::default(),
            length_low: Default::default(),
            long_q: Default::default(),
            device_in: Default::default(),
            device_out: Default::default(),
            interface_in: Default::default(),
            interface_out: Default::default(),
            endpoint_in: Default::default(),
            endpoint_out: Default::default(),
            class_in: Default::default(),
            class_out: Default::default(),
            whole: Default::default(),
            none: Default::default(),
            known: Default::default(),
            low_code: Default::default(),
            below: Default::default(),
            of_notify_q: Default::default(),
            of_in_q: Default::default(),
            of_out_q: Default::default(),
            serial: Default::default(),
            is_serial: Default::default(),
            get_status_q: Default::default(),
            unhalt_q: Default::default(),
            halt_q: Default::default(),
            set_address_q: Default::default(),
            get_device_q: Default::default(),
            get_configuration_descriptor_q: Default::default(),
            get_string_q: Default::default(),
            get_configuration_q: Default::default(),
            set_configuration_q: Default::default(),
            get_interface_q: Default::default(),
            set_interface_q: Default::default(),
            set_line_coding_q: Default::default(),
            get_line_coding_q: Default::default(),
            set_line_state_q: Default::default(),
            k_device_in: Constant::new((0x80u64).into()),
            k_interface_in: Constant::new((0x81u64).into()),
            k_endpoint_in: Constant::new((0x82u64).into()),
            k_interface_out: Constant::new((0x01u64).into()),
            k_endpoint_out: Constant::new((0x02u64).into()),
            k_class_in: Constant::new((0xa1u64).into()),
            k_class_out: Constant::new((0x21u64).into()),
            e_notify: Constant::new((0x81u64).into()),
            e_in: Constant::new((0x82u64).into()),
            e_out: Constant::new((0x02u64).into()),
            e_control_in: Constant::new((0x80u64).into()),
            cdc: Constant::new((8u64).into()),
            c_get_descriptor: Constant::new((6u64).into()),
            c_get_configuration: Constant::new((8u64).into()),
            c_set_configuration: Constant::new((9u64).into()),
            c_get_interface: Constant::new((10u64).into()),
            c_set_interface: Constant::new((11u64).into()),
        }
    }
}

impl Logic for Request {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            kind,
            code,
            value_low,
            value_high,
            about,
            length_low,
            long_q,
            device_in,
            device_out,
            interface_in,
            interface_out,
            endpoint_in,
            endpoint_out,
            class_in,
            class_out,
            whole,
            none,
            known,
            low_code,
            below,
            of_notify_q,
            of_in_q,
            of_out_q,
            serial,
            is_serial,
            get_status_q,
            unhalt_q,
            halt_q,
            set_address_q,
            get_device_q,
            get_configuration_descriptor_q,
            get_string_q,
            get_configuration_q,
            set_configuration_q,
            get_interface_q,
            set_interface_q,
            set_line_coding_q,
            get_line_coding_q,
            set_line_state_q
        );
        if self.write.val() {
            if self.place.val() == 0 {
                self.kind.d.next = self.octet.val();
            }
            if self.place.val() == 1 {
                self.code.d.next = self.octet.val();
            }
            if self.place.val() == 2 {
                self.value_low.d.next = self.octet.val();
            }
            if self.place.val() == 3 {
                self.value_high.d.next = self.octet.val();
            }
            if self.place.val() == 4 {
                self.about.d.next = self.octet.val();
            }
            if self.place.val() == 6 {
                self.length_low.d.next = self.octet.val();
            }
            if self.place.val() == 7 {
                self.long_q.d.next = self.octet.val().any();
            }
        }
        self.device_in.d.next = self.kind.q.val() == self.k_device_in.val();
        self.device_out.d.next = !self.kind.q.val().any();
        self.interface_in.d.next = self.kind.q.val() == self.k_interface_in.val();
        self.interface_out.d.next = self.kind.q.val() == self.k_interface_out.val();
        self.endpoint_in.d.next = self.kind.q.val() == self.k_endpoint_in.val();
        self.endpoint_out.d.next = self.kind.q.val() == self.k_endpoint_out.val();
        self.class_in.d.next = self.kind.q.val() == self.k_class_in.val();
        self.class_out.d.next = self.kind.q.val() == self.k_class_out.val();
        self.below.d.next = !self.code.q.val().get_bits::<4>(4).any();
        self.low_code.d.next = self.code.q.val().get_bits::<4>(0);
        self.is_serial.d.next = self.code.q.val().get_bits::<6>(2) == self.cdc.val();
        self.serial.d.next = self.code.q.val().get_bits::<2>(0);
        self.whole.d.next = !self.value_high.q.val().any();
        self.none.d.next = !self.value_high.q.val().any() & !self.value_low.q.val().any();
        self.of_notify_q.d.next = self.about.q.val() == self.e_notify.val();
        self.of_in_q.d.next = self.about.q.val() == self.e_in.val();
        self.of_out_q.d.next = self.about.q.val() == self.e_out.val();
        self.known.d.next = (self.about.q.val() == self.e_notify.val())
            | (self.about.q.val() == self.e_in.val())
            | (self.about.q.val() == self.e_out.val())
            | (self.about.q.val() == self.e_control_in.val())
            | !self.about.q.val().any();
        self.get_status_q.d.next = self.below.q.val()
            & (self.low_code.q.val() == 0)
            & (self.device_in.q.val() | self.interface_in.q.val() | (self.endpoint_in.q.val() & self.known.q.val()));
        self.unhalt_q.d.next = self.below.q.val()
            & (self.low_code.q.val() == 1)
            & self.endpoint_out.q.val()
            & self.none.q.val()
            & self.known.q.val();
        self.halt_q.d.next = self.below.q.val()
            & (self.low_code.q.val() == 3)
            & self.endpoint_out.q.val()
            & self.none.q.val()
            & (self.of_notify_q.q.val() | self.of_in_q.q.val() | self.of_out_q.q.val());
        self.set_address_q.d.next =
            self.below.q.val() & (self.low_code.q.val() == 5) & self.device_out.q.val() & self.whole.q.val();
        self.get_device_q.d.next = self.below.q.val()
            & (self.low_code.q.val() == self.c_get_descriptor.val())
            & self.device_in.q.val()
            & (self.value_high.q.val() == 1)
            & (self.value_low.q.val() == 0);
        self.get_configuration_descriptor_q.d.next = self.below.q.val()
            & (self.low_code.q.val() == self.c_get_descriptor.val())
            & self.device_in.q.val()
            & (self.value_high.q.val() == 2)
            & (self.value_low.q.val() == 0);
        self.get_string_q.d.next = self.below.q.val()
            & (self.low_code.q.val() == self.c_get_descriptor.val())
            & self.device_in.q.val()
            & (self.value_high.q.val() == 3);
        self.get_configuration_q.d.next =
            self.below.q.val() & (self.low_code.q.val() == self.c_get_configuration.val()) & self.device_in.q.val();
        self.set_configuration_q.d.next = self.below.q.val()
            & (self.low_code.q.val() == self.c_set_configuration.val())
            & self.device_out.q.val()
            & self.whole.q.val()
            & !self.value_low.q.val().get_bits::<7>(1).any();
        self.get_interface_q.d.next =
            self.below.q.val() & (self.low_code.q.val() == self.c_get_interface.val()) & self.interface_in.q.val();
        self.set_interface_q.d.next = self.below.q.val()
            & (self.low_code.q.val() == self.c_set_interface.val())
            & self.interface_out.q.val()
            & self.none.q.val();
        self.set_line_coding_q.d.next = self.is_serial.q.val() & self.class_out.q.val() & (self.serial.q.val() == 0);
        self.get_line_coding_q.d.next = self.is_serial.q.val() & self.class_in.q.val() & (self.serial.q.val() == 1);
        self.set_line_state_q.d.next = self.is_serial.q.val() & self.class_out.q.val() & (self.serial.q.val() == 2);
        self.get_status.next = self.get_status_q.q.val();
        self.unhalt.next = self.unhalt_q.q.val();
        self.halt.next = self.halt_q.q.val();
        self.set_address.next = self.set_address_q.q.val();
        self.get_device.next = self.get_device_q.q.val();
        self.get_configuration_descriptor.next = self.get_configuration_descriptor_q.q.val();
        self.get_string.next = self.get_string_q.q.val();
        self.get_configuration.next = self.get_configuration_q.q.val();
        self.set_configuration.next = self.set_configuration_q.q.val();
        self.get_interface.next = self.get_interface_q.q.val();
        self.set_interface.next = self.set_interface_q.q.val();
        self.set_line_coding.next = self.set_line_coding_q.q.val();
        self.get_line_coding.next = self.get_line_coding_q.q.val();
        self.set_line_state.next = self.set_line_state_q.q.val();

        self.to_endpoint.next = self.endpoint_in.q.val();
        self.of_notify.next = self.of_notify_q.q.val();
        self.of_in.next = self.of_in_q.q.val();
        self.of_out.next = self.of_out_q.q.val();
        self.value.next = self.value_low.q.val();
        self.length.next = self.length_low.q.val();
        self.long.next = self.long_q.q.val();
    }
}
