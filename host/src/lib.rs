//! The host side: loads a packed program into a device and runs inputs through it.
//!
//! A device is anything behind a [`Bus`]: a simulated one here is driven by the same code as a board.
#![forbid(unsafe_code)]

pub mod board;
pub mod bus;
pub mod device;
pub mod discover;
pub mod engine;
pub mod inject;
pub mod link;
pub mod numbers;
mod schedule;
pub mod selftest;
pub mod session;
mod transaction;
pub mod transport;

pub use board::Board;
pub use bus::{Bus, BusError, Op, Transaction};
pub use device::{Counters, Device, DeviceError, PeCounters};
pub use engine::{DenseEngine, DeviceEngine, Engine, EngineError, HostEngine, PackedEngine, SegmentedEngine};
pub use link::{Link, LinkError};
pub use session::{Session, SessionError};
