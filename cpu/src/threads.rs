//! Work on several threads at a time, for products of some ten microseconds: waking a thread that sleeps takes as long, so
//! they look for work for a moment before they sleep. (rayon's threads sleep at once: on two cores a product of 12 us took
//! 22 with it.)

use std::any::Any;
use std::collections::HashMap;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a thread looks for work: about what lies between a network's layers.
const AWAKE: Duration = Duration::from_micros(100);
/// Looks at a number, about a microsecond of them, before others may have the core.
const LOOKS: u32 = 64;

/// By process and number of threads: all matrices share them, and a forked process, in which the threads of its parent
/// are not there, makes its own.
type Pools = HashMap<(u32, usize), Arc<Pool>>;

static POOLS: Mutex<Option<Pools>> = Mutex::new(None);

/// So many threads, of a pool that is made once, as far as the system gives them; or this thread alone.
pub struct Threads(usize);

/// A task by its number. It lives as long as [`Pool::each`] runs, which is what makes a `'static` of it.
type Work = &'static (dyn Fn(usize) + Sync);

/// Tasks of one call.
struct Job {
    work: Work,
    count: usize,
    /// The first task that nobody has taken.
    next: AtomicUsize,
    /// Tasks that are done.
    done: AtomicUsize,
    /// What a task panicked with.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

/// What threads share.
#[derive(Default)]
struct Pool {
    /// Jobs that came so far: the number changes when there is a new one.
    jobs: AtomicUsize,
    newest: Mutex<Newest>,
    new: Condvar,
}

#[derive(Default)]
struct Newest {
    /// All earlier ones are complete, or will be by those who gave them.
    job: Option<Arc<Job>>,
    /// Threads to be woken: a call into the system that is spared where there are none.
    asleep: usize,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is behind them is whole at any time.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for something to become true, and says whether it did within a time. In between others may have the core: it can
/// be the one that the thread which is waited for is to run on.
fn look(within: Duration, is: impl Fn() -> bool) -> bool {
    let mut since = None;
    loop {
        for _ in 0..LOOKS {
            if is() {
                return true;
            }
            std::hint::spin_loop();
        }
        if since.get_or_insert_with(Instant::now).elapsed() > within {
            return false;
        }
        std::thread::yield_now();
    }
}

impl Job {
    /// Takes tasks until there are none.
    fn help(&self) {
        loop {
            let task = self.next.fetch_add(1, Ordering::Relaxed);
            if task >= self.count {
                return;
            }
            // The work is there: who gave it waits until this task is done.
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| (self.work)(task))) {
                lock(&self.panic).get_or_insert(panic);
            }
            self.done.fetch_add(1, Ordering::Release);
        }
    }

    fn complete(&self) -> bool {
        self.done.load(Ordering::Acquire) == self.count
    }
}

impl Pool {
    /// With so many threads beside the one that calls, or as many as the system gives.
    fn new(threads: usize) -> Arc<Pool> {
        let pool = Arc::new(Pool::default());
        for _ in 0..threads {
            let own = pool.clone();
            if std::thread::Builder::new().name("eie-cpu".into()).spawn(move || own.serve()).is_err() {
                break;
            }
        }
        pool
    }

    /// What a thread does, always.
    fn serve(&self) {
        let mut seen = 0;
        loop {
            let fresh = || self.jobs.load(Ordering::Acquire) != seen;
            let newest = match look(AWAKE, fresh) {
                true => lock(&self.newest),
                false => {
                    let mut newest = lock(&self.newest);
                    newest.asleep += 1;
                    let waited = self.new.wait_while(newest, |_| !fresh());
                    newest = waited.unwrap_or_else(PoisonError::into_inner);
                    newest.asleep -= 1;
                    newest
                }
            };
            seen = self.jobs.load(Ordering::Acquire);
            let job = newest.job.clone();
            drop(newest);
            if let Some(job) = job {
                job.help();
            }
        }
    }

