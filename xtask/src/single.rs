//! The page as one file, `fivetwenty.html`: it works from disk without a network, and connects nowhere at all.
//!
//! It is made from `dist/` and recompiles nothing. The policy in its meta element names its script and its style by their hashes; a changed
//! byte of either is refused by the browser. The script is one after the other: as texts, what the workers start from; `static/single.js`,
//! which stands in for the server and the frame; what wasm-bindgen wrote for the page's module; and `boot.js`. Modules, guides, rules, samples
//! and notices are data blocks, which run nothing: gzip, since every browser unpacks it, and base64, which has no `<` that could end the
//! block. `single.js` hands them out in place of `fetch`, so the page does not know the difference.
//!
//! Differences from `dist/`:
//! - The links have names at `https://fivetwenty.invalid/`. Nothing is there, and nothing asks.
//! - `connect-src 'none'` holds for the document itself. A worker from a blob has the policy of the document that starts it, so no frame is
//!   needed. Nothing is imported, so `script-src` has no address at all; by Trusted Types the two blobs of the file's own script are the
//!   only workers, and they can start none.
//! - A page on disk has an origin of its own, to which Chromium lets no module worker and no import of a blob belong. So workers are classic,
//!   and the script that wasm-bindgen wrote stands in `worker.js` where that imports it. WebKit lets such workers read no file, so there the
//!   page hands a file's content over, whole (`static/single-worker.js`): a file takes its size in memory.
//! - Nothing can be probed: the link to the probe is missing, by which the page knows (`has_probe` in `src/web/module.rs`).
//! - Links to the pages of the causes are left out, and so are pictures of links to the page.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use crate::compress::brotli;
use crate::run::root;
use crate::seal::{BOOT, BUNDLER, HELP, PAGE, RULES, WORKERS};

/// The file's name.
pub const NAME: &str = "fivetwenty.html";

/// Stands in for the server.
const STAND_IN: &str = include_str!("../../static/single.js");
/// Stands before a worker's loader.
const BEFORE_LOADER: &str = include_str!("../../static/single-worker.js");
/// Where the files seem to be, as `single.js` has it.
const HERE: &str = "https://fivetwenty.invalid/";
/// The files that have links: what the page calls each, and how its name begins and ends.
const LINKED: [(&str, &str, &str); 5] = [
    ("page", PAGE, ".wasm"),
    ("workers", WORKERS, ".wasm"),
    ("bundler", BUNDLER, ".wasm"),
    ("guides", HELP, ".md"),
    ("rules", RULES, ".md"),
];
/// The scripts of workers, likewise.
const WORKER_SCRIPTS: [(&str, &str); 2] = [("workers", WORKERS), ("bundler", BUNDLER)];
/// What is asked for by its path.
const UNLINKED: [&str; 3] = ["samples/empty-reply/proxied.har", "samples/empty-reply/direct.har", "notices.txt"];

/// Makes one file of a built page, beside its folder, and says how big it is.
///
/// # Errors
/// When the folder is not that of a built page, or has something that cannot be in the file.
pub fn write(folder: &Path) -> Result<PathBuf> {
    let page = assemble(folder, &read(&root().join("index.html"))?)?;
    let file = folder.with_file_name(NAME);
    fs::write(&file, &page).with_context(|| format!("cannot write {}", file.display()))?;
    println!("{NAME:<52} {:>10} {:>10}  one file", page.len(), brotli(page.as_bytes())?.len());
    Ok(file)
}

