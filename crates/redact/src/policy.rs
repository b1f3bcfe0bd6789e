//! What a person wants redacted or kept beyond the defaults.

use std::cell::RefCell;
use std::fmt;

use fivetwenty_captures::escape_invisible;
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

/// What a person wants otherwise: a small file to use again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "an object with `add` or `keep`")]
pub struct Policy {
    /// Redacted in addition.
    pub add: Vec<Rule>,
    /// Kept. What is in both lists is redacted.
    #[serde(deserialize_with = "kept")]
    pub keep: Vec<Rule>,
    /// Which of the rules have matched something.
    #[serde(skip)]
    pub matched: Matched,
}

/// One thing that is redacted or kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a rule, which has `what` and `name`")]
pub struct Rule {
    /// What it is.
    pub what: What,
    /// Its name, in any case; of a text the text itself.
    #[serde(deserialize_with = "name")]
    pub name: String,
}

/// Which rules of a policy have matched something: those of `add` by their place, those of `keep` behind them. It does not make one policy
/// differ from another.
#[derive(Clone, Debug, Default)]
pub struct Matched(RefCell<Vec<bool>>);

impl PartialEq for Matched {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Matched {}

/// A rule that matched nothing. Its name stays away: it may be what a person wants to hide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unmatched {
    /// `add` or `keep`.
    pub list: &'static str,
    /// Its place in the list, from 1.
    pub rule: usize,
    /// What it is about.
    pub what: What,
}

/// Why a file of rules is refused. Its text goes on after "it": where, and what was expected.
#[derive(Debug)]
pub enum PolicyError {
    /// It has no bytes.
    Empty,
    /// It has more than [`Policy::MAX_BYTES`].
    TooLarge,
    /// It has neither `add` nor `keep`.
    NoRules,
    /// Something in it is not understood.
    Json(serde_json::Error),
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A header's value.
    Header,
    /// A cookie's value.
    Cookie,
    /// The value of a parameter in a query.
    Query,
    /// The value of a form's field.
    Form,
    /// The value of a member in a JSON body.
    Json,
    /// A field of the HAR file, for instance `serverIPAddress`.
    Field,
    /// A text, wherever it stands. It can only be added.
    Text,
}

impl Policy {
    /// Bytes of a file of rules at most.
    pub const MAX_BYTES: usize = 1_000_000;

    /// Reads a file of rules.
    ///
    /// # Errors
    /// When anything in it is not understood, or it has no list: a person who gives a file relies on what it says.
    pub fn read(file: &[u8]) -> Result<Self, PolicyError> {
        match file.len() {
            0 => return Err(PolicyError::Empty),
            length if length > Self::MAX_BYTES => return Err(PolicyError::TooLarge),
            _ => {}
        }
        // What Windows' editors write before a text.
        let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
        let policy = serde_json::from_slice(file).map_err(PolicyError::Json)?;
        // Lists without their names are read in order, and an object without lists says nothing.
        let is_object = file.trim_ascii_start().starts_with(b"{");
        if is_object && file.contains(&b'[') { Ok(policy) } else { Err(PolicyError::NoRules) }
    }

    /// The rules that have matched nothing so far.
    pub fn unmatched(&self) -> Vec<Unmatched> {
        let matched = self.matched.0.borrow();
        let lists = [("add", &self.add), ("keep", &self.keep)];
        let rules = lists.into_iter().flat_map(|(list, rules)| (1..).zip(rules).map(move |(rule, about)| (list, rule, about.what)));
        let rules = rules.enumerate().filter(|(at, _)| matched.get(*at) != Some(&true));
        rules.map(|(_, (list, rule, what))| Unmatched { list, rule, what }).collect()
    }

    /// Whether a text that would stay has one that the person wants redacted.
    pub(crate) fn adds_in(&self, text: &str) -> bool {
        self.find(&self.add, 0, &|rule| rule.what == What::Text && text.contains(rule.name.as_str()))
    }

    /// Whether what has this name is to be kept. A rule that redacts it counts first.
    pub(crate) fn keeps(&self, what: What, name: &str) -> bool {
        self.has(&self.keep, self.add.len(), what, name) && !self.adds(what, name)
    }

    /// Whether what has this name is to be redacted in addition.
    pub(crate) fn adds(&self, what: What, name: &str) -> bool {
        self.has(&self.add, 0, what, name)
    }

    fn has(&self, rules: &[Rule], first: usize, what: What, name: &str) -> bool {
        self.find(rules, first, &|rule| rule.what == what && rule.name.eq_ignore_ascii_case(name))
    }

    /// Whether any rule of a list matches; all that do are remembered. `first` is the place of the list's first rule among all.
    fn find(&self, rules: &[Rule], first: usize, matches: &dyn Fn(&Rule) -> bool) -> bool {
        let mut any = false;
        for (at, _) in (first..).zip(rules).filter(|(_, rule)| matches(rule)) {
            any = true;
            let mut known = self.matched.0.borrow_mut();
            let length = known.len().max(at + 1);
            known.resize(length, false);
            known[at] = true;
        }
        any
    }
}

/// A rule's name: an empty one would match nothing, or all.
fn name<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let name = String::deserialize(from)?;
    if name.is_empty() { Err(D::Error::custom("`name` is empty")) } else { Ok(name) }
}

