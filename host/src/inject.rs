//! Negative controls: one flipped bit in a device's memory, of which every check must take notice.

use eie_spec::arith::{CODES, CODE_BITS};
use eie_spec::config::Config;
use eie_spec::image::{Entry, Image, Pointer};
use eie_spec::regs::{address, Region, Step, ALL_PES, STEP_SHIFT_BIT, STEP_WORDS};
use std::cmp::Reverse;

/// Which memory to damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A weight entry's code.
    Weight,
    /// A column pointer's start.
    Pointer,
    /// A codebook value.
    Codebook,
    /// The requantising shift of the first step.
    Shift,
}

/// Columns tried at most.
const CANDIDATES: usize = 200;

/// Words to write in place of the right ones, as (address, data), each with one bit that differs; those first
/// that are most likely to be seen in the results.
///
/// Columns of the first layer are taken in the order of their work, which is their length times how often their
/// input is not zero (`activity`, by position); codes in the order of their use. Empty where the image has no such
/// word to damage.
pub fn fault_words(image: &Image, config: &Config, fault: Fault, activity: &[u64]) -> Vec<(u32, u32)> {
    match fault {
        Fault::Weight => {
            let columns = busiest_columns(image, config, activity);
            columns.into_iter().filter_map(|(pe, _, pointer)| weight_word(image, config, pe, pointer)).collect()
        }
        Fault::Pointer => {
            let word = |(pe, place, _): (usize, usize, Pointer)| {
                (address(Region::Pointer, pe as u32, place as u32), image.pes[pe].pointers[place] ^ 1)
            };
            busiest_columns(image, config, activity).into_iter().map(word).collect()
        }
        Fault::Codebook => {
            let mut uses = [0usize; CODES];
            for word in image.pes.iter().flat_map(|p| &p.entries) {
                let entry = Entry::decode(*word);
                if !entry.is_filler(config.run_bits) {
                    uses[entry.code as usize] += 1;
                }
            }
            let mut codes: Vec<usize> = (0..CODES).filter(|&c| uses[c] > 0).collect();
            codes.sort_by_key(|&c| Reverse(uses[c]));
            let word = |c: usize| (image.codebooks[0][c] as u16 ^ 0x2000).into();
            codes.into_iter().map(|c| (address(Region::Codebook, ALL_PES, c as u32), word(c))).collect()
        }
        Fault::Shift => {
            let last_word = |k: usize| (k as u32 + 1) * STEP_WORDS - 1;
            let word = |(k, step): (usize, &Step)| {
                (
                    address(Region::Step, 0, last_word(k)),
                    step.encode()[STEP_WORDS as usize - 1] ^ (1 << STEP_SHIFT_BIT),
                )
            };
            image.steps.iter().enumerate().map(word).collect()
        }
    }
}

/// Columns of the first step as (pe, pointer's place, pointer), those with the most work first.
fn busiest_columns(image: &Image, config: &Config, activity: &[u64]) -> Vec<(usize, usize, Pointer)> {
    let (groups, split) = image.steps.first().map_or((0, 0), |s| (s.groups as usize, u32::from(s.split)));
    let lanes = config.row_lanes(split);
    let columns = image.pes.iter().enumerate().flat_map(|(pe, memory)| {
        let words = memory.pointers.iter().take(groups * lanes).enumerate();
        words.map(move |(k, &word)| (pe, k, Pointer::decode(word, config)))
    });
    // The position that a PE's pointer is for.
    let position =
        |pe: usize, k: usize| k / lanes * config.pes + config.pe_of(k % lanes, config.lane_of(pe, split).1, split);
    let active = |pe: usize, k: usize| activity.get(position(pe, k)).copied().unwrap_or(0);
    let mut columns: Vec<_> = columns.filter(|c| c.2.len > 0).collect();
    columns.sort_by_key(|c| (Reverse(u64::from(c.2.len) * active(c.0, c.1)), c.0, c.1));
    columns.truncate(CANDIDATES);
    columns
}

/// The entry of a column, and the bit of its code, that change a weight most.
fn weight_word(image: &Image, config: &Config, pe: usize, column: Pointer) -> Option<(u32, u32)> {
    let (book, entries) = (&image.codebooks[0], &image.pes[pe].entries);
    let change = |place: u32, bit: u32| {
        let code = Entry::decode(entries[place as usize]).code as usize;
        book[code].abs_diff(book[code ^ (1 << bit)])
    };
    let weights = (column.start..column.start + column.len)
        .filter(|&p| !Entry::decode(entries[p as usize]).is_filler(config.run_bits));
    let all = weights.flat_map(|p| (0..CODE_BITS).map(move |bit| (p, bit)));
    let (place, bit) = all.max_by_key(|&(p, bit)| change(p, bit))?;
    let word = u32::from(entries[place as usize]) ^ (1 << bit);
    Some((address(Region::Weight, pe as u32, place), word))
}
