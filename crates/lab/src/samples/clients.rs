//! What programs' HTTP clients and package managers print of an error: one small program for each language, and the tools themselves.
//!
//! The programs in `scenes/clients/` take a client, a way to print what it raised (in all languages that have several), and a URL.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use fivetwenty_harness::servers::origin::Exchange;
use serde_json::json;
use xtask::run::on_path;

use super::stage::Stage;
use super::{Sample, facts};

/// The programs, by the names that their traces show.
const PROGRAMS: &[(&str, &str)] = &[
    ("orders.py", include_str!("scenes/clients/orders.py")),
    ("orders.mjs", include_str!("scenes/clients/orders.mjs")),
    ("orders.go", include_str!("scenes/clients/orders.go")),
    ("Orders.java", include_str!("scenes/clients/Orders.java")),
    ("orders.php", include_str!("scenes/clients/orders.php")),
    ("orders.rb", include_str!("scenes/clients/orders.rb")),
];

/// How a language is run, what has to be there, and how its version, or its library's, is asked for.
struct Tool {
    name: &'static str,
    needs: &'static str,
    run: &'static str,
    version: &'static str,
}

const fn tool(name: &'static str, needs: &'static str, run: &'static str, version: &'static str) -> Tool {
    Tool { name, needs, run, version }
}

/// Where `pip` and `npm` put the libraries: `python3 -m venv /opt/clients`, `npm install --prefix /opt/clients`.
const TOOLS: &[Tool] = &[
    tool(
        "python",
        "/opt/clients/bin/python",
        "REQUESTS_CA_BUNDLE=$SSL_CERT_FILE /opt/clients/bin/python /srv/app/orders.py",
        "/opt/clients/bin/python --version; /opt/clients/bin/pip list 2>/dev/null | grep -E '^(requests|httpx|aiohttp|urllib3|openai) ' | tr -s ' '",
    ),
    tool(
        "node",
        "/opt/clients/node_modules",
        "NODE_EXTRA_CA_CERTS=$SSL_CERT_FILE node /srv/app/orders.mjs",
        "node --version; for l in axios got ky ofetch node-fetch pino; do echo $l $(node -p \"require('/opt/clients/node_modules/$l/package.json').version\"); done",
    ),
    tool("go", "go", "/srv/app/orders", "go version"),
    tool(
        "java",
        "javac",
        "java -cp /srv/app:/usr/share/java/okhttp.jar:/usr/share/java/okio.jar Orders",
        "java --version | head -1; dpkg-query -Wf 'OkHttp ${Version}' libokhttp-java",
    ),
    tool(
        "php",
        "php",
        "php -d display_errors=0 -d log_errors=1 /srv/app/orders.php",
        "php --version | head -1; dpkg-query -Wf 'Guzzle ${Version}' php-guzzlehttp-guzzle",
    ),
    tool("ruby", "ruby", "ruby /srv/app/orders.rb", "ruby --version; dpkg-query -Wf 'Faraday ${Version}' ruby-faraday"),
    tool("git", "git", "git", "git --version"),
    tool("npm", "npm", "NODE_EXTRA_CA_CERTS=$SSL_CERT_FILE npm", "echo npm $(npm --version)"),
    tool("pip", "/opt/clients/bin/pip", "PIP_CERT=$SSL_CERT_FILE /opt/clients/bin/pip", "/opt/clients/bin/pip --version | cut -d' ' -f1,2"),
    tool("gem", "gem", "gem", "echo gem $(gem --version)"),
    tool(
        "apt-get",
        "apt-get",
        "apt-get -o Dir::Etc::sourcelist=/srv/app/shop.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=/srv/app/lists -o Dir::Cache=/srv/app/cache -o APT::Sandbox::User=root",
        "apt-get --version | head -1",
    ),
];

