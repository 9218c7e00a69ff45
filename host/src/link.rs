//! The host's end of the link (`docs/protocol.md`): requests with numbers, several on their way, sent again until they
//! are answered or it is certain that something is wrong.
//!
//! A [`Link`] is a [`Bus`], so a [`crate::Device`] works over it as over any other. Everything it waits for is bounded.
//! After an error it begins a new session with the next transaction; what was on its way may have been executed or
//! not, so the device must be reset and loaded again, which [`crate::Device`] does.

mod plan;

use crate::bus::{Bus, BusError, Op, Order, Transaction};
use crate::numbers::Numbers;
use crate::transport::{Transport, TransportError};
use eie_spec::link::packet::{encode_into, Kind, Packet, Reader, Rejected, REPLY, REQUEST};
use eie_spec::link::{LinkParams, Status, LINK_IDENT, LINK_IDENT_VALUE, LINK_REGISTERS};
use eie_spec::regs;
use plan::Plan;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

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
    /// Number of the first request, by which sessions are told apart. Chosen at random where there is none. The numbers of
    /// later sessions follow from it, so that a line whose faults follow from a seed is the same every time.
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
    /// Time on the wall that the pipe took: to hand over bytes, and to wait for them.
    pub waited: Duration,
}

/// Zeros before a request that is sent again: they end a packet that lacks a few bytes.
const FEW_ZEROS: usize = 16;
/// Attempts after which they end any packet.
const MANY_ZEROS_FROM: u32 = 2;
/// Logarithm of the bytes that a body has at least on any device.
const SHORTEST_SLOT_BITS: u32 = 8;
/// Requests whose replies may still come when a session has ended: many times as many as any window has.
const RECENT: u16 = 1 << 12;
/// Bytes of the longest body of any device.
const LONGEST: usize = 1 << 11;

/// The host's end of a link.
pub struct Link<T> {
    transport: T,
    settings: Settings,
    params: LinkParams,
    reader: Reader,
    /// The number that the session before began with.
    session: Option<u16>,
    /// Those of later sessions.
    numbers: Numbers,
    /// Number of the next request; none before a session has begun.
    next: Option<u16>,
    /// Number of the last request that was sent, if any was.
    last: Option<u16>,
    config_hash: u32,
    stats: LinkStats,
    // Memory that is used again.
    plan: Plan,
    packet: Packet,
    bytes: Vec<u8>,
}

impl<T: Transport> Link<T> {
    /// Begins a session: finds out what is at the other end.
    ///
    /// # Errors
    /// Nothing there that answers, or another kind of device.
    pub fn open(transport: T, settings: Settings) -> Result<Self, LinkError> {
        let seed = settings.session.map_or_else(|| RandomState::new().build_hasher().finish(), u64::from);
        let mut link = Link {
            transport,
            settings,
            params: LinkParams { window_bits: 0, slot_bits: 8, wait_bits: 8 },
            reader: Reader::new(REPLY, LONGEST),
            session: None,
            numbers: Numbers(seed),
            next: None,
            last: None,
            config_hash: 0,
            stats: LinkStats::default(),
            plan: Plan::default(),
            packet: Packet { code: 0, seq: 0, body: Vec::new() },
            bytes: Vec::new(),
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
        let mut transaction = Transaction::new();
        transaction.read(LINK_IDENT, Order::Offset, LINK_REGISTERS as usize, 32);
        self.transact(&mut transaction)?;
        Ok(transaction.results().to_vec())
    }

    fn sync(&mut self) -> Result<(), LinkError> {
        // Zero is what an unused device expects.
        // Nor the one before: the device would take this for a request of that session. Nor one of its last requests, whose
        // replies may still be on their way: one would be taken for the answer.
        let later = || loop {
            let seq = (self.numbers.draw() as u16).max(1);
            let recent = self.last.is_some_and(|last| last.wrapping_sub(seq) < RECENT);
            if Some(seq) != self.session && !recent {
                break seq;
            }
        };
        let seq = self.settings.session.take().unwrap_or_else(later);
        self.session = Some(seq);
        let read =
            |address, results: std::ops::Range<usize>| Op::Read { address, order: Order::Offset, width: 32, results };
        let mut words = [0; LINK_REGISTERS as usize + 2];
        let registers = LINK_REGISTERS as usize;
        let ops = [read(LINK_IDENT, 0..registers), read(regs::IDENT, registers..words.len())];
        self.params.window_bits = 0;
        let mut plan = std::mem::take(&mut self.plan);
        plan.fill(ops.into_iter(), 1 << SHORTEST_SLOT_BITS);
        let result = self.exchange(Kind::Sync, seq, &mut plan, &mut words);
        self.plan = plan;
        result?;
        let params = LinkParams::decode(words[1]);
        let (Some(params), LINK_IDENT_VALUE) = (params, words[0]) else {
            self.next = None;
            return Err(LinkError::Ident { pipe: self.transport.name(), found: words[0] });
        };
        self.params = params;
        self.config_hash = words[registers + 1];
        Ok(())
    }

    /// Sends requests and sorts their replies' words, as many on their way as the device takes.
    fn exchange(&mut self, kind: Kind, first: u16, plan: &mut Plan, results: &mut [u32]) -> Result<(), LinkError> {
        // Unless all goes well, the session is over.
        self.next = None;
        let seq = |k: usize| first.wrapping_add(k as u16);
        let count = plan.requests.len();
        let (mut done, mut sent, mut attempts) = (0, 0, 1);
        let begin = self.transport.now();
        let mut asked = begin;
        let mut before = self.reader.rejected();
        let mut strangers = false;
        let window = usize::from(self.params.window());
        self.stats.requests += count as u64;
        while done < count {
            while sent < count.min(done + window) {
                // Whoever spoke before may have left half a packet.
                let zeros = if kind == Kind::Sync { FEW_ZEROS } else { 0 };
                self.last = Some(seq(sent));
                self.send(kind, seq(sent), plan.body(&plan.requests[sent]), zeros)?;
                if sent == done {
                    asked = self.transport.now();
                }
                sent += 1;
            }
            let size = |r: &plan::Request| plan.body(r).len() + r.reply_bytes + 30;
            let bytes: usize = plan.requests[done..sent].iter().map(size).sum();
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
                for k in (done..sent).filter(|&k| !plan.requests[k].answered) {
                    self.send(kind, seq(k), plan.body(&plan.requests[k]), if k == done { zeros } else { 0 })?;
                    self.stats.retries += 1;
                }
                attempts += 1;
                asked = self.transport.now();
                continue;
            };
            self.receive(left)?;
            let mut packet = std::mem::replace(&mut self.packet, Packet { code: 0, seq: 0, body: Vec::new() });
            let mut outcome = Ok(());
            while outcome.is_ok() && self.reader.take_packet(&mut packet) {
                let place = done + usize::from(packet.seq.wrapping_sub(seq(done)));
                if !(done..sent).contains(&place) || plan.requests[place].answered {
                    strangers = true;
                    continue;
                }
                outcome = self.check(&packet, plan.requests[place].reply_bytes);
                if outcome.is_ok() {
                    plan.sort(place, &packet.body, results);
                    plan.requests[place].answered = true;
                    attempts = 1;
                    asked = self.transport.now();
                    before = self.reader.rejected();
                    strangers = false;
                }
            }
            self.packet = packet;
            outcome?;
            done += plan.requests[done..sent].iter().take_while(|r| r.answered).count();
        }
        self.next = Some(seq(count));
        Ok(())
    }

