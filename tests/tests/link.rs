//! How much of what goes over the link is payload.

use eie_host::link::{Link, Settings};
use eie_host::transport::open;
use eie_host::Device;
use eie_spec::config::Config;
use eie_spec::container::decode;
use eie_spec::link::op::Coding;
use eie_spec::model::Model;
use eie_spec::pack::{pack_with, Options, Program};
use std::path::Path;

fn settings() -> Settings {
    Settings { session: Some(0x1234), ..Settings::default() }
}

fn packed(model: &Model, pes: usize, vectors: usize) -> Program {
    pack_with(model, &Config::for_pes(pes).unwrap(), &Options { vectors, ..Options::default() }).unwrap()
}

fn lenet() -> Model {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/lenet-300-100.eie");
    decode(&std::fs::read(path).unwrap()).unwrap()
}

/// Payload is what no correct encoding of these vectors can do without, headers apart: each vector in the shortest of
/// the codings there are, and 16 bits for each result.
#[test]
fn link_efficiency_of_lenet_at_batch_64() {
    use eie_compressor::data::{Dataset, Split};
    use eie_compressor::quantise;
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models");
    let data = Dataset::load(&models.join("mnist-test"), Split::Test).unwrap();
    let inputs: Vec<Vec<i16>> = (0..64).map(|i| quantise::input(data.image(i))).collect();
    let x: Vec<&[i16]> = inputs.iter().map(Vec::as_slice).collect();
    for (pes, vectors) in [(16, 2), (16, 1), (64, 2)] {
        let program = packed(&lenet(), pes, vectors);
        let link = Link::open(open(&format!("model:?pes={pes}")).unwrap(), settings()).unwrap();
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
