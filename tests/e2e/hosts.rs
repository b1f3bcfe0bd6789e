//! The built page in a folder of a static host: without any header, and with those that `cargo xtask dist` writes for the host.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use axum::Router;
use fivetwenty_harness::process::Process;
use fivetwenty_harness::wait;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use xtask::dist::headers_below;
use xtask::headers::HeaderRules;
use xtask::hosts::find;

use crate::page::{Page, copy_files, dist, scratch};

/// The folder that the page is in.
const BASE: &str = "/tools/520/";
/// Files of which each has a policy of its own.
const FILES: [&str; 4] = ["", "frame.html", "worker.js", "causes/empty-reply.html"];
const PATIENCE: Duration = Duration::from_secs(10);

/// Broken by a page that needs a header to isolate its readers, or a place at the root, or that does not say the truth about it.
#[tokio::test(flavor = "multi_thread")]
async fn without_any_header_files_are_read_in_isolation() {
    let isolates = |_: &HeaderRules, folder: &Path, port: u16| {
        let mut python = Command::new(find("python3")?);
        python.args(["-m", "http.server", "--bind", "127.0.0.1", "--directory"]).arg(folder).arg(port.to_string());
        Some(python)
    };
    // The frame's policy is only in its meta element.
    published_by("python", isolates, json!(FILES.map(|_| Value::Null))).await;
}

/// Broken by a configuration that nginx does not take, or that gives a file of the page another policy than `_headers` does.
#[tokio::test(flavor = "multi_thread")]
async fn nginx_sends_the_headers_and_files_are_read_in_isolation() {
    let nginx = |rules: &HeaderRules, folder: &Path, port: u16| {
        let program = find("nginx")?;
        let at = folder.display();
        fs::write(folder.join("headers.nginx.conf"), rules.nginx().expect("nginx can be told")).expect("it can be written");
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|name| format!("{name}_temp_path {at}/temp;\n")).concat();
        let text = format!(
            "daemon off;\nmaster_process off;\npid {at}/pid;\nerror_log {at}/errors;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}\
             types {{ text/html html; text/javascript js; application/wasm wasm; text/css css; }}\n\
             server {{\nlisten 127.0.0.1:{port};\nroot {at};\ninclude {at}/headers.nginx.conf;\n}}\n}}\n"
        );
        let configuration = folder.join("nginx.conf");
        fs::write(&configuration, text).expect("it can be written");
        let mut nginx = Command::new(program);
        nginx.arg("-c").arg(configuration).arg("-e").arg(folder.join("errors"));
        Some(nginx)
    };
    published_by("nginx", nginx, policies()).await;
}

/// Broken by a configuration that Caddy does not take, or that gives a file of the page another policy than `_headers` does.
#[tokio::test(flavor = "multi_thread")]
async fn caddy_sends_the_headers_and_files_are_read_in_isolation() {
    let caddy = |rules: &HeaderRules, folder: &Path, port: u16| {
        let program = find("caddy")?;
        fs::write(folder.join("headers.Caddyfile"), rules.caddy().expect("Caddy can be told")).expect("it can be written");
        let at = folder.display();
        let text = format!(
            "{{\nadmin off\nauto_https off\n}}\nhttp://127.0.0.1:{port} {{\nroot * {at}\nimport {at}/headers.Caddyfile\nfile_server\n}}\n"
        );
        let configuration = folder.join("Caddyfile");
        fs::write(&configuration, text).expect("it can be written");
        let mut caddy = Command::new(program);
        caddy.args(["run", "--adapter", "caddyfile", "--config"]).arg(configuration);
        caddy.env("HOME", folder).env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
        Some(caddy)
    };
    published_by("caddy", caddy, policies()).await;
}

/// The policies of the page, the frame, worker.js and a cause's page that are to be sent.
fn policies() -> Value {
    let rules = rules();
    let of = |file: &str| {
        let headers = rules.of(&format!("{BASE}{file}"));
        headers.into_iter().find(|(name, _)| name == "Content-Security-Policy").map(|(_, value)| value)
    };
    json!(FILES.map(of))
}

fn rules() -> HeaderRules {
    let headers = fs::read_to_string(dist().join("_headers")).expect("dist has its _headers");
    HeaderRules::parse(&headers_below(&headers, BASE)).expect("they are well formed")
}

/// Publishes the page in a folder of a host, which gets the rules, the host's root and its port, and does the whole job there. A host that
/// is not to be had is left out, and that is said.
async fn published_by(name: &str, host: impl Fn(&HeaderRules, &Path, u16) -> Option<Command>, policies: Value) {
    let root = scratch(&format!("host-{name}"));
    let folder = root.join(BASE.trim_matches('/'));
    for part in ["", "causes"] {
        fs::create_dir_all(folder.join(part)).expect("the folder can be made");
        copy_files(&dist().join(part), &folder.join(part));
    }
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr()).expect("loopback is there").port();
    let Some(mut command) = host(&rules(), &root, port) else {
        println!("LEFT OUT: nothing was tried with {name}, which is not there");
        return;
    };
    let _host = Process::start(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())).expect("the host starts");
    let listens = wait::until(PATIENCE, async || Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.ok())).await;
    assert!(listens.expect("it only tries").is_some(), "{name} does not listen");

    let page = Page::start(Router::new(), &[]).await;
    page.show(&format!("http://127.0.0.1:{port}{BASE}")).await;
    page.drop_sample().await;
    page.until_isolated_verdict().await;
    let sent = "
        window.sent ??= Promise.all(arguments[0].map(async file => (await fetch(file)).headers.get('content-security-policy')))
            .then(sent => { window.sentAre = sent; });
        return window.sentAre ?? null";
    assert_eq!(page.until("the headers", sent, &[json!(FILES)]).await, policies);
    page.end().await;
}
