//! A bad line never gives a wrong answer: whatever happens to packets, a batch is right or ends in a typed error, in
//! bounded time.

use crate::contract::small;
use eie_host::link::{Link, LinkError, Settings};
use eie_host::transport::faults::{FaultKind, Faulty, Numbers};
use eie_host::transport::Transport;
use eie_host::{BusError, Device, DeviceError};
use eie_spec::golden::Packed;
use std::collections::BTreeMap;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::time::{Duration, Instant};

/// A number from the environment.
pub fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// What trials came to.
#[derive(Debug, Default)]
pub struct Tally {
    trials: u64,
    faults: u64,
    recovered: u64,
    typed_errors: u64,
    wrong: u64,
    hangs: u64,
    panics: u64,
    kinds: BTreeMap<String, u64>,
    longest: Duration,
}

impl Tally {
    fn report(&self, line: &str) {
        println!(
            "{{\"line\":\"{line}\",\"trials\":{},\"faults\":{},\"recovered\":{},\"typed_errors\":{},\"wrong\":{},\
             \"hangs\":{},\"panics\":{},\"longest_ms\":{}}} {:?}",
            self.trials,
            self.faults,
            self.recovered,
            self.typed_errors,
            self.wrong,
            self.hangs,
            self.panics,
            self.longest.as_millis(),
            self.kinds
        );
    }
}

/// Runs batches over a line with faults until there were so many; each trial with one kind, or with all of them.
pub fn trials<T: Transport>(
    open: impl Fn() -> T,
    pes: usize,
    timeout: Duration,
    faults: u64,
    limit: Duration,
) -> Tally {
    let (program, inputs) = small(pes);
    let mut golden = Packed::new(&program);
    let want: Vec<Vec<i16>> = inputs.iter().map(|x| golden.run(x).unwrap().layers.pop().unwrap()).collect();
    let connect = |seed: u64| {
        let settings = Settings { timeout, attempts: 8, session: Some(1 + (seed as u16 & 0x7fff)) };
        let pipe = Faulty::new(open(), seed);
        Device::open(Link::open(pipe, settings).unwrap(), program.clone()).unwrap()
    };
    let mut numbers = Numbers(pes as u64);
    let mut tally = Tally::default();
    let mut device = connect(1);
    while tally.faults < faults {
        tally.trials += 1;
        let passing = FaultKind::PASSING;
        let (kinds, every): (Vec<FaultKind>, u64) = match tally.trials % 16 {
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
        let took = line.now() - started;
        tally.longest = tally.longest.max(took);
        // All attempts of all requests there are, and the real time of the slowest line.
        tally.hangs += u64::from(took > limit || begin.elapsed() > Duration::from_secs(60));
        let name = format!("{:?}", if kinds.len() == 1 { Some(kinds[0]) } else { None });
        match result {
            Ok(Ok(y)) if pick.iter().zip(&y).all(|(&k, y)| *y == want[k]) && y.len() == x.len() => {
                tally.recovered += 1;
            }
            Ok(Ok(_)) => tally.wrong += 1,
            Ok(Err(DeviceError::Bus(BusError::Link(error)))) => {
                tally.typed_errors += 1;
                let lasting = kinds.iter().any(|k| FaultKind::LASTING.contains(k));
                *tally.kinds.entry(format!("{name} {}", variant(&error))).or_default() += 1;
                assert!(lasting || !matches!(error, LinkError::Refused { .. }), "{error}");
            }
            Ok(Err(other)) => panic!("{other}"),
            Err(_) => {
                tally.panics += 1;
                device = connect(tally.trials);
            }
        }
        if tally.trials.is_multiple_of(64) {
            // A good line again: what faults have left behind does not matter.
            assert_eq!(device.infer_batch(&[&inputs[0]]).unwrap(), [want[0].clone()]);
        }
    }
    tally
}

fn variant(error: &LinkError) -> String {
    match error {
        LinkError::NoAnswer { heard, .. } => format!("NoAnswer {}", format!("{heard:?}").split('(').next().unwrap()),
        other => format!("{other:?}").split([' ', '(']).next().unwrap().to_owned(),
    }
}

/// Nothing wrong, and the kinds of outcomes that must occur did.
pub fn judge(line: &str, tally: &Tally) {
    tally.report(line);
    assert_eq!((tally.wrong, tally.hangs, tally.panics), (0, 0, 0), "{line}");
    assert_eq!(tally.recovered + tally.typed_errors, tally.trials, "{line}");
    // Most are recovered from, and those that cannot be are errors.
    assert!(tally.recovered > tally.trials * 3 / 4 && tally.typed_errors > 0, "{line}");
}
