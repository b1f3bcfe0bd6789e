//! Names and values of structured text, in whatever notation: JSON, JSON in JSON, objects as JavaScript, Python, Ruby and PHP print them,
//! `key=value`, columns below their names. What is cut off at either end is read as far as it goes.

use std::borrow::Cow;
use std::ops::Range;

use super::Lines;
use super::undone::unescape;

/// Objects in one another at most.
const MAX_DEPTH: usize = 24;
/// Members of one object and of those in it at most; what follows is read by itself.
const MAX_MEMBERS: usize = 2000;
/// Bytes of a value without quotes, at most.
const MAX_BARE: usize = 4096;
/// Members that hold what was asked.
const ASKED: [&str; 8] = ["request", "config", "req", "requestheaders", "options", "requestoptions", "input", "originalrequest"];
/// Bytes before an object that are shown with it.
const NEAR: usize = 64;

/// The names that clients, servers and Cloudflare's records give to the same thing: in lower case, without any sign.
pub(super) const STATUS: &[&str] =
    &["status", "statuscode", "responsecode", "httpstatus", "httpstatuscode", "responsestatus", "httpcode", "downstreamstatus", "scstatus"];
pub(super) const EDGE_STATUS: &[&str] = &["edgeresponsestatus", "edgestatus", "edgestatuscode", "edgeresponsestatuscode"];
pub(super) const ORIGIN_STATUS: &[&str] = &["originresponsestatus", "originstatus", "originstatuscode", "originresponsestatuscode"];
pub(super) const TARGET: &[&str] = &[
    "clientrequesturi",
    "clientrequestpath",
    "uri",
    "requesturi",
    "url",
    "requesturl",
    "responseurl",
    "path",
    "requestpath",
    "csuristem",
    "csuri",
    "dest",
    "href",
    "endpoint",
    "monitorurl",
];
pub(super) const HOST: &[&str] =
    &["clientrequesthost", "clientrequesthttphost", "host", "httphost", "authority", "requesthost", "cshost", "vhost"];
pub(super) const METHOD: &[&str] =
    &["clientrequestmethod", "clientrequesthttpmethodname", "method", "requestmethod", "csmethod", "verb", "httpmethod"];
pub(super) const RAY: &[&str] = &["cfray", "rayid", "rayname", "httpcfray", "cfrayid", "ray"];
pub(super) const TIME: &[&str] = &[
    "edgestarttimestamp",
    "ts",
    "time",
    "timestamp",
    "starttime",
    "startutc",
    "timeiso8601",
    "timelocal",
    "datetime",
    "haproxytimestamp",
    "eventtimestamp",
    "startedat",
    "checkedat",
    "date",
];

pub(super) const COLO: &[&str] = &["edgecolocode", "colocode", "datacenter", "colo"];
pub(super) const CACHE: &[&str] = &["cachecachestatus", "cachestatus"];

/// A value with its name.
#[derive(Clone)]
pub(super) struct Member {
    /// The name as it is written.
    pub(super) raw: String,
    /// In lower case, without any sign: the same name in every style.
    pub(super) name: String,
    /// Without quotes and escapes.
    pub(super) value: String,
    /// It is a part of what was asked.
    pub(super) is_request: bool,
    /// How many objects and lists are open around it.
    depth: usize,
}

/// The members of an object, of those in it, and of the objects that its strings hold.
pub(super) struct Fields<'a> {
    members: Cow<'a, [Member]>,
    depth: usize,
    /// It lacks its beginning or its end, and perhaps members.
    pub(super) is_cut: bool,
}

