//! Commands as real shells take them: an argument is what was given, never more, and never an option.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_redact as redact;
use fivetwenty_redact::commands::{Asked, Block, Language, Shell, Target, Text, fill, powershell};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::{file, report, scratch};

const HELP: &str = include_str!("../../static/help.md");
/// The shells that a POSIX command is for; those that this machine has are asked.
const SHELLS: [&[&str]; 6] = [&["sh"], &["dash"], &["bash"], &["zsh"], &["mksh"], &["busybox", "sh"]];
/// Whatever a command would run, which shows what it was given instead, in one write, and what it read. Nothing else can be run: there is no PATH.
const STAGE: &str = r#"
end=$(printf '\037')
show() { line=; for word in "$@"; do line="$line$word$end"; done; printf '%s\n' "$line" >&3; }
reads() { while IFS= read -r line; do show read "$line"; done; }
curl() { show curl "$@"; }
dig() { show dig "$@"; }
nc() { show nc "$@"; reads; }
openssl() { show openssl "$@"; reads; }
mtr() { show mtr "$@"; }
traceroute() { show traceroute "$@"; }
telnet() { show telnet "$@"; reads; }
grep() { show grep "$@"; }
journalctl() { show journalctl "$@"; }
tcpdump() { show tcpdump "$@"; }
ufw() { show ufw "$@"; }
nft() { show nft "$@"; }
csf() { show csf "$@"; }
chromium() { show chromium "$@"; }
google_chrome() { show google_chrome "$@"; }
open() { show open "$@"; }
npx() { show npx "$@"; }
python3() { show python3 "$@"; }
seq() { echo 1; }
sleep() { exit 0; }
for name in awk cat date df dmesg file free head hostname ls ps sed sort ss tail tr uniq uptime wc; do eval "$name() { :; }"; done
"#;

/// Hosts, paths and addresses that somebody would use to get more than an argument.
const HOSTILE: [&str; 22] = [
    "https://-K/etc/passwd",
    "-K/etc/passwd",
    "--config=/etc/passwd",
    "https://shop.example/';touch pwned;'",
    "https://shop.example/\"; touch pwned; \"",
    "https://shop.example/$(touch pwned)`touch pwned`",
    "https://shop.example/\\'\\\\\\n%n%s%x00",
    "https://shop.example/a\nb\rc\0d\u{1b}[31m",
    "https://shop.example/\u{2018};touch pwned;\u{2019}\u{201b}",
    "https://shop.example/a|b&c;d>e<f*g?h~i!j#k",
    "https://shop.example/{a,b}[1-9]*?${HOME}%PATH%^&",
    "https://shop.example/?';touch pwned;'=1&$(id)=2&`id`",
    "https://shop.example$(id)/",
    "https://shop.example';id;'/",
    "https://shop.example --output pwned/",
    "https://me:'$(id)'@shop.example/x",
    "https://[::1]:8443/a b",
    "https://[$(id)]/",
    "shop.example/--next -o pwned",
    "https://shop.example/../..//etc/passwd",
    "https://shop.example/@file,--%,%{http_code}",
    "https://shop.example/\u{202e}é\u{feff}",
];

/// Runs a script in a shell with nothing around it, and gives the lines that it showed, sorted: a pipe's ends run at the same time.
fn shown(shell: &[&str], script: &str, name: &str) -> Vec<String> {
    let folder = scratch(name);
    fs::create_dir_all(folder.join("nginx/conf.d")).unwrap();
    // No line of these may write anywhere else.
    let script = format!("{STAGE}\n{}", script.replace("> /etc/", "> ./"));
    fs::write(folder.join("script"), script).unwrap();
    let program = which(shell[0]).unwrap();
    let show = fs::File::create(folder.join("shown")).unwrap();
    let run = format!("exec {} {} ./script 3>&1 >/dev/null 2>&1", program, shell[1..].join(" "));
    let status = Command::new("/bin/sh")
        .args(["-c", &run])
        .env_clear()
        .env("PATH", "/nowhere")
        .current_dir(&folder)
        .stdin(Stdio::null())
        .stdout(show)
        .status();
    assert!(status.unwrap().code().is_some(), "{shell:?} did not end");
    assert!(!folder.join("pwned").exists(), "{shell:?} ran what it was given");
    let mut lines: Vec<String> = String::from_utf8(fs::read(folder.join("shown")).unwrap()).unwrap().lines().map(str::to_owned).collect();
    fs::remove_dir_all(&folder).unwrap();
    lines.sort();
    lines
}

