//! Bytes from the host: a buffer of one packet in block RAM.
//!
//! Ports: `clock`; `reset` forgets all, `clear_toggle` the toggle only; from the receiver `begins`, `octet[8]` with
//! `octet_valid` and `index[7]`, while `here`; `take` keeps the packet that was received last, `index` being its
//! bytes and two more. `open`: there was room when it began; `toggle` is the one expected. `data[8]` with `valid`,
//! taken when `ready`, a byte every three cycles: a packet is gone before the next one's data begins.

use super::MOST;
use crate::ram::BlockRam;
use rust_hdl::prelude::*;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct BulkOut {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// Forgets all.
    pub reset: Signal<In, Bit>,
    /// The next packet's toggle is 0.
    pub clear_toggle: Signal<In, Bit>,
    /// The data is for this endpoint.
    pub here: Signal<In, Bit>,
    /// The receiver's.
    pub begins: Signal<In, Bit>,
    /// The receiver's.
    pub octet: Signal<In, Bits<8>>,
    /// The receiver's.
    pub octet_valid: Signal<In, Bit>,
    /// The receiver's.
    pub index: Signal<In, Bits<7>>,
    /// Keeps the packet.
    pub take: Signal<In, Bit>,
    /// There was room for it.
    pub open: Signal<Out, Bit>,
    /// The one that is expected.
    pub toggle: Signal<Out, Bit>,
    /// A byte.
    pub data: Signal<Out, Bits<8>>,
    /// There is one.
    pub valid: Signal<Out, Bit>,
    /// It is taken in this cycle.
    pub ready: Signal<In, Bit>,
    buffer: BlockRam<8>,
    full: DFF<Bit>,
    open_q: DFF<Bit>,
    toggle_q: DFF<Bit>,
    count: DFF<Bits<7>>,
    position: DFF<Bits<7>>,
    /// The address is there for a cycle.
    looked: DFF<Bit>,
    valid_q: DFF<Bit>,
    last: DFF<Bit>,
    write: DFF<Bit>,
    write_address: DFF<Bits<7>>,
    write_data: DFF<Bits<8>>,
    next: Signal<Local, Bits<7>>,
    length: Signal<Local, Bits<7>>,
    stored: Signal<Local, Bit>,
}

impl BulkOut {
    /// An empty buffer.
    pub fn new() -> Self {
        Self {
            clock: Default::default(),
            reset: Default::default(),
            clear_toggle: Default::default(),
            here: Default::default(),
            begins: Default::default(),
            octet: Default::default(),
            octet_valid: Default::default(),
            index: Default::default(),
            take: Default::default(),
            open: Default::default(),
            toggle: Default::default(),
            data: Default::default(),
            valid: Default::default(),
            ready: Default::default(),
            buffer: BlockRam::new(MOST, 8),
            full: Default::default(),
            open_q: Default::default(),
            toggle_q: Default::default(),
            count: Default::default(),
            position: Default::default(),
            looked: Default::default(),
            valid_q: Default::default(),
            last: Default::default(),
            write: Default::default(),
            write_address: Default::default(),
            write_data: Default::default(),
            next: Default::default(),
            length: Default::default(),
            stored: Default::default(),
        }
    }
}

impl Logic for BulkOut {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            full,
            open_q,
            toggle_q,
            count,
            position,
            looked,
            valid_q,
            last,
            write,
            write_address,
            write_data
        );
        clock!(self, clock, buffer);
        if self.begins.val() & self.here.val() {
            self.open_q.d.next = !self.full.q.val();
        }
        // Behind a full packet's bytes there is no place for those of its check.
        self.stored.next = !self.index.val().get_bit(6);
        self.write.d.next =
            self.octet_valid.val() & self.here.val() & self.open_q.q.val() & !self.full.q.val() & self.stored.val();
        self.write_address.d.next = self.index.val();
        self.write_data.d.next = self.octet.val();
        self.buffer.write_enable.next = self.write.q.val();
        self.buffer.write_address.next = bit_cast::<16, 7>(self.write_address.q.val());
        self.buffer.write_data.next = self.write_data.q.val();
        self.buffer.read_address.next = bit_cast::<16, 7>(self.position.q.val());
        self.length.next = self.index.val() - 2;
        self.next.next = self.position.q.val() + 1;
        self.last.d.next = self.next.val() == self.count.q.val();
        self.looked.d.next = self.full.q.val() & !self.valid_q.q.val();
        if self.looked.q.val() & self.full.q.val() {
            self.valid_q.d.next = true;
        }
        if self.valid_q.q.val() & self.ready.val() {
            self.valid_q.d.next = false;
            self.looked.d.next = false;
            self.position.d.next = self.next.val();
            self.full.d.next = !self.last.q.val();
        }
        if self.take.val() {
            self.toggle_q.d.next = !self.toggle_q.q.val();
            self.full.d.next = self.length.val().any();
            self.count.d.next = self.length.val();
            self.position.d.next = 0.into();
            self.looked.d.next = false;
        }
        if self.clear_toggle.val() | self.reset.val() {
            self.toggle_q.d.next = false;
        }
        if self.reset.val() {
            self.full.d.next = false;
            self.valid_q.d.next = false;
            self.open_q.d.next = false;
        }
        self.open.next = self.open_q.q.val();
        self.toggle.next = self.toggle_q.q.val();
        self.data.next = self.buffer.read_data.val();
        self.valid.next = self.valid_q.q.val();
    }
}
