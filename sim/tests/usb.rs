//! The Verilated top with a USB device, through its two pins: what a host sees of it, on good lines and on bad ones. And the
//! same tests on hardware that was made wrong, which must be noticed.

mod usb_rig;

use eie_hdl::emit::{verilog_of, Top};
use eie_host::transport::Transport;
use eie_sim::transport::open;
use eie_sim::usb::host::{Answer, Fault};
use eie_sim::usb::lines::Lines;
use eie_sim::usb::pipe::UsbPipe;
use eie_sim::usb::wire::Quality;
use eie_sim::usb::UsbError;
use eie_spec::config::Config;
use eie_spec::link::op::{self, Order};
use eie_spec::link::packet::{Kind, Packet, Reader, REPLY, REQUEST};
use eie_spec::link::LinkParams;
use eie_tests::contract::{check, small};
use std::time::Duration;
use usb_rig::{plugged, simulated, Shared, OUT, PES};

/// A packet that begins a session.
fn sync() -> Vec<u8> {
    Packet { code: Kind::Sync as u8, seq: 7, body: Vec::new() }.encode(REQUEST)
}

/// Replies within a time that is long enough.
fn replies(pipe: &mut UsbPipe) -> Vec<Packet> {
    let mut reader = Reader::new(REPLY, 4096);
    let mut buffer = [0; 256];
    let mut found = Vec::new();
    loop {
        match pipe.receive(&mut buffer, Duration::from_millis(1)).unwrap() {
            0 => return found,
            count => reader.push(&buffer[..count]),
        }
        while let Some(packet) = reader.next_packet() {
            found.push(packet);
        }
    }
}

#[test]
fn networks_run_over_usb() {
    if simulated() {
        let (program, inputs) = small(PES);
        for clocks in [4, 8] {
            check(open(&format!("sim:usb?pes={PES}&clocks={clocks}")).unwrap(), &program, &inputs);
        }
    }
}

