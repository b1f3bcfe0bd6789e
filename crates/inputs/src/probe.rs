//! A saved probe of this page.

use std::sync::Arc;

use super::{Extract, Lines, Recognition, Side, Statement, TextKind};
use fivetwenty_captures::edge::answered_by_cloudflare;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::error_page::{ErrorPage, Form, Maker};
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::har::{Entry, Header, Request, Response, Timings};
use fivetwenty_captures::json::{Limits, Token, Tokenizer, Want};
use fivetwenty_model::probe::SCHEMA;

/// Bytes of one string that are kept.
const MAX_TEXT: usize = 16 * 1024;
/// Values that are read at most: those of more requests than a probe makes.
const MAX_VALUES: usize = 200_000;

/// The whole text, with one extract per request.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    // A text may begin with anything, but this one says first what it is.
    let mut full = lines.all().map(|(_, line)| line.trim_start()).filter(|line| !line.is_empty());
    let first = full.next().filter(|line| line.starts_with('{'))?;
    if !first.contains(SCHEMA) && !full.take(3).any(|line| line.contains(SCHEMA)) {
        return None;
    }
    let file = read(&lines.join(0..lines.count()))?;
    if file.get("schema").and_then(Value::text) != Some(SCHEMA) {
        return None;
    }
    let requests = file.get("requests")?.list();
    let traced: Vec<&str> = requests.iter().filter(|request| came(request) == "trace").filter_map(host).collect();
    let last = lines.count();
    let extracts = requests.iter().filter_map(|request| {
        let line = request.line().min(last - 1);
        Some(Extract { kind: TextKind::Probe, lines: line..line + 1, statement: statement(request, &traced)? })
    });
    let mut extracts: Vec<Extract> = extracts.collect();
    // All lines are its own, whoever else would know some of them.
    extracts.first_mut()?.lines.start = 0;
    extracts.last_mut()?.lines.end = last;
    Some(Recognition { score: 100, extracts })
}

/// What a request and its answer say. What never came, and what could not be read, says nothing.
fn statement(request: &Value, traced: &[&str]) -> Option<Statement> {
    let time = Timestamp::from_unix_ms(request.get("started_ms")?.number()?);
    if came(request) == "trace" {
        let fields = request.get("trace")?.pairs();
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let host = host(request).map(Box::from);
        return Some(Statement { host, time, trace: Some(Trace { fields }), ..Statement::default() });
    }
    let entry = entry(request, time).filter(|entry| entry.response.status > 0)?;
    let own = matches!(request.get("own"), Some(Value::Bool(true)));
    let statement = Statement::of_entry(entry, false);
    let proxied = statement.entry.as_deref().is_some_and(answered_by_cloudflare);
    let way = match own {
        // All headers are there, and none is Cloudflare's.
        true if !proxied && !host(request).is_some_and(|host| traced.contains(&host)) => Some(Side::Direct),
        true => Some(Side::Proxied),
        // Of another host's answer only a few headers could be read, which is no base to compare anything by.
        false => None,
    };
    Some(Statement { way, ..statement })
}

fn entry(request: &Value, started: Option<Timestamp>) -> Option<Entry> {
    let text = |name: &str| request.get(name).and_then(Value::text).unwrap_or_default();
    let number = |value: Option<&Value>| value.and_then(Value::number);
    let phase = |name: &str| number(request.get("phases").and_then(|phases| phases.get(name))).map(|ms| ms as f64);
    let headers = request
        .get("headers")?
        .pairs()
        .map(|(name, value)| Arc::new(Header { name: name.into(), value: value.into(), length: value.len() as u64, hash: 0 }));
    let headers: Vec<Arc<Header>> = headers.collect();
    let code = number(request.get("error_code")).and_then(|code| u16::try_from(code).ok());
    let page =
        |code| ErrorPage { maker: Maker::Cloudflare, form: Form::Branded, code: Some(code), says: None, ray: None, time: None, host: None };
    let http_version = match text("protocol") {
        "h2" => "http/2.0",
        "h3" => "h3",
        "http/1.1" => "HTTP/1.1",
        _ => "",
    };
    let response = Response {
        status: u16::try_from(number(request.get("status"))?).ok()?,
        http_version: http_version.into(),
        headers,
        error_page: code.map(|code| Box::new(page(code))),
        ..Response::default()
    };
    Some(Entry {
        started,
        time_ms: number(request.get("ms")).map(|ms| ms as f64),
        request: Request { method: "GET".into(), url: text("url").into(), ..Request::default() }.into(),
        response: response.into(),
        timings: Timings {
            dns: phase("dns"),
            connect: phase("connect"),
            ssl: phase("tls"),
            wait: phase("wait"),
            receive: phase("receive"),
            ..Timings::default()
        }
        .into(),
        ..Entry::default()
    })
}

