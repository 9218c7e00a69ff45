//! How fast weights go.

/// The way from all weights to the density wanted, over rounds of pruning and retraining.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Schedule {
    /// Zhu and Gupta (2017): prunes much while much is redundant and little at the end.
    #[default]
    Cubic,
    /// The same number of weights in each round.
    Linear,
    /// The same share of the weights left in each round.
    Geometric,
    /// All in the first round; the others only retrain.
    OneShot,
}

impl Schedule {
    /// All of them, to compare.
    pub const ALL: [Schedule; 4] = [Schedule::Cubic, Schedule::Linear, Schedule::Geometric, Schedule::OneShot];

    /// The density after round `round` (from 1) of `rounds`, that ends at exactly `last`. Before the first
    /// round it is 1.
    pub fn density(self, round: usize, rounds: usize, last: f64) -> f64 {
        if round >= rounds {
            return last;
        }
        let done = round as f64 / rounds as f64;
        match self {
            _ if round == 0 => 1.0,
            Schedule::Cubic => last + (1.0 - last) * (1.0 - done).powi(3),
            Schedule::Linear => last + (1.0 - last) * (1.0 - done),
            Schedule::Geometric => last.powf(done),
            Schedule::OneShot => last,
        }
    }
}

/// The density of round `round` of `rounds` (from 1) on the way from 1 to `last`: [`Schedule::Cubic`].
pub fn density_of_round(round: usize, rounds: usize, last: f64) -> f64 {
    Schedule::Cubic.density(round, rounds, last)
}
