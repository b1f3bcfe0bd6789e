//! Firefox, and the export of its own developer tools.
//!
//! The export is not rebuilt from events: the Network panel is opened on the tab before the visit, and in the end its exporter is given
//! the requests that the panel shows, as its "Save All As HAR" gives them.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use fivetwenty_harness::browsers::firefox::{Browser, NETWORK_PANEL};
use serde_json::{Map, Value, json};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use xtask::browsers::Firefox;

use super::{Certificates, Export, Host, Plan, Step, await_element, click, compact};

/// Visits as planned and returns the export of that visit. Firefox has one form only.
///
/// # Errors
/// When the browser does not start, or the visit does not go as planned.
pub(super) async fn record(firefox: &Firefox, plan: &Plan) -> Result<Vec<Export>> {
    let routes = Routes::to(&plan.hosts).await?;
    let capabilities = Map::from_iter([("acceptInsecureCerts".to_owned(), json!(plan.certificates == Certificates::Any))]);
    let browser = Browser::start(firefox, &routes.preferences(), capabilities).await?;
    let har = visit(&browser, plan, &routes).await;
    browser.end().await?;
    Ok(vec![Export { form: format!("firefox-{}", firefox.major), har: compact(&har?) }])
}

async fn visit(browser: &Browser, plan: &Plan, routes: &Routes) -> Result<String> {
    browser.set_script_timeout(Plan::PATIENCE).await?;
    let addresses: Map<String, Value> = routes.addresses.iter().map(|(name, address)| (name.clone(), json!(address))).collect();
    browser.run_privileged(RESOLVE, json!(addresses)).await?;
    browser.run_privileged(&with_panel(""), Value::Null).await.context("cannot open the developer tools")?;

    let mut lost = Vec::new();
    for step in &plan.steps {
        if let Step::Open(_) = step {
            lost = settle(browser, &lost, BETWEEN_PAGES).await?;
        }
        take(browser, step).await.with_context(|| format!("{step:?}"))?;
    }

    let open = settle(browser, &lost, Plan::PATIENCE).await?;
    ensure!(open.iter().all(|request| lost.contains(request)), "requests were still open after {:?}", Plan::PATIENCE);
    match browser.run_privileged(&with_panel(EXPORT), Value::Null).await? {
        Value::String(har) => Ok(har),
        other => bail!("the developer tools exported {other}"),
    }
}

/// How names lead to the lab's listeners. Firefox can be told an address for each name, but only one port for all that a URL's port
/// means. So the first host of a port is reached as it is, and the others, which are third parties of its pages, through a relay that has
/// the same port at another address of loopback. A relay closes where its host resets, so faults belong to the first.
#[derive(Default)]
struct Routes {
    addresses: BTreeMap<String, IpAddr>,
    ports: BTreeMap<u16, u16>,
    relays: JoinSet<()>,
}

impl Routes {
    async fn to(hosts: &[Host]) -> Result<Self> {
        let mut routes = Self::default();
        for host in hosts {
            let port = *routes.ports.entry(host.port).or_insert(host.address.port());
            let address = if port == host.address.port() { host.address.ip() } else { routes.relay(host, port).await? };
            ensure!(
                routes.addresses.insert(host.name.clone(), address).is_none_or(|other| other == address),
                "Firefox cannot lead {} to two addresses",
                host.name
            );
        }
        Ok(routes)
    }

    async fn relay(&mut self, host: &Host, port: u16) -> Result<IpAddr> {
        let last = u8::try_from(self.relays.len() + 2).context("too many hosts")?;
        let address = IpAddr::from([127, 0, 0, last]);
        let listener = TcpListener::bind((address, port)).await.with_context(|| format!("cannot listen on {address}:{port}"))?;
        let target = host.address;
        self.relays.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                connections.spawn(async move {
                    if let Ok(mut far) = TcpStream::connect(target).await {
                        // An error of either side ends the connection on both, which is all that a relay can do.
                        let _ = copy_bidirectional(&mut near, &mut far).await;
                    }
                });
            }
        });
        Ok(address)
    }

    fn preferences(&self) -> Map<String, Value> {
        let ports: Vec<String> = self.ports.iter().map(|(meant, real)| format!("{meant}={real}")).collect();
        let names: Vec<&str> = self.addresses.keys().map(String::as_str).collect();
        let mut preferences = Map::new();
        for (name, value) in [
            ("network.socket.forcePort", json!(ports.join(";"))),
            // No other host can be reached: for those there is a proxy that is not there.
            ("network.proxy.type", json!(1)),
            ("network.proxy.http", json!("127.0.0.1")),
            ("network.proxy.http_port", json!(NOBODY)),
            ("network.proxy.ssl", json!("127.0.0.1")),
            ("network.proxy.ssl_port", json!(NOBODY)),
            ("network.proxy.no_proxies_on", json!(names.join(","))),
            // Names are not asked for in DNS.
            ("network.trr.mode", json!(5)),
            ("network.dns.native_https_query", json!(false)),
            // A visit is over the protocol that its URL names, and over TCP.
            ("dom.security.https_first", json!(false)),
            ("dom.security.https_first_schemeless", json!(false)),
            ("network.http.http3.enable", json!(false)),
            // Drivers turn this on; in people's browsers an error without a page is an error page of the browser's own.
            ("browser.http.blank_page_with_error_response.enabled", json!(false)),
            ("devtools.netmonitor.persistlog", json!(true)),
        ] {
            preferences.insert(name.to_owned(), value);
        }
        preferences
    }
}

