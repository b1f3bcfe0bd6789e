//! The texts that were given, and what was taken from each.

use super::report::{FindRow, InputFacts, InputRow};
use crate::har::Entry;
use crate::paste::{Find, Input, Kind, Way};
use crate::redact::{self, Redacted};

type Text = Redacted<String>;

/// Finds of one text that a report lists at most; its facts are those of all.
const MOST_FINDS: usize = 100;
/// Values of one fact at most.
const MOST_VALUES: usize = 100;

/// A text as the report gives it.
pub(super) fn input_row(input: &Input) -> InputRow<Text> {
    let mut facts = InputFacts::default();
    for find in &input.finds {
        let row = find_row(find);
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
        facts,
        finds: input.finds.iter().take(MOST_FINDS).map(find_row).collect(),
        finds_total: u32::try_from(input.finds.len()).unwrap_or(u32::MAX),
    }
}

fn add<T: PartialEq>(values: &mut Vec<T>, value: Option<T>) {
    if let Some(value) = value.filter(|value| values.len() < MOST_VALUES && !values.contains(value)) {
        values.push(value);
    }
}

/// What was taken from a part of a text, in one line.
pub(super) fn says(find: &Find) -> Text {
    find_row(find).says
}

fn find_row(find: &Find) -> FindRow<Text> {
    let fact = &find.fact;
    let entry = fact.entry.as_deref();
    let filled = |text: &str| !text.is_empty();
    let mut row = FindRow {
        says: Redacted::fixed(""),
        kind: find.kind,
        line: u32::try_from(find.lines.start + 1).unwrap_or(u32::MAX),
        way: fact.way,
        method: entry.map(|entry| &*entry.request.method).filter(|method| filled(method)).map(redact::header_name),
        // Of an error page only the host is known.
        url: entry.map(|entry| &*entry.request.url).filter(|url| filled(url) && find.kind != Kind::ErrorPage).map(redact::url),
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
        log: fact.log.map(|meaning| Redacted::fixed(meaning.words)),
        means: fact.log.map(|meaning| Redacted::fixed(meaning.means)),
    };
    row.says = row.sentence();
    if let Some(stated) = fact.stated {
        row.says = Redacted::fill("{}. That file states: {}", &[&row.says, &stated]);
    }
    row
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

impl FindRow<Text> {
    /// What was taken from it, in one line.
    fn sentence(&self) -> Text {
        let mut parts: Vec<Text> = Vec::new();
        let mut say = |template: &'static str, value: Option<&Text>| {
            parts.extend(value.map(|value| Redacted::fill(template, &[value])));
        };
        let request = [&self.method, &self.url].into_iter().flatten().cloned();
        let request = Redacted::join(request, " ");
        say("{}", (!request.as_str().is_empty()).then_some(&request));
        let way = Redacted::fixed(match self.way {
            Way::Proxied => "through Cloudflare",
            Way::Direct => "direct to the origin",
            Way::Untold => "",
        });
        say("{}", (!way.as_str().is_empty()).then_some(&way));
        say("HTTP/{}", self.http.as_ref());
        say("status {}", self.status.map(|status| Redacted::fill("{}", &[&status])).as_ref());
        say("{}", self.error.as_ref());
        say("curl ends with {}", self.curl_exit.map(|exit| Redacted::fill("{}", &[&u16::from(exit)])).as_ref());
        say("error {}", self.error_code.map(|code| Redacted::fill("{}", &[&code])).as_ref());
        say("Ray ID {}", self.ray.as_ref());
        say("data centre {}", self.colo.as_ref());
        say("host {}", self.host.as_ref().filter(|_| self.url.is_none()));
        say(if self.local { "{} by a clock whose zone is not told" } else { "{}" }, self.time.as_ref());
        say("address {}", self.address.as_ref());
        say("\"{}\"", self.log.as_ref());
        say("{}", self.means.as_ref());
        Redacted::join(parts, ", ")
    }
}
