//! The accumulators of a PE: two banks, of which one takes sums while the other one is drained.
//!
//! Ports: `clock`; `bank`, `row[16]` -> `base[48]`, three cycles later, from the bank that takes sums;
//! `write_enable`, `write_bank`, `write_row[16]` and, a cycle later, `write_data[48]`; `drain`, `sweep`, `drain_row[16]` -> `drained[48]`,
//! three cycles after `drain`, from the other bank, where the row reads as zero from then on. `sweep` makes `drain` clear
//! the row in both banks.
//! Latency: both have all sums that were written up to a cycle after the row, two cycles before they show. A row goes with
//! the bank that it came with.
//!
//! In LUTs each row has a bit that says that it has a sum: it is cleared by that bit, so nothing is in the way of the
//! sums, which are written as the adder gives them. A memory of several rows of LUTs has a register behind it, and is
//! read a cycle earlier for that; and one before it, and is written a cycle later. Block RAM is written a cycle later,
//! zeros where a row is cleared. What a read misses for that it takes from the writes themselves. A row is not drained
//! again within three cycles, nor taken while it is being cleared: the other bank's are.

use crate::ecp5::Ports;
use crate::ram::{Store, Style};
use eie_spec::memory::{LUT_DEPTH, LUT_ROWS};
use rust_hdl::prelude::*;
use std::fmt::Write;

/// See the module's documentation.
#[derive(LogicBlock)]
pub struct Accumulators {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// The bank that takes sums.
    pub bank: Signal<In, Bit>,
    /// The row whose sum is wanted.
    pub row: Signal<In, Bits<16>>,
    /// Its sum, three cycles later.
    pub base: Signal<Out, Bits<48>>,
    /// Writes a sum, which comes a cycle later.
    pub write_enable: Signal<In, Bit>,
    /// To which bank.
    pub write_bank: Signal<In, Bit>,
    /// To which row.
    pub write_row: Signal<In, Bits<16>>,
    /// The sum.
    pub write_data: Signal<In, Bits<48>>,
    /// Reads a row of the other bank, and clears it.
    pub drain: Signal<In, Bit>,
    /// Clears it in both banks.
    pub sweep: Signal<In, Bit>,
    /// The row.
    pub drain_row: Signal<In, Bits<16>>,
    /// Its sum, three cycles later.
    pub drained: Signal<Out, Bits<48>>,
    _stores: [Store; 2],
    _in_luts: bool,
    _row: Bits<16>,
    _write: (bool, bool, Bits<16>),
    _there: [(bool, bool, Bits<16>); 3],
    _banks: [bool; 2],
    _places: [Bits<16>; 2],
}

impl Accumulators {
    /// Twice `depth` (a power of two, at least 2) sums of `width` (up to 48) bits; `in_luts`
    /// ([`Config::sums_in_luts`](eie_spec::config::Config::sums_in_luts)) where a device has memories of LUTs.
    pub fn new(depth: usize, width: usize, in_luts: bool) -> Self {
        assert!(width <= 48, "{width}-bit sums in a 48-bit port");
        Self {
            clock: Default::default(),
            bank: Default::default(),
            row: Default::default(),
            base: Default::default(),
            write_enable: Default::default(),
            write_bank: Default::default(),
            write_row: Default::default(),
            write_data: Default::default(),
            drain: Default::default(),
            sweep: Default::default(),
            drain_row: Default::default(),
            drained: Default::default(),
            _stores: [Store::new(depth, width), Store::new(depth, width)],
            _in_luts: in_luts,
            _row: Default::default(),
            _write: Default::default(),
            _there: Default::default(),
            _banks: Default::default(),
            _places: Default::default(),
        }
    }

    /// Registers on the way of rows: `place0` and `place1` are what the banks read.
    fn places(top: u32) -> String {
        format!(
            "reg bank1;\nreg bank2;\nreg [{top}:0] row1;\nreg [{top}:0] place0;\nreg [{top}:0] place1;\n\
             always @(posedge clock) begin\n\
             bank1 <= bank;\nbank2 <= bank1;\nrow1 <= row[{top}:0];\n\
             place0 <= bank1 ? there1 : row1;\nplace1 <= bank1 ? row1 : there1;\nend\n"
        )
    }

