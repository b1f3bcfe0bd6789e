//! Traces as they are pasted, and Ray IDs in running text.
//!
//! Traces are the edge's own, with lines left out or added for older and newer ones. The Ray IDs are those of requests that the edge
//! answered just now; the words around them are written here.

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

use super::Sample;
use super::facts;
use super::stage::Stage;

/// Writes all of them.
pub(super) fn make(stage: &Stage) -> Result<usize> {
    Ok(traces(stage)? + rays(stage)?)
}

fn traces(stage: &Stage) -> Result<usize> {
    stage.take_exchanges();
    let trace = stage
        .read("curl -s -A 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' https://shop.example/cdn-cgi/trace")?;
    let (exchange, _) = stage.take_exchanges().pop().context("the edge was not asked")?;
    let without = |names: &[&str]| -> String {
        let is_kept = |line: &&str| line.split_once('=').is_none_or(|(name, _)| !names.contains(&name));
        trace.split_inclusive('\n').filter(is_kept).collect()
    };
    let only = |names: &[&str]| -> String {
        let is_kept = |line: &&str| line.split_once('=').is_some_and(|(name, _)| names.contains(&name));
        trace.split_inclusive('\n').filter(is_kept).collect()
    };
    let samples = [
        ("browser", trace.clone()),
        ("browser-crlf", trace.replace('\n', "\r\n")),
        ("no-line-end", trace.trim_end().to_owned()),
        ("old-2019", without(&["sliver", "sni", "gateway", "rbi", "kex"]).replace(".000\n", ".629\n")),
        ("without-address", without(&["ip"])),
        ("only-colo-and-time", only(&["h", "ts", "colo"])),
        ("only-colo", only(&["colo"])),
        ("more-fields", format!("{trace}asn=64500\nqlog=off\n").replace("sliver=none", "sliver=010-tier3")),
        (
            "ech-post-quantum",
            trace
                .replace("sni=plaintext", "sni=encrypted")
                .replace("kex=X25519", "kex=X25519MLKEM768")
                .replace("http=http/2", "http=http/3"),
        ),
        ("address-6", trace.replace("ip=203.0.113.7", "ip=2001:db8::7")),
        ("quoted-in-mail", trace.split_inclusive('\n').flat_map(|line| ["> ", line]).collect()),
        ("indented", trace.split_inclusive('\n').flat_map(|line| ["    ", line]).collect()),
        ("in-code-fence", format!("Here is the trace you asked for:\n\n```\n{trace}```\n\nIt was taken in Firefox.\n")),
        ("one-line", trace.trim_end().replace('\n', " ") + "\n"),
    ];
    let count = samples.len();
    for (name, text) in samples {
        let mut fact = Map::new();
        if text.contains("h=shop.example") {
            fact.insert("host".to_owned(), json!(exchange.host));
        }
        fact.insert("colo".to_owned(), json!("FRA"));
        if let Some(time) = facts::time_in(&text, exchange.time) {
            fact.insert("time".to_owned(), json!(time));
        }
        Sample { kind: "trace", name: name.to_owned(), text, facts: vec![fact], ..Sample::default() }.write()?;
        println!("· trace/{name}");
    }
    Ok(count)
}

