//! Records the cases: with every browser in turn, proxied and direct, and checks that each recording shows its fault.

mod checks;
mod expected;
mod sides;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tokio::sync::Semaphore;
use tokio::task::{JoinSet, spawn_blocking};
use xtask::browsers::{Chromium, Firefox};
use xtask::run::{Steps, root};

use crate::case::{Case, Visit};
use crate::cases;
use crate::recorders::curl::Curl;
use crate::recorders::{Certificates, Export, Plan, Recorder, Step};
use checks::{check, check_anonymous};
use expected::expected;
use sides::{Side, direct, proxied};

/// What `lab` can be told.
#[derive(clap::Args)]
pub struct Options {
    /// The cases to record; all of them when none is named
    cases: Vec<String>,
    /// What to record them with; everything when nothing is named
    #[arg(long, value_enum, value_name = "PROGRAM")]
    with: Vec<With>,
}

/// What cases are recorded with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum With {
    Chromium,
    Firefox,
    Curl,
    /// Nothing: only what a diagnosis must come to is written again, beside the captures that are there
    Expect,
}

/// The case that the page shows as its sample, and whose values tests know: it is recorded again only when it is named.
const SAMPLE: &str = "chromium-156/empty-reply";

/// How many cases are recorded at once.
const AT_ONCE: usize = 3;

/// Records the cases.
///
/// # Errors
/// When a browser or curl cannot be had, or a recording does not show its fault.
pub async fn record(options: &Options) -> Result<()> {
    let mut steps = Steps::default();
    let with = |program| options.with.is_empty() || options.with.contains(&program);
    let mut recorders = Vec::new();
    if with(With::Chromium) {
        recorders.push(Recorder::Chromium(Chromium::set_up(&mut steps)?));
    }
    if with(With::Firefox) {
        recorders.push(Recorder::Firefox(Firefox::set_up(&mut steps)?));
    }
    let lab = Arc::new(Lab {
        folder: root().join("tests/data/lab"),
        recorders,
        curl: if with(With::Curl) { Some(Curl::find()?) } else { None },
        named: !options.cases.is_empty(),
    });
    for recorder in &lab.recorders {
        lab.note_other_versions(recorder);
    }
    let cases = chosen(&options.cases)?;
    let free = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for case in cases {
        let (lab, free) = (Arc::clone(&lab), Arc::clone(&free));
        running.spawn(async move {
            let _place = free.acquire_owned().await;
            (case.name, lab.record(case).await)
        });
    }
    let mut failed = BTreeSet::new();
    while let Some(done) = running.join_next().await {
        match done? {
            (name, Ok(bytes)) => println!("· {name}: {} KB", bytes / 1024),
            (name, Err(error)) => {
                eprintln!("· {name}: NOT RECORDED: {error:#}");
                failed.insert(name);
            }
        }
    }
    ensure!(failed.is_empty(), "not recorded: {}", failed.into_iter().collect::<Vec<_>>().join(", "));
    Ok(())
}

fn chosen(names: &[String]) -> Result<Vec<&'static Case>> {
    if names.is_empty() {
        return Ok(cases::all().collect());
    }
    let find = |name: &String| cases::all().find(|case| case.name == name).with_context(|| unknown(name));
    names.iter().map(find).collect()
}

fn unknown(name: &str) -> String {
    let names: Vec<&str> = cases::all().map(|case| case.name).collect();
    format!("there is no case {name}; there are {}", names.join(", "))
}

struct Lab {
    folder: PathBuf,
    recorders: Vec<Recorder>,
    curl: Option<Curl>,
    named: bool,
}

impl Lab {
    /// Folders of recordings by another major version.
    fn note_other_versions(&self, recorder: &Recorder) {
        let (browser, major) = (recorder.browser(), recorder.major());
        let ours = format!("{browser}-{major}");
        let folders = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for name in folders.map(|entry| entry.file_name().to_string_lossy().into_owned()) {
            if name.starts_with(browser) && !name.starts_with(&ours) {
                println!("note: {name} was recorded by another version than the one here, {ours}; it stays as it is");
            }
        }
    }

