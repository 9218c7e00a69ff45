use super::*;
use eie_spec::arith::{Activation, MAX_ACTIVATION};
use eie_spec::config::Config;
use eie_spec::model::{Certificate, Layer, Model};
use eie_spec::op::Op;
use eie_spec::pack::{pack_with, unpack, Options};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::time::Instant;

/// Weights with many equal magnitudes among them.
fn sample(count: usize) -> Vec<f32> {
    (0..count).map(|i| ((i as f32 * 0.37).sin() * (i % 17) as f32 * 8.0).round() / 8.0).collect()
}

fn kept(mask: &[bool]) -> usize {
    mask.iter().filter(|&&m| m).count()
}

/// By sorting them all: larger ones first, then earlier ones.
fn plain(weights: &[f32], mask: &[bool], count: usize) -> Vec<bool> {
    let mut order: Vec<usize> = (0..weights.len()).filter(|&i| mask[i]).collect();
    order.sort_by(|&a, &b| weights[b].abs().total_cmp(&weights[a].abs()).then(a.cmp(&b)));
    let mut result = vec![false; weights.len()];
    order.iter().take(count).for_each(|&i| result[i] = true);
    result
}

#[test]
fn quality_and_density_agree() {
    let weights: Vec<f32> = (0..1000).map(|i| (i as f32 * 0.37).sin() * (i % 17) as f32).collect();
    let mut mask = vec![true; 1000];
    for density in [0.5, 0.2, 0.05] {
        let quality = quality_for(&weights, &mask, density);
        prune(&weights, &mut mask, quality);
        assert!((kept(&mask) as f64 - 1000.0 * density).abs() <= 20.0, "{} kept at density {density}", kept(&mask));
        // What is gone is no larger than what is left.
        let of = |want| weights.iter().zip(&mask).filter(move |(_, &m)| m == want).map(|(w, _)| w.abs());
        assert!(of(false).fold(0.0, f32::max) <= of(true).fold(f32::MAX, f32::min));
    }
    assert_eq!(quality_for(&weights, &mask, 0.9), 0.0);
    assert_eq!(quality_for(&[1.0; 4], &[true; 4], 0.5), 0.0);
    prune(&weights, &mut mask, 1e9);
    assert!(mask.iter().all(|&m| !m));
    assert_eq!(quality_for(&[], &[], 0.5), 0.0);
}

#[test]
fn exactly_so_many_stay() {
    let weights = sample(1000);
    let start: Vec<bool> = (0..1000).map(|i| i % 5 != 2).collect();
    for density in [0.0, 0.0004, 0.001, 0.05, 0.333, 0.5, 0.7996, 0.8, 0.9, 1.0] {
        let mut mask = start.clone();
        prune_to(&weights, &mut mask, density);
        let count = (density * 1000.0).round() as usize;
        assert_eq!(kept(&mask), count.min(800), "{density}");
        assert_eq!(mask, plain(&weights, &start, count), "{density}");
    }
    let mut mask = start.clone();
    prune_to(&weights, &mut mask, 0.3);
    assert_ne!(mask, plain(&weights, &start, 299));
    assert_ne!(mask, plain(&weights, &[true; 1000], 300));
}

#[test]
fn equal_and_strange_weights() {
    let mut mask = [true; 6];
    prune_to(&[2.0, -2.0, 2.0, 1.0, -2.0, 2.0], &mut mask, 0.5);
    assert_eq!(mask, [true, true, true, false, false, false]);
    let mut mask = [true; 4];
    prune_to(&[f32::NAN, -0.5, f32::NEG_INFINITY, 0.0], &mut mask, 0.5);
    assert_eq!(mask, [false, true, true, false]);
    prune_to(&[], &mut [], 0.5);
}

