//! Files without options, and the commands beside the diagnosis.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::bundle::absent;
use crate::{file, fivetwenty, lab, report, scratch};

fn capture(case: &str, side: &str) -> String {
    lab(&format!("chromium-156/{case}/{side}.har"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs the command line, which must end with this status.
#[track_caller]
fn ends(arguments: &[&str], status: i32) -> Output {
    let output = fivetwenty(arguments);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", text(&output.stderr));
    output
}

/// What it says when it ends with this status and writes nothing else.
#[track_caller]
fn refused(arguments: &[&str], status: i32) -> String {
    let output = ends(arguments, status);
    assert!(output.stdout.is_empty(), "{arguments:?}");
    text(&output.stderr)
}

/// Runs the command line with this on standard input.
fn piped(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fivetwenty"));
    let command = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may end before it has read all.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// Broken by a pair whose order counts, or that is compared otherwise than with the sides named.
#[test]
fn files_are_given_in_any_order() {
    let (proxied, direct) = (capture("empty-reply", "proxied"), capture("empty-reply", "direct"));
    let named = report(&["--proxied", &proxied, "--direct", &direct]);
    assert_eq!(named["verdict"]["cause"], "empty-reply");
    for files in [[&*proxied, &*direct], [&*direct, &*proxied]] {
        assert_eq!(report(&files), named);
        assert_eq!(report(&[&["diagnose"], &files[..]].concat()), named);
    }
    let curl = file("any.txt", b"$ curl -v https://shop.example/\n* Empty reply from server\ncurl: (52) Empty reply from server\n");
    let with_text = report(&[&curl, &direct, &proxied]);
    assert_eq!((&with_text["verdict"], &with_text["inputs"][0]["kind"]), (&named["verdict"], &"curl".into()));
    assert_eq!(report(&[&proxied]), report(&["--proxied", &proxied]));
}

/// A ZIP archive of these files, not packed.
fn archive(name: &str, members: &[(&str, &[u8])]) -> String {
    let mut archive = rawzip::ZipArchiveWriter::new(Vec::new());
    for (member, content) in members {
        let (mut entry, config) = archive.new_file(member).compression_method(rawzip::CompressionMethod::STORE).start().unwrap();
        let mut writer = config.wrap(&mut entry);
        writer.write_all(content).unwrap();
        let (_, descriptor) = writer.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    file(name, &archive.finish().unwrap())
}

/// Broken by an archive of which only one capture counts, by a bundle of another capture than the report's, and by a member that takes the
/// others with it when it cannot be read.
#[test]
fn an_archive_of_captures_is_read_whole() {
    let [proxied, direct] = ["proxied", "direct"].map(|side| std::fs::read(capture("empty-reply", side)).unwrap());
    let both = archive("both.zip", &[("a/direct.har", &direct), ("a/proxied.har", &proxied)]);
    let named = report(&["--proxied", &capture("empty-reply", "proxied"), "--direct", &capture("empty-reply", "direct")]);
    assert_eq!(report(&[&both])["findings"], named["findings"]);
    let folder = absent("archive");
    ends(&["redact", &both, "--out", &folder.display().to_string()], 0);
    let written = |side: &str| std::fs::read_to_string(folder.join(format!("{side}.har"))).unwrap();
    assert!(written("proxied").contains("\"status\": 520") && !written("direct").contains("\"status\": 520"));
    assert!(refused(&["redact", &both], 2).contains("--out"));
    let broken = archive("broken.zip", &[("proxied.har", &proxied), ("other.har", b"{\"log\":")]);
    let output = ends(&[&broken], 0);
    assert!(text(&output.stderr).contains("broken.zip") && text(&output.stdout).contains("520"), "{}", text(&output.stderr));
    // A side is one capture.
    assert!(refused(&["--proxied", &both], 1).contains("unpack it"));
    assert!(refused(&[&archive("three.zip", &[("1.har", &direct), ("2.har", &direct), ("3.har", &direct)])], 1).contains("--after"));
}

/// Broken by a comparison of two captures of one side, or a refusal that does not name both, say why, and what to do.
#[test]
fn two_captures_of_one_side_are_no_pair() {
    let pair = |side: &str| [capture("empty-reply", side), capture("connection-reset", side)];
    let [one, other] = pair("proxied");
    for command in [&[][..], &["diagnose"]] {
        let says = refused(&[command, &[&one, &other]].concat(), 1);
        for part in [&*one, &*other, "Both captures went through Cloudflare", "direct to the origin", "--proxied", "--after"] {
            assert!(says.contains(part), "{part}: {says}");
        }
    }
    let folder = absent("same-side");
    refused(&["redact", &one, &other, "--out", &folder.display().to_string()], 1);
    assert!(!folder.exists());
    refused(&[&one, "--proxied", &other], 1);
    // With their sides named, the report says it.
    let named = report(&["--proxied", &one, "--direct", &other]);
    assert!(named["verdict"]["caution"].as_str().unwrap().starts_with("Both captures went through Cloudflare"));
    let [one, other] = pair("direct");
    let says = refused(&[&one, &other], 1);
    assert!(says.contains("Neither capture went through Cloudflare") && !says.contains("--after"), "{says}");
    let says = refused(&[&one, &other, &capture("healthy-blog", "direct")], 1);
    assert!(says.contains(&one) && says.contains("--after"), "{says}");
}

/// Broken by a script that cannot tell a verdict by the exit status, or that gets no report beside it.
#[test]
fn a_verdict_can_be_an_exit_status() {
    let (proxied, direct) = (capture("empty-reply", "proxied"), capture("empty-reply", "direct"));
    let confirmed = ends(&[&proxied, &direct, "--fail-on", "confirmed"], 3);
    assert_eq!(confirmed.stdout, ends(&[&proxied, &direct], 0).stdout);
    ends(&[&proxied, &direct, "--fail-on", "likely"], 3);
    ends(&[&proxied, "--fail-on", "likely"], 0);
    let folder = absent("fail-on").display().to_string();
    ends(&["--proxied", &proxied, "--direct", &direct, "--fail-on", "confirmed", "--out", &folder], 3);
    assert!(Path::new(&folder).join("manifest.json").exists());
    let likely = |name: &&str| report(&[&capture(name, "proxied"), &capture(name, "direct")])["verdict"]["status"] == "likely";
    let names: Vec<String> = std::fs::read_dir(lab("chromium-156"))
        .unwrap()
        .map(|case| case.unwrap().path())
        .filter(|case| case.join("proxied.har").exists() && case.join("direct.har").exists())
        .map(|case| case.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    let name = names.iter().map(String::as_str).find(likely).expect("a recorded case is likely");
    ends(&[&capture(name, "proxied"), &capture(name, "direct"), "--fail-on", "confirmed"], 0);
    ends(&[&capture(name, "proxied"), &capture(name, "direct"), "--fail-on", "likely"], 3);
    assert!(refused(&[&proxied, "--fail-on", "possible"], 2).contains("possible"));
}

/// Broken by standard input that is not read, that panics on what is no text, or that is waited for twice.
#[test]
fn a_dash_is_standard_input() {
    let proxied = std::fs::read(capture("empty-reply", "proxied")).unwrap();
    let direct = capture("empty-reply", "direct");
    let output = piped(&["-", &direct, "--format", "json"], &proxied);
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&read["verdict"]["status"], &read["captures"]["proxied"]["name"]), (&"confirmed".into(), &"stdin".into()));
    let binary: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    for input in [&binary[..], b"", b"\xff\xfe\0\0", b"\x1f\x8b\x08", b"PK\x03\x04"] {
        for command in [&["-"][..], &["rays", "-"], &["logs", "-"], &["redact", "-"]] {
            let output = piped(command, input);
            assert!(matches!(output.status.code(), Some(0..=2)), "{command:?}: {}", text(&output.stderr));
            assert!(!text(&output.stdout).contains('\u{1b}') && !text(&output.stderr).contains('\u{1b}'), "{command:?}");
        }
    }
    assert!(refused(&["-", "--paste", "-"], 2).contains("once"));
    assert!(text(&piped(&["redact", "-"], &proxied).stderr).contains("cannot be read twice"));
}

/// Broken by a file that is taken for a command or an option, or an error that does not name the file or lets its name act.
#[test]
fn files_may_have_any_name() {
    let folder = scratch("names");
    std::fs::copy(capture("empty-reply", "proxied"), folder.join("rays")).unwrap();
    let within = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_fivetwenty")).current_dir(&folder).args(arguments).output().unwrap();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    for arguments in [&["./rays"][..], &["diagnose", "rays"], &["--", "rays"]] {
        let (status, report, error) = within(arguments);
        assert!(status == Some(0) && report.contains("520"), "{arguments:?}: {error}");
    }
    assert_eq!(within(&["rays"]).0, Some(2), "a command without its files");
    let (status, _, error) = within(&["--", "-K/etc/passwd"]);
    assert!(status == Some(1) && error.starts_with("-K/etc/passwd: "), "{error}");
    let (status, _, error) = within(&["-K/etc/passwd"]);
    assert!(status == Some(2) && !error.contains("root:"), "{error}");
    let (status, _, error) = within(&["<img src=x>\u{1b}[31m\u{202e}.har"]);
    assert!(status == Some(1) && !error.contains(['\u{1b}', '\u{202e}']), "{error}");
    assert!(refused(&[&folder.display().to_string()], 1).contains(&folder.display().to_string()));
    assert!(refused(&["/no/such/file"], 1).starts_with("/no/such/file: "));
    assert!(refused(&[&file("nothing.har", b"")], 1).contains("an empty file"));
}

/// Broken by a secret in what `redact` writes, a file that is no longer of use, or one that it names in the manifest and does not write.
#[test]
fn redacted_files_are_written_without_a_report() {
    let (proxied, direct) = (capture("empty-reply", "proxied"), capture("empty-reply", "direct"));
    let folder = absent("redacted");
    ends(&["redact", &direct, &proxied, "--out", &folder.display().to_string()], 0);
    let mut names: Vec<String> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["direct.har", "manifest.json", "proxied.har"]);
    let manifest: Value = serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let listed: Vec<&str> = manifest["files"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect();
    assert_eq!(listed, ["proxied.har", "direct.har"]);
    let again = report(&[&folder.join("direct.har").display().to_string(), &folder.join("proxied.har").display().to_string()]);
    assert_eq!(again["verdict"]["status"], "confirmed");
    let bundle = absent("redacted-bundle");
    ends(&[&proxied, &direct, "--out", &bundle.display().to_string()], 0);
    for name in ["proxied.har", "direct.har"] {
        assert_eq!(std::fs::read(folder.join(name)).unwrap(), std::fs::read(bundle.join(name)).unwrap(), "{name}");
    }

    let secret = "S3cr3tTokenValue01";
    let har = format!(
        r#"{{"log":{{"entries":[{{"request":{{"method":"GET","url":"https://shop.example/?token={secret}","headers":[{{"name":"Cookie","value":"a={secret}"}}]}},"response":{{"status":520}}}}]}}}}"#
    );
    let path = file("redact-one.har", har.as_bytes());
    let output = ends(&["redact", &path], 0);
    let redacted: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(redacted["log"]["entries"][0]["response"]["status"], 520);
    assert!(!text(&output.stdout).contains(secret));
    let curl = file(
        "redact-curl.txt",
        format!("> GET / HTTP/1.1\n> Host: shop.example\n> Cookie: a={secret}\n> \n< HTTP/1.1 200 OK\n< \n").as_bytes(),
    );
    let written = text(&ends(&["redact", &curl], 0).stdout);
    assert!(written.contains("HTTP/1.1 200") && !written.contains(secret), "{written}");
    let rules = file("redact-rules.json", br#"{"add": [{"what": "text", "name": "shop.example"}]}"#);
    assert!(!text(&ends(&["redact", &path, "--redaction", &rules], 0).stdout).contains("shop.example"));
    assert!(refused(&["redact", &proxied, &direct], 2).contains("--out"));
}

/// Broken by an ID that is not decoded, wherever it was given, or a doubt that is not said.
#[test]
fn ray_ids_are_decoded() {
    let now = ["--now", "2026-12-01T00:00:00Z"];
    let rows = |arguments: &[&str], input: &[u8]| {
        let output = piped(&[&["rays"], arguments, &["--format", "json"], &now].concat(), input);
        serde_json::from_slice::<Value>(&output.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {}", text(&output.stderr)))
    };
    let one = rows(&["8a7d5e2fbcd1a1c3-DFW"], b"");
    assert_eq!((&one[0]["received"], &one[0]["city"]), (&"2024-07-23T17:25:07.150Z".into(), &"Dallas-Fort Worth".into()));
    let all = rows(
        &["8a7d5e2fbcd1a1c3-DFW", &capture("empty-reply", "proxied"), "-", &capture("connection-reset", "proxied")],
        b"0123456789abcdef\n",
    );
    let of_report = report(&[&capture("empty-reply", "proxied"), now[0], now[1]]);
    assert_eq!(all[1], of_report["rays"][0]);
    let rows_of = |id: &str| all.as_array().unwrap().iter().filter(|row| row["id"] == id).count();
    assert_eq!((rows_of("8a7d5e2fbcd1a1c3"), rows_of("0123456789abcdef")), (1, 1));
    assert!(all.as_array().unwrap().len() > of_report["rays"].as_array().unwrap().len() + 2);
    let shown = text(&ends(&["rays", "8a7d5e2fbcd1a1c3-DFW", "0123456789abcdef"], 0).stdout);
    for part in
        ["2024-07-23T17:25:07.150Z  DFW  Dallas-Fort Worth, US", "doubtful: its time is before 2013", "Cloudflare does not document it"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(refused(&["rays", "nothing"], 1).contains("neither a file nor a Ray ID"));
    assert!(refused(&["rays", &file("no-rays.txt", b"hello\n")], 1).contains("No Ray ID"));
}

/// Broken by logs that give another report than with `--logs`.
#[test]
fn logs_are_reported_on() {
    let log = file(
        "command.log",
        b"2026/11/21 06:18:20 [error] 7#7: *1 upstream prematurely closed connection while reading response header from upstream, client: 203.0.113.9, server: shop.example, request: \"GET / HTTP/1.1\", upstream: \"http://127.0.0.1:9000/\", host: \"shop.example\"\n",
    );
    let with_option = report(&["--logs", &log, "--log-zone", "+02:00"]);
    assert!(with_option["inputs"][0]["facts"]["log"].is_string(), "{with_option}");
    assert_eq!(report(&["logs", &log, "--log-zone", "+02:00"]), with_option);
    refused(&["logs", &log, "--log-zone", "CET"], 2);
}

/// Broken by a cause that cannot be explained, or an id that reaches a file.
#[test]
fn causes_are_explained() {
    let page = text(&ends(&["explain", "empty-reply"], 0).stdout);
    for part in ["empty-reply: The origin closes the connection", "What it means", "Commands that prove it", "curl -sv", "https://"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let list = text(&ends(&["explain"], 0).stdout);
    assert!(list.contains("\nempty-reply  ") && list.contains("\nsanitized-export\n"), "{list}");
    for id in
        list.lines().skip(1).filter_map(|line| line.split("  ").next()).filter(|id| id.bytes().all(|byte| byte != b' ') && !id.is_empty())
    {
        ends(&["explain", id], 0);
    }
    let error = refused(&["explain", "../../etc/passwd"], 2);
    assert!(!error.contains("root:"), "{error}");
    assert!(refused(&["explain", "empty-repl"], 2).contains("tip: a similar value exists: 'empty-reply'"));
}

/// Broken by completions that a shell cannot read or that lack a command, or a manual page that does not render.
#[test]
fn completions_and_manual_pages_are_made() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = text(&ends(&["completions", shell], 0).stdout);
        for word in ["explain", "fail-on", "confirmed"] {
            // The others do not complete values.
            assert!(script.contains(word) || word == "confirmed" && ["powershell", "elvish"].contains(&shell), "{shell}: {word}");
        }
        assert!(script.contains("redact") && script.contains("color"), "{shell}");
    }
    let bash = file("completions.bash", &ends(&["completions", "bash"], 0).stdout);
    if let Ok(output) = Command::new("bash").args(["-n", &bash]).output() {
        assert!(output.status.success() && output.stderr.is_empty(), "{}", text(&output.stderr));
    }
    let page = ends(&["man"], 0).stdout;
    for part in [".TH fivetwenty 1", "fivetwenty\\-rays(1)", "\\-\\-fail\\-on", "Exit status"] {
        assert!(text(&page).contains(part), "{part}");
    }
    let folder = absent("man");
    assert!(ends(&["man", "--out", &folder.display().to_string()], 0).stdout.is_empty());
    for name in ["fivetwenty.1", "fivetwenty-rays.1", "fivetwenty-redact.1", "fivetwenty-explain.1"] {
        let page = folder.join(name);
        assert!(page.exists(), "{name}");
        if let Ok(output) = Command::new("groff").args(["-man", "-Tascii", "-ww", "-z"]).arg(&page).output() {
            assert!(output.status.success() && output.stderr.is_empty(), "{name}: {}", text(&output.stderr));
        }
    }
}

/// Broken by colour where nobody asked for it, none where somebody did, or bytes that change with it.
#[test]
fn colour_is_for_terminals_and_whoever_asks() {
    let (proxied, direct) = (capture("empty-reply", "proxied"), capture("empty-reply", "direct"));
    let run = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fivetwenty"));
        command.args([&proxied, &direct]).args(arguments).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        text(&command.envs(variables.iter().copied()).output().unwrap().stdout)
    };
    let plain = run(&[], &[]);
    assert!(plain.starts_with("fivetwenty report") && !plain.contains('\u{1b}'));
    for coloured in [run(&["--color", "always"], &[]), run(&[], &[("CLICOLOR_FORCE", "1")])] {
        assert!(coloured.contains("\u{1b}[31mConfirmed:"), "{coloured}");
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
    }
    for kept in [run(&[], &[("NO_COLOR", "1")]), run(&["--color", "never"], &[("CLICOLOR_FORCE", "1")])] {
        assert_eq!(kept, plain);
    }
    assert!(!run(&["--color", "always", "--format", "json"], &[]).contains('\u{1b}'));
}

/// Broken by a command that tells a script of success although nothing was written, or that asks for nothing and does something.
#[cfg(unix)]
#[test]
fn closed_and_missing_arguments() {
    let shell = |command: &str| {
        let output = Command::new("sh").arg("-c").arg(command).env("PROGRAM", env!("CARGO_BIN_EXE_fivetwenty")).output().unwrap();
        (output.status.code(), text(&output.stderr))
    };
    for command in ["man", "explain", "completions bash", "rays 8a7d5e2fbcd1a1c3"] {
        let (status, error) = shell(&format!("\"$PROGRAM\" {command} >&-"));
        assert!(status == Some(1) && error.starts_with("standard output: "), "{command}: {error}");
        assert_eq!(shell(&format!("\"$PROGRAM\" {command} | true")).0, Some(0), "{command}");
    }
    for command in [&[][..], &["redact"], &["rays"], &["logs"], &["diagnose"], &["completions"]] {
        assert!(refused(command, 2).contains("Usage: fivetwenty"), "{command:?}");
    }
}
