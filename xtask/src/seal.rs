//! `cargo xtask seal`, which Trunk runs at the end of every build: what the page fetches later gets its names, and the page is told them.
//!
//! Trunk gives a module names with a hash, and writes their integrity into the page, only if the browser is to load it with the page.
//! The workers' module is to come later, so Trunk builds it as a worker's and leaves the rest to this: each of its files is named by its
//! content, and a link that browsers leave alone tells the page where it is and what it must be. `src/web/module.rs` reads these links. The
//! page of guides and commands, which Trunk only copies, is treated alike. The names of functions go from every module into a file beside it,
//! which boot.js fetches for the trace of a panic.
//!
//! Then `fivetwenty-site` adds the pages of the causes and what search engines read. It is a program of its own, for only it knows the rules.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha384};

use crate::names;
use crate::run::{cargo, run};

/// Names the address at which the page will be published, when `cargo xtask dist` is told one.
pub const ADDRESS: &str = "FIVETWENTY_ADDRESS";

/// What the name of the page's module begins with.
pub const PAGE: &str = "fivetwenty-page";
/// The same of the script that starts it.
pub const BOOT: &str = "boot-";
/// What the names of the workers' module and of its script begin with: the name of the binary.
pub const WORKERS: &str = "fivetwenty-workers";

/// The same of the module that makes the bundle.
pub const BUNDLER: &str = "fivetwenty-bundler";

/// The same of the module that asks sites.
pub const PROBE: &str = "fivetwenty-probe";
/// What the name of the page of guides and commands begins with.
pub const HELP: &str = "help";
/// The same of the pages of the rules.
pub const RULES: &str = "rules";
/// Parts of a rule's page that the page's programs do not read.
const UNREAD: [&str; 3] = ["Found as\n", "How we know\n", "Examples\n"];

/// Seals the page that Trunk has just built.
///
/// # Errors
/// When Trunk does not run this, or did not build what is expected.
pub fn seal() -> Result<()> {
    let folder = env::var_os("TRUNK_STAGING_DIR").context("this is for Trunk to run, see Trunk.toml: use `cargo xtask dist`")?;
    let base = env::var("TRUNK_PUBLIC_URL").context("Trunk does not say where the page will be")?;
    let folder = PathBuf::from(folder);
    seal_in(&folder, &base)?;
    let mut site = cargo();
    site.args(["run", "--quiet", "--profile", "xtask", "--package", "fivetwenty-site", "--"]).arg(folder);
    run(site.args(env::var(ADDRESS).iter().flat_map(|address| ["--address", address])))
}

fn seal_in(folder: &Path, base: &str) -> Result<()> {
    let mut links = String::new();
    for (stem, name) in [(WORKERS, "workers"), (BUNDLER, "bundler"), (PROBE, "probe")] {
        let (script, module) = (folder.join(format!("{stem}.js")), folder.join(format!("{stem}_bg.wasm")));
        shorten(&module, &script)?;
        make_lean(&script)?;
        links += &rename(folder, stem, ".js")?.link(name, "", base);
        let names = take_names(&module)?;
        let sealed = rename(folder, &format!("{stem}_bg"), ".wasm")?;
        write_names(&folder.join(&sealed.name), &names)?;
        links += &sealed.link(name, " as=\"fetch\"", base);
    }
    links += &rename(folder, HELP, ".md")?.link("guides", " as=\"fetch\"", base);
    let pages = folder.join(format!("{RULES}.md"));
    fs::write(&pages, rules()?).with_context(|| format!("cannot write {}", pages.display()))?;
    links += &rename(folder, RULES, ".md")?.link(RULES, " as=\"fetch\"", base);
    let file = folder.join("index.html");
    let page = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let page = split_page(folder, page)?;
    let (head, rest) = page.split_once("</head>").with_context(|| format!("{} has no head", file.display()))?;
    let (head, style) = join_style(folder, head)?;
    let style = style.map(|style| style.link("stylesheet", "", base)).unwrap_or_default();
    let page = format!("{head}{style}{links}</head>{rest}");
    fs::write(&file, page).with_context(|| format!("cannot write {}", file.display()))
}

