//! Terminal sessions: curl, wget and `HTTPie`, asking through the edge and directly.

use anyhow::{Result, ensure};
use serde_json::{Map, Value, json};

use super::stage::{Played, Stage};
use super::{Sample, facts};
use xtask::run::on_path;

/// Runs every session and writes what came of it.
pub(super) fn make(stage: &Stage) -> Result<usize> {
    let mut count = 0;
    for session in SESSIONS.iter().chain(TIMINGS) {
        if session.tool() != "for" && on_path(session.tool()).is_none() {
            println!("· {}/{}: skipped, {} is not installed", session.kind, session.name, session.tool());
            continue;
        }
        session.play(stage)?.write()?;
        count += 1;
    }
    Ok(count)
}

/// Commands, as somebody types them one after the other.
struct Session {
    kind: &'static str,
    name: &'static str,
    /// What stands before each command; without one the commands are not pasted.
    prompt: Option<&'static str>,
    /// The end of every line.
    ends: &'static str,
    commands: &'static [&'static str],
}

impl Session {
    fn tool(&self) -> &'static str {
        self.commands.first().and_then(|command| command.split(' ').next()).unwrap_or_default().trim_end_matches(".exe")
    }

    fn play(&self, stage: &Stage) -> Result<Sample> {
        stage.read("rm -f *")?;
        let mut text = String::new();
        let mut played = Vec::new();
        for command in self.commands {
            if let Some(prompt) = self.prompt {
                text.extend([prompt, command, "\n"]);
            }
            // Only the name of the program differs on Windows.
            let one = stage.play(&command.replace("curl.exe", "curl").replace("-o NUL", "-o /dev/null"))?;
            text += &one.text;
            if self.prompt.is_some() && !text.ends_with('\n') {
                // A shell puts its next prompt behind a text without a line end; most people's shells start a new line.
                text.push('\n');
            }
            played.push((*command, one));
        }
        let mut facts = Vec::new();
        for (command, one) in &played {
            let printed = exits(&one.text).last().copied();
            let is_its_own = printed.is_none_or(|printed| printed == one.exit || command.contains('|'));
            ensure!(is_its_own, "{}: curl said {printed:?} and ended with {}", self.name, one.exit);
            // Another command's answer says nothing about this one.
            let own = self.prompt.map(|_| format!("{command}\n")).unwrap_or_default() + one.text.as_str();
            facts.extend(self.facts(&own, command, one));
        }
        println!("· {}/{}: {} facts", self.kind, self.name, facts.len());
        Ok(Sample { kind: self.kind, name: self.name.to_owned(), text: text.replace('\n', self.ends), facts, ..Sample::default() })
    }

    fn facts(&self, text: &str, command: &str, one: &Played) -> Vec<Map<String, Value>> {
        let mut facts: Vec<_> = one.exchanges.iter().map(|(exchange, server)| facts::of_exchange(text, exchange, *server)).collect();
        if facts.is_empty() {
            let mut fact = if self.prompt.is_some() { facts::of_url(command) } else { Map::new() };
            if let Some(address) = address_in(&one.text) {
                fact.insert("address".to_owned(), json!(address));
            }
            facts.push(fact);
        }
        let exits = exits(&one.text);
        let later = facts.len().saturating_sub(exits.len());
        for (fact, exit) in facts.iter_mut().skip(later).zip(exits) {
            fact.insert("curl_exit".to_owned(), json!(exit));
        }
        let Some(last) = facts.last_mut() else { return facts };
        if let Some(error) = one.text.lines().find_map(|line| line.trim().strip_prefix("http: ")?.split_once(": ").map(|(_, error)| error))
        {
            last.insert("error".to_owned(), json!(error.split(':').next()));
        }
        if self.kind == "timings" {
            last.insert("seconds".to_owned(), seconds(&one.text, command));
        }
        facts.retain(|fact| !fact.is_empty());
        facts
    }
}

/// The numbers of the failures that curl tells.
fn exits(text: &str) -> Vec<i32> {
    text.split("curl: (").skip(1).filter_map(|rest| rest.split(')').next()?.parse().ok()).collect()
}

/// The address that curl says it tries.
fn address_in(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("  Trying ")?;
    rest.split("...").next()?.rsplit_once(':').map(|(address, _)| address)
}

