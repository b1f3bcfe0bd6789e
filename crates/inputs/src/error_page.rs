//! Error pages: as HTML, as JSON or Markdown, as one line, or as the text that a screen shows.

use std::ops::Range;
use std::sync::Arc;

use super::page_parts::{in_utc, part, parts};
use super::urls::{asks, url_in};
use super::{Extract, Lines, MAX_EXTRACTS, Recognition, Side, Statement, TextKind};
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::error_page::{ErrorPage, Form, Maker, from_cookie};
use fivetwenty_captures::har::{Entry, Request, Response};
use fivetwenty_captures::order::sort_by_key;

/// The JSON and the Markdown are looked for in so many bytes before and behind their mark.
const AROUND: usize = 4096;
/// Lines that a page on the screen has, at most.
const MAX_SHOWN: usize = 80;
/// How many lines the foot of a page on the screen has, at most, and how many stand before it.
const FOOT: usize = 5;
/// What ends a page on the screen.
const ENDS: [&str; 2] = ["Performance & security by", "Performance and Security by"];
/// What each page on the screen has one of, below its code.
const SIGNS: [&str; 3] = ["What happened?", "Ray ID", "UTC"];
/// The titles of pages that say a code.
const TITLES: [&str; 9] = [
    "Web server is returning an unknown error",
    "Web server is down",
    "Connection timed out",
    "Origin is unreachable",
    "A timeout occurred",
    "SSL handshake failed",
    "Invalid SSL certificate",
    "Bad gateway",
    "Gateway time-out",
];

/// Every page, wherever it stands.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let undone = lines.undone();
    let plain = Lines::plain(&undone.text);
    let mut pages = Pages { extracts: Vec::new(), taken: vec![false; plain.count()], best: 0 };
    structured(&plain, &mut pages);
    html(&plain, &mut pages);
    screen(&plain, &mut pages);
    let found = parts(&plain, &|number| pages.taken[number]);
    for (place, part) in found {
        let score = if part.is_titled { 75 } else { 50 };
        // A heading below the page that is read has nothing new.
        let is_known = |page: &ErrorPage| {
            let near = pages
                .extracts
                .iter()
                .filter(|extract| extract.lines.start < place.end + MAX_SHOWN && place.start < extract.lines.end + MAX_SHOWN);
            page.ray.is_none()
                && near
                    .into_iter()
                    .any(|extract| extract.statement.error_code == page.code && (page.host.is_none() || extract.statement.host.is_some()))
        };
        if let Some(mut page) = part.page().filter(|page| !is_known(page)) {
            // A form has its time in a line of its own.
            page.host = page.host.take().or_else(|| introduced(&plain, place.start));
            page.time = page.time.or_else(|| in_utc(&plain.join(place.start..(place.end + 2 * FOOT).min(plain.count()))));
            pages.add(score, place, statement(page));
        }
    }
    let Pages { mut extracts, best, .. } = pages;
    for extract in &mut extracts {
        extract.lines = undone.origin(extract.lines.clone());
    }
    sort_by_key(&mut extracts, |extract| extract.lines.start);
    (best > 0).then_some(Recognition { score: best, extracts })
}

struct Pages {
    extracts: Vec<Extract>,
    /// The lines of pages.
    taken: Vec<bool>,
    /// The highest score.
    best: u32,
}

impl Pages {
    fn add(&mut self, score: u32, lines: Range<usize>, statement: Statement) {
        if self.extracts.len() == MAX_EXTRACTS || self.taken[lines.clone()].contains(&true) {
            return;
        }
        self.taken[lines.clone()].fill(true);
        self.best = self.best.max(score);
        self.extracts.push(Extract { kind: TextKind::ErrorPage, lines, statement });
    }
}

/// The JSON or Markdown of RFC 9457, around the member that both have.
fn structured(lines: &Lines<'_>, pages: &mut Pages) {
    let text = lines.text();
    let mut done = 0;
    for (at, mark) in text.match_indices("cloudflare_error") {
        if at < done {
            continue;
        }
        let before = &text[text.ceil_char_boundary(at.saturating_sub(AROUND).max(done))..at];
        let behind = &text[at + mark.len()..text.floor_char_boundary(at + mark.len() + AROUND)];
        let (begin, end) = match before.rfind('{') {
            Some(begin) => (begin, behind.find('}').map(|end| end + 1)),
            None => (before.rfind("---").unwrap_or(0), behind.find("\n---").map(|end| end + 4)),
        };
        let place = at - before.len() + begin..at + mark.len() + end.unwrap_or(behind.len());
        done = place.end;
        let page = ErrorPage::read(&text[place.clone()]).filter(|page| page.form == Form::Structured && page.code.is_some());
        if let Some(page) = page {
            pages.add(85, lines.at(place), statement(page));
        }
    }
}

