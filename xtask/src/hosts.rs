//! The static hosts on which the tests publish the page: finding them, or installing them.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use crate::browsers::install;
use crate::run::{Steps, on_path};

/// Each program, and the name of its package with apt. That of Apache alone would start it as a service.
const HOSTS: [(&str, &str); 4] = [("nginx", "nginx"), ("caddy", "caddy"), ("apache2", "apache2-bin"), ("python3", "python3")];

/// Installs those that are missing, where the system's package manager is apt.
///
/// # Errors
/// When one is not there and cannot be installed: with what to do.
pub fn set_up(steps: &mut Steps) -> Result<()> {
    let missing: Vec<&str> = HOSTS.into_iter().filter(|(program, _)| find(program).is_none()).map(|(_, package)| package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let why = anyhow!("there is no {}", missing.join(", "));
    if on_path("apt-get").is_none() {
        return Err(why);
    }
    install(steps, "static hosts", &missing.join(" "), &why)
}

/// Where a program is; servers may be where only root's `PATH` leads.
pub fn find(program: &str) -> Option<PathBuf> {
    on_path(program).or_else(|| Some(Path::new("/usr/sbin").join(program)).filter(|file| file.is_file()))
}
