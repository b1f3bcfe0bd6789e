//! `cargo xtask container`: the files of a container image, tried as the container would run them. `Containerfile` only copies them.

use std::env::consts::OS;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::browsers::Chromium;
use crate::compress::brotli;
use crate::headers::HeaderRules;
use crate::publish::place::{COMPRESSED, type_of};
use crate::publish::{copy, servers};
use crate::run::{Steps, on_path, output, target};
use crate::{dist, hosts, test, tools};

/// What the image may weigh, in bytes.
const LARGEST: u64 = 15 * 1000 * 1000;

/// The port that the image listens on.
const PORT: &str = "8080";

/// Writes the image's files, weighs them, and tries them in Chromium.
///
/// # Errors
/// When they cannot be made, are too large, or do not work.
pub fn container() -> Result<()> {
    ensure!(OS == "linux", "the container's server is built for Linux, and this is {OS}");
    let mut steps = Steps::default();
    tools::set_up(&mut steps)?;
    let server = tools::static_web_server(&mut steps)?;
    let page = steps.step("build the page", dist::build)?;
    let rootfs = rootfs();
    let size = steps.step("lay out the container's files", || lay_out(&page, &server, &rootfs))?;
    println!("{}: {:.1} MB, of {:.0} MB", rootfs.display(), megabytes(size), megabytes(LARGEST));
    ensure!(size <= LARGEST, "the container is too large");
    if let Err(error) = hosts::set_up_sandbox(&mut steps).and_then(|()| command(&rootfs, 0)) {
        println!("LEFT OUT: the container was not tried: {error:#}");
        return Ok(());
    }
    Chromium::set_up(&mut steps)?;
    steps.step("try it, read-only and without rights, in Chromium", || {
        test::one_in_chromium("hosts::the_container_sends_the_headers_and_files_are_read_in_isolation")
    })
}

/// Where the image's files are.
pub fn rootfs() -> PathBuf {
    target().join("container").join("rootfs")
}

/// A command that runs the image's server on a port, as the lines USER and ENTRYPOINT of the Containerfile say: it sees the image's files
/// and no others, cannot write, and has no rights.
///
/// # Errors
/// When nothing here can keep a program from all else, or the server does not start.
pub fn command(rootfs: &Path, port: u16) -> Result<Command> {
    let bwrap = on_path("bwrap").context("there is no bwrap")?;
    let line = |name: &str| {
        let lines = include_str!("../../Containerfile").lines();
        lines.filter_map(|line| line.strip_prefix(name)).next_back().with_context(|| format!("Containerfile has no {name}"))
    };
    let (user, group) = line("USER ")?.split_once(':').context("USER of Containerfile is no user:group")?;
    let entrypoint: Vec<String> = serde_json::from_str(line("ENTRYPOINT ")?).context("ENTRYPOINT of Containerfile")?;
    let container = |arguments: &[String]| {
        let mut command = Command::new(&bwrap);
        command.args(["--unshare-all", "--share-net", "--die-with-parent", "--clearenv", "--cap-drop", "ALL", "--ro-bind"]);
        command.arg(rootfs).args(["/", "--chdir", "/", "--uid", user, "--gid", group, "--"]).args(&entrypoint[..1]).args(arguments);
        command
    };
    output(&mut container(&["--version".to_owned()])).context("its server does not start here")?;
    let arguments: Vec<String> = entrypoint[1..].iter().map(|word| word.replace(PORT, &port.to_string())).collect();
    Ok(container(&arguments))
}

/// Writes the image's files anew and gives their bytes. What browsers take compressed is there in both forms.
fn lay_out(page: &Path, server: &Path, rootfs: &Path) -> Result<u64> {
    if rootfs.exists() {
        fs::remove_dir_all(rootfs).with_context(|| format!("cannot remove {}", rootfs.display()))?;
    }
    let site = rootfs.join("site");
    let files = copy(page, &site)?;
    for file in &files {
        if COMPRESSED.contains(&type_of(Path::new(file))?) {
            let compressed = brotli(&fs::read(site.join(file))?)?;
            fs::write(site.join(format!("{file}.br")), compressed)?;
        }
    }
    let headers = fs::read_to_string(page.join("_headers")).context("the page has no _headers")?;
    fs::write(rootfs.join("config.toml"), servers::static_web_server(&HeaderRules::parse(&headers)?)?)?;
    fs::copy(server, rootfs.join("static-web-server")).with_context(|| format!("cannot copy {}", server.display()))?;
    bytes(rootfs)
}

fn bytes(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        sum += if about.is_dir() { bytes(&entry.path())? } else { about.len() };
    }
    Ok(sum)
}

#[expect(clippy::cast_precision_loss, reason = "it is shown with one decimal")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
