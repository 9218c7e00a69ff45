//! The nine layers of the EIE paper on the cycle model, beside its figures.

use anyhow::Result;
use eie_sim::bench::{deep, made, Shape, EIE_LAYERS, EIE_MHZ};
use eie_spec::config::Config;
use eie_spec::cycles::Model as CycleModel;
use eie_spec::pack::pack;
use serde::Serialize;

/// PEs of EIE.
const PES: usize = 64;

/// A layer.
#[derive(Serialize)]
pub struct Row {
    name: &'static str,
    cycles: u64,
    /// At the board's clock, were the array there.
    us: f64,
    /// At EIE's clock.
    us_at_800_mhz: f64,
    /// EIE's.
    eie_us: Option<f64>,
}

/// All nine, on 64 PEs with memories that hold them: more than any of the boards has.
pub fn rows(clock: f64) -> Result<Vec<Row>> {
    let config = Config::new(deep(PES))?;
    let one = |(number, shape): (usize, &Shape)| {
        let (model, inputs) = made(shape, number, 1);
        let program = pack(&model, &config)?;
        let cycles = CycleModel::new(&program).run(&[&inputs[0]])?.cycles;
        let us_at = |mhz: f64| cycles as f64 / mhz;
        Ok(Row { name: shape.name, cycles, us: us_at(clock), us_at_800_mhz: us_at(EIE_MHZ), eie_us: shape.eie_us })
    };
    EIE_LAYERS.iter().enumerate().map(one).collect()
}

/// A table on standard error.
pub fn print(rows: &[Row]) {
    if rows.is_empty() {
        return;
    }
    eprintln!("\n{:9} {:>8} {:>10} {:>13} {:>9}", "64 PEs", "cycles", "us", "us at 800 MHz", "EIE's us");
    for r in rows {
        let eie = r.eie_us.map_or_else(String::new, |us| format!("{us:.1}"));
        eprintln!("{:9} {:>8} {:>10.1} {:>13.1} {eie:>9}", r.name, r.cycles, r.us, r.us_at_800_mhz);
    }
}