/// Makes the page's own module and scripts smaller, whose integrity the page has already.
fn split_page(folder: &Path, mut page: String) -> Result<String> {
    let files = fs::read_dir(folder)?.map(|file| Ok(file?.path())).collect::<Result<Vec<_>>>()?;
    let named = |start: &str, end: &str| {
        let is_it =
            |file: &&PathBuf| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(start)) && ends_with(file, end);
        files.iter().find(is_it).cloned()
    };
    let (script, module, boot) = (named(PAGE, ".js"), named(PAGE, ".wasm"), named(BOOT, ".js"));
    let all: Vec<PathBuf> = [&script, &module, &boot].into_iter().flatten().cloned().collect();
    let before = all.iter().map(|file| integrity(file)).collect::<Result<Vec<_>>>()?;
    if let Some(module) = &module {
        if let Some(script) = &script {
            shorten(module, script)?;
        }
        write_names(module, &take_names(module)?)?;
    }
    for script in [&script, &boot].into_iter().flatten() {
        make_lean(script)?;
    }
    for (file, before) in all.iter().zip(before) {
        page = page.replace(&before, &integrity(file)?);
    }
    Ok(page)
}

fn ends_with(file: &Path, end: &str) -> bool {
    file.to_string_lossy().ends_with(end)
}

/// Gives what a module imports from its script short names in both.
fn shorten(module: &Path, script: &Path) -> Result<()> {
    let content = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let words = fs::read_to_string(script).with_context(|| format!("cannot read {}", script.display()))?;
    let (content, words) =
        names::shorten(&content, &words).with_context(|| format!("{} is no module of wasm-bindgen's", module.display()))?;
    fs::write(module, content).with_context(|| format!("cannot write {}", module.display()))?;
    fs::write(script, words).with_context(|| format!("cannot write {}", script.display()))
}

/// Takes comments and indentation out of a script: Trunk's minifier gets through none of them.
pub(crate) fn make_lean(script: &Path) -> Result<()> {
    let content = fs::read_to_string(script).with_context(|| format!("cannot read {}", script.display()))?;
    fs::write(script, lean(&content)).with_context(|| format!("cannot write {}", script.display()))
}

/// A script without lines that are comments, and without what its lines begin and end with. No text of these scripts goes over several lines.
fn lean(script: &str) -> String {
    let (mut lean, mut is_comment) = (String::new(), false);
    for line in script.lines().map(str::trim) {
        is_comment |= line.starts_with("/*");
        if !is_comment && !line.is_empty() && !line.starts_with("//") {
            lean += line;
            lean.push('\n');
        }
        is_comment &= !line.ends_with("*/");
    }
    lean
}

/// Takes the names of functions out of a module, and gives them.
fn take_names(module: &Path) -> Result<String> {
    let content = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let (bare, names) = names::split(&content).with_context(|| format!("{} is no module", module.display()))?;
    fs::write(module, bare).with_context(|| format!("cannot write {}", module.display()))?;
    Ok(names)
}

fn write_names(module: &Path, names: &str) -> Result<()> {
    let file = module.with_extension("names.txt");
    fs::write(&file, names).with_context(|| format!("cannot write {}", file.display()))
}

fn integrity(file: &Path) -> Result<String> {
    let content = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(format!("sha384-{}", STANDARD.encode(Sha384::digest(content))))
}

