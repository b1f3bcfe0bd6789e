//! The language of the filter: words and terms such as `status:5xx`, `-host:cdn` or `header:"set-cookie=a b"`, all of which must hold.
//!
//! Whatever is typed is a filter: a term that says nothing is a word, and one that is still being typed lets everything through.

use fivetwenty_captures::compare::Difference;
use fivetwenty_captures::edge;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::search::{Words, contains};

use super::pairs::{Candidate, body_bytes};

/// A filter that was understood.
pub(super) struct Filter<'a> {
    terms: Vec<(bool, Test<'a>)>,
}

enum Test<'a> {
    /// In method, URL, status, error or headers.
    Words(Words<'a>),
    Status(u16, u16),
    Method(String),
    Url(String),
    Host(String),
    Header(String, String),
    Ray(String),
    Colo(String),
    Type(String),
    Error(String),
    Differs(Difference),
    Larger(u64),
    Slower(f64),
    Cited,
    Failing,
}

impl<'a> Filter<'a> {
    /// Understands what was typed.
    pub(super) fn new(text: &str) -> Self {
        Self { terms: tokens(text).filter_map(|token| Some((token.negated, token.test()?))).collect() }
    }

    /// Whether a row passes.
    pub(super) fn passes(&self, row: &Candidate<'a>) -> bool {
        self.terms.iter().all(|(negated, test)| test.holds(row) != *negated)
    }
}

/// The filter that also asks for this value, in place of others of the same prefix, or does so no more; and whether it did.
pub(super) fn toggled(text: &str, prefix: &str, value: &str) -> (String, bool) {
    let mut chosen = false;
    let mut kept: Vec<String> = Vec::new();
    for token in tokens(text) {
        if token.negated || token.prefix != prefix {
            kept.push(token.raw.to_owned());
        } else {
            chosen |= token.value.eq_ignore_ascii_case(value);
        }
    }
    if !chosen {
        let value = value.replace('"', "");
        kept.push(if value.contains(char::is_whitespace) { format!("{prefix}:\"{value}\"") } else { format!("{prefix}:{value}") });
    }
    (kept.join(" "), chosen)
}

/// A term as it was typed.
struct Token<'a> {
    raw: &'a str,
    negated: bool,
    /// What stands before its colon; empty for words.
    prefix: &'a str,
    /// What stands behind it, without quotes.
    value: String,
    /// All of it, without quotes.
    whole: String,
}

/// The terms: blanks part them, but between quotes.
fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut quoted = false;
    let parts = text.split(move |letter: char| {
        quoted ^= letter == '"';
        letter.is_whitespace() && !quoted
    });
    parts.filter(|raw| !raw.is_empty()).map(|raw| {
        let term = raw.strip_prefix('-').filter(|rest| !rest.is_empty());
        let (negated, term) = (term.is_some(), term.unwrap_or(raw));
        let (prefix, value) = term.split_once(':').filter(|(prefix, _)| !prefix.contains('"')).unwrap_or(("", term));
        Token { raw, negated, prefix, value: value.replace('"', ""), whole: term.replace('"', "") }
    })
}

impl Token<'_> {
    /// What it asks for; `None` for one that has no value yet.
    fn test<'a>(&self) -> Option<Test<'a>> {
        let value = self.value.to_ascii_lowercase();
        let test = match self.prefix {
            "status" => status(&value).map(|(from, to)| Test::Status(from, to)),
            "method" => Some(Test::Method(value)),
            "url" => Some(Test::Url(value)),
            "host" => Some(Test::Host(value)),
            "header" => {
                let (name, value) = value.split_once(['=', ':']).unwrap_or((&value, ""));
                Some(Test::Header(name.trim().to_owned(), value.trim().to_owned()))
            }
            "ray" => Some(Test::Ray(value)),
            "colo" => Some(Test::Colo(value)),
            "type" => Some(Test::Type(value)),
            "error" => Some(Test::Error(value)),
            "differs" => DIFFERENCES.iter().find(|(name, _)| *name == value).map(|(_, differs)| Test::Differs(*differs)),
            "larger" => size(&value).map(Test::Larger),
            "slower" => value.strip_suffix("ms").unwrap_or(&value).parse().ok().map(Test::Slower),
            "is" if value == "cited" => Some(Test::Cited),
            "is" if value == "failing" => Some(Test::Failing),
            _ => None,
        };
        if !self.prefix.is_empty() && PREFIXES.contains(&self.prefix) && self.value.is_empty() || self.whole.is_empty() {
            return None;
        }
        Some(test.unwrap_or_else(|| Test::Words(Words::new(&self.whole))))
    }
}

