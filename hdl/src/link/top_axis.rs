//! The accelerator behind the link with AXI4-Stream for packets and AXI4-Lite for a few registers: for use behind a PCIe
//! core with streams (XDMA, LitePCIe) or in any system on a chip.
//!
//! Ports, with AXI's names: `aclk`, `aresetn` (synchronous); `s_axis_*`, bytes of requests, and `m_axis_*`, replies, a
//! packet each with TLAST at its end; TDATA of `D` bits, TKEEP of `K = D / 8`. Requests need no TLAST: their own length
//! says where they end. `s_axil_*`: AXI4-Lite, registers of [`eie_spec::link::axi`]; `busy`, `error` for lamps or an
//! interrupt. Never: TVALID that waits for TREADY, or that is taken back.

use super::axi_lite::AxiLite;
use super::engine::Link;
use super::stream_bytes::{FromBytes, ToBytes};
use crate::accelerator::Accelerator;
use eie_spec::config::Config;
use eie_spec::link::{axi, LinkParams, LINK_IDENT_VALUE};
use rust_hdl::prelude::*;

// Bits that the logic below has as literals.
const _: () = assert!(axi::STATUS_BUSY == 0 && axi::STATUS_ERROR == 1 && axi::CONTROL_RESET == 0);

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct TopAxis<const D: usize, const K: usize> {
    /// Rising edge.
    pub aclk: Signal<In, Clock>,
    /// Low: everything is forgotten.
    pub aresetn: Signal<In, Bit>,
    /// Bytes of requests.
    pub s_axis_tdata: Signal<In, Bits<D>>,
    /// Which there are.
    pub s_axis_tkeep: Signal<In, Bits<K>>,
    /// There are some.
    pub s_axis_tvalid: Signal<In, Bit>,
    /// They are taken in this cycle.
    pub s_axis_tready: Signal<Out, Bit>,
    /// Bytes of replies.
    pub m_axis_tdata: Signal<Out, Bits<D>>,
    /// Which there are.
    pub m_axis_tkeep: Signal<Out, Bits<K>>,
    /// They are a packet's last ones.
    pub m_axis_tlast: Signal<Out, Bit>,
    /// There are some.
    pub m_axis_tvalid: Signal<Out, Bit>,
    /// They are taken in this cycle.
    pub m_axis_tready: Signal<In, Bit>,
    /// AXI4-Lite.
    pub s_axil_awaddr: Signal<In, Bits<12>>,
    /// AXI4-Lite.
    pub s_axil_awvalid: Signal<In, Bit>,
    /// AXI4-Lite.
    pub s_axil_awready: Signal<Out, Bit>,
    /// AXI4-Lite.
    pub s_axil_wdata: Signal<In, Bits<32>>,
    /// AXI4-Lite.
    pub s_axil_wstrb: Signal<In, Bits<4>>,
    /// AXI4-Lite.
    pub s_axil_wvalid: Signal<In, Bit>,
    /// AXI4-Lite.
    pub s_axil_wready: Signal<Out, Bit>,
    /// AXI4-Lite.
    pub s_axil_bresp: Signal<Out, Bits<2>>,
    /// AXI4-Lite.
    pub s_axil_bvalid: Signal<Out, Bit>,
    /// AXI4-Lite.
    pub s_axil_bready: Signal<In, Bit>,
    /// AXI4-Lite.
    pub s_axil_araddr: Signal<In, Bits<12>>,
    /// AXI4-Lite.
    pub s_axil_arvalid: Signal<In, Bit>,
    /// AXI4-Lite.
    pub s_axil_arready: Signal<Out, Bit>,
    /// AXI4-Lite.
    pub s_axil_rdata: Signal<Out, Bits<32>>,
    /// AXI4-Lite.
    pub s_axil_rresp: Signal<Out, Bits<2>>,
    /// AXI4-Lite.
    pub s_axil_rvalid: Signal<Out, Bit>,
    /// AXI4-Lite.
    pub s_axil_rready: Signal<In, Bit>,
    /// The accelerator works.
    pub busy: Signal<Out, Bit>,
    /// Something was wrong with a packet since the last good one.
    pub error: Signal<Out, Bit>,
    down: ToBytes<D, K>,
    up: FromBytes<D, K>,
    registers: AxiLite,
    link: Link,
    accelerator: Accelerator,
    bytes_in: DFF<Bits<32>>,
    bytes_out: DFF<Bits<32>>,
    // What is left of a reply when the port is reset.
    discard: DFF<Bit>,
    soft_reset: DFF<Bit>,
    busy_q: DFF<Bit>,
    at: Signal<Local, Bits<12>>,
    status: Signal<Local, Bits<32>>,
    a_ident: Constant<Bits<12>>,
    a_hash: Constant<Bits<12>>,
    a_params: Constant<Bits<12>>,
    a_status: Constant<Bits<12>>,
    a_control: Constant<Bits<12>>,
    a_bad_headers: Constant<Bits<12>>,
    a_bad_crcs: Constant<Bits<12>>,
    a_repeats: Constant<Bits<12>>,
    a_strays: Constant<Bits<12>>,
    a_bytes_in: Constant<Bits<12>>,
    a_bytes_out: Constant<Bits<12>>,
    ident: Constant<Bits<32>>,
    config_hash: Constant<Bits<32>>,
    params: Constant<Bits<32>>,
    error_bit: Constant<Bits<32>>,
    busy_bit: Constant<Bits<32>>,
}