#[test]
fn requests_are_those_of_the_standard() {
    if !simulated() {
        return;
    }
    let mut pipe = plugged(8, Quality::default());
    let port = pipe.port().clone();
    assert_eq!((port.ids, port.product.as_str()), ((0x1209, 1), "EIE accelerator"));
    let host = pipe.host();
    // Status and what was set.
    assert_eq!(host.ask([0x80, 0, 0, 0, 0, 0, 2, 0]).unwrap(), [0, 0]);
    assert_eq!(host.ask([0x81, 0, 0, 0, 1, 0, 2, 0]).unwrap(), [0, 0]);
    assert_eq!(host.ask([0x80, 8, 0, 0, 0, 0, 1, 0]).unwrap(), [1]);
    assert_eq!(host.ask([0x81, 10, 0, 0, 1, 0, 1, 0]).unwrap(), [0]);
    assert_eq!(host.ask([0xa1, 0x21, 0, 0, 0, 0, 7, 0]).unwrap(), [0xc0, 0xc6, 0x2d, 0, 0, 0, 8]);
    host.tell([0x21, 0x20, 0, 0, 0, 0, 7, 0], &[1, 2, 3, 4, 2, 1, 7]).unwrap();
    assert_eq!(host.ask([0xa1, 0x21, 0, 0, 0, 0, 7, 0]).unwrap(), [1, 2, 3, 4, 2, 1, 7]);
    // Less than there is; exactly a packet of what is longer.
    assert_eq!(host.ask([0x80, 6, 0, 1, 0, 0, 8, 0]).unwrap().len(), 8);
    assert_eq!(host.ask([0x80, 6, 0, 2, 0, 0, 64, 0]).unwrap().len(), 64);
    assert_eq!(host.ask([0x80, 6, 0, 2, 0, 0, 0, 1]).unwrap().len(), 67);
    // What it does not know it stalls, and goes on.
    for unknown in [
        [0xc0, 1, 0, 0, 0, 0, 4, 0],
        [0x80, 6, 3, 3, 9, 4, 255, 0],
        [0x80, 6, 0, 6, 0, 0, 10, 0],
        [0x80, 6, 1, 1, 0, 0, 18, 0],
        [0x82, 0, 0, 0, 5, 0, 2, 0],
        [0x81, 12, 0, 0, 0, 0, 2, 0],
    ] {
        assert!(matches!(host.ask(unknown), Err(UsbError::Stalled(_))), "{unknown:02x?}");
    }
    for unknown in [
        [0, 9, 2, 0, 0, 0, 0, 0],
        [0, 3, 1, 0, 0, 0, 0, 0],
        [1, 11, 1, 0, 0, 0, 0, 0],
        [0x21, 0x23, 1, 0, 0, 0, 0, 0],
    ] {
        assert!(matches!(host.tell(unknown, &[]), Err(UsbError::Stalled(_))), "{unknown:02x?}");
    }
    assert_eq!(host.ask([0x80, 8, 0, 0, 0, 0, 1, 0]).unwrap(), [1]);
    // Halts, and toggles after them.
    for (endpoint, to_host) in [(port.bulk_in, true), (port.bulk_out, false), (port.notify, true)] {
        let stalls = |answer| answer == Answer::Stall;
        let asked = |host: &mut eie_sim::usb::host::Host| match to_host {
            true => host.take(endpoint, None).unwrap(),
            false => host.give(OUT, endpoint, false, &[], None).unwrap(),
        };
        host.tell([2, 3, 0, 0, endpoint, 0, 0, 0], &[]).unwrap();
        assert!(stalls(asked(host)), "{endpoint:02x}");
        assert_eq!(host.ask([0x82, 0, 0, 0, endpoint, 0, 2, 0]).unwrap(), [1, 0]);
        host.tell([2, 1, 0, 0, endpoint, 0, 0, 0], &[]).unwrap();
        assert!(!stalls(asked(host)), "{endpoint:02x}");
        assert_eq!(host.ask([0x82, 0, 0, 0, endpoint, 0, 2, 0]).unwrap(), [0, 0]);
    }
    assert_eq!(host.take(port.notify, None).unwrap(), Answer::Nak);
    // No other endpoint is there; none but 0 before there is a configuration.
    assert_eq!(host.take(3, None).unwrap(), Answer::Silence);
    host.tell([0, 9, 0, 0, 0, 0, 0, 0], &[]).unwrap();
    assert_eq!(host.ask([0x80, 8, 0, 0, 0, 0, 1, 0]).unwrap(), [0]);
    for endpoint in [port.bulk_in, port.notify] {
        assert_eq!(host.take(endpoint, None).unwrap(), Answer::Silence);
    }
    assert_eq!(host.give(OUT, port.bulk_out, false, &[1], None).unwrap(), Answer::Silence);
    // Unplugged and plugged in again.
    assert_eq!(host.wire.reset_device(100), (false, true));
    host.wire.idle(100).unwrap();
    assert_eq!(host.enumerate(99).unwrap(), port);
    let (shortest, longest) = host.wire.turnaround;
    println!("answers {shortest:.2} to {longest:.2} bits after the line is idle");
}

#[test]
fn what_is_damaged_or_not_for_it_is_not_answered() {
    if !simulated() {
        return;
    }
    let mut pipe = plugged(8, Quality::default());
    let port = pipe.port().clone();
    let packet = sync();
    let host = pipe.host();
    // Each bit of a token and each of data and CRC16, but for the identifier's.
    for at in 0..24 {
        assert_eq!(host.take(port.bulk_in, Some(Fault::Token(at))).unwrap(), Answer::Silence, "bit {at}");
    }
    for at in 0..8 * (packet.len() + 2) {
        let answer = host.give(OUT, port.bulk_out, false, &packet, Some(Fault::Data(at))).unwrap();
        assert_eq!(answer, Answer::Silence, "bit {at}");
    }
    // Another device's address.
    host.address ^= 0x40;
    assert_eq!(host.give(OUT, port.bulk_out, false, &packet, None).unwrap(), Answer::Silence);
    assert_eq!(host.take(port.bulk_in, None).unwrap(), Answer::Silence);
    host.address ^= 0x40;
    // Nothing of all this has come to the link; sent again, the packet has.
    assert_eq!(host.take(port.bulk_in, None).unwrap(), Answer::Nak);
    assert!(host.put(port.bulk_out, &packet).unwrap());
    assert_eq!(replies(&mut pipe).len(), 1);
}

