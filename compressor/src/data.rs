//! MNIST and sets of the same format: IDX files, gzipped or not.

use crate::error::CompressError;
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

/// MNIST's files, with the SHA-256 of what they unpack to.
pub const MNIST_FILES: [(&str, &str); 4] = [
    ("train-images-idx3-ubyte.gz", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    ("train-labels-idx1-ubyte.gz", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    ("t10k-images-idx3-ubyte.gz", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    ("t10k-labels-idx1-ubyte.gz", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
];

/// Fashion-MNIST's files (Xiao et al., 2017), which have the same names, with the SHA-256 of what they unpack to.
pub const FASHION_FILES: [(&str, &str); 4] = [
    ("train-images-idx3-ubyte.gz", "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
    ("train-labels-idx1-ubyte.gz", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
    ("t10k-images-idx3-ubyte.gz", "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
    ("t10k-labels-idx1-ubyte.gz", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
];

/// Largest number of images, and of pixels in one, that a file may declare.
const MAX_COUNT: u32 = 1 << 20;

/// Half of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// For training.
    Train,
    /// For testing only.
    Test,
}

/// Labelled images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// `len * pixels` grey values.
    pub images: Vec<u8>,
    /// One per image.
    pub labels: Vec<u8>,
    /// Of each image.
    pub pixels: usize,
}

impl Dataset {
    /// Reads `train-*` or `t10k-*` from a folder.
    ///
    /// # Errors
    /// Missing, truncated or inconsistent files, with the offset and what was expected there.
    pub fn load(dir: &Path, split: Split) -> Result<Self, CompressError> {
        let prefix = match split {
            Split::Train => "train",
            Split::Test => "t10k",
        };
        let (image_path, size, images) = read_idx(dir, &format!("{prefix}-images-idx3-ubyte"), 3)?;
        let (label_path, _, labels) = read_idx(dir, &format!("{prefix}-labels-idx1-ubyte"), 1)?;
        let count = size[0] as usize;
        if labels.len() != count {
            return Err(CompressError::Data {
                path: label_path.display().to_string(),
                offset: 4,
                found: format!("{} labels", labels.len()),
                expected: format!("{count}, as {} has images", image_path.display()),
            });
        }
        Ok(Dataset { images, labels, pixels: (size[1] * size[2]) as usize })
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The first `count` images, or all if there are not so many.
    #[must_use]
    pub fn first(mut self, count: usize) -> Self {
        self.labels.truncate(count);
        self.images.truncate(count.saturating_mul(self.pixels));
        self
    }

    /// The grey values of an image.
    pub fn image(&self, i: usize) -> &[u8] {
        &self.images[i * self.pixels..(i + 1) * self.pixels]
    }
}

/// Compares the unpacked bytes of one of [`MNIST_FILES`] or [`FASHION_FILES`] with its checksum.
pub fn verify(path: &Path, gzipped: &[u8], expected: &str) -> Result<(), CompressError> {
    // The largest of the four unpacks to 47 MB.
    let mut bytes = Vec::new();
    GzDecoder::new(gzipped).take(1 << 26).read_to_end(&mut bytes).map_err(CompressError::io(path))?;
    let found: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
    match found == expected {
        true => Ok(()),
        false => {
            let (path, expected) = (path.display().to_string(), expected.to_owned());
            Err(CompressError::Checksum { path, found, expected })
        }
    }
}

fn open(dir: &Path, name: &str) -> Result<(PathBuf, Box<dyn Read>), CompressError> {
    let packed = dir.join(format!("{name}.gz"));
    if packed.exists() {
        let file = File::open(&packed).map_err(CompressError::io(&packed))?;
        return Ok((packed, Box::new(GzDecoder::new(BufReader::new(file)))));
    }
    let plain = dir.join(name);
    match File::open(&plain) {
        Ok(file) => Ok((plain, Box::new(BufReader::new(file)))),
        Err(_) => Err(CompressError::MissingData { name: name.to_owned(), dir: dir.display().to_string() }),
    }
}

/// Reads an IDX file of unsigned bytes with this many dimensions.
fn read_idx(dir: &Path, name: &str, dimensions: usize) -> Result<(PathBuf, Vec<u32>, Vec<u8>), CompressError> {
    let (path, mut reader) = open(dir, name)?;
    let fail = |offset: u64, found: String, expected: String| CompressError::Data {
        path: path.display().to_string(),
        offset,
        found,
        expected,
    };
    let mut word = |offset: u64| {
        let mut bytes = [0; 4];
        reader.read_exact(&mut bytes).map_err(|e| fail(offset, e.to_string(), "four bytes of header".into()))?;
        Ok::<u32, CompressError>(u32::from_be_bytes(bytes))
    };
    let (magic, expected) = (word(0)?, 0x0800 + dimensions as u32);
    if magic != expected {
        return Err(fail(0, format!("{magic:#010x}"), format!("{expected:#010x}, an IDX file of bytes")));
    }
    let mut size = Vec::new();
    for k in 1..=dimensions as u64 {
        let n = word(4 * k)?;
        if !(1..=MAX_COUNT).contains(&n) {
            return Err(fail(4 * k, format!("size {n}"), format!("1 to {MAX_COUNT}")));
        }
        size.push(n);
    }
    let total: u64 = size.iter().map(|&n| u64::from(n)).product();
    let start = 4 * (dimensions as u64 + 1);
    // Reads what is there rather than allocating what the header says.
    let mut bytes = Vec::new();
    let read = reader.take(total.saturating_add(1)).read_to_end(&mut bytes);
    let end = start + bytes.len() as u64;
    read.map_err(|e| fail(end, e.to_string(), format!("{total} bytes of data")))?;
    if bytes.len() as u64 != total {
        let found = if (bytes.len() as u64) < total { "the end of the file" } else { "more bytes" };
        return Err(fail(end.min(start + total), found.into(), format!("{total} bytes of data from offset {start}")));
    }
    Ok((path, size, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(dir: &Path, images: &[u8], labels: &[u8]) {
        std::fs::write(dir.join("t10k-images-idx3-ubyte"), images).unwrap();
        std::fs::write(dir.join("t10k-labels-idx1-ubyte"), labels).unwrap();
    }

    const IMAGES: [u8; 24] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8];
    const LABELS: [u8; 10] = [0, 0, 8, 1, 0, 0, 0, 2, 7, 9];

    #[test]
    fn reads_and_refuses() {
        let dir = tempfile::tempdir().unwrap();
        let load = || Dataset::load(dir.path(), Split::Test);
        assert!(matches!(load(), Err(CompressError::MissingData { .. })));
        write(dir.path(), &IMAGES, &LABELS);
        let set = load().unwrap();
        assert_eq!((set.len(), set.image(1), set.labels[1]), (2, &[5, 6, 7, 8][..], 9));
        assert_eq!(set.clone().first(3), set);
        let one = set.first(1);
        assert_eq!((one.images, one.labels), (vec![1, 2, 3, 4], vec![7]));
        write(dir.path(), &IMAGES[..20], &LABELS);
        let message = load().unwrap_err().to_string();
        assert!(message.contains("offset 20") && message.contains("8 bytes"), "{message}");
        write(dir.path(), &IMAGES, &LABELS[..9]);
        assert!(load().is_err());
        let mut huge = IMAGES;
        huge[4] = 0xff;
        write(dir.path(), &huge, &LABELS);
        assert!(load().unwrap_err().to_string().contains("offset 4"));
        let mut one = LABELS;
        one[7] = 1;
        write(dir.path(), &IMAGES, &one[..9]);
        assert!(load().unwrap_err().to_string().contains("1 labels"));
    }
}
