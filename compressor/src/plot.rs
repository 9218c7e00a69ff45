//! Plots as SVG text.

mod legend;
#[cfg(test)]
mod tests;

use plotters::coord::ranged1d::{AsRangedCoord, Ranged, ValueFormatter};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::ops::Range;

/// Pixels of a plot. Not many more than a telephone has, or text would be too small there.
const SIZE: (u32, u32) = (560, 340);
const FONT: (&str, u32) = ("sans-serif", 16);
const CAPTION: (&str, u32) = ("sans-serif", 18);
/// Grid lines.
const GRID: RGBColor = RGBColor(224, 224, 224);
/// Okabe and Ito's colours, which the colour-blind tell apart, but for yellow, which nobody sees on white.
const COLORS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(60, 60, 60),
];

/// What plotters may say.
type Failure = DrawingAreaErrorKind<<SVGBackend<'static> as DrawingBackend>::ErrorType>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

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

fn color(k: usize) -> RGBColor {
    COLORS[k % COLORS.len()]
}

/// A number on an axis: four digits at most, thousands and millions as k and M.
fn tick(v: &f64) -> String {
    let (v, unit) = match v.abs() {
        a if a >= 1e6 => (v / 1e6, "M"),
        a if a >= 1e3 => (v / 1e3, "k"),
        _ => (*v, ""),
    };
    let digits = match v.abs() {
        a if a >= 100.0 => 0,
        a if a >= 1.0 => 2,
        _ => 4,
    };
    let text = format!("{v:.digits$}");
    let text = if digits > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    // Rounding may leave nothing of a negative number but its sign.
    format!("{}{unit}", if text == "-0" { "0" } else { text })
}

/// Draws with `draw` and gives the SVG. Text has no own font in it: the browser's is used.
fn svg(title: &str, size: (u32, u32), draw: impl FnOnce(&Area) -> Result<(), Failure>) -> Result<String, PlotError> {
    let mut text = String::new();
    let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
    let result = area.fill(&WHITE).and_then(|()| draw(&area)).and_then(|()| area.present());
    drop(area);
    match result {
        Ok(()) => Ok(text),
        Err(e) => Err(PlotError { title: title.to_owned(), why: e.to_string() }),
    }
}

