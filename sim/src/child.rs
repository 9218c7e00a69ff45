//! Waiting for a program that may hang.

use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

/// How a program ended; none if it took longer than the limit and was killed.
///
/// # Errors
/// The system cannot say.
pub fn wait(child: &mut Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if begin.elapsed() > limit {
            let _ = child.kill();
            let _ = child.wait();
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn what_hangs_is_killed_and_what_ends_is_not() {
        let run = |seconds: &str, limit| {
            let mut child = Command::new("sleep").arg(seconds).spawn().unwrap();
            wait(&mut child, limit).unwrap()
        };
        assert!(run("0", Duration::from_secs(60)).is_some_and(|status| status.success()));
        let begin = Instant::now();
        assert!(run("60", Duration::from_millis(50)).is_none());
        assert!(begin.elapsed() < Duration::from_secs(30));
    }
}
