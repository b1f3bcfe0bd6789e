//! `report.html`: the report as one file that loads nothing and runs nothing, for a screen and for paper.
//!
//! Two pages say what somebody has to know; the appendix has the rest.

use fivetwenty_model::Side;
use fivetwenty_model::report::{
    AfterRow, CaptureRow, FindingRow, Need, Pairs, Patterns, Ray, Report, TestRow, WaitedFrom, WarningRow, alike,
};
use fivetwenty_model::{Polarity, Source, Status};
use fivetwenty_redact::{Redacted, byte_count, counted, length_of_time, range_of_ms, thousands};

use super::build::who;

type Text = Redacted<String>;

/// Failing requests that the first pages list at most; all of them stand in the appendix.
const MAX_FAILING: usize = 8;

/// The report as HTML, with a line end.
pub fn to_html(report: &Report) -> String {
    let mut out = Out(String::with_capacity(64 * 1024));
    out.raw(concat!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
        "<meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>Report on error 520",
    ));
    let site = report.captures.proxied.as_ref().or(report.captures.direct.as_ref()).and_then(|capture| capture.site.as_ref());
    if let Some(site) = site {
        out.raw(": ").text(site);
    }
    out.raw("</title>\n<style>\n").raw(include_str!("report.css")).raw("</style>\n</head>\n<body>\n");
    out.verdict(report, site);
    out.leading(report);
    out.failing(report);
    out.ruled_out(report);
    out.missing(report);
    out.raw("<section class=\"appendix\">\n<h2>Appendix</h2>\n");
    out.captures(report);
    out.findings(report);
    out.warnings(&report.warnings);
    if let Some(patterns) = &report.patterns {
        out.patterns(patterns);
    }
    if let Some(pairs) = &report.pairs {
        out.pairs(pairs);
    }
    if let Some(after) = &report.after {
        out.after(after);
    }
    out.rays("All Ray IDs", &report.rays.iter().collect::<Vec<_>>());
    out.trace(report);
    out.checklist(report);
    out.raw(concat!(
        "</section>\n<footer>\nMade by fivetwenty from the recordings alone, in the browser or on the command line; nothing was uploaded. ",
        "Values of a recording stand as their lengths, for instance <code>[16 bytes]</code>. All times are UTC.\n</footer>\n</body>\n</html>\n",
    ));
    out.0
}

/// What was written so far.
struct Out(String);

impl Out {
    /// The template's own markup. No value can be given here: it would have to be part of the program.
    fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// A value, as text.
    fn text(&mut self, text: &Text) -> &mut Self {
        escape(&mut self.0, text.as_str());
        self
    }

    /// A number.
    fn number(&mut self, number: impl Into<u64>) -> &mut Self {
        self.text(&thousands(number.into()))
    }

    /// A sentence: what stands between backticks is machine words.
    fn prose(&mut self, sentence: &Text) -> &mut Self {
        let pieces: Vec<&str> = sentence.as_str().split('`').collect();
        let is_paired = pieces.len() % 2 == 1;
        for (number, piece) in pieces.into_iter().enumerate() {
            let is_code = is_paired && number % 2 == 1;
            if is_code {
                self.raw("<code>");
            } else if number > 0 && !is_paired {
                self.raw("`");
            }
            escape(&mut self.0, piece);
            if is_code {
                self.raw("</code>");
            }
        }
        self
    }

    fn code(&mut self, text: &Text) -> &mut Self {
        self.raw("<code>").text(text).raw("</code>")
    }

    /// An RFC 3339 time in UTC, as people read it.
    fn time(&mut self, time: &Text) -> &mut Self {
        let (date, clock) = time.as_str().strip_suffix('Z').and_then(|time| time.split_once('T')).unwrap_or((time.as_str(), ""));
        self.raw("<span class=\"keep\">");
        escape(&mut self.0, date);
        self.raw(" ");
        escape(&mut self.0, clock);
        self.raw("</span>")
    }

    fn source(&mut self, source: Source) -> &mut Self {
        self.raw(match source.side {
            Some(Side::Proxied) => "<span class=\"proxied\">",
            Some(Side::Direct) => "<span class=\"direct\">",
            _ => "<span>",
        })
        .raw(source.label())
        .raw("</span>")
    }

