//! What wget shows: `-S`, `-d`, or nothing but its progress.

use super::grammar::{code, request_line, status_line};
use super::http::{Draft, Phase, browsers_name};
use super::prompt::{Asked, command, is_address};
use super::{Extract, Lines, MAX_EXTRACTS, Recognition, TextKind};

/// Every request with its answer.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let mut reader = Reader { lines, extracts: Vec::new(), asked: None, is_shown: false, address: None, draft: None, is_dumped: false };
    let mut number = 0;
    while number < lines.count() && reader.extracts.len() < MAX_EXTRACTS {
        number = reader.line(number).max(number + 1);
    }
    reader.flush(lines.count());
    (!reader.extracts.is_empty()).then_some(Recognition { score: 95, extracts: reader.extracts })
}

struct Reader<'a> {
    lines: &'a Lines<'a>,
    extracts: Vec<Extract>,
    asked: Option<Asked>,
    /// The body is shown (`-O -`).
    is_shown: bool,
    /// The address that is connected to.
    address: Option<String>,
    draft: Option<Draft>,
    /// Within what `-d` shows of the connection, where no line has spaces before it.
    is_dumped: bool,
}

impl Reader<'_> {
    fn line(&mut self, number: usize) -> usize {
        let line = self.lines.line(number);
        let is_cut = self.lines.is_cut(number);
        if line.contains("wget")
            && let Some(command) = command(self.lines, number, &["wget"])
        {
            self.flush(number);
            let asked = command.of_wget();
            self.is_shown = command.arguments.iter().any(|argument| argument.ends_with("O-") || argument == "-");
            (self.address, self.is_dumped) = (None, false);
            self.draft = Some(draft_of(&asked, asked.urls.first().map(String::as_str).unwrap_or_default(), number));
            self.asked = Some(asked);
            return number + command.lines;
        }
        if let Some(url) = asked_for(line).filter(|_| !is_cut) {
            let first = match self.draft.take() {
                // The command line belongs to its first request.
                Some(draft) if draft.phase == Phase::Start && draft.entry.response.error.is_none() => draft.first,
                draft => {
                    self.draft = draft;
                    self.flush(number);
                    number
                }
            };
            let asked = self.asked.take().unwrap_or_default();
            self.draft = Some(Draft { phase: Phase::Sent, ..draft_of(&asked, url, first) });
            self.asked = Some(asked);
            return number + 1;
        }
        let address = self.address.as_deref();
        let Some(draft) = &mut self.draft else { return number + 1 };
        let response = &mut draft.entry.response;
        if let Some(rest) = line.strip_prefix("Connecting to ") {
            let (place, outcome) = rest.split_once("... ").unwrap_or_default();
            let place = place.rsplit_once(':').map_or("", |(place, _)| place);
            let place = place.strip_suffix('|').and_then(|place| place.rsplit_once('|')).map_or(place, |(_, address)| address);
            let place = place.trim_matches(['[', ']']);
            if outcome.starts_with("connected") && is_address(place) {
                self.address = Some(place.to_owned());
            } else if outcome.starts_with("failed: ") && !is_cut {
                response.error = browsers_name(None, outcome, false).map(Into::into);
            }
        } else if let Some(outcome) = line.strip_prefix("HTTP request sent, awaiting response...") {
            draft.address = address.map(str::to_owned);
            let outcome = outcome.trim();
            let status = outcome.split_at_checked(3).filter(|(_, rest)| rest.is_empty() || rest.starts_with(' '));
            if let Some(status) = status.and_then(|(status, _)| code(status)) {
                response.status = status;
            }
            // The answer's first line comes next, unless there is none.
            let next = self.lines.line(number + 1);
            let is_bare = outcome.is_empty() && next.starts_with("Length: unspecified") && !self.lines.is_cut(number + 1);
            let words = if is_bare { "HTTP/0.9" } else { outcome };
            if !is_cut {
                response.error = browsers_name(None, words, false).map(Into::into);
            }
        } else if line.starts_with("---request begin---") || line.starts_with("---response begin---") {
            self.is_dumped = true;
        } else if line.starts_with("---request end---") || line.starts_with("---response end---") {
            self.is_dumped = false;
        } else if let Some(request) = request_line(line).filter(|_| self.is_dumped && !is_cut) {
            draft.ask(request, "http");
        } else if draft.phase == Phase::Request && self.is_dumped {
            draft.add(line, is_cut);
        } else if let Some(status) = status_line(line.trim_start()).filter(|_| line.starts_with("  ") || self.is_dumped) {
            // What `--spider` and some servers make it ask once more has no line of its own.
            if draft.phase >= Phase::Answer && response.status >= 200 {
                let again = Draft { phase: Phase::Sent, address: draft.address.clone(), ..Draft::at(number) };
                let url = draft.entry.request.url.clone();
                self.flush(number);
                let draft = self.draft.insert(again);
                draft.entry.request.url = url;
            }
            if let Some(draft) = &mut self.draft {
                draft.address = self.address.clone();
                draft.answer(status);
            }
        } else if draft.phase == Phase::Answer && (line.starts_with("  ") && !line.trim().is_empty() || self.is_dumped) {
            draft.add(line.trim_start(), is_cut);
        } else if let Some(body) = line.strip_prefix("Skipping ").and_then(|rest| rest.split_once(" bytes of body: [")) {
            draft.body_line(body.1, is_cut);
        } else {
            if draft.phase == Phase::Answer && !line.trim().is_empty() {
                // The headers end where the spaces do.
                draft.phase = Phase::Body;
            }
            let is_own = ["Length: ", "Saving to", "Location: ", "Giving up", "Retrying"].iter().any(|own| line.starts_with(own));
            let is_said = line.starts_with("20") && line.get(4..5) == Some("-");
            if is_said && !is_cut {
                response.error = browsers_name(None, line, true).map(Into::into).or(response.error.take());
            } else if line.starts_with("wget: unable to resolve")
                || line.starts_with("ERROR: cannot verify")
                || line.starts_with("Unable to establish SSL")
            {
                let words = match line.as_bytes()[0] {
                    b'w' => "Could not resolve",
                    b'E' => "SSL certificate problem",
                    _ => "wrong version number",
                };
                response.error = browsers_name(None, words, false).map(Into::into);
            } else if draft.phase == Phase::Body && self.is_shown && !is_own {
                draft.body_line(line, is_cut);
            }
        }
        number + 1
    }

    fn flush(&mut self, end: usize) {
        let Some(draft) = self.draft.take() else { return };
        if draft.phase > Phase::Start || draft.entry.response.error.is_some() {
            self.extracts.push(draft.extract(TextKind::Wget, end));
        }
    }
}

fn draft_of(asked: &Asked, url: &str, first: usize) -> Draft {
    let mut draft = Draft { is_direct: asked.is_direct(), host: asked.host.clone(), ..Draft::at(first) };
    draft.entry.request.url = url.into();
    draft.entry.request.method = asked.method.into();
    draft
}

/// `--2026-11-21 18:39:50--  (try: 2)  http://shop.example/`: the URL.
fn asked_for(line: &str) -> Option<&str> {
    let (time, rest) = line.strip_prefix("--20")?.split_once("--  ")?;
    let url = rest.strip_prefix('(').and_then(|rest| rest.split_once(")  ")).map_or(rest, |(_, url)| url);
    (time.len() == 17 && url.contains("://")).then_some(url.trim_end())
}
