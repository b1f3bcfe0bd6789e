//! The files to send: made here, reviewed here, saved by the person.

use fivetwenty_model::plan::file_name;
use fivetwenty_model::protocol::{LeakView, Making, Packed, Replaced, Stage};
use fivetwenty_redact::{Group, Policy, Rule, What, visible};
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::side::{machine, quiet};
use crate::state::{Bundle, Loadable};
use crate::web::WorkerClient;
use crate::{format, labels};

/// The bundle, or how far it is.
pub(crate) fn bundle(bundle: &Bundle, client: &WorkerClient) -> Html {
    let pack = |policy: Policy| {
        let client = client.clone();
        move |_: MouseEvent| client.pack(policy.clone())
    };
    let content = match &bundle.packed {
        Loadable::Idle => html! {
            <p class="actions">
                <button type="button" class="primary" id="pack" onclick={pack(bundle.policy.clone())}>{ "Prepare the files" }</button>
                <span class="quiet">{ "Takes some seconds for every 100 MB of captures." }</span>
            </p>
        },
        Loadable::Loading => progress(bundle.progress),
        Loadable::Failed(error) => match &bundle.leak {
            None => html! {
                <div role="alert" id="not-packed">
                    <p class="failure">{ error }</p>
                    <p class="actions"><button type="button" onclick={pack(bundle.policy.clone())}>{ "Try again" }</button></p>
                </div>
            },
            Some(leak) => html! {
                <>
                    { still_there(leak, bundle, client) }
                    { review(&leak.replaced, bundle, client) }
                </>
            },
        },
        Loadable::Ready(packed) => html! {
            <>
                { files(packed, bundle, client) }
                { review(&packed.replaced, bundle, client) }
            </>
        },
    };
    html! {
        <section class="bundle" id="bundle" aria-labelledby="bundle-title">
            <h2 id="bundle-title">{ "Files to send" }</h2>
            <p class="quiet">
                { "Both captures and the report, each small enough for Cloudflare's form. Cookies, tokens, personal data and bodies are replaced; \
                   equal values stay equal. Nothing is sent: you save the files, and attach them where you want." }
            </p>
            { content }
        </section>
    }
}

fn progress(Making { stage, bytes, of }: Making) -> Html {
    let stage = match stage {
        Stage::Starting => html! { "Starting" },
        Stage::Redacting(side) => html! { <>{ "Replacing what stays here in " }{ machine(file_name(side)) }</> },
        Stage::Trimming(side) => html! {
            <>{ machine(file_name(side)) }{ " is larger than 20 MB: reading it again, for what tells most" }</>
        },
        Stage::Checking => html! { "Looking for everything that was replaced in the finished files" },
    };
    html! {
        <div id="packing">
            <p>
                <progress max={of.max(1).to_string()} value={bytes.to_string()} aria-label="Preparing the files" />
                { " " }{ format::bytes(bytes) }{ " of " }{ format::bytes(of) }
            </p>
            <p role="status" class="quiet">{ stage }</p>
        </div>
    }
}

/// A value that was replaced is in a file still, which keeps all of them here; and what to do about it.
fn still_there(leak: &LeakView, bundle: &Bundle, client: &WorkerClient) -> Html {
    let LeakView { file, offset, kind, encoding, number, replaced } = leak;
    let number = *number;
    // A value may have come under several names: only of the first one it is known where.
    let row = replaced.iter().position(|row| row.first == number);
    let goal = row.map_or_else(|| group_id(kind.group()), row_id);
    let go = move |_: MouseEvent| lead_to(&goal);
    let replace = {
        let client = client.clone();
        move |_: MouseEvent| client.replace_everywhere(number)
    };
    let asked = bundle.revealed.iter().find(|(known, _)| *known == number).and_then(|(_, value)| value.as_ref());
    // What was asked for already did not help.
    let is_tried = |value: &String| bundle.policy.add.iter().any(|rule| rule.what == What::Text && rule.name == *value);
    html! {
        <div role="alert" id="still-there">
            <p class="failure">
                { "Nothing is offered: a value that was replaced (" }{ labels::kind(*kind) }{ ") still stands in " }{ machine(file) }
                { ", " }{ encoding }{ ", up to byte " }{ format::number(*offset) }{ "." }
            </p>
            if number > 0 {
                <p>{ "The value: " }{ value(number, bundle, client) }</p>
            }
            <p class="actions">
                if number > 0 && !asked.is_some_and(is_tried) {
                    <button type="button" class="primary" id="replace-everywhere" onclick={replace}>{ "Replace it everywhere" }</button>
                }
                if replaced.iter().any(|row| row.kind.group() == kind.group()) {
                    <button type="button" id="where-replaced" onclick={go}>{ "Where it was replaced" }</button>
                }
                <span class="quiet">{ "What you replace everywhere becomes one of your choices, and is shown among them." }</span>
            </p>
        </div>
    }
}

