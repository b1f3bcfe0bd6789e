//! `fivetwenty-site FOLDER`: adds the pages of the causes to a folder in which the page was built. `cargo xtask seal` runs it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Parser;
use fivetwenty_site::Site;

/// Adds the pages of the causes, robots.txt and a sitemap to the built page
#[derive(Parser)]
#[command(version)]
struct Options {
    /// The folder of the built page
    folder: PathBuf,
    /// Where the page will be, as `https://site.example/tools/`
    #[arg(long, value_name = "URL")]
    address: Option<String>,
}

fn main() -> Result<()> {
    let Options { folder, address } = Options::parse();
    let site = Site { address, icon: icon(&folder)? };
    for file in site.files() {
        write(&folder.join(file.path), &file.text)?;
    }
    let index = folder.join("index.html");
    let page = fs::read_to_string(&index).with_context(|| format!("cannot read {}", index.display()))?;
    let page = site.completed(&page).with_context(|| format!("{} has no head, or no list for the causes", index.display()))?;
    write(&index, &page)
}

/// The name that Trunk gave the icon.
fn icon(folder: &Path) -> Result<String> {
    let files = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let names = files.map(|file| Ok(file?.file_name().to_string_lossy().into_owned())).collect::<Result<Vec<_>>>()?;
    names.into_iter().find(|name| name.starts_with("icon-")).with_context(|| format!("{} has no icon", folder.display()))
}

fn write(file: &Path, text: &str) -> Result<()> {
    let made = file.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(file, text)).with_context(|| format!("cannot write {}", file.display()))
}
