//! What curl shows: `-v`, `-i`, `-I`, `-w`, `--trace-ascii`, with or without its command line.

use std::sync::Arc;

use super::grammar::{code, request_line, status_line};
use super::http::{Draft, Phase, browsers_name, is_target_of, kept, resolve};
use super::prompt::{Asked, command, is_address};
use super::timings::{self, Measured, Template};
use super::{Extract, Lines, MAX_EXTRACTS, Recognition, TextKind};
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::har::{Request, Response, Timings};

/// Every request with its answer.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let mut reader = Reader::new(lines);
    let mut number = 0;
    while number < lines.count() && reader.extracts.len() < MAX_EXTRACTS {
        number = reader.line(number).max(number + 1);
    }
    reader.flush(lines.count());
    (!reader.extracts.is_empty()).then_some(Recognition { score: reader.score, extracts: reader.extracts })
}

/// Bytes of a dump's message at most.
const MAX_DUMPED: usize = 1 << 20;

#[expect(clippy::struct_excessive_bools, reason = "what was seen so far, each by itself")]
struct Reader<'a> {
    lines: &'a Lines<'a>,
    extracts: Vec<Extract>,
    score: u32,
    /// What the command line asks for.
    asked: Option<Asked>,
    /// What stands before commands.
    prompt: String,
    is_piped: bool,
    template: Option<Template>,
    /// The number of the URL that is asked for next.
    next: usize,
    /// Where a redirect leads.
    follow: Option<String>,
    /// The address that is connected to.
    address: Option<String>,
    /// It is that of a proxy.
    is_proxy: bool,
    /// The name that was connected to.
    name: Option<String>,
    scheme: &'static str,
    draft: Option<Draft>,
    /// What curl says of a fault, when no error line follows.
    hint: Option<&'static str>,
    /// The answer began without a status line.
    is_without_head: bool,
    /// The server has ended HTTP/2 with an error.
    is_refused: bool,
    /// `-w` has printed its values.
    is_measured: bool,
    /// Markers of `-v` were seen.
    is_verbose: bool,
    /// A message of `--trace-ascii`.
    dump: Option<Dump>,
    /// Microseconds of the day when the request was sent.
    sent: Option<u64>,
}

