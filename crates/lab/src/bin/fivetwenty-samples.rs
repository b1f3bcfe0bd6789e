//! `cargo xtask samples` runs this.

use std::process::ExitCode;

use clap::Parser;
use fivetwenty_lab::samples;

/// Write the pasted text in tests/data/pasted anew, with the tools and servers that people paste from; needs root on Linux
#[derive(Parser)]
#[command(bin_name = "cargo xtask samples")]
struct Cli {
    #[command(flatten)]
    options: samples::Options,
}

#[tokio::main]
async fn main() -> ExitCode {
    xtask::run::exit_code(samples::samples(&Cli::parse().options).await)
}
