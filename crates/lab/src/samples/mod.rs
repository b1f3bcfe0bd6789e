//! `cargo xtask samples`: what people paste, as the tools and servers that they paste from write it.
//!
//! Everything happens in namespaces of its own (network, mounts, host name, processes), where `shop.example` is a host of the lab's
//! stand-in edge at one of Cloudflare's addresses, and its origin has an address for documentation (RFC 5737). So tools and servers
//! write those names and addresses by themselves, and nothing is replaced in what they wrote. Beside each text stands what is to be
//! taken from it: what edge and origin noted when they were asked, as far as the text says it.
//!
//! Needs Linux and root. Continuous integration does not run it. Tools that are not installed are skipped with a line that says so:
//! `apt-get install -y curl wget httpie nginx apache2 php-fpm php-cli gunicorn nodejs haproxy caddy chromium chromium-driver firefox-esr
//! webkit2gtk-driver xvfb`.
//! For the clients also `golang-go default-jdk-headless libokhttp-java php-curl php-guzzlehttp-guzzle ruby ruby-faraday git npm`, and
//! `python3 -m venv /opt/clients && /opt/clients/bin/pip install requests httpx aiohttp openai` and `npm install --prefix /opt/clients axios got
//! ky ofetch node-fetch@2 pino`.
//! For `HTTPie`'s present wording of errors, `pip install httpie`; `cargo install xh` for xh.

mod browsers;
mod clients;
mod facts;
mod logs;
mod sessions;
mod stage;
mod texts;
mod watch;

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, Value, json};

use xtask::run::{on_path, output, root, run};

use stage::Stage;

/// What `samples` can be told.
#[derive(clap::Args)]
pub struct Options {
    /// The makers to run; all of them when none is named
    #[arg(value_enum)]
    makers: Vec<Maker>,
}

/// What makes samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Maker {
    /// Terminal sessions with curl, wget and `HTTPie`
    Sessions,
    /// A loop that asks once a second
    Watch,
    /// Headers and error pages copied from browsers
    Browsers,
    /// Logs of servers that fail
    Logs,
    /// What programs' HTTP clients and package managers print
    Clients,
    /// Traces, and Ray IDs in running text
    Texts,
}

/// Set for the program that runs in its own namespaces.
const INSIDE: &str = "FIVETWENTY_SAMPLES_INSIDE";

/// Root has no sandbox, and only pages of this program are opened.
const NO_SANDBOX: &str = "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS";

/// Writes the samples.
///
/// # Errors
/// When there are no namespaces to be had, or a sample does not come out.
pub async fn samples(options: &Options) -> Result<()> {
    if env::var_os(INSIDE).is_none() {
        return enter();
    }
    let stage = Stage::set().await?;
    let wanted = |maker| options.makers.is_empty() || options.makers.contains(&maker);
    let mut count = 0;
    if wanted(Maker::Sessions) {
        count += sessions::make(&stage)?;
    }
    if wanted(Maker::Clients) {
        count += clients::make(&stage)?;
    }
    if wanted(Maker::Texts) {
        count += texts::make(&stage)?;
    }
    if wanted(Maker::Watch) {
        count += watch::make(&stage)?;
    }
    if wanted(Maker::Browsers) {
        count += browsers::make(&stage).await?;
    }
    if wanted(Maker::Logs) {
        count += logs::make(&stage)?;
    }
    println!("{count} samples written");
    Ok(())
}

