//! ECP5's block RAM and multiplier by name, with the registers that no synthesiser infers: text of Verilog that stands
//! beside the generic one, where `EIE_ECP5` is defined. What the cells do is in Lattice's "ECP5 and ECP5-5G Memory
//! User Guide" and "sysDSP User Guide"; `hdl/verilog/cells` has models of them.

use eie_spec::config::BLOCK_WORDS;
use eie_spec::memory::address_bits;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Depth and width of a block RAM, and how many low bits of its 14-bit address have no meaning.
const SHAPES: [(usize, usize, usize); 5] = [(1024, 18, 4), (2048, 9, 3), (4096, 4, 2), (8192, 2, 1), (16384, 1, 0)];

/// The signals of a memory with two read stages, all of which `enable` moves on, and a write port.
pub(crate) struct Ports {
    /// The array, and what the names of everything inside begin with.
    pub(crate) memory: String,
    pub(crate) read_address: String,
    /// A register, or an output that is one.
    pub(crate) read_data: String,
    pub(crate) write_address: String,
    pub(crate) write_data: String,
    pub(crate) write_enable: String,
    pub(crate) enable: String,
}

impl Ports {
    /// The block RAMs of such a memory, as deep as one can be and as many beside each other as its words need.
    pub(crate) fn block_rams(&self, depth: usize, width: usize) -> String {
        let Ports { memory, read_address, read_data, write_address, write_data, write_enable, enable } = self;
        // As deep as one can be, so that nothing is chosen behind them; another number of words takes the fewest.
        let (deep, wide, low) = match depth.is_power_of_two() {
            true => SHAPES.into_iter().find(|s| s.0 >= depth).unwrap_or(SHAPES[4]),
            false => {
                SHAPES.into_iter().min_by_key(|s| depth.div_ceil(s.0) * width.div_ceil(s.1)).unwrap_or(SHAPES[4])
            }
        };
        let banks = depth.div_ceil(deep);
        let bits = address_bits(depth.min(deep)) as usize;
        let high = address_bits(depth) - 1;
        let word = format!("{memory}_word");
        let mut text = format!("wire [{}:0] {word};\nalways @(*) {read_data} = {word};\n", width - 1);
        for bank in 0..banks {
            let mine = if banks > 1 {
                let _ = writeln!(text, "wire [{}:0] {memory}_word{bank};", width - 1);
                format!("{write_enable} & ({write_address}[{high}:{bits}] == {bank})")
            } else {
                write_enable.to_owned()
            };
            let out = if banks > 1 { format!("{memory}_word{bank}") } else { word.clone() };
            for (number, first) in (0..width).step_by(wide).enumerate() {
                let mut cell = Cell::new(&format!("{memory}_cell{bank}_{number}"), wide, wide, enable);
                cell.pin("WEB", &mine);
                for bit in 0..14usize {
                    // In the widest shape, the two lowest bits of a write address enable its halves.
                    let (read, write) = match bit.checked_sub(low).filter(|&b| b < bits) {
                        Some(b) => (format!("{read_address}[{b}]"), format!("{write_address}[{b}]")),
                        None => ("1'b0".into(), format!("1'b{}", usize::from(wide == 18 && bit < 2))),
                    };
                    cell.pin(&format!("ADA{bit}"), &read);
                    cell.pin(&format!("ADB{bit}"), &write);
                }
                for bit in 0..wide.min(width - first) {
                    cell.pin(&format!("DIB{bit}"), &format!("{write_data}[{}]", first + bit));
                    cell.pin(&format!("DOA{bit}"), &format!("{out}[{}]", first + bit));
                }
                text += &cell.text();
            }
        }
        if banks > 1 {
            let last = address_bits(banks) - 1;
            let _ = writeln!(
                text,
                "reg [{last}:0] {memory}_bank1;\nreg [{last}:0] {memory}_bank2;\n\
                 always @(posedge clock) if ({enable}) begin {memory}_bank1 <= {read_address}[{high}:{bits}]; \
                 {memory}_bank2 <= {memory}_bank1; end"
            );
            let choice = (1..banks)
                .fold(format!("{memory}_word0"), |c, b| format!("{memory}_bank2 == {b} ? {memory}_word{b} : {c}"));
            let _ = writeln!(text, "assign {word} = {choice};");
        }
        text
    }
}

