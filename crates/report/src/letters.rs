//! The four texts to copy: what somebody else has to know to find out why it fails, so that they need not ask back.
//!
//! Facts first; what the captures cannot tell stands as a gap to fill in. The order of the case is that of Cloudflare's form.

use fivetwenty_captures::Side;
use fivetwenty_captures::edge::{colo, ray};
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::colo::Colo;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::order::by_key;
use fivetwenty_diagnose::{Diagnosis, Facts, Field, advice, waited};
use fivetwenty_model::report::{FindingRow, Report, TestRow};
use fivetwenty_model::{Polarity, Responsible, Status};
use fivetwenty_redact::{self as redact, Redacted};
use serde::{Deserialize, Serialize};

use super::writing::{Block, Line, as_it_is, to_markdown, to_plain};

type Text = Redacted<String>;

/// Failing requests that a text lists at most.
const MAX_REQUESTS: usize = 10;
/// Minutes of the logs that the commands look through at most for one request.
const MAX_MINUTES: usize = 10;
/// Steps of the leading cause that the hosting provider is asked to take first.
const MAX_STEPS: usize = 3;

/// The four texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letters {
    /// A case for Cloudflare's support, in the order in which its form asks.
    pub support: Letter,
    /// To whoever runs the origin.
    pub hosting: Letter,
    /// For everybody to read: no address of the origin, nobody's data.
    pub community: Letter,
    /// From a visitor to the site's owner.
    pub owner: Letter,
}

/// One text, twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Its subject, one line of plain text.
    pub subject: String,
    /// The text, with lines of any length.
    pub plain: String,
    /// The same as Markdown.
    pub markdown: String,
}

/// Writes them.
pub fn letters(diagnosis: &Diagnosis, report: &Report) -> Letters {
    let facts = diagnosis.facts();
    let case = About::new(&facts, report, diagnosis.case.offset);
    Letters { support: case.support(), hosting: case.hosting(), community: case.community(), owner: case.owner() }
}

/// What the texts are about.
struct About<'a> {
    report: &'a Report,
    facts: &'a Facts<'a>,
    offset: UtcOffset,
    /// The failing request that stands for all of them.
    failing: Option<Failing<'a>>,
    /// Rising indices in the proxied capture: those that are a 520, else those that break off, else all that fail.
    alike: Vec<u32>,
    /// All that fail, those first.
    all: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Failing<'a> {
    index: u32,
    entry: &'a Entry,
}

impl<'a> About<'a> {
    fn new(facts: &'a Facts<'a>, report: &'a Report, offset: UtcOffset) -> Self {
        let indices = |pairs: &[(u32, Option<u32>)]| by_key(pairs.iter().map(|(index, _)| *index).collect(), |index| u64::from(*index));
        let every = facts.proxied.as_ref().map_or(&[][..], |seen| &seen.failing);
        let alike = [indices(facts.failing_pairs()), indices(facts.broken_pairs()), every.to_vec()];
        let alike = alike.into_iter().find(|indices| !indices.is_empty()).unwrap_or_default();
        let others = every.iter().filter(|index| alike.binary_search(index).is_err());
        let all: Vec<u32> = alike.iter().chain(others).copied().collect();
        let failing = all.first().and_then(|index| Some(Failing { index: *index, entry: facts.proxied_entry(*index)? }));
        Self { report, facts, offset, failing, alike, all }
    }

    /// A case for Cloudflare.
    fn support(&self) -> Letter {
        let mut blocks = vec![Block::Heading("Description"), Block::Paragraph(self.in_short())];
        blocks.extend(self.found().map(Block::Paragraph));
        blocks.push(Block::List(self.origin_side()));
        let asked = "Please look these Ray IDs up at the edge and tell us: which origin address and port was asked, over which protocol \
                     (HTTP/1.1 or HTTP/2), on a new or a reused connection, and what came back before it was closed.";
        blocks.push(Block::Paragraph(Line::new(asked)));
        blocks.extend([Block::Heading("Time (UTC)"), Block::List(self.requests(false))]);
        blocks.extend([
            Block::Heading("Zone"),
            Block::List(vec![
                Line::new("Zone: ").missing("the zone's name or ID, from the dashboard's Overview page"),
                Line::new("Host: ").value_or(self.host(), "the host that fails"),
                Line::new("Data centre: ").value_or(self.colo(), "the line `colo` of /cdn-cgi/trace"),
            ]),
        ]);
        blocks.extend([Block::Heading("Frequency"), Block::List(self.frequency())]);
        blocks.extend([Block::Heading("Steps to reproduce"), Block::Steps(self.steps()), Block::Commands(self.asks())]);
        blocks.extend([
            Block::Heading("Expected and actual result"),
            Block::List(vec![Line::new("Expected: ").say(self.expected()), Line::new("Actual: ").say(self.actual())]),
        ]);
        blocks.extend([Block::Heading("Exact error"), Block::Paragraph(self.error_text())]);
        blocks.extend([Block::Heading("Impact"), Block::Paragraph(impact())]);
        blocks.extend([Block::Heading("What changed just before?"), Block::Paragraph(changed())]);
        blocks.extend([Block::Heading("Tried, and ruled out"), Block::List(self.ruled_out().into_iter().chain([tried()]).collect())]);
        blocks.extend([Block::Heading("Attached"), Block::List(self.attached())]);
        let subject = Redacted::fill("{}: {}, {}{}", &[&self.host_or(), &self.error(), &self.request(), &self.when_and_ray()]);
        written(&subject, &blocks)
    }

