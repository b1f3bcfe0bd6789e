//! Tokens: what stands where a value was, and the one map from values to tokens.

use serde::{Deserialize, Serialize};

use super::{detect, leak_check};
use fivetwenty_captures::compare::looks_like_chance;
use fivetwenty_captures::evidence::token::Token;
use fivetwenty_captures::order::Numbers;

/// What stands for values that were removed: equal values get the same number in all files that share the map, so that a comparison
/// finds them equal still.
///
/// A token is `[cookie session #3, 43 bytes]`, in a URL `[query-3,43-bytes]`: the kind of the value, its name where it has a harmless one,
/// its number, and its length where that tells nothing.
#[derive(Clone, Default)]
pub struct Tokens {
    numbers: Numbers,
    /// Of each value, by its place in `numbers`: its token's number, and whether it is in `removed` or need not be.
    given: Vec<(u32, bool)>,
    /// Numbers up to here are taken, also by tokens that stood in a file already.
    taken: u32,
    removed: Vec<Removed>,
    removed_bytes: usize,
    counts: Vec<Count>,
    rows: Numbers,
    /// Texts that were looked at and hide nothing: names repeat in every entry.
    harmless: Numbers,
    harmless_count: usize,
    /// What stays by the policy or the person's wish, each once, line by line.
    stays: String,
    staying: Numbers,
    full: bool,
}

/// A value that was removed, to be looked for in what leaves.
#[derive(Clone, PartialEq, Eq)]
pub struct Removed {
    /// Its kind.
    pub kind: Kind,
    /// The value, or its first [`REMOVED_MAX`] bytes.
    pub value: Box<str>,
    /// Its token's number.
    pub number: u32,
}

/// How often values of one kind were removed from one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// What they were.
    pub kind: Kind,
    /// Where they stood, for instance `request.headers`.
    pub place: &'static str,
    /// Their name, for instance the cookie's; empty when there is none or it may not be shown.
    pub name: Box<str>,
    /// How often.
    pub times: u64,
    /// The number of the first one's token, by which [`Tokens::value`] finds it.
    pub first: u32,
}

/// What a value was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A cookie's value.
    Cookie,
    /// A header's value.
    Header,
    /// What proves who somebody is: the value behind `Bearer` and the like.
    Credentials,
    /// A JSON Web Token.
    Jwt,
    /// A private key.
    Key,
    /// A key of a service's interface, as its beginning tells.
    ApiKey,
    /// The value of a parameter in a query.
    Query,
    /// The same, and it looks like a time or like chance.
    Chance,
    /// What follows the `#` of a URL.
    Fragment,
    /// User name and password in a URL.
    User,
    /// A part of a path.
    Path,
    /// A field of a form.
    Form,
    /// A file in a form.
    File,
    /// A value in a JSON body.
    Json,
    /// A body.
    Body,
    /// A title.
    Title,
    /// A comment.
    Comment,
    /// A name that may be a secret itself.
    Name,
    /// An e-mail address.
    Email,
    /// An IP address.
    Ip,
    /// The number of a payment card.
    Card,
    /// Any other text.
    Text,
}

/// Groups of kinds, as a person reviews them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// Cookies.
    Cookies,
    /// What lets somebody in.
    Credentials,
    /// What is about a person.
    Personal,
    /// Values of URLs and forms.
    Parameters,
    /// What was sent and received.
    Bodies,
    /// All else.
    Other,
}

impl Group {
    /// All of them, in the order in which a person reviews them.
    pub const ALL: [Self; 6] = [Self::Cookies, Self::Credentials, Self::Personal, Self::Parameters, Self::Bodies, Self::Other];
}

/// Where a token will stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a text.
    Text,
    /// In a URL or a form, where it must not hold a sign that has a meaning there.
    Url,
}