/// Line by line, so that only what differs is printed.
#[track_caller]
fn same(came: &[String], expected: &[String]) {
    let only = |these: &[String], those: &[String]| these.iter().filter(|line| !those.contains(line)).cloned().collect::<Vec<_>>();
    assert_eq!(only(came, expected), only(expected, came));
    assert_eq!(came, expected);
}

fn which(program: &str) -> Option<String> {
    ["/bin", "/usr/bin", "/usr/local/bin"].iter().map(|folder| format!("{folder}/{program}")).find(|file| Path::new(file).exists())
}

fn shells() -> impl Iterator<Item = &'static [&'static str]> {
    SHELLS.into_iter().filter(|shell| which(shell[0]).is_some())
}

/// So many texts of a pattern.
fn texts(pattern: &str, count: usize) -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    let pattern = proptest::string::string_regex(pattern).unwrap();
    (0..count).map(|_| pattern.new_tree(&mut runner).unwrap().current()).collect()
}

/// Breaks when a shell makes something else of a quoted text than the text.
#[test]
fn what_is_quoted_is_one_argument_to_every_shell() {
    let mut given: Vec<String> = HOSTILE.map(str::to_owned).into();
    given.extend(texts("[ -~]{0,24}", 200));
    given.extend(texts("['\"\\\\$`!*?~{}()|&;<>#%^= -]{0,12}", 200));
    given.extend(texts("\\PC{0,12}", 200));
    let quoted: Vec<(String, String)> = given.into_iter().filter_map(|text| Some((Shell::Posix.quote(&text)?, text))).collect();
    assert!(quoted.len() > 600);
    let mut asked = 0;
    for shell in shells() {
        let folder = scratch(&format!("quoted-{}", shell[0]));
        fs::create_dir_all(&folder).unwrap();
        let mut script = "show() { printf '%s\\000' \"$#\" \"$@\"; }\n".to_owned();
        let mut expected = Vec::new();
        for (quoted, text) in &quoted {
            writeln!(script, "show {quoted} -").unwrap();
            expected.extend_from_slice(format!("2\0{text}\0-\0").as_bytes());
        }
        fs::write(folder.join("script"), script).unwrap();
        let output = Command::new(which(shell[0]).unwrap()).args(&shell[1..]).arg("./script").current_dir(&folder).output().unwrap();
        let (came, expected) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&expected));
        for (came, expected) in came.split('\0').zip(expected.split('\0')) {
            assert_eq!(came, expected, "{shell:?}");
        }
        assert_eq!(came.len(), expected.len(), "{shell:?}");
        fs::remove_dir_all(&folder).unwrap();
        asked += 1;
    }
    assert!(asked > 0, "no shell is here");
}

/// Breaks when PowerShell, by its own rules, makes something else of a quoted text than the text, or Windows' programs do.
#[test]
fn what_is_quoted_is_one_argument_to_powershell() {
    let mut given: Vec<String> = HOSTILE.map(str::to_owned).into();
    given.extend(texts("['\"\\\\$`\u{2018}\u{2019}\u{201a}\u{201b} a%n-]{0,12}", 600));
    let mut asked = 0;
    for text in given {
        let Some(quoted) = Shell::PowerShell.quote(&text) else { continue };
        asked += 1;
        // An empty argument is dropped by Windows PowerShell; none is made.
        if !text.is_empty() {
            assert_eq!(windows_arguments(&format!("curl.exe {quoted} -")), ["curl.exe", text.as_str(), "-"]);
        }
    }
    assert!(asked > 300, "{asked}");
}

