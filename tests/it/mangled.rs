//! Texts as they come out of mails, tickets, chats, terminals and log viewers: they say what they said before, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::foreign::Random;
use crate::paste::{samples, values};

/// Of what a text gives as it is, so many per cent are found where nothing of it is lost, in every kind.
const KEPT: usize = 90;

/// What happens to a text on its way.
struct Mangling {
    name: &'static str,
    /// Nothing of the text is lost by it.
    is_whole: bool,
    /// It adds times.
    adds_times: bool,
    mangle: fn(&str, &mut Random) -> String,
}

const fn whole(name: &'static str, mangle: fn(&str, &mut Random) -> String) -> Mangling {
    Mangling { name, is_whole: true, adds_times: false, mangle }
}

const fn timed(name: &'static str, mangle: fn(&str, &mut Random) -> String) -> Mangling {
    Mangling { adds_times: true, ..whole(name, mangle) }
}

const fn lossy(name: &'static str, mangle: fn(&str, &mut Random) -> String) -> Mangling {
    Mangling { is_whole: false, ..whole(name, mangle) }
}

const MANGLINGS: [Mangling; 26] = [
    lossy("its end cut off", |text, random| text[..place(text, random)].to_owned()),
    lossy("its beginning cut off", |text, random| text[place(text, random)..].to_owned()),
    whole("CRLF", |text, _| text.replace('\n', "\r\n")),
    whole("set in by spaces", |text, _| each_line(text, |_, line| if line.is_empty() { String::new() } else { ["    ", line].concat() })),
    whole("set in by a tab", |text, _| each_line(text, |_, line| ["\t", line].concat())),
    timed("times of a build", |text, _| {
        each_line(text, |number, line| format!("2026-11-21T12:01:{:02}.{:07}Z {line}", number / 8 % 60, number * 7919))
    }),
    timed("times of a day", |text, _| each_line(text, |number, line| format!("[12:01:{:02}] {line}", number / 8 % 60))),
    timed("times in brackets", |text, _| {
        each_line(text, |number, line| format!("[2026-11-21 12:01:{:02},{:03}] {line}", number / 8 % 60, number % 999))
    }),
    timed("syslog", |text, _| each_line(text, |number, line| format!("Nov 21 12:01:{:02} web1 app[12]: {line}", number / 8 % 60))),
    timed("journald", |text, _| {
        each_line(text, |number, line| format!("2026-11-21T12:01:{:02}+0000 web1 app[12]: {line}", number / 8 % 60))
    }),
    whole("docker compose", |text, _| each_line(text, |_, line| format!("web-1  | {line}"))),
    timed("docker compose with times", |text, _| {
        each_line(text, |number, line| format!("web-1  | 2026-11-21T12:01:{:02}.123456789Z {line}", number / 8 % 60))
    }),
    timed("kubectl", |text, _| {
        each_line(text, |number, line| format!("[pod/web-5d4c7b9f6-x2x7q/app] 2026-11-21T12:01:{:02}.123456789Z {line}", number / 8 % 60))
    }),
    timed("containerd", |text, _| {
        each_line(text, |number, line| format!("2026-11-21T12:01:{:02}.123456789Z stderr F {line}", number / 8 % 60))
    }),
    whole("in a fence", |text, _| {
        format!(
            "Hello,\n\nsince this noon we see the following:\n\n```\n{}\n```\n\nWhat can we do about it?\n",
            text.trim_end_matches('\n')
        )
    }),
    whole("in a fence with a language", |text, _| {
        format!("### Actual behaviour\n\n~~~bash\n{}\n~~~\n\n- [x] I searched first\n", text.trim_end_matches('\n'))
    }),
    whole("in JSON", |text, _| format!("{}\n", json!({"level": "error", "pid": 31, "message": text, "service": "web"}))),
    whole("in JSON over lines", |text, _| format!("{:#}\n", json!({"data": {"output": text}, "ok": false}))),
    whole("quoted", |text, _| each_line(text, |_, line| format!("> {line}"))),
    whole("quoted twice, behind a greeting", |text, _| {
        format!(
            "Dear team,\n\nOn Saturday somebody wrote:\n\n{}\nRegards\n",
            each_line(text, |_, line| if line.is_empty() { ">>".to_owned() } else { format!(">> {line}") })
        )
    }),
    lossy("in HTML", |text, _| format!("<pre><code>{}</code></pre>\n", html(text))),
    lossy("escaped for HTML", |text, _| html(text)),
    lossy("other spaces", |text, random| {
        text.chars().map(|letter| if letter == ' ' && random.below(3) == 0 { '\u{a0}' } else { letter }).collect()
    }),
    lossy("signs of a chat", chat),
    whole("colours", coloured),
    lossy("wrapped", |text, _| wrapped(text)),
];

/// Any place of a text where no letter is cut.
fn place(text: &str, random: &mut Random) -> usize {
    text.floor_char_boundary(random.below(text.len()))
}

