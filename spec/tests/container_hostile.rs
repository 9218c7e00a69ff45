//! Files made to harm: checksums are right, contents are not. Nothing panics, and what is accepted is exactly
//! what `encode` writes.

mod container_util;

use container_util::{corpus, mend, small};
use eie_spec::container::{decode, encode, inspect, ContainerError};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// Decodes; an accepted file must be the one that its model encodes to.
fn attack(file: &[u8], seen: &mut BTreeMap<String, usize>) {
    let reason = match decode(file) {
        Ok(model) => {
            assert_eq!(encode(&model).unwrap(), file, "a second file for one model");
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
        Err(other) => panic!("{other}"),
    };
    *seen.entry(reason).or_default() += 1;
}

/// Where the inputs and outputs of the first layer are.
fn first_sizes(file: &[u8]) -> usize {
    let name = inspect(file).unwrap().layers[0].offset + 4;
    name + 1 + usize::from(file[name])
}

#[test]
fn mending_knows_the_format() {
    for file in corpus() {
        let mut mended = file.clone();
        mend(&mut mended);
        assert_eq!(mended, file);
        let facts = inspect(&file).unwrap().layers.remove(0);
        mended[facts.offset + 8] ^= 0x55;
        let damaged = mended.clone();
        mend(&mut mended);
        assert_ne!(mended, damaged);
    }
}

#[test]
fn mutations_behind_the_checksums_never_panic() {
    let files = corpus();
    let sizes_at: Vec<usize> = files.iter().map(|f| first_sizes(f)).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut seen = BTreeMap::new();
    for _ in 0..300_000 {
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
        // A layer of a million rows is legal and takes a millisecond: a few of those are enough.
        if rng.random_bool(0.95) {
            [2, 3, 6, 7].iter().for_each(|i| file[sizes_at[which] + i] = 0);
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
        "number of layers: ",
        "inputs: ",
        "outputs: ",
        "activation: ",
        "codebook size: ",
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
    let file = encode(&small()).unwrap();
    let mut seen = BTreeMap::new();
    // The upper bytes of the sizes are left to the test above.
    let sizes = first_sizes(&file);
    for place in (8..file.len()).filter(|p| ![2, 6].map(|i| sizes + i).contains(p)) {
        for value in 0..=255 {
            let mut damaged = file.clone();
            damaged[place] = value;
            mend(&mut damaged);
            attack(&damaged, &mut seen);
        }
    }
    assert!(seen["accepted"] >= file.len() - 10, "the undamaged file is among them");
}

#[test]
fn random_bytes_never_panic() {
    let start = encode(&small()).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    for i in 0..200_000 {
        let mut bytes = vec![0; rng.random_range(0..200)];
        rng.fill(&mut bytes[..]);
        if i % 2 == 0 && bytes.len() > 12 {
            bytes[..12].copy_from_slice(&start[..12]);
            mend(&mut bytes);
        }
        assert!(decode(&bytes).is_err());
    }
}