/// Breaks when a host, a path or an address of a stranger's becomes more than an argument in any command of the help, in any shell.
#[test]
fn commands_of_the_help_take_hostile_values_as_arguments() {
    let marked = asked("https://marker.example:4711/marker-path?marker=query", "marker-origin.example");
    let mut asked_shells = 0;
    // mksh has no printf of its own.
    for shell in shells().filter(|shell| shell[0] != "mksh") {
        asked_shells += 1;
        let before = shown(shell, &posix_script(&marked), &format!("help-{}", shell[0]));
        assert!(before.len() > 60, "{shell:?}: {}", before.len());
        let addresses = ["203.0.113.10", "-oProxyCommand=id", "$(touch pwned)", "';id;'", "a.example --exec id"];
        for (number, hostile) in HOSTILE.iter().enumerate().step_by(if shell[0] == "sh" { 1 } else { 4 }) {
            let asked = asked(hostile, addresses[number % addresses.len()]);
            let mut expected: Vec<String> = before.iter().map(|line| replaced(line, &marked, &asked)).collect();
            expected.sort();
            same(&shown(shell, &posix_script(&asked), &format!("help-{}-{number}", shell[0])), &expected);
        }
    }
    assert!(asked_shells > 0, "no shell is here");
}

/// Breaks when a URL of a capture becomes more than an argument in the commands of a report.
#[test]
fn commands_of_reports_take_hostile_values_as_arguments() {
    let marker = "https://marker.example:4711/marker-path?marker=query";
    let (known, before) = (reported(marker, "marked.har"), asked(&redact::url_to_ask(marker).unwrap().to_string(), ""));
    let lines = shown(&["sh"], &script(&known), "report");
    let curls = known.iter().filter(|command| command.starts_with("curl ")).count();
    assert!(curls > 10, "{curls}");
    for (number, hostile) in HOSTILE.iter().enumerate().filter(|(_, url)| url.starts_with("https://")) {
        let commands = reported(hostile, "hostile.har");
        let url = redact::url_for_shell(hostile).to_string();
        let after = asked(url.trim_matches('\''), "");
        let mut expected: Vec<String> = lines.iter().map(|line| replaced(line, &before, &after)).collect();
        expected.sort();
        assert_eq!(commands.len(), known.len(), "{hostile:?}");
        same(&shown(&["sh"], &script(&commands), &format!("report-{number}")), &expected);
    }
}

/// Breaks when a command's form for PowerShell asks for something else than the one for a POSIX shell.
#[test]
fn both_shells_are_given_the_same() {
    let marked = asked("https://shop.example/it's?a=b", "203.0.113.10");
    let mut commands = reported("https://shop.example/it's?a=b", "both.har");
    commands.extend(posix_commands(&marked));
    let mut both = 0;
    for command in commands {
        let Some(for_windows) = powershell(&command) else { continue };
        let simple = command.split("; echo").next().unwrap().split(" | ").next().unwrap();
        let posix = shown(&["sh"], &format!("(\n{simple}\n)\n"), "both");
        let [posix] = posix.as_slice() else { panic!("{command}") };
        let posix: Vec<String> = posix
            .trim_end_matches('\u{1f}')
            .split('\u{1f}')
            .map(|word| if word == "/dev/null" { "NUL".into() } else { word.to_owned() })
            .collect();
        let simple = for_windows.split("; \"exit").next().unwrap().split(" | ").next().unwrap();
        assert_eq!(windows_arguments(simple)[1..], posix[1..], "{command}");
        both += 1;
    }
    assert!(both > 30, "{both}");
}

/// Breaks when a value could stand in a command of the help where its signs would mean something to the shell.
#[test]
fn values_stand_between_quotes() {
    let mut quoted = 0;
    for part in ["proxied", "direct", "terminal"] {
        for block in Text::part(HELP, part).blocks() {
            let Block::Code(language, code) = block else { continue };
            for (at, _) in code.match_indices('{').filter(|_| ![Language::File, Language::Message].contains(&language)) {
                let Some((name, _)) = code[at + 1..].split_once('}') else { continue };
                let before = &code[..at];
                let is_quoted = before.matches('\'').count() % 2 == 1;
                match name {
                    "url" | "trace" => assert!(!is_quoted && before.ends_with("--url ") || before.ends_with("' "), "{code}"),
                    "host" | "name" | "path" | "origin" | "socket" | "ray" | "since" | "until" => assert!(is_quoted, "{name} in {code}"),
                    _ => continue,
                }
                quoted += 1;
            }
        }
    }
    assert!(quoted >= 60, "{quoted}");
}

