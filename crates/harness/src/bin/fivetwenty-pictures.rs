//! `cargo xtask pictures` runs this.

use std::process::ExitCode;

use clap::Parser;
use fivetwenty_harness::pictures;

/// Take pictures of the page in all states: a sheet for each engine, and the pictures of the documents
#[derive(Parser)]
#[command(bin_name = "cargo xtask pictures")]
struct Cli {
    #[command(flatten)]
    options: pictures::Options,
}

#[tokio::main]
async fn main() -> ExitCode {
    xtask::run::exit_code(pictures::pictures(&Cli::parse().options).await)
}
