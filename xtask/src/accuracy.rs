//! `cargo xtask accuracy`: how often the diagnosis is right, as a table.

use anyhow::Result;

use crate::run::{cargo, run};

/// Runs all recorded cases, with both captures and with one, as recorded, perturbed and mixed, and prints how many are right alone, tied,
/// wrong, or without a word. `docs/accuracy.md` says what the columns mean.
///
/// # Errors
/// When less is right than the project promises.
pub fn accuracy() -> Result<()> {
    // The figures come from the very tests that keep them.
    let tests = ["test", "--quiet", "--package", "fivetwenty-cli", "--test", "it"];
    // One after another, so that their tables do not mix.
    run(cargo().args(tests).args(["--", "accuracy::", "--nocapture", "--test-threads=1"]).env("RUST_BACKTRACE", "0"))
}