/// Where the second of two memories in the same block RAMs begins, of such a depth (a power of two).
pub(crate) fn pair_base(depth: usize) -> u64 {
    (BLOCK_WORDS as u64).saturating_sub(depth as u64)
}

/// Two memories of [`crate::pair_ram::PairRam`] in `cells` block RAMs: the first one, of up to 2048 words, is read
/// through ports A, nine bits of each; the words of the second one, of up to `18 * cells` bits, end at the cells' last
/// and are read through ports B, which write both. `shared`: `wide_address` is what they read, too.
pub(crate) fn pair(cells: usize, widths: [usize; 2], depths: [usize; 2], shared: bool) -> String {
    let base = pair_base(depths[1]);
    let (first_bits, bits) = (depths[0].ilog2() as usize, depths[1].ilog2() as usize);
    let place = match shared {
        true => "wide_address[9:0]".to_owned(),
        false => {
            let (ones, high) = (10 - bits, base >> bits as u64);
            format!("writes ? wide_address[9:0] : {{{ones}'d{high}, read_address1[{}:0]}}", bits - 1)
        }
    };
    let mut text = format!(
        "wire [{}:0] first;\nwire [{}:0] second;\nalways @(*) begin\nread_data0 = first;\nread_data1 = second;\nend\n\
         wire writes = write0 | write1;\nwire [9:0] place = {place};\n",
        widths[0] - 1,
        widths[1] - 1,
    );
    for number in 0..cells {
        let mut cell = Cell::new(&format!("cell{number}"), 9, 18, "1'b1");
        cell.pin("WEB", "writes");
        for bit in 0..14usize {
            if let Some(b) = bit.checked_sub(3).filter(|&b| b < first_bits) {
                cell.pin(&format!("ADA{bit}"), &format!("read_address0[{b}]"));
            }
            match bit {
                0 | 1 => cell.pin(&format!("ADB{bit}"), &format!("wide_halves[{bit}]")),
                2 | 3 => {}
                _ => cell.pin(&format!("ADB{bit}"), &format!("place[{}]", bit - 4)),
            }
        }
        for bit in 0..9 {
            let (low, high) = (9 * number + bit, 9 * (cells + number) + bit);
            cell.pin(&format!("DIB{bit}"), &format!("write_data[{low}]"));
            cell.pin(&format!("DIB{}", bit + 9), &format!("wide_data[{low}]"));
            if low < widths[0] {
                cell.pin(&format!("DOA{bit}"), &format!("first[{low}]"));
            }
            for (pin, at) in [(bit, low), (bit + 9, high)] {
                if at < widths[1] {
                    cell.pin(&format!("DOB{pin}"), &format!("second[{at}]"));
                }
            }
        }
        text += &cell.text();
    }
    text
}

/// One `DP16KD` with its output registers: port A reads, port B writes, and reads as well.
struct Cell {
    head: String,
    pins: BTreeMap<String, String>,
}