    /// To whoever runs the origin.
    fn hosting(&self) -> Letter {
        let means = if self.is_520() { " Cloudflare reached the server and got no answer that it could use." } else { "" };
        let mut blocks = vec![Block::Paragraph(self.in_short().words(means))];
        blocks.extend(self.found().map(Block::Paragraph));
        blocks.extend([Block::Heading("When, and which requests"), Block::List(self.requests(true))]);
        blocks.extend([Block::Heading("What the origin did"), Block::List(self.origin_side())]);
        blocks.extend([Block::Heading("What to look for"), Block::Steps(self.look_for())]);
        for TestRow { commands, decides } in self.tests() {
            blocks.extend([Block::Commands(commands), Block::Paragraph(Line::default().say(decides))]);
        }
        blocks.push(Block::Heading("What to read in the logs, on the server"));
        for (about, commands) in self.log_commands() {
            blocks.extend([Block::Paragraph(Line::new(about)), Block::Commands(commands)]);
        }
        blocks.extend([Block::Heading("Please answer"), Block::Steps(vec![
            Line::new("Which lines do the logs have for these seconds? No line is an answer too: then the request was refused before it was logged, or Cloudflare asks another server."),
            Line::new("Did a process crash, restart or run out of memory, workers, connections or disk?"),
            Line::new("Does anything in front of the application (firewall, load balancer, fail2ban, ModSecurity) close connections or limit Cloudflare's addresses?"),
            Line::new("What changed just before? ").missing("what you know of yourself: deployment, certificate, DNS, firewall, plugin, with the time; or \"nothing known\""),
        ])]);
        blocks.push(Block::Heading("Impact"));
        blocks.push(Block::Paragraph(impact()));
        blocks.extend([Block::Heading("Attached"), Block::List(self.files())]);
        let subject = match self.time() {
            Some(time) => Redacted::fill(
                "{}: {} at {}, please look into the server's logs",
                &[&self.host_or(), &self.error(), &redact::second_at(time, self.offset)],
            ),
            None => Redacted::fill("{}: {}, please look into the server's logs", &[&self.host_or(), &self.error()]),
        };
        written(&subject, &blocks)
    }

    /// For everybody to read.
    fn community(&self) -> Letter {
        let url = self.public_url();
        let mut what = vec![
            Line::new("Request: ")
                .value_or(self.method(), "GET, POST or another")
                .words(" ")
                .value_or(url, "the address that fails, without its query"),
            Line::new("Time: ").value_or(self.time().map(redact::second), "date and time in UTC"),
            Line::new("Ray ID: ")
                .value_or(self.ray(), "the Ray ID at the foot of the error page")
                .words(", data centre ")
                .value_or(self.colo(), "the line `colo` of /cdn-cgi/trace"),
        ];
        what.extend(self.counts().map(|counts| Line::new("How often: ").say(counts)));
        what.push(Line::new("Since: ").missing("when it began, and whether it comes and goes"));
        let mut blocks = vec![Block::Paragraph(self.in_short()), Block::List(what)];
        let mut found = Vec::new();
        if let Some(answer) = self.direct_answer() {
            found.push(Line::new("Sent direct to the origin, the same request got ").value(answer).words("."));
        }
        found.extend(self.wait().map(|wait| Line::default().say(wait)));
        found.extend(self.ruled_out());
        let proven = self.found();
        if proven.is_some() || !found.is_empty() {
            blocks.push(Block::Heading("What I found"));
        }
        blocks.extend(proven.map(Block::Paragraph));
        if !found.is_empty() {
            blocks.push(Block::List(found));
        }
        blocks.extend([
            Block::Heading("What I want to know"),
            Block::List(vec![
                Line::default().missing("your question; for instance what else closes such a connection on your kind of server"),
                Line::new("Set-up: ").missing("web server, application, hosting, plan, SSL mode"),
                Line::new("What changed just before: ").missing("or \"nothing known\""),
                Line::new("Already tried: ").missing("what, and what came of it"),
            ]),
        ]);
        let subject = Redacted::fill(
            "{}: {}. {}",
            &[&self.host_or(), &self.error(), &self.headline().unwrap_or_else(|| Redacted::fixed("What to look at next?"))],
        );
        // Whoever has the origin's address goes past Cloudflare.
        let hidden = self.origin_names();
        Letter {
            subject: redact::without_origin(&subject, &hidden).as_str().trim_end_matches('.').to_owned(),
            plain: to_plain(&blocks, redact::without_origin, &hidden),
            markdown: to_markdown(&blocks, redact::without_origin, &hidden),
        }
    }

    /// From a visitor to the owner: two lines.
    fn owner(&self) -> Letter {
        let first = Line::new("Your site gave me ")
            .say(self.error())
            .words(": ")
            .value_or(self.public_url(), "the address")
            .words(", ")
            .value_or(self.time().map(redact::second), "date and time, with the zone")
            .words(", Ray ID ")
            .value_or(self.ray(), "the Ray ID at the foot of the error page")
            .words(", data centre ")
            .value_or(self.colo(), "the city on the error page")
            .words(".");
        let means = if self.failing.is_none() || self.is_520() {
            "Cloudflare asked your server at that second and got no answer that it could use: the server's log should show why, or your hosting provider can look it up."
        } else {
            "The server's log of that second should show why, or your hosting provider can look it up."
        };
        let second = Line::new(means).words(" What changed just before?");
        let blocks = [Block::Paragraph(first), Block::Paragraph(second)];
        let hidden = self.origin_names();
        let subject = Redacted::fill("{}: {}", &[&self.host_or(), &self.error()]);
        Letter {
            subject: redact::without_origin(&subject, &hidden).as_str().to_owned(),
            // Two lines, and no empty one between them.
            plain: to_plain(&blocks, redact::without_origin, &hidden).replace("\n\n", "\n"),
            markdown: to_markdown(&blocks, redact::without_origin, &hidden),
        }
    }

