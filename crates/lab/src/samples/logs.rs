//! Logs of servers that are made to fail: the scripts in `scenes/` start them, ask them as the edge would, and keep what they wrote.

use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Result, ensure};
use fivetwenty_harness::moment::{RFC_3339, written};
use serde_json::{Map, Value, json};
use time::format_description::StaticFormatDescription;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime, UtcDateTime};
use xtask::run::on_path;

use super::Sample;
use super::stage::Stage;

/// The scenes, with the programs that each needs.
const SCENES: &[(&str, &[&str], &[&str])] = &[
    ("nginx", &["nginx", "openssl", "node"], &[include_str!("scenes/nginx.sh")]),
    ("PHP-FPM behind nginx", &["nginx", "php"], &[include_str!("scenes/php.sh"), include_str!("scenes/fpm-nginx.sh")]),
    ("Apache", &["apache2", "php"], &[APACHE_PHP, include_str!("scenes/php.sh"), include_str!("scenes/apache.sh")]),
    ("Gunicorn", &["gunicorn"], &[include_str!("scenes/gunicorn.sh")]),
    ("Node.js", &["node"], &[include_str!("scenes/node.sh")]),
    ("HAProxy and Caddy", &["node"], &[include_str!("scenes/proxies.sh")]),
    ("the kernel", &["php"], &[include_str!("scenes/kernel.sh")]),
];

/// The one PHP-FPM of before may still be there.
const APACHE_PHP: &str = "[ -f /run/php-fpm.pid ] && kill \"$(cat /run/php-fpm.pid)\" 2> /dev/null; sleep 0.5\n";

/// What a line says that leads to a cause: the words by which its reader is to know it.
const TELLING: &[&str] = &[
    "upstream prematurely closed connection while reading response header from upstream",
    "upstream prematurely closed connection while reading upstream",
    "upstream sent too big header",
    "upstream sent no valid HTTP/1.0 header",
    "upstream sent invalid header",
    "upstream sent duplicate header line",
    "upstream sent invalid chunked response",
    "upstream timed out (110: Connection timed out)",
    "readv() failed (104: Connection reset by peer)",
    "client intended to send too large chunked body",
    "upstream server temporarily disabled",
    "recv() failed (104: Connection reset by peer)",
    "connect() failed (111: Connection refused)",
    "connect() to unix:",
    "no live upstreams",
    "SSL_do_handshake() failed",
    "upstream SSL certificate verify error",
    "client intended to send too large body",
    "exited on signal",
    "server reached pm.max_children",
    "seems busy",
    "execution timed out",
    "executing too slow",
    "script_filename = ",
    "client prematurely closed connection",
    "AH01102",
    "AH01114",
    "AH01110",
    "AH00898",
    "AH00957",
    "AH01067",
    "AH01068",
    "AH01070",
    "AH01071",
    "AH01075",
    "AH01079",
    "AH02454",
    "AH02429",
    "AH01084",
    "AH01097",
    "AH10244",
    "AH00992",
    "AH01095",
    "AH02039",
    "AH02004",
    "AH01961",
    "AH01998",
    "AH00052",
    "AH00051",
    "AH00161",
    "AH00484",
    "AH00959",
    "AH00940",
    "AH01144",
    "AH10260",
    "AH02811",
    "AH01078",
    "AH01106",
    "AH10124",
    "AH10404",
    "PHP message: PHP Fatal error:",
    "PHP message: PHP Warning:",
    "WORKER TIMEOUT",
    "was terminated due to signal",
    "was sent SIGKILL! Perhaps out of memory?",
    "Error handling request",
    "Invalid request from ip",
    "InvalidHeader",
    "ECONNRESET",
    "ECONNREFUSED",
    "ERR_INVALID_CHAR",
    "ERR_HTTP_HEADERS_SENT",
    "HPE_",
    "JavaScript heap out of memory",
    "TypeError: ",
    "Error: report 42 is locked",
    "segfault at",
    "invoked oom-killer",
    "oom-kill:",
    "Out of memory: Killed process",
    "Memory cgroup out of memory: Killed process",
    "killed by the OOM killer",
    "Failed with result",
    "code=killed",
    "code=dumped",
    "\"msg\":\"EOF\"",
    "connection reset by peer",
    "connection refused",
    "timeout awaiting response headers",
    "malformed HTTP response",
    "malformed MIME header",
    "response headers exceeded",
    "aborting with incomplete response",
    "reading from backend",
    "malformed HTTP status code",
    "socket hang up",
    // HAProxy's termination states.
    " SH-- ",
    " sH-- ",
    " PH-- ",
    " SC-- ",
    " SD-- ",
    " CH-- ",
    " CD-- ",
    " PR-- ",
];

