//! The person's own rules: what to keep, and what to replace beside the rest.

use fivetwenty_redact::{Policy, Rule, What};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::labels;
use crate::state::Bundle;
use crate::ui::parts::button::button;
use crate::ui::parts::side::machine;
use crate::web::WorkerClient;

/// What a person can have replaced; of a text the name is the text itself.
const WHATS: [What; 7] = [What::Text, What::Header, What::Cookie, What::Query, What::Form, What::Json, What::Field];

/// What the person wants otherwise, and how to undo it.
pub(super) fn rules(
    id: &'static str,
    title: &'static str,
    undo: &'static str,
    bundle: &Bundle,
    list: fn(&mut Policy) -> &mut Vec<Rule>,
    client: &WorkerClient,
) -> Html {
    let mut policy = bundle.policy.clone();
    let all = list(&mut policy).clone();
    if all.is_empty() {
        return Html::default();
    }
    let items = all.iter().enumerate().map(|(place, rule)| {
        let (client, mut policy) = (client.clone(), bundle.policy.clone());
        list(&mut policy).remove(place);
        let onclick = move |_: MouseEvent| client.pack(policy.clone());
        html! { <li>{ labels::what(rule.what) }{ " " }{ machine(&rule.name) }{ " " }{ button("small", "", undo, onclick) }</li> }
    });
    html! {
        <div {id}>
            <p><b>{ title }</b></p>
            <ul>{ for items }</ul>
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct MoreProps {
    pub(super) policy: Policy,
    pub(super) client: WorkerClient,
}

/// What else is to be replaced, and the person's rules as a file.
#[component]
pub(super) fn More(props: &MoreProps) -> Html {
    let (what, name) = (use_node_ref(), use_node_ref());
    let onsubmit = {
        let (what, name, policy, client) = (what.clone(), name.clone(), props.policy.clone(), props.client.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            let (Some(what), Some(name)) = (what.cast::<HtmlSelectElement>(), name.cast::<HtmlInputElement>()) else { return };
            let chosen = WHATS.iter().find(|known| labels::what(**known) == what.value());
            let rule = chosen.map(|what| Rule { what: *what, name: name.value().trim().to_owned() });
            if let Some(rule) = rule.filter(|rule| !rule.name.is_empty()) {
                let mut policy = policy.clone();
                policy.add.retain(|known| *known != rule);
                policy.add.push(rule);
                client.pack(policy);
            }
        }
    };
    let save = {
        let client = props.client.clone();
        move |_: MouseEvent| client.save_rules()
    };
    let onchange = {
        let (client, policy) = (props.client.clone(), props.policy.clone());
        move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                client.read_rules(file, policy.clone());
            }
            input.set_value("");
        }
    };
    html! {
        <form class="actions" id="also-redact" {onsubmit}>
            <label for="more-name">{ labels::ALSO_REDACT }</label>
            <select ref={what} aria-label={labels::WHAT_IT_IS}>
                { for WHATS.iter().map(|what| html! { <option value={labels::what(*what)} selected={*what == WHATS[0]}>{ labels::what(*what) }</option> }) }
            </select>
            <input ref={name} type="text" id="more-name" placeholder={labels::ITS_NAME} autocomplete="off" spellcheck="false" />
            <button type="submit" class="small">{ labels::REDACT }</button>
            if props.policy != Policy::default() {
                { button("small", "save-rules", labels::SAVE_CHOICES, save) }
            }
            <span class="button small">{ labels::LOAD_CHOICES }<input type="file" class="over" id="read-rules" accept=".json" aria-label={labels::LOAD_CHOICES} {onchange} /></span>
        </form>
    }
}
