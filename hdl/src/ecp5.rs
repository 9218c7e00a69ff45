//! ECP5's block RAM and multiplier by name, with the registers that no synthesiser infers: text of Verilog that stands
//! beside the generic one, where `EIE_ECP5` is defined. What the cells do is in Lattice's "ECP5 and ECP5-5G Memory
//! User Guide" and "sysDSP User Guide"; `hdl/verilog/cells` has models of them.

use std::fmt::Write;

/// Depth and width of a block RAM, and how many low bits of its 14-bit address have no meaning.
const SHAPES: [(usize, usize, usize); 5] = [(1024, 18, 4), (2048, 9, 3), (4096, 4, 2), (8192, 2, 1), (16384, 1, 0)];

/// A memory of the ports of [`crate::ram::BlockRam`]: `enable` moves its two read stages on.
pub(crate) fn block_ram(depth: usize, width: usize, enable: &str, write_address: &str) -> String {
    let w = width - 1;
    format!(
        "wire [{w}:0] word;\nalways @(*) read_data = word;\n{}",
        cells(depth, width, "word", enable, write_address, "write_enable")
    )
}

/// The same with its word on a wire and a write port of these names; reads never stand still.
pub(crate) fn block_ram_to(
    depth: usize,
    width: usize,
    word: &str,
    write_address: &str,
    write_enable: &str,
) -> String {
    cells(depth, width, word, "1'b1", write_address, write_enable)
}

/// The block RAMs of a memory, as deep as one can be and as many beside each other as its words need.
fn cells(depth: usize, width: usize, word: &str, enable: &str, to: &str, writes: &str) -> String {
    let (deep, wide, low) = SHAPES.into_iter().find(|s| s.0 >= depth).unwrap_or(SHAPES[4]);
    let banks = depth.div_ceil(deep);
    let bits = depth.min(deep).ilog2() as usize;
    let mut text = String::new();
    for bank in 0..banks {
        let mine = if banks > 1 {
            let top = depth.ilog2() - 1;
            let _ = writeln!(text, "wire [{}:0] word{bank};", width - 1);
            format!("{writes} & ({to}[{top}:{bits}] == {bank})")
        } else {
            writes.to_owned()
        };
        let out = if banks > 1 { format!("word{bank}") } else { word.to_owned() };
        for (number, first) in (0..width).step_by(wide).enumerate() {
            let _ = writeln!(
                text,
                "DP16KD #(.DATA_WIDTH_A({wide}), .DATA_WIDTH_B({wide}), .REGMODE_A(\"OUTREG\"), .REGMODE_B(\"OUTREG\"), \
                 .RESETMODE(\"SYNC\"), .GSR(\"DISABLED\")) cell{bank}_{number} ("
            );
            let _ = write!(
                text,
                ".CLKA(clock), .CEA({enable}), .OCEA({enable}), .WEA(1'b0), .RSTA(1'b0), \
                 .CSA0(1'b0), .CSA1(1'b0), .CSA2(1'b0), .CLKB(clock), .CEB(1'b1), .OCEB(1'b1), .WEB({mine}), \
                 .RSTB(1'b0), .CSB0(1'b0), .CSB1(1'b0), .CSB2(1'b0)"
            );
            for bit in 0..14usize {
                // In the widest shape, the two lowest bits of a write address enable its halves.
                let (read, write) = match bit.checked_sub(low).filter(|&b| b < bits) {
                    Some(b) => (format!("read_address[{b}]"), format!("{to}[{b}]")),
                    None => ("1'b0".into(), format!("1'b{}", usize::from(wide == 18 && bit < 2))),
                };
                let _ = write!(text, ", .ADA{bit}({read}), .ADB{bit}({write})");
            }
            for bit in 0..18 {
                let _ = match first + bit {
                    at if bit < wide && at < width => {
                        write!(text, ", .DIB{bit}(write_data[{at}]), .DOA{bit}({out}[{at}])")
                    }
                    _ => write!(text, ", .DIB{bit}(1'b0), .DOA{bit}()"),
                };
            }
            text.push_str(");\n");
        }
    }
    if banks > 1 {
        let (top, last) = (depth.ilog2() - 1, banks.ilog2() - 1);
        let _ = writeln!(
            text,
            "reg [{last}:0] bank1;\nreg [{last}:0] bank2;\n\
             always @(posedge clock) if ({enable}) begin bank1 <= read_address[{top}:{bits}]; bank2 <= bank1; end"
        );
        let choice = (1..banks).fold("word0".to_owned(), |c, b| format!("bank2 == {b} ? word{b} : {c}"));
        let _ = writeln!(text, "assign {word} = {choice};");
    }
    text
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
