//! `eie explore --sweep precision`: errors of a network by the width of its numbers, beside the energy of a multiplication.

use crate::common::{bar, write};
use anyhow::{Context, Result};
use eie_compressor::data::Dataset;
use eie_compressor::plot::{lines, Labels, Series};
use eie_compressor::quantise;
use eie_sim::precision::{float_multiply_pj, wrong_in_floats, Fixed, PrecisionError, Widths};
use eie_spec::model::Model;
use rayon::prelude::*;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Widths that are tried.
const BITS: [u32; 9] = [32, 16, 12, 10, 8, 6, 5, 4, 3];
/// Width of what is not varied: the device's.
const DEVICE_BITS: u32 = 16;
/// Images that one thread takes at once.
const CHUNK: usize = 500;

/// What has fewer bits.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Narrow {
    Both,
    Activations,
    Codebook,
}

impl Narrow {
    const ALL: [Narrow; 3] = [Narrow::Both, Narrow::Activations, Narrow::Codebook];

    fn widths(self, bits: u32) -> Widths {
        let (activations, codebook) = match self {
            Narrow::Both => (bits, bits),
            Narrow::Activations => (bits, DEVICE_BITS),
            Narrow::Codebook => (DEVICE_BITS, bits),
        };
        Widths { activations, codebook }
    }

    fn name(self) -> &'static str {
        match self {
            Narrow::Both => "both",
            Narrow::Activations => "activations only",
            Narrow::Codebook => "codebook only",
        }
    }
}

/// A point of the sweep.
#[derive(Serialize)]
struct Point {
    narrow: Narrow,
    bits: u32,
    activation_bits: u32,
    codebook_bits: u32,
    wrong: usize,
    error_pct: f64,
    multiply_pj: f64,
}

/// The sweep.
#[derive(Serialize)]
pub struct Output {
    model: String,
    images: usize,
    float_error_pct: f64,
    float_multiply_pj: f64,
    points: Vec<Point>,
}

/// Computes all points.
pub fn sweep(model: &Model, data: &Dataset) -> Result<Output> {
    let inputs: Vec<(Vec<i16>, usize)> =
        (0..data.len()).map(|i| (quantise::input(data.image(i)), usize::from(data.labels[i]))).collect();
    let percent = |wrong: usize| 100.0 * wrong as f64 / inputs.len().max(1) as f64;
    let progress = bar((BITS.len() * Narrow::ALL.len()) as u64, "widths");
    let mut points = Vec::new();
    for narrow in Narrow::ALL {
        for bits in BITS {
            let widths = narrow.widths(bits);
            let fixed = Fixed::new(model, widths)?;
            let part = |part: &[(Vec<i16>, usize)]| fixed.wrong(part.iter().map(|(x, label)| (&x[..], *label)));
            let wrong = inputs.par_chunks(CHUNK).map(part).try_reduce(|| 0, |a, b| Ok::<_, PrecisionError>(a + b))?;
            points.push(Point {
                narrow,
                bits,
                activation_bits: widths.activations,
                codebook_bits: widths.codebook,
                wrong,
                error_pct: percent(wrong),
                multiply_pj: widths.multiply_pj(),
            });
            progress.inc(1);
        }
    }
    progress.finish_and_clear();
    let in_floats = inputs
        .par_chunks(CHUNK)
        .map(|part| wrong_in_floats(model, part.iter().map(|(x, label)| (&x[..], *label))))
        .sum();
    Ok(Output {
        model: model.name.clone(),
        images: inputs.len(),
        float_error_pct: percent(in_floats),
        float_multiply_pj: float_multiply_pj(),
        points,
    })
}

impl Output {
    /// A line a point.
    pub fn print(&self) {
        let float = (self.float_error_pct, self.float_multiply_pj);
        eprintln!("floats: {:.2} % wrong, {:.2} pJ a multiplication", float.0, float.1);
        for p in &self.points {
            let of = (p.activation_bits, p.codebook_bits);
            eprintln!(
                "activations {:>2} bits, codebook {:>2}: {:.2} % wrong, {:.3} pJ a multiplication",
                of.0, of.1, p.error_pct, p.multiply_pj
            );
        }
    }

    /// Three plots: errors by width, energy by width, errors by energy.
    pub fn draw(&self, dir: &Path) -> Result<Vec<PathBuf>> {
        let of = |narrow: Narrow, at: fn(&Point) -> (f64, f64)| Series {
            name: narrow.name().into(),
            points: self.points.iter().filter(|p| p.narrow == narrow).map(at).collect(),
        };
        let all = |at: fn(&Point) -> (f64, f64)| Narrow::ALL.map(|narrow| of(narrow, at)).to_vec();
        let (bits, energy, error) = ("bits", "pJ a multiplication, 45 nm", "% of images wrong");
        let mut trade = all(|p| (p.multiply_pj, p.error_pct));
        trade.push(Series { name: "float32".into(), points: vec![(self.float_multiply_pj, self.float_error_pct)] });
        let plots = [
            (
                "precision-error",
                "Errors by width (EIE, figure 10)",
                bits,
                error,
                all(|p| (p.bits.into(), p.error_pct)),
            ),
            (
                "precision-energy",
                "Energy by width (EIE, figure 10)",
                bits,
                energy,
                all(|p| (p.bits.into(), p.multiply_pj)),
            ),
            ("precision-trade", "Errors by energy", energy, error, trade),
        ];
        let mut files = Vec::new();
        for (file, title, x, y, series) in plots {
            let path = dir.join(file).with_extension("svg");
            write(&path, lines(Labels { title, x, y }, &series, true)?.as_bytes()).context(file)?;
            files.push(path);
        }
        Ok(files)
    }
}