    /// What happens, in one sentence.
    fn in_short(&self) -> Line {
        let Some(failing) = self.failing else {
            return Line::default().missing("what fails: this was written without a capture of the error");
        };
        let line = Line::new("The site ").value_or(self.host(), "the host").words(" gives ").say(self.error()).words(" through Cloudflare");
        let same = self.report.patterns.as_ref().filter(|patterns| patterns.failing > 0);
        match same {
            Some(patterns) => line.say(Redacted::fill(
                ": {} of {} in the recording failed.",
                &[&redact::thousands(patterns.failing.into()), &redact::counted(patterns.total as usize, "request", "requests")],
            )),
            None => line.words(": ").value(redact::header_name(&failing.entry.request.method)).words(" fails."),
        }
    }

    /// What the captures prove, when they do.
    fn found(&self) -> Option<Line> {
        let verdict = &self.report.verdict;
        if verdict.cause.is_none() && verdict.tied.is_empty() {
            return None;
        }
        let status = verdict.status.map_or("Possible", Status::label);
        // The summary of a cause also has the wait, which stands below.
        let reason = self.report.findings.first().filter(|_| verdict.cause.is_some()).map(|finding| &finding.reason);
        if verdict.cause.as_ref().is_some_and(|cause| cause.as_str() == "not-520") {
            // Its headline is the reason.
            return Some(Line::new(status).words(": ").say(verdict.headline.clone()));
        }
        Some(Line::new(status).words(": ").say(verdict.headline.clone()).words(" ").say(reason.unwrap_or(&verdict.summary).clone()))
    }

    fn headline(&self) -> Option<Text> {
        let verdict = &self.report.verdict;
        verdict.cause.is_some().then(|| verdict.headline.clone())
    }

    /// What the origin did with the failing request when it was asked itself, and what was measured.
    fn origin_side(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        match (self.direct_answer(), self.facts.direct_is_no_evidence()) {
            (_, Some(why)) => lines.push(Line::new("Direct: ").say(why)),
            (Some(answer), None) => {
                let mut line = Line::new("Direct: the same request, sent to the origin without Cloudflare, got ").value(answer);
                if let Some((same, of)) = self.alike() {
                    line = line.say(Redacted::fill(" ({} of {}).", &[&same, &redact::counted(of, "try", "tries")]));
                }
                lines.push(line);
            }
            (None, None) => lines
                .push(Line::new("Direct: ").missing("what the origin answers when it is asked without Cloudflare; the command is below")),
        }
        lines.push(Line::new("Origin address asked: ").value_or(self.origin_address(), "the address of each origin server"));
        lines.extend(self.wait().map(|wait| Line::default().say(wait)));
        let measures = &self.report.measures;
        for (what, row) in
            [("Response headers of the origin: ", &measures.response_headers), ("Request headers: ", &measures.request_headers)]
        {
            if let Some(row) = row {
                lines.push(Line::new(what).say(Redacted::fill("{} bytes ({}).", &[&redact::thousands(row.bytes), &row.how])));
            }
        }
        lines
    }

    /// The failing requests, one a line. What all of them ask for is said once.
    fn requests(&self, local: bool) -> Vec<Line> {
        let entries: Vec<&Entry> = self.all.iter().take(MAX_REQUESTS).filter_map(|index| self.facts.proxied_entry(*index)).collect();
        let Some((first, others)) = entries.split_first() else {
            return vec![Line::default().missing("date and time in UTC, the Ray ID and the full URL of each failing request")];
        };
        let asks = |line: Line, entry: &Entry| {
            line.value(Redacted::fill("{} {}", &[&redact::header_name(&entry.request.method), &redact::url(&entry.request.url)]))
        };
        let same = others.iter().all(|entry| (&entry.request.method, &entry.request.url) == (&first.request.method, &first.request.url));
        let mut lines = Vec::new();
        if same {
            lines.push(asks(Line::new(if others.is_empty() { "Request: " } else { "Each time: " }), first));
        }
        for entry in &entries {
            let mut line = match advice::time(entry) {
                Some(time) if local && self.offset != UtcOffset::UTC => Line::default()
                    .value(redact::second_at(time, self.offset))
                    .words(" on the server, ")
                    .value(Redacted::fill("{}", &[&time])),
                Some(time) => Line::default().value(Redacted::fill("{}", &[&time])),
                None => Line::default().missing("the time in UTC"),
            };
            line = line.words(", Ray ID ").value_or(ray(entry).map(|ray| redact::ray_id(&ray)), "the Ray ID");
            if let Some(colo) = colo(entry) {
                line = line.words(", ").value(place(colo));
            }
            if !same {
                line = asks(line.words(", "), entry);
            }
            line = if entry.response.status > 0 {
                line.say(Redacted::fill(": status {}", &[&entry.response.status]))
            } else {
                line.words(": no answer")
            };
            if let Some(waited) = waited(entry) {
                line = line.say(Redacted::fill(" after {}", &[&redact::range_of_ms([waited.min_ms, waited.max_ms])]));
            }
            lines.push(line);
        }
        if self.all.len() > MAX_REQUESTS {
            lines.push(Line::default().say(Redacted::fill("and {} more, in the report", &[&(self.all.len() - MAX_REQUESTS)])));
        }
        if local && self.offset == UtcOffset::UTC {
            lines.push(Line::new("All times are UTC; the commands below turn them into the server's own time."));
        }
        lines
    }

