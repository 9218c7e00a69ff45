//! `eie doctor`.

use crate::common::{print_json, Verdict};
use anyhow::Result;
use eie_bitstream::tools::{self, Tool};
use serde::Serialize;

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

#[derive(Serialize)]
struct Output {
    ready_for_tests: bool,
    tools: Vec<ToolOutput>,
}

#[derive(Serialize)]
struct ToolOutput {
    name: &'static str,
    found: bool,
    program: Option<String>,
    version: Option<String>,
    needed_for: &'static str,
    needed_by_tests: bool,
    install: &'static str,
}

fn look(tool: &Tool) -> ToolOutput {
    let version = tool.version();
    ToolOutput {
        name: tool.name,
        found: version.is_some(),
        program: version.is_some().then(|| tool.find().ok()).flatten().map(|p| p.display().to_string()),
        version,
        needed_for: tool.needed_for,
        needed_by_tests: tool.tested,
        install: tool.advice,
    }
}

/// Runs the verb.
pub fn run(args: Args) -> Result<Verdict> {
    let tools: Vec<ToolOutput> = tools::ALL.iter().map(look).collect();
    let ready = tools.iter().all(|t| t.found || !t.needed_by_tests);
    let output = Output { ready_for_tests: ready, tools };
    if args.json {
        print_json(&output)?;
    } else {
        for t in &output.tools {
            match &t.version {
                Some(version) => eprintln!("{:15} {version}: {}", t.name, t.needed_for),
                None => eprintln!("{:15} missing: {}; {}", t.name, t.needed_for, t.install),
            }
        }
    }
    Ok(Verdict::of(ready))
}
