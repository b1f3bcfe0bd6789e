//! What carried a text: marks before its lines, as log viewers, containers and mails put them there, and strings that hold lines of their own.

use super::Lines;
use super::clock::is_shaped;
use super::fields::{closing, is_known};
use super::grammar::request_line;
use super::undone::{Undone, entity, unescape};

/// Bytes of a text at most of which this is taken away: what people copy is shorter.
pub(super) const MAX_BYTES: usize = 1 << 20;
/// Lines that have such a mark at least.
const FEWEST: usize = 3;
/// Lines of a quotation that are not empty, at least.
const FEWEST_QUOTED: usize = 2;

/// Strings in strings that are opened, at most.
const MAX_DEPTH: usize = 4;

/// The lines without what carried them; `None` when there is nothing.
pub(super) fn bare(lines: &Lines<'_>) -> Option<Undone> {
    let mut rows: Vec<&str> = lines.all().map(|(_, line)| line).collect();
    let are_quoted = unquote(&mut rows);
    let full = rows.iter().filter(|row| !row.trim().is_empty()).count();
    let column = rows.iter().find_map(|row| piped(row));
    // A page's title stands behind its host in the same way.
    let of_column = rows.iter().filter(|row| piped(row) == column).count();
    let has_dot = || rows.iter().any(|row| row.split('|').next().is_some_and(|name| name.contains('.')));
    let column = column.filter(|_| of_column >= FEWEST || of_column == full && !has_dot());
    let lengths: Vec<usize> = rows.iter().map(|row| marks(row, column)).collect();
    let marked = lengths.iter().filter(|length| **length > 0).count();
    let are_marked = marked > 0 && marked == full || marked >= FEWEST && 2 * marked >= full;
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
        let is_quoted = (full.clone().count() >= FEWEST_QUOTED || rows[begin].starts_with(">>"))
            && !beside.iter().any(|row| row.starts_with(['<', '*']))
            && full.clone().next().is_none_or(|row| row.strip_prefix("> ").and_then(request_line).is_none());
        let Some(first) = full.clone().next().filter(|_| is_quoted) else { continue };
        let mut length = first.len() - first.trim_start_matches(['>', ' ']).len();
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

/// `web-1  | `: where a container's name ends. A record's names stand so before their values.
fn piped(row: &str) -> Option<usize> {
    let (name, rest) = row.split_once(" | ").or_else(|| Some((row.strip_suffix(" |")?, "")))?;
    let length = row.len() - rest.len();
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let name = name.trim_end();
    (!name.is_empty() && name.bytes().all(is_name) && !is_known(name)).then_some(length)
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
    // The loop around curl writes its own.
    if rest.get(4..).is_some_and(|rest| rest.starts_with(" exit=")) {
        return None;
    }
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

/// The lines with those of their strings that hold several, each of these by itself, and without entities where HTML was made of them, as
/// `is_html` says; `None` when there is nothing.
pub(super) fn opened(lines: &Lines<'_>, is_html: bool) -> Option<Undone> {
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
        is_any |= open(number, line, 0, &mut out);
    }
    out.finish(is_ended(lines));
    is_any.then_some(out)
}

/// Adds a line, and each line of its strings by itself; whether it has such strings.
fn open(number: usize, line: &str, depth: usize, out: &mut Undone) -> bool {
    let is_structure = line.trim_start().starts_with(['{', '[', '"']);
    let mut rest = line;
    while let Some((begin, end)) = string(rest).filter(|_| depth < MAX_DEPTH) {
        if !is_structure && !rest[..begin].trim().is_empty() {
            out.row(number, &rest[..begin]);
        }
        for row in unescaped(&rest[begin..end]).lines() {
            open(number, row, depth + 1, out);
        }
        rest = &rest[end..];
    }
    let is_open = rest.len() < line.len();
    if !is_open || !is_structure && !rest.trim_matches(['"', '}', ']', ',', ')']).is_empty() {
        out.row(number, rest);
    }
    is_open
}

/// A string of JSON as it was before it became one.
fn unescaped(string: &str) -> String {
    let mut out = String::new();
    let mut rest = string;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        // What was escaped more than once still is.
        rest = &rest[at + unescape(&rest[at..], &mut out)..];
    }
    out.push_str(rest);
    out
}

/// Where the next string of JSON begins and ends that has several lines.
fn string(text: &str) -> Option<(usize, usize)> {
    let mut at = 0;
    while let Some(open) = text[at..].find('"') {
        let begin = at + open + 1;
        at = begin;
        // Only what may be a value is read to its end, so that no text takes long. What curl's own object holds is read there; what Node sent is no answer.
        let before = text[..begin - 1].trim_end();
        if !(before.is_empty() || before.ends_with([':', '[', '{', ',', '(']))
            || ["{\"certs\":", "\"_header\":"].iter().any(|own| before.ends_with(own))
        {
            continue;
        }
        // One that is cut off goes to the end.
        let end = closing(&text[begin..], '"').map_or(text.len(), |end| begin + end);
        let behind = text[end..].trim_start_matches('"').trim_start();
        if behind.is_empty() || behind.starts_with([',', '}', ']', ')']) {
            if text[begin..end].contains("\\n") {
                return Some((begin, end));
            }
            at = (end + 1).min(text.len());
        }
    }
    None
}