impl Fields<'_> {
    /// Reads the objects of a text, or, when it has none, `key=value`. What the text's end cuts is left out.
    pub(super) fn read(text: &str) -> Self {
        if !text.starts_with('{') {
            return Self::pairs(text, false);
        }
        let mut reader = Reader { is_flat: true, ..Reader::new(text, 0) };
        while reader.next_object().is_some() {}
        Self { members: Cow::Owned(reader.members), depth: 0, is_cut: false }
    }

    /// Reads `key=value` of a text that is whole, or may have been cut off.
    pub(super) fn pairs(text: &str, is_whole: bool) -> Self {
        let mut reader = Reader::new(text, 0);
        reader.pairs(is_whole);
        Self { members: Cow::Owned(reader.members), depth: 0, is_cut: false }
    }

    /// The words of a line below the names of its columns, as W3C's format has them.
    pub(super) fn of_columns(names: &str, line: &str) -> Option<Self> {
        Self::of_row(&names.split_ascii_whitespace().collect::<Vec<_>>(), &line.split_ascii_whitespace().collect::<Vec<_>>())
    }

    /// The values of a row below their names; `None` when some are missing.
    pub(super) fn of_row(names: &[&str], values: &[&str]) -> Option<Self> {
        let mut row = Reader::new("", 0);
        for (name, value) in names.iter().zip(values).filter(|(_, value)| !["-", ""].contains(*value)) {
            row.add(name, (*value).to_owned(), 0, false);
        }
        (names.len() == values.len()).then_some(Self { members: Cow::Owned(row.members), depth: 0, is_cut: false })
    }

    /// The value of the first of these names that has one, the outer before the inner.
    pub(super) fn get(&self, names: &[&str]) -> Option<&str> {
        let of_name = |name: &&str| self.members.iter().filter(|member| member.name == *name).min_by_key(|member| member.depth);
        names.iter().find_map(of_name).map(|member| &*member.value)
    }

    /// A value of the answer, or of what was asked, that has one of these names, is not empty, and is of the right kind.
    pub(super) fn find(&self, names: &[&str], is_request: bool, is_it: &dyn Fn(&str) -> bool) -> Option<&str> {
        let mut own =
            self.members.iter().filter(|member| member.is_request == is_request && !member.value.is_empty() && is_it(&member.value));
        own.find(|member| names.contains(&&*member.name)).map(|member| &*member.value)
    }

    /// All of them.
    pub(super) fn members(&self) -> &[Member] {
        &self.members
    }

    /// Those that stand in no inner object.
    pub(super) fn own(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.depth == self.depth)
    }

    /// The value of the first of these names that has one of the right kind, in no inner object.
    pub(super) fn get_own(&self, names: &[&str], is_it: &dyn Fn(&str) -> bool) -> Option<&str> {
        let of_name = |name: &&str| self.own().find(|member| member.name == *name && !member.value.is_empty() && is_it(&member.value));
        names.iter().find_map(of_name).map(|member| &*member.value)
    }

    /// Whether several objects in it tell the same thing each: a list, which is no single answer.
    pub(super) fn is_list(&self, names: &[&str]) -> bool {
        let all = || self.members.iter().filter(|member| !member.is_request && names.contains(&&*member.name));
        all().any(|one| all().filter(|other| other.depth == one.depth && other.raw == one.raw).count() > 1)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.members.len()
    }
}

/// Shows every object of a text, the outer before the inner: its lines, what stands before it in its line, and its fields. What stands in one
/// that is taken (by answering true) is not shown again. When none is taken, the text is looked at without what quoting added.
pub(super) fn objects(lines: &Lines<'_>, take: &mut dyn FnMut(Range<usize>, &str, &Fields<'_>) -> bool) {
    if !shown(lines, take) && lines.text().contains("{\\\"") {
        let undone = lines.undone();
        shown(&Lines::plain(&undone.text), &mut |place, before, fields| take(undone.origin(place), before, fields));
    }
}

