//! The live probe, against stand-ins for Cloudflare's edge: what it says in every state, and whom it asks.
//!
//! What each state looks like is kept as a picture in `target/e2e/<engine>/probe`.

use std::fs;
use std::ops::Deref;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Response, header};
use axum::middleware::map_response;
use axum::routing::get;
use fivetwenty_harness::browsers::script;
use fivetwenty_harness::servers::tls::{self, Certificate, Clients, Offers};
use fivetwenty_harness::wait;
use serde_json::{Value, json};
use tokio::io::{AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use xtask::run;
use xtask::server::{Server, site};
use xtask::test::PROGRAM;

use crate::page::{Page, dist, sample, scratch};

/// A repetition takes a minute.
const DEADLINE: Duration = Duration::from_secs(100);

/// The page, and where its pictures go.
struct Probe {
    page: Page,
    pictures: PathBuf,
}

impl Deref for Probe {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

impl Probe {
    /// Opens the page with further routes beside it; `pictures` names the folder of this test.
    async fn open(pictures: &str, routes: Router) -> Self {
        let probe = Self::start(pictures, with_site(routes), &[]).await;
        probe.show(&probe.origin()).await;
        probe
    }

    async fn start(pictures: &str, routes: Router, flags: &[&str]) -> Self {
        let page = Page::start(routes, flags).await;
        page.browser.resize(1100, 1200).await.expect("the browser takes the size");
        Self { page, pictures: scratch(&format!("probe/{pictures}")) }
    }

    async fn until(&self, what: &str, script: &str) -> Value {
        let found = script::until(&self.browser, DEADLINE, script, &[]).await;
        found.unwrap_or_else(|error| panic!("{what}: {error:#}"))
    }

    async fn set(&self, selector: &str, value: u32) {
        self.run("document.querySelector(arguments[0]).value = arguments[1]", &[json!(selector), json!(value)]).await;
    }

    /// The form: once there is a result, it stands in a place of its own.
    async fn show_form(&self) {
        let show = "
            const form = document.querySelector('#host');
            if (!form && document.querySelector('#verdict')) location.hash = 'more/probe';
            return !!form";
        self.until("the form", show).await;
    }

    async fn type_host(&self, target: &str) {
        self.show_form().await;
        let field = self.element("#host").await;
        field.clear().await.expect("the field can be cleared");
        field.send_keys(target).await.expect("the field takes text");
    }

    async fn probe(&self, target: &str) {
        self.type_host(target).await;
        self.click("#probe").await;
    }

    /// Waits until the probe is through, takes a picture under this name, and gives what the page says, with what is folded.
    async fn outcome(&self, picture: &str) -> String {
        // What it brought becomes a result, whose place has the form then.
        let through = "
            const trace = document.querySelector('#trace');
            if (!trace && document.querySelector('#verdict')) location.hash = 'more/probe';
            return ['done', 'failed'].includes(trace?.dataset.state) && (!!trace.closest('.place') || !document.querySelector('#save-probe'))";
        self.until("an outcome", through).await;
        self.picture(picture).await;
        self.run("return document.querySelector('#trace').textContent", &[]).await.as_str().unwrap_or_default().to_owned()
    }

    async fn picture(&self, name: &str) {
        let section = self.element(".probe").await;
        section.screenshot(&self.pictures.join(format!("{name}.png"))).await.expect("the browser takes pictures");
    }

    async fn end(self) {
        self.page.end().await;
    }
}

/// Routes beside the built page.
fn with_site(routes: Router) -> Router {
    routes.fallback_service(site(&dist()).expect("dist has its _headers"))
}

/// The probe's worker with a line before it.
fn with_probe_after(line: &str) -> Router {
    let script = fs::read_to_string(dist().join("probe.js")).expect("it is built");
    let script = format!("{line}\n{script}");
    // Without the page's own embedder policy a browser starts no worker.
    let headers = [("content-type", "text/javascript"), ("cross-origin-embedder-policy", "credentialless")];
    Router::new().route("/probe.js", get(async move || (headers, script)))
}

/// Something that a stand-in answers.
#[derive(Clone, Copy)]
struct Answer {
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
}

const TRACE: &str = "fl=80f417\nh=shop.example\nip=203.0.113.7\nts=1772941360.629\nvisit_scheme=http\nuag=Odd/1.0 (a=b)\ncolo=FRA\n\
    sliver=none\nhttp=http/1.1\nloc=DE\ntls=off\nsni=off\nwarp=off\nnovelty=yes\n";
const ANYBODY: &[(&str, &str)] = &[("access-control-allow-origin", "*"), ("timing-allow-origin", "*")];
const THROUGH: Answer = Answer { status: 200, headers: ANYBODY, body: TRACE };
/// What the edge answers for want of an answer of the origin's.
const FAILING: Answer = Answer {
    status: 520,
    headers: &[("server", "cloudflare"), ("cf-ray", "8a7d5e2fbcd1a1c3-FRA"), ("content-type", "text/plain; charset=UTF-8")],
    body: "error code: 520",
};

impl Answer {
    fn response(self) -> Response<Body> {
        let response = self.headers.iter().fold(Response::builder().status(self.status), |made, (name, value)| made.header(*name, *value));
        response.body(Body::from(self.body)).expect("it is an answer")
    }
}

/// A host that answers `/cdn-cgi/trace` with the one and all else with the other, and takes down what it is asked.
struct Stand {
    server: Server,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Stand {
    async fn start(trace: Answer, else_: Answer) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let answer = move |request: Request| async move {
            log.lock().expect("nobody broke it").push(line(&request));
            if request.uri().path() == "/cdn-cgi/trace" { trace.response() } else { else_.response() }
        };
        Self { server: Server::start(Router::new().fallback(answer), 0).await.expect("loopback is there"), asked }
    }

    fn url(&self) -> String {
        format!("{}/api/orders?page=2", self.server.url())
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody broke it").clone()
    }
}

/// A request in a line, with the headers that it should not have.
fn line(request: &Request) -> String {
    let told = |name: header::HeaderName| request.headers().get(&name).map(|value| format!(" {name}: {value:?}")).unwrap_or_default();
    format!("{} {}{}{}", request.method(), request.uri(), told(header::COOKIE), told(header::REFERER))
}

/// A host that takes connections and then does what is said.
async fn raw<Fut: Future<Output = ()> + Send + 'static>(serve: fn(TcpStream) -> Fut) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback is there");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let task = tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(serve(connection));
        }
    });
    (url, task)
}

