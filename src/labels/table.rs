//! Requests side by side, and one of them in full.

use fivetwenty_model::protocol::Column;

use crate::format;

super::words! {
    COMPARE = "Compare";
    WHICH_REQUESTS = "Which requests";
    ALL = "All";
    DIFFERENT = "Different";
    FILTER_HINT = "status:520 -host:cdn header:set-cookie";
    FILTER = "Filter requests";
    FILTER_MEANS = "Words are searched in method, URL, error and headers. Also: status: method: host: url: header: ray: colo: type: error: differs: larger: slower: is:cited. A minus excludes.";
    MATCHING = "Matching requests…";
    NO_TEXT_MATCHES = "No request passes this filter. Change or clear it.";
    NONE_FAILED = "No request failed on either side.";
    NONE_DIFFER = "No request differs between the two sides.";
    NO_REQUESTS = "These captures contain no requests.";
    SAVE_CSV = "Save rows as CSV";
    FACETS = "Frequent values";
    BOTH_LISTED = "Requests, through Cloudflare and direct";
    SIZE = "Size";
    DC = "DC";
    CITED = "A finding cites this request.";
    CITED_MARK = "cited";
    ONE_SIDE = "one side";
    NOT_IN_FILE_REQUEST = "This file has no such request.";
    NO_OTHERS = "only these";
    THROUGH = "through Cloudflare";
    DIRECTLY = "direct";
    NUMBERS_P_D = "Numbers: P/D";
    READING_ENTRY = "Reading the entry from its file…";
    CHOSEN_REQUEST = "The chosen request";
    CLOSE = "Close";
    PREVIOUS = "‹ Previous";
    NEXT_DIFFERENCE = "Next difference ›";
    COPY_CURL = "Copy curl";
    COPY_CURL_REDACTED = "Copy curl command, values replaced";
    WITH_VALUES = "with values";
    COPY_CURL_WITH_VALUES = "Copy curl command with values";
    COPY_LINK = "Copy link";
    COPY_LINK_ROW = "Copy link to this request";
    RESPONSE = "Response";
    OWN_PAGE = "P is Cloudflare’s own error page";
    DIRECT_SIDE = "Direct";
    RAY = "Ray ID";
    NO_SUCH_REQUEST = "no such request";
    NOT_SENT = "not sent";
    RESPONSE_HEADERS_H = "Response headers";
    REQUEST_HEADERS_H = "Request headers";
    SET_BY_CLOUDFLARE = "Set by Cloudflare";
    NOT_A_DIFFERENCE = "not a difference";
    DIRECT_COLON = "direct: ";
    TIMING = "Timing";
    SOLID_WAITS = "solid: waiting for the response";
    THIS_ENTRY = "this entry";
}

/// What a column is called.
pub fn column(column: Column) -> &'static str {
    match column {
        Column::Start => "Start",
        Column::Proxied => "Status through Cloudflare",
        Column::Direct => "Status direct",
        Column::Request => "Request",
        Column::Differs => "Differs",
        Column::Size => SIZE,
        Column::Time => "Time",
    }
}

/// What the values of a facet are, by the prefix of its filter.
pub fn facet(prefix: &str) -> &'static str {
    match prefix {
        "status" => "Status",
        "type" => "Type",
        "host" => "Host",
        "colo" => "Data centre",
        _ => "Differs",
    }
}

/// A network error in a word, by the browser's name for it.
pub fn error_in_short(error: &str) -> &'static str {
    const NAMES: [(&str, &str); 9] = [
        ("EMPTY", "empty"),
        ("RESET", "reset"),
        ("CLOSED", "closed"),
        ("REFUSED", "refused"),
        ("TIMED_OUT", "timeout"),
        ("ABORTED", "aborted"),
        ("NAME_", "no DNS"),
        ("CERT", "TLS"),
        ("SSL", "TLS"),
    ];
    NAMES.iter().find(|(part, _)| error.contains(part)).map_or("none", |(_, word)| word)
}

/// What all failing requests have in common.
pub fn shared_by(count: u32) -> String {
    format!("What the {} share", format::number(count))
}

/// How many of the others have it too.
pub fn others_have(others: u32, all: u32) -> String {
    if others == 0 { NO_OTHERS.to_owned() } else { format!("also {} of {} others", format::number(others), format::number(all)) }
}

/// How many headers differ, and how many are equal.
pub fn headers_compared(differing: usize, equal: usize) -> String {
    format!("{differing} {}, {equal} equal", if differing == 1 { "differs" } else { "differ" })
}

/// What is folded below a request.
pub fn show_equal(headers: usize) -> String {
    format!("{headers} equal headers and more of the entry")
}

/// Where a request lies on the axis of time, for a screen reader.
pub fn starts_at(proxied: Option<f64>, direct: Option<f64>) -> String {
    let at = |start: Option<f64>, side: &str| start.map(|start| format!("{} {side}", format::duration(start)));
    let starts: Vec<String> = [at(proxied, THROUGH), at(direct, DIRECTLY)].into_iter().flatten().collect();
    if starts.is_empty() { String::new() } else { format!("starts at {}", starts.join(", ")) }
}

/// The phases of both sides, for a screen reader.
pub fn phases(phases: &[(String, f64)], side: &str) -> String {
    let parts: Vec<String> = phases.iter().map(|(name, ms)| format!("{name} {}", format::duration(*ms))).collect();
    format!("{side}: {}.", if parts.is_empty() { "no phases".to_owned() } else { parts.join(", ") })
}
