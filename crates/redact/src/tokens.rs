//! The one map from removed values to their tokens.

use std::cell::RefCell;
use std::rc::Rc;

use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::order::Numbers;
use serde::Serialize;

use crate::detect;
use crate::kind::Kind;
use crate::policy::Policy;
use crate::removed::Removed;
use crate::token::{self, Place};
use crate::vocabulary::{Survey, Vocabulary, folded, may_stay, without_port};

/// What stands for values that were removed. Equal values get the same number in all files that share the map, so a comparison still finds
/// them equal.
///
/// A token is `[cookie session #3, 43 bytes]`, in a URL `[query-3,43-bytes]`: the kind of the value, its name where it has a harmless one,
/// its number, and its length where that gives nothing away.
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
    /// Texts that are known to hide no secret, since names repeat in every entry.
    harmless: Numbers,
    harmless_count: usize,
    /// Names that may stay, of which that is known as well.
    names: Numbers,
    names_count: usize,
    /// Texts that the policy or the person allows, each once, line by line.
    allowlisted: String,
    allowed: Numbers,
    full: bool,
    /// What may not stand in anything that stays; `None` until it is known.
    vocabulary: Option<Rc<Vocabulary>>,
    /// While a case is read for the first time: what it holds.
    survey: Option<Rc<RefCell<Survey>>>,
    /// Words that nobody knows stay.
    lenient: bool,
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

/// Bytes of removed values that are kept in all, about.
const MAX_REMOVED: usize = 64_000_000;
/// Bytes of allowlisted texts that are remembered.
const MAX_ALLOWLISTED: usize = 8_000_000;
/// Texts that are known to hide no secret, and names that may stay, and bytes of each.
const MAX_REMEMBERED: usize = 5_000;
const MAX_REMEMBERED_BYTES: usize = 200;
/// Values that get a number of their own.
const MAX_VALUES: usize = 2_000_000;
/// Rows of counts; beyond them, values are counted without their names.
const MAX_ROWS: usize = 5_000;
/// Values up to so many bytes are compared themselves, longer ones by length and hash.
const COMPARED: usize = 100;

impl Tokens {
    /// For a first pass over all captures and texts of a case. What it replaces with these is of no use: it tells what the case holds.
    pub fn survey() -> Self {
        Self { survey: Some(Rc::default()), ..Self::lenient() }
    }

    /// For what is shown to the person alone: parts of paths that nobody knows stay.
    pub(super) fn lenient() -> Self {
        Self { lenient: true, ..Self::default() }
    }

    /// For the second pass, after a [`survey`](Self::survey) of the whole case: what goes anywhere goes everywhere, but for words that say
    /// what a thing is, and for the site's own `hosts`. What the person named goes in any case.
    pub fn surveyed(self, policy: &Policy, hosts: &[String]) -> Self {
        let Some(survey) = self.survey else { return Self::default() };
        let mut survey = survey.borrow_mut();
        let vocabulary = survey.vocabulary(policy, hosts.iter().map(|host| folded(without_port(host))).collect());
        Self { vocabulary: Some(Rc::new(vocabulary)), full: self.full || survey.full, ..Self::default() }
    }

    /// Others that know the same of the case, and stand for nothing yet.
    pub fn again(&self) -> Self {
        Self { vocabulary: self.vocabulary.clone(), ..Self::default() }
    }

    /// Reads what the person named, unless all of the case has been read before.
    pub(super) fn learn(&mut self, policy: &Policy) {
        if self.vocabulary.is_none() {
            self.vocabulary = Some(Rc::new(Vocabulary::named(policy)));
        }
    }

    /// The removed values that are looked for in every place, and those that may stand in one that says so.
    pub fn searched(&self) -> [Vec<Removed>; 2] {
        let surveyed = self.vocabulary.as_ref().is_some_and(|vocabulary| vocabulary.is_surveyed());
        let (mut strict, mut other): (Vec<Removed>, Vec<Removed>) = (self.named().collect(), Vec::new());
        for removed in &self.removed {
            let is_open = !surveyed || removed.kind == Kind::Ip || may_stay(&removed.value) || self.is_own(&removed.value);
            (if is_open { &mut other } else { &mut strict }).push(removed.clone());
        }
        [strict, other]
    }

    /// Whether a value is one of the site's hosts, or a Ray ID, which both stay.
    fn is_own(&self, value: &str) -> bool {
        self.is_own_host(value) || value.parse::<RayId>().is_ok()
    }

