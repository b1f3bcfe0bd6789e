//! Sections of the texts to those who look into it: support, and whoever runs the origin.

use fivetwenty_captures::edge::{colo, ray};
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::Entry;
use fivetwenty_diagnose::waited;
use fivetwenty_model::Side;
use fivetwenty_model::letter::Field;
use fivetwenty_redact::{self as redact, Redacted};

use super::about::{About, Text, place};
use crate::writing::Line;

/// Failing requests that a text lists at most.
pub(super) const MAX_REQUESTS: usize = 10;

impl<'a> About<'a> {
    /// What the origin did with the failing request when it was sent direct, and what was measured.
    pub(super) fn origin_side(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        match (self.direct_answer(), self.facts.direct_is_no_evidence()) {
            (_, Some(why)) => lines.push(Line::new("Direct: ").say(why)),
            (Some(answer), None) => {
                let mut line = Line::new("The same request, direct to the origin: ").value(answer);
                if let Some((same, of)) = self.alike() {
                    line = line.say(Redacted::fill(" ({} of {})", &[&same, &redact::counted(of, "try", "tries")]));
                }
                lines.push(line);
            }
            (None, None) => lines.push(Line::new("The same request, direct to the origin: ").gap(Field::OriginResponse)),
        }
        lines.push(Line::new("Origin IP address: ").value_or(self.origin_address(), Field::OriginAddress));
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

    /// The failing requests, one a line. What they have in common is said once.
    pub(super) fn requests(&self, local: bool) -> Vec<Line> {
        let entries: Vec<&Entry> = self.all.iter().take(MAX_REQUESTS).filter_map(|index| self.facts.proxied_entry(*index)).collect();
        let Some((first, others)) = entries.split_first() else {
            return vec![
                Line::new("Time: ").gap(Field::Time),
                Line::new("Ray ID: ").gap(Field::RayId),
                Line::new("Request: ").gap(Field::Url),
            ];
        };
        // A text may show neither.
        let asks = |line: Line, entry: &Entry| {
            let (method, url) = (&entry.request.method, redact::url(&entry.request.url));
            let line = if method.is_empty() { line } else { line.value(redact::header_name(method)).words(" ") };
            match () {
                () if url.as_str().is_empty() => line.gap(Field::Url),
                // The values that a person fills in are those of one URL.
                () if entry.request.url == first.request.url => line.url(url),
                () => line.value(url),
            }
        };
        let same = others.iter().all(|entry| (&entry.request.method, &entry.request.url) == (&first.request.method, &first.request.url));
        let mut lines = Vec::new();
        if same {
            lines.push(asks(Line::new(if others.is_empty() { "Request: " } else { "Each request: " }), first));
        }
        for entry in &entries {
            let when = self.facts.when(Side::Proxied, entry);
            let mut line = match when.as_ref().map(|when| when.at) {
                Some(time) if local && self.offset != UtcOffset::UTC => Line::default()
                    .value(redact::second_at(time, self.offset))
                    .words(" server time, ")
                    .value(Redacted::fill("{}", &[&time])),
                Some(time) => Line::default().value(Redacted::fill("{}", &[&time])),
                None => Line::new("time unknown"),
            };
            if when.is_some_and(|when| !when.others.is_empty()) {
                line = line.words(" (its clocks disagree)");
            }
            line = match ray(entry) {
                Some(ray) => line.words(", Ray ID ").value(redact::ray_id(&ray)),
                None => line.words(", Ray ID unknown"),
            };
            if let Some(colo) = colo(entry) {
                line = line.words(", ").value(place(colo));
            }
            if !same {
                line = asks(line.words(", "), entry);
            }
            line = if entry.response.status > 0 {
                line.say(Redacted::fill(": status {}", &[&entry.response.status]))
            } else {
                line.words(": no response")
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
            lines.push(Line::new("All times are UTC. The commands below convert them to the server's time."));
        }
        lines
    }

    /// The files of the bundle.
    pub(super) fn files(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (name, what, missing, capture) in [
            ("proxied.har", " (through Cloudflare, ", "Missing: a HAR file captured through Cloudflare", &self.report.captures.proxied),
            ("direct.har", " (direct to the origin, ", "Missing: a HAR file captured direct to the origin", &self.report.captures.direct),
        ] {
            lines.push(match capture {
                Some(capture) => {
                    let requests = redact::counted(capture.entries as usize, "request", "requests");
                    Line::default().value(Redacted::fixed(name)).words(what).say(requests).words(", secrets redacted)")
                }
                None => Line::new(missing),
            });
        }
        let report = Line::default().value(Redacted::fixed("report.html")).words(" and ").value(Redacted::fixed("report.json"));
        lines.push(report.words(" (all findings with their evidence)"));
        lines
    }

    /// The direct request in place of each failing one.
    fn partners(&self) -> Vec<&'a Entry> {
        let rows = self.facts.pairing.rows.iter().filter(|pair| pair.proxied.is_some_and(|index| self.alike.binary_search(&index).is_ok()));
        rows.filter_map(|pair| self.facts.direct_entry(pair.direct.or(pair.stand_in)?)).collect()
    }

    /// To how many of the failing requests the origin responded in the same way, of how many that have a partner.
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
