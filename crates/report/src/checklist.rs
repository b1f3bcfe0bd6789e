//! What Cloudflare's support asks for of a 520: what is here, and how to get the rest.
//!
//! The items are those of Cloudflare's pages on error 520, on gathering information, and on the contents of a case; `origin-status` is that
//! of its page on Origin Analytics, which separates the causes.

use fivetwenty_captures::Side;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::site::SideView;
use fivetwenty_diagnose::{Facts, advice};
use fivetwenty_model::TextKind;
use fivetwenty_model::logs::LogsSummary;
use fivetwenty_model::report::{ChecklistRow, Need};
use fivetwenty_redact::{self as redact, Redacted};

use super::piece::RECORD;

type Text = Redacted<String>;

/// What is here beside the captures.
pub(super) struct Given {
    /// There is a Ray ID in either capture.
    pub(super) ray: bool,
    /// `/cdn-cgi/trace` was given.
    pub(super) trace: bool,
}

/// Every item, in the order in which it is asked for.
pub(super) fn checklist(facts: &Facts<'_>, given: &Given) -> Vec<ChecklistRow<Text>> {
    let has = has(facts, given);
    ITEMS
        .iter()
        .map(|item| {
            let have = has.contains(&item.id);
            ChecklistRow {
                item: Redacted::fixed(item.id),
                have,
                title: Redacted::fixed(item.title),
                need: item.need,
                step: Redacted::fixed(if have { "" } else { item.step }),
                commands: if have { Vec::new() } else { item.commands.iter().map(|command| fill(facts, command)).collect() },
            }
        })
        .collect()
}

struct Item {
    /// Stable: the report uses it.
    id: &'static str,
    /// For people, to stand in a list.
    title: &'static str,
    need: Need,
    /// What produces it.
    step: &'static str,
    /// With `{url}`, `{host}` and `{trace}` left open.
    commands: &'static [&'static str],
}

