//! Parts of Cloudflare's error pages: a title alone, a foot, a fixed sentence, wherever they stand.

use std::ops::Range;
use std::sync::LazyLock;

use super::Lines;
use super::clock::{Clock, clock};
use super::grammar::{is_source, numbers};
use super::urls::{method_before, url_in};
use super::words::Words;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::error_page::{ErrorPage, Form, Maker};
use fivetwenty_captures::evidence::timestamp::Timestamp;

/// Lines between two parts of the same page, at most.
const FAR: usize = 60;
/// The titles of pages, each with its code.
const TITLES: [(&str, u16); 9] = [
    ("Web server is returning an unknown error", 520),
    ("Web server is down", 521),
    ("Connection timed out", 522),
    ("Origin is unreachable", 523),
    ("A timeout occurred", 524),
    ("SSL handshake failed", 525),
    ("Invalid SSL certificate", 526),
    ("Bad gateway", 502),
    ("Gateway time-out", 504),
];
/// What the pages say in the same words every time.
const SENTENCES: [(&str, u16); 11] = [
    ("connection issue between Cloudflare and the origin web server", 520),
    ("sent a response that Cloudflare could not parse", 520),
    ("The web server is not returning a connection", 521),
    ("network and the origin web server timed out", 522),
    ("The origin web server is not reachable", 523),
    ("The origin web server timed out responding to this request", 524),
    ("unable to establish an SSL connection to the origin server", 525),
    ("The origin web server does not have a valid SSL certificate", 526),
    ("The web server reported a bad gateway error", 502),
    ("The web server reported a gateway time-out error", 504),
    ("520 Origin Error</", 520),
];

/// What a part of a page has that names no code.
static MARKS: LazyLock<Words> = LazyLock::new(|| {
    let names = RAY.into_iter().chain([SCRIPT, UNABLE, TRUNCATED, RESTRICTED, SERVER, WEBSITE, TITLES[0].0, " | Cloudflare</title"]);
    Words::new(SENTENCES.iter().map(|(words, _)| *words).chain(names))
});
const RAY: [&str; 3] = ["Ray ID", "Ray-ID", "Ray\u{a0}ID"];
const SCRIPT: &str = "__CF$cv$params";
const UNABLE: &str = "You are unable to access";
const TRUNCATED: &str = " truncate\">";
const RESTRICTED: &str = " used Cloudflare to restrict access";
const SERVER: &str = "data-translate=\"server_desc\">";
const WEBSITE: &str = "requested a page on a website (";
/// Of those that name the host, what nobody but Cloudflare writes.
const NAMES: [&str; 3] =
    ["used Cloudflare to restrict access</title", " | Cloudflare</title", "unable_to_access\">You are unable to access"];

/// What a line, or several, say of one page.
#[derive(Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "what a line shows, each by itself")]
pub(super) struct Part {
    pub(super) code: Option<u16>,
    pub(super) host: Option<Box<str>>,
    ray: Option<Box<str>>,
    time: Option<Timestamp>,
    /// The code is Cloudflare's beyond doubt.
    is_sure: bool,
    /// It is the title, of which a page has one.
    is_head: bool,
    /// The title or the link that names host and code.
    pub(super) is_titled: bool,
    /// Words that only Cloudflare's pages have name the host.
    pub(super) is_named: bool,
}

impl Part {
    /// The page, when it is one of Cloudflare's.
    pub(super) fn page(self) -> Option<ErrorPage> {
        let code = self.code.filter(|_| self.is_sure || self.ray.is_some());
        let is_page = code.is_some() || self.is_named && self.host.is_some();
        let Self { host, ray, time, .. } = self;
        is_page.then_some(ErrorPage { maker: Maker::Cloudflare, form: Form::Branded, code, says: None, ray, time, host })
    }

