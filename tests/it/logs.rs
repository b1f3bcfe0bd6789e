//! Lines of logs beside a recorded capture: a line at the second of a request that fails makes a cause likely.

use serde_json::Value;

use crate::{file, lab, report};

/// What a line in a log makes of a cause, beside a capture in which `/api/orders` fails at 04:18:20 to 04:18:21 UTC and all else is fine.
fn with_line(name: &str, line: &str, cause: &str) -> Value {
    let proxied = lab("chromium-156/empty-reply/proxied.har");
    let mut report = report(&["--proxied", &proxied, "--logs", &file(name, line.as_bytes())]);
    let findings = report["findings"].as_array_mut().unwrap();
    findings.iter_mut().find(|finding| finding["cause"] == cause).expect("every rule has a finding").take()
}

#[track_caller]
fn check(cause: &str, status: &str, line: &str) {
    let finding = with_line(&format!("log-{cause}"), line, cause);
    assert_eq!(finding["status"], status, "{cause} by {line}: {finding}");
    let of_logs = finding["evidence"].as_array().unwrap().iter().filter(|evidence| evidence["source"] == "logs").count();
    assert_eq!(of_logs, 1, "{cause} by {line}: {finding}");
}

/// Breaks when a line at the time of a request that fails does not make its cause likely, whatever server wrote it.
#[test]
fn a_line_at_its_time_makes_a_cause_likely() {
    let nginx = |words: &str| {
        format!("2026/11/21 04:18:21 [error] 65#65: *3 {words}, client: 172.68.10.21, request: \"GET /api/orders HTTP/1.1\"\n")
    };
    for (cause, line) in [
        ("empty-reply", nginx("upstream prematurely closed connection while reading response header from upstream")),
        ("empty-reply", "[Sat Nov 21 04:18:21 2026] shop[9]: segfault at 0 ip 00007f7ba5985a03\n".to_owned()),
        ("empty-reply", "[Sat Nov 21 04:18:21.1 2026] [proxy_fcgi:error] [pid 7] AH01067: Failed to read FastCGI header\n".to_owned()),
        ("truncated-body", nginx("upstream prematurely closed connection while reading upstream")),
        ("connection-reset", nginx("recv() failed (104: Connection reset by peer) while reading response header from upstream")),
        ("proxy-misconfiguration", nginx("upstream sent too big header while reading response header from upstream")),
        ("headers-too-large", "2026-11-21 04:18:21 Cannot Server Push (header size over 3072 Bytes).\n".to_owned()),
        (
            "invalid-headers",
            "[Sat Nov 21 04:18:21 2026] [http:error] AH02429: Response header name 'X a' contains invalid characters, aborting request\n"
                .to_owned(),
        ),
        ("malformed-response", nginx("upstream sent no valid HTTP/1.0 header while reading response header from upstream")),
        ("bad-content-length", nginx("upstream sent more data than specified in \"Content-Length\" header while reading upstream")),
        ("tls-abort", nginx("SSL_do_handshake() failed (SSL: error:0A000412) while SSL handshaking")),
        ("origin-error", nginx("connect() failed (111: Connection refused) while connecting to upstream")),
        ("firewall-blocks-cloudflare", nginx("limiting requests, excess: 5.990 by zone \"one\"")),
        ("closed-on-purpose", "172.68.10.21 - - [21/Nov/2026:04:18:21 +0000] \"GET /api/orders HTTP/1.1\" 444 0 \"-\" \"-\"\n".to_owned()),
    ] {
        check(cause, "likely", &line);
    }
}

/// Breaks when a log is read only up to some size, so that the line that matters is lost, or what was passed over is not said.
#[test]
fn a_long_log_is_read_to_its_end() {
    let other =
        |second: usize| format!("172.68.10.21 - - [20/Nov/2026:00:00:{second:02} +0000] \"GET /other HTTP/1.1\" 200 512345 \"-\" \"-\"\n");
    let many: String = (0..200_000).map(|number| other(number % 60)).collect();
    let telling = "172.68.10.21 - - [21/Nov/2026:04:18:21 +0000] \"GET /api/orders HTTP/1.1\" 444 0 \"-\" \"-\"\n";
    for (name, line, text) in [("middle", 200_001, [&many, telling, &many].concat()), ("end", 400_001, [&many, &many, telling].concat())] {
        let report = report(&["--proxied", &lab("chromium-156/empty-reply/proxied.har"), "--logs", &file(name, text.as_bytes())]);
        let input = &report["inputs"][0];
        assert_eq!((&input["bytes"], &input["finds"][0]["line"]), (&text.len().into(), &line.into()), "{input}");
        assert!(
            input["passed_over"].as_str().is_some_and(|said| said.contains(" were not read. The report uses its beginning, its end")),
            "{input}"
        );
        let findings = report["findings"].as_array().unwrap();
        let finding = findings.iter().find(|finding| finding["cause"] == "closed-on-purpose").unwrap();
        assert_eq!(finding["status"], "likely", "{finding}");
    }
}

