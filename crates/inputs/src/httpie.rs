//! What HTTPie (`http`, `https`) and its kin show.

use super::grammar::{header, request_line, status_line};
use super::http::{Draft, Phase, browsers_name, resolve};
use super::prompt::{Asked, command};
use super::{Extract, Lines, MAX_EXTRACTS, Recognition, TextKind};

/// Every request with its answer: behind a command line, or a request and its answer whose headers are in the order that only HTTPie
/// gives them.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let mut reader = Reader { lines, extracts: Vec::new(), score: 0, asked: None, scheme: "", follow: None, draft: None };
    let mut number = 0;
    while number < lines.count() && reader.extracts.len() < MAX_EXTRACTS {
        number = reader.line(number).max(number + 1);
    }
    reader.flush(lines.count());
    (!reader.extracts.is_empty()).then_some(Recognition { score: reader.score, extracts: reader.extracts })
}

/// Headers in order that are no chance.
const FEWEST_SORTED: usize = 5;

struct Reader<'a> {
    lines: &'a Lines<'a>,
    extracts: Vec<Extract>,
    score: u32,
    asked: Option<Asked>,
    scheme: &'static str,
    /// Where a redirect leads.
    follow: Option<String>,
    draft: Option<Draft>,
}

impl Reader<'_> {
    fn line(&mut self, number: usize) -> usize {
        let line = self.lines.line(number);
        let is_cut = self.lines.is_cut(number);
        for (tool, scheme) in [("https", "https"), ("http", "http"), ("xhs", "https"), ("xh", "http")] {
            if !line.contains(tool) {
                continue;
            }
            let Some(command) = command(self.lines, number, &[tool]) else { continue };
            let asked = command.of_httpie(scheme);
            if let Some(url) = asked.urls.first() {
                self.flush(number);
                (self.scheme, self.follow) = (scheme, None);
                self.draft = Some(draft_of(&asked, url, number));
                self.asked = Some(asked);
            }
            return number + command.lines;
        }
        let errors = ["http: error: ", "https: error: ", "http: LogLevel.ERROR: ", "https: LogLevel.ERROR: "];
        if let Some(said) = errors.into_iter().find_map(|error| line.strip_prefix(error)) {
            self.error(number, said, is_cut);
        } else if let Some(url) = line.strip_prefix("xh: error: error sending request for url (") {
            let causes = (number + 1..number + 10)
                .take_while(|next| *next == number + 1 || !self.lines.line(*next).is_empty() || self.lines.line(*next - 1) == line);
            let words = self.lines.join(number + 1..causes.last().map_or(number + 1, |last| last + 1));
            let url = url.strip_suffix(')').filter(|_| !is_cut).unwrap_or_default();
            self.error(number, &[&words, " while doing a  request to URL: ", url].concat(), is_cut);
        } else if let Some(request) = request_line(line).filter(|_| !is_cut && self.is_head(number)) {
            self.begin_next(number);
            if let Some(draft) = &mut self.draft {
                draft.ask(request, if self.scheme.is_empty() { "http" } else { self.scheme });
            }
        } else if let Some(status) = status_line(line).filter(|_| self.asked.is_some() || self.draft.is_some() || self.is_sorted(number)) {
            if self.draft.as_ref().is_none_or(|draft| draft.entry.response.status >= 200) {
                self.begin_next(number);
            }
            if let Some(draft) = &mut self.draft {
                draft.answer(status);
            }
        } else if let Some(draft) = &mut self.draft {
            match draft.phase {
                Phase::Request | Phase::Answer => {
                    draft.add(line, is_cut);
                }
                Phase::Body => draft.body_line(line, is_cut),
                Phase::Start | Phase::Sent => {}
            }
        }
        number + 1
    }

    fn error(&mut self, number: usize, said: &str, is_cut: bool) {
        if self.draft.as_ref().is_none_or(|draft| draft.entry.response.status > 0 || draft.entry.response.error.is_some()) {
            self.begin_next(number);
        }
        self.score = self.score.max(95);
        let Some(draft) = &mut self.draft else { return };
        let (words, asked) = said.split_once(" while doing a ").unwrap_or((said, ""));
        if is_cut && asked.is_empty() {
            return;
        }
        draft.entry.response.error = browsers_name(None, words, false).map(Into::into);
        if let Some((method, url)) = asked.split_once(" request to URL: ").filter(|_| draft.entry.request.url.is_empty() && !is_cut) {
            draft.entry.request.url = url.trim().into();
            draft.entry.request.method = super::prompt::known_method(method).unwrap_or_default().into();
        }
    }

    /// A request line is one when its host stands among the headers behind it.
    fn is_head(&self, number: usize) -> bool {
        let headers = (number + 1..number + 100).map_while(|next| header(self.lines.line(next)));
        headers.into_iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) && (self.asked.is_some() || self.is_own(number))
    }

    /// The request says that HTTPie sends it.
    fn is_own(&self, number: usize) -> bool {
        let headers = (number + 1..number + 100).map_while(|next| header(self.lines.line(next)));
        headers
            .into_iter()
            .any(|(name, value)| name.eq_ignore_ascii_case("user-agent") && (value.starts_with("HTTPie") || value.starts_with("xh/")))
    }

    /// Nothing else sorts headers by name.
    fn is_sorted(&self, number: usize) -> bool {
        let names = (number + 1..number + 200).map_while(|next| Some(header(self.lines.line(next))?.0));
        let mut last = "";
        let mut count = 0;
        for name in names {
            let before = last.bytes().map(|byte| byte.to_ascii_lowercase());
            if before.gt(name.bytes().map(|byte| byte.to_ascii_lowercase())) {
                return false;
            }
            (last, count) = (name, count + 1);
        }
        count >= FEWEST_SORTED
    }

    /// Begins the exchange that follows; the command line belongs to the first one.
    fn begin_next(&mut self, number: usize) {
        if self.draft.as_ref().is_some_and(|draft| draft.phase == Phase::Start && draft.entry.response.error.is_none()) {
            return;
        }
        self.flush(number);
        let url = self.follow.take().or_else(|| self.asked.as_ref()?.urls.first().cloned());
        let asked = self.asked.take();
        let mut draft = Draft::at(number);
        if let Some(asked) = &asked {
            draft = draft_of(asked, &url.unwrap_or_default(), number);
        }
        (self.draft, self.asked) = (Some(draft), asked);
    }

    fn flush(&mut self, end: usize) {
        let Some(draft) = self.draft.take() else { return };
        let response = &draft.entry.response;
        if response.status == 0 && response.error.is_none() && draft.phase < Phase::Request {
            return;
        }
        let location = response.header("location").filter(|_| (300..400).contains(&response.status));
        self.follow = location.map(|header| resolve(&draft.entry.request.url, &header.value)).filter(|url| url.contains("://"));
        self.score = self.score.max(if self.asked.is_some() || draft.phase == Phase::Sent { 95 } else { 92 });
        self.extracts.push(draft.extract(TextKind::Httpie, end));
    }
}

fn draft_of(asked: &Asked, url: &str, first: usize) -> Draft {
    let mut draft = Draft { is_direct: asked.is_direct(), host: asked.host.clone(), ..Draft::at(first) };
    draft.entry.request.url = url.into();
    draft.entry.request.method = asked.method.into();
    draft
}
