//! Texts and files for whoever has to help.

mod bundle;
mod complete;
mod fill_in;
mod leaving;
mod letter;
mod recipient;

use fivetwenty_model::protocol::Overview;
use yew::prelude::*;

use crate::labels;
use crate::state::{Action, State};
use crate::web::WorkerClient;

pub(crate) use leaving::Format;

/// The place; the rest of its address names for whom, or one of its parts. `show` shows the report in another form.
pub(crate) fn send(
    address: &str,
    state: &State,
    overview: &Overview,
    format: Format,
    show: &Callback<Format>,
    client: &WorkerClient,
    dispatch: &Callback<Action>,
) -> Html {
    let (to, markdown) = recipient::read(address, state.mode);
    let tried = labels::tried(&state.filled.tried(false));
    html! {
        <>
            <h2 class="unseen">{ labels::PLACE_NAMES[3] }</h2>
            <div class="halves">
                <div>
                    { recipient::choose(to, markdown) }
                    { fill_in::fill_in(&overview.letters, to, &state.filled, client, dispatch) }
                    { bundle::bundle(&state.bundle, client) }
                </div>
                <div>
                    { letter::letter(&overview.letters, to, markdown, &state.filled) }
                    { complete::complete(overview) }
                    { leaving::leaving(overview, &tried, format, show) }
                </div>
            </div>
        </>
    }
}
