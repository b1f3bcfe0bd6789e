//! For everybody to read: no address of the origin, nobody's data.

use fivetwenty_redact::{self as redact, Redacted};

use super::about::{About, Text};
use super::letter::Letter;
use crate::writing::{Block, Line};

impl About<'_> {
    /// For everybody to read.
    pub(super) fn community(&self) -> Letter {
        let url = self.public_url();
        let mut what = vec![
            Line::new("Request: ")
                .value_or(self.method(), "GET, POST or another")
                .words(" ")
                .value_or(url, "the address that fails, without its query"),
            Line::new("Time: ").value_or(self.time().map(redact::second), "date and time in UTC"),
            Line::new("Ray ID: ")
                .value_or(self.ray(), "the Ray ID at the foot of the error page")
                .words(", data centre ")
                .value_or(self.colo(), "the line `colo` of /cdn-cgi/trace"),
        ];
        what.extend(self.counts().map(|counts| Line::new("How often: ").say(counts)));
        what.push(Line::new("Since: ").missing("when it began, and whether it comes and goes"));
        let mut blocks = vec![Block::Paragraph(self.in_short()), Block::List(what)];
        let mut found = Vec::new();
        if let Some(answer) = self.direct_answer() {
            found.push(Line::new("Sent direct to the origin, the same request got ").value(answer).words("."));
        }
        found.extend(self.wait().map(|wait| Line::default().say(wait)));
        found.extend(self.ruled_out());
        let proven = self.found();
        if proven.is_some() || !found.is_empty() {
            blocks.push(Block::Heading("What I found"));
        }
        blocks.extend(proven.map(Block::Paragraph));
        if !found.is_empty() {
            blocks.push(Block::List(found));
        }
        blocks.extend([
            Block::Heading("What I want to know"),
            Block::List(vec![
                Line::default().missing("your question; for instance what else closes such a connection on your kind of server"),
                Line::new("Set-up: ").missing("web server, application, hosting, plan, SSL mode"),
                Line::new("What changed just before: ").missing("or \"nothing known\""),
                Line::new("Already tried: ").missing("what, and what came of it"),
            ]),
        ]);
        let subject = Redacted::fill(
            "{}: {}. {}",
            &[&self.host_or(), &self.error(), &self.headline().unwrap_or_else(|| Redacted::fixed("What to look at next?"))],
        );
        let letter = Letter::public(&subject, &blocks, &self.origin_names());
        Letter { subject: letter.subject.trim_end_matches('.').to_owned(), ..letter }
    }

    fn headline(&self) -> Option<Text> {
        let verdict = &self.report.verdict;
        verdict.cause.is_some().then(|| verdict.headline.clone())
    }

    fn method(&self) -> Option<Text> {
        self.failing.map(|failing| redact::header_name(&failing.entry.request.method))
    }
}
