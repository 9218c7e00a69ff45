use super::kmeans::Points;
use super::*;
use std::time::Instant;

/// Weights without order, none of them equal.
fn sample(count: usize) -> Vec<f32> {
    (0..count).map(|i| ((i * i) as f32 * 0.173).sin() + 0.3 * (i as f32).cos()).collect()
}

/// Importances over some orders of magnitude, some of them 0.
fn importances(count: usize) -> Vec<f32> {
    (0..count).map(|i| if i % 11 == 0 { 0.0 } else { (-((i * 7 % 23) as f32) / 3.0).exp() }).collect()
}

fn config(codes: usize, init: Init) -> ShareConfig {
    ShareConfig { codes, init, seed: 5, max_rounds: 1000, refill: false }
}

/// The textbook loop.
fn plain(weights: &[f32], importance: &[f32], start: &[f32]) -> Vec<f32> {
    let mut c = start.to_vec();
    for _ in 0..1000 {
        let mut sums = vec![(0.0f64, 0.0f64); c.len()];
        for (&w, &m) in weights.iter().zip(importance) {
            let near = (0..c.len()).min_by(|&a, &b| (w - c[a]).abs().total_cmp(&(w - c[b]).abs())).unwrap();
            sums[near].0 += f64::from(w) * f64::from(m);
            sums[near].1 += f64::from(m);
        }
        let before = c.clone();
        for (c, (sum, mass)) in c.iter_mut().zip(sums) {
            if mass > 0.0 {
                *c = (sum / mass) as f32;
            }
        }
        if before == c {
            break;
        }
    }
    c
}

/// The least sum of squares of all partitions into at most so many ranges: O(n^2) for each of them.
fn least_error(weights: &[f32], importance: &[f32], codes: usize) -> f64 {
    let mut points: Vec<(f64, f64)> =
        weights.iter().zip(importance).map(|(&w, &m)| (f64::from(w), f64::from(m))).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let cost = |range: &[(f64, f64)]| {
        let mass: f64 = range.iter().map(|p| p.1).sum();
        let mean = range.iter().map(|p| p.0 * p.1).sum::<f64>() / mass;
        if mass > 0.0 {
            range.iter().map(|p| p.1 * (p.0 - mean).powi(2)).sum::<f64>()
        } else {
            0.0
        }
    };
    let n = points.len();
    let mut best: Vec<f64> = (0..=n).map(|j| cost(&points[..j])).collect();
    for _ in 1..codes {
        best = (0..=n).map(|j| (0..j).map(|i| best[i] + cost(&points[i..j])).fold(best[j], f64::min)).collect();
    }
    best[n]
}

fn close(a: &[f32], b: &[f32]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5)
}

#[test]
fn equals_the_plain_loop() {
    let (weights, mask) = (sample(500), vec![true; 500]);
    for importance in [None, Some(importances(500))] {
        let importance = importance.as_deref();
        let masses = importance.map_or(vec![1.0; 500], <[f32]>::to_vec);
        let points = Points::new(&weights, &mask, importance);
        for init in Init::ALL {
            for codes in [1, 2, 4, 16] {
                let start = points.start(codes, init, 5);
                assert_eq!(start.len(), codes);
                let shared = share_with(&weights, &mask, importance, &config(codes, init));
                let want = plain(&weights, &masses, &start);
                assert!(close(&shared.centroids, &want), "{init:?} {codes}: {:?} {want:?}", shared.centroids);
                // Each weight has the nearest one.
                for (&w, code) in weights.iter().zip(&shared.assignment) {
                    let of = |c: f32| (f64::from(w) - f64::from(c)).abs();
                    let least = shared.centroids.iter().map(|&c| of(c)).fold(f64::MAX, f64::min);
                    assert_eq!(of(shared.centroids[usize::from(code.unwrap())]), least);
                }
            }
        }
    }
}