    /// What both say; `None` when they speak of two pages.
    fn and(&self, other: &Self) -> Option<Self> {
        fn differ<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
            one.zip(other).is_some_and(|(one, other)| one != other)
        }
        // The number of a heading in another language stands above the Ray ID, not below it.
        let is_below = self.ray.is_some() && other.code.is_some() && !other.is_sure;
        let are_two = is_below
            || self.is_head && other.is_head
            || differ(self.code.as_ref(), other.code.as_ref())
            || differ(self.host.as_ref(), other.host.as_ref())
            || differ(self.ray.as_ref(), other.ray.as_ref());
        (!are_two).then(|| Self {
            code: self.code.or(other.code),
            host: self.host.clone().or_else(|| other.host.clone()),
            ray: self.ray.clone().or_else(|| other.ray.clone()),
            time: self.time.or(other.time),
            is_sure: self.is_sure || other.is_sure,
            is_head: self.is_head || other.is_head,
            is_titled: self.is_titled || other.is_titled,
            is_named: self.is_named || other.is_named,
        })
    }
}

/// Every page of which parts stand there.
pub(super) fn parts(lines: &Lines<'_>, is_taken: &dyn Fn(usize) -> bool) -> Vec<(Range<usize>, Part)> {
    let mut pages: Vec<(Range<usize>, Part)> = Vec::new();
    for (number, line) in lines.all() {
        // What a visitor's request names is the visitor's.
        let is_request = || line.contains("] \"") && line.contains(" HTTP/") && clock(line).is_some();
        if is_taken(number) || line.len() < 12 || is_request() {
            continue;
        }
        if !numbers(line).any(is_code) && MARKS.places(line).next().is_none() {
            continue;
        }
        let Some(part) = part(line, lines.is_whole(number)) else { continue };
        let place = number..number + 1;
        let before = pages.last_mut().filter(|(before, _)| number - before.end < FAR && !(before.end..number).any(is_taken));
        if let Some((before, one)) = before
            && let Some(both) = one.and(&part)
        {
            (before.end, *one) = (place.end, both);
        } else {
            pages.push((place, part));
        }
    }
    pages
}

/// What a line says, when it is of a page.
pub(super) fn part(line: &str, is_whole: bool) -> Option<Part> {
    let mut part = titled(line).or_else(|| linked(line, is_whole)).unwrap_or_default();
    if !part.is_sure {
        let code = SENTENCES.iter().find(|(words, _)| line.contains(words)).map(|(_, code)| *code).or_else(|| numbered(line));
        (part.is_sure, part.code) = (code.is_some(), code.or(part.code));
    }
    if part.code.is_none() {
        // The address of the help on one code, which others link to as well.
        let help = line.split_once("cloudflare-5xx-errors/error-").map(|(_, rest)| rest);
        // Only the page itself has the link's words as its element.
        part.is_sure = line.contains("lease refer to the <a ") && line.contains("</a> article");
        part.code =
            help.and_then(code).filter(|_| ["cf-", "dditional troubleshooting", "lease refer to"].iter().any(|words| line.contains(words)));
    }
    part.code = part.code.or_else(|| translated(line));
    // Nobody else has a heading of these words, with or without the number.
    if part.code.is_none() && line.trim_start_matches(['#', '*', '>', ' ']).starts_with(TITLES[0].0) {
        (part.code, part.is_sure) = (Some(TITLES[0].1), true);
    }
    part.ray = ray(line, is_whole);
    part.host = part.host.or_else(|| {
        // Behind these words, and what ends their element.
        let behind = |words: &str| {
            let rest = line.split_once(words)?.1.trim_start();
            Some(if rest.starts_with('<') { rest.split_once('>')?.1.trim_start() } else { rest })
        };
        let restricted = || line.split_once(RESTRICTED)?.0.rsplit(['|', '>']).next().map(str::trim);
        // `<title>DNS resolution error | shop.example | Cloudflare</title>`
        let last = || line.split_once(" | Cloudflare</title")?.0.rsplit_once(" | ").map(|(_, host)| host);
        let said = behind(TRUNCATED)
            .or_else(|| behind(UNABLE))
            .or_else(|| line.split_once(SERVER).map(|(_, rest)| rest))
            .or_else(|| behind(WEBSITE));
        said.and_then(|rest| host(rest, is_whole)).or_else(|| host(restricted().or_else(last)?, true))
    });
    part.is_named = part.host.is_some() && NAMES.iter().any(|mark| line.contains(mark));
    // A client's message has the request before the body that it got.
    let asked =
        || url_in(line, is_whole).filter(|url| !method_before(line, url).is_empty()).map(|url| Address::new(url).host_name().into());
    part.host = part.host.or_else(|| asked().filter(|_| part.is_sure));
    let has_any = part.code.is_some() || part.ray.is_some() || part.host.is_some();
    part.time = clock(line).filter(Clock::is_zoned).and_then(|clock| clock.moment());
    part.time = part.time.or_else(|| in_utc(line));
    has_any.then_some(part)
}

