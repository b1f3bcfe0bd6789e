//! Bundles of small captures.

use proptest::collection::vec;
use proptest::prelude::*;
use rawzip::ZipArchive;
use serde_json::{Value, json};

use std::rc::Rc;

use fivetwenty_captures::har::Capture;
use fivetwenty_diagnose::{Case, Inputs};
use fivetwenty_model::plan::Plan;
use fivetwenty_redact::{Policy, Tokens, leak_check};

use super::error::BundleError;
use super::writer::{HarFile, choose};
use super::{Bundle, HarWriter, MANIFEST_SCHEMA, MAX_BYTES};

/// A capture whose entries, for all but the path, are as long as this.
fn har(statuses: &[u16], length: usize) -> Value {
    let entry = |(index, status): (usize, &u16)| {
        let response = json!({"status": status, "headers": [{"name": "server", "value": "cloudflare"}], "comment": "S3cr3t-0815"});
        let url = format!("https://shop.example/{index}{}", "/page".repeat(length / 5));
        json!({"request": {"method": "GET", "url": url}, "response": response})
    };
    json!({"log": {"creator": {"name": "test", "version": "1"}, "entries": statuses.iter().enumerate().map(entry).collect::<Vec<_>>()}})
}

fn plan(har: &Value) -> Plan {
    let capture = Some(Rc::new(Capture::read("a.har", [har.to_string().as_bytes()]).unwrap()));
    let trace = "h=shop.example\nip=203.0.113.77\nts=1772941360.629\nuag=Mozilla/5.0\ncolo=TPE\nnew=a b\n".parse().unwrap();
    let (captures, now) = ([capture, None, None], "2026-12-01T00:00:00Z".parse().unwrap());
    let inputs = Inputs { captures, trace: Some(trace), now, ..Inputs::default() };
    crate::bundle::plan(&Case::new(inputs).diagnose(), Vec::new())
}

fn write(har: &Value, max: u64, tokens: &mut Tokens) -> Result<HarFile, BundleError> {
    let text = serde_json::to_vec_pretty(har).unwrap();
    HarWriter::with_max(plan(har).captures.remove(0), max, &Policy::default(), tokens).write(&mut |push| {
        text.chunks(1000).for_each(push);
        Ok(())
    })
}

fn make(har: &Value, max: u64) -> Result<Bundle, leak_check::Leak> {
    let mut tokens = Tokens::default();
    let hars = vec![write(har, max, &mut tokens).unwrap()];
    bundle(har, hars, &tokens)
}

fn bundle(har: &Value, hars: Vec<HarFile>, tokens: &Tokens) -> Result<Bundle, leak_check::Leak> {
    Bundle::new(&plan(har), hars, &[], &Policy::default(), tokens, true)
}

fn manifest(bundle: &Bundle) -> Value {
    let file = bundle.files().last().unwrap();
    assert_eq!(file.name, "manifest.json");
    serde_json::from_slice(&file.bytes).unwrap()
}

/// Breaks when a file is missing or has another name, the manifest says what is not so, or the same input makes other bytes.
#[test]
fn the_bundle_says_what_is_in_it() {
    let har = har(&[200, 520, 200], 10);
    let bundle = make(&har, MAX_BYTES).unwrap();
    assert!(bundle.files().iter().map(|file| file.name).eq([
        "proxied.har",
        "trace.txt",
        "summary.txt",
        "report.txt",
        "report.html",
        "report.json",
        "support.txt",
        "manifest.json"
    ]));
    let manifest = manifest(&bundle);
    assert_eq!(manifest["schema"], MANIFEST_SCHEMA);
    assert_eq!(manifest["made_by"], json!({"name": "fivetwenty", "version": env!("CARGO_PKG_VERSION")}));
    assert_eq!(manifest["redacted"], json!([{"kind": "comment", "place": "response", "name": "", "times": 3}]));
    assert_eq!(manifest["trimmed"], json!([]));
    assert_eq!(manifest["files"].as_array().unwrap().len(), 7);
    let trace = "h=shop.example\nip=[12 bytes]\nts=1772941360.629\nuag=[11 bytes]\ncolo=TPE\nnew=[3 bytes]\n";
    assert_eq!(String::from_utf8_lossy(&bundle.files()[1].bytes), trace);
    assert_eq!(bundle.files(), make(&har, MAX_BYTES).unwrap().files());
}

