//! What the verdict rests on, and what else was considered.

mod inputs;
mod log_window;
mod logs;
mod measured;
mod others;
mod patterns;
mod rays;
mod why;

use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_model::protocol::Overview;
use yew::prelude::*;

use crate::labels;
use crate::web::WorkerClient;

/// The place, with what stands `at` the rest of its address shown: a cause by its id, or a part of a text. The server's clock runs so many
/// minutes `ahead` of UTC.
pub(crate) fn evidence(overview: &Overview, at: &str, ahead: UtcOffset, client: &WorkerClient) -> Html {
    let report = &overview.report;
    // As long as nothing else shows a cause, logs say most.
    let is_open = report.verdict.cause.is_none();
    html! {
        <>
            <h2 class="unseen">{ labels::PLACE_NAMES[2] }</h2>
            if is_open { { logs::logs(report) } }
            <div class="halves">
                <div>
                    { why::why(report) }
                    { patterns::patterns(report) }
                    { inputs::inputs(report, at) }
                </div>
                <div>
                    { rays::rays(report) }
                    { measured::measured(report) }
                    { log_window::log_window(&report.verdict, ahead, client) }
                </div>
            </div>
            if !is_open { { logs::logs(report) } }
            { others::others(report, at) }
        </>
    }
}
