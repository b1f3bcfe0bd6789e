//! The built page at the root and in a folder of static hosts: without any header, and with the configurations that
//! `cargo xtask dist --for` writes. Where it is in a folder, the host has a site with rules of its own beside it.

use std::env::temp_dir;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::time::Duration;

use axum::Router;
use fivetwenty_harness::process::Process;
use fivetwenty_harness::wait;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use xtask::container;
use xtask::headers::HeaderRules;
use xtask::hosts::find;
use xtask::publish::place::{Place, ROOT, type_of};
use xtask::publish::{self, Host, headers_below};

use crate::page::{Page, dist, engine, scratch};

/// Where the page is, one after the other.
const BASES: [&str; 2] = ["/", "/tools/520/"];
/// What the site that was there before sends: it would stop everything on the page.
const OTHER_POLICY: &str = "default-src 'none'; sandbox";
const PATIENCE: Duration = Duration::from_secs(10);

/// Broken by a page that needs a header to isolate its readers, or a place at the root, or that does not say the truth about it.
#[tokio::test(flavor = "multi_thread")]
async fn without_any_header_files_are_read_in_isolation() {
    let python = |at: &Published| {
        let mut python = Command::new(find("python3")?);
        python.args(["-m", "http.server", "--bind", "127.0.0.1", "--directory"]).arg(at.folder.join("site")).arg(at.port.to_string());
        Some(python)
    };
    // The frame's policy is only in its meta element.
    let folder = scratch("host-python");
    published_by("python", Host::Nginx, &folder, &BASES[1..], Sends::Nothing, python).await;
}

/// Broken by a configuration that nginx does not take, or that gives a file of the page other headers than `_headers` does.
#[tokio::test(flavor = "multi_thread")]
async fn nginx_sends_the_headers_and_files_are_read_in_isolation() {
    let nginx = |at: &Published| {
        let program = find("nginx")?;
        let (folder, port) = (at.folder.display(), at.port);
        let server = if at.base == "/" {
            at.shipped("server.conf").replace("listen 80;", &format!("listen 127.0.0.1:{port};"))
        } else {
            at.shipped("locations.conf");
            format!(
                "server {{\nlisten 127.0.0.1:{port};\nadd_header Content-Security-Policy \"{OTHER_POLICY}\";\n\
                 location ~ [.](html|js|wasm|css|har)$ {{ return 410; }}\nlocation / {{ return 410; }}\ninclude {folder}/locations.conf;\n}}\n"
            )
        };
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|name| format!("{name}_temp_path {folder}/temp;\n"));
        let text = format!(
            "daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log {folder}/errors;\nevents {{}}\nhttp {{\naccess_log off;\n{}{server}}}\n",
            temporary.concat()
        );
        let mut nginx = Command::new(program);
        nginx.arg("-c").arg(at.saved("nginx.conf", &text)).arg("-e").arg(at.folder.join("errors"));
        Some(nginx)
    };
    published_by("nginx", Host::Nginx, &scratch("host-nginx"), &BASES, Sends::Headers, nginx).await;
}

/// Broken by a configuration that Caddy does not take, or that gives a file of the page other headers than `_headers` does.
#[tokio::test(flavor = "multi_thread")]
async fn caddy_sends_the_headers_and_files_are_read_in_isolation() {
    let caddy = |at: &Published| {
        let program = find("caddy")?;
        let address = format!("http://127.0.0.1:{}", at.port);
        let site = if at.base == "/" {
            at.shipped("Caddyfile").replace("example.com {", &format!("{address} {{"))
        } else {
            at.shipped("fivetwenty.caddy");
            format!("{address} {{\nheader Content-Security-Policy \"{OTHER_POLICY}\"\nimport fivetwenty.caddy\nrespond /* 410\n}}\n")
        };
        let mut caddy = Command::new(program);
        let configuration = at.saved("Caddyfile.tried", &format!("{{\nadmin off\nauto_https off\n}}\n{site}"));
        caddy.args(["run", "--adapter", "caddyfile", "--config"]).arg(configuration);
        caddy.env("HOME", &at.folder).env("XDG_DATA_HOME", &at.folder).env("XDG_CONFIG_HOME", &at.folder);
        Some(caddy)
    };
    published_by("caddy", Host::Caddy, &scratch("host-caddy"), &BASES, Sends::Headers, caddy).await;
}