    fn verdict(&mut self, report: &Report, site: Option<&Text>) {
        let verdict = &report.verdict;
        self.raw("<header>\n<p class=\"kind\"><span>fivetwenty report: why Cloudflare answers 520</span>");
        if let Some(site) = site {
            self.raw("<span>").text(site).raw("</span>");
        }
        self.raw("</p>\n<p class=\"status\">").raw(match verdict.status {
            Some(status) => status.label(),
            None if !verdict.tied.is_empty() => Status::Possible.label(),
            None => "Next step",
        });
        self.raw("</p>\n<h1>").prose(&verdict.headline).raw("</h1>\n<p class=\"lead\">").prose(&verdict.summary).raw("</p>\n<dl>\n");
        if !verdict.responsible.is_empty() {
            self.raw("<dt>Must act</dt><dd>").text(&who(&verdict.responsible)).raw("</dd>\n");
        }
        if !verdict.first_step.as_str().is_empty() {
            self.raw("<dt>First step</dt><dd>").prose(&verdict.first_step).raw("</dd>\n");
        }
        if let Some(patterns) = &report.patterns
            && let Some(row) = patterns.urls.first().filter(|row| row.failing > 0)
        {
            self.raw("<dt>Request</dt><dd>").code(&row.method).raw(" ").code(&row.url).raw("</dd>\n<dt>How often</dt><dd>");
            self.number(row.failing).raw(" of ").text(&counted(row.total as usize, "try", "tries")).raw(" failed; of all requests ");
            self.number(patterns.failing).raw(" of ").number(patterns.total).raw("</dd>\n");
        }
        if let Some(window) = &verdict.log_window {
            self.raw("<dt>Read the logs</dt><dd>from ").time(&window.from).raw(" to ").time(&window.to).raw(" UTC</dd>\n");
        }
        if let Some(waited) = &report.measures.waited {
            self.raw("<dt>Waited</dt><dd>").prose(&waited.sentence);
            for time in waited.times.iter().filter(|time| time.requests > 0) {
                self.raw(" ").text(&counted(time.requests as usize, "wait is", "waits are")).raw(" near ").text(&length_of_time(time.ms));
                self.raw(": ").prose(&time.of).raw(".");
            }
            self.raw("</dd>\n");
        }
        for (title, row) in [
            ("<dt>Response headers</dt><dd>", &report.measures.response_headers),
            ("<dt>Request headers</dt><dd>", &report.measures.request_headers),
        ] {
            let Some(row) = row else { continue };
            self.raw(title).number(row.bytes).raw(" bytes (").text(&row.how).raw(")");
            if let Some(limit) = row.limits.iter().rev().find(|limit| row.bytes > limit.bytes) {
                self.raw("; more than ").number(limit.bytes).raw(": ").prose(&limit.of);
            }
            self.raw("</dd>\n");
        }
        self.raw("</dl>\n</header>\n");
    }

    /// The causes at the top: the one that leads in full, and of those that cannot be separated what tells them apart.
    fn leading(&mut self, report: &Report) {
        let verdict = &report.verdict;
        let leads = |finding: &&FindingRow<Text>| verdict.cause.as_ref() == Some(&finding.cause) || verdict.tied.contains(&finding.cause);
        let mut is_told = false;
        for finding in report.findings.iter().filter(leads) {
            if in_full(report) == Some(&finding.cause) {
                self.raw("<h2>What it means</h2>\n<p>").prose(&finding.means).raw("</p>\n<h2>Evidence</h2>\n");
                self.evidence(finding);
                if !finding.fix.is_empty() {
                    self.raw("<h2>What to do</h2>\n");
                }
                self.steps(&finding.fix);
                if !finding.tests.is_empty() {
                    self.raw("<h2>What settles it</h2>\n");
                }
                self.tests(&finding.tests);
                continue;
            }
            if !is_told {
                self.raw("<h2>What cannot be separated by these recordings</h2>\n");
                is_told = true;
            }
            self.finding_title(finding);
            self.raw("<p>").prose(&finding.reason).raw("</p>\n");
            self.evidence_in_short(finding);
            self.tests(finding.tests.get(..1).unwrap_or_default());
        }
    }

