//! Which servers the evidence names.

use fivetwenty_captures::edge::answered_by_cloudflare;
use fivetwenty_captures::har::Entry;
use fivetwenty_inputs::Speaker;
use fivetwenty_model::Server;

use crate::facts::Facts;

/// Answers that are looked at of a side at most.
const MAX_ANSWERS: usize = 500;

/// Headers in which a server names itself.
const HEADERS: [&str; 3] = ["server", "via", "x-powered-by"];

/// Words of which each names a server, in lower case: in a header, or in a log.
const NAMES: [(&str, Server); 38] = [
    ("nginx", Server::Nginx),
    ("openresty", Server::Nginx),
    ("upstream prematurely", Server::Nginx),
    ("upstream sent", Server::Nginx),
    ("upstream timed out", Server::Nginx),
    ("apache", Server::Apache),
    ("ah00", Server::Apache),
    ("ah01", Server::Apache),
    ("ah02", Server::Apache),
    ("php", Server::PhpFpm),
    ("node.js", Server::Node),
    ("node ", Server::Node),
    ("express", Server::Node),
    ("next.js", Server::Node),
    ("hpe_", Server::Node),
    ("gunicorn", Server::Gunicorn),
    ("uwsgi", Server::Uwsgi),
    ("puma", Server::Puma),
    ("litespeed", Server::LiteSpeed),
    ("lsws", Server::LiteSpeed),
    ("microsoft-iis", Server::Iis),
    ("asp.net", Server::Iis),
    ("tomcat", Server::Tomcat),
    ("coyote", Server::Tomcat),
    ("caddy", Server::Caddy),
    ("haproxy", Server::HaProxy),
    ("varnish", Server::Varnish),
    ("traefik", Server::Traefik),
    ("envoy", Server::Envoy),
    ("upstream connect error", Server::Envoy),
    ("upstream reset", Server::Envoy),
    ("awselb", Server::Alb),
    ("wordpress", Server::WordPress),
    ("wp engine", Server::WordPress),
    ("modsecurity", Server::ModSecurity),
    ("fail2ban", Server::Fail2ban),
    ("ufw", Server::Ufw),
    ("nftables", Server::Nftables),
];

/// The servers that headers of answers and lines of logs name, in the order of their kinds. Cloudflare stands before every site.
pub fn servers(facts: &Facts<'_>) -> Vec<Server> {
    let direct = facts.direct.iter().flat_map(|view| view.on_site.iter().filter_map(|index| view.entry(*index)).take(MAX_ANSWERS));
    let direct = direct.filter(|entry| !answered_by_cloudflare(entry));
    let passed_on = facts.passed_on().map(|(_, entry)| entry).take(MAX_ANSWERS);
    let headers = direct.chain(passed_on).flat_map(headers);
    let logs = facts
        .case
        .extracts()
        .filter_map(|extract| extract.statement.log)
        .filter(|meaning| meaning.speaker == Speaker::Origin)
        .flat_map(|meaning| [meaning.phrase, meaning.means]);
    let texts: Vec<String> = headers.chain(logs).map(str::to_ascii_lowercase).collect();
    let is_named = |server: &Server| {
        let mut names = NAMES.iter().filter(|(_, of)| of == server);
        *server == Server::Cloudflare || names.any(|(name, _)| texts.iter().any(|text| text.contains(name)))
    };
    Server::ALL.iter().copied().filter(is_named).collect()
}

fn headers(entry: &Entry) -> impl Iterator<Item = &str> {
    HEADERS.iter().filter_map(|name| Some(&*entry.response.header(name)?.value))
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use fivetwenty_captures::har::Capture;

    use super::*;

    fn named(proxied: &str, direct: &str) -> Vec<Server> {
        let capture = |header: &str| {
            let text = format!(
                r#"[{{"request": {{"method": "GET", "url": "https://shop.example/"}}, "response": {{"status": 200, "headers": [{header}]}}}}]"#
            );
            Some(Rc::new(Capture::read("a.har", [text.as_bytes()]).unwrap()))
        };
        servers(&crate::diagnose(capture(proxied), capture(direct)).facts())
    }

    /// Breaks when a server that names itself in an answer of the origin's is not known, or one is that nothing names.
    #[test]
    fn servers_are_named_by_headers() {
        let edge = r#"{"name": "server", "value": "cloudflare"}"#;
        assert_eq!(named(edge, r#"{"name": "Server", "value": "nginx/1.25.3"}"#), [Server::Nginx, Server::Cloudflare]);
        let php = format!(r#"{edge}, {{"name": "x-powered-by", "value": "PHP/8.2.1"}}"#);
        assert_eq!(named(&php, r#"{"name": "via", "value": "1.1 varnish"}"#), [Server::PhpFpm, Server::Varnish, Server::Cloudflare]);
        assert_eq!(named(edge, r#"{"name": "server", "value": "shop"}"#), [Server::Cloudflare]);
    }
}
