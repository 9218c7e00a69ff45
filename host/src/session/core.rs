//! What all clones of a session, and its threads, share.

use super::network::{lock, rest, Between, Network};
use super::{Element, SessionError, Stats, Timings};
use ndarray::ArrayView2;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Mutex;
use std::time::Instant;

/// What all clones of a session, and its threads, share.
pub(super) struct Core {
    pub network: Network,
    pub inputs: usize,
    pub outputs: usize,
    pub in_scale: f32,
    pub out_scale: f32,
    pub in_abs_max: u32,
    pub clock_hz: Option<f64>,
    pub memory: Mutex<Vec<Memory>>,
    pub stats: Mutex<Stats>,
    /// Calls that are on each route.
    pub busy: Vec<AtomicUsize>,
}

/// Memory of a call, used again by the next one.
#[derive(Default)]
pub(super) struct Memory {
    pub x: Vec<i16>,
    pub y: Vec<i16>,
    pub between: Between,
}

impl Core {
    /// The input in units.
    pub fn units<T: Element>(&self, x: ArrayView2<'_, T>, units: &mut Vec<i16>) -> Result<(), SessionError> {
        if x.ncols() != self.inputs {
            return Err(SessionError::Columns { found: x.ncols(), expected: self.inputs });
        }
        units.clear();
        T::to_units(x, self.in_scale, self.in_abs_max, units).map_err(|index| SessionError::NotANumber { index })
    }

    /// Runs rows on all routes. Of the timings, `host` and `total` are left.
    pub fn run(
        &self,
        x: &[i16],
        y: &mut [i16],
        between: &mut Between,
        cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Result<Timings, SessionError> {
        let batch = x.len() / self.inputs;
        let rows = self.network.rows(batch);
        let mut timings = Timings { vectors: batch as u64, ..Timings::default() };
        if self.busy.len() == 1 || batch <= rows {
            let route = self.freest();
            self.busy[route].fetch_add(1, Ordering::Relaxed);
            let pieces = x.chunks(rows * self.inputs).zip(y.chunks_mut(rows * self.outputs));
            let result = self.run_pieces(route, &mut pieces.into_iter(), between, cancelled, &mut timings);
            self.busy[route].fetch_sub(1, Ordering::Relaxed);
            result?;
            return Ok(timings);
        }
        // Whoever is free takes the next piece. After an error nobody does.
        let failed = AtomicBool::new(false);
        let stop = || failed.load(Ordering::Relaxed) || cancelled();
        let pieces = Mutex::new(x.chunks(rows * self.inputs).zip(y.chunks_mut(rows * self.outputs)));
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            // Each has one, however late its thread begins.
            let firsts: Vec<_> = self.busy.iter().map(|_| lock(&pieces).next()).collect();
            let threads: Vec<_> = firsts
                .into_iter()
                .enumerate()
                .map(|(route, first)| {
                    let (pieces, stop, failed) = (&pieces, &stop, &failed);
                    scope.spawn(move || {
                        self.busy[route].fetch_add(1, Ordering::Relaxed);
                        let mut timings = Timings::default();
                        let begin = Instant::now();
                        let mut next = first.into_iter().chain(std::iter::from_fn(|| lock(pieces).next()));
                        let result = self.run_pieces(route, &mut next, &mut Between::default(), stop, &mut timings);
                        failed.fetch_or(result.is_err(), Ordering::Relaxed);
                        self.busy[route].fetch_sub(1, Ordering::Relaxed);
                        timings.host = rest(begin.elapsed(), [timings.link, timings.queued]);
                        (result, timings)
                    })
                })
                .collect();
            threads.into_iter().map(|t| t.join().unwrap_or((Err(SessionError::Lost), Timings::default()))).collect()
        });
        let mut error = None;
        for (result, part) in outcomes {
            timings += part;
            // Those that stopped because of another one's error did so later.
            if let (Err(e), None | Some(SessionError::Cancelled)) = (result, &error) {
                error = Some(e);
            }
        }
        error.map_or(Ok(timings), Err)
    }

    fn run_pieces<'a>(
        &self,
        route: usize,
        pieces: &mut dyn Iterator<Item = (&'a [i16], &'a mut [i16])>,
        between: &mut Between,
        stop: &dyn Fn() -> bool,
        timings: &mut Timings,
    ) -> Result<(), SessionError> {
        for (x, y) in pieces {
            if stop() {
                return Err(SessionError::Cancelled);
            }
            self.network.run(route, x, y, between, timings)?;
        }
        Ok(())
    }

    /// The route with the fewest calls on it.
    fn freest(&self) -> usize {
        let calls = |&route: &usize| self.busy[route].load(Ordering::Relaxed);
        (0..self.busy.len()).min_by_key(calls).unwrap_or(0)
    }

    /// What of the total was neither link nor waiting, unless several devices worked at once, which know it themselves.
    pub fn settle_host(&self, timings: &mut Timings) {
        if timings.host.is_zero() {
            timings.host = rest(timings.total, [timings.link, timings.queued]);
        }
        timings.set_clock(self.clock_hz);
    }

    pub fn note(&self, result: &Result<Timings, SessionError>) {
        let mut stats = lock(&self.stats);
        match result {
            Ok(timings) => {
                stats.calls += 1;
                stats.timings += *timings;
            }
            Err(_) => stats.errors += 1,
        }
    }
}
