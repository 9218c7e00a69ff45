//! The page's frame. What changes with the image is drawn by its script.

use super::data::{Page, Studio, EIE_PES};
use anyhow::Result;
use eie_compressor::report::head;
use eie_spec::config::Config;
use eie_spec::container::Info;
use maud::{html, Markup, PreEscaped, DOCTYPE};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("page.js");

/// Digits in threes.
fn count(n: u64) -> String {
    let digits = n.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|g| std::str::from_utf8(g).unwrap_or("")).collect();
    groups.join(",")
}

fn fact(what: &str, value: String, more: String) -> Markup {
    html! { div { dt { (what) } dd { strong { (value) } " " span { (more) } } } }
}

/// One HTML page without references to others.
pub fn html(info: &Info, page: &Page, config: &Config) -> Result<String> {
    // Within a script nothing may look like its end.
    let data = serde_json::to_string(page)?.replace('<', "\\u003c");
    let (weights, kept) = (info.weights(), info.kept());
    let e = &page.energy;
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            (head(&format!("{}: what a compressed network does", info.name), STYLE))
            body {
                header {
                    p { "Compressed network" }
                    h1 { (info.name) }
                    dl {
                        (fact("Size", format!("{:.1}x smaller", info.ratio),
                              format!("{} bytes of {}", count(info.file_bytes as u64), count(info.dense_bytes))))
                        (fact("Test error", format!("{:.2} %", page.error_pct), format!("of {} images", count(page.tested as u64))))
                        (fact("Weights kept", format!("{:.2} %", 100.0 * kept as f64 / weights as f64),
                              format!("{} of {}", count(kept as u64), count(weights as u64))))
                        (fact("Cycles an image", format!("{:.0}", page.cycles),
                              format!("{} PEs; efficiency {:.2}", config.pes, page.efficiency)))
                    }
                }
                main {
                    section aria-labelledby="input-title" {
                        h2 id="input-title" { "An image on its way" }
                        fieldset.samples {
                            legend { "Images of the test set" }
                            @for (k, s) in page.samples.iter().enumerate() {
                                label {
                                    input type="radio" name="sample" value=(k) checked[k == 0];
                                    canvas.thumb data-sample=(k) width=(page.side) height=(page.side) {}
                                    @let label = s.label.map_or(s.found, usize::from);
                                    span { (label) @if s.found != label { " found " (s.found) } }
                                }
                            }
                        }
                        @if let Some(studio) = &page.studio { (controls(studio)) }
                        @if (page.live || page.studio.is_some()) && page.side > 0 { (drawing(page.side)) }
                        p #verdict role="status" {}
                        p #wrong role="alert" {}
                        noscript { p { "The pictures of this page are drawn by its script." } }
                        div.flow {
                            figure {
                                canvas #image width=(page.side) height=(page.side) role="img" aria-label="Input image" {}
                                figcaption { "input" }
                            }
                            @for (k, l) in page.layers.iter().enumerate() {
                                figure.grow {
                                    canvas.act data-layer=(k) role="img" aria-label={ "Results of layer " (l.name) } {}
                                    figcaption { (l.name) ": " (l.gives) " values, " span data-zeros=(k) {} }
                                }
                            }
                        }
                        p.note {
                            span #engines {} " "
                            button type="button" id="play" { "Layer by layer" }
                        }
                        div.scroll tabindex="0" role="region" aria-label="Scores" {
                            table { caption { "Scores of the last layer" } tbody #scores {} }
                        }
                    }
                    section aria-labelledby="map-title" {
                        h2 id="map-title" { "What each PE does when" }
                        p.note {
                            "By the cycle model, which counts what the Verilog counts. "
                            "A queue has columns that wait for their PE."
                        }
                        fieldset.views {
                            legend { "Show" }
                            label { input type="radio" name="view" value="work" checked; " what PEs do" }
                            label { input type="radio" name="view" value="queues"; " how full queues are" }
                        }
                        p.note data-view="work" {
                            span.key.busy {} " busy with a weight  "
                            span.key.starved {} " starved: nothing in its queue  "
                            span.key.stalled {} " stalled: its queue is almost full, and holds the others up"
                        }
                        p.note data-view="queues" hidden { span.key.queue {} " a full queue; white: an empty one; by the square root, so that a few columns are seen" }
                        div #map-box {
                            div.marked {
                                canvas #map role="img" aria-label="PEs by time" aria-describedby="map-note cycle-note" {}
                                div #mark {}
                            }
                            label { span.note { "Time" }
                                input type="range" id="cycle" min="0" max="0" value="0" step="1"; }
                            output #cycle-note for="cycle" {}
                        }
                        p.note #map-note {}
                    }
                    section aria-labelledby="weights-title" {
                        h2 id="weights-title" { "Where the weights are" }
                        div.plots {
                            @for (k, l) in page.layers.iter().enumerate() {
                                figure.grow {
                                    canvas.weights data-layer=(k) role="img" aria-label={ "Weights of layer " (l.name) } {}
                                    figcaption {
                                        (l.name) ": " (l.outputs) " rows of " (l.inputs) ", "
                                        (format!("{:.2} %", 100.0 * l.kept as f64 / (l.inputs * l.outputs) as f64)) " kept"
                                    }
                                }
                            }
                        }
                    }
                    section aria-labelledby="energy-title" {
                        h2 id="energy-title" { "Size and energy" }
                        div.scroll tabindex="0" role="region" aria-label="Size and energy" { (energy(info, page, e)) }
                        p.note {
                            "Energy in 45 nm from tables I and II of the EIE paper (Han et al., ISCA 2016), for this page's \
                             network; not measured."
                        }
                    }
                }
                script type="application/json" id="data" { (PreEscaped(data)) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    Ok(markup.into_string())
}

fn drawing(side: usize) -> Markup {
    html! {
        div.draw {
            canvas #pad width=(side) height=(side) tabindex="0" role="application"
                aria-label="Drawing pad: arrow keys move, space draws, backspace clears" {}
            div {
                p { "Draw a digit here: with a finger, a pen or a mouse, or with arrow keys and space. Or drop an image \
                     file anywhere." }
                button type="button" id="clear" { "Clear" }
                label.file { "Image file " input type="file" id="file" accept="image/*"; }
            }
        }
    }
}

/// Nanojoules, or microjoules where they are many.
fn energy_text(nj: f64) -> String {
    match nj {
        ..1000.0 => format!("{nj:.1} nJ"),
        _ => format!("{:.1} µJ", nj / 1000.0),
    }
}

/// What only a server can do.
fn controls(studio: &Studio) -> Markup {
    html! {
        div.controls {
            form #take novalidate {
                label { "Image of the test set, by its number "
                    input type="number" id="number" min="0" max=(studio.images - 1) value="0" required; }
                " " button type="submit" id="take-it" { "Show" }
            }
            label { "PEs "
                select #pes {
                    @for &pes in &studio.choices { option value=(pes) selected[pes == studio.pes] { (pes) } }
                }
            }
        }
    }
}