    /// The drain's row on its way to being cleared, which it is when it has been read.
    fn drains(top: u32) -> String {
        let mut text = String::new();
        for k in 1..=3 {
            let _ = writeln!(text, "reg drain{k};\nreg sweep{k};\nreg [{top}:0] there{k};\ninitial begin drain{k} = 0; sweep{k} = 0; end");
        }
        let _ = writeln!(
            text,
            "reg [{top}:0] write_row1;\nreg write_enable1;\nreg write_bank1;\ninitial write_enable1 = 0;"
        );
        text.push_str("always @(posedge clock) begin\ndrain1 <= drain;\nsweep1 <= sweep & drain;\n");
        let _ = writeln!(text, "write_row1 <= write_row[{top}:0];");
        text.push_str("write_enable1 <= write_enable;\nwrite_bank1 <= write_bank;\n");
        let _ = writeln!(text, "there1 <= drain_row[{top}:0];");
        for k in 1..3 {
            let n = k + 1;
            let _ = writeln!(text, "drain{n} <= drain{k};\nsweep{n} <= sweep{k};\nthere{n} <= there{k};");
        }
        text.push_str("end\nwire clears0 = write_bank1 | sweep3;\nwire clears1 = !write_bank1 | sweep3;\n");
        text
    }

    /// The row that bank `x` reads, as it comes and a cycle later, under these names.
    fn reads(x: usize, top: u32, now: &str, then: &str) -> String {
        let (row, there) = if x == 0 { ("drain_row", "row") } else { ("row", "drain_row") };
        format!("wire [{top}:0] {now} = bank ? {row}[{top}:0] : {there}[{top}:0];\nreg [{top}:0] {then};\n")
    }

    /// Whether bank `x` is written, a sum or that there is none, and in which row.
    fn writes(x: usize, top: u32) -> String {
        format!(
            "wire write{x} = clears{x} ? drain3 : write_enable1;\n\
             wire [{top}:0] to{x} = clears{x} ? there3 : write_row1;\n"
        )
    }

    /// The word whose flag is one.
    fn chosen<F: AsRef<str>, W: AsRef<str>>(&self, of: impl IntoIterator<Item = (F, W)>) -> String {
        let width = self._stores[0].width;
        let part = |(flag, word): (F, W)| format!("({{{width}{{{}}}}} & {})", flag.as_ref(), word.as_ref());
        of.into_iter().map(part).collect::<Vec<_>>().join(" | ")
    }

    fn in_luts(&self) -> String {
        let store = &self._stores[0];
        let (top, w) = (store.top(), store.width - 1);
        let mut text = Self::drains(top) + &Self::places(top);
        let flags = Store::new(store.depth, 1);
        for x in 0..2 {
            text += &store.array(Style::Distributed, &format!("mem{x}"));
            let _ = write!(
                text,
                "`ifdef EIE_ICE40\nreg [{w}:0] old{x};\nalways @(negedge clock) old{x} <= mem{x}[place{x}];\n\
                 wire flag{x} = 1'b1;\n\
                 always @(posedge clock) if (clears{x} ? drain3 : write_enable1)\n\
                 mem{x}[clears{x} ? there3 : write_row1] <= clears{x} ? {}'d0 : write_data[{w}:0];\n`else\n",
                w + 1
            );
            text += &flags.array(Style::Distributed, &format!("some{x}"));
            let _ = write!(
                text,
                "wire [{w}:0] old{x} = mem{x}[place{x}];\nwire flag{x} = some{x}[place{x}];\n\
                 always @(posedge clock) begin\n\
                 if (write_enable1 & !clears{x}) mem{x}[write_row1] <= write_data[{w}:0];\n\
                 if (clears{x} ? drain3 : write_enable1) some{x}[clears{x} ? there3 : write_row1] <= !clears{x};\n\
                 end\n`endif\n"
            );
        }
        // One LUT a bit: the flags choose, too.
        let chosen =
            |bank: [&str; 2]| self.chosen([0, 1].map(|x| (format!("{} & flag{x}", bank[x]), format!("old{x}"))));
        text + &format!(
            "always @(posedge clock) begin\nbase <= {};\ndrained <= {};\nend\n",
            chosen(["!bank2", "bank2"]),
            chosen(["bank2", "!bank2"])
        )
    }

