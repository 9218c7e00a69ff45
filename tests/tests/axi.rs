//! The AXI top against a model of AXI that is not ours (cocotbext-axi on Icarus Verilog; `tests/axi/axis.py`). What it
//! plays is a session of the driver with the reference device, whose results are the golden model's.

use eie_hdl::emit::{verilog_of, Top};
use eie_host::link::Link;
use eie_host::transport::model::ModelTransport;
use eie_host::transport::record::Recorder;
use eie_host::Device;
use eie_spec::config::Config;
use eie_spec::golden::Sparse;
use eie_spec::link::{axi, LinkParams, LINK_IDENT_VALUE};
use eie_spec::pack::pack;
use eie_tests::contract::settings;
use eie_tests::{small, Case};
use std::path::{Path, PathBuf};
use std::process::Command;

const PARAMS: LinkParams = LinkParams { slot_bits: 9, window_bits: 1, wait_bits: 16 };

/// A network of two layers: Icarus Verilog takes a second for a few thousand cycles.
const CASE: &str = r#"
name = "two layers"
seed = 77
inputs = 40
layers = [{ outputs = 24, density = 0.25 }, { outputs = 10, density = 0.5 }]
"#;

/// Python with cocotb, and the simulator; or what is missing.
fn python() -> Result<PathBuf, &'static str> {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv/bin/python");
    let python = if venv.is_file() { venv } else { "python3".into() };
    let good = |program: &Path, args: &[&str]| {
        Command::new(program).args(args).output().is_ok_and(|o| o.status.success() || !o.stderr.is_empty())
    };
    if !good(Path::new("iverilog"), &["-V"]) {
        return Err("iverilog is not installed");
    }
    let have = Command::new(&python).args(["-c", "import cocotb, cocotbext.axi"]).output();
    match have {
        Ok(output) if output.status.success() => Ok(python),
        _ => Err("Python's cocotb and cocotbext-axi are not installed: make tools"),
    }
}

/// Records a session of a small network; how many results were compared with the golden model.
fn record(config: &Config, file: &Path) -> usize {
    let case: Case = toml::from_str(CASE).unwrap();
    let model = case.model();
    let golden = Sparse::new(&model, config.acc_bits);
    let pipe = Recorder::new(ModelTransport::new(config, PARAMS), file).unwrap();
    let mut device = Device::open(Link::open(pipe, settings()).unwrap(), pack(&model, config).unwrap()).unwrap();
    let mut results = 0;
    for number in 0..2 {
        let input = case.input(number);
        let want = golden.run(&input).unwrap().layers;
        assert_eq!(device.run(&input).unwrap(), want);
        results += want.iter().map(Vec::len).sum::<usize>();
    }
    results
}

fn facts(config: &Config) -> String {
    let registers: serde_json::Map<_, _> = axi::REGISTERS.iter().map(|&(n, a)| (n.to_owned(), a.into())).collect();
    serde_json::json!({
        "registers": registers,
        "last": axi::REGISTERS[axi::REGISTERS.len() - 1].1,
        "values": {"ident": LINK_IDENT_VALUE, "config_hash": config.hash(), "params": PARAMS.encode()},
        "busy_bit": axi::STATUS_BUSY,
        "error_bit": axi::STATUS_ERROR,
    })
    .to_string()
}

/// Whether the session is answered as recorded, and what was printed.
fn play(python: &Path, folder: &Path, verilog: &str, session: &str, facts: &str) -> (bool, String) {
    std::fs::create_dir_all(folder).unwrap();
    for (name, text) in [("top.v", verilog), ("session.txt", session), ("facts.json", facts)] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("axi/axis.py");
    let output = Command::new(python).arg(script).arg(folder).env("COLUMNS", "200").output().unwrap();
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    (output.status.success(), text)
}

#[test]
fn a_session_over_axi_is_the_reference_devices() {
    let python = match python() {
        Ok(python) => python,
        Err(why) => {
            println!("SKIPPED a_session_over_axi_is_the_reference_devices: {why}");
            return;
        }
    };
    let dir = tempfile::tempdir().unwrap();
    let config = small(2, 40);
    let file = dir.path().join("record.txt");
    let results = record(&config, &file);
    let session = std::fs::read_to_string(file).unwrap();
    let facts = facts(&config);
    for bits in [8, 64] {
        let verilog = verilog_of(&config, Top::Axis(PARAMS, bits));
        let (good, text) = play(&python, &dir.path().join(format!("{bits}")), &verilog, &session, &facts);
        assert!(good && text.contains("bytes of replies as recorded"), "{bits} bits: {text}");
        let last = text.lines().rev().find(|l| l.contains("as recorded")).unwrap();
        println!("{bits} bits: {results} results of the golden model; {last}");
    }
    // What the check must see: one bit of a result that is different, and a word that does not wait for its taker.
    let verilog = verilog_of(&config, Top::Axis(PARAMS, 64));
    let at = session.trim_end().len() - 12;
    let other = if session.as_bytes()[at] == b'0' { "1" } else { "0" };
    let mut wrong = session.clone();
    wrong.replace_range(at..=at, other);
    let (good, text) = play(&python, &dir.path().join("wrong"), &verilog, &wrong, &facts);
    assert!(!good && text.contains("replies differ"), "{text}");
    let hasty = verilog.replace("full$q & out_ready", "full$q");
    assert_ne!(hasty, verilog, "the place to break is not there");
    let (good, text) = play(&python, &dir.path().join("hasty"), &hasty, &session, &facts);
    assert!(!good, "{text}");
    let other = facts.replace(&config.hash().to_string(), &(config.hash() ^ 1).to_string());
    assert_ne!(other, facts);
    let (good, text) = play(&python, &dir.path().join("hash"), &verilog, &session, &other);
    assert!(!good && text.contains("config_hash is"), "{text}");
}
