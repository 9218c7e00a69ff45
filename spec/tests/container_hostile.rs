//! Files made to harm: checksums are right, contents are not. Nothing panics, and what is accepted is exactly
//! what the writer gives.

mod container_util;

use container_util::{again, archive, corpus, mend, mixed, small};
use eie_spec::bits::BitReader;
use eie_spec::container::{decode_file, encode_archive, encode_with, inspect, Codec, ContainerError};
use eie_spec::huffman::Decoder;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// Decodes; an accepted file must be the one that its content encodes to.
fn attack(file: &[u8], seen: &mut BTreeMap<String, usize>) {
    let reason = match decode_file(file) {
        Ok(_) => {
            assert_eq!(again(file).unwrap(), file, "a second file for one content");
            "accepted".into()
        }
        Err(ContainerError::Field { offset, place, found, .. }) => {
            assert!(offset <= file.len());
            let field = place.rsplit(", ").next().unwrap().to_owned();
            // Words tell the reasons of a field apart, numbers do not.
            let is_word = |w: &&str| w.chars().all(|c| !c.is_ascii_digit() && c != '[');
            let words: Vec<&str> = found.split(' ').filter(is_word).collect();
            format!("{field}: {}", words.join(" "))
        }
        Err(ContainerError::Invalid { offset, .. }) => {
            assert!(offset < file.len());
            "invalid".into()
        }
        Err(ContainerError::InvalidTensor { offset, why }) => {
            assert!(offset < file.len());
            let words: Vec<&str> = why.split(' ').filter(|w| w.chars().all(|c| c.is_ascii_lowercase())).collect();
            format!("invalid tensor: {}", words.join(" "))
        }
        Err(other) => panic!("{other}"),
    };
    *seen.entry(reason).or_default() += 1;
}

/// Where sizes are whose upper bytes make a legal layer of up to a million rows, which takes milliseconds.
fn large(file: &[u8]) -> Vec<usize> {
    let Some(layer) = inspect(file).unwrap().layers.into_iter().next() else { return Vec::new() };
    let name = layer.offset + 5;
    let op = name + 1 + usize::from(file[name]);
    let sizes = op + [1, 21, 9][usize::from(file[op])];
    [1, 2, 3, 5, 6, 7].map(|i| sizes + i).to_vec()
}

#[test]
fn mending_knows_the_format() {
    for file in corpus() {
        let mut mended = file.clone();
        mend(&mut mended);
        assert_eq!(mended, file);
        let first = inspect(&file).unwrap().header_bytes;
        mended[first + 8] ^= 0x55;
        let damaged = mended.clone();
        mend(&mut mended);
        assert_ne!(mended, damaged);
    }
}

/// Inputs of each random test: EIE_FUZZ_CASES, as `make fuzz` sets it.
fn cases() -> usize {
    std::env::var("EIE_FUZZ_CASES").map_or(100_000, |n| n.parse().expect("EIE_FUZZ_CASES is a number"))
}

#[test]
fn huffman_tables_never_panic() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let (mut sound, mut refused) = (0, 0);
    for _ in 0..cases() {
        // Short alphabets and lengths near to a complete code, so that many are one.
        let symbols = rng.random_range(0..12);
        let lengths: Vec<u8> = (0..symbols).map(|_| rng.random_range(0..5)).collect();
        let Ok(decoder) = Decoder::new(&lengths) else {
            refused += 1;
            continue;
        };
        sound += 1;
        let bytes: [u8; 16] = rng.random();
        let mut bits = BitReader::new(&bytes);
        while !bits.overrun() {
            match decoder.read(&mut bits) {
                Some(symbol) => assert!(symbol < symbols.max(1) && lengths[symbol] > 0),
                None => break,
            }
        }
    }
    assert!(sound > cases() / 1000 && refused > cases() / 2, "{sound} sound, {refused} refused");
}

