//! The host's end of the link (`docs/protocol.md`): requests with numbers, several on their way, sent again until they
//! are answered or it is certain that something is wrong.
//!
//! A [`Link`] is a [`Bus`], so a [`crate::Device`] works over it as over any other. Everything it waits for is bounded.
//! After an error it begins a new session with the next transaction; what was on its way may have been executed or
//! not, so the device must be reset and loaded again, which [`crate::Device`] does.

mod plan;

pub(crate) use plan::blocks;

use crate::bus::{Bus, BusError, Op, Order};
use crate::transport::{Transport, TransportError};
use eie_spec::link::packet::{Kind, Packet, Reader, Rejected, REPLY, REQUEST};
use eie_spec::link::{op, LinkParams, Status, LINK_IDENT, LINK_IDENT_VALUE, LINK_REGISTERS};
use eie_spec::regs;
use plan::Request;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

/// What came instead of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Nothing at all.
    Nothing,
    /// All ones only: the line is dead.
    AllOnes,
    /// What was sent.
    Echo,
    /// So many bytes that make no packet.
    Garbage(u64),
    /// Good packets, but none that answers.
    Strangers,
}

impl std::fmt::Display for Heard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Heard::Nothing => write!(f, "nothing came; is the device on, and the speed right?"),
            Heard::AllOnes => write!(f, "only ones came: the link is down"),
            Heard::Echo => write!(f, "what was sent came back: the line is a loop"),
            Heard::Garbage(n) => write!(f, "{n} bytes came that make no packet; is the speed right?"),
            Heard::Strangers => write!(f, "only answers to other requests came: was the device restarted?"),
        }
    }
}

/// Why a request could not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The pipe.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// No good answer came, however often it was asked.
    #[error("{pipe}: no answer to {attempts} attempts within {waited:?}: {heard}")]
    NoAnswer {
        /// The pipe.
        pipe: String,
        /// How often the request was sent.
        attempts: u32,
        /// How long it took.
        waited: Duration,
        /// What came instead.
        heard: Heard,
    },
    /// What answers has another protocol.
    #[error(
        "{pipe}: the link identifies itself as {found:#010x}, expected {:#010x}: not an OpenEIE device, or one of \
         another version",
        LINK_IDENT_VALUE
    )]
    Ident {
        /// The pipe.
        pipe: String,
        /// What it says.
        found: u32,
    },
    /// The accelerator does not become ready.
    #[error("{pipe}: the accelerator is still busy after 2^{wait_bits} cycles: reset it")]
    Stuck {
        /// The pipe.
        pipe: String,
        /// Logarithm of the cycles that it was waited for.
        wait_bits: u32,
    },
    /// The device refuses a request, or answers with other than was asked for: driver and device do not agree.
    #[error("{pipe}: request {seq} was answered with status {status} and {found} bytes, expected 0 and {expected}")]
    Refused {
        /// The pipe.
        pipe: String,
        /// The request's number.
        seq: u16,
        /// [`Status`].
        status: u8,
        /// Bytes that came.
        found: usize,
        /// Bytes that were asked for.
        expected: usize,
    },
}

/// How patient a host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Time from a request to its answer, besides the time that their bytes take.
    pub timeout: Duration,
    /// How often a request is sent before it is given up. All attempts together must take longer than the device
    /// waits for its accelerator.
    pub attempts: u32,
    /// Number of the first request, by which sessions are told apart. Chosen at random where there is none.
    pub session: Option<u16>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { timeout: Duration::from_millis(250), attempts: 8, session: None }
    }
}

/// What went over a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkStats {
    /// Requests, each counted once.
    pub requests: u64,
    /// Times that requests were sent again.
    pub retries: u64,
    /// Bytes sent.
    pub sent: u64,
    /// Bytes received.
    pub received: u64,
    /// What was thrown away of these.
    pub rejected: Rejected,
}

/// Zeros before a request that is sent again: they end a packet that lacks a few bytes.
const FEW_ZEROS: usize = 16;
/// Attempts after which they end any packet.
const MANY_ZEROS_FROM: u32 = 2;
/// Bytes of the longest body of any device.
const LONGEST: usize = 1 << 11;

/// The host's end of a link.
pub struct Link<T> {
    transport: T,
    settings: Settings,
    params: LinkParams,
    reader: Reader,
    /// Number of the next request; none before a session has begun.
    next: Option<u16>,
    config_hash: u32,
    stats: LinkStats,
}