/// Pages of HTML, one after the other.
fn html(lines: &Lines<'_>, pages: &mut Pages) {
    let text = lines.text();
    let is_begin = |at: &usize| text[*at..].get(..9).is_some_and(|tag| tag.eq_ignore_ascii_case("<!doctype"));
    let mut begins: Vec<usize> = text.match_indices('<').map(|(at, _)| at).filter(is_begin).collect();
    if begins.is_empty() {
        // A part of a page.
        begins.extend(text.find('<'));
    }
    let ends = begins.iter().skip(1).copied().chain([text.len()]);
    for (begin, end) in begins.iter().copied().zip(ends) {
        let page = &text[begin..end];
        let page = &page[..page.find("</html>").map_or(page.len(), |end| end + 7)];
        let Some(read) = ErrorPage::read(page) else { continue };
        let place = lines.at(begin..begin + page.trim_end().len());
        if read.maker == Maker::Cloudflare {
            let code = read.code.or_else(|| code(page.split_once("<title>")?.1));
            let time = read.time.or_else(|| in_utc(page));
            pages.add(85, place, statement(ErrorPage { code, time, ..read }));
        } else if page.contains("</") {
            // A page of the site's own can carry the Ray ID.
            let shown = ErrorPage::of_screen(page);
            // Parts of Cloudflare's say more.
            let is_part = || parts(&Lines::plain(page), &|_| false).into_iter().any(|(_, part)| part.page().is_some());
            if shown.ray.is_some() && !is_part() {
                pages.add(60, place, Statement::of_page(&ErrorPage { code: None, host: None, maker: Maker::Site, ..shown }));
            }
        }
    }
}

/// What stands in lines: pages as the screen shows them, `error code: 520`, and Always Online's cookie.
fn screen(lines: &Lines<'_>, pages: &mut Pages) {
    let mut next = 0;
    // The first line behind the last foot.
    let mut since = 0;
    while next < lines.count() && pages.extracts.len() < MAX_EXTRACTS {
        let number = next;
        let line = lines.line(number);
        next += 1;
        if pages.taken[number] {
            continue;
        }
        let alone = line.trim_matches([' ', '\t', '>', '`', '"', '\'', '*']);
        if let Some(rest) = alone.strip_prefix("error code: ") {
            if rest.len() <= 4
                && let Some(page) = ErrorPage::read(alone).filter(|page| page.code.is_some())
            {
                pages.add(50, number..next, statement(page));
            }
        } else if let Some(cookie) = line.find("cf_ob_info=").map(|at| &line[at..]) {
            let value = cookie.split([' ', '"', '\'']).next().unwrap_or_default();
            if let Some((code, ray)) = from_cookie(value).filter(|(_, ray)| !ray.is_short()) {
                pages.add(40, number..next, Statement { error_code: Some(code), ray: Some(ray), ..Statement::default() });
            }
        } else if says_code(line) {
            let titled = |number: usize| TITLES.iter().any(|title| lines.line(number).trim().starts_with(title));
            let begin = number - usize::from(number > 0 && titled(number - 1) && !pages.taken[number - 1]);
            let rest = next..(number + MAX_SHOWN).min(lines.count());
            let rest = rest.start..rest.clone().find(|number| says_code(lines.line(*number))).unwrap_or(rest.end);
            let has = |signs: &[&str], number: &usize| signs.iter().any(|sign| lines.line(*number).contains(sign));
            let foot = rest.clone().find(|number| has(&ENDS, number)).or_else(|| rest.rev().find(|number| has(&SIGNS, number)));
            let is_page = foot.is_some() || has(&SIGNS, &number) || titled(begin);
            if is_page {
                next = foot.unwrap_or(number) + 1;
                let mut page = shown(lines, begin..next);
                // The title of its window may stand above.
                let title = |number: usize| part(lines.line(number), true).filter(|part| part.is_titled && part.code == page.code);
                let head =
                    (begin.saturating_sub(2)..begin).filter(|number| !pages.taken[*number]).find_map(|head| Some((head, title(head)?)));
                let begin = head.as_ref().map_or(begin, |(head, _)| *head);
                let inside = || (begin..=next).find_map(|number| part(lines.line(number), lines.is_whole(number))?.host);
                page.host = page.host.take().or_else(|| head?.1.host).or_else(inside).or_else(|| introduced(lines, begin));
                pages.add(75, begin..next, statement(page));
            }
        } else if ENDS.iter().any(|end| line.contains(end)) {
            // The foot of a page without a code, such as a challenge.
            let begin = (number.saturating_sub(FOOT).max(since)..number).rev().find(|number| lines.line(*number).contains("Ray ID"));
            let begin = begin.unwrap_or(number);
            let page = shown(lines, begin..next);
            let is_part = || parts(&Lines::plain(&lines.join(begin..next)), &|_| false).into_iter().any(|(_, part)| part.page().is_some());
            if page.ray.is_some() && !is_part() {
                // What stands above may be another text: only the page's own sentence names its host.
                let above = begin.saturating_sub(MAX_SHOWN).max(since)..next;
                let says = |host: &str| above.clone().any(|number| lines.line(number).trim_end().ends_with(&format!("access {host}")));
                let host = shown(lines, above.clone()).host.filter(|host| says(host));
                let titled = || above.clone().find_map(|number| part(lines.line(number), true).filter(|part| part.is_named)?.host);
                let host = host.or_else(titled);
                pages.add(65, begin..next, Statement::of_page(&ErrorPage { host, ..page }));
            }
            since = next;
        }
    }
}