/// Rules of what is kept.
fn kept<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Rule>, D::Error> {
    let rules = Vec::<Rule>::deserialize(from)?;
    if rules.iter().any(|rule| rule.what == What::Text) {
        Err(D::Error::custom("`keep` has a text, which can only be added"))
    } else {
        Ok(rules)
    }
}

impl fmt::Display for Unmatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rule {} of `{}` ({}) matched nothing", self.rule, self.list, self.what.label())
    }
}

impl What {
    /// As it stands in a file of rules.
    fn label(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Query => "query",
            Self::Form => "form",
            Self::Json => "json",
            Self::Field => "field",
            Self::Text => "text",
        }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::TooLarge => f.write_str("it is larger than 1 MB"),
            Self::NoRules => f.write_str("it has neither `add` nor `keep`"),
            Self::Json(error) => f.write_str(&escape_invisible(&without_value(&error.to_string()), 200)),
        }
    }
}

impl std::error::Error for PolicyError {}

/// What `serde_json` says, without the value that it found: it may be the very text that is to be hidden.
fn without_value(error: &str) -> String {
    match (error.split_once(" \""), error.rsplit_once("\", ")) {
        (Some((before, _)), Some((_, after))) if before.starts_with("invalid ") => format!("{before}, {after}"),
        _ => error.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a rule counts for another thing than it names, or what is in both lists is kept.
    #[test]
    fn what_is_in_both_lists_is_redacted() {
        let rule = |what, name: &str| Rule { what, name: name.to_owned() };
        let keep = vec![rule(What::Header, "X-Both"), rule(What::Cookie, "theme")];
        let policy = Policy { add: vec![rule(What::Header, "x-both")], keep, ..Policy::default() };
        assert!(policy.keeps(What::Cookie, "Theme") && !policy.keeps(What::Query, "theme"));
        assert!(policy.adds(What::Header, "X-BOTH") && !policy.keeps(What::Header, "x-both"));
    }

    /// Breaks when a rule is said to have matched nothing although it has, or the other way round.
    #[test]
    fn rules_that_matched_nothing_are_known() {
        let file = br#"{"add": [{"what": "text", "name": "acme"}, {"what": "json", "name": "id"}], "keep": [{"what": "header", "name": "a"}, {"what": "header", "name": "b"}]}"#;
        let policy = Policy::read(file).unwrap();
        let unmatched = || policy.unmatched().iter().map(|rule| (rule.list, rule.rule)).collect::<Vec<_>>();
        assert_eq!(unmatched(), [("add", 1), ("add", 2), ("keep", 1), ("keep", 2)]);
        assert!(policy.keeps(What::Header, "B") && policy.adds_in("an acme") && !policy.adds(What::Query, "id"));
        assert_eq!(unmatched(), [("add", 2), ("keep", 1)]);
        assert_eq!(policy.unmatched()[0].to_string(), "rule 2 of `add` (json) matched nothing");
    }

    /// Breaks when a file that is not understood is taken, an error has no place, or it repeats the value that is to be hidden.
    #[test]
    fn what_is_not_understood_is_refused_with_its_place() {
        let refused = |file: &str| Policy::read(file.as_bytes()).unwrap_err().to_string();
        assert_eq!(refused(""), "it is empty");
        assert_eq!(refused("{}"), "it has neither `add` nor `keep`");
        assert_eq!(refused(&" ".repeat(Policy::MAX_BYTES + 1)), "it is larger than 1 MB");
        for (file, error) in [
            (r#"{"adds": []}"#, "unknown field `adds`, expected `add` or `keep` at line 1 column 7"),
            ("{\"add\": [{\"what\": \"texts\", \"name\": \"a\"}]}", "unknown variant `texts`, expected one of `header`"),
            ("{\"add\": [\n{\"what\": \"text\", \"nam\": \"a\"}]}", "unknown field `nam`, expected `what` or `name` at line 2 column 22"),
            (r#"{"add": [{"what": "text"}]}"#, "missing field `name` at line 1 column 25"),
            (r#"{"add": [{"what": "text", "name": ""}]}"#, "`name` is empty at line 1 column 37"),
            (
                r#"{"add": ["Kenji, \"G\", expected"]}"#,
                "invalid type: string, expected a rule, which has `what` and `name` at line 1 column",
            ),
            (r#"{"add": "Kenji"}"#, "invalid type: string, expected a sequence at line 1 column 15"),
            (r#"{"add": [{"what": "text", "name": 7}]}"#, "invalid type: integer `7`, expected a string at line 1 column 35"),
            (r#"{"keep": [{"what": "text", "name": "a"}]}"#, "`keep` has a text, which can only be added at line 1 column"),
            (r#"{"add": [], "add": []}"#, "duplicate field `add` at line 1 column 17"),
            (r#"{"add": []} x"#, "trailing characters at line 1 column 13"),
            (" ", "EOF while parsing a value at line 1 column 1"),
            (r#"[[{"what": "text", "name": "a"}]]"#, "it has neither `add` nor `keep`"),
        ] {
            assert!(refused(file).starts_with(error), "{file}: {}", refused(file));
        }
        assert!(Policy::read("\u{feff}{\"add\": []}".as_bytes()).is_ok());
    }
}
