//! The bundle that `--out` writes.

use std::path::{Path, PathBuf};
use std::process::Output;

use fivetwenty_captures::har::Capture;
use fivetwenty_diagnose::Diagnosis;
use fivetwenty_model::Side;
use fivetwenty_model::passed::PassedOver;
use fivetwenty_model::plan::PlannedText;
use fivetwenty_redact::{Policy, Tokens};
use fivetwenty_report::bundle::{Bundle, HarWriter, MAX_BYTES, Survey, plan, redacted_texts};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::paste::MIN_SAMPLES;
use crate::{accuracy, diagnose, file, fivetwenty, lab, scratch};

const ENTRY: &str = r#"{"request":{"method":"GET","url":"https://shop.example/"},"response":{"status":520,"headers":[{"name":"server","value":"cloudflare"}]}}"#;
const NOW: &str = "2026-12-01T00:00:00Z";

/// A folder that is not there yet.
pub(crate) fn absent(name: &str) -> PathBuf {
    let folder = scratch("bundles").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("target can be written to");
    }
    folder
}

/// Writes a bundle of these captures into a folder.
fn write(captures: &[(&str, &str)], folder: &Path) -> Output {
    let folder = folder.display().to_string();
    let mut arguments = vec!["--now", NOW, "--out", &folder];
    for (side, path) in captures {
        arguments.extend([*side, *path]);
    }
    fivetwenty(&arguments)
}

/// Writes a bundle, which must be let through, and reads it again: the names in the order of the alphabet, with the bytes.
#[track_caller]
fn written(captures: &[(&str, &str)], folder: &Path) -> Vec<(String, Vec<u8>)> {
    let output = write(captures, folder);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .expect("it was made")
        .map(|file| file.expect("it is there"))
        .map(|file| {
            (file.file_name().into_string().expect("names are the program's own"), std::fs::read(file.path()).expect("it can be read"))
        })
        .collect();
    files.sort();
    files
}

