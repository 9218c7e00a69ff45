//! A run in the background: a handle that can be waited for, cancelled, dropped, or awaited.

use super::network::lock;
use super::{Element, Rows, SessionError, Timings};
use ndarray::Array;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// Results in units, and what they took.
type Outcome = Result<(Vec<i16>, Timings), SessionError>;

enum State {
    Waiting(Option<Waker>),
    Done(Outcome),
    Taken,
}

/// Where a run's result is put. If it is dropped before that, the run is lost, and whoever waits is told so.
pub(super) struct Promise(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    done: Condvar,
    cancelled: AtomicBool,
}

impl Promise {
    pub fn new() -> Self {
        let state = Mutex::new(State::Waiting(None));
        Promise(Arc::new(Shared { state, done: Condvar::new(), cancelled: AtomicBool::new(false) }))
    }

    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Relaxed)
    }

    pub fn keep(self, outcome: Outcome) {
        self.0.finish(outcome);
    }

    pub fn handle<T, D>(&self, rows: usize, columns: usize, scale: f32) -> Pending<T, D> {
        Pending { shared: self.0.clone(), rows, columns, scale, what: PhantomData }
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        self.0.finish(Err(SessionError::Lost));
    }
}

impl Shared {
    fn finish(&self, outcome: Outcome) {
        let mut state = lock(&self.state);
        if let State::Waiting(waker) = &mut *state {
            let waker = waker.take();
            *state = State::Done(outcome);
            drop(state);
            self.done.notify_all();
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    fn take(state: &mut State) -> Option<Outcome> {
        match std::mem::replace(state, State::Taken) {
            State::Done(outcome) => Some(outcome),
            State::Taken => Some(Err(SessionError::Taken)),
            waiting => {
                *state = waiting;
                None
            }
        }
    }
}

/// A run in the background ([`super::Session::submit`]).
///
/// Dropping it cancels the run: one that has not begun does not begin, and one that has is ended after the rows that
/// are on the device, so the device is left idle and ready. It is also a future, for any executor.
#[must_use = "dropping it cancels the run"]
pub struct Pending<T, D> {
    shared: Arc<Shared>,
    rows: usize,
    columns: usize,
    scale: f32,
    what: PhantomData<fn() -> (T, D)>,
}

impl<T: Element, D: Rows> Pending<T, D> {
    /// Waits for the result, for so long at most.
    ///
    /// # Errors
    /// [`SessionError::NotDone`] if the time is over, after which it can be waited for again; else those of the run.
    pub fn wait(&mut self, timeout: Duration) -> Result<Array<T, D>, SessionError> {
        self.wait_timed(timeout).map(|(y, _)| y)
    }

    /// [`Pending::wait`], and what the run took.
    ///
    /// # Errors
    /// Those of [`Pending::wait`].
    pub fn wait_timed(&mut self, timeout: Duration) -> Result<(Array<T, D>, Timings), SessionError> {
        let end = Instant::now().checked_add(timeout);
        let mut state = lock(&self.shared.state);
        loop {
            if let Some(outcome) = Shared::take(&mut state) {
                return self.results(outcome);
            }
            // A day where it is for ever: it is looked at again then.
            let left = end.map_or(Duration::from_secs(86_400), |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Err(SessionError::NotDone);
            }
            state = self.shared.done.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Whether the result is there.
    pub fn is_done(&self) -> bool {
        !matches!(&*lock(&self.shared.state), State::Waiting(_))
    }

    /// Cancels the run, which then ends in [`SessionError::Cancelled`] unless its result is there already.
    pub fn cancel(&self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
    }

    fn results(&self, outcome: Outcome) -> Result<(Array<T, D>, Timings), SessionError> {
        let (units, timings) = outcome?;
        let values = units.into_iter().map(|unit| T::from_unit(unit, self.scale)).collect();
        let array = Array::from_shape_vec(D::shape(self.rows, self.columns), values);
        Ok((array.map_err(|_| SessionError::Lost)?, timings))
    }
}

impl<T: Element, D: Rows> Future for Pending<T, D> {
    type Output = Result<Array<T, D>, SessionError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = lock(&self.shared.state);
        match Shared::take(&mut state) {
            Some(outcome) => Poll::Ready(self.results(outcome).map(|(y, _)| y)),
            None => {
                *state = State::Waiting(Some(context.waker().clone()));
                Poll::Pending
            }
        }
    }
}

impl<T, D> Drop for Pending<T, D> {
    fn drop(&mut self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
    }
}
