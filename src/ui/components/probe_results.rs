//! What the probe brought.

use fivetwenty_model::probe::{Panel, Repeated};
use fivetwenty_redact::visible;
use yew::prelude::*;

use super::copy::command;
use super::patterns::line;
use super::side::{machine, outcome, quiet};
use crate::state::{Loadable, Probe};
use crate::web::WorkerClient;

/// The results of the probe so far.
pub(super) fn probe_results(probe: &Probe, client: &WorkerClient) -> Html {
    let panels = probe.panels.as_deref();
    html! {
        <>
            if let Loadable::Failed(error) = &probe.phase {
                <div class="panel failed"><p><b>{ error }</b></p><p>{ "Nothing more is sent." }</p></div>
            }
            if probe.is_busy() {
                <p class="quiet">{ format!("Request {} of {} at most; each may take 10 seconds.", probe.asked() + 1, probe.requests) }</p>
            } else if probe.phase == Loadable::Ready(()) && probe.asked() == 0 {
                { quiet("Stopped before an answer came.") }
            }
            { for panels.iter().flat_map(|all| &all.panels).map(panel) }
            if let Some(repeated) = panels.and_then(|all| all.repeated.as_ref()) { { over_time(repeated) } }
            if probe.readable && probe.phase == Loadable::Ready(()) {
                <p class="actions">
                    <button type="button" class="small" id="save-probe" onclick={let client = client.clone(); move |_| client.save_probe()}>{ "Save probe" }</button>
                    <span class="quiet">
                        { "It is in the report, without " }<code>{ "ip" }</code>{ " and " }<code>{ "uag" }</code>{ ". Saved, the command line takes it: " }<code>{ "--paste probe.json" }</code>
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
                <p><a href={panel.address.clone()} target="_blank" rel="noopener noreferrer">{ "Open " }{ visible(&panel.address).into_owned() }{ " in a new tab" }</a></p>
                { command(panel.command.clone(), "to ask from a terminal") }
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
                <span class="ends"><span>{ &repeated.ends[0] }</span><span>{ &repeated.ends[1] }{ " UTC" }</span></span>
            </div>
            <p class="key quiet">
                <span class="swatch fails" aria-hidden="true"></span>{ "▲ failed, above the line " }<span class="swatch" aria-hidden="true"></span>{ "▼ answered, below it; a bar is a request, a line a data centre" }
            </p>
            <div class="scroll-x" tabindex="0" role="region" aria-label="Answers over time">
                <table class="plain">
                    <thead><tr><th>{ "From (UTC)" }</th><th>{ "To" }</th><th>{ "Answer" }</th><th>{ "Data centre" }</th><th class="number">{ "Requests" }</th></tr></thead>
                    <tbody>{ for repeated.runs.iter().map(|run| html! {
                        <tr>
                            <td>{ &run.ends[0] }</td><td>{ &run.ends[1] }</td><td>{ outcome(run.status, run.failed, None) }</td>
                            <td>{ machine(&run.colo) }</td><td class="number">{ run.count }</td>
                        </tr>
                    }) }</tbody>
                </table>
            </div>
        </div>
    }
}