fn each_line(text: &str, change: impl Fn(usize, &str) -> String) -> String {
    text.lines().enumerate().map(|(number, line)| change(number, line) + "\n").collect()
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// Quotation marks, dashes and dots become others, and what cannot be seen comes between.
fn chat(text: &str, random: &mut Random) -> String {
    let mut out = String::new();
    let mut is_open = false;
    for letter in text.replace("...", "\u{2026}").replace(" -- ", " \u{2014} ").chars() {
        match letter {
            '"' => {
                is_open = !is_open;
                out.push(if is_open { '\u{201c}' } else { '\u{201d}' });
            }
            '\'' => out.push('\u{2019}'),
            ' ' if random.below(8) == 0 => out.push_str(" \u{200b}"),
            _ => out.push(letter),
        }
    }
    out
}

/// As terminals, test runners and log viewers colour lines and words.
fn coloured(text: &str, random: &mut Random) -> String {
    let word = |line: &str, random: &mut Random| -> String {
        let words: Vec<String> = line
            .split(' ')
            .map(|word| if !word.is_empty() && random.below(4) == 0 { format!("\u{1b}[1;33m{word}\u{1b}[39;49m") } else { word.to_owned() })
            .collect();
        words.join(" ")
    };
    text.lines()
        .map(|line| match random.below(3) {
            0 => format!("\u{1b}[31m{line}\u{1b}[0m\u{1b}[K\n"),
            1 => format!("\u{1b}[2m{}\u{1b}[m\n", word(line, random)),
            _ => format!("{}\n", word(line, random)),
        })
        .collect()
}

/// As mail programs break lines of more than 80 letters.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut length = 0;
        for word in line.split_inclusive(' ') {
            if length > 0 && length + word.trim_end().len() > 80 {
                out.push('\n');
                length = 0;
            }
            out.push_str(word);
            length += word.len();
        }
        out.push('\n');
    }
    out
}

/// Texts of kinds that the samples do not have.
const MORE: [(&str, &str); 12] = [
    (
        "others",
        "Traceback (most recent call last):\n  File \"/srv/sync.py\", line 12, in <module>\n    answer.raise_for_status()\nrequests.exceptions.HTTPError: 520 Server Error: <none> for url: https://desk.example/api/v2/items?page=2\n",
    ),
    (
        "others",
        "AxiosError: Request failed with status code 521\n    at settle (/srv/node_modules/axios/lib/core/settle.js:19:12)\n    at IncomingMessage.handleStreamEnd (/srv/node_modules/axios/lib/adapters/http.js:599:11)\n",
    ),
    (
        "others",
        "requests.exceptions.ConnectionError: ('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))\n",
    ),
    ("others", "Get \"https://desk.example/health\": read tcp 10.1.2.3:51234->203.0.113.9:443: read: connection reset by peer\n"),
    (
        "others",
        "{\"ClientRequestHost\":\"desk.example\",\"ClientRequestMethod\":\"GET\",\"ClientRequestURI\":\"/a\",\"EdgeColoCode\":\"FRA\",\"EdgeResponseStatus\":520,\"EdgeStartTimestamp\":\"2026-11-21T18:42:03Z\",\"OriginResponseStatus\":0,\"RayID\":\"a5e1d50c40aa9c1e\"}\n",
    ),
    (
        "others",
        "{\n  \"EdgeResponseStatus\": 502,\n  \"OriginResponseStatus\": 502,\n  \"ClientRequestHost\": \"desk.example\",\n  \"RayID\": \"a5e1d50c40aa9c1e\"\n}\n",
    ),
    ("others", "GET https://desk.example/api/items 520 (Origin Error)\n"),
    (
        "others",
        "remote: Enumerating objects: 5, done.\nfatal: unable to access 'https://git.desk.example/a.git/': The requested URL returned error: 521\n",
    ),
    ("others", "Desk (https://desk.example/) is down:\n- HTTP code: 522\n- Response time: 15004 ms\n"),
    (
        "others",
        "{\n  status: 520,\n  headers: {\n    date: 'Sat, 21 Nov 2026 19:11:24 GMT',\n    server: 'cloudflare',\n    'cf-ray': 'a5e201025c67c56e-FRA'\n  },\n  url: 'https://desk.example/api/items'\n}\n",
    ),
    (
        "others",
        "{\"cloudflare_error\":true,\"error_code\":520,\"ray_id\":\"a5e201025c67c56e\",\"timestamp\":\"2026-11-21T19:11:24Z\",\"zone\":\"desk.example\"}\n",
    ),
    (
        "others",
        "{\"level\":\"error\",\"ts\":1795287181.03,\"logger\":\"http.log.error\",\"msg\":\"dial tcp 127.0.0.1:3000: connect: connection refused\",\"request\":{\"method\":\"GET\",\"host\":\"desk.example\",\"uri\":\"/a\"},\"status\":502}\n",
    ),
];