    fn frequency(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        lines.extend(self.counts().map(|counts| Line::new("In the recording: ").say(counts)));
        if let Some(patterns) = &self.report.patterns {
            for row in patterns.failing_urls().take(5) {
                lines.push(
                    Line::default()
                        .value(row.method.clone())
                        .words(" ")
                        .value(row.url.clone())
                        .say(Redacted::fill(": {} of {} failed", &[&row.failing, &row.total])),
                );
            }
            for row in patterns.colos.iter().take(5) {
                lines.push(
                    Line::new("Data centre ").value(row.colo.clone()).say(Redacted::fill(": {} of {} failed", &[&row.failing, &row.total])),
                );
            }
        }
        lines.push(Line::new("Outside of it: ").missing("since when, how often, always or now and then, from which places"));
        lines
    }

    /// How many requests failed, and over which time.
    fn counts(&self) -> Option<Text> {
        let patterns = self.report.patterns.as_ref()?;
        let count =
            Redacted::fill("{} of {} failed", &[&patterns.failing, &redact::counted(patterns.total as usize, "request", "requests")]);
        let capture = self.report.captures.proxied.as_ref()?;
        Some(match (&capture.first, &capture.last) {
            (Some(first), Some(last)) => Redacted::fill("{}, from {} to {}", &[&count, first, last]),
            _ => count,
        })
    }

    fn steps(&self) -> Vec<Line> {
        if self.failing.is_none() {
            return vec![Line::default().missing("what leads to the error from a fresh private window on, with the full URL")];
        }
        let mut first = Line::new("Ask through Cloudflare (first command): ").say(self.actual());
        if let Some(row) = self.report.patterns.as_ref().and_then(|patterns| patterns.failing_urls().next()) {
            first = first.say(Redacted::fill(" It failed {} of {} times in the recording.", &[&row.failing, &row.total]));
        }
        let second = Line::new("Ask the origin itself (second command, ");
        let second = second.value(Redacted::fixed("ORIGIN_IP")).words(" being each origin address in turn): ");
        let second = match self.direct_answer() {
            Some(answer) => second.words("in the recording it was ").value(answer).words("."),
            None => second.missing("what it answers"),
        };
        let values = Line::new("Where a command says ").value(Redacted::fixed("VALUE")).words(": ");
        let mut steps = vec![first, second];
        if self.asks().iter().any(|command| command.as_str().contains("VALUE")) {
            steps.push(values.missing("a value that fails, unless it is secret; or \"any\""));
        }
        steps
    }

    /// The failing request as commands.
    fn asks(&self) -> Vec<Text> {
        ["curl -sv -o /dev/null -D -{method} {url}", "curl -sv -o /dev/null -D -{method} {url} --connect-to ::ORIGIN_IP"]
            .map(|command| advice::fill(self.facts, command))
            .into()
    }

    fn expected(&self) -> Text {
        let direct = self.direct_entry().filter(|entry| (1..500).contains(&entry.response.status));
        match direct {
            Some(entry) => {
                Redacted::fill("the origin's own answer, status {}, which it gives when it is asked direct.", &[&entry.response.status])
            }
            None => Redacted::fixed("the origin's own answer."),
        }
    }

    fn actual(&self) -> Text {
        let Some(failing) = self.failing else { return Redacted::fixed("error 520.") };
        let waited =
            waited(failing.entry).map(|waited| Redacted::fill(" after {}", &[&redact::range_of_ms([waited.min_ms, waited.max_ms])]));
        let waited = waited.unwrap_or_else(|| Redacted::fixed(""));
        match (&failing.entry.response.error, failing.entry.response.status) {
            (Some(error), 0) => Redacted::fill("no answer, `{}`{}.", &[&redact::error(error), &waited]),
            (_, 0) => Redacted::fill("no answer{}.", &[&waited]),
            (Some(error), status) => Redacted::fill("status {}, then `{}`{}.", &[&status, &redact::error(error), &waited]),
            (None, status) if self.is_520() => Redacted::fill("status {}, made by Cloudflare{}.", &[&status, &waited]),
            (None, status) => Redacted::fill("status {}{}.", &[&status, &waited]),
        }
    }

    fn error_text(&self) -> Line {
        let Some(failing) = self.failing else { return Line::default().missing("the error page's text, its code and its Ray ID") };
        let code = failing.entry.response.error_page.as_ref().and_then(|page| page.code).unwrap_or(failing.entry.response.status);
        let mut line = match TITLES.iter().find(|(of, _)| *of == code) {
            Some((code, title)) => Line::default().value(Redacted::fill("Error {}: {}", &[code, title])),
            None => Line::default().say(Redacted::fill("Status {}", &[&failing.entry.response.status])),
        };
        if failing.entry.response.error_page.is_some() {
            let cited = Field::ErrorPage.cite(Side::Proxied, failing.index, failing.entry, Polarity::Supports);
            line = line.words(" (").say(cited.value).words(")");
        }
        if let Some(error) = &failing.entry.response.error {
            line = line.words(", browser: ").value(redact::error(error));
        }
        line
    }

