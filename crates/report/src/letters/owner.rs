//! From a visitor to the site's owner.

use fivetwenty_model::letter::{Field, Letter};
use fivetwenty_redact::{self as redact, Redacted};

use super::about::About;
use super::letter::public;
use crate::writing::{Block, Line};

impl About<'_> {
    /// From a visitor to the owner: two lines, and a third that says of a sample that it is one.
    pub(super) fn owner(&self) -> Letter {
        let first = Line::new("Your site returned ")
            .say(self.error())
            .words(": ")
            .value_or(self.public_url(), Field::Url)
            .words(", ")
            .value_or(self.time().map(redact::second), Field::Time)
            .words(", Ray ID ")
            .value_or(self.ray(), Field::RayId)
            .words(", data centre ")
            .value_or(self.colo(), Field::Colo)
            .words(".");
        let means = if self.failing.is_none() || self.is_520() {
            "Cloudflare got no valid response from your server at that second. Check the server's log, or ask your host."
        } else {
            "Check the server's log of that second, or ask your host."
        };
        let second = Line::new(means).words(" What changed before it?");
        let sample = self.report.sample_line().map(|sample| Block::Paragraph(Line::new(sample).words(".")));
        let blocks: Vec<Block> = [Block::Paragraph(first), Block::Paragraph(second)].into_iter().chain(sample).collect();
        let subject = Redacted::fill("{}: {}", &[&self.host_or(), &self.error()]);
        let mut letter = public(&subject, &blocks, &self.origin_names());
        // A line each, and no empty one between them.
        for segment in &mut letter.plain {
            segment.text = segment.text.replace("\n\n", "\n");
        }
        letter
    }
}