/// The texts: the name, the tool, and what it is told. `EDGE` is a URL that fails with a 520, `ORIGIN` the origin without the edge.
const TEXTS: &[(&str, &str, &str)] = &[
    // Through the edge.
    ("requests-520-traceback", "python", "requests raise EDGE/api/orders"),
    ("requests-520-log", "python", "requests log EDGE/api/orders"),
    ("requests-520-json", "python", "requests json EDGE/api/orders"),
    ("requests-520-body", "python", "requests body https://api.shop.example/api/orders"),
    ("requests-522", "python", "requests str EDGE/cdn-cgi/error/522"),
    ("requests-retries-520", "python", "session str EDGE/api/orders"),
    ("httpx-520-traceback", "python", "httpx raise EDGE/api/orders"),
    ("httpx-524", "python", "httpx str EDGE/cdn-cgi/error/524"),
    ("aiohttp-520-traceback", "python", "aiohttp raise EDGE/api/orders"),
    ("aiohttp-520-str", "python", "aiohttp str EDGE/api/orders"),
    ("aiohttp-520-repr", "python", "aiohttp repr EDGE/api/orders"),
    ("urllib-520-traceback", "python", "urllib raise EDGE/api/orders"),
    ("openai-520", "python", "openai raise EDGE/packages/v1"),
    ("fetch-520-thrown", "node", "fetch throw EDGE/api/orders"),
    ("fetch-520-json-body", "node", "fetch print https://api.shop.example/api/orders"),
    ("axios-520-printed", "node", "axios print EDGE/api/orders"),
    ("axios-520-message", "node", "axios message EDGE/api/orders"),
    ("axios-520-json", "node", "axios json EDGE/api/orders"),
    ("axios-520-pino", "node", "axios pino EDGE/api/orders"),
    ("got-520-printed", "node", "got print EDGE/api/orders"),
    ("got-521-message", "node", "got message EDGE/cdn-cgi/error/521"),
    ("ky-520-printed", "node", "ky print EDGE/api/orders"),
    ("ofetch-520-printed", "node", "ofetch print EDGE/api/orders"),
    ("node-fetch-525", "node", "node-fetch print EDGE/cdn-cgi/error/525"),
    ("go-520", "go", "EDGE/api/orders"),
    ("java-url-connection-520", "java", "connection http://shop.example/api/orders"),
    ("java-client-520", "java", "client http://shop.example/api/orders"),
    ("okhttp-520", "java", "okhttp http://shop.example/api/orders"),
    ("php-streams-520", "php", "streams EDGE/api/orders"),
    ("php-curl-520", "php", "curl EDGE/api/orders"),
    ("guzzle-520", "php", "guzzle EDGE/api/orders"),
    ("ruby-net-http-520", "ruby", "net-http EDGE/api/orders"),
    ("ruby-open-uri-520", "ruby", "open-uri EDGE/api/orders"),
    ("faraday-520", "ruby", "faraday EDGE/api/orders"),
    ("git-clone-520", "git", "clone EDGE/packages/shop.git"),
    ("npm-install-520", "npm", "install wool --no-progress --fetch-retries=0 --registry EDGE/packages/npm/"),
    ("pip-download-520-retries", "pip", "download --disable-pip-version-check --retries 1 EDGE/packages/wool-1.0.tar.gz"),
    ("gem-fetch-520", "gem", "fetch wool --clear-sources --source EDGE/packages"),
    ("apt-update-520", "apt-get", "update"),
    // Directly.
    ("requests-empty", "python", "requests raise ORIGIN/api/orders"),
    ("requests-reset", "python", "requests str ORIGIN/api/report"),
    ("requests-cut", "python", "requests str ORIGIN/export.csv"),
    ("requests-timeout", "python", "requests str ORIGIN/slow"),
    ("requests-no-http", "python", "requests str ORIGIN/legacy.php"),
    ("requests-headers-too-large", "python", "requests str ORIGIN/account"),
    ("httpx-empty", "python", "httpx raise ORIGIN/api/orders"),
    ("httpx-cut", "python", "httpx repr ORIGIN/export.csv"),
    ("aiohttp-empty", "python", "aiohttp log ORIGIN/api/orders"),
    ("aiohttp-cut", "python", "aiohttp repr ORIGIN/export.csv"),
    ("aiohttp-headers-too-large", "python", "aiohttp repr ORIGIN/account"),
    ("urllib-empty", "python", "urllib raise ORIGIN/api/orders"),
    ("urllib3-reset", "python", "urllib3 raise ORIGIN/api/report"),
    ("fetch-empty", "node", "fetch print ORIGIN/api/orders"),
    ("fetch-headers-too-large", "node", "fetch print ORIGIN/account"),
    ("fetch-timeout", "node", "fetch timeout ORIGIN/slow"),
    ("axios-empty", "node", "axios print ORIGIN/api/orders"),
    ("axios-reset", "node", "axios print ORIGIN/api/report"),
    ("axios-timeout", "node", "axios throw ORIGIN/slow"),
    ("axios-no-http", "node", "axios print ORIGIN/legacy.php"),
    ("got-empty", "node", "got print ORIGIN/api/orders"),
    ("node-fetch-empty", "node", "node-fetch message ORIGIN/api/orders"),
    ("go-empty", "go", "ORIGIN/api/orders"),
    ("go-reset", "go", "ORIGIN/api/report"),
    ("go-timeout", "go", "ORIGIN/slow"),
    ("go-no-http", "go", "ORIGIN/legacy.php"),
    ("java-url-connection-empty", "java", "connection ORIGIN/api/orders"),
    ("java-client-empty", "java", "client ORIGIN/api/orders"),
    ("java-client-timeout", "java", "client ORIGIN/slow"),
    ("okhttp-empty", "java", "okhttp ORIGIN/api/orders"),
    ("okhttp-cut", "java", "okhttp ORIGIN/export.csv"),
    ("php-curl-empty", "php", "curl ORIGIN/api/orders"),
    ("guzzle-empty", "php", "guzzle ORIGIN/api/orders"),
    ("guzzle-cut", "php", "guzzle ORIGIN/export.csv"),
    ("guzzle-timeout", "php", "guzzle ORIGIN/slow"),
    ("ruby-net-http-empty", "ruby", "net-http ORIGIN/api/orders"),
    ("ruby-net-http-timeout", "ruby", "net-http ORIGIN/slow"),
    ("faraday-reset", "ruby", "faraday ORIGIN/api/report"),
    ("git-clone-empty", "git", "clone ORIGIN/packages/shop.git"),
];

