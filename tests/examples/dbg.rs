//! dbg
use eie_host::*; use eie_sim::verilator::*; use eie_spec::pack::pack; use eie_spec::config::Config; use std::time::Instant;
fn main(){
 let pes:usize=std::env::args().nth(1).unwrap().parse().unwrap();
 for c in eie_tests::named_cases() {
 let model=c.model(); let mut p=Config::for_pes(pes).unwrap().params();
    p.act_depth = 32; p.ptr_depth = 256; p.weight_depth = 256; p.acc_depth = 16; p.bias_depth = 32; p.max_steps = 4; p.queue_depth = 16; p.run_bits = 3;
    p.acc_bits = if c.acc_bits(&model)>40 {48} else {40}; let config=Config::new(p).unwrap();
 let program=pack(&model,&config).unwrap();
 let t=Instant::now();
 let sim=Verilated::new(&eie_hdl::emit::verilog(&config),TraceKind::None).unwrap();
 let b=t.elapsed(); let t=Instant::now();
 let mut e=DeviceEngine::open("v",sim,program.clone()).unwrap();
 let x=c.input(0);
 e.run(&x).unwrap();
 println!("{} stages {} build {b:?} run {:?} cycles {}",c.name,program.stages.len(),t.elapsed(), eie_sim::Simulator::cycle(e.device.bus_mut()));
 }
}