/// Tags that a text is put into whose own signs are entities.
const TAGS: [&str; 8] = ["pre", "code", "p", "br", "div", "span", "blockquote", "samp"];

/// Whether a text's own signs are entities: no sign that would be one stands there, but for tags around it.
pub(super) fn is_escaped(text: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a mark before lines is not taken away, or something else is taken for one.
    #[test]
    fn marks_are_taken_away() {
        let bare = |text: &str| bare(&Lines::new(text)).map_or_else(|| text.to_owned(), |bare| bare.text);
        for mark in [
            "2026-11-21T12:01:22.1234567Z ",
            "[12:01:22] ",
            "[2026-11-21 12:01:22,123] ",
            "Nov 21 12:01:22 web1 app[12]: ",
            "Nov  1 12:01:22 web1 kernel: ",
            "2026-11-21T12:01:22+0000 web1 app[12]: ",
            "2026-11-21T12:01:22.123456+00:00 app[web.1]: ",
            "2026-11-21T12:01:22Z stderr F ",
            "web-1  | ",
            "web-1  | 2026-11-21T12:01:22Z ",
            "[pod/web-5d4c7b9f6-x2x7q/app] 2026-11-21T12:01:22Z ",
            ">> ",
        ] {
            assert_eq!(
                bare(&format!("{mark}HTTP/2 520\n{mark}server: cloudflare\n{mark}\n")),
                "HTTP/2 520\nserver: cloudflare\n\n",
                "{mark}"
            );
        }
        assert_eq!(bare("He wrote:\n> a: b\n>\n>   c\nand\n> d\n"), "He wrote:\na: b\n\n  c\nand\n> d\n");
        for text in [
            "> GET / HTTP/2\n> Host: a.example\n> \n< HTTP/2 520\n",
            "shop.example | 520: Web server is returning an unknown error\n",
            "2026-11-21T19:08:16Z 520 exit=0 ray= lookup=0.007\n",
            "12:01:22x a\n",
            "a\n2026-11-21T12:01:22Z b\nc\n",
        ] {
            assert_eq!(bare(text), text);
        }
    }

    /// Breaks when the lines of a string stay one, what was escaped twice is undone too far, or a text of another kind is changed.
    #[test]
    fn strings_are_opened() {
        let opened = |text: &str| opened(&Lines::new(text), is_escaped(text)).map_or_else(|| text.to_owned(), |opened| opened.text);
        for (text, plain) in [
            (r#"{"level":"error","message":"$ curl\n\u003c HTTP/2 520\n"}"#, "$ curl\n< HTTP/2 520"),
            (r#"say {"a":"b\nc"} twice"#, "say {\"a\":\"\nb\nc\n\"} twice"),
            (r#"{"log":"{\"a\":\"b\\nc\"}\n"}"#, "b\nc"),
            (r#"["a\nprintf '\\n'\n", "b"]"#, "a\nprintf '\\n'"),
            ("<pre><code>&lt; HTTP/2 520\na &amp; b\n</code></pre>", "< HTTP/2 520\na & b\n"),
        ] {
            assert_eq!(opened(text), plain);
        }
        for text in [r#"curl -w "a\nb" x"#, r#"{"certs":"a\nb","http_code":520}"#, "<title>a &lt; b</title>", r#"{"a":"b"}"#] {
            assert_eq!(opened(text), text);
        }
    }

    /// Breaks when a text takes more than a moment.
    #[test]
    fn no_text_takes_long() {
        for part in ["\\\"\\n", ":\"", "\"\"", "\\", "> ", "&", "<p>", "a | ", "{\"a\":\"\\n", "[12:01:22] \n", ">>\n"] {
            for head in ["&lt;", "\\n"] {
                let text = [head, &part.repeat(MAX_BYTES / 2 / part.len())].concat();
                let lines = Lines::new(&text);
                let begun = std::time::Instant::now();
                let _ = (bare(&lines), opened(&lines, is_escaped(lines.text())));
                assert!(begun.elapsed().as_secs() < 10, "{head}{part}");
            }
        }
    }

    proptest::proptest! {
        /// Breaks on a panic, or when a line has no place in the text that it came from.
        #[test]
        fn takes_any_text(text in "(> |>>|[0-9]{2}:[0-9]{2}:[0-9]{2}|2026-11-21T|web-1 | \\| |\\[pod/|\\]|\"|\\\\|\\\\n|:|\\{|&lt;|<pre>|>|é| |\n){0,24}") {
            let lines = Lines::new(&text);
            for layer in [bare(&lines), opened(&lines, is_escaped(lines.text()))].into_iter().flatten() {
                let count = layer.text.lines().count();
                proptest::prop_assert!(layer.origin(0..count).end <= lines.count().max(1));
                layer.within(0..lines.count());
            }
        }
    }
}
