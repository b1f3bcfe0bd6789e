//! What was removed anywhere in a case, and what the person named: none of it may stand in anything that stays.

use aho_corasick::nfa::contiguous::NFA;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fivetwenty_captures::order::{Numbers, sort_by_key};

use crate::detect;
use crate::kind::Kind;
use crate::leak_check::Scan;
use crate::policy::{Policy, What};

/// Letters of a removed value that stands elsewhere too: a shorter one stands there by chance.
const MIN_LETTERS: usize = 6;
/// Bytes of a value at most; a longer one stands in no name and no path.
const MAX_VALUE: usize = 256;
/// Bytes of the values that are kept while a case is read, about, and of those that are searched for.
const MAX_BYTES: usize = 64_000_000;
const MAX_SEARCHED: usize = 1 << 20;
/// Entries in which a part of a path or a key of JSON stands for it to be a part of the site.
const MANY: u32 = 5;

/// What may not stand in anything that stays.
#[derive(Default)]
pub(crate) struct Vocabulary {
    automaton: Option<NFA>,
    /// The first so many patterns are what the person named.
    named: usize,
    /// The values, by pattern.
    values: Vec<Box<str>>,
    /// They without regard to how they are written.
    forms: Numbers,
    /// The site's own hosts.
    hosts: Option<Vec<String>>,
    /// Parts of paths and keys that many entries have.
    frequent: Numbers,
}

impl Vocabulary {
    /// Only what the person named.
    pub(crate) fn named(policy: &Policy) -> Self {
        let named = policy.add.iter().filter(|rule| rule.what == What::Text && !rule.name.trim().is_empty());
        let values: Vec<Box<str>> = named.map(|rule| rule.name.trim().into()).collect();
        let named = values.len();
        Self::with(values, named)
    }

    fn with(values: Vec<Box<str>>, named: usize) -> Self {
        let (mut forms, mut patterns, mut new, mut kept) = (Numbers::default(), Vec::new(), Self::default(), 0);
        for (at, value) in values.into_iter().enumerate() {
            let form = folded(&value);
            if forms.number(&form).1 {
                kept += usize::from(at < named);
                patterns.push(form);
                new.values.push(value);
            }
        }
        let automaton = NFA::builder().prefilter(false).ascii_case_insensitive(true).build(&patterns);
        // It fails only for more bytes than are taken here.
        new.automaton = automaton.ok().filter(|_| !patterns.is_empty());
        Self { named: kept, forms, ..new }
    }

    /// The value that stands in a text, however it is written there; what the person named comes first. Where a text says nothing but what a
    /// thing is, only that is looked for.
    pub(crate) fn find(&self, text: &str) -> Option<&str> {
        let automaton = self.automaton.as_ref()?;
        let decoded = detect::percent_decoded(text);
        let mut found = usize::MAX;
        let mut look = |text: &str| Scan::new(automaton).push(text.as_bytes(), &mut |pattern, _, _| found = found.min(pattern));
        look(text);
        let fold = folded(decoded.as_deref().unwrap_or(text));
        if fold != text {
            look(&fold);
        }
        if found >= self.named && (detect::is_known(decoded.as_deref().unwrap_or(text)) || (self.hosts.is_some() && self.is_own_host(text)))
        {
            return None;
        }
        self.values.get(found).map(|value| &**value)
    }

    /// A value as it is written elsewhere.
    pub(crate) fn same(&self, value: &str) -> Option<&str> {
        self.values.get(self.forms.get(&folded(value))?).map(|value| &**value)
    }

    /// Whether many entries have this part of a path, or this key.
    pub(crate) fn is_frequent(&self, text: &str) -> bool {
        self.frequent.get(text).is_some()
    }

    /// Whether all of the case has been read.
    pub(crate) fn is_surveyed(&self) -> bool {
        self.hosts.is_some()
    }

    /// Whether a host is the site's own, perhaps with a port; all are when nobody said which ones are.
    pub(crate) fn is_own_host(&self, host: &str) -> bool {
        self.hosts.as_ref().is_none_or(|hosts| hosts.iter().any(|own| own.eq_ignore_ascii_case(without_port(host))))
    }

