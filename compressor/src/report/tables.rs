//! The page's tables.

use super::{count, kind, percent};
use crate::compress::Compressed;
use crate::prune::Balance;
use eie_spec::container::{Codec, Info, LayerInfo};
use maud::{html, Markup};

/// A table in a box of its own to scroll in, which the keyboard reaches too.
fn boxed(name: &str, table: Markup) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(name) { table { caption { (name) } (table) } }
    }
}

fn columns(names: &[&str]) -> Markup {
    html! { @for name in names { th scope="col" { (name) } } }
}

fn cells(texts: &[String]) -> Markup {
    html! { @for text in texts { td { (text) } } }
}

/// Bits of weights and runs, summed over layers.
#[derive(Clone, Copy, Default)]
struct Bits {
    weights: f64,
    kept: f64,
    /// Codes: all of one width, and in the file.
    codes: (f64, f64),
    /// Runs: the same; and by Huffman codes.
    runs: (f64, f64),
    huffman: (f64, f64),
    /// Codebook and biases.
    rest: f64,
    file: f64,
}

impl Bits {
    fn of(l: &LayerInfo, huffman: Option<&LayerInfo>) -> Self {
        let kept = l.kept as f64;
        let width = l.codes.next_power_of_two().trailing_zeros();
        // Runs of one width have fillers, as Huffman codes have, whose form knows how many.
        let symbols = huffman.map_or(0, |h| h.fillers + h.kept as u64) as f64;
        Bits {
            weights: (l.inputs * l.outputs) as f64,
            kept,
            codes: (kept * f64::from(width), kept * l.bits_per_code),
            runs: (symbols * f64::from(huffman.map_or(0, |h| h.run_bits)), kept * l.bits_per_run),
            huffman: huffman.map_or((0.0, 0.0), |h| (kept * h.bits_per_code, kept * h.bits_per_run)),
            rest: 8.0 * (l.codebook_bytes + l.bias_bytes) as f64,
            file: 8.0 * l.file_bytes as f64,
        }
    }

    fn add(mut self, more: Self) -> Self {
        let pair = |a: &mut (f64, f64), b: (f64, f64)| *a = (a.0 + b.0, a.1 + b.1);
        pair(&mut self.codes, more.codes);
        pair(&mut self.runs, more.runs);
        pair(&mut self.huffman, more.huffman);
        self.weights += more.weights;
        self.kept += more.kept;
        self.rest += more.rest;
        self.file += more.file;
        self
    }

    /// Cells of a row. `dense` are the bytes in float32; without Huffman form some are not known.
    fn cells(&self, dense: f64, known: bool) -> Markup {
        let mean = |bits: f64| if self.kept > 0.0 { format!("{:.2}", bits / self.kept) } else { "0".into() };
        let if_known = |text: String| if known { text } else { "–".into() };
        let fixed = self.codes.0 + self.runs.0 + self.rest;
        cells(&[
            count(self.weights as u64),
            count(self.kept as u64),
            format!("{:.2} %", percent(self.kept, self.weights)),
            mean(self.codes.0),
            if_known(mean(self.huffman.0)),
            mean(self.codes.1),
            if_known(mean(self.runs.0)),
            if_known(mean(self.huffman.1)),
            mean(self.runs.1),
            if_known(format!("{:.2} %", percent(fixed / 8.0, dense))),
            format!("{:.2} %", percent(self.file / 8.0, dense)),
        ])
    }
}

/// Weights, bits and rates of each layer: tables 2 to 5 of the paper.
pub(super) fn bits(info: &Info, huffman: Option<&Info>) -> Markup {
    let rows: Vec<(&LayerInfo, Bits)> = (info.layers.iter().enumerate())
        .map(|(k, l)| (l, Bits::of(l, huffman.and_then(|h| h.layers.get(k)))))
        .collect();
    let all = rows.iter().fold(Bits::default(), |sum, (_, b)| sum.add(*b));
    let all = Bits { file: 8.0 * info.file_bytes as f64, ..all };
    let dense = |l: &LayerInfo| 4.0 * (l.inputs * l.outputs + l.outputs) as f64;
    let widths: Vec<String> = huffman.iter().flat_map(|h| &h.layers).map(|l| l.run_bits.to_string()).collect();
    let table = html! {
        thead {
            tr {
                th scope="col" rowspan="2" { "Layer" }
                th scope="col" rowspan="2" { "Weights" }
                th scope="colgroup" colspan="2" { "Kept" }
                th scope="colgroup" colspan="3" { "Bits of a weight" }
                th scope="colgroup" colspan="3" { "Bits of an index" }
                th scope="colgroup" colspan="2" { "Rate" }
            }
            tr { (columns(&["Weights", "Share", "Fixed", "Huffman", "File", "Fixed", "Huffman", "File", "Fixed", "File"])) }
        }
        tbody {
            @for (l, b) in &rows {
                tr { th scope="row" title=(kind(&l.op)) { (l.name) } (b.cells(dense(l), huffman.is_some())) }
            }
        }
        tfoot { tr { th scope="row" { "Total" } (all.cells(info.dense_bytes as f64, huffman.is_some())) } }
    };
    html! {
        (boxed("Weights and bits", table))
        p.note {
            "Bits are means over the weights kept. Fixed: codes of as many whole bits as the codebook asks for, runs of the \
             width that is best for Huffman codes, fillers included"
            @if huffman.is_some() { " (layer by layer: " (widths.join(", ")) " bits)" }
            @else { "; –: the model is beyond what a file of Huffman codes holds" }
            ". Huffman: both with a code of their own, without its table. File: as the file has them. Rates are of the size \
             in float32, with biases, and for the fixed ones the codebook, which a file's has with headers and checksums."
        }
    }
}