const ITEMS: [Item; 20] = [
    Item {
        id: "urls",
        title: "the full URLs that fail",
        need: Need::Always,
        step: "Capture the page through Cloudflare while the error shows. The HAR file has every URL.",
        commands: &[],
    },
    Item {
        id: "method",
        title: "the request method",
        need: Need::Always,
        step: "Capture the page through Cloudflare while the error shows. The HAR file has every method.",
        commands: &[],
    },
    Item {
        id: "cf-ray",
        title: "the Ray ID (cf-ray) of a failing request",
        need: Need::Always,
        step: "Read it at the foot of the error page, or in the cf-ray response header.",
        commands: &["curl -s -o /dev/null -D - {url} | grep -i '^cf-ray'"],
    },
    Item {
        id: "trace",
        title: "the output of /cdn-cgi/trace",
        need: Need::Always,
        step: "Open this URL in the browser that shows the error, or run this in the same network, and paste the lines. Cloudflare serves it itself, also during the error.",
        commands: &["curl -s {trace}"],
    },
    Item { id: "har-proxied", title: "a HAR file captured through Cloudflare", need: Need::Always, step: RECORD, commands: &[] },
    Item {
        id: "har-direct",
        title: "a HAR file captured direct to the origin",
        need: Need::Always,
        step: "Start a browser with a new profile that maps the site's name to the origin's IP address. Load the same page, and export the HAR file. Nothing changes for visitors.",
        commands: &["chromium --user-data-dir=/tmp/direct --host-resolver-rules='MAP {host} ORIGIN_IP' {url}"],
    },
    Item {
        id: "timestamp-utc",
        title: "the time in UTC",
        need: Need::Always,
        step: "Note the second at which the error showed. This prints the machine's clock in UTC:",
        commands: &["date -u"],
    },
    Item {
        id: "zone",
        title: "the zone's name or ID",
        need: Need::Always,
        step: "Open the site's Overview page in Cloudflare's dashboard. The name is at the top, the Zone ID is under API.",
        commands: &[],
    },
    Item {
        id: "frequency",
        title: "how often it happens, and since when",
        need: Need::Always,
        step: "Open Analytics, HTTP Traffic in Cloudflare's dashboard, with the filter \"Edge status code equals 520\". Note the first one, and the share of all requests without status 499. A 499 is a visitor who left; HTTP/3 shows more of them since 2026-10-09. Without the dashboard, send a hundred requests:",
        commands: &["for i in $(seq 100); do curl -s -o /dev/null -w '%{http_code}\\n' {url}; done | sort | uniq -c"],
    },
    Item {
        id: "steps",
        title: "the steps that lead to it",
        need: Need::Always,
        step: "Write down each step from a new private window, with the sign-in, so a stranger can repeat it.",
        commands: &[],
    },
    Item {
        id: "expected-actual",
        title: "the expected and the actual result",
        need: Need::Always,
        step: "Capture the page through Cloudflare while the error shows. The HAR file has the actual result.",
        commands: &[],
    },
    Item {
        id: "error-text",
        title: "the exact text of the error",
        need: Need::Always,
        step: "Copy the error page's text, its code and the line with the Ray ID, or save a screenshot.",
        commands: &["curl -s {url}"],
    },
    Item {
        id: "impact",
        title: "the impact",
        need: Need::Always,
        step: "Write down how many visitors or orders are affected, what fails for them, and whether there is a workaround.",
        commands: &[],
    },
    Item {
        id: "what-changed",
        title: "what changed just before it began",
        need: Need::Always,
        step: "Check deployments, certificates, DNS, firewall rules and plugins of the hours before the first error. Check Cloudflare's audit log too (Manage Account, Audit Log). \"Nothing known\" is fine.",
        commands: &[],
    },
    Item {
        id: "origin-log",
        title: "the origin's log at that time",
        need: Need::Always,
        step: "Ask your host or server admin for the access and error log around the failing request. The text for the host has the commands.",
        commands: &["journalctl --no-pager --since '{since}' --until '{until}'"],
    },
    Item {
        id: "origin-status",
        title: "the origin's status beside Cloudflare's",
        need: Need::Helps,
        step: "Open Speed, Origin Analytics in Cloudflare's dashboard. Edge 520 with origin 200: Cloudflare could not use the response. With 0: there was no HTTP response. With 5xx: the origin itself failed. For each request: Logpush, dataset http_requests, on every plan (25 GB a month included), from when you enable it.",
        commands: &[],
    },
    Item {
        id: "dns",
        title: "the DNS records",
        need: Need::Helps,
        step: "Look up the IP addresses and name servers. A proxied name has Cloudflare's IP addresses; the origin's are in Cloudflare's DNS settings.",
        commands: &["dig +noall +answer {name} A {name} AAAA", "dig +short NS {name}"],
    },
    Item {
        id: "curl",
        title: "a curl run through Cloudflare and one direct to the origin",
        need: Need::Helps,
        step: "Run both, for each origin IP address, and keep the output.",
        commands: &["curl -sv -o /dev/null {url}", "curl -sv -o /dev/null {url} --connect-to ::ORIGIN_IP"],
    },
    Item {
        id: "mtr",
        title: "the network's path (MTR) between origin and Cloudflare",
        need: Need::Helps,
        step: "Run it on the origin if connections are slow or lost. Use the Cloudflare IP address in its log for the failing request.",
        commands: &["mtr -rwc 100 CLOUDFLARE_IP"],
    },
    Item {
        id: "packet-capture",
        title: "a packet capture at the origin",
        need: Need::Helps,
        step: "If no log names the cause, capture on the origin while the request fails once, then press Ctrl+C. The file has the traffic itself: give it to support alone.",
        commands: &["tcpdump -i any -s 0 -w 520.pcap 'tcp port 443 or tcp port 80'"],
    },
];

