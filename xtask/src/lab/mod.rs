//! `cargo xtask lab`: labelled captures of real faults by a real browser.
//!
//! Only Cloudflare's edge is simulated: the faults, their framing, and what the browser makes of them are real, and the captures are
//! the browser's own export.

mod chromium;
pub mod edge;
mod firefox;
pub mod origin;
pub mod recorder;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Serialize;
use serde_json::Value;

use crate::browser::Chromium;
use crate::firefox::Firefox;
use crate::run::{Steps, root};
use crate::server::Server;

use edge::{Edge, TraceAccess};
use origin::{Fault, Origin};
use recorder::{Certificates, Host, Plan, Recorder, Step};

/// What `lab` can be told.
#[derive(clap::Args)]
pub struct Options {
    /// The cases to record; all of them when none is named
    #[arg(value_enum)]
    cases: Vec<Case>,
    /// The browsers to record with; all of them when none is named
    #[arg(long, value_enum)]
    browser: Vec<Kind>,
}

/// A browser that the lab records with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    Chromium,
    Firefox,
}

impl Kind {
    const ALL: [Self; 2] = [Self::Chromium, Self::Firefox];

    fn set_up(self, steps: &mut Steps) -> Result<Recorder> {
        Ok(match self {
            Self::Chromium => Recorder::Chromium(Chromium::set_up(steps)?),
            Self::Firefox => Recorder::Firefox(Firefox::set_up(steps)?),
        })
    }
}

/// A fault with its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Case {
    /// The origin reads the request and closes the connection without a byte
    EmptyReply,
}

/// What a diagnosis of a case must come to.
#[derive(Serialize)]
struct Expect {
    /// The cause's id.
    cause: &'static str,
    /// How sure the diagnosis must be of it.
    status: &'static str,
    /// Causes that the captures contradict.
    ruled_out: &'static [&'static str],
}

impl Case {
    const ALL: [Self; 1] = [Self::EmptyReply];

    fn name(self) -> &'static str {
        match self {
            Self::EmptyReply => "empty-reply",
        }
    }

    fn fault(self) -> Fault {
        match self {
            Self::EmptyReply => Fault::EmptyReply,
        }
    }

    fn expect(self, recorder: &Recorder) -> Expect {
        match (self, recorder) {
            (Self::EmptyReply, Recorder::Chromium(_)) => {
                Expect { cause: "empty-reply", status: "confirmed", ruled_out: &["headers-too-large", "not-520"] }
            }
            // Firefox does not say why a request failed.
            (Self::EmptyReply, Recorder::Firefox(_)) => Expect { cause: "empty-reply", status: "likely", ruled_out: &["not-520"] },
        }
    }

    /// The browser's own name for the fault, in the direct capture.
    fn error(self) -> &'static str {
        match self {
            Self::EmptyReply => "net::ERR_EMPTY_RESPONSE",
        }
    }
}

/// Records the cases.
///
/// # Errors
/// When the browser cannot be had, or a recording does not show its fault.
pub async fn lab(options: &Options) -> Result<()> {
    let mut steps = Steps::default();
    let kinds = if options.browser.is_empty() { &Kind::ALL[..] } else { &options.browser };
    let recorders = kinds.iter().map(|kind| kind.set_up(&mut steps)).collect::<Result<Vec<_>>>()?;
    let folder = root().join("tests/data/lab");
    let cases = if options.cases.is_empty() { &Case::ALL[..] } else { &options.cases };
    for recorder in &recorders {
        let (browser, major) = (recorder.browser(), recorder.major());
        for other in other_recordings(&folder, browser, major) {
            println!("note: {other} holds recordings of another browser than the one here, {browser}-{major}; they stay as they are");
        }
        for case in cases {
            println!("· record {} with {browser}-{major}", case.name());
            record(*case, recorder, &folder).await.with_context(|| format!("cannot record {} with {browser}", case.name()))?;
        }
    }
    Ok(())
}