    fn finding_title(&mut self, finding: &FindingRow<Text>) {
        self.raw("<h3>").text(&finding.title).raw(" <span class=\"machine\">").text(&finding.cause).raw("</span> <span class=\"quiet\">");
        self.raw(finding.status.label()).raw("</span></h3>\n");
    }

    /// As a table. Ray IDs have a table of their own.
    fn evidence(&mut self, finding: &FindingRow<Text>) {
        let rows: Vec<_> = alike(&finding.evidence).into_iter().filter(|(row, _)| !row.field.as_str().ends_with(".cf-ray")).collect();
        if rows.is_empty() {
            return;
        }
        self.raw("<table class=\"whole\">\n<tr><th></th><th>Seen</th><th>Entries</th><th>Field</th><th>Value</th></tr>\n");
        for (row, entries) in rows {
            self.raw("<tr><td>")
                .polarity(row.polarity)
                .raw("</td><td class=\"keep\">")
                .source(row.source)
                .raw("</td><td>")
                .entries(&entries);
            self.raw("</td><td>").code(&row.field).raw("</td><td>").code(&row.value).raw("</td></tr>\n");
        }
        self.raw("</table>\n");
    }

    /// A line for each, for the many that are ruled out.
    fn evidence_in_short(&mut self, finding: &FindingRow<Text>) {
        for (row, entries) in alike(&finding.evidence) {
            self.raw("<p class=\"short\">").polarity(row.polarity).raw(" ").source(row.source).raw(" ").entries(&entries).raw(": ");
            self.code(&row.field).raw(" ").code(&row.value).raw("</p>\n");
        }
    }

    fn polarity(&mut self, polarity: Polarity) -> &mut Self {
        self.raw(match polarity {
            Polarity::Supports => "<span class=\"for\">+</span>",
            Polarity::Contradicts => "<span class=\"against\">−</span>",
        })
    }

    /// Numbers of entries, the first twenty of them.
    fn entries(&mut self, entries: &[u32]) -> &mut Self {
        for (number, entry) in entries.iter().take(20).enumerate() {
            self.raw(if number > 0 { ", " } else { "" }).number(*entry);
        }
        self.raw(if entries.len() > 20 { " …" } else { "" })
    }

    fn steps(&mut self, steps: &[Text]) {
        if steps.is_empty() {
            return;
        }
        self.raw("<ol>\n");
        for step in steps {
            self.raw("<li>").prose(step).raw("</li>\n");
        }
        self.raw("</ol>\n");
    }

    /// Commands, with what their results decide.
    fn tests(&mut self, tests: &[TestRow<Text>]) {
        for test in tests {
            for command in &test.commands {
                self.raw("<pre><code>").text(command).raw("</code></pre>\n");
            }
            self.raw("<p>").prose(&test.decides).raw("</p>\n");
        }
    }

    /// When, and under which Ray IDs.
    fn failing(&mut self, report: &Report) {
        let failing = |ray: &&Ray<Text>| ray.source == Source::capture(Side::Proxied) && ray.is_failing();
        let all = report.rays.iter().filter(failing).count();
        let rays: Vec<&Ray<Text>> = report.rays.iter().filter(failing).take(MAX_FAILING).collect();
        self.rays("When, and under which Ray IDs", &rays);
        if all > MAX_FAILING {
            self.raw("<p class=\"quiet\">And ").number((all - MAX_FAILING) as u64).raw(" more, in the appendix.</p>\n");
        }
    }

    fn ruled_out(&mut self, report: &Report) {
        for (status, title) in
            [(Status::RuledOut, "<h2>Ruled out</h2>\n"), (Status::CannotTell, "<h2>Cannot be told from these recordings</h2>\n")]
        {
            // That it is one is what the report is about.
            let told = |finding: &&FindingRow<Text>| finding.status == status && finding.cause.as_str() != "not-520";
            let those: Vec<&FindingRow<Text>> = report.findings.iter().filter(told).collect();
            if those.is_empty() {
                continue;
            }
            self.raw(title).raw("<p class=\"short\">");
            self.text(&Redacted::join(those.into_iter().map(|finding| finding.title.clone()), " · ")).raw("</p>\n");
        }
    }

