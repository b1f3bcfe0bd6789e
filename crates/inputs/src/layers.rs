//! What carried a text: marks before its lines, as log viewers, containers and mails put them there, and strings that hold lines of their own.

use super::Lines;
use super::clock::is_shaped;
use super::grammar::request_line;
use super::undone::{Undone, entity, escape};

/// Bytes of a text at most of which this is taken away: what people copy is shorter.
pub(super) const MAX_BYTES: usize = 1 << 20;
/// Lines that have such a mark at least.
const FEWEST: usize = 3;
/// Lines of a quotation that are not empty, at least.
const FEWEST_QUOTED: usize = 2;

/// The lines without what carried them; `None` when there is nothing.
pub(super) fn bare(lines: &Lines<'_>) -> Option<Undone> {
    let mut rows: Vec<&str> = lines.all().map(|(_, line)| line).collect();
    let are_quoted = unquote(&mut rows);
    let column = rows.iter().find_map(|row| piped(row));
    let lengths: Vec<usize> = rows.iter().map(|row| marks(row, column)).collect();
    let full = rows.iter().filter(|row| !row.trim().is_empty()).count();
    let marked = lengths.iter().filter(|length| **length > 0).count();
    let are_marked = marked >= FEWEST && 2 * marked >= full;
    if !are_quoted && !are_marked && !lines.is_changed() {
        return None;
    }
    if are_marked {
        rows.iter_mut().zip(lengths).for_each(|(row, length)| *row = &row[length..]);
    }
    let mut out = Undone::default();
    rows.iter().enumerate().for_each(|(number, row)| out.row(number, row));
    out.finish(is_ended(lines));
    Some(out)
}

/// Takes `> ` from the lines of every part that a mail quotes; of lines that curl marks as sent it is its own.
fn unquote(rows: &mut [&str]) -> bool {
    let mut is_any = false;
    let mut next = 0;
    while next < rows.len() {
        let begin = next;
        while next < rows.len() && rows[next].starts_with('>') {
            next += 1;
        }
        let part = begin..next;
        next += 1;
        let beside = [begin.checked_sub(1), Some(part.end)].map(|at| at.and_then(|at| rows.get(at)).map_or("", |row| row));
        let full = rows[part.clone()].iter().filter(|row| !row.trim_start_matches(['>', ' ']).is_empty());
        let shortest = full.clone().map(|row| row.len() - row.trim_start_matches(['>', ' ']).len());
        let is_quoted = part.len() >= FEWEST
            && full.clone().count() >= FEWEST_QUOTED
            && !beside.iter().any(|row| row.starts_with(['<', '*']))
            && !full.clone().next().is_some_and(|row| request_line(row.trim_start_matches(['>', ' '])).is_some());
        let Some(mut length) = shortest.min().filter(|_| is_quoted) else { continue };
        let first = rows[begin];
        for row in full {
            length = first.bytes().zip(row.bytes()).take(length).take_while(|(one, other)| one == other).count();
        }
        rows[part].iter_mut().for_each(|row| *row = row.get(length..).unwrap_or_default());
        is_any = true;
    }
    is_any
}

/// Bytes of the marks before a line.
fn marks(row: &str, column: Option<usize>) -> usize {
    let at = column.filter(|_| piped(row) == column).or_else(|| named(row)).unwrap_or(0);
    // A second time is the line's own.
    at + timed(&row[at..]).unwrap_or(0)
}

/// `web-1  | `: where a container's name ends.
fn piped(row: &str) -> Option<usize> {
    let (name, rest) = row.split_once(" | ").or_else(|| Some((row.strip_suffix(" |")?, "")))?;
    let length = row.len() - rest.len();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let name = name.trim_end();
    (!name.is_empty() && name.bytes().all(is_name)).then_some(length)
}

/// `[pod/web-5d4c7b9f6-x2x7q/app] `
fn named(row: &str) -> Option<usize> {
    let end = row.strip_prefix("[pod/")?.find(']')? + 6;
    Some(end + usize::from(row[end..].starts_with(' ')))
}

/// A time, and who writes behind it: `2026-11-21T12:01:22Z `, `[12:01:22] `, `Nov 21 12:01:22 web1 app[12]: `.
fn timed(row: &str) -> Option<usize> {
    let open = usize::from(row.starts_with('['));
    let text = &row[open..];
    let is_day = is_shaped(text, b"aaa _9 99:99:99");
    let length = match text {
        _ if is_shaped(text, b"9999-99-99 99:99:99") => 19,
        _ if is_day => 15,
        _ if is_shaped(text, b"99:99:99") => 8,
        _ => return None,
    };
    // The fraction and the zone.
    let rest = &text[length..];
    let rest = rest.trim_start_matches(|letter: char| letter.is_ascii_digit() || ".,+-:Z".contains(letter));
    let rest = if open > 0 { rest.strip_prefix(']')? } else { rest };
    let Some(mut rest) = rest.strip_prefix([' ', '\t']) else { return rest.is_empty().then_some(row.len()) };
    if let Some(behind) = ["stdout F ", "stderr F "].iter().find_map(|stream| rest.strip_prefix(stream)) {
        rest = behind;
    }
    let tag = rest.split_once(": ").or_else(|| Some((rest.strip_suffix(':')?, "")));
    if let Some((tag, behind)) = tag
        && tag.split(' ').count() <= 2
        && !tag.contains(['"', '/', '='])
        && (tag.ends_with(']') && tag.contains('[') || is_day && tag.contains(' '))
    {
        rest = behind;
    }
    Some(row.len() - rest.len())
}