/// Broken by a configuration that Apache does not take, or that gives a file of the page other headers than `_headers` does.
#[tokio::test(flavor = "multi_thread")]
async fn apache_sends_the_headers_and_files_are_read_in_isolation() {
    let apache = |at: &Published| {
        let program = find("apache2")?;
        let (folder, port) = (at.folder.display(), at.port);
        let site = if at.base == "/" {
            at.shipped("site.conf").replace("*:80", &format!("127.0.0.1:{port}"))
        } else {
            // A shared host, which has read the .htaccess and nothing else of what is written.
            format!(
                "Header set Content-Security-Policy \"{OTHER_POLICY}\"\nDocumentRoot {folder}/site\n\
                 <Directory {folder}/site>\nAllowOverride FileInfo\nRequire all granted\n</Directory>\n"
            )
        };
        let modules = ["mpm_event", "authz_core", "dir", "mime", "headers", "filter", "deflate"];
        let modules = modules.map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n")).concat();
        // As root it takes another user. It knows no types but those that it is given.
        let text = format!(
            "ServerRoot {folder}\nServerName localhost\nListen 127.0.0.1:{port}\nPidFile {folder}/pid\nErrorLog {folder}/errors\n\
             DefaultRuntimeDir {folder}\n{modules}TypesConfig /dev/null\nUser \"#65534\"\nGroup \"#65534\"\n{site}"
        );
        let mut apache = Command::new(program);
        // One process, which ends with the test.
        apache.arg("-X").arg("-f").arg(at.saved("apache.conf", &text));
        Some(apache)
    };
    // That other user may not be let into this repository's folder.
    let folder = temp_dir().join(format!("fivetwenty-apache-{:?}-{}", engine(), process::id()));
    published_by("apache", Host::Apache, &folder, &BASES, Sends::Headers, apache).await;
    fs::remove_dir_all(&folder).expect("the folder can be removed");
}

/// Broken by a container whose server needs to write, a right or another file, or gives a file of the page other headers than `_headers`.
#[tokio::test(flavor = "multi_thread")]
async fn the_container_sends_the_headers_and_files_are_read_in_isolation() {
    let rootfs = container::rootfs();
    let is_this_page = fs::read(rootfs.join("site/index.html")).ok() == fs::read(dist().join("index.html")).ok();
    if !is_this_page {
        println!("LEFT OUT: the container was not tried: `cargo xtask container` has not made it of this page");
        return;
    }
    let port = free_port();
    let mut command = match container::command(&rootfs, port) {
        Ok(command) => command,
        Err(error) => {
            println!("LEFT OUT: the container was not tried: {error:#}");
            return;
        }
    };
    let _host = listening("container", &mut command, port).await;
    let headers = fs::read_to_string(dist().join("_headers")).expect("dist has its _headers");
    let rules = HeaderRules::parse(&headers).expect("they are well formed");
    every_file_has_its_headers("container", port, "/", &rules, Sends::Headers).await;
    let page = Page::start(Router::new(), &[]).await;
    the_job_is_done(&page, port, "/").await;
    page.end().await;
}

/// Broken by a page that registers a service worker: on the affected host it would respond to requests of the site.
#[test]
fn no_script_of_the_page_knows_service_workers() {
    let files = publish::copy(&dist(), &scratch("host-scripts")).expect("dist can be read");
    let scripts: Vec<&String> = files.iter().filter(|file| [".js", ".html"].iter().any(|ending| file.ends_with(ending))).collect();
    assert!(scripts.len() > 5, "{scripts:?}");
    for script in scripts {
        let text = fs::read_to_string(dist().join(script)).expect("it is text");
        assert!(!text.contains("serviceWorker"), "{script}");
    }
}

/// The page in a host's folder.
struct Published {
    /// What was written for the host.
    folder: PathBuf,
    base: &'static str,
    port: u16,
}

impl Published {
    /// What was written under this name, with the site where it is: changed as a person changes it who puts it elsewhere.
    fn shipped(&self, name: &str) -> String {
        let text = fs::read_to_string(self.folder.join(name)).expect("it is written");
        assert!(text.contains(ROOT), "{name} says where the site is");
        let text = text.replace(ROOT, &self.folder.join("site").display().to_string());
        self.saved(name, &text);
        text
    }

