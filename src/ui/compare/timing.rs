//! The phases of both sides, on one scale.

use fivetwenty_model::protocol::{Detail, EntryView};
use yew::prelude::*;

use super::props::Marked;
use crate::{format, labels};

/// Where the scale begins, and how long it is, in units of the drawing.
const SCALE: [f64; 2] = [28.0, 356.0];

pub(super) fn timing(detail: &Detail, marked: Marked) -> Html {
    let sides = [&detail.proxied, &detail.direct];
    let longest = sides.into_iter().flatten().map(length).fold(0.0, f64::max);
    if longest <= 0.0 {
        return Html::default();
    }
    let [from, width] = SCALE;
    let tick = |part: f64, anchor: &'static str| {
        html! { <text x={format::decimal(from + part * width, 0)} y="60" text-anchor={anchor}>{ if part > 0.0 { format::duration(part * longest) } else { "0".to_owned() } }</text> }
    };
    let said = sides
        .into_iter()
        .zip([labels::CLOUDFLARE, labels::DIRECT_SIDE])
        .filter_map(|(entry, side)| Some(labels::phases(&entry.as_ref()?.timings, side)));
    let cited = marked.is_some_and(|(_, field)| field == "time" || field.starts_with("timings"));
    html! {
        <section class={classes!(cited.then_some("cited"))} tabindex={cited.then_some("-1")}>
            <h4>{ labels::TIMING }<span>{ labels::SOLID_WAITS }</span></h4>
            <svg class="bars" viewBox="0 0 398 64" role="img" aria-label={said.collect::<Vec<_>>().join(" ")}>
                <path class="rule" d="M28 0V46M206 0V46M384 0V46" />
                { for detail.proxied.iter().map(|entry| bars(entry, "P", "bp", 6, longest)) }
                { for detail.direct.iter().map(|entry| bars(entry, "D", "bd", 28, longest)) }
                { tick(0.0, "start") }{ tick(0.5, "middle") }{ tick(1.0, "end") }
            </svg>
        </section>
    }
}

/// The phases of one side, one after the other; without any, its whole time.
fn bars(entry: &EntryView, letter: &'static str, class: &'static str, y: u8, longest: f64) -> Html {
    let [from, width] = SCALE;
    let mut x = from;
    let whole = [(String::new(), length(entry))];
    // The handshake lies within `connect`, so it gets no length of its own.
    let phases: Vec<_> = entry.timings.iter().filter(|(name, ms)| name != "ssl" && *ms > 0.0).collect();
    let phases = if phases.is_empty() { whole.iter().collect() } else { phases };
    let bars = phases.into_iter().map(|(name, ms)| {
        let (at, length) = (x, (ms / longest * width).max(0.5));
        x += length;
        let solid = (name == "wait").then_some("solid");
        html! { <rect class={classes!(class, solid)} x={format::decimal(at, 1)} y={y.to_string()} width={format::decimal(length, 1)} height="10"><title>{ name }{ " " }{ format::duration(*ms) }</title></rect> }
    });
    let bars = bars.collect::<Html>();
    html! {
        <>
            <text x="6" y={(y + 9).to_string()}>{ letter }</text>
            { bars }
            if entry.failing {
                <path class="cross" d={format!("M{} {}l7 7m0 -7l-7 7", format::decimal((x + 3.0).min(388.0), 1), y + 1)} />
            }
        </>
    }
}

/// What the phases of an entry take together, or its whole time when the file has no phases.
fn length(entry: &EntryView) -> f64 {
    let phases: f64 = entry.timings.iter().filter(|(name, _)| name != "ssl").map(|(_, ms)| ms).sum();
    if phases > 0.0 { phases } else { entry.time_ms.unwrap_or_default() }
}
