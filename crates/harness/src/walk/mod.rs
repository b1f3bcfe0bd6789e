//! `cargo xtask walk`: what a person who has an error to explain meets on the page, in figures.
//!
//! One browser, the sample's captures, then 50,000 rows a side. Of another build, given with `--dist`, what it has is measured.

mod figures;
mod many;
mod person;

use std::path::PathBuf;

use anyhow::Result;
use xtask::dist;
use xtask::run::{Steps, target};

use crate::browsers::Engine;
use crate::page::{Beside, Page, built};
use crate::states::STATES;
use figures::Figures;

/// What `walk` can be told.
#[derive(clap::Args)]
pub struct Options {
    /// The browser
    #[arg(long, value_enum, default_value_t = Engine::Chromium)]
    engine: Engine,
    /// A folder with a built page, instead of one that is built now
    #[arg(long)]
    dist: Option<PathBuf>,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

/// Walks through the page and prints what was measured.
///
/// # Errors
/// When the page cannot be built, or the browser does not do what it is told.
pub async fn walk(options: &Options) -> Result<()> {
    let mut steps = Steps::default();
    let folder = built(options.dist.as_deref(), &mut steps)?;
    let mut figures = Figures::default();
    let page = Page::open(&mut steps, options.engine, &folder, Beside::default()).await?;
    page.grant_clipboard().await?;
    person::journey(&page, &mut figures).await?;
    for you in person::YOU {
        person::look(&page, you, &mut figures).await?;
    }
    person::tab_stops(&page, &mut figures).await?;
    many::rows(&page, &target().join("bench"), &mut figures).await?;
    findings(&page, &mut figures).await?;
    page.end().await?;
    for load in dist::loads(&folder)? {
        figures.add_limited(format!("size of {}", load.name), load.brotli, "B Brotli", load.budget);
    }
    if options.json {
        println!("{}", serde_json::to_string_pretty(&figures)?);
    } else {
        println!("{figures}");
    }
    Ok(())
}

/// What axe-core finds in each state, in both themes.
async fn findings(page: &Page, figures: &mut Figures) -> Result<()> {
    for state in &STATES {
        let found = match page.bring(state).await {
            Ok(()) => page.axe().await?,
            // An earlier build has not all of them.
            Err(error) => {
                eprintln!("  {error:#}");
                figures.miss(format!("axe: {}", state.name));
                continue;
            }
        };
        for finding in &found {
            eprintln!("  {}: {finding}", state.name);
        }
        figures.add_limited(format!("axe: {}", state.name), found.len(), "findings", 0);
    }
    Ok(())
}
