//! What a device's memories hold: made by [`crate::pack`], written by the driver, run by the hardware and by
//! the packed golden model.

use crate::arith::{self, CODES, CODE_BITS};
use crate::config::Config;
use crate::regs::{address, Region, Step, ALL_PES, PE_SHIFT, REGION_SHIFT, STEP_WORDS};

/// A weight entry: run in the high bits, code in the low ones (R4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Rows skipped before this one; the all-ones run is a filler.
    pub run: u32,
    /// Codebook index; of no meaning in a filler.
    pub code: u8,
}

impl Entry {
    /// The word in the weight memory.
    pub fn encode(self) -> u16 {
        (self.run << CODE_BITS | u32::from(self.code)) as u16
    }

    /// What the weight decoder sees in a word.
    pub fn decode(word: u16) -> Self {
        Entry { run: u32::from(word) >> CODE_BITS, code: (word as usize % CODES) as u8 }
    }

    /// Whether the entry only skips rows.
    pub fn is_filler(self, run_bits: u32) -> bool {
        self.run == arith::run_symbol(run_bits)
    }
}

/// Where a column's entries are in a PE's weight memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// Address of the first entry.
    pub start: u32,
    /// Number of entries, fillers included.
    pub len: u32,
}

impl Pointer {
    /// The word in the pointer memory.
    pub fn encode(self, config: &Config) -> u32 {
        self.start | self.len << config.start_bits()
    }

    /// What the walker sees in a word.
    pub fn decode(word: u32, config: &Config) -> Self {
        let start_mask = (1 << config.start_bits()) - 1;
        Pointer { start: word & start_mask, len: word >> config.start_bits() }
    }
}

/// The memories of one PE.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeImage {
    /// [`Pointer`] words.
    pub pointers: Vec<u32>,
    /// [`Entry`] words.
    pub entries: Vec<u16>,
    /// [`arith::bias_word`]s.
    pub bias: Vec<i32>,
}

/// The memories of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// [`Config::hash`] of the device that it is for.
    pub config_hash: u32,
    /// One per PE.
    pub pes: Vec<PeImage>,
    /// One per step that uses another one; unused codes are 0.
    pub codebooks: Vec<[i16; CODES]>,
    /// What the sequencer runs.
    pub steps: Vec<Step>,
}

impl Image {
    /// Every word to write, as (address, data).
    pub fn words(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let of_pe = |pe: usize| {
            let at = move |region, offset: usize| address(region, pe as u32, offset as u32);
            let image = &self.pes[pe];
            let pointers = image.pointers.iter().enumerate().map(move |(k, &w)| (at(Region::Pointer, k), w));
            let entries = image.entries.iter().enumerate().map(move |(k, &w)| (at(Region::Weight, k), u32::from(w)));
            let bias = image.bias.iter().enumerate().map(move |(k, &w)| (at(Region::Bias, k), w as u32));
            pointers.chain(entries).chain(bias)
        };
        let codebooks = self
            .codebooks
            .iter()
            .flatten()
            .enumerate()
            .map(|(k, &w)| (address(Region::Codebook, ALL_PES, k as u32), u32::from(w as u16)));
        let steps = self.steps.iter().enumerate().flat_map(|(k, step)| {
            let base = k as u32 * STEP_WORDS;
            step.encode().into_iter().zip(base..).map(|(w, k)| (address(Region::Step, 0, k), w))
        });
        (0..self.pes.len()).flat_map(of_pe).chain(codebooks).chain(steps)
    }
}

impl Image {
    /// Writes a word as a device would: what [`Image::words`] lists, by its address. Says whether there is such a
    /// word.
    pub fn write(&mut self, at: u32, data: u32) -> bool {
        let same_region = |region| at >> REGION_SHIFT == region as u32;
        let (pe, offset) = ((at >> PE_SHIFT & ALL_PES) as usize, (at & 0xffff) as usize);
        let memory = self.pes.get_mut(pe);
        if same_region(Region::Pointer) {
            memory.and_then(|m| m.pointers.get_mut(offset)).map(|w| *w = data)
        } else if same_region(Region::Weight) {
            memory.and_then(|m| m.entries.get_mut(offset)).map(|w| *w = data as u16)
        } else if same_region(Region::Bias) {
            memory.and_then(|m| m.bias.get_mut(offset)).map(|w| *w = data as i32)
        } else if same_region(Region::Codebook) {
            self.codebooks.get_mut(offset / CODES).map(|c| c[offset % CODES] = data as u16 as i16)
        } else if same_region(Region::Step) {
            let words = STEP_WORDS as usize;
            self.steps.get_mut(offset / words).map(|step| {
                let mut all = step.encode();
                all[offset % words] = data;
                *step = Step::decode(&all);
            })
        } else {
            None
        }
        .is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_words_are_read_back() {
        let pe = PeImage { pointers: vec![1, 2], entries: vec![3], bias: vec![-4] };
        let step = Step::decode(&[5, 6, 7, 8]);
        let codebooks = vec![[9; CODES]; 2];
        let image = Image { config_hash: 0, pes: vec![pe.clone(), pe], codebooks, steps: vec![step, step] };
        for (k, (at, data)) in image.words().enumerate() {
            // A codebook's words go to every PE, so their address names none.
            let mut other = image.clone();
            assert!(other.write(at, data ^ 1), "{at:#x}");
            let changed: Vec<_> = other.words().zip(image.words()).enumerate().filter(|(_, (a, b))| a != b).collect();
            assert!(changed.len() == 1 && changed[0].0 == k || at >> REGION_SHIFT == Region::Step as u32, "{at:#x}");
        }
        assert!(!image.clone().write(address(Region::Weight, 0, 1), 0));
        assert!(!image.clone().write(address(Region::Control, 0, 0), 0));
    }

    #[test]
    fn words_round_trip() {
        let config = Config::for_pes(16).unwrap();
        let p = Pointer { start: 2047, len: 33 };
        assert_eq!(Pointer::decode(p.encode(&config), &config), p);
        let e = Entry { run: 31, code: 9 };
        assert_eq!(Entry::decode(e.encode()), e);
        assert!(e.is_filler(5) && !e.is_filler(6));
    }
}