/// The host of what was opened, as the line that ends with a colon above a page names it: `https://shop.example shows this:`
fn introduced(lines: &Lines<'_>, begin: usize) -> Option<Box<str>> {
    let above = (begin.saturating_sub(2)..begin)
        .rev()
        .map(|number| lines.line(number).trim())
        .find(|line| !line.is_empty())
        .filter(|line| asks(line))?;
    let url = url_in(above.strip_suffix(':')?, true)?;
    Some(Address::new(url).host_name().into())
}

/// A page on the screen, as far as its lines are whole.
fn shown(lines: &Lines<'_>, place: Range<usize>) -> ErrorPage {
    let mut text = lines.join(place.clone());
    if place.end.checked_sub(1).is_some_and(|last| lines.is_whole(last)) {
        text.push('\n');
    }
    ErrorPage::of_screen(&text)
}

/// Whether a line has the code of a page: `Error code 520` behind a title, or `Error 1020` at its start.
fn says_code(line: &str) -> bool {
    let in_line = line.split_once("Error code ").map(|(_, rest)| rest);
    in_line.or_else(|| line.trim_start().strip_prefix("Error ")).is_some_and(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let behind = rest[digits..].trim_start();
        code(rest).is_some()
            && (behind.is_empty() || behind.starts_with("Ray ID") || behind.starts_with('•') || in_line.is_some() && goes_on(behind))
    })
}

/// Whether what stands behind a code in its line is the page's next line, and no sentence about the code.
fn goes_on(behind: &str) -> bool {
    behind.starts_with("Visit ")
        || behind.starts_with(|first: char| first.is_ascii_digit())
        || SIGNS.iter().any(|sign| behind.starts_with(sign))
}

fn code(text: &str) -> Option<u16> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text[..digits].parse().ok().filter(|code| matches!(code, 500..600 | 1000..2000))
}

/// A page of Cloudflare's that names its host is a request to that host; which path was asked for it does not say. Without a host it still
/// came through Cloudflare.
fn statement(page: ErrorPage) -> Statement {
    let statement = Statement::of_page(&page);
    let Some(status) = status(&page) else { return statement };
    let url = page.host.as_ref().map_or(Arc::default(), |host| Arc::from(format!("https://{host}/")));
    let response = Response { status, error_page: Some(Box::new(page)), ..Response::default() };
    let entry = Entry {
        started: statement.time,
        request: Request { url, ..Request::default() }.into(),
        response: response.into(),
        ..Entry::default()
    };
    Statement { entry: Some(Box::new(entry)), way: Some(Side::Proxied), ..statement }
}

