//! What the texts say, and that no value of a file acts in them.

use std::rc::Rc;

use expect_test::expect_file;
use proptest::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::{Letter, Letters, letters};
use crate::short::TITLE;
use crate::writing::{Block, Line, as_it_is, to_markdown};
use crate::{hostile, to_markdown as report_as_markdown};
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::Capture;
use fivetwenty_diagnose::{Case, Inputs};
use fivetwenty_redact as redact;

fn of(proxied: Option<&str>, direct: Option<&str>, minutes: i32) -> Letters {
    let read = |name: &str, text: Option<&str>| text.map(|text| Rc::new(Capture::read(name, [text.as_bytes()]).unwrap()));
    let captures = [read("proxied.har", proxied), read("direct.har", direct), None];
    let (offset, now) = (UtcOffset::from_minutes(minutes).unwrap(), "2026-12-01T00:00:00Z".parse().unwrap());
    let diagnosis = Case::new(Inputs { captures, offset, now, ..Inputs::default() }).diagnose();
    letters(&diagnosis, &crate::report(&diagnosis))
}

fn all(letters: &Letters) -> [&Letter; 4] {
    [&letters.support, &letters.hosting, &letters.community, &letters.owner]
}

const PROXIED: &str = include_str!("../../../../tests/data/lab/chromium-156/empty-reply/proxied.har");
const DIRECT: &str = include_str!("../../../../tests/data/lab/chromium-156/empty-reply/direct.har");

/// Breaks when a text of the sample pair changes in any byte: read the difference before it is accepted.
#[test]
fn the_samples_texts_are_as_they_were() {
    let letters = of(Some(PROXIED), Some(DIRECT), 60);
    let [support, hosting, community, owner] = all(&letters).map(|letter| format!("Subject: {}\n\n{}", letter.subject, letter.plain));
    expect_file!["../../../../tests/data/reports/empty-reply.support.txt"].assert_eq(&support);
    expect_file!["../../../../tests/data/reports/empty-reply.hosting.txt"].assert_eq(&hosting);
    expect_file!["../../../../tests/data/reports/empty-reply.community.txt"].assert_eq(&community);
    expect_file!["../../../../tests/data/reports/empty-reply.owner.txt"].assert_eq(&owner);
    expect_file!["../../../../tests/data/reports/empty-reply.support.md"].assert_eq(&letters.support.markdown);
    expect_file!["../../../../tests/data/reports/empty-reply.hosting.md"].assert_eq(&letters.hosting.markdown);
    expect_file!["../../../../tests/data/reports/empty-reply.community.md"].assert_eq(&letters.community.markdown);
    expect_file!["../../../../tests/data/reports/empty-reply.owner.md"].assert_eq(&letters.owner.markdown);
}

/// Breaks when a text without a capture, or with only one side of it, claims what nobody saw, or leaves a gap that it does not name.
#[test]
fn what_is_missing_is_said() {
    let owner = &of(None, Some(DIRECT), 0).owner.plain;
    for gap in ["[fill in: the address]", "[fill in: date and time, with the zone]", "[fill in: the Ray ID at the foot of the error page]"]
    {
        assert!(owner.contains(gap), "{owner}");
    }
    let alone = of(Some(PROXIED), None, 0);
    assert!(alone.support.plain.contains("Direct: [fill in: what the origin answers"), "{}", alone.support.plain);
    assert!(alone.support.plain.contains("[fill in: a HAR file recorded direct to the origin]"));
    for letters in [of(None, Some(DIRECT), 0), alone, of(Some(PROXIED), Some(DIRECT), 0)] {
        for letter in all(&letters) {
            assert!(letter.plain.contains("hat changed just before"), "{}", letter.plain);
        }
        assert_eq!(letters.owner.plain.lines().count(), 2);
    }
}

/// Breaks when a public text names the origin: by its address, or by the host that only the direct capture asked.
#[test]
fn the_origin_stays_hidden() {
    let direct = DIRECT.replace("127.0.0.1", "203.0.113.34").replace("http://shop.example", "http://origin-7.shop.example:8443");
    let letters = of(Some(PROXIED), Some(&direct), 0);
    assert!(letters.support.plain.contains("Origin address asked: 203.0.113.34"), "{}", letters.support.plain);
    for letter in [&letters.community, &letters.owner] {
        for text in [&letter.subject, &letter.plain, &letter.markdown] {
            assert!(!text.contains("203.0.113.34") && !text.contains("origin-7"), "{text}");
        }
    }
    // Where a proxied capture names it, as captures of an address do.
    let proxied = PROXIED.replace("shop.example", "203.0.113.34");
    let letters = of(Some(&proxied), Some(&direct), 0);
    assert!(!letters.community.markdown.contains("203.0.113.34"), "{}", letters.community.markdown);
    assert!(!letters.owner.plain.contains("203.0.113.34"), "{}", letters.owner.plain);
}

