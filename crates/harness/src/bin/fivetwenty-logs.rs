//! `cargo xtask logs` runs this.

use std::process::ExitCode;

use clap::Parser;
use fivetwenty_harness::logs;

/// Write synthetic records of Cloudflare's logs with planted patterns, or compare what is counted of them with DuckDB
#[derive(Parser)]
#[command(bin_name = "cargo xtask logs", arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    options: logs::Options,
}

fn main() -> ExitCode {
    xtask::run::exit_code(logs::logs(&Cli::parse().options))
}
