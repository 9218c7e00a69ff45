//! AdamW (Loshchilov and Hutter, 2019) in one pass over the values.
//!
//! candle's own makes a dozen temporary tensors of a layer's size in each step, which took five sixths of an
//! epoch of LeNet-300-100. It could not leave pruned weights alone either.

const BETA1: f32 = 0.9;
const BETA2: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/// What a step needs besides values and gradients.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    /// Learning rate of this step.
    pub rate: f64,
    /// L2 regularisation, decoupled.
    pub decay: f64,
    /// Number of this step, from 1.
    pub number: usize,
}

/// Moments of one tensor.
pub(crate) struct Adam {
    first: Vec<f32>,
    second: Vec<f32>,
}

impl Adam {
    pub fn new(len: usize) -> Self {
        Adam { first: vec![0.0; len], second: vec![0.0; len] }
    }

    /// Moves values against their gradients. Where `kept` says no, a value stays zero.
    pub fn update(&mut self, values: &mut [f32], gradients: &[f32], kept: Option<&[bool]>, step: Step) {
        let number = step.number.min(1 << 20) as i32;
        let correct1 = 1.0 / (1.0 - BETA1.powi(number));
        let correct2 = 1.0 / (1.0 - BETA2.powi(number));
        let rate = step.rate as f32;
        let shrink = 1.0 - (step.rate * step.decay) as f32;
        let moments = self.first.iter_mut().zip(&mut self.second);
        let one = |x: &mut f32, g: f32, (m, v): (&mut f32, &mut f32)| {
            *m = BETA1 * *m + (1.0 - BETA1) * g;
            *v = BETA2 * *v + (1.0 - BETA2) * g * g;
            *x = *x * shrink - rate * (*m * correct1) / ((*v * correct2).sqrt() + EPSILON);
        };
        let all = values.iter_mut().zip(gradients).zip(moments);
        match kept {
            None => all.for_each(|((x, &g), moments)| one(x, g, moments)),
            Some(kept) => all.zip(kept).for_each(|(((x, &g), moments), &kept)| match kept {
                true => one(x, g, moments),
                false => *x = 0.0,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_step_is_the_rate_and_pruned_values_stay_zero() {
        let mut values = [1.0, 1.0, 5.0];
        let step = Step { rate: 0.1, decay: 0.0, number: 1 };
        Adam::new(3).update(&mut values, &[0.3, -7.0, 1.0], Some(&[true, true, false]), step);
        for (got, want) in values.iter().zip([0.9, 1.1, 0.0]) {
            assert!((got - want).abs() < 1e-6, "{values:?}");
        }
    }

    #[test]
    fn finds_a_minimum() {
        let (mut adam, mut values) = (Adam::new(2), [3.0f32, -2.0]);
        for number in 1..=2000 {
            let gradients = [2.0 * (values[0] - 0.5), 8.0 * (values[1] + 0.25)];
            adam.update(&mut values, &gradients, None, Step { rate: 0.01, decay: 0.0, number });
        }
        assert!((values[0] - 0.5).abs() < 1e-3 && (values[1] + 0.25).abs() < 1e-3, "{values:?}");
    }
}
