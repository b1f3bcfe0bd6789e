use fivetwenty_captures::Side;
use fivetwenty_captures::har::Entry;
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};

use crate::body::{Counts, counts, is_short};
use crate::facts::Facts;
use crate::fault::{EdgeOutcome, Fault, Overlooked, WithoutErrorName, assess, cite_failure, error_name, is_cut_in_headers};
use crate::field::Field;
use crate::finding::Finding;
use crate::page::page;
use crate::rule::{Needs, Rule};

/// The origin truncates its response.
pub(super) static RULE: Rule = Rule {
    id: "truncated-body",
    title: "The origin truncates its response",
    headline: "The origin truncates its response.",
    responsible: &[Responsible::Origin],
    needs: &[],
    check,
    page: page!("truncated_body.md"),
};

const FAULT: Fault = Fault {
    sign: |entry| {
        let named = entry.response.status > 0 && BREAKS.contains(&error_name(entry));
        match (named, is_cut_in_headers(entry)) {
            (true, _) => Some(Field::Error),
            (false, true) => Some(Field::HeaderList),
            (false, false) => is_short(entry).then_some(Field::BodyBytes),
        }
    },
    received: "a truncated response",
    edge_outcome: EdgeOutcome::BrokenAnswer,
    without_error_name: WithoutErrorName::LooksWhole,
    overlooked: Overlooked::Never,
    contradicts: |_| true,
};

/// The browser's names for it after the headers.
const BREAKS: [&str; 5] = [
    "ERR_CONNECTION_CLOSED",
    "ERR_CONNECTION_RESET",
    "ERR_CONTENT_LENGTH_MISMATCH",
    "ERR_HTTP2_PROTOCOL_ERROR",
    "ERR_INCOMPLETE_CHUNKED_ENCODING",
];

fn check(facts: &Facts<'_>) -> Finding {
    // A response through Cloudflare that breaks off shows the fault too, so the rule does not need direct answers.
    let finding = Needs::DIRECT.unmet(facts).unwrap_or_else(|| assess(facts, &FAULT));
    if finding.status == Status::CannotTell {
        return through_cloudflare(facts).unwrap_or(finding);
    }
    let Some(index) = finding.first_cited(Side::Direct).filter(|_| finding.status < Status::CannotTell) else { return finding };
    let finding = finding.with(facts.cite_direct(index, Field::BodyBytes, Polarity::Supports));
    let Counts::Differ(other) = counts(facts, index) else { return finding };
    let reason = Redacted::fill("{} The number of bytes differs between tries.", &[&finding.reason]);
    Finding { reason, ..finding }.with(facts.cite_direct(other, Field::BodyBytes, Polarity::Supports))
}

/// A response through Cloudflare breaks off, and the origin's own response is not captured.
fn through_cloudflare(facts: &Facts<'_>) -> Option<Finding> {
    let is_cut = |entry: &Entry| {
        let name = error_name(entry);
        BREAKS.contains(&name) || name.starts_with("ERR_QUIC_") || is_short(entry)
    };
    let cut: Vec<u32> =
        facts.broken_pairs().iter().map(|(index, _)| *index).filter(|index| facts.proxied_entry(*index).is_some_and(is_cut)).collect();
    let first = *cut.first()?;
    let reason = Redacted::fill(
        "{} through Cloudflare began well and broke off. Whether the origin did that is not captured.",
        &[&redact::counted(cut.len(), "response", "responses")],
    );
    Some(Finding::seen(Status::Possible, reason).with(cite_failure(facts, first)).with(facts.cite_ray(first, Polarity::Supports)))
}
