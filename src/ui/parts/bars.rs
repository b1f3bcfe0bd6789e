//! Bars over time: failures above a line, answers below.

use yew::prelude::*;

use crate::{format, labels};

/// How wide a bar is at most, in percent of the drawing: few stretches of time are as thin as many.
const WIDEST: f64 = 4.0;

/// A line of bars, each `[failing, total]` requests; `most` of them are as high as can be.
pub(crate) fn line(shown: Html, name: &str, cells: &[[u32; 2]], most: u32) -> Html {
    let (failing, total) = cells.iter().fold((0, 0), |(failing, total), cell| (failing + cell[0], total + cell[1]));
    let stretch = 100.0 / cells.len() as f64;
    let width = WIDEST.min(stretch * 0.8);
    let bar = |(place, [failing, total]): (usize, &[u32; 2])| {
        let height = |count: u32| f64::from(count) / f64::from(most) * 50.0;
        let (up, down) = (height(*failing), height(total - failing));
        let rect = |class, y: f64, height: f64| {
            let x = (place as f64 + 0.5) * stretch - width / 2.0;
            html! { <rect {class} x={format::decimal(x, 2)} y={format::decimal(y, 2)} width={format::decimal(width, 2)} height={format::decimal(height, 2)} /> }
        };
        html! {
            <>
                if *failing > 0 { { rect("fails", 50.0 - up, up) } }
                if total > failing { { rect("answered", 50.0, down) } }
            </>
        }
    };
    let share = labels::out_of(&format::number(failing), &format::number(total));
    html! {
        <>
            <b>{ shown }</b>
            <svg role="img" aria-label={labels::line_drawn(name, &share)} viewBox="0 0 100 100" preserveAspectRatio="none">
                { for cells.iter().enumerate().map(bar) }
                <line class="zero" x1="0" x2="100" y1="50" y2="50" />
            </svg>
            <span class="number">{ share }{ labels::HAVE_FAILED }</span>
        </>
    }
}