    fn ruled_out(&self) -> Option<Line> {
        let out: Vec<Text> = self.report.with_status(Status::RuledOut).map(|finding| finding.cause.clone()).collect();
        (!out.is_empty()).then(|| Line::new("Ruled out by the captures: ").say(Redacted::join(out, ", ")).words("."))
    }

    /// The files of the bundle.
    fn files(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (name, what, missing, capture) in [
            ("proxied.har", " (through Cloudflare, ", "a HAR file recorded through Cloudflare", &self.report.captures.proxied),
            ("direct.har", " (direct to the origin, ", "a HAR file recorded direct to the origin", &self.report.captures.direct),
        ] {
            lines.push(match capture {
                Some(capture) => {
                    let requests = redact::counted(capture.entries as usize, "request", "requests");
                    Line::default().value(Redacted::fixed(name)).words(what).say(requests).words(", secret values removed)")
                }
                None => Line::default().missing(missing),
            });
        }
        let report = Line::default().value(Redacted::fixed("report.html")).words(" and ").value(Redacted::fixed("report.json"));
        lines.push(report.words(" (all findings with their evidence)"));
        lines
    }

    /// The same, and what only Cloudflare asks for.
    fn attached(&self) -> Vec<Line> {
        let mut lines = self.files();
        let trace = Redacted::fixed("/cdn-cgi/trace");
        lines.push(match &self.report.trace {
            Some(_) => Line::default().value(Redacted::fixed("trace.txt")).words(" (what ").value(trace).words(" says)"),
            None => Line::new("What ").value(trace).words(" says: ").missing("its lines, without the one that begins with ip="),
        });
        lines.push(Line::new("Origin log: ").missing("the lines of access and error log around these times"));
        lines
    }

    /// The first of the ranking when it is for whoever runs the origin.
    fn theirs(&self) -> Option<&FindingRow<Text>> {
        let first = self.report.findings.first().filter(|finding| finding.status <= Status::Possible)?;
        [Responsible::Origin, Responsible::Network].iter().any(|acts| first.responsible.contains(acts)).then_some(first)
    }

    /// What whoever runs the origin does first: the leading cause's steps when it is theirs, else where an origin tells.
    fn look_for(&self) -> Vec<Line> {
        if let Some(finding) = self.theirs() {
            return finding.fix.iter().take(MAX_STEPS).map(|step| Line::default().say(step.clone())).collect();
        }
        [
            "Read what web server and application wrote at {moment}.",
            "These lines name the usual causes: nginx `upstream prematurely closed connection while reading response header from upstream`, `recv() failed (104: Connection reset by peer)`, `worker process … exited on signal`, Apache `AH01067: Failed to read FastCGI header`, `exit signal Segmentation fault`, PHP-FPM `exited on signal 11 (SIGSEGV)`, `server reached pm.max_children`, Gunicorn `[CRITICAL] WORKER TIMEOUT`.",
            "Look whether the kernel ended a process (`Out of memory`, `segfault`), and whether a firewall, fail2ban or ModSecurity turned away one of Cloudflare's addresses.",
        ]
        .map(|step| Line::default().say(advice::fill(self.facts, step)))
        .into()
    }

    /// Commands in the order to which the steps refer, each with what its result decides.
    fn tests(&self) -> Vec<TestRow<Text>> {
        let Some(finding) = self.theirs() else {
            let direct = advice::fill(self.facts, "curl -sv -o /dev/null -D -{method} {url} --connect-to ::ORIGIN_IP");
            let decides = Redacted::fixed("The request itself, without Cloudflare; `ORIGIN_IP` is the server's own address.");
            return vec![TestRow { commands: vec![direct], decides }];
        };
        finding.tests.clone()
    }

    /// Searches of the logs, each with what it finds.
    fn log_commands(&self) -> Vec<(&'static str, Vec<Text>)> {
        let mut commands = Vec::new();
        let rays: Vec<Text> = self
            .all
            .iter()
            .take(MAX_REQUESTS)
            .filter_map(|index| ray(self.facts.proxied_entry(*index)?))
            .map(|ray| redact::ray_id(&ray))
            .collect();
        if !rays.is_empty() {
            let patterns = Redacted::join(rays.into_iter().map(|ray| Redacted::fill(" -e {}", &[&ray])), "");
            commands.push((
                "By the Ray ID, where the access log has the CF-Ray header:",
                vec![Redacted::fill("grep -rIF{} /var/log/nginx /var/log/apache2 /var/log/httpd", &[&patterns])],
            ));
        }
        let minutes = self.minutes();
        if !minutes.is_empty() {
            let minutes = Redacted::join(minutes.into_iter().map(|minute| Redacted::fill("'{}'", &[&minute])), " ");
            commands.push((
                "By the time, whatever the server's zone and form of time (nginx, Apache, PHP-FPM, syslog, ISO 8601):",
                vec![
                    Redacted::fill("for minute in {}; do", &[&minutes]),
                    Redacted::fixed("  for form in '%d/%b/%Y:%H:%M' '%Y/%m/%d %H:%M' '%a %b %d %H:%M' '%d-%b-%Y %H:%M' '%b %e %H:%M' '%Y-%m-%dT%H:%M' '%Y-%m-%d %H:%M'; do"),
                    Redacted::fixed("    LC_ALL=C date -d \"$minute UTC\" \"+$form\""),
                    Redacted::fixed("  done"),
                    Redacted::fixed("done | grep -rIFf - /var/log"),
                ],
            ));
        }
        commands.push((
            "What services and the kernel say (crash, out of memory, restart):",
            vec![advice::fill(self.facts, "journalctl --no-pager --since '{since}' --until '{until}'")],
        ));
        commands
    }