/// What the origin does at a path when nobody is between, as the program words what a client saw of it.
const FAULTS: &[(&str, &str)] = &[
    ("/api/orders", "closed without response"),
    ("/packages", "closed without response"),
    ("/api/report", "connection reset"),
    ("/export.csv", "incomplete body"),
    ("/slow", "no answer in time"),
    ("/legacy.php", "no valid HTTP"),
    ("/account", "headers too large"),
];

/// Runs every program and tool that is there, and writes what it printed.
pub(super) fn make(stage: &Stage) -> Result<usize> {
    fs::create_dir_all("/srv/app")?;
    for (name, text) in PROGRAMS {
        fs::write(format!("/srv/app/{name}"), text)?;
    }
    fs::write("/srv/app/shop.list", "deb [trusted=yes] https://shop.example/packages/debian stable main\n")?;
    let mut count = 0;
    for tool in TOOLS {
        if on_path(tool.needs).is_none() && !fs::exists(tool.needs)? {
            println!("· texts of {}: skipped, {} is not there", tool.name, tool.needs);
            continue;
        }
        match tool.name {
            "go" => stage.read("go build -o /srv/app/orders /srv/app/orders.go").map(drop)?,
            "java" => stage.read("javac -cp /usr/share/java/okhttp.jar -d /srv/app /srv/app/Orders.java").map(drop)?,
            "apt-get" => stage.read("mkdir -p /srv/app/lists/partial /srv/app/cache/archives/partial").map(drop)?,
            _ => {}
        }
        let version = stage.read(tool.version)?.trim().replace('\n', ", ");
        for (name, of, told) in TEXTS.iter().filter(|(_, of, _)| *of == tool.name) {
            let told = told.replace("EDGE", "https://shop.example").replace("ORIGIN", "http://origin.shop.example");
            let played = stage.play(&format!("export SSL_CERT_FILE={CERTIFICATES}; {} {told}", tool.run))?;
            ensure!(!played.text.trim().is_empty(), "client/{name}: nothing was printed");
            let mut found: Vec<_> = Vec::new();
            // Each text tells of one request, the last try.
            let of_edge = || played.exchanges.iter().filter(|(_, server)| server.ip().to_string().starts_with("104."));
            let is_named = |(exchange, _): &&(Exchange, _)| played.text.contains(&exchange.target);
            if let Some((exchange, server)) = of_edge().rfind(is_named).or_else(|| of_edge().next_back()) {
                found.push(facts::of_client(&played.text, exchange, *server));
            } else if let Some((exchange, server)) = played.exchanges.last() {
                let mut fact = facts::of_client(&played.text, exchange, *server);
                fact.remove("status");
                let fault = FAULTS.iter().find(|(path, _)| exchange.target.starts_with(path)).context("an origin without a fault")?;
                // Where the address shows that nobody was between, the answer itself is looked at.
                if !fact.contains_key("address") {
                    fact.insert("fault".to_owned(), json!(fault.1));
                }
                found.push(fact);
            }
            println!("· client/{name}: {} facts", found.len());
            let made = format!("{of} {told}; {version}");
            Sample { kind: "client", name: (*name).to_owned(), text: played.text, facts: found, made }.write()?;
            count += 1;
        }
    }
    Ok(count)
}

const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";