/// Makes one file of the style sheets that a head links, which is one request, and gives the head without their links.
fn join_style(folder: &Path, head: &str) -> Result<(String, Option<Sealed>)> {
    let (mut rest, mut style) = (String::new(), String::new());
    for (number, element) in head.split("<link ").enumerate() {
        let (link, after) = element.split_once('>').unwrap_or((element, ""));
        let is_style = number > 0 && link.contains("stylesheet");
        let name = link.split(['"', ' ', '=', '/']).find(|part| Path::new(part).extension().is_some_and(|extension| extension == "css"));
        if let (true, Some(name)) = (is_style, name) {
            let file = folder.join(name);
            style += &fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
            rest += after.trim_start();
        } else {
            rest += if number > 0 { "<link " } else { "" };
            rest += element;
        }
    }
    if style.is_empty() {
        return Ok((rest, None));
    }
    let file = folder.join("style.css");
    fs::write(&file, style).with_context(|| format!("cannot write {}", file.display()))?;
    Ok((rest, Some(rename(folder, "style", ".css")?)))
}

/// The pages of the rules in one text, as `fivetwenty_diagnose::set_pages` takes them, and behind them the public suffix list.
///
/// # Errors
/// When one cannot be read.
pub fn rules() -> Result<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = root.join("crates/diagnose/src/rules");
    let mut text = String::new();
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)?.map(|file| Ok(file?.path())).collect::<Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    for file in files {
        let page = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        text += &["\n%% ", &name, "\n"].concat();
        for (number, part) in page.split("\n## ").enumerate() {
            if UNREAD.iter().any(|unread| part.starts_with(unread)) {
                continue;
            }
            text += if number > 0 { "\n## " } else { "" };
            text += part;
        }
    }
    let suffixes = fs::read_to_string(root.join("static/public-suffixes.txt")).context("cannot read the public suffix list")?;
    text += &["\n%% public-suffixes.txt\n", &suffixes].concat();
    Ok(text)
}

/// A file whose name holds a hash of its content.
pub(crate) struct Sealed {
    /// Its name.
    pub(crate) name: String,
    /// The hash of its content, as browsers check it.
    pub(crate) integrity: String,
}

/// Puts a hash of a file's content into its name.
pub(crate) fn rename(folder: &Path, stem: &str, extension: &str) -> Result<Sealed> {
    let file = folder.join(format!("{stem}{extension}"));
    let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let hash = Sha384::digest(content);
    let name = format!("{stem}-{:.16}{extension}", hex::encode(hash));
    fs::rename(&file, folder.join(&name)).with_context(|| format!("cannot rename {}", file.display()))?;
    Ok(Sealed { name, integrity: format!("sha384-{}", STANDARD.encode(hash)) })
}