/// Bytes of each layer, and how far they are from the entropy.
pub(super) fn bytes(info: &Info) -> Markup {
    let distance = |streams: usize, entropy: f64| match entropy > 0.0 {
        true => format!("{:+.2} %", 100.0 * (streams as f64 / entropy - 1.0)),
        false => "–".into(),
    };
    let streams = |l: &LayerInfo| l.run_bytes + l.code_bytes;
    let sum = |of: fn(&LayerInfo) -> usize| count(info.layers.iter().map(|l| of(l) as u64).sum());
    let entropy: f64 = info.layers.iter().map(|l| l.entropy_bytes).sum();
    let table = html! {
        thead {
            tr {
                (columns(&["Layer", "Codec", "Header", "Codebook", "Bias", "Tables", "Runs", "Codes", "Total", "Entropy"]))
                th scope="col" { "Runs and codes" br; "against entropy" }
            }
        }
        tbody {
            tr {
                th scope="row" { "(file's header)" } td { "–" } td { (info.header_bytes) }
                @for _ in 0..5 { td { "–" } }
                td { (info.header_bytes) } td { "–" } td { "–" }
            }
            @for l in &info.layers {
                tr {
                    th scope="row" { (l.name) }
                    td { (codec(l.codec)) }
                    @for n in [l.header_bytes, l.codebook_bytes, l.bias_bytes, l.table_bytes, l.run_bytes, l.code_bytes,
                               l.file_bytes] { td { (count(n as u64)) } }
                    td { (count(l.entropy_bytes.round() as u64)) }
                    td { (distance(streams(l), l.entropy_bytes)) }
                }
            }
        }
        tfoot {
            tr {
                th scope="row" { "Total" } td { "–" }
                td { (count((info.header_bytes + info.layers.iter().map(|l| l.header_bytes).sum::<usize>()) as u64)) }
                td { (sum(|l| l.codebook_bytes)) } td { (sum(|l| l.bias_bytes)) } td { (sum(|l| l.table_bytes)) }
                td { (sum(|l| l.run_bytes)) } td { (sum(|l| l.code_bytes)) } td { (count(info.file_bytes as u64)) }
                td { (count(entropy.round() as u64)) }
                td { (distance(info.layers.iter().map(streams).sum(), entropy)) }
            }
        }
    };
    html! {
        (boxed("Bytes", table))
        p.note {
            "Entropy: of order 0, of run symbols and codes, each for itself. No code for single symbols takes fewer bytes; \
             the adaptive codec, whose probabilities depend on what is around a weight, may."
        }
    }
}

fn codec(codec: Codec) -> &'static str {
    match codec {
        Codec::Huffman => "Huffman",
        Codec::Adaptive => "adaptive",
        Codec::Smallest => "smallest",
    }
}

/// Each stage's size and error.
pub(super) fn stages(result: &Compressed) -> Markup {
    let dense = result.stages.first();
    let table = html! {
        thead { tr { (columns(&["Stage", "Weights kept", "Share", "Bytes", "Ratio", "Error", "Thresholds / deviations"])) } }
        tbody {
            @for s in &result.stages {
                tr {
                    th scope="row" { (s.name) }
                    td { (count(s.kept as u64)) }
                    td { (format!("{:.2} %", percent(s.kept as f64, dense.map_or(0.0, |d| d.kept as f64)))) }
                    td { (count(s.bytes as u64)) }
                    td { (format!("{:.1}", dense.map_or(0, |d| d.bytes) as f64 / s.bytes.max(1) as f64)) }
                    td { (format!("{:.2} %", s.error_pct)) }
                    td {
                        @if s.qualities.is_empty() { "–" }
                        (s.qualities.iter().map(|q| format!("{q:.2}")).collect::<Vec<_>>().join(", "))
                    }
                }
            }
        }
    };
    html! {
        (boxed("From the dense network to the file", table))
        p.note {
            "Bytes of pruned stages: float32 and a byte of run for each weight. Of shared ones: whole bits for a codebook's \
             entries, and a byte of run. Thresholds: layer by layer, below which weights went, over the standard deviation."
        }
    }
}

/// How even the work of each layer is.
pub(super) fn balance(info: &Info, balance: &[Balance]) -> Markup {
    let table = html! {
        thead { tr { (columns(&["Layer", "Efficiency", "Column slowdown"])) } }
        tbody {
            @for (l, b) in info.layers.iter().zip(balance) {
                tr {
                    th scope="row" { (l.name) }
                    td { (format!("{:.1} %", 100.0 * b.efficiency)) } td { (format!("{:.2}", b.column_slowdown)) }
                }
            }
        }
    };
    html! {
        (boxed("Work of the processing elements", table))
        p.note {
            "Efficiency: weights of the mean PE by those of the busiest. Column slowdown: so many times as long it takes if \
             all PEs finish a column before the next begins; queues bring it down to between this and 1 by efficiency."
        }
    }
}
