//! Work on several threads at a time.

use rayon::{ThreadPool, ThreadPoolBuilder};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// By process and number of threads: all matrices share them, and a forked process, in which the threads of its parent
/// are not there, makes its own.
type Pools = HashMap<(u32, usize), Arc<ThreadPool>>;

static POOLS: Mutex<Option<Pools>> = Mutex::new(None);

/// So many threads, of a pool that is made once, as far as the system gives them; or this thread alone.
pub struct Threads(usize);

impl Threads {
    /// So many threads.
    pub fn new(count: usize) -> Self {
        Threads(count)
    }

    fn pool(&self) -> Option<Arc<ThreadPool>> {
        if self.0 < 2 {
            return None;
        }
        let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
        let pools = pools.get_or_insert_default();
        let key = (std::process::id(), self.0);
        if let Some(pool) = pools.get(&key) {
            return Some(pool.clone());
        }
        let pool = Arc::new(ThreadPoolBuilder::new().num_threads(self.0).build().ok()?);
        pools.insert(key, pool.clone());
        Some(pool)
    }

    /// Does all tasks, and waits for them.
    pub fn each<T: Send>(&self, tasks: impl ExactSizeIterator<Item = T>, work: impl Fn(T) + Sync) {
        // No pool is looked for, or made, for a single task.
        match (tasks.len() > 1).then(|| self.pool()).flatten() {
            Some(pool) => {
                let tasks: Vec<T> = tasks.collect();
                pool.in_place_scope(|scope| {
                    let work = &work;
                    let mut tasks = tasks.into_iter();
                    let mine = tasks.next();
                    tasks.for_each(|task| scope.spawn(move |_| work(task)));
                    // This thread would only wait.
                    mine.into_iter().for_each(work);
                });
            }
            None => tasks.for_each(work),
        }
    }
}
