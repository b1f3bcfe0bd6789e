//! One thing left: the cheapest thing to bring that decides, and a place to paste it.

use fivetwenty_model::protocol::Overview;
use fivetwenty_model::report::FindingRow;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::labels;
use crate::state::{Action, State};
use crate::ui::hooks::Page;
use crate::ui::parts::copy::command;
use crate::ui::parts::help::Help;
use crate::ui::parts::side::prose;
use crate::web::files;

/// The command with a field for its output; nothing when there is no command to run.
pub(crate) fn left(overview: &Overview, leading: &[&FindingRow<String>], state: &State, page: &Page) -> Html {
    let verdict = &overview.report.verdict;
    let test = leading.first().and_then(|finding| finding.tests.first());
    let (commands, decides) = match test {
        Some(test) if verdict.commands.is_empty() => (&test.commands, &*test.decides),
        _ => (&verdict.commands, &*verdict.first_step),
    };
    if commands.is_empty() && decides.is_empty() {
        return Html::default();
    }
    let help = Help::new(state, &page.client);
    let record = if overview.proxied.is_some() { "direct" } else { "proxied" };
    html! {
        <div class="left" id="left">
            <h2>{ labels::ONE_THING_LEFT }</h2>
            <div class="two">
                <div class="stack">
                    if !commands.is_empty() {
                        <p>{ labels::RUN_THIS }</p>
                        { for commands.iter().map(|text| command(text.clone(), "")) }
                    }
                    <p class="decides">{ prose(decides) }</p>
                    { origin_field(commands, state, &page.dispatch) }
                </div>
                <div class="stack">
                    <label for="answer">{ labels::PASTE_OUTPUT }</label>
                    { answer(page) }
                </div>
            </div>
            <details ontoggle={help.load()}>
                <summary>{ labels::RECORD_INSTEAD }</summary>
                { help.part(record) }
            </details>
        </div>
    }
}

/// A field that reads what is pasted into it, at once.
fn answer(page: &Page) -> Html {
    let take = page.take.clone();
    let oninput = move |event: InputEvent| {
        let field: HtmlTextAreaElement = event.target_unchecked_into();
        if event.input_type() == "insertFromPaste"
            && let Some(pasted) = files::pasted(&field.value())
        {
            field.set_value("");
            take.emit(vec![pasted]);
        }
    };
    html! { <textarea id="answer" rows="4" spellcheck="false" autocomplete="off" {oninput} /> }
}

/// Where the origin's address is typed, once for all commands, when one of these needs it.
pub(crate) fn origin_field(commands: &[String], state: &State, dispatch: &Callback<Action>) -> Html {
    if !commands.iter().any(|command| command.contains("ORIGIN_IP")) {
        return Html::default();
    }
    let dispatch = dispatch.clone();
    let oninput = move |event: InputEvent| dispatch.emit(Action::Origin(event.target_unchecked_into::<HtmlInputElement>().value()));
    html! {
        <label class="origin-field">
            <span>{ labels::ORIGIN_IP_FIELD }</span>
            <input type="text" id="origin-ip" autocomplete="off" spellcheck="false" placeholder={state.asked_for().plain_origin().unwrap_or("203.0.113.10").to_owned()} value={state.terminal.origin.clone()} {oninput} />
        </label>
    }
}