/// Runs this program again where addresses and names are its own.
fn enter() -> Result<()> {
    for tool in ["unshare", "ip", "mount", "script"] {
        on_path(tool)
            .with_context(|| format!("{tool} is not on PATH. Install it: apt-get install -y util-linux bsdutils iproute2 mount"))?;
    }
    ensure!(output(Command::new("id").arg("-u"))?.trim() == "0", "namespaces of their own are for root: run this as root");
    let mut command = Command::new("unshare");
    command.args(["--net", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"]);
    run(command.arg(env::current_exe()?).args(env::args_os().skip(1)).env(INSIDE, "1").env(NO_SANDBOX, "1"))
}

/// A text that people paste, and what is to be taken from it.
#[derive(Default)]
struct Sample {
    kind: &'static str,
    name: String,
    text: String,
    facts: Vec<Map<String, Value>>,
    /// How it was made, where another version may write something else.
    made: String,
}

impl Sample {
    /// Writes the text and what is to be taken from it.
    fn write(&self) -> Result<()> {
        let folder = folder().join(self.kind);
        fs::create_dir_all(&folder)?;
        check_anonymous(&self.text).with_context(|| format!("{}/{}", self.kind, self.name))?;
        ensure!(self.text.len() < 20_000, "{}/{} has {} bytes", self.kind, self.name, self.text.len());
        fs::write(folder.join(format!("{}.txt", self.name)), &self.text)?;
        let mut lines: Vec<String> = Vec::new();
        for fact in &self.facts {
            lines.push(format!("    {}", serde_json::to_string(fact)?));
        }
        let facts = if lines.is_empty() { "[]".to_owned() } else { format!("[\n{}\n  ]", lines.join(",\n")) };
        let made = if self.made.is_empty() { String::new() } else { format!("\n  \"made\": {},", json!(self.made)) };
        let text = format!("{{\n  \"kind\": {},{made}\n  \"facts\": {facts}\n}}\n", json!(self.kind));
        fs::write(folder.join(format!("{}.json", self.name)), text)?;
        Ok(())
    }
}

fn folder() -> PathBuf {
    root().join("tests/data/pasted")
}

/// Nothing of the machine may end up in the repository.
fn check_anonymous(text: &str) -> Result<()> {
    // The lab's certificates are for loopback as well, and curl prints them whole.
    let text = text.replace("IP Address:127.0.0.1", "");
    for name in [&root().to_string_lossy(), "/root", "/tmp/", "127.0.0."] {
        ensure!(!text.contains(name), "the text holds {name:?}, which is this machine's own");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The samples by their files' paths without the ending.
    fn samples() -> Vec<(PathBuf, String, Value)> {
        let list = |folder: &Path| fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("it can be read").path());
        let files = list(&folder()).filter(|path| path.is_dir()).flat_map(|kind| list(&kind));
        let texts = files.filter(|path| path.extension().is_some_and(|extension| extension == "txt"));
        let read = |path: PathBuf| {
            let text = fs::read_to_string(&path).expect("the text is UTF-8");
            let facts = fs::read_to_string(path.with_extension("json")).unwrap_or_else(|_| panic!("{} has no facts", path.display()));
            (path.clone(), text, serde_json::from_str(&facts).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        };
        texts.map(read).collect()
    }

    /// Breaks when a sample asks a recogniser for what its text does not say, or lies in another kind's folder.
    #[test]
    fn facts_are_in_their_texts() {
        let samples = samples();
        assert!(samples.len() > 100);
        for (path, text, sample) in samples {
            assert!(
                path.parent().is_some_and(|folder| folder.ends_with(sample["kind"].as_str().unwrap_or_default())),
                "{}",
                path.display()
            );
            let text = text.to_ascii_lowercase();
            for fact in sample["facts"].as_array().expect("facts are a list") {
                assert!(fact.as_object().is_some_and(|fact| !fact.is_empty()), "{}", path.display());
                for key in ["ray", "host", "address", "log", "error"] {
                    let Some(value) = fact[key].as_str() else { continue };
                    assert!(text.contains(&value.to_ascii_lowercase()), "{}: {key} {value}", path.display());
                }
            }
        }
    }

    /// Breaks when something of the machine that made them is committed.
    #[test]
    fn samples_name_no_machine() {
        for (path, text, _) in samples() {
            check_anonymous(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }
}
