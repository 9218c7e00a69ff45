//! Elements of tensors as numbers, and back.

use eie_spec::archive::Dtype;
use half::{bf16, f16};

/// The elements of `N` bytes.
fn chunks<const N: usize>(data: &[u8]) -> impl Iterator<Item = [u8; N]> + '_ {
    data.chunks_exact(N).map(|chunk| {
        let mut bytes = [0; N];
        bytes.copy_from_slice(chunk);
        bytes
    })
}

/// Little-endian floating-point elements. The text of an error begins with a verb.
pub(super) fn floats(dtype: Dtype, data: &[u8]) -> Result<Vec<f32>, String> {
    let values: Vec<f32> = match dtype {
        Dtype::F64 => chunks(data).map(|b| f64::from_le_bytes(b) as f32).collect(),
        Dtype::F32 => chunks(data).map(f32::from_le_bytes).collect(),
        Dtype::F16 => chunks(data).map(|b| f16::from_le_bytes(b).to_f32()).collect(),
        Dtype::BF16 => chunks(data).map(|b| bf16::from_le_bytes(b).to_f32()).collect(),
        other => return Err(format!("has type {other:?}, expected F64, F32, F16 or BF16")),
    };
    match values.iter().position(|x| !x.is_finite()) {
        Some(i) => Err(format!("has {} at element {i}, expected numbers that are finite in F32", values[i])),
        None => Ok(values),
    }
}

/// Values as little-endian elements, rounded to the nearest. The text of an error begins with a verb.
pub(crate) fn encode(dtype: Dtype, values: &[f32]) -> Result<Vec<u8>, String> {
    let bytes: Vec<u8> = match dtype {
        Dtype::F64 => values.iter().flat_map(|&x| f64::from(x).to_le_bytes()).collect(),
        Dtype::F32 => values.iter().flat_map(|x| x.to_le_bytes()).collect(),
        Dtype::F16 => values.iter().flat_map(|&x| f16::from_f32(x).to_le_bytes()).collect(),
        Dtype::BF16 => values.iter().flat_map(|&x| bf16::from_f32(x).to_le_bytes()).collect(),
        other => return Err(format!("has type {other:?}: only F64, F32, F16 and BF16 take other values")),
    };
    let largest = match dtype {
        Dtype::F16 => f16::MAX.to_f32(),
        Dtype::BF16 => bf16::MAX.to_f32(),
        _ => f32::MAX,
    };
    // Above the largest, a value may still round down to it.
    let fits = |x: f32| match dtype {
        Dtype::F16 => f16::from_f32(x).is_finite(),
        Dtype::BF16 => bf16::from_f32(x).is_finite(),
        _ => x.is_finite(),
    };
    match values.iter().position(|&x| !fits(x)) {
        Some(i) => Err(format!("is to have {} at element {i}, expected at most {largest} in magnitude", values[i])),
        None => Ok(bytes),
    }
}

/// The number nearest to `x` that the type holds.
pub(crate) fn rounded(dtype: Dtype, x: f32) -> f32 {
    match dtype {
        Dtype::F16 => f16::from_f32(x).to_f32(),
        Dtype::BF16 => bf16::from_f32(x).to_f32(),
        _ => x,
    }
}

/// Integers of a shape or of axes.
pub(super) fn integers(dtype: Dtype, data: &[u8]) -> Option<Vec<i64>> {
    match dtype {
        Dtype::I64 => Some(chunks(data).map(i64::from_le_bytes).collect()),
        Dtype::I32 => Some(chunks(data).map(|b| i32::from_le_bytes(b).into()).collect()),
        _ => None,
    }
}