/// Reads Markdown with all dialects switched on: nothing in it may be more than words, code, lists, links to the sources
/// of rules, and headings of the program's own.
#[track_caller]
fn check_inert(markdown: &str, headings: &[&str]) {
    let mut is_code = false;
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(markdown, Options::all()) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                assert!(matches!(&kind, CodeBlockKind::Fenced(info) if &**info == "sh"), "{kind:?} in {markdown}");
                is_code = true;
            }
            Event::End(TagEnd::CodeBlock) => is_code = false,
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let heading = heading.take().unwrap();
                assert!(headings.contains(&heading.as_str()), "{heading} in {markdown}");
            }
            Event::Start(Tag::Paragraph | Tag::List(_) | Tag::Item | Tag::Strong) | Event::End(_) | Event::Code(_) => {}
            Event::Start(Tag::Link { dest_url, .. }) => assert!(hostile::is_source(&dest_url), "{dest_url} in {markdown}"),
            // Two spaces at a line's end cannot be: every value is within a line.
            Event::SoftBreak => panic!("a line end in {markdown}"),
            Event::Text(text) if is_code => drop(text),
            Event::Text(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
                let acts = text.chars().find(|letter| "@<>*_~|#$`\\&=".contains(*letter));
                assert!(acts.is_none() && !text.contains("://") && !text.contains("www."), "{acts:?} of {text} in {markdown}");
            }
            other => panic!("{other:?} in {markdown}"),
        }
    }
    assert!(!markdown.chars().any(|letter| letter != '\n' && redact::is_invisible_or_bidi(letter)), "{markdown}");
}

const HEADINGS: [&str; 22] = [
    "Description",
    "Time (UTC)",
    "Zone",
    "Frequency",
    "Steps to reproduce",
    "Expected and actual result",
    "Exact error",
    "Impact",
    "What changed just before?",
    "Tried, and ruled out",
    "Attached",
    "When, and which requests",
    "What the origin did",
    "What to look for",
    "What to read in the logs, on the server",
    "Please answer",
    "What I found",
    "What I want to know",
    TITLE,
    "Evidence",
    "What to do first",
    "Ray IDs of failing requests",
];

fn check(first: &str, second: &str) {
    let (diagnosis, report) = hostile::report(first, second);
    let letters = letters(&diagnosis, &report);
    for letter in all(&letters) {
        check_inert(&letter.markdown, &HEADINGS);
        assert!(!letter.subject.chars().any(redact::is_invisible_or_bidi), "{}", letter.subject);
        assert!(!letter.plain.chars().any(|letter| letter != '\n' && redact::is_invisible_or_bidi(letter)), "{}", letter.plain);
        // Spreadsheets take these for a formula.
        assert!(!letter.plain.lines().any(|line| line.starts_with(['=', '+', '@', '\t'])), "{}", letter.plain);
    }
    for letter in [&letters.community, &letters.owner] {
        assert!(!letter.plain.contains('@'), "{}", letter.plain);
    }
    check_inert(&report_as_markdown(&report), &[&HEADINGS[..], &["These causes fit", "Other causes", "Checks of the captures"]].concat());
}

/// Breaks when one value of a file becomes a link, an image, HTML, a heading, a list, emphasis or a mention.
#[test]
fn every_hostile_value_is_inert() {
    for value in hostile::FRAGMENTS {
        check(value, value);
    }
}

proptest! {
    /// Breaks when hostile values together become what each of them alone does not.
    #[test]
    fn hostile_values_together_are_inert(first in hostile::text(), second in hostile::text()) {
        check(&first, &second);
    }

    /// Breaks when any text in a sentence, or as a value, becomes more than words and code.
    #[test]
    fn any_sentence_is_inert(text in r"[ -~äß漢]{0,60}", hostile in hostile::text()) {
        for text in [text.clone(), hostile.clone(), format!("{text} {hostile}"), format!("{hostile}{text}")] {
            let text = redact::problem(&text);
            let line = || Line::default().say(text.clone()).words(" x ").value(text.clone());
            let blocks = [Block::Paragraph(line()), Block::List(vec![line(), line()]), Block::Steps(vec![line()]), Block::Commands(vec![text.clone()])];
            check_inert(&to_markdown(&blocks, as_it_is, &[]), &[]);
        }
    }
}