/// `{1}` to `{9}` are Ray IDs without data centre, `{1-}` to `{9-}` with it. What else looks like one is none.
const RAYS: &[(&str, &str)] = &[
    ("one", "{1}\n"),
    ("one-with-colo", "{1-}\n"),
    ("one-upper-case", "{1^}\n"),
    ("one-header", "cf-ray: {1-}\n"),
    ("lines", "{1-}\n{2-}\n{3-}\n{4}\n{5}\n"),
    ("lines-crlf", "{1-}\r\n{2-}\r\n{3-}\r\n"),
    ("commas", "Ray IDs: {1-}, {2-}, {3-}; also {4} and {5}.\n"),
    (
        "mail",
        "Hello,\n\nsince this morning our customers see \"Error 520\" at the checkout. One of them sent us the Ray ID {1} (he is near \
              Frankfurt, so {1-} I think), another one {2}.\nOrder 4711004711004711 was not stored.\n\nRegards\nLantern and Loom\n",
    ),
    (
        "mail-quoted",
        "> > What is the Ray ID on the page?\n>\n> It says Ray ID: {1}.\n\nThank you. And this one, from the second attempt?\n\n\
                     Ray ID: {2} \u{2022} 2026-11-21 18:02:11 UTC\n",
    ),
    (
        "ticket",
        "Ticket #20261121-0042\nSeverity: high\nURL: https://shop.example/api/orders\nStatus: 520\nRay ID: {1-}\nRay ID (2nd): {2-}\nCommit: \
                9c1f42d07be94a360d5e7c21bb48a3f1c07d9e12\nSession: 8c1f42d0-7be9-4a36-9d5e-7c21bb48a3f1\n",
    ),
    (
        "chat",
        "[18:41] anna: 520 again :(\n[18:41] anna: ray {1-}\n[18:42] ben: mine is {3-}, other colo\n[18:42] ben: request id was 7be94a36\n\
              [18:43] anna: and now {2}\n",
    ),
    ("german", "Guten Tag,\n\nseit heute fr\u{fc}h kommt \u{201e}Fehler 520\u{201c}. Die Ray-ID lautet {1}, beim zweiten Versuch {2-}.\n"),
    (
        "markdown",
        "- **Ray ID:** `{1-}`\n- **Ray ID:** `{2-}`\n- Build `d41d8cd98f00b204`\n\n| time | ray |\n|---|---|\n| 18:00 | {3-} |\n| 18:05 | {4-} |\n",
    ),
    ("json", "{\"errors\":[{\"ray_id\":\"{1}\",\"status\":520},{\"ray_id\":\"{2}\",\"status\":520}]}\n"),
    ("repeated", "{1-}\n{1}\n{1-}\nRay ID: {2}\n{2-}\n"),
    ("link", "https://dash.example/logs?ray={1}&since=15m\ncf_ob_info=520:{2}:FRA; cf_use_ob=443\n"),
    ("typography", "Ray\u{a0}ID:\u{a0}{1}\u{a0}\u{2022} \u{201c}{2-}\u{201d} \u{2014} (\u{2011}{3})\n"),
    (
        "malformed",
        "a5e1cf0f22169c1\na5e1cf0f22169c1e0\na5e1cf0f22169c1g\na5e1-cf0f-2216-9c1e\nA5E1CF0F22169C1-FRA\n0x00000000deadbeef\nFRA-a5e1cf0f\n",
    ),
    ("fakes", "0000000000000000\nffffffffffffffff\n1234567890123456\ndeadbeefdeadbeef-FRA\n0123456789abcdef\ncafebabecafebabe\n"),
    (
        "none",
        "The page shows an error 520 but I closed it and have no Ray ID any more. It was about 18:10. Trace id \
              4bf92f3577b34da6a3ce929d0e0e4736, span 00f067aa0ba902b7.\n",
    ),
    ("truncated", "Ray ID: {1}\nRay ID: a5e1cf0f22...\nRay: {2-}\n"),
];

fn rays(stage: &Stage) -> Result<usize> {
    stage.read("sleep 1")?;
    stage.take_exchanges();
    stage.read("for i in 1 2 3 4 5 6 7 8 9; do curl -s -o /dev/null https://www.shop.example/api/orders; sleep 0.3; done")?;
    let rays: Vec<(String, &str)> = stage.take_exchanges().into_iter().filter_map(|(exchange, _)| exchange.ray).collect();
    for (name, template) in RAYS {
        let mut text = (*template).to_owned();
        let mut found: Vec<(usize, Map<String, Value>)> = Vec::new();
        for (number, (ray, colo)) in (1..).zip(&rays) {
            let marks = ["", "-", "^"].map(|mark| format!("{{{number}{mark}}}"));
            let Some(first) = marks.iter().filter_map(|mark| template.find(mark.as_str())).min() else { continue };
            let mut fact = Map::new();
            fact.insert("ray".to_owned(), json!(ray));
            // The link names its data centre by itself.
            let colo = if *name == "link" && number == 2 { "FRA" } else { colo };
            if template.contains(&marks[1]) || *name == "link" && number == 2 {
                fact.insert("colo".to_owned(), json!(colo));
            }
            found.push((first, fact));
            text = text.replace(&marks[0], ray).replace(&marks[1], &format!("{ray}-{colo}")).replace(&marks[2], &ray.to_ascii_uppercase());
        }
        found.sort_by_key(|(at, _)| *at);
        let facts = found.into_iter().map(|(_, fact)| fact).collect();
        Sample { kind: "ray-ids", name: (*name).to_owned(), text, facts, ..Sample::default() }.write()?;
        println!("· ray-ids/{name}");
    }
    Ok(RAYS.len())
}
