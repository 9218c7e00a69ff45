//! The module gives what the dense product of the decompressed weights gives, wherever it runs.

use candle_core::{Device, Module, Tensor, Var};
use eie_offload::{DirectConfig, Linear};

fn tensors() -> candle_core::Result<(Tensor, Tensor, Tensor)> {
    let made = |n: usize, k: usize| (0..n).map(|i| ((i * k) % 1009) as f32 / 504.5 - 1.0).collect::<Vec<f32>>();
    let cpu = &Device::Cpu;
    let weight = Tensor::from_vec(made(50 * 70, 7919), (50, 70), cpu)?;
    Ok((weight, Tensor::from_vec(made(50, 31), 50, cpu)?, Tensor::from_vec(made(2 * 6 * 70, 613), (2, 6, 70), cpu)?))
}

/// The decompressed weights as a dense matrix.
fn expanded(layer: &Linear) -> candle_core::Result<Tensor> {
    let l = &layer.runner().model().layers[0];
    let unit = l.out_scale / (1u64 << l.shift) as f32 / l.in_scale;
    let w: Vec<f32> = l.dense().iter().map(|&w| f32::from(w) * unit).collect();
    Tensor::from_vec(w, (l.outputs, l.inputs), &Device::Cpu)
}

fn far(a: &Tensor, b: &Tensor) -> candle_core::Result<f32> {
    (a - b)?.abs()?.flatten_all()?.max(0)?.to_scalar()
}

#[test]
fn equals_the_dense_product_everywhere() {
    let (weight, bias, x) = tensors().unwrap();
    let config = DirectConfig { densities: vec![0.2], ..Default::default() };
    for (target, limit) in [("cpu", 1e-4), ("model:?pes=4", 3e-3)] {
        let layer = Linear::compress("fc", &weight, Some(&bias), &config, Some(&x), target).unwrap();
        assert_eq!(layer.runner().model().layers[0].kept(), 700);
        let y = layer.forward(&x).unwrap();
        assert_eq!(y.dims(), [2, 6, 50]);
        let want = x.broadcast_matmul(&expanded(&layer).unwrap().t().unwrap()).unwrap();
        let want = want.broadcast_add(&bias).unwrap();
        let difference = far(&y, &want).unwrap();
        assert!(difference < limit, "{target}: {difference}");
        // The comparison sees a single wrong row.
        let wrong = want.broadcast_add(&Tensor::from_vec(one_at(50, 7), 50, &Device::Cpu).unwrap()).unwrap();
        assert!(far(&y, &wrong).unwrap() > limit);
        // One row, and a part of a tensor.
        let row = layer.forward(&x.get(1).unwrap().narrow(0, 3, 1).unwrap()).unwrap();
        assert!(far(&row, &y.get(1).unwrap().narrow(0, 3, 1).unwrap()).unwrap() < 1e-4);
    }
}

fn one_at(n: usize, k: usize) -> Vec<f32> {
    (0..n).map(|i| if i == k { 0.01 } else { 0.0 }).collect()
}

#[test]
fn what_is_wrong_is_said() {
    let (weight, bias, x) = tensors().unwrap();
    let layer = Linear::compress("fc", &weight, Some(&bias), &DirectConfig::default(), None, "cpu").unwrap();
    let say = |x: Tensor| layer.forward(&x).unwrap_err().to_string();
    assert!(say(x.narrow(2, 0, 69).unwrap()).contains("rows of 70 values"));
    assert!(say(x.to_dtype(candle_core::DType::F64).unwrap()).contains("takes F32"));
    assert!(say(x.affine(f64::NAN, 0.0).unwrap()).contains("value 0 is not a number"));
    let open = |target: &str| match Linear::compress("fc", &weight, None, &DirectConfig::default(), None, target) {
        Ok(_) => panic!("{target} was opened"),
        Err(e) => e.to_string(),
    };
    assert!(open("nothing:x").contains("nothing"));
    let config = DirectConfig { densities: vec![2.0], ..Default::default() };
    assert!(Linear::compress("fc", &weight, None, &config, None, "cpu").is_err());
    // A gradient through it would be none.
    let v = Var::from_tensor(&x).unwrap();
    assert!(layer.forward(v.as_tensor()).unwrap().sum_all().unwrap().backward().is_err());
}
