//! What the program itself writes into the files of a bundle: a removed value that stands in that is told by it, and is no leak.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use super::manifest::{BundleFile, TrimmedRow, manifest};
use super::plan::{self, hidden_text};
use crate::full::{to_full, to_json};
use crate::html::to_html;
use crate::short::to_text;
use fivetwenty_captures::Side;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::token::Token;
use fivetwenty_captures::har::{Capture, Entry, Header, Problem};
use fivetwenty_captures::order::Numbers;
use fivetwenty_model::plan::Plan;
use fivetwenty_model::report::Report;
use fivetwenty_redact::{Removed, Tokens, Unmatched};

/// What the program itself writes into the files, whatever was removed: the same files are made with the values absent. Only what stays by
/// the policy or the person's wish, and what is too short to be looked for, is in them.
pub(super) struct Baseline<'a> {
    pub(super) files: &'a [BundleFile],
    pub(super) trimmed: &'a [TrimmedRow],
    /// The person's rules that matched nothing.
    pub(super) unmatched: &'a [Unmatched],
    pub(super) plan: &'a Plan,
    /// As they are after redaction.
    pub(super) captures: &'a [(Side, Rc<Capture>)],
    pub(super) tokens: &'a Tokens,
    /// What may stand in a bundle, line by line.
    pub(super) allowlisted: &'a [&'a str],
    /// The report and the case for support, once they are needed.
    pub(super) report: OnceCell<(Report, String)>,
}

impl Baseline<'_> {
    /// Of one of the files.
    pub(super) fn text(&self, file: &'static str) -> Vec<u8> {
        match file {
            "summary.txt" => to_text(&self.report().0).into_bytes(),
            "report.txt" => to_full(&self.report().0).into_bytes(),
            "report.html" => to_html(&self.report().0).into_bytes(),
            "report.json" => to_json(&self.report().0).into_bytes(),
            "support.txt" => self.report().1.clone().into_bytes(),
            "trace.txt" => self.plan.trace.as_ref().map(hidden_text).unwrap_or_default().into_bytes(),
            "manifest.json" => {
                let known = self.known();
                manifest(self.files, self.tokens.counts(), (self.trimmed, self.unmatched), &|name| known.is_allowlisted(name))
            }
            har => self.files.iter().find(|file| file.name == har).map(|file| self.of_tokens(&file.bytes)).unwrap_or_default(),
        }
    }

    fn report(&self) -> &(Report, String) {
        self.report.get_or_init(|| {
            let known = self.known();
            let without_values = |(side, capture): &(Side, Rc<Capture>)| (*side, Rc::new(known.capture(capture)));
            let captures: Vec<_> = self.captures.iter().map(without_values).collect();
            // What texts say is searched whole.
            plan::report(&plan::without_values(self.plan), &captures, &[])
        })
    }

    fn known(&self) -> Known {
        let mut lines = Numbers::default();
        for line in self.allowlisted.iter().flat_map(|text| text.lines()) {
            lines.number(line);
        }
        Known(lines)
    }

    /// The tokens in a HAR, a line each.
    fn of_tokens(&self, har: &[u8]) -> Vec<u8> {
        let (known, har) = (self.known(), std::str::from_utf8(har).unwrap_or_default());
        let mut text = Vec::new();
        for (at, _) in har.match_indices('[') {
            let Some(token) = Token::read(&har[at..]) else { continue };
            if known.is_allowlisted(token.name) && self.tokens.counts().iter().any(|count| count.kind.label() == token.kind) {
                text.extend_from_slice(&har.as_bytes()[at..at + token.length]);
                text.push(b'\n');
            }
        }
        text
    }
}

/// What may stand in a bundle, line by line.
struct Known(Numbers);

impl Known {
    fn is_allowlisted(&self, text: &str) -> bool {
        text.len() < Removed::MIN_SEARCHED_BYTES
            || self.0.get(text).is_some()
            || Token::read(text).is_some_and(|token| token.length == text.len())
    }

    fn text(&self, text: &Arc<str>) -> Arc<str> {
        if self.is_allowlisted(text) { Arc::clone(text) } else { Arc::default() }
    }

    fn capture(&self, capture: &Capture) -> Capture {
        let creator = if self.is_allowlisted(&capture.creator) { capture.creator.clone() } else { Box::default() };
        let problems = capture.problems.iter().map(|problem| Problem { path: Box::default(), problem: Box::default(), ..problem.clone() });
        Capture {
            name: capture.name.clone(),
            creator,
            entries: capture.entries.map(|entry| self.entry(entry)),
            problems: problems.collect(),
            ..*capture
        }
    }

    fn entry(&self, entry: &Entry) -> Entry {
        let mut entry = entry.clone();
        let url = self.url(&entry.request.url).into();
        entry.each_text(&mut |text| *text = self.text(text));
        entry.request.url = url;
        let response = &mut entry.response;
        for headers in [&mut entry.request.headers, &mut response.headers] {
            *headers = self.headers(headers);
        }
        if let Some(page) = &mut response.error_page {
            page.host = None;
        }
        response.title = None;
        entry
    }

    fn url(&self, url: &str) -> String {
        let address = Address::new(url);
        let allowed = |text: &str| if self.is_allowlisted(text) { text.to_owned() } else { String::new() };
        let mut out = [address.scheme, "://", &allowed(address.host), &allowed(address.path)].concat();
        for (at, parameter) in address.query.into_iter().flat_map(|query| query.split('&')).enumerate() {
            let (name, value) = parameter.split_once('=').unwrap_or(("", parameter));
            let separator = if at == 0 { "?" } else { "&" };
            out.push_str(&[separator, &allowed(name), "=", &allowed(value)].concat());
        }
        out
    }

    /// Lengths stay, and which values are equal.
    fn headers(&self, headers: &[Arc<Header>]) -> Vec<Arc<Header>> {
        let without_value = |header: &Arc<Header>| {
            if self.is_allowlisted(&header.name) && self.is_allowlisted(&header.value) {
                return Arc::clone(header);
            }
            let value = if self.is_allowlisted(&header.value) { header.value.clone() } else { Box::default() };
            let hash = if header.hash == 0 { fivetwenty_captures::json::hash(header.value.as_bytes()) } else { header.hash };
            Arc::new(Header { name: self.text(&header.name), value, hash, ..**header })
        };
        headers.iter().map(without_value).collect()
    }
}