    /// The minutes in which requests failed, a minute around each and its wait, in UTC and each once.
    fn minutes(&self) -> Vec<Text> {
        let mut minutes: Vec<Text> = Vec::new();
        for entry in self.all.iter().take(MAX_REQUESTS).filter_map(|index| self.facts.proxied_entry(*index)) {
            let Some(time) = advice::time(entry) else { continue };
            let wait = waited(entry).and_then(|waited| i64::try_from(waited.max_ms / 60_000).ok()).unwrap_or(0);
            for minute in (-1..=wait + 1).take(MAX_MINUTES) {
                if let Some(minute) = time.plus_ms(minute * 60_000).map(redact::minute).filter(|minute| !minutes.contains(minute)) {
                    minutes.push(minute);
                }
            }
        }
        minutes
    }

    /// What comes instead of an answer, in a few words.
    fn error(&self) -> Text {
        match self.failing.map_or(520, |failing| failing.entry.response.status) {
            0 => Redacted::fixed("no answer"),
            status if status < 400 => Redacted::fill("an answer that breaks off (status {})", &[&status]),
            status => Redacted::fill("error {}", &[&status]),
        }
    }

    /// Whether the failing request is a 520 of Cloudflare's own.
    fn is_520(&self) -> bool {
        !self.facts.failing_pairs().is_empty()
    }

    fn method(&self) -> Option<Text> {
        self.failing.map(|failing| redact::header_name(&failing.entry.request.method))
    }

    /// Method and path with a comma behind, for a subject.
    fn request(&self) -> Text {
        let Some(failing) = self.failing else { return Redacted::fixed("") };
        let without_query = failing.entry.request.url.split(['?', '#']).next().unwrap_or_default();
        Redacted::fill("{} {}, ", &[&redact::header_name(&failing.entry.request.method), &redact::url(without_query)])
    }

    fn when_and_ray(&self) -> Text {
        let time = self.time().map_or_else(|| Redacted::fixed("time unknown"), redact::second);
        self.ray().map_or_else(|| time.clone(), |ray| Redacted::fill("{}, Ray ID {}", &[&time, &ray]))
    }

    fn host(&self) -> Option<Text> {
        let host = |failing: Failing<'_>| redact::host(Address::new(&failing.entry.request.url).host);
        self.failing.map(host).filter(|host| !host.as_str().is_empty())
    }

    fn host_or(&self) -> Text {
        self.host().unwrap_or_else(|| Redacted::fixed("the site"))
    }

    fn public_url(&self) -> Option<Text> {
        self.failing.map(|failing| redact::public_url(&failing.entry.request.url)).filter(|url| !url.as_str().is_empty())
    }

    fn time(&self) -> Option<Timestamp> {
        advice::time(self.failing?.entry)
    }

    fn ray(&self) -> Option<Text> {
        ray(self.failing?.entry).map(|ray| redact::ray_id(&ray))
    }

    fn colo(&self) -> Option<Text> {
        colo(self.failing?.entry).map(place)
    }

    fn wait(&self) -> Option<Text> {
        self.report.measures.waited.as_ref().map(|row| row.sentence.clone())
    }

    /// What the origin was asked itself in place of each failing request.
    fn partners(&self) -> Vec<&'a Entry> {
        let rows = self.facts.pairing.rows.iter().filter(|pair| pair.proxied.is_some_and(|index| self.alike.binary_search(&index).is_ok()));
        rows.filter_map(|pair| self.facts.direct_entry(pair.direct.or(pair.stand_in)?)).collect()
    }

    /// The direct partner of the failing request.
    fn direct_entry(&self) -> Option<&'a Entry> {
        let failing = self.failing?;
        let pair = self.facts.pairing.rows.iter().find(|pair| pair.proxied == Some(failing.index))?;
        self.facts.direct_entry(pair.direct.or(pair.stand_in)?)
    }

    /// What the origin answered to it.
    fn direct_answer(&self) -> Option<Text> {
        if self.facts.direct_is_no_evidence().is_some() {
            return None;
        }
        let response = &self.direct_entry()?.response;
        Some(match (&response.error, response.status) {
            (Some(error), 0) => redact::error(error),
            (_, 0) => Redacted::fixed("no answer"),
            (Some(error), status) => Redacted::fill("status {}, then {}", &[&status, &redact::error(error)]),
            (None, status) => Redacted::fill("status {}", &[&status]),
        })
    }

    /// How many of the failing requests the origin answered in the same way, of how many that have a partner.
    fn alike(&self) -> Option<(usize, usize)> {
        let first = &self.direct_entry()?.response;
        let partners = self.partners();
        let same = partners.iter().filter(|entry| (entry.response.status, &entry.response.error) == (first.status, &first.error)).count();
        Some((same, partners.len()))
    }

    fn origin_address(&self) -> Option<Text> {
        if self.facts.direct_is_no_evidence().is_some() {
            return None;
        }
        let direct = self.facts.direct.as_ref()?;
        let partner = self.direct_entry().into_iter().chain(direct.answered().map(|(_, entry)| entry));
        partner.into_iter().filter_map(|entry| entry.server_ip.as_deref()).find_map(redact::public_address)
    }

    /// Hosts that only the direct capture asked: they name the origin.
    fn origin_names(&self) -> Vec<String> {
        let public = self.facts.proxied.as_ref().map_or(&[][..], |seen| &seen.hosts);
        let names = self.facts.direct.iter().flat_map(|seen| &seen.hosts).filter(|host| !public.contains(host));
        names.map(|host| Address { host, ..Address::default() }.host_name().to_owned()).collect()
    }
}