    fn missing(&mut self, report: &Report) {
        let missing: Vec<Text> =
            report.checklist.iter().filter(|row| !row.have && row.need == Need::Always).map(|row| row.title.clone()).collect();
        if !missing.is_empty() {
            self.raw("<h2>Still missing for a support case</h2>\n<p>").text(&Redacted::join(missing, "; ")).raw(".</p>\n");
        }
    }

    fn captures(&mut self, report: &Report) {
        self.raw("<h3>Recordings</h3>\n<table>\n<tr><th></th><th>File</th><th>Size</th><th>Requests</th><th>Failing</th><th>Recorded (UTC)</th></tr>\n");
        for (side, capture) in [(Side::Proxied, &report.captures.proxied), (Side::Direct, &report.captures.direct)] {
            if let Some(capture) = capture {
                self.capture(side, capture);
            }
        }
        self.raw("</table>\n");
        for capture in
            [&report.captures.proxied, &report.captures.direct].into_iter().flatten().filter(|capture| capture.problems_total > 0)
        {
            self.raw("<p>")
                .text(&capture.name)
                .raw(": ")
                .text(&counted(capture.problems_total as usize, "problem", "problems"))
                .raw(".</p>\n<ul>\n");
            for problem in capture.problems.iter().take(10) {
                self.raw("<li>at byte ").number(problem.offset);
                if !problem.path.as_str().is_empty() {
                    self.raw(", ").code(&problem.path);
                }
                self.raw(": ").text(&problem.problem).raw("</li>\n");
            }
            self.raw("</ul>\n");
        }
    }

    fn capture(&mut self, side: Side, capture: &CaptureRow<Text>) {
        self.raw("<tr><td class=\"keep\">").source(Source::capture(side));
        self.raw("</td><td>")
            .text(&capture.name)
            .raw("<br><span class=\"quiet\">")
            .text(&capture.creator)
            .raw("</span></td><td class=\"keep\">");
        self.text(&byte_count(capture.bytes))
            .raw("</td><td>")
            .number(capture.entries)
            .raw("</td><td>")
            .number(capture.failing)
            .raw("</td><td>");
        if let (Some(first), Some(last)) = (&capture.first, &capture.last) {
            self.time(first).raw("<br>to ").time(last);
        }
        self.raw("</td></tr>\n");
    }

    /// Every finding, those that the first pages have in full only by their reason.
    fn findings(&mut self, report: &Report) {
        self.raw("<h2>All findings</h2>\n");
        for finding in &report.findings {
            self.finding_title(finding);
            self.raw("<p>").prose(&finding.reason).raw("</p>\n");
            if in_full(report) == Some(&finding.cause) {
                self.raw("<p class=\"quiet\">In full on the first page.</p>\n");
                continue;
            }
            self.evidence_in_short(finding);
            self.steps(&finding.fix);
            self.tests(&finding.tests);
        }
    }

    fn warnings(&mut self, warnings: &[WarningRow<Text>]) {
        if !warnings.is_empty() {
            self.raw("<h2>Checks of the recordings</h2>\n");
        }
        for (number, warning) in (1..).zip(warnings) {
            self.raw("<h3><span class=\"machine\">").text(&warning.id).raw("</span> ");
            if let Some(side) = warning.side {
                self.source(Source::capture(side));
            }
            self.raw("</h3>\n<p>").prose(&warning.detail).raw("</p>\n");
            // When both captures have the same, the advice stands below the second.
            if warnings.get(number).is_none_or(|next| next.id != warning.id) {
                self.steps(&warning.fix);
                self.tests(&warning.tests);
            }
        }
    }

