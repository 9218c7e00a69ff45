//! From transactions to packets' bodies, and from replies to words.

use crate::bus::{Op, Order};
use eie_spec::link::op::{self, Coding, BLOCK_HEADER, MAX_COUNT, SPARSE_HEADER};

/// A packet to send.
#[derive(Debug)]
pub(super) struct Request {
    /// Operations.
    pub body: Vec<u8>,
    /// What they read: number of the read, how many words, how wide.
    pub reads: Vec<(usize, usize, u32)>,
    /// Bytes that the reply's body has.
    pub reply_bytes: usize,
}

/// Words one by one as blocks of addresses that follow each other.
pub(crate) fn blocks(words: &mut dyn Iterator<Item = (u32, u32)>) -> Vec<Op> {
    let mut all: Vec<(u32, Vec<u32>)> = Vec::new();
    for (at, word) in words {
        match all.last_mut() {
            Some((first, block)) if Order::Offset.advance(*first, block.len() as u32) == at => block.push(word),
            _ => all.push((at, vec![word])),
        }
    }
    all.into_iter().map(|(address, words)| Op::Write { address, order: Order::Offset, words }).collect()
}

/// Fills packets with operations; blocks that do not fit are cut.
struct Filler {
    slot: usize,
    full: Vec<Request>,
    body: Vec<u8>,
    reads: Vec<(usize, usize, u32)>,
    reply_bytes: usize,
}

impl Filler {
    fn room(&self) -> usize {
        self.slot - self.body.len()
    }

    fn next_packet(&mut self) {
        let (body, reads) = (std::mem::take(&mut self.body), std::mem::take(&mut self.reads));
        if !body.is_empty() {
            self.full.push(Request { body, reads, reply_bytes: std::mem::take(&mut self.reply_bytes) });
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
            let mut count = words.len().min(MAX_COUNT);
            let coding = loop {
                let coding = Coding::shortest(&words[..count]);
                let size = coding.header() + coding.bits.div_ceil(8);
                if size <= self.room() {
                    break coding;
                }
                count = (count * self.room() / size).min(count - 1).max(1);
            };
            op::write(&mut self.body, at, order, &words[..count], coding);
            at = order.advance(at, count as u32);
            words = &words[count..];
        }
    }

    fn read(&mut self, number: usize, mut at: u32, order: Order, mut count: usize, width: u32) {
        while count > 0 {
            self.make_room(BLOCK_HEADER);
            if self.reply_bytes + 4 > self.slot {
                self.next_packet();
            }
            let now = count.min((self.slot - self.reply_bytes) * 8 / width as usize).min(MAX_COUNT);
            op::read(&mut self.body, at, order, now as u16, width);
            self.reads.push((number, now, width));
            self.reply_bytes += op::reply_bytes(now, width);
            at = order.advance(at, now as u32);
            count -= now;
        }
    }
}

/// The packets that a transaction takes, with bodies of up to `slot` bytes.
pub(super) fn requests(ops: &[Op], slot: usize) -> Vec<Request> {
    let mut filler = Filler { slot, full: Vec::new(), body: Vec::new(), reads: Vec::new(), reply_bytes: 0 };
    let mut number = 0;
    for op in ops {
        match op {
            Op::Write { address, order, words } => filler.write(*address, *order, words),
            Op::Run { first, last, .. } => {
                filler.make_room(3);
                op::run(&mut filler.body, *first, *last);
            }
            Op::Wait { .. } => {
                filler.make_room(1);
                op::wait(&mut filler.body);
            }
            Op::Read { address, order, count, width } => {
                filler.read(number, *address, *order, *count, *width);
                number += 1;
            }
        }
    }
    filler.next_packet();
    filler.full
}

/// The words of each read, from replies of the lengths that were asked for.
pub(super) fn words(ops: &[Op], requests: &[Request], replies: &[Vec<u8>]) -> Vec<Vec<u32>> {
    let mut all = vec![Vec::new(); ops.iter().filter(|op| matches!(op, Op::Read { .. })).count()];
    for (request, reply) in requests.iter().zip(replies) {
        let mut rest = &reply[..];
        for &(number, count, width) in &request.reads {
            if let Some((words, more)) = op::take_words(rest, count, width) {
                all[number].extend(words);
                rest = more;
            }
        }
    }
    all
}