/// Breaks when a log that is full of other faults hides the line of the request that failed through Cloudflare: by its Ray ID, or by its time.
#[test]
fn a_flooded_log_is_looked_through_by_what_failed() {
    let other =
        |second: usize| format!("172.68.10.21 - - [20/Nov/2026:00:00:{second:02} +0000] \"GET /other HTTP/1.1\" 502 512345 \"-\" \"-\"\n");
    let many: String = (0..70_000).map(|number| other(number % 60)).collect();
    let by_time = "172.68.10.21 - - [21/Nov/2026:04:18:21 +0000] \"GET /api/orders HTTP/1.1\" 444 0 \"-\" \"-\"\n";
    let by_ray = "172.68.10.21 - - [25/Nov/2026:04:18:21 +0000] \"GET /api/orders HTTP/1.1\" 444 0 \"-\" \"a5dce3d120c69c1e-FRA\"\n";
    for (name, telling) in [("flood-time", by_time), ("flood-ray", by_ray)] {
        let log = file(name, [&many, telling, &many].concat().as_bytes());
        let report = report(&["--proxied", &lab("chromium-156/empty-reply/proxied.har"), "--logs", &log]);
        assert_eq!(report["inputs"][0]["finds"][0]["line"], 70_001, "{name}: it is listed first");
        let findings = report["findings"].as_array().unwrap();
        let finding = findings.iter().find(|finding| finding["cause"] == "closed-on-purpose").unwrap();
        assert_eq!(finding["status"], "likely", "{name}: {finding}");
    }
}

/// Breaks when a line's Ray ID does not count for more than its time, which may be another request's or by a clock that is off.
#[test]
fn a_line_with_the_ray_id_is_about_that_request() {
    let line =
        |ray: &str, time: &str| format!("172.68.10.21 - - [21/Nov/2026:{time} +0000] \"GET / HTTP/1.1\" 444 0 \"-\" \"-\" \"{ray}\"\n");
    check("closed-on-purpose", "likely", &line("a5dce3d120c69c1e-FRA", "05:00:00"));
    for other in [line("a5dce3d000a39c1e-FRA", "04:18:21"), line("a5dce3d000a39c1e-FRA", "05:00:00")] {
        let finding = with_line("log-other-ray", &other, "closed-on-purpose");
        assert_ne!(finding["status"], "likely", "{other}: {finding}");
    }
}

/// Breaks when a line whose cause the capture rules out counts for more, or one at another time or about another path counts at all.
#[test]
fn what_is_ruled_out_stays_so() {
    check(
        "wrong-port-or-scheme",
        "ruled-out",
        "2026/11/21 04:18:21 [info] 1#1: *3 client sent plain HTTP request to HTTPS port while reading\n",
    );
    check(
        "authenticated-origin-pulls",
        "ruled-out",
        "2026/11/21 04:18:21 [info] 1#1: *3 client sent no required SSL certificate while reading\n",
    );
    check("request-headers-too-large", "ruled-out", "2026/11/21 04:18:21 [info] 1#1: *3 client sent too long header line: \"Cookie\"\n");
    check("origin-timeout", "ruled-out", "[2026-11-21 04:18:21 +0000] [7] [CRITICAL] WORKER TIMEOUT (pid:9)\n");
    let other_path = "172.68.10.21 - - [21/Nov/2026:04:18:21 +0000] \"GET /wp-login.php HTTP/1.1\" 444 0 \"-\" \"-\"\n";
    let finding = with_line("log-other-path", other_path, "closed-on-purpose");
    assert_eq!(finding["status"], "cannot-tell", "{finding}");
    let late = "2026/11/21 04:30:00 [error] 65#65: *3 upstream prematurely closed connection while reading upstream\n";
    let finding = with_line("log-late", late, "truncated-body");
    assert_eq!(finding["status"], "cannot-tell", "{finding}");
}

