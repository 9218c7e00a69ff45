//! A slave of AXI4-Lite: writes and reads of single words, one of each at a time.
//!
//! Ports: `clock`, `reset`; the five channels of AXI4-Lite (without PROT, which nothing here depends on); for the registers
//! behind it `write` for one cycle with `write_address[12]`, `write_data[32]`, and `read_address[12]` -> `value[32]`,
//! `known` in the next cycle at the latest; `written` whether the write's address is one that may be written.
//! Latency: an answer two cycles after its address. A write is done in the cycle after both its address and its data are
//! there, and only if its lowest byte is to be written; the two lowest bits of addresses mean nothing. No output depends on an input of the same cycle.

use eie_spec::link::axi::ADDRESS_BITS;
use rust_hdl::prelude::*;

// The logic below has the width as a literal.
const _: () = assert!(ADDRESS_BITS == 12);
/// AXI's answer to an address that nobody has.
const SLVERR: u64 = 2;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct AxiLite {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// No answers.
    pub reset: Signal<In, Bit>,
    /// AWADDR.
    pub awaddr: Signal<In, Bits<12>>,
    /// AWVALID.
    pub awvalid: Signal<In, Bit>,
    /// AWREADY.
    pub awready: Signal<Out, Bit>,
    /// WDATA.
    pub wdata: Signal<In, Bits<32>>,
    /// WSTRB.
    pub wstrb: Signal<In, Bits<4>>,
    /// WVALID.
    pub wvalid: Signal<In, Bit>,
    /// WREADY.
    pub wready: Signal<Out, Bit>,
    /// BRESP.
    pub bresp: Signal<Out, Bits<2>>,
    /// BVALID.
    pub bvalid: Signal<Out, Bit>,
    /// BREADY.
    pub bready: Signal<In, Bit>,
    /// ARADDR.
    pub araddr: Signal<In, Bits<12>>,
    /// ARVALID.
    pub arvalid: Signal<In, Bit>,
    /// ARREADY.
    pub arready: Signal<Out, Bit>,
    /// RDATA.
    pub rdata: Signal<Out, Bits<32>>,
    /// RRESP.
    pub rresp: Signal<Out, Bits<2>>,
    /// RVALID.
    pub rvalid: Signal<Out, Bit>,
    /// RREADY.
    pub rready: Signal<In, Bit>,
    /// There is a word to write.
    pub write: Signal<Out, Bit>,
    /// Where.
    pub write_address: Signal<Out, Bits<12>>,
    /// What.
    pub write_data: Signal<Out, Bits<32>>,
    /// The address is one that may be written.
    pub written: Signal<In, Bit>,
    /// What is read.
    pub read_address: Signal<Out, Bits<12>>,
    /// The word there.
    pub value: Signal<In, Bits<32>>,
    /// There is such a word.
    pub known: Signal<In, Bit>,
    have_address: DFF<Bit>,
    have_data: DFF<Bit>,
    address_q: DFF<Bits<12>>,
    data_q: DFF<Bits<32>>,
    strobe_q: DFF<Bit>,
    answer_q: DFF<Bit>,
    answer_code: DFF<Bits<2>>,
    looking: DFF<Bit>,
    read_q: DFF<Bits<12>>,
    valid_q: DFF<Bit>,
    value_q: DFF<Bits<32>>,
    value_code: DFF<Bits<2>>,
    execute: Signal<Local, Bit>,
    slverr: Constant<Bits<2>>,
    words: Constant<Bits<12>>,
}

impl AxiLite {
    /// With nothing under way.
    pub fn new() -> Self {
        Self {
            clock: Default::default(),
            reset: Default::default(),
            awaddr: Default::default(),
            awvalid: Default::default(),
            awready: Default::default(),
            wdata: Default::default(),
            wstrb: Default::default(),
            wvalid: Default::default(),
            wready: Default::default(),
            bresp: Default::default(),
            bvalid: Default::default(),
            bready: Default::default(),
            araddr: Default::default(),
            arvalid: Default::default(),
            arready: Default::default(),
            rdata: Default::default(),
            rresp: Default::default(),
            rvalid: Default::default(),
            rready: Default::default(),
            write: Default::default(),
            write_address: Default::default(),
            write_data: Default::default(),
            written: Default::default(),
            read_address: Default::default(),
            value: Default::default(),
            known: Default::default(),
            have_address: Default::default(),
            have_data: Default::default(),
            address_q: Default::default(),
            data_q: Default::default(),
            strobe_q: Default::default(),
            answer_q: Default::default(),
            answer_code: Default::default(),
            looking: Default::default(),
            read_q: Default::default(),
            valid_q: Default::default(),
            value_q: Default::default(),
            value_code: Default::default(),
            execute: Default::default(),
            slverr: Constant::new(SLVERR.into()),
            words: Constant::new(0xffcu64.into()),
        }
    }
}

impl Logic for AxiLite {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            have_address,
            have_data,
            address_q,
            data_q,
            strobe_q,
            answer_q,
            answer_code,
            looking,
            read_q,
            valid_q,
            value_q,
            value_code
        );
        // Writes: address and data come in any order.
        self.awready.next = !self.have_address.q.val();
        self.wready.next = !self.have_data.q.val();
        if self.awvalid.val() & !self.have_address.q.val() {
            self.have_address.d.next = true;
            self.address_q.d.next = self.awaddr.val() & self.words.val();
        }
        if self.wvalid.val() & !self.have_data.q.val() {
            self.have_data.d.next = true;
            self.data_q.d.next = self.wdata.val();
            self.strobe_q.d.next = self.wstrb.val().get_bit(0);
        }
        self.execute.next = self.have_address.q.val() & self.have_data.q.val() & !self.answer_q.q.val();
        self.write.next = self.execute.val() & self.strobe_q.q.val();
        self.write_address.next = self.address_q.q.val();
        self.write_data.next = self.data_q.q.val();
        if self.execute.val() {
            self.answer_q.d.next = true;
            self.answer_code.d.next = self.slverr.val();
            if self.written.val() {
                self.answer_code.d.next = 0.into();
            }
        }
        if self.answer_q.q.val() & self.bready.val() {
            self.answer_q.d.next = false;
            self.have_address.d.next = false;
            self.have_data.d.next = false;
        }
        self.bvalid.next = self.answer_q.q.val();
        self.bresp.next = self.answer_code.q.val();
        // Reads.
        self.arready.next = !self.looking.q.val() & !self.valid_q.q.val();
        if self.arvalid.val() & !self.looking.q.val() & !self.valid_q.q.val() {
            self.looking.d.next = true;
            self.read_q.d.next = self.araddr.val() & self.words.val();
        }
        self.read_address.next = self.read_q.q.val();
        if self.looking.q.val() {
            self.looking.d.next = false;
            self.valid_q.d.next = true;
            self.value_q.d.next = self.value.val();
            self.value_code.d.next = self.slverr.val();
            if self.known.val() {
                self.value_code.d.next = 0.into();
            }
        }
        if self.valid_q.q.val() & self.rready.val() {
            self.valid_q.d.next = false;
        }
        self.rvalid.next = self.valid_q.q.val();
        self.rdata.next = self.value_q.q.val();
        self.rresp.next = self.value_code.q.val();
        if self.reset.val() {
            self.have_address.d.next = false;
            self.have_data.d.next = false;
            self.answer_q.d.next = false;
            self.looking.d.next = false;
            self.valid_q.d.next = false;
        }
    }
}
