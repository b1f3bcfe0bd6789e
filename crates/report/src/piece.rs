//! What a single piece tells: one page, one exception, one Ray ID, one line of a log. What it proves, what it does not, and what to bring
//! next.

use fivetwenty_captures::edge::answered_by_cloudflare;
use fivetwenty_captures::evidence::colo::Colo;
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::Entry;
use fivetwenty_diagnose::{Facts, advice};
use fivetwenty_inputs::{Extract, Speaker, Statement};
use fivetwenty_model::{Side, TextKind};
use fivetwenty_redact::{self as redact, Redacted};

use super::minutes::{MINUTE_MS, by_minute, minutes};

type Text = Redacted<String>;

/// Parts of a text that may be about one event: a line of Apache's log is followed by a second one.
const MAX_PARTS: usize = 5;

/// What a single piece comes down to.
pub(super) struct Piece {
    /// What it proves, in a sentence.
    pub(super) proves: Text,
    /// What it does not prove, in a sentence.
    pub(super) leaves_open: Text,
    /// The one thing to bring next, in a sentence without its subject.
    pub(super) bring: &'static str,
    /// How to get it.
    pub(super) step: Text,
    /// The commands of that step.
    pub(super) commands: Vec<Text>,
}

/// Who tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Teller {
    /// Whoever asked: a browser, a program, a monitor.
    Visitor,
    /// Whoever asked the origin itself.
    Direct,
    /// A server that was asked.
    Server,
    /// Cloudflare's own records.
    Edge,
    /// Cloudflare's answer about itself, which no failure needs.
    Trace,
}

/// What the texts tell when there is nothing but one event in them, seen from one side. `None` as well when nothing failed.
pub(super) fn piece(facts: &Facts<'_>) -> Option<Piece> {
    // What all records say is no single piece.
    if facts.case.logs.is_some() {
        return None;
    }
    let views = [&facts.proxied, &facts.direct].into_iter().flatten();
    if views.clone().any(|view| view.capture.is_some()) || views.clone().any(|view| view.side == Side::Proxied && view.failing.is_empty()) {
        return None;
    }
    let told = facts.told()?;
    let teller = teller(told)?;
    let all: Vec<&Extract> = facts.case.extracts().take(MAX_PARTS + 1).collect();
    if all.len() > MAX_PARTS || !are_of_one(&all) {
        return None;
    }
    for part in all {
        let other = self::teller(part)?;
        if other != teller && other != Teller::Trace {
            return None;
        }
    }
    let [proves, leaves_open] = says(facts, told, teller)?;
    let piece = |template, says: Text| Redacted::fill(template, &[&says]);
    let (bring, step, commands) = next(facts, told, teller);
    Some(Piece {
        proves: piece("This proves: {}.", proves),
        leaves_open: piece("This does not prove: {}.", leaves_open),
        bring,
        step,
        commands,
    })
}

fn teller(part: &Extract) -> Option<Teller> {
    let speaker = part.statement.log.map(|meaning| meaning.speaker);
    Some(match (part.kind, part.statement.way) {
        (TextKind::Report | TextKind::Probe | TextKind::Unknown, _) => return None,
        (TextKind::Trace, _) => Teller::Trace,
        (TextKind::Logpush, _) => Teller::Edge,
        (_, Some(Side::Direct)) => Teller::Direct,
        (TextKind::LogLines, None) if speaker != Some(Speaker::Client) => Teller::Server,
        _ => Teller::Visitor,
    })
}

/// Whether parts of texts can be about one event: they name one Ray ID and one URL, and are written within a minute.
fn are_of_one(parts: &[&Extract]) -> bool {
    let says = || parts.iter().map(|part| &part.statement);
    let mut rays = says().filter_map(|says| says.ray.as_ref().map(RayId::id));
    let mut urls = says().filter_map(|says| Some(&*says.entry.as_ref()?.request.url)).filter(|url| !url.is_empty());
    let times = || says().filter_map(|says| says.time.or(says.local_time)).map(Timestamp::unix_ms);
    let (ray, url) = (rays.next(), urls.next());
    let spread = times().max().unwrap_or(0) - times().min().unwrap_or(0);
    rays.all(|other| Some(other) == ray) && urls.all(|other| Some(other) == url) && spread <= MINUTE_MS
}