/// The lines with those of their strings that hold several, each of these by itself, and without entities where HTML was made of them;
/// `None` when there is nothing.
pub(super) fn opened(lines: &Lines<'_>) -> Option<Undone> {
    let is_html = is_escaped(lines.text());
    if !is_html && !lines.text().contains("\\n") {
        return None;
    }
    let mut out = Undone::default();
    let mut is_any = is_html;
    for (number, line) in lines.all() {
        if is_html {
            let mut rest = untagged(line);
            let mut row = String::new();
            while let Some(at) = rest.find('&') {
                row.push_str(&rest[..at]);
                rest = &rest[at..];
                let taken = entity(rest, &mut row).unwrap_or_else(|| {
                    row.push('&');
                    1
                });
                rest = &rest[taken..];
            }
            row.push_str(rest);
            out.row(number, &row);
            continue;
        }
        let is_structure = line.trim_start().starts_with(['{', '[', '"']);
        let mut rest = line;
        while let Some((begin, end)) = string(rest) {
            is_any = true;
            if !is_structure && !rest[..begin].trim().is_empty() {
                out.row(number, &rest[..begin]);
            }
            let mut inner = String::new();
            let mut string = &rest[begin..end];
            while let Some(at) = string.find('\\') {
                inner.push_str(&string[..at]);
                string = &string[at..];
                let taken = escape(string, &mut inner).unwrap_or_else(|| {
                    inner.push('\\');
                    1
                });
                string = &string[taken..];
            }
            inner.push_str(string);
            inner.lines().for_each(|row| out.row(number, row));
            rest = &rest[end..];
        }
        if rest.len() == line.len() || !is_structure && !rest.trim_matches(['"', '}', ']', ',', ')']).is_empty() {
            out.row(number, rest);
        }
    }
    out.finish(is_ended(lines));
    is_any.then_some(out)
}

/// Where the next string of JSON begins and ends that has several lines.
fn string(text: &str) -> Option<(usize, usize)> {
    let mut at = 0;
    while let Some(open) = text[at..].find('"') {
        let begin = at + open + 1;
        let mut is_escaped = false;
        let end = text[begin..].bytes().position(|byte| {
            let is_end = byte == b'"' && !is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            is_end
        });
        // One that is cut off goes to the end.
        let end = end.map_or(text.len(), |end| begin + end);
        let before = text[..begin - 1].trim_end();
        let is_value = before.is_empty() || before.ends_with([':', '[', '{', ',', '(']);
        let behind = text[end..].trim_start_matches('"').trim_start();
        let is_value = is_value && (behind.is_empty() || behind.starts_with([',', '}', ']', ')']));
        // What curl's own object holds is read there.
        if is_value && text[begin..end].contains("\\n") && !before.ends_with("{\"certs\":") {
            return Some((begin, end));
        }
        // The closing sign of what is no value may open the next one.
        at = if is_value { (end + 1).min(text.len()) } else { begin };
    }
    None
}

/// Tags that a text is put into whose own signs are entities.
const TAGS: [&str; 8] = ["pre", "code", "p", "br", "div", "span", "blockquote", "samp"];

/// Whether a text's own signs are entities: no sign that would be one stands there, but for tags around it.
fn is_escaped(text: &str) -> bool {
    ["&lt;", "&gt;", "&quot;", "&#39;", "&#34;"].iter().any(|entity| text.contains(entity))
        && text.split('<').skip(1).all(|behind| tag(behind).is_some())
        && !text.contains("&lt;html")
}

/// The bytes of a tag behind its `<`.
fn tag(behind: &str) -> Option<usize> {
    let name = behind.trim_start_matches('/');
    let length = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    TAGS.contains(&&name[..length]).then_some(())?;
    Some(behind.find('>')? + 1)
}

/// A line without the tags that it begins and ends with.
fn untagged(line: &str) -> &str {
    let mut line = line;
    while let Some(length) = line.strip_prefix('<').and_then(tag) {
        line = &line[1 + length..];
    }
    while line.ends_with('>')
        && let Some(begin) = line.rfind('<')
    {
        line = &line[..begin];
    }
    line
}

fn is_ended(lines: &Lines<'_>) -> bool {
    lines.text().ends_with(['\n', '\r'])
}
