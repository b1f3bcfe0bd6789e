//! The static hosts on which the tests publish the page: finding them, or installing them.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use crate::browsers::install;
use crate::run::{Steps, on_path};

/// Each program, and the name of its package with apt. That of Apache alone would start it as a service.
const HOSTS: [(&str, &str); 4] = [("nginx", "nginx"), ("caddy", "caddy"), ("apache2", "apache2-bin"), ("python3", "python3")];

/// What keeps a program from all but a folder, and its package.
const SANDBOX: [(&str, &str); 1] = [("bwrap", "bubblewrap")];

/// Installs those that are missing, where the system's package manager is apt.
///
/// # Errors
/// When one is not there and cannot be installed: with what to do.
pub fn set_up(steps: &mut Steps) -> Result<()> {
    install_missing(steps, "static hosts", &HOSTS)
}

/// Installs what the container is tried in, where the system's package manager is apt.
///
/// # Errors
/// When it is not there and cannot be installed: with what to do.
pub fn set_up_sandbox(steps: &mut Steps) -> Result<()> {
    install_missing(steps, "bubblewrap", &SANDBOX)
}

fn install_missing(steps: &mut Steps, what: &str, programs: &[(&str, &str)]) -> Result<()> {
    let missing: Vec<&str> = programs.iter().filter(|(program, _)| find(program).is_none()).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let why = anyhow!("there is no {}", missing.join(", "));
    if on_path("apt-get").is_none() {
        return Err(why);
    }
    install(steps, what, &missing.join(" "), &why)
}

/// Where a program is; servers may be where only root's `PATH` leads.
pub fn find(program: &str) -> Option<PathBuf> {
    on_path(program).or_else(|| Some(Path::new("/usr/sbin").join(program)).filter(|file| file.is_file()))
}
