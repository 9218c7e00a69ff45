//! The unpacker.

use super::Program;
use crate::image::{Entry, Pointer};

/// The unpacker: what a program's images say about each layer's weights, as (row, column, value), sorted.
///
/// The inverse of [`pack`], from the images' words: a check that packing lost nothing.
pub fn unpack(program: &Program) -> Vec<Vec<(u32, u32, i16)>> {
    let config = &program.config;
    let mut layers = vec![Vec::new(); program.outputs.len()];
    for (number, stage) in program.stages.iter().enumerate() {
        if stage.vectors.start > 0 {
            // Loaded again for other vectors of the batch.
            continue;
        }
        // Which input of the next layer each activation is.
        let mut inputs = vec![None; config.act_depth * config.pes];
        inputs[..stage.gather.len()].copy_from_slice(&stage.gather);
        for (k, (step, map)) in stage.image.steps.iter().zip(&stage.steps).enumerate() {
            if map.vector != 0 {
                continue;
            }
            // A step that does not drain shares its rows with the next one that does.
            let later = program.stages[number + 1..].iter().flat_map(|s| &s.steps);
            let mut steps = stage.steps[k..].iter().chain(later).map(|m| &m.rows);
            let rows = steps.find(|r| !r.is_empty()).unwrap_or(&map.rows);
            let columns = &inputs[step.src_base as usize * config.pes..][..step.groups as usize * config.pes];
            let codebook = &stage.image.codebooks[step.codebook as usize];
            for (pe, memory) in stage.image.pes.iter().enumerate() {
                let split = u32::from(step.split);
                let (lane, group) = config.lane_of(pe, split);
                let columns =
                    columns.iter().enumerate().filter(|(p, _)| config.lane_of(p % config.pes, split).1 == group);
                for (number, (_, column)) in columns.enumerate() {
                    let word = memory.pointers[step.ptr_base as usize + number];
                    let Pointer { start, len } = Pointer::decode(word, config);
                    let mut next = 0;
                    for &word in &memory.entries[start as usize..(start + len) as usize] {
                        let entry = Entry::decode(word);
                        let slot = next + entry.run as usize;
                        let filler = entry.is_filler(config.run_bits);
                        next = slot + usize::from(!filler);
                        let groups = 1 << split;
                        let place = slot / groups * config.pes + config.pe_of(lane, slot % groups, split);
                        if let (false, Some(&Some(row)), &Some(j)) = (filler, rows.get(place), column) {
                            layers[map.layer].push((row, j, codebook[entry.code as usize]));
                        }
                    }
                }
            }
            inputs[step.dst_base as usize * config.pes..][..map.rows.len()].copy_from_slice(&map.rows);
        }
    }
    for list in &mut layers {
        list.sort_unstable();
    }
    layers
}
