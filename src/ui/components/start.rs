//! Where files come in: the large area at first, one line once there is something to show.

use wasm_bindgen_futures::spawn_local;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use super::howto::howto;
use super::side;
use crate::protocol::{Overview, Side};
use crate::state::{Action, Offer, Shared};
use crate::web::crew::Crew;
use crate::web::files;

/// What the drop area is made from.
#[derive(Properties, PartialEq)]
pub(crate) struct StartProps {
    /// Takes files.
    pub(crate) take: Callback<Vec<(Offer, File)>>,
    /// Says what happened.
    pub(crate) tell: Callback<Action>,
}

/// The page before anything was given.
#[component]
pub(crate) fn Start(props: &StartProps) -> Html {
    html! {
        <>
            <h1>{ "Find out why Cloudflare answers 520." }</h1>
            <div class="drop" data-test="drop">
                <p class="drop-words">
                    { "Drop two " }
                    <abbr title="HAR: a recording of what a browser sent and received, saved from its developer tools.">{ "HAR" }</abbr>
                    { " files here: one captured through Cloudflare, one direct to the origin. In any order; the page finds out which is which." }
                </p>
                <p class="actions">
                    <Choose take={props.take.clone()} words="Choose files" class="primary" />
                    <Sample take={props.take.clone()} tell={props.tell.clone()} />
                </p>
                <p class="quiet">{ "One is enough to begin with." }</p>
            </div>
        </>
    }
}

/// What the one-line area is made from.
#[derive(Properties, PartialEq)]
pub(crate) struct BarProps {
    /// Takes files.
    pub(crate) take: Callback<Vec<(Offer, File)>>,
    /// The workers.
    pub(crate) crew: Crew,
    /// What is loaded.
    pub(crate) overview: Option<Shared<Overview>>,
}

/// The same area, once there is something to show.
#[component]
pub(crate) fn Bar(props: &BarProps) -> Html {
    let start_over = {
        let crew = props.crew.clone();
        move |_| crew.start_over()
    };
    let exchange = {
        let crew = props.crew.clone();
        move |_| crew.exchange()
    };
    html! {
        <div class="bar" data-test="drop">
            <p class="assignment">
                { props.overview.as_ref().map_or("Drop HAR files anywhere.".into(), |overview| crate::words::visible(&overview.assignment).into_owned()) }
            </p>
            <span class="actions">
                <Choose take={props.take.clone()} words="Choose others" class="small" />
                if props.overview.is_some() {
                    <button type="button" class="small" id="exchange" onclick={exchange}>{ "Exchange sides" }</button>
                }
                <button type="button" class="small" id="start-over" onclick={start_over}>{ "Start over" }</button>
            </span>
        </div>
    }
}

/// What the two places are made from.
#[derive(Properties, PartialEq)]
pub(crate) struct SlotsProps {
    /// What is loaded.
    pub(crate) overview: Option<Shared<Overview>>,
}

/// The two places, each with how to fill it.
#[component]
pub(crate) fn Slots(props: &SlotsProps) -> Html {
    let captures = props.overview.as_ref().map(|overview| &overview.report.captures);
    let proxied = captures.and_then(|captures| captures.proxied.as_ref());
    let direct = captures.and_then(|captures| captures.direct.as_ref());
    let host = proxied.or(direct).and_then(|capture| capture.site.as_deref()).unwrap_or("shop.example");
    let slot = |place: &'static str, this, words: &'static str, name: Option<&str>| {
        let class = if matches!(this, Side::Proxied) { "slot proxied" } else { "slot direct" };
        html! {
            <section class={class}>
                <h3>
                    { side::mark(this) }<span>{ place }{ " " }{ words }</span>
                    if let Some(name) = name {
                        <span class="quiet">{ "● " }{ crate::words::visible(name).into_owned() }</span>
                    } else {
                        <span class="quiet">{ "○ missing" }</span>
                    }
                </h3>
                if name.is_none() {
                    <details>
                        <summary>{ "how to record it" }</summary>
                        { howto(this, host) }
                    </details>
                }
            </section>
        }
    };
    html! {
        <div class="slots">
            { slot("1", Side::Proxied, "through Cloudflare", proxied.map(|capture| capture.name.as_str())) }
            { slot("2", Side::Direct, "direct to the origin", direct.map(|capture| capture.name.as_str())) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ChooseProps {
    take: Callback<Vec<(Offer, File)>>,
    words: AttrValue,
    class: AttrValue,
}

/// The button lies over the browser's own file field, so that both keyboard and tests reach a real one.
#[component]
fn Choose(props: &ChooseProps) -> Html {
    let onchange = {
        let take = props.take.clone();
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
        <label class={classes!("button", props.class.to_string())}>
            { &props.words }
            <input type="file" id="files" multiple={true} accept=".har,.json,application/json" class="over" {onchange} />
        </label>
    }
}

#[derive(Properties, PartialEq)]
struct SampleProps {
    take: Callback<Vec<(Offer, File)>>,
    tell: Callback<Action>,
}

#[component]
fn Sample(props: &SampleProps) -> Html {
    let onclick = {
        let (take, tell) = (props.take.clone(), props.tell.clone());
        move |_| {
            let (take, tell) = (take.clone(), tell.clone());
            spawn_local(async move {
                match files::sample().await {
                    Ok(files) => take.emit(files),
                    Err(error) => tell.emit(Action::Notice(error)),
                }
            });
        }
    };
    html! { <button type="button" id="try-sample" data-test="try-sample" {onclick}>{ "Try a sample" }</button> }
}