/// What a part proves, and what it does not.
fn says(facts: &Facts<'_>, told: &Extract, teller: Teller) -> Option<[Text; 2]> {
    let says = &told.statement;
    let (request, when) = (request(told), when(facts, says));
    let of = |preposition, request: &Option<Text>| match request {
        Some(request) => Redacted::fill("{}{}", &[&preposition, request]),
        None => Redacted::fixed(""),
    };
    let a_request = request.clone().unwrap_or_else(|| Redacted::fixed("a request"));
    let status = says.status().or(says.error_code);
    let error = says.entry.as_deref().and_then(|entry| entry.response.error.as_deref()).map(redact::error);
    let means = says.log.map(|meaning| Redacted::fixed(meaning.means.trim_end_matches('.')));
    // A number alone may be anybody's.
    let shows = |entry: &Entry| answered_by_cloudflare(entry) || told.kind != TextKind::Curl && says.way == Some(Side::Proxied);
    let through = says.error_code.is_some() || says.entry.as_deref().is_some_and(shows);
    let (proves, open) = match (teller, status) {
        // What was turned away at the edge says so itself.
        (Teller::Edge | Teller::Visitor, Some(..500 | 1000..)) | (Teller::Edge, None) => return None,
        (Teller::Edge, Some(status)) => (
            Redacted::fill("Cloudflare's own record shows {}: status {}{}", &[&a_request, &status, &when]),
            "the cause. Cloudflare's record doesn't show what the origin did",
        ),
        (Teller::Visitor, Some(status)) if through => (
            Redacted::fill("Cloudflare responded to {} with status {}{}", &[&a_request, &status, &when]),
            "the cause. Nothing here shows what the origin did",
        ),
        (Teller::Visitor, Some(status)) => (
            Redacted::fill("a client received status {}{}{}", &[&status, &of(" for ", &request), &when]),
            "that Cloudflare sent this response, and the cause",
        ),
        (Teller::Visitor, None) => match (&error, &means, &says.ray) {
            (Some(error), ..) => (
                Redacted::fill("a client received no complete response{}{}: {}", &[&of(" for ", &request), &when, error]),
                "where the connection broke, and the cause",
            ),
            (None, Some(means), _) => (
                Redacted::fill("a client says{}{}: {}", &[&of(" of ", &request), &when, means]),
                "where the connection broke, and the cause",
            ),
            (None, None, Some(ray)) => {
                let place = ray.colo().and_then(Colo::place).map(|place| Redacted::fixed(place.city));
                let proves = Redacted::fill("by the Ray ID, Cloudflare received a request{}{}", &[&of(" in ", &place), &when]);
                (proves, "that this request failed, its URL, or what the origin did")
            }
            (None, None, None) => return None,
        },
        (Teller::Direct, _) => {
            let got = match (status, &error) {
                (Some(status), _) => Redacted::fill("status {}", &[&status]),
                (None, Some(error)) => Redacted::fill("no complete response ({})", &[error]),
                (None, None) => return None,
            };
            (
                Redacted::fill("the origin returned {}{}{} without Cloudflare", &[&got, &of(" for ", &request), &when]),
                "its response to Cloudflare, which uses other IP addresses and headers",
            )
        }
        (Teller::Server, _) => (
            match (&means, status) {
                (Some(means), _) => Redacted::fill("a server's log says{}{}: {}", &[&of(" of ", &request), &when, means]),
                (None, Some(status)) => Redacted::fill("a server's log shows {} with status {}{}", &[&a_request, &status, &when]),
                (None, None) => return None,
            },
            "that this is the request that failed at Cloudflare. The log doesn't show what the visitor received",
        ),
        (Teller::Trace, _) => (
            Redacted::fill("requests{} went through Cloudflare{}", &[&of(" for ", &says.host.as_deref().map(redact::host)), &when]),
            "that anything fails. Cloudflare serves this URL itself, without the origin",
        ),
    };
    Some([proves, Redacted::fixed(open)])
}