fn came(request: &Value) -> &str {
    request.get("came").and_then(Value::text).unwrap_or_default()
}

fn host(request: &Value) -> Option<&str> {
    let host = Address::new(request.get("url")?.text()?).host;
    (!host.is_empty()).then_some(host)
}

/// A value of a JSON text, as far as a probe has such.
enum Value {
    Text(Box<str>),
    Number(i64),
    Bool(bool),
    List(Vec<Value>),
    /// With the line in which it begins, counted from 0.
    Object(usize, Vec<(Box<str>, Value)>),
    Null,
    /// None: the list or the object around it ends here.
    End,
}

impl Value {
    fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(_, members) = self else { return None };
        members.iter().find(|(key, _)| **key == *name).map(|(_, value)| value)
    }

    fn list(&self) -> &[Self] {
        if let Self::List(values) = self { values } else { &[] }
    }

    fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    fn number(&self) -> Option<i64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    fn line(&self) -> usize {
        if let Self::Object(line, _) = self { *line } else { 0 }
    }

    /// A list of lists of two texts.
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.list().iter().filter_map(|pair| Some((pair.list().first()?.text()?, pair.list().get(1)?.text()?)))
    }
}

/// A whole JSON text; `None` when it is none, or larger than any probe.
fn read(text: &str) -> Option<Value> {
    let mut tokens = Tokenizer::new(Limits { depth: 8, ..Limits::default() });
    tokens.push(text.as_bytes());
    let mut left = MAX_VALUES;
    value(&mut tokens, &mut left)
}

/// The next value. `None` when the text ends or is damaged.
fn value(tokens: &mut Tokenizer, left: &mut usize) -> Option<Value> {
    *left = left.checked_sub(1)?;
    Some(match tokens.next(Want { keep: MAX_TEXT, hash: false }).ok()?? {
        Token::String(text) => Value::Text(text.to_str().into()),
        Token::Number(digits) => Value::Number(digits.parse().unwrap_or_default()),
        Token::Bool(is) => Value::Bool(is),
        Token::Null => Value::Null,
        Token::ArrayStart => {
            let mut values = Vec::new();
            loop {
                match value(tokens, left)? {
                    Value::End => break Value::List(values),
                    next => values.push(next),
                }
            }
        }
        Token::ObjectStart => {
            let line = usize::try_from(tokens.line()).map_or(0, |line| line.saturating_sub(1));
            let mut members = Vec::new();
            while let Token::Key(key) = tokens.next(Want::default()).ok()?? {
                let key: Box<str> = key.to_str().into();
                members.push((key, value(tokens, left)?));
            }
            Value::Object(line, members)
        }
        Token::ArrayEnd | Token::ObjectEnd | Token::Key(_) => Value::End,
    })
}

#[cfg(test)]
mod tests {
    use super::super::recognise;
    use super::*;
    use fivetwenty_model::probe::{Outcome, Phases, Step, Subject, to_json};

    fn step(subject: Subject, url: &str, outcome: Outcome) -> Step {
        Step { subject, url: url.to_owned(), started_ms: 1_796_076_000_000, ms: 41, outcome, ..Step::default() }
    }

