//! The files to send: made here, reviewed here, saved by the person.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::side::{machine, quiet};
use crate::protocol::{Packed, Replaced};
use crate::redact::{Group, Policy, Rule, What};
use crate::state::{Bundle, Loadable};
use crate::web::crew::Crew;
use crate::words;

/// The bundle, or how far it is.
pub(crate) fn bundle(bundle: &Bundle, crew: &Crew) -> Html {
    let pack = |policy: Policy| {
        let crew = crew.clone();
        move |_: MouseEvent| crew.pack(policy.clone())
    };
    let content = match &bundle.packed {
        Loadable::Idle => html! {
            <p class="actions">
                <button type="button" class="primary" id="pack" onclick={pack(bundle.policy.clone())}>{ "Prepare the files" }</button>
                <span class="quiet">{ "Takes some seconds for every 100 MB of captures." }</span>
            </p>
        },
        Loadable::Loading => progress(bundle.progress),
        Loadable::Failed(error) => html! {
            <div role="alert" id="not-packed">
                <p class="failure">{ error }</p>
                <p class="actions"><button type="button" onclick={pack(bundle.policy.clone())}>{ "Try again" }</button></p>
            </div>
        },
        Loadable::Ready(packed) => html! {
            <>
                { files(packed, bundle, crew) }
                { review(packed, bundle, crew) }
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

fn progress((bytes, of): (u64, u64)) -> Html {
    html! {
        <p role="status" id="packing">
            <progress max={of.max(1).to_string()} value={bytes.to_string()} aria-label="Preparing the files" />
            { " " }{ words::bytes(bytes) }{ " of " }{ words::bytes(of) }
        </p>
    }
}

fn files(packed: &Packed, bundle: &Bundle, crew: &Crew) -> Html {
    let save = |only: Option<usize>| {
        let crew = crew.clone();
        move |_: MouseEvent| crew.save(only)
    };
    let archive = {
        let crew = crew.clone();
        move |_: MouseEvent| crew.archive()
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
                                <td class="number">{ words::bytes(file.bytes) }</td>
                                <td><abbr class="machine" title={file.sha256.clone()}>{ file.sha256.chars().take(12).collect::<String>() }</abbr></td>
                                <td><button type="button" class="small" onclick={save(Some(place))} aria-label={format!("Save {}", file.name)}>{ "Save" }</button></td>
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
            { for packed.trimmed.iter().map(|trimmed| html! {
                <p class="quiet">
                    { machine(&trimmed.name) }{ ": " }{ words::number(trimmed.left_out) }{ " of " }{ words::counted(trimmed.entries, "entry", "entries") }
                    { " were left out to keep it below 20 MB; those that the report cites and those that fail are in it." }
                </p>
            }) }
            <p class="actions">
                <button type="button" class="primary" id="save-all" onclick={save(None)}>{ "Save all, " }{ words::bytes(total) }</button>
                <button type="button" id="save-archive" onclick={archive}>{ "As one ZIP" }</button>
                <span class="quiet">{ "The ZIP is for your own records and for hosts that take one; Cloudflare's form does not." }</span>
            </p>
            <p role="status" id="saved">{ &bundle.saved }</p>
        </>
    }
}

/// Everything that was replaced, in groups.
fn review(packed: &Packed, bundle: &Bundle, crew: &Crew) -> Html {
    let groups = Group::ALL.iter().filter_map(|group| {
        let rows: Vec<&Replaced> = packed.replaced.iter().filter(|row| row.group == *group).collect();
        (!rows.is_empty()).then(|| of_group(*group, &rows, bundle, crew))
    });
    html! {
        <div id="review">
            <h3>{ "What was replaced" }</h3>
            { rules("kept", "Kept by you, and in the files as it was:", "Replace it again", bundle, |policy| &mut policy.keep, crew) }
            { rules("added", "Replaced because you asked for it:", "No longer", bundle, |policy| &mut policy.add, crew) }
            if packed.replaced.is_empty() {
                { quiet("Nothing: there was nothing in the captures that has to stay here.") }
            }
            { for groups }
            <More policy={bundle.policy.clone()} crew={crew.clone()} />
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
    crew: &Crew,
) -> Html {
    let mut policy = bundle.policy.clone();
    let all = list(&mut policy).clone();
    if all.is_empty() {
        return Html::default();
    }
    let items = all.iter().enumerate().map(|(place, rule)| {
        let (crew, mut policy) = (crew.clone(), bundle.policy.clone());
        list(&mut policy).remove(place);
        let onclick = move |_: MouseEvent| crew.pack(policy.clone());
        html! { <li>{ words::what(rule.what) }{ " " }{ machine(&rule.name) }{ " " }<button type="button" class="small" {onclick}>{ undo }</button></li> }
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
    crew: Crew,
}

/// What else is to be replaced, and the person's rules as a file.
#[component]
fn More(props: &MoreProps) -> Html {
    let (what, name) = (use_node_ref(), use_node_ref());
    let onsubmit = {
        let (what, name, policy, crew) = (what.clone(), name.clone(), props.policy.clone(), props.crew.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            let (Some(what), Some(name)) = (what.cast::<HtmlSelectElement>(), name.cast::<HtmlInputElement>()) else { return };
            let chosen = WHATS.iter().find(|known| words::what(**known) == what.value());
            let rule = chosen.map(|what| Rule { what: *what, name: name.value().trim().to_owned() });
            if let Some(rule) = rule.filter(|rule| !rule.name.is_empty()) {
                let mut policy = policy.clone();
                policy.add.retain(|known| *known != rule);
                policy.add.push(rule);
                crew.pack(policy);
            }
        }
    };
    let save = {
        let crew = props.crew.clone();
        move |_: MouseEvent| crew.save_rules()
    };
    let onchange = {
        let crew = props.crew.clone();
        move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                crew.read_rules(file);
            }
            input.set_value("");
        }
    };
    html! {
        <form class="actions" id="more" {onsubmit}>
            <label for="more-name">{ "Replace also the" }</label>
            <select ref={what} aria-label="What it is">
                { for WHATS.iter().map(|what| html! { <option value={words::what(*what)} selected={*what == WHATS[0]}>{ words::what(*what) }</option> }) }
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
const MOST_ROWS: usize = 200;

fn of_group(group: Group, rows: &[&Replaced], bundle: &Bundle, crew: &Crew) -> Html {
    let times: u64 = rows.iter().map(|row| row.times).sum();
    html! {
        <details data-group={words::group(group)}>
            <summary>
                <b>{ words::group(group) }</b>
                <span class="quiet">{ " · " }{ words::counted(times, "value", "values") }{ " in " }{ words::counted(rows.len() as u64, "field", "fields") }</span>
            </summary>
            <div class="scroll-x">
                <table class="plain">
                    <thead><tr>
                        <th scope="col">{ "What" }</th>
                        <th scope="col">{ "Where" }</th>
                        <th scope="col" class="number">{ "Times" }</th>
                        <th scope="col">{ "First value" }</th>
                        <th scope="col">{ "Keep" }</th>
                    </tr></thead>
                    <tbody>{ for rows.iter().take(MOST_ROWS).map(|row| of_field(row, bundle, crew)) }</tbody>
                </table>
            </div>
            if rows.len() > MOST_ROWS {
                <p class="quiet">{ "And " }{ words::counted((rows.len() - MOST_ROWS) as u64, "other field", "other fields") }{ "; manifest.json lists all." }</p>
            }
        </details>
    }
}

fn of_field(row: &Replaced, bundle: &Bundle, crew: &Crew) -> Html {
    let revealed = bundle.revealed.iter().find(|(number, _)| *number == row.first).map(|(_, value)| value);
    let value = match revealed {
        None => {
            let (crew, number) = (crew.clone(), row.first);
            html! { <button type="button" class="small" onclick={move |_| crew.reveal(number)}>{ "Show" }</button> }
        }
        Some(None) => quiet("not kept"),
        Some(Some(value)) => html! { <span class="machine value">{ words::visible(value).into_owned() }</span> },
    };
    let keep = row.rule().map_or_else(Html::default, |rule| {
        let kept = bundle.policy.keep.contains(&rule);
        let (crew, policy) = (crew.clone(), bundle.policy.clone());
        let onchange = move |event: Event| {
            let mut policy = policy.clone();
            policy.keep.retain(|known| *known != rule);
            if event.target_unchecked_into::<HtmlInputElement>().checked() {
                policy.keep.push(rule.clone());
            }
            crew.pack(policy);
        };
        html! { <input type="checkbox" checked={kept} {onchange} aria-label={format!("Keep {}", row.name)} /> }
    });
    html! {
        <tr>
            <th scope="row">
                { words::kind(row.kind) }
                if !row.name.is_empty() { { " " }{ machine(&row.name) } }
            </th>
            <td class="machine">{ &row.place }</td>
            <td class="number">{ words::number(row.times) }</td>
            <td>{ value }</td>
            <td>{ keep }</td>
        </tr>
    }
}
