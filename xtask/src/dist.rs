//! `cargo xtask dist`: the page, ready for a static host.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use axum::http::Uri;

use crate::compress::brotli;
use crate::publish::place::{Place, base};
use crate::publish::{self, Host, headers_below};
use crate::run::{Steps, cargo, root, run, target};
use crate::seal::{ADDRESS, BUNDLER, PROBE, RULES, WORKERS};
use crate::{openers, single, tools};

/// What is loaded together, and how many Brotli bytes it may weigh. Nobody waits for the workers but who gives a file as soon as the page is
/// there, and nobody for the bundler but who saves a bundle.
const BUDGETS: [(Load, &str, usize); 5] = [
    (Load::First, "the first load", 256 * 1024),
    (Load::Workers, "the workers", 600 * 1024),
    (Load::Bundler, "the bundler", 550 * 1024),
    (Load::Pages, "the pages of the rules", 64 * 1024),
    (Load::Causes, "the pages of the causes, all together", 192 * 1024),
];

/// The folder of the pages of the causes.
const CAUSES: &str = "causes";

/// The folder in the repository with what each host needs.
const FOR_HOSTS: &str = "dist-for";

/// Where the page is to be published.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// The kind of host: writes dist-for/HOST/ as well, with the files in their place and the host's configuration
    #[arg(long = "for", value_name = "HOST")]
    host: Option<Host>,
    /// The folder of the host that the page will be in, as /tools/: its headers name every file from the root. That of the address, or /
    #[arg(long, value_name = "PATH", value_parser = base)]
    base: Option<String>,
    /// Where the page will be, as `https://site.example/tools/`: for canonical links, the sitemap, and pictures of links to it
    #[arg(long, value_name = "URL", value_parser = address)]
    address: Option<Address>,
    /// An origin whose pages may offer files here, as `https://panel.example`; can be repeated. See docs/open-files.md
    #[arg(long = "opener", value_name = "ORIGIN", value_parser = openers::origin)]
    openers: Vec<String>,
    /// Also write fivetwenty.html, the page as one file that needs no server and no network
    #[arg(long, conflicts_with = "openers")]
    single: bool,
}

/// Where the page is to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// As `https://site.example/tools/`.
    whole: String,
    /// The host's name, without a port.
    host: String,
    /// Its path, as `/tools/`.
    path: String,
}

/// Reads an address of a folder: http or https, a host, a path to which a slash is added, and nothing else.
fn address(text: &str) -> Result<Address> {
    let uri: Uri = text.parse().context("not a URL such as https://site.example/tools/")?;
    let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme)).context("expected http:// or https:// first")?;
    let host = uri.authority().filter(|host| !host.as_str().contains('@')).context("expected a host, and no name or password")?;
    ensure!(uri.query().is_none() && !text.contains('#'), "expected the address of a folder, without ? and #");
    let path = base(uri.path())?;
    Ok(Address { whole: format!("{scheme}://{host}{path}"), host: host.host().to_owned(), path })
}

/// Writes `dist/` and says how big it is.
///
/// # Errors
/// When it cannot be built, or is over a budget.
pub fn dist(options: &Options) -> Result<()> {
    let mut steps = Steps::default();
    tools::set_up(&mut steps)?;
    let folder = steps.step("build the page", || release(options.address.as_ref()))?;
    if !options.openers.is_empty() {
        openers::add(&folder, &options.openers)?;
    }
    let file = folder.join("_headers");
    let headers = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let of_address = options.address.as_ref();
    let base = options.base.as_ref().or(of_address.map(|address| &address.path)).map_or("/", String::as_str);
    let place = Place { base: base.to_owned(), host: of_address.map(|address| address.host.clone()) };
    fs::write(&file, headers_below(&headers, base)).with_context(|| format!("cannot write {}", file.display()))?;
    weigh(&folder)?;
    if let Some(host) = options.host {
        let into = Path::new(FOR_HOSTS).join(host.name());
        let beside = publish::write(host, &folder, &headers, &place, &root().join(&into))?;
        println!("\n{} is ready; site/ in it is what is published", into.display());
        for name in beside {
            println!("\n{}\n{}", into.join(&name).display(), instructions(&fs::read_to_string(root().join(&into).join(&name))?));
        }
        if host == Host::Pages {
            println!(
                "\nCloudflare Pages: npx wrangler pages deploy {}/site. Netlify: deploy the folder {}/site",
                into.display(),
                into.display()
            );
        }
    }
    if options.single {
        single::write(&folder)?;
    }
    Ok(())
}