fn draw_lines<X>(
    area: &Area,
    labels: Labels,
    x: X,
    x_labels: usize,
    y: Range<f64>,
    series: &[Series],
) -> Result<(), Failure>
where
    X: AsRangedCoord<Value = f64>,
    X::CoordDescType: Ranged<ValueType = f64> + ValueFormatter<f64>,
{
    let mut chart = ChartBuilder::on(area)
        .caption(labels.title, CAPTION)
        .margin(10)
        .x_label_area_size(48)
        .y_label_area_size(66)
        .build_cartesian_2d(x, y)?;
    let mut mesh = chart.configure_mesh();
    mesh.x_desc(labels.x).y_desc(labels.y).label_style(FONT).axis_desc_style(FONT).x_labels(x_labels);
    mesh.x_label_formatter(&tick).y_label_formatter(&tick);
    mesh.bold_line_style(GRID).light_line_style(TRANSPARENT).draw()?;
    for (k, s) in series.iter().enumerate() {
        let points = || s.points.iter().copied().filter(|p| p.0.is_finite() && p.1.is_finite());
        chart.draw_series(LineSeries::new(points(), color(k).stroke_width(2)))?;
        chart.draw_series(points().map(|p| Circle::new(p, 4, color(k).filled())))?;
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
    // From zero, but where differences would not be seen then.
    let bottom = if y.start > 0.6 * y.end { y.start - 0.1 * (y.end - y.start) } else { y.start.min(0.0) };
    let y = bottom..y.end + 0.05 * (y.end - bottom);
    // Between few whole numbers there is nothing to label.
    let whole = points().all(|p| p.0.fract() == 0.0) && x.end - x.start < 10.0;
    let x_labels = if whole { (x.end - x.start) as usize + 1 } else { 8 };
    svg(labels.title, SIZE, |area| {
        let plot = legend::draw(area, series)?;
        // Room for whole points at the ends.
        if log_x && x.start > 0.0 {
            let room = (x.end / x.start).powf(0.03);
            return draw_lines(&plot, labels, (x.start / room..x.end * room).log_scale(), 12, y, series);
        }
        let room = 0.03 * (x.end - x.start);
        draw_lines(&plot, labels, x.start - room..x.end + room, x_labels, y, series)
    })
}

/// Bars from one value to the next, with marks across the whole height.
///
/// # Errors
/// If the library fails.
pub fn bars(labels: Labels, bins: &[(Range<f64>, f64)], marks: &[f64]) -> Result<String, PlotError> {
    let x = range(bins.iter().flat_map(|(b, _)| [b.start, b.end]).chain(marks.iter().copied()));
    // Room for whole marks at the ends.
    let room = 0.01 * (x.end - x.start);
    let x = x.start - room..x.end + room;
    let top = bins.iter().map(|b| b.1).fold(1.0, f64::max) * 1.05;
    svg(labels.title, SIZE, |area| {
        let mut chart = ChartBuilder::on(area)
            .caption(labels.title, CAPTION)
            .margin(10)
            .x_label_area_size(48)
            .y_label_area_size(66)
            .build_cartesian_2d(x, 0.0..top)?;
        let mut mesh = chart.configure_mesh();
        mesh.x_desc(labels.x).y_desc(labels.y).label_style(FONT).axis_desc_style(FONT).disable_x_mesh();
        mesh.x_label_formatter(&tick).y_label_formatter(&tick);
        mesh.bold_line_style(GRID).light_line_style(TRANSPARENT).draw()?;
        let bar = |(b, height): &(Range<f64>, f64)| {
            Rectangle::new([(b.start, 0.0), (b.end, *height)], color(0).mix(0.7).filled())
        };
        chart.draw_series(bins.iter().map(bar))?;
        let mark = |&x: &f64| PathElement::new([(x, 0.0), (x, top)], color(1).stroke_width(1));
        chart.draw_series(marks.iter().map(mark))?;
        Ok(())
    })
}

/// A bar for each name, from above, with its value behind it. There is no axis, so `labels.x` and `labels.y` are
/// not shown.
///
/// # Errors
/// If the library fails.
pub fn named_bars(labels: Labels, items: &[(String, f64)]) -> Result<String, PlotError> {
    let top = items.iter().map(|i| i.1).filter(|v| v.is_finite()).fold(0.0, f64::max).max(1e-9);
    let longest = items.iter().map(|(name, _)| legend::width(name)).max().unwrap_or(0);
    let count = items.len().max(1);
    svg(labels.title, (SIZE.0, 60 + 28 * count as u32), |area| {
        // Values find their place behind the longest bar.
        let mut chart = ChartBuilder::on(area)
            .caption(labels.title, CAPTION)
            .margin(10)
            .set_left_and_bottom_label_area_size(0)
            .margin_left(20 + longest.min(SIZE.0 as i32 / 2))
            .margin_right(70)
            .build_cartesian_2d(0.0..top, 0.0..count as f64)?;
        let style = |h| TextStyle::from(FONT.into_font()).pos(Pos::new(h, VPos::Center));
        for (k, (name, value)) in items.iter().enumerate() {
            let (middle, length) = ((count - k) as f64 - 0.5, value.clamp(0.0, top));
            let bar = [(0.0, middle - 0.35), (length, middle + 0.35)];
            chart.draw_series([Rectangle::new(bar, color(0).mix(0.7).filled())])?;
            let ((left, y), (right, _)) =
                (chart.backend_coord(&(0.0, middle)), chart.backend_coord(&(length, middle)));
            area.draw(&Text::new(name.as_str(), (left - 8, y), style(HPos::Right)))?;
            area.draw(&Text::new(format!("{value:.2}"), (right + 8, y), style(HPos::Left)))?;
        }
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
