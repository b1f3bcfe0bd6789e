//! What to do, a step at a time.

use fivetwenty_model::letter::{Field, Taken};
use fivetwenty_model::protocol::Overview;
use fivetwenty_model::report::{FindingRow, StepRow, TestRow, first_steps, grouped, servers};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::labels;
use crate::state::{Action, State};
use crate::ui::parts::copy::command;
use crate::ui::parts::finding::{leading, means, test};
use crate::ui::parts::side::prose;
use crate::ui::parts::steps::steps as all_steps;
use crate::ui::shell::origin_field;
use crate::ui::start::choose_button;
use crate::web::has_probe;

/// The steps of what leads: three at first, the rest folded. Of several causes each has its own.
pub(crate) fn fix(overview: &Overview, state: &State, dispatch: &Callback<Action>) -> Html {
    let leading = leading(&overview.report);
    let Some((first, others)) = leading.split_first() else { return nothing() };
    let shown = servers(&grouped(&first.steps).0).to_string();
    let title = match (others.is_empty(), shown.is_empty()) {
        (false, _) => labels::fix_if(&first.title),
        (true, true) => labels::FIX_IT.to_owned(),
        (true, false) => labels::fix_on(&shown),
    };
    let can_compare = overview.proxied.is_some() && overview.after.is_none();
    let tests: Vec<String> = first.tests.first().map(|test| test.commands.clone()).unwrap_or_default();
    html! {
        <>
            <header class="fix-head">
                <h2 tabindex="-1">{ title }</h2>
                { origin_field(&tests, state, dispatch) }
            </header>
            { chosen(first, overview, state, dispatch) }
            if !state.filled.taken.is_empty() { { result(state, dispatch) } }
            <div class="fix-foot">
                <details id="all-steps">
                    <summary>{ labels::more_steps(first.steps.len() as u64) }</summary>
                    { means(first) }
                    { all_steps(&first.steps) }
                    { for first.tests.iter().map(test) }
                </details>
                { for others.iter().map(|finding| html! {
                    <details>
                        <summary>{ labels::fix_if(&finding.title) }</summary>
                        { means(finding) }
                        { all_steps(&finding.steps) }
                        { for finding.tests.iter().map(test) }
                    </details>
                }) }
                // One file has no pages beside it.
                if has_probe() {
                    <a href={["causes/", &first.cause, ".html"].concat()} target="_blank" rel="noopener">{ labels::ABOUT_THIS_CAUSE }</a>
                }
                if can_compare { { choose_button(labels::ADD_AFTER_FIX, "add-after") } }
            </div>
        </>
    }
}

fn nothing() -> Html {
    html! {
        <>
            <h2 tabindex="-1">{ labels::FIX_IT }</h2>
            <p>{ labels::NOTHING_TO_FIX }</p>
        </>
    }
}

/// The first step of each kind, each with a check box; the one that proves the cause has its command.
fn chosen(finding: &FindingRow<String>, overview: &Overview, state: &State, dispatch: &Callback<Action>) -> Html {
    let steps = first_steps(&finding.steps);
    let proves = steps.iter().position(|(_, step)| step.group == fivetwenty_model::Group::Prove).unwrap_or(0);
    // The texts name the steps of the first finding alone.
    let is_named = overview.report.findings.first().is_some_and(|first| first.cause == finding.cause);
    html! {
        <ol class="fix-steps">
            { for steps.iter().enumerate().map(|(place, (number, step))| {
                let taken = overview.letters.steps.get(*number).filter(|_| is_named);
                let test = finding.tests.first().filter(|_| place == proves);
                one(place, step, taken, test, state, dispatch)
            }) }
        </ol>
    }
}

fn one(
    place: usize,
    step: &StepRow<String>,
    taken: Option<&Taken>,
    test: Option<&TestRow<String>>,
    state: &State,
    dispatch: &Callback<Action>,
) -> Html {
    let id = format!("step-{}", place + 1);
    let check = taken.map(|taken| {
        let (dispatch, step) = (dispatch.clone(), taken.clone());
        let onchange = move |_| dispatch.emit(Action::Took(step.clone()));
        html! { <input type="checkbox" id={[&*id, "-done"].concat()} checked={state.filled.taken.contains(taken)} {onchange} aria-labelledby={id.clone()} /> }
    });
    let (title, rest) = labels::first_sentence(&step.text);
    let server = step.server.map(|server| html! { <span>{ server.label() }</span> });
    html! {
        <li class="step">
            <span class="tick">{ check }</span>
            <div class="do">
                <h3 {id}>{ place + 1 }{ ". " }{ prose(title) }</h3>
                if !rest.is_empty() { <p>{ prose(&labels::capital(rest)) }</p> }
                <p class="marks">{ server }<span>{ step.effort.label() }</span><span>{ step.risk.label() }</span><span>{ step.who.label() }</span></p>
            </div>
            if let Some(test) = test {
                <div class="run">
                    { for test.commands.iter().map(|text| command(text.clone(), "")) }
                    <p class="decides">{ prose(labels::first_sentence(&test.decides).0) }{ "." }</p>
                </div>
            }
        </li>
    }
}

/// Where the person says what came of the steps: it stands in the texts and in the report.
fn result(state: &State, dispatch: &Callback<Action>) -> Html {
    let dispatch = dispatch.clone();
    let oninput =
        move |event: InputEvent| dispatch.emit(Action::Filled(Field::Tried, event.target_unchecked_into::<HtmlTextAreaElement>().value()));
    html! {
        <label class="did">
            <span>{ labels::WHAT_CAME_OF_IT }</span>
            <textarea rows="2" id="did" value={state.filled.field(Field::Tried).to_owned()} {oninput} />
        </label>
    }
}