/// Bytes that are kept of a removed value.
pub const REMOVED_MAX: usize = 256;
/// Bytes of removed values that are kept in all, about.
const REMOVED_ALL: usize = 64_000_000;
/// Bytes of texts that stay and are remembered.
const STAYS_MAX: usize = 8_000_000;
/// Values that are told apart.
const MAX_VALUES: usize = 2_000_000;
/// Rows of counts; what comes then is counted without its name.
const MAX_ROWS: usize = 5_000;
/// Values up to so many bytes are compared themselves, longer ones by length and hash.
const COMPARED: usize = 100;

const KINDS: [Kind; 22] = [
    Kind::Cookie,
    Kind::Header,
    Kind::Credentials,
    Kind::Jwt,
    Kind::Key,
    Kind::ApiKey,
    Kind::Query,
    Kind::Chance,
    Kind::Fragment,
    Kind::User,
    Kind::Path,
    Kind::Form,
    Kind::File,
    Kind::Json,
    Kind::Body,
    Kind::Title,
    Kind::Comment,
    Kind::Name,
    Kind::Email,
    Kind::Ip,
    Kind::Card,
    Kind::Text,
];

impl Tokens {
    /// What was removed and can be looked for, in the order of its first coming: values of 8 bytes and more that hardly stand anywhere by
    /// chance. Ordinary words, dates, small numbers and whole bodies are not among them: of those the fields themselves are the proof.
    pub fn removed(&self) -> &[Removed] {
        &self.removed
    }

    /// What was removed, how often, and where; in the order of its first coming.
    pub fn counts(&self) -> &[Count] {
        &self.counts
    }

    /// Texts that stay where they stand, by the policy or the person's wish, line by line: what equals them is no leak.
    pub fn stays(&self) -> &str {
        &self.stays
    }

    /// Notes such a text.
    pub fn stay(&mut self, text: &str) {
        // Beyond the limit a text that stays may look like a leak, which errs on the safe side.
        if text.len() >= leak_check::SHORTEST && text.len() + self.stays.len() < STAYS_MAX && self.staying.number(text).1 {
            self.stays.push_str(text);
            self.stays.push('\n');
        }
    }

    /// The value that a token stands for, where it was kept.
    pub fn value(&self, number: u32) -> Option<&str> {
        self.removed.iter().find(|removed| removed.number == number).map(|removed| &*removed.value)
    }

    /// There were so many values that not all are in [`removed`](Self::removed) or told apart: what leaves cannot be checked against them.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// The token of a value, which is `length` bytes long as it stands in the file; a value that is a token stays.
    pub(super) fn token(&mut self, kind: Kind, name: &str, value: &str, length: usize, place: Place, field: &'static str) -> String {
        if let Some((token, number)) = parse(value)
            && token == value.len()
        {
            self.taken = self.taken.max(number);
            return value.to_owned();
        }
        let at = self.row(value, None);
        let number = self.number(at);
        if let Some((_, listed)) = at.and_then(|at| self.given.get_mut(at))
            && !*listed
            && !matches!(kind, Kind::Body | Kind::Title)
        {
            *listed = true;
            self.keep(kind, value, number);
        }
        self.write(kind, name, length as u64, number, place, field)
    }

    /// The token of a value that was not kept: its length and hash are known.
    pub(super) fn token_of_hash(&mut self, kind: Kind, length: u64, hash: u64, field: &'static str) -> String {
        let at = self.row("", Some((length, hash)));
        let number = self.number(at);
        self.write(kind, "", length, number, Place::Text, field)
    }

    /// [`detect::hides`], remembered.
    pub(super) fn hides(&mut self, text: &str) -> bool {
        const MOST: usize = 5_000;
        const LONGEST: usize = 200;
        if self.harmless.get(text).is_some() {
            return false;
        }
        let hides = detect::hides(text);
        if !hides && self.harmless_count < MOST && text.len() <= LONGEST {
            self.harmless_count += 1;
            self.harmless.number(text);
        }
        hides
    }

    fn number(&self, place: Option<usize>) -> u32 {
        place.and_then(|at| self.given.get(at)).map_or(0, |(number, _)| *number)
    }

