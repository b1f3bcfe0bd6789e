//! The way of the requests, with where it breaks.

use fivetwenty_model::protocol::Overview;
use fivetwenty_model::report::{grouped, servers};
use fivetwenty_redact::visible;
use yew::prelude::*;

use crate::labels;
use crate::ui::parts::finding::leading;

/// From the person to the origin, through Cloudflare and past it. Nothing without a capture.
pub(crate) fn way(overview: &Overview) -> Html {
    let report = &overview.report;
    let (proxied, direct) = (&report.captures.proxied, &report.captures.direct);
    if proxied.is_none() && direct.is_none() {
        return Html::default();
    }
    let patterns = report.patterns.as_ref();
    let (failing, total) = patterns.map_or((0, 0), |patterns| (patterns.failing, patterns.total));
    let colos = patterns.map(|patterns| patterns.colos.as_slice()).unwrap_or_default();
    let place = match colos {
        [] => String::new(),
        [only] => only.colo.clone(),
        several => labels::data_centres(several.len()),
    };
    // The city, where there is room for it.
    let mark = overview.map.marks.iter().find(|mark| mark.colo == place);
    let city = mark.map(|mark| [" ", mark.place.split(',').next().unwrap_or_default()].concat());
    let to_origin = match (proxied, failing) {
        (None, _) => ("unknown", String::new()),
        (_, 0) => ("works", labels::ALL_WORK.to_owned()),
        _ => ("breaks", labels::fail(failing)),
    };
    let past = match direct {
        None => ("unknown", labels::DIRECT_NOT_CAPTURED.to_owned()),
        Some(capture) if capture.failing > 0 => ("breaks", labels::direct_fail(capture.failing)),
        Some(_) => ("works", labels::DIRECT_WORKS.to_owned()),
    };
    let server = leading(report).first().map(|finding| servers(&grouped(&finding.steps).0).to_string()).unwrap_or_default();
    let (first, through) = match proxied {
        None => ("unknown", labels::NOT_CAPTURED.to_owned()),
        Some(_) => ("works", labels::requests(total)),
    };
    let lane = |class: &'static str, state: &'static str, says: &str| html! { <span class={classes!("lane", class, state)}><i>{ says.to_owned() }</i></span> };
    let drawn = labels::way_drawn(if failing > 0 { &to_origin.1 } else { &through }, &past.1);
    html! {
        <div class="way" role="img" aria-label={drawn}>
            <span class="node you">{ labels::YOU_NODE }</span>
            { lane("proxied first", first, &through) }
            <span class="node cloudflare"><b>{ labels::CLOUDFLARE }</b><small>{ visible(&place).into_owned() }<i>{ city }</i></small></span>
            { lane("proxied last", to_origin.0, &to_origin.1) }
            <span class={classes!("node", "origin", (past.0 == "breaks" || to_origin.0 == "breaks" && past.0 == "unknown").then_some("bad"))}>
                <b>{ labels::ORIGIN_NODE }</b><small>{ server }</small>
            </span>
            { lane("direct", past.0, &past.1) }
        </div>
    }
}
