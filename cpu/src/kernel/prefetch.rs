//! Asks for memory before it is needed.

/// Bytes that memory comes in.
const LINE: usize = 64;
/// Lines that are asked for at most: what comes behind them a hardware prefetcher has understood.
const MOST: usize = 16;

/// Asks for the first lines of a slice. It changes nothing but times.
#[inline(always)]
pub fn read(slice: &[u16]) {
    #[cfg(target_arch = "x86_64")]
    for line in slice.chunks(LINE / 2).take(MOST) {
        use std::arch::x86_64::{_mm_prefetch, _MM_HINT_T0};
        // SAFETY: a hint, which reads nothing; SSE is part of every x86-64.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (slice, LINE, MOST);
}
