//! Where the data centres lie that were seen. The others, as faint dots, draw the world.

use fivetwenty_model::protocol::{Map, Mark};
use yew::prelude::*;

use crate::ui::parts::side::machine;
use crate::ui::parts::table::{Column, table};
use crate::{format, labels};

/// The map with its texts and its table; nothing for fewer than two data centres.
pub(super) fn map(map: &Map) -> Html {
    if map.marks.len() < 2 {
        return Html::default();
    }
    html! {
        <section class="map" id="more/map" aria-labelledby="map-title">
            <h3 id="map-title">{ labels::DATA_CENTRES_SEEN }</h3>
            <div id="map">
                <svg role="img" aria-label={map.summary.clone()} width="100%">
                    <svg viewBox="0 0 3600 1250" preserveAspectRatio="none"><path class="dots" d={map.dots.clone()} /></svg>
                    { for map.marks.iter().rev().filter_map(mark) }
                </svg>
                <p class="key quiet">
                    { labels::MAP_KEY }
                </p>
                { table(labels::RESPONSES, &[Column::Text(labels::DATA_CENTRE), Column::Number(labels::RESPONSES), Column::Number(labels::FAILING)], html! {
                    <>{ for map.marks.iter().map(row) }</>
                }) }
            </div>
        </section>
    }
}

/// The shape says whether answers failed, and so does the colour. It keeps its size however wide the map is.
fn mark(mark: &Mark) -> Option<Html> {
    let Mark { colo, place, x, y, label, label_x, label_y, dx, dy, anchor, .. } = (!mark.x.is_empty()).then(|| mark.clone())?;
    let (class, shape) =
        if mark.failing > 0 { ("seen fails", "M0-7 6.5 5h-13z") } else { ("seen", "M-4.5 0a4.5 4.5 0 1 0 9 0 4.5 4.5 0 1 0-9 0z") };
    Some(html! {
        <g {class} data-colo={colo.clone()}>
            <title>{ colo }{ ", " }{ place }</title>
            if !label.is_empty() {
                <line x1={x.clone()} y1={y.clone()} x2={label_x.clone()} y2={label_y.clone()} />
                <text x={label_x} y={label_y} {dx} {dy} text-anchor={anchor}>{ label }</text>
            }
            <svg {x} {y} overflow="visible"><path d={shape} /></svg>
        </g>
    })
}

fn row(mark: &Mark) -> Html {
    html! {
        <tr>
            <td>{ machine(&mark.colo) }{ " " }{ &mark.place }</td>
            <td class="number">{ format::number(mark.answers) }</td>
            <td class={classes!("number", (mark.failing > 0).then_some("failure"))}>{ format::number(mark.failing) }</td>
        </tr>
    }
}
