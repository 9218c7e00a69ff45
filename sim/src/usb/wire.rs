//! Packets on two lines: SYNC, NRZI, stuffing and ends, to samples and back.

use super::lines::{Lines, DRIVES, D_N, D_P, PULLED, RESET};
use super::UsbError;
use eie_host::numbers::Numbers;

/// Idle, and a one that follows it.
const J: u8 = D_P;
/// The other one.
const K: u8 = D_N;
/// Ones after which a zero is stuffed.
const RUN: u32 = 6;
/// Bits for which a host waits for an answer.
const PATIENCE: usize = 18;

/// How the host's side of the line is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quality {
    /// Millionths by which the host's bits are longer than they should be. USB allows 2,500 either way.
    pub slow_ppm: f64,
    /// Cycles by which its edges are early or late at most.
    pub jitter: f64,
    /// Cycles by which D- follows D+.
    pub skew: usize,
}

/// See the module's documentation.
pub struct Wire {
    lines: Lines,
    quality: Quality,
    /// Cycles of the device a bit of the host.
    bit: f64,
    numbers: Numbers,
    /// Every packet so far, the host's and the device's, without those that were damaged on the way.
    pub log: Vec<Vec<u8>>,
    /// Shortest and longest time that the device took for an answer, in bits.
    pub turnaround: (f64, f64),
}

/// The check of some bits, as the standard's text has it: divided out, the highest power first, complement.
pub fn check(bits: impl Iterator<Item = bool>, width: u32, polynomial: u32) -> u32 {
    let ones = (1 << width) - 1;
    let left = bits.fold(ones, |left: u32, bit| {
        let out = left >> (width - 1) & 1 == 1;
        let moved = left << 1 & ones;
        if out != bit {
            moved ^ polynomial
        } else {
            moved
        }
    });
    // It is sent with the highest power first, where all else is sent with the lowest bit first.
    (!left & ones).reverse_bits() >> (32 - width)
}

/// The bits of bytes as they are sent.
pub fn bits(bytes: &[u8]) -> impl Iterator<Item = bool> + '_ {
    bytes.iter().flat_map(|byte| (0..8).map(move |k| byte >> k & 1 == 1))
}

/// Bits with a zero after six ones; the SYNC's last one counts.
fn stuffed(bytes: &[u8]) -> Vec<bool> {
    let (mut out, mut run) = (Vec::new(), 0);
    for bit in bits(&[0x80]).chain(bits(bytes)) {
        out.push(bit);
        run = if bit { run + 1 } else { 0 };
        if run == RUN {
            out.push(false);
            run = 0;
        }
    }
    out
}

impl Wire {
    /// Of a device with so many cycles a bit.
    pub fn new(lines: Lines, clocks: u32, quality: Quality) -> Self {
        let bit = f64::from(clocks) * (1.0 + quality.slow_ppm * 1e-6);
        Wire { lines, quality, bit, numbers: Numbers(1), log: Vec::new(), turnaround: (f64::MAX, 0.0) }
    }

    /// The device and its lines.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// Cycles so far.
    pub fn cycle(&self) -> u64 {
        self.lines.cycle()
    }

    /// Drives these states, each for a bit.
    fn drive(&mut self, states: &[u8]) -> Result<(), UsbError> {
        let (mut samples, mut end) = (Vec::new(), 0.0);
        for &state in states {
            end += self.bit;
            let early = (self.numbers.below(2001) as f64 / 1000.0 - 1.0) * self.quality.jitter;
            samples.resize(samples.len().max((end + early).round() as usize), state | DRIVES);
        }
        // D- a little behind.
        let skewed: Vec<u8> = (0..samples.len())
            .map(|k| samples[k] & !D_N | samples[k.saturating_sub(self.quality.skew)] & D_N)
            .collect();
        let out = self.lines.run(&skewed);
        match out.iter().position(|s| s & DRIVES != 0) {
            Some(at) => Err(UsbError::Turn(self.cycle() - (out.len() - at) as u64)),
            None => Ok(()),
        }
    }

    /// Nobody drives for so many bits.
    ///
    /// # Errors
    /// The device does.
    pub fn idle(&mut self, bits: usize) -> Result<(), UsbError> {
        let out = self.lines.run(&vec![0; (bits as f64 * self.bit).round() as usize]);
        match out.iter().position(|s| s & DRIVES != 0) {
            Some(at) => Err(UsbError::Turn(self.cycle() - (out.len() - at) as u64)),
            None => Ok(()),
        }
    }

    /// Drives what is no packet for so many bits, then idle for as long as a device may need to see that it is over.
    ///
    /// # Errors
    /// The device takes it for something to answer.
    pub fn noise(&mut self, bits: usize) -> Result<(), UsbError> {
        let states: Vec<u8> = (0..bits).map(|_| [J, K, J, K, 0, J | K][self.numbers.below(6)]).collect();
        self.drive(&states)?;
        self.drive(&[J])?;
        self.idle(40)
    }

    /// Both lines low for so many bits, then idle.
    ///
    /// # Errors
    /// The device drives them.
    pub fn reset_bus(&mut self, bits: usize) -> Result<(), UsbError> {
        self.drive(&vec![0; bits])?;
        self.idle(40)
    }