#[test]
fn schedules_end_at_the_target() {
    for schedule in Schedule::ALL {
        for last in [0.0, 0.05, 1.0] {
            let way: Vec<f64> = (0..=5).map(|round| schedule.density(round, 5, last)).collect();
            assert_eq!((way[0], way[5]), (1.0, last), "{schedule:?}");
            assert!(way.windows(2).all(|d| d[0] >= d[1]), "{schedule:?}: {way:?}");
        }
        assert_eq!(schedule.density(7, 5, 0.1), 0.1);
        assert_eq!(schedule.density(0, 0, 0.1), 0.1);
    }
    assert_eq!(Schedule::OneShot.density(1, 5, 0.1), 0.1);
    let close = |a: f64, b: f64| (a - b).abs() < 1e-12;
    assert!(close(Schedule::Linear.density(1, 2, 0.1), 0.55));
    assert!(close(Schedule::Geometric.density(1, 2, 0.01), 0.1));
    assert!(close(Schedule::Cubic.density(1, 2, 0.2), 0.3));
    assert_eq!(density_of_round(4, 4, 0.05), 0.05);
    assert!(density_of_round(1, 4, 0.05) > density_of_round(2, 4, 0.05));
    assert_eq!(density_of_round(1, 4, 0.05), Schedule::default().density(1, 4, 0.05));
}

/// 40 x 25 weights, larger in the rows of PE 0 of 4.
fn uneven() -> Vec<f32> {
    (0..1000).map(|i| (i as f32 * 0.71).sin() * if i / 25 % 4 == 0 { 3.0 } else { 1.0 }).collect()
}

#[test]
fn balanced_pruning_gives_equal_work() {
    let weights = uneven();
    let rows = interleave(40, 4);
    let mut whole = vec![true; 1000];
    prune_to(&weights, &mut whole, 0.2);
    assert!(balance(&whole, 25, &rows, 4).efficiency < 0.5, "{:?}", balance(&whole, 25, &rows, 4));
    let mut mask = vec![true; 1000];
    prune_balanced(&weights, &mut mask, 40, 25, 4, 0.2);
    assert_eq!(kept(&mask), 200);
    assert_eq!(balance(&mask, 25, &rows, 4).efficiency, 1.0);
    // Of each PE, the largest.
    for pe in 0..4 {
        let mine: Vec<bool> = (0..1000).map(|i| i / 25 % 4 == pe).collect();
        let want = plain(&weights, &mine, 50);
        assert!((0..1000).filter(|&i| mine[i]).all(|i| mask[i] == want[i]));
    }
    // Other rows, other masks: 203 do not come out even.
    let halves: Vec<usize> = (0..40).map(|row| row / 10).collect();
    let mut other = vec![true; 1000];
    prune_balanced_by(&weights, &mut other, 25, &halves, 4, 0.203);
    assert_eq!(kept(&other), 203);
    let counts: Vec<usize> = (0..4).map(|pe| kept(&other[pe * 250..][..250])).collect();
    assert!(counts.iter().all(|&c| c == 50 || c == 51), "{counts:?}");
    assert!(balance(&other, 25, &rows, 4).efficiency < 1.0);
}

#[test]
fn balanced_pruning_revives_nothing() {
    let weights = uneven();
    // PE 2 has 10 weights left.
    let start: Vec<bool> = (0..1000).map(|i| i / 25 % 4 != 2 || i % 25 == 7).collect();
    let mut mask = start.clone();
    prune_balanced(&weights, &mut mask, 40, 25, 4, 0.1);
    assert_eq!(kept(&mask), 100);
    assert!(mask.iter().zip(&start).all(|(&m, &s)| s || !m));
    let work = |pe: usize| (0..1000).filter(|&i| mask[i] && i / 25 % 4 == pe).count();
    assert_eq!([work(0), work(1), work(2), work(3)], [30, 30, 10, 30]);
    // More PEs than rows.
    let mut few = vec![true; 30];
    prune_balanced(&weights[..30], &mut few, 3, 10, 8, 0.5);
    assert_eq!([0, 1, 2].map(|row| kept(&few[row * 10..][..10])), [5, 5, 5]);
}

