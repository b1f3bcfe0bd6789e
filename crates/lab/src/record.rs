//! Records the cases: with every browser in turn, proxied and direct, and checks that each recording shows its fault.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use fivetwenty_harness::servers::edge::{self, Edge, Speaks};
use fivetwenty_harness::servers::origin::{self, Listens, Origin};
use fivetwenty_harness::servers::site;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::task::{JoinSet, spawn_blocking};
use xtask::browsers::{Chromium, Firefox};
use xtask::run::{Steps, root};

use crate::cases::{self, At, CASES, Case, Shows, Visit};
use crate::recorders::curl::Curl;
use crate::recorders::{Certificates, Export, Host, Plan, Recorder, Step};

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

/// The causes that are one and the same in Firefox: there was no answer.
const SILENT: [&str; 4] = ["empty-reply", "connection-reset", "malformed-response", "invalid-headers"];

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
        return Ok(CASES.iter().collect());
    }
    let find = |name: &String| CASES.iter().find(|case| case.name == name).with_context(|| unknown(name));
    names.iter().map(find).collect()
}

fn unknown(name: &str) -> String {
    let names: Vec<&str> = CASES.iter().map(|case| case.name).collect();
    format!("there is no case {name}; there are {}", names.join(", "))
}

struct Lab {
    folder: PathBuf,
    recorders: Vec<Recorder>,
    curl: Option<Curl>,
    named: bool,
}

/// One side of a case: the servers, which run as long as this is there, and how they are reached.
struct Side {
    /// The file's name without its ending.
    name: &'static str,
    /// The scheme and host of its URLs.
    base: String,
    hosts: Vec<Host>,
    certificates: Certificates,
    origins: Vec<Origin>,
    edges: Vec<Edge>,
}