type Value = (&'static str, String);

/// What is known to come with a mangling, and right: a line that only a time makes one of a log, a version whose line is broken before it, and
/// words that stand in the sample and need a time to be told from prose.
const KNOWN: [(&str, &str); 5] = [
    ("log-lines/express-dev.txt", "URL"),
    ("log-lines/express-dev.txt", "method"),
    ("log-lines/express-dev.txt", "status"),
    ("log-lines/uwsgi-access.txt", "version"),
    ("log-lines/varnish-log-more.txt", "log"),
];

/// The path of a URL.
fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("", |slash| &rest[slash..])
}

/// Values that the plain text did not give.
fn wrong<'a>(mangling: &Mangling, (text, plain): (&str, &'a BTreeSet<Value>), mangled: &str, found: &'a BTreeSet<Value>) -> Vec<&'a Value> {
    let is_fine = |one: &&Value| {
        let (key, value) = (one.0, one.1.as_str());
        // Where a text begins or ends within a word, nobody can tell.
        let is_at_end = mangled.starts_with(value) || mangled.ends_with(value);
        match key {
            "time" | "local time" if mangling.adds_times => true,
            "ray" | "host" if !mangling.is_whole && is_at_end => true,
            // A header that lost a part is another one.
            "header" => !mangling.is_whole,
            // Without the line that names the host or the scheme, what is left of them counts.
            "host" => !mangling.is_whole && plain.iter().any(|(key, url)| *key == "URL" && url.contains(&format!("//{value}"))),
            "URL" => !mangling.is_whole && plain.iter().any(|(key, url)| *key == "URL" && path(url) == path(value)),
            "time" => !mangling.is_whole && value.split(['T', '.']).take(2).all(|part| text.contains(part)),
            // Of what a line says the more exact part may have come into the next one, or what a tool says is no transcript any more.
            "log" => !mangling.is_whole && (text.contains(value) || plain.iter().any(|(key, _)| *key == "error")),
            _ => false,
        }
    };
    found.difference(plain).filter(|value| !is_fine(value)).collect()
}

/// Breaks when a text on its way to here makes a panic, gives a value that it did not give before, or gives a tenth less where nothing of it
/// was lost.
#[test]
fn what_happens_to_a_text_changes_nothing() {
    let mut texts: Vec<(String, String, String)> = samples()
        .into_iter()
        .map(|sample| {
            let kind = sample.name.split('/').next().unwrap_or_default().to_owned();
            (kind, sample.name, sample.text.trim_end_matches('\n').to_owned() + "\n")
        })
        .collect();
    texts.extend(MORE.iter().map(|(kind, text)| ((*kind).to_owned(), (*kind).to_owned(), (*text).to_owned())));
    let mut random = Random::new(520);
    let mut false_ones = Vec::new();
    let mut lost: BTreeMap<(usize, String), (usize, usize)> = BTreeMap::new();
    for (at, (kind, name, text)) in texts.iter().enumerate() {
        let plain: BTreeSet<Value> = values(text).into_iter().collect();
        for (number, mangling) in MANGLINGS.iter().enumerate() {
            // There are many ways to write a time: every text is given half of them.
            if mangling.adds_times && (at + number) % 2 == 1 {
                continue;
            }
            let mangled = (mangling.mangle)(text, &mut random);
            let found: BTreeSet<Value> = values(&mangled).into_iter().collect();
            let wrong = wrong(mangling, (text, &plain), &mangled, &found);
            if let Some((key, value)) = wrong.iter().find(|(key, _)| !KNOWN.contains(&(name, key))) {
                false_ones.push(format!("{}: {name}: {key} {value}", mangling.name));
            }
            let counts = |(key, _): &&Value| !mangling.adds_times || !matches!(*key, "time" | "local time");
            let (kept, all) = (plain.intersection(&found).filter(counts).count(), plain.iter().filter(counts).count());
            for kind in [kind.as_str(), "all"] {
                let sums = lost.entry((number, kind.to_owned())).or_default();
                *sums = (sums.0 + kept, sums.1 + all);
            }
        }
    }
    let mut short = Vec::new();
    for ((number, kind), (kept, all)) in &lost {
        let mangling = &MANGLINGS[*number];
        let percent = 100 * kept / all.max(&1);
        let is_short = percent < KEPT && mangling.is_whole && *all > 0;
        if kind == "all" || is_short {
            println!("{:>3} % of {all:>5} of {kind:<12} {}", percent, mangling.name);
        }
        if is_short {
            short.push(format!("{}: {percent} % of {kind}", mangling.name));
        }
    }
    println!("{} wrong:\n{}", false_ones.len(), false_ones.join("\n"));
    assert!(false_ones.is_empty() && short.is_empty(), "{} wrong values, {} fall short", false_ones.len(), short.len());
}