/// Breaks when an entry of the help lacks a part, names what nothing fills in, or has no source; and when a source is nobody's.
#[test]
fn the_help_is_whole() {
    let page = HELP.split_once("\n# Sources\n").unwrap();
    for (at, _) in page.0.match_indices("[^") {
        let mark = &page.0[at..=at + page.0[at..].find(']').unwrap()];
        assert!(page.1.contains(&format!("\n{mark}: ")), "{mark} has no source");
    }
    for source in page.1.lines().filter_map(|line| line.split_once(": ")) {
        assert!(page.0.contains(source.0) && source.1.contains("<https://"), "{}", source.0);
    }
    let nothing = Asked::default();
    let mut ids = Vec::new();
    for part in ["proxied", "direct", "terminal"] {
        let blocks = Text::part(HELP, part).blocks();
        assert!(blocks.len() > 10, "{part}");
        for (number, block) in blocks.iter().enumerate() {
            if let Block::Entry(id, _) = block {
                assert!(!ids.contains(id), "{id} is there twice");
                ids.push(id);
                let entry: Vec<&Block<'_>> =
                    blocks[number + 1..].iter().take_while(|block| !matches!(block, Block::Entry(..) | Block::Group(_))).collect();
                assert!(matches!(entry.first(), Some(Block::Code(..))) && matches!(entry.last(), Some(Block::Paragraph(_))), "{id}");
            }
            if let Block::Code(language, code) = block {
                let filled = fill(code, |name| nothing.known(name, language.shell()));
                for name in ["{url}", "{host}", "{name}", "{path}", "{origin}", "{socket}", "{ray}", "{ranges}", "{access}"] {
                    assert!(!filled.contains(name), "{code}");
                }
            }
        }
    }
    let lines = || page.0.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '`', '\t', ' ', '}']));
    assert!(lines().filter(|line| line.contains("[^")).count() > 60);
    for id in [
        "direct",
        "as-cloudflare",
        "header-size",
        "protocols",
        "tls",
        "cookies",
        "timings",
        "watch",
        "dns",
        "ports",
        "route",
        "certificate",
        "expiry",
    ] {
        assert!(ids.contains(&id), "{id}");
    }
    for id in [
        "log-nginx",
        "log-apache",
        "log-caddy",
        "log-haproxy",
        "log-second",
        "debug-nginx",
        "packets",
        "allow-ufw",
        "allow-nftables",
        "allow-nginx",
        "allow-apache",
        "allow-csf",
    ] {
        assert!(ids.contains(&id), "{id}");
    }
}

fn asked(url: &str, origin: &str) -> Asked {
    Asked::new(&Target::default(), url, origin, UtcOffset::UTC)
}

fn posix_commands(asked: &Asked) -> Vec<String> {
    let parts = ["direct", "terminal"].into_iter().flat_map(|part| Text::part(HELP, part).blocks());
    let code = parts.filter_map(|block| match block {
        Block::Code(Language::Sh | Language::Linux | Language::MacOs | Language::Server, code) => Some(code),
        _ => None,
    });
    let filled = code.map(|code| fill(code, |name| asked.known(name, Shell::Posix)).replace("google-chrome", "google_chrome"));
    filled.flat_map(|code| code.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn posix_script(asked: &Asked) -> String {
    script(&posix_commands(asked))
}

/// Each command in a shell of its own, so that none ends the others.
fn script(commands: &[String]) -> String {
    format!("(\n{}\n)\n", commands.join("\n)\n(\n"))
}

/// What was shown for one target, as it must be for another.
fn replaced(line: &str, from: &Asked, to: &Asked) -> String {
    let mut line = line.to_owned();
    // The longest first, for one is in the other.
    for name in ["url", "trace", "origin", "host", "name", "path"] {
        let value = |asked: &Asked| asked.known(name, Shell::Posix).unwrap().trim_matches('\'').to_owned();
        let mark = format!("\u{1}{name}\u{2}");
        line = line.replace(&value(from), &mark);
        if name == "path" {
            for name in ["url", "trace", "origin", "host", "name", "path"] {
                line = line.replace(&format!("\u{1}{name}\u{2}"), to.known(name, Shell::Posix).unwrap().trim_matches('\''));
            }
        }
    }
    line
}

/// Every command of the report on a capture, a file of this name, in which this URL fails.
fn reported(url: &str, name: &str) -> Vec<String> {
    let entry = json!({
        "startedDateTime": "2026-11-20T10:00:03.000Z", "time": 40,
        "request": {"method": "GET", "url": url, "httpVersion": "HTTP/2", "headers": [], "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0},
        "response": {"status": 520, "statusText": "", "httpVersion": "HTTP/2", "headers": [
            {"name": "server", "value": "cloudflare"}, {"name": "cf-ray", "value": "8a7d5e2fbcd1a1c3-DFW"}], "cookies": [],
            "content": {"size": 0, "mimeType": "text/html"}, "redirectURL": "", "headersSize": -1, "bodySize": 0},
        "cache": {}, "timings": {"send": 0, "wait": 40, "receive": 0},
    });
    let har = json!({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [entry]}});
    let report = report(&["--proxied", &file(name, har.to_string().as_bytes())]);
    let mut commands = Vec::new();
    gather(&report, &mut commands);
    commands
}

fn gather(value: &Value, commands: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if let (true, Value::Array(all)) = (name == "commands", value) {
                    commands.extend(all.iter().filter_map(Value::as_str).map(str::to_owned));
                }
                gather(value, commands);
            }
        }
        Value::Array(all) => all.iter().for_each(|value| gather(value, commands)),
        _ => {}
    }
}

