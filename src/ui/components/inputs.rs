//! The texts that were given: what each was taken for, and what was taken from it.

use yew::prelude::*;

use super::rays::rays_in;
use super::side::{machine, quiet};
use crate::bundle::report::{FindRow, InputRow};
use crate::diagnose::Source;
use crate::paste::Kind;
use crate::protocol::Overview;
use crate::web::crew::Crew;
use crate::words;

/// Each text with what it says; nothing when there is none.
pub(crate) fn inputs(overview: &Overview, crew: &Crew) -> Html {
    let inputs = &overview.report.inputs;
    if inputs.is_empty() {
        return Html::default();
    }
    // Evidence names a find by its number among those of all texts.
    let mut first = 0;
    let texts = inputs.iter().map(|row| {
        let number = first;
        first += row.finds_total;
        input(row, number, &|says| rays_in(says, &overview.report, crew))
    });
    html! {
        <section class="inputs" aria-labelledby="inputs-title">
            <h2 id="inputs-title">{ "What the texts say" }</h2>
            { for texts }
        </section>
    }
}

/// A text. `rays` shows the Ray IDs of a line.
fn input(row: &InputRow<String>, first: u32, rays: &dyn Fn(&str) -> Html) -> Html {
    let understood = format!("{} of {} understood", row.understood, words::counted(row.lines, "line", "lines"));
    html! {
        <div class="input" data-kind={row.kind.words()}>
            <h3>{ machine(&row.name) }{ ": " }{ row.kind.words() }</h3>
            if row.kind == Kind::Unknown {
                { quiet("Nothing in it was recognised, and nothing is concluded from it.") }
            } else {
                <ul class="finds">{ for row.finds.iter().zip(first..).map(|(row, number)| find(row, number, rays(&row.says))) }</ul>
                <p class="quiet">{ understood }</p>
            }
            if row.finds.len() < row.finds_total as usize {
                <p class="quiet">{ "And " }{ words::number(u64::from(row.finds_total) - row.finds.len() as u64) }{ " more, which count as well." }</p>
            }
        </div>
    }
}

fn find(row: &FindRow<String>, number: u32, rays: Html) -> Html {
    html! { <li id={format!("find-{number}")}><span class="quiet">{ "line " }{ row.line }{ ": " }</span>{ words::visible(&row.says).into_owned() }{ rays }</li> }
}

/// What evidence from a text leads to: the line that says what was taken from it.
pub(super) fn find_link(source: Source, number: u32) -> Html {
    html! { <a href={format!("#find-{number}")}>{ source.words() }</a> }
}
