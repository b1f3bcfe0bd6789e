//! The page as one file, `fivetwenty.html`: it works from disk without a network, and connects nowhere at all.
//!
//! It is made from `dist/` and recompiles nothing. The policy in its meta element names its script and its style by their hashes; a changed
//! byte of either is refused by the browser. The script is the page's own three, one after the other: `static/single.js`, which stands in
//! for the server and the frame; what wasm-bindgen wrote for the page's module; and `boot.js`. Modules, guides, rules, samples and notices are
//! data blocks, which run nothing: gzip, since every browser unpacks it, and base64, which has no `<` that could end the block.
//! `single.js` hands them out in place of `fetch`, so the page and its workers do not know the difference.
//!
//! Differences from `dist/`:
//! - The links have names at `https://fivetwenty.invalid/`. Nothing is there, and nothing asks.
//! - `connect-src 'none'` holds for the document itself. A worker from a blob has the policy of the document that starts it, so no frame is
//!   needed. `blob:` is in `script-src` because workers import their script from a blob. On the page, Trusted Types let no script element
//!   have such an address, and workers start from blobs only.
//! - Nothing can be probed: the link to the probe is missing, by which the page knows (`has_probe` in `src/web/module.rs`).
//! - Links to the pages of the causes are left out, and so are pictures of links to the page.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use crate::run::root;
use crate::seal::{BOOT, BUNDLER, HELP, PAGE, RULES, WORKERS};

/// The file's name.
pub const NAME: &str = "fivetwenty.html";

/// Stands in for the server.
const STAND_IN: &str = include_str!("../../static/single.js");
/// Where the files seem to be, as `single.js` has it.
const HERE: &str = "https://fivetwenty.invalid/";
/// The files that have links, each with what the page calls it and what else its link says.
const LINKED: [(&str, &str, &str); 7] = [
    ("page", PAGE, ".wasm"),
    ("workers", WORKERS, ".js"),
    ("workers", WORKERS, ".wasm"),
    ("bundler", BUNDLER, ".js"),
    ("bundler", BUNDLER, ".wasm"),
    ("guides", HELP, ".md"),
    ("rules", RULES, ".md"),
];
/// What is asked for by its path. The names of functions are those of the page's module, for the trace of a panic.
const UNLINKED: [&str; 3] = ["samples/empty-reply/proxied.har", "samples/empty-reply/direct.har", "notices.txt"];

/// Makes one file of a built page, beside its folder, and says how big it is.
///
/// # Errors
/// When the folder is not that of a built page, or has something that cannot be in the file.
pub fn write(folder: &Path) -> Result<PathBuf> {
    let page = assemble(folder, &read(&root().join("index.html"))?)?;
    let file = folder.with_file_name(NAME);
    fs::write(&file, &page).with_context(|| format!("cannot write {}", file.display()))?;
    println!("{NAME:<52} {:>10} {:>10}  one file", page.len(), crate::dist::brotli(page.as_bytes())?.len());
    Ok(file)
}