/// What a program gets of a PowerShell command of words, single quotes and nothing else: by PowerShell's rules for such strings first (all five
/// single quotes are one, and two of them are one in the string), then as Windows PowerShell writes the command line (what has a space goes
/// between double quotes, as it is), then as Microsoft's runtime takes that apart.
fn windows_arguments(command: &str) -> Vec<String> {
    let is_quote = |letter: char| matches!(letter, '\'' | '\u{2018}'..='\u{201b}');
    let mut words: Vec<String> = Vec::new();
    let mut letters = command.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == ' ' {
            continue;
        }
        let mut word = String::new();
        if is_quote(letter) {
            loop {
                let letter = letters.next().expect("a string ends");
                if is_quote(letter) {
                    if !letters.peek().copied().is_some_and(is_quote) {
                        break;
                    }
                    letters.next();
                }
                word.push(letter);
            }
            assert!(letters.peek().is_none_or(|next| *next == ' '), "a word follows a string: {command}");
        } else {
            word.push(letter);
            while let Some(letter) = letters.next_if(|letter| *letter != ' ') {
                word.push(letter);
            }
            assert!(word.chars().all(|letter| letter.is_ascii_alphanumeric() || "-.".contains(letter)), "{word} is not plain");
            assert!(word == "curl.exe" || !word.contains('.'), "PowerShell takes {word} apart");
        }
        words.push(word);
    }
    let line: Vec<String> =
        words.iter().map(|word| if word.contains(char::is_whitespace) { format!("\"{word}\"") } else { word.clone() }).collect();
    by_runtime(&line.join(" "))
}

/// A backslash means something before a double quote only: two are one, and an odd one makes the quote a letter.
fn by_runtime(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let (mut is_inside, mut backslashes) = (false, 0);
    for letter in line.chars().chain([' ']) {
        match letter {
            '\\' => backslashes += 1,
            '"' => {
                let word = word.get_or_insert_default();
                word.push_str(&"\\".repeat(backslashes / 2));
                if backslashes % 2 == 1 {
                    word.push('"');
                } else {
                    is_inside = !is_inside;
                }
                backslashes = 0;
            }
            _ => {
                if backslashes > 0 {
                    word.get_or_insert_default().push_str(&"\\".repeat(std::mem::take(&mut backslashes)));
                }
                if letter.is_ascii_whitespace() && !is_inside {
                    words.extend(word.take());
                } else {
                    word.get_or_insert_default().push(letter);
                }
            }
        }
    }
    words
}

/// Breaks when the model of Windows' command lines does not do what Microsoft documents of it.
#[test]
fn the_model_of_windows_is_the_documented_one() {
    for (line, words) in [
        (r#""abc" d e"#, &["abc", "d", "e"][..]),
        (r#"a\\b d"e f"g h"#, &[r"a\\b", "de fg", "h"]),
        (r#"a\\\"b c d"#, &[r#"a\"b"#, "c", "d"]),
    ] {
        assert_eq!(by_runtime(line), words);
    }
}
