//! One program a device: a lock file for each device node.
//!
//! The file is in `EIE_LOCK_DIR`, or `/run/lock`, or the system's folder for temporary files. The lock is the system's
//! (`flock`): whoever ends without giving it back has given it back.

use super::TransportError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A device node that nobody else uses as long as this lives.
#[derive(Debug)]
pub struct DeviceLock(#[allow(dead_code, reason = "the lock is the open file")] File);

fn folder() -> PathBuf {
    let run = Path::new("/run/lock");
    match std::env::var_os("EIE_LOCK_DIR") {
        Some(dir) => dir.into(),
        None if run.is_dir() => run.to_owned(),
        None => std::env::temp_dir(),
    }
}

impl DeviceLock {
    /// Locks a device node, or anything with a name of its own.
    ///
    /// # Errors
    /// [`TransportError::Locked`] if somebody else has it, or a lock file that cannot be written.
    pub fn take(address: &str, node: &Path) -> Result<Self, TransportError> {
        let node = node.canonicalize().unwrap_or_else(|_| node.to_owned());
        let name: String =
            node.to_string_lossy().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let path = folder().join(format!("eie-{name}.lock"));
        let fail = |e: std::io::Error| TransportError::Open {
            address: address.to_owned(),
            why: format!("its lock file {}: {e}; another folder is named by EIE_LOCK_DIR", path.display()),
        };
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        // Another user's can be locked without being written.
        let mut file = open.or_else(|_| File::open(&path)).map_err(fail)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut by = String::new();
                // Who it is is told as far as it is known.
                let _ = file.read_to_string(&mut by);
                let by = Some(by.trim().to_owned()).filter(|by| !by.is_empty());
                let by = by.map_or("somebody else".into(), |by| format!("process {by}"));
                return Err(TransportError::Locked { address: address.to_owned(), by });
            }
            Err(TryLockError::Error(e)) => return Err(fail(e)),
        }
        // For who comes later; the lock holds without it.
        let _ = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| writeln!(file, "{}", std::process::id()));
        Ok(DeviceLock(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_one_is_told_who_has_it() {
        let dir = tempfile::tempdir().unwrap();
        let node = dir.path().join("node");
        let first = DeviceLock::take("uart:x", &node).unwrap();
        let error = DeviceLock::take("uart:x", &node).unwrap_err();
        let by = format!("process {}", std::process::id());
        assert_eq!(error, TransportError::Locked { address: "uart:x".into(), by });
        drop(first);
        DeviceLock::take("uart:x", &node).unwrap();
    }
}
