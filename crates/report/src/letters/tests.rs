//! What the texts say, and that no value of a file acts in them.

use std::rc::Rc;

use expect_test::expect_file;
use proptest::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::letters;
use crate::short::TITLE;
use crate::writing::{Block, Line, as_it_is, to_markdown};
use crate::{hostile, to_markdown as report_as_markdown};
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::Capture;
use fivetwenty_diagnose::{Case, Inputs};
use fivetwenty_model::letter::{Field, Gap, Letter, Letters, fill};
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

fn plain(letter: &Letter) -> String {
    fill(&letter.plain, |_| None)
}

fn markdown(letter: &Letter) -> String {
    fill(&letter.markdown, |_| None)
}

const PROXIED: &str = include_str!("../../../../tests/data/lab/chromium-156/empty-reply/proxied.har");
const DIRECT: &str = include_str!("../../../../tests/data/lab/chromium-156/empty-reply/direct.har");

/// Breaks when a text of the sample pair changes in any byte: read the difference before it is accepted.
#[test]
fn the_samples_texts_are_as_they_were() {
    let letters = of(Some(PROXIED), Some(DIRECT), 60);
    let [support, hosting, community, owner] = all(&letters).map(Letter::to_text);
    expect_file!["../../../../tests/data/reports/empty-reply.support.txt"].assert_eq(&support);
    expect_file!["../../../../tests/data/reports/empty-reply.hosting.txt"].assert_eq(&hosting);
    expect_file!["../../../../tests/data/reports/empty-reply.community.txt"].assert_eq(&community);
    expect_file!["../../../../tests/data/reports/empty-reply.owner.txt"].assert_eq(&owner);
    expect_file!["../../../../tests/data/reports/empty-reply.support.md"].assert_eq(&markdown(&letters.support));
    expect_file!["../../../../tests/data/reports/empty-reply.hosting.md"].assert_eq(&markdown(&letters.hosting));
    expect_file!["../../../../tests/data/reports/empty-reply.community.md"].assert_eq(&markdown(&letters.community));
    expect_file!["../../../../tests/data/reports/empty-reply.owner.md"].assert_eq(&markdown(&letters.owner));
}

/// Breaks when a text without a capture, or with only one side of it, claims what nobody saw, or leaves a gap that it does not name.
#[test]
fn what_is_missing_is_said() {
    let owner = plain(&of(None, Some(DIRECT), 0).owner);
    for field in [Field::Url, Field::Time, Field::RayId, Field::Colo] {
        assert!(owner.contains(&format!("[fill in: {}]", field.hint())), "{owner}");
    }
    let alone = of(Some(PROXIED), None, 0);
    let support = plain(&alone.support);
    assert!(support.contains("direct to the origin: [fill in: the response of the origin"), "{support}");
    assert!(support.contains("Missing: a HAR file captured direct to the origin"), "{support}");
    for letters in [of(None, Some(DIRECT), 0), alone, of(Some(PROXIED), Some(DIRECT), 0)] {
        for letter in all(&letters) {
            assert!(plain(letter).to_lowercase().contains("what changed"), "{}", plain(letter));
        }
        assert_eq!(plain(&letters.owner).lines().count(), 2);
    }
}

/// Breaks when what a person fills in once is missing in one of the texts or in one of their forms, a value gets into another parameter, or
/// a command and the URL differ.
#[test]
fn a_gap_is_filled_everywhere() {
    let letters = of(Some(PROXIED), Some(DIRECT), 0);
    let names: Vec<&str> = letters.values.iter().map(|value| &*value.name).collect();
    assert_eq!((names, letters.values[0].mask.as_str()), (vec!["page", "session"], "[1 byte]"));
    let filled = |gap| match gap {
        Gap::Field(Field::Tried) => Some("Restarted PHP-FPM: no change".to_owned()),
        Gap::Value(0) => Some("2".to_owned()),
        _ => None,
    };
    for letter in [&letters.support, &letters.hosting, &letters.community] {
        for text in [&letter.plain, &letter.markdown] {
            let text = fill(text, filled);
            assert!(text.contains("Restarted PHP-FPM: no change"), "{text}");
        }
    }
    for text in [&letters.support.plain, &letters.support.markdown] {
        let text = fill(text, filled);
        assert!(text.contains("/api/orders?page=2&session=[16 bytes]"), "{text}");
        assert!(text.contains("'http://shop.example/api/orders?page=2&session=VALUE' --connect-to"), "{text}");
    }
}