    /// Whether a domain is that of one of the site's hosts; all are when nobody said which ones are.
    pub(crate) fn is_own_domain(&self, domain: &str) -> bool {
        let domain = folded(domain);
        let is_within = |host: &String| host.strip_suffix(&*domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        self.hosts.as_ref().is_none_or(|hosts| hosts.iter().any(is_within))
    }

    /// What the person named.
    pub(crate) fn named_values(&self) -> &[Box<str>] {
        &self.values[..self.named]
    }
}

/// What a case holds, while it is read for the first time.
pub(crate) struct Survey {
    values: Numbers,
    bytes: usize,
    /// By hash, whether these six bytes follow each other in anything that stays.
    grams: Vec<u64>,
    words: Numbers,
    /// By word, how many entries have it, and the last of them.
    counts: Vec<(u32, u32)>,
    entry: u32,
    pub(crate) full: bool,
}

impl Default for Survey {
    fn default() -> Self {
        let (values, counts) = (Numbers::default(), Vec::new());
        Self { values, bytes: 0, grams: vec![0; 1 << 14], words: Numbers::default(), counts, entry: 0, full: false }
    }
}

impl Survey {
    /// Another entry begins.
    pub(crate) fn entry(&mut self) {
        self.entry = self.entry.saturating_add(1);
    }

    /// A value that goes, and what in it tells as much: the name before an e-mail address's sign, a user's name and password.
    pub(crate) fn value(&mut self, kind: Kind, value: &str) {
        self.goes(value);
        if value.len() > MAX_VALUE {
            return;
        }
        if let Some(decoded) = detect::percent_decoded(value) {
            self.goes(&decoded);
        }
        let decoded = if kind == Kind::Credentials {
            STANDARD.decode(value.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok())
        } else {
            None
        };
        let sign = if kind == Kind::Email { '@' } else { ':' };
        if matches!(kind, Kind::Email | Kind::User | Kind::Credentials)
            && let Some((user, rest)) = decoded.as_deref().unwrap_or(value).split_once(sign)
        {
            self.goes(user);
            self.goes(if kind == Kind::Email { "" } else { rest });
        }
    }

    /// A value that goes. What says nothing but what a thing is may stand elsewhere.
    pub(crate) fn goes(&mut self, value: &str) {
        let value = value.trim();
        if value.len() > MAX_VALUE || value.len() < MIN_LETTERS || value.starts_with('/') || value.contains("://") || may_stay(value) {
            return;
        }
        if self.values.get(value).is_some() {
            return;
        }
        self.bytes += value.len() + 32;
        if self.bytes > MAX_BYTES {
            self.full = true;
            return;
        }
        self.values.number(value);
    }

    /// A text that stays, unless it is a word of which that is not known yet.
    pub(crate) fn stays(&mut self, text: &str) {
        if self.words.get(text).is_some() {
            return;
        }
        let decoded = detect::percent_decoded(text);
        for gram in folded(decoded.as_deref().unwrap_or(text)).as_bytes().windows(MIN_LETTERS) {
            let (at, bit) = place(gram);
            self.grams[at] |= bit;
        }
    }

    /// A part of a path that is somebody's.
    pub(crate) fn persons(&mut self, word: &str) {
        self.goes(detect::percent_decoded(word).as_deref().unwrap_or(word));
    }

    /// A part of a path or a key of JSON, which nobody knows.
    pub(crate) fn counts(&mut self, word: &str) {
        let (at, new) = self.words.number(word);
        if new {
            self.counts.push((0, 0));
        }
        if let Some((count, last)) = self.counts.get_mut(at)
            && (*count == 0 || *last != self.entry)
        {
            *count += 1;
            *last = self.entry;
        }
    }

    /// All of the case has been read.
    pub(crate) fn vocabulary(&mut self, policy: &Policy, hosts: Vec<String>) -> Vocabulary {
        let mut frequent = Numbers::default();
        let words = std::mem::take(&mut self.words);
        for (word, at) in words.iter() {
            match self.counts.get(at) {
                Some((count, _)) if *count >= MANY => {
                    frequent.number(word);
                    self.stays(word);
                }
                _ => self.goes(detect::percent_decoded(word).as_deref().unwrap_or(word)),
            }
        }
        let mut removed: Vec<&str> = self.values.iter().map(|(value, _)| value).collect();
        removed.retain(|value| {
            let fold = folded(value);
            let is_there = |gram: &[u8]| {
                let (at, bit) = place(gram);
                self.grams[at] & bit != 0
            };
            fold.len() >= MIN_LETTERS && fold.as_bytes().windows(MIN_LETTERS).all(is_there) && !hosts.contains(&fold)
        });
        sort_by_key(&mut removed, |value| *value);
        let named = Vocabulary::named(policy);
        let mut values = named.values;
        values.extend(removed.into_iter().map(Box::from));
        let mut bytes = 0;
        values.retain(|value| {
            bytes += value.len();
            bytes <= MAX_SEARCHED
        });
        self.full |= bytes > MAX_SEARCHED;
        Vocabulary { hosts: Some(hosts), frequent, ..Vocabulary::with(values, named.named) }
    }
}

/// A host without its port.
pub(crate) fn without_port(host: &str) -> &str {
    host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit())).map_or(host, |(name, _)| name)
}

