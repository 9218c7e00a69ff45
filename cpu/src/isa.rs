//! Which instructions a kernel may use, found at run time.

use serde::Serialize;

/// Sets of instructions, the plainest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Isa {
    /// What the compiler gives for any machine.
    Portable,
    /// NEON, on AArch64.
    Neon,
    /// AVX2, FMA, BMI1 and BMI2.
    Avx2,
    /// AVX-512 (F, BW, DQ, VL).
    Avx512,
    /// AVX-512 with VNNI.
    Avx512Vnni,
}

impl Isa {
    /// All that this machine has.
    pub fn available() -> Vec<Isa> {
        let mut all = vec![Isa::Portable];
        #[cfg(target_arch = "aarch64")]
        if std::arch::is_aarch64_feature_detected!("neon") {
            all.push(Isa::Neon);
        }
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("fma")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2");
            if avx2 {
                all.push(Isa::Avx2);
                let wide = is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512dq");
                if wide {
                    all.push(Isa::Avx512);
                    if is_x86_feature_detected!("avx512vnni") {
                        all.push(Isa::Avx512Vnni);
                    }
                }
            }
        }
        all
    }

    /// The best that this machine has.
    pub fn best() -> Isa {
        Self::available().pop().unwrap_or(Isa::Portable)
    }
}