/// Plays every scene whose programs are there, and writes what was logged.
pub(super) fn make(stage: &Stage) -> Result<usize> {
    let mut count = 0;
    for (name, programs, scripts) in SCENES {
        if let Some(missing) = programs.iter().find(|program| on_path(program).is_none()) {
            println!("· logs of {name}: skipped, {missing} is not installed");
            continue;
        }
        let out = stage.folder.join("out");
        if out.exists() {
            fs::remove_dir_all(&out)?;
        }
        let script = [include_str!("scenes/prelude.sh"), &scripts.concat()].concat();
        let path = stage.folder.join("scene.sh");
        fs::write(&path, script)?;
        let mut command = Command::new("bash");
        command.arg(&path).current_dir(&stage.folder).stdin(Stdio::null());
        ensure!(command.status()?.success(), "the scene of {name} failed");
        let mut files: Vec<_> = fs::read_dir(&out)?.collect::<Result<_, _>>()?;
        files.sort_by_key(fs::DirEntry::path);
        for file in files {
            let name = file.file_name().to_string_lossy().into_owned();
            let text = String::from_utf8_lossy(&fs::read(file.path())?).into_owned();
            let mut kept = String::new();
            for line in text.split_inclusive('\n') {
                if kept.len() + line.len() < 19_000 {
                    kept.push_str(line);
                }
            }
            let facts: Vec<_> = (1..).zip(kept.lines()).filter_map(|(number, line)| fact(number, line)).collect();
            println!("· log-lines/{name}: {} facts in {} lines", facts.len(), kept.lines().count());
            Sample { kind: "log-lines", name, text: kept, facts, ..Sample::default() }.write()?;
            count += 1;
        }
    }
    Ok(count)
}

/// What a line tells, with its number from 1 on; nothing of a line that tells nothing.
fn fact(number: usize, line: &str) -> Option<Map<String, Value>> {
    let mut fact = Map::new();
    fact.insert("line".to_owned(), json!(number));
    let mut put = |key: &str, value: Option<Value>| fact.extend(value.map(|value| (key.to_owned(), value)));
    put("time", time(line).map(Value::from));
    put("log", TELLING.iter().find(|words| line.contains(**words)).map(|words| json!(words.trim())));
    let host = line.split_once("host: \"").and_then(|(_, rest)| rest.split('"').next());
    let host = host.or_else(|| line.split_once("\"host\":\"").and_then(|(_, rest)| rest.split('"').next()));
    put("host", host.map(Value::from));
    if let Some((method, target, status)) = request(line) {
        put("method", Some(json!(method)));
        put("path", Some(json!(target)));
        put("status", status.map(Value::from));
    }
    // HAProxy gives the status before what it knows of cookies; Apache names only the path.
    let words = line.split_once(" - - ").map(|(before, _)| before.rsplit(' '));
    let status = words.and_then(|mut words| words.nth(1)?.parse::<u16>().ok());
    put("status", status.map(Value::from));
    let path = line.split_once("returned by ").and_then(|(_, rest)| rest.split([' ', ',']).next());
    put("path", path.map(Value::from));
    if let Some((ray, colo)) = ray(line) {
        put("ray", Some(json!(ray)));
        put("colo", Some(json!(colo)));
    }
    let tells = ["log", "status", "ray"].iter().any(|key| fact.contains_key(*key));
    tells.then_some(fact)
}

/// The method, the target and, where it follows, the status of the request that a line is about.
fn request(line: &str) -> Option<(&str, &str, Option<u16>)> {
    if let Some(method) = member(line, "method") {
        let status = line.split_once("\"status\":").and_then(|(_, rest)| rest.get(..3)?.parse().ok());
        return Some((method, member(line, "uri")?, status));
    }
    for method in ["GET", "POST", "HEAD"] {
        for (before, rest) in [("\"", " HTTP/"), (" ", " ")].iter().filter_map(|(before, after)| {
            let (head, rest) = line.split_once(&format!("{before}{method} "))?;
            rest.contains(after).then_some((head, rest))
        }) {
            let (target, rest) = rest.split_once([' ', '"'])?;
            if !target.starts_with('/') && !target.starts_with("shop.example/") {
                continue;
            }
            let target = target.strip_prefix("shop.example").unwrap_or(target);
            let after = rest.split_once("\" ").and_then(|(_, rest)| rest.get(..3)?.parse().ok());
            let previous = before.rsplit(' ').next().and_then(|word| word.parse().ok()).filter(|status| *status < 600);
            return Some((method, target, after.or(previous)));
        }
    }
    None
}

fn member<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    line.split_once(&format!("\"{name}\":\""))?.1.split('"').next()
}

/// The Ray ID that a server was given as a header.
fn ray(line: &str) -> Option<(&str, &str)> {
    line.match_indices('-').find_map(|(at, _)| {
        let (ray, colo) = (line.get(at.checked_sub(16)?..at)?, line.get(at + 1..at + 4)?);
        let fits = ray.bytes().all(|byte| byte.is_ascii_hexdigit()) && colo.bytes().all(|byte| byte.is_ascii_uppercase());
        fits.then_some((ray, colo))
    })
}

