//! Look-up tables of a netlist without choices.
//!
//! IceStorm writes a look-up table as choices, `(a ? (b ? c : 1'b0) : !c)`. A simulator compiles each to a jump, which the processor
//! cannot predict: bits of data choose it. The same as ANDs and ORs is simulated four times as fast.

/// Verilog of IceStorm's with its look-up tables as ANDs and ORs of single bits. What is not written as IceStorm does
/// stays as it is.
pub fn without_choices(verilog: &str) -> String {
    let mut out = String::with_capacity(verilog.len());
    for line in verilog.split_inclusive('\n') {
        match changed(line) {
            Some((head, expression, tail)) => out.extend([head, &expression, tail]),
            None => out.push_str(line),
        }
    }
    out
}

/// A line with a table: what is before its expression, the new expression, and what is behind it.
fn changed(line: &str) -> Option<(&str, String, &str)> {
    let assigned = line.strip_prefix("assign ")?.find('=')? + "assign =".len();
    // Comments are left out of some texts.
    let begin = line[assigned..].find("*/").map_or(assigned, |at| assigned + at + "*/".len());
    let begin = begin + line[begin..].find(|c| c != ' ')?;
    let end = line.rfind(';')?;
    let mut rest = line.get(begin..end).filter(|text| text.starts_with('('))?;
    let expression = operand(&mut rest)?;
    rest.is_empty().then(|| (&line[..begin], expression, &line[end..]))
}

/// A bit, or a choice in parentheses, taken from the front of a text.
fn operand(rest: &mut &str) -> Option<String> {
    if let Some(inner) = rest.strip_prefix('(') {
        *rest = inner;
        let condition = operand(rest)?;
        take(rest, " ? ")?;
        let high = operand(rest)?;
        take(rest, " : ")?;
        let low = operand(rest)?;
        take(rest, ")")?;
        return Some(choice(&condition, &high, &low));
    }
    let inverted = rest.starts_with('!');
    let bit = &rest[usize::from(inverted)..];
    let length = bit.find(|c: char| !c.is_alphanumeric() && !"_$'".contains(c)).unwrap_or(bit.len());
    let (name, behind) = bit.split_at(length);
    *rest = behind;
    (length > 0).then(|| if inverted { format!("~{name}") } else { name.to_owned() })
}

fn take(rest: &mut &str, text: &str) -> Option<()> {
    *rest = rest.strip_prefix(text)?;
    Some(())
}