    /// The device's own reset for so many cycles: whether it was on the bus, and whether it is 20 cycles later.
    pub fn reset_device(&mut self, cycles: usize) -> (bool, bool) {
        let during = self.lines.run(&vec![RESET; cycles]);
        let after = self.lines.run(&[0; 20]);
        let pulled = |samples: &[u8]| samples.last().is_some_and(|s| s & PULLED != 0);
        (pulled(&during), pulled(&after))
    }

    /// Sends a packet.
    ///
    /// # Errors
    /// The device drives the lines.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), UsbError> {
        self.log.push(bytes.to_vec());
        self.send_damaged(bytes, None)
    }

    /// Sends one of which a bit is turned, that of the packet without stuffing.
    ///
    /// # Errors
    /// The device drives the lines.
    pub fn send_damaged(&mut self, bytes: &[u8], turned: Option<usize>) -> Result<(), UsbError> {
        let mut bytes = bytes.to_vec();
        if let Some(at) = turned {
            bytes[at / 8] ^= 1 << (at % 8);
        }
        let mut level = J;
        let mut states = Vec::new();
        for bit in stuffed(&bytes) {
            level ^= if bit { 0 } else { J | K };
            states.push(level);
        }
        states.extend([0, 0, J]);
        self.drive(&states)
    }

    /// Waits for an answer: its bytes, if there is one.
    ///
    /// # Errors
    /// It comes too early, or is no packet.
    pub fn listen(&mut self) -> Result<Option<Vec<u8>>, UsbError> {
        let step = self.bit.round() as usize;
        let mut samples: Vec<u8> = Vec::new();
        let drives = |s: &u8| s & DRIVES != 0;
        while samples.len() < PATIENCE * step && !samples.iter().any(drives) {
            samples.extend(self.lines.run(&vec![0; step]));
        }
        let Some(begin) = samples.iter().position(drives) else { return Ok(None) };
        while samples.last().is_some_and(drives) {
            samples.extend(self.lines.run(&vec![0; step]));
        }
        let end = samples.iter().rposition(drives).map_or(0, |at| at + 1);
        // The host drove J for a bit after its end.
        let turnaround = 1.0 + begin as f64 / self.bit;
        self.turnaround = (self.turnaround.0.min(turnaround), self.turnaround.1.max(turnaround));
        if !(2.0..=6.5).contains(&turnaround) {
            return Err(UsbError::Turnaround(turnaround));
        }
        let bytes = self.decode(&samples[begin..end])?;
        self.log.push(bytes.clone());
        Ok(Some(bytes))
    }

    /// From samples to bytes. Every level must last whole bits.
    fn decode(&self, samples: &[u8]) -> Result<Vec<u8>, UsbError> {
        let fail = |why: String| Err(UsbError::Packet(why));
        let mut states: Vec<u8> = Vec::new();
        for run in samples.chunk_by(|a, b| (a ^ b) & (J | K) == 0) {
            let bits = run.len() as f64 / self.bit;
            if !run.iter().all(|s| s & DRIVES != 0) || (bits - bits.round()).abs() > 0.25 {
                return fail(format!("a level of {bits:.2} bits"));
            }
            states.extend(std::iter::repeat_n(run[0] & (J | K), bits.round() as usize));
        }
        let Some(body) = states.strip_suffix(&[0, 0, J]) else {
            return fail(format!("its end is {:?}", &states[states.len().saturating_sub(4)..]));
        };
        if let Some(at) = body.iter().position(|s| *s != J && *s != K) {
            return fail(format!("both lines are equal in bit {at}"));
        }
        let line: Vec<bool> = std::iter::once(&J).chain(body).zip(body).map(|(before, now)| before == now).collect();
        let Some(rest) = line.strip_prefix(&[false, false, false, false, false, false, false, true]) else {
            return fail("no SYNC".into());
        };
        let (mut bytes, mut count, mut run) = (Vec::new(), 0, 1);
        for &bit in rest {
            if run == RUN {
                if bit {
                    return fail("seven ones in a row".into());
                }
                run = 0;
                continue;
            }
            run = if bit { run + 1 } else { 0 };
            if count % 8 == 0 {
                bytes.push(0);
            }
            bytes[count / 8] |= u8::from(bit) << (count % 8);
            count += 1;
        }
        match count % 8 == 0 && !bytes.is_empty() && run != RUN {
            true => Ok(bytes),
            false => fail(format!("{count} bits")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_those_of_published_examples() {
        // USB-IF, "Cyclic redundancy checks in USB": SETUP of address 0x15, endpoint 0xe; data 00 01 02 03.
        let token = 0x15u32 | 0xe << 7;
        assert_eq!(check((0..11).map(|k| token >> k & 1 == 1), 5, 0b00101).reverse_bits() >> 27, 0b10111);
        let crc = check(bits(&[0, 1, 2, 3]), 16, 0x8005);
        assert_eq!(crc.reverse_bits() >> 16, 0xf75e, "{crc:04x}");
        assert_ne!(check(bits(&[0, 1, 2, 2]), 16, 0x8005), crc);
    }

    #[test]
    fn zeros_are_stuffed_after_six_ones() {
        assert_eq!(stuffed(&[]).len(), 8);
        // The SYNC's one, and five more.
        assert_eq!(stuffed(&[0x1f]).len(), 17);
        assert_eq!(stuffed(&[0x0f]).len(), 16);
        assert_eq!(stuffed(&[0xfe, 0x01]).len(), 8 + 16 + 1);
    }
}
