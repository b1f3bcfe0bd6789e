//! The bundle as a whole.

use fivetwenty_model::plan::file_name;
use fivetwenty_model::protocol::{Making, Stage};
use fivetwenty_redact::Policy;
use yew::prelude::*;

use super::files::files;
use super::leak::leak_found;
use super::review::review;
use crate::format;
use crate::state::{Bundle, Loadable};
use crate::ui::components::side::machine;
use crate::web::WorkerClient;

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
                    { leak_found(leak, bundle, client) }
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