/// A text that may name the origin.
fn written(subject: &Text, blocks: &[Block]) -> Letter {
    Letter { subject: subject.as_str().to_owned(), plain: to_plain(blocks, as_it_is, &[]), markdown: to_markdown(blocks, as_it_is, &[]) }
}

/// The titles of Cloudflare's error pages.
const TITLES: [(u16, &str); 9] = [
    (502, "Bad gateway"),
    (520, "Web server is returning an unknown error"),
    (521, "Web server is down"),
    (522, "Connection timed out"),
    (523, "Origin is unreachable"),
    (524, "A timeout occurred"),
    (525, "SSL handshake failed"),
    (526, "Invalid SSL certificate"),
    (504, "Gateway time-out"),
];

fn impact() -> Line {
    Line::default().missing("how many visitors or orders are affected, what they cannot do, since when, whether there is a way round")
}

fn tried() -> Line {
    Line::new("Tried: ").missing("what was tried, and what came of it; or \"nothing yet\"")
}

fn changed() -> Line {
    Line::default()
        .missing("deployment, certificate, DNS, firewall, plugin, Cloudflare setting, with the time of each; or \"nothing known\"")
}

/// A data centre with its place.
fn place(colo: Colo) -> Text {
    match colo.place() {
        Some(place) => Redacted::fill("{} ({}, {})", &[&colo, &place.city, &place.country]),
        None => Redacted::fill("{}", &[&colo]),
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use expect_test::expect_file;
    use proptest::prelude::*;
    use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

    use super::*;
    use crate::{hostile, to_markdown as report_as_markdown};
    use fivetwenty_captures::har::Capture;
    use fivetwenty_diagnose::{Case, Inputs};

    fn of(proxied: Option<&str>, direct: Option<&str>, minutes: i32) -> Letters {
        let read = |name: &str, text: Option<&str>| text.map(|text| Rc::new(Capture::read(name, [text.as_bytes()]).unwrap()));
        let captures = [read("proxied.har", proxied), read("direct.har", direct), None];
        let (offset, now) = (UtcOffset::from_minutes(minutes).unwrap(), "2026-12-01T00:00:00Z".parse().unwrap());
        let diagnosis = Case::new(Inputs { captures, offset, now, ..Inputs::default() }).diagnose();
        letters(&diagnosis, &crate::report(&diagnosis))
    }

    fn all(letters: &Letters) -> [&Letter; 4] {
        [&letters.support, &letters.hosting, &letters.community, &letters.owner]
    }

    const PROXIED: &str = include_str!("../../../tests/data/lab/chromium-156/empty-reply/proxied.har");
    const DIRECT: &str = include_str!("../../../tests/data/lab/chromium-156/empty-reply/direct.har");

    /// Breaks when a text of the sample pair changes in any byte: read the difference before it is accepted.
    #[test]
    fn the_samples_texts_are_as_they_were() {
        let letters = of(Some(PROXIED), Some(DIRECT), 60);
        let [support, hosting, community, owner] = all(&letters).map(|letter| format!("Subject: {}\n\n{}", letter.subject, letter.plain));
        expect_file!["../../../tests/data/reports/empty-reply.support.txt"].assert_eq(&support);
        expect_file!["../../../tests/data/reports/empty-reply.hosting.txt"].assert_eq(&hosting);
        expect_file!["../../../tests/data/reports/empty-reply.community.txt"].assert_eq(&community);
        expect_file!["../../../tests/data/reports/empty-reply.owner.txt"].assert_eq(&owner);
        expect_file!["../../../tests/data/reports/empty-reply.support.md"].assert_eq(&letters.support.markdown);
        expect_file!["../../../tests/data/reports/empty-reply.hosting.md"].assert_eq(&letters.hosting.markdown);
        expect_file!["../../../tests/data/reports/empty-reply.community.md"].assert_eq(&letters.community.markdown);
        expect_file!["../../../tests/data/reports/empty-reply.owner.md"].assert_eq(&letters.owner.markdown);
    }

    /// Breaks when a text without a capture, or with only one side of it, claims what nobody saw, or leaves a gap that it does not name.
    #[test]
    fn what_is_missing_is_said() {
        let owner = &of(None, Some(DIRECT), 0).owner.plain;
        for gap in
            ["[fill in: the address]", "[fill in: date and time, with the zone]", "[fill in: the Ray ID at the foot of the error page]"]
        {
            assert!(owner.contains(gap), "{owner}");
        }
        let alone = of(Some(PROXIED), None, 0);
        assert!(alone.support.plain.contains("Direct: [fill in: what the origin answers"), "{}", alone.support.plain);
        assert!(alone.support.plain.contains("[fill in: a HAR file recorded direct to the origin]"));
        for letters in [of(None, Some(DIRECT), 0), alone, of(Some(PROXIED), Some(DIRECT), 0)] {
            for letter in all(&letters) {
                assert!(letter.plain.contains("hat changed just before"), "{}", letter.plain);
            }
            assert_eq!(letters.owner.plain.lines().count(), 2);
        }
    }

    /// Breaks when a public text names the origin: by its address, or by the host that only the direct capture asked.
    #[test]
    fn the_origin_stays_hidden() {
        let direct = DIRECT.replace("127.0.0.1", "203.0.113.34").replace("http://shop.example", "http://origin-7.shop.example:8443");
        let letters = of(Some(PROXIED), Some(&direct), 0);
        assert!(letters.support.plain.contains("Origin address asked: 203.0.113.34"), "{}", letters.support.plain);
        for letter in [&letters.community, &letters.owner] {
            for text in [&letter.subject, &letter.plain, &letter.markdown] {
                assert!(!text.contains("203.0.113.34") && !text.contains("origin-7"), "{text}");
            }
        }
        // Where a proxied capture names it, as captures of an address do.
        let proxied = PROXIED.replace("shop.example", "203.0.113.34");
        let letters = of(Some(&proxied), Some(&direct), 0);
        assert!(!letters.community.markdown.contains("203.0.113.34"), "{}", letters.community.markdown);
        assert!(!letters.owner.plain.contains("203.0.113.34"), "{}", letters.owner.plain);
    }

    /// Reads Markdown with all dialects switched on: nothing in it may be more than words, code, lists, and headings of the program's own.
    #[track_caller]
    fn check_inert(markdown: &str, headings: &[&str]) {
        let mut is_code = false;
        let mut heading: Option<String> = None;
        for event in Parser::new_ext(markdown, Options::all()) {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    assert!(matches!(&kind, CodeBlockKind::Fenced(info) if &**info == "sh"), "{kind:?} in {markdown}");
                    is_code = true;
                }
                Event::End(TagEnd::CodeBlock) => is_code = false,
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    let heading = heading.take().unwrap();
                    assert!(headings.contains(&heading.as_str()), "{heading} in {markdown}");
                }
                Event::Start(Tag::Paragraph | Tag::List(_) | Tag::Item | Tag::Strong) | Event::End(_) | Event::Code(_) => {}
                // Two spaces at a line's end cannot be: every value is within a line.
                Event::SoftBreak => panic!("a line end in {markdown}"),
                Event::Text(text) if is_code => drop(text),
                Event::Text(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                    let acts = text.chars().find(|letter| "@<>*_~|#$`\\&=".contains(*letter));
                    assert!(acts.is_none() && !text.contains("://") && !text.contains("www."), "{acts:?} of {text} in {markdown}");
                }
                other => panic!("{other:?} in {markdown}"),
            }
        }
        assert!(!markdown.chars().any(|letter| letter != '\n' && redact::is_invisible_or_bidi(letter)), "{markdown}");
    }

    const HEADINGS: [&str; 24] = [
        "Description",
        "Time (UTC)",
        "Zone",
        "Frequency",
        "Steps to reproduce",
        "Expected and actual result",
        "Exact error",
        "Impact",
        "What changed just before?",
        "Tried, and ruled out",
        "Attached",
        "When, and which requests",
        "What the origin did",
        "What to look for",
        "What to read in the logs, on the server",
        "Please answer",
        "What I found",
        "What I want to know",
        "Why Cloudflare answers 520",
        "Evidence",
        "What to do",
        "What settles it",
        "Ray IDs of failing requests",
        "Still missing for a support case",
    ];

    fn check(first: &str, second: &str) {
        let (diagnosis, report) = hostile::report(first, second);
        let letters = letters(&diagnosis, &report);
        for letter in all(&letters) {
            check_inert(&letter.markdown, &HEADINGS);
            assert!(!letter.subject.chars().any(redact::is_invisible_or_bidi), "{}", letter.subject);
            assert!(!letter.plain.chars().any(|letter| letter != '\n' && redact::is_invisible_or_bidi(letter)), "{}", letter.plain);
            // Spreadsheets take these for a formula.
            assert!(!letter.plain.lines().any(|line| line.starts_with(['=', '+', '@', '\t'])), "{}", letter.plain);
        }
        for letter in [&letters.community, &letters.owner] {
            assert!(!letter.plain.contains('@'), "{}", letter.plain);
        }
        check_inert(&report_as_markdown(&report), &[&HEADINGS[..], &["Ruled out", "Cannot tell", "Checks of the captures"]].concat());
    }

    /// Breaks when one value of a file becomes a link, an image, HTML, a heading, a list, emphasis or a mention.
    #[test]
    fn every_hostile_value_is_inert() {
        for value in hostile::FRAGMENTS {
            check(value, value);
        }
    }

    proptest! {
        /// Breaks when hostile values together become what each of them alone does not.
        #[test]
        fn hostile_values_together_are_inert(first in hostile::text(), second in hostile::text()) {
            check(&first, &second);
        }

        /// Breaks when any text in a sentence, or as a value, becomes more than words and code.
        #[test]
        fn any_sentence_is_inert(text in r"[ -~äß漢]{0,60}", hostile in hostile::text()) {
            for text in [text.clone(), hostile.clone(), format!("{text} {hostile}"), format!("{hostile}{text}")] {
                let text = redact::problem(&text);
                let line = || Line::default().say(text.clone()).words(" x ").value(text.clone());
                let blocks = [Block::Paragraph(line()), Block::List(vec![line(), line()]), Block::Steps(vec![line()]), Block::Commands(vec![text.clone()])];
                check_inert(&to_markdown(&blocks, as_it_is, &[]), &[]);
            }
        }
    }
}