/// A message that `--trace-ascii` dumps.
struct Dump {
    kind: Dumped,
    /// Bytes that it has.
    bytes: usize,
    /// Each line with its offset.
    lines: Vec<(usize, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Dumped {
    Request,
    Answer,
    Body,
    Other,
}

impl<'a> Reader<'a> {
    fn new(lines: &'a Lines<'a>) -> Self {
        Self {
            lines,
            extracts: Vec::new(),
            score: 0,
            asked: None,
            prompt: String::new(),
            is_piped: false,
            template: None,
            next: 0,
            follow: None,
            address: None,
            is_proxy: false,
            name: None,
            scheme: "",
            draft: None,
            hint: None,
            is_without_head: false,
            is_refused: false,
            is_measured: false,
            is_verbose: false,
            dump: None,
            sent: None,
        }
    }

    /// Takes the line of this number; gives the number of the next one.
    fn line(&mut self, number: usize) -> usize {
        let whole = self.lines.line(number);
        if whole.contains("curl")
            && let Some(command) = command(self.lines, number, &["curl"])
        {
            self.flush(number);
            let asked = command.of_curl();
            self.template = asked.format.as_deref().and_then(Template::new);
            (self.next, self.follow, self.address, self.is_proxy, self.scheme, self.is_verbose) = (0, None, None, false, "", false);
            self.name = None;
            self.draft = Some(Draft { is_direct: asked.is_direct(), ..Draft::at(number) });
            (self.prompt, self.is_piped, self.asked) = (command.prompt, command.is_piped, Some(asked));
            self.begin_url();
            return number + command.lines;
        }
        let (at, line) = strip_time(whole);
        if let Some(dump) = &mut self.dump {
            if let Some((offset, text)) = dumped(line).filter(|_| at.is_none()) {
                // The last line may go on.
                if !self.lines.is_cut(number) && offset <= MAX_DUMPED {
                    dump.lines.push((offset, text.to_owned()));
                }
                return number + 1;
            }
            self.end_dump(number);
        }
        let is_cut = self.lines.is_cut(number);
        if let Some(info) = line.strip_prefix("* ").or_else(|| line.strip_prefix("== Info: ")) {
            self.info(number, info);
        } else if let Some((kind, bytes)) = dump_head(line) {
            self.dump = Some(Dump { kind, bytes, lines: Vec::new() });
            self.score = 100;
            self.note_time(at, kind == Dumped::Answer);
        } else if let Some(said) = line.strip_prefix("curl: (") {
            self.error(number, said, is_cut);
        } else if let Some(sent) = line.strip_prefix("> ").or_else(|| (line == ">").then_some("")) {
            self.sent(number, sent, is_cut);
            self.note_time(at, false);
        } else if let Some(received) = line.strip_prefix("< ").or_else(|| (line == "<").then_some("")) {
            self.note_time(at, true);
            self.received(number, received, is_cut);
        } else if is_data_mark(line) {
            if let Some(draft) =
                self.draft.as_mut().filter(|draft| draft.phase == Phase::Body && line.starts_with('{') && !line.starts_with("{ [0 "))
            {
                draft.has_body = true;
            }
        } else if let Some(at) = line.find("*   Trying ").filter(|_| line.contains("--:--")) {
            // Progress has no end of its own.
            self.info(number, &line[at + 2..]);
        } else {
            return self.plain(number, line, is_cut);
        }
        number + 1
    }

    /// A line that curl says about what it does.
    fn info(&mut self, number: usize, info: &str) {
        let info = info.trim_start();
        let begins = ["Trying ", "Connected to ", "Established connection to ", "Connecting to hostname", "Could not resolve host"];
        let begins = begins.iter().any(|beginning| info.starts_with(beginning));
        let sets_out = ["Trying ", "Found bundle", "Re-using", "Reusing", "Host ", "Hostname ", "Added ", "Connecting to hostname"];
        let is_done = self.draft.as_ref().is_some_and(|draft| draft.phase >= Phase::Request || draft.exit.is_some());
        if is_done && sets_out.iter().any(|beginning| info.starts_with(beginning)) {
            self.flush(number);
        }
        if self.draft.is_none() {
            if !begins && !is_done {
                return;
            }
            self.begin(number);
        }
        self.score = self.score.max(if begins { 100 } else { 85 });
        self.is_verbose = true;
        if self.lines.is_cut(number) {
            return;
        }
        if let Some(address) = info.strip_prefix("Trying ") {
            let address = address.trim_end_matches('.');
            let address = if is_address(address) { address } else { address.rsplit_once(':').map_or("", |(address, _)| address) };
            self.connected(address.trim_matches(['[', ']']));
        } else if let Some((_, rest)) = info.strip_prefix("Connected to ").and_then(|rest| rest.split_once('(')) {
            let (address, port) = rest.strip_prefix("nil) (").unwrap_or(rest).split_once(") port ").unwrap_or_default();
            let name = info["Connected to ".len()..].split(' ').next().unwrap_or_default();
            self.name = Some(name.to_owned()).filter(|name| name.contains('.') && !is_address(name));
            self.connected(address);
            self.port(port);
        } else if let Some((_, rest)) = info.strip_prefix("Established connection to ").and_then(|rest| rest.split_once('(')) {
            let (address, port) = rest.split_once(" port ").unwrap_or_default();
            self.connected(address);
            self.port(port);
        } else if info.starts_with("ALPN") || info.starts_with("SSL connection using") {
            self.scheme = "https";
        } else if let Some(url) = info.strip_prefix("Issue another request to this URL: '") {
            self.flush(number + 1);
            self.follow = url.strip_suffix('\'').map(str::to_owned);
            return;
        } else if info.contains("proxy") && (info.starts_with("Uses proxy") || info.starts_with("Establish HTTP proxy")) {
            self.is_proxy = true;
        } else if info.starts_with("Connection died") {
            self.hint = self.hint.filter(|_| self.is_refused);
        } else if info.ends_with("left intact") || info.starts_with("Closing connection") || info.starts_with("shutting down connection") {
            let is_whole = self.hint.is_none();
            if let Some(draft) = &mut self.draft {
                draft.is_whole |= is_whole;
            }
        }
        let has_status = self.draft.as_ref().is_some_and(|draft| draft.entry.response.status > 0);
        self.is_without_head |= info.starts_with("Received HTTP/0.9");
        if info == "Header without colon"
            && let Some(draft) = self.draft.as_mut().filter(|draft| draft.phase == Phase::Answer)
        {
            // Curl does not show it.
            draft.entry.response.headers.push(Arc::new(kept("line without a colon", "")));
        } else if info.contains("GOAWAY, error=") && !info.contains("error=0") || info.starts_with("REFUSED_STREAM") {
            self.hint = Some("net::ERR_HTTP2_PROTOCOL_ERROR");
            self.is_refused = true;
        } else if !info.contains("continuing anyway") && !self.is_refused {
            self.hint = browsers_name(None, info, has_status).or(self.hint);
        }
    }

    fn connected(&mut self, address: &str) {
        if is_address(address) {
            self.address = Some(address.to_owned());
            self.hint = None;
        }
    }

    fn port(&mut self, port: &str) {
        let digits = port.bytes().take_while(u8::is_ascii_digit).count();
        self.scheme = match &port[..digits] {
            "80" | "8080" => "http",
            "443" | "8443" => "https",
            _ => self.scheme,
        };
    }

    /// A line that was sent.
    fn sent(&mut self, number: usize, sent: &str, is_cut: bool) {
        if let Some(request) = request_line(sent).filter(|_| !is_cut) {
            if self.draft.as_ref().is_none_or(|draft| draft.phase >= Phase::Request) {
                // What a proxy is asked first is no request of its own.
                if self.draft.as_ref().is_some_and(|draft| &*draft.entry.request.method == "CONNECT") {
                    self.draft = None;
                }
                self.flush(number);
                self.begin(number);
            }
            self.ask(request);
        } else if let Some(draft) = self.draft.as_mut().filter(|draft| draft.phase == Phase::Request) {
            draft.add(sent, is_cut);
        } else {
            self.plain(number, sent, is_cut);
        }
    }

    fn ask(&mut self, request: (&str, &str, &str)) {
        (self.score, self.is_verbose, self.hint) = (100, true, None);
        let Some(draft) = &mut self.draft else { return };
        // One of several URLs, when they were asked for in another order.
        let other = self.asked.iter().flat_map(|asked| &asked.urls).find(|url| is_target_of(request.1, url));
        if !is_target_of(request.1, &draft.entry.request.url) {
            draft.entry.request.url = other.map(|url| url.as_str().into()).unwrap_or_default();
        }
        let http2 = matches!(request.2, "HTTP/2" | "HTTP/3");
        let scheme = if self.scheme.is_empty() && http2 { "https" } else { self.scheme };
        draft.ask(request, if scheme.is_empty() { "http" } else { scheme });
    }

    /// A line that was received.
    fn received(&mut self, number: usize, received: &str, is_cut: bool) {
        match status_line(received).filter(|(version, ..)| !version.is_empty()) {
            Some(status) => {
                let answered = self.draft.as_ref().map_or(0, |draft| draft.entry.response.status);
                if self.draft.is_none() || answered >= 200 {
                    self.flush(number);
                    self.begin(number);
                }
                (self.score, self.is_verbose, self.hint) = (100, true, None);
                if let Some(draft) = &mut self.draft {
                    draft.answer(status);
                    draft.is_raw = !self.is_piped;
                }
            }
            None => match self.draft.as_mut().filter(|draft| draft.phase == Phase::Answer) {
                Some(draft) => {
                    draft.add(received, is_cut);
                }
                None => {
                    self.plain(number, received, is_cut);
                }
            },
        }
    }

    /// Curl's last words, behind `curl: (`.
    fn error(&mut self, number: usize, said: &str, is_cut: bool) {
        let Some((exit, words)) = said.split_once(')') else { return };
        let Some(exit) = exit.parse::<u8>().ok().filter(|_| exit.len() <= 2) else { return };
        if self.draft.as_ref().is_none_or(|draft| draft.exit.is_some()) {
            self.flush(number);
            self.begin(number);
        }
        self.score = self.score.max(90);
        self.exit(exit, words, is_cut);
    }

    fn exit(&mut self, exit: u8, words: &str, is_cut: bool) {
        let Some(draft) = &mut self.draft else { return };
        draft.exit = Some(exit);
        let response = &mut draft.entry.response;
        if response.status == 0
            && let Some(status) = words.trim_end().rsplit_once("returned error: ").and_then(|(_, status)| code(status))
        {
            response.status = status;
        }
        // Cut words may be those of another fault.
        let is_stated = !is_cut || matches!(exit, 6 | 52 | 61 | 92);
        let is_colon = exit == 8
            && (words.contains("without colon") || response.headers.last().is_some_and(|header| &*header.name == "line without a colon"));
        if is_stated && !is_colon {
            let refused = self.hint.filter(|_| self.is_refused && matches!(exit, 18 | 56));
            response.error = refused.or_else(|| browsers_name(Some(exit), words, response.status > 0)).map(Into::into);
        }
        self.is_without_head |= exit == 1 && words.contains("HTTP/0.9");
        draft.is_whole &= exit == 0;
    }

    /// A line of the output itself, or of anything else.
    fn plain(&mut self, number: usize, line: &str, is_cut: bool) -> usize {
        let is_prompt = !self.prompt.is_empty() && line.starts_with(&self.prompt);
        if is_prompt || line.ends_with("echo $?") {
            let exit = self.lines.line(number + 1).trim().parse::<u8>().ok();
            if let Some(exit) = exit.filter(|_| line.ends_with("echo $?") && !self.lines.is_cut(number + 1) && self.draft.is_some()) {
                if exit > 0 {
                    let known = self.draft.as_ref().is_some_and(|draft| draft.exit.is_some());
                    // The words before it are more exact than the number.
                    let hint = self.hint.take();
                    if !known {
                        self.exit(exit, "", false);
                    }
                    if let Some((draft, hint)) = self.draft.as_mut().zip(hint) {
                        draft.entry.response.error = Some(hint.into());
                    }
                }
                self.flush(number + 2);
                return number + 2;
            }
            self.flush(number);
            if is_prompt {
                self.asked = None;
            }
            return number + 1;
        }
        let in_range = |line: usize| {
            let text = self.lines.line(line);
            (line < self.lines.count() && (!self.lines.is_cut(line) || micros_end(text))).then_some(text)
        };
        let measured = match &self.template {
            Some(template) => template.read(number, in_range),
            None => timings::json(line).map(|measured| (1, measured)).or_else(|| timings::list(number, in_range)),
        };
        if let Some((count, measured)) = measured {
            self.measured(number, measured);
            return number + count;
        }
        if let Some(status) = status_line(line).filter(|_| !self.is_verbose) {
            return self.status(number, status);
        }
        let Some(draft) = &mut self.draft else { return number + 1 };
        if draft.phase == Phase::Answer && !self.is_verbose && draft.add(line, is_cut) {
            return number + 1;
        }
        if draft.phase == Phase::Answer && !self.is_verbose {
            if is_cut {
                return number + 1;
            }
            draft.phase = Phase::Body;
        }
        let is_asked = self.asked.is_some() && !self.is_verbose;
        if draft.phase == Phase::Body || draft.phase == Phase::Start && is_asked && draft.exit.is_none() {
            let is_done =
                draft.announced.is_some_and(|bytes| draft.body.len() >= bytes.min(60_000)) || &*draft.entry.request.method == "HEAD";
            if is_done && line.trim().is_empty() {
                self.flush(number);
            } else if !is_done || self.is_verbose || self.asked.is_some() {
                draft.body_line(line, is_cut);
            } else {
                self.flush(number);
            }
        } else if draft.exit.is_some() && line.trim().is_empty() && self.is_measured {
            self.flush(number);
        }
        number + 1
    }

    /// A status line as `-i` and `-I` show it; without a command before it a header must follow, and later the empty line.
    fn status(&mut self, number: usize, status: (&str, u16, &str)) -> usize {
        if self.asked.is_none() {
            let is_header = |line: &str| super::grammar::header(line).is_some();
            let end = (number + 1..self.lines.count()).take(1000).find(|next| !is_header(self.lines.line(*next)));
            // Headers without a body may come from anywhere, unless another answer stands before them.
            let body = |end: usize| Some(self.lines.line(end + 1)).filter(|_| self.lines.line(end).trim().is_empty());
            let has_body = |end| body(end).is_some_and(|line| !line.trim().is_empty() && status_line(line).is_none());
            if end.is_none_or(|end| end == number + 1 || !has_body(end) && self.draft.is_none()) {
                return number + 1;
            }
        }
        let is_next = |draft: &Draft| draft.exit.is_some() || draft.entry.response.status >= 200 && !is_tunnel(&draft.entry.response);
        if self.draft.as_ref().is_none_or(is_next) {
            self.flush(number);
            self.begin(number);
        }
        if let Some(draft) = self.draft.as_mut() {
            draft.answer(status);
            self.score = self.score.max(if self.asked.is_some() { 85 } else { 0 });
        }
        number + 1
    }

    fn measured(&mut self, number: usize, measured: Measured) {
        if self.draft.is_none() || self.is_measured {
            self.flush(number);
            self.begin(number);
        }
        self.is_measured = true;
        self.score = self.score.max(85);
        if let Some(draft) = &mut self.draft {
            measured.apply(draft);
        }
    }

    /// Begins another exchange.
    fn begin(&mut self, number: usize) {
        let is_direct = self.asked.as_ref().is_some_and(Asked::is_direct);
        self.draft = Some(Draft { is_direct, ..Draft::at(number) });
        self.begin_url();
    }

    /// Gives the exchange the URL that comes next.
    fn begin_url(&mut self) {
        let Some(draft) = &mut self.draft else { return };
        if let Some(url) = self.follow.take() {
            draft.entry.request.url = url.into();
        } else if let Some(asked) = &self.asked {
            let url = match asked.urls.as_slice() {
                [url] => Some(url),
                // Which one is repeated cannot be seen.
                urls if !asked.retries => urls.get(self.next),
                _ => None,
            };
            self.next += 1;
            draft.entry.request.url = url.map(|url| url.as_str().into()).unwrap_or_default();
        } else {
            return;
        }
        draft.host = self.asked.as_ref().and_then(|asked| asked.host.clone());
        draft.entry.request.method = self.asked.as_ref().map_or("", |asked| asked.method).into();
    }

    /// Ends the exchange: its lines go up to this one.
    fn flush(&mut self, end: usize) {
        self.end_dump(end);
        let Some(mut draft) = self.draft.take() else { return };
        let hint = self.hint.take();
        (self.is_measured, self.is_refused, self.sent) = (false, false, None);
        let response = &mut draft.entry.response;
        if response.error.is_none() && draft.exit.is_none() {
            response.error = hint.map(Into::into);
        }
        if self.is_without_head {
            response.http_version = "HTTP/0.9".into();
            self.is_without_head = false;
        }
        if &*draft.entry.request.method == "CONNECT" {
            self.leave_tunnel(&mut draft);
        }
        let response = &draft.entry.response;
        let has_answer = response.status > 0 || response.error.is_some() || draft.exit.is_some();
        let has_url = !draft.entry.request.url.is_empty();
        let is_measured = draft.entry.time_ms.is_some() || *draft.entry.timings != Timings::default();
        if !has_answer && draft.phase < Phase::Request && !has_url && !is_measured {
            return;
        }
        let location = draft.entry.response.header("location").map(|header| header.value.clone());
        if let Some(location) = location
            && matches!(draft.entry.response.status, 301 | 302 | 303 | 307 | 308)
            && self.asked.as_ref().is_some_and(|asked| asked.follows)
            && has_url
            && self.follow.is_none()
        {
            self.follow = Some(resolve(&draft.entry.request.url, &location));
        }
        self.score = self.score.max(20);
        let chosen = self.asked.as_ref().and_then(|asked| asked.address.clone());
        if draft.host.is_none() && !self.is_proxy && Address::new(&draft.entry.request.url).host.is_empty() {
            // The line that names it was cut off.
            draft.host.clone_from(&self.name);
        }
        draft.address = draft.address.or_else(|| self.address.clone().filter(|_| !self.is_proxy)).or(chosen);
        let is_text = self.asked.is_some() || self.is_verbose;
        self.score = self.score.max(if is_text && has_answer { 92 } else { 0 });
        let extract = draft.extract(TextKind::Curl, end.max(1));
        self.score = self.score.max(match (&extract.statement.trace, extract.statement.status()) {
            (Some(_), _) => 100,
            (None, Some(_)) if is_text => 92,
            // The status line, the headers and the body of an answer.
            (None, Some(_)) => 89,
            (None, None) => 0,
        });
        self.extracts.push(extract);
    }

    /// Turns the request for a tunnel, which a proxy answers, into the request that was to go through the tunnel and got no answer.
    fn leave_tunnel(&self, draft: &mut Draft) {
        let response = std::mem::take(&mut draft.entry.response);
        let is_refused = response.status >= 300;
        draft.entry.response.error = if is_refused { Some("net::ERR_TUNNEL_CONNECTION_FAILED".into()) } else { response.error.clone() };
        let url = self.asked.as_ref().and_then(|asked| if let [url] = asked.urls.as_slice() { Some(url.as_str()) } else { None });
        let method = self.asked.as_ref().map_or("", |asked| asked.method);
        draft.entry.request = Request { method: method.into(), url: url.unwrap_or_default().into(), ..Request::default() }.into();
        draft.body.clear();
        (draft.phase, draft.is_raw, draft.has_body) = (Phase::Sent, false, false);
    }

    /// The lines of a message that was dumped.
    fn end_dump(&mut self, number: usize) {
        let Some(dump) = self.dump.take() else { return };
        let mut text = String::new();
        let mut whole = Vec::new();
        for (place, (offset, line)) in dump.lines.iter().enumerate() {
            text.push_str(line);
            let end = dump.lines.get(place + 1).map_or(dump.bytes, |(offset, _)| *offset);
            // Lines of the message end with CR LF; what was folded for the screen goes on.
            match end.checked_sub(*offset) {
                Some(bytes) if bytes == line.len() + 2 => whole.push(std::mem::take(&mut text)),
                Some(bytes) if bytes == line.len() => {}
                _ => text.clear(),
            }
        }
        match dump.kind {
            Dumped::Request => whole.iter().for_each(|line| self.sent(number, line, false)),
            Dumped::Answer => whole.iter().for_each(|line| self.received(number, line, false)),
            Dumped::Body => {
                if let Some(draft) = self.draft.as_mut().filter(|draft| draft.phase == Phase::Body) {
                    whole.iter().chain([&text]).for_each(|line| draft.body_line(line, false));
                }
            }
            Dumped::Other => {}
        }
    }

    /// Notes when something was sent or received.
    fn note_time(&mut self, at: Option<u64>, is_answer: bool) {
        if !is_answer {
            self.sent = at.or(self.sent);
        } else if let Some(waited) = at.zip(self.sent.take()).and_then(|(at, sent)| at.checked_sub(sent))
            && let Some(draft) = self.draft.as_mut().filter(|draft| draft.entry.response.status == 0)
        {
            #[expect(clippy::cast_precision_loss, reason = "a day has fewer microseconds")]
            let ms = waited as f64 / 1000.0;
            draft.entry.timings.wait = Some(ms);
        }
    }
}

/// Whether an answer is that of a proxy which has opened a tunnel; the server's own answer follows.
fn is_tunnel(response: &Response) -> bool {
    response.status == 200 && response.status_text.eq_ignore_ascii_case("connection established") && response.headers.is_empty()
}

/// A line ends with a time of six decimals, or with a status, so that nothing was cut off.
fn micros_end(line: &str) -> bool {
    let last = line.trim_end().rsplit([' ', ':', '=']).next().unwrap_or_default();
    last.len() > 6 && timings::micros(last).is_some() && last.split('.').next_back().is_some_and(|fraction| fraction.len() == 6)
        || line.ends_with('}')
}

/// The time of `--trace-time` and the numbers of `--trace-ids` before a line; microseconds of the day.
fn strip_time(line: &str) -> (Option<u64>, &str) {
    let bytes = line.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let has_time =
        bytes.get(2) == Some(&b':') && bytes.get(5) == Some(&b':') && bytes.get(8) == Some(&b'.') && bytes.get(15) == Some(&b' ');
    let mut at = None;
    let mut rest = line;
    if has_time && [0, 1, 3, 4, 6, 7, 9, 10, 11, 12, 13, 14].into_iter().all(is_digit) {
        let number = |from: usize, to: usize| line[from..to].parse::<u64>().unwrap_or(0);
        at = Some(((number(0, 2) * 60 + number(3, 5)) * 60 + number(6, 8)) * 1_000_000 + number(9, 15));
        rest = &line[16..];
    }
    if let Some((ids, behind)) = rest.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        let is_ids = ids.len() < 16 && ids.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'x');
        rest = if is_ids { behind } else { rest };
    }
    (at, rest)
}

