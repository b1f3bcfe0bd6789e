//! Where files come in: the first screen, and the menu of files once there are some.

use fivetwenty_captures::site::Reason;
use fivetwenty_model::protocol::Overview;
use fivetwenty_redact::visible;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, File, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::files::{file_list, is_settled};
use crate::labels;
use crate::state::{Action, Mode, Offer, State};
use crate::ui::parts::button::button;
use crate::ui::parts::copy::command;
use crate::ui::parts::help::Help;
use crate::ui::parts::side::mark;
use crate::web::WorkerClient;
use crate::web::files;

/// Takes files.
pub(crate) type Take = Callback<Vec<(Offer, File)>>;

/// The page before anything was given. `probe` looks at a live site.
pub(crate) fn start(state: &State, client: &WorkerClient, take: &Take, dispatch: &Callback<Action>, probe: Html) -> Html {
    let help = Help::new(state, client);
    let is_visitor = state.mode == Mode::Visitor;
    let record = |side, part: &'static str| {
        html! {
            <details ontoggle={help.load()}>
                <summary>{ mark(side) }{ " " }{ if part == "proxied" { labels::RECORD_PROXIED } else { labels::RECORD_DIRECT } }</summary>
                { help.part(part) }
            </details>
        }
    };
    html! {
        <div class="begin">
            <div class="stack wide">
                <div class="stack">
                    <h1>{ if is_visitor { labels::NOT_YOUR_FAULT } else { labels::WHY_520 } }</h1>
                    <p class="lead">{ if is_visitor { labels::LEAD_VISITOR } else { labels::LEAD } }</p>
                </div>
                <div class="drop" data-test="drop">
                    <p><label for="files"><b>{ labels::DROP_FILES }</b></label>{ labels::DROP_KINDS }</p>
                    { choose(take) }
                    { paste(take) }
                </div>
                <div class="two">
                    <div class="stack">
                        <h2>{ labels::NO_FILES_YET }</h2>
                        <p class="quiet">{ labels::SEE_A_RESULT }</p>
                        <p>{ sample(take, dispatch) }</p>
                    </div>
                    if !is_visitor {
                        <div class="stack">
                            <h2>{ labels::CHECK_A_SITE }</h2>
                            { probe }
                        </div>
                    }
                </div>
            </div>
            <aside class="stack wide" aria-label={labels::WHAT_TO_BRING}>
                if is_visitor {
                    <div class="stack"><h2>{ labels::WHAT_YOU_CAN_TRY }</h2>{ help.part("visitor") }{ help.part("visitor-text") }</div>
                } else {
                    <div class="stack">
                        <h2>{ labels::BEST_TWO_FILES }</h2>
                        <p>{ mark(fivetwenty_model::Side::Proxied) }{ " " }<b>{ labels::THROUGH_TITLE }</b>{ labels::THROUGH_SAYS }</p>
                        <p>{ mark(fivetwenty_model::Side::Direct) }{ " " }<b>{ labels::DIRECT_TITLE }</b>{ labels::DIRECT_SAYS }</p>
                        { record(fivetwenty_model::Side::Proxied, "proxied") }
                        { record(fivetwenty_model::Side::Direct, "direct") }
                    </div>
                    <div class="stack">
                        <h2>{ labels::ENOUGH_TO_BEGIN }</h2>
                        <p>{ labels::A_RAY_ID }<code>{ "a5d9218c0625c170" }</code>{ labels::OR_THIS_OUTPUT }</p>
                        { command("curl -sv -o /dev/null 'https://SITE/PATH'".to_owned(), "") }
                    </div>
                }
            </aside>
        </div>
    }
}

