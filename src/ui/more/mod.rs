//! Checks of the captures, commands, the probe, guides, the map.

mod checks;
mod map;
mod probe;
mod probe_results;
mod terminal;

use fivetwenty_model::protocol::Overview;
use yew::prelude::*;

use crate::labels;
use crate::state::{Action, State};
use crate::ui::parts::help::Help;
use crate::web::WorkerClient;

pub(crate) use probe::probe;

/// The place. Each part has an address: `#more/probe` is the element with the id `more/probe`.
pub(crate) fn more(state: &State, overview: &Overview, client: &WorkerClient, dispatch: &Callback<Action>) -> Html {
    let help = Help::new(state, client);
    html! {
        <>
            <h2 class="unseen">{ labels::PLACE_NAMES[4] }</h2>
            <div class="halves">
                <div>
                    { checks::checks(overview) }
                    <section id="more/probe" aria-labelledby="probe-title">
                        <h3 id="probe-title">{ labels::PROBE_TITLE }</h3>
                        { probe::probe(state, client) }
                    </section>
                    { map::map(&overview.map) }
                </div>
                <div>
                    <div id="more/commands">
                        { terminal::terminal(&state.terminal, Some(overview), &help, dispatch) }
                    </div>
                    { guides(&help) }
                </div>
            </div>
        </>
    }
}

/// How to record both captures.
fn guides(help: &Help<'_>) -> Html {
    let guide = |(part, title): (&str, &'static str)| {
        html! { <details class="howto" ontoggle={help.load()}><summary>{ title }</summary>{ help.part(part) }</details> }
    };
    let guides = [("proxied", labels::RECORD_PROXIED), ("direct", labels::RECORD_DIRECT)];
    html! {
        <section id="more/guides" aria-labelledby="guides-title">
            <h3 id="guides-title">{ labels::GUIDES }</h3>
            { for guides.into_iter().map(guide) }
        </section>
    }
}