/// The port of the discard service, which no machine has run for decades.
const NOBODY: u16 = 9;

async fn take(browser: &Browser, step: &Step) -> Result<()> {
    match step {
        Step::Open(url) => open(browser, url).await,
        Step::Await(selector) => await_element(browser, selector).await,
        Step::Click(selector) => click(browser, selector).await,
        Step::Pause(duration) => {
            tokio::time::sleep(*duration).await;
            Ok(())
        }
    }
}

/// The driver's own navigation waits for an event that never comes for a page that breaks off.
async fn open(browser: &Browser, url: &str) -> Result<()> {
    browser.run_privileged(OPEN, json!(url)).await?;
    Ok(())
}

const OFTEN: Duration = Duration::from_millis(100);

/// The panel never hears of the end of a request that was open when its page was left, so before leaving one it is given this time.
const BETWEEN_PAGES: Duration = Duration::from_secs(2);

/// Waits until the panel, which hears of everything a moment later than the page, has seen the end of every request but the lost ones.
/// Gives the requests that are open then.
async fn settle(browser: &Browser, lost: &[Value], patience: Duration) -> Result<Vec<Value>> {
    let start = Instant::now();
    let (mut seen, mut quiet) = (Value::Null, 0);
    loop {
        let mut now = browser.run_privileged(&with_panel(REQUESTS), Value::Null).await?;
        let open = match now["open"].take() {
            Value::Array(open) => open,
            other => bail!("the developer tools listed {other}"),
        };
        let is_quiet = now == seen && open.iter().all(|request| lost.contains(request));
        quiet = if is_quiet { quiet + 1 } else { 0 };
        if quiet == 3 || start.elapsed() > patience {
            return Ok(open);
        }
        seen = now;
        tokio::time::sleep(OFTEN).await;
    }
}

fn with_panel(script: &str) -> String {
    format!("{NETWORK_PANEL} {script}")
}

/// Names of the plan lead to the addresses of its listeners.
const RESOLVE: &str = "
    const names = Cc['@mozilla.org/network/native-dns-override;1'].getService(Ci.nsINativeDNSResolverOverride);
    for (const [name, address] of Object.entries(given)) names.addIPOverride(name, address);
";

/// Goes where the address bar would go, and waits until nothing more is to come, be it whole, broken or an error.
pub(crate) const OPEN: &str = "
    const tab = gBrowser.selectedBrowser;
    await new Promise(resolve => {
        let started = false;
        const listener = {
            onStateChange(browser, progress, request, flags) {
                if (browser != tab || !progress.isTopLevel || !(flags & Ci.nsIWebProgressListener.STATE_IS_NETWORK)) return;
                if (flags & Ci.nsIWebProgressListener.STATE_START) started = true;
                if (!started || !(flags & Ci.nsIWebProgressListener.STATE_STOP)) return;
                gBrowser.removeTabsProgressListener(listener);
                resolve();
            },
        };
        gBrowser.addTabsProgressListener(listener);
        tab.fixupAndLoadURIString(given, {triggeringPrincipal: Services.scriptSecurityManager.getSystemPrincipal()});
    });
";

/// How many requests there were, and which of them are open.
const REQUESTS: &str = "
    return {count: store.getState().requests.requests.length, open: [...connector.dataProvider.pendingRequests]};
";

const EXPORT: &str = "
    const {HarExporter} = require('devtools/client/netmonitor/src/har/har-exporter');
    const {getDisplayedRequests} = require('devtools/client/netmonitor/src/selectors/index');
    return HarExporter.fetchHarData({connector, items: getDisplayedRequests(store.getState())});
";

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    fn host(name: &str, port: u16, listener: &TcpListener) -> Host {
        Host { name: name.to_owned(), port, address: listener.local_addr().expect("it listens") }
    }

    /// Breaks when a host of a plan leads to another host's listener.
    #[tokio::test]
    async fn hosts_of_one_port_are_told_apart() {
        let shop = TcpListener::bind("127.0.0.1:0").await.expect("loopback is there");
        let widgets = TcpListener::bind("127.0.0.1:0").await.expect("loopback is there");
        let routes = Routes::to(&[host("shop.example", 80, &shop), host("widgets.example", 80, &widgets)]).await.expect("routes");
        let port = shop.local_addr().expect("it listens").port();
        assert_eq!(routes.preferences()["network.socket.forcePort"], format!("80={port}"));
        assert_eq!(routes.addresses["shop.example"], shop.local_addr().expect("it listens").ip());

        let mut near = TcpStream::connect((routes.addresses["widgets.example"], port)).await.expect("the relay listens");
        near.write_all(b"for widgets").await.expect("the relay reads");
        let (mut far, _) = widgets.accept().await.expect("the relay connects");
        let mut read = [0; 11];
        far.read_exact(&mut read).await.expect("the relay writes");
        assert_eq!(&read, b"for widgets");
    }
}