async fn silence(connection: TcpStream) {
    let _ = connection.readable().await;
    std::future::pending::<()>().await;
}

async fn endless(mut connection: TcpStream) {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\naccess-control-allow-origin: *\r\n\r\n";
    let mut open = connection.write_all(head).await.is_ok();
    while open {
        open = connection.write_all(&[b'a'; 4096]).await.is_ok();
    }
}

/// Every state that another host's answers lead to.
/// Broken by a state without its own words, or with another's, by an alarm about a site that only sends no CORS header, and by a request to
/// something that nobody asked for.
#[tokio::test(flavor = "multi_thread")]
async fn every_state_has_its_words() {
    const PAGE: Answer = Answer { status: 200, headers: ANYBODY, body: "<!doctype html><title>Shop</title>" };
    const CHALLENGE: Answer = Answer { status: 403, headers: ANYBODY, body: "<!doctype html><title>Just a moment...</title>" };
    const MISSING: Answer = Answer { status: 404, headers: ANYBODY, body: "not found" };
    const ERROR: Answer = Answer { status: 500, headers: ANYBODY, body: "out of order" };
    const CLOSED: Answer = Answer { status: 200, headers: &[], body: TRACE };
    let states: [(&str, Answer, Answer, &[&str]); 7] = [
        (
            "through-and-hidden",
            THROUGH,
            FAILING,
            &["data centre FRA (Frankfurt", "5 of 5", "one data centre", "noveltyyes", "no sign of a failure", "curl -sv"],
        ),
        ("through-and-readable", THROUGH, PAGE, &["FRA", "200", "those that the host lets other pages see", "waiting", "http/1.1"]),
        ("not-proxied", MISSING, PAGE, &["status 404 and no trace", "orange cloud"]),
        ("not-proxied-page", PAGE, PAGE, &["status 200 and no trace", "orange cloud"]),
        ("challenge", CHALLENGE, PAGE, &["challenge page instead of the trace", "pass the challenge there"]),
        ("cors-refused", CLOSED, CLOSED, &["its trace can't be read from here: it sends no CORS header", "curl -sS", "curl -sv"]),
        ("error-status", ERROR, PAGE, &["status 500 instead of the trace"]),
    ];
    let page = Probe::open("states", Router::new()).await;
    for (name, trace, answer, words) in states {
        let stand = Stand::start(trace, answer).await;
        page.probe(&stand.url()).await;
        let said = page.outcome(name).await;
        for part in words {
            assert!(said.contains(part), "{name} without {part:?}: {said}");
        }
        let alarms = page.run("return document.querySelectorAll('#trace .panel.failed').length", &[]).await;
        let calm = ["through-and-hidden", "through-and-readable", "cors-refused"].contains(&name);
        assert_eq!(alarms == json!(0), calm, "{name}: {said}");
        // Nothing is told to the host, and nothing but these two addresses is asked for.
        let asked = stand.asked();
        let odd: Vec<&String> =
            asked.iter().filter(|line| !["GET /cdn-cgi/trace", "GET /api/orders?page=2"].contains(&line.as_str())).collect();
        assert!(odd.is_empty(), "{name}: {odd:?}");
        assert!(asked.len() <= 7, "{name}: {asked:?}");
    }
    let (silent, silent_task) = raw(silence).await;
    let (endless, endless_task) = raw(endless).await;
    let closed = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback is there").local_addr().expect("it is bound");
    for (name, target, words) in [
        ("time-out", silent, "No answer within 10 seconds"),
        ("refused", format!("http://{closed}"), "connection refused"),
        ("no-such-host", "http://no-such-host.invalid".to_owned(), "no such host (DNS)"),
        ("without-end", endless, "no trace"),
        ("no-address", "ftp://shop.example".to_owned(), "is not a web address"),
    ] {
        page.probe(&target).await;
        let said = page.outcome(name).await;
        assert!(said.contains(words), "{name} without {words:?}: {said}");
    }
    silent_task.abort();
    endless_task.abort();
    page.end().await;
}

