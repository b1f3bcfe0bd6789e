//! A case for Cloudflare's support, in the order in which its form asks.

use fivetwenty_captures::Side;
use fivetwenty_diagnose::{Field, advice, waited};
use fivetwenty_model::Polarity;
use fivetwenty_model::letter::{Field as Gap, Letter, NEEDED};
use fivetwenty_redact::{self as redact, Redacted};

use super::about::{About, Text};
use super::letter::letter;
use crate::writing::{Block, Line};

impl About<'_> {
    /// A case for Cloudflare.
    pub(super) fn support(&self) -> Letter {
        let mut blocks = vec![Block::Heading("Description")];
        blocks.extend(self.opening(""));
        blocks.extend(self.found().map(Block::Paragraph));
        blocks.push(Block::List(self.origin_side()));
        blocks.extend([
            Block::Heading(NEEDED),
            Block::Paragraph(Line::new("Look up the Ray IDs below at the edge, and let us know:")),
            Block::Steps(vec![
                Line::new("Which origin IP address and port did Cloudflare connect to?"),
                Line::new("Was it HTTP/1.1 or HTTP/2, over a new or a reused connection?"),
                Line::new("What did the origin send before the connection closed?"),
            ]),
        ]);
        blocks.extend([Block::Heading("Time (UTC)"), Block::List(self.requests(false))]);
        blocks.extend([
            Block::Heading("Zone"),
            Block::List(vec![
                Line::new("Zone: ").gap(Gap::Zone),
                Line::new("Host: ").value_or(self.host(), Gap::Host),
                Line::new("Data centre: ").value_or(self.colo(), Gap::Colo),
            ]),
        ]);
        blocks.extend([Block::Heading("Frequency"), Block::List(self.frequency())]);
        blocks.extend([Block::Heading("Steps to reproduce"), Block::Steps(self.steps())]);
        blocks.extend(self.failing.map(|_| Block::Commands(self.asks(), self.url_for_shell())));
        blocks.extend([
            Block::Heading("Expected and actual result"),
            Block::List(vec![Line::new("Expected: ").say(self.expected()), Line::new("Actual: ").say(self.actual())]),
        ]);
        blocks.extend([Block::Heading("Exact error"), Block::Paragraph(self.error_text())]);
        blocks.extend([Block::Heading("Impact"), Block::Paragraph(Line::default().gap(Gap::Impact))]);
        blocks.extend([Block::Heading("What changed"), Block::Paragraph(Line::default().gap(Gap::Changed))]);
        let tried = [Line::new("Tried: ").gap(Gap::Tried)].into_iter().chain(self.ruled_out()).chain(self.sources());
        blocks.extend([Block::Heading("What was tried"), Block::List(tried.collect())]);
        blocks.extend([Block::Heading("Attached"), Block::List(self.attached())]);
        let subject = Redacted::fill("{}: {}, {}{}", &[&self.host_or(), &self.error(), &self.request(), &self.when_and_ray()]);
        letter(&subject, &blocks)
    }

    fn frequency(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        lines.extend(self.counts().map(|counts| Line::new("In the capture: ").say(counts)));
        if let Some(patterns) = &self.report.patterns {
            for row in patterns.failing_urls().take(5) {
                lines.push(
                    Line::default()
                        .value(row.method.clone())
                        .words(" ")
                        .value(row.url.clone())
                        .say(Redacted::fill(": {} of {} failed", &[&row.failing, &row.total])),
                );
            }
            for row in patterns.colos.iter().take(5) {
                lines.push(
                    Line::new("Data centre ").value(row.colo.clone()).say(Redacted::fill(": {} of {} failed", &[&row.failing, &row.total])),
                );
            }
        }
        let logs = self.logs(false);
        lines.extend(logs.is_empty().then(|| Line::new("Since when, and how often: ").gap(Gap::Frequency)));
        lines.extend(logs);
        lines
    }

    fn steps(&self) -> Vec<Line> {
        if self.failing.is_none() {
            return vec![Line::default().gap(Gap::Steps)];
        }
        let mut first = Line::new("Send the request through Cloudflare (first command). Result: ").say(self.actual());
        if let Some(row) = self.report.patterns.as_ref().and_then(|patterns| patterns.failing_urls().next()) {
            first = first.say(Redacted::fill(" It failed {} of {} times in the capture.", &[&row.failing, &row.total]));
        }
        let second = Line::new("Send it to each origin IP address (second command, in place of ");
        let second = second.value(Redacted::fixed("ORIGIN_IP")).words("). Result: ");
        let second = match self.direct_answer() {
            Some(answer) => second.value(answer).words("."),
            None => second.gap(Gap::OriginResponse),
        };
        let mut steps = vec![first, second];
        if self.asks().iter().any(|command| command.as_str().contains("VALUE")) {
            steps.push(Line::default().value(Redacted::fixed("VALUE")).words(" stands for a masked value."));
        }
        steps
    }

    /// The failing request as commands.
    fn asks(&self) -> Vec<Text> {
        ["curl -sv -o /dev/null -D -{method} {url}", "curl -sv -o /dev/null -D -{method} {url} --connect-to ::ORIGIN_IP"]
            .map(|command| advice::fill(self.facts, command))
            .into()
    }

    fn expected(&self) -> Text {
        let direct = self.direct_entry().filter(|entry| (1..500).contains(&entry.response.status));
        match direct {
            Some(entry) => Redacted::fill("the origin's response, status {}, as on a direct request.", &[&entry.response.status]),
            None => Redacted::fixed("the origin's response."),
        }
    }

    fn actual(&self) -> Text {
        let Some(failing) = self.failing else { return Redacted::fill("{}.", &[&self.error()]) };
        let waited = waited(failing.entry).map(|waited| Redacted::fill(" after {}", &[&waited.range()]));
        let waited = waited.unwrap_or_else(|| Redacted::fixed(""));
        match (&failing.entry.response.error, failing.entry.response.status) {
            (Some(error), 0) => Redacted::fill("no response, `{}`{}.", &[&redact::error(error), &waited]),
            (_, 0) => Redacted::fill("no response{}.", &[&waited]),
            (Some(error), status) => Redacted::fill("status {}, then `{}`{}.", &[&status, &redact::error(error), &waited]),
            (None, status) if self.is_520() => Redacted::fill("status {} from Cloudflare{}.", &[&status, &waited]),
            (None, status) => Redacted::fill("status {}{}.", &[&status, &waited]),
        }
    }

    fn error_text(&self) -> Line {
        let Some(failing) = self.failing else { return Line::default().gap(Gap::ErrorText) };
        let code = failing.entry.response.error_page.as_ref().and_then(|page| page.code).unwrap_or(failing.entry.response.status);
        let mut line = match TITLES.iter().find(|(of, _)| *of == code) {
            Some((code, title)) => Line::default().value(Redacted::fill("Error {}: {}", &[code, title])),
            None => Line::default().say(Redacted::fill("Status {}", &[&failing.entry.response.status])),
        };
        if failing.entry.response.error_page.is_some() {
            let cited = Field::ErrorPage.cite(Side::Proxied, failing.index, failing.entry, Polarity::Supports);
            line = line.words(" (").say(cited.value).words(")");
        }
        if let Some(error) = &failing.entry.response.error {
            line = line.words(", browser: ").value(redact::error(error));
        }
        line
    }

    /// The same, and what only Cloudflare needs.
    fn attached(&self) -> Vec<Line> {
        let mut lines = self.files();
        let trace = Redacted::fixed("/cdn-cgi/trace");
        lines.push(match &self.report.trace {
            Some(_) => Line::default().value(Redacted::fixed("trace.txt")).words(" (output of ").value(trace).words(")"),
            None => Line::new("Output of ").value(trace).words(": ").gap(Gap::Trace),
        });
        lines.push(Line::new("Origin log: ").gap(Gap::OriginLog));
        lines
    }

    /// Method and path with a comma behind, for a subject.
    fn request(&self) -> Text {
        let Some(failing) = self.failing else { return Redacted::fixed("") };
        let without_query = failing.entry.request.url.split(['?', '#']).next().unwrap_or_default();
        Redacted::fill("{} {}, ", &[&redact::header_name(&failing.entry.request.method), &redact::url(without_query)])
    }

    fn when_and_ray(&self) -> Text {
        let time = self.time().map_or_else(|| Redacted::fixed("time unknown"), redact::second);
        self.ray().map_or_else(|| time.clone(), |ray| Redacted::fill("{}, Ray ID {}", &[&time, &ray]))
    }
}

/// The titles of Cloudflare's error pages.
const TITLES: [(u16, &str); 9] = [
    (502, "Bad gateway"),
    (520, "Web server is returning an unknown error"),
    (521, "Web server is down"),
    (522, "Connection timed out"),
    (523, "Origin is unreachable"),
    (524, "A timeout occurred"),
    (525, "SSL handshake failed"),
    (526, "Invalid SSL certificate"),
    (504, "Gateway time-out"),
];