/// Breaks when a text names causes by their internal ids, or excludes one without direct evidence.
#[test]
fn texts_have_titles_and_strong_exclusions() {
    let letters = of(Some(PROXIED), Some(DIRECT), 0);
    for letter in all(&letters) {
        for id in ["origin-overload", "request-headers-too-large", "worker-or-transform", "cloudflare-incident"] {
            assert!(!plain(letter).contains(id), "{id}");
        }
    }
    assert!(plain(&letters.support).contains("Ruled out by direct requests: "));
    let alone = of(Some(PROXIED), None, 0);
    assert!(all(&alone).iter().all(|letter| !plain(letter).contains("Ruled out")));
}

/// Breaks when a sample is taken for somebody's site in any form of the report or any text, or another case for a sample.
#[test]
fn a_sample_says_that_it_is_one() {
    for is_sample in [true, false] {
        let read = |text: &str| Some(Rc::new(Capture::read("x.har", [text.as_bytes()]).unwrap()));
        let captures = [read(PROXIED), read(DIRECT), None];
        let now = "2026-12-01T00:00:00Z".parse().unwrap();
        let diagnosis = Case::new(Inputs { captures, is_sample, now, ..Inputs::default() }).diagnose();
        let report = crate::report(&diagnosis);
        let letters = letters(&diagnosis, &report);
        let forms = [crate::to_text(&report), crate::to_full(&report), report_as_markdown(&report), crate::to_html(&report)];
        let texts = all(&letters).into_iter().flat_map(|letter| [plain(letter), markdown(letter)]);
        for text in forms.into_iter().chain(texts) {
            let said = text.contains("Sample: captures of a test server, not your site");
            assert_eq!(said, is_sample, "{text}");
        }
        assert!(crate::to_json(&report).contains(&format!("\"sample\": {is_sample}")));
    }
}

/// Breaks when a public text names the origin: by its address, or by the host that only the direct capture asked.
#[test]
fn the_origin_stays_hidden() {
    let direct = DIRECT.replace("127.0.0.1", "203.0.113.34").replace("http://shop.example", "http://origin-7.shop.example:8443");
    let letters = of(Some(PROXIED), Some(&direct), 0);
    assert!(plain(&letters.support).contains("Origin IP address: 203.0.113.34"), "{}", plain(&letters.support));
    for letter in [&letters.community, &letters.owner] {
        for text in [letter.subject.clone(), plain(letter), markdown(letter)] {
            assert!(!text.contains("203.0.113.34") && !text.contains("origin-7"), "{text}");
        }
    }
    // Where a proxied capture names it, as captures of an address do.
    let proxied = PROXIED.replace("shop.example", "203.0.113.34");
    let letters = of(Some(&proxied), Some(&direct), 0);
    assert!(!markdown(&letters.community).contains("203.0.113.34"), "{}", markdown(&letters.community));
    assert!(!plain(&letters.owner).contains("203.0.113.34"), "{}", plain(&letters.owner));
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

const HEADINGS: [&str; 24] = [
    "Description",
    "What we need from Cloudflare",
    "Time (UTC)",
    "Zone",
    "Frequency",
    "Steps to reproduce",
    "Expected and actual result",
    "Exact error",
    "Impact",
    "What changed",
    "What was tried",
    "Attached",
    "When, and which requests",
    "What the origin did",
    "What to check",
    "What to search in the logs",
    "Questions",
    "What we know",
    "What I found",
    "My question",
    "Setup",
    TITLE,
    "Evidence",
    "What to do first",
];

fn check(first: &str, second: &str) {
    let (diagnosis, report) = hostile::report(first, second);
    let letters = letters(&diagnosis, &report);
    for letter in all(&letters) {
        check_inert(&markdown(letter), &HEADINGS);
        assert!(!letter.subject.chars().any(redact::is_invisible_or_bidi), "{}", letter.subject);
        let plain = plain(letter);
        assert!(!plain.chars().any(|letter| letter != '\n' && redact::is_invisible_or_bidi(letter)), "{plain}");
        // Spreadsheets take these for a formula.
        assert!(!plain.lines().any(|line| line.starts_with(['=', '+', '@', '\t'])), "{plain}");
    }
    for letter in [&letters.community, &letters.owner] {
        assert!(!plain(letter).contains('@'), "{}", plain(letter));
    }
    for step in &letters.steps {
        check_inert(&step.markdown, &[]);
    }
    check_inert(
        &report_as_markdown(&report),
        &[&HEADINGS[..], &["These causes fit", "Other causes", "Checks of the captures", "Ray IDs of failing requests"]].concat(),
    );
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
            let line = || Line::default().say(text.clone()).words(" x ").value(text.clone()).url(text.clone());
            let blocks = [Block::Paragraph(line()), Block::List(vec![line(), line()]), Block::Steps(vec![line()]), Block::Commands(vec![text.clone()], Some(text.clone()))];
            check_inert(&fill(&to_markdown(&blocks, as_it_is, &[]), |_| None), &[]);
        }
    }
}
