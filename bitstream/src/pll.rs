//! From a board's oscillator to the design's clock: the one place for that arithmetic.
//!
//! iCE40: `SB_PLL40` with simple feedback (Lattice, iCE40 sysCLOCK PLL guide, TN1251). ECP5: `EHXPLLL` with feedback from
//! its first output (ECP5 sysCLOCK guide, TN1263). Gowin: `rPLL` with internal feedback (UG286; the limits are those of
//! GW1NR-9C at C6/I5, data sheet DS117).

use eie_host::board::Family;
use serde::Serialize;

/// A clock that cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error(
    "the PLL of {family}, as far as it is known here, cannot make {asked} MHz of {oscillator} MHz within {tolerance} %: the \
     nearest is {nearest:.3} MHz"
)]
pub struct PllError {
    /// The FPGA's family.
    pub family: Family,
    /// The oscillator.
    pub oscillator: f64,
    /// The clock asked for.
    pub asked: f64,
    /// The nearest that there is.
    pub nearest: f64,
    /// Largest deviation.
    pub tolerance: f64,
}

/// How a clock is made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum Clock {
    /// The oscillator itself.
    Oscillator {
        /// Its frequency.
        mhz: f64,
    },
    /// iCE40: `oscillator / (divr + 1) * (divf + 1) / 2^divq`.
    Ice40 {
        /// Reference divider, less one.
        divr: u32,
        /// Feedback divider, less one.
        divf: u32,
        /// Logarithm of the output divider.
        divq: u32,
        /// For the phase detector's frequency.
        filter: u32,
        /// The clock.
        mhz: f64,
    },
    /// ECP5: `oscillator / clki * clkfb`; the oscillator within runs `clkop` times as fast.
    Ecp5 {
        /// Reference divider.
        clki: u32,
        /// Feedback divider.
        clkfb: u32,
        /// Output divider.
        clkop: u32,
        /// The clock.
        mhz: f64,
    },
    /// Gowin: `oscillator / idiv * fbdiv`; the oscillator within runs `odiv` times as fast.
    Gowin {
        /// The oscillator.
        oscillator: f64,
        /// Reference divider.
        idiv: u32,
        /// Feedback divider.
        fbdiv: u32,
        /// Output divider.
        odiv: u32,
        /// The clock.
        mhz: f64,
    },
}

/// Deviation from the clock asked for, in percent, that a build accepts.
const TOLERANCE: f64 = 1.0;

impl Clock {
    /// The frequency.
    pub fn mhz(&self) -> f64 {
        match *self {
            Clock::Oscillator { mhz }
            | Clock::Ice40 { mhz, .. }
            | Clock::Ecp5 { mhz, .. }
            | Clock::Gowin { mhz, .. } => mhz,
        }
    }

    /// The clock nearest to the one asked for; of equal ones that with the fastest phase detector.
    ///
    /// # Errors
    /// None within 1 %.
    pub fn nearest(family: Family, oscillator: f64, asked: f64) -> Result<Clock, PllError> {
        if (oscillator - asked).abs() < 1e-9 {
            return Ok(Clock::Oscillator { mhz: oscillator });
        }
        let all = match family {
            Family::Ice40 => ice40(oscillator),
            Family::Ecp5 => ecp5(oscillator),
            Family::Gowin => gowin(oscillator),
        };
        let off = |c: &Clock| (c.mhz() - asked).abs();
        let best = all.into_iter().min_by(|a, b| off(a).total_cmp(&off(b)));
        match best {
            Some(clock) if off(&clock) <= asked * TOLERANCE / 100.0 => Ok(clock),
            other => Err(PllError {
                family,
                oscillator,
                asked,
                nearest: other.map_or(oscillator, |c| c.mhz()),
                tolerance: TOLERANCE,
            }),
        }
    }
}

fn ice40(oscillator: f64) -> Vec<Clock> {
    let mut all = Vec::new();
    for divr in 0..16 {
        let detector = oscillator / f64::from(divr + 1);
        if !(10.0..=133.0).contains(&detector) {
            continue;
        }
        let filter = [17.0, 26.0, 44.0, 66.0, 101.0].iter().filter(|&&limit| detector >= limit).count() as u32 + 1;
        for divf in 0..128 {
            let vco = detector * f64::from(divf + 1);
            if !(533.0..=1066.0).contains(&vco) {
                continue;
            }
            for divq in 1..7 {
                let mhz = vco / f64::from(1 << divq);
                if (16.0..=275.0).contains(&mhz) {
                    all.push(Clock::Ice40 { divr, divf, divq, filter, mhz });
                }
            }
        }
    }
    all
}

