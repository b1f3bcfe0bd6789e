//! `/cdn-cgi/trace`, perhaps in a terminal with a prompt, quoted in a mail, in one line, or only a part of it.

use std::ops::Range;
use std::sync::Arc;

use super::fields::objects;
use super::{Extract, Lines, MAX_EXTRACTS, Recognition, Statement, TextKind};
use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::har::{Entry, Request};

/// The keys of a trace that is known; another text has one of them by chance, but not three.
const KEYS: [&str; 16] =
    ["fl", "h", "ip", "ts", "visit_scheme", "uag", "colo", "sliver", "http", "loc", "tls", "sni", "warp", "gateway", "rbi", "kex"];
/// Lines that a trace has, at most.
const MAX_LINES: usize = 64;
/// Values that, cut off, are another value.
const OPEN: [&str; 4] = ["h", "ip", "ts", "uag"];

/// Blocks of `key=value` lines with at least three known keys, or with the data centre alone.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let mut extracts = Vec::new();
    let mut best = 0;
    let mut next = 0;
    while next < lines.count() && extracts.len() < MAX_EXTRACTS {
        let is_open = |number: usize, key: &str| !lines.is_whole(number) && OPEN.contains(&key);
        let block = next..(next + MAX_LINES).min(lines.count());
        let mut fields: Vec<(String, String)> = block.map_while(|number| field(lines.line(number))).collect();
        let mut block = next..next + fields.len();
        if let Some((key, _)) = fields.last()
            && is_open(block.end - 1, key)
        {
            fields.pop();
        }
        if fields.len() < 2 && lines.line(next).contains("colo=") {
            let in_line = in_one_line(lines.line(next));
            if in_line.len() > 2 {
                (fields, block) = (in_line, next..next + 1);
                if let Some((key, _)) = fields.last()
                    && is_open(next, key)
                {
                    fields.pop();
                }
            }
        }
        next = block.end.max(next + 1);
        let trace = Trace { fields };
        let known = KEYS.iter().filter(|key| trace.get(key).is_some()).count();
        let is_cloudflares = ["fl", "colo", "visit_scheme", "sliver"].iter().any(|key| trace.get(key).is_some());
        if known < 3 && (known == 0 || trace.colo().is_none()) || !is_cloudflares {
            continue;
        }
        best = best.max(if known < 3 { 20 } else { 60 + u32::try_from(known).unwrap_or(0) });
        // The command that printed it.
        let url = block.start.checked_sub(1).and_then(|before| asked(lines.line(before)));
        let block = block.start - usize::from(url.is_some())..block.end;
        extracts.push(extract(block, trace, url));
    }
    if lines.text().contains("visit_scheme\"") {
        objects(lines, &mut |place, _, members| {
            let own = members.own().filter(|member| KEYS.contains(&&*member.raw));
            let trace = Trace { fields: own.map(|member| (member.raw.clone(), member.value.clone())).collect() };
            let is_trace = trace.get("visit_scheme").is_some() && trace.colo().is_some();
            if is_trace {
                best = best.max(60);
                extracts.push(extract(place, trace, None));
            }
            is_trace
        });
    }
    (best > 0).then_some(Recognition { score: best, extracts })
}

/// What a trace says, and the URL of the command that printed it.
fn extract(lines: Range<usize>, trace: Trace, url: Option<&str>) -> Extract {
    let entry =
        url.map(|url| Box::new(Entry { request: Request { url: Arc::from(url), ..Request::default() }.into(), ..Entry::default() }));
    let host = trace.get("h").filter(|host| !host.is_empty()).map(Box::from);
    let statement = Statement { entry, host, time: trace.time(), trace: Some(trace), ..Statement::default() };
    Extract { kind: TextKind::Trace, lines, statement }
}

/// `key=value`
pub(super) fn field(line: &str) -> Option<(String, String)> {
    let (key, value) = line.trim_start_matches(['>', ' ', '\t', '|']).split_once('=')?;
    is_key(key).then(|| (key.to_owned(), value.trim_end().to_owned()))
}

