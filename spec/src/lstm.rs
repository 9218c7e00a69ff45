//! Integer arithmetic of an LSTM step, after the gates' product: the same on every host, bit for bit.
//!
//! | value | unit |
//! |---|---|
//! | gates before their function | [`GATE_UNIT`]: 2^-11, so -16 to 16 |
//! | sigmoid, tanh | 2^-15, from tables of 257 points with linear interpolation, at most 5 units off |
//! | cell state | 2^-15 in 32 bits, saturating |
//! | hidden state | that of the layer's input: both go through one matrix ([`hidden_unit`]) |

use crate::op::Lstm;
use std::sync::LazyLock;

/// Fraction bits of a gate.
const GATE_BITS: u32 = 11;
/// Real value of one unit of a gate.
pub const GATE_UNIT: f32 = 1.0 / (1 << GATE_BITS) as f32;
/// Fraction bits of what the functions give, and of the cell state.
const STATE_BITS: u32 = 15;
/// Fraction bits between two points of a table: 2^-5 apart, so that 256 steps reach 8, where both functions are
/// within 11 units of their limits.
const STEP_BITS: u32 = GATE_BITS - 5;
const STEPS: usize = 256;

/// tanh of 0, 1/32, ..., 8 in units of 2^-15. `f64::tanh` may differ in its last place between platforms; no
/// entry is that close to a rounding border.
static TANH: LazyLock<[i32; STEPS + 1]> =
    LazyLock::new(|| std::array::from_fn(|k| ((k as f64 / 32.0).tanh() * f64::from(1 << STATE_BITS)).round() as i32));

/// Sigmoid of 0, 1/32, ..., 8 in units of 2^-15.
static SIGMOID: LazyLock<[i32; STEPS + 1]> = LazyLock::new(|| {
    std::array::from_fn(|k| (f64::from(1 << STATE_BITS) / (1.0 + (-(k as f64) / 32.0).exp())).round() as i32)
});

fn look_up(table: &[i32; STEPS + 1], magnitude: u32) -> i32 {
    let at = magnitude.min((STEPS as u32) << STEP_BITS);
    let (index, rest) = ((at >> STEP_BITS) as usize, (at & ((1 << STEP_BITS) - 1)) as i32);
    let low = table[index];
    let high = table[(index + 1).min(STEPS)];
    low + (((high - low) * rest + (1 << (STEP_BITS - 1))) >> STEP_BITS)
}

/// tanh of a gate, in units of 2^-15.
pub fn tanh(gate: i16) -> i32 {
    let y = look_up(&TANH, gate.unsigned_abs().into());
    if gate < 0 {
        -y
    } else {
        y
    }
}

/// The logistic function of a gate, in units of 2^-15.
pub fn sigmoid(gate: i16) -> i32 {
    let y = look_up(&SIGMOID, gate.unsigned_abs().into());
    if gate < 0 {
        (1 << STATE_BITS) - y
    } else {
        y
    }
}

/// Units of a hidden state of 1, where an input's unit is `in_scale`.
pub fn hidden_unit(in_scale: f32) -> i32 {
    (1.0 / f64::from(in_scale)).round().clamp(0.0, f64::from(i32::MAX)) as i32
}

/// Cell and hidden state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    cell: Vec<i32>,
    hidden: Vec<i16>,
    unit: i32,
}

impl State {
    /// All zero, for a layer whose inputs have this scale.
    pub fn new(lstm: &Lstm, in_scale: f32) -> Self {
        State { cell: vec![0; lstm.hidden], hidden: vec![0; lstm.hidden], unit: hidden_unit(in_scale) }
    }

    /// The hidden state.
    pub fn hidden(&self) -> &[i16] {
        &self.hidden
    }

    /// One step. `gates` is `4 x hidden`: input, forget, cell, output.
    pub fn step(&mut self, gates: &[i16]) {
        let n = self.hidden.len();
        let half = 1 << (STATE_BITS - 1);
        for k in 0..n {
            let [i, f, g, o] = std::array::from_fn(|gate| gates[gate * n + k]);
            let kept = i64::from(sigmoid(f)) * i64::from(self.cell[k]);
            let new = i64::from(sigmoid(i)) * i64::from(tanh(g));
            let cell = ((kept + new + half) >> STATE_BITS).clamp(i32::MIN.into(), i32::MAX.into()) as i32;
            self.cell[k] = cell;
            // The cell in a gate's unit, for the same table.
            let to_gate = STATE_BITS - GATE_BITS;
            let seen = ((i64::from(cell) + (1 << (to_gate - 1))) >> to_gate).clamp(i16::MIN.into(), i16::MAX.into());
            let product = i64::from(sigmoid(o)) * i64::from(tanh(seen as i16));
            let scaled = (product * i64::from(self.unit) + (1 << (2 * STATE_BITS - 1))) >> (2 * STATE_BITS);
            self.hidden[k] = scaled as i16;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_close_to_the_real_ones() {
        let unit = f64::from(1 << STATE_BITS);
        let mut worst = 0.0f64;
        for gate in i16::MIN..=i16::MAX {
            let x = f64::from(gate) * f64::from(GATE_UNIT);
            worst = worst.max((f64::from(tanh(gate)) - x.tanh() * unit).abs());
            worst = worst.max((f64::from(sigmoid(gate)) - unit / (1.0 + (-x).exp())).abs());
        }
        assert!(worst < 12.0, "{worst} units of 2^-15");
    }

    #[test]
    fn a_step_is_that_of_the_definition() {
        let lstm = Lstm { hidden: 2, steps: 1 };
        let mut state = State::new(&lstm, 1.0 / 32640.0);
        let (mut c, mut h) = ([0.0f64; 2], [0.0f64; 2]);
        for step in 0..50 {
            let gates: Vec<i16> = (0..8).map(|k| ((step * 977 + k * 4111) % 9000 - 3000) as i16).collect();
            state.step(&gates);
            for k in 0..2 {
                let x = |gate: usize| f64::from(gates[2 * gate + k]) / 2048.0;
                let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
                c[k] = sigmoid(x(1)) * c[k] + sigmoid(x(0)) * x(2).tanh();
                h[k] = sigmoid(x(3)) * c[k].tanh();
                assert!((f64::from(state.hidden()[k]) / 32640.0 - h[k]).abs() < 2e-3, "step {step} cell {k}");
            }
        }
        assert!(h.iter().any(|h| h.abs() > 0.01), "{h:?}");
    }

    #[test]
    fn extremes_saturate() {
        let lstm = Lstm { hidden: 1, steps: 1 };
        let mut state = State::new(&lstm, 1.0 / 32767.0);
        for _ in 0..200_000 {
            state.step(&[i16::MAX; 4]);
        }
        // The functions' limits are a few units off.
        assert!((32740..=32767).contains(&state.hidden()[0]), "{:?}", state.hidden());
        state.step(&[i16::MIN; 4]);
        assert!(state.hidden()[0].abs() < 20);
    }
}
