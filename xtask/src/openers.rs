//! Pages of other origins that may offer files: what `cargo xtask dist --opener` adds to the built page. `docs/open-files.md` says what
//! those pages send.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use axum::http::Uri;

use crate::run::root;
use crate::seal::{make_lean, rename};

/// What the name of the script begins with.
const SCRIPT: &str = "open";
/// The header that would take the page's window away from who opened it.
const OPENER_POLICY: &str = "Cross-Origin-Opener-Policy: ";
/// Hosts that may be named with http.
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Reads an origin and writes it as browsers do: https, a host in lower case, its port when it is not the usual one.
///
/// # Errors
/// When it is no origin, or one of http that is not on this machine: with what was expected.
pub fn origin(text: &str) -> Result<String> {
    const WANTED: &str = "not an origin such as https://panel.example (write a name in other scripts as xn--…)";
    let uri: Uri = text.parse().context(WANTED)?;
    let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme)).context("expected https:// first")?;
    let host = uri.host().context(WANTED)?.to_ascii_lowercase();
    let is_local = LOCAL.contains(&&*host);
    ensure!(scheme == "https" || is_local, "expected https://: http:// is only for {}", LOCAL.join(", "));
    ensure!(uri.path() == "/" && uri.query().is_none() && !text.contains('#'), "expected an origin without a path, ? or #");
    ensure!(!host.contains('*'), "expected one host: there are no wildcards, repeat --opener for each origin");
    let is_name = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    ensure!(is_name || is_local, "{WANTED}");
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    ensure!(!authority.contains('@'), "expected a host, and no name or password");
    let usual = if scheme == "https" { 443 } else { 80 };
    let after = &authority[host.len()..];
    let port = uri.port_u16();
    ensure!(after.is_empty() || port.is_some(), "expected a port from 0 to 65535, found {after:?}");
    Ok(match port.filter(|port| *port != usual) {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

/// Lets pages of these origins offer files to the page in a folder: adds the script that hears them, tells it the origins, and lets them
/// keep the window that they open.
///
/// # Errors
/// When the folder is not that of a built page.
pub fn add(folder: &Path, origins: &[String]) -> Result<()> {
    edit(&folder.join("_headers"), |headers| {
        let (before, after) = headers.split_once(OPENER_POLICY)?;
        let (_, after) = after.split_once('\n')?;
        Some([before, OPENER_POLICY, "unsafe-none\n", after].concat())
    })?;
    let script = folder.join(format!("{SCRIPT}.js"));
    fs::copy(root().join("static").join("open.js"), &script).with_context(|| format!("cannot write {}", script.display()))?;
    make_lean(&script)?;
    let script = rename(folder, SCRIPT, ".js")?;
    let added = format!(
        "<meta name=\"fivetwenty:openers\" content=\"{}\"><script type=\"module\" src=\"./{}\" integrity=\"{}\"></script>",
        origins.join(" "),
        script.name,
        script.integrity
    );
    // Before the page's own script, which waits for the module.
    edit(&folder.join("index.html"), |page| {
        let (head, rest) = page.split_once("<script ")?;
        Some([head, &added, "<script ", rest].concat())
    })
}

fn edit(file: &Path, change: impl Fn(&str) -> Option<String>) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let text = change(&text).with_context(|| format!("{} is not that of a built page", file.display()))?;
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::headers::HeaderRules;

    /// Breaks when an origin is written otherwise than browsers name it, so that it is never heard, or when more than one origin is let in.
    #[test]
    fn an_origin_is_one_scheme_host_and_port() {
        for (text, expected) in [
            ("https://panel.example", "https://panel.example"),
            ("https://Panel.Example/", "https://panel.example"),
            ("HTTPS://panel.example:443", "https://panel.example"),
            ("https://panel.example:8443", "https://panel.example:8443"),
            ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
            ("http://localhost:8000", "http://localhost:8000"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("http://[::1]:8000", "http://[::1]:8000"),
        ] {
            assert_eq!(origin(text).unwrap(), expected);
        }
        for (text, expected) in [
            ("panel.example", "https:// first"),
            ("ftp://panel.example", "https:// first"),
            ("http://panel.example", "http:// is only for localhost"),
            ("http://localhost.panel.example", "http:// is only for localhost"),
            ("https://panel.example/a", "without a path"),
            ("https://panel.example/?a", "without a path"),
            ("https://panel.example/#a", "without a path"),
            ("https://*.panel.example", "no wildcards"),
            ("https://*", "no wildcards"),
            ("*", "https:// first"),
            ("null", "https:// first"),
            ("https://a@panel.example", "no name or password"),
            ("https://panel.example:99999", "a port from 0 to 65535"),
            ("https://panel.example:", "a port from 0 to 65535"),
            ("https://bücher.example", "xn--"),
            ("https://a.example https://b.example", "not an origin"),
            ("https://a.example\"><script>", "not an origin"),
            ("https://a'b.example", "not an origin"),
            ("", "not an origin"),
        ] {
            let error = origin(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    /// Breaks when the script or the origins are missing, the policy still takes the window away, or something else of the page changes.
    #[test]
    fn openers_are_added_to_a_built_page() {
        let folder = std::env::temp_dir().join(format!("fivetwenty-openers-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("index.html"), "<title>x</title><script src=./boot-1.js></script><p>y").unwrap();
        fs::write(folder.join("_headers"), include_str!("../../static/_headers")).unwrap();
        add(&folder, &["https://a.example".to_owned(), "https://b.example".to_owned()]).unwrap();

        let page = fs::read_to_string(folder.join("index.html")).unwrap();
        let start = "<title>x</title><meta name=\"fivetwenty:openers\" content=\"https://a.example https://b.example\">\
            <script type=\"module\" src=\"./open-";
        assert!(page.starts_with(start) && page.ends_with("></script><script src=./boot-1.js></script><p>y"), "{page}");
        let (_, name) = page.split_once("./open-").unwrap();
        let name = format!("open-{}", name.split_once('"').unwrap().0);
        assert!(fs::read_to_string(folder.join(&name)).unwrap().contains("addEventListener(\"message\""));

        let before = HeaderRules::parse(include_str!("../../static/_headers")).unwrap();
        let after = HeaderRules::parse(&fs::read_to_string(folder.join("_headers")).unwrap()).unwrap();
        for path in ["/", "/index.html", "/frame.html", "/worker.js", "/causes/"] {
            let changed: Vec<_> = after.of(path).into_iter().filter(|header| !before.of(path).contains(header)).collect();
            assert_eq!(changed, [("Cross-Origin-Opener-Policy".to_owned(), "unsafe-none".to_owned())], "{path}");
            assert_eq!(after.of(path).len(), before.of(path).len(), "{path}");
        }
        assert!(after.of(&format!("/{name}")).contains(&("Cache-Control".to_owned(), "public, max-age=31536000, immutable".to_owned())));
        fs::remove_dir_all(&folder).unwrap();
    }

    /// Breaks when the document shows another script than the example that the browser tests run.
    #[test]
    fn the_document_shows_the_example() {
        let example = include_str!("../../docs/examples/panel.html");
        let script = example.split_once("<script type=\"module\">\n").and_then(|(_, rest)| rest.split_once("</script>")).unwrap().0;
        assert!(include_str!("../../docs/open-files.md").contains(&format!("```js\n{script}```")), "{script}");
    }
}
