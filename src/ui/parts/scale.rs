//! A length on an axis, with the figures that it is compared with marked on it.
//!
//! Everything is placed in percent, so that the texts keep their size however wide the drawing is. What it shows is also said in words.

use yew::prelude::*;

/// A bar from the axis' beginning, in its unit; the longest comes first, so that shorter ones lie on it.
pub(crate) struct Bar {
    pub(crate) to: f64,
    pub(crate) class: &'static str,
}

/// A figure on the axis, in its unit.
pub(crate) struct Mark {
    pub(crate) at: f64,
    pub(crate) label: String,
    pub(crate) class: &'static str,
}

/// The least that can be seen, in percent.
const SEEN: f64 = 0.8;

/// Lines nearer to each other than this, in percent, cross each other's labels.
const TOUCHING: f64 = 6.0;

/// The drawing; `label` says what it shows.
pub(crate) fn scale(label: String, end: f64, bars: &[Bar], marks: &[Mark]) -> Html {
    let percent = |value: f64| (value / end * 100.0).clamp(0.0, 100.0);
    let written = |percent: f64| format!("{percent:.2}%");
    let bar = |bar: &Bar| html! { <rect class={bar.class} x="0" y="4" width={written(percent(bar.to).max(SEEN))} height="16" /> };
    let mark = |(number, mark): (usize, &Mark)| {
        let at = percent(mark.at);
        // Neighbours stand on two lines, so that they do not touch.
        let (line, label_y) = if number % 2 == 0 { ("30", "42") } else { ("44", "56") };
        // Words end at their line where the next line would cross them.
        let next = marks.get(number + 1).map_or(f64::INFINITY, |next| percent(next.at));
        let anchor = match at {
            ..6.0 => "start",
            94.0.. => "end",
            _ if next - at < TOUCHING => "end",
            _ => "middle",
        };
        html! {
            <g class={mark.class}>
                <line x1={written(at)} x2={written(at)} y1="0" y2={line} />
                <text x={written(at)} y={label_y} text-anchor={anchor}>{ &mark.label }</text>
            </g>
        }
    };
    html! {
        <svg class="scale" role="img" aria-label={label} width="100%" height="60">
            <rect class="ground" x="0" y="4" width="100%" height="16" />
            { for bars.iter().map(bar) }
            { for marks.iter().enumerate().map(mark) }
        </svg>
    }
}