/// The first lines of a file, which say how it is used.
fn instructions(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("#!")).map_while(|line| line.strip_prefix("# ").or(line.strip_prefix("// ")));
    lines.flat_map(|line| ["  ", line, "\n"]).collect()
}

/// Builds `dist/`, as it is published.
///
/// # Errors
/// When Trunk fails.
pub fn build() -> Result<PathBuf> {
    release(None)
}

fn release(address: Option<&Address>) -> Result<PathBuf> {
    trunk_build(&root().join("dist"), &["--release"], address)
}

/// Builds the page to be looked at on this machine: larger, and there sooner after an edit.
///
/// # Errors
/// When Trunk fails.
pub fn build_to_serve() -> Result<PathBuf> {
    trunk_build(&target().join("serve-page"), &[], None)
}

fn trunk_build(folder: &Path, options: &[&str], address: Option<&Address>) -> Result<PathBuf> {
    // Trunk must load no tools of its own, so it is told to stay offline, and that holds for Cargo under it as well.
    run(cargo().args(["fetch", "--quiet", "--locked"]))?;
    let mut trunk = tools::with_tools("trunk")?;
    // Trunk takes the usual NO_COLOR=1 for a malformed flag.
    trunk.env_remove("NO_COLOR");
    // For the hook that Trunk runs at the end.
    trunk.env_remove(ADDRESS).envs(address.map(|address| (ADDRESS, &address.whole)));
    run(trunk.args(["build", "--offline"]).args(options).arg("--dist").arg(folder))?;
    Ok(folder.to_owned())
}

/// Files that are loaded together.
pub struct Together {
    /// What they are.
    pub name: &'static str,
    /// How much they weigh, in Brotli bytes.
    pub brotli: usize,
    /// How much they may.
    pub budget: usize,
}

/// What is loaded together of a folder, and its budgets.
///
/// # Errors
/// When the folder cannot be read.
pub fn loads(folder: &Path) -> Result<Vec<Together>> {
    Ok(together(&files(folder)?).collect())
}

fn together(files: &[File]) -> impl Iterator<Item = Together> {
    let total = |load| files.iter().filter(|file| file.load == load).map(|file| file.brotli).sum();
    BUDGETS.iter().map(move |&(load, name, budget)| Together { name, brotli: total(load), budget })
}

/// Prints every file's size, and what is loaded together.
///
/// # Errors
/// When that is over its budget.
pub fn weigh(folder: &Path) -> Result<()> {
    let files = files(folder)?;
    println!("\n{:<52} {:>10} {:>10}  loaded", "file", "bytes", "Brotli");
    for file in &files {
        println!("{:<52} {:>10} {:>10}  {}", file.name, file.bytes, file.brotli, file.load.words());
    }
    let total = |size: fn(&File) -> usize| files.iter().map(size).sum::<usize>();
    println!("{:<52} {:>10} {:>10}", format!("all {} files", files.len()), total(|file| file.bytes), total(|file| file.brotli));
    let mut over = Vec::new();
    for Together { name, brotli, budget } in together(&files) {
        println!("{name:<63} {brotli:>10}  of {budget}");
        if brotli > budget {
            over.push(format!("{name}: {brotli} Brotli bytes, budget {budget}"));
        }
    }
    if !over.is_empty() {
        bail!("over budget: {}", over.join("; "));
    }
    Ok(())
}

/// The files of a folder, with what is loaded first before the others.
fn files(folder: &Path) -> Result<Vec<File>> {
    let mut files = Vec::new();
    list(folder, folder, &mut files)?;
    files.sort_by(|a, b| a.load.cmp(&b.load).then(b.brotli.cmp(&a.brotli)));
    Ok(files)
}

struct File {
    name: String,
    bytes: usize,
    brotli: usize,
    load: Load,
}

