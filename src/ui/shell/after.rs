//! Since the fix: what became of the failing requests in a later capture.

use fivetwenty_model::protocol::Overview;
use fivetwenty_model::report::FollowedRow;
use yew::prelude::*;

use crate::labels;
use crate::ui::parts::ray::time;
use crate::ui::parts::side::{machine, prose, quiet};
use crate::ui::parts::table::{Column, table};

/// How many requests of a list are shown.
const SHOWN: usize = 50;

/// How many failures are gone, how many stay, how many are new, and which.
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
        <div class="after" id="after">
            <p class="line">
                <span class={classes!((!after.gone.is_empty()).then_some("fixed"))}>{ "✓ " }{ after.gone.len() }{ labels::FIXED }</span>
                <span class={classes!((!after.still.is_empty()).then_some("failure"))}>{ after.still.len() }{ labels::STILL_FAILING_COUNT }</span>
                <span class={classes!((!after.new.is_empty()).then_some("failure"))}>{ after.new.len() }{ labels::NEW_COUNT }</span>
            </p>
            <details>
                <summary>{ labels::WHICH_ONES }</summary>
                <p class="summary">{ prose(&after.summary) }</p>
                if let (Some(last), Some(first)) = (&after.last_failure, &after.first_good) {
                    <p>{ labels::LAST_FAILURE }{ time(last) }{ labels::FIRST_GOOD_RESPONSE }{ time(first) }{ labels::UTC_END }</p>
                }
                { for lists.map(|(id, title, rows)| list(id, title, rows)) }
                if !after.not_asked.is_empty() {
                    { quiet(labels::NOT_REPEATED_NEXT) }
                }
                { quiet(labels::TO_BE_SURE) }
            </details>
        </div>
    }
}

fn list(id: &'static str, title: &'static str, rows: &[FollowedRow<String>]) -> Html {
    let tries = |[failed, asked]: [u32; 2]| match asked {
        0 => html! { <td class="number quiet">{ labels::NOT_REQUESTED }</td> },
        _ => html! { <td class={classes!("number", (failed > 0).then_some("failure"))}>{ failed }{ labels::OF }{ asked }</td> },
    };
    html! {
        <div class="resolution" data-resolution={id}>
            <h2>{ title }{ " (" }{ rows.len() }{ ")" }</h2>
            { table(title, &[Column::Text(labels::REQUEST_TITLE), Column::Number(labels::FAILED_BEFORE), Column::Number(labels::FAILED_AFTER)], html! {
                <>
                    { for rows.iter().take(SHOWN).map(|row| html! {
                        <tr><th scope="row">{ machine(&row.method) }{ " " }{ machine(&row.url) }</th>{ tries(row.before) }{ tries(row.after) }</tr>
                    }) }
                </>
            }) }
        </div>
    }
}