    /// What the person named, which is looked for everywhere.
    fn named(&self) -> impl Iterator<Item = Removed> + '_ {
        let values = self.vocabulary.iter().flat_map(|vocabulary| vocabulary.named_values());
        values.map(|value| Removed { kind: Kind::Text, value: value.clone(), number: 0 })
    }

    /// Another entry of a capture begins.
    pub(super) fn entry(&mut self) {
        if let Some(survey) = &self.survey {
            survey.borrow_mut().entry();
        }
    }

    /// Whether a part of a path, or a key of JSON, says what it is and not whose: it is made of known words, or many entries have it.
    pub(super) fn is_common(&self, text: &str) -> bool {
        if detect::is_known(detect::percent_decoded(text).as_deref().unwrap_or(text)) {
            return true;
        }
        if let Some(survey) = &self.survey {
            survey.borrow_mut().counts(text);
        }
        self.lenient || (detect::is_spelled(text) && self.vocabulary.as_ref().is_some_and(|vocabulary| vocabulary.is_frequent(text)))
    }

    /// Whether the name of a header, a parameter, a cookie or a field may stay: it says what a thing is, or many entries have it.
    pub(super) fn stays_as_name(&mut self, name: &str) -> bool {
        if self.names.get(name).is_some() {
            return true;
        }
        if detect::is_odd_name(name) || self.hides(name) {
            return false;
        }
        if !detect::is_plain_name(name) {
            // However it is written: those of headers have no case.
            return self.is_common(&name.to_ascii_lowercase());
        }
        if self.names_count < MAX_REMEMBERED && name.len() <= MAX_REMEMBERED_BYTES {
            self.names_count += 1;
            self.names.number(name);
        }
        true
    }

    /// Whether a part of a path stays where somebody's name may stand.
    pub(super) fn is_nobodys(&self, text: &str) -> bool {
        let is_spelled = detect::is_spelled(text) && !text.ends_with(|last: char| last.is_ascii_digit());
        let is_known = detect::is_known(text) && (is_spelled || text.len() <= 3);
        if let Some(survey) = self.survey.as_ref().filter(|_| !is_known) {
            survey.borrow_mut().persons(text);
        }
        is_known || self.lenient
    }

    /// Whether a host is the site's own; all are when nobody said which ones are.
    pub(super) fn is_own_host(&self, host: &str) -> bool {
        self.vocabulary.as_ref().is_none_or(|vocabulary| vocabulary.is_own_host(host))
    }

    /// Whether a cookie of this domain is for the site's own hosts.
    pub(super) fn is_own_domain(&self, domain: &str) -> bool {
        self.vocabulary.as_ref().is_none_or(|vocabulary| vocabulary.is_own_domain(domain))
    }

    /// Whether a text that stays holds what goes elsewhere, or what the person named.
    pub(super) fn holds(&self, text: &str) -> bool {
        self.stays(text);
        self.known(text).is_some()
    }

    /// Notes a value that goes with a body, in the first pass.
    pub(super) fn goes(&self, value: &str) {
        if let Some(survey) = &self.survey {
            survey.borrow_mut().goes(value);
        }
    }

    /// Whether a case is read for the first time.
    pub(super) fn is_survey(&self) -> bool {
        self.survey.is_some()
    }

    /// Notes a text that stays, in the first pass.
    pub(super) fn stays(&self, text: &str) {
        if let Some(survey) = &self.survey {
            survey.borrow_mut().stays(text);
        }
    }

    /// The value that goes elsewhere, or that the person named, and stands in this text.
    pub(super) fn known(&self, text: &str) -> Option<&str> {
        self.vocabulary.as_ref().and_then(|vocabulary| vocabulary.find(text))
    }
    /// The removed values that can be searched for, in the order in which they first came: values of 8 bytes and more that hardly stand
    /// anywhere by chance. Ordinary words, dates, small numbers and whole bodies are not among them.
    pub fn removed(&self) -> &[Removed] {
        &self.removed
    }

    /// What was removed, how often, and where, in the order in which it first came.
    pub fn counts(&self) -> &[Count] {
        &self.counts
    }

    /// Texts that the policy or the person allows to leave, line by line: a text that equals one of them is no leak.
    pub fn allowlisted(&self) -> &str {
        &self.allowlisted
    }

    /// Adds a text to those that may leave.
    pub fn allow(&mut self, text: &str) {
        // Beyond the limit an allowlisted text may look like a leak, which errs on the safe side.
        if text.len() >= Removed::MIN_SEARCHED_BYTES && text.len() + self.allowlisted.len() < MAX_ALLOWLISTED && self.allowed.number(text).1
        {
            self.allowlisted.push_str(text);
            self.allowlisted.push('\n');
        }
    }

    /// The value that a token stands for, where it was kept.
    pub fn value(&self, number: u32) -> Option<&str> {
        self.removed.iter().find(|removed| removed.number == number).map(|removed| &*removed.value)
    }

    /// Whether there were so many values that not all are in [`removed`](Self::removed) or have a number of their own. Then the leak check
    /// cannot search for all of them.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// The token of a value, which is `length` bytes long as it stands in the file. A value that is a token already is its own token.
    pub(super) fn token(&mut self, kind: Kind, name: &str, value: &str, length: usize, place: Place, field: &'static str) -> String {
        if let Some((token, number)) = token::parse(value)
            && token == value.len()
        {
            self.taken = self.taken.max(number);
            return value.to_owned();
        }
        let canonical = self.canonical(value);
        let at = self.row(canonical.as_deref().unwrap_or(value), None);
        let number = self.number(at);
        if let Some((_, listed)) = at.and_then(|at| self.given.get_mut(at))
            && !*listed
            && !matches!(kind, Kind::Body | Kind::Title)
        {
            *listed = true;
            self.keep(kind, value, number);
        }
        if let Some(survey) = &self.survey {
            survey.borrow_mut().value(kind, value);
        }
        self.write(kind, name, length as u64, number, place, field)
    }

    /// The value as it goes elsewhere, where this is the same in another form.
    fn canonical(&self, value: &str) -> Option<String> {
        if value.len() > COMPARED || self.numbers.get(value).is_some() {
            return None;
        }
        self.vocabulary.as_ref()?.same(value).filter(|known| *known != value).map(str::to_owned)
    }

    /// The token of a value that was not kept: its length and hash are known.
    pub(super) fn token_of_hash(&mut self, kind: Kind, length: u64, hash: u64, field: &'static str) -> String {
        let at = self.row("", Some((length, hash)));
        let number = self.number(at);
        self.write(kind, "", length, number, Place::Text, field)
    }

    /// Whether a text looks like a secret, or holds what goes elsewhere; remembered.
    pub(super) fn hides(&mut self, text: &str) -> bool {
        if self.harmless.get(text).is_some() {
            return false;
        }
        let hides = detect::hides(text) || self.known(text).is_some();
        if !hides {
            self.stays(text);
        }
        if !hides && self.harmless_count < MAX_REMEMBERED && text.len() <= MAX_REMEMBERED_BYTES {
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
        let kept = value.len().min(Removed::MAX_BYTES);
        if self.removed_bytes + kept > MAX_REMOVED {
            self.full = true;
            return;
        }
        self.removed_bytes += kept + 32;
        self.removed.push(Removed { kind, value: value[..value.floor_char_boundary(kept)].into(), number });
    }

    fn write(&mut self, kind: Kind, name: &str, length: u64, number: u32, place: Place, field: &'static str) -> String {
        let is_chosen = !matches!(kind, Kind::Cookie | Kind::Header | Kind::Query | Kind::Chance | Kind::Form | Kind::Credentials);
        let shows = |tokens: &mut Self| detect::is_name(name) && (!is_chosen || tokens.is_common(name)) && tokens.stays_as_name(name);
        let name = if kind == Kind::Jwt || shows(self) { name } else { "" };
        self.count(kind, name, number, field);
        token::written(kind, name, number, length, place)
    }

    fn count(&mut self, kind: Kind, name: &str, first: u32, place: &'static str) {
        let name = if self.counts.len() < MAX_ROWS { name } else { "" };
        let key = [kind.label(), place, name].join("\n");
        let (row, new) = self.rows.number(&key);
        if new {
            self.counts.push(Count { kind, place, name: name.into(), times: 0, first });
        }
        if let Some(count) = self.counts.get_mut(row) {
            count.times += 1;
        }
    }
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

    /// Breaks when the same value gets two tokens, two values get one, or a token gets another token.
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
    }

    /// Breaks when a number is given twice because a token was there already.
    #[test]
    fn numbers_of_tokens_that_were_there_are_not_used_again() {
        let mut tokens = Tokens::default();
        tokens.token(Kind::Cookie, "", "[cookie a #7, 3 bytes]", 22, Place::Text, "x");
        assert_eq!(tokens.token(Kind::Cookie, "b", "new", 3, Place::Text, "x"), "[cookie b #8, 3 bytes]");
    }
}
