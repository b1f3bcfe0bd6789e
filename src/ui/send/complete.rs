//! What Cloudflare asks for: what is here, and how to get the rest.

use fivetwenty_model::protocol::Overview;
use fivetwenty_model::report::{ChecklistRow, Need};
use yew::prelude::*;

use crate::labels;
use crate::ui::parts::copy::command;
use crate::ui::parts::side::prose;

/// The checklist. What is missing in every case comes first.
pub(super) fn complete(overview: &Overview) -> Html {
    let rows = &overview.report.checklist;
    let here: Vec<&str> = rows.iter().filter(|row| row.have).map(|row| row.title.as_str()).collect();
    let needed = rows.iter().filter(|row| row.need == Need::Always);
    let ready = needed.clone().filter(|row| row.have).count();
    let missing = |need: Need| {
        let missing = rows.iter().filter(move |row| !row.have && row.need == need);
        html! { <ul class="missing">{ for missing.map(item) }</ul> }
    };
    html! {
        <section class="complete" id="send/case" aria-labelledby="complete-title">
            <h3 id="complete-title">{ labels::case_file(ready, needed.count()) }</h3>
            { missing(Need::Always) }
            if rows.iter().any(|row| !row.have && row.need == Need::Helps) {
                <details><summary>{ labels::WHAT_ELSE_HELPS }</summary>{ missing(Need::Helps) }</details>
            }
            <details><summary>{ labels::WHAT_IS_READY }</summary><p>{ here.join(", ") }{ "." }</p></details>
        </section>
    }
}

fn item(row: &ChecklistRow<String>) -> Html {
    html! {
        <li data-item={row.item.clone()}>
            <details>
                <summary>{ labels::capital(&row.title) }</summary>
                <p>{ prose(&row.step) }</p>
                { for row.commands.iter().map(|text| command(text.clone(), "")) }
            </details>
        </li>
    }
}
