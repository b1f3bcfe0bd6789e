//! What Cloudflare's support asks for of a 520: what is here, and how to get the rest.
//!
//! The items are those of Cloudflare's pages on error 520, on gathering information, and on the contents of a case; `origin-status` is that
//! of its page on Origin Analytics, which separates the causes.

use fivetwenty_captures::Side;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::site::SideView;
use fivetwenty_diagnose::{Facts, advice};
use fivetwenty_model::TextKind;
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
        step: "Record the page through Cloudflare while the error shows: the HAR file has every URL.",
        commands: &[],
    },
    Item {
        id: "method",
        title: "the request method",
        need: Need::Always,
        step: "Record the page through Cloudflare while the error shows: the HAR file has every method.",
        commands: &[],
    },
    Item {
        id: "cf-ray",
        title: "the Ray ID (cf-ray) of a failing request",
        need: Need::Always,
        step: "It is at the foot of the error page, and in the answer's cf-ray header.",
        commands: &["curl -s -o /dev/null -D - {url} | grep -i '^cf-ray'"],
    },
    Item {
        id: "trace",
        title: "the output of /cdn-cgi/trace",
        need: Need::Always,
        step: "Open this address in the browser that saw the error, or ask from the same network, and give the lines here. It works while the error shows, for Cloudflare answers it itself.",
        commands: &["curl -s {trace}"],
    },
    Item { id: "har-proxied", title: "a HAR file recorded through Cloudflare", need: Need::Always, step: RECORD, commands: &[] },
    Item {
        id: "har-direct",
        title: "a HAR file recorded direct to the origin",
        need: Need::Always,
        step: "Start a browser with a fresh profile that takes the origin's address for the site's name, load the same page, and export the HAR file. Nothing changes for visitors.",
        commands: &["chromium --user-data-dir=/tmp/direct --host-resolver-rules='MAP {host} ORIGIN_IP' {url}"],
    },
    Item {
        id: "timestamp-utc",
        title: "the time in UTC",
        need: Need::Always,
        step: "Write down when the error showed, to the second; the machine's clock in UTC is:",
        commands: &["date -u"],
    },
    Item {
        id: "zone",
        title: "the zone's name or ID",
        need: Need::Always,
        step: "Cloudflare's dashboard shows both on the site's Overview page: the name above, the Zone ID under API.",
        commands: &[],
    },
    Item {
        id: "frequency",
        title: "how often it happens, and since when",
        need: Need::Always,
        step: "In Cloudflare's dashboard: Analytics, HTTP Traffic, with the filter \"Edge status code equals 520\". Note when the first one was and the share of all requests, without status 499: those are visitors who left, and HTTP/3 shows more of them since 2026-10-09. Without the dashboard, ask a hundred times:",
        commands: &["for i in $(seq 100); do curl -s -o /dev/null -w '%{http_code}\\n' {url}; done | sort | uniq -c"],
    },
    Item {
        id: "steps",
        title: "the steps that lead to it",
        need: Need::Always,
        step: "Write down what leads to the error from a fresh private window on, signing in included, so that a stranger can repeat it.",
        commands: &[],
    },
    Item {
        id: "expected-actual",
        title: "what was expected and what came",
        need: Need::Always,
        step: "Record the page through Cloudflare while the error shows: what came is in the HAR file.",
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
        title: "who is affected, and how badly",
        need: Need::Always,
        step: "Write down how many visitors or orders are affected, what they cannot do, and whether there is a way round.",
        commands: &[],
    },
    Item {
        id: "what-changed",
        title: "what changed just before it began",
        need: Need::Always,
        step: "Look through deployments, certificates, DNS, firewall rules and plugins, and through Cloudflare's audit log (Manage Account, Audit Log), for the hours before the first error. \"Nothing known\" is an answer too.",
        commands: &[],
    },
    Item {
        id: "origin-log",
        title: "the origin's log of that moment",
        need: Need::Always,
        step: "Ask whoever runs the origin for what access and error log say around the failing request; the text for the hosting provider has the commands.",
        commands: &["journalctl --no-pager --since '{since}' --until '{until}'"],
    },
    Item {
        id: "origin-status",
        title: "the origin's status beside Cloudflare's",
        need: Need::Helps,
        step: "In Cloudflare's dashboard: Speed, Origin Analytics. Edge 520 with origin 200: a response came that Cloudflare could not use. With 0: no HTTP response came. With 5xx: the origin failed by itself too. For each request: Logpush, dataset http_requests, on every plan (25 GB a month included); it records from when it is switched on.",
        commands: &[],
    },
    Item {
        id: "dns",
        title: "what DNS answers",
        need: Need::Helps,
        step: "Ask for the addresses and name servers. A proxied name answers with Cloudflare's own addresses; the origin's are in Cloudflare's DNS settings.",
        commands: &["dig +noall +answer {name} A {name} AAAA", "dig +short NS {name}"],
    },
    Item {
        id: "curl",
        title: "a curl run through Cloudflare and one direct to the origin",
        need: Need::Helps,
        step: "Run both and keep all that they print; for each origin address once.",
        commands: &["curl -sv -o /dev/null {url}", "curl -sv -o /dev/null {url} --connect-to ::ORIGIN_IP"],
    },
    Item {
        id: "mtr",
        title: "the network's path (MTR) between origin and Cloudflare",
        need: Need::Helps,
        step: "Only when connections are slow or lost: run it on the origin, with the address of Cloudflare's that its log shows for the failing request.",
        commands: &["mtr -rwc 100 CLOUDFLARE_IP"],
    },
    Item {
        id: "packet-capture",
        title: "a packet capture at the origin",
        need: Need::Helps,
        step: "When no log names the cause: record on the origin while the request fails once, then end it with Ctrl+C. The file holds the traffic itself: give it to nobody but support.",
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
    let all = [
        ("curl", has_way(Some(Side::Proxied)) && has_way(Some(Side::Direct))),
        ("origin-log", has_log),
        ("origin-status", has_status),
        ("urls", leading.is_some_and(|entry| !entry.request.url.is_empty())),
        ("method", leading.is_some_and(|entry| !entry.request.method.is_empty())),
        ("cf-ray", given.ray && (failing || leading.is_none())),
        ("trace", given.trace),
        ("har-proxied", is_file(&facts.proxied)),
        ("har-direct", is_file(&facts.direct)),
        ("timestamp-utc", leading.is_some_and(|entry| entry.started.is_some()) || !advice::windows(facts).is_empty()),
        ("steps", failing && named && repeats),
        ("expected-actual", failing && named),
        ("error-text", failing || facts.first_stated(|fact| fact.error_code).is_some()),
    ];
    all.into_iter().filter(|(_, have)| *have).map(|(id, _)| id).collect()
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
