//! What a diagnosis of a case must come to, in each form of its recording.

use serde::Serialize;

use crate::case::{Case, Shows, Status};
use crate::cases::EMPTY;

/// The causes that are one and the same in Firefox: there was no answer.
const SILENT: [&str; 4] = ["empty-reply", "connection-reset", "malformed-response", "invalid-headers"];

/// What a diagnosis of a case must come to, as it is written beside the captures.
#[derive(Serialize)]
pub(super) struct Expected {
    /// The cause's id; none where nothing is wrong.
    cause: Option<&'static str>,
    /// Causes that are the same fault by other names: right as well.
    also: Vec<&'static str>,
    /// Where the fault is seen.
    seen: &'static str,
    /// How sure a diagnosis can be of it from this form; none where it does not show the cause, and other causes must not be above
    /// `possible` unless they stand in `also`.
    status: Option<&'static str>,
    /// Causes that the captures contradict.
    ruled_out: Vec<&'static str>,
    /// What happens in the case.
    about: &'static str,
    /// Why it comes to no more and no less.
    #[serde(skip_serializing_if = "str::is_empty")]
    why: &'static str,
}

pub(super) fn expected(case: &Case, form: &str) -> Expected {
    let expect = &case.expect;
    let is_firefox = form.starts_with("firefox");
    let (proxied, direct) = if is_firefox { case.in_firefox() } else { (case.proxied, case.direct) };
    let status = expect.reaches.and_then(|reaches| match form {
        _ if is_firefox => reaches.firefox,
        _ if form.ends_with("-full") => reaches.full,
        _ => reaches.sanitised,
    });
    let mut also = expect.also.to_vec();
    if direct == Shows::Silent {
        also.extend(SILENT.iter().filter(|cause| Some(**cause) != expect.cause && !expect.also.contains(cause)));
    }
    Expected {
        cause: expect.cause,
        also,
        seen: expect.seen.word(),
        status: status.map(Status::word),
        ruled_out: expect.ruled_out.iter().copied().filter(|cause| contradicts(proxied, direct, cause)).collect(),
        about: case.about,
        why: expect.why,
    }
}

/// Whether captures that show this can contradict a cause that the case does not have. Without a 520 there is nothing to explain, one good
/// direct answer excludes no fault that comes and goes, and how large headers were is not known of an answer that never came, but that an
/// empty one had none.
fn contradicts(proxied: Shows, direct: Shows, cause: &str) -> bool {
    let is_known = direct == EMPTY || !matches!(direct, Shows::Failed(_) | Shows::Silent);
    let is_good = matches!(direct, Shows::Fine | Shows::Absent(_) | Shows::Status(..500));
    match cause {
        "empty-reply" => proxied == Shows::Status(520) && !is_good,
        "headers-too-large" => proxied == Shows::Status(520) && is_known && !is_good,
        _ => true,
    }
}
