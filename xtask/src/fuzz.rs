//! `cargo xtask fuzz`: sets up cargo-fuzz and lets it look for bytes that break what `fuzz/src` says must hold.

mod corpus;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::run::{Steps, command, root, run, target};
use crate::tools;

/// What `fuzz` can be told.
#[derive(clap::Args)]
pub struct Options {
    /// Only this one
    target: Option<Target>,
    /// How long each target is run
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Afterwards make the kept corpus anew from it and from what was found, without what reaches nothing more
    #[arg(long)]
    keep: bool,
}

/// What is fuzzed.
#[derive(Clone, Copy, ValueEnum)]
enum Target {
    Tokenizer,
    Decoder,
    Unpack,
    Redactor,
    Paste,
    Logs,
}

impl Target {
    fn name(self) -> &'static str {
        match self {
            Target::Tokenizer => "tokenizer",
            Target::Decoder => "decoder",
            Target::Unpack => "unpack",
            Target::Redactor => "redactor",
            Target::Paste => "paste",
            Target::Logs => "logs",
        }
    }
}

/// Runs the targets, one after the other.
///
/// # Errors
/// When there is no nightly toolchain, or an input breaks something.
pub fn fuzz(options: &Options) -> Result<()> {
    let mut steps = Steps::default();
    tools::cargo_fuzz(&mut steps)?;
    for fuzzed in Target::value_variants() {
        let name = fuzzed.name();
        if options.target.is_none_or(|only| only as u8 == *fuzzed as u8) {
            steps.step(&format!("fuzz the {name} for {} s", options.seconds), || search(name, options.seconds))?;
            if options.keep {
                steps.step(&format!("minimise the {name}'s corpus"), || keep(name))?;
            }
        }
    }
    steps.finish()
}

fn search(name: &str, seconds: u64) -> Result<()> {
    let built = target().join("fuzz");
    let artifacts = built.join("artifacts").join(name);
    for folder in [&artifacts, &built.join("found").join(name)] {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    // What is new goes into the first folder.
    let mut fuzz = cargo_fuzz("run", name)?;
    fuzz.arg(built.join("found").join(name)).arg(unpacked(name)?);
    fuzz.args(["--", "-max_len=4096", "-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1"]);
    fuzz.arg(format!("-max_total_time={seconds}"));
    fuzz.arg(format!("-dict={}", root().join("fuzz/har.dict").display()));
    fuzz.arg(format!("-artifact_prefix={}/", artifacts.display()));
    run(&mut fuzz)
}

/// Small inputs that differ in the code they reach are kept, not all that reach it another number of times.
fn keep(name: &str) -> Result<()> {
    let small = target().join("fuzz/small").join(name);
    if small.exists() {
        fs::remove_dir_all(&small)?;
    }
    fs::create_dir_all(&small)?;
    let mut merge = cargo_fuzz("run", name)?;
    merge.arg(&small).arg(unpacked(name)?).arg(target().join("fuzz/found").join(name));
    run(merge.args(["--", "-merge=1", "-use_counters=0", "-max_len=1024"]))?;
    fs::write(corpus::packed(name), corpus::pack(&small)?).with_context(|| format!("cannot write the corpus of {name}"))
}

/// The folder with the inputs of a kept corpus, which is empty when the target has none yet.
fn unpacked(name: &str) -> Result<PathBuf> {
    let (packed, folder) = (corpus::packed(name), target().join("fuzz/corpus").join(name));
    if packed.exists() {
        let bytes = fs::read(&packed).with_context(|| format!("cannot read {}", packed.display()))?;
        corpus::unpack(&bytes, &folder).with_context(|| format!("cannot unpack {}", packed.display()))?;
    } else {
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    Ok(folder)
}

/// The code is safe Rust, so the fuzzer looks for broken promises and not for broken memory: without a sanitizer it is twice as fast.
fn cargo_fuzz(task: &str, name: &str) -> Result<Command> {
    let mut fuzz = command("rustup");
    fuzz.args(["run", "nightly", "cargo", "fuzz", task, "--sanitizer", "none", "--target-dir"]).arg(target().join("fuzz")).arg(name);
    fuzz.env("PATH", tools::path()?).env_remove("CARGO");
    Ok(fuzz)
}
