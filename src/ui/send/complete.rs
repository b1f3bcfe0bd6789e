//! What Cloudflare asks for: what is here, and how to get the rest.

use fivetwenty_model::protocol::Overview;
use fivetwenty_model::report::ChecklistRow;
use yew::prelude::*;

use crate::ui::parts::copy::command;
use crate::ui::parts::side::prose;
use crate::{format, labels};

/// The checklist. The missing items come first.
pub(crate) fn complete(overview: &Overview) -> Html {
    let rows = &overview.report.checklist;
    let missing: Vec<&ChecklistRow<String>> = rows.iter().filter(|row| !row.have).collect();
    let here: Vec<&ChecklistRow<String>> = rows.iter().filter(|row| row.have).collect();
    html! {
        <section class="complete" id="complete" aria-labelledby="complete-title">
            <h2 id="complete-title">{ labels::CHECKLIST_TITLE }</h2>
            <p class="quiet">{ format::number(here.len() as u64) }{ labels::OF }{ format::number(rows.len() as u64) }{ labels::ARE_HERE }
                { here.iter().map(|row| row.title.as_str()).collect::<Vec<_>>().join(", ") }{ "." }
            </p>
            <ul class="missing">
                { for missing.into_iter().map(|row| html! {
                    <li data-item={row.item.clone()}>
                        <details>
                            <summary><b>{ &row.title }</b><span class="quiet">{ " · " }{ labels::need(row.need) }</span></summary>
                            <p>{ prose(&row.step) }</p>
                            { for row.commands.iter().map(|text| command(text.clone(), "")) }
                        </details>
                    </li>
                }) }
            </ul>
        </section>
    }
}
