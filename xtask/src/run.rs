//! Commands, and the steps they make up: each is announced, timed, and reported on.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Where Cargo builds.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |target| root().join(target))
}

/// Cargo, the one that runs this.
pub fn cargo() -> Command {
    command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a program of another package of this workspace, built in the profile in which this very program was built, and gives its exit
/// status. What goes wrong in it, it says itself.
///
/// # Errors
/// When Cargo cannot be started, or a signal ended it.
pub fn run_program(package: &str, program: &str, arguments: &[OsString]) -> Result<ExitCode> {
    let mut cargo = cargo();
    cargo.args(["run", "--quiet", "--profile", "xtask", "--package", package, "--bin", program, "--"]).args(arguments);
    let status = cargo.status().with_context(|| format!("cannot start `{}`", shown(&cargo)))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map(ExitCode::from).with_context(|| format!("`{}` failed ({status})", shown(&cargo)))
}

/// The exit status of a program whose work ended so; an error is printed.
pub fn exit_code(done: Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A command in the repository's root, without what `cargo run` added for this program alone.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    for (name, _) in env::vars_os() {
        let ours = name
            .to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO_BIN_NAME");
        if ours {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command to its end.
///
/// # Errors
/// When it cannot be started, or fails.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// What a command prints.
///
/// # Errors
/// When it cannot be started, fails, or prints something other than text.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !output.status.success() {
        bail!("`{}` failed ({}): {}", shown(command), output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` did not print text", shown(command)))
}

/// Where a program is, if it is on `PATH`.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program).with_extension(env::consts::EXE_EXTENSION)).find(|file| file.is_file())
}

fn shown(command: &Command) -> String {
    let mut words = vec![Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// The steps of a task, with the time that each took.
#[derive(Default)]
pub struct Steps {
    done: Vec<Step>,
}

struct Step {
    name: String,
    took: Duration,
    failed: bool,
}

impl Steps {
    /// Runs a step, saying so before and after.
    ///
    /// # Errors
    /// Those of the step.
    pub fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("· {name}");
        let start = Instant::now();
        let result = work();
        self.note(name, start.elapsed(), result.is_err());
        result
    }

    /// Runs a step whose failure does not keep the next ones from running: [`Steps::finish`] reports it.
    pub fn check(&mut self, name: &str, work: impl FnOnce() -> Result<()>) {
        if let Err(error) = self.step(name, work) {
            eprintln!("  {error:#}");
        }
    }

    /// Prints the table of steps.
    ///
    /// # Errors
    /// When a step failed.
    pub fn finish(&self) -> Result<()> {
        println!("\n{:<52} {:>9}", "step", "took");
        for step in &self.done {
            let result = if step.failed { "  FAILED" } else { "" };
            println!("{:<52} {:>7.1} s{result}", step.name, step.took.as_secs_f64());
        }
        let total: Duration = self.done.iter().map(|step| step.took).sum();
        println!("{:<52} {:>7.1} s", "all", total.as_secs_f64());
        let failed: Vec<&str> = self.done.iter().filter(|step| step.failed).map(|step| step.name.as_str()).collect();
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        Ok(())
    }

    fn note(&mut self, name: &str, took: Duration, failed: bool) {
        let result = if failed { "FAILED after" } else { "done in" };
        println!("  {result} {:.1} s", took.as_secs_f64());
        self.done.push(Step { name: name.to_owned(), took, failed });
    }
}
