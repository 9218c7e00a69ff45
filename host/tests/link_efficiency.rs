//! How much of what goes over the link is payload.

use eie_host::link::Link;
use eie_host::transport::{open, Address};
use eie_host::Device;
use eie_spec::link::op::Coding;
use eie_spec::pack::{pack_with, Options};
use eie_tests::contract::{lenet, settings};
use std::io::Read;
use std::path::Path;

/// Units of an input activation in one step of a grey value, as the model was trained.
const PIXEL_UNITS: i16 = 128;

/// Images of MNIST's test set as input activations.
fn images(count: usize) -> Vec<Vec<i16>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/mnist-test/t10k-images-idx3-ubyte.gz");
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_end(&mut bytes).unwrap();
    let pixels = &bytes[16..];
    pixels.chunks(784).take(count).map(|image| image.iter().map(|&p| i16::from(p) * PIXEL_UNITS).collect()).collect()
}

/// Payload is what no correct encoding of these vectors can do without, headers apart: each vector in the shortest of
/// the codings there are, and 16 bits for each result.
#[test]
fn link_efficiency_of_lenet_at_batch_64() {
    let inputs = images(64);
    let x: Vec<&[i16]> = inputs.iter().map(Vec::as_slice).collect();
    // Room for eight vectors, and for one.
    for (pes, act_depth, vectors) in [(16, 1024, 8), (64, 1024, 8), (16, 128, 1)] {
        let address = format!("model:?pes={pes}&act_depth={act_depth}");
        let config = Address::parse(&address).unwrap().config().unwrap();
        let options = Options { vectors, ..Options::default() };
        let program = pack_with(&lenet(), &config, &options).unwrap();
        assert_eq!(program.stages.len(), 1);
        let link = Link::open(open(&address).unwrap(), settings()).unwrap();
        let mut device = Device::open(link, program.clone()).unwrap();
        let before = device.bus_mut().stats();
        device.load(0).unwrap();
        let loaded = device.bus_mut().stats();
        let image = &program.stages[0].image;
        let c = &program.config;
        let of_pe = |p: &eie_spec::image::PeImage| {
            p.entries.len() * c.entry_bits() as usize + p.pointers.len() * c.ptr_bits() as usize + p.bias.len() * 32
        };
        let image_bits: usize = image.pes.iter().map(of_pe).sum();
        let load_bytes = loaded.sent - before.sent + loaded.received - before.received;
        let found = device.infer_batch(&x).unwrap();
        let after = device.bus_mut().stats();
        let bytes = after.sent - loaded.sent + after.received - loaded.received;
        let gather = &program.stages[0].gather;
        let bits: usize = inputs
            .iter()
            .zip(&found)
            .map(|(input, y)| {
                let words: Vec<u32> =
                    gather.iter().map(|f| f.map_or(0, |j| u32::from(input[j as usize] as u16))).collect();
                Coding::shortest(&words).bits + 16 * y.len()
            })
            .sum();
        let efficiency = bits as f64 / 8.0 / bytes as f64;
        let load = load_bytes as f64 / (image_bits as f64 / 8.0);
        println!(
            "{{\"pes\":{pes},\"vectors\":{vectors},\"batch\":64,\"payload_bytes\":{},\"bytes\":{bytes},\
             \"packets\":{},\"link_efficiency\":{efficiency:.4},\"image_bytes\":{},\"load_bytes\":{load_bytes},\
             \"load_overhead\":{load:.4}}}",
            bits / 8,
            after.requests - loaded.requests,
            image_bits / 8
        );
        assert!(efficiency >= 0.9 || vectors == 1, "{efficiency}");
        assert!(load <= 1.1, "{load}");
    }
}
