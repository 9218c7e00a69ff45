//! The probability of a bit: counters of several contexts, mixed in the logistic domain by weights that learn.
//! Integers only, so that every machine predicts the same.

use super::coder::Coder;

/// Bits of a counter.
const COUNTER_BITS: u32 = 24;
/// A fast counter follows its last bits at this rate, one in so many.
const FAST: u16 = 128;
/// A slow one.
const SLOW: u16 = 1024;
/// Weights are multiples of 2^-16; each starts with this one.
const FIRST_WEIGHT: i32 = 22_000;
/// Largest magnitude of a weight: 16.
const MOST_WEIGHT: i32 = 1 << 20;
/// Weights learn with 2^-18 of error times input.
const LEARNING: u32 = 18;
/// Largest magnitude of a logit, in 1/256.
const MOST_LOGIT: i32 = 2047;

/// 65536 times the logistic function of -8, -7.5, ... 8, rounded.
const LOGISTIC: [u32; 33] = [
    22, 36, 60, 98, 162, 267, 439, 720, 1179, 1921, 3108, 4971, 7812, 11955, 17625, 24743, 32768, 40793, 47911,
    53581, 57724, 60565, 62428, 63615, 64357, 64816, 65097, 65269, 65374, 65438, 65476, 65500, 65514,
];

/// The probability, in 2^-16, of a logit in 1/256: linear between the values of [`LOGISTIC`].
const fn squash(logit: i32) -> u32 {
    let above = if logit < -MOST_LOGIT {
        -MOST_LOGIT
    } else if logit > MOST_LOGIT {
        MOST_LOGIT
    } else {
        logit
    } + 2048;
    let (place, part) = ((above >> 7) as usize, (above & 127) as u32);
    (LOGISTIC[place] * (128 - part) + LOGISTIC[place + 1] * part + 64) >> 7
}

/// For each probability in 2^-12, the least logit for which [`squash`] gives as much.
static LOGITS: [i16; 4096] = {
    let mut logits = [MOST_LOGIT as i16; 4096];
    let (mut probability, mut logit) = (0, -MOST_LOGIT);
    while logit <= MOST_LOGIT {
        let reached = (squash(logit) >> 4) as usize;
        while probability <= reached {
            logits[probability] = logit as i16;
            probability += 1;
        }
        logit += 1;
    }
    logits
};

/// `65536 / (n + 2)`: how far the counter moves after `n` bits.
static RATES: [u16; SLOW as usize] = {
    let mut rates = [0; SLOW as usize];
    let mut n = 0;
    while n < rates.len() {
        rates[n] = (65536 / (n + 2)) as u16;
        n += 1;
    }
    rates
};

/// How often a bit was one in some context: the mean of a counter that forgets fast and one that forgets slowly.
#[derive(Clone, Copy)]
pub(super) struct Counter {
    fast: u32,
    slow: u32,
    seen: u16,
}

impl Counter {
    /// Before the first bit, `one / 65536` is what is expected.
    pub fn new(one: u16) -> Self {
        let start = u32::from(one) << (COUNTER_BITS - 16);
        Counter { fast: start, slow: start, seen: 0 }
    }

    #[inline]
    fn logit(self) -> i32 {
        LOGITS[((self.fast + self.slow) >> (COUNTER_BITS + 1 - 12)) as usize].into()
    }

    #[inline]
    fn update(&mut self, bit: bool) {
        let target = if bit { (1 << COUNTER_BITS) - 1 } else { 0 };
        let moved = |from: u32, seen: u16| {
            let step = ((target - i64::from(from)) * i64::from(RATES[usize::from(seen)])) >> 16;
            (i64::from(from) + step) as u32
        };
        self.fast = moved(self.fast, self.seen.min(FAST - 1));
        self.slow = moved(self.slow, self.seen);
        self.seen = (self.seen + 1).min(SLOW - 1);
    }
}

/// Mixes `N` counters, with one of several sets of weights.
pub(super) struct Mixer<const N: usize> {
    sets: Vec<[i32; N]>,
}

impl<const N: usize> Mixer<N> {
    pub fn new(sets: usize) -> Self {
        Mixer { sets: vec![[FIRST_WEIGHT; N]; sets] }
    }

    /// Codes a bit, and learns from it.
    #[inline]
    pub fn code(
        &mut self,
        coder: &mut impl Coder,
        set: usize,
        counters: [&mut Counter; N],
        bit: bool,
    ) -> Result<bool, &'static str> {
        let weights = &mut self.sets[set];
        let logits: [i32; N] = std::array::from_fn(|i| counters[i].logit());
        let dot: i64 = logits.iter().zip(weights.iter()).map(|(&x, &w)| i64::from(x) * i64::from(w)).sum();
        let one = squash((dot >> 16).clamp(-i64::from(MOST_LOGIT), i64::from(MOST_LOGIT)) as i32);
        let bit = coder.code(one as u16, bit)?;
        let error = (if bit { 65535 } else { 0 }) - one as i32;
        for (w, x) in weights.iter_mut().zip(logits) {
            // At most 2047 * 65535 + 2^17 in magnitude.
            *w = (*w + ((x * error + (1 << (LEARNING - 1))) >> LEARNING)).clamp(-MOST_WEIGHT, MOST_WEIGHT);
        }
        counters.into_iter().for_each(|c| c.update(bit));
        Ok(bit)
    }
}

#[cfg(test)]
mod tests {
    use super::super::coder::Encoder;
    use super::*;

    #[test]
    fn the_table_is_the_logistic_function() {
        for (i, &value) in LOGISTIC.iter().enumerate() {
            let x = i as f64 / 2.0 - 8.0;
            assert_eq!(value, (65536.0 / (1.0 + (-x).exp())).round() as u32, "{x}");
        }
        for p in 1..4095u32 {
            let logit = i32::from(LOGITS[p as usize]);
            assert!(squash(logit) >> 4 >= p || logit == MOST_LOGIT, "{p}");
            assert!(squash(logit - 1) >> 4 < p || logit == -MOST_LOGIT, "{p}");
        }
        // A coder takes neither 0 nor 65536.
        assert!(squash(i32::MIN) > 0 && squash(i32::MAX) < 65536);
    }

    #[test]
    fn counters_converge_from_either_side() {
        for (bit, far) in [(true, 2000i32), (false, -2000)] {
            let mut counter = Counter::new(1 << 15);
            assert_eq!(counter.logit(), 0);
            (0..20_000).for_each(|_| counter.update(bit));
            assert!(counter.logit() * far.signum() > far.abs(), "{}", counter.logit());
        }
    }

    #[test]
    fn a_mixer_trusts_the_counter_that_knows() {
        let mut mixer = Mixer::<2>::new(1);
        let mut known = [Counter::new(1 << 15); 2];
        let mut blind = Counter::new(1 << 15);
        let mut encoder = Encoder::new();
        for i in 0..4000u32 {
            let bit = i % 2 == 1;
            mixer.code(&mut encoder, 0, [&mut known[usize::from(bit)], &mut blind], bit).unwrap();
        }
        let [knows, guesses] = mixer.sets[0];
        assert!(knows > guesses, "{knows} {guesses}");
        // Without context, it would be 500.
        assert!(encoder.finish().len() < 30);
    }
}
