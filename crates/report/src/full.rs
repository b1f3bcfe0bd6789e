use std::fmt::Write;

use fivetwenty_captures::Side;
use fivetwenty_captures::order::sort_by_key;
use fivetwenty_model::report::{
    AfterRow, CaptureRow, FindingRow, LogsRow, Measures, Need, PairRow, Pairs, Patterns, Report, StepRow, TestRow, by_label, grouped,
};
use fivetwenty_model::{Polarity, Source, Status};
use fivetwenty_redact::{Redacted, byte_count, counted, length_of_time, thousands};

use super::logs::tables;
use super::short::TITLE;
use super::verdict::who;

type Text = Redacted<String>;

/// Pairs and Ray IDs that the text lists at most; all of them stand in the JSON.
const MAX_LISTED: usize = 40;
/// Rows of a table of the logs that the text lists at most.
const MAX_LOGGED: usize = 10;
/// URLs that the text lists at most of those that fail.
const MAX_URLS: usize = 10;

/// The report as JSON, as `JSON.stringify(report, null, 2)` writes it in JavaScript, with a line end.
pub fn to_json(report: &Report) -> String {
    // A report has no maps with other keys than strings and no numbers that JSON lacks.
    let mut json = serde_json::to_string_pretty(report).unwrap_or_default();
    json.push('\n');
    json
}

/// The full report, as text.
pub fn to_full(report: &Report) -> String {
    let mut out = Out(String::new());
    let verdict = &report.verdict;
    out.line(format_args!("{TITLE}"));
    out.line(format_args!(""));
    if let Some(sample) = report.sample_line() {
        out.line(format_args!("{sample}."));
    }
    if let Some(caution) = &verdict.caution {
        out.line(format_args!("{caution}"));
    }
    match verdict.status {
        Some(status) => out.line(format_args!("{}: {}", status.label().to_ascii_uppercase(), verdict.headline)),
        None => out.line(format_args!("{}", verdict.headline)),
    }
    if let Some(cause) = &verdict.cause {
        out.line(format_args!("Cause:      {cause}"));
    }
    if !verdict.tied.is_empty() {
        let label = match verdict.tied.len() {
            _ if verdict.cause.is_some() => "Tied with: ",
            1 => "This fits: ",
            _ => "These fit: ",
        };
        out.line(format_args!("{label} {}", Redacted::join(verdict.tied.iter().cloned(), ", ")));
    }
    if !verdict.responsible.is_empty() {
        out.line(format_args!("Who acts:   {}", who(&verdict.responsible)));
    }
    out.line(format_args!("Seen:       {}", verdict.summary));
    if let Some(leaves_open) = &verdict.leaves_open {
        out.line(format_args!("            {leaves_open}"));
    }
    if !verdict.first_step.as_str().is_empty() {
        out.line(format_args!("First step: {}", verdict.first_step));
    }
    for line in verdict.commands.iter().flat_map(|command| command.as_str().lines()) {
        out.line(format_args!("            {line}"));
    }
    if let Some(site) = &report.site {
        out.line(format_args!("Site:       {} ({})", site.host, site.reason.label()));
    }
    out.measures(&report.measures);
    if let Some(window) = &verdict.log_window {
        out.line(format_args!("Log window: {} to {} ({})", window.from, window.to, window.by()));
        for other in &verdict.other_windows {
            out.line(format_args!("        or: {} to {} ({})", other.from, other.to, other.by()));
        }
    }

    if let Some(logs) = &report.logs {
        out.logs(logs);
    }
    // Without a request, what the texts say is all that there is.
    let no_capture = report.captures.proxied.is_none() && report.captures.direct.is_none();
    if no_capture {
        out.inputs(report);
    }
    let (open, closed): (Vec<_>, Vec<_>) = report.findings.iter().partition(|finding| finding.status < Status::CannotTell);
    for finding in open {
        out.finding(finding);
    }
    out.closed(&closed);
    out.warnings(report);
    out.heading("Captures");
    for (side, capture) in [("proxied", &report.captures.proxied), ("direct", &report.captures.direct)] {
        out.capture(side, capture.as_ref());
    }
    if let Some(pairs) = &report.pairs {
        out.pairs(pairs);
    }
    if let Some(patterns) = &report.patterns {
        out.patterns(patterns);
    }
    if let Some(after) = &report.after {
        out.after(after);
    }
    if !no_capture {
        out.inputs(report);
    }
    out.rays(report);
    if let Some(trace) = &report.trace {
        out.heading("Trace (/cdn-cgi/trace, requested now)");
        let parts = [
            ("data centre", &trace.colo),
            ("city", &trace.city),
            ("host", &trace.host),
            ("time", &trace.time),
            ("http", &trace.http),
            ("tls", &trace.tls),
        ];
        for (what, value) in parts {
            if let Some(value) = value {
                out.line(format_args!("  {what}: {value}"));
            }
        }
    }
    out.checklist(report);
    out.0
}