/// The ids of what is here.
fn has(facts: &Facts<'_>, given: &Given) -> Vec<&'static str> {
    let leading = facts.leading().map(|(_, _, entry)| entry);
    let failing = facts.proxied.as_ref().is_some_and(|seen| !seen.failing.is_empty());
    let named = leading.is_some_and(|entry| !entry.request.url.is_empty() && !entry.request.method.is_empty());
    // Whoever repeats a GET that failed each time repeats the error.
    let urls = facts.pattern().map_or(&[][..], |pattern| &pattern.urls);
    let repeats = urls.first().is_some_and(|of| {
        let method = facts.proxied_entry(of.entry).is_some_and(|entry| &*entry.request.method == "GET");
        method && of.share.failing > 1 && of.share.failing == of.share.total
    });
    let is_file = |seen: &Option<SideView<'_>>| seen.as_ref().is_some_and(|seen| seen.capture.is_some());
    let has_way = |way: Option<Side>| facts.case.extracts().any(|extract| extract.kind == TextKind::Curl && extract.statement.way == way);
    let has_status = facts.case.extracts().any(|extract| {
        let means = extract.statement.log.is_some_and(|meaning| meaning.phrase.starts_with("OriginResponseStatus"));
        means && extract.kind == TextKind::Logpush
    });
    let has_log = facts.case.texts.iter().any(|text| text.kind == TextKind::LogLines);
    let logs = facts.case.logs.as_deref();
    let counted = logs.is_some_and(|logs| logs.all.total > 0);
    // A line that was kept of the logs has both.
    let asked = leading.or_else(|| logs.and_then(|_| facts.told()?.statement.entry.as_deref()));
    let all = [
        ("frequency", counted && logs.is_some_and(|logs| logs.span.is_some())),
        ("impact", counted && logs.is_some_and(|logs| logs.all.failing > 0)),
        ("curl", has_way(Some(Side::Proxied)) && has_way(Some(Side::Direct))),
        ("origin-log", has_log),
        ("origin-status", has_status || logs.is_some_and(|logs| logs.meanings.iter().any(|row| row.origin.is_some()))),
        ("urls", asked.is_some_and(|entry| !entry.request.url.is_empty())),
        ("method", asked.is_some_and(|entry| !entry.request.method.is_empty())),
        ("cf-ray", given.ray && (failing || leading.is_none())),
        ("trace", given.trace),
        ("har-proxied", is_file(&facts.proxied)),
        ("har-direct", is_file(&facts.direct)),
        ("timestamp-utc", leading.is_some_and(|entry| entry.started.is_some()) || !advice::windows(facts).is_empty() || failed_at(logs)),
        ("steps", failing && named && repeats),
        ("expected-actual", failing && named),
        ("error-text", failing || facts.first_stated(|fact| fact.error_code).is_some()),
    ];
    all.into_iter().filter(|(_, have)| *have).map(|(id, _)| id).collect()
}

/// Whether logs say when requests failed.
fn failed_at(logs: Option<&LogsSummary>) -> bool {
    logs.is_some_and(|logs| logs.all.failing > 0 && logs.times.start.is_some())
}

/// A command with the request's own host and URL.
fn fill(facts: &Facts<'_>, command: &'static str) -> Text {
    let url = facts.leading().map(|(_, _, entry)| &*entry.request.url).filter(|url| !url.is_empty());
    let host = advice::host(facts).map(|host| format!("https://{host}/"));
    let address = url.or(host.as_deref()).map(Address::new);
    Redacted::fill_named(command, |name| match name {
        "trace" => Some(match &address {
            Some(address) => redact::url_for_shell(&format!("{}://{}/cdn-cgi/trace", address.scheme, address.host)),
            None => redact::url_for_shell("https://HOST/cdn-cgi/trace"),
        }),
        // Without its port, which neither DNS nor a browser's rules for names know.
        "name" | "host" => Some(redact::host_for_shell(address.as_ref().map_or("HOST", Address::host_name))),
        _ => fivetwenty_diagnose::advice::known(facts, name),
    })
}