async fn record(case: Case, recorder: &Recorder, folder: &Path) -> Result<()> {
    let origin = Origin::start(case.fault()).await?;
    let edge = Edge { origin: origin.address(), trace: TraceAccess::AnyOrigin };
    let edge = Server::start(edge.router(), 0).await?;
    let proxied = recorder.record(&plan(edge.address())).await?;
    let direct = recorder.record(&plan(origin.address())).await?;
    for (proxied, direct) in proxied.iter().zip(&direct) {
        check_proxied(&proxied.har)?;
        check_direct(&direct.har, case, recorder)?;
        let folder = folder.join(&proxied.form).join(case.name());
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let expect = serde_json::to_string_pretty(&case.expect(recorder))? + "\n";
        for (name, text) in [("proxied.har", &proxied.har), ("direct.har", &direct.har), ("expect.json", &expect)] {
            check_anonymous(text).context(name)?;
            fs::write(folder.join(name), text).with_context(|| format!("cannot write {name}"))?;
            println!("  {name}: {} bytes", text.len());
        }
        println!("  written to {}", folder.display());
    }
    Ok(())
}

/// How often the visit asks for the order list.
const ATTEMPTS: usize = 3;

fn plan(address: SocketAddr) -> Plan {
    let mut steps = vec![Step::Open("http://shop.example/".to_owned())];
    for attempt in 1..=ATTEMPTS {
        steps.push(Step::Await(format!("#orders[data-attempts='{attempt}']")));
        if attempt < ATTEMPTS {
            steps.push(Step::Click("#again".to_owned()));
        }
    }
    Plan { hosts: vec![Host { name: "shop.example".to_owned(), port: 80, address }], certificates: Certificates::Trusted, steps }
}

/// Folders of recordings by another major version of a browser.
fn other_recordings(folder: &Path, browser: &str, major: u32) -> Vec<String> {
    let ours = format!("{browser}-{major}");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with(browser) && !name.starts_with(&ours))
        .collect()
}

fn check_proxied(har: &str) -> Result<()> {
    let failing = entries(har)?.into_iter().filter(|entry| entry["response"]["status"] == 520).collect::<Vec<_>>();
    ensure!(failing.len() == ATTEMPTS, "the proxied capture shows {} answers of 520, not {}", failing.len(), ATTEMPTS);
    for entry in failing {
        let headers = entry["response"]["headers"].as_array().context("no headers")?;
        ensure!(headers.iter().any(|header| header["name"] == "cf-ray"), "a 520 has no cf-ray");
        let body = entry["response"]["content"]["text"].as_str().unwrap_or_default();
        ensure!(body.contains("Error code 520"), "a 520 has no error page");
    }
    Ok(())
}

fn check_direct(har: &str, case: Case, recorder: &Recorder) -> Result<()> {
    // Firefox does not say why a request failed.
    let shows = |response: &Value| matches!(recorder, Recorder::Firefox(_)) || response["_error"] == case.error();
    let failing = entries(har)?.iter().filter(|entry| entry["response"]["status"] == 0 && shows(&entry["response"])).count();
    ensure!(failing == ATTEMPTS, "the direct capture shows {} {failing} times, not {}", case.error(), ATTEMPTS);
    Ok(())
}

fn entries(har: &str) -> Result<Vec<Value>> {
    let mut har: Value = serde_json::from_str(har).context("the export is not JSON")?;
    match har["log"]["entries"].take() {
        Value::Array(entries) => Ok(entries),
        _ => bail!("the export has no entries"),
    }
}

/// Nothing of the machine that records may end up in the repository.
fn check_anonymous(text: &str) -> Result<()> {
    let variables = ["HOME", "USER", "HOSTNAME"];
    let mut names: Vec<String> = variables.iter().filter_map(|name| std::env::var(name).ok()).collect();
    names.push(root().to_string_lossy().into_owned());
    names.push(PathBuf::from("/tmp/").to_string_lossy().into_owned());
    for name in names.iter().filter(|name| name.len() > 3) {
        ensure!(!text.contains(name.as_str()), "the recording holds {name:?}, which is this machine's own");
    }
    Ok(())
}
