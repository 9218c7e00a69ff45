//! Convolutions and LSTMs: their products on the simulated device, the rest on the host.

use eie_compressor::data::Dataset;
use eie_compressor::quantise::{input, quantise};
use eie_compressor::shape::{initialise, Shape};
use eie_compressor::share::share;
use eie_host::inject::Fault;
use eie_host::{Engine, SegmentedEngine};
use eie_sim::cosim::{cosim, Kind, Options};
use eie_spec::config::Config;
use eie_spec::golden::Dense;
use eie_spec::model::Model;
use eie_spec::op::{Conv, Lstm};
use eie_spec::pack::pack;

fn data() -> Dataset {
    let images = (0..144 * 8u32).map(|i| if i % 3 == 0 { (i * 7919 % 256) as u8 } else { 0 }).collect();
    Dataset { images, labels: vec![0; 8], pixels: 144 }
}

/// A model with a fifth of the weights of a new network, shared among so many values.
fn model(shape: &Shape, codes: usize) -> Model {
    let mut net = initialise(shape, 5);
    let mut all = Vec::new();
    for layer in &mut net.layers {
        let mask: Vec<bool> = (0..layer.weight.len()).map(|i| i * 7919 % 5 == 0).collect();
        let shared = share(&layer.weight, &mask, codes);
        layer.weight = shared.weights();
        all.push(shared);
    }
    quantise("segments", &net, &all, &data(), 40).unwrap()
}

fn convolutional() -> Shape {
    let first = Conv { channels: 1, height: 12, width: 12, kernel: 5, stride: 1, padding: 0, pool: 2 };
    let second = Conv { channels: 6, height: 4, width: 4, kernel: 3, stride: 2, padding: 1, pool: 1 };
    Shape::Convolutional { convs: vec![(first, 6), (second, 9)], dense: vec![20, 10] }
}

fn recurrent() -> Shape {
    Shape::Recurrent { lstm: Lstm { hidden: 17, steps: 12 }, inputs: 12, dense: vec![10] }
}

#[test]
fn engines_agree_on_every_layer() {
    let config = Config::for_pes(4).unwrap();
    for (shape, codes) in [(convolutional(), 16), (recurrent(), 16), (convolutional(), 40)] {
        let model = model(&shape, codes);
        let dense = Dense::new(&model, 40);
        let mut engine = SegmentedEngine::golden(&model, &config).unwrap();
        let mut different = 0;
        for i in 0..8 {
            let got = engine.run(&input(data().image(i))).unwrap();
            assert_eq!(got, dense.run(&input(data().image(i))).unwrap().layers);
            different += usize::from(got != dense.run(&input(data().image((i + 1) % 8))).unwrap().layers);
        }
        assert!(different > 0, "the comparison would not notice anything");
        assert!(engine.run(&[0; 5]).is_err());
        let large = model.segments().iter().filter(|s| s.model.layers[0].codebook.len() > 16).count();
        assert_eq!(large > 0, codes > 16);
        for segment in model.segments().iter().filter(|s| s.model.layers[0].codebook.len() > 16) {
            let error = pack(&segment.model, &config).unwrap_err().to_string();
            assert!(error.contains("codebook entries, a device takes 16"), "{error}");
        }
        assert!(pack(&model, &config).unwrap_err().to_string().contains("is not fully connected"));
    }
}

#[test]
fn products_on_the_rtl() {
    let config = Config::for_pes(4).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let inputs: Vec<Vec<i16>> = (0..2).map(|i| input(data().image(i))).collect();
    for (shape, outputs) in [(convolutional(), 64 * 6 + 4 * 9 + 30), (recurrent(), 12 * 68 + 10)] {
        let model = model(&shape, 16);
        let mut options =
            Options { kind: Kind::Rtl, fault: None, trace: None, difference_trace: dir.path().join("d.vcd") };
        let report = cosim(&model, &config, &inputs, &options, &mut |_| ()).unwrap();
        assert_eq!((report.differences, report.outputs_compared), (0, 2 * outputs), "{:?}", report.first_difference);
        assert!(report.cycles > 0 && report.host_layers.is_empty());
        options.fault = Some(Fault::Weight);
        assert!(cosim(&model, &config, &inputs, &options, &mut |_| ()).unwrap().differences > 0);
    }
}