struct Out(String);

impl Out {
    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "{line}");
    }

    fn heading(&mut self, heading: &str) {
        self.line(format_args!(""));
        self.line(format_args!("{heading}"));
    }

    fn finding(&mut self, finding: &FindingRow<Text>) {
        self.heading(&format!("{}: {} ({})", finding.label(), finding.cause, finding.title));
        self.line(format_args!("  {}", finding.reason));
        self.evidence(finding);
        if let (Some(likelihood), Some(difficulty)) = (finding.likelihood, finding.difficulty) {
            self.line(format_args!("  Among 520s: {}. Fix: {}.", likelihood.label(), difficulty.label()));
        }
        self.advice("  ", &finding.steps, &finding.tests);
    }

    /// Numbered steps under what they are for, those for servers that nothing names last; then each test with what its results decide.
    fn advice(&mut self, indent: &str, steps: &[StepRow<Text>], tests: &[TestRow<Text>]) {
        let (open, others) = grouped(steps);
        let mut number = 0;
        for group in open.iter().chain(&others) {
            match group.server {
                Some(server) => self.line(format_args!("{indent}{} ({}):", group.group.label(), server.label())),
                None => self.line(format_args!("{indent}{}:", group.group.label())),
            }
            for step in group.steps {
                number += 1;
                self.line(format_args!("{indent}  {number}. {} ({})", step.text, step.marks()));
                for source in &step.sources {
                    self.line(format_args!("{indent}     {}", source.url));
                }
            }
        }
        if !tests.is_empty() {
            self.line(format_args!("{indent}Commands that prove it:"));
        }
        for (number, test) in (1..).zip(tests) {
            for (at, command) in test.commands.iter().enumerate() {
                match at {
                    0 => self.line(format_args!("{indent}  {number}. {command}")),
                    _ => self.line(format_args!("{indent}     {command}")),
                }
            }
            self.line(format_args!("{indent}     decides: {}", test.decides));
        }
    }

    fn measures(&mut self, measures: &Measures<Text>) {
        if let Some(waited) = &measures.waited {
            self.line(format_args!("Waited:     {}", waited.sentence));
            for time in waited.near() {
                let requests = counted(time.requests as usize, "wait is", "waits are");
                self.line(format_args!("            {requests} near {}: {}.", length_of_time(time.ms), time.of));
            }
        }
        for (what, cookies, row) in
            [("Headers:   ", "Set-Cookie", &measures.response_headers), ("Request:   ", "Cookie", &measures.request_headers)]
        {
            let Some(row) = row else { continue };
            let share = if row.cookies > 0 { format!(", {} of them {cookies}", thousands(row.cookies)) } else { String::new() };
            let more = row.exceeded().map(|limit| format!("; more than {}: {}", thousands(limit.bytes), limit.of)).unwrap_or_default();
            let (bytes, source) = (thousands(row.bytes), source(row.source));
            self.line(format_args!("{what} {bytes} bytes ({}){share}, {source} entry {}{more}", row.how, row.entry));
        }
    }

    fn evidence(&mut self, finding: &FindingRow<Text>) {
        for evidence in &finding.evidence {
            let sign = if evidence.polarity == Polarity::Supports { '+' } else { '-' };
            let source = source(evidence.source);
            match evidence.entry {
                Some(entry) => self.line(format_args!("  {sign} {source} entry {entry}, {}: {}", evidence.field, evidence.value)),
                None => self.line(format_args!("  {sign} {source}, {}: {}", evidence.field, evidence.value)),
            }
        }
    }

    /// What is neither the cause nor possible.
    fn closed(&mut self, findings: &[&FindingRow<Text>]) {
        for (label, mut findings) in by_label(findings.iter().copied()) {
            self.heading(label);
            // What was not reproduced is mostly said of many causes alike.
            sort_by_key(&mut findings, |finding| finding.not_reproduced.map(|_| finding.reason.as_str()));
            for alike in findings.chunk_by(|one, other| one.not_reproduced.is_some() && one.reason == other.reason) {
                let finding = alike[0];
                let causes = Redacted::join(alike.iter().map(|finding| finding.cause.clone()), ", ");
                self.line(format_args!("  {causes}: {}", finding.reason));
                self.evidence(finding);
                for command in finding.tests.iter().flat_map(|test| &test.commands).take(1) {
                    self.line(format_args!("    to settle it: {command}"));
                }
            }
        }
    }

    fn warnings(&mut self, report: &Report) {
        if !report.warnings.is_empty() {
            self.heading("Checks of the captures");
        }
        for (warning, has_advice) in report.warnings() {
            match warning.side {
                Some(side) => self.line(format_args!("  {} ({}): {}", warning.id, side.id(), warning.detail)),
                None => self.line(format_args!("  {}: {}", warning.id, warning.detail)),
            }
            if has_advice {
                self.advice("    ", &warning.steps, &warning.tests);
            }
        }
    }

    fn capture(&mut self, side: &str, capture: Option<&CaptureRow<Text>>) {
        let Some(capture) = capture else {
            self.line(format_args!("  {side}: none"));
            return;
        };
        self.line(format_args!(
            "  {side}: {}, {}, {}",
            capture.name,
            byte_count(capture.bytes),
            counted(capture.entries as usize, "entry", "entries")
        ));
        let given = match (side, capture.given_as) {
            ("proxied", Side::Direct) => ", given as direct",
            ("direct", Side::Proxied) => ", given as proxied",
            _ => "",
        };
        if !capture.creator.as_str().is_empty() || !given.is_empty() {
            self.line(format_args!(
                "    written by {}{given}",
                if capture.creator.as_str().is_empty() { "?" } else { capture.creator.as_str() }
            ));
        }
        if let (Some(first), Some(last)) = (&capture.first, &capture.last) {
            self.line(format_args!("    captured {first} to {last}"));
        }
        if let Some(site) = &capture.site {
            self.line(format_args!("    site {site}: {} failing, {} through Cloudflare", capture.failing, capture.via_cloudflare));
        }
        for problem in capture.problems.iter().take(10) {
            // Files without line ends have nothing but a first line.
            let line = if problem.line > 1 { format!(", line {}", problem.line) } else { String::new() };
            let place = if problem.path.as_str().is_empty() { String::new() } else { format!(", {}", problem.path) };
            self.line(format_args!("    problem at byte {}{line}{place}: {}", problem.offset, problem.problem));
        }
        if capture.problems_total > 10 {
            self.line(format_args!("    {} problems in all", capture.problems_total));
        }
    }

    fn checklist(&mut self, report: &Report) {
        for (need, heading) in
            [(Need::Always, "Still missing for a support case"), (Need::Helps, "Helps if the rest doesn't show the cause")]
        {
            let missing: Vec<_> = report.missing(need).collect();
            if missing.is_empty() {
                continue;
            }
            self.heading(heading);
            for row in missing {
                self.line(format_args!("  {} ({}): {}", row.item, row.title, row.step));
                for command in &row.commands {
                    self.line(format_args!("    {command}"));
                }
            }
        }
    }

    fn after(&mut self, after: &AfterRow<Text>) {
        self.heading("After");
        self.line(format_args!("  {}", after.summary));
        if let (Some(last), Some(first)) = (&after.last_failure, &after.first_good) {
            self.line(format_args!("  last failure {last}, first good response {first}"));
        }
        self.capture("after", Some(&after.capture));
        let lists =
            [("gone", &after.gone), ("still failing", &after.still), ("failing only now", &after.new), ("not retried", &after.not_asked)];
        for (what, list) in lists {
            for row in list {
                let ([failed, asked], [fails, asked_now]) = (row.before, row.after);
                self.line(format_args!(
                    "  {what}: {} {}: {failed} of {asked} failed before, {fails} of {asked_now} after",
                    row.method, row.url
                ));
            }
        }
    }

    fn pairs(&mut self, pairs: &Pairs<Text>) {
        self.heading("Comparison");
        self.line(format_args!(
            "  {}, {} with another status, {} with other headers; {} only proxied, {} only direct",
            counted(pairs.matched as usize, "pair", "pairs"),
            pairs.status_changed,
            pairs.headers_changed,
            pairs.only_proxied,
            pairs.only_direct
        ));
        for row in pairs.rows.iter().take(MAX_LISTED) {
            self.pair(row);
        }
        if pairs.rows.len() > MAX_LISTED {
            self.line(format_args!("  and {} more, in the report's JSON", pairs.rows.len() - MAX_LISTED));
        }
    }

    fn pair(&mut self, row: &PairRow<Text>) {
        let status = |status: Option<u16>| match status {
            None => "not captured".to_owned(),
            Some(0) => "no response".to_owned(),
            Some(status) => status.to_string(),
        };
        let index = |index: Option<u32>| index.map_or_else(|| "-".to_owned(), |index| index.to_string());
        self.line(format_args!(
            "  [{} | {}] {} {}: {} proxied, {} direct",
            index(row.proxied),
            index(row.direct),
            row.method,
            row.url,
            status(row.status[0]),
            status(row.status[1])
        ));
        for (what, names) in
            [("only proxied", &row.headers_added), ("only direct", &row.headers_removed), ("changed", &row.headers_changed)]
        {
            if !names.is_empty() {
                self.line(format_args!("      headers {what}: {}", Redacted::join(names.iter().cloned(), ", ")));
            }
        }
    }

    fn patterns(&mut self, patterns: &Patterns<Text>) {
        self.heading("Which requests fail through Cloudflare");
        self.line(format_args!("  {}", patterns.sentence));
        let failing: Vec<_> = patterns.failing_urls().collect();
        for row in failing.iter().take(MAX_URLS) {
            self.line(format_args!("  {} {}: {} of {} failed", row.method, row.url, row.failing, row.total));
        }
        if failing.len() > MAX_URLS {
            self.line(format_args!("  and more, in the report's JSON"));
        }
        for row in &patterns.colos {
            self.line(format_args!("  in {}: {} of {} failed", row.colo, row.failing, row.total));
        }
        for row in patterns.times.iter().filter(|row| row.failing > 0 && patterns.times.len() > 1) {
            self.line(format_args!("  {} to {}: {} of {} failed", row.from, row.to, row.failing, row.total));
        }
    }

    fn logs(&mut self, logs: &LogsRow) {
        self.heading("Cloudflare's logs");
        if let (Some(from), Some(until)) = (&logs.from, &logs.until) {
            self.line(format_args!("  {} requests, {from} to {until}", thousands(logs.records)));
        }
        for sentence in &logs.summary {
            self.line(format_args!("  {sentence}"));
        }
        for table in tables(logs) {
            self.heading(&format!("Logs: {}", table.title));
            for row in table.rows.iter().take(MAX_LOGGED) {
                let (name, cells) = row.split_first().map_or(("", &[][..]), |(name, cells)| (name.as_str(), cells));
                let named = table.head.iter().skip(1).zip(cells).filter(|(_, cell)| !cell.as_str().is_empty());
                let cells: Vec<String> = named.map(|(head, cell)| format!("{head}: {cell}")).collect();
                self.line(format_args!("  {name}: {}", cells.join("; ")));
            }
            if table.rows.len() > MAX_LOGGED {
                self.line(format_args!("  and {} more, in the report's JSON", table.rows.len() - MAX_LOGGED));
            }
            if !table.note.as_str().is_empty() {
                self.line(format_args!("  {}", table.note));
            }
        }
    }

    fn inputs(&mut self, report: &Report) {
        if !report.inputs.is_empty() {
            self.heading("Texts beside the captures");
        }
        for input in &report.inputs {
            self.line(format_args!("  {}: {}, {} of {} lines understood", input.name, input.kind.label(), input.understood, input.lines));
            if let Some(passed_over) = &input.passed_over {
                self.line(format_args!("    {passed_over}"));
            }
            let mut finds: Vec<_> = input.finds.iter().collect();
            if finds.len() > MAX_LISTED {
                sort_by_key(&mut finds, |find| find.is_good());
            }
            for find in finds.into_iter().take(MAX_LISTED) {
                self.line(format_args!("    line {}: {}", find.line, find.says));
            }
            if input.finds_total as usize > MAX_LISTED {
                self.line(format_args!("    and {} more, in the report's JSON", input.finds_total as usize - MAX_LISTED));
            }
        }
    }

    fn rays(&mut self, report: &Report) {
        if !report.rays.is_empty() {
            self.heading("Ray IDs (time in UTC when Cloudflare received the request; derived, not documented by Cloudflare)");
        }
        for ray in report.rays.iter().take(MAX_LISTED) {
            let received = ray.received.as_ref().map_or("time unknown", Redacted::as_str);
            let colo = ray.colo.as_ref().map(|colo| format!(" {colo}")).unwrap_or_default();
            let city =
                ray.city.as_ref().zip(ray.country.as_ref()).map(|(city, country)| format!(" ({city}, {country})")).unwrap_or_default();
            let waited = ray.waited.map(|waited| format!(", waited {}", waited.said()));
            let entry = ray.entry.map(|entry| format!(" {entry}")).unwrap_or_default();
            self.line(format_args!(
                "  {} {received}{colo}{city}{}{}, {} entry{entry}",
                ray.id,
                ray.status.map(|status| format!(", status {status}")).unwrap_or_default(),
                waited.unwrap_or_default(),
                source(ray.source)
            ));
            for doubt in &ray.doubt {
                self.line(format_args!("    doubtful: {}", doubt.label()));
            }
            if let (Some(false), Some(words)) = (ray.in_capture, ray.belongs()) {
                self.line(format_args!("    {words}"));
            }
        }
        if !report.rays.is_empty() {
            self.line(format_args!("  {} A plausible time is no proof that an ID is genuine.", report.ray_time));
        }
        if report.rays.len() > MAX_LISTED {
            self.line(format_args!("  and {} more, in the report's JSON", report.rays.len() - MAX_LISTED));
        }
    }
}

fn source(source: Source) -> &'static str {
    source.side.map_or(source.label(), Side::id)
}
