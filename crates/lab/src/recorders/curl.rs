//! What `curl -v` says about a case's failing request.

use std::io::{Read as _, pipe};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use xtask::run::{on_path, output};

use super::Host;

/// The curl of this machine.
#[derive(Clone, Debug)]
pub struct Curl {
    /// The folder of its transcripts, such as `curl-8.14`.
    pub form: String,
}

impl Curl {
    /// Finds it.
    ///
    /// # Errors
    /// When it is missing: with what to do.
    pub fn find() -> Result<Self> {
        on_path("curl").context("curl is not on PATH. Install it, for instance with: apt-get install -y curl")?;
        let printed = output(Command::new("curl").arg("--version"))?;
        let version = printed.split_whitespace().nth(1).with_context(|| format!("curl names no version: {printed:?}"))?;
        let minor: Vec<&str> = version.split('.').take(2).collect();
        Ok(Self { form: format!("curl-{}", minor.join(".")) })
    }

    /// The transcript of a request, with the command in its first line, as it would be copied from a terminal. curl's own failure is
    /// part of it.
    ///
    /// # Errors
    /// When curl does not start.
    pub fn transcript(&self, url: &str, options: &[&str], host: Option<&Host>) -> Result<String> {
        let connect_to = host.map(|host| format!("::{}", host.address));
        let mut arguments = vec!["-sv", "--max-time", "180"];
        if let Some(connect_to) = &connect_to {
            arguments.extend(["--connect-to", connect_to]);
        }
        arguments.extend(options);
        let (mut reader, writer) = pipe()?;
        let mut command = Command::new("curl");
        command.args(&arguments).arg(url).env_clear().stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
        let mut child = command.spawn().context("cannot start curl")?;
        // It holds the pipe's other end as long as it is there.
        drop(command);
        let mut printed = Vec::new();
        reader.read_to_end(&mut printed)?;
        let status = child.wait()?;
        let shown: Vec<String> = arguments.iter().map(|word| quoted(word)).collect();
        let end = status.code().map(|code| format!("$ echo $?\n{code}\n")).unwrap_or_default();
        let mut printed = String::from_utf8_lossy(&printed).into_owned();
        if !printed.ends_with('\n') {
            printed.push('\n');
        }
        Ok(format!("$ curl {} {}\n{printed}{end}", shown.join(" "), quoted(url)))
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./:=,".contains(&byte));
    if plain { word.to_owned() } else { format!("'{word}'") }
}