fn ecp5(oscillator: f64) -> Vec<Clock> {
    let mut all = Vec::new();
    for clki in 1..=128 {
        let detector = oscillator / f64::from(clki);
        if !(3.125..=400.0).contains(&detector) {
            continue;
        }
        for clkfb in 1..=80 {
            let mhz = detector * f64::from(clkfb);
            if !(3.125..=400.0).contains(&mhz) {
                continue;
            }
            // The slowest oscillator that is fast enough, but in the middle of its range if it can be.
            let divider = (1..=128).filter(|&n| (400.0..=800.0).contains(&(mhz * f64::from(n))));
            let middle = |n: &u32| (mhz * f64::from(*n) - 600.0).abs();
            if let Some(clkop) = divider.min_by(|a, b| middle(a).total_cmp(&middle(b))) {
                all.push(Clock::Ecp5 { clki, clkfb, clkop, mhz });
            }
        }
    }
    all
}

/// What `odiv` can be.
const ODIV: [u32; 11] = [2, 4, 8, 16, 32, 48, 64, 80, 96, 112, 128];

fn gowin(oscillator: f64) -> Vec<Clock> {
    let mut all = Vec::new();
    for idiv in 1..=64 {
        let detector = oscillator / f64::from(idiv);
        if !(3.0..=400.0).contains(&detector) {
            continue;
        }
        for fbdiv in 1..=64 {
            let mhz = detector * f64::from(fbdiv);
            if !(3.2..=600.0).contains(&mhz) {
                continue;
            }
            // In the middle of the inner oscillator's range.
            let divider = ODIV.into_iter().filter(|&n| (400.0..=1200.0).contains(&(mhz * f64::from(n))));
            let middle = |n: &u32| (mhz * f64::from(*n) - 800.0).abs();
            if let Some(odiv) = divider.min_by(|a, b| middle(a).total_cmp(&middle(b))) {
                all.push(Clock::Gowin { oscillator, idiv, fbdiv, odiv, mhz });
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_icepll_says() {
        // icepll -i 12 -o 24 and -o 60.
        assert_eq!(
            Clock::nearest(Family::Ice40, 12.0, 24.0).unwrap(),
            Clock::Ice40 { divr: 0, divf: 63, divq: 5, filter: 1, mhz: 24.0 }
        );
        assert_eq!(
            Clock::nearest(Family::Ice40, 12.0, 60.0).unwrap(),
            Clock::Ice40 { divr: 0, divf: 79, divq: 4, filter: 1, mhz: 60.0 }
        );
    }

    #[test]
    fn every_divider_is_in_its_range() {
        for asked in [40.0, 100.0, 125.0, 150.0, 200.0] {
            let clock = Clock::nearest(Family::Ecp5, 25.0, asked).unwrap();
            let Clock::Ecp5 { clki, clkfb, clkop, mhz } = clock else { panic!("{clock:?}") };
            assert!((mhz - 25.0 / f64::from(clki) * f64::from(clkfb)).abs() < 1e-9 && (mhz - asked).abs() < 1e-9);
            assert!((400.0..=800.0).contains(&(mhz * f64::from(clkop))), "{clock:?}");
        }
    }

    #[test]
    fn gowins_dividers_are_in_their_ranges() {
        // gowin_pll of apycula, -d "GW1NR-9 C6/I5" -i 27 -o 54, has the same but for odiv, which is 8 there: any that keeps
        // the inner oscillator within its range will do.
        assert_eq!(
            Clock::nearest(Family::Gowin, 27.0, 54.0).unwrap(),
            Clock::Gowin { oscillator: 27.0, idiv: 1, fbdiv: 2, odiv: 16, mhz: 54.0 }
        );
        for asked in [13.5, 40.5, 67.5, 81.0, 200.0] {
            let clock = Clock::nearest(Family::Gowin, 27.0, asked).unwrap();
            let Clock::Gowin { idiv, fbdiv, odiv, mhz, .. } = clock else { panic!("{clock:?}") };
            let detector = 27.0 / f64::from(idiv);
            assert!((mhz - detector * f64::from(fbdiv)).abs() < 1e-9 && detector >= 3.0, "{clock:?}");
            assert!((400.0..=1200.0).contains(&(mhz * f64::from(odiv))) && ODIV.contains(&odiv), "{clock:?}");
        }
    }

    #[test]
    fn a_clock_that_cannot_be_is_refused() {
        let e = Clock::nearest(Family::Ice40, 12.0, 500.0).unwrap_err();
        assert!(e.nearest > 200.0 && e.to_string().contains("500 MHz"), "{e}");
        assert!(
            Clock::nearest(Family::Ice40, 12.0, 24.0).unwrap().mhz()
                != Clock::nearest(Family::Ice40, 12.0, 25.0).unwrap().mhz()
        );
        assert!(Clock::nearest(Family::Gowin, 27.0, 700.0).is_err());
        assert_eq!(Clock::nearest(Family::Gowin, 12.0, 12.0).unwrap(), Clock::Oscillator { mhz: 12.0 });
    }
}
