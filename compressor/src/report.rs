//! A page about a compression: the tables of the Deep Compression paper, and plots.

mod figures;
mod tables;
#[cfg(test)]
mod tests;

use crate::compress::Compressed;
use crate::net::DenseNet;
use crate::plot::PlotError;
use eie_spec::container::{encode, inspect, Info};
use eie_spec::op::Op;
use maud::{html, Markup, PreEscaped, DOCTYPE};

/// What all pages look like.
const BASE: &str = include_str!("report/base.css");
const STYLE: &str = include_str!("report/style.css");

/// The head of a page that refers to no other file: `style` is added to what all pages have.
pub fn head(title: &str, style: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) }
            style { (PreEscaped(BASE)) (PreEscaped(style)) }
        }
    }
}

/// One HTML page without references to others. `net` is the dense network, `info` what the result's file says.
///
/// # Errors
/// If a plot cannot be drawn.
pub fn html(net: &DenseNet, result: &Compressed, info: &Info) -> Result<String, PlotError> {
    // What the same weights take by the paper's codes. A model may be too large for a file of that codec.
    let huffman = encode(&result.model).ok().and_then(|file| inspect(&file).ok());
    let stages = figures::stages(result)?;
    let layers = figures::layers(result)?;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head(&format!("{} compressed {:.1} times", info.name, info.ratio), STYLE))
            body {
                (summary(net, result, info))
                main {
                    section {
                        h2 { "Layers" }
                        (tables::bits(info, huffman.as_ref()))
                        (tables::bytes(info))
                    }
                    section { h2 { "Stages" } (tables::stages(result)) (stages) }
                    section { h2 { "Weights and runs" } (layers) }
                    section { h2 { "Balance" } (tables::balance(info, &result.balance)) }
                }
            }
        }
    };
    Ok(page.into_string())
}

fn summary(net: &DenseNet, result: &Compressed, info: &Info) -> Markup {
    let fact = |what: &str, value: String, more: String| {
        html! { div { dt { (what) } dd { strong { (value) } " " span { (more) } } } }
    };
    let (weights, kept) = (info.weights(), info.kept());
    let mut kinds: Vec<String> = net.layers.iter().map(|l| kind(&l.op)).collect();
    kinds.dedup();
    let change = result.error_pct - result.dense_error_pct;
    html! {
        header {
            p { "Deep Compression" }
            h1 { (info.name) }
            dl {
                (fact("Size", format!("{:.1}x smaller", info.ratio),
                      format!("{} bytes of {}", count(info.file_bytes as u64), count(info.dense_bytes))))
                (fact("Test error", format!("{:.2} %", result.error_pct),
                      format!("dense {:.2} %, {change:+.2} points", result.dense_error_pct)))
                (fact("Weights kept", format!("{:.2} %", percent(kept as f64, weights as f64)),
                      format!("{} of {}", count(kept as u64), count(weights as u64))))
                (fact("Network", format!("{} layers", net.layers.len()), kinds.join(", ")))
            }
        }
    }
}

fn kind(op: &Op) -> String {
    match op {
        Op::Linear => "fully connected".into(),
        Op::Conv(conv) => format!("convolution {0} by {0}", conv.kernel),
        Op::Lstm(lstm) => format!("LSTM of {} cells", lstm.hidden),
    }
}

/// A number with its thousands apart.
fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (k, digit) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            // Narrow and not broken at a line's end.
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// 0 of nothing.
fn percent(part: f64, of: f64) -> f64 {
    if of > 0.0 {
        100.0 * part / of
    } else {
        0.0
    }
}