/// The first time of a text with UTC behind it.
pub(super) fn in_utc(text: &str) -> Option<Timestamp> {
    text.match_indices(" UTC").find_map(|(end, _)| clock(text.get(end.checked_sub(19)?..end + 4)?)?.moment())
}

/// `shop.example | 520: Web server is returning an unknown error`, or the number and the words without a host.
fn titled(line: &str) -> Option<Part> {
    let found = TITLES.iter().find_map(|(title, code)| {
        let number = format!("{code}");
        let (at, _) = line.match_indices(title).find(|(at, _)| {
            let before = line[..*at].trim_end_matches([' ', ':', '-', '\u{2013}', '\u{2014}', '(', '*']);
            // Most of the words are anybody's: a sign ties the number to them.
            let is_tied = *code == 520 || line[before.len()..*at].contains([':', '-', '\u{2013}', '\u{2014}', '(']);
            is_tied && before.ends_with(&number) && !before[..before.len() - 3].ends_with(|letter: char| letter.is_ascii_alphanumeric())
        })?;
        Some((line[..at].rfind(&number)?, *code))
    });
    // In another language the words are others.
    let other = || {
        let at = line.match_indices(" | 52").map(|(at, _)| at + 3).find(|at| line[*at..].get(3..5) == Some(": "))?;
        Some((at, code(&line[at..]).filter(|code| (520..527).contains(code))?, true))
    };
    let (at, code, is_other) = found.map(|(at, code)| (at, code, false)).or_else(other)?;
    let before = line[..at].trim_end();
    let named = before.strip_suffix('|').map(str::trim_end);
    let host = named.and_then(|named| {
        let begin =
            named.rfind(|letter: char| !is_of_host(letter)).map_or(0, |at| at + named[at..].chars().next().map_or(1, char::len_utf8));
        host(&named[begin..], true)
    });
    // The other titles are anybody's words.
    // A monitor says what it asked.
    let asked = || url_in(line, true).filter(|_| before.ends_with("HTTP")).map(|url| Address::new(url).host_name().into());
    let host = host.or_else(asked);
    let is_own = code >= 505 && !is_other || host.is_some();
    is_own.then_some(Part { code: Some(code), is_sure: true, is_head: true, is_titled: host.is_some(), host, ..Part::default() })
}

/// The link of the page's foot: `utm_source=errorcode_520&utm_campaign=shop.example`.
fn linked(line: &str, is_whole: bool) -> Option<Part> {
    let code = code(line.split_once("utm_source=errorcode_")?.1)?;
    let host = line.split_once("utm_campaign=").and_then(|(_, rest)| host(rest, is_whole));
    Some(Part { code: Some(code), is_sure: true, is_titled: host.is_some(), host, ..Part::default() })
}

/// A code beside what only stands on a page, or as the whole of Cloudflare's text.
fn numbered(line: &str) -> Option<u16> {
    let lower = line.to_ascii_lowercase();
    if let Some((_, rest)) = lower.split_once("error reference number:") {
        return code(rest.trim_start_matches([' ', '*', '_']));
    }
    // The script of such a page.
    if let Some((_, rest)) = lower.split_once("properties:{errorcode:") {
        return code(rest);
    }
    let behind = |rest: &str| rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).trim_start().to_owned();
    lower.match_indices("error ").find_map(|(at, word)| {
        let rest = &lower[at + word.len()..];
        if let Some(rest) = rest.strip_prefix("code: ") {
            // Cloudflare's own line, as the whole of a string or of what a message quotes.
            let before = line[..at].trim_end();
            let begins = before.is_empty() || before.ends_with(['"', '\'', '`', ':', '-', '>', '|', '=', '(']);
            let rest_of = behind(rest);
            let ends = rest_of.is_empty() || rest_of.starts_with(['"', '\'', '`', '<', '}', ')', ']']);
            return code(rest).filter(|code| {
                begins && ends && !is_source(&lower) && line[at..].starts_with("error") && (*code >= 1000 || (520..=530).contains(code))
            });
        }
        let rest = rest.strip_prefix("code ").unwrap_or(rest);
        let rest_of = behind(rest);
        code(rest).filter(|_| rest_of.starts_with("ray id") || rest_of.starts_with('\u{2022}'))
    })
}