/// The file, from the folder and the page's source.
fn assemble(folder: &Path, index: &str) -> Result<String> {
    let find = |stem: &str, extension: &str| find(folder, stem, extension);
    let loader = read(&folder.join("worker.js"))?;
    let (mut scripts, mut links, mut parts) = (BTreeMap::new(), Vec::new(), Vec::new());
    for (name, stem) in WORKER_SCRIPTS {
        let at = format!("{name}.js");
        links.push(format!("<link rel=\"{name}\" href=\"{HERE}{at}\">\n"));
        scripts.insert(at, worker(&loader, &read(&find(stem, ".js")?)?)?);
    }
    for (name, stem, extension) in LINKED {
        let file = find(stem, extension)?;
        let at = name_of(&file);
        links.push(format!("<link rel=\"{name}\" as=\"fetch\" href=\"{HERE}{at}\">\n"));
        parts.push(part(&at, &file)?);
    }
    // For the trace of a panic of the page. A worker's trace does not say whose functions it has.
    let names = find(PAGE, ".names.txt")?;
    parts.push(part(&name_of(&names), &names)?);
    for name in UNLINKED {
        parts.push(part(name, &folder.join(name))?);
    }
    let script = script(&scripts, &read(&find(PAGE, ".js")?)?, &read(&find(BOOT, ".js")?)?)?;
    let style = read(&find("style-", ".css")?)?;
    ensure!(!style.contains("</"), "the style would end its element");
    let icon = base64(read(&root().join("static/icon.svg"))?.as_bytes());
    // The policy comes before all that it is about.
    let head = format!(
        "<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <link rel=\"icon\" href=\"data:image/svg+xml;base64,{icon}\">\n<style>{style}</style>\n{}<script type=\"module\">{script}</script>\n",
        policy(&script, &style),
        links.concat()
    );
    let page = once(&without_server(index)?, "<meta charset=\"utf-8\">\n", &head)?;
    once(&page, "</body>", &format!("{}</body>", parts.concat()))
}

