//! What a page shows, as numbers: computed here, drawn by the page.

use super::shown::{eie_bytes, Sample, Shown};
use crate::estimate::{averages, Energy};
use anyhow::Result;
use base64::prelude::{Engine as _, BASE64_STANDARD};
use eie_compressor::data::Dataset;
use eie_compressor::net::argmax;
use eie_compressor::quantise::{input, PIXEL_UNITS};
use eie_cpu::{CpuEngine, Options};
use eie_host::Engine;
use eie_spec::arith::Activation;
use eie_spec::config::Config;
use eie_spec::model::{Layer, Model};
use eie_spec::op::Op;
use rayon::prelude::*;
use serde::Serialize;

/// Sides of a picture of weights at most.
const PICTURE: usize = 160;
/// Weights of a network that the page computes itself at most: some megabytes of text.
const LIVE: usize = 400_000;
/// Images whose cycles are counted.
const COUNTED: usize = 20;
/// PEs of EIE.
pub const EIE_PES: usize = 64;

/// Everything on a page.
#[derive(Serialize)]
pub struct Page {
    /// Side of an image, if it is a square.
    pub side: usize,
    /// Units of a grey value's step.
    pixel_units: i16,
    pub live: bool,
    pub layers: Vec<LayerData>,
    pub samples: Vec<Sample>,
    /// Of the whole test set.
    pub error_pct: f64,
    pub tested: usize,
    pub cycles: f64,
    pub efficiency: f64,
    pub energy: Energy,
    /// Bytes of the weights in EIE's memories, on [`EIE_PES`] of its PEs.
    pub eie_bytes: u64,
    /// What a server behind the page offers, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub studio: Option<Studio>,
    /// An image to begin with that is not of the set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begin: Option<Sample>,
}

/// What `eie studio` offers.
#[derive(Serialize)]
pub struct Studio {
    /// Numbers of PEs to choose from, and the one chosen.
    pub choices: Vec<usize>,
    pub pes: usize,
    /// Images of the test set.
    pub images: usize,
}

/// A layer.
#[derive(Serialize)]
pub struct LayerData {
    pub name: String,
    pub inputs: usize,
    pub outputs: usize,
    /// What it gives for an input.
    pub gives: usize,
    pub kept: usize,
    /// Real value of a unit of its results.
    scale: f32,
    picture: Picture,
    /// For the page's own computation.
    #[serde(skip_serializing_if = "Option::is_none")]
    weights: Option<Weights>,
}

/// Where weights are: shares of 255 in cells, row by row.
#[derive(Serialize)]
struct Picture {
    columns: usize,
    rows: usize,
    /// Largest share of weights kept in a cell, which is 255.
    most: f64,
    cells: String,
}

/// Little-endian numbers, in base 64.
#[derive(Serialize)]
struct Weights {
    codebook: Vec<i16>,
    bias: Vec<i32>,
    shift: u8,
    relu: bool,
    column_ends: String,
    rows: String,
    codes: String,
}

/// In base 64.
pub fn bytes(values: impl IntoIterator<Item = u8>) -> String {
    BASE64_STANDARD.encode(values.into_iter().collect::<Vec<u8>>())
}

/// Shares as bytes, in base 64.
pub fn shares<'a>(values: impl IntoIterator<Item = &'a f64>) -> String {
    bytes(values.into_iter().map(|v| (v.clamp(0.0, 1.0) * 255.0).round() as u8))
}

fn picture(layer: &Layer) -> Picture {
    let (columns, rows) = (layer.inputs.min(PICTURE), layer.outputs.min(PICTURE));
    let (mut kept, mut all) = (vec![0.0; columns * rows], vec![0.0; columns * rows]);
    let place = |row: usize, column: usize| row * rows / layer.outputs * columns + column * columns / layer.inputs;
    for column in 0..layer.inputs {
        (0..layer.outputs).for_each(|row| all[place(row, column)] += 1.0);
        layer.column(column).for_each(|(row, _)| kept[place(row, column)] += 1.0);
    }
    let share: Vec<f64> = kept.iter().zip(&all).map(|(k, a): (&f64, &f64)| k / a.max(1.0)).collect();
    let most = share.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let cells = shares(&share.iter().map(|s| s / most).collect::<Vec<_>>());
    Picture { columns, rows, most, cells }
}