#[test]
fn the_plain_loop_tells_apart() {
    let (weights, mask) = (sample(500), vec![true; 500]);
    let got = share_with(&weights, &mask, None, &config(4, Init::Linear)).centroids;
    let start = Points::new(&weights, &mask, None).start(4, Init::Linear, 5);
    assert!(close(&got, &plain(&weights, &[1.0; 500], &start)));
    assert!(!close(&got, &plain(&weights, &importances(500), &start)));
    assert!(!close(&got, &plain(&weights[..250], &[1.0; 250], &start)));
    assert!(!close(&got, &plain(&weights, &[1.0; 500], &start[..2])));
}

#[test]
fn starts_are_what_they_are_called() {
    let weights: Vec<f32> = (0..100).map(|i| (i * i) as f32).collect();
    let points = Points::new(&weights, &[true; 100], None);
    assert_eq!(points.start(4, Init::Linear, 0), [0.0, 3267.0, 6534.0, 9801.0]);
    // One in the middle of each quarter of the weights.
    let middles = [12.0f32, 37.0, 62.0, 87.0].map(|i| i * i);
    assert_eq!(points.start(4, Init::Density, 0), middles);
    let random = points.start(4, Init::Random, 1);
    assert!(random.iter().all(|c| weights.contains(c)) && random.windows(2).all(|c| c[0] < c[1]));
    assert_eq!(random, points.start(4, Init::Random, 1));
    assert_ne!(random, points.start(4, Init::Random, 2));
    // All of the mass in the last ten.
    let late: Vec<f32> = (0..100).map(|i| if i < 90 { 0.0 } else { 1.0 }).collect();
    let points = Points::new(&weights, &[true; 100], Some(&late));
    assert_eq!(points.start(2, Init::Density, 0), [92.0f32 * 92.0, 97.0 * 97.0]);
}

#[test]
fn optimal_is_the_least_of_all() {
    for count in [20, 60, 150] {
        let (weights, mask) = (sample(count), vec![true; count]);
        for importance in [None, Some(importances(count))] {
            let importance = importance.as_deref();
            let masses = importance.map_or(vec![1.0; count], <[f32]>::to_vec);
            let mut worse = 0;
            for codes in [1, 2, 3, 7, 16] {
                let least = least_error(&weights, &masses, codes);
                let error =
                    |init| share_with(&weights, &mask, importance, &config(codes, init)).error(&weights, importance);
                let found = error(Init::Optimal);
                assert!((found - least).abs() <= 1e-6 * least, "{count} {codes}: {found} {least}");
                for init in Init::ALL {
                    assert!(error(init) >= least * (1.0 - 1e-6));
                    worse += usize::from(error(init) > least * 1.01);
                }
            }
            assert!(worse > 0, "a sample that tells nothing apart");
        }
    }
}

#[test]
fn optimal_in_bins_is_no_worse_than_the_others() {
    let weights: Vec<f32> = sample(30_000).iter().map(|w| w * w * w).collect();
    let mask = vec![true; weights.len()];
    let error = |init| share_with(&weights, &mask, None, &config(16, init)).error(&weights, None);
    let optimal = error(Init::Optimal);
    for init in Init::ALL {
        assert!(optimal <= error(init) * (1.0 + 1e-6), "{init:?}: {optimal} {}", error(init));
    }
}

