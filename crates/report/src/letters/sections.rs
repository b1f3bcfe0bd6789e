//! Sections of the texts to those who look into it: support, and whoever runs the origin.

use fivetwenty_captures::edge::{colo, ray};
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::Entry;
use fivetwenty_diagnose::waited;
use fivetwenty_model::Side;
use fivetwenty_redact::{self as redact, Redacted};

use super::about::{About, Text, place};
use crate::writing::Line;

/// Failing requests that a text lists at most.
pub(super) const MAX_REQUESTS: usize = 10;

impl<'a> About<'a> {
    /// What the origin did with the failing request when it was asked itself, and what was measured.
    pub(super) fn origin_side(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        match (self.direct_answer(), self.facts.direct_is_no_evidence()) {
            (_, Some(why)) => lines.push(Line::new("Direct: ").say(why)),
            (Some(answer), None) => {
                let mut line = Line::new("Direct: the same request, sent to the origin without Cloudflare, got ").value(answer);
                if let Some((same, of)) = self.alike() {
                    line = line.say(Redacted::fill(" ({} of {}).", &[&same, &redact::counted(of, "try", "tries")]));
                }
                lines.push(line);
            }
            (None, None) => lines
                .push(Line::new("Direct: ").missing("what the origin answers when it is asked without Cloudflare; the command is below")),
        }
        lines.push(Line::new("Origin address asked: ").value_or(self.origin_address(), "the address of each origin server"));
        lines.extend(self.wait().map(|wait| Line::default().say(wait)));
        let measures = &self.report.measures;
        for (what, row) in
            [("Response headers of the origin: ", &measures.response_headers), ("Request headers: ", &measures.request_headers)]
        {
            if let Some(row) = row {
                lines.push(Line::new(what).say(Redacted::fill("{} bytes ({}).", &[&redact::thousands(row.bytes), &row.how])));
            }
        }
        lines
    }

    /// The failing requests, one a line. What all of them ask for is said once.
    pub(super) fn requests(&self, local: bool) -> Vec<Line> {
        let entries: Vec<&Entry> = self.all.iter().take(MAX_REQUESTS).filter_map(|index| self.facts.proxied_entry(*index)).collect();
        let Some((first, others)) = entries.split_first() else {
            return vec![Line::default().missing("date and time in UTC, the Ray ID and the full URL of each failing request")];
        };
        let asks = |line: Line, entry: &Entry| {
            line.value(Redacted::fill("{} {}", &[&redact::header_name(&entry.request.method), &redact::url(&entry.request.url)]))
        };
        let same = others.iter().all(|entry| (&entry.request.method, &entry.request.url) == (&first.request.method, &first.request.url));
        let mut lines = Vec::new();
        if same {
            lines.push(asks(Line::new(if others.is_empty() { "Request: " } else { "Each time: " }), first));
        }
        for entry in &entries {
            let when = self.facts.when(Side::Proxied, entry);
            let mut line = match when.as_ref().map(|when| when.at) {
                Some(time) if local && self.offset != UtcOffset::UTC => Line::default()
                    .value(redact::second_at(time, self.offset))
                    .words(" on the server, ")
                    .value(Redacted::fill("{}", &[&time])),
                Some(time) => Line::default().value(Redacted::fill("{}", &[&time])),
                None => Line::default().missing("the time in UTC"),
            };
            if when.is_some_and(|when| !when.others.is_empty()) {
                line = line.words(" (its clocks disagree)");
            }
            line = line.words(", Ray ID ").value_or(ray(entry).map(|ray| redact::ray_id(&ray)), "the Ray ID");
            if let Some(colo) = colo(entry) {
                line = line.words(", ").value(place(colo));
            }
            if !same {
                line = asks(line.words(", "), entry);
            }
            line = if entry.response.status > 0 {
                line.say(Redacted::fill(": status {}", &[&entry.response.status]))
            } else {
                line.words(": no answer")
            };
            if let Some(waited) = waited(entry) {
                line = line.say(Redacted::fill(" after {}", &[&waited.range()]));
            }
            lines.push(line);
        }
        if self.all.len() > MAX_REQUESTS {
            lines.push(Line::default().say(Redacted::fill("and {} more, in the report", &[&(self.all.len() - MAX_REQUESTS)])));
        }
        if local && self.offset == UtcOffset::UTC {
            lines.push(Line::new("All times are UTC; the commands below turn them into the server's own time."));
        }
        lines
    }

    /// The files of the bundle.
    pub(super) fn files(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (name, what, missing, capture) in [
            ("proxied.har", " (through Cloudflare, ", "a HAR file recorded through Cloudflare", &self.report.captures.proxied),
            ("direct.har", " (direct to the origin, ", "a HAR file recorded direct to the origin", &self.report.captures.direct),
        ] {
            lines.push(match capture {
                Some(capture) => {
                    let requests = redact::counted(capture.entries as usize, "request", "requests");
                    Line::default().value(Redacted::fixed(name)).words(what).say(requests).words(", secret values removed)")
                }
                None => Line::default().missing(missing),
            });
        }
        let report = Line::default().value(Redacted::fixed("report.html")).words(" and ").value(Redacted::fixed("report.json"));
        lines.push(report.words(" (all findings with their evidence)"));
        lines
    }

    /// What the origin was asked itself in place of each failing request.
    fn partners(&self) -> Vec<&'a Entry> {
        let rows = self.facts.pairing.rows.iter().filter(|pair| pair.proxied.is_some_and(|index| self.alike.binary_search(&index).is_ok()));
        rows.filter_map(|pair| self.facts.direct_entry(pair.direct.or(pair.stand_in)?)).collect()
    }

    /// How many of the failing requests the origin answered in the same way, of how many that have a partner.
    fn alike(&self) -> Option<(usize, usize)> {
        let first = &self.direct_entry()?.response;
        let partners = self.partners();
        let same = partners.iter().filter(|entry| (entry.response.status, &entry.response.error) == (first.status, &first.error)).count();
        Some((same, partners.len()))
    }

    fn origin_address(&self) -> Option<Text> {
        if self.facts.direct_is_no_evidence().is_some() {
            return None;
        }
        let direct = self.facts.direct.as_ref()?;
        let partner = self.direct_entry().into_iter().chain(direct.answered().map(|(_, entry)| entry));
        partner.into_iter().filter_map(|entry| entry.server_ip.as_deref()).find_map(redact::public_address)
    }
}

pub(super) fn impact() -> Line {
    Line::default().missing("how many visitors or orders are affected, what they cannot do, since when, whether there is a way round")
}
