//! For everybody to read: no address of the origin, nobody's data.

use fivetwenty_model::letter::{Field, Letter};
use fivetwenty_redact::{self as redact, Redacted};

use super::about::{About, Text};
use super::letter::public;
use crate::writing::{Block, Line};

impl About<'_> {
    /// For everybody to read.
    pub(super) fn community(&self) -> Letter {
        let request = match (self.method(), self.public_url()) {
            (Some(method), Some(url)) => Line::new("Request: ").value(method).words(" ").value(url),
            _ => Line::new("Request: ").gap(Field::Url),
        };
        let mut what = vec![
            request,
            Line::new("Time: ").value_or(self.time().map(redact::second), Field::Time),
            Line::new("Ray ID: ").value_or(self.ray(), Field::RayId),
            Line::new("Data centre: ").value_or(self.colo(), Field::Colo),
        ];
        what.extend(self.counts().map(|counts| Line::new("In the capture: ").say(counts)));
        let logs = self.logs(true);
        what.extend(logs.is_empty().then(|| Line::new("Since when, and how often: ").gap(Field::Frequency)));
        what.extend(logs);
        let mut blocks = self.opening("");
        blocks.push(Block::List(what));
        let mut found = Vec::new();
        if let Some(answer) = self.direct_answer() {
            found.push(Line::new("The same request, direct to the origin: ").value(answer));
        }
        found.extend(self.wait().map(|wait| Line::default().say(wait)));
        found.extend(self.ruled_out());
        found.extend(self.sources());
        let proven = self.found();
        if proven.is_some() || !found.is_empty() {
            blocks.push(Block::Heading("What I found"));
        }
        blocks.extend(proven.map(Block::Paragraph));
        if !found.is_empty() {
            blocks.push(Block::List(found));
        }
        blocks.extend([
            Block::Heading("My question"),
            Block::Paragraph(Line::default().gap(Field::Question)),
            Block::Heading("Setup"),
            Block::List(vec![
                Line::new("Server and application: ").gap(Field::Setup),
                Line::new("What changed before it began: ").gap(Field::Changed),
                Line::new("What I tried: ").gap(Field::Tried),
            ]),
        ]);
        let subject = Redacted::fill(
            "{}: {}. {}",
            &[&self.host_or(), &self.error(), &self.headline().unwrap_or_else(|| Redacted::fixed("What to check next?"))],
        );
        let letter = public(&subject, &blocks, &self.origin_names());
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