/// The number at the end of a page's heading in another language: `Fehlercode 520`.
fn translated(line: &str) -> Option<u16> {
    const WORDS: [&str; 9] = ["code", "código", "codice", "kod", "код", "error", "erreur", "错误", "エラー"];
    let (words, number) = line.trim().rsplit_once([' ', '\u{a0}', '\u{ff1a}'])?;
    let lower = words.to_lowercase();
    let is_heading = words.chars().count() < 30 && WORDS.iter().any(|word| lower.contains(word)) && !lower.contains([',', '.', '=']);
    let is_begun = lower.trim_start_matches(['*', '#', ' ']).starts_with("error");
    number
        .trim_end_matches('*')
        .parse()
        .ok()
        .filter(|code| is_heading && (matches!(code, 520..=530) || is_begun && matches!(code, 1000..1300)))
}

/// A Ray ID behind its name, or in the script that a page ends with.
fn ray(line: &str, is_whole: bool) -> Option<Box<str>> {
    let script = || line.split_once(SCRIPT)?.1.split_once("r:").map(|(_, rest)| rest);
    let named = || {
        let at = RAY.iter().find_map(|name| Some(line.find(name)? + name.len()))?;
        line.get(at..)
    };
    let mut rest = script().or_else(named)?.trim_start_matches([':', ' ', '\u{a0}', '*', '_', '`', '"', '\'']);
    for _ in 0..3 {
        let Some((_, behind)) = rest.strip_prefix('<').and_then(|tag| tag.split_once('>')) else { break };
        rest = behind.trim_start();
    }
    let rest = rest.trim_start_matches(['*', '_', '`', '"', '\'']);
    let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
    (digits == 16 && (is_whole || digits < rest.len() || line.contains('<'))).then(|| rest[..digits].into())
}

fn is_code(number: u16) -> bool {
    matches!(number, 500..=530 | 1000..1300)
}

/// 520, 1020 and the like at the start of a text, and no longer number.
fn code(text: &str) -> Option<u16> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text[..digits].parse().ok().filter(|code| is_code(*code))
}

fn is_of_host(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-')
}

