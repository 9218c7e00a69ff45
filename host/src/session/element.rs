//! What goes into a session and comes out of it: activations in units (`i16`) or as real numbers (`f32`), in arrays of
//! one row or of many.

use ndarray::{ArrayView, ArrayView2, ArrayViewMut, ArrayViewMut2, Axis, Dimension, Ix1, Ix2};

mod sealed {
    pub trait Sealed {}
    impl Sealed for i16 {}
    impl Sealed for f32 {}
    impl Sealed for ndarray::Ix1 {}
    impl Sealed for ndarray::Ix2 {}
}

/// `i16`: units of the model's scales, as they are. `f32`: real numbers, divided by the model's input scale, rounded to
/// the nearest unit (halves away from zero) and limited to the range that the model's certificate allows; results are
/// units times the output's scale.
pub trait Element: sealed::Sealed + Copy + Default + Send + 'static {
    /// Appends values as units. The place of one that is no number.
    #[doc(hidden)]
    fn to_units(values: ArrayView2<'_, Self>, scale: f32, max: u32, units: &mut Vec<i16>) -> Result<(), usize>;
    /// From a unit.
    #[doc(hidden)]
    fn from_unit(unit: i16, scale: f32) -> Self;
}

impl Element for i16 {
    fn to_units(values: ArrayView2<'_, i16>, _scale: f32, _max: u32, units: &mut Vec<i16>) -> Result<(), usize> {
        match values.as_slice() {
            Some(slice) => units.extend_from_slice(slice),
            None => units.extend(values.iter()),
        }
        Ok(())
    }

    fn from_unit(unit: i16, _scale: f32) -> Self {
        unit
    }
}

impl Element for f32 {
    fn to_units(values: ArrayView2<'_, f32>, scale: f32, max: u32, units: &mut Vec<i16>) -> Result<(), usize> {
        let (low, high) = (-f64::from(max), f64::from(max.min(i16::MAX as u32)));
        let scale = f64::from(scale);
        let unit = |value: f32| {
            let exact = f64::from(value) / scale;
            ((exact + 0.5f64.copysign(exact)).clamp(low, high)) as i16
        };
        match values.as_slice() {
            Some(slice) => units.extend(slice.iter().map(|&value| unit(value))),
            None => units.extend(values.iter().map(|&value| unit(value))),
        }
        // What is no number became zero. All are looked at, which is quicker than to stop at the first one.
        let suspect = match values.as_slice() {
            Some(slice) => slice.iter().fold(false, |any, value| any | value.is_nan()),
            None => true,
        };
        match suspect.then(|| values.iter().position(|value| value.is_nan())).flatten() {
            Some(index) => Err(index),
            None => Ok(()),
        }
    }

    fn from_unit(unit: i16, scale: f32) -> Self {
        f32::from(unit) * scale
    }
}

/// One row, or many.
pub trait Rows: sealed::Sealed + Dimension {
    /// As rows.
    #[doc(hidden)]
    fn rows<T>(x: ArrayView<'_, T, Self>) -> ArrayView2<'_, T>;
    /// As rows.
    #[doc(hidden)]
    fn rows_mut<T>(x: ArrayViewMut<'_, T, Self>) -> ArrayViewMut2<'_, T>;
    /// The shape of so many rows.
    #[doc(hidden)]
    fn shape(rows: usize, columns: usize) -> Self;
}

impl Rows for Ix1 {
    fn rows<T>(x: ArrayView<'_, T, Ix1>) -> ArrayView2<'_, T> {
        x.insert_axis(Axis(0))
    }
    fn rows_mut<T>(x: ArrayViewMut<'_, T, Ix1>) -> ArrayViewMut2<'_, T> {
        x.insert_axis(Axis(0))
    }
    fn shape(_rows: usize, columns: usize) -> Ix1 {
        Ix1(columns)
    }
}

impl Rows for Ix2 {
    fn rows<T>(x: ArrayView<'_, T, Ix2>) -> ArrayView2<'_, T> {
        x
    }
    fn rows_mut<T>(x: ArrayViewMut<'_, T, Ix2>) -> ArrayViewMut2<'_, T> {
        x
    }
    fn shape(rows: usize, columns: usize) -> Ix2 {
        Ix2(rows, columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn real_numbers_become_units() {
        let x = array![[0.0f32, 0.26, -0.26, 0.25, -0.25, 1e9, -1e9, f32::INFINITY]];
        let mut units = Vec::new();
        f32::to_units(x.view(), 0.5, 100, &mut units).unwrap();
        assert_eq!(units, [0, 1, -1, 1, -1, 100, -100, 100]);
        let widest = array![[-1e9f32, 1e9]];
        units.clear();
        f32::to_units(widest.view(), 0.5, 1 << 15, &mut units).unwrap();
        assert_eq!(units, [i16::MIN, i16::MAX]);
        assert_eq!(f32::to_units(array![[0.0, 1.0, f32::NAN]].view(), 0.5, 100, &mut units), Err(2));
        assert_eq!(f32::from_unit(-3, 0.5), -1.5);
    }

    #[test]
    fn rows_in_any_memory_order() {
        let x = array![[1i16, 2, 3], [4, 5, 6]];
        let mut units = Vec::new();
        i16::to_units(x.t(), 1.0, 9, &mut units).unwrap();
        assert_eq!(units, [1, 4, 2, 5, 3, 6]);
    }
}
