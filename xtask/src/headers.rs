//! The `_headers` format of static hosts: which headers go with which path.
//!
//! ```text
//! # A comment.
//! /*
//!   X-Content-Type-Options: nosniff
//! /worker.js
//!   ! Content-Security-Policy
//!   Content-Security-Policy: default-src 'none'
//! ```
//! Every rule that matches a path applies, in the order of the file; the values that several of them give one header are joined
//! with a comma, and `! Name` takes away what earlier rules gave it.
//!
//! [`crate::publish`] says the same rules in the words of each server.

use anyhow::{Result, bail, ensure};

/// The rules of a `_headers` file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderRules {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    pattern: String,
    actions: Vec<Action>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Action {
    Set { name: String, value: String },
    Detach { name: String },
}

impl HeaderRules {
    /// Reads the file's text.
    ///
    /// # Errors
    /// With the number of the first line that is neither a path, nor a header of one, nor a comment.
    pub fn parse(text: &str) -> Result<Self> {
        let mut rules: Vec<Rule> = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let content = line.trim();
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            if line.starts_with(char::is_whitespace) {
                let Some(rule) = rules.last_mut() else {
                    bail!("line {number}: a header before the first path");
                };
                rule.actions.push(action(content, number)?);
            } else if content.starts_with('/') {
                rules.push(Rule { pattern: content.to_owned(), actions: Vec::new() });
            } else {
                bail!("line {number}: expected a path that begins with / or an indented header, found {content:?}");
            }
        }
        Ok(Self { rules })
    }

    /// The headers of a path, each name once, in the order in which they were first set.
    pub fn of(&self, path: &str) -> Vec<(String, String)> {
        let mut headers: Vec<(String, String)> = Vec::new();
        let matching = self.rules.iter().filter(|rule| matches(&rule.pattern, path));
        for action in matching.flat_map(|rule| &rule.actions) {
            match action {
                Action::Detach { name } => {
                    headers.retain(|(given, _)| !given.eq_ignore_ascii_case(name));
                }
                Action::Set { name, value } => match headers.iter_mut().find(|(given, _)| given.eq_ignore_ascii_case(name)) {
                    Some((_, joined)) => {
                        joined.push_str(", ");
                        joined.push_str(value);
                    }
                    None => headers.push((name.clone(), value.clone())),
                },
            }
        }
        headers
    }

    /// Each pattern as servers know it, with the headers of all rules that match whatever it matches: what is more special comes later, so
    /// the last one that matches a path has all headers of that path.
    ///
    /// # Errors
    /// When a pattern is neither a path nor the beginning of one, or has signs that a server could take for something else.
    pub fn paths(&self) -> Result<Vec<PathHeaders>> {
        let mut paths = Vec::new();
        for Rule { pattern, .. } in &self.rules {
            let (path, is_prefix) = pattern.strip_suffix('*').map_or((&**pattern, false), |path| (path, true));
            ensure!(is_plain(path), "{pattern}: expected letters, digits, and / - . _ ~, with a * at most at the end");
            paths.push(PathHeaders { path: path.to_owned(), is_prefix, headers: self.of(pattern) });
        }
        paths.sort_by_key(|path| (path.path.len(), !path.is_prefix));
        Ok(paths)
    }
}

/// The headers of a path, or of all paths that begin with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathHeaders {
    /// As `/tools/worker.js`, or `/tools/frame` where it is a prefix.
    pub path: String,
    /// Whether it stands for all paths that begin so.
    pub is_prefix: bool,
    /// Name and value, each name once.
    pub headers: Vec<(String, String)>,
}

/// Whether a path has only signs that mean themselves in every server's configuration, in a pattern, and in a shell.
pub fn is_plain(path: &str) -> bool {
    path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte))
}

fn action(content: &str, number: u32) -> Result<Action> {
    if let Some(name) = content.strip_prefix('!') {
        return Ok(Action::Detach { name: name.trim().to_owned() });
    }
    match content.split_once(':') {
        Some((name, value)) if is_name(name.trim()) => Ok(Action::Set { name: name.trim().to_owned(), value: value.trim().to_owned() }),
        _ => bail!("line {number}: expected `Name: value` or `! Name`, found {content:?}"),
    }
}

