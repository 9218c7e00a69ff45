//! Which C++ compiler builds what Verilator writes, and how it is spared work.

use crate::verilator::cache_dir;
use crate::{child, SimError};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// Programs of a compiler whose simulations run faster than those of the one that Verilator was configured with, the best
/// first: clang, which spills fewer of a PE's values. Figures are in ARCHITECTURE.md.
pub const PREFERRED: &[&str] = &["clang++-19", "clang++"];
/// The version of clang that was measured. Version 14 is slower than g++ 12.
const PREFERRED_FROM: u32 = 19;
/// A variable that names another one.
const VARIABLE: &str = "EIE_CXX";
const ADVICE: &str = "it must be a C++ compiler with its library; without the variable eie chooses one";
/// No compiler takes longer to read one header.
const ABOUT_LIMIT: Duration = Duration::from_secs(20);

/// A compiler that works, and the line in which it says what it is.
#[derive(Debug)]
pub(crate) struct Compiler {
    pub program: String,
    pub about: String,
}

enum Choice {
    /// Verilator's own.
    Verilators,
    Other(Compiler),
    /// Asked for, and not there.
    Missing,
}

/// What a program says of itself if it is a compiler that finds its C++ library.
fn about(program: &str) -> Option<String> {
    let mut child = Command::new(program)
        .args(["-v", "-x", "c++", "-fsyntax-only", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    // Both are far shorter than what a pipe holds. What is no compiler may have closed its own already.
    let _ = child.stdin.take()?.write_all(b"#include <cstdint>\n");
    // What was killed may have left somebody behind who holds the pipe: nothing is read of it.
    child::wait(&mut child, ABOUT_LIMIT).ok()?.filter(ExitStatus::success)?;
    let mut said = String::new();
    child.stderr.take()?.read_to_string(&mut said).ok()?;
    said.lines().find(|l| l.contains(" version ")).map(str::to_owned)
}

fn clang_version(about: &str) -> Option<u32> {
    let digits = about.split("clang version ").nth(1)?;
    digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn choose() -> Choice {
    let compiler = |program: &str| about(program).map(|about| Compiler { program: program.into(), about });
    if let Some(asked) = std::env::var(VARIABLE).ok().filter(|v| !v.is_empty()) {
        return compiler(&asked).map_or(Choice::Missing, Choice::Other);
    }
    let measured = |c: &Compiler| clang_version(&c.about).is_some_and(|version| version >= PREFERRED_FROM);
    let found = PREFERRED.iter().find_map(|program| compiler(program).filter(measured));
    found.map_or(Choice::Verilators, Choice::Other)
}

/// The compiler to build with, if it is not the one that Verilator was configured with: what `EIE_CXX` names, or clang
/// where there is one. Looked for once.
pub(crate) fn compiler() -> Result<Option<&'static Compiler>, SimError> {
    static CHOICE: OnceLock<Choice> = OnceLock::new();
    match CHOICE.get_or_init(choose) {
        Choice::Verilators => Ok(None),
        Choice::Other(compiler) => Ok(Some(compiler)),
        Choice::Missing => Err(SimError::MissingTool { tool: "the compiler that EIE_CXX names", advice: ADVICE }),
    }
}

/// Variables with which Verilator's makefile compiles through ccache, where there is one and nobody chose another: its
/// run-time library, which is half of the time for a small design, is compiled once.
pub(crate) fn cache() -> Vec<(&'static str, PathBuf)> {
    let set = |name: &str| std::env::var_os(name).is_some();
    let installed = || Command::new("ccache").arg("--version").output().is_ok_and(|out| out.status.success());
    if set("OBJCACHE") || !installed() {
        return Vec::new();
    }
    let mut variables = vec![("OBJCACHE", PathBuf::from("ccache"))];
    if !set("CCACHE_DIR") {
        variables.push(("CCACHE_DIR", cache_dir().join("ccache")));
    }
    variables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_clang_are_read() {
        for (about, version) in [
            ("Debian clang version 19.1.7 (3~deb12u1)", Some(19)),
            ("clang version 21.1.0-rc2", Some(21)),
            ("Debian clang version 14.0.6", Some(14)),
            ("gcc version 12.2.0 (Debian 12.2.0-14)", None),
            ("clang version unknown", None),
        ] {
            assert_eq!(clang_version(about), version, "{about}");
        }
    }

    #[test]
    fn what_is_no_compiler_is_not_taken_for_one() {
        assert_eq!(about("true"), None);
        assert_eq!(about("a-compiler-that-nobody-has"), None);
    }

    #[test]
    fn a_compiler_says_what_it_is() {
        match about("c++") {
            Some(line) => assert!(line.contains(" version "), "{line}"),
            None => eprintln!("SKIPPED: no c++ is installed"),
        }
    }
}
