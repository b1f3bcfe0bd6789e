//! The text of a rule's page as HTML.

use fivetwenty_diagnose::{Facts, Page, advice, cause};
use fivetwenty_redact::Redacted;
use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

/// Title and address of a source.
pub(crate) type Source = (&'static str, &'static str);

/// The text of one page, with the sources that it has named so far.
pub(crate) struct Writer<'a> {
    facts: &'a Facts<'a>,
    page: Page,
    sources: Vec<Source>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(facts: &'a Facts<'a>, page: Page) -> Self {
        Self { facts, page, sources: Vec::new() }
    }

    /// The sources in the order of their numbers.
    pub(crate) fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Paragraphs, lists and tables.
    pub(crate) fn blocks(&mut self, text: &'static str) -> Markup {
        self.write(text, |_| true)
    }

    /// Words within a paragraph or an item.
    pub(crate) fn words(&mut self, text: &'static str) -> Markup {
        self.write(text, |event| !matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph)))
    }

    /// The numbers of sources.
    pub(crate) fn marks(&mut self, sources: &[Source]) -> Markup {
        html! { @for source in sources { (self.mark(*source)) } }
    }

    /// A command, with words in place of what only a case knows.
    pub(crate) fn command(&self, command: &'static str) -> Redacted<String> {
        advice::fill(self.facts, command)
    }

    fn write(&mut self, text: &'static str, keep: impl Fn(&Event<'_>) -> bool) -> Markup {
        let text = advice::for_every_site(self.facts, text);
        let options = Options::ENABLE_TABLES | Options::ENABLE_OLD_FOOTNOTES;
        let mut events = Vec::new();
        for event in Parser::new_ext(&text, options).filter(keep) {
            match event {
                Event::FootnoteReference(mark) => {
                    let mark = self.page.source(&mark).map(|source| self.mark(source));
                    events.extend(mark.map(|mark| Event::InlineHtml(mark.into_string().into())));
                }
                Event::Text(text) => linked(&text, &mut events),
                event => events.push(event),
            }
        }
        let mut markup = String::new();
        pulldown_cmark::html::push_html(&mut markup, events.into_iter());
        PreEscaped(markup)
    }

    /// The number of a source, which leads to it.
    fn mark(&mut self, source: Source) -> Markup {
        let place = self.sources.iter().position(|(_, address)| *address == source.1).unwrap_or_else(|| {
            self.sources.push(source);
            self.sources.len() - 1
        });
        html! { sup { a href={ "#source-" (place + 1) } aria-label={ "Source " (place + 1) } { (place + 1) } } }
    }
}

/// Text in which the id of a cause leads to its page.
fn linked(text: &str, events: &mut Vec<Event<'_>>) {
    let is_of_id = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    let mut rest = text;
    let mut plain = String::new();
    while !rest.is_empty() {
        let word = rest.len() - rest.trim_start_matches(is_of_id).len();
        let (id, after) = rest.split_at(word);
        if cause(id).is_some() {
            events.push(Event::Text(std::mem::take(&mut plain).into()));
            let (dest_url, none) = (CowStr::from(format!("{id}.html")), CowStr::Borrowed(""));
            events.push(Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url, title: none.clone(), id: none }));
            events.push(Event::Text(id.to_owned().into()));
            events.push(Event::End(TagEnd::Link));
        } else {
            plain.push_str(id);
        }
        let between = after.find(is_of_id).unwrap_or(after.len());
        plain.push_str(&after[..between]);
        rest = &after[between..];
    }
    events.push(Event::Text(plain.into()));
}
