//! Where files come in: the large area at first, one line once there is something to show.

use fivetwenty_captures::site::Reason;
use fivetwenty_model::Side;
use fivetwenty_model::protocol::Overview;
use fivetwenty_redact::visible;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, File, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::labels;
use crate::state::{Action, Mode, Offer};
use crate::ui::parts::help::Help;
use crate::ui::parts::side::{self, abbr, quiet};
use crate::web::WorkerClient;
use crate::web::files;

/// Takes files.
type Take = Callback<Vec<(Offer, File)>>;

/// The page before anything was given.
pub(crate) fn start(take: &Take, dispatch: &Callback<Action>) -> Html {
    html! {
        <>
            <h1>{ labels::FIND_OUT_WHY }</h1>
            <div class="drop" data-test="drop">
                <p class="drop-text">
                    { labels::DROP_OR_PASTE }
                    { abbr(labels::HAR_MEANS, labels::HAR) }
                    { labels::DROP_EXAMPLES }
                </p>
                <p class="actions">
                    { choose(take, labels::CHOOSE_FILES, "primary") }
                    { sample(take, dispatch) }
                </p>
                { paste(take) }
                { quiet(labels::TWO_FILES_ARE_BEST) }
            </div>
        </>
    }
}

/// The same area, once there is something to show.
pub(crate) fn bar(take: &Take, client: &WorkerClient, overview: Option<&Overview>) -> Html {
    let start_over = {
        let client = client.clone();
        move |_| client.start_over()
    };
    let swap = {
        let client = client.clone();
        move |_| client.swap_sides()
    };
    html! {
        <div class="bar" data-test="drop">
            <p class="assignment">
                { overview.map_or(labels::DROP_MORE.into(), |overview| visible(&overview.assignment).into_owned()) }
            </p>
            <span class="actions">
                { choose(take, labels::ADD_FILES, "small") }
                if overview.is_some() {
                    <button type="button" class="small" id="swap-sides" onclick={swap}>{ labels::SWAP_FILES }</button>
                }
                <button type="button" class="small" id="start-over" onclick={start_over}>{ labels::START_OVER }</button>
            </span>
            { overview.map(|overview| site(overview, client)) }
            { paste(take) }
        </div>
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

/// The two places, each with how to fill it. A visitor cannot ask the origin.
pub(crate) fn slots(overview: Option<&Overview>, help: &Help<'_>, mode: Mode) -> Html {
    let captures = overview.map(|overview| &overview.report.captures);
    let proxied = captures.and_then(|captures| captures.proxied.as_ref());
    let direct = captures.and_then(|captures| captures.direct.as_ref());
    let slot = |place: &'static str, this, label: &'static str, name: Option<&str>| {
        let (class, part) = if matches!(this, Side::Proxied) { ("slot proxied", "proxied") } else { ("slot direct", "direct") };
        html! {
            <section class={class}>
                <h3>
                    { side::mark(this) }<span>{ place }{ " " }{ label }</span>
                    if let Some(name) = name {
                        <span class="quiet">{ "● " }{ visible(name).into_owned() }</span>
                    } else {
                        <span class="quiet">{ labels::MISSING }</span>
                    }
                </h3>
                if name.is_none() {
                    <details class="howto" ontoggle={help.load()}>
                        <summary>{ labels::HOW_TO_CAPTURE }</summary>
                        { help.part(part) }
                    </details>
                }
            </section>
        }
    };
    html! {
        <div class="slots">
            { slot("1", Side::Proxied, labels::THROUGH_CLOUDFLARE, proxied.map(|capture| capture.name.as_str())) }
            if mode != Mode::Visitor {
                { slot("2", Side::Direct, labels::DIRECT_TO_ORIGIN, direct.map(|capture| capture.name.as_str())) }
            }
        </div>
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
        <details class="paste">
            <summary>{ labels::PASTE }</summary>
            <textarea id="paste" rows="6" spellcheck="false" autocomplete="off" aria-label={labels::PASTE_WHAT} />
            <button type="button" id="read-paste" {onclick}>{ labels::READ_TEXT }</button>
        </details>
    }
}

/// The button lies over the browser's own file field, so that both keyboard and tests reach a real one.
fn choose(take: &Take, label: &'static str, class: &'static str) -> Html {
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
    html! {
        <label class={classes!("button", class)}>
            { label }
            <input type="file" id="files" multiple={true} class="over" {onchange} />
        </label>
    }
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
    html! { <button type="button" id="try-sample" data-test="try-sample" {onclick}>{ labels::TRY_A_SAMPLE }</button> }
}