/// The timings by curl's names, as they were printed: lines `name: value`, JSON, or the order of the format.
fn seconds(text: &str, command: &str) -> Value {
    let mut seconds = Map::new();
    let json: Option<Value> = text.lines().rev().find_map(|line| serde_json::from_str(line).ok());
    if let Some(Value::Object(members)) = json {
        seconds.extend(members.into_iter().filter(|(name, _)| name.starts_with("time_")));
        return Value::Object(seconds);
    }
    let names: Vec<&str> = command.split("%{").skip(1).filter_map(|rest| rest.split('}').next()).collect();
    let numbers: Vec<&str> = text
        .split(|char: char| !char.is_ascii_digit() && char != '.')
        .filter(|word| word.chars().any(|char| char.is_ascii_digit()) && word.parse::<f64>().is_ok())
        .collect();
    // The format is what was printed last.
    let printed = &numbers[numbers.len().saturating_sub(names.len())..];
    for (name, number) in names.iter().zip(printed).filter(|(name, _)| name.starts_with("time_")) {
        let value = number.parse::<f64>().map_or(Value::Null, |value| json!(value));
        seconds.insert((*name).to_owned(), value);
    }
    Value::Object(seconds)
}

const LF: &str = "\n";
const CRLF: &str = "\r\n";
const SHELL: Option<&str> = Some("$ ");

const fn curl(name: &'static str, prompt: Option<&'static str>, commands: &'static [&'static str]) -> Session {
    Session { kind: "curl", name, prompt, ends: LF, commands }
}

