//! Guides and commands: a page of `static/help.md`, filled in with what is known.

use fivetwenty_redact::commands::{Asked, Block, Language, Shell, Text, fill};
use web_sys::HtmlDetailsElement;
use yew::prelude::*;

use super::button::{button, failed};
use super::copy::{code, command, message};
use super::side::prose;
use crate::labels;
use crate::state::{Loadable, Shared, State};
use crate::web::WorkerClient;

/// What guides and commands are shown from.
pub(crate) struct Help<'a> {
    page: &'a Loadable<Shared<String>>,
    /// What they are filled in with.
    pub(crate) asked: Asked,
    /// The system of the person's terminal.
    pub(crate) shell: Shell,
    client: &'a WorkerClient,
}

impl<'a> Help<'a> {
    /// As the state has it.
    pub(crate) fn new(state: &'a State, client: &'a WorkerClient) -> Self {
        Self { page: &state.help, asked: state.asked_for(), shell: state.terminal.shell, client }
    }

    /// Fetches the page once the element around it is opened.
    pub(crate) fn load(&self) -> Callback<Event> {
        let (is_new, client) = (*self.page == Loadable::Idle, self.client.clone());
        Callback::from(move |event: Event| {
            let details: HtmlDetailsElement = event.target_unchecked_into();
            if is_new && details.open() {
                client.help();
            }
        })
    }

    /// A part of it, or how far it is.
    pub(crate) fn part(&self, part: &str) -> Html {
        match self.page {
            Loadable::Idle => Html::default(),
            Loadable::Loading => html! { <p class="quiet" role="status">{ labels::LOADING }</p> },
            Loadable::Failed(error) => {
                let client = self.client.clone();
                let what = [labels::GUIDES_FAILED, error, "."].concat().into();
                failed("no-guides", what, labels::GUIDES_FAILED_NEXT, button("", "", labels::TRY_AGAIN, move |_| client.help()))
            }
            Loadable::Ready(page) => {
                let blocks = Text::part(page, part).blocks();
                // What stands before the first group is always shown.
                let mut groups = blocks.split(|block| matches!(block, Block::Group(_)));
                let titles = blocks.iter().filter_map(|block| if let Block::Group(title) = block { Some(title) } else { None });
                html! {
                    <div class="help">
                        { groups.next().map(|first| self.blocks(first)) }
                        { for titles.zip(groups).map(|(title, blocks)| html! {
                            <details class="group">
                                <summary>{ rich(&self.fill(title)) }</summary>
                                { self.blocks(blocks) }
                            </details>
                        }) }
                    </div>
                }
            }
        }
    }

    fn blocks(&self, blocks: &[Block<'_>]) -> Html {
        let mut step = 0;
        let shown = blocks.iter().enumerate().map(|(at, block)| {
            let next = blocks.get(at + 1..).unwrap_or_default();
            match block {
                Block::Group(_) => Html::default(),
                Block::Entry(id, title) => html! { <h4 data-command={(*id).to_owned()}>{ rich(&self.fill(title)) }</h4> },
                Block::Paragraph(text) => html! { <p>{ rich(&self.fill(text)) }</p> },
                Block::Step(text) => {
                    step += 1;
                    html! { <ol start={step.to_string()}><li>{ rich(&self.fill(text)) }</li></ol> }
                }
                Block::Code(language, text) => self.code(*language, text, next),
            }
        });
        html! { <>{ for shown }</> }
    }

    fn code(&self, language: Language, text: &str, next: &[Block<'_>]) -> Html {
        let filled = fill(text, |name| self.asked.known(name, language.shell()));
        let on_windows = self.shell == Shell::PowerShell;
        let has_form = next
            .iter()
            .take_while(|block| matches!(block, Block::Code(..)))
            .any(|block| matches!(block, Block::Code(Language::PowerShell, _)));
        let lines = |what: &'static str| html! { <>{ for filled.lines().map(|line| code(line.to_owned(), what)) }</> };
        match language {
            Language::File => code(filled, ""),
            Language::Message => message(filled, labels::TO_SEND),
            Language::Server => lines(labels::ON_THE_SERVER),
            Language::PowerShell if on_windows => lines(""),
            Language::PowerShell => Html::default(),
            _ if on_windows && has_form => Html::default(),
            Language::Linux => lines(labels::ON_LINUX),
            Language::MacOs => lines(labels::ON_MACOS),
            Language::Sh => html! { <>{ for filled.lines().map(|line| command(line.to_owned(), "")) }</> },
        }
    }

    fn fill(&self, text: &str) -> String {
        fill(text, |name| self.asked.known(name, Shell::Posix))
    }
}

/// A sentence with menu items between pairs of asterisks, and machine text between backticks.
fn rich(sentence: &str) -> Html {
    let pieces = sentence.split("**").enumerate().map(|(place, piece)| {
        if place % 2 == 1 {
            html! { <b>{ prose(piece) }</b> }
        } else {
            prose(piece)
        }
    });
    html! { <>{ for pieces }</> }
}
