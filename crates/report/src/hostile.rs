//! Reports of files that somebody made to do harm, for the tests.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::json;

use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::Capture;
use fivetwenty_diagnose::{CAUSES, Case, Diagnosis, Inputs, WARNINGS};
use fivetwenty_model::report::Report;

/// The sources of all steps. The pages' cases have theirs on the page too.
static SOURCES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let pages = || CAUSES.iter().map(|rule| rule.page).chain(WARNINGS.iter().map(|rule| rule.page));
    let steps = pages().flat_map(|page| page.all_steps(None)).flat_map(|step| step.sources).map(|(_, address)| address);
    let listed =
        pages().flat_map(|page| page.text().lines()).filter_map(|line| line.strip_prefix("[^")?.strip_suffix('>')?.rsplit_once(": <"));
    steps.chain(listed.map(|(_, address)| address)).collect()
});

/// Whether a page of a rule names this address as a source: no other may be a link.
pub(super) fn is_source(address: &str) -> bool {
    SOURCES.contains(address)
}

/// What does something somewhere: in HTML, Markdown, chats, spreadsheets, terminals, shells.
pub(super) const FRAGMENTS: [&str; 48] = [
    "</script>",
    "</style><img src=x onerror=alert(1)>",
    "<!--",
    "]]>",
    "&lt;",
    "\"' onload=x",
    "`",
    "``",
    "```",
    "~~~",
    "](javascript:alert(1))",
    "[x](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "[x]: http://evil.example",
    "[fill in: x]",
    "[^1]",
    "[[x]]",
    "<http://evil.example>",
    "http://evil.example",
    "www.evil.example",
    "me@evil.example",
    "@everyone",
    "<@1>",
    "<!channel>",
    "=cmd()",
    "+1",
    "-x",
    "- x",
    "* x",
    "1. x",
    "1)",
    "# x",
    "> x",
    "***",
    "___",
    "---",
    "===",
    "**x**",
    "__x__",
    "~~x~~",
    "| x | y |",
    "$x$",
    ":x:",
    "\u{202e}",
    "\u{200b}",
    "\u{1b}[2J\u{7}",
    "\r\n# x\n@everyone\n",
    "\\",
];

/// Fragments behind one another.
pub(super) fn text() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![prop::sample::select(FRAGMENTS.to_vec()), Just(" "), Just("a"), Just("7"), Just("."), Just("{url}")];
    prop::collection::vec(fragment, 1..8).prop_map(|fragments| fragments.concat())
}

/// A pair of captures whose every text is one of these two, with what was found in them.
pub(super) fn report(first: &str, second: &str) -> (Diagnosis, Report) {
    let header = |name: &str, value: &str| json!({"name": name, "value": value});
    let entry = |status: u16, error: Option<&str>, server: &str| {
        json!({
            "startedDateTime": "2026-11-21T04:18:20Z", "time": 5, "serverIPAddress": first, "_resourceType": second,
            "request": {"method": second, "url": format!("https://{first}/{second}?{first}={second}&{second}#{first}"), "headers": [header(first, second), header("user-agent", second)]},
            "response": {
                "status": status, "statusText": first, "_error": error, "content": {"mimeType": second, "text": format!("<title>{first}</title>")},
                "headers": [header("server", server), header(first, second), header("x-a", first), header("content-type", second), header("cf-ray", "a5dce3d120c69c1e-FRA")],
            },
        })
    };
    let har = |entries: serde_json::Value| {
        json!({"log": {"creator": {"name": first, "version": second}, "comment": first, "entries": entries}}).to_string()
    };
    let proxied = har(json!([entry(520, None, "cloudflare"), entry(200, None, "cloudflare")]));
    let direct =
        har(json!([entry(0, Some("net::ERR_EMPTY_RESPONSE"), first), entry(500, Some(second), second)])).replace("cf-ray", "x-ray");
    let read = |text: String| Some(Rc::new(Capture::read(&format!("{first}.har"), [text.as_bytes()]).unwrap()));
    let (offset, now) = (UtcOffset::from_minutes(60).unwrap(), "2026-12-01T00:00:00Z".parse().unwrap());
    let inputs = Inputs { captures: [read(proxied), read(direct), None], offset, now, ..Inputs::default() };
    let diagnosis = Case::new(inputs).diagnose();
    let report = crate::report(&diagnosis);
    (diagnosis, report)
}
