//! Negative controls: one flipped bit in a device's memory, of which every check must take notice.

use eie_spec::arith::CODES;
use eie_spec::config::Config;
use eie_spec::image::{Entry, Image, Pointer};
use eie_spec::regs::{address, Region, ALL_PES, STEP_SHIFT_BIT, STEP_WORDS};
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

/// The word to write in place of the right one: (address, data). One bit differs.
///
/// The place is chosen so that the fault can be seen: in the first layer's column with the most work, which is its
/// length times how often its input is not zero (`activity`, by position); the most used code. None where the
/// image has no such word to damage.
pub fn fault_word(image: &Image, config: &Config, fault: Fault, activity: &[u64]) -> Option<(u32, u32)> {
    let step = image.steps.first()?;
    let first_layer = step.groups as usize * config.pes;
    let busiest = || {
        let columns = image.pes.iter().enumerate().flat_map(|(pe, memory)| {
            let words = memory.pointers.iter().take(first_layer).enumerate();
            words.map(move |(k, &word)| (pe, k, Pointer::decode(word, config)))
        });
        let work = |len: u32, position: usize| u64::from(len) * activity.get(position).copied().unwrap_or(0);
        columns.filter(|c| c.2.len > 0).min_by_key(|c| (Reverse(work(c.2.len, c.1)), c.0, c.1))
    };
    match fault {
        Fault::Weight => {
            let (pe, _, pointer) = busiest()?;
            let (book, entries) = (&image.codebooks[0], &image.pes[pe].entries);
            // The bit of a code that changes the weight most.
            let change = |place: u32, bit: u32| {
                let entry = Entry::decode(entries[place as usize]);
                let other = book[entry.code as usize ^ (1 << bit)];
                book[entry.code as usize].abs_diff(other)
            };
            let places = (pointer.start..pointer.start + pointer.len)
                .filter(|&p| !Entry::decode(entries[p as usize]).is_filler(config.run_bits));
            let all = places.flat_map(|p| (0..CODES.ilog2()).map(move |bit| (p, bit)));
            let (place, bit) = all.max_by_key(|&(p, bit)| change(p, bit))?;
            let word = u32::from(entries[place as usize]) ^ (1 << bit);
            Some((address(Region::Weight, pe as u32, place), word))
        }
        Fault::Pointer => {
            let (pe, place, _) = busiest()?;
            let word = image.pes[pe].pointers[place] ^ 1;
            Some((address(Region::Pointer, pe as u32, place as u32), word))
        }
        Fault::Codebook => {
            let mut uses = [0usize; CODES];
            for word in image.pes.iter().flat_map(|p| &p.entries) {
                let entry = Entry::decode(*word);
                if !entry.is_filler(config.run_bits) {
                    uses[entry.code as usize] += 1;
                }
            }
            let code = (0..CODES).max_by_key(|&c| uses[c])?;
            let word = image.codebooks[0][code] as u16 ^ 0x2000;
            Some((address(Region::Codebook, ALL_PES, code as u32), word.into()))
        }
        Fault::Shift => {
            let word = step.encode()[STEP_WORDS as usize - 1] ^ (1 << STEP_SHIFT_BIT);
            Some((address(Region::Step, 0, STEP_WORDS - 1), word))
        }
    }
}
