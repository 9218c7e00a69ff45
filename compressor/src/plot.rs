//! Plots as SVG text.

use plotters::coord::ranged1d::{AsRangedCoord, Ranged, ValueFormatter};
use plotters::prelude::*;
use std::ops::Range;

/// Pixels of a plot.
const SIZE: (u32, u32) = (640, 360);
const FONT: (&str, u32) = ("sans-serif", 14);

/// What plotters may say.
type Failure = DrawingAreaErrorKind<<SVGBackend<'static> as DrawingBackend>::ErrorType>;

/// A plot could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("drawing {title:?}: {why}")]
pub struct PlotError {
    /// Of the plot.
    pub title: String,
    /// The library's reason.
    pub why: String,
}

/// A line of a plot.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// For the legend.
    pub name: String,
    /// In the order in which they are joined.
    pub points: Vec<(f64, f64)>,
}

/// Titles of a plot.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    /// Above.
    pub title: &'a str,
    /// Below.
    pub x: &'a str,
    /// At the left.
    pub y: &'a str,
}

/// The range of finite values, widened where it is empty.
fn range(values: impl Iterator<Item = f64>) -> Range<f64> {
    let (low, high) = values
        .filter(|v| v.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    match low <= high {
        true if high > low => low..high,
        true => low - 0.5..high + 0.5,
        false => 0.0..1.0,
    }
}

fn color(k: usize) -> PaletteColor<Palette99> {
    Palette99::pick(k)
}

/// Draws with `draw` and gives the SVG. Text has no own font in it: the browser's is used.
fn svg(
    title: &str,
    draw: impl FnOnce(&DrawingArea<SVGBackend, plotters::coord::Shift>) -> Result<(), Failure>,
) -> Result<String, PlotError> {
    let mut text = String::new();
    let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
    let result = area.fill(&WHITE).and_then(|()| draw(&area)).and_then(|()| area.present());
    drop(area);
    match result {
        Ok(()) => Ok(text),
        Err(e) => Err(PlotError { title: title.to_owned(), why: e.to_string() }),
    }
}

fn draw_lines<X>(
    area: &DrawingArea<SVGBackend, plotters::coord::Shift>,
    labels: Labels,
    x: X,
    y: Range<f64>,
    series: &[Series],
) -> Result<(), Failure>
where
    X: AsRangedCoord<Value = f64>,
    X::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    let mut chart = ChartBuilder::on(area)
        .caption(labels.title, ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d(x, y)?;
    let mut mesh = chart.configure_mesh();
    mesh.x_desc(labels.x).y_desc(labels.y).label_style(FONT).axis_desc_style(FONT).light_line_style(TRANSPARENT);
    mesh.draw()?;
    for (k, s) in series.iter().enumerate() {
        let points = || s.points.iter().copied().filter(|p| p.0.is_finite() && p.1.is_finite());
        chart
            .draw_series(LineSeries::new(points(), color(k).stroke_width(2)))?
            .label(&s.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], color(k).stroke_width(2)));
        chart.draw_series(points().map(|p| Circle::new(p, 3, color(k).filled())))?;
    }
    if series.len() > 1 {
        chart
            .configure_series_labels()
            .background_style(WHITE.mix(0.8))
            .border_style(BLACK)
            .label_font(FONT)
            .draw()?;
    }
    Ok(())
}

/// Lines with a point at each value; `log_x` for a logarithmic axis, whose values must be positive.
///
/// # Errors
/// If the library fails.
pub fn lines(labels: Labels, series: &[Series], log_x: bool) -> Result<String, PlotError> {
    let points = || series.iter().flat_map(|s| &s.points);
    let x = range(points().map(|p| p.0).filter(|&x| !log_x || x > 0.0));
    let y = range(points().map(|p| p.1));
    let y = y.start.min(0.0)..y.end * 1.05;
    svg(labels.title, |area| match log_x && x.start > 0.0 {
        true => draw_lines(area, labels, x.log_scale(), y, series),
        false => draw_lines(area, labels, x, y, series),
    })
}

/// Bars from one value to the next, with marks across the whole height.
///
/// # Errors
/// If the library fails.
pub fn bars(labels: Labels, bins: &[(Range<f64>, f64)], marks: &[f64]) -> Result<String, PlotError> {
    let x = range(bins.iter().flat_map(|(b, _)| [b.start, b.end]).chain(marks.iter().copied()));
    let top = bins.iter().map(|b| b.1).fold(1.0, f64::max) * 1.05;
    svg(labels.title, |area| {
        let mut chart = ChartBuilder::on(area)
            .caption(labels.title, ("sans-serif", 18))
            .margin(12)
            .x_label_area_size(44)
            .y_label_area_size(64)
            .build_cartesian_2d(x, 0.0..top)?;
        let mut mesh = chart.configure_mesh();
        mesh.x_desc(labels.x).y_desc(labels.y).label_style(FONT).axis_desc_style(FONT).disable_x_mesh();
        mesh.light_line_style(TRANSPARENT).draw()?;
        let bar = |(b, height): &(Range<f64>, f64)| {
            Rectangle::new([(b.start, 0.0), (b.end, *height)], BLUE.mix(0.6).filled())
        };
        chart.draw_series(bins.iter().map(bar))?;
        let mark = |&x: &f64| PathElement::new([(x, 0.0), (x, top)], RED.mix(0.7).stroke_width(1));
        chart.draw_series(marks.iter().map(mark))?;
        Ok(())
    })
}

/// Counts of values in `count` bins of equal width.
pub fn histogram(values: &[f32], count: usize) -> Vec<(Range<f64>, f64)> {
    let all = range(values.iter().map(|&v| f64::from(v)));
    let width = (all.end - all.start) / count.max(1) as f64;
    let mut counts = vec![0.0; count.max(1)];
    for &v in values.iter().filter(|v| v.is_finite()) {
        let bin = ((f64::from(v) - all.start) / width) as usize;
        counts[bin.min(count.max(1) - 1)] += 1.0;
    }
    let bin = |(k, &n): (usize, &f64)| (all.start + k as f64 * width..all.start + (k + 1) as f64 * width, n);
    counts.iter().enumerate().map(bin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: Labels = Labels { title: "a <title>", x: "x", y: "y" };

    #[test]
    fn plots_are_svg_with_all_points() {
        let series = |points| vec![Series { name: "one".into(), points }];
        let three = lines(LABELS, &series(vec![(0.01, 1.0), (0.1, 2.0), (1.0, 5.0)]), true).unwrap();
        assert!(three.starts_with("<svg") && three.contains("a &lt;title&gt;"));
        assert_eq!(three.matches("<circle").count(), 3);
        let two = lines(LABELS, &series(vec![(0.0, f64::NAN), (0.1, 2.0), (1.0, 5.0)]), false).unwrap();
        assert_eq!(two.matches("<circle").count(), 2);
        assert!(lines(LABELS, &[], false).is_ok());
    }

    #[test]
    fn histograms_count_everything() {
        let bins = histogram(&[0.0, 0.1, 0.9, 1.0, f32::NAN], 2);
        assert_eq!(bins.iter().map(|b| b.1).collect::<Vec<_>>(), [2.0, 2.0]);
        assert!(bars(LABELS, &bins, &[0.5]).unwrap().contains("<rect"));
        assert!(bars(LABELS, &histogram(&[], 4), &[]).is_ok());
        assert!(bars(LABELS, &histogram(&[2.0; 3], 4), &[2.0]).is_ok());
    }
}
