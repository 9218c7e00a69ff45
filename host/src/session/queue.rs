//! Runs in the background: as many threads as there are ways through the network, begun with the first run.

use super::core::Core;
use super::network::lock;
use super::network::Between;
use super::pending::{Pending, Promise};
use super::SessionError;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

/// A run to do.
pub(super) struct Job {
    x: Vec<i16>,
    results: usize,
    promise: Promise,
}

impl Job {
    /// For rows in units, and the handle for whoever wants the results.
    pub fn new<T, D>(x: Vec<i16>, rows: usize, columns: usize, scale: f32) -> (Self, Pending<T, D>) {
        let promise = Promise::new();
        let handle = promise.handle(rows, columns, scale);
        (Job { x, results: rows * columns, promise }, handle)
    }

    fn run(self, core: &Core) {
        let begin = Instant::now();
        if self.promise.is_cancelled() {
            return self.promise.keep(Err(SessionError::Cancelled));
        }
        let mut y = vec![0; self.results];
        let result = core.run(&self.x, &mut y, &mut Between::default(), &|| self.promise.is_cancelled());
        let result = result.map(|mut timings| {
            timings.total = begin.elapsed();
            core.settle_host(&mut timings);
            timings
        });
        core.note(&result);
        self.promise.keep(result.map(|timings| (y, timings)));
    }
}

#[derive(Default)]
struct Waiting {
    jobs: Mutex<(VecDeque<Job>, bool)>,
    news: Condvar,
}

/// Jobs in the order they came. When it is dropped, jobs that somebody still waits for are done first.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Arc<Waiting>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Queue {
    pub fn push(&self, job: Job, core: &Arc<Core>) {
        let mut threads = lock(&self.threads);
        while threads.len() < core.network.routes() {
            let (waiting, core) = (self.waiting.clone(), core.clone());
            threads.push(std::thread::spawn(move || work(&waiting, &core)));
        }
        drop(threads);
        lock(&self.waiting.jobs).0.push_back(job);
        self.waiting.news.notify_one();
    }
}

fn work(waiting: &Waiting, core: &Core) {
    loop {
        let mut jobs = lock(&waiting.jobs);
        let job = loop {
            match jobs.0.pop_front() {
                Some(job) => break job,
                None if jobs.1 => return,
                None => jobs = waiting.news.wait(jobs).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(jobs);
        // A panic is a defect, but not one that others wait for: the promise breaks, and the next job is done.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job.run(core)));
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        lock(&self.waiting.jobs).1 = true;
        self.waiting.news.notify_all();
        for thread in lock(&self.threads).drain(..) {
            // What it did not do is told by broken promises.
            let _ = thread.join();
        }
    }
}
