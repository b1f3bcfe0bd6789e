//! `cargo xtask deny`: whether every dependency is one that `deny.toml` lets in.

use anyhow::Result;

use crate::run::{Steps, run};
use crate::tools;

/// What `deny` can be told.
#[derive(clap::Args)]
pub struct Options {
    /// Ask the list of known vulnerabilities too, which needs the network
    #[arg(long)]
    advisories: bool,
}

/// Checks the dependencies.
///
/// # Errors
/// When one is not let in.
pub fn deny(options: &Options) -> Result<()> {
    let mut steps = Steps::default();
    tools::cargo_deny(&mut steps)?;
    check()?;
    if options.advisories { cargo_deny(&["advisories"]) } else { Ok(()) }
}

/// Checks what can be checked without the network; cargo-deny must be there.
///
/// # Errors
/// When a dependency is not let in.
pub fn check() -> Result<()> {
    cargo_deny(&["bans", "licenses", "sources"])
}

fn cargo_deny(what: &[&str]) -> Result<()> {
    run(tools::with_tools("cargo-deny")?.args(["--workspace", "--locked", "check"]).args(what))
}