    /// As [`Self::in_luts`], for more rows than a LUT has: they are chosen between before the register, with a write of the
    /// same cycle beside them. A sum is written from a register, so that the adder's carry ends there; of the two writes
    /// under way a read takes the newer one.
    fn in_rows_of_luts(&self) -> String {
        let store = &self._stores[0];
        let (top, w) = (store.top(), store.width - 1);
        let mut text = Self::drains(top);
        let _ = write!(
            text,
            "reg bank1;\nreg [{w}:0] data1;\nreg [{w}:0] data2;\nreg [{top}:0] write_row2;\n\
             reg row_written;\nreg there_written;\nreg row_late;\nreg there_late;\n\
             wire row_writes = row[{top}:0] == write_row[{top}:0];\nwire there_writes = drain_row[{top}:0] == write_row[{top}:0];\n\
             wire row_wrote = row[{top}:0] == write_row1;\nwire there_wrote = drain_row[{top}:0] == write_row1;\n\
             always @(posedge clock) begin\nbank1 <= bank;\ndata1 <= write_data[{w}:0];\ndata2 <= data1;\n\
             write_row2 <= write_row1;\n\
             row_written <= row_writes;\nthere_written <= there_writes;\n\
             row_late <= row_wrote;\nthere_late <= there_wrote;\nend\n"
        );
        let flags = Store::new(store.depth, 1);
        for x in 0..2 {
            let (bank, takes, drains) =
                if x == 0 { ("write_bank", "!bank", "bank") } else { ("!write_bank", "bank", "!bank") };
            text += &store.array(Style::Distributed, &format!("mem{x}"));
            // Sums of which a read knows nothing yet: one that comes, and one that has come and is not in the memory.
            let _ = write!(
                text,
                "{}always @(posedge clock) place{x} <= place{x}_d;\n{}reg comes{x};\nreg late{x};\n\
                 initial begin comes{x} = 0; late{x} = 0; end\n\
                 reg [{w}:0] out{x};\nreg takes{x};\nreg drains{x};\nreg takes{x}_1;\nreg drains{x}_1;\n\
                 wire comes{x}_d = write_enable & !({bank} | sweep2);\n",
                Self::reads(x, top, &format!("place{x}_d"), &format!("place{x}")),
                Self::writes(x, top),
            );
            text += &flags.array(Style::Distributed, &format!("some{x}"));
            let _ = write!(
                text,
                "wire [{w}:0] old{x} = mem{x}[place{x}];\nwire flag{x} = some{x}[place{x}];\n\
                 always @(posedge clock) begin\n\
                 comes{x} <= comes{x}_d;\nlate{x} <= comes{x};\n\
                 if (late{x}) mem{x}[write_row2] <= data1;\n\
                 if (write{x}) some{x}[to{x}] <= !clears{x};\n\
                 end\n\
                 always @(posedge clock) begin\nout{x} <= old{x};\n\
                 takes{x} <= {takes} & !(comes{x}_d & row_writes) & !(comes{x} & row_wrote);\n\
                 drains{x} <= {drains} & !(comes{x}_d & there_writes) & !(comes{x} & there_wrote);\n\
                 takes{x}_1 <= takes{x} & flag{x};\ndrains{x}_1 <= drains{x} & flag{x};\nend\n"
            );
        }
        let mut chosen = Vec::new();
        for (of, place, banks) in [("takes", "row", ["!bank1", "bank1"]), ("drains", "there", ["bank1", "!bank1"])] {
            let [comes, late] =
                ["comes", "late"].map(|name| format!("({0} & {name}0 | {1} & {name}1)", banks[0], banks[1]));
            let _ = write!(
                text,
                "reg {of}_data1;\nreg {of}_data2;\nalways @(posedge clock) begin\n\
                 {of}_data1 <= {comes} & {place}_written;\n\
                 {of}_data2 <= {late} & {place}_late & !({comes} & {place}_written);\nend\n"
            );
            let words = [("0_1", "out0"), ("1_1", "out1"), ("_data1", "data1"), ("_data2", "data2")];
            chosen.push(self.chosen(words.map(|(flag, word)| (format!("{of}{flag}"), word))));
        }
        text + &format!("always @(posedge clock) begin\nbase <= {};\ndrained <= {};\nend\n", chosen[0], chosen[1])
    }

