//! What a model does with an image, as numbers that a page draws.

use super::data::{bytes, shares};
use crate::estimate::Energy;
use crate::heatmap::Heatmap;
use crate::recorded::Recorded;
use anyhow::Result;
use eie_compressor::net::argmax;
use eie_compressor::quantise::input;
use eie_cpu::{CpuEngine, Options};
use eie_host::Engine;
use eie_spec::config::Config;
use eie_spec::golden::Sparse;
use eie_spec::model::Model;
use serde::Serialize;

/// An image, what came of it, and how.
#[derive(Serialize)]
pub struct Sample {
    /// Its place in the test set, and what it is, if it is of the set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<u8>,
    /// The largest score's place.
    pub found: usize,
    /// Whether all results of the CPU engine are those of the golden model.
    pub same: bool,
    pub pixels: String,
    /// Each layer's results, 16 bits each.
    results: Vec<String>,
    macs: u64,
    efficiency: f64,
    energy: Energy,
    map: Map,
}

/// What each PE did when: shares of 255 in cells, row by row.
#[derive(Serialize)]
struct Map {
    cycles: u64,
    width: u64,
    columns: usize,
    pes: usize,
    busy: String,
    starved: String,
    stalled: String,
    /// Columns in the queues, of `deep` in 255.
    queued: String,
    deep: usize,
}

impl Sample {
    /// The same as the image of this number in the test set.
    pub fn of_set(mut self, number: usize, label: u8) -> Self {
        (self.number, self.label) = (Some(number), Some(label));
        self
    }
}

impl Map {
    fn of(map: &Heatmap, cycles: u64, config: &Config) -> Self {
        let cells = map.cells();
        let starved =
            |busy: &Vec<f64>| busy.iter().zip(&cells.computing).map(|(b, c)| (c - b).max(0.0)).collect::<Vec<f64>>();
        let starved: Vec<Vec<f64>> = cells.busy.iter().map(starved).collect();
        let deep = config.queue_depth;
        let queued: Vec<f64> = cells.queued.iter().flatten().map(|q| q / deep as f64).collect();
        Map {
            cycles,
            width: cells.width,
            columns: cells.columns,
            pes: cells.busy.len(),
            busy: shares(cells.busy.iter().flatten()),
            starved: shares(starved.iter().flatten()),
            stalled: shares(cells.stalled.iter().flatten()),
            queued: shares(&queued),
            deep,
        }
    }
}

/// A model that is packed and ready to be looked at.
pub struct Shown<'a> {
    model: &'a Model,
    config: Config,
    recorded: Recorded,
}

impl<'a> Shown<'a> {
    /// Packs a model for a device.
    ///
    /// # Errors
    /// Those of the packer.
    pub fn new(model: &'a Model, config: &Config) -> Result<Self> {
        Ok(Shown { model, config: config.clone(), recorded: Recorded::new(model, config)? })
    }

    /// An image through the CPU engine, the golden model and the cycle model.
    ///
    /// # Errors
    /// An image of another size.
    pub fn run(&self, pixels: &[u8]) -> Result<Sample> {
        let x = input(pixels);
        let results = CpuEngine::network(self.model, &Options { threads: 1, ..Options::default() })?.run(&x)?;
        let golden = Sparse::new(self.model, self.config.acc_bits).run(&x)?;
        let (map, counts) = self.recorded.record(&[x])?;
        let busy: u64 = counts.per_pe.iter().map(|pe| pe.busy).sum();
        let macs = golden.work.macs;
        let (cycles, work) = (counts.cycles as f64, macs as f64);
        Ok(Sample {
            number: None,
            label: None,
            found: results.last().map_or(0, |y| argmax(y)),
            same: same(&results, &golden.layers),
            pixels: bytes(pixels.iter().copied()),
            results: results.iter().map(|y| bytes(y.iter().flat_map(|v| v.to_le_bytes()))).collect(),
            macs,
            efficiency: work / (self.config.pes as f64 * cycles.max(1.0)),
            energy: Energy::spent(cycles, busy as f64, work, self.model, &self.config),
            map: Map::of(&map, counts.cycles, &self.config),
        })
    }
}

/// Whether two engines gave the same, layer by layer.
fn same(a: &[Vec<i16>], b: &[Vec<i16>]) -> bool {
    a == b
}

/// Bytes of the weights as EIE's memories hold them on `pes` PEs: rows dealt in turn, entries of 4 bits of run and 4 bits
/// of code with a zero weight wherever a run is longer than 15, a pointer of 16 bits for each column, and a codebook.
pub fn eie_bytes(model: &Model, pes: usize) -> u64 {
    let mut bits = 0u64;
    for layer in &model.layers {
        let (mut entries, mut next) = (0u64, vec![0usize; pes]);
        for column in 0..layer.inputs {
            next.fill(0);
            for (row, _) in layer.column(column) {
                let (pe, place) = (row % pes, row / pes);
                let run = place - next[pe];
                entries += 1 + run as u64 / 16;
                next[pe] = place + 1;
            }
        }
        bits += 8 * entries + 16 * ((layer.inputs as u64 + 1) * pes as u64 + 16);
    }
    bits.div_ceil(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_result_of_any_layer_is_seen() {
        let y = vec![vec![1, 2], vec![3]];
        assert!(same(&y, &y.clone()));
        assert!(!same(&y, &[vec![1, 2], vec![4]]) && !same(&y, &[vec![1, 2]]));
    }

    #[test]
    fn entries_of_eie_bridge_long_runs() {
        let layer = |rows: &[u32]| {
            let mut m = eie_spec::container::decode(
                &std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/lenet-300-100.eie")).unwrap(),
            )
            .unwrap();
            m.layers.truncate(1);
            let l = &mut m.layers[0];
            (l.inputs, l.outputs, l.rows, l.codes) = (1, 100, rows.to_vec(), vec![0; rows.len()]);
            l.col_ptr = vec![0, rows.len() as u32];
            m
        };
        let fixed = (16 * (2 + 16)) / 8;
        assert_eq!(eie_bytes(&layer(&[]), 1), fixed);
        assert_eq!(eie_bytes(&layer(&[15]), 1), fixed + 1);
        assert_eq!(eie_bytes(&layer(&[16, 17, 99]), 1), fixed + 2 + 1 + 6);
    }
}
