//! What a call took.

use super::accelerator::Usage;
use std::time::Duration;

/// What a call took. Where several devices worked at the same time, all but `total` are sums over them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// From call to return.
    pub total: Duration,
    /// Work of the host: units, packets, layers that do not run on a device. Neither link nor waiting.
    pub host: Duration,
    /// Handing over bytes and waiting for answers, the device's own time included.
    pub link: Duration,
    /// Waiting until a device is free, as others use it too.
    pub queued: Duration,
    /// Cycles that the devices were busy with runs, by their own counters. The golden model counts none.
    pub kernel_cycles: u64,
    /// The same as time, where the clock is known ([`super::Options::clock_hz`]).
    pub kernel: Option<Duration>,
    /// Rows of the input.
    pub vectors: u64,
    /// Packets sent, each counted once.
    pub requests: u64,
    /// Times that packets were sent again.
    pub retries: u64,
    /// Bytes to devices.
    pub bytes_up: u64,
    /// Bytes from devices.
    pub bytes_down: u64,
}

impl Timings {
    pub(super) fn add(&mut self, usage: &Usage) {
        self.link += usage.link.waited;
        self.requests += usage.link.requests;
        self.retries += usage.link.retries;
        self.bytes_up += usage.link.sent;
        self.bytes_down += usage.link.received;
        self.kernel_cycles += usage.cycles;
    }

    pub(super) fn set_clock(&mut self, clock_hz: Option<f64>) {
        let time = |hz: f64| Duration::try_from_secs_f64(self.kernel_cycles as f64 / hz).ok();
        self.kernel = clock_hz.and_then(time);
    }
}

impl std::ops::AddAssign for Timings {
    fn add_assign(&mut self, other: Self) {
        self.total += other.total;
        self.host += other.host;
        self.link += other.link;
        self.queued += other.queued;
        self.kernel_cycles += other.kernel_cycles;
        self.kernel = self.kernel.zip(other.kernel).map(|(a, b)| a + b).or(self.kernel).or(other.kernel);
        self.vectors += other.vectors;
        self.requests += other.requests;
        self.retries += other.retries;
        self.bytes_up += other.bytes_up;
        self.bytes_down += other.bytes_down;
    }
}

/// What a session did since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Calls that gave a result.
    pub calls: u64,
    /// Calls that ended in an error.
    pub errors: u64,
    /// Sums over the calls that gave a result.
    pub timings: Timings,
}
