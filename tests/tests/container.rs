//! The container: round trips, and damage of every kind, which must be refused or harmless.

use eie_spec::container::{decode, encode, inspect, ContainerError};
use eie_spec::model::Model;
use eie_tests::{named_cases, random_case, Case};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn small() -> Model {
    let case = Case { inputs: 20, ..named_cases().into_iter().find(|c| c.name == "five layers in a row").unwrap() };
    Model { layers: case.model().layers[..2].to_vec(), ..case.model() }
}

#[test]
fn models_round_trip() {
    for case in named_cases().into_iter().chain((0..300).map(random_case)) {
        let model = case.model();
        let file = encode(&model).unwrap();
        assert_eq!(decode(&file).unwrap(), model, "{}", case.name);
        assert_eq!(encode(&decode(&file).unwrap()).unwrap(), file, "{}", case.name);
        let info = inspect(&file).unwrap();
        let parts = info.header_bytes + info.layers.iter().map(|l| l.file_bytes).sum::<usize>();
        assert_eq!(parts, file.len(), "{}", case.name);
        for (facts, layer) in info.layers.iter().zip(&model.layers) {
            assert_eq!((facts.kept, facts.inputs, facts.outputs), (layer.kept(), layer.inputs, layer.outputs));
            assert!((facts.run_bytes + facts.code_bytes) as f64 >= facts.entropy_bytes.floor());
        }
    }
    // The comparison above can fail: two models differ.
    assert_ne!(encode(&random_case(1).model()).unwrap(), encode(&random_case(2).model()).unwrap());
}

#[test]
fn every_flipped_byte_is_refused_or_harmless() {
    let model = small();
    let file = encode(&model).unwrap();
    assert_eq!(decode(&file).unwrap(), model);
    let mut refused = 0;
    for place in 0..file.len() {
        for mask in [1u8, 2, 4, 8, 16, 32, 64, 128, 255] {
            let mut damaged = file.clone();
            damaged[place] ^= mask;
            match decode(&damaged) {
                Ok(other) => assert_eq!(other, model, "byte {place} xor {mask:#04x} gives another model"),
                Err(e) => {
                    refused += 1;
                    assert!(e.to_string().contains("expected"), "{e}");
                }
            }
        }
    }
    assert_eq!(refused, 9 * file.len(), "no byte of this file is free text without a checksum");
}

#[test]
fn every_truncation_and_extension_is_refused() {
    let file = encode(&small()).unwrap();
    for length in 0..file.len() {
        assert!(decode(&file[..length]).is_err(), "{length} bytes");
    }
    let mut longer = file.clone();
    longer.push(0);
    let message = decode(&longer).unwrap_err().to_string();
    assert!(message.contains(&format!("byte {}", file.len())), "{message}");
}

/// Makes all checksums right again, so that what is behind them is attacked too.
fn mend(file: &mut [u8]) {
    let mut at = 13 + usize::from(file[12]);
    let mut start = 0;
    while at + 4 <= file.len() {
        let crc = crc32(&file[start..at]);
        file[at..at + 4].copy_from_slice(&crc.to_le_bytes());
        start = at + 4;
        if start + 4 > file.len() {
            return;
        }
        let length = u32::from_le_bytes([file[start], file[start + 1], file[start + 2], file[start + 3]]);
        at = (start + 4).saturating_add(length as usize);
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, b: &u8| (0..8).fold(crc ^ u32::from(*b), |c, _| (c >> 1) ^ (0xedb8_8320 * (c & 1)));
    !bytes.iter().fold(!0, step)
}

#[test]
fn damage_behind_the_checksums_never_panics() {
    let files: Vec<Vec<u8>> =
        (0..12).map(random_case).map(|c| encode(&c.model()).unwrap()).chain([encode(&small()).unwrap()]).collect();
    let mut mended = files[0].clone();
    mend(&mut mended);
    assert_eq!(mended, files[0], "mend() knows the format");
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..200_000 {
        let mut file = files[rng.random_range(0..files.len())].clone();
        if file.len() > 4000 {
            continue;
        }
        for _ in 0..rng.random_range(1..4) {
            let place = rng.random_range(0..file.len());
            file[place] = match rng.random_range(0..3) {
                0 => file[place] ^ 1 << rng.random_range(0..8),
                1 => *[0, 1, 0x7f, 0x80, 0xff].get(rng.random_range(0..5)).unwrap(),
                _ => rng.random(),
            };
        }
        mend(&mut file);
        match decode(&file) {
            Ok(model) => {
                accepted += 1;
                model.check().unwrap();
            }
            Err(_) => refused += 1,
        }
    }
    assert!(accepted > 100 && refused > 10_000, "{accepted} accepted, {refused} refused");
}

#[test]
fn random_bytes_never_panic() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    for _ in 0..100_000 {
        let mut bytes = vec![0; rng.random_range(0..200)];
        rng.fill(&mut bytes[..]);
        if rng.random_bool(0.5) && bytes.len() > 12 {
            bytes[..12].copy_from_slice(&encode(&small()).unwrap()[..12]);
        }
        assert!(decode(&bytes).is_err());
    }
}

#[test]
fn huge_sizes_are_refused_by_name() {
    let mut file = encode(&small()).unwrap();
    // Inputs of the first layer: behind header, length, and the layer's name.
    let start = 13 + usize::from(file[12]) + 4;
    let inputs = start + 4 + 1 + usize::from(file[start + 4]);
    file[inputs..inputs + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    mend(&mut file);
    let ContainerError::Field { offset, found, .. } = decode(&file).unwrap_err() else { panic!("a field error") };
    assert_eq!((offset, found), (inputs, u32::MAX.to_string()));
}
