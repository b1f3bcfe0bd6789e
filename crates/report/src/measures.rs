//! What was measured of the failing requests, beside the figures that it is compared with.

use fivetwenty_captures::compare::{Counted, HEADER_LIMITS, HeaderBytes};
use fivetwenty_diagnose::{Ends, Facts, TIMEOUTS, Timeout, waited};
use fivetwenty_model::Side;
use fivetwenty_model::report::{HeadersRow, KnownLimit, KnownTime, Measures, WaitRow, Waited, WaitedFrom};
use fivetwenty_redact::{self as redact, Redacted};

type Text = Redacted<String>;

/// Measures the failing requests.
pub(super) fn measures(facts: &Facts<'_>) -> Measures<Text> {
    Measures { waited: wait(facts), response_headers: response_headers(facts), request_headers: request_headers(facts) }
}

const CLOUDFLARE: &str = "cloudflare";
const ORIGIN: &str = "origin";

fn wait(facts: &Facts<'_>) -> Option<WaitRow<Text>> {
    let proxied = facts.proxied.as_ref()?;
    let of_520: Vec<u32> = facts.failing_pairs().iter().map(|(index, _)| *index).collect();
    let indices = if of_520.is_empty() { &proxied.failing } else { &of_520 };
    let all: Vec<Waited> = indices.iter().filter_map(|index| waited(proxied.entry(*index)?)).collect();
    // Figures of several sources are no range together: the one that tells most is taken.
    let from_source = |from: WaitedFrom| all.iter().filter(move |waited| waited.from == from);
    let sources = [WaitedFrom::Date, WaitedFrom::HarWait, WaitedFrom::CfOrigin];
    let from = sources.into_iter().max_by_key(|from| from_source(*from).count())?;
    let range = |waited: &Waited| [waited.min_ms, waited.max_ms];
    let shortest = from_source(from).min_by_key(|waited| waited.max_ms).map(range)?;
    let longest = from_source(from).max_by_key(|waited| waited.max_ms).map(range)?;
    let requests = from_source(from).count();
    let near = |time: &Timeout| from_source(from).filter(|waited| time.is_near(waited.max_ms)).count();
    let times: Vec<KnownTime<Text>> = TIMEOUTS
        .iter()
        .map(|time| KnownTime {
            ms: time.ms,
            of: Redacted::fill("{}, {}", &[&time.of, &time.then]),
            by: Redacted::fixed(if time.ends == Ends::Cloudflare { CLOUDFLARE } else { ORIGIN }),
            source: Redacted::fixed(time.source),
            requests: count(near(time)),
        })
        .collect();
    Some(WaitRow { requests: count(requests), shortest, longest, from, sentence: wait_sentence(requests, shortest, longest, from), times })
}

fn wait_sentence(requests: usize, shortest: [u64; 2], longest: [u64; 2], from: WaitedFrom) -> Text {
    let from = match from {
        WaitedFrom::HarWait => "the browser's wait, with the round trip to Cloudflare",
        from => from.label(),
    };
    let failing = redact::counted(requests, "failing request", "failing requests");
    // One range for all of them, the same wherever it stands.
    let range = redact::range_of_ms([shortest[0].min(longest[0]), shortest[1].max(longest[1])]);
    Redacted::fill("Cloudflare waited {} on {} ({}).", &[&range, &failing, &from])
}

/// What is known of request headers; of response headers it is [`HEADER_LIMITS`].
const REQUEST_LIMITS: [(u64, &str, &str); 3] = [
    (8 * 1024, "nginx and Apache for one header field, the cookies for instance; Tomcat for all of them", ORIGIN),
    (16 * 1024, "Node.js for all request headers", ORIGIN),
    (
        128 * 1024,
        "Cloudflare's limit for all request headers since 2025-10-16, 128 KB (developers.cloudflare.com/fundamentals/reference/connection-limits)",
        CLOUDFLARE,
    ),
];

/// Of the largest that the origin sent, when asked itself, for a request that Cloudflare answered with its 520.
fn response_headers(facts: &Facts<'_>) -> Option<HeadersRow<Text>> {
    if facts.direct_is_no_evidence().is_some() {
        return None;
    }
    let partners = facts.failing_pairs().iter().filter_map(|(_, direct)| Some(((*direct)?, facts.direct_entry((*direct)?)?)));
    let sized = partners.map(|(index, entry)| (index, HeaderBytes::of_response(&entry.response)));
    let limits = HEADER_LIMITS.map(|limit| (limit.bytes, limit.source, if limit.current { CLOUDFLARE } else { ORIGIN }));
    headers(facts, Side::Direct, sized, &limits)
}

/// Of the largest request that Cloudflare answered with its 520.
fn request_headers(facts: &Facts<'_>) -> Option<HeadersRow<Text>> {
    let failing = facts.failing_pairs().iter().filter_map(|(index, _)| Some((*index, facts.proxied_entry(*index)?)));
    let sized = failing.map(|(index, entry)| (index, HeaderBytes::of_request(&entry.request)));
    // Nobody takes offence at less than half of the smallest limit.
    headers(facts, Side::Proxied, sized, &REQUEST_LIMITS).filter(|row| row.limits.first().is_some_and(|limit| row.bytes * 2 >= limit.bytes))
}

/// The largest of these, the first one of equals; `None` when no size is known.
fn headers(
    facts: &Facts<'_>,
    side: Side,
    sized: impl Iterator<Item = (u32, HeaderBytes)>,
    limits: &[(u64, &'static str, &'static str)],
) -> Option<HeadersRow<Text>> {
    let known = sized.filter(|(_, size)| size.bytes > 0);
    let (index, largest) = known.reduce(|most, next| if next.1.bytes > most.1.bytes { next } else { most })?;
    let observation = facts.case.observation(side, index)?;
    Some(HeadersRow {
        bytes: largest.bytes,
        cookies: largest.cookies,
        unlisted: largest.unlisted,
        how: Redacted::fixed(match largest.how {
            Counted::Measured => "measured",
            Counted::Summed => "summed",
            Counted::Estimated => "estimated",
        }),
        source: observation.source,
        entry: observation.number,
        limits: limits
            .iter()
            .map(|(bytes, of, by)| KnownLimit { bytes: *bytes, of: Redacted::fixed(of), by: Redacted::fixed(by) })
            .collect(),
    })
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
