//! What it brings that a tile's image is on its way while the one before runs: a layer larger than the device, on the
//! Verilated top, with and without it, for a host that takes some time to turn round.
//!
//! `cargo test --release -p eie-sim --test tiles -- --nocapture`

use eie_host::link::{Link, Settings};
use eie_host::selftest::made_inputs;
use eie_host::transport::{Address, Transport, TransportError};
use eie_host::Device;
use eie_sim::transport::open;
use eie_sim::verilator;
use eie_spec::golden::Sparse;
use eie_spec::pack::pack;
use eie_tests::{Case, LayerCase};
use std::time::Duration;

/// A host that needs so long, by the simulation's clock, from an answer to what it says next.
struct Slow {
    inner: Box<dyn Transport>,
    turn: Duration,
    listening: bool,
}

impl Transport for Slow {
    fn name(&self) -> String {
        self.inner.name()
    }
    fn send(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), TransportError> {
        if std::mem::take(&mut self.listening) && !self.turn.is_zero() {
            self.inner.receive(&mut [], self.turn)?;
        }
        self.inner.send(bytes, timeout)
    }
    fn receive(&mut self, buffer: &mut [u8], timeout: Duration) -> Result<usize, TransportError> {
        self.listening = true;
        self.inner.receive(buffer, timeout)
    }
    fn byte_time(&self) -> Duration {
        self.inner.byte_time()
    }
    fn now(&self) -> Duration {
        self.inner.now()
    }
}

#[test]
fn the_next_tile_is_on_its_way() {
    if verilator::version().is_none() {
        println!("SKIPPED tiles: verilator is not installed");
        return;
    }
    let layer = LayerCase { outputs: 256, density: 0.25, empty: 0.0, extreme: false, last_rows: false };
    let case = Case { name: "large".into(), seed: 5, inputs: 256, layers: vec![layer], activity: 0.5 };
    let model = case.model();
    let address = "sim:stream?pes=4&weight_depth=1024";
    let config = Address::parse(address).unwrap().config().unwrap();
    let program = pack(&model, &config).unwrap();
    let tiles = program.stages.len();
    assert!(tiles > 4, "{tiles} tiles");
    let inputs = made_inputs(&model, 2, 1);
    let x: Vec<&[i16]> = inputs.iter().map(Vec::as_slice).collect();
    let golden = Sparse::new(&model, config.acc_bits);
    let want: Vec<_> = x.iter().map(|x| golden.run(x).unwrap().layers.pop().unwrap()).collect();
    for turn in [0, 125, 1000].map(Duration::from_micros) {
        let time = |limit: Option<usize>| {
            let pipe = Slow { inner: open(address).unwrap(), turn, listening: false };
            let settings = Settings { timeout: Duration::from_millis(50), ..Settings::default() };
            let mut device = Device::open(Link::open(pipe, settings).unwrap(), program.clone()).unwrap();
            limit.into_iter().for_each(|words| device.limit_words(words));
            let begin = device.bus_mut().transport_mut().now();
            assert_eq!(device.infer_batch(&x).unwrap(), want);
            device.bus_mut().transport_mut().now() - begin
        };
        let (together, apart) = (time(None), time(Some(0)));
        let (a, b) = (apart.as_secs_f64() * 1e6, together.as_secs_f64() * 1e6);
        println!(
            "{{\"tiles\":{tiles},\"vectors\":{},\"turn_us\":{},\"apart_us\":{a:.0},\"together_us\":{b:.0},\"gain\":{:.3}}}",
            x.len(),
            turn.as_micros(),
            a / b
        );
        assert!(together <= apart, "{together:?} {apart:?}");
    }
}