#[test]
fn what_comes_twice_is_taken_once() {
    if !simulated() {
        return;
    }
    let packet = sync();
    let (first, second) = packet.split_at(5);
    // The toggle of the repetition, and replies.
    for (repeated, want) in [(false, 1), (true, 0)] {
        let mut pipe = plugged(8, Quality::default());
        let out = pipe.port().bulk_out;
        let host = pipe.host();
        assert_eq!(host.give(OUT, out, false, first, Some(Fault::Answer)).unwrap(), Answer::Silence);
        assert_eq!(host.give(OUT, out, repeated, first, None).unwrap(), Answer::Ack);
        assert_eq!(host.give(OUT, out, !repeated, second, None).unwrap(), Answer::Ack);
        // With the next toggle the repetition is new data, and the packet broken: so bytes do count here.
        assert_eq!(replies(&mut pipe).len(), want, "repeated with toggle {repeated}");
    }
    // To the host: the same data with the same toggle until it is acknowledged.
    let mut pipe = plugged(8, Quality::default());
    let (out, into) = (pipe.port().bulk_out, pipe.port().bulk_in);
    let host = pipe.host();
    assert!(host.put(out, &packet).unwrap());
    host.wire.idle(200).unwrap();
    let lost = host.take(into, Some(Fault::Ack)).unwrap();
    assert!(matches!(&lost, Answer::Data(false, data) if !data.is_empty()), "{lost:?}");
    assert_eq!(host.take(into, Some(Fault::Answer)).unwrap(), Answer::Silence);
    // Somebody else's acknowledgement is none of this device's.
    host.address ^= 1;
    assert_eq!(host.take(into, None).unwrap(), Answer::Silence);
    host.wire.send(&[0xd2]).unwrap();
    host.wire.idle(3).unwrap();
    host.address ^= 1;
    assert_eq!(host.take(into, None).unwrap(), lost);
    assert_eq!(host.take(into, None).unwrap(), Answer::Nak);
}

#[test]
fn an_empty_packet_follows_a_full_one() {
    if !simulated() {
        return;
    }
    let mut pipe = plugged(8, Quality::default());
    pipe.send(&sync(), Duration::from_millis(1)).unwrap();
    let mut seq = replies(&mut pipe)[0].seq;
    let mut full = 0;
    for count in 30..70 {
        seq = seq.wrapping_add(1);
        let mut body = Vec::new();
        op::read(&mut body, 0x4000_0000, Order::Offset, count, 8);
        pipe.send(&Packet { code: Kind::Execute as u8, seq, body }.encode(REQUEST), Duration::from_millis(1))
            .unwrap();
        // Its reply is whole before it is asked for.
        let into = pipe.port().bulk_in;
        let host = pipe.host();
        host.wire.idle(2000).unwrap();
        let mut bytes = Vec::new();
        let mut last = 0;
        while let Some(data) = host.get(into).unwrap() {
            assert!(!data.is_empty() || last == 64, "an empty packet behind {last} bytes");
            last = data.len();
            bytes.extend(data);
        }
        // What ends with a full packet ends with an empty one.
        assert_ne!(last, 64, "{} bytes", bytes.len());
        full += usize::from(last == 0 && bytes.len() % 64 == 0);
        let mut reader = Reader::new(REPLY, 4096);
        reader.push(&bytes);
        assert_eq!(reader.next_packet().map(|p| p.seq), Some(seq), "{bytes:02x?}");
    }
    assert!(full > 0);
}

