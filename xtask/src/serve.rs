//! `cargo xtask serve`: the page on this machine.

use std::env;
use std::path::Path;
use std::process::Stdio;

use anyhow::Result;
use tokio::runtime;

use crate::run::{Steps, command};
use crate::server::{Server, site};
use crate::{dist, tools};

/// What `serve` can be told.
#[derive(clap::Args)]
pub struct Options {
    /// The port; 0 takes any free one
    #[arg(long, default_value_t = 8520)]
    port: u16,
    /// Do not open a browser
    #[arg(long)]
    no_open: bool,
}

/// Builds the page and serves it until Ctrl-C.
///
/// # Errors
/// When it cannot be built, or the port is taken.
pub fn serve(options: &Options) -> Result<()> {
    let mut steps = Steps::default();
    tools::set_up(&mut steps)?;
    let folder = steps.step("build the page", dist::build_to_serve)?;
    runtime::Builder::new_current_thread().enable_all().build()?.block_on(serve_folder(&folder, options))
}

async fn serve_folder(folder: &Path, options: &Options) -> Result<()> {
    let server = Server::start(site(folder)?, options.port).await?;
    let url = format!("{}/", server.url());
    println!("\nServing the page at {url}\nPress Ctrl-C to end.");
    if !options.no_open {
        open(&url);
    }
    tokio::signal::ctrl_c().await?;
    Ok(())
}

/// Opens the page in the person's browser; on a machine without a desktop the printed address has to do.
fn open(url: &str) {
    let opener: &[&str] = match env::consts::OS {
        "macos" => &["open"],
        "windows" => &["cmd", "/C", "start", ""],
        _ if env::var_os("DISPLAY").is_some() || env::var_os("WAYLAND_DISPLAY").is_some() => &["xdg-open"],
        _ => return,
    };
    let started = command(opener[0]).args(&opener[1..]).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if started.is_err() {
        println!("No browser could be opened: open the address yourself.");
    }
}