    /// Writes what a case must come to beside its captures in every form.
    fn write_expectations(&self, case: &Case) -> Result<()> {
        for form in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let folder = form.path().join(case.name);
            if folder.join("proxied.har").exists() {
                let expected = expected(case, &form.file_name().to_string_lossy());
                write(&folder, "expect.json", &(serde_json::to_string_pretty(&expected)? + "\n"))?;
            }
        }
        Ok(())
    }

    /// Records a case in every form, and returns how many bytes it took.
    async fn record(&self, case: &'static Case) -> Result<usize> {
        let mut bytes = 0;
        for recorder in &self.recorders {
            let (proxied, direct) = (proxied(case).await?, direct(case).await?);
            let captures = [recorder.record(&plan(&proxied)).await?, recorder.record(&plan(&direct)).await?];
            let redundant = redundant(&captures);
            for form in &redundant {
                remove(&self.folder.join(form).join(case.name))?;
            }
            for (side, exports) in [proxied, direct].iter().zip(captures) {
                let shows = if side.name == "proxied" { case.proxied } else { case.direct };
                for export in exports {
                    if redundant.contains(&export.form) {
                        continue;
                    }
                    let shows = match recorder {
                        Recorder::Chromium(_) => shows,
                        Recorder::Firefox(_) if side.name == "proxied" => case.in_firefox().0,
                        Recorder::Firefox(_) => case.in_firefox().1,
                    };
                    check(&export.har, shows).with_context(|| format!("{} of {}", side.name, export.form))?;
                    if !self.named && format!("{}/{}", export.form, case.name) == SAMPLE {
                        println!("note: {SAMPLE} stays as it is, for tests know its values; name the case to record it again");
                        continue;
                    }
                    let folder = self.folder.join(&export.form).join(case.name);
                    bytes += write(&folder, &format!("{}.har", side.name), &export.har)?;
                }
            }
        }
        self.write_expectations(case)?;
        if let Some(curl) = &self.curl {
            for side in [proxied(case).await?, direct(case).await?] {
                let (name, folder) = (side.name, self.folder.join(&curl.form).join(case.name));
                let curl = curl.clone();
                let transcript = spawn_blocking(move || transcript(&curl, case, &side)).await??;
                bytes += write(&folder, &format!("{name}.txt"), &transcript)?;
            }
        }
        Ok(bytes)
    }
}

fn plan(side: &Side) -> Plan {
    let mut steps = Vec::new();
    let mut rounds = 0;
    for visit in side.visit {
        match visit {
            Visit::Open(path) => {
                let base = if path.starts_with("//") { side.scheme() } else { &side.base };
                steps.push(Step::Open(format!("{base}{path}")));
                rounds = 1;
            }
            Visit::Again => {
                steps.push(Step::Click("#again".to_owned()));
                rounds += 1;
            }
        }
        // What comes instead of the page has no list, and nothing to wait for.
        steps.push(Step::Await(format!("#list[data-rounds='{rounds}'], html:not(:has(#list))")));
        steps.push(Step::Pause(Duration::from_millis(100)));
    }
    Plan { hosts: side.hosts.clone(), certificates: side.certificates, steps }
}

fn transcript(curl: &Curl, case: &Case, side: &Side) -> Result<String> {
    let (target, options) = case.curl.split_first().context("the case names no target for curl")?;
    let mut options = options.to_vec();
    if side.base.starts_with("https") && side.certificates == Certificates::Any {
        options.push("-k");
    }
    curl.transcript(&format!("{}{target}", side.base), &options, side.hosts.first())
}

/// The forms that say of a case what its first form says to the byte: where nothing sensitive was sent, Chromium's exports are one.
fn redundant(captures: &[Vec<Export>]) -> Vec<String> {
    let first = captures.first().into_iter().flatten().skip(1).map(|export| export.form.clone());
    let is_copy = |exports: &Vec<Export>, form: &String| exports.iter().any(|export| export.form == *form && export.har == exports[0].har);
    first.filter(|form| captures.iter().all(|exports| is_copy(exports, form))).collect()
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

fn write(folder: &Path, name: &str, text: &str) -> Result<usize> {
    check_anonymous(text).with_context(|| name.to_owned())?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    fs::write(folder.join(name), text).with_context(|| format!("cannot write {name}"))?;
    Ok(text.len())
}