/// Breaks when a value that is left somewhere does not keep everything in, or one that stands in a field that stays does.
#[test]
fn a_removed_value_keeps_everything_in() {
    let (har, mut tokens) = (har(&[200, 520, 200], 10), Tokens::default());
    let mut file = write(&har, MAX_BYTES, &mut tokens).unwrap();
    let (length, allowlisted) = (file.bytes.len(), file.allowlisted.clone());
    file.bytes.extend_from_slice(b" \"S3cr3t%2D0815\"");
    file.allowlisted.push_str("S3cr3t-0816\n");
    let error = format!("proxied.har: byte {}: a value that was removed (comment) is still there, percent-encoded", length + 14);
    assert_eq!(bundle(&har, vec![file], &tokens).unwrap_err().to_string(), error);
    let mut file = write(&har, MAX_BYTES, &mut tokens).unwrap();
    assert_eq!(file.allowlisted, allowlisted);
    file.bytes.extend_from_slice(b" \"S3cr3t%2D0815\"");
    file.allowlisted.push_str("/S3cr3t-0815/\n");
    assert!(bundle(&har, vec![file], &tokens).is_ok());
}

/// Breaks when a leak does not name the entry of the capture and the place in it, or names another one where entries were left out.
#[test]
fn a_leak_names_its_entry() {
    let mut statuses = [200; 40];
    (statuses[17], statuses[30]) = (520, 503);
    let (har, mut tokens) = (har(&statuses, 1000), Tokens::default());
    let mut file = write(&har, 10_000, &mut tokens).unwrap();
    let at = String::from_utf8_lossy(&file.bytes).find("/17/page/page/page").unwrap();
    file.bytes[at + 3..at + 14].copy_from_slice(b"S3cr3t-0815");
    let error = bundle(&har, vec![file], &tokens).unwrap_err().to_string();
    assert_eq!(
        error,
        format!("proxied.har: byte {}, entry 17, request.url: a value that was removed (comment) is still there, as it is", at + 13)
    );
}

/// Breaks when the path of a leak names another member, or lets a name leave that is the file's own.
#[test]
fn a_leak_names_its_path() {
    let (har, mut tokens) = (har(&[200, 520], 10), Tokens::default());
    let file = write(&har, MAX_BYTES, &mut tokens).unwrap();
    let text = String::from_utf8(file.bytes).unwrap();
    for (at, with, path) in [
        ("\"cloudflare\"", "\"a S3cr3t-0815 b\"", "entry 0, response.headers[0].value"),
        ("\"GET\"", "{\"S3cr3t-0815\": 1}", "entry 0, request.method.[11 bytes]"),
        ("\"test\"", "\"S3cr3t-0815\"", "log.creator.name"),
    ] {
        let mut file = write(&har, MAX_BYTES, &mut Tokens::default()).unwrap();
        file.bytes = text.replacen(at, with, 1).into_bytes();
        let error = bundle(&har, vec![file], &tokens).unwrap_err().to_string();
        assert!(error.contains(&format!(", {path}: a value that was removed (comment)")), "{error}");
    }
}

/// Breaks when a short value that was left in its field is taken for redacted.
#[test]
fn short_values_are_known_by_their_fields() {
    let mut file = write(&har(&[520], 10), MAX_BYTES, &mut Tokens::default()).unwrap();
    assert!(file.check_redacted(&Policy::default(), Tokens::default()).is_ok());
    file.bytes = br#"[{"request": {"url": "https://shop.example/", "cookies": [{"name": "a", "value": "b"}]}}]"#.to_vec();
    let error = "proxied.har: a value (cookie) is still there, in request.cookies";
    assert_eq!(file.check_redacted(&Policy::default(), Tokens::default()).unwrap_err().to_string(), error);
}