/// The file, from the folder and the page's source.
fn assemble(folder: &Path, index: &str) -> Result<String> {
    let find = |stem: &str, extension: &str| find(folder, stem, extension);
    let script = script(&read(&find(PAGE, ".js")?)?, &read(&find(BOOT, ".js")?)?)?;
    let style = read(&find("style-", ".css")?)?;
    ensure!(!style.contains("</"), "the style would end its element");
    let icon = base64(read(&root().join("static/icon.svg"))?.as_bytes());
    let (mut head, mut parts) = (String::new(), String::new());
    let policy = format!(
        "default-src 'none'; script-src '{}' blob: 'wasm-unsafe-eval'; style-src '{}'; img-src data:; connect-src 'none'; worker-src blob:; \
         base-uri 'none'; form-action 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types default workers",
        hash(&script),
        hash(&style)
    );
    head += &format!("    <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n");
    head += &format!("    <link rel=\"icon\" href=\"data:image/svg+xml;base64,{icon}\">\n    <style>{style}</style>\n");
    for (name, stem, extension) in LINKED {
        let file = find(stem, extension)?;
        let at = name_of(&file);
        let kind = if extension == ".js" { "" } else { " as=\"fetch\"" };
        head += &format!("    <link rel=\"{name}\"{kind} href=\"{HERE}{at}\">\n");
        parts += &part(&at, &file)?;
    }
    let names = find(PAGE, ".names.txt")?;
    parts += &part(&name_of(&names), &names)?;
    for name in UNLINKED {
        parts += &part(name, &folder.join(name))?;
    }
    head += &format!("    <script type=\"module\">{script}</script>\n");
    let page = without_server(index)?;
    // The policy comes before all that it is about.
    let page = once(&page, "<meta charset=\"utf-8\">\n", &format!("<meta charset=\"utf-8\">\n{head}"))?;
    once(&page, "</body>", &format!("{parts}</body>"))
}

/// The page's source without what is on a server only.
fn without_server(index: &str) -> Result<String> {
    let foreign = ["<meta http-equiv=", "<meta property=\"og:", "<link data-trunk", "<script data-trunk", "<iframe id=\"isolation\""];
    let lines = index.lines().filter(|line| !foreign.iter().any(|start| line.trim_start().starts_with(start)));
    let page = lines.flat_map(|line| [line, "\n"]).collect::<String>();
    let page = once(&page, "<div id=\"app\">", "<span id=\"isolation\" hidden></span>\n    <div id=\"app\">")?;
    let page = once(&page, ", in <a href=\"causes/\">all causes of error 520</a>. Or drop what you have above.", ". Then drop it above.")?;
    let page = once(&page, "<h2>Causes</h2>\n          <ul></ul>\n", "")?;
    for left in ["href=\"", "src=\"", "data-trunk"] {
        ensure!(!page.contains(left), "index.html has {left}, which would lead nowhere in one file");
    }
    Ok(page)
}

/// The one script of the page: the stand-in, what wasm-bindgen wrote, and what starts it.
fn script(glue: &str, boot: &str) -> Result<String> {
    ensure!(!glue.contains("\nimport "), "the page's script imports another file");
    let glue = once(glue, "export { initSync, __wbg_init as default };", "return { default: __wbg_init };")?;
    let boot = once(boot, "import(script.href)", "glue")?;
    let script = format!("{STAND_IN}const glue = (() => {{\n{glue}}})();\n{boot}");
    // Either would change where the element ends.
    ensure!(!script.contains("</script") && !script.contains("<!--"), "the page's script would end its element");
    Ok(script)
}

/// A data block of a file's content.
fn part(name: &str, file: &Path) -> Result<String> {
    let content = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&content)?;
    Ok(format!("<script type=\"text/plain\" id=\"{name}\">{}</script>\n", base64(&packed.finish()?)))
}

/// The only file of a folder whose name begins and ends so.
fn find(folder: &Path, stem: &str, extension: &str) -> Result<PathBuf> {
    let files = fs::read_dir(folder).with_context(|| format!("cannot read {}: run `cargo xtask dist`", folder.display()))?;
    let mut found = Vec::new();
    for file in files {
        let path = file?.path();
        let name = name_of(&path);
        if name.starts_with(stem) && name.ends_with(extension) {
            found.push(path);
        }
    }
    let count = found.len();
    found.pop().filter(|_| count == 1).with_context(|| format!("{}: expected one {stem}…{extension}, found {count}", folder.display()))
}

fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Replaces what a text has once.
fn once(text: &str, from: &str, to: &str) -> Result<String> {
    let count = text.matches(from).count();
    ensure!(count == 1, "expected one {from:?}, found {count}");
    Ok(text.replace(from, to))
}

fn hash(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text)))
}

fn base64(content: &[u8]) -> String {
    STANDARD.encode(content)
}