/// States that are the visitor's own: offline, and a page that came over https.
/// Broken by an offline computer, or a page that came over https, that is taken for a host that is down.
#[tokio::test(flavor = "multi_thread")]
async fn the_visitors_own_states_are_told() {
    let offline = with_probe_after("Object.defineProperty(navigator, 'onLine', {get: () => false});");
    let page = Probe::open("own", offline).await;
    page.probe("http://no-such-host.invalid").await;
    let said = page.outcome("offline").await;
    assert!(said.contains("This computer is offline"), "{said}");
    page.end().await;

    let page = Probe::start("https", with_site(Router::new()), &[]).await;
    let (behind, listener) = (page.server().address(), TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback is there"));
    let front = listener.local_addr().expect("it is bound");
    let config = tls::server("shop.example", Certificate::Public, Offers::Http1, Clients::Anybody).expect("a certificate can be made");
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = TlsAcceptor::from(Arc::clone(&config));
            tokio::spawn(async move {
                if let (Ok(mut stream), Ok(mut server)) = (acceptor.accept(stream).await, TcpStream::connect(behind).await) {
                    let _ = copy_bidirectional(&mut stream, &mut server).await;
                }
            });
        }
    });
    page.show(&format!("https://{front}")).await;
    page.probe("http://shop.example/x").await;
    let said = page.outcome("mixed-content").await;
    assert!(said.contains("mixed content"), "{said}");
    page.end().await;
    task.abort();
}

/// The page's own origin as a zone of Cloudflare's with an origin that fails every other time, in two data centres, and what it was asked.
#[derive(Clone, Default)]
struct Own {
    asked: Arc<Mutex<Vec<(Instant, String)>>>,
}

impl Own {
    fn routes(&self) -> Router {
        let trace = self.answer(|_| THROUGH);
        let broken = self.answer(|_| FAILING);
        let flaky = self.answer(|count| match count % 4 {
            0 | 1 => FAILING,
            _ => Answer { status: 200, headers: &[("server", "cloudflare"), ("cf-ray", "8a7d5e2fbcd1a1c4-AMS")], body: "ok" },
        });
        Router::new().route("/cdn-cgi/trace", trace).route("/api/broken", broken).route("/api/flaky", flaky)
    }

    fn answer(&self, answer: fn(usize) -> Answer) -> axum::routing::MethodRouter {
        let asked = Arc::clone(&self.asked);
        get(async move |request: Request| {
            let mut asked = asked.lock().expect("nobody broke it");
            asked.push((Instant::now(), line(&request)));
            answer(asked.len()).response()
        })
    }

    fn asked(&self) -> Vec<(Instant, String)> {
        self.asked.lock().expect("nobody broke it").clone()
    }
}

impl Own {
    /// Waits until it was asked so often.
    async fn until_asked(&self, times: usize) {
        let all = wait::until(DEADLINE, async || Ok((self.asked().len() >= times).then_some(()))).await.expect("it only looks");
        assert!(all.is_some(), "{:?}", self.asked());
    }
}