    fn in_block_ram(&self) -> String {
        let store = &self._stores[0];
        let (top, w) = (store.top(), store.width - 1);
        let mut text = Self::drains(top);
        let _ = write!(
            text,
            "reg bank1;\nreg [{w}:0] data1;\nreg [{w}:0] data2;\nreg [{w}:0] data3;\n\
             reg [4:0] takes;\nreg [4:0] drains;\n\
             always @(posedge clock) begin\n\
             bank1 <= bank;\ndata1 <= write_data[{w}:0];\ndata2 <= data1;\ndata3 <= data2;\nend\n"
        );
        for x in 0..2 {
            // Which of the last three writes a read has missed, the newest first; of a cleared row there is nothing to take.
            let _ = write!(
                text,
                "{}{}reg write{x}_1;\nreg write{x}_2;\nreg zero{x}_1;\nreg zero{x}_2;\n\
                 reg [{top}:0] to{x}_1;\nreg [{top}:0] to{x}_2;\n\
                 initial begin write{x}_1 = 0; write{x}_2 = 0; end\n\
                 always @(posedge clock) begin\n\
                 place{x}_1 <= place{x};\n\
                 write{x}_1 <= write{x};\nwrite{x}_2 <= write{x}_1;\nto{x}_1 <= to{x};\nto{x}_2 <= to{x}_1;\n\
                 zero{x}_1 <= clears{x};\nzero{x}_2 <= zero{x}_1;\nend\n\
                 wire hit{x}_1 = write{x} & (to{x} == place{x}_1);\n\
                 wire hit{x}_2 = write{x}_1 & (to{x}_1 == place{x}_1);\n\
                 wire hit{x}_3 = write{x}_2 & (to{x}_2 == place{x}_1);\n\
                 wire [3:0] from{x} = {{!hit{x}_1 & !hit{x}_2 & !hit{x}_3, \
                 !hit{x}_1 & !hit{x}_2 & hit{x}_3 & !zero{x}_2, !hit{x}_1 & hit{x}_2 & !zero{x}_1, \
                 hit{x}_1 & !clears{x}}};\n\
                 reg [{w}:0] out{x};\nwire [{w}:0] in{x} = zero{x}_1 ? {width}'d0 : data1;\n",
                Self::reads(x, top, &format!("place{x}"), &format!("place{x}_1")),
                Self::writes(x, top),
                width = w + 1
            );
            let ports = Ports {
                memory: format!("mem{x}"),
                read_address: format!("place{x}"),
                read_data: format!("out{x}"),
                write_address: format!("to{x}_1"),
                write_data: format!("in{x}"),
                write_enable: format!("write{x}_1"),
                enable: "1'b1".into(),
            };
            text += &store.staged(Style::Block, &ports);
        }
        let words = ["data1", "data2", "data3", "out0", "out1"];
        let chosen = |of: &str| self.chosen(words.iter().enumerate().map(|(k, word)| (format!("{of}[{k}]"), word)));
        text + &format!(
            "always @(posedge clock) begin\n\
             takes <= {{bank1 & from1[3], !bank1 & from0[3], bank1 ? from1[2:0] : from0[2:0]}};\n\
             drains <= {{!bank1 & from1[3], bank1 & from0[3], bank1 ? from0[2:0] : from1[2:0]}};\n\
             base <= {};\ndrained <= {};\nend\n",
            chosen("takes"),
            chosen("drains")
        )
    }
}

impl Logic for Accumulators {
    fn update(&mut self) {
        if self.clock.pos_edge() {
            let words = [0, 1].map(|x| self._stores[x].read(self._places[x]));
            let taking = usize::from(self._banks[1]);
            self.base.next = words[taking].into();
            self.drained.next = words[1 - taking].into();
            let (here, there) = (self._row, self._there[0].2);
            self._places = if self._banks[0] { [there, here] } else { [here, there] };
            self._banks = [self.bank.val(), self._banks[0]];
            self._row = self.row.val();
            let (drain, sweep, row) = self._there[2];
            let (writes, bank, write_row) = self._write;
            let bank = usize::from(bank);
            if writes {
                self._stores[bank].write(write_row, self.write_data.val().to_u64());
            }
            self._write = (self.write_enable.val(), self.write_bank.val(), self.write_row.val());
            if drain {
                self._stores[1 - bank].write(row, 0);
            }
            if sweep {
                self._stores[bank].write(row, 0);
            }
            self._there.rotate_right(1);
            self._there[0] = (self.drain.val(), self.drain.val() & self.sweep.val(), self.drain_row.val());
        }
    }
    fn connect(&mut self) {
        self.base.connect();
        self.drained.connect();
    }
    fn hdl(&self) -> Verilog {
        let depth = self._stores[0].depth;
        // Without memories of LUTs: where registers are dear and the clock is slow, also without the ones behind the memory.
        let without = if depth > LUT_DEPTH { self.in_block_ram() } else { self.in_luts() };
        Verilog::Custom(match self._in_luts && depth > LUT_ROWS {
            true => format!("`ifdef EIE_ICE40\n{without}`else\n{}`endif\n", self.in_rows_of_luts()),
            false => without,
        })
    }
    fn timing(&self) -> Vec<TimingInfo> {
        let inputs =
            ["bank", "row", "write_enable", "write_bank", "write_row", "write_data", "drain", "sweep", "drain_row"];
        vec![TimingInfo {
            name: "read".into(),
            clock: "clock".into(),
            inputs: inputs.map(String::from).to_vec(),
            outputs: vec!["base".into(), "drained".into()],
        }]
    }
}
