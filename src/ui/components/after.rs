//! Since the fix: what became of the failing requests in a later capture.

use fivetwenty_model::Side;
use fivetwenty_model::protocol::Overview;
use fivetwenty_model::report::FollowedRow;
use yew::prelude::*;

use super::rays::time;
use super::side::{self, machine, prose, quiet};
use crate::format;

/// How many requests of a list are shown at once.
const SHOWN: usize = 10;

/// That a third file may come, and what for.
pub(crate) fn offer_after() -> Html {
    html! {
        <p class="quiet offer" id="offer-after">
            { side::mark(Side::After) }
            { "Changed something? Record the page through Cloudflare again and drop that file too: the page says what is gone, and since when." }
        </p>
    }
}

/// What is gone, what still fails, what fails only now, and what was not asked for again.
pub(crate) fn after(overview: &Overview) -> Html {
    let Some(after) = &overview.report.after else { return Html::default() };
    let lists = [
        ("gone", "Gone", &after.gone),
        ("still", "Still failing", &after.still),
        ("new", "Failing only now", &after.new),
        ("not-asked", "Failed, and not asked for again", &after.not_asked),
    ];
    let lists = lists.into_iter().filter(|(_, _, rows)| !rows.is_empty());
    html! {
        <section class="after" id="after" aria-labelledby="after-title">
            <h2 id="after-title">{ side::mark(Side::After) }{ "Since the fix" }</h2>
            <p class="summary">{ prose(&after.summary) }</p>
            if let (Some(last), Some(first)) = (&after.last_failure, &after.first_good) {
                <p>{ "Last failure " }{ time(last) }{ " UTC; first good answer " }{ time(first) }{ " UTC." }</p>
            }
            { for lists.map(|(id, title, rows)| list(id, title, rows)) }
            if !after.not_asked.is_empty() {
                { quiet("What was not asked for again may still fail: load these pages too, and drop the new recording.") }
            }
            if !after.gone.is_empty() && after.still.is_empty() && after.new.is_empty() {
                { quiet("To be sure, ask several times, in a private window and a full one, and look at the 5xx share in Cloudflare's analytics an hour later.") }
            }
        </section>
    }
}

fn list(id: &'static str, title: &'static str, rows: &[FollowedRow<String>]) -> Html {
    let (shown, rest) = rows.split_at(rows.len().min(SHOWN));
    html! {
        <div class="resolution" data-resolution={id}>
            <h3>{ title }{ " (" }{ rows.len() }{ ")" }</h3>
            { table(title, shown) }
            if !rest.is_empty() {
                <details>
                    <summary>{ format::number(rest.len() as u64) }{ " more" }</summary>
                    { table(title, rest) }
                </details>
            }
        </div>
    }
}

fn table(title: &'static str, rows: &[FollowedRow<String>]) -> Html {
    let tries = |[failed, asked]: [u32; 2]| match asked {
        0 => html! { <td class="number quiet">{ "not asked" }</td> },
        _ => html! { <td class={classes!("number", (failed > 0).then_some("failure"))}>{ failed }{ " of " }{ asked }</td> },
    };
    html! {
        <div class="scroll-x" tabindex="0" role="region" aria-label={title}>
            <table class="plain">
                <thead><tr>
                    <th scope="col">{ "Request" }</th><th scope="col" class="number">{ "Failed before" }</th><th scope="col" class="number">{ "Failed after" }</th>
                </tr></thead>
                <tbody>
                    { for rows.iter().map(|row| html! {
                        <tr><th scope="row">{ machine(&row.method) }{ " " }{ machine(&row.url) }</th>{ tries(row.before) }{ tries(row.after) }</tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}
