//! Archives: round trips, limits, and writing tensor by tensor.

mod container_util;

use container_util::{archive, raw, shared, small};
use eie_spec::archive::{Archive, Dtype, Tensor, TensorData};
use eie_spec::container::{decode, decode_archive, decode_file, encode, encode_archive, inspect};
use eie_spec::container::{ArchiveWriter, Codec, ContainerError, Content, File};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

fn tensors() -> impl Strategy<Value = Archive> {
    let shape = prop_oneof![prop::collection::vec(0usize..7, 0..5), prop::collection::vec(1usize..50, 1..3)];
    let tensor = (any::<u64>(), shape, 0.0..1.0, 0usize..=256);
    prop::collection::vec(tensor, 1..5).prop_map(|tensors| {
        let tensor = |(i, (seed, shape, density, size)): (usize, (u64, Vec<usize>, f64, usize))| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let name = format!("läyer{i}.weight");
            match size {
                0 => raw(&mut rng, &name, &shape),
                size => shared(&mut rng, &name, &shape, density, size),
            }
        };
        Archive { name: "any".into(), tensors: tensors.into_iter().enumerate().map(tensor).collect() }
    })
}

proptest! {
    #[test]
    fn archives_round_trip(
        archive in tensors(),
        codec in prop_oneof![Just(Codec::Huffman), Just(Codec::Adaptive), Just(Codec::Smallest)],
    ) {
        let file = encode_archive(&archive, codec).unwrap();
        prop_assert_eq!(&decode_archive(&file).unwrap(), &archive);
        prop_assert_eq!(decode_file(&file).unwrap(), File::Archive(archive.clone()));

        let info = inspect(&file).unwrap();
        prop_assert_eq!((info.content, info.layers.len(), &info.name), (Content::Archive, 0, &archive.name));
        let sections: usize = info.tensors.iter().map(|t| t.file_bytes).sum();
        prop_assert_eq!(info.header_bytes + sections, file.len());
        for (facts, t) in info.tensors.iter().zip(&archive.tensors) {
            let parts = facts.header_bytes + facts.raw_bytes + facts.codebook_bytes + facts.table_bytes;
            prop_assert_eq!(parts + facts.run_bytes + facts.code_bytes, facts.file_bytes);
            prop_assert_eq!((&facts.name, facts.dtype, &facts.shape), (&t.name, t.dtype, &t.shape));
            match &t.data {
                TensorData::Raw(bytes) => prop_assert_eq!((facts.raw_bytes, facts.codec), (bytes.len(), None)),
                TensorData::Shared { codebook, positions, .. } => {
                    prop_assert_eq!((facts.codes, facts.kept), (codebook.len(), positions.len()));
                }
            }
        }
    }

    /// The comparison above can fail.
    #[test]
    fn another_archive_is_another_file(archive in tensors(), place in any::<prop::sample::Index>()) {
        let mut other = archive.clone();
        let tensor = &mut other.tensors[place.index(archive.tensors.len())];
        match &mut tensor.data {
            TensorData::Raw(bytes) if !bytes.is_empty() => bytes[0] ^= 1,
            TensorData::Shared { codebook, .. } => codebook[0] += 1.0,
            TensorData::Raw(_) => tensor.name.push('x'),
        }
        for codec in [Codec::Huffman, Codec::Adaptive] {
            prop_assert_ne!(encode_archive(&archive, codec).unwrap(), encode_archive(&other, codec).unwrap());
        }
    }
}

#[test]
fn a_model_is_not_an_archive() {
    let file = encode(&small()).unwrap();
    let message = decode_archive(&file).unwrap_err().to_string();
    assert_eq!(message, "byte 10 (header, content): found a model, expected an archive of tensors");
    let file = encode_archive(&archive(1, 0.5, 4), Codec::Huffman).unwrap();
    let message = decode(&file).unwrap_err().to_string();
    assert_eq!(message, "byte 10 (header, content): found an archive of tensors, expected a model");
}

fn tensor(name: &str) -> Tensor {
    raw(&mut ChaCha8Rng::seed_from_u64(1), name, &[2, 2])
}

#[test]
fn a_writer_checks_what_it_is_given() {
    let message = |r: Result<(), ContainerError>| r.unwrap_err().to_string();
    assert!(message(ArchiveWriter::new(Vec::new(), "x", 0).map(drop)).contains("has 0 tensors"));
    assert!(message(ArchiveWriter::new(Vec::new(), &"x".repeat(256), 1).map(drop)).contains("at most 255"));

    let mut writer = ArchiveWriter::new(Vec::new(), "x", 2).unwrap();
    writer.tensor(&tensor("a"), Codec::Huffman).unwrap();
    assert_eq!(message(writer.tensor(&tensor("a"), Codec::Huffman)), "there are two tensors named a");
    let long = tensor(&"x".repeat(4097));
    assert!(message(writer.tensor(&long, Codec::Huffman)).contains("at most 4096"));
    let wide = Tensor { name: "w".into(), shape: vec![0, 1 << 40], dtype: Dtype::U8, data: TensorData::Raw(vec![]) };
    assert!(message(writer.tensor(&wide, Codec::Huffman)).contains("largest dimension of tensor w"));
    let broken = Tensor { shape: vec![3], ..tensor("b") };
    assert!(message(writer.tensor(&broken, Codec::Huffman)).starts_with("tensor b has "));
    writer.tensor(&tensor("b"), Codec::Huffman).unwrap();
    assert!(message(writer.tensor(&tensor("c"), Codec::Huffman)).contains("this is one more"));
    // What was refused left no trace.
    let archive = Archive { name: "x".into(), tensors: vec![tensor("a"), tensor("b")] };
    assert_eq!(writer.finish().unwrap(), encode_archive(&archive, Codec::Huffman).unwrap());

    let mut writer = ArchiveWriter::new(Vec::new(), "x", 2).unwrap();
    writer.tensor(&tensor("a"), Codec::Huffman).unwrap();
    assert_eq!(message(writer.finish().map(drop)), "1 of 2 tensors are written");
}

#[test]
fn a_full_disk_is_an_error() {
    let mut space = [0u8; 40];
    let mut writer = ArchiveWriter::new(&mut space[..], "x", 2).unwrap();
    writer.tensor(&tensor(""), Codec::Huffman).unwrap_err();
    let error = ArchiveWriter::new(&mut space[..10], "x", 2).map(drop).unwrap_err();
    assert!(matches!(error, ContainerError::Write { kind: std::io::ErrorKind::WriteZero, .. }), "{error}");
}

/// `cargo test --release -p eie-spec --test container_archive -- --ignored --nocapture`
#[test]
#[ignore = "a measurement, not a check"]
fn large_archives() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let tensors = (0..4).map(|i| shared(&mut rng, &format!("{i}"), &[3750, 4000], 0.09, 32)).collect();
    let archive = Archive { name: "large".into(), tensors };
    for codec in [Codec::Huffman, Codec::Adaptive] {
        let start = std::time::Instant::now();
        let file = encode_archive(&archive, codec).unwrap();
        let wrote = start.elapsed();
        let start = std::time::Instant::now();
        assert_eq!(decode_archive(&file).unwrap(), archive);
        let read = start.elapsed();
        let rate = archive.dense_bytes() as f64 / 1e6 / read.as_secs_f64();
        println!("{codec:?}: {} bytes, written in {wrote:.2?}, read in {read:.2?}, {rate:.0} MB/s", file.len());
    }
}
