//! What Cloudflare asks for: what is here, and how to get the rest.

use yew::prelude::*;

use super::copy::command;
use super::side::prose;
use crate::bundle::report::ChecklistRow;
use crate::protocol::Overview;
use crate::words;

/// The checklist; what is missing comes first.
pub(crate) fn complete(overview: &Overview) -> Html {
    let rows = &overview.report.checklist;
    let missing: Vec<&ChecklistRow<String>> = rows.iter().filter(|row| !row.have).collect();
    let here: Vec<&ChecklistRow<String>> = rows.iter().filter(|row| row.have).collect();
    html! {
        <section class="complete" id="complete" aria-labelledby="complete-title">
            <h2 id="complete-title">{ "What Cloudflare asks for" }</h2>
            <p class="quiet">{ words::number(here.len() as u64) }{ " of " }{ words::number(rows.len() as u64) }{ " are here: " }
                { here.iter().map(|row| row.title.as_str()).collect::<Vec<_>>().join(", ") }{ "." }
            </p>
            <ul class="missing">
                { for missing.into_iter().map(|row| html! {
                    <li data-item={row.item.clone()}>
                        <details>
                            <summary><b>{ &row.title }</b><span class="quiet">{ " · " }{ words::need(row.need) }</span></summary>
                            <p>{ prose(&row.step) }</p>
                            { for row.commands.iter().map(|text| command(text.clone(), "")) }
                        </details>
                    </li>
                }) }
            </ul>
        </section>
    }
}