/// What a diagnosis of a case must come to, as it is written beside the captures.
#[derive(Serialize)]
struct Expected {
    /// The cause's id; none where nothing is wrong.
    cause: Option<&'static str>,
    /// Causes that are the same fault by other names: right as well.
    also: Vec<&'static str>,
    /// Where the fault is seen.
    seen: &'static str,
    /// How sure a diagnosis can be of it from this form; none where it does not show the cause, and other causes must not be above
    /// `possible` unless they stand in `also`.
    status: Option<&'static str>,
    /// Causes that the captures contradict.
    ruled_out: Vec<&'static str>,
    /// What happens in the case.
    about: &'static str,
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
            let captures = [recorder.record(&plan(case, &proxied)).await?, recorder.record(&plan(case, &direct)).await?];
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

/// The origin behind the edge, and the third party where there is one.
async fn proxied(case: &Case) -> Result<Side> {
    let origin = Origin::start(case.origin).await?;
    let edge = Edge::start(case.edge, origin.address()).await?;
    let secure = case.edge.speaks == Speaks::Https;
    let name = case.origin.site.host;
    let mut side = Side {
        name: "proxied",
        base: format!("{}://{name}", if secure { "https" } else { "http" }),
        hosts: vec![host(name, secure, edge.address())],
        certificates: Certificates::Any,
        origins: vec![origin],
        edges: vec![edge],
    };
    side.add_widget(case, secure).await?;
    Ok(side)
}

/// The origin alone, and the third party where there is one.
async fn direct(case: &Case) -> Result<Side> {
    let setup = case.direct_origin.unwrap_or(case.origin);
    let origin = Origin::start(setup).await?;
    let secure = setup.listens != Listens::Http;
    let scheme = if secure { "https" } else { "http" };
    let address = origin.address();
    let (base, hosts) = match case.at {
        At::SameHost => (format!("{scheme}://{}", setup.site.host), vec![host(setup.site.host, secure, address)]),
        At::Host(name) => (format!("{scheme}://{name}"), vec![host(name, secure, address)]),
        At::Address => (format!("{scheme}://{address}"), Vec::new()),
    };
    let mut side = Side { name: "direct", base, hosts, certificates: case.certificates, origins: vec![origin], edges: Vec::new() };
    side.add_widget(case, secure).await?;
    Ok(side)
}

impl Side {
    /// Starts the site that the case's page loads a script from: another customer of Cloudflare, with nothing wrong.
    async fn add_widget(&mut self, case: &Case, secure: bool) -> Result<()> {
        let Some(name) = case.origin.site.widget else { return Ok(()) };
        let site = site::Site { host: name, server: "ECS", page_headers: "", ..site::SHOP };
        let origin = Origin::start(origin::Setup { site, ..origin::HEALTHY }).await?;
        let speaks = if secure { Speaks::Https } else { Speaks::Http };
        let edge = Edge::start(edge::Setup { speaks, cached: site, colos: &["AMS"], ..edge::PLAIN }, origin.address()).await?;
        self.hosts.push(host(name, secure, edge.address()));
        self.origins.push(origin);
        self.edges.push(edge);
        Ok(())
    }
}

fn host(name: &str, secure: bool, address: std::net::SocketAddr) -> Host {
    Host { name: name.to_owned(), port: if secure { 443 } else { 80 }, address }
}

fn plan(case: &Case, side: &Side) -> Plan {
    let mut steps = Vec::new();
    let mut rounds = 0;
    for visit in case.visit {
        match visit {
            Visit::Open(path) => {
                steps.push(Step::Open(format!("{}{path}", side.base)));
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

fn expected(case: &Case, form: &str) -> Expected {
    let expect = &case.expect;
    let is_firefox = form.starts_with("firefox");
    let (proxied, direct) = if is_firefox { case.in_firefox() } else { (case.proxied, case.direct) };
    let status = expect.reaches.and_then(|reaches| match form {
        _ if is_firefox => reaches.firefox,
        _ if form.ends_with("-full") => reaches.full,
        _ => reaches.sanitised,
    });
    let mut also = expect.also.to_vec();
    if direct == Shows::Silent {
        also.extend(SILENT.iter().filter(|cause| Some(**cause) != expect.cause && !expect.also.contains(cause)));
    }
    Expected {
        cause: expect.cause,
        also,
        seen: expect.seen.word(),
        status: status.map(cases::Status::word),
        ruled_out: expect.ruled_out.iter().copied().filter(|cause| contradicts(proxied, direct, cause)).collect(),
        about: case.about,
    }
}

/// Whether captures that show this can contradict a cause that the case does not have. Without a 520 there is nothing to explain, and
/// how large headers were is not known of an answer that never came, but that an empty one had none.
fn contradicts(proxied: Shows, direct: Shows, cause: &str) -> bool {
    let is_known = direct == cases::EMPTY || !matches!(direct, Shows::Failed(_) | Shows::Silent);
    match cause {
        "empty-reply" => proxied == Shows::Status(520),
        "headers-too-large" => proxied == Shows::Status(520) && is_known,
        _ => true,
    }
}

/// The recording shows what it is about.
fn check(har: &str, shows: Shows) -> Result<()> {
    let entries = entries(har)?;
    let status = |entry: &Value| entry["response"]["status"].as_u64().unwrap_or_default();
    let error = |entry: &Value| entry["response"]["_error"].as_str().unwrap_or_default().to_owned();
    let headers = |entry: &Value| entry["response"]["headers"].as_array().map_or(0, Vec::len);
    let any = |of: &dyn Fn(&Value) -> bool| entries.iter().any(of);
    let found = match shows {
        Shows::Status(expected) => any(&|entry| status(entry) == u64::from(expected) && error(entry).is_empty()),
        Shows::Failed(expected) => any(&|entry| status(entry) == 0 && error(entry) == expected),
        Shows::Broken(expected) => any(&|entry| status(entry) == 200 && error(entry) == expected),
        Shows::Silent => any(&|entry| status(entry) == 0 && error(entry).is_empty() && headers(entry) == 0),
        Shows::Short => any(&|entry| status(entry) == 200 && is_short(entry)),
        Shows::Absent(path) => !any(&|entry| url(entry).contains(path)),
        Shows::Fine => entries.iter().all(|entry| (100..400).contains(&status(entry)) && error(entry).is_empty()),
    };
    let seen: Vec<String> =
        entries.iter().map(|entry| format!("{} {} {}", url(entry), status(entry), error(entry)).trim().to_owned()).collect();
    ensure!(found, "the capture does not show {shows:?}, but {}", seen.join(", "));
    Ok(())
}

fn url(entry: &Value) -> &str {
    entry["request"]["url"].as_str().unwrap_or_default()
}

/// Whether fewer bytes came than its `Content-Length` says.
fn is_short(entry: &Value) -> bool {
    let headers = entry["response"]["headers"].as_array();
    let length = headers
        .into_iter()
        .flatten()
        .find(|header| header["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case("content-length")));
    let length = length.and_then(|header| header["value"].as_str()?.parse::<u64>().ok());
    length.zip(entry["response"]["content"]["size"].as_u64()).is_some_and(|(length, came)| came < length)
}

fn entries(har: &str) -> Result<Vec<Value>> {
    let mut har: Value = serde_json::from_str(har).context("the export is not JSON")?;
    match har["log"]["entries"].take() {
        Value::Array(entries) => Ok(entries),
        _ => bail!("the export has no entries"),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when two rows of the table write to one folder.
    #[test]
    fn names_are_told_apart() {
        let names: BTreeSet<&str> = CASES.iter().map(|case| case.name).collect();
        assert_eq!(names.len(), CASES.len());
    }
}