    /// Does all tasks, and waits for them.
    fn each(&self, count: usize, work: &(dyn Fn(usize) + Sync)) {
        // SAFETY: only a task that was taken calls it, and this function does not return before all are done: `help`
        // does not panic, and nothing else below can.
        let work = unsafe { std::mem::transmute::<&(dyn Fn(usize) + Sync), Work>(work) };
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let job = Arc::new(Job { work, count, next, done, panic: Mutex::new(None) });
        let mut newest = lock(&self.newest);
        newest.job = Some(job.clone());
        self.jobs.fetch_add(1, Ordering::Release);
        let asleep = newest.asleep > 0;
        drop(newest);
        if asleep {
            self.new.notify_all();
        }
        job.help();
        while !look(AWAKE, || job.complete()) {}
        let panic = lock(&job.panic).take();
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }
}

impl Threads {
    /// So many threads.
    pub fn new(count: usize) -> Self {
        Threads(count)
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.0
    }

    fn pool(&self) -> Arc<Pool> {
        let mut pools = lock(&POOLS);
        let pools = pools.get_or_insert_default();
        pools.entry((std::process::id(), self.0)).or_insert_with(|| Pool::new(self.0 - 1)).clone()
    }

    /// Does all tasks, and waits for them.
    ///
    /// # Panics
    /// If one of them does.
    pub fn each<T: Send>(&self, tasks: impl ExactSizeIterator<Item = T>, work: impl Fn(T) + Sync) {
        // No pool is looked for, or made, for a single task.
        if self.0 < 2 || tasks.len() < 2 {
            return tasks.for_each(work);
        }
        let tasks: Vec<Mutex<Option<T>>> = tasks.map(|task| Mutex::new(Some(task))).collect();
        self.pool().each(tasks.len(), &|task| {
            let task = lock(&tasks[task]).take();
            task.into_iter().for_each(&work);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_task_is_done_once() {
        for threads in [1, 2, 3, 8] {
            for count in [0, 1, 2, 5, 100] {
                let mut results = vec![0u64; count];
                Threads::new(threads).each(results.iter_mut().enumerate(), |(k, r)| *r += 1 + k as u64);
                assert!(results.iter().enumerate().all(|(k, &r)| r == 1 + k as u64), "{threads} {count}");
            }
        }
    }

    #[test]
    fn many_calls_from_many_threads_with_pauses() {
        let total = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for caller in 0..4 {
                let total = &total;
                scope.spawn(move || {
                    for round in 0..2000usize {
                        let local = AtomicUsize::new(0);
                        Threads::new(3).each([1usize, 2, 3, 4, 5].into_iter(), |n| {
                            local.fetch_add(n, Ordering::Relaxed);
                        });
                        // All of this call's tasks, and no other's.
                        assert_eq!(local.load(Ordering::Relaxed), 15);
                        total.fetch_add(local.into_inner(), Ordering::Relaxed);
                        if round % 500 == caller * 100 {
                            // Long enough for the others to fall asleep.
                            std::thread::sleep(3 * AWAKE);
                        }
                    }
                });
            }
        });
        assert_eq!(total.into_inner(), 4 * 2000 * 15);
    }

    #[test]
    fn a_task_within_a_task() {
        let total = AtomicUsize::new(0);
        Threads::new(2).each(0..3usize, |_| {
            Threads::new(2).each(0..3usize, |_| {
                total.fetch_add(1, Ordering::Relaxed);
            });
        });
        assert_eq!(total.into_inner(), 9);
    }

    #[test]
    fn a_panic_comes_out_and_the_pool_goes_on() {
        let threads = Threads::new(2);
        for _ in 0..10 {
            let done = AtomicUsize::new(0);
            let caught = catch_unwind(AssertUnwindSafe(|| {
                threads.each(0..6usize, |n| {
                    assert!(n != 3, "three");
                    done.fetch_add(1, Ordering::Relaxed);
                })
            }));
            let message = *caught.unwrap_err().downcast::<&str>().unwrap();
            // The other tasks were done all the same.
            assert_eq!((message, done.into_inner()), ("three", 5));
        }
        threads.each(0..2usize, |_| ());
    }
}
