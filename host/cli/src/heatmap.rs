//! What each PE did when: a picture of the cycle model's trace, PEs by time.
//!
//! A cell's colour is a mix of three by the share of its cycles: busy (blue), starved (yellow), and stalled (red),
//! which is shown above both, as it holds the whole column group up. What is left white is neither: the drain of
//! the last step, and the sequencer.

use anyhow::{Context, Result};
use eie_spec::cycles::{Counts, Model as CycleModel, Trace};
use eie_spec::pack::Program;
use plotters::prelude::*;
use std::ops::Range;
use std::path::Path;

/// Cells in a row at most.
const COLUMNS: u64 = 160;
/// Okabe and Ito's blue, yellow and vermilion.
const BUSY: (u8, u8, u8) = (0, 114, 178);
const STARVED: (u8, u8, u8) = (240, 228, 66);
const STALLED: (u8, u8, u8) = (213, 94, 0);

/// A recording of a device's runs.
#[derive(Default)]
pub struct Heatmap {
    pes: usize,
    busy: Vec<(usize, Range<u64>)>,
    stalled: Vec<(usize, Range<u64>)>,
    queued: Vec<(usize, Range<u64>)>,
    computing: Vec<Range<u64>>,
    /// Where the models of further segments begin.
    offset: u64,
    cycles: u64,
}

/// What each PE did in each cell.
pub struct Cells {
    /// Cycles of a cell.
    pub width: u64,
    /// Cells of a PE.
    pub columns: usize,
    /// For each PE, the share of each cell's cycles in which it issued an entry.
    pub busy: Vec<Vec<f64>>,
    /// The same of those in which its queue was almost full.
    pub stalled: Vec<Vec<f64>>,
    /// The number of columns and markers in its queue, on average.
    pub queued: Vec<Vec<f64>>,
    /// The share of cycles in which PEs could have work.
    pub computing: Vec<f64>,
}

/// Puts a model's cycles behind those recorded before.
struct Recorder<'a>(&'a mut Heatmap);

impl Recorder<'_> {
    fn at(&mut self, r: Range<u64>) -> Range<u64> {
        let r = r.start + self.0.offset..r.end + self.0.offset;
        self.0.cycles = self.0.cycles.max(r.end);
        r
    }
}

impl Trace for Recorder<'_> {
    fn busy(&mut self, pe: usize, cycles: Range<u64>) {
        let r = self.at(cycles);
        self.0.busy.push((pe, r));
    }
    fn stalled(&mut self, pe: usize, cycles: Range<u64>) {
        let r = self.at(cycles);
        self.0.stalled.push((pe, r));
    }
    fn queued(&mut self, pe: usize, cycles: Range<u64>) {
        let r = self.at(cycles);
        self.0.queued.push((pe, r));
    }
    fn computing(&mut self, cycles: Range<u64>) {
        let r = self.at(cycles);
        self.0.computing.push(r);
    }
}

/// Adds the part of `r` in each bucket of `width` cycles.
fn spread(row: &mut [f64], r: &Range<u64>, width: u64) {
    let mut at = r.start;
    while at < r.end {
        let bucket = at / width;
        let end = r.end.min((bucket + 1) * width);
        if let Some(cell) = row.get_mut(bucket as usize) {
            *cell += (end - at) as f64 / width as f64;
        }
        at = end;
    }
}

/// `low` and `high` mixed, `share` of `high`.
fn mix(low: (u8, u8, u8), high: (u8, u8, u8), share: f64) -> (u8, u8, u8) {
    let one = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share.clamp(0.0, 1.0)).round() as u8;
    (one(low.0, high.0), one(low.1, high.1), one(low.2, high.2))
}

impl Heatmap {
    /// Runs these inputs one by one, as a co-simulation does, and gives the model's counts.
    ///
    /// # Errors
    /// Those of the cycle model.
    pub fn record(&mut self, program: &Program, inputs: &[Vec<i16>]) -> Result<Counts> {
        let mut model = CycleModel::new(program);
        let mut total = Counts::default();
        self.pes = program.config.pes;
        self.offset = self.cycles;
        for input in inputs {
            let counts = model.run_traced(&[input], &mut Recorder(self))?;
            total.cycles += counts.cycles;
            total.compute_cycles += counts.compute_cycles;
            total.per_pe.resize(self.pes, Default::default());
            total.per_pe.iter_mut().zip(counts.per_pe).for_each(|(sum, pe)| *sum += pe);
        }
        // With the end of the last drain, in which no PE does anything.
        self.cycles = self.cycles.max(self.offset + total.cycles);
        Ok(total)
    }

    /// The same as numbers: shares of cycles, in cells of `width` cycles.
    pub fn cells(&self) -> Cells {
        let width = self.cycles.div_ceil(COLUMNS).max(1);
        let columns = self.cycles.div_ceil(width) as usize;
        let empty = || vec![vec![0.0; columns]; self.pes];
        let (mut busy, mut stalled, mut queued, mut computing) = (empty(), empty(), empty(), vec![0.0; columns]);
        self.busy.iter().for_each(|(pe, r)| spread(&mut busy[*pe], r, width));
        self.stalled.iter().for_each(|(pe, r)| spread(&mut stalled[*pe], r, width));
        self.queued.iter().for_each(|(pe, r)| spread(&mut queued[*pe], r, width));
        self.computing.iter().for_each(|r| spread(&mut computing, r, width));
        Cells { width, columns, busy, stalled, queued, computing }
    }

