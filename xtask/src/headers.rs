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
//! nginx and Caddy get the same rules in their own words.

use std::fmt::Write as _;

use anyhow::{Result, bail};

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

    /// The rules for the server block of an nginx configuration. There only the closest location counts, so each has all its headers.
    ///
    /// # Errors
    /// When a pattern or a value cannot be said there.
    pub fn nginx(&self) -> Result<String> {
        let mut text = "# For nginx: include this in the server block, beside its root.\n".to_owned();
        self.render(&mut text, |text, path, is_prefix, headers| {
            // What is for all paths stands without a location, for a server often has one for / itself.
            let is_whole = is_prefix && path == "/";
            if !is_whole {
                writeln!(text, "location {} {path} {{", if is_prefix { "^~" } else { "=" })?;
            }
            for (name, value) in headers {
                writeln!(text, "add_header {name} \"{value}\" always;")?;
            }
            if !is_whole {
                writeln!(text, "}}")?;
            }
            Ok(())
        })?;
        Ok(text)
    }

    /// The rules for a site of a Caddyfile.
    ///
    /// # Errors
    /// When a pattern or a value cannot be said there.
    pub fn caddy(&self) -> Result<String> {
        let mut text = "# For Caddy: import this in the site, beside its root and file_server.\n".to_owned();
        self.render(&mut text, |text, path, is_prefix, headers| {
            writeln!(text, "header {path}{} {{", if is_prefix { "*" } else { "" })?;
            for (name, value) in headers {
                writeln!(text, "    {name} \"{value}\"")?;
            }
            Ok(writeln!(text, "}}")?)
        })?;
        Ok(text)
    }

    /// Writes each pattern as the path that it is, or begins with, and with the headers of all rules that match whatever it matches.
    fn render(&self, text: &mut String, write: impl Fn(&mut String, &str, bool, &[(String, String)]) -> Result<()>) -> Result<()> {
        for Rule { pattern, .. } in &self.rules {
            let path = pattern.strip_suffix('*').unwrap_or(pattern);
            let headers = self.of(pattern);
            let values = headers.iter().flat_map(|(name, value)| [name, value]);
            if path.contains(['*', ' ', '"', ';', '{', '}']) || values.into_iter().any(|word| word.contains(['"', '\\', '$', '{', '}'])) {
                bail!("{pattern}: neither nginx nor Caddy can be told this in the same words");
            }
            write(text, path, path != pattern, &headers)?;
        }
        Ok(())
    }
}

fn action(content: &str, number: u32) -> Result<Action> {
    if let Some(name) = content.strip_prefix('!') {
        return Ok(Action::Detach { name: name.trim().to_owned() });
    }
    match content.split_once(':') {
        Some((name, value)) if !name.trim().is_empty() => Ok(Action::Set { name: name.trim().to_owned(), value: value.trim().to_owned() }),
        _ => bail!("line {number}: expected `Name: value` or `! Name`, found {content:?}"),
    }
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

    /// Breaks when a server is told other headers, of another path, or only some of those that a path has.
    #[test]
    fn servers_are_told_the_same_in_their_own_words() {
        let rules = HeaderRules::parse("/t/*\n  X-A: 1\n/t/\n  CSP: a 'self'; b\n/t/f*\n  X-B: max=1, x\n").expect("it is well formed");
        let nginx = rules.nginx().expect("nginx can be told");
        let (_, nginx) = nginx.split_once('\n').expect("a first line");
        assert_eq!(
            nginx,
            "location ^~ /t/ {\nadd_header X-A \"1\" always;\n}\n\
             location = /t/ {\nadd_header X-A \"1\" always;\nadd_header CSP \"a 'self'; b\" always;\n}\n\
             location ^~ /t/f {\nadd_header X-A \"1\" always;\nadd_header X-B \"max=1, x\" always;\n}\n"
        );
        let root = HeaderRules::parse("/*\n  X-A: 1").expect("it is well formed").nginx().expect("nginx can be told");
        assert!(root.ends_with(".\nadd_header X-A \"1\" always;\n"), "{root}");
        let caddy = rules.caddy().expect("Caddy can be told");
        let (_, caddy) = caddy.split_once('\n').expect("a first line");
        assert_eq!(
            caddy,
            "header /t/* {\n    X-A \"1\"\n}\nheader /t/ {\n    X-A \"1\"\n    CSP \"a 'self'; b\"\n}\n\
             header /t/f* {\n    X-A \"1\"\n    X-B \"max=1, x\"\n}\n"
        );
        for text in ["/a*b\n  X: 1", "/a\n  X: $b", "/a\n  X: {b}", "/a\n  X: \"b"] {
            let rules = HeaderRules::parse(text).expect("it is well formed");
            assert!(rules.nginx().is_err() && rules.caddy().is_err(), "{text}");
        }
    }

    /// Breaks when a mistake in the file is passed over.
    #[test]
    fn what_cannot_be_read_is_named_by_its_line() {
        for (text, expected) in [
            ("  A: b", "line 1: a header before the first path"),
            ("/\n  nothing", "line 2: expected `Name: value`"),
            ("# x\nA: b", "line 2: expected a path"),
        ] {
            let error = HeaderRules::parse(text).expect_err("the text is malformed").to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
