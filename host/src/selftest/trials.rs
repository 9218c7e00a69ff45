//! A bad line never gives a wrong answer: whatever happens to packets, a batch is right or ends in a typed error, in
//! bounded time.

use crate::link::{Link, LinkError, Settings};
use crate::numbers::Numbers;
use crate::session::SessionError;
use crate::transport::faults::{FaultKind, Faulty};
use crate::transport::{Transport, TransportError};
use crate::{BusError, Device, DeviceError};
use eie_spec::golden::Packed;
use eie_spec::pack::Program;
use serde::Serialize;
use std::collections::BTreeMap;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::time::{Duration, Instant};

/// Trials in sixteen with faults that the line does not survive; of the others half have one kind of fault.
const OF: u64 = 16;
/// Real time after which a trial hangs, whatever the pipe's clock says.
const HANGS: Duration = Duration::from_secs(60);

/// What to do to a line.
#[derive(Clone, Copy, Debug)]
pub struct FaultSettings {
    /// Faults to inject.
    pub faults: u64,
    /// What happens when follows from it.
    pub seed: u64,
    /// The link's patience with each attempt, by the pipe's clock.
    pub timeout: Duration,
    /// Time by the pipe's clock after which a trial hangs.
    pub limit: Duration,
}

/// What trials came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Tally {
    /// Batches.
    pub trials: u64,
    /// Packets that something happened to.
    pub faults: u64,
    /// Batches with right answers.
    pub recovered: u64,
    /// Batches that ended in a typed error.
    pub typed_errors: u64,
    /// Batches with a wrong answer.
    pub wrong_answers: u64,
    /// Batches that took longer than all attempts can.
    pub hangs: u64,
    /// Batches that ended in a panic.
    pub panics: u64,
    /// Batches whose error does not follow from the fault.
    pub unexplained: u64,
    /// How often each kind of fault led to which error.
    pub errors: BTreeMap<String, u64>,
    /// The longest batch, by the pipe's clock, in milliseconds.
    pub longest_ms: u64,
}

impl Tally {
    /// Whether nothing happened that must not.
    pub fn holds(&self) -> bool {
        let accounted = self.recovered + self.typed_errors == self.trials;
        accounted && (self.wrong_answers, self.hangs, self.panics, self.unexplained) == (0, 0, 0, 0)
    }
}

/// Runs batches of `inputs` over a line with faults until there were so many; each trial with one kind of fault, or
/// with all of them. `open` gives the line.
///
/// # Errors
/// The line cannot be opened, or does not work without faults.
pub fn trials<T: Transport>(
    open: impl Fn() -> Result<T, TransportError>,
    program: &Program,
    inputs: &[Vec<i16>],
    settings: &FaultSettings,
) -> Result<Tally, SessionError> {
    let mut golden = Packed::new(program);
    let answers = |x: &Vec<i16>| Ok(golden.run(x)?.layers.pop().unwrap_or_default());
    let want: Vec<Vec<i16>> = inputs.iter().map(answers).collect::<Result<_, SessionError>>()?;
    let connect = |seed: u64| -> Result<_, SessionError> {
        let session = Some(1 + (seed as u16 & 0x7fff));
        let pipe = Faulty::new(open()?, seed);
        let link = Link::open(pipe, Settings { timeout: settings.timeout, attempts: 8, session })?;
        Ok(Device::open(link, program.clone())?)
    };
    let mut numbers = Numbers(settings.seed);
    let mut tally = Tally::default();
    let mut device = connect(settings.seed)?;
    while tally.faults < settings.faults {
        tally.trials += 1;
        let passing = FaultKind::PASSING;
        let (kinds, every): (Vec<FaultKind>, u64) = match tally.trials % OF {
            15 => (vec![FaultKind::LASTING[numbers.below(4)]], 3),
            8..15 => (passing.to_vec(), 2 + numbers.below(6) as u64),
            k => (vec![passing[k as usize]], 2 + numbers.below(4) as u64),
        };
        let pick: Vec<usize> = (0..1 + numbers.below(8)).map(|_| numbers.below(inputs.len())).collect();
        let x: Vec<&[i16]> = pick.iter().map(|&k| inputs[k].as_slice()).collect();
        let line = device.bus_mut().transport_mut();
        line.set(&kinds, every);
        let before = line.injected();
        let (begin, started) = (Instant::now(), line.now());
        let result = catch_unwind(AssertUnwindSafe(|| device.infer_batch(&x)));
        let line = device.bus_mut().transport_mut();
        line.set(&[], 0);
        tally.faults += line.injected() - before;
        let took = line.now().saturating_sub(started);
        tally.longest_ms = tally.longest_ms.max(took.as_millis() as u64);
        tally.hangs += u64::from(took > settings.limit || begin.elapsed() > HANGS);
        match result {
            Ok(Ok(y)) if y.len() == x.len() && pick.iter().zip(&y).all(|(&k, y)| *y == want[k]) => {
                tally.recovered += 1;
            }
            Ok(Ok(_)) => tally.wrong_answers += 1,
            Ok(Err(error)) => {
                tally.typed_errors += 1;
                note(&mut tally, &kinds, &error);
                // A line that is really gone is opened again.
                let lasting = kinds.iter().any(|k| FaultKind::LASTING.contains(k));
                if !lasting && matches!(error, DeviceError::Bus(BusError::Link(LinkError::Transport(_)))) {
                    drop(device);
                    device = connect(settings.seed.wrapping_add(tally.trials))?;
                }
            }
            Err(_) => {
                tally.panics += 1;
                drop(device);
                device = connect(settings.seed.wrapping_add(tally.trials))?;
            }
        }
        if tally.trials.is_multiple_of(64) {
            // A good line again: what faults have left behind does not matter.
            tally.wrong_answers += u64::from(device.infer_batch(&[&inputs[0]])? != [want[0].clone()]);
        }
    }
    Ok(tally)
}

fn note(tally: &mut Tally, kinds: &[FaultKind], error: &DeviceError) {
    let lasting = kinds.iter().any(|k| FaultKind::LASTING.contains(k));
    let variant = match error {
        DeviceError::Bus(BusError::Link(LinkError::NoAnswer { heard, .. })) => format!("NoAnswer {heard:?}"),
        DeviceError::Bus(BusError::Link(error)) => format!("{error:?}"),
        other => format!("{other:?}"),
    };
    // A line that loses packets does not make the device refuse one.
    let refused = matches!(error, DeviceError::Bus(BusError::Link(LinkError::Refused { .. })));
    let of_the_link = matches!(error, DeviceError::Bus(BusError::Link(_)));
    tally.unexplained += u64::from(!of_the_link || (refused && !lasting));
    let kind = if kinds.len() == 1 { format!("{:?}", kinds[0]) } else { "all".into() };
    let words: Vec<&str> =
        variant.split(['(', '{']).next().unwrap_or("").split(' ').filter(|w| !w.is_empty()).collect();
    *tally.errors.entry(format!("{kind}: {}", words.join(" "))).or_default() += 1;
}