impl<T: Transport> Link<T> {
    /// Begins a session: finds out what is at the other end.
    ///
    /// # Errors
    /// Nothing there that answers, or another kind of device.
    pub fn open(transport: T, settings: Settings) -> Result<Self, LinkError> {
        let mut link = Link {
            transport,
            settings,
            params: LinkParams { window_bits: 0, slot_bits: 8, wait_bits: 8 },
            reader: Reader::new(REPLY, LONGEST),
            next: None,
            config_hash: 0,
            stats: LinkStats::default(),
        };
        link.sync()?;
        Ok(link)
    }

    /// The device's configuration, as it says.
    pub fn config_hash(&self) -> u32 {
        self.config_hash
    }

    /// The sizes of the device's link.
    pub fn params(&self) -> LinkParams {
        self.params
    }

    /// What went over it so far.
    pub fn stats(&self) -> LinkStats {
        LinkStats { rejected: self.reader.rejected(), ..self.stats }
    }

    /// The pipe.
    pub fn transport_mut(&mut self) -> &mut T {
        &mut self.transport
    }

    /// The link's registers, as they are now: version, sizes, and counters of errors.
    ///
    /// # Errors
    /// Those of a transaction.
    pub fn registers(&mut self) -> Result<Vec<u32>, BusError> {
        let count = LINK_REGISTERS as usize;
        let reads = self.transact(&[Op::Read { address: LINK_IDENT, order: Order::Offset, count, width: 32 }])?;
        Ok(reads.into_iter().flatten().collect())
    }

    fn sync(&mut self) -> Result<(), LinkError> {
        // Zero is what an unused device expects.
        let random = || (RandomState::new().build_hasher().finish() as u16).max(1);
        let seq = self.settings.session.take().unwrap_or_else(random);
        let mut body = Vec::new();
        op::read(&mut body, LINK_IDENT, Order::Offset, LINK_REGISTERS as u16, 32);
        op::read(&mut body, regs::IDENT, Order::Offset, 2, 32);
        let reply_bytes = 4 * (LINK_REGISTERS as usize + 2);
        self.params.window_bits = 0;
        let request = Request { body, reads: Vec::new(), reply_bytes };
        let reply = self.exchange(Kind::Sync, seq, &[request])?.swap_remove(0);
        let pipe = || self.transport.name();
        let words: Vec<u32> = op::take_words(&reply, reply_bytes / 4, 32).map_or(Vec::new(), |(words, _)| words);
        let params = LinkParams::decode(words[1]);
        let (Some(params), LINK_IDENT_VALUE) = (params, words[0]) else {
            return Err(LinkError::Ident { pipe: pipe(), found: words[0] });
        };
        self.params = params;
        self.config_hash = words[LINK_REGISTERS as usize + 1];
        self.next = Some(seq.wrapping_add(1));
        Ok(())
    }