/// `condition ? high : low`.
fn choice(condition: &str, high: &str, low: &str) -> String {
    const ZERO: &str = "1'b0";
    const ONE: &str = "1'b1";
    let inverts = |a: &str, b: &str| a.strip_prefix('~') == Some(b);
    match (high, low) {
        (_, ZERO) => format!("({condition} & {high})"),
        (ZERO, _) => format!("(~{condition} & {low})"),
        (ONE, _) => format!("({condition} | {low})"),
        (_, ONE) => format!("(~{condition} | {high})"),
        _ if inverts(high, low) || inverts(low, high) => format!("({condition} ^ {low})"),
        _ => format!("({condition} & {high} | ~{condition} & {low})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A table as IceStorm writes it: choices of the first input, then of the others.
    fn table(bits: &[bool], inputs: &[&str]) -> String {
        let Some((first, others)) = inputs.split_first() else {
            return format!("1'b{}", u8::from(bits[0]));
        };
        if bits.iter().all(|b| *b == bits[0]) {
            return table(&bits[..1], &[]);
        }
        let (low, high): (Vec<_>, Vec<_>) = bits.chunks(2).map(|b| (b[0], b[1])).unzip();
        let (low, high) = (table(&low, others), table(&high, others));
        match (high.as_str(), low.as_str()) {
            ("1'b1", "1'b0") => (*first).to_owned(),
            ("1'b0", "1'b1") => format!("!{first}"),
            _ if high == low => high,
            _ => format!("({first} ? {high} : {low})"),
        }
    }

    /// What an expression of single bits is, with `value` for its names: the two forms of one language.
    fn evaluate(text: &str, value: &dyn Fn(&str) -> bool) -> bool {
        let tokens: Vec<String> = text.replace("1'b", "").chars().filter(|c| *c != ' ').map(String::from).collect();
        let mut at = 0;
        let got = ternary(&tokens, &mut at, value);
        assert_eq!(at, tokens.len(), "{text}");
        got
    }

    fn ternary(t: &[String], at: &mut usize, value: &dyn Fn(&str) -> bool) -> bool {
        let condition = binary(t, at, value, 0);
        if t.get(*at).is_none_or(|c| c != "?") {
            return condition;
        }
        *at += 1;
        let high = ternary(t, at, value);
        assert_eq!(t[*at], ":");
        *at += 1;
        let low = ternary(t, at, value);
        if condition {
            high
        } else {
            low
        }
    }

    /// Verilog's order: OR binds least, then XOR, then AND.
    fn binary(t: &[String], at: &mut usize, value: &dyn Fn(&str) -> bool, level: usize) -> bool {
        let Some(operator) = ["|", "^", "&"].get(level) else { return unary(t, at, value) };
        let mut got = binary(t, at, value, level + 1);
        while t.get(*at).is_some_and(|c| c == operator) {
            *at += 1;
            let other = binary(t, at, value, level + 1);
            got = match level {
                0 => got | other,
                1 => got ^ other,
                _ => got & other,
            };
        }
        got
    }

    fn unary(t: &[String], at: &mut usize, value: &dyn Fn(&str) -> bool) -> bool {
        *at += 1;
        match t[*at - 1].as_str() {
            "!" | "~" => !unary(t, at, value),
            "(" => {
                let got = ternary(t, at, value);
                *at += 1;
                got
            }
            "0" => false,
            "1" => true,
            name => value(name),
        }
    }

    proptest! {
        #[test]
        fn a_table_stays_what_it_is(table_bits in any::<u16>(), wrong in 0_usize..16) {
            let names = ["a", "b", "c", "d"];
            let bits: Vec<bool> = (0..16).map(|k| table_bits >> k & 1 == 1).collect();
            let heads = ["assign n7  = /* LUT   11  6  6 */ ", "assign n7  = "];
            let line = |bits: &[bool]| format!("{}{};\n", heads[wrong % 2], table(bits, &names));
            let after = without_choices(&line(&bits));
            prop_assert!(!after.contains('?') && after.ends_with(";\n"), "{}", after);
            let of = |line: &str, k: usize| {
                let text = line.strip_prefix(heads[wrong % 2]).unwrap().trim_end().trim_end_matches(';').to_owned();
                evaluate(&text, &|name| k >> names.iter().position(|n| *n == name).unwrap() & 1 == 1)
            };
            let values = |line: &str| (0..16).map(|k| of(line, k)).collect::<Vec<_>>();
            prop_assert_eq!(&values(&line(&bits)), &bits);
            prop_assert_eq!(&values(&after), &bits);
            // A table that is another one at one place gives another one.
            let mut other = bits.clone();
            other[wrong] = !other[wrong];
            prop_assert_ne!(values(&without_choices(&line(&other))), bits);
        }
    }

    #[test]
    fn other_lines_stay() {
        let text = "assign n2 = n3 ? n4 : 1'bz;\nassign n1  = /* CARRY 12 25  1 */ (1'b0 & n3) | n2;\n\
                    /* FF  4 19  5 */ always @(posedge n1) if (n7) n3 <= 1'b0 ? 1'b0 : n6;\n\
                    assign n9  = /* LUT    5 20  1 */ (n1 ? n2 : n3 : n4);\nassign n8 = /* LUT";
        assert_eq!(without_choices(text), text);
    }
}
