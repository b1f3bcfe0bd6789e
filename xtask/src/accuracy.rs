//! `cargo xtask accuracy`: how often the diagnosis is right, as a table.

use anyhow::Result;

use crate::run::{cargo, run};

/// Runs all recorded cases, as recorded and perturbed, and prints how many are right, tied and wrong.
///
/// # Errors
/// When less is right than the project promises.
pub fn accuracy() -> Result<()> {
    // The figures come from the very tests that keep them.
    run(cargo().args([
        "test",
        "--quiet",
        "--package",
        "fivetwenty-cli",
        "--test",
        "it",
        "--",
        "accuracy::",
        "--nocapture",
        "--test-threads=1",
    ]))
}