/// Breaks when what tells most goes before what tells less, the manifest names other entries than those that went, or a value of what
/// went is counted.
#[test]
fn a_large_har_keeps_what_tells_most() {
    let mut statuses = [200; 40];
    (statuses[17], statuses[30], statuses[39]) = (520, 503, 404);
    let bundle = make(&har(&statuses, 1000), 10_000).unwrap();
    let file = &bundle.files()[0];
    let written: Value = serde_json::from_slice(&file.bytes).unwrap();
    let index = |entry: &Value| entry["request"]["url"].as_str().unwrap().split('/').nth(3).unwrap().to_owned();
    let indexes: Vec<String> = written["log"]["entries"].as_array().unwrap().iter().map(index).collect();
    assert!(file.bytes.len() <= 10_000 && file.bytes.len() > 8_000, "{}", file.bytes.len());
    assert_eq!(indexes, ["0", "1", "2", "3", "4", "17", "30"]);
    let manifest = manifest(&bundle);
    let trimmed = json!([{"file": "proxied.har", "entries": 40, "left_out": 33, "ranges": [[5, 16], [18, 29], [31, 39]]}]);
    assert_eq!((&manifest["trimmed"], &manifest["redacted"][0]["times"]), (&trimmed, &7.into()));
}

/// Breaks when a HAR that cannot be made small enough is given out as it is, or is tried again for ever.
#[test]
fn a_har_that_cannot_be_small_enough_is_refused() {
    let write = |max| write(&har(&[520; 3], 1000), max, &mut Tokens::default());
    assert_eq!(write(50).unwrap_err().to_string(), "proxied.har: it has 108 bytes without any entry, and may have 50");
    let trimmed = write(200).unwrap().trimmed().unwrap();
    assert_eq!((trimmed.entries, trimmed.left_out, trimmed.ranges), (3, 3, vec![[0, 2]]));
}

/// Breaks when an archive is not the same each time, its members are not the files, or its times are those of now.
#[test]
fn the_archive_holds_the_same_files() {
    let bundle = make(&har(&[520], 10), MAX_BYTES).unwrap();
    let zip = bundle.to_zip().unwrap();
    assert_eq!(zip, bundle.to_zip().unwrap());
    let archive = ZipArchive::from_slice(&zip).unwrap();
    let mut files = bundle.files().iter();
    for member in archive.entries() {
        let (member, file) = (member.unwrap(), files.next().unwrap());
        assert_eq!(member.file_path().as_ref(), file.name.as_bytes());
        assert_eq!(archive.get_entry(member.wayfinder()).unwrap().data(), file.bytes);
    }
    assert_eq!(files.next(), None);
}

proptest! {
    /// Breaks when entries are kept that do not fit, none goes, or one goes that would have fitted and tells more than one that stays.
    #[test]
    fn what_fits_is_kept(entries in vec((0_u8..4, 1_u64..50), 1..40), shell in 2_u64..50, share in 0_u64..100) {
        let mut at = shell;
        let mut places = Vec::new();
        for (_, bytes) in &entries {
            places.push(at..at + bytes);
            at += bytes + 1;
        }
        let ranks: Vec<u8> = entries.iter().map(|(rank, _)| *rank).collect();
        let max = shell + (at - shell) * share / 100;
        let fits = choose(&ranks, &places, at, max);
        let kept: u64 = entries.iter().zip(&fits).filter(|(_, fits)| **fits).map(|((_, bytes), _)| bytes + 1).sum();
        prop_assert!(shell + kept <= max + 1, "{kept} {max}");
        prop_assert!(fits.contains(&false));
        for (index, (rank, bytes)) in entries.iter().enumerate().filter(|(index, _)| !fits[*index]) {
            let before = entries.iter().zip(&fits).enumerate().filter(|(at, ((other, _), fits))| **fits && (*other, *at) < (*rank, index));
            let taken: u64 = before.map(|(_, ((_, bytes), _))| bytes + 1).sum();
            prop_assert!(taken + bytes + 1 + shell + 1 > max || fits.iter().filter(|fits| !**fits).count() == 1);
        }
    }
}
