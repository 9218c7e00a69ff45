//! Work on several threads at a time, of a pool that is made once.

use rayon::{ThreadPool, ThreadPoolBuilder};

/// A pool, or this thread alone.
pub struct Threads(Option<ThreadPool>);

impl Threads {
    /// So many threads, as far as the system gives them.
    pub fn new(count: usize) -> Self {
        let pool = (count > 1).then(|| ThreadPoolBuilder::new().num_threads(count).build().ok());
        Threads(pool.flatten())
    }

    /// Does all tasks, and waits for them.
    pub fn each<T: Send>(&self, tasks: impl ExactSizeIterator<Item = T>, work: impl Fn(T) + Sync) {
        match &self.0 {
            Some(pool) if tasks.len() > 1 => {
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
            _ => tasks.for_each(work),
        }
    }
}
