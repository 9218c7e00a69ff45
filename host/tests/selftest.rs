//! The self-test finds a device that is right to be right, and one that is not.

use eie_host::inject::{fault_words, Fault};
use eie_host::link::{Link, Settings};
use eie_host::selftest::{arithmetic, made_inputs, made_model, memory};
use eie_host::transport::open;
use eie_host::{Bus, BusError, Device};
use eie_spec::config::Config;
use eie_spec::pack::pack;
use eie_spec::regs::{Region, PE_SHIFT, REGION_SHIFT};

/// A bus to a device with one bit that is stuck in one region of one PE.
struct Defect<B>(B, Region);

impl<B: Bus> Bus for Defect<B> {
    fn write(&mut self, address: u32, data: u32) -> Result<(), BusError> {
        let hit = address >> REGION_SHIFT == self.1 as u32 && address >> PE_SHIFT & 0xfff == 2;
        self.0.write(address, if hit { data ^ 1 } else { data })
    }
    fn read(&mut self, address: u32) -> Result<u32, BusError> {
        self.0.read(address)
    }
}

fn link() -> Link<Box<dyn eie_host::transport::Transport>> {
    Link::open(open("model:?pes=4").unwrap(), Settings::default()).unwrap()
}

#[test]
fn a_good_device_passes_and_a_defect_is_found() {
    let config = Config::for_pes(4).unwrap();
    let mut good = Device::connect(link(), &config).unwrap();
    let check = memory(&mut good, 1).unwrap();
    assert_eq!((check.compared, check.wrong), (4 * config.act_depth as u64, 0), "{check:?}");
    let check = arithmetic(&mut good, 30, 1).unwrap();
    assert!(check.compared > 1000 && check.wrong == 0, "{check:?}");
    let mut bad = Device::connect(Defect(link(), Region::Activation), &config).unwrap();
    let check = memory(&mut bad, 1).unwrap();
    assert_eq!(check.wrong, config.act_depth as u64);
    assert!(check.first.unwrap().starts_with("PE 2, word 0: expected"));
    for region in [Region::Weight, Region::Pointer, Region::Bias] {
        let mut bad = Device::connect(Defect(link(), region), &config).unwrap();
        let check = arithmetic(&mut bad, 10, 1).unwrap();
        assert!(check.wrong > 0, "{region:?}");
    }
}

#[test]
fn one_wrong_bit_of_a_loaded_image_is_seen() {
    let config = Config::for_pes(4).unwrap();
    let model = made_model(2, config.acc_bits);
    let inputs = made_inputs(&model, 8, 2);
    let program = pack(&model, &config).unwrap();
    let x: Vec<&[i16]> = inputs.iter().map(Vec::as_slice).collect();
    let mut device = Device::open(link(), program.clone()).unwrap();
    let want = device.infer_batch(&x).unwrap();
    let words = fault_words(&program.stages[0].image, &config, Fault::Codebook, &[1; 4096]);
    let (address, data) = words[0];
    device.set_fault(address, data);
    assert_ne!(device.infer_batch(&x).unwrap(), want);
}