    fn patterns(&mut self, patterns: &Patterns<Text>) {
        self.raw("<h2>Which requests fail</h2>\n<p>").prose(&patterns.sentence).raw("</p>\n");
        self.raw("<table>\n<tr><th>Request</th><th>Failed</th><th>Of</th></tr>\n");
        for row in patterns.urls.iter().filter(|row| row.failing > 0) {
            self.raw("<tr><td>").code(&row.method).raw(" ").code(&row.url).raw("</td><td>").number(row.failing);
            self.raw("</td><td>").number(row.total).raw("</td></tr>\n");
        }
        for row in &patterns.colos {
            self.raw("<tr><td>in ")
                .code(&row.colo)
                .raw("</td><td>")
                .number(row.failing)
                .raw("</td><td>")
                .number(row.total)
                .raw("</td></tr>\n");
        }
        self.raw("</table>\n");
    }

    fn pairs(&mut self, pairs: &Pairs<Text>) {
        self.raw("<h2>Side by side</h2>\n<p>")
            .text(&counted(pairs.matched as usize, "pair", "pairs"))
            .raw(", ")
            .number(pairs.status_changed);
        self.raw(" with another status, ").number(pairs.headers_changed).raw(" with other headers; ").number(pairs.only_proxied);
        self.raw(" requests only through Cloudflare, ").number(pairs.only_direct).raw(" only direct.</p>\n");
        if pairs.rows.is_empty() {
            return;
        }
        self.raw("<table>\n<tr><th>Entries</th><th>Request</th><th>Through Cloudflare</th><th>Direct</th></tr>\n");
        for row in &pairs.rows {
            self.raw("<tr><td class=\"keep\">")
                .index(row.proxied)
                .raw(" | ")
                .index(row.direct)
                .raw("</td><td>")
                .code(&row.method)
                .raw(" ")
                .code(&row.url);
            for (what, names) in [
                ("<br><span class=\"quiet\">headers only through Cloudflare: ", &row.headers_added),
                ("<br><span class=\"quiet\">headers only direct: ", &row.headers_removed),
                ("<br><span class=\"quiet\">headers changed: ", &row.headers_changed),
            ] {
                if !names.is_empty() {
                    self.raw(what).text(&Redacted::join(names.iter().cloned(), ", ")).raw("</span>");
                }
            }
            self.raw("</td>");
            for status in row.status {
                self.raw("<td class=\"keep\">");
                match status {
                    None => self.raw("<span class=\"quiet\">not captured</span>"),
                    Some(0) => self.raw("<span class=\"bad\">no answer</span>"),
                    Some(status) if status >= 500 => self.raw("<span class=\"bad\">").number(status).raw("</span>"),
                    Some(status) => self.number(status),
                };
                self.raw("</td>");
            }
            self.raw("</tr>\n");
        }
        self.raw("</table>\n");
    }

    fn index(&mut self, index: Option<u32>) -> &mut Self {
        match index {
            Some(index) => self.number(index),
            None => self.raw("–"),
        }
    }

    fn after(&mut self, after: &AfterRow<Text>) {
        self.raw("<h2>After</h2>\n<p>").prose(&after.summary).raw("</p>\n");
        if let (Some(last), Some(first)) = (&after.last_failure, &after.first_good) {
            self.raw("<p>Last failure ").time(last).raw(", first good answer ").time(first).raw(" UTC.</p>\n");
        }
        self.raw("<table>\n<tr><th></th><th>File</th><th>Size</th><th>Requests</th><th>Failing</th><th>Recorded (UTC)</th></tr>\n");
        self.capture(Side::After, &after.capture);
        self.raw("</table>\n<table>\n<tr><th></th><th>Request</th><th>Failed before</th><th>Fails after</th></tr>\n");
        for (what, list) in [
            ("<tr><td>gone</td><td>", &after.gone),
            ("<tr><td class=\"bad\">still fails</td><td>", &after.still),
            ("<tr><td class=\"bad\">fails only now</td><td>", &after.new),
            ("<tr><td>not asked again</td><td>", &after.not_asked),
        ] {
            for row in list {
                self.raw(what).code(&row.method).raw(" ").code(&row.url);
                for [failed, asked] in [row.before, row.after] {
                    self.raw("</td><td class=\"keep\">").number(failed).raw(" of ").number(asked);
                }
                self.raw("</td></tr>\n");
            }
        }
        self.raw("</table>\n");
    }