fn layer(layer: &Layer, live: bool) -> LayerData {
    let weights = live.then(|| Weights {
        codebook: layer.codebook.clone(),
        bias: layer.bias.clone(),
        shift: layer.shift,
        relu: layer.activation == Activation::Relu,
        column_ends: bytes(layer.col_ptr[1..].iter().flat_map(|p| p.to_le_bytes())),
        rows: bytes(layer.rows.iter().flat_map(|r| r.to_le_bytes())),
        codes: bytes(layer.codes.iter().copied()),
    });
    LayerData {
        name: layer.name.clone(),
        inputs: layer.inputs,
        outputs: layer.outputs,
        gives: layer.out_len(),
        kept: layer.kept(),
        scale: layer.result_scale(),
        picture: picture(layer),
        weights,
    }
}

/// The first image of each label, then wrong ones, then any.
fn choose(images: &Dataset, found: &[usize], count: usize) -> Vec<usize> {
    let first = (0..=9u8).filter_map(|label| images.labels.iter().position(|&l| l == label));
    let wrong = (0..found.len()).filter(|&i| found[i] != usize::from(images.labels[i]));
    let mut chosen = Vec::new();
    for i in first.chain(wrong).chain(0..found.len()) {
        if chosen.len() < count && !chosen.contains(&i) {
            chosen.push(i);
        }
    }
    chosen
}

impl Page {
    /// Runs the test set on the CPU engine, and some images on the cycle model.
    pub fn of(model: &Model, images: &Dataset, config: &Config, count: usize) -> Result<Page> {
        anyhow::ensure!(
            !images.is_empty() && model.inputs() == images.pixels,
            "the model takes {} values, an image of the data set has {} pixels: name a fitting one with --data",
            model.inputs(),
            images.pixels
        );
        let engine = || CpuEngine::network(model, &Options { threads: 1, ..Options::default() });
        let part = |images_of: &[usize]| -> Result<Vec<usize>> {
            let mut engine = engine()?;
            let one = |&i: &usize| Ok(engine.run(&input(images.image(i)))?.last().map_or(0, |y| argmax(y)));
            images_of.iter().map(one).collect()
        };
        let all: Vec<usize> = (0..images.len()).collect();
        let found: Vec<usize> = all.par_chunks(500).map(part).collect::<Result<Vec<_>>>()?.concat();
        let wrong = found.iter().zip(&images.labels).filter(|(f, l)| **f != usize::from(**l)).count();
        let live = model.kept() <= LIVE && model.layers.iter().all(|l| l.op == Op::Linear);
        let shown = Shown::new(model, config)?;
        let sample = |i: usize| -> Result<Sample> { Ok(shown.run(images.image(i))?.of_set(i, images.labels[i])) };
        let samples = choose(images, &found, count).into_iter().map(sample).collect::<Result<_>>()?;
        let counted: Vec<Vec<i16>> = (0..COUNTED.min(images.len())).map(|i| input(images.image(i))).collect();
        let (cycles, efficiency, energy) = averages(model, config, &counted)?;
        let side = images.pixels.isqrt();
        Ok(Page {
            side: if side * side == images.pixels { side } else { 0 },
            pixel_units: PIXEL_UNITS,
            live,
            layers: model.layers.iter().map(|l| layer(l, live)).collect(),
            samples,
            error_pct: 100.0 * wrong as f64 / found.len() as f64,
            tested: found.len(),
            cycles,
            efficiency,
            energy,
            eie_bytes: eie_bytes(model, EIE_PES),
            studio: None,
            begin: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_images_come_behind_one_of_each_label() {
        let images = Dataset { images: vec![0; 6], labels: vec![3, 1, 1, 3, 0, 1], pixels: 1 };
        assert_eq!(choose(&images, &[3, 1, 7, 3, 0, 2], 4), [4, 1, 0, 2]);
        assert_eq!(choose(&images, &[3, 1, 7, 3, 0, 2], 20).len(), 6);
    }
}
