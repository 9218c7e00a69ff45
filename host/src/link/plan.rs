//! From transactions to packets' bodies, and from replies to words. Memory is kept from one use to the next.

use crate::bus::Op;
use eie_spec::link::op::{self, Coding, Order, BLOCK_HEADER, MAX_COUNT, SPARSE_HEADER};
use std::ops::Range;

/// A packet to send.
#[derive(Debug)]
pub(super) struct Request {
    /// Its body among all bodies.
    body: Range<usize>,
    /// What it reads, among all pieces.
    pieces: Range<usize>,
    /// Bytes that the reply's body has.
    pub reply_bytes: usize,
    /// Whether the reply has come.
    pub answered: bool,
}

/// A read, or what of it one packet asks for: where the words belong among all results.
#[derive(Debug)]
struct Piece {
    results: Range<usize>,
    width: u32,
}

/// The packets that a transaction takes.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// First to last.
    pub requests: Vec<Request>,
    bodies: Vec<u8>,
    pieces: Vec<Piece>,
    /// Bytes of the longest body.
    slot: usize,
    // Of the packet that is being filled:
    first_byte: usize,
    first_piece: usize,
    reply_bytes: usize,
}

impl Plan {
    /// Plans a transaction with bodies of up to `slot` bytes.
    pub fn fill<'a>(&mut self, ops: impl Iterator<Item = Op<'a>>, slot: usize) {
        self.requests.clear();
        self.bodies.clear();
        self.pieces.clear();
        (self.slot, self.first_byte, self.first_piece, self.reply_bytes) = (slot, 0, 0, 0);
        for op in ops {
            match op {
                Op::Write { address, order, words } => self.write(address, order, words),
                Op::Run { first, last, .. } => {
                    self.make_room(3);
                    op::run(&mut self.bodies, first, last);
                }
                Op::Wait { .. } => {
                    self.make_room(1);
                    op::wait(&mut self.bodies);
                }
                Op::Read { address, order, width, results } => self.read(address, order, width, results),
            }
        }
        self.next_packet();
    }

    /// A request's body.
    pub fn body(&self, request: &Request) -> &[u8] {
        &self.bodies[request.body.clone()]
    }

    /// Puts the words of a reply, which has the length that was asked for, where they belong.
    pub fn sort(&self, number: usize, reply: &[u8], results: &mut [u32]) {
        let mut rest = reply;
        for piece in &self.pieces[self.requests[number].pieces.clone()] {
            if let Some(more) = op::read_words(rest, piece.width, &mut results[piece.results.clone()]) {
                rest = more;
            }
        }
    }

    fn room(&self) -> usize {
        self.slot - (self.bodies.len() - self.first_byte)
    }

    fn next_packet(&mut self) {
        let (body, pieces) = (self.first_byte..self.bodies.len(), self.first_piece..self.pieces.len());
        if !body.is_empty() {
            (self.first_byte, self.first_piece) = (body.end, pieces.end);
            let reply_bytes = std::mem::take(&mut self.reply_bytes);
            self.requests.push(Request { body, pieces, reply_bytes, answered: false });
        }
    }

    /// Goes on to the next packet unless there is room.
    fn make_room(&mut self, bytes: usize) {
        if self.room() < bytes {
            self.next_packet();
        }
    }

    fn write(&mut self, mut at: u32, order: Order, mut words: &[u32]) {
        while !words.is_empty() {
            self.make_room(SPARSE_HEADER + 4);
            // As many as fit: fewer and fewer, in the proportion of what they take to what there is.
            let mut count = words.len().min(MAX_COUNT).min(8 * self.slot);
            let coding = loop {
                let coding = Coding::shortest(&words[..count]);
                let size = coding.size();
                if size <= self.room() {
                    break coding;
                }
                count = (count * self.room() / size).min(count - 1).max(1);
            };
            op::write(&mut self.bodies, at, order, &words[..count], coding);
            at = order.advance(at, count as u32);
            words = &words[count..];
        }
    }

    fn read(&mut self, mut at: u32, order: Order, width: u32, mut results: Range<usize>) {
        while !results.is_empty() {
            self.make_room(BLOCK_HEADER);
            if self.reply_bytes + 4 > self.slot {
                self.next_packet();
            }
            let now = results.len().min((self.slot - self.reply_bytes) * 8 / width as usize).min(MAX_COUNT);
            op::read(&mut self.bodies, at, order, now as u16, width);
            let end = results.start + now;
            self.pieces.push(Piece { results: results.start..end, width });
            self.reply_bytes += op::reply_bytes(now, width);
            at = order.advance(at, now as u32);
            results.start = end;
        }
    }
}