/// Whether a removed value says nothing but what a thing is, or when: it may stand elsewhere.
pub(crate) fn may_stay(value: &str) -> bool {
    let is_recent = |group: &str| group.len() == 4 && ("2013".."2040").contains(&group);
    detect::is_known(value)
        || (detect::is_date(value) && value.split(|letter: char| !letter.is_ascii_digit()).any(is_recent) && value.len() > 9)
}

fn place(gram: &[u8]) -> (usize, u64) {
    let hash = fivetwenty_captures::json::hash(gram);
    ((hash >> 6) as usize & ((1 << 14) - 1), 1 << (hash & 63))
}

/// A text without regard to case, width and accents, and to how a space is written.
pub(crate) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() {
            out.push(if letter == '+' { ' ' } else { letter.to_ascii_lowercase() });
            continue;
        }
        let letter = match u32::from(letter) {
            // Accents that follow their letter, and what nobody sees.
            0x300..0x370 | 0xad | 0x200b..0x2010 | 0xfeff => continue,
            0xdf => {
                out.push_str("ss");
                continue;
            }
            0xa0 | 0x3000 => ' ',
            wide @ 0xff01..0xff5f => char::from_u32(wide - 0xfee0).unwrap_or(letter),
            latin @ 0xc0..0x180 => char::from(LATIN[latin as usize - 0xc0]),
            0x1ea0..0x1eb8 => 'a',
            0x1eb8..0x1ec8 => 'e',
            0x1ec8..0x1ecc => 'i',
            0x1ecc..0x1ee4 => 'o',
            0x1ee4..0x1ef2 => 'u',
            0x1ef2..0x1efa => 'y',
            0x419 | 0x439 => 'и',
            0x401 | 0x451 => 'е',
            _ => letter,
        };
        // Capitals first: some small letters have the same one.
        out.extend(letter.to_uppercase().flat_map(char::to_lowercase));
    }
    out
}

/// By letter from U+00C0 on, the letter without its accent.
const LATIN: &[u8; 192] = b"aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo/ouuuuytyaaaaaaccccccccddddeeeeeeeeeegggg\
    gggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Rule;

    fn case(values: &[&str], stays: &[&str], named: &[&str]) -> Vocabulary {
        let mut survey = Survey::default();
        for value in values {
            survey.goes(value);
        }
        for text in stays {
            survey.stays(text);
        }
        let add = named.iter().map(|name| Rule { what: What::Text, name: (*name).to_owned() }).collect();
        survey.vocabulary(&Policy { add, ..Policy::default() }, vec!["example.shop".to_owned()])
    }

    /// Breaks when a value is missed for its case, its accents or the way it is written, or a short or ordinary one is looked for.
    #[test]
    fn values_are_found_in_every_form() {
        let forms = ["/KENJI%20GARCIA/", "kenji+garcia", "Kenji&#32;Garcia", "kenji\u{a0}ｇａｒｃｉａ", "S2VuamkgR2FyY2lhIGlzIGhlcmU"];
        let vocabulary = case(
            &["Kenji Garcia", "Müller", "abc", "checkout", "example.shop"],
            &["kenji garcia mueller muller checkout abc example.shop"],
            &[],
        );
        for form in forms {
            assert_eq!(vocabulary.find(form), Some("Kenji Garcia"), "{form}");
        }
        for form in ["u_MU\u{308}LLER_1", "m%C3%BCller"] {
            assert_eq!(vocabulary.find(form), Some("Müller"), "{form}");
        }
        for form in ["abc", "checkout", "example.shop", "kenji"] {
            assert_eq!(vocabulary.find(form), None, "{form}");
        }
    }

    /// Breaks when what the person named is passed over since it is a word, short, or the site's own host.
    #[test]
    fn what_is_named_is_always_found() {
        let vocabulary = case(&[], &[], &["checkout", "shop"]);
        assert_eq!((vocabulary.find("checkout"), vocabulary.find("example.shop")), (Some("checkout"), Some("shop")));
        assert_eq!(vocabulary.find("cart"), None);
    }

    /// Breaks when what many entries have is not known, or what a few have is.
    #[test]
    fn what_many_entries_have_is_the_sites() {
        let mut survey = Survey::default();
        for entry in 0..MANY {
            survey.entry();
            survey.counts("warenkorb");
            for _ in 0..MANY {
                survey.counts(if entry == 0 { "maria-lopez" } else { "x" });
            }
        }
        survey.stays("x_Maria-Lopez");
        let vocabulary = survey.vocabulary(&Policy::default(), Vec::new());
        assert!(vocabulary.is_frequent("warenkorb") && !vocabulary.is_frequent("maria-lopez"));
        assert_eq!(vocabulary.find("Maria-Lopez"), Some("maria-lopez"));
    }
}
