//! What a person wants redacted or kept beyond the defaults.

use serde::{Deserialize, Serialize};

/// What a person wants otherwise: a small file to use again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Redacted in addition.
    pub add: Vec<Rule>,
    /// Kept. What is in both lists is redacted.
    pub keep: Vec<Rule>,
}

/// One thing that is redacted or kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What it is.
    pub what: What,
    /// Its name, in any case; of a text the text itself.
    pub name: String,
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
    /// Whether what has this name is to be kept. A rule that redacts it counts first.
    pub(crate) fn keeps(&self, what: What, name: &str) -> bool {
        has(&self.keep, what, name) && !self.adds(what, name)
    }

    /// Whether what has this name is to be redacted in addition.
    pub(crate) fn adds(&self, what: What, name: &str) -> bool {
        has(&self.add, what, name)
    }
}

fn has(rules: &[Rule], what: What, name: &str) -> bool {
    rules.iter().any(|rule| rule.what == what && rule.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a rule counts for another thing than it names, or what is in both lists is kept.
    #[test]
    fn what_is_in_both_lists_is_redacted() {
        let rule = |what, name: &str| Rule { what, name: name.to_owned() };
        let policy =
            Policy { add: vec![rule(What::Header, "x-both")], keep: vec![rule(What::Header, "X-Both"), rule(What::Cookie, "theme")] };
        assert!(policy.keeps(What::Cookie, "Theme") && !policy.keeps(What::Query, "theme"));
        assert!(policy.adds(What::Header, "X-BOTH") && !policy.keeps(What::Header, "x-both"));
    }
}