    /// Sends requests and gets their replies' bodies, as many on their way as the device takes.
    fn exchange(&mut self, kind: Kind, first: u16, requests: &[Request]) -> Result<Vec<Vec<u8>>, LinkError> {
        // Unless all goes well, the session is over.
        self.next = None;
        let seq = |k: usize| first.wrapping_add(k as u16);
        let mut replies: Vec<Option<Vec<u8>>> = vec![None; requests.len()];
        let (mut done, mut sent, mut attempts) = (0, 0, 1);
        let begin = self.transport.now();
        let mut asked = begin;
        let mut before = self.reader.rejected();
        let mut strangers = false;
        let window = usize::from(self.params.window());
        self.stats.requests += requests.len() as u64;
        while done < requests.len() {
            while sent < requests.len().min(done + window) {
                // Whoever spoke before may have left half a packet.
                let zeros = if kind == Kind::Sync { FEW_ZEROS } else { 0 };
                self.send(kind, seq(sent), &requests[sent], zeros)?;
                if sent == done {
                    asked = self.transport.now();
                }
                sent += 1;
            }
            let bytes: usize = requests[done..sent].iter().map(|r| r.body.len() + r.reply_bytes + 30).sum();
            let deadline = asked + self.settings.timeout + self.transport.byte_time() * bytes as u32;
            let now = self.transport.now();
            let Some(left) = deadline.checked_sub(now).filter(|t| !t.is_zero()) else {
                if attempts == self.settings.attempts {
                    let heard = self.heard(before, strangers);
                    let (pipe, waited) = (self.transport.name(), now - begin);
                    return Err(LinkError::NoAnswer { pipe, attempts, waited, heard });
                }
                let zeros = if attempts < MANY_ZEROS_FROM { FEW_ZEROS } else { LONGEST + FEW_ZEROS };
                self.reader.flush();
                for k in (done..sent).filter(|&k| replies[k].is_none()) {
                    self.send(kind, seq(k), &requests[k], if k == done { zeros } else { 0 })?;
                    self.stats.retries += 1;
                }
                attempts += 1;
                asked = self.transport.now();
                continue;
            };
            let mut buffer = [0; 4096];
            let count = self.transport.receive(&mut buffer, left)?;
            self.stats.received += count as u64;
            self.reader.push(&buffer[..count]);
            while let Some(packet) = self.reader.next_packet() {
                let place = usize::from(packet.seq.wrapping_sub(first));
                if !(done..sent).contains(&place) || replies[place].is_some() {
                    strangers = true;
                    continue;
                }
                self.check(&packet, requests[place].reply_bytes)?;
                replies[place] = Some(packet.body);
                attempts = 1;
                asked = self.transport.now();
                before = self.reader.rejected();
                strangers = false;
            }
            done += replies[done..].iter().take_while(|r| r.is_some()).count();
        }
        self.next = Some(seq(requests.len()));
        Ok(replies.into_iter().flatten().collect())
    }

    fn send(&mut self, kind: Kind, seq: u16, request: &Request, zeros: usize) -> Result<(), LinkError> {
        let mut bytes = vec![0; zeros];
        bytes.extend(Packet { code: kind as u8, seq, body: request.body.clone() }.encode(REQUEST));
        self.stats.sent += bytes.len() as u64;
        let timeout = self.settings.timeout + 2 * self.transport.byte_time() * (bytes.len() + LONGEST) as u32;
        Ok(self.transport.send(&bytes, timeout)?)
    }

    fn check(&self, packet: &Packet, expected: usize) -> Result<(), LinkError> {
        let pipe = || self.transport.name();
        if packet.code == Status::TimedOut as u8 {
            return Err(LinkError::Stuck { pipe: pipe(), wait_bits: self.params.wait_bits });
        }
        if packet.code != Status::Done as u8 || packet.body.len() != expected {
            let (seq, status, found) = (packet.seq, packet.code, packet.body.len());
            return Err(LinkError::Refused { pipe: pipe(), seq, status, found, expected });
        }
        Ok(())
    }

    /// What came since `before` instead of an answer.
    fn heard(&mut self, before: Rejected, strangers: bool) -> Heard {
        self.reader.flush();
        let now = self.reader.rejected();
        match (now.bytes - before.bytes, now.not_ones - before.not_ones, now.echoes - before.echoes) {
            _ if strangers => Heard::Strangers,
            (0, _, _) => Heard::Nothing,
            (_, 0, _) => Heard::AllOnes,
            (_, _, n) if n as u32 >= self.settings.attempts => Heard::Echo,
            (n, _, _) => Heard::Garbage(n),
        }
    }
}

impl<T: Transport> Bus for Link<T> {
    fn write(&mut self, address: u32, data: u32) -> Result<(), BusError> {
        self.transact(&[Op::Write { address, order: Order::Offset, words: vec![data] }]).map(drop)
    }

    fn read(&mut self, address: u32) -> Result<u32, BusError> {
        let reads = self.transact(&[Op::Read { address, order: Order::Offset, count: 1, width: 32 }])?;
        Ok(reads[0][0])
    }

    fn write_all(&mut self, words: &mut dyn Iterator<Item = (u32, u32)>) -> Result<(), BusError> {
        self.transact(&plan::blocks(words)).map(drop)
    }

    fn transact(&mut self, ops: &[Op]) -> Result<Vec<Vec<u32>>, BusError> {
        if self.next.is_none() {
            self.sync()?;
        }
        let requests = plan::requests(ops, self.params.slot());
        let first = self.next.unwrap_or(0);
        let replies = self.exchange(Kind::Execute, first, &requests)?;
        Ok(plan::words(ops, &requests, &replies))
    }
}