const fn of(kind: &'static str, name: &'static str, prompt: Option<&'static str>, commands: &'static [&'static str]) -> Session {
    Session { kind, name, prompt, ends: LF, commands }
}

const SESSIONS: &[Session] = &[
    // Through the edge.
    curl("v-520-h2", SHELL, &["curl -v https://shop.example/api/orders"]),
    curl("v-520-http1", SHELL, &["curl -v http://shop.example/api/orders"]),
    curl("v-520-http1-tls", SHELL, &["curl -v --http1.1 https://shop.example/api/orders"]),
    curl("sv-discard-520", SHELL, &["curl -sv -o /dev/null https://shop.example/api/report"]),
    curl("sv-discard-520-no-command", None, &["curl -sv -o /dev/null https://shop.example/api/report"]),
    curl("svo-good", SHELL, &["curl -svo /dev/null https://shop.example/"]),
    curl("svo-progress-520", SHELL, &["curl -vo /dev/null https://shop.example/api/orders"]),
    curl("i-520-text", SHELL, &["curl -i https://shop.example/api/orders"]),
    curl("i-520-html", SHELL, &["curl -i -H 'Accept: text/html' https://shop.example/api/orders"]),
    curl("i-520-json", SHELL, &["curl -si -H 'Accept: application/json' https://shop.example/api/orders"]),
    curl("i-520-markdown", SHELL, &["curl -si -H 'Accept: text/markdown' https://shop.example/api/orders"]),
    curl("i-520-old-page", SHELL, &["curl -i http://blog.example/api/orders"]),
    curl("i-520-custom-page", SHELL, &["curl -is https://desk.example/api/orders"]),
    curl("body-only-520-text", SHELL, &["curl https://shop.example/api/orders"]),
    of("error-page", "body-only-520-json", None, &["curl -s -H 'Accept: application/json' https://api.shop.example/api/orders"]),
    curl("head-520", SHELL, &["curl -I https://shop.example/api/orders"]),
    curl("head-good", Some("shop@web1:~$ "), &["curl -I https://shop.example/"]),
    curl("head-crlf", Some("C:\\Users\\shop>"), &["curl -I https://shop.example/api/orders"]).windows(),
    curl("powershell-curl-exe", Some("PS C:\\> "), &["curl.exe -sv -o NUL https://shop.example/api/orders"]).windows(),
    curl("redirect-iL-520", SHELL, &["curl -iL https://shop.example/go"]),
    curl("redirect-IL-good", SHELL, &["curl -sIL http://shop.example/old"]),
    curl("redirect-svL", SHELL, &["curl -svL -o /dev/null https://shop.example/go"]),
    curl("retry-503", SHELL, &["curl -sS -i --retry 3 --retry-delay 1 https://shop.example/retry"]),
    curl("retry-520-fail", SHELL, &["curl -v --fail --retry 2 --retry-delay 1 --retry-all-errors https://shop.example/api/orders"]),
    curl("fail-22", SHELL, &["curl -fsS https://shop.example/api/orders"]),
    curl("post-520", SHELL, &["curl -v -X POST -H 'Content-Type: application/json' -d '{\"cart\":7}' https://shop.example/api/orders"]),
    curl("trace-ascii-520", SHELL, &["curl -s --trace-ascii - -o /dev/null https://shop.example/api/orders"]),
    curl("trace-ascii-http", SHELL, &["curl -s --trace-ascii - http://shop.example/api/orders"]),
    curl("trace-time-520", SHELL, &["curl -s --trace-ascii - --trace-time http://shop.example/api/orders"]),
    curl("verbose-trace-time", SHELL, &["curl -sv --trace-time -o /dev/null https://shop.example/api/orders"]),
    curl("dump-headers", SHELL, &["curl -s -D - -o /dev/null https://shop.example/api/orders"]),
    curl("streamed-cut-h2", SHELL, &["curl -sSv -o /dev/null https://shop.example/export.csv"]),
    curl("streamed-cut-http1", SHELL, &["curl -sSv -o /dev/null http://shop.example/export.csv"]),
    curl("error-endpoint-522-json", SHELL, &["curl -s -i -H 'Accept: application/json' https://api.shop.example/cdn-cgi/error/522"]),
    curl("error-endpoint-1016", SHELL, &["curl -i https://shop.example/cdn-cgi/error/1016"]),
    curl("origins-own-500", SHELL, &["curl -i https://shop.example/broken"]),
    curl(
        "both-ways",
        SHELL,
        &[
            "curl -svo /dev/null https://shop.example/api/orders",
            "curl -svo /dev/null https://shop.example/api/orders --connect-to ::203.0.113.10",
        ],
    ),
    curl(
        "three-headers-many-urls",
        SHELL,
        &["curl -sI https://shop.example/ https://shop.example/api/orders https://shop.example/css/site.css"],
    ),
    curl("grep-ray", SHELL, &["curl -sI https://shop.example/api/orders | grep -i '^cf-ray\\|^HTTP'"]),
    curl(
        "loop-statuses",
        SHELL,
        &["for i in 1 2 3 4 5; do curl -s -o /dev/null -w '%{http_code}\\n' https://www.shop.example/api/cart; done"],
    ),
    // Directly.
    curl("direct-52-tls", SHELL, &["curl -v https://shop.example/api/orders --connect-to ::203.0.113.10"]),
    curl("direct-52-resolve", SHELL, &["curl -sSv -o /dev/null --resolve shop.example:443:203.0.113.10 https://shop.example/api/orders"]),
    curl("direct-52-http", SHELL, &["curl -v http://shop.example/api/orders --connect-to ::203.0.113.10"]),
    curl("direct-52-short", SHELL, &["curl http://shop.example/api/orders --connect-to ::203.0.113.10"]),
    curl("direct-52-no-command", None, &["curl -sS http://shop.example/api/orders --connect-to ::203.0.113.10"]),
    curl("direct-52-bare-address", SHELL, &["curl -v -H 'Host: shop.example' http://203.0.113.10/api/orders"]),
    curl("direct-52-crlf", Some("C:\\>"), &["curl -v http://shop.example/api/orders --connect-to ::203.0.113.10"]).windows(),
    curl("direct-56-reset", SHELL, &["curl -v http://shop.example/api/report --connect-to ::203.0.113.10"]),
    curl("direct-56-reset-tls", SHELL, &["curl -sSv -o /dev/null https://shop.example/api/report --connect-to ::203.0.113.10"]),
    curl("direct-56-reset-in-body", SHELL, &["curl -v http://shop.example/api/stream --connect-to ::203.0.113.10"]),
    curl("direct-56-alert", SHELL, &["curl -sSv https://shop.example/alert --connect-to ::203.0.113.10"]),
    curl(
        "direct-56-upload-reset",
        SHELL,
        &["head -c 3000000 /dev/zero > photo.jpg; curl -sSv -F file=@photo.jpg http://shop.example/upload --connect-to ::203.0.113.10"],
    ),
    curl("direct-headers-cut", SHELL, &["curl -v http://shop.example/api/half --connect-to ::203.0.113.10"]),
    curl("direct-18-length", SHELL, &["curl -v http://shop.example/export.csv --connect-to ::203.0.113.10"]),
    curl("direct-18-length-tls", SHELL, &["curl -v -o export.csv https://shop.example/export.csv --connect-to ::203.0.113.10"]),
    curl("direct-18-chunks", SHELL, &["curl -v http://shop.example/feed.xml --connect-to ::203.0.113.10"]),
    curl("direct-56-bad-chunk", SHELL, &["curl -v http://shop.example/chunks --connect-to ::203.0.113.10"]),
    curl("direct-1-http09", SHELL, &["curl -v http://shop.example/legacy.php --connect-to ::203.0.113.10"]),
    curl("direct-1-http09-short", SHELL, &["curl -sS http://shop.example/legacy.php --connect-to ::203.0.113.10"]),
    curl("direct-no-status-number", SHELL, &["curl -v http://shop.example/no-status --connect-to ::203.0.113.10"]),
    curl("direct-bare-status-line", SHELL, &["curl -v http://shop.example/bare --connect-to ::203.0.113.10"]),
    curl("direct-8-nul-header", SHELL, &["curl -v http://shop.example/search --connect-to ::203.0.113.10"]),
    curl("direct-8-header-without-colon", SHELL, &["curl -v http://shop.example/folded --connect-to ::203.0.113.10"]),
    curl("direct-two-lengths", SHELL, &["curl -v http://shop.example/two-lengths --connect-to ::203.0.113.10"]),
    curl(
        "direct-headers-140-kb",
        SHELL,
        &["curl -sSv -o /dev/null http://shop.example/account --connect-to ::203.0.113.10 2>&1 | cut -c1-120"],
    ),
    curl("direct-header-bytes", SHELL, &["curl -s -o /dev/null -D - http://shop.example/account --connect-to ::203.0.113.10 | wc -c"]),
    curl(
        "direct-56-headers-too-large",
        SHELL,
        &["curl -sSv -o /dev/null http://shop.example/huge --connect-to ::203.0.113.10 2>&1 | cut -c1-120"],
    ),
    curl("direct-61-gzip", SHELL, &["curl -v --compressed http://shop.example/gzip --connect-to ::203.0.113.10"]),
    curl("direct-92-reset-stream", SHELL, &["curl -v https://shop.example/api/orders --connect-to ::203.0.113.11"]),
    curl("direct-92-internal-error", SHELL, &["curl -sSv -o /dev/null https://shop.example/api/report --connect-to ::203.0.113.11"]),
    curl("direct-goaway", SHELL, &["curl -v https://shop.example/api/stream --connect-to ::203.0.113.11"]),
    curl("direct-h2-hangup", SHELL, &["curl -v https://shop.example/api/orders --connect-to ::203.0.113.16"]),
    curl("direct-h2-good", SHELL, &["curl -sv -o /dev/null https://shop.example/ --connect-to ::203.0.113.11"]),
    curl("direct-60-expired", SHELL, &["curl -v https://shop.example/ --connect-to ::203.0.113.12"]),
    curl("direct-60-unknown-issuer", SHELL, &["curl https://shop.example/ --connect-to ::203.0.113.13"]),
    curl("direct-60-other-name", SHELL, &["curl -sSv -o /dev/null https://www.shop.example/ --connect-to ::203.0.113.10"]),
    curl("direct-56-certificate-required", SHELL, &["curl -v https://shop.example/ --connect-to ::203.0.113.14"]),
    curl("direct-35-not-tls", SHELL, &["curl -v https://shop.example:80/ --connect-to ::203.0.113.10"]),
    curl("direct-35-old-tls", SHELL, &["curl -v --tls-max 1.1 https://shop.example/ --connect-to ::203.0.113.10"]),
    curl("direct-400-http-to-https", SHELL, &["curl -v http://shop.example/ --connect-to ::203.0.113.14"]),
    curl("direct-7-refused", SHELL, &["curl -v https://shop.example/ --connect-to ::203.0.113.15"]),
    curl("direct-7-refused-short", SHELL, &["curl -I https://shop.example/ --connect-to ::203.0.113.15"]),
    curl("direct-28-connect", SHELL, &["curl -v --connect-timeout 3 https://shop.example/ --connect-to ::203.0.113.44"]),
    curl("direct-28-answer", SHELL, &["curl -v --max-time 3 http://shop.example/slow --connect-to ::203.0.113.10"]),
    curl("direct-28-body", SHELL, &["curl -v -m 3 -o export.csv http://shop.example/slow-body --connect-to ::203.0.113.10"]),
    curl("6-no-such-host", SHELL, &["curl -v https://shop.exmaple/api/orders"]),
    curl("no-http3", SHELL, &["curl -v --http3 https://shop.example/api/orders"]),
    curl("3-bad-url", SHELL, &["curl -v 'https://shop example/api/orders'"]),
    curl("direct-good", SHELL, &["curl -sv -o /dev/null http://shop.example/api/cart --connect-to ::203.0.113.10"]),
    curl(
        "direct-trace-ascii-52",
        SHELL,
        &["curl -sS --trace-ascii - --trace-time http://shop.example/api/orders --connect-to ::203.0.113.10"],
    ),
    curl(
        "direct-egrep-certificate",
        SHELL,
        &["curl -svo /dev/null https://shop.example --connect-to ::203.0.113.10 2>&1 | egrep -v '^{.*$|^}.*$|^* http.*$'"],
    ),
    // Other tools.
    of("wget", "server-response-520", SHELL, &["wget -S -O /dev/null https://shop.example/api/orders"]),
    of("wget", "server-response-good", SHELL, &["wget --server-response -O /dev/null https://shop.example/"]),
    of("wget", "redirect-520", SHELL, &["wget -S https://shop.example/go"]),
    of("wget", "no-command-520", None, &["wget -S -O /dev/null http://shop.example/api/orders"]),
    of("wget", "debug-520", SHELL, &["wget -d --no-hsts -O /dev/null http://shop.example/api/orders"]),
    of("wget", "spider-520", SHELL, &["wget --spider -S http://shop.example/api/orders"]),
    of("wget", "quiet-headers-520", SHELL, &["wget -qS -O- https://shop.example/api/orders --content-on-error"]),
    of("wget", "direct-empty", SHELL, &["wget -S --tries=2 -O /dev/null --header='Host: shop.example' http://203.0.113.10/api/orders"]),
    of("wget", "direct-reset", SHELL, &["wget -S --tries=1 -O /dev/null --header='Host: shop.example' http://203.0.113.10/api/report"]),
    of("wget", "direct-cut", SHELL, &["wget --tries=1 --header='Host: shop.example' http://203.0.113.10/export.csv"]),
    of("wget", "direct-http09", SHELL, &["wget -S --tries=1 -O - --header='Host: shop.example' http://203.0.113.10/legacy.php"]),
    of("wget", "direct-refused", SHELL, &["wget --tries=1 http://203.0.113.15/"]),
    of("httpie", "verbose-520", SHELL, &["http -v --ignore-stdin https://shop.example/api/orders"]),
    of("httpie", "headers-520", SHELL, &["http --ignore-stdin --headers https://shop.example/api/orders"]),
    of(
        "httpie",
        "print-all-json",
        SHELL,
        &["http --ignore-stdin --print=HhBb https://api.shop.example/api/orders Accept:application/json"],
    ),
    of("httpie", "no-command-520", None, &["http --ignore-stdin https://shop.example/api/orders Accept:text/html"]),
    of("httpie", "post-520", SHELL, &["http -v --ignore-stdin POST https://shop.example/api/orders cart:=7"]),
    of("httpie", "follow-520", SHELL, &["http --ignore-stdin -v --follow --all https://shop.example/go"]),
    of("httpie", "direct-empty", SHELL, &["http --ignore-stdin http://203.0.113.10/api/orders Host:shop.example"]),
    of("httpie", "direct-reset", SHELL, &["http --ignore-stdin http://203.0.113.10/api/report Host:shop.example"]),
    of("httpie", "direct-refused", SHELL, &["http --ignore-stdin https://203.0.113.15/"]),
    of("httpie", "direct-timeout", SHELL, &["http --ignore-stdin --timeout=2 http://203.0.113.10/slow Host:shop.example"]),
    of("httpie", "direct-expired", SHELL, &["http --ignore-stdin https://203.0.113.12/ Host:shop.example"]),
    // Debian 12 has HTTPie 3.2.1, which words errors in its own way.
    of("httpie", "older-direct-empty", SHELL, &["/usr/bin/http --ignore-stdin http://203.0.113.10/api/orders Host:shop.example"]),
    of("httpie", "older-direct-refused", SHELL, &["/usr/bin/http --ignore-stdin https://203.0.113.15/"]),
    of("httpie", "xh-verbose-520", SHELL, &["xh -v --ignore-stdin http://shop.example/api/orders"]),
    of("httpie", "xh-headers-520", SHELL, &["xh --ignore-stdin --headers http://shop.example/api/orders"]),
    of("httpie", "xh-direct-empty", SHELL, &["xh --ignore-stdin http://203.0.113.10/api/orders Host:shop.example"]),
    of("httpie", "xh-direct-reset", SHELL, &["xh --ignore-stdin http://203.0.113.10/api/report Host:shop.example"]),
    of("httpie", "xh-direct-timeout", SHELL, &["xh --ignore-stdin --timeout=2 http://203.0.113.10/slow Host:shop.example"]),
    of("headers", "block-h2", None, &["curl -sI https://shop.example/api/orders"]),
    of("headers", "block-http1", None, &["curl -sI http://shop.example/api/orders"]),
    of("headers", "block-crlf", None, &["curl -sI http://blog.example/api/orders"]).windows(),
    of("headers", "block-direct-500", None, &["curl -sI http://shop.example/broken --connect-to ::203.0.113.10"]),
    of("headers", "without-status-line", None, &["curl -sI https://shop.example/api/orders | tail -n +2"]),
    of("headers", "some-lines", None, &["curl -sI https://shop.example/api/orders | grep -iE '^(HTTP|server|cf-ray|date)'"]),
    of("headers", "two-blocks", None, &["curl -sIL https://shop.example/go"]),
    of("trace", "terminal-h2", SHELL, &["curl https://shop.example/cdn-cgi/trace"]),
    of("trace", "terminal-http", SHELL, &["curl -s http://blog.example/cdn-cgi/trace"]),
    of("trace", "with-headers", SHELL, &["curl -si https://shop.example/cdn-cgi/trace"]),
    of("trace", "verbose", Some("root@web1:~# "), &["curl -sv https://api.shop.example/cdn-cgi/trace"]),
    curl("direct-not-found", SHELL, &["curl -i http://shop.example/cdn-cgi/trace --connect-to ::203.0.113.10"]),
];

/// Formats for `-w` that people use.
const TIMINGS: &[Session] = &[
    of("timings", "list-520", SHELL, &[concat!(
        "curl -s -o /dev/null -w '    time_namelookup:  %{time_namelookup}\\n       time_connect:  %{time_connect}\\n    time_appconnect:  %{time_appconnect}\\n",
        "   time_pretransfer:  %{time_pretransfer}\\n      time_redirect:  %{time_redirect}\\n time_starttransfer:  %{time_starttransfer}\\n",
        "                    ----------\\n         time_total:  %{time_total}\\n' https://shop.example/api/orders"
    )]),
    of("timings", "list-good-no-command", None, &[concat!(
        "curl -s -o /dev/null -w 'lookup: %{time_namelookup}\\nconnect: %{time_connect}\\nappconnect: %{time_appconnect}\\npretransfer: %{time_pretransfer}\\n",
        "redirect: %{time_redirect}\\nstarttransfer: %{time_starttransfer}\\ntotal: %{time_total}\\n' https://shop.example/"
    )]),
    of("timings", "list-with-status", SHELL, &[concat!(
        "curl -o /dev/null -s -w 'http_code: %{http_code}\\ntime_namelookup: %{time_namelookup}\\ntime_connect: %{time_connect}\\n",
        "time_appconnect: %{time_appconnect}\\ntime_starttransfer: %{time_starttransfer}\\ntime_total: %{time_total}\\n' https://www.shop.example/api/slow"
    )]),
    of("timings", "one-line", SHELL, &["curl -s -o /dev/null -w '%{http_code} %{time_total}\\n' https://shop.example/api/orders"]),
    of("timings", "one-line-words", SHELL, &["curl -s -o /dev/null -w 'Connect: %{time_connect} TTFB: %{time_starttransfer} Total time: %{time_total} \\n' https://shop.example/"]),
    of("timings", "json", SHELL, &["curl -s -o /dev/null -w '%{json}\\n' https://shop.example/api/orders"]),
    of("timings", "json-no-command", None, &["curl -s -o /dev/null -w '%{json}' https://shop.example/"]),
    of("timings", "json-direct-52", SHELL, &["curl -sS -o /dev/null -w '%{json}\\n' http://shop.example/api/orders --connect-to ::203.0.113.10"]),
    of("timings", "one-line-28", SHELL, &["curl -sS -m 3 -o /dev/null -w '%{http_code} %{time_connect} %{time_starttransfer} %{time_total}\\n' http://shop.example/slow --connect-to ::203.0.113.10"]),
    of("timings", "list-crlf", Some("C:\\>"), &["curl -s -o NUL -w 'code: %{http_code}\\nconnect: %{time_connect}\\nTTFB: %{time_starttransfer}\\ntotal: %{time_total}\\n' https://shop.example/api/orders"]).windows(),
];

impl Session {
    /// The same with the line ends of Windows.
    const fn windows(self) -> Self {
        Self { ends: CRLF, ..self }
    }
}
