//! What the probe brought.

use fivetwenty_model::probe::{Panel, Repeated};
use fivetwenty_redact::visible;
use yew::prelude::*;

use crate::labels;
use crate::state::{Loadable, Probe};
use crate::ui::parts::bars::line;
use crate::ui::parts::button::button;
use crate::ui::parts::copy::command;
use crate::ui::parts::side::{machine, outcome, quiet};
use crate::ui::parts::table::{Column, table};
use crate::web::WorkerClient;

/// The results of the probe so far.
pub(super) fn probe_results(probe: &Probe, client: &WorkerClient) -> Html {
    let panels = probe.panels.as_deref();
    html! {
        <>
            if let Loadable::Failed(error) = &probe.phase {
                <div class="panel failed"><p><b>{ error }</b></p><p>{ labels::NOTHING_MORE_SENT }</p></div>
            }
            if probe.is_busy() {
                <p class="quiet">{ labels::probing(probe.asked() + 1, probe.requests) }</p>
            } else if probe.phase == Loadable::Ready(()) && probe.asked() == 0 {
                { quiet(labels::STOPPED_EARLY) }
            }
            { for panels.iter().flat_map(|all| &all.panels).map(panel) }
            if let Some(repeated) = panels.and_then(|all| all.repeated.as_ref()) { { over_time(repeated) } }
            if probe.readable && probe.phase == Loadable::Ready(()) {
                <p class="actions">
                    { button("small", "save-probe", labels::SAVE_PROBE, { let client = client.clone(); move |_| client.save_probe() }) }
                    <span class="quiet">
                        { labels::IN_THE_REPORT }<code>{ "ip" }</code>{ labels::AND }<code>{ "uag" }</code>{ labels::SAVED_FOR_COMMAND_LINE }<code>{ labels::PASTE_PROBE }</code>
                    </span>
                    <span class="quiet" role="status" id="probe-saved">{ &probe.saved }</span>
                </p>
            }
        </>
    }
}

fn panel(panel: &Panel) -> Html {
    html! {
        <div class={classes!("panel", panel.failed.then_some("failed"))}>
            <p><b>{ &panel.title }</b></p>
            if !panel.text.is_empty() {
                <p class={classes!((!panel.failed).then_some("quiet"))}>{ &panel.text }</p>
            }
            if !panel.command.is_empty() {
                <p><a href={panel.address.clone()} target="_blank" rel="noopener noreferrer">{ labels::OPEN }{ visible(&panel.address).into_owned() }{ labels::IN_A_NEW_TAB }</a></p>
                { command(panel.command.clone(), labels::TO_RUN_IN_TERMINAL) }
            }
            if !panel.summary.is_empty() {
                <details>
                    <summary>{ &panel.summary }</summary>
                    <dl class="fields">
                        { for panel.fields.iter().map(|[name, value, meaning]| html! {
                            <div><dt class="machine">{ name }</dt><dd><span class="machine">{ value }</span>{ " " }<span class="quiet">{ meaning }</span></dd></div>
                        }) }
                    </dl>
                </details>
            }
        </div>
    }
}

/// A repetition: a line for each data centre with failures above it and answers below, and a table of the stretches that were alike.
fn over_time(repeated: &Repeated) -> Html {
    html! {
        <div class="panel" id="repeated">
            <p><b>{ &repeated.sentence }</b></p>
            <div class="colos">
                { for repeated.lines.iter().map(|(colo, cells)| line(machine(colo), colo, cells, 1)) }
                <span class="ends"><span>{ &repeated.ends[0] }</span><span>{ &repeated.ends[1] }{ labels::UTC }</span></span>
            </div>
            <p class="key quiet">
                <span class="swatch fails" aria-hidden="true"></span>{ labels::FAILED_ABOVE }<span class="swatch" aria-hidden="true"></span>{ labels::PROBE_KEY }
            </p>
            { table(labels::RESPONSES_OVER_TIME, &[Column::Text(labels::FROM_UTC), Column::Text(labels::UNTIL), Column::Text(labels::RESPONSE), Column::Text(labels::DATA_CENTRE), Column::Number(labels::REQUESTS)], html! {
                <>{ for repeated.runs.iter().map(|run| html! {
                    <tr>
                        <td>{ &run.ends[0] }</td><td>{ &run.ends[1] }</td><td>{ outcome(run.status, run.failed, None) }</td>
                        <td>{ machine(&run.colo) }</td><td class="number">{ run.count }</td>
                    </tr>
                }) }</>
            }) }
        </div>
    }
}
