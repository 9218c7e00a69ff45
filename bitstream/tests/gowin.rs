//! A bitstream for a Gowin device.

mod common;

use common::{board, options};
use eie_bitstream::family;
use eie_bitstream::flow::{build, Options};
use eie_bitstream::pll::Clock;
use eie_bitstream::tools::GOWIN_UNPACK;
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
    // The PLL, as it is in the bits.
    assert_eq!((report.clock_mhz, report.utilisation["rPLL"].used), (81.0, 1));
    let folder = options().out.join(&good.name);
    let size = &good.build.as_ref().unwrap().size;
    GOWIN_UNPACK.run(&folder, "unpack.log", &["-d", size, "-o", "bits.v", "board.fs"]).unwrap();
    let bits = std::fs::read_to_string(folder.join("bits.v")).unwrap();
    let clock = Clock::nearest(Family::Gowin, 27.0, 81.0).unwrap();
    let Clock::Gowin { idiv, fbdiv, odiv, .. } = clock else { panic!("{clock:?}") };
    for (name, value) in [("IDIV_SEL", idiv - 1), ("FBDIV_SEL", fbdiv - 1), ("ODIV_SEL", odiv)] {
        let found: Vec<&str> =
            bits.lines().filter(|l| l.starts_with("defparam PLL_") && l.contains(&format!(".{name} ="))).collect();
        assert!(matches!(found[..], [line] if line.ends_with(&format!("= {value};"))), "{name} {value}: {found:?}");
    }
    // A clock that it cannot make is refused before any tool is called.
    let fast = Options { clock_mhz: Some(700.0), ..options() };
    assert!(matches!(build(&good, &fast, &mut |_| ()), Err(BuildError::Pll(_))));
    // A pin that the package does not have: the tool's words.
    let mut other = good.clone();
    other.build.as_mut().unwrap().pins.insert("tx".into(), "200".into());
    let out = tempfile::tempdir().unwrap();
    let e = build(&other, &Options { out: out.path().into(), ..options() }, &mut |_| ()).unwrap_err().to_string();
    assert!(e.contains("200"), "{e}");
}