impl Cell {
    fn new(name: &str, wide_a: usize, wide_b: usize, enable: &str) -> Self {
        let head = format!(
            "DP16KD #(.DATA_WIDTH_A({wide_a}), .DATA_WIDTH_B({wide_b}), .REGMODE_A(\"OUTREG\"), .REGMODE_B(\"OUTREG\"), \
             .RESETMODE(\"SYNC\"), .GSR(\"DISABLED\")) {name} (\n"
        );
        let mut pins = BTreeMap::new();
        for (pin, value) in [("CLKA", "clock"), ("CLKB", "clock"), ("CEB", "1'b1"), ("OCEB", "1'b1")] {
            pins.insert(pin.to_owned(), value.to_owned());
        }
        for pin in ["WEA", "RSTA", "CSA0", "CSA1", "CSA2", "RSTB", "CSB0", "CSB1", "CSB2"] {
            pins.insert(pin.to_owned(), "1'b0".to_owned());
        }
        for pin in ["CEA", "OCEA"] {
            pins.insert(pin.to_owned(), enable.to_owned());
        }
        for bit in 0..14 {
            pins.insert(format!("ADA{bit}"), "1'b0".to_owned());
            pins.insert(format!("ADB{bit}"), "1'b0".to_owned());
        }
        for bit in 0..18 {
            pins.insert(format!("DIB{bit}"), "1'b0".to_owned());
            pins.insert(format!("DOA{bit}"), String::new());
            pins.insert(format!("DOB{bit}"), String::new());
        }
        Cell { head, pins }
    }

    fn pin(&mut self, pin: &str, value: &str) {
        self.pins.insert(pin.to_owned(), value.to_owned());
    }

    fn text(&self) -> String {
        let pins: Vec<_> = self.pins.iter().map(|(pin, value)| format!(".{pin}({value})")).collect();
        format!("{}{});\n", self.head, pins.join(", "))
    }
}

/// A signed multiplier with all its registers: `product` comes three cycles after `a` and `b`, all on wires.
pub(crate) fn multiplier() -> String {
    let mut text = String::from(
        "wire [31:0] cell_product;\nalways @(*) product = cell_product;\n\
         MULT18X18D #(.REG_INPUTA_CLK(\"CLK0\"), .REG_INPUTB_CLK(\"CLK0\"), .REG_PIPELINE_CLK(\"CLK0\"), \
         .REG_OUTPUT_CLK(\"CLK0\"), .CLK0_DIV(\"ENABLED\"), .GSR(\"DISABLED\"), .SOURCEB_MODE(\"B_SHIFT\"), \
         .RESETMODE(\"SYNC\")) multiplier (\n\
         .SIGNEDA(1'b1), .SIGNEDB(1'b1), .SOURCEA(1'b0), .SOURCEB(1'b0), .CLK0(clock), .CLK1(1'b0), .CLK2(1'b0), \
         .CLK3(1'b0), .CE0(1'b1), .CE1(1'b1), .CE2(1'b1), .CE3(1'b1), .RST0(1'b0), .RST1(1'b0), .RST2(1'b0), \
         .RST3(1'b0)",
    );
    for bit in 0..18 {
        let from = bit.min(15);
        let _ = write!(text, ", .A{bit}(a[{from}]), .B{bit}(b[{from}])");
    }
    for bit in 0..32 {
        let _ = write!(text, ", .P{bit}(cell_product[{bit}])");
    }
    (32..36).for_each(|bit| text.push_str(&format!(", .P{bit}()")));
    text.push_str(");\n");
    text
}

/// `sum = (choose ? a : d) + b` of `width` bits, an even number, with the choice in the carry cells' LUTs.
pub(crate) fn choosing_adder(width: usize) -> String {
    let mut text = format!(
        "wire [{}:0] total;\nwire [{}:0] carry;\nassign carry[0] = 1'b0;\nalways @(*) sum = total;\n",
        width - 1,
        width / 2
    );
    for pair in 0..width / 2 {
        let (low, high) = (2 * pair, 2 * pair + 1);
        let _ = writeln!(
            text,
            "CCU2C #(.INIT0(16'h636C), .INIT1(16'h636C), .INJECT1_0(\"NO\"), .INJECT1_1(\"NO\")) pair{pair} (\
             .CIN(carry[{pair}]), .COUT(carry[{}]), .A0(a[{low}]), .B0(b[{low}]), .C0(choose), .D0(d[{low}]), \
             .S0(total[{low}]), .A1(a[{high}]), .B1(b[{high}]), .C1(choose), .D1(d[{high}]), .S1(total[{high}]));",
            pair + 1
        );
    }
    text
}
