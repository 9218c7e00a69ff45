//! What a kernel computes with: `f32`, or integers whose sums are exact.

/// A number of a kernel. Integers wrap: their sums are exact as long as the result fits.
pub trait Number: Copy + Default + Send + Sync + PartialEq + 'static {
    /// Sum.
    fn plus(self, other: Self) -> Self;
    /// Product.
    fn times(self, other: Self) -> Self;
    /// Product and sum, of real numbers rounded once.
    fn times_plus(self, other: Self, sum: Self) -> Self {
        self.times(other).plus(sum)
    }
    /// Whether it is neither infinite nor no number at all.
    fn is_finite(self) -> bool {
        true
    }
    /// Whether an activation is zero, and so need not be looked at (R6).
    fn is_zero(self) -> bool {
        self == Self::default()
    }
}

impl Number for f32 {
    #[inline(always)]
    fn plus(self, other: f32) -> f32 {
        self + other
    }
    #[inline(always)]
    fn times(self, other: f32) -> f32 {
        self * other
    }
    #[inline(always)]
    fn times_plus(self, other: f32, sum: f32) -> f32 {
        self.mul_add(other, sum)
    }
    #[inline(always)]
    fn is_finite(self) -> bool {
        f32::is_finite(self)
    }
}

impl Number for i32 {
    #[inline(always)]
    fn plus(self, other: i32) -> i32 {
        self.wrapping_add(other)
    }
    #[inline(always)]
    fn times(self, other: i32) -> i32 {
        self.wrapping_mul(other)
    }
}

impl Number for i64 {
    #[inline(always)]
    fn plus(self, other: i64) -> i64 {
        self.wrapping_add(other)
    }
    #[inline(always)]
    fn times(self, other: i64) -> i64 {
        self.wrapping_mul(other)
    }
}