fn energy(info: &Info, page: &Page, e: &crate::estimate::Energy) -> Markup {
    let size = [
        ("The file", info.file_bytes as u64, "as it is stored: entropy coded"),
        ("In EIE's memories", page.eie_bytes, "entries of 4 + 4 bits, fillers, pointers"),
        ("Dense", info.dense_bytes, "float32"),
    ];
    let rows = [
        ("Operations alone", "operations_nj", e.operations_nj, "a lower bound: products, sums, reads".to_owned()),
        (
            "Were each PE one of EIE's",
            "eie_pe_cycles_nj",
            e.eie_pe_cycles_nj,
            format!("9.157 mW at 800 MHz, for {:.0} cycles", page.cycles),
        ),
        ("Dense weights from DRAM", "dense_dram_nj", e.dense_dram_nj, "640 pJ a word: what EIE avoids".to_owned()),
    ];
    html! {
        table {
            caption { "Bytes of the weights (EIE: " (EIE_PES) " PEs)" }
            tbody {
                @for (what, bytes, more) in size {
                    tr { th scope="row" { (what) } td { (count(bytes)) } td.more { (more) } }
                }
            }
        }
        table {
            caption { "Energy of an image" }
            thead { tr { td {} th scope="col" { "on average" } th scope="col" { "this one" } td.more {} } }
            tbody {
                @for (what, name, value, more) in rows {
                    tr {
                        th scope="row" { (what) } td { (energy_text(value)) } td data-energy=(name) {}
                        td.more { (more) }
                    }
                }
            }
        }
    }
}
