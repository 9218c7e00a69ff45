//! A bitstream for a Gowin device.

mod common;

use common::{board, options};
use eie_bitstream::family;
use eie_bitstream::flow::{build, Options};
use eie_bitstream::BuildError;
use eie_host::board::Family;

#[test]
#[ignore = "takes four minutes: `make boards` runs it"]
fn a_gowin_board_is_built() {
    if let Some((_, tool)) = family::tools(Family::Gowin).iter().find(|(_, t)| t.find().is_err()) {
        println!("SKIPPED a_gowin_board_is_built: {} is not installed", tool.name);
        return;
    }
    let good = board("tang-nano-9k");
    let report = build(&good, &options(), &mut |_| ()).unwrap();
    println!("{}", serde_json::to_string(&report).unwrap());
    assert!(report.fmax_mhz > report.clock_mhz && report.bytes > 1_000_000);
    // Memories are block RAM, and the multiplier is one.
    assert!((4..=12).contains(&report.utilisation["BSRAM"].used), "{:?}", report.utilisation);
    assert_eq!(report.utilisation["MULT18X18"].used, 1);
    // Its PLL is not used: another clock than the oscillator's is refused before any tool is called.
    let fast = Options { clock_mhz: Some(54.0), ..options() };
    assert!(matches!(build(&good, &fast, &mut |_| ()), Err(BuildError::Pll(_))));
    // A pin that the package does not have: the tool's words.
    let mut other = good.clone();
    other.build.as_mut().unwrap().pins.insert("tx".into(), "200".into());
    let out = tempfile::tempdir().unwrap();
    let e = build(&other, &Options { out: out.path().into(), ..options() }, &mut |_| ()).unwrap_err().to_string();
    assert!(e.contains("200"), "{e}");
}
