//! Sweeps over what a device could be, with the cycle model: as figures 8, 9 and 11 to 13 of the EIE paper (Han et al.,
//! ISCA 2016), on the made layers of its table III. Nothing is simulated but cycles, so a point takes milliseconds.
//!
//! | sweep | figure | what it varies |
//! |---|---|---|
//! | [`fifo`] | 8 | depth of the queues |
//! | [`widths`] | 9 | width of the weight memory's words |
//! | [`runs`] | (11) | bits of a run |
//! | [`pes`] | 11, 12, 13 | number of PEs |
//!
//! Queues of a device are at least 16 deep, since what is on its way must have room. So that depths from 1 on can be
//! compared, [`fifo`] has idealised ones ([`Queue::Ideal`]): their flags take no time, and what is on its way counts.

use crate::bench::{self, Shape};
use crate::cosim::CosimError;
use eie_spec::config::{Config, Params};
use eie_spec::cycles::{Counts, Model as Cycles, Queue};
use eie_spec::golden::Packed;
use eie_spec::image::Pointer;
use eie_spec::pack::{pack_with, Options, Program};
use eie_spec::timing::Latencies;
use serde::Serialize;

/// A layer at one point of a sweep.
#[derive(Clone, Debug, Serialize)]
pub struct Point {
    /// The layer.
    pub layer: String,
    /// What is varied: depth, bits, or PEs.
    pub x: usize,
    /// From start to done.
    pub cycles: u64,
    /// Multiplications.
    pub macs: u64,
    /// Share of compute cycles in which a PE issued an entry: 1 less EIE's bubbles.
    pub load: f64,
    /// Share of entries that are no fillers.
    pub work: f64,
    /// Multiplications over PEs times cycles.
    pub efficiency: f64,
    /// Bits of all weight entries, fillers included.
    pub weight_bits: u64,
    /// How often a PE's weight memory was read, over all PEs ([`widths`] only).
    pub reads: Option<u64>,
    /// Energy of these reads in nanojoules ([`widths`] only).
    pub read_nj: Option<f64>,
}

/// Energy of a read of 32 bits from a small SRAM, in picojoules: EIE's table I (45 nm).
pub const READ_32_PJ: f64 = 5.0;
/// Share of it that does not depend on the width: an assumption, as the paper gives no number. With none a read of
/// twice the width would cost twice as much and a wide one never pay.
pub const FIXED_SHARE: f64 = 0.5;
/// Largest weight memory of a PE.
const DEEPEST: usize = 1 << 16;

/// A packed layer and an input for it.
struct Packing {
    name: String,
    program: Program,
    input: Vec<i16>,
}

impl Packing {
    fn new(shape: &Shape, number: usize, params: Params) -> Result<Self, CosimError> {
        let config = Config::new(params)?;
        let (model, mut inputs) = bench::made(shape, number, 1);
        let program = pack_with(&model, &config, &Options { activity: shape.activity, ..Options::default() })?;
        Ok(Packing { name: shape.name.to_owned(), program, input: inputs.swap_remove(0) })
    }

    fn point(&self, x: usize, queue: Queue) -> Result<Point, CosimError> {
        let Counts { cycles, compute_cycles, per_pe } =
            Cycles::with(&self.program, queue, Latencies::of(&self.program.config)).run(&[&self.input])?;
        let work = Packed::new(&self.program).run(&self.input)?.work;
        let config = &self.program.config;
        let busy: u64 = per_pe.iter().map(|pe| pe.busy).sum();
        let entries = self.program.stages.iter().flat_map(|s| &s.image.pes).map(|pe| pe.entries.len() as u64);
        let pes = config.pes as f64;
        Ok(Point {
            layer: self.name.clone(),
            x,
            cycles,
            macs: work.macs,
            load: busy as f64 / (pes * compute_cycles as f64),
            work: work.macs as f64 / (work.macs + work.fillers).max(1) as f64,
            efficiency: work.macs as f64 / (pes * cycles as f64),
            weight_bits: entries.sum::<u64>() * u64::from(config.entry_bits()),
            reads: None,
            read_nj: None,
        })
    }

    /// Words of so many bits that the active columns of all PEs lie in. A column begins where the one before ends, so
    /// a word at an edge may be read twice.
    fn reads(&self, width: usize) -> u64 {
        let config = &self.program.config;
        let per_word = (width as u64 / u64::from(config.entry_bits())).max(1);
        let mut reads = 0;
        for stage in &self.program.stages {
            let Some(step) = stage.image.steps.first() else { continue };
            let split = u32::from(step.split);
            for (position, from) in stage.gather.iter().enumerate() {
                if from.is_none_or(|j| self.input[j as usize] == 0) {
                    continue;
                }
                let (lane, group) = config.lane_of(position % config.pes, split);
                let place = step.ptr_base as usize + position / config.pes * config.row_lanes(split) + lane;
                for pe in (0..config.row_lanes(split)).map(|lane| config.pe_of(lane, group, split)) {
                    let Pointer { start, len } = Pointer::decode(stage.image.pes[pe].pointers[place], config);
                    if len > 0 {
                        let (first, last) = (u64::from(start), u64::from(start + len - 1));
                        reads += last / per_word - first / per_word + 1;
                    }
                }
            }
        }
        reads
    }
}

/// Efficiency by depth of the (idealised) queues, 64 PEs.
///
/// # Errors
/// Those of the packer.
pub fn fifo(shape: &Shape, number: usize, depths: &[usize]) -> Result<Vec<Point>, CosimError> {
    let packing = Packing::new(shape, number, bench::deep(64))?;
    depths.iter().map(|&depth| packing.point(depth, Queue::Ideal(depth))).collect()
}

/// Reads and their energy by width of the weight memory's words, 64 PEs.
///
/// # Errors
/// Those of the packer.
pub fn widths(shape: &Shape, number: usize, widths: &[usize]) -> Result<Vec<Point>, CosimError> {
    let packing = Packing::new(shape, number, bench::deep(64))?;
    let point = packing.point(0, Queue::Device)?;
    let at = |&width: &usize| {
        let reads = packing.reads(width);
        let read_pj = READ_32_PJ * (FIXED_SHARE + (1.0 - FIXED_SHARE) * width as f64 / 32.0);
        Point { x: width, reads: Some(reads), read_nj: Some(reads as f64 * read_pj / 1000.0), ..point.clone() }
    };
    Ok(widths.iter().map(at).collect())
}

/// Fillers, size and cycles by bits of a run, 64 PEs.
///
/// # Errors
/// Those of the packer.
pub fn runs(shape: &Shape, number: usize, bits: &[usize]) -> Result<Vec<Point>, CosimError> {
    let point = |&bits: &usize| {
        let params = Params { run_bits: bits as u32, ..bench::deep(64) };
        Packing::new(shape, number, params)?.point(bits, Queue::Device)
    };
    bits.iter().map(point).collect()
}

/// Load, fillers and cycles by number of PEs. What one PE cannot hold it takes in tiles; loading them is not counted.
///
/// # Errors
/// Those of the packer.
pub fn pes(shape: &Shape, number: usize, pes: &[usize]) -> Result<Vec<Point>, CosimError> {
    let point = |&pes: &usize| {
        let rows = shape.outputs.div_ceil(pes).next_power_of_two().clamp(1024, 4096);
        let deep = bench::deep(pes);
        let params = Params { acc_depth: rows, bias_depth: rows, act_depth: 1 << 14, weight_depth: DEEPEST, ..deep };
        Packing::new(shape, number, Params { ptr_depth: 1 << 16, ..params })?.point(pes, Queue::Device)
    };
    pes.iter().map(point).collect()
}
