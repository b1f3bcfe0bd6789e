//! The bundle as a whole.

use fivetwenty_model::plan::file_name;
use fivetwenty_model::protocol::{Making, Stage};
use fivetwenty_redact::Policy;
use yew::prelude::*;

use super::files::files;
use super::leak::leak_found;
use super::review::review;
use crate::state::{Bundle, Loadable};
use crate::ui::parts::button::button;
use crate::ui::parts::side::{machine, quiet};
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
                { button("", "pack", labels::PREPARE_FILES, pack(bundle.policy.clone())) }
                <span class="quiet">{ labels::PREPARE_TAKES }</span>
            </p>
        },
        Loadable::Loading => progress(bundle.progress),
        Loadable::Failed(error) => match &bundle.leak {
            None => html! {
                <div role="alert" id="not-packed">
                    <p class="failure">{ error }</p>
                    <p class="actions">{ button("", "", labels::TRY_AGAIN, pack(bundle.policy.clone())) }</p>
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
        <section class="bundle" id="send/files" aria-labelledby="bundle-title">
            <h3 id="bundle-title">{ labels::FILES }</h3>
            { quiet(labels::FILES_ABOUT) }
            { content }
        </section>
    }
}

fn progress(Making { stage, bytes, of }: Making) -> Html {
    let stage = match stage {
        Stage::Starting => labels::STARTING.into(),
        Stage::Redacting(side) => html! { <>{ labels::REDACTING }{ machine(file_name(side)) }</> },
        Stage::Trimming(side) => html! {
            <>{ machine(file_name(side)) }{ labels::TRIMMING }</>
        },
        Stage::Checking => labels::CHECKING.into(),
    };
    html! {
        <div id="packing">
            <p>
                <progress max={of.max(1).to_string()} value={bytes.to_string()} aria-label={labels::PREPARING_FILES} />
                { " " }{ format::bytes(bytes) }{ labels::OF }{ format::bytes(of) }
            </p>
            <p role="status" class="quiet">{ stage }</p>
        </div>
    }
}