/// Opens what is folded around an element, and goes there.
fn lead_to(id: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    let Some(goal) = document.and_then(|document| document.get_element_by_id(id)) else { return };
    if let Ok(Some(folded)) = goal.closest("details") {
        // An attribute without a value cannot be refused.
        let _ = folded.set_attribute("open", "");
    }
    goal.scroll_into_view();
    if let Some(goal) = goal.dyn_ref::<HtmlElement>() {
        let _ = goal.focus();
    }
}

fn row_id(row: usize) -> String {
    format!("replaced-{row}")
}

fn group_id(group: Group) -> String {
    let place = Group::ALL.iter().position(|known| *known == group).unwrap_or_default();
    format!("replaced-group-{place}")
}

fn files(packed: &Packed, bundle: &Bundle, client: &WorkerClient) -> Html {
    let save = |only: Option<usize>| {
        let client = client.clone();
        move |_: MouseEvent| client.save(only)
    };
    let archive = {
        let client = client.clone();
        move |_: MouseEvent| client.archive()
    };
    let total = packed.files.iter().map(|file| file.bytes).sum();
    html! {
        <>
            <div class="scroll-x">
                <table class="plain" id="bundle-files">
                    <thead><tr>
                        <th scope="col">{ "File" }</th>
                        <th scope="col" class="number">{ "Size" }</th>
                        <th scope="col">{ "SHA-256" }</th>
                        <th scope="col"><span class="unseen">{ "Save it alone" }</span></th>
                    </tr></thead>
                    <tbody>
                        { for packed.files.iter().enumerate().map(|(place, file)| html! {
                            <tr>
                                <th scope="row">{ machine(&file.name) }</th>
                                <td class="number">{ format::bytes(file.bytes) }</td>
                                <td><abbr class="machine" title={file.sha256.clone()}>{ file.sha256.chars().take(12).collect::<String>() }</abbr></td>
                                <td><button type="button" class="small" onclick={save(Some(place))} aria-label={format!("Save {}", file.name)}>{ "Save" }</button></td>
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
            { for packed.trimmed.iter().map(|trimmed| html! {
                <p class="quiet">
                    { machine(&trimmed.name) }{ ": " }{ format::number(trimmed.left_out) }{ " of " }{ format::counted(trimmed.entries, "entry", "entries") }
                    { " were left out to keep it below 20 MB; those that the report cites and those that fail are in it." }
                </p>
            }) }
            <p class="actions">
                <button type="button" class="primary" id="save-all" onclick={save(None)}>{ "Save all, " }{ format::bytes(total) }</button>
                <button type="button" id="save-archive" onclick={archive}>{ "As one ZIP" }</button>
                <span class="quiet">{ "The ZIP is for your own records and for hosts that take one; Cloudflare's form does not." }</span>
            </p>
            <p role="status" id="saved">{ &bundle.saved }</p>
        </>
    }
}

/// Everything that was replaced, in groups.
fn review(replaced: &[Replaced], bundle: &Bundle, client: &WorkerClient) -> Html {
    let groups = Group::ALL.iter().filter_map(|group| {
        let rows: Vec<(usize, &Replaced)> = replaced.iter().enumerate().filter(|(_, row)| row.group == *group).collect();
        (!rows.is_empty()).then(|| of_group(*group, &rows, bundle, client))
    });
    html! {
        <div id="review">
            <h3>{ "What was replaced" }</h3>
            { rules("kept", "Kept by you, and in the files as it was:", "Replace it again", bundle, |policy| &mut policy.keep, client) }
            { rules("added", "Replaced because you asked for it:", "No longer", bundle, |policy| &mut policy.add, client) }
            if replaced.is_empty() {
                { quiet("Nothing: there was nothing in the captures that has to stay here.") }
            }
            { for groups }
            <More policy={bundle.policy.clone()} client={client.clone()} />
        </div>
    }
}

/// What the person wants otherwise, and how to undo it.
fn rules(
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
        html! { <li>{ labels::what(rule.what) }{ " " }{ machine(&rule.name) }{ " " }<button type="button" class="small" {onclick}>{ undo }</button></li> }
    });
    html! {
        <div {id}>
            <p><b>{ title }</b></p>
            <ul>{ for items }</ul>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct MoreProps {
    policy: Policy,
    client: WorkerClient,
}

/// What else is to be replaced, and the person's rules as a file.
#[component]
fn More(props: &MoreProps) -> Html {
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
        let client = props.client.clone();
        move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                client.read_rules(file);
            }
            input.set_value("");
        }
    };
    html! {
        <form class="actions" id="more" {onsubmit}>
            <label for="more-name">{ "Replace also the" }</label>
            <select ref={what} aria-label="What it is">
                { for WHATS.iter().map(|what| html! { <option value={labels::what(*what)} selected={*what == WHATS[0]}>{ labels::what(*what) }</option> }) }
            </select>
            <input ref={name} type="text" id="more-name" placeholder="its name" autocomplete="off" spellcheck="false" />
            <button type="submit" class="small">{ "Replace" }</button>
            if props.policy != Policy::default() {
                <button type="button" class="small" id="save-rules" onclick={save}>{ "Save your choices" }</button>
            }
            <span class="button small">{ "Use saved choices" }<input type="file" class="over" id="read-rules" accept=".json" aria-label="Use saved choices" {onchange} /></span>
        </form>
    }
}

