//! Everything that was replaced, in groups, and the choices about it.

use fivetwenty_model::protocol::Replaced;
use fivetwenty_redact::{Group, Policy, visible};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::rules::{More, rules};
use crate::state::Bundle;
use crate::ui::parts::button::button;
use crate::ui::parts::side::{machine, quiet};
use crate::ui::parts::table::{Column, table};
use crate::web::WorkerClient;
use crate::{format, labels};

/// Rows of a group that are shown at most.
const MAX_ROWS: usize = 200;

/// Everything that was replaced, in groups.
pub(super) fn review(replaced: &[Replaced], bundle: &Bundle, client: &WorkerClient) -> Html {
    let groups = Group::ALL.iter().filter_map(|group| {
        let rows: Vec<(usize, &Replaced)> = replaced.iter().enumerate().filter(|(_, row)| row.group == *group).collect();
        (!rows.is_empty()).then(|| of_group(*group, &rows, bundle, client))
    });
    // Who chose something wants to see what became of it.
    let is_open = bundle.leak.is_some() || bundle.policy != Policy::default();
    html! {
        <details id="review" open={is_open}>
            <summary>{ labels::REDACTED_TITLE }</summary>
            { rules("kept", labels::KEPT_AT_YOUR_REQUEST, labels::UNDO, bundle, |policy| &mut policy.keep, client) }
            { rules("added", labels::REDACTED_AT_YOUR_REQUEST, labels::UNDO, bundle, |policy| &mut policy.add, client) }
            if replaced.is_empty() {
                { quiet(labels::NOTHING_TO_REDACT) }
            }
            { for groups }
            <More policy={bundle.policy.clone()} client={client.clone()} />
        </details>
    }
}

fn of_group(group: Group, rows: &[(usize, &Replaced)], bundle: &Bundle, client: &WorkerClient) -> Html {
    let times: u64 = rows.iter().map(|(_, row)| row.times).sum();
    html! {
        <details data-group={labels::group(group)}>
            <summary id={group_id(group)}>
                { labels::group(group) }
                <span class="quiet">{ " · " }{ labels::values(times) }{ labels::IN }{ labels::fields(rows.len() as u64) }</span>
            </summary>
            { table(labels::group(group), &[Column::Text(labels::WHAT), Column::Text(labels::WHERE), Column::Number(labels::TIMES), Column::Text(labels::FIRST_VALUE), Column::Text(labels::REPLACED_BY), Column::Text(labels::KEEP)],
                rows.iter().take(MAX_ROWS).map(|(place, row)| of_field(*place, row, bundle, client)).collect()) }
            if rows.len() > MAX_ROWS {
                <p class="quiet">{ labels::more_fields((rows.len() - MAX_ROWS) as u64) }</p>
            }
        </details>
    }
}

fn of_field(place: usize, row: &Replaced, bundle: &Bundle, client: &WorkerClient) -> Html {
    let keep = row.rule().map_or_else(Html::default, |rule| {
        let kept = bundle.policy.keep.contains(&rule);
        let (client, policy) = (client.clone(), bundle.policy.clone());
        let onchange = move |event: Event| {
            let mut policy = policy.clone();
            policy.keep.retain(|known| *known != rule);
            if event.target_unchecked_into::<HtmlInputElement>().checked() {
                policy.keep.push(rule.clone());
            }
            client.pack(policy);
        };
        html! { <input type="checkbox" checked={kept} {onchange} aria-label={labels::keep(&row.name)} /> }
    });
    html! {
        <tr id={row_id(place)} tabindex="-1">
            <th scope="row">
                { labels::kind(row.kind) }
                if !row.name.is_empty() { { " " }{ machine(&row.name) } }
            </th>
            <td class="machine">{ &row.place }</td>
            <td class="number">{ format::number(row.times) }</td>
            <td>{ value(row.first, bundle, client) }</td>
            <td class="machine token">{ &row.token }</td>
            <td>{ keep }</td>
        </tr>
    }
}

/// The value of a token, hidden until somebody asks for it.
pub(super) fn value(number: u32, bundle: &Bundle, client: &WorkerClient) -> Html {
    match bundle.revealed.iter().find(|(known, _)| *known == number).map(|(_, value)| value) {
        None => {
            let client = client.clone();
            button("small", "", labels::SHOW, move |_| client.reveal(number))
        }
        Some(None) => quiet(labels::VALUE_NOT_KEPT),
        Some(Some(value)) => html! { <span class="machine value">{ visible(value).into_owned() }</span> },
    }
}

pub(super) fn row_id(row: usize) -> String {
    format!("replaced-{row}")
}

pub(super) fn group_id(group: Group) -> String {
    let place = Group::ALL.iter().position(|known| *known == group).unwrap_or_default();
    format!("replaced-group-{place}")
}
