use serde::{Deserialize, Serialize};

/// The side of Cloudflare that something was seen from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Requests that went through Cloudflare.
    Proxied,
    /// Requests that went straight to the origin.
    Direct,
    /// Requests through Cloudflare that were recorded after a fix.
    After,
}

impl Side {
    /// All of them, in the order in which they are shown and redacted.
    pub const ALL: [Self; 3] = [Self::Proxied, Self::Direct, Self::After];

    /// The other one of the two that are compared; a capture recorded after a fix has none.
    #[must_use]
    pub fn swapped(self) -> Self {
        match self {
            Self::Proxied => Self::Direct,
            Self::Direct => Self::Proxied,
            Self::After => Self::After,
        }
    }

    /// As data names it: `proxied`, `direct` or `after`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Proxied => "proxied",
            Self::Direct => "direct",
            Self::After => "after",
        }
    }

    /// In a few words, as a part of a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Proxied => "through Cloudflare",
            Self::Direct => "direct to the origin",
            Self::After => "after the fix",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when exchanging the captures mixes up a side, or two sides have one name in data.
    #[test]
    fn sides_are_exchanged_and_named() {
        assert_eq!(Side::ALL.map(Side::swapped), [Side::Direct, Side::Proxied, Side::After]);
        assert_eq!(Side::ALL.map(Side::id), ["proxied", "direct", "after"]);
        assert!(Side::ALL.iter().all(|side| !side.label().is_empty() && side.swapped().swapped() == *side));
    }
}