fn shown(lines: &Lines<'_>, take: &mut dyn FnMut(Range<usize>, &str, &Fields<'_>) -> bool) -> bool {
    let text = lines.text();
    let mut reader = Reader::new(text, 0);
    let mut is_any = false;
    while reader.next_object().is_some() {
        let mut behind = 0;
        for Object { place, members, depth, is_cut } in reader.objects.drain(..) {
            let near = &text[text.ceil_char_boundary(place.start.saturating_sub(NEAR))..place.start];
            let before = near.rsplit('\n').next().unwrap_or_default();
            let end = members.end;
            let is_inner = members.start < behind;
            let fields = Fields { members: Cow::Borrowed(&reader.members[members]), depth, is_cut };
            if !is_inner && fields.count() > 0 && take(lines.at(place), before, &fields) {
                (behind, is_any) = (end, true);
            }
        }
        reader.members.clear();
    }
    is_any
}

/// Where an object stands in the text and among the members.
struct Object {
    place: Range<usize>,
    members: Range<usize>,
    depth: usize,
    is_cut: bool,
}

/// Reads objects, in whatever notation.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The members that were read before this object.
    from: usize,
    members: Vec<Member>,
    objects: Vec<Object>,
    /// A value without quotes ends with its line, as in what PHP's `print_r` prints.
    is_lined: bool,
    /// Strings of several lines are no objects: each of their lines may be one of its own.
    is_flat: bool,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, at: usize) -> Self {
        Self { text, at, from: 0, members: Vec::new(), objects: Vec::new(), is_lined: false, is_flat: false }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// As much of it as something short has at most.
    fn start(&self, length: usize) -> &'a str {
        &self.rest()[..self.rest().floor_char_boundary(length)]
    }

    fn skip(&mut self, letters: &[char]) {
        self.at += self.rest().len() - self.rest().trim_start_matches(letters).len();
    }

    /// The next object that is in no other one; whether it went well.
    fn next_object(&mut self) -> Option<bool> {
        self.from = self.members.len();
        let at = self.rest().find(['{', '(', '}'])?;
        let begin = self.at;
        self.at += at;
        if begin == 0 && self.is_cut() {
            self.at = 0;
            let is_read = self.object(0, false, true);
            self.at = self.at.max(at);
            return Some(is_read);
        }
        // PHP's brackets, which have names in brackets.
        let is_object = self.rest().starts_with('{') || self.rest().starts_with('(') && self.rest()[1..].trim_start().starts_with('[');
        self.at += usize::from(!is_object);
        Some(is_object && self.object(0, false, false))
    }

    /// Whether the beginning was cut off, perhaps within a name or a value: what comes first is the end, or an inner one.
    fn is_cut(&self) -> bool {
        let before = &self.text[..self.at];
        let is_inner = || {
            before.trim_end_matches([' ', '\n', '\r', '\t', '[']).ends_with("\":")
                && (before.contains(",\"") || before.matches("\":").count() > 1)
        };
        if self.rest().starts_with('}') { before.contains("\":") } else { self.rest().starts_with('{') && is_inner() }
    }

    /// From its bracket on, or from somewhere in it; whether it went well.
    fn object(&mut self, depth: usize, is_request: bool, is_cut: bool) -> bool {
        let (from, number, begin) = (self.members.len(), self.objects.len(), self.at);
        let close = if self.rest().starts_with('(') { ')' } else { '}' };
        self.at += usize::from(!is_cut);
        let is_lined = close == ')' && self.rest().trim_start_matches(' ').starts_with(['\n', '\r']);
        let was_lined = std::mem::replace(&mut self.is_lined, is_lined);
        self.objects.push(Object { place: begin..begin, members: from..from, depth, is_cut });
        let is_read = loop {
            self.skip(&[' ', '\n', '\r', '\t', ',', ';']);
            if self.rest().starts_with(close) {
                self.at += 1;
                if is_cut && self.rest().trim_start().starts_with(',') {
                    continue;
                }
                break true;
            }
            if self.rest().starts_with([')', '>']) {
                // That of a call around an object: `Dict({…})`
                self.at += 1;
            } else if self.rest().starts_with("...") {
                // `... 3 more items`
                self.at += self.rest().find('\n').unwrap_or(3);
            } else if !self.member(depth, is_request) {
                let Some(next) = is_cut.then(|| self.rest().find(',')).flatten() else { break false };
                self.at += next;
            }
        };
        self.is_lined = was_lined;
        // A pair in a list of headers is the member that it names.
        if let [name, value] = &self.members[from..]
            && ["name", "key"].contains(&&*name.name)
            && value.name == "value"
        {
            let (name, value) = (name.value.clone(), value.value.clone());
            self.members.truncate(from);
            self.objects.truncate(number);
            self.add(&name, value, depth, is_request);
        } else if let Some(object) = self.objects.get_mut(number) {
            (object.place.end, object.members.end) = (self.at, self.members.len());
            object.is_cut |= !is_read;
        }
        is_read
    }

    fn member(&mut self, depth: usize, is_request: bool) -> bool {
        if self.members.len().max(self.objects.len()) > MAX_MEMBERS + self.from {
            return false;
        }
        let Some(key) = self.key() else { return false };
        let is_request = is_request || ASKED.contains(&&*plain(&key));
        self.value(&key, depth, is_request)
    }

    /// A name with or without quotes, and the sign behind it.
    fn key(&mut self) -> Option<String> {
        let key = match self.rest().chars().next()? {
            quote @ ('"' | '\'') => self.string(quote)?,
            '[' => {
                let end = self.start(60).find(']')?;
                let key = self.rest()[1..end].split(':').next().unwrap_or_default().trim_matches('"').to_owned();
                self.at += end + 1;
                key
            }
            _ => {
                // Ruby's names begin with a colon.
                self.at += usize::from(self.rest().starts_with(':'));
                let end = self.rest().find(|letter: char| !letter.is_ascii_alphanumeric() && !"_-.$".contains(letter))?;
                let key = &self.rest()[..end];
                self.at += end;
                key.to_owned()
            }
        };
        self.skip(&[' ']);
        let sign =
            [":", "=>", "="].into_iter().find(|sign| self.rest().starts_with(sign)).filter(|_| !key.is_empty() && key.len() < 200)?;
        self.at += sign.len();
        self.skip(&[' ', '\n', '\r', '\t']);
        Some(key)
    }

    /// A string without its quotes and escapes; `None` when it was cut off.
    fn string(&mut self, quote: char) -> Option<String> {
        self.at += 1;
        let mut out = String::new();
        let mut rest = self.rest();
        loop {
            let (part, behind) = rest.split_at(rest.find([quote, '\\'])?);
            out.push_str(part);
            if let Some(after) = behind.strip_prefix(quote) {
                if part.ends_with("\n{") {
                    // The next object begins: no string goes on there.
                    self.at = self.text.len() - behind.len() - 1;
                    return None;
                }
                self.at = self.text.len() - after.len();
                return Some(out);
            }
            rest = &behind[unescape(behind, &mut out)..];
        }
    }

    fn value(&mut self, key: &str, depth: usize, is_request: bool) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        // The type and the length that PHP's `var_dump` has before a value.
        if let Some((length, _)) = self.start(24).strip_prefix("string(").and_then(|rest| rest.split_once(") \""))
            && let begin = self.at + length.len() + 10
            && let Some(value) = length.parse().ok().and_then(|length: usize| self.text.get(begin..begin.checked_add(length)?))
            && self.text[begin + value.len()..].starts_with('"')
        {
            self.at = begin + value.len() + 1;
            self.add(key, value.to_owned(), depth, is_request);
            return true;
        }
        match self.rest().chars().next() {
            Some('{') => self.object(depth + 1, is_request, false),
            Some('[' | '(') => self.list(key, depth, is_request),
            Some(quote @ ('"' | '\'' | '`')) => {
                let Some(mut value) = self.string(quote) else { return false };
                // Node.js breaks long strings.
                while let Some(more) = self.rest().trim_start().strip_prefix('+').map(str::trim_start)
                    && more.starts_with(quote)
                {
                    self.at = self.text.len() - more.len();
                    let Some(more) = self.string(quote) else { return false };
                    value.push_str(&more);
                }
                self.add(key, value, depth, is_request);
                true
            }
            _ => self.bare(key, depth, is_request),
        }
    }

    /// A value without quotes.
    fn bare(&mut self, key: &str, depth: usize, is_request: bool) -> bool {
        // What stands in brackets of its own is a part of it: `Object [AxiosHeaders] {`.
        let mut open = 0usize;
        let end = self.start(MAX_BARE).find(|letter| {
            open += usize::from(letter == '[');
            let closes = letter == ']' && open > 0;
            open -= usize::from(closes);
            letter == '\n' || !closes && !self.is_lined && (matches!(letter, '}' | '{' | ']') || letter == ',' && open == 0)
        });
        let (bare, behind) = self.rest().split_at(end.unwrap_or(self.start(MAX_BARE).len()));
        // A call that makes a list: `Headers([('server', …)])`
        if let Some(call) = bare.find("([").filter(|call| bare[..*call].bytes().all(|byte| byte.is_ascii_alphanumeric())) {
            self.at += call + 1;
            return self.list(key, depth, is_request);
        }
        let bare = bare.trim();
        self.at = self.text.len() - behind.len();
        // A class's name stands before its object.
        if behind.starts_with('{') {
            return self.object(depth + 1, is_request, false);
        }
        if (bare == "Array" || bare.ends_with(" Object")) && behind.trim_start().starts_with('(') {
            self.skip(&[' ', '\n', '\r']);
            return self.object(depth + 1, is_request, false);
        }
        let bare = bare.strip_prefix("int(").and_then(|bare| bare.strip_suffix(')')).unwrap_or(bare);
        if end.is_some() && !["null", "undefined", "None", "nil"].contains(&bare) {
            self.add(key, bare.to_owned(), depth, is_request);
        }
        end.is_some()
    }

    /// Of a list each value has the list's name; names and values in turn are the pairs that they are.
    fn list(&mut self, key: &str, depth: usize, is_request: bool) -> bool {
        let close = if self.rest().starts_with('(') { ')' } else { ']' };
        self.at += 1;
        let from = self.members.len();
        loop {
            self.skip(&[' ', '\n', '\r', '\t', ',']);
            if self.rest().starts_with(close) {
                self.at += 1;
                break;
            }
            let before = self.at;
            let is_over = self.members.len().max(self.objects.len()) > MAX_MEMBERS + self.from;
            if is_over || !self.value(key, depth + 1, is_request) || self.at == before {
                return false;
            }
        }
        let is_pair = close == ')' && self.members.len() == from + 2;
        if is_pair || plain(key) == "rawheaders" {
            let values: Vec<Member> = self.members.drain(from..).collect();
            for [name, value] in values.as_chunks().0 {
                self.add(&name.value, value.value.clone(), depth, is_request);
            }
        }
        true
    }

    fn add(&mut self, key: &str, value: String, depth: usize, is_request: bool) {
        let begin = value.trim_start();
        let has_lines = self.is_flat && begin.trim_end().contains('\n');
        if depth < MAX_DEPTH && begin.starts_with(['{', '[']) && begin.contains(':') && !has_lines {
            let known = self.objects.len();
            let (members, objects) = (std::mem::take(&mut self.members), std::mem::take(&mut self.objects));
            let mut inner = Reader { members, objects, from: self.from, is_flat: self.is_flat, ..Reader::new(begin, 0) };
            let mut before = usize::MAX;
            while inner.at != before && !inner.rest().trim().is_empty() && inner.members.len() < MAX_MEMBERS + self.from {
                before = inner.at;
                if !inner.value(key, depth + 1, is_request) {
                    break;
                }
                inner.skip(&[' ', '\n', '\r', '\t']);
            }
            let is_read = inner.rest().trim().is_empty();
            (self.members, self.objects) = (inner.members, inner.objects);
            // They stand where the string does.
            self.objects[known..].iter_mut().for_each(|object| object.place = self.at.saturating_sub(1)..self.at);
            if is_read {
                return;
            }
        }
        self.members.push(Member { raw: key.to_owned(), name: plain(key), value, is_request, depth });
    }

    /// `key=value`, all over the text.
    fn pairs(&mut self, is_whole: bool) {
        while let Some(sign) = self.rest().find('=').filter(|_| self.members.len() < MAX_MEMBERS) {
            let is_name = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
            let name = self.rest()[..sign].rsplit(|letter| !is_name(letter)).next().unwrap_or_default();
            self.at += sign + 1;
            let value = match self.rest().chars().next() {
                Some(quote @ ('"' | '\'')) => self.string(quote),
                _ => self.rest().find(char::is_whitespace).or_else(|| is_whole.then_some(self.rest().len())).map(|end| {
                    self.at += end;
                    self.text[self.at - end..self.at].trim_end_matches([',', ';']).to_owned()
                }),
            };
            let Some(value) = value else { break };
            self.add(name, value, 0, false);
        }
    }
}

