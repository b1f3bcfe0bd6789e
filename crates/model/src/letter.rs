//! Texts to send: segments that are written, and gaps that a person fills in.

use serde::{Deserialize, Serialize};

use crate::advice::words;

/// A heading of the case for support, by which it is recognised when somebody gives it back.
pub const NEEDED: &str = "What we need from Cloudflare";

words! {
    /// Who a text is for, the most requested first.
    Recipient {
        /// Cloudflare's support.
        Support = "Cloudflare support",
        /// Who runs the origin.
        Hosting = "Host",
        /// Everybody.
        Community = "Community",
        /// The site's owner, from a visitor.
        Owner = "Owner of the site",
    }
}

words! {
    /// What the captures do not show, and a person knows. Filled in once, it stands in every text that has it.
    Field {
        /// What fails at all, without a capture.
        Failure = "What fails",
        /// The zone at Cloudflare.
        Zone = "Zone",
        /// The host that fails.
        Host = "Host",
        /// The request that fails.
        Url = "URL",
        /// When it failed.
        Time = "Time",
        /// Its Ray ID.
        RayId = "Ray ID",
        /// The data centre that received it.
        Colo = "Data centre",
        /// What the error page says.
        ErrorText = "Error text",
        /// What a direct request returns.
        OriginResponse = "Response of the origin",
        /// The addresses of the origin.
        OriginAddress = "Origin IP address",
        /// Since when, and how often.
        Frequency = "Since when, and how often",
        /// How to see the error.
        Steps = "Steps to reproduce",
        /// Who is affected.
        Impact = "Impact",
        /// What changed before the error.
        Changed = "What changed",
        /// What the person did.
        Tried = "What was tried",
        /// The server, the application and the plan.
        Setup = "Setup",
        /// What the person wants to know.
        Question = "Your question",
        /// What `/cdn-cgi/trace` returns.
        Trace = "Output of /cdn-cgi/trace",
        /// Lines of the origin's logs.
        OriginLog = "Origin log",
    }
}

impl Field {
    /// What to fill in, in a few words.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Failure => "the URL, the error and when it started",
            Self::Zone => "the zone name or zone ID, from the dashboard's Overview page",
            Self::Host => "the host that fails",
            Self::Url => "the method and the URL that fails",
            Self::Time => "the date and time in UTC",
            Self::RayId => "the Ray ID at the foot of the error page",
            Self::Colo => "the data centre, in the line colo of /cdn-cgi/trace",
            Self::ErrorText => "the error page's text, its code and its Ray ID",
            Self::OriginResponse => "the response of the origin without Cloudflare",
            Self::OriginAddress => "the IP address of each origin server",
            Self::Frequency => "since when, how often, from which places",
            Self::Steps => "the steps in a new private window, with the full URL",
            Self::Impact => "how many visitors or orders, what fails for them, and whether there is a workaround",
            Self::Changed => "deployment, certificate, DNS, firewall, plugin or Cloudflare setting, with the time; or \"nothing known\"",
            Self::Tried => "each step and its result; or \"nothing yet\"",
            Self::Setup => "server, application, host, plan and SSL mode",
            Self::Question => "what you want to know",
            Self::Trace => "its lines, without the line ip=",
            Self::OriginLog => "the lines of the access log and the error log at these times",
        }
    }
}

/// What a person can fill in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Gap {
    /// What the captures do not show.
    Field(Field),
    /// The value of a parameter of the failing URL, by its number in the query.
    Value(u32),
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// The text. Of a gap what stands there until it is filled in.
    pub text: String,
    /// The gap that it is.
    pub gap: Option<Gap>,
}

/// Segments as one text, with what fills the gaps; `None` leaves a gap as it is.
pub fn fill(segments: &[Segment], filled: impl Fn(Gap) -> Option<String>) -> String {
    let mut out = String::new();
    for segment in segments {
        match segment.gap.and_then(&filled) {
            Some(text) => out.push_str(&text),
            None => out.push_str(&segment.text),
        }
    }
    out
}

/// One text, in two forms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Its subject, one line of plain text.
    pub subject: String,
    /// The text, with lines of any length.
    pub plain: Vec<Segment>,
    /// The same as Markdown.
    pub markdown: Vec<Segment>,
}

impl Letter {
    /// Subject and text, with the gaps as they are.
    pub fn to_text(&self) -> String {
        ["Subject: ", &self.subject, "\n\n", &fill(&self.plain, |_| None)].concat()
    }
}

/// A value of the failing URL that is masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Masked {
    /// The number of its parameter in the query, from 0.
    pub number: u32,
    /// The parameter's name.
    pub name: String,
    /// What stands in its place.
    pub mask: String,
}

/// A step that a person may have taken, as the texts write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// As plain text.
    pub plain: String,
    /// As Markdown.
    pub markdown: String,
}

/// The four texts, and what a person can fill into them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letters {
    /// A case for Cloudflare's support, in the order of its form.
    pub support: Letter,
    /// To whoever runs the origin.
    pub hosting: Letter,
    /// For everybody to read: no address of the origin, nobody's data.
    pub community: Letter,
    /// From a visitor to the site's owner.
    pub owner: Letter,
    /// The failing request that they name: its index in the proxied capture.
    pub entry: Option<u32>,
    /// Its URL, as they show it.
    pub url: String,
    /// The masked values of that URL.
    pub values: Vec<Masked>,
    /// The steps of the first finding that apply, in their order.
    pub steps: Vec<Taken>,
}

impl Letters {
    /// The text for somebody.
    pub fn to(&self, recipient: Recipient) -> &Letter {
        match recipient {
            Recipient::Support => &self.support,
            Recipient::Hosting => &self.hosting,
            Recipient::Community => &self.community,
            Recipient::Owner => &self.owner,
        }
    }
}

/// A value as it can stand in a URL between quotes: whatever is none of its plain signs becomes `%` and two digits.
pub fn value_in_url(value: &str) -> String {
    let mut out = String::new();
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~%+:,;/@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            out.push('%');
            out.extend([byte >> 4, byte & 15].map(|digit| char::from(DIGITS[usize::from(digit)])));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a gap that is filled in keeps its hint, one that is not loses it, or the order changes.
    #[test]
    fn gaps_are_filled_in_place() {
        let segment = |text: &str, gap| Segment { text: text.to_owned(), gap };
        let (zone, value) = (Some(Gap::Field(Field::Zone)), Some(Gap::Value(1)));
        let text = [segment("Zone: ", None), segment("[zone]", zone), segment(", ?a=", None), segment("[2 bytes]", value)];
        assert_eq!(fill(&text, |_| None), "Zone: [zone], ?a=[2 bytes]");
        assert_eq!(fill(&text, |gap| (gap == Gap::Value(1)).then(|| "xy".to_owned())), "Zone: [zone], ?a=xy");
    }

    /// Breaks when a value ends the quotes of a command or the code span around a URL, or another parameter begins in it.
    #[test]
    fn a_value_stays_within_its_parameter() {
        assert_eq!(value_in_url("a b'`&#\"$(id)\u{e4}"), "a%20b%27%60%26%23%22%24%28id%29%C3%A4");
        assert_eq!(value_in_url("2026-11-21T04:18:20+00%2F"), "2026-11-21T04:18:20+00%2F");
    }
}