    fn saved(&self, name: &str, text: &str) -> PathBuf {
        let file = self.folder.join(name);
        fs::write(&file, text).expect("it can be written");
        file
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sends {
    Headers,
    Nothing,
}

/// Publishes the page at each of the places of a host, looks at the headers of every file, and does the whole job there. A host that is not
/// to be had is left out, and that is said.
async fn published_by(
    name: &str,
    kind: Host,
    folder: &Path,
    bases: &[&'static str],
    sends: Sends,
    host: impl Fn(&Published) -> Option<Command>,
) {
    let headers = fs::read_to_string(dist().join("_headers")).expect("dist has its _headers");
    let page = Page::start(Router::new(), &[]).await;
    for base in bases.iter().copied() {
        let folder = folder.join(if base == "/" { "root" } else { "folder" });
        let place = Place { base: base.to_owned(), host: None };
        publish::write(kind, &dist(), &headers, &place, &folder).expect("it can be written");
        let at = Published { folder, base, port: free_port() };
        let Some(mut command) = host(&at) else {
            println!("LEFT OUT: nothing was tried with {name}, which is not there");
            break;
        };
        let _host = listening(name, &mut command, at.port).await;
        let rules = HeaderRules::parse(&headers_below(&headers, base)).expect("they are well formed");
        every_file_has_its_headers(name, at.port, base, &rules, sends).await;
        if let Some(folder) = place.folder() {
            let sent = headers_of(at.port, folder).await;
            let moved = sent.iter().find(|(header, _)| header.eq_ignore_ascii_case("location"));
            assert!(moved.is_some_and(|(_, to)| to.ends_with(base)), "{name}: {folder} leads to the page: {sent:?}");
        }
        the_job_is_done(&page, at.port, base).await;
    }
    page.end().await;
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr()).expect("loopback is there").port()
}

/// Starts a host and waits until it listens.
async fn listening(name: &str, command: &mut Command, port: u16) -> Process {
    let host = Process::start(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())).expect("the host starts");
    let listens = wait::until(PATIENCE, async || Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.ok())).await;
    assert!(listens.expect("it only tries").is_some(), "{name} does not listen");
    host
}

/// Requests every file of the page: it has the headers of its path, each once, and its type. Two policies would both count.
async fn every_file_has_its_headers(name: &str, port: u16, base: &str, rules: &HeaderRules, sends: Sends) {
    let files = publish::copy(&dist(), &scratch(&format!("host-{name}-files"))).expect("dist can be read");
    for file in files.iter().map(String::as_str).chain([""]) {
        let path = format!("{base}{file}");
        let sent = headers_of(port, &path).await;
        let values = |wanted: &str| -> Vec<&str> {
            sent.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.as_str()).collect()
        };
        let due = rules.of(&path);
        if sends == Sends::Headers {
            for (header, value) in &due {
                assert_eq!(values(header), [value], "{name}: {header} of {path}");
            }
        }
        if sends == Sends::Nothing || due.iter().all(|(header, _)| header != "Content-Security-Policy") {
            // What runs nothing may have the one of the site around it.
            let policies = values("content-security-policy");
            assert!(policies.iter().all(|policy| *policy == OTHER_POLICY), "{name}: {path} has a policy: {policies:?}");
        }
        let kind = if file.is_empty() { "text/html" } else { type_of(Path::new(file)).expect("a known type") };
        // A host may send a visitor from an index to its folder.
        let moved = !values("location").is_empty();
        let has_type = values("content-type").iter().any(|sent| sent.starts_with(kind));
        assert!(moved || sends == Sends::Nothing || has_type, "{name}: the type of {path}: {sent:?}");
    }
}

/// The headers of a response that is the file, or says where it is.
async fn headers_of(port: u16, path: &str) -> Vec<(String, String)> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.expect("the host listens");
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("the host reads");
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.expect("the host responds");
    let response = String::from_utf8_lossy(&response);
    let (head, _) = response.split_once("\r\n\r\n").expect("a head");
    let (status, lines) = head.split_once("\r\n").expect("headers");
    assert!([" 200 ", " 301 ", " 302 ", " 308 "].iter().any(|good| status.contains(good)), "{path}: {status}");
    let pairs = lines.split("\r\n").map(|line| line.split_once(": ").unwrap_or_else(|| panic!("{path}: {line}")));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Reads files there to a verdict, in isolation, and sees that nothing stays behind that would answer for the host's other pages.
async fn the_job_is_done(page: &Page, port: u16, base: &str) {
    page.show(&format!("http://127.0.0.1:{port}{base}")).await;
    page.drop_sample().await;
    page.until_isolated_verdict().await;
    let workers = "return (await navigator.serviceWorker?.getRegistrations() ?? []).map(worker => worker.scope)";
    assert_eq!(page.run_async(workers, &[]).await, json!([]), "no service worker is registered");
}
