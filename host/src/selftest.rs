//! Checks of a device by what it answers: its memory, random layers beside the golden model, and a line with faults.
//!
//! Nothing but the link is needed, so any device can be checked where it is. What it finds: memories, multipliers,
//! accumulators or a link that do not do what the golden model does.

mod made;
mod trials;

pub use made::{made_inputs, made_model};
pub use trials::{trials, FaultSettings, Tally};

use crate::bus::{Bus, Transaction};
use crate::device::{Device, DeviceError};
use crate::numbers::Numbers;
use crate::session::SessionError;
use eie_spec::golden::Sparse;
use eie_spec::link::op::Order;
use eie_spec::pack::pack;
use eie_spec::regs::{address, Region};
use serde::Serialize;

/// What one check came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: String,
    /// Words or results that were compared.
    pub compared: u64,
    /// Those that were wrong.
    pub wrong: u64,
    /// The first of these: where, what was expected, what was found.
    pub first: Option<String>,
}

impl Check {
    fn new(name: String) -> Self {
        Check { name, compared: 0, wrong: 0, first: None }
    }

    fn compare<T: PartialEq + std::fmt::Debug>(&mut self, place: impl Fn() -> String, expected: T, found: T) {
        self.compared += 1;
        if expected != found {
            self.wrong += 1;
            self.first.get_or_insert_with(|| format!("{}: expected {expected:?}, found {found:?}", place()));
        }
    }
}

/// Writes random words to all activation memories, and reads them back.
///
/// # Errors
/// The bus.
pub fn memory<B: Bus>(device: &mut Device<B>, seed: u64) -> Result<Check, DeviceError> {
    let (pes, depth) = (device.config().pes as u32, device.config().act_depth);
    let mut numbers = Numbers(seed);
    let words: Vec<u32> = (0..pes as usize * depth).map(|_| numbers.draw() as u16 as u32).collect();
    let mut check = Check::new("activation memory".into());
    let mut transaction = Transaction::new();
    let first = address(Region::Activation, 0, 0);
    transaction.write(first, Order::Position(pes), words.iter().copied());
    // Read back PE by PE, so that a wrong address is seen, too.
    for pe in 0..pes {
        transaction.read(address(Region::Activation, pe, 0), Order::Offset, depth, 16);
    }
    device.bus_mut().transact(&mut transaction)?;
    for (k, &found) in transaction.results().iter().enumerate() {
        let (pe, offset) = (k / depth, k % depth);
        let expected = words[offset * pes as usize + pe];
        check.compare(|| format!("PE {pe}, word {offset}"), expected, found);
    }
    Ok(check)
}

/// Runs made layers with these settings beside the golden model.
///
/// # Errors
/// The model cannot be packed, or the bus fails.
pub fn arithmetic<B: Bus>(device: &mut Device<B>, count: u64, seed: u64) -> Result<Check, SessionError> {
    let mut check = Check::new(format!("arithmetic of {count} made networks"));
    let config = device.config().clone();
    for number in 0..count {
        let model = made_model(seed.wrapping_add(number), config.acc_bits);
        let golden = Sparse::new(&model, config.acc_bits);
        let program = device.add(pack(&model, &config)?)?;
        for (k, x) in made_inputs(&model, 4, seed.wrapping_add(number)).iter().enumerate() {
            let mut found = vec![0; model.outputs()];
            device.infer(program, x, &mut found)?;
            let expected = golden.run(x)?.layers.pop().unwrap_or_default();
            for (row, (e, f)) in expected.into_iter().zip(found).enumerate() {
                check.compare(|| format!("network {number}, input {k}, row {row}"), e, f);
            }
        }
    }
    Ok(check)
}
