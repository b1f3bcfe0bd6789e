//! Arguments, exit statuses, and what is written where.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::{file, fivetwenty, lab, report};

const ENTRY: &str = r#"{"request":{"method":"GET","url":"https://shop.example/"},"response":{"status":200}}"#;

/// Breaks when a script cannot tell a report from a failure by the exit status, or the reason is not on standard error.
#[test]
fn exit_statuses_and_their_reasons() {
    #[track_caller]
    fn check(arguments: &[&str], status: i32, error: &str) {
        let output = fivetwenty(arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {stderr}");
        assert!(stderr.contains(error), "{arguments:?}: {stderr}");
        assert_eq!(output.stdout.is_empty(), status != 0, "{arguments:?}");
    }
    let good = file("good.har", format!("[{ENTRY}]").as_bytes());
    let cut = file("cut.har", format!("[{ENTRY},{{").as_bytes());
    let text = file("text.har", b"hello");
    check(&["--proxied", &good], 0, "");
    check(&["--direct", &cut], 0, "");
    check(&["--proxied", &text], 1, "text.har: Not valid JSON at line 1 (byte 0): expected a JSON value, found \"h\"\n");
    check(&["--proxied", "/no/such/file.har"], 1, "/no/such/file.har: ");
    check(&["--proxied", &good, "--direct", &text], 0, "text.har: Not valid JSON at line 1 (byte 0): ");
    check(&["--proxied", &text, "--direct", &text], 1, "text.har: Not valid JSON at line 1 (byte 0): ");
    check(&["--proxied", &good, "--direct", "/no/such/file.har"], 1, "/no/such/file.har: ");
    check(&["--proxied", &good, "--trace", &text], 1, "text.har: not a response of /cdn-cgi/trace: line 1: expected `key=value`\n");
    check(&[], 2, "Usage:");
    check(&["--trace", &good], 2, "--proxied");
    check(&["--proxied", &good, "--format", "xml"], 2, "xml");
}

/// Breaks when the site that is named does not count, or the report does not say why another one does.
#[test]
fn the_site_can_be_named() {
    let (proxied, direct) = (lab("chromium-156/foreign-520-script/proxied.har"), lab("chromium-156/foreign-520-script/direct.har"));
    let found = report(&["--proxied", &proxied, "--direct", &direct]);
    assert_eq!((&found["site"]["reason"], &found["verdict"]["cause"]), (&"answered520".into(), &"empty-reply".into()));
    let hosts = found["captures"]["proxied"]["hosts"].as_array().unwrap();
    let other = hosts.iter().find(|host| **host != found["site"]["host"]).unwrap().as_str().unwrap();
    let named = report(&["--proxied", &proxied, "--direct", &direct, "--site", other]);
    assert_eq!((&named["site"]["host"], &named["site"]["reason"]), (&other.into(), &"stated".into()));
    assert_ne!(named["verdict"]["cause"], "empty-reply");
}

/// Breaks when a file that cannot be read takes the other one's report with it, or the report does not say that it is missing.
#[test]
fn an_unreadable_file_is_named_in_the_report() {
    let good = file("readable.har", format!("[{ENTRY}]").as_bytes());
    let zip = file("packed.har", b"PK\x03\x04");
    let report = report(&["--proxied", &good, "--direct", &zip]);
    let warnings = report["warnings"].as_array().unwrap();
    let warning = warnings.iter().find(|warning| warning["id"] == "unreadable-input").expect("the warning is there");
    assert_eq!(warning["source"], "direct");
    assert!(warning["detail"].as_str().unwrap().starts_with("packed.har could not be read. "), "{warning}");
    assert!(report["captures"]["direct"].is_null() && !report["captures"]["proxied"].is_null());
}

/// Breaks when a damaged file's readable part is lost, or the damage does not reach the report.
#[test]
fn a_damaged_file_is_reported_on() {
    let cut = file("cut-two.har", format!(r#"{{"log":{{"entries":[{ENTRY},{ENTRY},{{"request":{{"#).as_bytes());
    let report = report(&["--proxied", &cut]);
    let capture = &report["captures"]["proxied"];
    assert_eq!((&capture["entries"], &capture["problems_total"]), (&2.into(), &1.into()));
    assert_eq!(capture["problems"][0]["path"], "log.entries[2].request");
}

/// Breaks when the clock gets into the report, or the option is not used: a Ray ID of the future carries no time.
#[test]
fn now_only_decides_which_rays_cannot_be_true() {
    let sample = lab("chromium-156/empty-reply/proxied.har");
    let at = |now: &str| report(&["--proxied", &sample, "--now", now]);
    assert_eq!(at("2026-12-01T00:00:00Z"), at("2033-01-01T00:00:00Z"));
    assert!(at("2026-12-01T00:00:00Z")["rays"][0]["received"].is_string());
    assert!(at("2020-01-01T00:00:00Z")["rays"][0]["received"].is_null());
}

/// Breaks when the trace does not reach the report, or its personal fields do.
#[test]
fn a_trace_loses_what_is_personal() {
    let trace =
        file("trace.txt", b"h=shop.example\nip=203.0.113.77\nts=1772941360.629\nuag=Mozilla/5.0\ncolo=TPE\nhttp=http/2\ntls=TLSv1.3\n");
    let report = report(&["--proxied", &lab("chromium-156/empty-reply/proxied.har"), "--trace", &trace]);
    assert_eq!(report["trace"]["colo"], "TPE");
    assert_eq!(report["trace"]["time"], "2026-03-08T03:42:40.629Z");
    let text = report.to_string();
    assert!(!text.contains("203.0.113.77") && !text.contains("Mozilla"));
}

/// The report on a text that comes through a pipe.
fn piped(arguments: &[&str], bytes: &[u8]) -> serde_json::Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fivetwenty"));
    let command = command.args(arguments).args(["--format", "json"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap()
}

/// Breaks when a text through a pipe is lost, because it can be read but once, or a packed log is not read.
#[test]
fn a_text_comes_through_a_pipe_or_packed() {
    let text = "HTTP/2 520\nserver: cloudflare\ncf-ray: 9d701a9c40be91f7-VIE\n";
    for path in ["-", "/dev/stdin"] {
        assert_eq!(piped(&["--paste", path], text.as_bytes())["inputs"][0]["facts"]["status"], 520, "{path}");
    }
    let har = format!("{{\"log\":{{\"entries\":[{ENTRY}]}}}}");
    assert!(piped(&["--paste", "-"], har.as_bytes())["captures"]["proxied"].is_object());
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    let packed = gzip.finish().unwrap();
    let log = file("packed.log.gz", &packed);
    assert_eq!(report(&["--logs", &log])["inputs"][0]["facts"]["status"], 520);
    assert_eq!(piped(&["--logs", "-"], &packed)["inputs"][0]["facts"]["status"], 520);
}

/// Breaks when any object with a request or a response in it is taken for a HAR file, or its text is lost then.
#[test]
fn only_a_file_with_entries_is_a_capture() {
    let line = r#"{"response":{"status":524,"data":"<title>desk.example | 524: A timeout occurred</title>"},"request":{"method":"POST"}}"#;
    let report = report(&["--paste", &file("answer.txt", line.as_bytes())]);
    assert!(report["captures"]["proxied"].is_null() && report["captures"]["direct"].is_null());
    assert_eq!(report["inputs"][0]["facts"]["host"], "desk.example");
}

/// Breaks when something is ruled out that was not asked for, or "nothing failed" is said beside an error that a text shows.
#[test]
fn what_was_not_asked_rules_nothing_out() {
    let of = |text: &str| {
        let report = report(&["--paste", &file("text.txt", text.as_bytes())]);
        let ids = |list: &str, key: &str, keep: &dyn Fn(&serde_json::Value) -> bool| -> Vec<String> {
            let all = report[list].as_array().unwrap().iter().filter(|one| keep(one));
            all.map(|one| one[key].as_str().unwrap().to_owned()).collect()
        };
        (
            ids("findings", "cause", &|finding| finding["status"] == "ruled-out"),
            ids("warnings", "id", &|_| true),
            report["verdict"]["headline"].to_string(),
        )
    };
    let (ruled_out, ..) = of("desk.example | 520: Web server is returning an unknown error\n");
    assert!(!ruled_out.contains(&"request-body-rejected".to_owned()), "{ruled_out:?}");
    let trace = "HTTP/2 200\nserver: cloudflare\ncf-ray: 9d701a9c40be91f7-VIE\n\nfl=1f1\nh=desk.example\ncolo=VIE\n";
    let (ruled_out, ..) = of(trace);
    assert!(ruled_out.is_empty(), "{ruled_out:?}");
    let (ruled_out, warnings, headline) = of("HTTP/2 403\nserver: cloudflare\ncf-ray: 9d701a9c40be91f7-VIE\n");
    assert!(ruled_out.is_empty() && !warnings.contains(&"no-failing-entry".to_owned()), "{ruled_out:?} {warnings:?}");
    assert!(!headline.contains("Nothing failed"), "{headline}");
}

/// Breaks when a text of a file that may be a secret gets into any form of the report or onto standard error: a name in a damaged file's
/// JSON, a program's name, a file's name, a name in an archive.
#[test]
fn no_text_of_a_file_leaves_as_it_is() {
    const SECRETS: [&str; 4] =
        ["kenji@shop.example", "4111 1111 1111 1111", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "password=hunter2"];
    for secret in SECRETS {
        let log = format!(r#"{{"log": {{"creator": {{"name": "{secret}"}}, "entries": [{ENTRY}, {{"{secret}": {{"{secret}": [1, @"#);
        let damaged = file(&format!("{secret}.har"), log.as_bytes());
        let useless = file(&format!("{secret}.json"), format!(r#"{{"{secret}": [1, @"#).as_bytes());
        for format in ["text", "full", "json", "html", "markdown"] {
            let output = fivetwenty(&["--proxied", &damaged, "--direct", &useless, "--format", format]);
            let told = [output.stdout, output.stderr].concat();
            let told = String::from_utf8_lossy(&told);
            assert!(output.status.success() && !told.contains(secret), "{format}: {told}");
            assert!(told.contains("log.entries[1].["), "{format}: {told}");
        }
    }
}

/// Breaks when a script is told of success although nothing was written, or a pipe that would be read twice is waited for.
#[cfg(unix)]
#[test]
fn what_cannot_be_written_or_read_again_is_an_error() {
    let shell = |command: &str| {
        let output = Command::new("sh").arg("-c").arg(command).env("PROGRAM", env!("CARGO_BIN_EXE_fivetwenty")).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let good = file("closed.har", format!("[{ENTRY}]").as_bytes());
    let folder = crate::bundle::absent("closed");
    let (status, error) = shell(&format!("\"$PROGRAM\" --proxied '{good}' >&-"));
    assert!(status == Some(1) && error.starts_with("standard output: "), "{error}");
    let (status, error) = shell(&format!("\"$PROGRAM\" --proxied '{good}' --out '{}' >&-", folder.display()));
    assert!(status == Some(1) && error.starts_with("standard output: ") && !folder.exists(), "{error}");
    if std::path::Path::new("/dev/full").exists() {
        let (status, error) = shell(&format!("\"$PROGRAM\" --proxied '{good}' >/dev/full"));
        assert!(status == Some(1) && error.starts_with("standard output: "), "{error}");
    }
    assert_eq!(shell(&format!("\"$PROGRAM\" --proxied '{good}' >/dev/null 2>&-")).0, Some(0));
    // Nobody writes into it: whoever opens it waits.
    let pipe = crate::scratch("files").join("pipe");
    let _ = std::fs::remove_file(&pipe);
    let (status, error) = shell(&format!("mkfifo '{0}' && \"$PROGRAM\" --proxied '{0}' --out '{1}'", pipe.display(), folder.display()));
    assert!(status == Some(2) && error.contains("cannot be read twice") && !folder.exists(), "{error}");
    let (status, error) = shell(&format!(
        "\"$PROGRAM\" --paste - --out '{}' < /dev/null; cat '{good}' | \"$PROGRAM\" --paste - --out '{0}'",
        folder.display()
    ));
    assert!(status == Some(2) && error.contains("cannot be read twice") && !folder.exists(), "{error}");
    let (status, error) =
        shell(&format!("printf 'HTTP/2 520\\nserver: cloudflare\\n\\n' | \"$PROGRAM\" --paste - --out '{}'", folder.display()));
    assert!(status == Some(0) && folder.join("transcripts.txt").exists(), "{error}");
}

/// Breaks when a run that is told to end leaves half a bundle, or the folder that it wrote into.
#[cfg(unix)]
#[test]
fn a_run_that_is_ended_leaves_nothing_half() {
    let good = lab("chromium-156/foreign-520-script/proxied.har");
    let place = crate::bundle::absent("ended");
    std::fs::create_dir_all(&place).unwrap();
    let folder = place.join("out");
    for delay_ms in (0..400).step_by(40) {
        let mut run = Command::new(env!("CARGO_BIN_EXE_fivetwenty"));
        let run = run.args(["--proxied", &good, "--out"]).arg(&folder).stdout(Stdio::null()).stderr(Stdio::null());
        let mut run = run.spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(delay_ms));
        assert!(Command::new("kill").arg(run.id().to_string()).status().is_ok());
        run.wait().unwrap();
        let names: Vec<_> = std::fs::read_dir(&place).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert!(names.is_empty() || names == ["out"], "{delay_ms} ms: {names:?}");
        if folder.exists() {
            assert!(folder.join("manifest.json").exists() && folder.join("proxied.har").exists(), "{delay_ms} ms");
            std::fs::remove_dir_all(&folder).unwrap();
        }
    }
}