    fn steps() -> Vec<Step> {
        let pairs =
            |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>();
        let trace = pairs(&[("h", "shop.example"), ("ip", "203.0.113.9"), ("uag", "Odd/1.0"), ("colo", "TPE"), ("new", "a \"b\"\n")]);
        let failing = Step {
            status: 520,
            same_origin: true,
            headers: pairs(&[("cf-ray", "8a7d5e2fbcd1a1c3-TPE"), ("server", "cloudflare")]),
            error_code: Some(520),
            protocol: "h2".to_owned(),
            phases: Some(Phases { wait: 30, ..Phases::default() }),
            ..step(Subject::Url, "https://shop.example/api/orders", Outcome::Answer)
        };
        vec![
            Step { status: 200, trace, ..step(Subject::Trace, "https://shop.example/cdn-cgi/trace", Outcome::Trace) },
            failing,
            step(Subject::Url, "https://shop.example/x", Outcome::TimedOut),
            Step { status: 200, ..step(Subject::Url, "https://other.example/x", Outcome::Answer) },
        ]
    }

    /// Breaks when a saved probe is not read as what it was, when something about the visitor is in it, or when what is not known becomes a
    /// request that failed.
    #[test]
    fn a_saved_probe_is_read_again() {
        let text = to_json(&steps());
        assert!(!text.contains("203.0.113.9") && !text.contains("Odd/1.0"), "{text}");
        let recognised = recognise("probe.json", &text);
        assert_eq!((recognised.kind, recognised.extracts.len(), recognised.lines, recognised.understood), (TextKind::Probe, 3, 6, 5));
        let [trace, failing, other] = &*recognised.extracts else { panic!("{:?}", recognised.extracts) };
        assert_eq!(trace.statement.colo().map(|colo| colo.to_string()).as_deref(), Some("TPE"));
        assert_eq!(trace.statement.trace.as_ref().and_then(|trace| trace.get("new")), Some("a \"b\"\n"));
        assert_eq!(
            (failing.lines.start, failing.statement.way, failing.statement.status(), failing.statement.error_code),
            (2, Some(Side::Proxied), Some(520), Some(520))
        );
        let entry = failing.statement.entry.as_deref().unwrap();
        assert_eq!((&*entry.request.url, entry.timings.wait), ("https://shop.example/api/orders", Some(30.0)));
        assert_eq!((other.statement.way, other.statement.status()), (None, Some(200)));
    }

    /// Breaks when a host's own answer without a sign of Cloudflare counts as one through it.
    #[test]
    fn an_own_answer_without_cloudflare_is_direct() {
        let [.., mut answer] = <[Step; 4]>::try_from(steps()).unwrap();
        answer.same_origin = true;
        answer.headers = vec![("server".to_owned(), "nginx".to_owned())];
        assert_eq!(recognise("probe.json", &to_json(&[answer])).extracts[0].statement.way, Some(Side::Direct));
    }

    /// Breaks on a panic, or when something that is no probe is taken for one.
    #[test]
    fn what_is_no_probe_is_left_alone() {
        let text = to_json(&steps());
        for cut in (0..text.len()).filter(|cut| text.is_char_boundary(*cut)).filter(|cut| *cut + 3 < text.len()) {
            assert_ne!(recognise("probe.json", &text[..cut]).kind, TextKind::Probe, "{cut}");
        }
        for odd in [
            "{\"schema\":\"fivetwenty/probe/1\"}",
            "{\"schema\":\"fivetwenty/probe/1\",\"requests\":{}}",
            "{\"schema\":\"fivetwenty/probe/1\",\"requests\":[1,[],{}]}",
            "{\"schema\":[\"fivetwenty/probe/1\"],\"requests\":[]}",
            "[[[[[[[[[[\"fivetwenty/probe/1\"]]]]]]]]]]",
        ] {
            assert_eq!(recognise("probe.json", odd).kind, TextKind::Unknown, "{odd}");
        }
        let many = format!("{{\"schema\":\"{SCHEMA}\",\"requests\":[{}]}}", "[],".repeat(MAX_VALUES));
        assert_eq!(recognise("probe.json", &many).kind, TextKind::Unknown);
    }
}