fn is_key(key: &str) -> bool {
    (1..=20).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// The fields of a line that has several: a known key begins each, so that a value may have spaces.
fn in_one_line(line: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        match word.trim_start_matches(['"', '\'', '`']).split_once('=').filter(|(key, _)| KEYS.contains(key)) {
            Some((key, value)) if fields.len() < MAX_LINES => {
                fields.push((key.to_owned(), value.trim_end_matches([',', ';', '"', '\'', '`']).to_owned()));
            }
            _ => {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(' ');
                    value.push_str(word);
                }
            }
        }
    }
    fields
}

/// The URL of a trace in a command.
fn asked(line: &str) -> Option<&str> {
    let mut words = line.split([' ', '"', '\'']).skip_while(|word| !matches!(*word, "curl" | "wget" | "http" | "https"));
    words.find(|word| word.starts_with("http") && word.ends_with("/cdn-cgi/trace"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let extracts = recognise(&Lines::new(text)).map_or(Vec::new(), |recognition| recognition.extracts);
        let said: Vec<String> = extracts
            .iter()
            .map(|Extract { lines, statement, .. }| {
                let trace = statement.trace.as_ref().unwrap();
                let colo = statement.colo().map(|colo| colo.to_string()).unwrap_or_default();
                let time = statement.time.map(|time| time.to_string()).unwrap_or_default();
                let url = statement.entry.as_ref().map(|entry| entry.request.url.to_string()).unwrap_or_default();
                format!("{lines:?} {} {} {colo} {time} {url}", trace.fields.len(), statement.host.as_deref().unwrap_or("-"))
            })
            .collect();
        assert_eq!(said, expected, "{text}");
    }

    /// Breaks when a trace is not seen in the form in which somebody sent it.
    #[test]
    fn finds_it_however_it_was_sent() {
        let said = "shop.example FRA 2026-11-21T18:42:03.000Z";
        let lines =
            ["fl=80f417", "h=shop.example", "ts=1795286523.000", "uag=Mozilla/5.0 (X11; Linux x86_64) a=b", "colo=FRA", "kex=X25519"];
        check(&lines.join("\n"), &[&format!("0..6 6 {said} ")]);
        check(&lines.join("\r\n"), &[&format!("0..6 6 {said} ")]);
        check(&lines.map(|line| format!("> {line}\n")).concat(), &[&format!("0..6 6 {said} ")]);
        check(&format!("Here:\n```\n{}\n```\n", lines.join("\n")), &[&format!("2..8 6 {said} ")]);
        check(&lines.join(" "), &[&format!("0..1 6 {said} ")]);
        check(&format!("> Here: `{}`", lines.join(" ")), &[&format!("0..1 6 {said} ")]);
        check(&lines.join(", "), &[&format!("0..1 6 {said} ")]);
        let terminal = format!("$ curl -s https://shop.example/cdn-cgi/trace\n{}\n$ ", lines.join("\n"));
        check(&terminal, &[&format!("0..7 6 {said} https://shop.example/cdn-cgi/trace")]);
        check(
            r#"{"fl":"80f417","h":"shop.example","ts":"1795286523.000","visit_scheme":"https","colo":"FRA"}"#,
            &[&format!("0..1 5 {said} ")],
        );
        check("colo=FRA", &["0..1 1 - FRA  "]);
    }

    /// Breaks when what was cut off is taken for the whole, or other lines with an equals sign for a trace.
    #[test]
    fn leaves_what_is_none() {
        check("fl=80f417\ncolo=FRA\nip=203.0.113.7\nh=shop.exam", &["0..4 3 - FRA  "]);
        check("colo=FR", &[]);
        check("h=1 loc=AT http=on tls=off", &[]);
        check("path=/usr/bin\nhome=/root\nh=x\n", &[]);
        check(r#"{"cloudflare-trace":{"h":"shop.example","colo":"FRA"}}"#, &[]);
    }

    proptest::proptest! {
        /// Breaks on a panic.
        #[test]
        fn takes_any_text(text in "((fl|h|ts|colo|ip|uag|é)=[a-zA-Z0-9.= ]{0,6}[\n ]|> |\n|curl https://a/cdn-cgi/trace){0,20}") {
            recognise(&Lines::new(&text));
        }
    }
}
