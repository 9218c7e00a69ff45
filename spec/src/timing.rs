//! The device's latencies, in clock cycles: the one place where hardware and cycle model ([`crate::cycles`]) have
//! them from.
//!
//! A number here is a number of registers on a way. Where the hardware takes its registers from the constant, that is
//! said; the others describe what the blocks' code has, and change together with it.

use crate::config::Config;

/// Offers that a cluster's detector can have found before the arbiter grants them. The hardware takes it from here.
pub const OFFERS: u64 = 16;
/// Offers in a cluster's queue at which its detector makes a pause. The hardware takes it from here.
pub const OFFERS_LIMIT: u64 = 12;
/// From the arbiter's choice (or the sequencer's marker) to the PEs: the grant's register, that of the cluster's
/// offer, the arbiter's, the cluster's.
pub const BROADCAST: u64 = 4;
/// From a PE's broadcast to the push into its queue: the pointer memory with its output register, and a register
/// behind it.
pub const POINTER_READ: u64 = 3;
/// From a push to the first cycle in which the item is counted.
pub const QUEUE_COUNT: u64 = 1;
/// From a push to the first cycle in which the item can be popped: the queue's memory, and the register before it.
pub const QUEUE_WRITE: u64 = 2;
/// From a column's pop to the cycle in which its first entry is issued (and counted as busy).
pub const POP_TO_ISSUE: u64 = 1;
/// From the cycle in which a queue has reached its limit to the cycle in which the arbiter waits for it: the queue's
/// register, the cluster's, the arbiter's. Longer and shorter by as many, it holds as many cycles as the queue was
/// at its limit.
pub const FULL_FLAG: u64 = 3;
/// From the pop of a marker by the last PE to the cycle in which the sequencer knows: the walker's register, the
/// PE's, the cluster's, the accelerator's. The drain that begins then reads the accumulators behind the last product.
pub const PASSED_FLAG: u64 = 4;
/// From a marker's broadcast to the cycle in which the detectors see the start of its scan: the cluster's register.
pub const SCAN_START: u64 = 1;
/// From the cycle in which the detectors have nothing left to the cycle in which the sequencer knows: the detector's
/// register, the accelerator's. The second looks at the arbiter's offers, too.
pub const DONE_FLAG: u64 = 2;
/// From an offer to the cycle in which the detector counts it as its queue's, not its own: until then it is not done.
pub const FOUND: u64 = 1;
/// From the cycle in which the last row of a run is counted as written to the first one in which there is no run any more:
/// the drain's register, the run's.
pub const RUN_END: u64 = 2;
/// From the sequencer's frontier to the cycle in which the detectors' reads heed it: the cluster's register, the
/// detector's comparison.
pub const FRONTIER: u64 = 2;
/// From a detector's read of a group to the cycle in which it can come in: the activation bank's two stages, and the
/// register in which is known which of the words are not zero.
pub const GROUP_READ: u64 = 3;
/// From the start of a scan to the cycle in which the arbiter can choose its first activation: the detector's address,
/// the read, the group's flags, and the arbiter's count, which is told a cycle before what was found can be granted.
pub const DETECT: u64 = 1 + GROUP_READ + 2;
/// From a marker's first cycle on, how long the sequencer does not look at the done flag: it is still that of the
/// scan before. The hardware takes it from here.
pub const START_DELAY: u64 = SCAN_START + DONE_FLAG;
/// From a start to the first cycle in which a marker can be sent: the register of the step's words, and a cycle for what
/// the detectors make of them before their start. The hardware takes it from here.
pub const FETCH: u64 = 2;
/// From a PE's `drain` to its `result`. The hardware takes the length of its write-back from here.
pub const DRAIN_LATENCY: u64 = 7;
/// From the cycle in which the sequencer takes up a row to the one in which it is written, where there is no chain: the
/// sequencer's register and the cluster's on the row's control, the drain, and the cluster's on the result.
pub const WRITE_BACK: u64 = 2 + DRAIN_LATENCY + 1;
/// From the cycle in which the sequencer takes up a row to the one in which it counts it as written. Nobody can read it
/// before the cycle after [`WRITE_BACK`]: a detector heeds the frontier [`FRONTIER`] cycles after it has moved, in the
/// cycle after the count. The hardware takes it from here.
pub const WRITTEN: u64 = WRITE_BACK + 1 - (1 + FRONTIER);
/// Cycles that each cluster of a chain after the first adds to the way of a row, there and back.
pub const CHAIN_LINK: u64 = 2;
/// Logarithm of the longest chain whose last cluster has read its last row before a marker sent behind it arrives.
/// The hardware takes it from here.
pub const SHORT_CHAIN: u32 = 2;

