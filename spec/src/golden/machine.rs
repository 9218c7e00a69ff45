//! The packed golden model behind a device's memory map: what a device is to those who only see its words.

use super::packed::Memories;
use super::Work;
use crate::arith::CODES;
use crate::config::Config;
use crate::image::{Image, PeImage};
use crate::link::execute::Words;
use crate::regs::{self, Region, Step, ALL_PES, PE_SHIFT, REGION_SHIFT, STEP_WORDS};

/// Work of one run, in activations times PEs, after which a machine is stuck until it is reset: step descriptors that
/// make no sense can ask for years.
const PATIENCE: u64 = 1 << 22;

/// A device whose words can be written, read and run. A run is over when the write that starts it is; it takes no
/// cycles, so all counters read as zero.
pub struct Machine {
    config: Config,
    image: Image,
    memories: Memories,
    stuck: bool,
}

impl Machine {
    /// With empty memories.
    pub fn new(config: &Config) -> Self {
        let pe = PeImage {
            pointers: vec![0; config.ptr_depth],
            entries: vec![0; config.weight_depth],
            bias: vec![0; config.bias_depth],
        };
        let image = Image {
            config_hash: config.hash(),
            pes: vec![pe; config.pes],
            codebooks: vec![[0; CODES]; config.codebooks],
            steps: vec![Step::decode(&[0; STEP_WORDS as usize]); config.max_steps],
        };
        Machine { config: config.clone(), image, memories: Memories::new(config), stuck: false }
    }

    /// Makes the machine busy for ever, until it is reset: a fault to test with.
    pub fn get_stuck(&mut self) {
        self.stuck = true;
    }

    /// Place of an activation word, none if there is none.
    fn activation(&self, address: u32) -> Option<usize> {
        let pe = (address >> PE_SHIFT & ALL_PES) as usize;
        let slot = (address & 0xffff) as usize % self.config.act_depth;
        (pe < self.config.pes).then_some(slot * self.config.pes + pe)
    }

    fn start(&mut self, first: usize, last: usize) {
        let mut work = 0;
        for number in first..=last.max(first) {
            let step = self.image.steps[number % self.config.max_steps];
            let split = u32::from(step.split);
            work += (u64::from(step.groups) + u64::from(step.slots)) * (self.config.pes as u64).pow(2);
            if work > PATIENCE || split > self.config.max_split() || self.stuck {
                self.stuck = true;
                return;
            }
            self.memories.run_step(&self.config, &self.image, &step, &mut Work::default());
        }
    }

    /// Cuts a word to what its memory is wide, and its offset to what it is deep.
    fn fit(&self, region: u32, address: u32, data: u32) -> (u32, u32) {
        let c = &self.config;
        let of = |r: Region| region == r as u32;
        let (depth, bits) = if of(Region::Pointer) {
            (c.ptr_depth, c.ptr_bits())
        } else if of(Region::Weight) {
            (c.weight_depth, c.entry_bits())
        } else if of(Region::Bias) {
            (c.bias_depth, 32)
        } else if of(Region::Codebook) {
            (c.codebooks * CODES, 16)
        } else {
            (c.max_steps * STEP_WORDS as usize, 32)
        };
        let offset = (address & 0xffff) % depth as u32;
        (address & !0xffff | offset, (u64::from(data) & ((1 << bits) - 1)) as u32)
    }
}

impl Words for Machine {
    fn pes(&self) -> u32 {
        self.config.pes as u32
    }

    fn write(&mut self, address: u32, data: u32) {
        let region = address >> REGION_SHIFT;
        let everyone = address >> PE_SHIFT & ALL_PES == ALL_PES;
        if region == Region::Control as u32 {
            if address == regs::START {
                self.start((data & 0xff) as usize, (data >> 8 & 0xff) as usize);
            } else if address == regs::RESET {
                self.stuck = false;
                self.memories.clear_sums();
            }
        } else if region == Region::Codebook as u32 || region == Region::Step as u32 {
            let (address, data) = self.fit(region, address, data);
            self.image.write(address, data);
        } else if region <= Region::Step as u32 {
            let pes = if everyone { 0..self.config.pes as u32 } else { 0..1 };
            for pe in pes {
                let at = if everyone { address & !(ALL_PES << PE_SHIFT) | pe << PE_SHIFT } else { address };
                if region == Region::Activation as u32 {
                    if let Some(place) = self.activation(at) {
                        self.memories.act[place] = data as u16 as i16;
                    }
                } else {
                    let (at, data) = self.fit(region, at, data);
                    self.image.write(at, data);
                }
            }
        }
    }

    fn read(&mut self, address: u32) -> u32 {
        if address >> REGION_SHIFT == Region::Activation as u32 {
            return self.activation(address).map_or(0, |place| u32::from(self.memories.act[place] as u16));
        }
        match address {
            regs::IDENT => regs::IDENT_VALUE,
            regs::CONFIG_HASH => self.config.hash(),
            regs::STATUS => self.stuck.into(),
            _ => 0,
        }
    }

    fn wait(&mut self) -> bool {
        !self.stuck
    }
}
