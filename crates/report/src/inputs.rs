//! The texts that were given, and what was taken from each.

use fivetwenty_captures::Side;
use fivetwenty_captures::har::Entry;
use fivetwenty_captures::har::Problem;
use fivetwenty_captures::order::sort_by_key;
use fivetwenty_diagnose::{Facts, cause, of_failing};
use fivetwenty_inputs::{Extract, RecognisedText, Statement};
use fivetwenty_model::TextKind;
use fivetwenty_model::report::{ExtractRow, InputFacts, InputRow, ProblemRow};
use fivetwenty_redact::{self as redact, Redacted};

type Text = Redacted<String>;

/// Extracts of one text that a report lists at most; its facts are those of all.
const MAX_EXTRACTS: usize = 100;
/// Values of one fact at most.
const MAX_VALUES: usize = 100;

/// A text as the report gives it; `first` is the number of its first extract among those of all texts.
pub(super) fn input_row(input: &RecognisedText, first: usize, known: &Facts<'_>) -> InputRow<Text> {
    let mut facts = InputFacts {
        status: Vec::new(),
        error_code: Vec::new(),
        ray: Vec::new(),
        colo: Vec::new(),
        host: Vec::new(),
        http: Vec::new(),
        curl_exit: Vec::new(),
        time: Vec::new(),
        address: Vec::new(),
        log: Vec::new(),
    };
    for extract in &input.extracts {
        let row = extract_row(extract);
        add(&mut facts.status, row.status);
        add(&mut facts.error_code, row.error_code);
        add(&mut facts.ray, row.ray);
        add(&mut facts.colo, row.colo);
        add(&mut facts.host, row.host);
        add(&mut facts.http, row.http);
        add(&mut facts.curl_exit, row.curl_exit);
        add(&mut facts.time, row.time);
        add(&mut facts.address, row.address);
        add(&mut facts.log, row.log);
    }
    InputRow {
        name: redact::file_name(&input.name),
        kind: input.kind,
        bytes: input.bytes,
        lines: input.lines,
        understood: input.understood,
        passed_over: passed_over(input, known.case.logs.is_some()),
        facts,
        finds: listed(&input.extracts, first, known),
        finds_total: u32::try_from(input.extracts.len()).unwrap_or(u32::MAX),
    }
}

/// In the order of the text; of more than are listed, those of the requests that fail through Cloudflare come first, then those that tell of a
/// failure.
fn listed(extracts: &[Extract], first: usize, known: &Facts<'_>) -> Vec<ExtractRow<Text>> {
    let mut listed: Vec<(usize, &Extract)> = (first..).zip(extracts).collect();
    if listed.len() > MAX_EXTRACTS {
        let of_failing = of_failing(known);
        let rank = |says: &Statement| {
            let is_good = says.status().is_some_and(|status| status < 400) || says.log.is_none() && says.status().is_none();
            (!of_failing(says), is_good)
        };
        let mut ranked: Vec<_> = listed.into_iter().map(|(number, extract)| (rank(&extract.statement), (number, extract))).collect();
        sort_by_key(&mut ranked, |(rank, _)| *rank);
        listed = ranked.into_iter().map(|(_, extract)| extract).collect();
    }
    let row =
        |(number, extract): (usize, &Extract)| ExtractRow { number: u32::try_from(number).unwrap_or(u32::MAX), ..extract_row(extract) };
    listed.into_iter().take(MAX_EXTRACTS).map(row).collect()
}

/// What could not be read of a file.
pub(super) fn problem_rows(problems: &[Problem]) -> Vec<ProblemRow<Text>> {
    let row = |problem: &Problem| ProblemRow {
        offset: problem.offset,
        line: problem.line,
        path: redact::json_path(&problem.path),
        problem: redact::problem(&problem.problem),
    };
    problems.iter().map(row).collect()
}

/// What is not listed of a text. `is_counted` says that the records of Cloudflare's logs were counted, all of them.
fn passed_over(input: &RecognisedText, is_counted: bool) -> Option<Text> {
    let (lines, bytes) = input.passed_over;
    let bytes = (bytes > 0).then(|| redact::byte_count(bytes));
    let unread = bytes.map(|bytes| match usize::try_from(lines).unwrap_or(usize::MAX) {
        0 => Redacted::fill("Its last {} were not read, because it has no line ends.", &[&bytes]),
        lines if is_counted && input.kind == TextKind::Logpush => Redacted::fill(
            "All its records are counted. {} ({}) are not listed: the list has records of failing requests, and a few others.",
            &[&redact::counted(lines, "line", "lines"), &bytes],
        ),
        lines => Redacted::fill(
            "{} ({}) were not read. The report uses its beginning, its end, the lines of failing requests, and the newest lines with a fault.",
            &[&redact::counted(lines, "line", "lines"), &bytes],
        ),
    });
    let most = fivetwenty_inputs::MAX_EXTRACTS;
    let full = (input.extracts.len() >= most)
        .then(|| Redacted::fill("{} of its finds are kept, the newest failures first.", &[&redact::thousands(most as u64)]));
    let said: Vec<Text> = unread.into_iter().chain(full).collect();
    (!said.is_empty()).then(|| Redacted::join(said, " "))
}

