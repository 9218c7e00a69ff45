//! A build's report as a page: one file of HTML without scripts, beside `report.json`.

use crate::flow::Report;
use maud::{html, Markup, PreEscaped, DOCTYPE};

const STYLE: &str = "body{font:15px/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}\
    table{border-collapse:collapse}td,th{padding:.15rem .8rem .15rem 0;text-align:left}td.n{text-align:right}\
    .bar{background:#ddd;width:12rem;height:.7rem}.bar div{background:#369;height:100%}code{font-size:13px}";

/// The page, with a picture of where the cells are where place and route tells that.
pub fn page(report: &Report, plan: Option<&str>) -> String {
    let title = format!("{}: {} PEs at {:.1} MHz", report.board, report.pes, report.clock_mhz);
    html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { (title) } style { (STYLE) } }
            body {
                h1 { (title) }
                table {
                    (fact("device", &report.device))
                    (fact("configuration", &report.config_hash))
                    (fact("clock", &format!("{:.3} MHz; place and route reaches {:.1} MHz", report.clock_mhz, report.fmax_mhz)))
                    (fact("line to the host", &format!("{} baud, {} cycles a bit", report.baud, report.clocks_per_bit)))
                    (fact("bitstream", &format!("{} bytes", report.bytes)))
                    (fact("seed", &report.seed.to_string()))
                    (fact("made from", &report.key))
                }
                h2 { "What it takes" }
                table {
                    tr { th { "cells" } th { "used" } th { "of" } th {} }
                    @for (kind, share) in &report.utilisation {
                        tr {
                            td { (kind) }
                            td.n { (share.used) }
                            td.n { (share.available) }
                            td { div.bar { div style=(format!("width:{}%", percent(share.used, share.available))) {} } }
                        }
                    }
                }
                h2 { "The slowest path" }
                ol { @for block in &report.critical_path { li { code { (if block.is_empty() { "(unnamed)" } else { block }) } } } }
                @if let Some(svg) = plan { h2 { "Where it is" } (PreEscaped(svg)) }
                h2 { "Tools" }
                table {
                    @for (tool, version) in &report.tools {
                        tr { td { (tool) } td { (version) } }
                    }
                }
                @for workaround in &report.workarounds { pre { (workaround) } }
                p {
                    @for (stage, seconds) in &report.seconds { (stage) " " (format!("{seconds:.1}")) " s; " }
                }
            }
        }
    }
    .into_string()
}

fn fact(name: &str, value: &str) -> Markup {
    html! { tr { td { (name) } td { code { (value) } } } }
}

/// 0 to 100.
fn percent(used: u64, available: u64) -> u64 {
    (100 * used).checked_div(available).unwrap_or(0).min(100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Share;

    #[test]
    fn everything_is_on_the_page() {
        let report = Report {
            board: "b<1>".into(),
            device: "chip".into(),
            pes: 4,
            config_hash: "cafe0001".into(),
            clock_mhz: 50.0,
            fmax_mhz: 61.25,
            clocks_per_bit: 50,
            baud: 1_000_000,
            utilisation: [("LUT4".to_owned(), Share { used: 30, available: 120 })].into(),
            critical_path: vec!["a.b".into(), String::new(), "c.d".into()],
            seed: 7,
            tools: [("yosys".to_owned(), "Yosys 1".to_owned())].into(),
            workarounds: vec!["it died".into()],
            seconds: [("emit".to_owned(), 0.5)].into(),
            bitstream: "board.bin".into(),
            bytes: 99,
            key: "00ff".into(),
            cached: false,
        };
        let text = page(&report, Some("<svg>plan</svg>"));
        assert!(text.contains("<svg>plan</svg>") && !page(&report, None).contains("Where it is"));
        for part in [
            "b&lt;1&gt;: 4 PEs",
            "61.2 MHz",
            "cafe0001",
            "width:25%",
            "a.b",
            "(unnamed)",
            "c.d",
            "Yosys 1",
            "99 bytes",
            "it died",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("b<1>") && !text.contains("<script"));
        assert_eq!((percent(1, 0), percent(9, 3), percent(0, 5)), (0, 100, 0));
    }
}
