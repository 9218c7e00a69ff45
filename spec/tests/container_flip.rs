//! Damage in transfer: each kind is refused.

mod container_util;

use container_util::{archive, mixed, small};
use eie_spec::container::{decode, decode_file, encode, encode_archive, encode_with, inspect, Codec, File, MAGIC};

/// Files with all kinds of sections, by both codecs.
fn files() -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    for codec in [Codec::Huffman, Codec::Adaptive] {
        for model in [small(), mixed(1, 0.3, 20)] {
            let file = encode_with(&model, codec).unwrap();
            // Control: undamaged, it is read.
            assert_eq!(decode_file(&file).unwrap(), File::Model(model));
            files.push(file);
        }
        let archive = archive(1, 0.3, 16);
        let file = encode_archive(&archive, codec).unwrap();
        assert_eq!(decode_file(&file).unwrap(), File::Archive(archive));
        files.push(file);
    }
    files
}

#[test]
fn every_flipped_byte_is_refused() {
    files().into_iter().for_each(flip);
}

fn flip(file: Vec<u8>) {
    for place in 0..file.len() {
        for mask in [1u8, 2, 4, 8, 16, 32, 64, 128, 255] {
            let mut damaged = file.clone();
            damaged[place] ^= mask;
            match decode_file(&damaged) {
                Ok(_) => panic!("byte {place} xor {mask:#04x} is read"),
                Err(e) => assert!(e.to_string().starts_with("byte "), "{e}"),
            }
            damaged[place] ^= mask;
            assert_eq!(damaged, file);
        }
    }
}

#[test]
fn every_burst_of_zeros_or_ones_is_refused() {
    files().into_iter().for_each(burst);
}

fn burst(file: Vec<u8>) {
    for length in [2, 4, 16] {
        for place in 0..file.len() - length {
            for fill in [0, 0xff] {
                let mut damaged = file.clone();
                damaged[place..place + length].fill(fill);
                assert!(
                    damaged == file || decode_file(&damaged).is_err(),
                    "{length} bytes of {fill:#04x} at {place}"
                );
            }
        }
    }
}

#[test]
fn every_truncation_extension_and_slip_is_refused() {
    files().into_iter().for_each(slip);
}

fn slip(file: Vec<u8>) {
    for length in 0..file.len() {
        assert!(decode_file(&file[..length]).is_err(), "{length} bytes");
        let slipped = [&file[..length], &file[length + 1..]].concat();
        assert!(decode_file(&slipped).is_err(), "byte {length} lost");
        let doubled = [&file[..=length], &file[length..]].concat();
        assert!(decode_file(&doubled).is_err(), "byte {length} doubled");
    }
    let message = decode_file(&[&file[..], &[0]].concat()).unwrap_err().to_string();
    assert_eq!(message, format!("byte {} (file, end): found 1 more bytes, expected the file's end", file.len()));
}

#[test]
fn a_text_mode_transfer_is_named() {
    let file = encode(&small()).unwrap();
    let mut text = MAGIC.to_vec();
    text.remove(4); // "\r\n" became "\n".
    text.extend_from_slice(&file[8..]);
    let message = decode(&text).unwrap_err().to_string();
    assert!(message.contains("changed line ends"), "{message}");
}

#[test]
fn messages_say_where_and_what_to_do() {
    let mut file = encode(&small()).unwrap();
    let layer = inspect(&file).unwrap().layers.remove(1);
    file[layer.offset + 30] ^= 4;
    let message = decode(&file).unwrap_err().to_string();
    let crc = layer.offset + layer.file_bytes - 4;
    assert!(message.starts_with(&format!("byte {crc} (layer 1, CRC-32): found 0x")), "{message}");
    assert!(message.ends_with("the file is damaged; make or fetch it again"), "{message}");

    let mut file = encode(&small()).unwrap();
    file[8] = 1;
    let message = decode(&file).unwrap_err().to_string();
    assert_eq!(message, "byte 8 (header, version): found 1, expected 2: this program reads no other");
}