/// The host's name at the start of a text, when something shows that it is whole.
fn host(text: &str, is_whole: bool) -> Option<Box<str>> {
    let end = text.find(|letter| !is_of_host(letter)).unwrap_or(text.len());
    let host = text[..end].trim_matches(['.', '-']);
    let top = host.rsplit('.').next().unwrap_or_default();
    let is_name = host.contains('.') && host.len() <= 253 && !host.contains("..") && top.len() > 1;
    (is_name && (end < text.len() || is_whole)).then(|| host.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let said: Vec<String> = parts(&Lines::new(text), &|_| false)
            .into_iter()
            .filter_map(|(lines, part)| {
                let page = part.page()?;
                let time = page.time.map(|time| format!(" {time:.0}")).unwrap_or_default();
                Some(format!(
                    "{lines:?} {} {} {}{time}",
                    page.code.map_or("-".to_owned(), |code| code.to_string()),
                    page.host.as_deref().unwrap_or("-"),
                    page.ray.as_deref().unwrap_or("-")
                ))
            })
            .collect();
        assert_eq!(said, expected, "{text}");
    }

    /// Breaks when a part of a page that names its code is not read, or its host, Ray ID or time is lost.
    #[test]
    fn each_part_tells() {
        check("Open tabs: 'desk.example | 524: A timeout occurred' and two more\n", &["0..1 524 desk.example -"]);
        check("» desk.example | 521: Web server is down", &["0..1 521 desk.example -"]);
        check("<a href='https://www.cloudflare.com/?utm_source=errorcode_525&utm_campaign=desk.example'>", &["0..1 525 desk.example -"]);
        check("<a href='https://www.cloudflare.com/?utm_source=errorcode_525&utm_campaign=desk.exa", &["0..1 525 - -"]);
        check("- Error reference number: **521**\n- __Ray ID__: `9d701a9c40be91f7`\n", &["0..2 521 - 9d701a9c40be91f7"]);
        check("Error 1020 Ray ID: 9d701a9c40be91f7 • 2026-03-05 08:00:01 UTC\n", &["0..1 1020 - 9d701a9c40be91f7 2026-03-05T08:00:01Z"]);
        check("message: 'error code: 522'", &["0..1 522 - -"]);
        check("`POST https://api.example/v1` resulted in: error code: 520\n", &["0..1 520 api.example -"]);
        check("HTTP 526 (Invalid SSL certificate)", &["0..1 526 - -"]);
        check("desk.example | 520: El servidor devuelve un error\n", &["0..1 520 desk.example -"]);
        check("Fehlercode 520\nCloudflare Ray-ID: 9d701a9c40be91f7\n", &["0..2 520 - 9d701a9c40be91f7"]);
        check(
            "a.example | 521: Web server is down\na.example | 521: Web server is down\n",
            &["0..1 521 a.example -", "1..2 521 a.example -"],
        );
        check("<title>Could not find host | desk.example | Cloudflare</title>\n", &["0..1 - desk.example -"]);
        check(
            "<title>Access denied | desk.example used Cloudflare to restrict access</title>\nproperties:{errorCode:1005,helpful:a}\n",
            &["0..2 1005 desk.example -"],
        );
        check("Error code: 1020\n\nRay ID: 9d701a9c40be91f7\n", &["0..3 1020 - 9d701a9c40be91f7"]);
        check("## Web server is returning an unknown error\n", &["0..1 520 - -"]);
        check(
            "<p>Please refer to the <a href=\"https://x/cloudflare-5xx-errors/error-524/\">Error 524</a> article:</p>\n",
            &["0..1 524 - -"],
        );
        check("x | 522: Connection timed out\na.example | 521: Web server is down\n", &["0..1 522 - -", "1..2 521 a.example -"]);
    }

    /// Breaks when anybody's words or numbers are taken for a page's.
    #[test]
    fn what_is_nobodys_page_is_left() {
        for text in [
            "Error code 522 Connection timed out",
            "login failed with error code: 520 invalid token",
            "502: Bad gateway",
            "step 1522: Connection timed out",
            "ERROR Connection timed out after 520 ms",
            "total | 520: items",
            "Ray ID: 9d701a9c40be91f7\ndisk error 521\n",
            "203.0.113.9 - - [05/Mar/2026:08:00:01 +0000] \"GET / HTTP/1.1\" 200 9 \"https://x/?utm_source=errorcode_520&utm_campaign=a.example\"",
            "Error 520: the token is not valid",
            "see https://developers.cloudflare.com/support/cloudflare-5xx-errors/error-520/ for more",
            "Error code: 520",
            "Web server is down",
            "Error code: 1020\n",
            "You are unable to access desk.example\n",
            "News | desk.example | Cloudflare\n",
            "they say that Web server is returning an unknown error is a title\n",
        ] {
            check(text, &[]);
        }
    }

    proptest::proptest! {
        /// Breaks on a panic.
        #[test]
        fn takes_any_text(text in "(a\\.example|é| \\| |52[0-9]|: |Web server is down|Bad gateway|utm_source=errorcode_|&utm_campaign=|Ray ID:? ?|[0-9a-f]{15,17}|error code: |Error |<b>|\n| UTC|2026-03-04 10:11:12){0,16}") {
            for (_, part) in parts(&Lines::new(&text), &|number| number % 3 == 0) {
                part.page();
            }
        }
    }
}