#[test]
fn few_values_and_none() {
    for init in Init::ALL {
        let share = |weights: &[f32], mask: &[bool]| share_with(weights, mask, None, &config(16, init));
        let shared = share(&[1.0, 0.0, 2.0, 1.0], &[true, false, true, true]);
        assert_eq!(shared.centroids, [1.0, 2.0]);
        assert_eq!(shared.assignment, [Some(0), None, Some(1), Some(0)]);
        assert_eq!((shared.weights(), shared.error(&[1.5, 9.0, 2.0, 1.0], None)), (vec![1.0, 0.0, 2.0, 1.0], 0.25));
        let none = share(&[1.0], &[false]);
        assert_eq!((none.kept(), none.centroids, none.assignment), (0, vec![0.0], vec![None]));
        assert_eq!(share(&[], &[]).centroids, [0.0]);
        assert_eq!(share(&[0.1; 1000], &[true; 1000]).centroids, [0.1]);
        assert_eq!(share(&[-0.3], &[true]).centroids, [-0.3]);
        assert_eq!(share(&[-0.0, 0.0], &[true; 2]).centroids, [0.0]);
        // Neighbours, between which no float is.
        let next = f32::from_bits(0.1f32.to_bits() + 1);
        assert_eq!(share(&[next, 0.1], &[true; 2]).assignment, [Some(1), Some(0)]);
    }
}

#[test]
fn sharing_again_changes_nothing() {
    let weights = sample(3000);
    let mask: Vec<bool> = (0..3000).map(|i| i % 3 != 0).collect();
    let masses = importances(3000);
    for init in Init::ALL {
        for codes in [1, 5, 16, 256] {
            for max_rounds in [0, 1, 1000] {
                for importance in [None, Some(masses.as_slice())] {
                    let refill = max_rounds == 1;
                    let config = ShareConfig { max_rounds, refill, ..config(codes, init) };
                    let once = share_with(&weights, &mask, importance, &config);
                    assert!(once.centroids.windows(2).all(|c| c[0] < c[1]) && once.centroids.len() <= codes);
                    for again in Init::ALL {
                        let config = ShareConfig { init: again, ..config };
                        assert_eq!(share_with(&once.weights(), &mask, importance, &config), once);
                    }
                }
            }
        }
    }
}

#[test]
fn a_gap_costs_centroids_unless_refilled() {
    let weights = sample(5000);
    let mask: Vec<bool> = weights.iter().map(|w| w.abs() > 1.0).collect();
    for importance in [None, Some(importances(5000))] {
        let importance = importance.as_deref();
        let share = |config| share_with(&weights, &mask, importance, &config);
        let lost = share(config(16, Init::Linear));
        let full = share(ShareConfig { refill: true, ..config(16, Init::Linear) });
        assert!(lost.centroids.len() < 16);
        assert_eq!(full.centroids.len(), 16);
        assert!(full.error(&weights, importance) < lost.error(&weights, importance) / 2.0);
        let optimal = share(config(16, Init::Optimal));
        assert!(full.error(&weights, importance) >= optimal.error(&weights, importance) * (1.0 - 1e-6));
        // Nothing to do where none is lost.
        assert_eq!(share(ShareConfig { refill: true, ..config(16, Init::Optimal) }), optimal);
    }
}

#[test]
fn importance_draws_centroids() {
    let weights: Vec<f32> = (0..=1000).map(|i| i as f32 / 1000.0).collect();
    let mask = vec![true; weights.len()];
    let near = |w: f32| if (w - 0.8).abs() < 0.05 { 100.0 } else { 1.0 };
    let importance: Vec<f32> = weights.iter().map(|&w| near(w)).collect();
    for init in Init::ALL {
        let inside = |importance: Option<&[f32]>| {
            let shared = share_with(&weights, &mask, importance, &config(8, init));
            shared.centroids.iter().filter(|&&c| near(c) > 1.0).count()
        };
        assert!(inside(Some(&importance)) > inside(None), "{init:?}");
        // Only the ratio of importances counts; without any, all weights count the same.
        let of = |importance: &[f32]| share_with(&weights, &mask, Some(importance), &config(8, init));
        let double: Vec<f32> = importance.iter().map(|m| m * 4.0).collect();
        assert_eq!(of(&importance), of(&double));
        let plain = share_with(&weights, &mask, None, &config(8, init));
        assert_eq!(of(&vec![0.0; weights.len()]), plain);
        assert_eq!(of(&vec![f32::NAN; weights.len()]), plain);
    }
}

