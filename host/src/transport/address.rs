//! Addresses of pipes: `scheme:path?name=value&name=value`.

use super::TransportError;
use eie_spec::config::{Config, Params};
use std::collections::BTreeMap;
use std::str::FromStr;

/// An address taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    text: String,
    /// What kind of pipe.
    pub scheme: String,
    /// Which one.
    pub path: String,
    options: BTreeMap<String, String>,
}

impl Address {
    /// Takes an address apart.
    ///
    /// # Errors
    /// No scheme, or an option without a value.
    pub fn parse(text: &str) -> Result<Self, TransportError> {
        let fail = |why: &str| TransportError::Address { address: Self::without_token(text), why: why.to_owned() };
        let (scheme, rest) = text.split_once(':').ok_or_else(|| fail("expected scheme:path?option=value"))?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut options = BTreeMap::new();
        for pair in query.split('&').filter(|p| !p.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or_else(|| fail("an option is written name=value"))?;
            if options.insert(name.to_owned(), value.to_owned()).is_some() {
                return Err(fail("an option is given twice"));
            }
        }
        let text = Self::without_token(text);
        Ok(Address { text, scheme: scheme.to_owned(), path: path.to_owned(), options })
    }

    /// An address as it may be shown: a token is a secret.
    pub fn without_token(text: &str) -> String {
        let show = |part: &str| if part.starts_with("token=") { "token=...".to_owned() } else { part.to_owned() };
        match text.split_once('?') {
            Some((start, query)) => format!("{start}?{}", query.split('&').map(show).collect::<Vec<_>>().join("&")),
            None => text.to_owned(),
        }
    }

    /// As it was given, but for a token.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The address as an error.
    pub fn error(&self, why: impl Into<String>) -> TransportError {
        TransportError::Address { address: self.text.clone(), why: why.into() }
    }

    /// The address as one that cannot be opened.
    pub fn not_opened(&self, why: impl ToString) -> TransportError {
        TransportError::Open { address: self.text.clone(), why: why.to_string() }
    }

    /// An option's value, or what it is by default.
    ///
    /// # Errors
    /// A value of another type.
    pub fn option<T: FromStr>(&self, name: &str, default: T) -> Result<T, TransportError> {
        match self.options.get(name) {
            None => Ok(default),
            Some(text) => text.parse().map_err(|_| self.error(format!("{name}={text} is not a fitting value"))),
        }
    }

    /// Refuses options that there are not. Those of a configuration may be given for every device.
    ///
    /// # Errors
    /// An option that is none of `known`.
    pub fn check_options(&self, known: &[&str]) -> Result<(), TransportError> {
        let fits = |name: &str| known.contains(&name) || Self::CONFIG_OPTIONS.contains(&name);
        match self.options.keys().find(|name| !fits(name)) {
            Some(name) => Err(self.error(format!("{name} is not an option here: {}", known.join(", ")))),
            None => Ok(()),
        }
    }

    /// Names of the options that [`Address::config`] reads.
    pub const CONFIG_OPTIONS: [&'static str; 16] = [
        "pes",
        "cluster",
        "act_depth",
        "ptr_depth",
        "weight_depth",
        "acc_depth",
        "bias_depth",
        "max_steps",
        "codebooks",
        "queue_depth",
        "run_bits",
        "acc_bits",
        "compact",
        "acc_in_luts",
        "relays",
        "near",
    ];

    /// Whether the options say what configuration the device has: those of devices that are made by opening them do,
    /// with what is usual for what they leave out.
    pub fn has_config(&self) -> bool {
        let made = ["model", "sim"].contains(&self.scheme.as_str());
        made || Self::CONFIG_OPTIONS.iter().any(|&name| self.options.contains_key(name))
    }

    /// The configuration that the options describe, for devices that are made by opening them.
    ///
    /// # Errors
    /// One that there cannot be.
    pub fn config(&self) -> Result<Config, TransportError> {
        let base = Config::for_pes(self.option("pes", 16)?).map_err(|e| self.error(e.to_string()))?;
        let params = Params {
            pes: base.pes,
            cluster: self.option("cluster", base.cluster)?,
            act_depth: self.option("act_depth", base.act_depth)?,
            ptr_depth: self.option("ptr_depth", base.ptr_depth)?,
            weight_depth: self.option("weight_depth", base.weight_depth)?,
            acc_depth: self.option("acc_depth", base.acc_depth)?,
            bias_depth: self.option("bias_depth", base.bias_depth)?,
            max_steps: self.option("max_steps", base.max_steps)?,
            codebooks: self.option("codebooks", base.codebooks)?,
            queue_depth: self.option("queue_depth", base.queue_depth)?,
            run_bits: self.option("run_bits", base.run_bits)?,
            acc_bits: self.option("acc_bits", base.acc_bits)?,
            compact: self.option("compact", base.compact)?,
            acc_in_luts: self.option("acc_in_luts", base.acc_in_luts)?,
            relays: self.option("relays", base.relays)?,
            near: self.option("near", base.near)?,
        };
        Config::new(params).map_err(|e| self.error(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let a = Address::parse("uart:/dev/ttyUSB0?baud=3000000").unwrap();
        assert_eq!((a.scheme.as_str(), a.path.as_str()), ("uart", "/dev/ttyUSB0"));
        assert_eq!(a.option("baud", 1u32).unwrap(), 3_000_000);
        assert_eq!(a.option("other", 1u32).unwrap(), 1);
        assert!(a.check_options(&["baud"]).is_ok());
        assert_eq!(
            a.check_options(&["parity"]).unwrap_err().to_string(),
            "uart:/dev/ttyUSB0?baud=3000000: baud is not an option here: parity"
        );
        let secret = Address::parse("tcp:h:1?token=abc&pes=4").unwrap();
        assert_eq!(
            (secret.text(), secret.option("token", String::new()).unwrap()),
            ("tcp:h:1?token=...&pes=4", "abc".into())
        );
        let b = Address::parse("tcp:localhost:7000").unwrap();
        assert_eq!(b.path, "localhost:7000");
        assert_eq!(Address::parse("model:?pes=4").unwrap().config().unwrap(), Config::for_pes(4).unwrap());
        for bad in ["nothing", "a:b?c", "a:b?c=1&c=2"] {
            assert!(Address::parse(bad).is_err(), "{bad}");
        }
        assert!(Address::parse("model:?pes=many").unwrap().config().is_err());
        assert!(Address::parse("model:?pes=9").unwrap().config().is_err());
    }
}