    /// The place of a value, which gets a number when it comes for the first time.
    fn row(&mut self, value: &str, hashed: Option<(u64, u64)>) -> Option<usize> {
        let key;
        let key = match hashed {
            None if value.len() <= COMPARED => value,
            _ => {
                let (length, hash) = hashed.unwrap_or_else(|| (value.len() as u64, fivetwenty_captures::json::hash(value.as_bytes())));
                key = format!("\u{0}{length} {hash:x}");
                &key
            }
        };
        if let Some(at) = self.numbers.get(key) {
            return Some(at);
        }
        if self.given.len() >= MAX_VALUES {
            self.full = true;
            return None;
        }
        self.taken = self.taken.saturating_add(1);
        self.given.push((self.taken, false));
        Some(self.numbers.number(key).0)
    }

    fn keep(&mut self, kind: Kind, value: &str, number: u32) {
        if !is_telling(value) {
            return;
        }
        let most = value.len().min(REMOVED_MAX);
        if self.removed_bytes + most > REMOVED_ALL {
            self.full = true;
            return;
        }
        self.removed_bytes += most + 32;
        self.removed.push(Removed { kind, value: value[..value.floor_char_boundary(most)].into(), number });
    }

    fn write(&mut self, kind: Kind, name: &str, length: u64, number: u32, place: Place, field: &'static str) -> String {
        let name = if kind == Kind::Jwt || (is_name(name) && !self.hides(name)) { name } else { "" };
        self.count(kind, name, number, field);
        let word = kind.word();
        // How long a password is helps who guesses it.
        let hides_length = kind == Kind::Form || detect::is_password(name);
        let plural = if length == 1 { "" } else { "s" };
        match place {
            Place::Url if hides_length => format!("[{word}-{number}]"),
            Place::Url => format!("[{word}-{number},{length}-byte{plural}]"),
            Place::Text => {
                let space = if name.is_empty() { "" } else { " " };
                if hides_length {
                    format!("[{word}{space}{name} #{number}]")
                } else {
                    format!("[{word}{space}{name} #{number}, {length} byte{plural}]")
                }
            }
        }
    }

    fn count(&mut self, kind: Kind, name: &str, first: u32, place: &'static str) {
        let name = if self.counts.len() < MAX_ROWS { name } else { "" };
        let key = [kind.word(), place, name].join("\n");
        let (row, new) = self.rows.number(&key);
        if new {
            self.counts.push(Count { kind, place, name: name.into(), times: 0, first });
        }
        if let Some(count) = self.counts.get_mut(row) {
            count.times += 1;
        }
    }
}

impl Kind {
    /// As it stands in a token.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::Header => "header",
            Self::Credentials => "credentials",
            Self::Jwt => "jwt",
            Self::Key => "key",
            Self::ApiKey => "apikey",
            Self::Query => "query",
            Self::Chance => "chance",
            Self::Fragment => "fragment",
            Self::User => "user",
            Self::Path => "path",
            Self::Form => "field",
            Self::File => "file",
            Self::Json => "json",
            Self::Body => "body",
            Self::Title => "title",
            Self::Comment => "comment",
            Self::Name => "name",
            Self::Email => "email",
            Self::Ip => "ip",
            Self::Card => "card",
            Self::Text => "text",
        }
    }

    /// The group that a person finds it in.
    pub fn group(self) -> Group {
        match self {
            Self::Cookie => Group::Cookies,
            Self::Credentials | Self::Jwt | Self::Key | Self::ApiKey | Self::User => Group::Credentials,
            Self::Email | Self::Ip | Self::Card => Group::Personal,
            Self::Query | Self::Chance | Self::Fragment | Self::Path | Self::Form => Group::Parameters,
            Self::File | Self::Json | Self::Body => Group::Bodies,
            Self::Header | Self::Title | Self::Comment | Self::Name | Self::Text => Group::Other,
        }
    }
}

/// Prints no value.
impl std::fmt::Debug for Removed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sensitive({}, {} bytes)", self.kind.word(), self.value.len())
    }
}

