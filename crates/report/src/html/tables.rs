//! Tables of recordings, Ray IDs, and pairs.

use fivetwenty_model::report::{AfterRow, CaptureRow, PairRow, Pairs, RAY_TIME, Ray};
use fivetwenty_model::{Side, Source};
use fivetwenty_redact::{Redacted, byte_count, counted};
use maud::{Markup, html};

use super::parts::{Text, index, number, prose, request, side_class, source, time};

/// The files that these are.
pub(super) fn captures(captures: &[(Side, &CaptureRow<Text>)]) -> Markup {
    html! {
        table { "\n"
            tr { th {} th { "File" } th { "Size" } th { "Requests" } th { "Failing" } th { "Recorded (UTC)" } } "\n"
            @for (side, capture) in captures {
                tr {
                    td.keep { (source(Source::capture(*side))) }
                    td { (capture.name) br; span.quiet { (capture.creator) } }
                    td.keep { (byte_count(capture.bytes)) }
                    td { (number(capture.entries)) }
                    td { (number(capture.failing)) }
                    td {
                        @if let (Some(first), Some(last)) = (&capture.first, &capture.last) { (time(first)) br; "to " (time(last)) }
                    }
                } "\n"
            }
        } "\n"
    }
}

/// What could not be read of a file.
pub(super) fn problems(capture: &CaptureRow<Text>) -> Markup {
    html! {
        p { (capture.name) ": " (counted(capture.problems_total as usize, "problem", "problems")) "." } "\n"
        ul { "\n"
            @for problem in capture.problems.iter().take(10) {
                li {
                    "at byte " (number(problem.offset))
                    @if !problem.path.as_str().is_empty() { ", " code { (problem.path) } }
                    ": " (problem.problem)
                } "\n"
            }
        } "\n"
    }
}

/// Ray IDs, under a title when there are any.
pub(super) fn rays(title: &'static str, rays: &[&Ray<Text>]) -> Markup {
    html! {
        @if !rays.is_empty() {
            h2 { (title) } "\n"
            table { "\n"
                tr {
                    th { "Received (UTC, derived)" } th { "Ray ID" } th { "Data centre" } th { "Status" } th { "Cloudflare waited" } th { "Entry" }
                } "\n"
                @for ray in rays { (ray_row(ray)) "\n" }
            } "\n"
            p.quiet { (RAY_TIME) } "\n"
        }
    }
}

fn ray_row(ray: &Ray<Text>) -> Markup {
    let apart = ray.belongs().filter(|_| ray.in_capture == Some(false));
    let is_bad = ray.status.is_some_and(|status| status >= 500);
    html! {
        tr {
            td { @match &ray.received { Some(received) => (time(received)), None => "unknown" } }
            td.keep {
                code { (ray.id) }
                @for words in ray.doubt.iter().map(|doubt| doubt.label()).chain(apart) { br; span.doubt { (words) } }
            }
            td {
                @if let Some(colo) = &ray.colo { (colo) }
                @if let (Some(city), Some(country)) = (&ray.city, &ray.country) { " " span.quiet { (city) ", " (country) } }
            }
            td class=[is_bad.then_some("bad")] { @if let Some(status) = ray.status { (number(status)) } }
            td {
                @if let Some(waited) = ray.waited {
                    (waited.range()) " " span.quiet { "(" (waited.from.label()) ")" }
                }
            }
            td.keep {
                @if let Some(class) = side_class(ray.source) { span class=(class) {} }
                (index(ray.entry))
            }
        }
    }
}

/// The comparison.
pub(super) fn pairs(pairs: &Pairs<Text>) -> Markup {
    html! {
        h2 { "Side by side" } "\n"
        p {
            (counted(pairs.matched as usize, "pair", "pairs")) ", " (number(pairs.status_changed)) " with another status, "
            (number(pairs.headers_changed)) " with other headers; " (number(pairs.only_proxied)) " requests only through Cloudflare, "
            (number(pairs.only_direct)) " only direct."
        } "\n"
        @if !pairs.rows.is_empty() {
            table { "\n"
                tr { th { "Entries" } th { "Request" } th { "Through Cloudflare" } th { "Direct" } } "\n"
                @for row in &pairs.rows { (pair(row)) "\n" }
            } "\n"
        }
    }
}

fn pair(row: &PairRow<Text>) -> Markup {
    let headers = [
        ("headers only through Cloudflare: ", &row.headers_added),
        ("headers only direct: ", &row.headers_removed),
        ("headers changed: ", &row.headers_changed),
    ];
    html! {
        tr {
            td.keep { (index(row.proxied)) " | " (index(row.direct)) }
            td {
                (request(&row.method, &row.url))
                @for (what, names) in headers.into_iter().filter(|(_, names)| !names.is_empty()) {
                    br; span.quiet { (what) (Redacted::join(names.iter().cloned(), ", ")) }
                }
            }
            @for status in row.status {
                td.keep {
                    @match status {
                        None => span.quiet { "not captured" },
                        Some(0) => span.bad { "no response" },
                        Some(status) if status >= 500 => span.bad { (number(status)) },
                        Some(status) => (number(status)),
                    }
                }
            }
        }
    }
}

/// What became of the failing requests.
pub(super) fn after(after: &AfterRow<Text>) -> Markup {
    let lists = [
        (None, "gone", &after.gone),
        (Some("bad"), "still fails", &after.still),
        (Some("bad"), "fails only now", &after.new),
        (None, "not retried", &after.not_asked),
    ];
    html! {
        h2 { "After" } "\n"
        p { (prose(&after.summary)) } "\n"
        @if let (Some(last), Some(first)) = (&after.last_failure, &after.first_good) {
            p { "Last failure " (time(last)) ", first good response " (time(first)) " UTC." } "\n"
        }
        (captures(&[(Side::After, &after.capture)]))
        table { "\n"
            tr { th {} th { "Request" } th { "Failed before" } th { "Fails after" } } "\n"
            @for (class, what, list) in lists {
                @for row in list {
                    tr {
                        td class=[class] { (what) }
                        td { (request(&row.method, &row.url)) }
                        @for [failed, asked] in [row.before, row.after] { td.keep { (number(failed)) " of " (number(asked)) } }
                    } "\n"
                }
            }
        } "\n"
    }
}