/// Broken by headers of the page's own origin that are not shown, cookies that nobody wanted sent, and a saved probe that the command line
/// does not take.
#[tokio::test(flavor = "multi_thread")]
async fn the_pages_own_origin_is_seen_whole() {
    let own = Own::default();
    // The page's own files come through Cloudflare as well.
    let through = map_response(async |mut response: Response<Body>| {
        response.headers_mut().entry("cf-ray").or_insert(HeaderValue::from_static("8a7d5e2fbcd1a1c2-FRA"));
        response
    });
    let page = Probe::start("same-origin", with_site(own.routes()).layer(through), &[]).await;
    page.show(&page.origin()).await;
    page.run("document.cookie = 'session=abc'", &[]).await;
    let url = format!("{}/api/broken", page.origin());
    page.probe(&url).await;
    let said = page.outcome("same-origin").await;
    for part in ["FRA", "520", "all that came", "cf-ray8a7d5e2fbcd1a1c3-FRA", "error 520"] {
        assert!(said.contains(part), "without {part:?}: {said}");
    }
    assert!(own.asked().iter().all(|(_, line)| !line.contains("cookie") && !line.contains("referer")), "{:?}", own.asked());

    // It is evidence, and nothing about the visitor is in it.
    page.element("#verdict").await;
    let report = page.report().await;
    assert!(report.contains("520") && report.contains("FRA") && !report.contains("203.0.113.7"), "{report}");
    page.run(
        "window.saved = []; const original = URL.createObjectURL;
         URL.createObjectURL = blob => { window.saved.push(blob); return original.call(URL, blob); };",
        &[],
    )
    .await;
    page.at("more/probe").await;
    page.click("#save-probe").await;
    page.until("it is saved", "return document.querySelector('#probe-saved').textContent.includes('downloads')").await;
    page.run("window.saved[0].text().then(text => window.text = text)", &[]).await;
    let saved = page.until("the text", "return window.text").await;
    let saved = saved.as_str().expect("it is text");
    assert!(saved.contains("fivetwenty/probe/1") && !saved.contains("203.0.113.7") && !saved.contains("Odd/1.0"), "{saved}");
    let file = page.pictures.join("probe.json");
    fs::write(&file, saved).expect("the file can be written");
    let program = std::env::var(PROGRAM).expect("it is built");
    let told = run::output(Command::new(program).arg("--paste").arg(&file).args(["--format", "json"])).expect("the command line reports");
    assert!(told.contains("\"source\": \"probe\"") && told.contains("\"kind\": \"probe\""), "{told}");

    // With cookies only when that was wanted.
    page.click("#cookies").await;
    page.click("#probe").await;
    own.until_asked(12).await;
    page.outcome("same-origin-with-cookies").await;
    let asked = own.asked();
    assert!(asked[6..].iter().all(|(_, line)| line.contains("session=abc")), "{asked:?}");

    // Where the page itself comes from, at once.
    page.click("#probe-own").await;
    own.until_asked(17).await;
    page.outcome("same-origin-at-once").await;
    assert_eq!(page.run("return document.querySelector('#host').value", &[]).await, json!(page.origin()));
    assert!(own.asked()[12..].iter().all(|(_, line)| line == "GET /cdn-cgi/trace"), "{:?}", own.asked());
    page.end().await;
}

/// A probe that never gives up by itself: only being told to stop can end one that nobody answers.
const PATIENT: &str = "
    const usual = self.setTimeout;
    self.setTimeout = (work, ms, ...rest) => ms < 10_000 ? usual(work, ms, ...rest) : 0;";

/// Broken by a probe that goes on when it was told to stop, or loses what it has.
#[tokio::test(flavor = "multi_thread")]
async fn a_probe_stops_when_told() {
    let own = Own::default();
    let page = Probe::open("stop", own.routes().merge(with_probe_after(PATIENT))).await;
    let (silent, task) = raw(silence).await;
    page.probe(&silent).await;
    page.until("it is at work", "return document.querySelector('#stop-probe') !== null").await;
    page.picture("at-work").await;
    page.click("#stop-probe").await;
    let said = page.outcome("stopped").await;
    assert!(said.contains("Stopped before the first response"), "{said}");
    task.abort();

    // A repetition, once what it has brought can be seen.
    page.type_host(&format!("{}/api/flaky", page.origin())).await;
    page.set("#every", 1).await;
    page.click("#repeat").await;
    page.until("responses", "return document.querySelectorAll('#repeated tbody tr').length > 1").await;
    page.click("#stop-probe").await;
    page.outcome("repeat-stopped").await;
    let asked = own.asked().len();
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(own.asked().len(), asked, "nothing is asked any more");
    page.end().await;
}