/// A name without its style.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// What monitors call the status that made them speak.
pub(super) const REASON: &[&str] = &["reason", "cause"];

/// Whether it is a name of something that is taken of tables and lists.
pub(super) fn is_known(name: &str) -> bool {
    let name = plain(name);
    [STATUS, EDGE_STATUS, ORIGIN_STATUS, TARGET, HOST, METHOD, RAY, TIME, CACHE, COLO, REASON].iter().any(|names| names.contains(&&*name))
}

/// Shows every row of a text's tables: CSV, or one that was copied. Above the rows stands a line of names, of which one is a status.
pub(super) fn rows(lines: &Lines<'_>, take: &mut dyn FnMut(usize, &Fields<'_>)) {
    let (mut sign, mut names): (char, Vec<&str>) = (',', Vec::new());
    for (number, line) in lines.all() {
        // Hardly a name has a digit, and most other lines have some.
        let may_be_head = line.len() < 2000 && !line.bytes().any(|byte| byte.is_ascii_digit());
        if may_be_head && ["tatus", "TATUS", "ode", "eason", "ause"].iter().any(|part| line.contains(part)) {
            let found = ['\t', '|', '│', ';', ',', ' '].into_iter().map(|sign| (sign, cells(line, sign)));
            let is_status = |name: &&str| [STATUS, EDGE_STATUS, REASON].iter().any(|names| names.contains(&&*plain(name)));
            let is_head = |cells: &[&str]| cells.iter().filter(|name| is_known(name)).count() > 1 && cells.iter().any(is_status);
            if let Some(head) = found.into_iter().find(|(_, cells)| is_head(cells)) {
                (sign, names) = head;
                continue;
            }
        }
        if line.is_empty() {
            names.clear();
        }
        if names.is_empty() {
            continue;
        }
        let row = cells(line, sign);
        // A row that was cut off lacks a value, or a part of the last one.
        let whole = names.len() - usize::from(lines.is_cut(number));
        if row.len() == names.len()
            && let Some(fields) = Fields::of_row(&names[..whole], &row[..whole])
        {
            take(number, &fields);
        }
    }
}