    /// Writes the picture.
    ///
    /// # Errors
    /// Nothing was recorded, or the file cannot be written.
    pub fn draw(&self, path: &Path) -> Result<()> {
        anyhow::ensure!(
            self.cycles > 0,
            "{}: no layer ran on the device, so there is nothing to draw",
            path.display()
        );
        let Cells { width, columns, busy, stalled, computing, .. } = self.cells();
        let row_height = (480 / self.pes).clamp(3, 24) as i32;
        let (left, top, cell) = (70, 60, (960 / columns).max(2) as i32);
        let (right, bottom) = (left + cell * columns as i32, top + row_height * self.pes as i32);
        let size = ((right + 20).max(620) as u32, (bottom + 50) as u32);
        let mut svg = String::new();
        {
            let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
            let draw = || -> Result<(), DrawingAreaErrorKind<_>> {
                area.fill(&WHITE)?;
                let title = format!("{} PEs, {} cycles; a cell is {width} cycle(s)", self.pes, self.cycles);
                area.draw(&Text::new(title, (left, 8), ("sans-serif", 16)))?;
                let names = [(BUSY, "busy"), (STARVED, "starved"), (STALLED, "stalled")];
                for (k, (color, name)) in names.into_iter().enumerate() {
                    let x = left + 110 * k as i32;
                    let fill = RGBColor(color.0, color.1, color.2).filled();
                    area.draw(&Rectangle::new([(x, 33), (x + 14, 47)], fill))?;
                    area.draw(&Text::new(name, (x + 20, 34), ("sans-serif", 14)))?;
                }
                for pe in 0..self.pes {
                    let y = top + row_height * pe as i32;
                    for c in 0..columns {
                        let starved = (computing[c] - busy[pe][c]).max(0.0);
                        let (b, s) = (busy[pe][c], starved);
                        let base = mix(STARVED, BUSY, if b + s > 0.0 { b / (b + s) } else { 0.0 });
                        let color = mix(mix((255, 255, 255), base, b + s), STALLED, stalled[pe][c]);
                        let x = left + cell * c as i32;
                        let fill = RGBColor(color.0, color.1, color.2).filled();
                        area.draw(&Rectangle::new([(x, y), (x + cell, y + row_height)], fill))?;
                    }
                    if pe % (self.pes.div_ceil(16)) == 0 {
                        area.draw(&Text::new(format!("PE {pe}"), (12, y), ("sans-serif", 12)))?;
                    }
                }
                let frame = Rectangle::new([(left, top), (right, bottom)], BLACK);
                area.draw(&frame)?;
                for tick in 0..=4u64 {
                    let at = tick * self.cycles / 4;
                    let x = left + (at * (right - left) as u64 / self.cycles) as i32;
                    area.draw(&Text::new(
                        format!("{at}"),
                        (x - if tick == 4 { 40 } else { 0 }, bottom + 8),
                        ("sans-serif", 12),
                    ))?;
                }
                area.draw(&Text::new("cycle", ((left + right) / 2 - 20, bottom + 26), ("sans-serif", 13)))?;
                area.present()
            };
            draw().map_err(|e| anyhow::anyhow!("{}: {e}", path.display()))?;
        }
        std::fs::write(path, svg).with_context(|| path.display().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_go_to_their_buckets() {
        let mut row = vec![0.0; 3];
        spread(&mut row, &(3..11), 5);
        assert_eq!(row, [0.4, 1.0, 0.2]);
    }

    #[test]
    fn colours_mix() {
        assert_eq!(mix(STARVED, BUSY, 0.0), STARVED);
        assert_eq!(mix(STARVED, BUSY, 1.0), BUSY);
        assert_eq!(mix((0, 0, 0), (200, 100, 0), 0.5), (100, 50, 0));
    }

    #[test]
    fn pes_stall_when_their_queues_are_at_the_limit() {
        let file = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/lenet-300-100.eie")).unwrap();
        let model = eie_spec::container::decode(&file).unwrap();
        let config = eie_spec::config::Config::for_pes(16).unwrap();
        let program = eie_spec::pack::pack(&model, &config).unwrap();
        let mut map = Heatmap::default();
        // Ink everywhere: all columns are broadcast.
        let counts = map.record(&program, &[vec![32000; 784]]).unwrap();
        let mut cycles = [0, 0];
        for pe in 0..16 {
            let (mut queued, mut stalled) = (vec![0usize; 4096], vec![false; 4096]);
            let of = |(p, r): &(usize, Range<u64>)| (*p == pe).then_some(r.start as usize..r.end as usize);
            map.queued.iter().filter_map(of).flatten().for_each(|c| queued[c] += 1);
            map.stalled.iter().filter_map(of).flatten().for_each(|c| stalled[c] = true);
            for (queued, stalled) in queued.iter().zip(&stalled) {
                assert_eq!(*queued >= config.queue_limit(), *stalled, "PE {pe} with {queued} in its queue");
                cycles[0] += usize::from(*stalled);
            }
            cycles[1] += counts.per_pe[pe].stalled as usize;
        }
        assert!(cycles[0] == cycles[1] && cycles[0] > 100, "{cycles:?}");
    }

    #[test]
    fn nothing_recorded_is_an_error() {
        assert!(Heatmap::default().draw(Path::new("none.svg")).is_err());
    }
}