    fn receive(&mut self, timeout: Duration) -> Result<(), LinkError> {
        let mut buffer = [0; 4096];
        let begin = Instant::now();
        let count = self.transport.receive(&mut buffer, timeout);
        self.stats.waited += begin.elapsed();
        let count = count?;
        self.stats.received += count as u64;
        self.reader.push(&buffer[..count]);
        Ok(())
    }

    fn send(&mut self, kind: Kind, seq: u16, body: &[u8], zeros: usize) -> Result<(), LinkError> {
        self.bytes.clear();
        self.bytes.resize(zeros, 0);
        encode_into(&mut self.bytes, REQUEST, kind as u8, seq, body);
        self.stats.sent += self.bytes.len() as u64;
        let timeout = self.settings.timeout + 2 * self.transport.byte_time() * (self.bytes.len() + LONGEST) as u32;
        let begin = Instant::now();
        let sent = self.transport.send(&self.bytes, timeout);
        self.stats.waited += begin.elapsed();
        Ok(sent?)
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

impl<T: Transport> Link<T> {
    /// For what is not worth keeping memory.
    fn transact_once(&mut self, mut transaction: Transaction) -> Result<u32, BusError> {
        self.transact(&mut transaction)?;
        Ok(transaction.results().first().copied().unwrap_or(0))
    }
}

impl<T: Transport> Bus for Link<T> {
    fn write(&mut self, address: u32, data: u32) -> Result<(), BusError> {
        let mut transaction = Transaction::new();
        transaction.write_word(address, data);
        self.transact_once(transaction).map(drop)
    }

    fn read(&mut self, address: u32) -> Result<u32, BusError> {
        let mut transaction = Transaction::new();
        transaction.read(address, Order::Offset, 1, 32);
        self.transact_once(transaction)
    }

    fn write_all(&mut self, words: &mut dyn Iterator<Item = (u32, u32)>) -> Result<(), BusError> {
        let mut transaction = Transaction::new();
        transaction.write_blocks(words);
        self.transact_once(transaction).map(drop)
    }

    fn transact(&mut self, transaction: &mut Transaction) -> Result<(), BusError> {
        if self.next.is_none() {
            self.sync()?;
        }
        let mut plan = std::mem::take(&mut self.plan);
        let (ops, results) = transaction.parts();
        plan.fill(ops, self.params.slot());
        let first = self.next.unwrap_or(0);
        let result = self.exchange(Kind::Execute, first, &mut plan, results);
        self.plan = plan;
        Ok(result?)
    }
}
