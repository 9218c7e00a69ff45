//! What is on the wire, as sigrok's decoders of USB see it: they know nothing of this project.

mod usb_rig;

use eie_host::link::Link;
use eie_host::Device;
use eie_sim::usb::host::Fault;
use eie_sim::usb::wire::Quality;
use eie_spec::golden::Packed;
use eie_tests::contract::{settings, small};
use std::path::Path;
use std::process::Command;
use usb_rig::{plugged, simulated, Shared, OUT, PES};

/// The lines of a trace's annotations, or none if the tool is missing.
fn decoded(trace: &str, decoders: &str, folder: &Path) -> Option<Vec<String>> {
    let file = folder.join("trace.vcd");
    std::fs::write(&file, trace).unwrap();
    let stack = format!("usb_signalling:signalling=full-speed:dp=dp:dm=dn,{decoders}");
    let shown = decoders.rsplit(',').next().unwrap();
    let out = Command::new("sigrok-cli").arg("-i").arg(&file).args(["-I", "vcd", "-P", &stack, "-A", shown]).output();
    let Ok(out) = out else {
        println!("SKIPPED USB as sigrok decodes it: sigrok-cli is not installed");
        return None;
    };
    let (text, errors) = (String::from_utf8(out.stdout).unwrap(), String::from_utf8_lossy(&out.stderr).into_owned());
    assert!(out.status.success() && errors.is_empty(), "{errors}");
    Some(text.lines().map(|l| l.split_once(": ").map_or(l, |(_, text)| text).to_owned()).collect())
}

fn count(lines: &[String], what: &str) -> usize {
    lines.iter().filter(|l| l.contains(what)).count()
}

#[test]
fn every_packet_is_one_to_an_independent_decoder() {
    if !simulated() {
        return;
    }
    const CLOCKS: u32 = 8;
    let dir = tempfile::tempdir().unwrap();
    let (program, inputs) = small(PES);
    let pipe = Shared::of(plugged(CLOCKS, Quality::default()));
    let mut device = Device::open(Link::open(pipe.clone(), settings()).unwrap(), program.clone()).unwrap();
    let want = Packed::new(&program).run_batch(&[&inputs[0]]).unwrap().remove(0).layers;
    assert_eq!(device.run(&inputs[0]).unwrap(), want);
    let (packets, trace) = pipe.with(|p| (p.host().wire.log.clone(), p.host().wire.lines().dump(CLOCKS)));
    let Some(lines) = decoded(&trace, "usb_packet", dir.path()) else { return };
    // A line for each packet, its bytes the same, and none of anything that is wrong.
    let kind = |pid: u8| packets.iter().filter(|p| p[0] == pid).count();
    for (name, pid) in [
        ("OUT", 0xe1),
        ("IN", 0x69),
        ("SOF", 0xa5),
        ("SETUP", 0x2d),
        ("DATA0", 0xc3),
        ("DATA1", 0x4b),
        ("ACK", 0xd2),
        ("NAK", 0x5a),
        ("STALL", 0x1e),
    ] {
        let found = lines.iter().filter(|l| **l == name || l.starts_with(&format!("{name} "))).count();
        assert_eq!(found, kind(pid), "{name}");
        assert!(found > 0, "{name}");
    }
    assert_eq!(count(&lines, "CRC16: "), kind(0xc3) + kind(0x4b));
    assert_eq!(count(&lines, "SYNC: "), packets.len());
    for wrong in ["ERR", "rror", "nvalid", "eserved"] {
        assert_eq!(count(&lines, wrong), 0, "{wrong}");
    }
    println!(
        "sigrok: {} packets, {} CRC5 and {} CRC16 right, 0 wrong",
        packets.len(),
        count(&lines, "CRC5: "),
        count(&lines, "CRC16: ")
    );
    let Some(requests) = decoded(&trace, "usb_packet,usb_request", dir.path()) else { return };
    println!("sigrok: {} requests", requests.len());
    // A bit that is wrong is wrong to the decoder as well.
    let mut pipe = plugged(CLOCKS, Quality::default());
    let out = pipe.port().bulk_out;
    pipe.host().give(OUT, out, false, &[1, 2, 3], Some(Fault::Data(5))).unwrap();
    let trace = pipe.host().wire.lines().dump(CLOCKS);
    let lines = decoded(&trace, "usb_packet", dir.path()).unwrap();
    assert_eq!(count(&lines, "CRC16 ERROR"), 1);
}