/// The HTTP status that a page is sent with: a 5xx is its own; of a 1xxx only where it is known.
pub(super) fn status(page: &ErrorPage) -> Option<u16> {
    match page.code? {
        code @ 500..=599 => Some(code),
        1016 | 1033 => Some(530),
        1018 | 1023 => Some(409),
        1015 | 1027 => Some(429),
        1101 => Some(500),
        1102 => Some(503),
        1000..=1014 | 1020 | 1034 | 1106 => Some(403),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let extracts = recognise(&Lines::new(text)).map_or(Vec::new(), |recognition| recognition.extracts);
        let said: Vec<String> = extracts
            .iter()
            .map(|Extract { lines, statement, .. }| {
                let [status, code] =
                    [statement.status(), statement.error_code].map(|number| number.map_or("-".to_owned(), |number| number.to_string()));
                let [ray, time] = [statement.ray.as_ref().map(ToString::to_string), statement.time.map(|time| format!("{time:.0}"))]
                    .map(|value| value.unwrap_or("-".to_owned()));
                format!("{lines:?} {status} {code} {ray} {time} {}", statement.host.as_deref().unwrap_or("-"))
            })
            .collect();
        assert_eq!(said, expected, "{text}");
    }

    /// Breaks when a form is not recognised in a text around it, or a field of it is lost.
    #[test]
    fn each_form_is_found_where_it_stands() {
        check("It says:\n> error code: 520\n", &["1..2 520 520 - - -"]);
        check("error code: 1016", &["0..1 530 1016 - - -"]);
        check("set-cookie: cf_ob_info=520:52e5cd9e2af9bd21:PHL; path=/", &["0..1 - 520 52e5cd9e2af9bd21-PHL - -"]);
        let json = r#"{"type":"https://x","title":"Error 522","status":522,"error_code":522,"ray_id":"a105ee31cf145053","timestamp":"2026-06-23T19:34:49Z","zone":"api.example","cloudflare_error":true,"retryable":true}"#;
        let said = "522 522 a105ee31cf145053 2026-06-23T19:34:49Z api.example";
        check(json, &[&format!("0..1 {said}")]);
        check(&format!("openai.InternalServerError: Error code: 522 - {}\nend", json.replace('"', "'")), &[&format!("0..1 {said}")]);
        check(&json.replace(',', ",\n  "), &[&format!("0..9 {said}")]);
        check(&format!("{json}\n\n{json}\n"), &[&format!("0..1 {said}"), &format!("2..3 {said}")]);
        let markdown = "$ curl\n---\nerror_code: 522\nray_id: a105ee31cf145053\ntimestamp: 2026-06-23T19:34:49Z\nzone: api.example\ncloudflare_error: true\n---\n\n# Error 522\n";
        check(markdown, &[&format!("1..8 {said}")]);
        check("{\"error_code\": 520}", &[]);
    }

    /// Breaks when the host above a page is lost, that of another line is taken, or the time in a line of its own.
    #[test]
    fn what_stands_around_a_page_counts() {
        let page = "Error 520 Ray ID: 9a58bfc54c1300bb \u{2022} 2026-09-28 07:58:39 UTC\n";
        let said = "520 520 9a58bfc54c1300bb 2026-09-28T07:58:39Z";
        check(&format!("shop.example | 520: Web server is returning an unknown error\n{page}"), &[&format!("0..2 {said} shop.example")]);
        check(&format!("https://shop.example/ gives this error:\n\n{page}"), &[&format!("2..3 {said} shop.example")]);
        check(&format!("Pages are listed on https://shop.example/:\n\n{page}"), &[&format!("2..3 {said} -")]);
        check(
            "Error 1016 Ray ID: 9a58bfc54c1300bb \u{2022} 2026-09-28 07:58:39 UTC\nWhat happened?\nYou've requested a page on a website (shop.example) that is x\n",
            &["0..2 530 1016 9a58bfc54c1300bb 2026-09-28T07:58:39Z shop.example"],
        );
        check(
            "Error code: 1020\nRay ID: 9a58bfc54c1300bb\nTimestamp: 2026-09-28 07:58:39 UTC\n",
            &["0..2 403 1020 9a58bfc54c1300bb 2026-09-28T07:58:39Z -"],
        );
    }

    /// Breaks when pages of HTML are taken as one, text around them belongs to them, or a custom page's Ray ID is lost.
    #[test]
    fn pages_of_html_are_told_apart() {
        let page = |code: u16, ray: &str| {
            format!(
                "<!DOCTYPE html>\n<html>\n<title>shop.example | {code}: x</title>\n<div id=\"cf-error-details\">\n<span>Error code {code}</span>\n<div>2026-09-28 07:58:39 UTC</div>\n<span>Ray ID: <strong>{ray}</strong></span>\n</html>\n"
            )
        };
        let text = format!("Hello\n{}and\n{}bye\n", page(520, "9a58bfc54c1300bb"), page(522, "9a58bfc54c1300bc"));
        check(
            &text,
            &[
                "1..9 520 520 9a58bfc54c1300bb 2026-09-28T07:58:39Z shop.example",
                "10..18 522 522 9a58bfc54c1300bc 2026-09-28T07:58:39Z shop.example",
            ],
        );
        check(
            "<!doctype html><h1>We are back soon</h1><p>Ray ID: <code>9a58bfc54c1300bb</code></p></html>",
            &["0..1 - - 9a58bfc54c1300bb - -"],
        );
        check("<html><title>502 Bad Gateway</title><center>cloudflare</center></html>", &["0..1 502 502 - - -"]);
        check("a < b", &[]);
    }

    /// Breaks when the text of a page is not found between other texts, or words of a mail are taken for one.
    #[test]
    fn pages_on_the_screen_are_found() {
        let foot = "Cloudflare Ray ID: 9a58bfc54c1300bb • Your IP: Click to reveal • Performance & security by Cloudflare";
        let new = format!(
            "We see this:\n\nWeb server is returning an unknown error\nError code 520\nVisit cloudflare.com for more information.\n2026-09-28 07:58:39 UTC\nYou\nBrowser\nWorking\nDallas\nCloudflare\nWorking\nshop.example\nHost\nError\nWhat happened?\nThere is an unknown connection issue.\n{foot}\nRegards\n"
        );
        check(&new, &["2..18 520 520 9a58bfc54c1300bb 2026-09-28T07:58:39Z shop.example"]);
        let old = format!("Error 521 Ray ID: 50b5670b6e19abac • 2019-08-24 12:41:48 UTC\nWeb server is down\nWhat happened?\n{foot}");
        check(&old, &["0..4 521 521 50b5670b6e19abac 2019-08-24T12:41:48Z -"]);
        check("Web server is down\nError code 521\n", &["0..2 521 521 - - -"]);
        let blocked = format!("Sorry, you have been blocked\nYou are unable to access shop.example\nWhy have I been blocked?\n{foot}\n");
        check(&blocked, &["3..4 - - 9a58bfc54c1300bb - shop.example"]);
        check(&format!("Our shop.example is down:\n{foot}\n"), &["1..2 - - 9a58bfc54c1300bb - -"]);
        check("Error 520\nwe have seen it for days\n", &[]);
        check("Error 5200", &[]);
        check("Error code 520 keeps coming back.\nIt was at 10:00 UTC\nHost\nWhat happened?\n", &[]);
        check("Error code 521 means that\nError code 522 Connection timed out\nWhat happened? See UTC times.\n", &[]);
        check(
            "Bad gateway Error code 502 Visit cloudflare.com for more information.\n2026-09-28 07:58:39 UTC\n",
            &["0..2 502 502 - 2026-09-28T07:58:39Z -"],
        );
    }

    proptest::proptest! {
        /// Breaks on a panic, or when an extract has no lines.
        #[test]
        fn takes_any_text(text in "(Error code 52|Error 10|0|20|\n|Ray ID: |9a58bfc54c1300bb|cloudflare_error|\\{|\\}|---|<!doctype|</html>|<title>|cf-error-details|cf_ob_info=|UTC|é|error code: |Performance & security by|Host| ){0,30}") {
            let lines = Lines::new(&text);
            for extract in recognise(&lines).map_or(Vec::new(), |recognition| recognition.extracts) {
                proptest::prop_assert!(!extract.lines.is_empty() && extract.lines.end <= lines.count());
            }
        }
    }
}