/// Compact array: cycles in which a step's descriptor is fetched.
pub const COMPACT_FETCH: u64 = 5;
/// Compact array: from a drain's last cycle to the last result's write.
pub const COMPACT_FLUSH: u64 = 4;

/// Where a device has [relays](crate::config::Params::relays): cycles more from an offer that was found to the arbiter's
/// choice, from a choice (or a marker) to the broadcast, from a queue at its limit to the arbiter, from the last PE that takes a
/// marker to the sequencer, and of a host's read. The hardware has one register for each.
pub const RELAY: u64 = 1;

/// Where wires are short ([`Params::near`](crate::config::Params::near)): cycles less from a choice (or a marker) to the PEs
/// and of the write-back, without the clusters' registers; from a push into a queue that has nothing to the pop, from a
/// start to its first marker, from the last row of a run to its end, and from the last offer to the detector's flag. The
/// hardware has one register less for each, or knows it a cycle earlier.
pub const NEAR: u64 = 1;

/// Activations that can be on their way to a queue when it reports that it is almost full, and one kept in hand: of the
/// usual array ([`queue_slack`](crate::config::Config::queue_slack) has that of any).
pub const QUEUE_SLACK: u64 = BROADCAST + POINTER_READ + QUEUE_COUNT + FULL_FLAG + 1;

/// The latencies that a device's counters depend on, to see what another number would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latencies {
    /// [`BROADCAST`] and [`POINTER_READ`].
    pub send: u64,
    /// [`QUEUE_COUNT`].
    pub queue_count: u64,
    /// [`QUEUE_WRITE`].
    pub queue_write: u64,
    /// [`FULL_FLAG`].
    pub full_flag: u64,
    /// [`PASSED_FLAG`].
    pub passed_flag: u64,
    /// From an offer that was found to the arbiter, beyond [`DETECT`]: none or one.
    pub offer: u64,
    /// [`SCAN_START`].
    pub scan_start: u64,
    /// [`DONE_FLAG`].
    pub done_flag: u64,
    /// [`FOUND`]: none or one.
    pub found: u64,
    /// [`FETCH`].
    pub fetch: u64,
    /// [`RUN_END`]: one or two.
    pub run_end: u64,
    /// [`WRITTEN`].
    pub written: u64,
    /// [`CHAIN_LINK`].
    pub chain_link: u64,
    /// [`SHORT_CHAIN`].
    pub short_chain: u32,
}

/// Those of the usual device.
pub const DEVICE: Latencies = Latencies {
    send: BROADCAST + POINTER_READ,
    queue_count: QUEUE_COUNT,
    queue_write: QUEUE_WRITE,
    full_flag: FULL_FLAG,
    passed_flag: PASSED_FLAG,
    offer: 0,
    scan_start: SCAN_START,
    done_flag: DONE_FLAG,
    found: FOUND,
    fetch: FETCH,
    run_end: RUN_END,
    written: WRITTEN,
    chain_link: CHAIN_LINK,
    short_chain: SHORT_CHAIN,
};

impl Latencies {
    /// Those of a device.
    pub fn of(config: &Config) -> Self {
        let (relay, near) = (config.relay(), config.saved());
        Latencies {
            send: DEVICE.send + relay - near,
            queue_write: DEVICE.queue_write - near,
            written: DEVICE.written - near,
            found: DEVICE.found - near,
            fetch: DEVICE.fetch - near,
            run_end: DEVICE.run_end - near,
            full_flag: DEVICE.full_flag + relay,
            passed_flag: DEVICE.passed_flag + relay,
            offer: relay,
            ..DEVICE
        }
    }
}