#[test]
fn balance_counts_what_is_waited_for() {
    // Two PEs, four columns: equal work in all, none equal in a column.
    let mask = [true, true, false, false, false, false, true, true];
    assert_eq!(balance(&mask, 4, &[0, 1], 2), Balance { efficiency: 1.0, column_slowdown: 2.0 });
    assert_eq!(balance(&[true; 8], 4, &[0, 1], 2), Balance { efficiency: 1.0, column_slowdown: 1.0 });
    assert_eq!(balance(&[true; 8], 4, &[1, 1], 2), Balance { efficiency: 0.5, column_slowdown: 2.0 });
    assert_eq!(balance(&[false; 8], 4, &[0, 1], 2), Balance { efficiency: 1.0, column_slowdown: 1.0 });
    let one = [true, true, true, false, true, false, false, false];
    assert_eq!(balance(&one, 4, &[0, 1], 2), Balance { efficiency: 4.0 / 6.0, column_slowdown: 6.0 / 4.0 });
}

#[test]
fn rows_are_dealt_as_the_packer_deals_them() {
    let (outputs, inputs) = (37, 29);
    let mask: Vec<bool> = (0..outputs * inputs).map(|i| i * i % 41 < (i / inputs) % 23).collect();
    let (mut col_ptr, mut rows) = (vec![0], Vec::new());
    for j in 0..inputs {
        rows.extend((0..outputs).filter(|r| mask[r * inputs + j]).map(|r| r as u32));
        col_ptr.push(rows.len() as u32);
    }
    let mut layer = Layer {
        name: "fc".into(),
        op: Op::Linear,
        inputs,
        outputs,
        codebook: vec![1],
        col_ptr,
        codes: vec![0; rows.len()],
        rows,
        bias: vec![0; outputs],
        shift: 0,
        activation: Activation::Relu,
        in_scale: 1.0,
        out_scale: 1.0,
        certificate: Certificate { in_abs_max: MAX_ACTIVATION, row_abs_sum: 0, acc_bits: 0 },
    };
    layer.certificate = layer.prove(MAX_ACTIVATION);
    let model = Model { name: "m".into(), layers: vec![layer] };
    for pes in [1, 2, 4, 8, 16] {
        let options = Options { split: Some(0), ..Default::default() };
        let program = pack_with(&model, &Config::for_pes(pes).unwrap(), &options).unwrap();
        assert_eq!(unpack(&program)[0].len(), kept(&mask));
        let positions = &program.stages[0].steps[0].rows;
        let mut want = vec![usize::MAX; outputs];
        for (position, row) in positions.iter().enumerate() {
            row.iter().for_each(|&row| want[row as usize] = position % pes);
        }
        let dealt = deal(&mask, outputs, inputs, pes);
        assert_eq!(dealt, want);
        let turned = balance(&mask, inputs, &interleave(outputs, pes), pes).efficiency;
        assert!(balance(&mask, inputs, &dealt, pes).efficiency >= turned);
    }
}

/// A chain of layers with these sizes and few of the weights.
fn chain(sizes: &[usize], seed: u64) -> Vec<Vec<bool>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    sizes.windows(2).map(|s| (0..s[0] * s[1]).map(|_| rng.random_bool(0.2)).collect()).collect()
}

fn views<'a>(masks: &'a mut [Vec<bool>], sizes: &[usize]) -> Vec<LayerMask<'a>> {
    let view = |(mask, s): (&'a mut Vec<bool>, &[usize])| LayerMask { mask, outputs: s[1], inputs: s[0] };
    masks.iter_mut().zip(sizes.windows(2)).map(view).collect()
}