fn policy(script: &str, style: &str) -> String {
    format!(
        "default-src 'none'; script-src '{}' 'wasm-unsafe-eval'; style-src '{}'; img-src data:; connect-src 'none'; worker-src blob:; \
         base-uri 'none'; form-action 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types default workers",
        hash(script),
        hash(style)
    )
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

/// The one script of the page: those of the workers, the stand-in, what wasm-bindgen wrote, and what starts it.
fn script(workers: &BTreeMap<String, String>, glue: &str, boot: &str) -> Result<String> {
    let (scripts, glue) = (serde_json::to_string(workers)?, inner(glue)?);
    let script = format!("const SCRIPTS = {scripts};\n{STAND_IN}{glue}{}", once(boot, "import(script.href)", "glue")?);
    // Either would change where the element ends.
    ensure!(!script.contains("</script") && !script.contains("<!--"), "the page's script would end its element");
    Ok(script)
}

/// What a worker starts from: its loader, with what it would import.
fn worker(loader: &str, glue: &str) -> Result<String> {
    Ok(format!("\"use strict\";\n{BEFORE_LOADER}{}{}", inner(glue)?, once(loader, "import(script)", "glue")?))
}

/// A script that wasm-bindgen wrote, as what its import gives.
fn inner(glue: &str) -> Result<String> {
    ensure!(!glue.contains("\nimport "), "a script of wasm-bindgen's imports another file");
    let glue = once(glue, "export { initSync, __wbg_init as default };", "return { initSync, default: __wbg_init };")?;
    // It would be asked for a module that nobody names, and is no word of a classic script.
    let glue = once(&glue, "import.meta.url", "undefined")?;
    Ok(format!("const glue = (() => {{\n{glue}}})();\n"))
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

#[cfg(test)]
mod tests {
    use std::env;
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::*;

    const GLUE: &str = "let wasm = import.meta.url;\nexport { initSync, __wbg_init as default };\n";

    /// A folder with the files that a build has, each with its name as content where it is no script.
    fn folder(test: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("fivetwenty-single-{test}-{}", std::process::id()));
        fs::create_dir_all(folder.join("samples/empty-reply")).unwrap();
        for (name, content) in [
            ("fivetwenty-page-1.js", GLUE),
            ("fivetwenty-workers-1.js", GLUE),
            ("fivetwenty-bundler-1.js", GLUE),
            ("boot-1.js", "import(script.href);\n"),
            ("worker.js", "import(script);\n"),
            ("style-1.css", "a > b { color: red }"),
        ] {
            fs::write(folder.join(name), content).unwrap();
        }
        let others =
            ["fivetwenty-page-1_bg.wasm", "fivetwenty-workers-1_bg.wasm", "fivetwenty-bundler-1_bg.wasm", "help-1.md", "rules-1.md"];
        for name in others.iter().chain(&UNLINKED).chain(&["fivetwenty-page-1_bg.names.txt"]) {
            fs::write(folder.join(name), name).unwrap();
        }
        folder
    }

    fn index() -> String {
        read(&root().join("index.html")).unwrap()
    }

    fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
        text.split_once(before).unwrap().1.split_once(after).unwrap().0
    }

    /// Breaks when the policy does not name the script and the style that are there, a part is not what the folder has, or something leads
    /// out of the file.
    #[test]
    fn the_file_has_all_that_it_needs() {
        let folder = folder("whole");
        let page = assemble(&folder, &index()).unwrap();
        let policy = between(&page, "content=\"", "\"");
        for (kind, text) in
            [("script", between(&page, "<script type=\"module\">", "</script>")), ("style", between(&page, "<style>", "</style>"))]
        {
            assert!(policy.contains(&format!("{kind}-src '{}'", hash(text))), "{policy}");
        }
        assert!(policy.contains("connect-src 'none'") && !policy.contains("script-src blob:"), "{policy}");
        let parts: Vec<&str> = page.split("<script type=\"text/plain\" id=\"").skip(1).collect();
        assert_eq!(parts.len(), LINKED.len() + UNLINKED.len() + 1);
        for part in parts {
            let (name, rest) = part.split_once("\">").unwrap();
            let packed = STANDARD.decode(rest.split_once('<').unwrap().0).unwrap();
            let mut content = String::new();
            GzDecoder::new(&*packed).read_to_string(&mut content).unwrap();
            assert_eq!(content, name);
        }
        // The page's own markup: the scripts name many things.
        let markup = page.replace(between(&page, "<script type=\"module\">", "</script>"), "");
        let leads = markup.split("href=\"").skip(1).chain(markup.split("src=\"").skip(1));
        for to in leads {
            assert!(to.starts_with(HERE) || to.starts_with("data:image/svg+xml;base64,"), "{to:.80}");
        }
        fs::remove_dir_all(&folder).unwrap();
    }

    /// Breaks when a file is made that cannot work: of a build that misses a file or has two, of a script that would end its element or
    /// is not what is expected, or of a page with a new link.
    #[test]
    fn what_cannot_work_as_one_file_is_refused() {
        let folder = folder("broken");
        let error = |index: &str| assemble(&folder, index).unwrap_err().to_string();
        let linked = index().replace("</main>", "<a href=\"elsewhere.html\">x</a></main>");
        assert!(error(&linked).contains("lead nowhere"), "{}", error(&linked));
        for (name, content, expected) in [
            (
                "fivetwenty-page-1.js",
                "const a = '</script>';\nimport.meta.url\nexport { initSync, __wbg_init as default };",
                "end its element",
            ),
            ("fivetwenty-page-1.js", "export default 1;", "expected one \"export"),
            ("fivetwenty-page-1.js", "a\nimport b from 'b';\n", "imports another file"),
            ("worker.js", "", "expected one \"import(script)\""),
            ("rules-2.md", "", "expected one rules….md, found 2"),
        ] {
            let file = folder.join(name);
            let before = fs::read(&file).ok();
            fs::write(&file, content).unwrap();
            let said = error(&index());
            assert!(said.contains(expected), "{name}: {said}");
            match before {
                Some(before) => fs::write(&file, before).unwrap(),
                None => fs::remove_file(&file).unwrap(),
            }
        }
        fs::remove_file(folder.join("style-1.css")).unwrap();
        assert!(error(&index()).contains("expected one style-….css, found 0"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