impl Sealed {
    fn link(&self, name: &str, attributes: &str, base: &str) -> String {
        format!("<link rel=\"{name}\"{attributes} href=\"{base}{}\" integrity=\"{}\">", self.name, self.integrity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when the page is told another name or integrity than the files have: it could never read a file.
    #[test]
    fn the_page_names_the_files_and_what_is_in_them() {
        let folder = env::temp_dir().join(format!("fivetwenty-seal-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        // A module, and the same with a section that nothing needs.
        let (bare, named) = ("\0asm\x01\0\0\0", "\0asm\x01\0\0\0\0\x02\x01x");
        let index = format!("<head><link integrity=sha384-{}></head><body>", STANDARD.encode(Sha384::digest(named)));
        for (name, content) in [
            ("index.html", &*index),
            ("fivetwenty-page-1_bg.wasm", named),
            ("fivetwenty-workers.js", "// No.\n  abc\n"),
            ("fivetwenty-bundler.js", "abc"),
            ("fivetwenty-bundler_bg.wasm", bare),
            ("fivetwenty-probe.js", "abc"),
            ("fivetwenty-probe_bg.wasm", bare),
            ("help.md", "abc"),
        ] {
            fs::write(folder.join(name), content).unwrap();
        }
        let error = seal_in(&folder, "./").unwrap_err();
        assert!(error.to_string().contains("cannot read") && error.to_string().contains("fivetwenty-workers_bg.wasm"), "{error}");

        fs::write(folder.join("fivetwenty-workers.js"), "abc").unwrap();
        fs::write(folder.join("fivetwenty-workers_bg.wasm"), named).unwrap();
        seal_in(&folder, "./").unwrap();
        assert_eq!(fs::read(folder.join("fivetwenty-workers-e8d1420b4ff41c3f.js")).unwrap(), b"abc\n");
        for module in ["fivetwenty-workers_bg-a24c87575ec08159", "fivetwenty-page-1_bg"] {
            assert_eq!(fs::read(folder.join(format!("{module}.wasm"))).unwrap(), bare.as_bytes());
            assert_eq!(fs::read(folder.join(format!("{module}.names.txt"))).unwrap(), b"");
        }
        // The hashes are those of "abc" in FIPS 180-4's examples, and of "abc" as a line and of an empty module as another program gives them.
        let expected = "<head><link integrity=sha384-okyHV17AgVkZ4iL9gMeELR7Q1ISxRPcAHorFgvPJr/8CqM+btjXngbzNX3HOpqc/>\
            <link rel=\"workers\" href=\"./fivetwenty-workers-e8d1420b4ff41c3f.js\" \
            integrity=\"sha384-6NFCC0/0HD8SGG2JSpnhxKpoHaecRwB+na3s2eywSC7h4iRRDnSEB4wCifNDlrnD\">\
            <link rel=\"workers\" as=\"fetch\" href=\"./fivetwenty-workers_bg-a24c87575ec08159.wasm\" \
            integrity=\"sha384-okyHV17AgVkZ4iL9gMeELR7Q1ISxRPcAHorFgvPJr/8CqM+btjXngbzNX3HOpqc/\">\
            <link rel=\"bundler\" href=\"./fivetwenty-bundler-e8d1420b4ff41c3f.js\" \
            integrity=\"sha384-6NFCC0/0HD8SGG2JSpnhxKpoHaecRwB+na3s2eywSC7h4iRRDnSEB4wCifNDlrnD\">\
            <link rel=\"bundler\" as=\"fetch\" href=\"./fivetwenty-bundler_bg-a24c87575ec08159.wasm\" \
            integrity=\"sha384-okyHV17AgVkZ4iL9gMeELR7Q1ISxRPcAHorFgvPJr/8CqM+btjXngbzNX3HOpqc/\">\
            <link rel=\"probe\" href=\"./fivetwenty-probe-e8d1420b4ff41c3f.js\" \
            integrity=\"sha384-6NFCC0/0HD8SGG2JSpnhxKpoHaecRwB+na3s2eywSC7h4iRRDnSEB4wCifNDlrnD\">\
            <link rel=\"probe\" as=\"fetch\" href=\"./fivetwenty-probe_bg-a24c87575ec08159.wasm\" \
            integrity=\"sha384-okyHV17AgVkZ4iL9gMeELR7Q1ISxRPcAHorFgvPJr/8CqM+btjXngbzNX3HOpqc/\">\
            <link rel=\"guides\" as=\"fetch\" href=\"./help-cb00753f45a35e8b.md\" \
            integrity=\"sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn\">\
            <link rel=\"rules\" as=\"fetch\" href=\"./rules-";
        let page = fs::read_to_string(folder.join("index.html")).unwrap();
        assert!(page.starts_with(expected) && page.ends_with("</head><body>"), "{page}");
        let pages = rules().unwrap();
        assert!(pages.starts_with("\n%% _shared.md\n") && pages.contains("\n%% empty_reply.md\n# empty-reply\n"), "{pages}");
        assert!(!pages.contains("## Examples") && !pages.contains("## How we know"), "{pages}");
        fs::remove_dir_all(&folder).unwrap();
    }

    /// Breaks when something of a script that runs is taken for a comment, or a comment stays.
    #[test]
    fn scripts_lose_their_comments() {
        let script = "/**\n * @param {a} b\n */\nfunction f(b) {\n    // Why.\n    return `// ${b}` * 2; // Here.\n\n    /* One. */\n}\n";
        assert_eq!(lean(script), "function f(b) {\nreturn `// ${b}` * 2; // Here.\n}\n");
    }
}
