//! Faults on the model's line, and any bytes for both ends. `EIE_FAULTS` is the number of faults, `EIE_FUZZ_CASES` that
//! of random inputs (`make faults`).

use eie_host::link::{Link, Settings};
use eie_host::numbers::Numbers;
use eie_host::transport::{open, Transport, TransportError};
use eie_spec::config::Config;
use eie_spec::golden::Machine;
use eie_spec::link::device::LinkDevice;
use eie_spec::link::packet::{Kind, Packet, Reader, REPLY, REQUEST};
use eie_spec::link::{op, LinkParams};
use eie_tests::faults::{judge, number, trials};
use std::time::{Duration, Instant};

#[test]
fn on_the_models_line() {
    let faults = number("EIE_FAULTS", 100_000);
    let timeout = Duration::from_millis(20);
    let tally = trials(|| open("model:?pes=4").unwrap(), 4, timeout, faults, Duration::from_secs(60));
    judge("model", &tally);
}

/// The tally sees a wrong answer: a line that damages packets and makes their CRC right again.
#[test]
fn a_line_that_lies_is_noticed() {
    struct Liar(Box<dyn Transport>, Reader, Vec<u8>);
    impl Transport for Liar {
        fn name(&self) -> String {
            "liar".into()
        }
        fn send(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), TransportError> {
            self.0.send(bytes, timeout)
        }
        fn receive(&mut self, buffer: &mut [u8], t: Duration) -> Result<usize, TransportError> {
            let mut all = [0; 4096];
            let count = self.0.receive(&mut all, t)?;
            self.1.push(&all[..count]);
            while let Some(mut packet) = self.1.next_packet() {
                if let (Some(byte), false) = (packet.body.last_mut(), packet.seq == 5) {
                    *byte ^= 1;
                }
                self.2.extend(packet.encode(REPLY));
            }
            let count = buffer.len().min(self.2.len());
            buffer[..count].copy_from_slice(&self.2[..count]);
            self.2.drain(..count);
            Ok(count)
        }
        fn now(&self) -> Duration {
            self.0.now()
        }
    }
    let liar = Liar(open("model:?pes=4").unwrap(), Reader::new(REPLY, 2048), Vec::new());
    let mut link = Link::open(liar, Settings { session: Some(5), ..Settings::default() }).unwrap();
    let value = eie_host::Bus::read(&mut link, eie_spec::regs::IDENT).unwrap();
    assert_eq!(value, eie_spec::regs::IDENT_VALUE ^ 1);
}

/// Random bytes, damaged packets, and good packets of random operations, for the device's and the host's end.
#[test]
fn both_ends_survive_any_bytes() {
    let cases = number("EIE_FUZZ_CASES", 100_000);
    let mut numbers = Numbers(7);
    let machine = || Machine::new(&Config::for_pes(2).unwrap());
    let mut device = LinkDevice::new(machine(), LinkParams::default());
    let mut host = Reader::new(REPLY, 2048);
    let (mut answered, mut slowest) = (0, Duration::ZERO);
    let mut seq = 1u16;
    for case in 0..cases {
        let count = numbers.below(60);
        let mut body: Vec<u8> = (0..count).map(|_| numbers.draw() as u8).collect();
        if let Some(first) = body.first_mut() {
            *first = if case.is_multiple_of(3) {
                *first
            } else {
                (1 + *first % 5) | (*first & (op::POSITION | op::SIGNED))
            };
        }
        let kind = if case.is_multiple_of(50) { Kind::Sync } else { Kind::Execute };
        let mut bytes = Packet { code: kind as u8, seq, body }.encode(REQUEST);
        match case % 4 {
            0 => {
                let at = numbers.below(bytes.len());
                bytes[at] = numbers.draw() as u8;
                bytes.extend([0; 70]);
            }
            1 => bytes = (0..count).map(|_| numbers.draw() as u8).collect(),
            _ => {}
        }
        let begin = Instant::now();
        let mut out = Vec::new();
        device.take(&bytes, &mut out);
        slowest = slowest.max(begin.elapsed());
        host.push(if case.is_multiple_of(2) { &out } else { &bytes });
        while let Some(packet) = host.next_packet() {
            answered += 1;
            seq = packet.seq.wrapping_add(1);
        }
        if case % 1000 == 999 {
            // A new session, whatever came before; the machine may be stuck by now.
            device.take(&[0; 2100], &mut Vec::new());
            seq = 1 + (case as u16 & 0x7fff);
            let mut out = Vec::new();
            let body = [op::READ, 1, 0, 0, 0, 1, 0, 32];
            device.take(&Packet { code: Kind::Sync as u8, seq, body: body.to_vec() }.encode(REQUEST), &mut out);
            let mut reader = Reader::new(REPLY, 2048);
            reader.push(&out);
            let hash = Config::for_pes(2).unwrap().hash();
            assert_eq!(reader.next_packet().unwrap().body, hash.to_be_bytes(), "case {case}");
            host.flush();
            seq += 1;
        }
    }
    println!("{cases} inputs, {answered} answers, slowest {slowest:?}");
    assert!(answered > cases / 8, "{answered} answers only");
}