fn sample() -> [(&'static str, String); 2] {
    [("--proxied", lab("chromium-156/empty-reply/proxied.har")), ("--direct", lab("chromium-156/empty-reply/direct.har"))]
}

fn json(files: &[(String, Vec<u8>)], name: &str) -> Value {
    let (_, bytes) = files.iter().find(|(file, _)| file == name).unwrap_or_else(|| panic!("there is no {name}"));
    serde_json::from_slice(bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Breaks when the same captures make other bytes, a file is missing, or the manifest says of one what is not so.
#[test]
fn the_bundle_is_the_same_each_time() {
    let trace = file(
        "bundle-trace.txt",
        b"h=shop.example\nip=203.0.113.77\nts=1772941360.629\nuag=Mozilla/5.0\ncolo=TPE\nhttp=http/2\ntls=TLSv1.3\n",
    );
    let [proxied, direct] = sample();
    let captures = [(proxied.0, &*proxied.1), (direct.0, &*direct.1), ("--trace", &*trace)];
    let folder = absent("same");
    let files = written(&captures, &folder);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "direct.har",
            "manifest.json",
            "proxied.har",
            "report.html",
            "report.json",
            "report.txt",
            "summary.txt",
            "support.txt",
            "trace.txt"
        ]
    );
    // An empty folder is as good as none.
    let again = absent("again");
    std::fs::create_dir_all(&again).unwrap();
    assert!(files == written(&captures, &again));

    let manifest = json(&files, "manifest.json");
    assert_eq!(manifest["schema"], "fivetwenty/manifest/1");
    let rows = manifest["files"].as_array().unwrap();
    assert_eq!(rows.len(), files.len() - 1);
    for row in rows {
        let (name, bytes) = files.iter().find(|(name, _)| *name == row["name"]).expect("what is listed is there");
        let sum = hex::encode(Sha256::digest(bytes));
        assert_eq!((&row["bytes"], &row["sha256"]), (&bytes.len().into(), &sum.as_str().into()), "{name}");
    }
    assert!(manifest["redacted"].as_array().unwrap().iter().any(|row| row["kind"] == "body" && row["times"].as_u64() > Some(0)));
    assert_eq!(manifest["trimmed"], json!([]));
    for (name, bytes) in &files {
        assert!(!String::from_utf8_lossy(bytes).contains("203.0.113.77"), "{name}");
    }
    for (form, file) in [("text", "summary.txt"), ("full", "report.txt"), ("support", "support.txt")] {
        let report = fivetwenty(&[proxied.0, &proxied.1, direct.0, &direct.1, "--trace", &trace, "--now", NOW, "--format", form]);
        assert!(files.iter().any(|(name, bytes)| name == file && *bytes == report.stdout), "{file} is the one on standard output");
    }
}

/// Breaks when SHA-256 is written otherwise than everybody else does: the sum is the one that the standard (FIPS 180) gives for `abc`.
#[test]
fn the_sums_are_those_of_the_standard() {
    let sum = hex::encode(Sha256::digest(b"abc"));
    assert_eq!(sum, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/// Breaks when the bundle's own HAR files tell another story than the captures, or are redacted once more.
#[test]
fn a_bundle_can_be_opened_again() {
    let [proxied, direct] = sample();
    let first = absent("first");
    let files = written(&[(proxied.0, &proxied.1), (direct.0, &direct.1)], &first);
    let [proxied, direct] = ["proxied.har", "direct.har"].map(|name| first.join(name).display().to_string());
    let again = written(&[("--proxied", &proxied), ("--direct", &direct)], &absent("second"));
    let [before, after] = [&files, &again].map(|files| json(files, "report.json"));
    assert_eq!(before["verdict"], after["verdict"]);
    assert_eq!(before["findings"], after["findings"]);
    for name in ["proxied.har", "direct.har"] {
        assert!(files.iter().find(|file| file.0 == name) == again.iter().find(|file| file.0 == name), "{name}");
    }
    assert_eq!(json(&again, "manifest.json")["redacted"], json!([]));
}

/// Breaks when files that the person has are written over, or the folder that stands in the way is not named.
#[test]
fn a_folder_that_is_not_empty_is_left_alone() {
    let [proxied, _] = sample();
    let folder = absent("full");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("proxied.har"), "mine").unwrap();
    let output = write(&[(proxied.0, &proxied.1)], &folder);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("is not empty") && error.contains("full"), "{error}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    assert_eq!(std::fs::read(folder.join("proxied.har")).unwrap(), b"mine");
    let output = write(&[(proxied.0, &proxied.1)], Path::new(&proxied.1));
    assert_eq!(output.status.code(), Some(2));
}

/// Breaks when a value that was removed in one place leaves in another, by another token or in another form.
#[test]
fn a_value_that_goes_somewhere_goes_everywhere() {
    let secret = "Staple Battery 7731";
    let header = |name: &str, value: &str| json!({"name": name, "value": value});
    let entry = json!({
        "request": {"method": "GET", "url": "https://shop.example/STAPLE%20battery%207731/list",
            "headers": [header("Cookie", &format!("session={secret}")), header("X-Page", secret)]},
        "response": {"status": 520, "headers": [header("Server", "cloudflare"), header("Server-Timing", &format!("{secret};dur=5"))]},
    });
    let har = json!({"log": {"entries": [entry]}});
    let capture = file("left.har", har.to_string().as_bytes());
    let files = written(&[("--proxied", &capture)], &absent("hit"));
    for (name, bytes) in &files {
        assert!(!String::from_utf8_lossy(bytes).to_lowercase().contains("battery"), "{name}");
    }
    assert!(json(&files, "proxied.har")["log"]["entries"][0]["request"]["url"] == "https://shop.example/[path-1,23-bytes]/list");
}

/// Breaks when what the person adds goes from the captures but not from the report, or is looked for where nobody can take it out.
#[test]
fn what_the_person_adds_goes_from_the_report_too() {
    let entry = ENTRY.replace("https://shop.example/", "https://acme-project-x.shop.example/ACME%2Dproject-x/list?acme-project-x=1");
    let capture = file("added.har", format!("[{entry}]").as_bytes());
    let text = b"$ curl -sv https://acme-project-x.shop.example/acme-project-x/\n> GET /acme-project-x/ HTTP/1.1\n\
        > Host: acme-project-x.shop.example\n> \n* Empty reply from server\ncurl: (52) Empty reply from server\n";
    let text = file("added.txt", text);
    let trace = file("added-trace.txt", b"h=acme-project-x.shop.example\nip=203.0.113.77\nts=1772941360.629\ncolo=TPE\n");
    let rules = file("added.json", br#"{"add": [{"what": "text", "name": "acme-project-x"}]}"#);
    let inputs = [("--proxied", &*capture), ("--paste", &*text), ("--trace", &*trace), ("--redaction", &*rules)];
    for (name, bytes) in written(&inputs, &absent("added")) {
        assert!(!String::from_utf8_lossy(&bytes).to_lowercase().contains("project-x"), "{name}");
    }
}

/// Breaks when a file of rules that is not understood is passed over, or a rule without effect is not told.
#[test]
fn rules_without_effect_are_told() {
    let capture = file("ruled.har", format!("[{ENTRY}]").as_bytes());
    for (rules, place) in [
        (
            &b"{\"adds\": [{\"what\": \"text\", \"name\": \"Kenji Garcia\"}]}"[..],
            "rules.json: not a valid redaction file: unknown field `adds`, ",
        ),
        (b"{\"add\": [{\"what\": \"texts\", \"name\": \"Kenji Garcia\"}]}", "unknown variant `texts`, "),
        (b"{\"add\": [\n\"Kenji Garcia\"]}", "line 2 column 14\n"),
        (b"{}", "it has neither `add` nor `keep`\n"),
        (b"", "it is empty\n"),
        (" ".repeat(1_000_001).as_bytes(), "it is larger than 1 MB\n"),
    ] {
        let (rules, folder) = (file("rules.json", rules), absent("rules"));
        let output = write(&[("--proxied", &capture), ("--redaction", &rules)], &folder);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(place) && !error.contains("Kenji") && !folder.exists(), "{error}");
    }
    let rules = file("rules.json", br#"{"add": [{"what": "header", "name": "Server"}, {"what": "text", "name": "Kenji Garcia"}]}"#);
    let folder = absent("rules");
    let output = write(&[("--proxied", &capture), ("--redaction", &rules)], &folder);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{error}");
    assert!(error.ends_with("rules.json: rule 2 of `add` (text) matched nothing\n") && !error.contains("rule 1"), "{error}");
    let manifest: Value = serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["unmatched_rules"], json!([{"list": "add", "rule": 2, "what": "text"}]));
}

/// Every text that the program writes about the sample, in pieces of several lengths, as a stranger's body may quote it.
fn quotes(files: &[(String, Vec<u8>)]) -> Vec<String> {
    let texts = files.iter().filter(|(name, _)| name.starts_with("report."));
    let lines = texts.flat_map(|(_, bytes)| std::str::from_utf8(bytes).expect("a text").lines());
    lines.flat_map(|line| line.trim().split_inclusive(['.', ',', ';', '>']).chain([line.trim()])).map(str::to_owned).collect()
}

/// Breaks when nothing can leave since a body that is replaced quotes what the program says by itself: in the report, in a token, in the
/// HAR's own form.
#[test]
fn what_the_program_says_itself_is_no_leak() {
    let entry = |body: &Value| {
        let mut entry: Value = serde_json::from_str(ENTRY).expect("it is JSON");
        entry["request"]["cookies"] = json!([{"name": "session", "value": "8c1f42d07be94a36"}]);
        entry["response"]["httpVersion"] = json!("HTTP/1.1");
        entry["response"]["content"] = json!({"mimeType": "application/json", "text": body.to_string()});
        json!([entry])
    };
    let plain = file("quoted-none.har", entry(&json!({"a": 1})).to_string().as_bytes());
    let plain = written(&[("--proxied", &plain)], &absent("quoted-none"));
    let said = quotes(&plain);
    assert!(said.len() > 500, "{}", said.len());
    let fixed =
        ["HTTP/1.1", "error 520", "Error code 520", "Cloudflare", "43 bytes]", "16 bytes]", "#1, 16 bytes", "\"status\":520", "status 520"];
    let quoting: Vec<&str> = said.iter().map(String::as_str).chain(fixed).collect();
    let capture = file("quoted.har", entry(&json!({"quoting": quoting})).to_string().as_bytes());
    let files = written(&[("--proxied", &capture)], &absent("quoted"));
    assert_eq!(json(&files, "report.json")["verdict"], json(&plain, "report.json")["verdict"]);
    // The same words beside a value that has nothing to do with the program keep nothing of it.
    let mut hostile = entry(&json!({"quoting": quoting, "secret": "Staple Battery 7731"}));
    let headers = hostile[0]["response"]["headers"].as_array_mut().expect("a list");
    headers.push(json!({"name": "Server-Timing", "value": "Staple Battery 7731;dur=5, who;desc=me"}));
    let capture = file("quoted-hit.har", hostile.to_string().as_bytes());
    for (name, bytes) in written(&[("--proxied", &capture)], &absent("quoted-hit")) {
        assert!(!String::from_utf8_lossy(&bytes).contains("Battery 7731"), "{name}");
    }
}

/// Breaks when the visitor's address, which only the trace tells, leaves in another file.
#[test]
fn the_address_of_a_trace_is_looked_for_everywhere() {
    let trace = file("visitor-trace.txt", b"h=shop.example\nip=2001:db8::7731\nts=1772941360.629\nuag=Mozilla/5.0\ncolo=TPE\n");
    // The name of what was measured stays, and this one is nothing that looks like an address.
    let timing = r#""server-timing","value":"x2001:db8::7731"},{"name":"server""#;
    let capture = file("visitor.har", format!("[{}]", ENTRY.replace(r#""server""#, timing)).as_bytes());
    let with = |capture: &str, name: &str| write(&[("--proxied", capture), ("--trace", &trace)], &absent(name));
    assert_eq!(with(&capture, "visitor").status.code(), Some(0));
    for (name, bytes) in written(&[("--proxied", &capture), ("--trace", &trace)], &absent("visitor-files")) {
        assert!(!String::from_utf8_lossy(&bytes).contains("2001:db8::7731"), "{name}");
    }
    // The server may stand where the visitor is.
    let near = ENTRY.replace("\"request\"", "\"serverIPAddress\":\"2001:db8::7731\",\"request\"");
    let near = file("visitor-near.har", format!("[{near}]").as_bytes());
    assert_eq!(with(&near, "visitor-near").status.code(), Some(0));
    let plain = file("visitor-none.har", format!("[{ENTRY}]").as_bytes());
    assert_eq!(with(&plain, "visitor-none").status.code(), Some(0));
}

/// Breaks when the name that somebody gave to a file that could not be read stands in the bundle.
#[test]
fn no_name_of_a_file_is_in_a_bundle() {
    let capture = file("acme-project-x.har", format!("[{ENTRY}]").as_bytes());
    let broken = file("acme-project-y.har", b"no HAR");
    for (name, bytes) in written(&[("--proxied", &capture), ("--direct", &broken)], &absent("names")) {
        assert!(!String::from_utf8_lossy(&bytes).contains("acme-project"), "{name}");
    }
}

/// Breaks when a part of a path that goes from the captures stands in the report, so that nothing could ever leave.
#[test]
fn what_goes_from_a_path_goes_from_the_report_too() {
    let entry = ENTRY.replace("https://shop.example/", "https://shop.example/users/alice@shop.example/8c1f42d07be94a36ab12");
    let capture = file("path.har", format!("[{entry}]").as_bytes());
    for (name, bytes) in written(&[("--proxied", &capture)], &absent("path")) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("alice") && !text.contains("8c1f42d07be94a36ab12"), "{name}");
    }
}

/// Breaks when a recorded case cannot be given to anybody since something harmless is taken for a secret.
#[test]
fn every_recorded_case_makes_a_bundle() {
    for case in accuracy::cases() {
        let texts = ["proxied.har", "direct.har"].map(|name| std::fs::read(lab(&format!("{}/{}/{name}", case.form, case.name))).ok());
        let capture = |text: &Option<Vec<u8>>| Some(Capture::read("a.har", [text.as_deref()?]).expect("it was recorded").into());
        let bundle = Given { texts: &texts, max: MAX_BYTES }.bundle(&diagnose(capture(&texts[0]), capture(&texts[1])));
        assert!(bundle.is_ok(), "{}/{}: {bundle:?}", case.form, case.name);
    }
}

/// Captures as they were given.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a> {
    /// As proxied, and as direct.
    pub(crate) texts: &'a [Option<Vec<u8>>; 2],
    /// Bytes that a HAR may have.
    pub(crate) max: u64,
}

impl Given<'_> {
    pub(crate) fn bundle(self, diagnosis: &Diagnosis) -> Result<Bundle, String> {
        let (policy, max) = (Policy::default(), self.max);
        let mut survey = Survey::new(&policy);
        for text in self.texts.iter().flatten() {
            survey
                .read(&mut |push| {
                    push(text);
                    Ok(())
                })
                .map_err(|error| error.to_string())?;
        }
        let mut hars = Vec::new();
        let mut plan = plan(diagnosis, Vec::new());
        let mut tokens = survey.finish(&plan);
        for capture in std::mem::take(&mut plan.captures) {
            let side = usize::from((capture.side == Side::Direct) != diagnosis.case.exchanged);
            let har = HarWriter::with_max(capture, max, &policy, &mut tokens).write(&mut |push| {
                self.texts[side].iter().for_each(|text| push(text));
                Ok(())
            });
            hars.push(har.map_err(|error| error.to_string())?);
        }
        Bundle::new(&plan, hars, &[], &Policy::default(), &tokens, true).map_err(|leak| leak.to_string())
    }
}

/// Breaks when a capture that had to be trimmed tells another story, or files that were given the wrong way round get each other's names.
#[test]
fn what_is_left_of_a_large_capture_tells_the_same() {
    let texts = sample().map(|(_, path)| std::fs::read(path).ok());
    let capture = |text: &[u8]| Some(Capture::read("a.har", [text]).expect("it is a HAR file").into());
    let [proxied, direct] = &texts.clone().map(|text| text.and_then(|text| capture(&text)));
    let whole = diagnose(proxied.clone(), direct.clone());
    let given = Given { texts: &texts, max: MAX_BYTES };
    let all = given.bundle(&whole).expect("it may leave");
    let mut swapped = texts.clone();
    swapped.swap(0, 1);
    let swapped = Given { texts: &swapped, ..given };
    let exchanged = swapped.bundle(&diagnose(direct.clone(), proxied.clone())).expect("it may leave");
    let hars = |bundle: &Bundle| {
        bundle.files().iter().filter(|file| matches!(file.name, "proxied.har" | "direct.har")).cloned().collect::<Vec<_>>()
    };
    assert!(hars(&all) == hars(&exchanged));
    let max = all.files()[0].bytes.len() as u64 * 2 / 3;
    let trimmed = hars(&Given { max, ..given }.bundle(&whole).expect("it may leave"));
    assert!(trimmed.iter().all(|file| file.bytes.len() as u64 <= max));
    let [proxied, direct] = [0, 1].map(|side| capture(&trimmed[side].bytes));
    let story = |diagnosis: &Diagnosis| {
        let (rule, finding) = &diagnosis.findings[0];
        (rule.id, finding.status, finding.basis)
    };
    assert_eq!(story(&diagnose(proxied, direct)), story(&whole));
}

/// Breaks when what is pasted leaves as it was given, has other tokens than the captures, or makes the bundle's report another one.
#[test]
fn transcripts_leave_with_the_tokens_of_the_captures() {
    let session = "8c1f42d07be94a36";
    let har = format!(
        r#"{{"log":{{"entries":[{{"startedDateTime":"2026-11-21T10:00:03Z","request":{{"method":"GET","url":"https://shop.example/api/orders?session={session}"}},"response":{{"status":520,"headers":[{{"name":"server","value":"cloudflare"}},{{"name":"cf-ray","value":"a5dce3d120c69c1e-FRA"}}]}}}}]}}}}"#
    );
    let curl = format!(
        "$ curl -sv 'https://shop.example/api/orders?session={session}' --connect-to ::203.0.113.7 -H 'Authorization: Bearer hunter2hunter2'\n\
        *   Trying 203.0.113.7:443...\n* Connected to 203.0.113.7 (203.0.113.7) port 443\n> GET /api/orders?session={session} HTTP/1.1\n\
        > Host: shop.example\n> Authorization: Bearer hunter2hunter2\n> \n* Empty reply from server\ncurl: (52) Empty reply from server\n"
    );
    let (proxied, text) = (file("told-proxied.har", har.as_bytes()), file("told-curl.txt", curl.as_bytes()));
    let unknown = file("told-mail.txt", b"Dear Mr. Miller, our shop is down since noon.\n");
    let inputs = [("--proxied", &*proxied), ("--paste", &*text), ("--paste", &*unknown)];
    let files = written(&inputs, &absent("told"));
    let names: Vec<&str> = files.iter().map(|(name, _)| &**name).collect();
    assert_eq!(
        names,
        ["manifest.json", "proxied.har", "report.html", "report.json", "report.txt", "summary.txt", "support.txt", "transcripts.txt"]
    );
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        for gone in [session, "hunter2", "Miller", "told-curl"] {
            assert!(!text.contains(gone), "{gone} in {name}");
        }
    }
    let token = "session=[chance-1,16-bytes]";
    let find =
        |name: &str| files.iter().find(|(file, _)| file == name).map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).unwrap();
    assert!(find("proxied.har").contains(token) && find("transcripts.txt").contains(token), "{}", find("transcripts.txt"));
    let plain = fivetwenty(&["--now", NOW, "--format", "json", "--proxied", &proxied, "--paste", &text, "--paste", &unknown]);
    let plain: Value = serde_json::from_slice(&plain.stdout).unwrap();
    let within = json(&files, "report.json");
    for part in ["verdict", "findings", "rays", "checklist"] {
        assert_eq!(plain[part], within[part], "{part}");
    }
    assert_eq!((&plain["verdict"]["cause"], &plain["findings"][0]["evidence"][0]["source"]), (&"empty-reply".into(), &"transcript".into()));
}