/// The token at the start of a text: its own length, and its number. A name in it must be one that may stay.
pub(super) fn parse(text: &str) -> Option<(usize, u32)> {
    let token = Token::read(text)?;
    let name = token.name;
    let harmless = match token.kind {
        _ if name.is_empty() => true,
        "jwt" => name.split([' ', ',']).all(is_harmless_name),
        _ => is_harmless_name(name),
    };
    (harmless && KINDS.iter().any(|kind| kind.word() == token.kind)).then_some((token.length, token.number))
}

/// A text is one token.
pub(super) fn is_token(text: &str) -> bool {
    parse(text).is_some_and(|(length, ..)| length == text.len())
}

/// Whether a value looks like a time or like chance, which decides whether two requests are the same.
pub(super) fn query_kind(value: &str) -> Kind {
    if looks_like_chance(value) { Kind::Chance } else { Kind::Query }
}

/// A name that may stand in a token.
pub(super) fn is_harmless_name(name: &str) -> bool {
    is_name(name) && !detect::hides(name)
}

fn is_name(name: &str) -> bool {
    (1..=40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.$:-".contains(&byte))
}

/// A value that stands nowhere by chance: it is long enough, and neither a word nor a date nor the like.
fn is_telling(value: &str) -> bool {
    let count = |is: fn(&u8) -> bool| value.bytes().filter(is).count();
    let digits = count(u8::is_ascii_digit);
    let letters = count(u8::is_ascii_alphabetic);
    let upper = count(u8::is_ascii_uppercase);
    if value.len() < 8 || value.contains("://") || value.starts_with('/') {
        return false;
    }
    if letters == 0 || (letters <= 2 && value.contains('T') && value.contains(':')) {
        return digits >= 12 && digits == value.len();
    }
    // A media type, a path, a header's name.
    let words = value.bytes().all(|byte| byte.is_ascii_lowercase() || b"-_/.+".contains(&byte));
    (value.len() >= 24 && (!words || letters == value.len()))
        || digits >= 2
        || (upper > 1 && upper < letters && digits > 0)
        || value.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when the same value gets two tokens, two values one, or a token is not taken for one.
    #[test]
    fn equal_values_are_equal_still() {
        let mut tokens = Tokens::default();
        let mut token = |kind, name, value, place| tokens.token(kind, name, value, value.len(), place, "x");
        let first = token(Kind::Cookie, "session", "8c1f42d07be94a36", Place::Text);
        assert_eq!(first, "[cookie session #1, 16 bytes]");
        assert_eq!(token(Kind::Query, "id", "8c1f42d07be94a36", Place::Url), "[query-1,16-bytes]");
        assert_eq!(token(Kind::Query, "page", "2", Place::Url), "[query-2,1-byte]");
        assert_eq!(token(Kind::Form, "password", "hunter2", Place::Text), "[field password #3]");
        assert_eq!(token(Kind::Json, "not a name", "x", Place::Text), "[json #4, 1 byte]");
        assert_eq!(token(Kind::Cookie, "other", &first, Place::Text), first);
        assert!(tokens.removed().iter().map(|removed| &*removed.value).eq(["8c1f42d07be94a36"]));
        assert_eq!(format!("{:?}", tokens.removed()[0]), "Sensitive(cookie, 16 bytes)");
        for text in ["[cookie session #1, 16 bytes]", "[query-1,16-bytes]", "[field password #3]", "[field-3]", "[body #2, 1 byte]"] {
            assert!(is_token(text), "{text}");
        }
        for text in [
            "[cookie session #1, 16 bytes",
            "[secret #1]",
            "[cookie alice@example.com #1]",
            "[cookie #x]",
            "[1]",
            "[]",
            "[cookie s3cr3t2x #1]",
        ] {
            assert!(!is_token(text), "{text}");
        }
    }

    /// Breaks when a number is given twice because a token was there already.
    #[test]
    fn numbers_of_tokens_that_were_there_are_not_used_again() {
        let mut tokens = Tokens::default();
        tokens.token(Kind::Cookie, "", "[cookie a #7, 3 bytes]", 22, Place::Text, "x");
        assert_eq!(tokens.token(Kind::Cookie, "b", "new", 3, Place::Text, "x"), "[cookie b #8, 3 bytes]");
    }
}