/// The prefixes that are known.
const PREFIXES: [&str; 13] =
    ["status", "method", "url", "host", "header", "ray", "colo", "type", "error", "differs", "larger", "slower", "is"];

/// What two sides can differ in, by the words of the filter.
pub(super) const DIFFERENCES: [(&str, Difference); 6] = [
    ("status", Difference::Status),
    ("framing", Difference::Framing),
    ("headers", Difference::Headers),
    ("size", Difference::Size),
    ("protocol", Difference::Protocol),
    ("time", Difference::Time),
];

/// The statuses that are asked for, both ends included: `520`, `5xx`, `>=400`, `<500`, `500-599`, or `none`.
fn status(text: &str) -> Option<(u16, u16)> {
    let number = |text: &str| text.parse::<u16>().ok();
    if text == "none" {
        return Some((0, 0));
    }
    if let Some(class) = text.strip_suffix("xx") {
        let class = number(class)?.checked_mul(100)?;
        return Some((class, class.saturating_add(99)));
    }
    if let Some((from, to)) = text.split_once('-') {
        return Some((number(from)?, number(to)?));
    }
    let (sign, rest) = text.split_at(text.find(|letter: char| letter.is_ascii_digit())?);
    let status = number(rest)?;
    match sign {
        "" => Some((status, status)),
        ">" => Some((status.checked_add(1)?, u16::MAX)),
        ">=" => Some((status, u16::MAX)),
        // Below a number there is no response either, but whoever asks means an answer.
        "<" => Some((1, status.checked_sub(1)?)),
        "<=" => Some((1, status)),
        _ => None,
    }
}

/// Bytes: `10k`, `1.5m`, `800`.
fn size(text: &str) -> Option<u64> {
    let text = text.strip_suffix('b').unwrap_or(text);
    let (digits, unit) = match text.strip_suffix('k') {
        Some(digits) => (digits, 1e3),
        None => text.strip_suffix('m').map_or((text, 1.0), |digits| (digits, 1e6)),
    };
    let bytes: f64 = digits.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
    Some((bytes * unit) as u64)
}

impl<'a> Test<'a> {
    fn holds(&self, row: &Candidate<'a>) -> bool {
        match self {
            Self::Cited => row.cited,
            Self::Differs(difference) => row.differs.contains(difference),
            _ => row.sides.iter().flatten().any(|entry| self.holds_of(entry)),
        }
    }

    fn holds_of(&self, entry: &'a Entry) -> bool {
        let (request, response) = (&entry.request, &entry.response);
        let is = |text: &str, wanted: &str| text.eq_ignore_ascii_case(wanted);
        let headers = || request.headers.iter().chain(&response.headers);
        match self {
            Self::Words(words) => words.are_in(entry),
            Self::Status(from, to) => (*from..=*to).contains(&response.status),
            Self::Method(method) => is(&request.method, method),
            Self::Url(text) => contains(&request.url, text),
            Self::Host(text) => contains(host(&request.url), text),
            Self::Header(name, value) => headers().any(|header| contains(&header.name, name) && contains(&header.value, value)),
            Self::Ray(text) => match response.header("cf-ray") {
                Some(header) => contains(&header.value, text),
                None => edge::ray(entry).is_some_and(|ray| contains(&ray.id(), text)),
            },
            Self::Colo(code) => edge::colo(entry).is_some_and(|colo| is(colo.as_str(), code)),
            Self::Type(kind) => entry.resource_type.as_deref().is_some_and(|of| is(of, kind)) || contains(&response.mime_type, kind),
            Self::Error(text) => response.error.as_deref().is_some_and(|error| contains(error, text)),
            Self::Larger(bytes) => body_bytes(entry).is_some_and(|size| size > *bytes),
            Self::Slower(ms) => entry.time_ms.is_some_and(|time| time > *ms),
            Self::Failing => edge::is_failing(entry),
            Self::Cited | Self::Differs(_) => false,
        }
    }
}