/// The request, as far as a part tells it: of an error page no more than the host is known.
fn request(told: &Extract) -> Option<Text> {
    let asked = told.statement.entry.as_deref().map(|entry| &entry.request);
    let asked = asked.filter(|asked| !asked.url.is_empty() && told.kind != TextKind::ErrorPage);
    let Some(asked) = asked else { return Some(Redacted::fill("a request to {}", &[&redact::host(told.statement.host.as_deref()?)])) };
    Some(match &*asked.method {
        "" => redact::url(&asked.url),
        method => Redacted::fill("{} {}", &[&redact::header_name(method), &redact::url(&asked.url)]),
    })
}

/// When it was, and its Ray ID, behind a sentence.
fn when(facts: &Facts<'_>, says: &Statement) -> Text {
    let own = says.local_time.filter(|_| says.time.is_none() && says.ray.is_none());
    match (own, advice::when(facts), advice::known_ray(facts)) {
        (Some(local), ..) => Redacted::fill(" at {} in an unknown time zone", &[&redact::minute(local)]),
        (None, Some(_), _) => advice::fill(facts, " at {moment}"),
        (None, None, Some(_)) => advice::fill(facts, " (Ray ID {ray})"),
        (None, None, None) => Redacted::fixed(""),
    }
}

/// How to record the site.
pub(super) const RECORD: &str = "Open DevTools' Network panel in a private window, and tick \"Preserve log\". Load the page until the error shows, then export the HAR file.";
/// Asks through Cloudflare.
const THROUGH: &str = "curl -sv -o /dev/null{method} {url}";
/// Asks the origin itself.
pub(super) const DIRECT: &str = "curl -sv -o /dev/null{method} {url} --connect-to ::ORIGIN_IP";