#[test]
fn strange_numbers_do_no_harm() {
    let mut weights = sample(100);
    let mut importance = importances(100);
    let clean = |weights: &[f32], importance: &[f32], init| {
        let shared = share_with(weights, &[true; 100], Some(importance), &config(16, init));
        let ascending = shared.centroids.windows(2).all(|c| c[0] < c[1]);
        ascending && shared.centroids.iter().all(|c| c.is_finite()) && shared.kept() == 100
    };
    for init in Init::ALL {
        assert!(clean(&weights, &importance, init));
    }
    weights[3..8].copy_from_slice(&[f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN]);
    importance[20..25].copy_from_slice(&[f32::NAN, f32::INFINITY, -1.0, f32::MAX, f32::MIN_POSITIVE]);
    for init in Init::ALL {
        assert!(clean(&weights, &importance, init), "{init:?}");
    }
}

#[test]
fn threads_and_order_change_nothing() {
    let weights: Vec<Vec<f32>> = [10, 4000, 0, 700, 2500].map(sample).into();
    let masks: Vec<Vec<bool>> = weights.iter().map(|w| (0..w.len()).map(|i| i % 4 != 1).collect()).collect();
    let masses: Vec<Vec<f32>> = weights.iter().map(|w| importances(w.len())).collect();
    let layer = |k: usize| LayerWeights {
        weights: &weights[k],
        mask: &masks[k],
        importance: (k != 3).then_some(&masses[k]),
        config: config(8 + k, Init::ALL[k % 4]),
    };
    let layers: Vec<LayerWeights> = (0..5).map(layer).collect();
    let want: Vec<Shared> = layers.iter().map(|l| share_with(l.weights, l.mask, l.importance, &l.config)).collect();
    for threads in [0, 1, 2, 3, 16] {
        assert_eq!(share_layers(&layers, threads), want);
    }
    assert_eq!(share_layers(&[], 2), []);
    for init in Init::ALL {
        let turned = |v: &[f32]| v.iter().rev().copied().collect::<Vec<f32>>();
        let of = |w: &[f32], m: &[f32]| share_with(w, &vec![true; w.len()], Some(m), &config(16, init)).centroids;
        let (w, m) = (&weights[1], &masses[1]);
        assert_eq!(of(w, m), of(&turned(w), &turned(m)));
    }
}

#[test]
#[ignore = "takes time and memory: for the time that a layer of VGG takes"]
fn time_of_a_large_layer() {
    // A sum of four uniform numbers is normal enough.
    let mut state = 1u32;
    let mut uniform = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 24) as f32 - 0.5
    };
    let weights: Vec<f32> = (0..9216 * 4096).map(|_| (0..4).map(|_| uniform()).sum()).collect();
    let importance: Vec<f32> = weights.iter().map(|_| uniform().powi(2)).collect();
    for (kept, threshold) in [("9 %", 0.975f32), ("all", 0.0)] {
        let mask: Vec<bool> = weights.iter().map(|w| w.abs() >= threshold).collect();
        let more = [(16, Init::Linear, true), (256, Init::Linear, true), (256, Init::Optimal, false)];
        for (codes, init, refill) in Init::ALL.map(|i| (16, i, false)).into_iter().chain(more) {
            for importance in [None, Some(importance.as_slice())] {
                let start = Instant::now();
                let config = ShareConfig { refill, max_rounds: 200, ..config(codes, init) };
                let shared = share_with(&weights, &mask, importance, &config);
                let seconds = start.elapsed().as_secs_f64();
                let error = shared.error(&weights, importance);
                let weighted = importance.is_some();
                println!(
                    "{kept} ({}) {init:?} {codes}, refill {refill}, importance {weighted}: {seconds:.2} s, {} centroids, error {error:.2}",
                    shared.kept(),
                    shared.centroids.len()
                );
            }
        }
    }
}
