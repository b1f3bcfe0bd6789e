//! A case for Cloudflare's support, in the order in which its form asks.

use fivetwenty_captures::Side;
use fivetwenty_diagnose::{Field, advice, waited};
use fivetwenty_model::Polarity;
use fivetwenty_redact::{self as redact, Redacted};

use super::about::{About, Text};
use super::letter::Letter;
use super::sections::impact;
use crate::writing::{Block, Line};

impl About<'_> {
    /// A case for Cloudflare.
    pub(super) fn support(&self) -> Letter {
        let mut blocks = vec![Block::Heading("Description"), Block::Paragraph(self.in_short())];
        blocks.extend(self.found().map(Block::Paragraph));
        blocks.push(Block::List(self.origin_side()));
        let asked = "Please look these Ray IDs up at the edge and tell us: which origin address and port was asked, over which protocol \
                     (HTTP/1.1 or HTTP/2), on a new or a reused connection, and what came back before it was closed.";
        blocks.push(Block::Paragraph(Line::new(asked)));
        blocks.extend([Block::Heading("Time (UTC)"), Block::List(self.requests(false))]);
        blocks.extend([
            Block::Heading("Zone"),
            Block::List(vec![
                Line::new("Zone: ").missing("the zone's name or ID, from the dashboard's Overview page"),
                Line::new("Host: ").value_or(self.host(), "the host that fails"),
                Line::new("Data centre: ").value_or(self.colo(), "the line `colo` of /cdn-cgi/trace"),
            ]),
        ]);
        blocks.extend([Block::Heading("Frequency"), Block::List(self.frequency())]);
        blocks.extend([Block::Heading("Steps to reproduce"), Block::Steps(self.steps()), Block::Commands(self.asks())]);
        blocks.extend([
            Block::Heading("Expected and actual result"),
            Block::List(vec![Line::new("Expected: ").say(self.expected()), Line::new("Actual: ").say(self.actual())]),
        ]);
        blocks.extend([Block::Heading("Exact error"), Block::Paragraph(self.error_text())]);
        blocks.extend([Block::Heading("Impact"), Block::Paragraph(impact())]);
        blocks.extend([Block::Heading("What changed just before?"), Block::Paragraph(changed())]);
        blocks.extend([Block::Heading("Tried, and ruled out"), Block::List(self.ruled_out().into_iter().chain([tried()]).collect())]);
        blocks.extend([Block::Heading("Attached"), Block::List(self.attached())]);
        let subject = Redacted::fill("{}: {}, {}{}", &[&self.host_or(), &self.error(), &self.request(), &self.when_and_ray()]);
        Letter::new(&subject, &blocks)
    }

    fn frequency(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        lines.extend(self.counts().map(|counts| Line::new("In the recording: ").say(counts)));
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
        lines.push(Line::new("Outside of it: ").missing("since when, how often, always or now and then, from which places"));
        lines
    }

    fn steps(&self) -> Vec<Line> {
        if self.failing.is_none() {
            return vec![Line::default().missing("what leads to the error from a fresh private window on, with the full URL")];
        }
        let mut first = Line::new("Ask through Cloudflare (first command): ").say(self.actual());
        if let Some(row) = self.report.patterns.as_ref().and_then(|patterns| patterns.failing_urls().next()) {
            first = first.say(Redacted::fill(" It failed {} of {} times in the recording.", &[&row.failing, &row.total]));
        }
        let second = Line::new("Ask the origin itself (second command, ");
        let second = second.value(Redacted::fixed("ORIGIN_IP")).words(" being each origin address in turn): ");
        let second = match self.direct_answer() {
            Some(answer) => second.words("in the recording it was ").value(answer).words("."),
            None => second.missing("what it answers"),
        };
        let values = Line::new("Where a command says ").value(Redacted::fixed("VALUE")).words(": ");
        let mut steps = vec![first, second];
        if self.asks().iter().any(|command| command.as_str().contains("VALUE")) {
            steps.push(values.missing("a value that fails, unless it is secret; or \"any\""));
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
            Some(entry) => {
                Redacted::fill("the origin's own answer, status {}, which it gives when it is asked direct.", &[&entry.response.status])
            }
            None => Redacted::fixed("the origin's own answer."),
        }
    }

    fn actual(&self) -> Text {
        let Some(failing) = self.failing else { return Redacted::fixed("error 520.") };
        let waited = waited(failing.entry).map(|waited| Redacted::fill(" after {}", &[&waited.range()]));
        let waited = waited.unwrap_or_else(|| Redacted::fixed(""));
        match (&failing.entry.response.error, failing.entry.response.status) {
            (Some(error), 0) => Redacted::fill("no answer, `{}`{}.", &[&redact::error(error), &waited]),
            (_, 0) => Redacted::fill("no answer{}.", &[&waited]),
            (Some(error), status) => Redacted::fill("status {}, then `{}`{}.", &[&status, &redact::error(error), &waited]),
            (None, status) if self.is_520() => Redacted::fill("status {}, made by Cloudflare{}.", &[&status, &waited]),
            (None, status) => Redacted::fill("status {}{}.", &[&status, &waited]),
        }
    }

    fn error_text(&self) -> Line {
        let Some(failing) = self.failing else { return Line::default().missing("the error page's text, its code and its Ray ID") };
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

    /// The same, and what only Cloudflare asks for.
    fn attached(&self) -> Vec<Line> {
        let mut lines = self.files();
        let trace = Redacted::fixed("/cdn-cgi/trace");
        lines.push(match &self.report.trace {
            Some(_) => Line::default().value(Redacted::fixed("trace.txt")).words(" (what ").value(trace).words(" says)"),
            None => Line::new("What ").value(trace).words(" says: ").missing("its lines, without the one that begins with ip="),
        });
        lines.push(Line::new("Origin log: ").missing("the lines of access and error log around these times"));
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

fn tried() -> Line {
    Line::new("Tried: ").missing("what was tried, and what came of it; or \"nothing yet\"")
}

fn changed() -> Line {
    Line::default()
        .missing("deployment, certificate, DNS, firewall, plugin, Cloudflare setting, with the time of each; or \"nothing known\"")
}