/// The files that are open, with all that is done to them.
pub(crate) fn files_menu(state: &State, client: &WorkerClient, take: &Take) -> Html {
    let overview = state.overview().map(|overview| &**overview);
    let start_over = {
        let client = client.clone();
        move |_| client.start_over()
    };
    let swap = {
        let client = client.clone();
        move |_| client.swap_sides()
    };
    let shown = overview.map(|overview| {
        let captures = &overview.report.captures;
        let one = |side, capture: &Option<fivetwenty_model::report::CaptureRow<String>>| {
            capture
                .as_ref()
                .map(|capture| html! { <>{ mark(side) }<span class="machine">{ visible(&capture.name).into_owned() }</span></> })
        };
        html! { <>{ one(fivetwenty_model::Side::Proxied, &captures.proxied) }{ one(fivetwenty_model::Side::Direct, &captures.direct) }</> }
    });
    let settled: Vec<_> = state.files.iter().filter(|file| is_settled(file)).cloned().collect();
    html! {
        <details class="menu files-menu">
            <summary><span class="unseen">{ labels::FILES_AND_SITE }</span>{ shown.unwrap_or_else(|| labels::FILES.into()) }</summary>
            <div class="sheet" data-test="drop">
                <p class="quiet assignment">
                    { overview.map_or(labels::DROP_MORE.into(), |overview| visible(&overview.assignment).into_owned()) }
                </p>
                { file_list(&settled, overview, client) }
                { overview.map(|overview| site(overview, client)) }
                <label for="files">{ labels::ADD_FILES }</label>
                { choose(take) }
                { paste(take) }
                <p class="actions">
                    if overview.is_some() {
                        { button("small", "swap-sides", labels::SWAP_FILES, swap) }
                    }
                    { button("small", "start-over", labels::START_OVER, start_over) }
                </p>
            </div>
        </details>
    }
}

/// Which site the report is about, and why; where the files hold others, another one can be chosen.
fn site(overview: &Overview, client: &WorkerClient) -> Html {
    let report = &overview.report;
    let Some(site) = &report.site else { return Html::default() };
    let mut hosts: Vec<&String> = Vec::new();
    for host in [&report.captures.proxied, &report.captures.direct].into_iter().flatten().flat_map(|capture| &capture.hosts) {
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    let why = site.reason.label();
    if hosts.len() < 2 && site.reason != Reason::Stated {
        return html! { <p class="quiet">{ labels::SITE }{ visible(&site.host).into_owned() }{ " (" }{ why }{ ")" }</p> };
    }
    let onchange = {
        let client = client.clone();
        move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            client.choose_site(Some(select.value()).filter(|host| !host.is_empty()));
        }
    };
    let option =
        |host: &String| html! { <option value={host.clone()} selected={*host == site.host}>{ visible(host).into_owned() }</option> };
    html! {
        <p class="quiet">
            <label>
                { labels::SITE }
                <select id="site" {onchange}>
                    if !hosts.contains(&&site.host) { { option(&site.host) } }
                    { for hosts.iter().map(|host| option(host)) }
                    if site.reason == Reason::Stated { <option value="">{ labels::DETECT_SITE }</option> }
                </select>
            </label>
            { " (" }{ why }{ labels::OTHER_HOSTS_IGNORED }
        </p>
    }
}

/// A place to paste into, for those who look for one: pasting anywhere does the same.
fn paste(take: &Take) -> Html {
    let onclick = {
        let take = take.clone();
        move |event: MouseEvent| {
            let button: Element = event.target_unchecked_into();
            let field = button.previous_element_sibling().and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok());
            let Some(field) = field.filter(|field| !field.value().trim().is_empty()) else { return };
            take.emit(files::pasted(&field.value()).into_iter().collect());
            field.set_value("");
        }
    };
    html! {
        <div class="paste">
            <label for="paste">{ labels::PASTE }</label>
            <textarea id="paste" rows="3" spellcheck="false" autocomplete="off" placeholder="a5d9218c0625c170-FRA" />
            { button("small", "read-paste", labels::READ_TEXT, onclick) }
        </div>
    }
}

/// The browser's own file field.
fn choose(take: &Take) -> Html {
    let onchange = {
        let take = take.clone();
        move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Some(list) = input.files() {
                let chosen = files::chosen(&list);
                // Otherwise choosing the same file again would be no change.
                input.set_value("");
                take.emit(chosen);
            }
        }
    };
    html! { <input type="file" id="files" multiple={true} {onchange} /> }
}

/// A button that opens the browser's file dialog.
pub(crate) fn choose_button(label: &'static str, id: &'static str) -> Html {
    let onclick = move |_| {
        let field = web_sys::window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id("files"));
        if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
            field.click();
        }
    };
    html! { <button type="button" {id} {onclick}>{ label }</button> }
}

fn sample(take: &Take, dispatch: &Callback<Action>) -> Html {
    let onclick = {
        let (take, dispatch) = (take.clone(), dispatch.clone());
        move |_| {
            let (take, dispatch) = (take.clone(), dispatch.clone());
            spawn_local(async move {
                match files::sample().await {
                    Ok(files) => take.emit(files),
                    Err(error) => dispatch.emit(Action::Notice(labels::sample_failed(&error))),
                }
            });
        }
    };
    button("", "try-sample", labels::TRY_A_SAMPLE, onclick)
}