#[test]
fn errors_on_the_line_cost_no_byte() {
    if !simulated() {
        return;
    }
    let (program, inputs) = small(PES);
    for clocks in [4, 8] {
        let pipe = Shared::of(plugged(clocks, Quality::default()));
        pipe.with(|p| p.host().faults = 6);
        // The link sees none of them: it would count what is broken, and what comes twice.
        check(pipe.clone(), &program, &inputs);
        let (faulty, full) = pipe.with(|p| (p.host().faulty, p.host().full));
        println!(
            "{clocks} cycles a bit: {faulty} errors on the line, {full} full packets to the host, 0 differences"
        );
        assert!(faulty > 100 && full > 0);
    }
}

#[test]
fn clocks_may_differ_and_edges_may_be_off() {
    if !simulated() {
        return;
    }
    let (program, inputs) = small(PES);
    // USB allows 18.5 ns between one edge and the next, which is 0.89 cycles of 48 MHz: half of that at each.
    for (clocks, jitter, skew) in [(4, 0.44, 0), (4, 0.0, 1), (8, 0.88, 1)] {
        for slow_ppm in [-3000.0, 3000.0] {
            let pipe = Shared::of(plugged(clocks, Quality { slow_ppm, jitter, skew }));
            check(pipe.clone(), &program, &inputs[..2]);
            let (shortest, longest) = pipe.with(|p| p.host().wire.turnaround);
            println!("{clocks} cycles a bit, {slow_ppm} ppm: answers {shortest:.2} to {longest:.2} bits after idle");
        }
    }
}

#[test]
fn noise_is_nothing() {
    if !simulated() {
        return;
    }
    for clocks in [4, 8] {
        let mut pipe = plugged(clocks, Quality::default());
        let into = pipe.port().bulk_in;
        let host = pipe.host();
        for burst in 0..1500 {
            host.wire.noise(1 + burst % 97).unwrap();
            assert_eq!(host.take(into, None).unwrap(), Answer::Nak, "after burst {burst}");
        }
        pipe.send(&sync(), Duration::from_millis(1)).unwrap();
        assert_eq!(replies(&mut pipe).len(), 1);
    }
}

/// The device, with a piece of its Verilog changed.
fn wrong(from: &str, to: &str) -> Result<UsbPipe, UsbError> {
    // One PE: the array is not what is looked at.
    let text = verilog_of(&Config::for_pes(1).unwrap(), Top::Usb(LinkParams::default(), 8));
    assert_eq!(text.matches(from).count(), 1, "{from}");
    UsbPipe::open(Lines::of_netlist(&text.replace(from, to)).unwrap(), 8, Quality::default())
}

#[test]
fn hardware_that_is_wrong_is_noticed() {
    if !simulated() {
        return;
    }
    // No check of the toggle: what comes twice is taken twice, and the link's packet is broken.
    let packet = sync();
    let (first, second) = packet.split_at(5);
    let mut pipe = wrong("fits$d = data1 == bulk_out_toggle;", "fits$d = 1'b1;").unwrap();
    let out = pipe.port().bulk_out;
    for (data, fault) in [(first, Some(Fault::Answer)), (first, None), (second, None)] {
        pipe.host().give(OUT, out, false, data, fault).unwrap();
    }
    assert!(replies(&mut pipe).is_empty());
    // No CRC16.
    let mut pipe = wrong("good16$d = crc16$state == residue16;", "good16$d = 1'b1;").unwrap();
    let answer = pipe.host().give(OUT, out, false, &packet, Some(Fault::Data(3)));
    assert!(matches!(answer, Err(UsbError::Answer(..))), "{answer:?}");
    // An answer that is too late, and no stuffing.
    let late = wrong("localparam  turn_end = 6'b1010;", "localparam  turn_end = 6'b111110;");
    assert!(matches!(late, Err(UsbError::Turnaround(_))), "{:?}", late.err());
    let unstuffed = wrong("        six = ones$q == 32'h6;", "six = 1'b0;");
    assert!(matches!(unstuffed, Err(UsbError::Packet(_))), "{:?}", unstuffed.err());
}