#[test]
fn mutations_behind_the_checksums_never_panic() {
    let files = corpus();
    let large: Vec<Vec<usize>> = files.iter().map(|f| large(f)).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut seen = BTreeMap::new();
    for _ in 0..cases() {
        let which = rng.random_range(0..files.len());
        let mut file = files[which].clone();
        for _ in 0..rng.random_range(1..4) {
            let place = rng.random_range(8..file.len());
            file[place] = match rng.random_range(0..4) {
                0 => file[place] ^ 1 << rng.random_range(0..8),
                1 => [0, 1, 0x7f, 0x80, 0xff][rng.random_range(0..5)],
                2 => file[place].wrapping_add([1, 0xff][rng.random_range(0..2)]),
                _ => rng.random(),
            };
        }
        // A few large layers are enough.
        if rng.random_bool(0.95) {
            large[which].iter().for_each(|&place| file[place] = 0);
        }
        mend(&mut file);
        attack(&file, &mut seen);
    }
    println!("{seen:#?}");
    // Every check was reached, so the attack gets as deep as the reader does.
    for reason in [
        "accepted",
        "invalid",
        "version: ",
        "invalid tensor: is shared and of type expected or",
        "invalid tensor: has a codebook entry that is not finite",
        "content: ",
        "number of sections: ",
        "kind: ",
        "operation: ",
        "type: ",
        "rank: ",
        "shape: ",
        "elements: ",
        "codec: ",
        "period: ",
        "number of positions: ",
        "runs: fewer weights than their number says",
        "runs: bytes that no writer gives",
        "codes: bytes that no writer gives",
        "inputs: ",
        "outputs: ",
        "activation: ",
        "bias exponent: ",
        "bias exponent: exponent",
        "bias width: ",
        "biases: the last byte's padding is not zero",
        "number of weights: ",
        "run width: ",
        "run code lengths: ",
        "run code lengths: the code is over-subscribed",
        "run code lengths: the code is incomplete",
        "weight code lengths: ",
        "weight code lengths: the only symbol's code is longer than one bit",
        "runs: bits of no code",
        "runs: the last byte's padding is not zero",
        "runs: there are bytes after the stream's end",
        "codes: the last byte's padding is not zero",
        "end",
    ] {
        assert!(seen.keys().any(|k| k.starts_with(reason)), "never refused for {reason:?}");
    }
}

#[test]
fn every_byte_with_every_value_behind_the_checksums() {
    let archive = archive(5, 0.1, 3);
    every_byte(&encode_with(&small(), Codec::Huffman).unwrap(), 0..=255);
    // Of the others, few values a byte: there are many bytes.
    let few = || [0, 1, 2, 3, 4, 8, 16, 0x7f, 0x80, 0xff].into_iter();
    every_byte(&encode_with(&small(), Codec::Adaptive).unwrap(), few());
    for codec in [Codec::Huffman, Codec::Adaptive] {
        every_byte(&encode_with(&mixed(4, 0.2, 18), codec).unwrap(), few());
        every_byte(&encode_archive(&archive, codec).unwrap(), few());
    }
}

fn every_byte(file: &[u8], values: impl Iterator<Item = u8> + Clone) {
    let mut seen = BTreeMap::new();
    // The upper bytes of the sizes are left to the test above.
    let large = large(file);
    let places: Vec<usize> = (8..file.len()).filter(|p| !large.contains(p)).collect();
    for &place in &places {
        for value in values.clone().chain([file[place]]) {
            let mut damaged = file.to_vec();
            damaged[place] = value;
            mend(&mut damaged);
            attack(&damaged, &mut seen);
        }
    }
    assert!(seen["accepted"] >= places.len(), "the undamaged file is among them");
}

#[test]
fn random_bytes_never_panic() {
    let start = encode_with(&small(), Codec::Adaptive).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    for i in 0..cases() {
        let mut bytes = vec![0; rng.random_range(0..200)];
        rng.fill(&mut bytes[..]);
        if i % 2 == 0 && bytes.len() > 15 {
            bytes[..15].copy_from_slice(&start[..15]);
            mend(&mut bytes);
        }
        assert!(decode_file(&bytes).is_err());
    }
}