    fn rays(&mut self, title: &'static str, rays: &[&Ray<Text>]) {
        if rays.is_empty() {
            return;
        }
        self.raw("<h2>").raw(title).raw("</h2>\n");
        self.raw("<table>\n<tr><th>Received (UTC)</th><th>Ray ID</th><th>Data centre</th><th>Status</th><th>Cloudflare waited</th><th>Entry</th></tr>\n");
        for ray in rays {
            self.raw("<tr><td>");
            match &ray.received {
                Some(received) => self.time(received),
                None => self.raw("unknown"),
            };
            self.raw("</td><td class=\"keep\">").code(&ray.id);
            let apart = ray.belongs().filter(|_| ray.in_capture == Some(false));
            for words in ray.doubt.iter().map(|doubt| doubt.label()).chain(apart) {
                self.raw("<br><span class=\"doubt\">").raw(words).raw("</span>");
            }
            self.raw("</td><td>");
            if let Some(colo) = &ray.colo {
                self.text(colo);
            }
            if let (Some(city), Some(country)) = (&ray.city, &ray.country) {
                self.raw(" <span class=\"quiet\">").text(city).raw(", ").text(country).raw("</span>");
            }
            let is_bad = ray.status.is_some_and(|status| status >= 500);
            self.raw(if is_bad { "</td><td class=\"bad\">" } else { "</td><td>" });
            if let Some(status) = ray.status {
                self.number(status);
            }
            self.raw("</td><td>");
            if let Some(waited) = ray.waited {
                self.text(&range_of_ms([waited.min_ms, waited.max_ms])).raw(" <span class=\"quiet\">").raw(match waited.from {
                    WaitedFrom::CfOrigin => "(Server-Timing)",
                    WaitedFrom::HarWait => "(browser)",
                    WaitedFrom::Date => "(Date)",
                    WaitedFrom::ErrorPage => "(error page)",
                });
                self.raw("</span>");
            }
            self.raw("</td><td class=\"keep\">");
            self.raw(match ray.source.side {
                Some(Side::Proxied) => "<span class=\"proxied\"></span>",
                Some(Side::Direct) => "<span class=\"direct\"></span>",
                _ => "",
            });
            self.index(ray.entry).raw("</td></tr>\n");
        }
        self.raw("</table>\n");
    }

    fn trace(&mut self, report: &Report) {
        let Some(trace) = &report.trace else { return };
        self.raw("<h2>Trace</h2>\n<dl>\n");
        for (what, value) in [
            ("<dt>data centre</dt><dd>", &trace.colo),
            ("<dt>city</dt><dd>", &trace.city),
            ("<dt>host</dt><dd>", &trace.host),
            ("<dt>time</dt><dd>", &trace.time),
            ("<dt>HTTP</dt><dd>", &trace.http),
            ("<dt>TLS</dt><dd>", &trace.tls),
        ] {
            if let Some(value) = value {
                self.raw(what).text(value).raw("</dd>\n");
            }
        }
        self.raw("</dl>\n");
    }

    fn checklist(&mut self, report: &Report) {
        self.raw("<h2>What Cloudflare’s support asks for</h2>\n<table>\n<tr><th>Here</th><th>What</th><th>How to get it</th></tr>\n");
        for row in &report.checklist {
            self.raw(if row.have { "<tr><td>yes</td><td>" } else { "<tr><td class=\"bad\">no</td><td>" }).text(&row.title).raw("</td><td>");
            self.prose(&row.step);
            if row.need == Need::Helps && !row.have {
                self.raw(" <span class=\"quiet\">Not always asked for.</span>");
            }
            for command in &row.commands {
                self.raw("<pre><code>").text(command).raw("</code></pre>");
            }
            self.raw("</td></tr>\n");
        }
        self.raw("</table>\n");
    }
}

/// The cause that the first pages have in full, when one leads.
fn in_full(report: &Report) -> Option<&Text> {
    let verdict = &report.verdict;
    verdict.cause.as_ref().or(if let [only] = &verdict.tied[..] { Some(only) } else { None })
}