/// `<= Recv header, 27 bytes (0x1b)`.
fn dump_head(line: &str) -> Option<(Dumped, usize)> {
    let rest = line.strip_prefix("=> Send ").or_else(|| line.strip_prefix("<= Recv "))?;
    let (what, bytes) = rest.split_once(", ")?;
    let bytes = bytes.split_once(" bytes (0x")?.0.parse().ok()?;
    let kind = match (what, line.starts_with('=')) {
        ("header", true) => Dumped::Request,
        ("header", false) => Dumped::Answer,
        ("data", false) => Dumped::Body,
        _ => Dumped::Other,
    };
    Some((kind, bytes))
}

/// `0040: gin;dur=0`.
fn dumped(line: &str) -> Option<(usize, &str)> {
    let (offset, text) = line.split_once(": ").or_else(|| Some((line.strip_suffix(':')?, "")))?;
    let is_offset = (4..=8).contains(&offset.len()) && offset.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some((usize::from_str_radix(offset, 16).ok().filter(|_| is_offset)?, text))
}

/// `{ [16 bytes data]`.
fn is_data_mark(line: &str) -> bool {
    (line.starts_with("{ [") || line.starts_with("} [")) && line.contains(" bytes data]")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each exchange of a text says: its lines, method, URL, version, status, error and exit status; `-` where there is none.
    fn exchanges(text: &str) -> Vec<String> {
        let recognition = recognise(&Lines::new(text));
        let shown = |Extract { lines, statement, .. }: Extract| {
            let entry = statement.entry.expect("an exchange has an entry");
            let (request, response) = (&entry.request, &entry.response);
            let [method, url, version] = [&*request.method, &*request.url, &*response.http_version].map(|text| match text {
                "" => "-",
                text => text,
            });
            let error = response.error.as_deref().map_or("-", |error| error.trim_start_matches("net::"));
            let exit = statement.curl_exit.map_or("-".to_owned(), |exit| exit.to_string());
            format!("{lines:?} {method} {url} {version} {} {error} {exit}", response.status)
        };
        recognition.map_or(Vec::new(), |recognition| recognition.extracts).into_iter().map(shown).collect()
    }

    /// Checks the exchanges of a text, with the line ends of Unix and of Windows.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(exchanges(text), expected, "{text}");
        assert_eq!(exchanges(&text.replace('\n', "\r\n")), expected, "with CR LF: {text}");
    }

    /// The only exchange of a text.
    #[track_caller]
    fn only(text: &str) -> crate::Statement {
        let mut extracts = recognise(&Lines::new(text)).expect("it is curl's").extracts;
        assert_eq!(extracts.len(), 1, "{text}");
        extracts.remove(0).statement
    }

    /// How `-v` begins over HTTP/1.1, up to the request's empty line: six lines.
    const ASKED: &str = "$ curl -v http://shop.example/a\n*   Trying 203.0.113.10:80...\n* Connected to shop.example (203.0.113.10) port 80\n> GET /a HTTP/1.1\n> Host: shop.example\n> \n";

    /// Breaks when the output of `-v` loses its request, its answer or the lines in between, in any version of HTTP.
    #[test]
    fn verbose_output_is_one_exchange() {
        let answer =
            "< server: cloudflare\n< cf-ray: 8a7d5e2fbcd1a1c3-FRA\n< \nerror code: 520\n* Connection #0 to host shop.example left intact\n";
        for version in ["HTTP/2", "HTTP/3"] {
            let text = format!(
                "$ curl -v https://shop.example/a\n* Host shop.example:443 was resolved.\n*   Trying 104.16.1.1:443...\n* ALPN: curl offers h2,http/1.1\n* using {version}\n> GET /a {version}\n> Host: shop.example\n> \n< {version} 520 \n{answer}"
            );
            check(&text, &[&format!("0..14 GET https://shop.example/a {version} 520 - -")]);
            let statement = only(&text);
            assert_eq!((statement.way, statement.error_code), (Some(fivetwenty_model::Side::Proxied), Some(520)));
            assert_eq!(
                (statement.address.as_deref(), statement.ray.map(|ray| ray.to_string()).as_deref()),
                (Some("104.16.1.1"), Some("8a7d5e2fbcd1a1c3-FRA"))
            );
        }
        check(&format!("{ASKED}< HTTP/1.1 520 Origin Error\n{answer}"), &["0..12 GET http://shop.example/a HTTP/1.1 520 - -"]);
    }

    /// Breaks when the address is not read from the line that newer versions of curl write, or from that of older ones.
    #[test]
    fn the_address_is_that_of_the_connection() {
        for (line, address) in [
            ("* Connected to shop.example (203.0.113.10) port 443", "203.0.113.10"),
            ("* Connected to shop.example (203.0.113.10) port 443 (#0)", "203.0.113.10"),
            ("* Connected to (nil) (203.0.113.10) port 443 (#0)", "203.0.113.10"),
            ("* Connected to shop.example (2001:db8::1) port 443", "2001:db8::1"),
            ("* Established connection to shop.example (203.0.113.10 port 443) from 10.0.0.2 port 50000 ", "203.0.113.10"),
            ("* Established connection to shop.example (2001:db8::1 port 443) from 2001:db8::2 port 50000 ", "2001:db8::1"),
        ] {
            // The first address refuses.
            let text = format!(
                "*   Trying 203.0.113.9:443...\n{line}\n> GET /a HTTP/1.1\n> Host: shop.example\n> \n< HTTP/1.1 500 Oops\n< Server: nginx\n< \n"
            );
            check(&text, &["0..8 GET https://shop.example/a HTTP/1.1 500 - -"]);
            assert_eq!(only(&text).address.as_deref(), Some(address), "{line}");
        }
    }

    /// Breaks when what `-i` and `-I` print is not taken for an answer, or its body is not.
    #[test]
    fn headers_are_shown_with_and_without_a_body() {
        let text = "$ curl -i https://shop.example/a\nHTTP/2 520 \nserver: cloudflare\ncontent-length: 15\n\nerror code: 520$ \n";
        check(text, &["0..6 GET https://shop.example/a HTTP/2 520 - -"]);
        assert_eq!(only(text).error_code, Some(520));
        check(
            "$ curl -I https://shop.example/a\nHTTP/2 520 \ndate: Sat, 21 Nov 2026 18:42:03 GMT\nserver: cloudflare\n\n$ ls\nnotes.txt\n",
            &["0..5 HEAD https://shop.example/a HTTP/2 520 - -"],
        );
    }

    /// Breaks when an interim answer (1xx) is taken for the answer.
    #[test]
    fn interim_answers_are_passed_over() {
        let interim = "HTTP/1.1 100 Continue\n\nHTTP/1.1 103 Early Hints\nlink: </a.css>\n\n";
        let text =
            format!("$ curl -i -d a=b https://shop.example/a\n{interim}HTTP/1.1 520 Origin Error\nserver: cloudflare\n\nerror code: 520\n");
        check(&text, &["0..10 POST https://shop.example/a HTTP/1.1 520 - -"]);
        let received = |text: &str| text.split_inclusive('\n').flat_map(|line| ["< ", line]).collect::<String>();
        let text = [ASKED, &received(interim), &received("HTTP/1.1 500 Oops\nserver: nginx\n\n")].concat();
        check(&text, &["0..14 GET http://shop.example/a HTTP/1.1 500 - -"]);
        let headers = &only(&text).entry.unwrap().response.headers;
        assert_eq!(headers.iter().map(|header| &*header.name).collect::<Vec<&str>>(), ["server"]);
    }

    /// Breaks when a proxy's answer to CONNECT, or its address, is taken for the server's.
    #[test]
    fn a_proxys_answer_is_not_the_servers() {
        let tunnel = "$ curl -v -x http://10.0.0.9:3128 https://shop.example/a\n* Uses proxy env variable https_proxy == 'http://10.0.0.9:3128'\n*   Trying 10.0.0.9:3128...\n* Connected to 10.0.0.9 (10.0.0.9) port 3128\n* Establish HTTP proxy tunnel to shop.example:443\n> CONNECT shop.example:443 HTTP/1.1\n> Host: shop.example:443\n> \n";
        let through = format!(
            "{tunnel}< HTTP/1.1 200 Connection established\n< \n* CONNECT tunnel established, response 200\n> GET /a HTTP/1.1\n> Host: shop.example\n> \n< HTTP/1.1 520 Origin Error\n< Server: cloudflare\n< \n"
        );
        check(&through, &["11..17 GET https://shop.example/a HTTP/1.1 520 - -"]);
        assert_eq!(only(&through).address, None);
        let refused = format!(
            "{tunnel}< HTTP/1.1 503 Service Unavailable\n< Server: squid\n< \n* CONNECT tunnel failed, response 503\ncurl: (56) CONNECT tunnel failed, response 503\n"
        );
        check(&refused, &["0..13 GET https://shop.example/a - 0 ERR_TUNNEL_CONNECTION_FAILED 56"]);
        assert_eq!((only(&refused).way, only(&refused).host.as_deref()), (None, Some("shop.example")));
        let broken = format!(
            "{tunnel}< HTTP/1.1 200 Connection established\n< \n* Recv failure: Connection reset by peer\ncurl: (35) Recv failure: Connection reset by peer\n"
        );
        check(&broken, &["0..12 GET https://shop.example/a - 0 ERR_CONNECTION_RESET 35"]);
        check(
            "$ curl -i -x http://10.0.0.9:3128 https://shop.example/a\nHTTP/1.1 200 Connection established\n\nHTTP/2 520 \nserver: cloudflare\n\nerror code: 520\n",
            &["0..7 GET https://shop.example/a HTTP/2 520 - -"],
        );
    }

    /// Breaks when curl's exit status, or what it says with it, names another fault.
    #[test]
    fn exit_statuses_name_the_fault() {
        for (line, error) in [
            ("(6) Could not resolve host: shop.example", "ERR_NAME_NOT_RESOLVED"),
            ("(7) Failed to connect to shop.example port 80 after 3 ms: Couldn't connect to server", "ERR_CONNECTION_REFUSED"),
            ("(28) Connection timed out after 3002 milliseconds", "ERR_CONNECTION_TIMED_OUT"),
            ("(28) Operation timed out after 3002 milliseconds with 0 bytes received", "ERR_TIMED_OUT"),
            ("(52) Empty reply from server", "ERR_EMPTY_RESPONSE"),
            ("(56) Recv failure: Connection reset by peer", "ERR_CONNECTION_RESET"),
            ("(92) HTTP/2 stream 1 was not closed cleanly: PROTOCOL_ERROR (err 1)", "ERR_HTTP2_PROTOCOL_ERROR"),
        ] {
            let exit = &line[1..line.find(')').unwrap()];
            let text = format!("$ curl -sS http://shop.example/a\ncurl: {line}\n");
            check(&text, &[&format!("0..2 GET http://shop.example/a - 0 {error} {exit}")]);
            check(&format!("{ASKED}curl: {line}\n"), &[&format!("0..7 GET http://shop.example/a - 0 {error} {exit}")]);
        }
        check("$ curl -s http://shop.example/a\n$ echo $?\n52\n", &["0..3 GET http://shop.example/a - 0 ERR_EMPTY_RESPONSE 52"]);
        // `-f` shows the status alone.
        check(
            "$ curl -sf http://shop.example/a\ncurl: (22) The requested URL returned error: 520\n",
            &["0..2 GET http://shop.example/a - 520 - 22"],
        );
        // The number alone is no sign of Cloudflare.
        assert_eq!(only("curl: (22) The requested URL returned error: 520\n").way, None);
        check(
            "curl: (6) Could not resolve host: a.example\ncurl: (52) Empty reply from server\n",
            &["0..1 - - - 0 ERR_NAME_NOT_RESOLVED 6", "1..2 - - - 0 ERR_EMPTY_RESPONSE 52"],
        );
    }

    /// Breaks when a fault that only a line of `-v` names is lost, or one that an exit status follows is named by the number alone.
    #[test]
    fn what_curl_says_of_a_fault_counts() {
        check(
            &format!("{ASKED}* Empty reply from server\n* Closing connection\n"),
            &["0..8 GET http://shop.example/a - 0 ERR_EMPTY_RESPONSE -"],
        );
        check(
            &format!(
                "{ASKED}< HTTP/1.1 200 OK\n< Content-Length: 10\n< \n{{ [4 bytes data]\n* transfer closed with 6 bytes remaining to read\ncurl: (18) transfer closed with 6 bytes remaining to read\n"
            ),
            &["0..12 GET http://shop.example/a HTTP/1.1 200 ERR_CONTENT_LENGTH_MISMATCH 18"],
        );
        check(
            &format!("{ASKED}* Received HTTP/0.9 when not allowed\ncurl: (1) Received HTTP/0.9 when not allowed\n"),
            &["0..8 GET http://shop.example/a HTTP/0.9 0 ERR_INVALID_HTTP_RESPONSE 1"],
        );
        check(
            &format!(
                "{ASKED}* Recv GOAWAY, error=1, last_stream=0\n* transfer closed with outstanding read data remaining\ncurl: (18) transfer closed with outstanding read data remaining\n"
            ),
            &["0..9 GET http://shop.example/a - 0 ERR_HTTP2_PROTOCOL_ERROR 18"],
        );
    }

    /// Breaks when requests behind one another become one, get each other's URL, or a redirect is not followed.
    #[test]
    fn several_requests_are_several_exchanges() {
        check(
            "$ curl -sI https://shop.example/a https://shop.example/b\nHTTP/2 200 \nserver: cloudflare\n\nHTTP/2 520 \nserver: cloudflare\n\n",
            &["0..4 HEAD https://shop.example/a HTTP/2 200 - -", "4..7 HEAD https://shop.example/b HTTP/2 520 - -"],
        );
        check(
            "$ curl -iL http://shop.example/\nHTTP/1.1 301 Moved Permanently\nLocation: https://shop.example/x\nContent-Length: 0\n\nHTTP/2 520 \nserver: cloudflare\n\nerror code: 520\n",
            &["0..5 GET http://shop.example/ HTTP/1.1 301 - -", "5..9 GET https://shop.example/x HTTP/2 520 - -"],
        );
        let again = "* Issue another request to this URL: 'http://shop.example/b'\n* Re-using existing connection with host shop.example\n> GET /b HTTP/1.1\n> Host: shop.example\n> \n< HTTP/1.1 500 Oops\n< \n";
        check(
            &format!("{ASKED}< HTTP/1.1 302 Found\n< Location: /b\n< \n* Connection #0 to host shop.example left intact\n{again}"),
            &["0..11 GET http://shop.example/a HTTP/1.1 302 - -", "12..17 GET http://shop.example/b HTTP/1.1 500 - -"],
        );
        check(
            &format!("{ASKED}< HTTP/1.1 200 OK\n< \n{ASKED}curl: (52) Empty reply from server\n"),
            &["0..8 GET http://shop.example/a HTTP/1.1 200 - -", "8..15 GET http://shop.example/a - 0 ERR_EMPTY_RESPONSE 52"],
        );
    }

    /// Breaks when a dump is not put together again to the messages it is of, or a time before a line hides it.
    #[test]
    fn dumps_and_times_are_read() {
        let dump = "== Info:   Trying 203.0.113.10:80...\n== Info: Connected to shop.example (203.0.113.10) port 80\n=> Send header, 39 bytes (0x27)\n0000: GET /a HTTP/1.1\n0011: Host: shop.example\n0025: \n<= Recv header, 27 bytes (0x1b)\n0000: HTTP/1.1 500 Server Error\n<= Recv header, 15 bytes (0xf)\n0000: Server: nginx\n<= Recv header, 2 bytes (0x2)\n0000: \n== Info: Connection #0 to host shop.example left intact\n";
        check(dump, &["0..13 GET http://shop.example/a HTTP/1.1 500 - -"]);
        assert_eq!(only(dump).entry.unwrap().response.header("server").map(|header| header.value.to_string()).as_deref(), Some("nginx"));
        let timed = "18:42:03.629000 [0-0] > GET /a HTTP/1.1\n18:42:03.629000 [0-0] > Host: shop.example\n18:42:03.629000 [0-0] > \n18:42:03.730500 [0-0] < HTTP/1.1 520 Origin Error\n18:42:03.730500 [0-0] < Server: cloudflare\n18:42:03.730500 [0-0] < \n";
        check(timed, &["0..6 GET http://shop.example/a HTTP/1.1 520 - -"]);
        assert_eq!(only(timed).entry.unwrap().timings.wait, Some(101.5));
    }

    /// Breaks when what `-w` prints is taken for the body, or its values do not reach the exchange.
    #[test]
    fn measured_values_belong_to_their_request() {
        let text = "$ curl -s -o /dev/null -w '%{http_code} %{time_total}\\n' https://shop.example/\n520 0.070417\n";
        check(text, &["0..2 GET https://shop.example/ - 520 - -"]);
        assert_eq!(only(text).entry.unwrap().time_ms, Some(70.417));
        let text = "$ curl -s -w '\\n%{json}' https://shop.example/\nerror code: 520\n{\"exitcode\":0,\"http_code\":520,\"http_version\":\"2\",\"remote_ip\":\"104.16.1.1\",\"time_total\":0.070417,\"url_effective\":\"https://shop.example/\"}\n";
        check(text, &["0..3 GET https://shop.example/ HTTP/2 520 - -"]);
        assert_eq!((only(text).error_code, only(text).address.as_deref()), (Some(520), Some("104.16.1.1")));
    }

    /// Breaks when a value that was cut off counts: a status, a header, an address, an exit status.
    #[test]
    fn a_transcript_that_is_cut_off_says_no_more_than_is_there() {
        for (rest, status, exit) in [
            ("< HTTP/1.1 52", 0, None),
            ("< HTTP/1.1 520 Origin Error\n< Content-Length: 12", 520, None),
            ("curl: (5", 0, None),
            ("curl: (52) Emp", 0, Some(52)),
        ] {
            let statement = only(&[ASKED, rest].concat());
            let response = &statement.entry.as_ref().unwrap().response;
            assert_eq!((response.status, response.headers.len(), statement.curl_exit), (status, 0, exit), "{rest}");
        }
        assert_eq!(only("$ curl -v http://shop.example/a\n* Connected to shop.example (203.0.113.1").address, None);
        check("curl: (52", &[]);
        check("we run curl every night\n", &[]);
    }

    proptest::proptest! {
        /// Breaks on a panic, or when an exchange has no lines of the text.
        #[test]
        fn takes_any_text(text in "(\\$ curl -v https://a\\.example/b|[*><] |HTTP/1\\.1 [1-5]20|GET /b HTTP/1\\.1|Host: a|CONNECT a:443 HTTP/1\\.1|curl: \\(5[26]\\) |Trying 1\\.1\\.1\\.1|<= Recv header, 9 bytes \\(0x9\\)|0000: a|\\{ \\[|é|\r?\n){0,30}") {
            let lines = Lines::new(&text);
            for extract in recognise(&lines).map_or(Vec::new(), |recognition| recognition.extracts) {
                proptest::prop_assert!(extract.lines.start <= extract.lines.end && extract.lines.end <= lines.count().max(1));
            }
        }
    }
}
