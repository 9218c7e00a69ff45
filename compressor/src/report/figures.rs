//! The page's plots.

use crate::compress::Compressed;
use crate::plot::{bars, histogram, lines, named_bars, Labels, PlotError, Series};
use eie_spec::model::Layer;
use maud::{html, Markup, PreEscaped};
use std::ops::Range;

/// Bars of a histogram.
const BINS: usize = 60;
/// Share of runs that the histogram shows one by one; the longest of all would press the rest into a corner.
const SHORT_RUNS: f64 = 0.99;

/// A plot in the page: not a document of its own, but a picture with a name.
fn figure(svg: &str, title: &str, caption: &str) -> Markup {
    // Within HTML, an SVG needs no name space.
    let svg = svg.replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1);
    let body = svg.strip_prefix("<svg").unwrap_or(&svg);
    let (attributes, body) = body.split_once('>').unwrap_or(("", body));
    html! {
        figure {
            (PreEscaped("<svg role=\"img\"")) (PreEscaped(attributes)) (PreEscaped(">"))
            title { (title) }
            (PreEscaped(body))
            figcaption { (caption) }
        }
    }
}

/// Error, and size against error, from stage to stage.
pub(super) fn stages(result: &Compressed) -> Result<Markup, PlotError> {
    let items: Vec<(String, f64)> = result.stages.iter().map(|s| (s.name.clone(), s.error_pct)).collect();
    let labels = Labels { title: "Test error, %", x: "", y: "" };
    let errors = named_bars(labels, &items)?;
    let mut series: Vec<Series> = Vec::new();
    let mut last = None;
    for s in &result.stages {
        // Rounds of the same kind are one line; each line begins where the one before ends.
        let name = s.name.split(' ').next().unwrap_or_default();
        let point = (s.bytes.max(1) as f64, s.error_pct);
        match series.last_mut().filter(|l| l.name == name) {
            Some(line) => line.points.push(point),
            None => series.push(Series { name: name.to_owned(), points: last.into_iter().chain([point]).collect() }),
        }
        last = Some(point);
    }
    let labels = Labels { title: "Size and error", x: "bytes", y: "test error, %" };
    let sizes = lines(labels, &series, true)?;
    Ok(html! {
        div.plots {
            (figure(&errors, "Bar chart: test error at each stage", "Error on the test set after each stage."))
            (figure(&sizes, "Line chart: test error against bytes",
                    "From the dense network at the right to the file: each line leads to its stages. The scale of bytes is \
                     logarithmic."))
        }
    })
}

/// Two histograms of each layer.
pub(super) fn layers(result: &Compressed) -> Result<Markup, PlotError> {
    let mut all = Vec::new();
    for ((layer, dense), shared) in result.model.layers.iter().zip(&result.pruned.layers).zip(&result.shared) {
        let kept = dense.weight.iter().zip(&shared.assignment).filter(|(_, code)| code.is_some());
        let kept: Vec<f32> = kept.map(|(&w, _)| w).collect();
        let centroids: Vec<f64> = shared.centroids.iter().map(|&c| f64::from(c)).collect();
        let title = format!("{}: weights", layer.name);
        let labels = Labels { title: &title, x: "weight", y: "number" };
        let weights = bars(labels, &histogram(&kept, BINS), &centroids)?;
        let caption = format!(
            "Weights kept after retraining; the lines are the {} centroids that they share, after fine-tuning.",
            centroids.len()
        );
        let weights = figure(&weights, &format!("Histogram: weights of {} and centroids", layer.name), &caption);

        let (bins, longer, longest) = run_bins(&runs(layer));
        let title = format!("{}: runs", layer.name);
        let labels = Labels { title: &title, x: "zeros before a weight", y: "number" };
        let plot = bars(labels, &bins, &[])?;
        let caption = format!(
            "Pruned positions between one weight kept and the next, column after column. Not shown: \
             {longer} longer ones. The longest: {longest}."
        );
        all.push((
            layer.name.clone(),
            weights,
            figure(&plot, &format!("Histogram: runs of {}", layer.name), &caption),
        ));
    }
    Ok(html! {
        @for (name, weights, runs) in all { h3 { (name) } div.plots { (weights) (runs) } }
    })
}

/// Positions without a weight before each weight, in the order of the file.
fn runs(layer: &Layer) -> Vec<usize> {
    let mut next = 0;
    let mut all = Vec::with_capacity(layer.kept());
    for column in 0..layer.inputs {
        for (row, _) in layer.column(column) {
            let position = column * layer.outputs + row;
            all.push(position - next);
            next = position + 1;
        }
    }
    all
}

/// Bars of whole numbers for most runs, how many are longer, and the longest one.
fn run_bins(runs: &[usize]) -> (Vec<(Range<f64>, f64)>, usize, usize) {
    let mut sorted = runs.to_vec();
    sorted.sort_unstable();
    let place = (SHORT_RUNS * sorted.len() as f64) as usize;
    let limit = sorted.get(place.min(sorted.len().saturating_sub(1))).copied().unwrap_or(0);
    let width = (limit + 1).div_ceil(BINS);
    let mut counts = vec![0.0; (limit + 1).div_ceil(width)];
    let end = counts.len() * width;
    sorted.iter().filter(|&&run| run < end).for_each(|run| counts[run / width] += 1.0);
    let bin = |(k, n): (usize, f64)| ((k * width) as f64..((k + 1) * width) as f64, n);
    let longer = sorted.iter().filter(|&&run| run >= end).count();
    (counts.into_iter().enumerate().map(bin).collect(), longer, sorted.last().copied().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_is_in_a_bar_or_longer() {
        let runs: Vec<usize> = (0..1000).map(|k| k % 90).chain([5000]).collect();
        let (bins, longer, longest) = run_bins(&runs);
        let shown: f64 = bins.iter().map(|b| b.1).sum();
        assert_eq!((shown as usize + longer, longest), (1001, 5000));
        assert!(bins.len() <= BINS && bins[0].0 == (0.0..2.0));
        assert_eq!(run_bins(&[]), (vec![(0.0..1.0, 0.0)], 0, 0));
    }
}