#[test]
fn a_sweep_goes_back_through_the_chain() {
    // Only unit 0 of each layer leads on: 2 inputs -> 2 -> 2 -> 1.
    let mut masks = [vec![true; 4], vec![true, false, true, true], vec![true, false]];
    let sizes = [2, 2, 2, 1];
    let swept = sweep(&mut views(&mut masks, &sizes), &[true, true]);
    // Unit 1 of the second layer is of no use, and so then is unit 1 of the first.
    assert_eq!(swept, Swept { pruned: 4, constant: vec![] });
    assert_eq!(masks, [vec![true, true, false, false], vec![true, false, false, false], vec![true, false]]);
    // Without inputs, units that lead on are constant: they stay, and are reported.
    let swept = sweep(&mut views(&mut masks, &sizes), &[false, false]);
    assert_eq!(swept, Swept { pruned: 2, constant: vec![(0, 0), (1, 0)] });
    assert_eq!(masks[1..], [vec![true, false, false, false], vec![true, false]]);
    assert_eq!(sweep(&mut [], &[true]), Swept::default());
}

#[test]
fn a_sweep_changes_no_output_and_leaves_nothing_to_sweep() {
    let sizes = [12, 9, 8, 6, 3];
    let (mut gone, mut constant) = (0, 0);
    for seed in 0..20 {
        let used: Vec<bool> = (0..12).map(|j| !(j + seed as usize).is_multiple_of(4)).collect();
        let before = chain(&sizes, seed);
        let mut masks = before.clone();
        let swept = sweep(&mut views(&mut masks, &sizes), &used);
        let count = |masks: &[Vec<bool>]| masks.iter().map(|m| kept(m)).sum::<usize>();
        assert_eq!(count(&before) - count(&masks), swept.pruned);
        let again = sweep(&mut views(&mut masks, &sizes), &used);
        assert_eq!(again, Swept { pruned: 0, constant: swept.constant.clone() });
        let run = |masks: &[Vec<bool>], scale: f32| {
            let mut x: Vec<f32> = (0..12).map(|j| if used[j] { (j as f32 * scale).cos() } else { 0.0 }).collect();
            let mut all = Vec::new();
            for (mask, s) in masks.iter().zip(sizes.windows(2)) {
                let weight = |i: usize| if mask[i] { (i as f32).sin() } else { 0.0 };
                let sum = |r: usize| (0..s[0]).map(|j| weight(r * s[0] + j) * x[j]).sum::<f32>();
                x = (0..s[1]).map(|r| (sum(r) + 0.3 + r as f32 / 10.0).max(0.0)).collect();
                all.push(x.clone());
            }
            all
        };
        assert_eq!(run(&before, 1.0).last(), run(&masks, 1.0).last());
        // Constant units are, and none that are not used.
        for &(layer, unit) in &swept.constant {
            assert_eq!(run(&masks, 1.0)[layer][unit], run(&masks, 2.7)[layer][unit]);
        }
        gone += swept.pruned;
        constant += swept.constant.len();
    }
    assert!(gone > 0 && constant > 0, "nothing to sweep: {gone} {constant}");
}

#[test]
#[ignore = "takes time and memory: for the time that a layer of VGG takes"]
fn time_of_a_large_layer() {
    let weights: Vec<f32> = (0..9216 * 4096u32).map(|i| i.wrapping_mul(2_654_435_761) as f32 / 1e9 - 2.0).collect();
    let timed = |name: &str, prune: &dyn Fn(&mut [bool])| {
        let mut mask = vec![true; weights.len()];
        let start = Instant::now();
        prune(&mut mask);
        println!("{name}: {:.2} s, {} kept", start.elapsed().as_secs_f64(), kept(&mask));
    };
    timed("prune_to", &|mask| prune_to(&weights, mask, 0.09));
    timed("quality_for and prune", &|mask| prune(&weights, mask, quality_for(&weights, mask, 0.09)));
    timed("prune_balanced", &|mask| prune_balanced(&weights, mask, 4096, 9216, 64, 0.09));
    timed("balance", &|mask| println!("{:?}", balance(mask, 9216, &deal(mask, 4096, 9216, 64), 64)));
}
