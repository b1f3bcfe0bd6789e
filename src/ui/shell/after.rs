//! Since the fix: what became of the failing requests in a later capture.

use fivetwenty_model::Side;
use fivetwenty_model::protocol::Overview;
use fivetwenty_model::report::FollowedRow;
use yew::prelude::*;

use crate::ui::parts::ray::time;
use crate::ui::parts::side::{self, machine, prose, quiet};
use crate::{format, labels};

/// How many requests of a list are shown at once.
const SHOWN: usize = 10;

/// That a third file may come, and what for.
pub(crate) fn offer_after() -> Html {
    html! {
        <p class="quiet offer" id="offer-after">
            { side::mark(Side::After) }
            { labels::OFFER_AFTER }
        </p>
    }
}

/// What is gone, what still fails, what fails only now, and what was not asked for again.
pub(crate) fn after(overview: &Overview) -> Html {
    let Some(after) = &overview.report.after else { return Html::default() };
    let lists = [
        ("gone", labels::GONE, &after.gone),
        ("still", labels::STILL_FAILING, &after.still),
        ("new", labels::NEW_FAILURES, &after.new),
        ("not-asked", labels::NOT_REPEATED, &after.not_asked),
    ];
    let lists = lists.into_iter().filter(|(_, _, rows)| !rows.is_empty());
    html! {
        <section class="after" id="after" aria-labelledby="after-title">
            <h2 id="after-title">{ side::mark(Side::After) }{ labels::SINCE_THE_FIX }</h2>
            <p class="summary">{ prose(&after.summary) }</p>
            if let (Some(last), Some(first)) = (&after.last_failure, &after.first_good) {
                <p>{ labels::LAST_FAILURE }{ time(last) }{ labels::FIRST_GOOD_RESPONSE }{ time(first) }{ labels::UTC_END }</p>
            }
            { for lists.map(|(id, title, rows)| list(id, title, rows)) }
            if !after.not_asked.is_empty() {
                { quiet(labels::NOT_REPEATED_NEXT) }
            }
            if !after.gone.is_empty() && after.still.is_empty() && after.new.is_empty() {
                { quiet(labels::TO_BE_SURE) }
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
                    <summary>{ format::number(rest.len() as u64) }{ labels::MORE }</summary>
                    { table(title, rest) }
                </details>
            }
        </div>
    }
}

fn table(title: &'static str, rows: &[FollowedRow<String>]) -> Html {
    let tries = |[failed, asked]: [u32; 2]| match asked {
        0 => html! { <td class="number quiet">{ labels::NOT_REQUESTED }</td> },
        _ => html! { <td class={classes!("number", (failed > 0).then_some("failure"))}>{ failed }{ labels::OF }{ asked }</td> },
    };
    html! {
        <div class="scroll-x" tabindex="0" role="region" aria-label={title}>
            <table class="plain">
                <thead><tr>
                    <th scope="col">{ labels::REQUEST }</th><th scope="col" class="number">{ labels::FAILED_BEFORE }</th><th scope="col" class="number">{ labels::FAILED_AFTER }</th>
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