/// How servers write the time: the shape (`0` a digit, `a` a letter), and the format.
const TIMES: &[(&str, StaticFormatDescription)] = &[
    (
        "00/aaa/0000:00:00:00 +0000",
        format_description!("[day]/[month repr:short]/[year]:[hour]:[minute]:[second] [offset_hour sign:mandatory][offset_minute]"),
    ),
    (
        "0000-00-00T00:00:00+00:00",
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second][offset_hour sign:mandatory]:[offset_minute]"),
    ),
    (
        "0000-00-00T00:00:00+0000",
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second][offset_hour sign:mandatory][offset_minute]"),
    ),
    (
        "0000-00-00 00:00:00 +0000",
        format_description!("[year]-[month]-[day] [hour]:[minute]:[second] [offset_hour sign:mandatory][offset_minute]"),
    ),
    ("0000-00-00T00:00:00.000Z", format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond]Z")),
    ("0000/00/00 00:00:00", format_description!("[year]/[month]/[day] [hour]:[minute]:[second]")),
    ("00-aaa-0000 00:00:00", format_description!("[day]-[month repr:short]-[year] [hour]:[minute]:[second]")),
    ("00/aaa/0000:00:00:00.000", format_description!("[day]/[month repr:short]/[year]:[hour]:[minute]:[second].[subsecond]")),
    ("aaa 00 00:00:00.000000 0000", format_description!("[month repr:short] [day] [hour]:[minute]:[second].[subsecond] [year]")),
    ("aaa 00 00:00:00 0000", format_description!("[month repr:short] [day] [hour]:[minute]:[second] [year]")),
];

/// The time of a line, to the second: with `Z` where the line says its zone, and without where it does not. The old form of syslog has
/// no year, and is given as it stands.
fn time(line: &str) -> Option<String> {
    if let Some((_, rest)) = line.split_once("\"ts\":") {
        let second = rest.split('.').next()?.parse().ok()?;
        return Some(written(UtcDateTime::from_unix_timestamp(second).ok()?, RFC_3339));
    }
    for (shape, format) in TIMES {
        let Some(part) = (0..line.len()).find_map(|at| shaped(line.get(at..)?, shape)) else { continue };
        if let Ok(time) = OffsetDateTime::parse(part, format) {
            return Some(written(time.to_utc(), RFC_3339));
        }
        let Ok(time) = PrimitiveDateTime::parse(part, format) else { continue };
        let time = written(time.as_utc(), RFC_3339);
        return Some(if part.ends_with('Z') { time } else { time.trim_end_matches('Z').to_owned() });
    }
    shaped(line, "aaa 00 00:00:00 ").map(|part| part.trim_end().to_owned())
}

/// The beginning of a text, if it has this shape.
fn shaped<'a>(text: &'a str, shape: &str) -> Option<&'a str> {
    text.get(..shape.len()).filter(|part| part.bytes().zip(shape.bytes()).all(|(byte, shape)| is_like(byte, shape)))
}

fn is_like(byte: u8, shape: u8) -> bool {
    match shape {
        b'0' => byte.is_ascii_digit(),
        b'a' => byte.is_ascii_alphabetic(),
        b'+' => byte == b'+' || byte == b'-',
        other => byte == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a server's way to write the time is read as another second, or as one in a zone that the line does not give.
    #[test]
    fn every_form_of_time_is_read() {
        for (line, expected) in [
            ("[21/Nov/2026:18:52:49 +0000] GET", Some("2026-11-21T18:52:49Z")),
            ("[21/Nov/2026:18:52:49 +0130] GET", Some("2026-11-21T17:22:49Z")),
            ("2026-11-21T18:52:49-02:00 x", Some("2026-11-21T20:52:49Z")),
            ("2026-11-21T18:52:49+0200 x", Some("2026-11-21T16:52:49Z")),
            ("[2026-11-21 18:52:30 +0000] [444]", Some("2026-11-21T18:52:30Z")),
            ("2026-11-21T18:52:41.484Z GET", Some("2026-11-21T18:52:41Z")),
            ("2026/11/21 18:51:48 [error]", Some("2026-11-21T18:51:48")),
            ("[21-Nov-2026 18:51:57 Europe/Berlin]", Some("2026-11-21T18:51:57")),
            ("[21/Nov/2026:18:52:49.363] shop", Some("2026-11-21T18:52:49")),
            ("[Sat Nov 21 18:51:53.123456 2026] [x]", Some("2026-11-21T18:51:53")),
            ("[Sat Nov 21 18:51:53 2026] [x]", Some("2026-11-21T18:51:53")),
            ("{\"ts\":1795287181.0300698}", Some("2026-11-21T18:53:01Z")),
            ("Nov 21 18:53:03 web1 kernel: x", Some("Nov 21 18:53:03")),
            ("2026/13/21 18:51:48 [error]", None),
            ("no time", None),
        ] {
            assert_eq!(time(line).as_deref(), expected, "{line}");
        }
    }
}
