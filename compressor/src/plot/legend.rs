//! A legend below a plot, where it covers no line.

use super::{color, Area, Failure, Series, FONT};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

const ROW: i32 = 22;
/// Left of the first entry.
const LEFT: i32 = 60;
/// The line before a name, with its distance.
const SAMPLE: i32 = 28;
/// Behind a name.
const GAP: i32 = 18;

/// About how wide a text is. The browser's font is not known here.
pub(super) fn width(text: &str) -> i32 {
    (text.chars().count() as f64 * f64::from(FONT.1) * 0.55).ceil() as i32
}

/// Draws the names of the series, if there are several, and gives what is left for the plot.
pub(super) fn draw<'a>(area: &Area<'a>, series: &[Series]) -> Result<Area<'a>, Failure> {
    if series.len() < 2 {
        return Ok(area.clone());
    }
    let (whole, height) = area.dim_in_pixel();
    let mut places = Vec::new();
    let (mut x, mut row) = (LEFT, 0);
    for s in series {
        let need = SAMPLE + width(&s.name);
        if x > LEFT && x + need > whole as i32 {
            (x, row) = (LEFT, row + 1);
        }
        places.push((x, row));
        x += need + GAP;
    }
    let (plot, strip) = area.split_vertically(height as i32 - (row + 1) * ROW - 6);
    let style = TextStyle::from(FONT.into_font()).pos(Pos::new(HPos::Left, VPos::Center));
    for (k, (s, (x, row))) in series.iter().zip(places).enumerate() {
        let y = row * ROW + ROW / 2;
        strip.draw(&PathElement::new([(x, y), (x + SAMPLE - 8, y)], color(k).stroke_width(2)))?;
        strip.draw(&Circle::new((x + SAMPLE / 2 - 4, y), 4, color(k).filled()))?;
        strip.draw(&Text::new(s.name.as_str(), (x + SAMPLE, y), style.clone()))?;
    }
    Ok(plot)
}