/// Whether this can be the name of a header, and nothing else in any configuration.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Whether a pattern is the path; each `*` stands for any characters, none included.
fn matches(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = parts.next().and_then(|first| path.strip_prefix(first)) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    let middle = parts.try_fold(rest, |rest, part| rest.find(part).map(|at| &rest[at + part.len()..]));
    middle.is_some_and(|rest| rest.ends_with(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, path: &str, expected: &[(&str, &str)]) {
        let rules = HeaderRules::parse(text).expect("the text is well formed");
        let headers = rules.of(path);
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(headers, expected, "{path}");
    }

    const SITE: &str = "# for all\n/*\n  X-A: 1\n  # not this\n  CSP: self\n\n/w.js\n  ! csp\n  CSP: none\n/dir/*\n\tx-a: 2\n";

    /// Breaks when a header of a matching rule is not sent, or sent for another path.
    #[test]
    fn every_matching_rule_applies() {
        check(SITE, "/", &[("X-A", "1"), ("CSP", "self")]);
        check(SITE, "/dir/x", &[("X-A", "1, 2"), ("CSP", "self")]);
        check(SITE, "/dir/", &[("X-A", "1, 2"), ("CSP", "self")]);
    }

    /// Breaks when a detached header stays, or cannot come back.
    #[test]
    fn a_detached_header_can_be_set_anew() {
        check(SITE, "/w.js", &[("X-A", "1"), ("CSP", "none")]);
    }

    /// Breaks when a policy is cut at the colon of an address in it.
    #[test]
    fn a_value_keeps_its_colons() {
        check("/\n  CSP: connect-src https: http:", "/", &[("CSP", "connect-src https: http:")]);
    }

    /// Breaks when a pattern matches too much or too little.
    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, path, expected) in [
            ("/a", "/a", true),
            ("/a", "/ab", false),
            ("/*.js", "/x/y.js", true),
            ("/*.js", "/x.js.map", false),
            ("/app-*_bg*.wasm", "/app-12_bg_bg.wasm", true),
            ("/a*a", "/a", false),
            ("/*", "/", true),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    /// Breaks when a document says another policy than its header, but for what only a header can say.
    #[test]
    fn documents_repeat_the_policies_of_their_headers() {
        let rules = HeaderRules::parse(include_str!("../../static/_headers")).expect("the file is well formed");
        for (path, document) in [
            ("/", include_str!("../../index.html")),
            ("/index.html", include_str!("../../index.html")),
            ("/frame", include_str!("../../static/frame.html")),
            ("/frame.html", include_str!("../../static/frame.html")),
        ] {
            let (_, policy) = rules.of(path).into_iter().find(|(name, _)| name == "Content-Security-Policy").expect("it has a policy");
            let repeated: Vec<&str> = policy.split("; ").filter(|directive| !directive.starts_with("frame-ancestors")).collect();
            assert!(document.contains(&format!("content=\"{}\"", repeated.join("; "))), "{path}: {policy}");
        }
    }

    /// Breaks when a file that never changes is asked for again, or one that a new version changes is kept.
    #[test]
    fn what_has_a_hash_in_its_name_is_kept_for_ever() {
        let rules = HeaderRules::parse(include_str!("../../static/_headers")).expect("the file is well formed");
        for (path, expected) in [
            ("/", "no-cache"),
            ("/worker.js", "no-cache"),
            ("/probe.js", "no-cache"),
            ("/boot-1.js", "public, max-age=31536000, immutable"),
            ("/open-1.js", "public, max-age=31536000, immutable"),
            ("/fivetwenty-1_bg.wasm", "public, max-age=31536000, immutable"),
            ("/fivetwenty-workers-1.js", "public, max-age=31536000, immutable"),
            ("/fivetwenty-workers_bg-1.wasm", "public, max-age=31536000, immutable"),
        ] {
            let kept: Vec<String> =
                rules.of(path).into_iter().filter(|(name, _)| name == "Cache-Control").map(|(_, value)| value).collect();
            assert_eq!(kept, [expected], "{path}");
        }
    }

    /// Breaks when the last pattern that matches a path has not all of its headers, or when a pattern could mean something to a server.
    #[test]
    fn what_is_more_special_comes_later_with_all_its_headers() {
        let rules = HeaderRules::parse("/t/f*\n  X-B: 1\n/t/*\n  X-A: 1\n/t/f\n  X-C: 1\n").expect("it is well formed");
        let paths = rules.paths().expect("servers can be given them");
        let shown: Vec<String> = paths
            .iter()
            .map(|path| {
                let names: Vec<&str> = path.headers.iter().map(|(name, _)| name.as_str()).collect();
                format!("{}{} {}", path.path, if path.is_prefix { "*" } else { "" }, names.join(" "))
            })
            .collect();
        assert_eq!(shown, ["/t/* X-A", "/t/f* X-B X-A", "/t/f X-B X-A X-C"]);
        for pattern in ["/a*b", "/a b", "/a\"b", "/a;b", "/{a}", "/a$b", "/[a]", "/a?", "/a%20b", "/a'b", "/a\\b", "/a#b"] {
            let rules = HeaderRules::parse(&format!("{pattern}\n  X: 1")).expect("it is well formed");
            assert!(rules.paths().is_err(), "{pattern}");
        }
    }

    /// Breaks when a mistake in the file is passed over.
    #[test]
    fn what_cannot_be_read_is_named_by_its_line() {
        for (text, expected) in [
            ("  A: b", "line 1: a header before the first path"),
            ("/\n  nothing", "line 2: expected `Name: value`"),
            ("/\n  X \"Y\": z", "line 2: expected `Name: value`"),
            ("# x\nA: b", "line 2: expected a path"),
        ] {
            let error = HeaderRules::parse(text).expect_err("the text is malformed").to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