/// The host of a URL, with what may stand before it. It is looked for in every entry with each key, so nothing else of the URL is taken apart.
fn host(url: &str) -> &str {
    let rest = url.split_once("//").map_or(url, |(_, rest)| rest);
    &rest[..memchr::memchr3(b'/', b'?', b'#', rest.as_bytes()).unwrap_or(rest.len())]
}

#[cfg(test)]
mod tests {
    use fivetwenty_captures::har::Header;

    use super::*;

    fn entry() -> Entry {
        let mut entry = Entry { time_ms: Some(700.0), resource_type: Some("xhr".into()), ..Entry::default() };
        entry.request.url = "https://shop.example/api/Orders?page=2".into();
        entry.request.method = "POST".into();
        entry.response.status = 520;
        entry.response.body_size = Some(12_000);
        let fields = [("Cache-Control", "no-store, private"), ("CF-RAY", "a5d9218c0625c170-FRA"), ("x-note", "a b")];
        let field = |(name, value): (&str, &str)| Header { name: name.into(), value: value.into(), length: 9, hash: 0 }.into();
        entry.response.headers = fields.into_iter().map(field).collect();
        entry
    }

    fn passes(text: &str) -> bool {
        let entry = entry();
        Filter::new(text).passes(&Candidate { sides: [Some(&entry), None], differs: &[Difference::Status], cited: true })
    }

    /// Breaks when a term lets through what it should not, keeps out what it should not, or is taken for something else.
    #[test]
    fn terms_say_what_they_mean() {
        let yes = "|orders|PAGE=2|520|post|no-store|cache-control|a5d9218c|status:520|status:5xx|status:>=400|status:>519|status:<=520|\
            status:500-599|-status:200|method:post|host:shop|-host:cdn|url:/api/|header:cache-control|header:cache-control=no-store|\
            header:\"x-note=a b\"|ray:a5d|colo:fra|type:XHR|is:cited|is:failing|larger:10k|larger:0.01m|slower:500|slower:699ms|differs:status|\
            status:|host:|-status:|orders status:520 -host:cdn|\"no-store, private\"|\"|-\"\"|-|-unknown:x";
        for text in yes.split('|') {
            assert!(passes(text), "{text:?}");
        }
        let no = "nothing|-520|status:200|status:4xx|status:<520|status:>520|-status:5xx|status:none|method:get|host:cdn|-host:shop|\
            header:set-cookie|header:cache-control=public|ray:b|colo:LHR|type:script|larger:12k|slower:700|differs:time|-is:cited|\
            orders status:200|status:abc|unknown:x|\"orders status:520\"|is:else|error:reset";
        for text in no.split('|') {
            assert!(!passes(text), "{text:?}");
        }
    }

    /// Breaks when a click on a value adds it twice, does not take it away again, or loses what else was typed.
    #[test]
    fn a_value_is_chosen_and_let_go() {
        for (text, prefix, value, after, chosen) in [
            ("", "status", "520", "status:520", false),
            ("orders  status:520 -host:cdn", "status", "520", "orders -host:cdn", true),
            ("status:520 orders", "status", "200", "orders status:200", false),
            ("-status:520", "status", "520", "-status:520 status:520", false),
            ("", "type", "a \"b", "type:\"a b\"", false),
            ("type:\"a b\"", "type", "A b", "", true),
        ] {
            assert_eq!(toggled(text, prefix, value), (after.to_owned(), chosen), "{text}");
        }
    }

    proptest::proptest! {
        /// Breaks when anything that can be typed makes a panic, or a filter is not the contrary of its negation.
        #[test]
        fn whatever_is_typed_is_a_filter(
            text in "((-|status:|header:|larger:|slower:|is:|ray:|url:|differs:|\"|>=|5xx|[0-9]{1,6}|é|\u{202e}| |[ -~]){0,12})",
            word in "[a-z0-9]{1,6}",
        ) {
            let filter = Filter::new(&text);
            let entry = entry();
            let row = Candidate { sides: [None, Some(&entry)], differs: &[], cited: false };
            filter.passes(&row);
            toggled(&text, "status", &word);
            proptest::prop_assert_ne!(Filter::new(&word).passes(&row), Filter::new(&format!("-{word}")).passes(&row));
        }
    }
}