/// When a file is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Load {
    /// Before the page can be used.
    First,
    /// Before a file can be read or a site looked at.
    Workers,
    /// Before a bundle can be made.
    Bundler,
    /// Beside the workers' module: advice, as text.
    Pages,
    /// By whoever searches for a cause, one at a time, with their stylesheet.
    Causes,
    /// When somebody asks for it, or never.
    Later,
}

fn list(root: &Path, folder: &Path, files: &mut Vec<File>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            list(root, &path, files)?;
        } else {
            let content = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let name = path.strip_prefix(root)?;
            files.push(File {
                name: name.to_string_lossy().into_owned(),
                bytes: content.len(),
                brotli: brotli(&content)?.len(),
                load: Load::of(name),
            });
        }
    }
    Ok(())
}

impl Load {
    /// By a file's path in the folder. Samples, notices, the host's configuration and the probe's module are in no budget, nor is what stands in for the
    /// frame where that is forbidden: its text is in the page's module already.
    fn of(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let runs = path.extension().is_some_and(|extension| ["html", "css", "js", "wasm"].iter().any(|page| extension == *page));
        if path.starts_with(CAUSES) {
            Self::Causes
        } else if name.starts_with(RULES) {
            Self::Pages
        } else if !runs || name.starts_with(PROBE) || name == "worker.js" {
            Self::Later
        } else if name.starts_with(BUNDLER) {
            Self::Bundler
        } else if name.starts_with(WORKERS) || name == "probe.js" {
            Self::Workers
        } else {
            Self::First
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Workers | Self::Pages => "with the first file",
            Self::Bundler => "with a bundle",
            Self::Causes => "from a search",
            Self::Later => "later",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when the page is published under an address that no browser opens, or its headers name another folder.
    #[test]
    fn an_address_is_that_of_a_folder() {
        for (text, whole, path) in [
            ("https://site.example", "https://site.example/", "/"),
            ("http://site.example:8080/tools/520", "http://site.example:8080/tools/520/", "/tools/520/"),
            ("https://site.example/tools//", "https://site.example/tools/", "/tools/"),
        ] {
            let expected = Address { whole: whole.to_owned(), host: "site.example".to_owned(), path: path.to_owned() };
            assert_eq!(address(text).unwrap(), expected);
        }
        for (text, expected) in [
            ("site.example", "http:// or https:// first"),
            ("ftp://site.example/", "http:// or https:// first"),
            ("/tools/", "http:// or https:// first"),
            ("https:///tools/", "not a URL"),
            ("https://a:b@site.example/", "no name or password"),
            ("https://site.example/?a", "without ? and #"),
            ("https://site.example/#a", "without ? and #"),
            ("https://site.example/\"><script>", "not a URL"),
            ("https://site.example/a%20b/", "a folder such as /tools/"),
            ("https://site.example/../", "a folder such as /tools/"),
            ("", "not a URL"),
        ] {
            let error = address(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    /// Breaks when a file is counted against the wrong budget, or against none.
    #[test]
    fn every_file_of_the_page_is_in_one_load() {
        for (name, load) in [
            ("index.html", Load::First),
            ("boot-1.js", Load::First),
            ("open-1.js", Load::First),
            ("fivetwenty-1_bg.wasm", Load::First),
            ("fivetwenty-workers-1.js", Load::Workers),
            ("fivetwenty-workers-1_bg.wasm", Load::Workers),
            ("frame.html", Load::First),
            ("worker.js", Load::Later),
            ("probe.js", Load::Workers),
            ("fivetwenty-bundler-1.js", Load::Bundler),
            ("fivetwenty-bundler-1_bg.wasm", Load::Bundler),
            ("fivetwenty-probe-1_bg.wasm", Load::Later),
            ("samples/empty-reply/direct.har", Load::Later),
            ("help-1.md", Load::Later),
            ("rules-1.md", Load::Pages),
            ("causes/index.html", Load::Causes),
            ("causes/causes.css", Load::Causes),
            ("og.png", Load::Later),
            ("robots.txt", Load::Later),
            ("sitemap.xml", Load::Later),
            ("notices.txt", Load::Later),
            ("_headers", Load::Later),
        ] {
            assert_eq!(Load::of(Path::new(name)), load, "{name}");
        }
    }
}
