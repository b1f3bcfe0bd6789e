//! What the fuzzer has found to be worth keeping, on every machine: see `fuzz/`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use rawzip::ZipArchive;

#[allow(unreachable_pub, reason = "the fuzzer's own package makes it public")]
#[path = "../../fuzz/src/lib.rs"]
pub(crate) mod targets;

/// What is kept of one kind.
fn kept(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz").join(kind)
}

/// The corpus of a target, by the names of its inputs: one packed file, made by `cargo xtask fuzz --keep`.
pub(crate) fn corpus(target: &str) -> BTreeMap<String, Vec<u8>> {
    let packed = fs::read(kept("corpus").join(target).with_extension("zip")).unwrap();
    let archive = ZipArchive::from_slice(&packed).unwrap();
    let mut inputs = BTreeMap::new();
    for member in archive.entries() {
        let member = member.unwrap();
        let stored = archive.get_entry(member.wayfinder()).unwrap();
        let mut input = Vec::new();
        stored.verifying_reader(stored.data()).read_to_end(&mut input).unwrap();
        let name = String::from_utf8(member.file_path().as_ref().to_vec()).unwrap();
        assert!(inputs.insert(name.clone(), input).is_none(), "{name} is there twice");
    }
    inputs
}

/// Inputs that broke a target once, by names that say what they were.
fn regressions(target: &str) -> BTreeMap<String, Vec<u8>> {
    let files = kept("regressions").join(target).read_dir();
    let paths: Vec<PathBuf> = files.map(|files| files.map(|file| file.unwrap().path()).collect()).unwrap_or_default();
    paths.into_iter().map(|path| (path.display().to_string(), fs::read(path).unwrap())).collect()
}

/// Gives every kept input of a target to it, and says which one it was that it cannot stand. `least` is how many inputs its corpus and its
/// regressions have at least: fewer are a loss that must be meant.
fn replay(target: &str, least: (usize, usize), check: fn(&[u8])) {
    let (corpus, regressions) = (corpus(target), regressions(target));
    assert!(corpus.len() >= least.0, "only {} inputs in the corpus of {target}", corpus.len());
    assert!(regressions.len() >= least.1, "only {} regressions of {target}", regressions.len());
    for (name, input) in corpus.iter().chain(&regressions) {
        assert!(catch_unwind(|| check(input)).is_ok(), "{name} breaks {target}");
    }
}

/// Breaks when what holds for the tokenizer no longer holds for an input that was kept.
#[test]
fn the_tokenizer_stands_the_corpus() {
    replay("tokenizer", (400, 0), targets::tokenizer);
}

/// Breaks when what holds for the decoder no longer holds for an input that was kept.
#[test]
fn the_decoder_stands_the_corpus() {
    replay("decoder", (1_000, 4), targets::decoder);
}

/// Breaks when what holds for packed files no longer holds for an input that was kept.
#[test]
fn unpacking_stands_the_corpus() {
    replay("unpack", (800, 0), targets::unpack);
}

/// Breaks when what holds for the redaction no longer holds for an input that was kept.
#[test]
fn the_redaction_stands_the_corpus() {
    replay("redactor", (250, 3), targets::redactor);
}

/// Breaks when what holds for pasted texts no longer holds for an input that was kept.
#[test]
fn pasting_stands_the_corpus() {
    replay("paste", (230, 2), targets::paste);
}

/// Breaks when what holds for Cloudflare's logs does not hold for logs of every form, or for JSON and texts that were kept for others.
#[test]
fn the_reader_of_logs_stands_the_corpora() {
    replay("logs", (18, 0), targets::logs);
    replay("tokenizer", (400, 0), targets::logs);
    replay("paste", (230, 2), targets::logs);
}