impl<const D: usize, const K: usize> TopAxis<D, K> {
    /// For a configuration, and a link of these sizes.
    pub fn new(config: &Config, params: LinkParams) -> Self {
        let address = |byte: u32| Constant::new(u64::from(byte).into());
        let word = |value: u32| Constant::new(u64::from(value).into());
        Self {
            aclk: Default::default(),
            aresetn: Default::default(),
            s_axis_tdata: Default::default(),
            s_axis_tkeep: Default::default(),
            s_axis_tvalid: Default::default(),
            s_axis_tready: Default::default(),
            m_axis_tdata: Default::default(),
            m_axis_tkeep: Default::default(),
            m_axis_tlast: Default::default(),
            m_axis_tvalid: Default::default(),
            m_axis_tready: Default::default(),
            s_axil_awaddr: Default::default(),
            s_axil_awvalid: Default::default(),
            s_axil_awready: Default::default(),
            s_axil_wdata: Default::default(),
            s_axil_wstrb: Default::default(),
            s_axil_wvalid: Default::default(),
            s_axil_wready: Default::default(),
            s_axil_bresp: Default::default(),
            s_axil_bvalid: Default::default(),
            s_axil_bready: Default::default(),
            s_axil_araddr: Default::default(),
            s_axil_arvalid: Default::default(),
            s_axil_arready: Default::default(),
            s_axil_rdata: Default::default(),
            s_axil_rresp: Default::default(),
            s_axil_rvalid: Default::default(),
            s_axil_rready: Default::default(),
            busy: Default::default(),
            error: Default::default(),
            down: ToBytes::new(),
            up: FromBytes::new(),
            registers: AxiLite::new(),
            link: Link::new(config.pes, params),
            accelerator: Accelerator::new(config),
            bytes_in: Default::default(),
            bytes_out: Default::default(),
            discard: Default::default(),
            soft_reset: Default::default(),
            busy_q: Default::default(),
            at: Default::default(),
            status: Default::default(),
            a_ident: address(axi::IDENT),
            a_hash: address(axi::CONFIG_HASH),
            a_params: address(axi::PARAMS),
            a_status: address(axi::STATUS),
            a_control: address(axi::CONTROL),
            a_bad_headers: address(axi::BAD_HEADERS),
            a_bad_crcs: address(axi::BAD_CRCS),
            a_repeats: address(axi::REPEATS),
            a_strays: address(axi::STRAYS),
            a_bytes_in: address(axi::BYTES_IN),
            a_bytes_out: address(axi::BYTES_OUT),
            ident: word(LINK_IDENT_VALUE),
            config_hash: word(config.hash()),
            params: word(params.encode()),
            error_bit: word(1 << axi::STATUS_ERROR),
            busy_bit: word(1 << axi::STATUS_BUSY),
        }
    }
}