/// What a person can have replaced; of a text the name is the text itself.
const WHATS: [What; 7] = [What::Text, What::Header, What::Cookie, What::Query, What::Form, What::Json, What::Field];

/// Rows of a group that are shown at most.
const MAX_ROWS: usize = 200;

fn of_group(group: Group, rows: &[(usize, &Replaced)], bundle: &Bundle, client: &WorkerClient) -> Html {
    let times: u64 = rows.iter().map(|(_, row)| row.times).sum();
    html! {
        <details data-group={labels::group(group)}>
            <summary id={group_id(group)}>
                <b>{ labels::group(group) }</b>
                <span class="quiet">{ " · " }{ format::counted(times, "value", "values") }{ " in " }{ format::counted(rows.len() as u64, "field", "fields") }</span>
            </summary>
            <div class="scroll-x">
                <table class="plain">
                    <thead><tr>
                        <th scope="col">{ "What" }</th>
                        <th scope="col">{ "Where" }</th>
                        <th scope="col" class="number">{ "Times" }</th>
                        <th scope="col">{ "First value" }</th>
                        <th scope="col">{ "In its place" }</th>
                        <th scope="col">{ "Keep" }</th>
                    </tr></thead>
                    <tbody>{ for rows.iter().take(MAX_ROWS).map(|(place, row)| of_field(*place, row, bundle, client)) }</tbody>
                </table>
            </div>
            if rows.len() > MAX_ROWS {
                <p class="quiet">{ "And " }{ format::counted((rows.len() - MAX_ROWS) as u64, "other field", "other fields") }{ "; manifest.json lists all." }</p>
            }
        </details>
    }
}

/// The value of a token, hidden until somebody asks for it.
fn value(number: u32, bundle: &Bundle, client: &WorkerClient) -> Html {
    match bundle.revealed.iter().find(|(known, _)| *known == number).map(|(_, value)| value) {
        None => {
            let client = client.clone();
            html! { <button type="button" class="small" onclick={move |_| client.reveal(number)}>{ "Show" }</button> }
        }
        Some(None) => quiet("not kept"),
        Some(Some(value)) => html! { <span class="machine value">{ visible(value).into_owned() }</span> },
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
        html! { <input type="checkbox" checked={kept} {onchange} aria-label={format!("Keep {}", row.name)} /> }
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
