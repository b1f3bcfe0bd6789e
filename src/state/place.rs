//! The places of a result. Each has an address: the part of the page's URL behind `#`.

use fivetwenty_model::Side;

use super::person::Mode;
use super::rows::Seek;

/// A place of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// What to do, a step at a time: `#fix`.
    Fix,
    /// Requests of both captures, those that match a filter: `#compare` or `#compare/status:520`.
    Compare(String),
    /// One request in Compare: `#row/p6` is entry 6 of the capture through Cloudflare, `#row/d4/response.status` a field of entry 4 of the
    /// direct one.
    Row(Seek),
    /// Evidence, from the top or of one cause: `#evidence` or `#evidence/empty-reply`.
    Evidence(String),
    /// Texts and files to send, for one recipient: `#send` or `#send/host`.
    Send(String),
    /// All else, or a part of it: `#more` or `#more/probe`.
    More(String),
}

/// The places that the page links, in their order, each by its address.
pub const PLACES: [&str; 5] = ["fix", "compare", "evidence", "send", "more"];

impl Place {
    /// The place at an address, percent-decoded and without its `#`. `None` for any other address: a link may come from anybody.
    pub fn at(address: &str) -> Option<Self> {
        let (root, rest) = address.split_once('/').unwrap_or((address, ""));
        let rest = rest.to_owned();
        match root {
            "fix" => Some(Self::Fix),
            "compare" => Some(Self::Compare(rest)),
            "row" => row(&rest).map(Self::Row),
            "evidence" => Some(Self::Evidence(rest)),
            "send" => Some(Self::Send(rest)),
            "more" => Some(Self::More(rest)),
            _ => None,
        }
    }

    /// The place that opens first for a person.
    pub fn first(mode: Mode) -> Self {
        if mode == Mode::Support { Self::Compare(String::new()) } else { Self::Fix }
    }

    /// Which of [`PLACES`] it is in.
    pub fn root(&self) -> &'static str {
        match self {
            Self::Fix => "fix",
            Self::Compare(_) | Self::Row(_) => "compare",
            Self::Evidence(_) => "evidence",
            Self::Send(_) => "send",
            Self::More(_) => "more",
        }
    }
}

/// The address of an entry's row, with its `#`. A `field` that is not empty is marked there.
pub fn row_address(side: Side, entry: u32, field: &str) -> String {
    let letter = if side == Side::Direct { 'd' } else { 'p' };
    let slash = if field.is_empty() { "" } else { "/" };
    format!("#row/{letter}{entry}{slash}{field}")
}

fn row(rest: &str) -> Option<Seek> {
    let (entry, field) = rest.split_once('/').unwrap_or((rest, ""));
    let side = match entry.get(..1)? {
        "p" => Side::Proxied,
        "d" => Side::Direct,
        _ => return None,
    };
    Some(Seek { side, entry: entry.get(1..)?.parse().ok()?, field: field.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when an address that the page writes leads elsewhere, or one that it never writes leads anywhere.
    #[test]
    fn addresses_lead_to_places() {
        for root in PLACES {
            assert_eq!(Place::at(root).map(|place| place.root()), Some(root));
        }
        assert_eq!(Place::at("compare/status:520 a/b"), Some(Place::Compare("status:520 a/b".to_owned())));
        assert_eq!(Place::at("evidence/empty-reply"), Some(Place::Evidence("empty-reply".to_owned())));
        for (side, field) in [(Side::Proxied, "response.headers.cf-ray"), (Side::Direct, "")] {
            let address = row_address(side, 42, field);
            let seek = Seek { side, entry: 42, field: field.to_owned() };
            assert_eq!(Place::at(&address[1..]), Some(Place::Row(seek)));
        }
        for other in ["", "states", "row/", "row/x1", "row/p", "row/p-1", "row/p99999999999", "row/\u{e9}1", "/fix", "Fix"] {
            assert_eq!(Place::at(other), None, "{other}");
        }
    }

    /// Breaks when a person lands where their first question is not answered.
    #[test]
    fn each_person_starts_at_their_place() {
        assert_eq!([Mode::Owner, Mode::Support].map(|mode| Place::first(mode).root()), ["fix", "compare"]);
    }
}
