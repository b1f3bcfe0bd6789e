//! The texts that were given: what each was taken for, and what was taken from it.

use fivetwenty_model::TextKind;
use fivetwenty_model::protocol::Overview;
use fivetwenty_model::report::InputView;
use fivetwenty_redact::visible;
use yew::prelude::*;

use super::rays::rays_in;
use super::side::{machine, quiet};
use crate::format;
use crate::web::WorkerClient;

/// Each text with what it says; nothing when there is none.
pub(crate) fn inputs(overview: &Overview, client: &WorkerClient) -> Html {
    let inputs = &overview.report.inputs;
    if inputs.is_empty() {
        return Html::default();
    }
    // Evidence names an extract by its number among those of all texts.
    let mut first = 0;
    let texts = inputs.iter().map(|row| {
        let number = first;
        first += row.total;
        input(row, number, &|says| rays_in(says, &overview.report, client))
    });
    html! {
        <section class="inputs" aria-labelledby="inputs-title">
            <h2 id="inputs-title">{ "What the texts say" }</h2>
            { for texts }
        </section>
    }
}

/// A text. `rays` shows the Ray IDs of a line.
fn input(row: &InputView<String>, first: u32, rays: &dyn Fn(&str) -> Html) -> Html {
    let understood = format!("{} of {} understood", row.understood, format::counted(row.lines, "line", "lines"));
    html! {
        <div class="input" data-kind={row.kind.label()}>
            <h3>{ machine(&row.name) }{ ": " }{ row.kind.label() }</h3>
            if row.kind == TextKind::Unknown {
                { quiet("Nothing in it was recognised, and nothing is concluded from it.") }
            } else {
                <ul class="finds">{ for row.extracts.iter().zip(first..).map(|((line, says), number)| extract(*line, says, number, rays(says))) }</ul>
                <p class="quiet">{ understood }</p>
            }
            if let Some(passed_over) = &row.passed_over {
                <p class="quiet">{ passed_over }</p>
            }
            if row.extracts.len() < row.total as usize {
                <p class="quiet">{ "And " }{ format::number(u64::from(row.total) - row.extracts.len() as u64) }{ " more, which count as well." }</p>
            }
        </div>
    }
}

fn extract(line: u32, says: &str, number: u32, rays: Html) -> Html {
    html! { <li id={format!("find-{number}")}><span class="quiet">{ "line " }{ line }{ ": " }</span>{ visible(says).into_owned() }{ rays }</li> }
}