/// Breaks when a real transcript, page or log is refused by the leak check, which finds what no rule has taken out.
#[test]
fn every_pasted_sample_can_leave() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/pasted");
    let kinds = folder.read_dir().unwrap().map(|kind| kind.unwrap().path()).filter(|kind| kind.is_dir());
    let texts = kinds
        .flat_map(|kind| kind.read_dir().unwrap().map(|text| text.unwrap().path()))
        .filter(|text| text.extension().is_some_and(|ending| ending == "txt"));
    let diagnosis = diagnose(None, None);
    let (mut refused, mut count) = (Vec::new(), 0);
    for path in texts {
        count += 1;
        let text =
            PlannedText { name: "given".into(), text: std::fs::read_to_string(&path).unwrap().into(), passed: PassedOver::default() };
        let (plan, mut tokens) = (plan(&diagnosis, vec![text]), Tokens::default());
        let texts = redacted_texts(&plan, &Policy::default(), &mut tokens);
        refused.extend(
            Bundle::new(&plan, Vec::new(), &texts, &Policy::default(), &tokens, true)
                .err()
                .map(|leak| format!("{}: {leak}", path.display())),
        );
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert!(count >= MIN_SAMPLES, "only {count} samples");
}

/// Breaks when the files of a bundle, given back all together, tell another story, or the report's own words count as evidence.
#[test]
fn a_bundle_given_back_whole_tells_the_same() {
    let trace = file("again-trace.txt", b"fl=80f417\nh=shop.example\nip=203.0.113.9\nts=1763698700.629\ncolo=FRA\nhttp=http/2\n");
    let [(_, proxied), (_, direct)] = sample();
    let folder = absent("again");
    let files = written(&[("--proxied", &proxied), ("--direct", &direct), ("--trace", &trace)], &folder);
    let mut arguments = vec!["--now".to_owned(), NOW.to_owned(), "--format".to_owned(), "json".to_owned()];
    for (name, _) in &files {
        arguments.extend(["--paste".to_owned(), folder.join(name).display().to_string()]);
    }
    let again = fivetwenty(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let again: Value =
        serde_json::from_slice(&again.stdout).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&again.stderr)));
    let before = json(&files, "report.json");
    for part in ["verdict", "findings", "warnings", "pairs", "rays", "trace", "checklist"] {
        assert_eq!(again[part], before[part], "{part}");
    }
    let kinds: Vec<&str> = again["inputs"].as_array().unwrap().iter().map(|input| input["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["report", "report", "report", "report", "report", "report", "trace"]);
    // Alone it is shown as what it states.
    let alone = fivetwenty(&["--paste", &folder.join("report.json").display().to_string()]);
    let alone = String::from_utf8_lossy(&alone.stdout).into_owned();
    assert!(alone.contains("That file states: The origin closed the connection") && !alone.contains("LIKELY"), "{alone}");
}