impl<const D: usize, const K: usize> Logic for TopAxis<D, K> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, aclk, bytes_in, bytes_out, discard, soft_reset, busy_q);
        self.down.clock.next = self.aclk.val();
        self.up.clock.next = self.aclk.val();
        self.registers.clock.next = self.aclk.val();
        self.link.clock.next = self.aclk.val();
        self.accelerator.clock.next = self.aclk.val();
        // Not through a local signal: Verilator would take the resets for one with what is counted.
        self.link.reset.next = !self.aresetn.val() | self.soft_reset.q.val();
        // Requests.
        self.down.reset.next = !self.aresetn.val() | self.soft_reset.q.val();
        self.down.in_data.next = self.s_axis_tdata.val();
        self.down.in_keep.next = self.s_axis_tkeep.val();
        self.down.in_valid.next = self.s_axis_tvalid.val();
        self.s_axis_tready.next = self.down.in_ready.val();
        self.link.rx_data.next = self.down.data.val();
        self.link.rx_valid.next = self.down.valid.val();
        self.down.ready.next = self.link.rx_ready.val();
        if !self.aresetn.val() {
            self.bytes_in.d.next = 0.into();
        } else if self.down.valid.val() & self.link.rx_ready.val() {
            self.bytes_in.d.next = self.bytes_in.q.val() + 1;
        }
        // Replies.
        self.discard.d.next = !self.aresetn.val() | (self.discard.q.val() & self.link.sending.val());
        self.up.reset.next = !self.aresetn.val();
        self.up.data.next = self.link.tx_data.val();
        self.up.last.next = self.link.tx_last.val();
        self.up.valid.next = self.link.tx_valid.val() & !self.discard.q.val();
        self.link.tx_ready.next = self.up.ready.val() | self.discard.q.val();
        self.m_axis_tdata.next = self.up.out_data.val();
        self.m_axis_tkeep.next = self.up.out_keep.val();
        self.m_axis_tlast.next = self.up.out_last.val();
        self.m_axis_tvalid.next = self.up.out_valid.val();
        self.up.out_ready.next = self.m_axis_tready.val();
        if !self.aresetn.val() {
            self.bytes_out.d.next = 0.into();
        } else if self.link.tx_valid.val() & !self.discard.q.val() & self.up.ready.val() {
            self.bytes_out.d.next = self.bytes_out.q.val() + 1;
        }
        // The accelerator.
        self.accelerator.bus_write.next = self.link.bus_write.val();
        self.accelerator.bus_read.next = self.link.bus_read.val();
        self.accelerator.bus_address.next = self.link.bus_address.val();
        self.accelerator.bus_wdata.next = self.link.bus_wdata.val();
        self.link.bus_rdata.next = self.accelerator.bus_rdata.val();
        self.link.bus_rvalid.next = self.accelerator.bus_rvalid.val();
        self.link.busy.next = self.accelerator.busy.val();
        self.busy_q.d.next = self.accelerator.busy.val();
        self.busy.next = self.busy_q.q.val();
        self.error.next = self.link.error.val();
        // Registers.
        self.registers.reset.next = !self.aresetn.val();
        self.registers.awaddr.next = self.s_axil_awaddr.val();
        self.registers.awvalid.next = self.s_axil_awvalid.val();
        self.s_axil_awready.next = self.registers.awready.val();
        self.registers.wdata.next = self.s_axil_wdata.val();
        self.registers.wstrb.next = self.s_axil_wstrb.val();
        self.registers.wvalid.next = self.s_axil_wvalid.val();
        self.s_axil_wready.next = self.registers.wready.val();
        self.s_axil_bresp.next = self.registers.bresp.val();
        self.s_axil_bvalid.next = self.registers.bvalid.val();
        self.registers.bready.next = self.s_axil_bready.val();
        self.registers.araddr.next = self.s_axil_araddr.val();
        self.registers.arvalid.next = self.s_axil_arvalid.val();
        self.s_axil_arready.next = self.registers.arready.val();
        self.s_axil_rdata.next = self.registers.rdata.val();
        self.s_axil_rresp.next = self.registers.rresp.val();
        self.s_axil_rvalid.next = self.registers.rvalid.val();
        self.registers.rready.next = self.s_axil_rready.val();
        self.registers.written.next = self.registers.write_address.val() == self.a_control.val();
        self.soft_reset.d.next = self.registers.write.val()
            & self.aresetn.val()
            & (self.registers.write_address.val() == self.a_control.val())
            & self.registers.write_data.val().get_bit(0);
        self.status.next = 0.into();
        if self.busy_q.q.val() {
            self.status.next = self.busy_bit.val();
        }
        if self.link.error.val() {
            self.status.next = self.status.val() | self.error_bit.val();
        }
        self.at.next = self.registers.read_address.val();
        self.registers.value.next = 0.into();
        self.registers.known.next = true;
        if self.at.val() == self.a_ident.val() {
            self.registers.value.next = self.ident.val();
        } else if self.at.val() == self.a_hash.val() {
            self.registers.value.next = self.config_hash.val();
        } else if self.at.val() == self.a_params.val() {
            self.registers.value.next = self.params.val();
        } else if self.at.val() == self.a_status.val() {
            self.registers.value.next = self.status.val();
        } else if self.at.val() == self.a_bad_headers.val() {
            self.registers.value.next = bit_cast::<32, 16>(self.link.bad_headers.val());
        } else if self.at.val() == self.a_bad_crcs.val() {
            self.registers.value.next = bit_cast::<32, 16>(self.link.bad_crcs.val());
        } else if self.at.val() == self.a_repeats.val() {
            self.registers.value.next = bit_cast::<32, 16>(self.link.repeats.val());
        } else if self.at.val() == self.a_strays.val() {
            self.registers.value.next = bit_cast::<32, 16>(self.link.strays.val());
        } else if self.at.val() == self.a_bytes_in.val() {
            self.registers.value.next = self.bytes_in.q.val();
        } else if self.at.val() == self.a_bytes_out.val() {
            self.registers.value.next = self.bytes_out.q.val();
        } else {
            self.registers.known.next = self.at.val() == self.a_control.val();
        }
    }
}
