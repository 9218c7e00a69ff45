//! A pin that the package does not have: each family's place and route refuses it, and the error has line and pin.

mod common;

use common::board;
use eie_bitstream::{family, pins, BuildError};
use eie_host::board::{Build, Family};

/// A register between the serial pins, and lamps.
fn design(how: &Build) -> String {
    let lamps: Vec<&str> = how.pins.keys().map(String::as_str).filter(|p| !pins::NEEDED.contains(p)).collect();
    let ports: String = lamps.iter().map(|lamp| format!(", output {lamp}")).collect();
    let assigns: String = lamps.iter().map(|lamp| format!("assign {lamp} = tx;\n")).collect();
    format!(
        "module board(input clock, input rx, output reg tx{ports});\nalways @(posedge clock) tx <= rx;\n{assigns}\
         endmodule\n"
    )
}

/// Places and routes a design of one register with this pin for `tx`, or the board's own.
fn try_pin(name: &str, pin: Option<&str>) -> Option<Result<(), BuildError>> {
    let board = board(name);
    let mut how = board.build.clone().unwrap();
    if let Some((_, tool)) = family::tools(board.family).iter().find(|(_, t)| t.find().is_err()) {
        println!("SKIPPED wrong pins of {name}: {} is not installed", tool.name);
        return None;
    }
    if let Some(pin) = pin {
        how.pins.insert("tx".into(), pin.into());
    }
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    let (file, text) = pins::constraints(&board, &how).unwrap();
    std::fs::write(folder.join("board.v"), design(&how)).unwrap();
    std::fs::write(folder.join(file), &text).unwrap();
    let script = family::script(&board, &how);
    family::yosys(board.family).run(folder, "yosys.log", &["-q", "-p", &script]).unwrap();
    let run = family::Run { mhz: 10.0, seed: 1, pins: file, sited: false };
    let routed = family::place_and_route(board.family, &how, &run, folder);
    Some(routed.map_err(|e| pins::with_line(e, &how, (file, &text))))
}

#[test]
fn a_wrong_pin_is_refused_with_its_line() {
    for (name, family, pin, line) in [
        ("ice40-hx8k", Family::Ice40, "Z99", "set_io tx Z99"),
        ("ulx3s-25f", Family::Ecp5, "Z99", "LOCATE COMP \"tx\" SITE \"Z99\";"),
        ("tang-nano-9k", Family::Gowin, "200", "IO_LOC \"tx\" 200;"),
    ] {
        assert_eq!(board(name).family, family);
        let Some(wrong) = try_pin(name, Some(pin)) else { continue };
        let text = wrong.expect_err("a pin that is not there was taken").to_string();
        println!("{name}: {text}\n");
        let (_, at) = text.split_once(" line ").unwrap_or_else(|| panic!("no line: {text}"));
        assert!(at.contains(&format!("pin {pin} of tx: {line}")), "{text}");
        // With the board's own pin the same design is taken: it is the pin that is refused.
        try_pin(name, None).unwrap().unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}