/// The values of a line of a table; one in quotes may have the sign that parts them.
fn cells(line: &str, sign: char) -> Vec<&str> {
    if sign == ' ' {
        // Columns that are filled up with spaces.
        return line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    }
    let mut cells = Vec::new();
    // An empty value at the end has its sign before it.
    let mut rest = if ['|', '│'].contains(&sign) { line.trim().trim_matches(sign) } else { line.trim_matches([' ', '\r', '\n']) };
    loop {
        let (cell, behind) = match rest.strip_prefix('"').and_then(|quoted| quoted.split_once('"')) {
            Some(quoted) => quoted,
            None => rest.split_at(rest.find(sign).unwrap_or(rest.len())),
        };
        cells.push(cell.trim_matches([' ', '\t', '\r', '`', '>', '*']));
        match behind.split_once(sign) {
            Some((_, next)) => rest = next,
            None => return cells,
        }
    }
}

/// The quote that closes a string; one behind a backslash belongs to it.
pub(super) fn closing(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().find_map(|(at, letter)| {
        let closes = letter == quote && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        closes.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Fields<'_> {
        Fields::read(text)
    }

    /// Breaks when a style of names, quotes or separators is not read, an inner value hides an outer one, or a cut value is taken.
    #[test]
    fn every_style_is_read() {
        let json = read(
            r#"{"request":{"status":1,"headers":{"Cf-Ray":["a","b"]}},"status": 502,"msg":"a \"b\"\u0026","in":"{\"x\":\"y\"}","end":"cu"#,
        );
        assert_eq!((json.get(&["status"]), json.get(&["cfray"]), json.get(&["msg"])), (Some("502"), Some("a"), Some("a \"b\"&")));
        assert_eq!((json.get(&["end"]), json.get(&["headers"]), json.get(&["x"])), (None, None, Some("y")));
        let node =
            read("{\n  statusCode: 520,\n  url: https://a.example/b,\n  ... 2 more items,\n  headers: {\n    'cf-ray': 'x',\n  },\n}");
        assert_eq!((node.get(&["statuscode"]), node.get(&["cfray"])), (Some("520"), Some("x")));
        assert_eq!(node.get(&["url"]), Some("https://a.example/b"));
        let python = read("{'status': 520, 'headers': Dict({'Server': 'b'}), 'all': H([('cf-ray', 'c'), ('age', '1')])}");
        assert_eq!((python.get(&["server"]), python.get(&["cfray"]), python.get(&["age"])), (Some("b"), Some("c"), Some("1")));
        let ruby = read("{:status=>520, \"cf-ray\"=>\"x\"}");
        assert_eq!((ruby.get(STATUS), ruby.get(RAY)), (Some("520"), Some("x")));
        let pairs = read("at=error desc=\"Request timeout\" method=GET path=\"/a?b=c\" status=503 bytes=0");
        assert_eq!((pairs.get(&["path"]), pairs.get(&["x", "status"]), pairs.get(&["bytes"])), (Some("/a?b=c"), Some("503"), None));
        let columns = Fields::of_columns("date cs-method sc-status", "2026-03-04 - 502").unwrap();
        assert_eq!((columns.get(&["csmethod"]), columns.get(&["scstatus"])), (None, Some("502")));
        assert!(Fields::of_columns("a b", "a").is_none());
    }

    /// Breaks when what PHP prints is not read, or a length goes over the end.
    #[test]
    fn php_is_read() {
        let printed = "Array\n(\n    [status] => 520\n    [headers] => Array\n        (\n            [cf-ray] => x\n        )\n\n    [url] => http://a/\n)\n";
        let dumped = "array(3) {\n  [\"status\"]=>\n  int(520)\n  [\"headers\"]=>\n  array(1) {\n    [\"cf-ray\"]=>\n    string(1) \"x\"\n  }\n  [\"url\"]=>\n  string(9) \"http://a/\"\n}\n";
        for text in [printed, dumped] {
            let mut seen = Vec::new();
            objects(&Lines::new(text), &mut |place, _, fields| {
                seen.push((place, [STATUS, RAY, TARGET].map(|names| fields.get(names).unwrap_or_default().to_owned())));
                true
            });
            let count = text.lines().count();
            let begin = usize::from(text == printed);
            assert_eq!(seen, [(begin..count, ["520", "x", "http://a/"].map(str::to_owned))]);
        }
        assert_eq!(Fields::read("{a=>string(9) \"b").get(&["a"]), None);
    }

    /// Breaks when objects are not found in an array, in one another, over lines, behind braces in strings, when the beginning or the end
    /// is cut off, or when quoting escaped them.
    #[test]
    fn objects_are_shown_from_the_outside() {
        let seen = |text: &str| {
            let mut seen = Vec::new();
            objects(&Lines::new(text), &mut |place, _, fields| {
                seen.push(format!(
                    "{place:?} {}",
                    fields.members().iter().map(|member| [&*member.name, &member.value].concat()).collect::<Vec<_>>().join(" ")
                ));
                fields.own().count() > 0
            });
            seen
        };
        assert_eq!(seen("log: [{\"a\":\"}\"},\n{\"b\":{\"c\":1}}] don't \" {\n\"d\":2}"), ["0..1 a}", "1..2 c1", "1..2 c1", "1..3 d2"]);
        assert_eq!(seen("b\",\"a\":{\"x\":1},\"c\":2}\n{\"d\":3,\"e\":{\"f\":4,\"g\":\"h"), ["0..1 x1 c2", "1..2 d3 f4"]);
        assert_eq!(seen("b\":\"1\"},\"c\":2} x"), ["0..1 c2"]);
        assert_eq!(seen("{\"a\":\"cut\n{\"b\":1}"), ["1..2 b1"]);
        assert_eq!(seen("x {\\\"a\\\":1}"), ["0..1 a1"]);
    }

    /// Breaks when what follows an object in a string is read again and again.
    #[test]
    fn the_rest_of_a_string_has_an_end() {
        for rest in [",", "]]", "}", "x, ]"] {
            assert_eq!(read(&format!("{{\"a\":\"[b:1]{rest}\",\"c\":2}}")).get(&["c"]), Some("2"), "{rest}");
        }
    }

    /// Breaks when a table is not read by its names, or a value of a cut row is taken.
    #[test]
    fn rows_are_read_below_their_names() {
        for text in [
            "Date,URL,HTTP status,Note\nx,\"http://a/,b\",520,y\nz,\nz,http://b/,521,cut",
            "Date\tURL\tStatus code\tNote\nx\thttp://a/,b\t520\ty\n\nz\thttp://b/\t521\tcut",
            "| Date | URL | Status | Note |\n| --- | --- | --- | --- |\n| x | http://a/,b | 520 | y |\n",
            "│ Date │ URL │ Status │ Note │\n├──┼──┤\n│ x │ http://a/,b │ 520 │ y │\n",
            "Date  URL          Status code  Note\nx     http://a/,b  520          y\nz     http://b/    521\n",
        ] {
            let mut seen = Vec::new();
            rows(&Lines::new(text), &mut |_, fields| {
                seen.push([TARGET, STATUS, &["note"]].map(|names| fields.get(names).map(str::to_owned)));
            });
            seen.retain(|row| row[1].as_deref().is_some_and(|status| status.starts_with('5')));
            assert_eq!(seen[0], ["http://a/,b", "520", "y"].map(|value| Some(value.to_owned())), "{text}");
            assert!(seen.iter().skip(1).all(|row| row[2].is_none()));
        }
    }

    proptest::proptest! {
        /// Breaks on a panic.
        #[test]
        fn takes_any_text(text in "([{}()\\[\\]\"'\\\\:,=é\n >]|u00e9|a|1|string\\(1\\) \"|Array|=>|\\.\\.\\.){0,60}") {
            Fields::read(&text).get(&["a"]);
            objects(&Lines::new(&text), &mut |_, _, fields| fields.is_list(STATUS));
            rows(&Lines::new(&text), &mut |_, _| {});
        }
    }
}