fn add<T: PartialEq>(values: &mut Vec<T>, value: Option<T>) {
    if let Some(value) = value.filter(|value| values.len() < MAX_VALUES && !values.contains(value)) {
        values.push(value);
    }
}

/// What was taken from a part of a text, in one line.
pub(super) fn says(extract: &Extract) -> Text {
    extract_row(extract).says
}

fn extract_row(extract: &Extract) -> ExtractRow<Text> {
    let fact = &extract.statement;
    let entry = fact.entry.as_deref();
    let filled = |text: &str| !text.is_empty();
    let mut row = ExtractRow {
        number: 0,
        says: Redacted::fixed(""),
        kind: extract.kind,
        line: u32::try_from(extract.lines.start + 1).unwrap_or(u32::MAX),
        way: fact.way,
        method: entry.map(|entry| &*entry.request.method).filter(|method| filled(method)).map(redact::header_name),
        // Of an error page only the host is known.
        url: entry.filter(|entry| names_url(entry, extract.kind)).map(|entry| &*entry.request.url).map(redact::url),
        host: fact.host.as_deref().map(redact::host),
        http: entry.filter(|entry| entry.response.status > 0).and_then(http),
        status: fact.status(),
        error_code: fact.error_code,
        ray: fact.ray.as_ref().map(redact::ray_id),
        colo: fact.colo().map(|colo| Redacted::fill("{}", &[&colo])),
        time: fact.time.or(fact.local_time).map(|time| Redacted::fill("{}", &[&time])),
        local: fact.time.is_none() && fact.local_time.is_some(),
        address: fact.address.as_deref().map(redact::host),
        curl_exit: fact.curl_exit,
        error: entry.and_then(|entry| entry.response.error.as_deref()).map(redact::error),
        log: fact.log.map(|meaning| Redacted::fixed(meaning.phrase)),
        means: fact.log.map(|meaning| Redacted::fixed(meaning.means)),
    };
    row.says = sentence(&row);
    if let Some(stated) = fact.stated_cause.as_deref().and_then(cause) {
        row.says = Redacted::fill("{}. That file states: {}", &[&row.says, &stated.headline]);
    }
    row
}

/// Whether a text names the URL, and not only the host, as a page does that stands by itself or in an object.
fn names_url(entry: &Entry, kind: TextKind) -> bool {
    let (request, page) = (&entry.request, entry.response.error_page.as_ref());
    let of_page = || page?.host.as_ref().map(|host| ["https://", host, "/"].concat());
    let is_made = kind == TextKind::ErrorPage || request.method.is_empty() && of_page().as_deref() == Some(&*request.url);
    !request.url.is_empty() && !is_made
}

/// The version of HTTP that was answered with, in the field's usual short form: `1.1`, `2`, `3`.
fn http(entry: &Entry) -> Option<Text> {
    let digits = entry.response.http_version.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    Some(Redacted::fixed(match digits.trim_end_matches(".0") {
        "0.9" => "0.9",
        "1" => "1.0",
        "1.1" => "1.1",
        "2" => "2",
        "3" => "3",
        _ => return None,
    }))
}

/// What was taken from a part of a text, in one line.
fn sentence(row: &ExtractRow<Text>) -> Text {
    let mut parts: Vec<Text> = Vec::new();
    let mut say = |template: &'static str, value: Option<&Text>| {
        parts.extend(value.map(|value| Redacted::fill(template, &[value])));
    };
    let request = [&row.method, &row.url].into_iter().flatten().cloned();
    let request = Redacted::join(request, " ");
    say("{}", (!request.as_str().is_empty()).then_some(&request));
    let way = Redacted::fixed(row.way.map_or("", Side::label));
    say("{}", (!way.as_str().is_empty()).then_some(&way));
    say("HTTP/{}", row.http.as_ref());
    say("status {}", row.status.map(|status| Redacted::fill("{}", &[&status])).as_ref());
    say("{}", row.error.as_ref());
    say("curl ends with {}", row.curl_exit.map(|exit| Redacted::fill("{}", &[&u16::from(exit)])).as_ref());
    say("error {}", row.error_code.map(|code| Redacted::fill("{}", &[&code])).as_ref());
    say("Ray ID {}", row.ray.as_ref());
    say("data centre {}", row.colo.as_ref());
    say("host {}", row.host.as_ref().filter(|_| row.url.is_none()));
    say(if row.local { "{} in an unknown time zone" } else { "{}" }, row.time.as_ref());
    say("address {}", row.address.as_ref());
    say("\"{}\"", row.log.as_ref());
    say("{}", row.means.as_ref());
    Redacted::join(parts, ", ")
}
