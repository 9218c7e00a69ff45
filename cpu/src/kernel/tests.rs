//! Vector kernels beside the plain loops, bit by bit.

use super::{add_lanes, add_lanes_exact, lanes, table};
use crate::isa::Isa;
use crate::lanes::{Lanes, CODES, GROUP, PANEL};
use eie_spec::arith::Activation;
use eie_spec::model::{Certificate, Layer};
use eie_spec::op::Op;
use proptest::prelude::*;

fn layer(inputs: usize, outputs: usize, share: f64, next: &mut impl FnMut() -> f64) -> Layer {
    let (mut col_ptr, mut rows, mut codes) = (vec![0], Vec::new(), Vec::new());
    for _ in 0..inputs {
        for row in 0..outputs {
            if next() < share {
                rows.push(row as u32);
                codes.push((next() * 31.0) as u8);
            }
        }
        col_ptr.push(rows.len() as u32);
    }
    Layer {
        name: "fc".into(),
        op: Op::Linear,
        inputs,
        outputs,
        codebook: (0..31).map(|_| (next() * 65536.0 - 32768.0) as i16).collect(),
        col_ptr,
        rows,
        codes,
        bias: vec![0; outputs],
        shift: 0,
        activation: Activation::Identity,
        in_scale: 1.0,
        out_scale: 1.0,
        certificate: Certificate { in_abs_max: 0, row_abs_sum: 0, acc_bits: 0 },
    }
}

/// Bits of the sums by each set of instructions, the plain loop first.
fn all(lanes_of: &Lanes, codebook: &[i16; CODES], x: &[i16]) -> Vec<(Vec<u32>, Vec<i64>)> {
    let real: Vec<f32> = x.iter().map(|&x| f32::from(x) / 1000.0).collect();
    let book = codebook.map(|w| f32::from(w) / 777.0);
    let each = |isa| {
        let (mut sums, mut exact) = (vec![[0f32; GROUP]; lanes_of.groups()], vec![[0; GROUP]; lanes_of.groups()]);
        add_lanes(isa, lanes_of, &book, &real, &mut sums);
        add_lanes_exact(isa, lanes_of, codebook, x, &mut exact);
        (sums.as_flattened().iter().map(|s| s.to_bits()).collect(), exact.concat())
    };
    Isa::available().into_iter().map(each).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]
    #[test]
    fn lanes_equal_the_plain_loop(
        inputs in prop_oneof![1usize..300, PANEL - 70..PANEL + 70], outputs in 1usize..60, share in 0.0..0.6, seed: u64,
    ) {
        let mut state = seed;
        let mut next = move || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as f64 / f64::from(1u32 << 31)
        };
        let layer = layer(inputs, outputs, share, &mut next);
        let x: Vec<i16> = (0..inputs).map(|_| if next() < 0.3 { 0 } else { (next() * 65536.0 - 32768.0) as i16 }).collect();
        let codebook = table(&layer.codebook);
        let mut of = Lanes::new(&layer, 0..outputs);
        let want = all(&of, &codebook, &x);
        prop_assert!(want.windows(2).all(|w| w[0] == w[1]));
        // Each row's sum is where its row is, and exact.
        let mut y = vec![0i64; outputs];
        of.place(want[0].1.as_chunks().0, &mut y);
        let mut plain = vec![0i64; outputs];
        for (j, &x) in x.iter().enumerate() {
            layer.column(j).for_each(|(row, code)| plain[row] += i64::from(layer.codebook[usize::from(code)]) * i64::from(x));
        }
        prop_assert_eq!(y, plain);
        // Control: another code somewhere is seen by each.
        if let Some((row, column)) = of.spoil() {
            let code = layer.column(column).find(|&(r, _)| r == row).unwrap().1;
            let change = codebook[usize::from(code)].abs_diff(codebook[usize::from(code ^ 1)]);
            if change > 100 && x[column].unsigned_abs() > 100 {
                for (other, want) in all(&of, &codebook, &x).iter().zip(&want) {
                    prop_assert!(other.0 != want.0 && other.1 != want.1);
                }
            }
        }
    }
}

#[test]
fn infinite_activations_stay_in_their_rows() {
    let mut state = 7u64;
    let mut next = move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as f64 / f64::from(1u32 << 31)
    };
    let mut layer = layer(300, 50, 0.1, &mut next);
    layer.codebook.iter_mut().for_each(|w| *w |= 1);
    let of = Lanes::new(&layer, 0..50);
    let book = table(&layer.codebook.iter().map(|&w| f32::from(w)).collect::<Vec<_>>());
    for wrong in [f32::INFINITY, f32::NAN] {
        let mut x = vec![1.0; 300];
        x[40] = wrong;
        for isa in Isa::available() {
            let (mut sums, mut y) = (vec![[0f32; GROUP]; of.groups()], vec![0f32; 50]);
            add_lanes(isa, &of, &book, &x, &mut sums);
            of.place(&sums, &mut y);
            let touched: Vec<usize> = (0..50).filter(|&row| !y[row].is_finite()).collect();
            assert_eq!(touched, layer.column(40).map(|(row, _)| row).collect::<Vec<_>>());
            assert!(!touched.is_empty() && touched.len() < 20);
        }
    }
}

#[test]
fn plain_loops_agree() {
    let mut state = 1u64;
    let mut next = move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as f64 / f64::from(1u32 << 31)
    };
    let layer = layer(500, 40, 0.2, &mut next);
    let of = Lanes::new(&layer, 0..40);
    let x: Vec<i16> = (0..500).map(|_| (next() * 65536.0 - 32768.0) as i16).collect();
    let codebook = table(&layer.codebook);
    let wide: Vec<i64> = x.iter().map(|&x| x.into()).collect();
    let (mut first, mut second) = (vec![[0; GROUP]; of.groups()], vec![[0; GROUP]; of.groups()]);
    lanes::lanes(&of, &codebook.map(i64::from), &wide, &mut first);
    lanes::lanes_exact(&of, &codebook, &x, &mut second);
    assert_eq!(first, second);
    assert!(first.as_flattened().iter().any(|&s| s != 0));
}
