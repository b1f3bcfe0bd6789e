//! What the fuzzer has found to be worth keeping, on every machine: see `fuzz/`.

use std::path::{Path, PathBuf};

#[allow(unreachable_pub, reason = "the fuzzer's own package makes it public")]
#[path = "../../fuzz/src/lib.rs"]
pub(crate) mod targets;

/// Gives every kept input of a target to it, and says which one it was that it cannot stand.
fn replay(target: &str, check: fn(&[u8])) {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let inputs = |kept: &str| -> Vec<PathBuf> {
        let folder = fuzz.join(kept).join(target);
        folder.read_dir().map(|files| files.map(|file| file.unwrap().path()).collect()).unwrap_or_default()
    };
    let corpus = inputs("corpus");
    assert!(!corpus.is_empty(), "fuzz/corpus/{target} is there");
    for path in corpus.into_iter().chain(inputs("regressions")) {
        let input = std::fs::read(&path).unwrap();
        let held = std::panic::catch_unwind(|| check(&input));
        assert!(held.is_ok(), "{} breaks it", path.display());
    }
}

/// Breaks when what holds for the tokenizer no longer holds for an input that was kept.
#[test]
fn the_tokenizer_stands_the_corpus() {
    replay("tokenizer", targets::tokenizer);
}

/// Breaks when what holds for the decoder no longer holds for an input that was kept.
#[test]
fn the_decoder_stands_the_corpus() {
    replay("decoder", targets::decoder);
}

/// Breaks when what holds for packed files no longer holds for an input that was kept.
#[test]
fn unpacking_stands_the_corpus() {
    replay("unpack", targets::unpack);
}

/// Breaks when what holds for the redaction no longer holds for an input that was kept.
#[test]
fn the_redaction_stands_the_corpus() {
    replay("redactor", targets::redactor);
}

/// Breaks when what holds for pasted texts no longer holds for an input that was kept.
#[test]
fn pasting_stands_the_corpus() {
    replay("paste", targets::paste);
}
