use fivetwenty_captures::Side;
use fivetwenty_captures::compare::listed_header_bytes;
use fivetwenty_captures::evidence::token::length_before;
use fivetwenty_captures::har::{Entry, Response};
use fivetwenty_captures::site::SideView;
use fivetwenty_model::{Responsible, Status};
use fivetwenty_redact::Redacted;

use crate::facts::Facts;
use crate::fault::{EdgeOutcome, Fault, Overlooked, WithoutErrorName, assess, is_cut_in_headers};
use crate::field::{Field, version};
use crate::finding::Finding;
use crate::page::page;
use crate::rule::{Needs, Rule};

/// The origin sent a status line and hardly a header.
pub(super) static RULE: Rule = Rule {
    id: "missing-headers",
    title: "The origin sends a status line without usable headers",
    headline: "The origin sent a status line without usable headers.",
    responsible: &[Responsible::Origin],
    needs: &[],
    check,
    page: page!("missing_headers.md"),
};

const FAULT: Fault = Fault {
    sign: |entry| is_bare(entry).then_some(Field::HeaderList),
    received: "a status line without usable headers or body",
    edge_outcome: EdgeOutcome::Documented520,
    without_error_name: WithoutErrorName::Other,
    overlooked: Overlooked::Never,
    contradicts: |_| true,
};

/// The tolerance for how exporters count, in bytes. A larger difference from the list means that headers were left out.
const SLACK: u64 = 8;
/// The longest reason phrase of a status line, where the exporter leaves it out.
const REASON_PHRASE: u64 = 32;

fn check(facts: &Facts<'_>) -> Finding {
    // Whether the export has headers at all is checked before the need for direct answers.
    if let Some(direct) = &facts.direct
        && !direct.headers_known
        && !direct.answered().any(|(_, entry)| is_measured(entry))
    {
        return Finding::cannot_tell("The direct capture has no response headers at all. Its exporter may have left them out.");
    }
    if let Some(unmet) = Needs::DIRECT.unmet(facts) {
        return unmet;
    }
    let finding = assess(facts, &FAULT);
    let cited = finding.evidence.iter().filter(|evidence| evidence.side == Some(Side::Direct));
    let mut cited = cited.filter_map(|evidence| facts.direct_entry(evidence.index?));
    // Where no answer has any header, the exporter may have left them out, whatever it measured.
    let lists = facts.direct.iter().flat_map(SideView::entries).any(|entry| !entry.response.headers.is_empty());
    if finding.status > Status::Likely || lists && cited.by_ref().filter(|entry| is_bare(entry)).all(is_measured) {
        return finding;
    }
    let reason = Redacted::fill("{} The exporter did not measure them, so it may have left some out.", &[&finding.reason]);
    Finding { status: Status::Possible, explains_all: false, reason, ..finding }
}

/// Whether a response should have headers and a body, and has neither. A redirect needs only its Location. A body of unknown size may
/// have existed.
fn is_bare(entry: &Entry) -> bool {
    let response = &entry.response;
    let listed = || response.headers.iter().filter(|header| !header.name.starts_with(':'));
    let is_usable =
        |name: &str| ["content-type", "content-length", "transfer-encoding", "location"].iter().any(|one| name.eq_ignore_ascii_case(one));
    matches!(response.status, 200..=203 | 205..=303 | 305..=599)
        && !matches!(&*entry.request.method, "HEAD" | "CONNECT")
        && entry.from_cache.is_none()
        && response.error.is_none()
        && !is_cut_in_headers(entry)
        && version(&response.http_version) != b'0'
        && listed().count() <= 1
        && !listed().any(|header| is_usable(&header.name))
        && response.content_size == Some(0)
        && response.headers_size.is_none_or(|bytes| bytes <= listed_bytes(response))
}

/// Bytes of a status line and the headers that are listed.
fn listed_bytes(response: &Response) -> u64 {
    let status_line = "HTTP/1.1 200 \r\n\r\n".len() as u64;
    let reason_phrase = if response.status_text.is_empty() { REASON_PHRASE } else { length_before(&response.status_text) };
    listed_header_bytes(response).max(status_line) + reason_phrase + SLACK
}

/// Whether the size on the wire says the same.
fn is_measured(entry: &Entry) -> bool {
    entry.response.headers_size.is_some_and(|bytes| bytes > 0)
}
