//! From a visitor to the site's owner.

use fivetwenty_redact::{self as redact, Redacted};

use super::about::About;
use super::letter::Letter;
use crate::writing::{Block, Line};

impl About<'_> {
    /// From a visitor to the owner: two lines.
    pub(super) fn owner(&self) -> Letter {
        let first = Line::new("Your site gave me ")
            .say(self.error())
            .words(": ")
            .value_or(self.public_url(), "the address")
            .words(", ")
            .value_or(self.time().map(redact::second), "date and time, with the zone")
            .words(", Ray ID ")
            .value_or(self.ray(), "the Ray ID at the foot of the error page")
            .words(", data centre ")
            .value_or(self.colo(), "the city on the error page")
            .words(".");
        let means = if self.failing.is_none() || self.is_520() {
            "Cloudflare asked your server at that second and got no answer that it could use: the server's log should show why, or your hosting provider can look it up."
        } else {
            "The server's log of that second should show why, or your hosting provider can look it up."
        };
        let second = Line::new(means).words(" What changed just before?");
        let blocks = [Block::Paragraph(first), Block::Paragraph(second)];
        let subject = Redacted::fill("{}: {}", &[&self.host_or(), &self.error()]);
        let letter = Letter::public(&subject, &blocks, &self.origin_names());
        // Two lines, and no empty one between them.
        Letter { plain: letter.plain.replace("\n\n", "\n"), ..letter }
    }
}
