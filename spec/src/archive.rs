//! Compressed tensors that no device runs as they are: a file of weights whose network is not known.

use serde::Serialize;

/// Most dimensions of a tensor.
pub const MAX_RANK: usize = 8;
/// Most tensors of an archive.
pub const MAX_TENSORS: usize = 1 << 16;
/// Most elements of a tensor.
pub const MAX_ELEMENTS: u64 = 1 << 32;

/// Type of a dense tensor's elements, as in safetensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub enum Dtype {
    F64,
    F32,
    F16,
    BF16,
    I64,
    I32,
    I16,
    I8,
    U64,
    U32,
    U16,
    U8,
    Bool,
}

impl Dtype {
    /// All of them: a file names one by its place here.
    pub const ALL: [Dtype; 13] = [
        Dtype::F64,
        Dtype::F32,
        Dtype::F16,
        Dtype::BF16,
        Dtype::I64,
        Dtype::I32,
        Dtype::I16,
        Dtype::I8,
        Dtype::U64,
        Dtype::U32,
        Dtype::U16,
        Dtype::U8,
        Dtype::Bool,
    ];

    /// Bytes of an element.
    pub fn size(self) -> usize {
        match self {
            Dtype::F64 | Dtype::I64 | Dtype::U64 => 8,
            Dtype::F32 | Dtype::I32 | Dtype::U32 => 4,
            Dtype::F16 | Dtype::BF16 | Dtype::I16 | Dtype::U16 => 2,
            Dtype::I8 | Dtype::U8 | Dtype::Bool => 1,
        }
    }
}

/// Tensors by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Archive {
    /// Free text.
    pub name: String,
    /// At least one, in the order of the file they came from; no name twice.
    pub tensors: Vec<Tensor>,
}

/// One tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// As in the source file.
    pub name: String,
    /// Row-major; empty for a scalar.
    pub shape: Vec<usize>,
    /// Type of its elements when dense.
    pub dtype: Dtype,
    /// What it holds.
    pub data: TensorData,
}

/// A tensor's elements.
#[derive(Clone, Debug, PartialEq)]
pub enum TensorData {
    /// Pruned, with shared weights: zero where no element is named. Of type F32, F16 or BF16.
    Shared {
        /// 1 to 256 finite values.
        codebook: Vec<f32>,
        /// Row-major places of the elements kept, ascending.
        positions: Vec<u32>,
        /// The codebook index of each.
        codes: Vec<u8>,
    },
    /// As it came, little-endian.
    Raw(Vec<u8>),
}

impl Tensor {
    /// Number of elements; none if it is beyond 64 bits.
    pub fn elements(&self) -> Option<u64> {
        self.shape.iter().try_fold(1u64, |n, &d| n.checked_mul(d as u64))
    }

    /// Checks every invariant.
    ///
    /// # Errors
    /// A sentence about the one that does not hold, without the tensor's name.
    pub fn check(&self) -> Result<(), String> {
        let want = |ok: bool, what: String| if ok { Ok(()) } else { Err(what) };
        want(self.shape.len() <= MAX_RANK, format!("has {} dimensions, at most {MAX_RANK}", self.shape.len()))?;
        let elements = self.elements().filter(|&n| n <= MAX_ELEMENTS);
        let elements = elements.ok_or(format!("has shape {:?}, at most {MAX_ELEMENTS} elements", self.shape))?;
        match &self.data {
            TensorData::Raw(bytes) => {
                let size = elements * self.dtype.size() as u64;
                want(bytes.len() as u64 == size, format!("has {} bytes, expected {size}", bytes.len()))
            }
            TensorData::Shared { codebook, positions, codes } => {
                let float = matches!(self.dtype, Dtype::F32 | Dtype::F16 | Dtype::BF16);
                want(float, format!("is shared and of type {:?}, expected F32, F16 or BF16", self.dtype))?;
                let size = codebook.len();
                want((1..=256).contains(&size), format!("has a codebook of {size}, expected 1 to 256"))?;
                want(codebook.iter().all(|c| c.is_finite()), "has a codebook entry that is not finite".into())?;
                let (places, count) = (positions.len(), codes.len());
                want(places == count, format!("has {places} positions and {count} codes"))?;
                want(positions.windows(2).all(|p| p[0] < p[1]), "has positions that do not ascend".into())?;
                let inside = positions.last().is_none_or(|&p| u64::from(p) < elements);
                want(inside, format!("has a position beyond its {elements} elements"))?;
                want(codes.iter().all(|&c| usize::from(c) < size), format!("has a code beyond its {size} entries"))
            }
        }
    }

    /// Dense elements of a shared tensor; none of a raw one.
    pub fn dense(&self) -> Option<Vec<f32>> {
        let TensorData::Shared { codebook, positions, codes } = &self.data else { return None };
        let mut values = vec![0.0; self.elements()? as usize];
        for (&p, &c) in positions.iter().zip(codes) {
            values[p as usize] = codebook[usize::from(c)];
        }
        Some(values)
    }
}

impl Archive {
    /// Checks every tensor, and that names differ.
    ///
    /// # Errors
    /// A sentence that names the tensor.
    pub fn check(&self) -> Result<(), String> {
        let count = self.tensors.len();
        if !(1..=MAX_TENSORS).contains(&count) {
            return Err(format!("the archive has {count} tensors, expected 1 to {MAX_TENSORS}"));
        }
        let mut names = std::collections::HashSet::new();
        for t in &self.tensors {
            t.check().map_err(|why| format!("tensor {} {why}", t.name))?;
            if !names.insert(&t.name) {
                return Err(format!("there are two tensors named {}", t.name));
            }
        }
        Ok(())
    }

    /// Size of the same tensors, dense.
    pub fn dense_bytes(&self) -> u64 {
        self.tensors.iter().map(|t| t.elements().unwrap_or(0) * t.dtype.size() as u64).sum()
    }
}