/// What to bring next: the other side of the same event.
fn next(facts: &Facts<'_>, told: &Extract, teller: Teller) -> (&'static str, Text, Vec<Text>) {
    let fill = |command| advice::fill(facts, command);
    let has_ray = advice::known_ray(facts).is_some();
    let has_host = advice::host(facts).is_some();
    let has_moment = has_ray || !has_host || told.kind == TextKind::ErrorPage || teller == Teller::Edge;
    match teller {
        Teller::Server if has_ray => (
            "add Cloudflare's response for that Ray ID: the visitor's error page, or Cloudflare's own record.",
            fill(
                "The page has the Ray ID {ray} at its foot. The record is in Logpush or Observability › Logs. Without either, run this while the error shows, and paste its output.",
            ),
            vec![fill(THROUGH)],
        ),
        Teller::Server | Teller::Direct => (
            "add Cloudflare's response: the Ray ID of the failing request, or a HAR file.",
            Redacted::fixed(
                "The Ray ID is at the foot of the visitor's error page. Or run this while the error shows, and paste its output.",
            ),
            vec![fill(THROUGH)],
        ),
        Teller::Trace => (
            "add the request that fails: its Ray ID, a HAR file, or the output of curl.",
            Redacted::fixed("Run this while the error shows, with the path of a page that fails. Paste its output."),
            vec![fill(THROUGH)],
        ),
        Teller::Visitor | Teller::Edge if has_moment && advice::when(facts).is_some() => {
            let windows = advice::windows(facts).into_iter();
            let by_ray = has_ray.then(|| fill("grep -rIF {ray} /var/log/nginx /var/log/apache2 /var/log/httpd"));
            let by_minute = by_minute(&minutes(windows.map(|window| (window.since, window.until))));
            let by_minute = (!by_minute.is_empty()).then(|| Redacted::join(by_minute, "\n"));
            let journal = fill("journalctl --no-pager --since '{since}' --until '{until}'");
            (
                "add the lines of the origin's logs at that time.",
                fill(
                    "Run this on the origin, and paste the lines from {since} to {until}. If there is no line, the request never reached the log, or went to another server.",
                ),
                by_ray.into_iter().chain(by_minute).chain([journal]).collect(),
            )
        }
        Teller::Visitor | Teller::Edge if has_host => {
            let harm = match fill("{method}").as_str() {
                "" => "",
                _ => " They use the same method without a body. Skip them if a repeat does harm.",
            };
            (
                "send the same request with curl, through Cloudflare and direct, and add both outputs.",
                Redacted::fill("Run both while the error shows, with the origin's IP address for ORIGIN_IP. Paste the output.{}", &[&harm]),
                vec![fill(THROUGH), fill(DIRECT)],
            )
        }
        Teller::Visitor | Teller::Edge => {
            ("capture the site through Cloudflare, and add that HAR file.", Redacted::fixed(RECORD), Vec::new())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use fivetwenty_diagnose::{Case, Inputs, site};
    use fivetwenty_inputs::recognise;
    use fivetwenty_model::report::Verdict;

    use super::*;
    use crate::report;

    /// The verdict on texts and nothing else, with its headline.
    fn verdict(texts: &[&str]) -> Verdict<Text> {
        let texts: Vec<_> = texts.iter().map(|text| Rc::new(recognise("paste-1", &format!("{text}\n")))).collect();
        let now = "2026-12-01T00:00:00Z".parse().unwrap();
        let inputs = Inputs { site: site([], &texts, None), texts, now, ..Inputs::default() };
        report(&Case::new(inputs).diagnose()).verdict
    }

    const ORIGIN: &str = "Next: add the lines of the origin's logs at that time.";
    const CURL: &str = "Next: send the same request with curl, through Cloudflare and direct, and add both outputs.";
    const ANSWER: &str = "Next: add Cloudflare's response: the Ray ID of the failing request, or a HAR file.";
    const RAY: &str = "Next: add Cloudflare's response for that Ray ID: the visitor's error page, or Cloudflare's own record.";

    const EXCEPTION: &str = "requests.exceptions.HTTPError: 520 Server Error: <none> for url: https://api.shop.example/v1/orders?page=2";
    const PAGE: &str = "<span>Cloudflare Ray ID: <strong>9d7018700a17c2b1</strong></span>\n<a href=\"https://www.cloudflare.com/5xx-error-landing?utm_source=errorcode_520&utm_campaign=shop.example\">Cloudflare</a>";
    const LINE: &str = "203.0.113.9 - - [04/Mar/2026:10:11:12 +0000] \"POST /api/it's/$(id) HTTP/1.1\" 502 157 \"-\" \"x\"";

    /// Breaks when a piece is said to prove more or less than it does, something else is asked for than the other side, or the command that
    /// brings it lacks what the piece tells.
    #[test]
    fn each_piece_says_what_it_proves_and_what_to_bring() {
        let window = "--since '2026-03-04 10:10:12 UTC' --until '2026-03-04 10:12:12 UTC'";
        for (text, proves, open, headline, command) in [
            (
                EXCEPTION,
                "a client received status 520 for https://api.shop.example/v1/orders?page=[1 byte].",
                "that Cloudflare sent this response",
                CURL,
                "curl -sv -o /dev/null 'https://api.shop.example/v1/orders?page=VALUE' --connect-to ::ORIGIN_IP",
            ),
            (
                PAGE,
                "Cloudflare responded to a request to shop.example with status 520 at 2026-03-04 10:11:12 UTC (Ray ID 9d7018700a17c2b1).",
                "the cause.",
                ORIGIN,
                window,
            ),
            (
                "Ray ID: 9d7018700a17c2b1-FRA",
                "by the Ray ID, Cloudflare received a request in Frankfurt-am-Main at 2026-03-04 10:11:12 UTC",
                "that this request failed",
                ORIGIN,
                "grep -rIF 9d7018700a17c2b1 /var/log",
            ),
            (
                "Ray ID: 9d7018700a17c2b1-FRA",
                "by the Ray ID",
                "that this request failed",
                ORIGIN,
                "for minute in '2026-03-04 10:10' '2026-03-04 10:11' '2026-03-04 10:12'; do\n",
            ),
            (
                LINE,
                "a server's log shows POST /api/it's/$(id) with status 502 at 2026-03-04 10:11:12 UTC.",
                "that this is the request that failed at Cloudflare",
                ANSWER,
                "curl -sv -o /dev/null -X POST 'https://HOST/api/it%27s/%24%28id%29'",
            ),
            (
                "fl=80f417\nh=shop.example\nts=1772619072.500\ncolo=FRA\nhttp=http/2\n",
                "requests for shop.example went through Cloudflare at 2026-03-04 10:11:12 UTC.",
                "that anything fails",
                "Next: add the request that fails: its Ray ID, a HAR file, or the output of curl.",
                "curl -sv -o /dev/null 'https://shop.example/'",
            ),
            (
                r#"{"EdgeStartTimestamp":"2026-03-04T10:11:12Z","ClientRequestHost":"shop.example","ClientRequestMethod":"GET","ClientRequestURI":"/report","EdgeResponseStatus":520,"OriginResponseStatus":0,"RayID":"9d7018700a17c2b1"}"#,
                "Cloudflare's own record shows GET https://shop.example/report: status 520 at",
                "doesn't show what the origin did",
                ORIGIN,
                window,
            ),
        ] {
            let verdict = verdict(&[text]);
            let open_says = verdict.leaves_open.as_ref().map(Redacted::as_str).unwrap_or_default();
            assert!(
                verdict.summary.as_str().starts_with("This proves: ") && verdict.summary.as_str().contains(proves),
                "{}",
                verdict.summary
            );
            assert!(open_says.starts_with("This does not prove: ") && open_says.contains(open), "{open_says}");
            assert!(
                [&verdict.headline, &verdict.first_step].iter().any(|says| says.as_str().starts_with(headline)),
                "{}",
                verdict.headline
            );
            assert!(verdict.commands.iter().any(|own| own.as_str().contains(command)), "{:?}", verdict.commands);
        }
    }

    /// Breaks when a number alone is said to be Cloudflare's, or nothing is asked for where nothing is known.
    #[test]
    fn a_bare_number_is_nobodys() {
        let verdict = verdict(&["curl: (22) The requested URL returned error: 520"]);
        assert_eq!(verdict.summary.as_str(), "This proves: a client received status 520.");
        assert_eq!((verdict.first_step.as_str(), verdict.commands), (RECORD, Vec::new()));
    }

    /// Breaks when a line of a log with a Ray ID sends the person after another Ray ID.
    #[test]
    fn a_ray_id_in_a_log_is_what_to_look_for() {
        let verdict = verdict(&[&[LINE, " 9d7018700a17c2b1-FRA"].concat()]);
        assert_eq!((verdict.headline.as_str(), verdict.first_step.as_str().contains("Ray ID 9d7018700a17c2b1 at its foot")), (RAY, true));
    }

    /// Breaks when several events, both sides of one, or what shows no failure, are said to be a single piece.
    #[test]
    fn what_is_more_or_less_is_no_single_piece() {
        for texts in [
            &[EXCEPTION, LINE][..],
            &["Ray ID: 9d7018700a17c2b1 and Ray ID: 9d70189bc53d0e44"],
            &[&[LINE, LINE].map(|line| [line, "\n"].concat()).concat().replacen("10:11", "12:11", 1)],
            &["requests.exceptions.HTTPError: 404 Client Error: Not Found for url: https://shop.example/a"],
            &["The site is down, please help."],
        ] {
            let verdict = verdict(texts);
            assert_eq!((verdict.leaves_open, verdict.commands), (None, Vec::new()), "{texts:?}");
        }
    }

    /// Breaks when a text could put something of its own into a command.
    #[test]
    fn no_piece_gets_into_a_command_unquoted() {
        for (host, path) in
            [("-K/etc/passwd", "/a"), ("shop.example", "/'$(id)`id`;id\""), ("$(id).example", "/|id"), ("a'b.example", "/\n")]
        {
            let texts = [
                format!("requests.exceptions.HTTPError: 520 Server Error: <none> for url: https://{host}{path}"),
                format!("{host} | 520: Web server is returning an unknown error\nRay ID: 9d7018700a17c2b1"),
                format!("[04/Mar/2026:10:11:12 +0000] \"GET {path} HTTP/1.1\" 502 157 \"-\" \"x\" host={host}"),
                format!("fl=1\nh={host}\nts=1772619072.500\ncolo=FRA\n"),
            ];
            for command in texts.iter().flat_map(|text| verdict(&[text]).commands) {
                let command = command.as_str();
                assert!(!["-K", "(id)", "`", ";id", "|id", "a'b"].iter().any(|bad| command.contains(bad)), "{command}");
                assert_eq!(command.matches('\'').count() % 2, 0, "{command}");
            }
        }
    }
}
