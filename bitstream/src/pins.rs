//! Pins of a board for place and route.

use crate::BuildError;
use eie_host::board::{Board, Build, Family};

/// Ports of a board's top that need a pin, with a serial line.
pub const NEEDED: [&str; 3] = ["clock", "rx", "tx"];
/// The same with USB: D+, D-, and what pulls D+ up.
pub const NEEDED_USB: [&str; 4] = ["clock", "usb_d_p", "usb_d_n", "usb_pullup"];
/// Lamps.
pub const LAMPS: [&str; 2] = ["busy", "error"];

/// How the host is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// A serial line.
    Uart,
    /// The FPGA's own USB.
    Usb,
}

impl Line {
    /// That of a board.
    ///
    /// # Errors
    /// One for which there is no top.
    pub fn of(board: &Board) -> Result<Self, BuildError> {
        match board.link.as_str() {
            "uart" => Ok(Line::Uart),
            "usb" => Ok(Line::Usb),
            other => Err(BuildError::Board {
                board: board.name.clone(),
                why: format!("link is {other:?}, expected \"uart\" or \"usb\""),
            }),
        }
    }

    /// Ports that need a pin.
    pub fn needed(self) -> &'static [&'static str] {
        match self {
            Line::Uart => &NEEDED,
            Line::Usb => &NEEDED_USB,
        }
    }
}

/// The constraints in the family's format: a file's name, and its text.
///
/// # Errors
/// A pin that is missing, unknown, or given twice.
pub fn constraints(board: &Board, build: &Build) -> Result<(&'static str, String), BuildError> {
    let fail = |why: String| Err(BuildError::Board { board: board.name.clone(), why });
    let needed = Line::of(board)?.needed();
    for &port in needed {
        if !build.pins.contains_key(port) {
            return fail(format!("build.pins has no pin for {port}"));
        }
    }
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for (port, pin) in &build.pins {
        let known = needed.contains(&port.as_str()) || LAMPS.contains(&port.as_str()) || build.high.contains(port);
        if !known {
            return fail(format!("build.pins names {port}, which no top has: {needed:?}, {LAMPS:?} and build.high"));
        }
        if let Some((other, _)) = seen.iter().find(|(_, p)| p == pin) {
            return fail(format!("build.pins gives pin {pin} to {other} and to {port}"));
        }
        seen.push((port, pin));
    }
    let lines = build.pins.iter();
    Ok(match board.family {
        Family::Ice40 => ("board.pcf", lines.map(|(port, pin)| format!("set_io {port} {pin}\n")).collect()),
        Family::Ecp5 => {
            let io = build.io_standard.as_deref().unwrap_or("LVCMOS33");
            let line = |(port, pin): (&String, &String)| {
                // USB's lines have resistors of their own.
                let pull = if port.starts_with("usb_") { " PULLMODE=NONE" } else { "" };
                format!("LOCATE COMP \"{port}\" SITE \"{pin}\";\nIOBUF PORT \"{port}\" IO_TYPE={io}{pull};\n")
            };
            ("board.lpf", lines.map(line).collect())
        }
        Family::Gowin => {
            let io = build.io_standard.as_deref().unwrap_or("LVCMOS33");
            let line = |(port, pin): (&String, &String)| {
                format!("IO_LOC \"{port}\" {pin};\nIO_PORT \"{port}\" IO_TYPE={io};\n")
            };
            ("board.cst", lines.map(line).collect())
        }
    })
}

/// Adds to a tool's words about a pin where that pin was asked for: the line of the constraints file, and its text. Not
/// every tool says so itself. Other errors stay as they are.
pub fn with_line(e: BuildError, build: &Build, (file, text): (&str, &str)) -> BuildError {
    let BuildError::Tool { tool, status, tail } = e else { return e };
    let has = |line: &str, word: &str| {
        line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|part| part == word)
    };
    let about = |pin: &str| tail.lines().filter(|l| l.contains("ERROR")).any(|l| has(l, pin));
    let place = build.pins.iter().filter(|(_, pin)| about(pin)).find_map(|(port, pin)| {
        let line = text.lines().position(|l| has(l, port) && has(l, pin))?;
        Some(format!("{file} line {}, pin {pin} of {port}: {}", line + 1, text.lines().nth(line)?.trim()))
    });
    let tail = place.map_or_else(|| tail.clone(), |place| format!("{tail}\n{place}"));
    BuildError::Tool { tool, status, tail }
}