/// Writes text so that it is text in an element and in a quoted attribute.
fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use html5ever::tendril::TendrilSink;
    use markup5ever_rcdom::{Handle, NodeData, RcDom};
    use proptest::prelude::*;

    use super::*;
    use crate::hostile;

    /// All that the template is made of; an element with its attributes.
    const ELEMENTS: [&str; 33] = [
        "body",
        "br",
        "code",
        "dd",
        "dl",
        "dt",
        "footer",
        "h1",
        "h2",
        "h3",
        "head",
        "header",
        "html lang",
        "li",
        "meta charset",
        "meta content http-equiv",
        "meta content name",
        "ol",
        "p",
        "p class",
        "pre",
        "section class",
        "span",
        "span class",
        "style",
        "table",
        "table class",
        "tbody",
        "td",
        "td class",
        "th",
        "title",
        "tr",
    ];

    fn parsed(html: &str) -> RcDom {
        html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(html)
    }

    /// Every element with its attributes, every class, and all text.
    fn walk(node: &Handle, found: &mut (Vec<String>, Vec<String>, String)) {
        match &node.data {
            NodeData::Element { name, attrs, .. } => {
                let mut attributes: Vec<String> = attrs.borrow().iter().map(|attribute| attribute.name.local.to_string()).collect();
                attributes.sort();
                found.1.extend(
                    attrs.borrow().iter().filter(|attribute| &*attribute.name.local == "class").map(|class| class.value.to_string()),
                );
                found.0.push([vec![name.local.to_string()], attributes].concat().join(" "));
            }
            NodeData::Text { contents } => found.2.push_str(&contents.borrow()),
            NodeData::Comment { .. } | NodeData::ProcessingInstruction { .. } => found.0.push("a comment".to_owned()),
            NodeData::Document | NodeData::Doctype { .. } => {}
        }
        node.children.borrow().iter().for_each(|child| walk(child, found));
    }

    fn check(html: &str) -> String {
        let document = parsed(html);
        assert!(document.errors.borrow().is_empty(), "{:?}", document.errors.borrow());
        let mut found = (Vec::new(), Vec::new(), String::new());
        walk(&document.document, &mut found);
        let (elements, classes, text) = found;
        for element in &elements {
            assert!(ELEMENTS.contains(&element.as_str()), "<{element}>");
        }
        let known = [
            "against", "appendix", "bad", "direct", "for", "keep", "kind", "lead", "machine", "proxied", "quiet", "short", "status",
            "whole",
        ];
        for class in &classes {
            assert!(known.contains(&class.as_str()), "class {class}");
        }
        for only in ["style", "title", "h1", "meta content http-equiv"] {
            assert_eq!(elements.iter().filter(|element| *element == only).count(), 1, "{only}");
        }
        assert!(!html.chars().any(|letter| letter != '\n' && fivetwenty_redact::is_invisible_or_bidi(letter)), "{html}");
        text
    }

    /// Breaks when something of a file becomes an element, an attribute, a comment or a style, or makes a browser repair the page.
    #[test]
    fn a_hostile_report_has_the_templates_elements() {
        for value in hostile::FRAGMENTS {
            check(&to_html(&hostile::report(value, value).1));
        }
        let text = check(&to_html(&hostile::report("</style><img src=x onerror=alert(1)>", "x").1));
        assert!(text.contains("</style><img src=x onerror=alert(1)>"), "it is shown as it is");
    }

    proptest! {
        /// Breaks when text in an element or an attribute reads otherwise than it was.
        #[test]
        fn text_stays_text(text in r"[ -~äß漢]{0,40}") {
            let mut html = "<!DOCTYPE html><title>x</title><p class=\"".to_owned();
            escape(&mut html, &text);
            html.push_str("\">");
            escape(&mut html, &text);
            html.push_str("</p>");
            let mut found = (Vec::new(), Vec::new(), String::new());
            walk(&parsed(&html).document, &mut found);
            prop_assert_eq!(&found.1, std::slice::from_ref(&text));
            prop_assert_eq!(found.2, format!("x{text}"));
            prop_assert_eq!(found.0, ["html", "head", "title", "body", "p class"]);
        }

        /// Breaks when hostile values together break what each of them alone does not.
        #[test]
        fn hostile_values_together_are_text(first in hostile::text(), second in hostile::text()) {
            check(&to_html(&hostile::report(&first, &second).1));
        }
    }
}