/// Breaks when a line about another host, path or day counts for a request because nothing else speaks against it.
#[test]
fn lines_about_something_else_do_not_count() {
    let of = |line: &str, cause: &str| with_line("log-elsewhere", line, cause)["status"].clone();
    let nginx = |path: &str, server: &str| {
        format!(
            "2026/11/21 04:18:20 [error] 2089#2089: *3 upstream sent too big header while reading response header from upstream, client: 172.68.10.21, server: {server}, request: \"GET {path} HTTP/1.1\", upstream: \"http://203.0.113.10:80{path}\"\n"
        )
    };
    for (path, server, status) in [
        ("/api/orders", "shop.example", "likely"),
        ("/api/orders", "_", "likely"),
        ("/api/orders", "other.example", "cannot-tell"),
        ("/wp-admin/huge", "shop.example", "cannot-tell"),
    ] {
        assert_eq!(of(&nginx(path, server), "proxy-misconfiguration"), status, "{path} at {server}");
    }
    let no_day = "upstream sent too big header, client: 172.68.10.21, server: x, request: \"GET /x HTTP/1.1\", host: ";
    assert_eq!(of(&format!("{no_day}\"shop.example\"\n"), "proxy-misconfiguration"), "possible");
    assert_eq!(of(&format!("{no_day}\"other.example\"\n"), "proxy-misconfiguration"), "cannot-tell");
    for (day, status) in [("Nov 21", "possible"), ("Nov 14", "cannot-tell"), ("Mar  3", "cannot-tell")] {
        let line = format!("{day} 06:18:20 web1 kernel: Out of memory: Killed process 4242 (php-fpm) total-vm:1000kB\n");
        assert_eq!(of(&line, "empty-reply"), status, "{line}");
    }
    let json = "{\"time\":\"2026-11-21T04:18:20Z\",\"url\":\"/internal/queue\",\"status\":444}\n";
    assert_eq!(of(json, "closed-on-purpose"), "cannot-tell");
}

/// Breaks when Cloudflare's own logs are not read as requests through Cloudflare, or their Ray IDs and times are lost.
#[test]
fn rows_of_logpush_are_requests() {
    let row = |path: &str, edge: u16, origin: u16, ray: &str| {
        format!(
            "{{\"ClientRequestHost\":\"shop.example\",\"ClientRequestMethod\":\"GET\",\"ClientRequestURI\":\"{path}\",\"EdgeColoCode\":\"FRA\",\"EdgeResponseStatus\":{edge},\"OriginResponseStatus\":{origin},\"EdgeStartTimestamp\":\"2026-11-21T04:18:21Z\",\"RayID\":\"{ray}\"}}\n"
        )
    };
    let text = row("/", 200, 200, "a5dce3d000a39c1e")
        + &row("/api/orders", 520, 0, "a5dce3d120c69c1e")
        + &row("/api/cart", 502, 502, "a5dce3d1d0d49c1e");
    let report = report(&["--logs", &file("logpush.ndjson", text.as_bytes())]);
    let input = &report["inputs"][0];
    assert_eq!((&input["kind"], &input["finds_total"]), (&Value::from("logpush"), &Value::from(3)));
    assert_eq!(input["finds"][1]["way"], "proxied");
    assert_eq!(input["facts"]["status"], serde_json::json!([200, 520, 502]));
    let rays: Vec<&Value> = report["rays"].as_array().unwrap().iter().map(|ray| &ray["id"]).collect();
    assert!(rays.contains(&&Value::from("a5dce3d120c69c1e")), "{rays:?}");
    let not_520 = report["findings"].as_array().unwrap().iter().find(|finding| finding["cause"] == "origin-error").unwrap();
    assert!(not_520["evidence"].as_array().unwrap().iter().any(|evidence| evidence["source"] == "logs"), "{not_520}");
}

/// Breaks when a log by a clock of another zone is read as if it were UTC though its zone is given, or a wrong zone is taken.
#[test]
fn a_log_can_be_of_another_zone() {
    let line = "2026/11/21 05:18:21 [error] 65#65: *3 upstream prematurely closed connection while reading response header from upstream\n";
    let (proxied, log) = (lab("chromium-156/empty-reply/proxied.har"), file("log-zone", line.as_bytes()));
    let status = |zone: &[&str]| {
        let report = report(&[&["--proxied", &proxied, "--logs", &log], zone].concat());
        let findings = report["findings"].as_array().unwrap().clone();
        findings.into_iter().find(|finding| finding["cause"] == "empty-reply").unwrap()["status"].clone()
    };
    assert_eq!((status(&[]), status(&["--log-zone", "+01:00"])), ("cannot-tell".into(), "likely".into()));
    assert_eq!(status(&["--log-zone", "-0100"]), "cannot-tell");
    assert_eq!(crate::fivetwenty(&["--proxied", &proxied, "--log-zone", "CET"]).status.code(), Some(2));
}
