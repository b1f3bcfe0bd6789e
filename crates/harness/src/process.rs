//! Processes that end with their owner.

use std::io::{self, BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context as _, Result, bail};
use tokio::task::spawn_blocking;

/// A running program. It ends when this is dropped.
pub struct Process(Child);

impl Process {
    /// Starts a program.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(command: &mut Command) -> Result<Self> {
        command.spawn().map(Self).with_context(|| format!("cannot start {}", command.get_program().display()))
    }

    /// Starts a program with arguments that let it choose a number, and reads from what it prints which one that is: a driver's port, a
    /// display's number.
    pub(crate) async fn start_numbered(program: &Path, arguments: &[&str], number_of: fn(&str) -> Option<u16>) -> Result<(Self, u16)> {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        // Several may start at once, and reading waits. The port that one chose may be another's by the time it listens: then it ends.
        let mut start = move || Self::try_numbered(&mut command, number_of);
        spawn_blocking(move || start().or_else(|_| start()).or_else(|_| start()))
            .await?
            .with_context(|| format!("cannot start {}", program.display()))
    }

    fn try_numbered(command: &mut Command, number_of: fn(&str) -> Option<u16>) -> Result<(Self, u16)> {
        let mut process = Self::start(command)?;
        let mut printed = BufReader::new(process.0.stdout.take().context("it prints nothing")?);
        let mut line = String::new();
        while printed.read_line(&mut line)? > 0 {
            if let Some(number) = number_of(&line) {
                // Nobody reads the rest, but a program whose pipe is closed or full stops.
                thread::spawn(move || io::copy(&mut printed, &mut io::sink()));
                return Ok((process, number));
            }
            line.clear();
        }
        bail!("it ended before it listened");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Either may only fail because the process has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