/// Broken by a repetition that asks more often than it says, does not end by itself, or whose drawing and table do not tell what came.
#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_shows_a_minute() {
    let own = Own::default();
    let page = Probe::open("repeat", own.routes()).await;
    page.type_host(&format!("{}/api/flaky", page.origin())).await;
    page.set("#every", 2).await;
    page.set("#minutes", 1).await;
    page.click("#repeat").await;
    page.until("responses", "return document.querySelectorAll('#repeated tbody tr').length > 4").await;
    page.picture("repeat-at-work").await;
    let said = page.outcome("repeat").await;
    for part in ["of 30 requests failed", "FRA", "AMS", "520", "200"] {
        assert!(said.contains(part), "without {part:?}: {said}");
    }
    let asked: Vec<Instant> = own.asked().into_iter().filter(|(_, line)| line.starts_with("GET /api/flaky")).map(|(at, _)| at).collect();
    assert_eq!(asked.len(), 30);
    // A request that comes late is nearer to the next one, so it is the usual pause that counts.
    let mut pauses: Vec<Duration> = asked.windows(2).map(|pair| pair[1] - pair[0]).collect();
    pauses.sort();
    println!("pauses of two seconds: {:?} to {:?}", pauses[0], pauses[pauses.len() - 1]);
    assert!(pauses[pauses.len() / 2] > Duration::from_secs(1), "{pauses:?}");
    let drawn = page.run("return document.querySelectorAll('#repeated rect').length", &[]).await;
    assert_eq!(drawn, json!(30));
    // Another host is not asked again and again: there is not even a button.
    page.type_host("http://127.0.0.1:9/").await;
    assert_eq!(page.run("return document.querySelector('#repeat')", &[]).await, Value::Null);
    page.end().await;
}

/// Broken by a request that nobody clicked for, also not by an address with something behind it, by one to a third host, and by anything
/// of a file that reaches the probe. The first log is that of the browser's network stack, which sees the workers' requests too.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_is_asked_and_no_file_is_told() {
    let stand = Stand::start(THROUGH, FAILING).await;
    let log = scratch("probe-log").join("log.json");
    let page = Probe::start("isolation", with_site(Router::new()), &[&format!("--log-net-log={}", log.display())]).await;
    let own = page.origin();
    page.show(&format!("{own}/?host=shop.example&probe=http://127.0.0.1:9#http://127.0.0.1:9")).await;
    let watch = "
        window.told = [];
        const Original = window.Worker;
        window.Worker = class extends Original {
            constructor(address, options) {
                super(address, options);
                this.role = options.name;
            }
            postMessage(message, ...rest) {
                if (this.role === 'probe') window.told.push(message.map(part => part instanceof Uint8Array ? new TextDecoder().decode(part) : String(part)));
                super.postMessage(message, ...rest);
            }
        };";
    page.run(watch, &[]).await;
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    page.show_form().await;
    assert_eq!(page.run("return document.querySelector('#host').value", &[]).await, json!(""));
    page.probe(&stand.url()).await;
    page.outcome("beside-captures").await;
    let told = page.run("return window.told", &[]).await;
    let told = told.as_array().expect("it is a list");
    // The script with the module, then the question: what was typed, and three numbers.
    assert_eq!((told.len(), told[0][1].as_str()), (2, Some("[object WebAssembly.Module]")), "{told:?}");
    let question = told[1][0].as_str().expect("it is text");
    assert!(question.contains(&stand.url()) && question.len() <= stand.url().len() + 8 && told[1][1].is_null(), "{question:?}");
    page.end().await;

    let log = fs::read_to_string(log).expect("the browser wrote its log");
    let mut hosts: Vec<String> = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line.trim_end_matches(',')).ok())
        .filter(|event| event["params"]["initiator"] == own)
        .filter_map(|event| event["params"]["url"].as_str()?.split('/').nth(2).map(str::to_owned))
        .collect();
    hosts.sort();
    hosts.dedup();
    let mut expected = [own, stand.server.url()].map(|url| url.replace("http://", ""));
    expected.sort();
    assert_eq!(hosts, expected);
}
