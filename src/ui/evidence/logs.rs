//! What Cloudflare's logs say: sentences, plots with the table behind each, and tables.

use fivetwenty_model::plot::{Mark, MarkShape, Plot, Table};
use fivetwenty_model::report::ReportView;
use fivetwenty_redact::visible;
use yew::prelude::*;

use crate::labels;
use crate::ui::parts::side::{prose, source};
use crate::ui::parts::table::{Column, table};

/// All of it; nothing when there are no logs.
pub(super) fn logs(report: &ReportView<String>) -> Html {
    let Some(logs) = &report.logs else { return Html::default() };
    html! {
        <section class="logs" id="evidence/logs" aria-labelledby="logs-title">
            <h3 id="logs-title">{ labels::LOGS_TITLE }</h3>
            { for logs.summary.iter().map(|sentence| html! { <p>{ prose(sentence) }</p> }) }
            <div class="plots">{ for logs.plots.iter().map(plot) }</div>
            { for logs.tables.iter().map(|table| html! {
                <details>
                    <summary>{ &table.title }</summary>
                    { rows(table) }
                </details>
            }) }
        </section>
    }
}

/// A plot as the analyst laid it out.
fn plot(plot: &Plot<String>) -> Html {
    let view_box = ["0 0 ", &plot.width.to_string(), " ", &plot.height.to_string()].concat();
    html! {
        <figure class="plot">
            <figcaption>{ &plot.title }</figcaption>
            <div class="scroll-x" tabindex="0" role="group" aria-label={plot.title.clone()}>
                <svg role="img" aria-label={plot.summary.clone()} viewBox={view_box}>{ for plot.marks.iter().map(mark) }</svg>
            </div>
            <details>
                <summary>{ labels::SHOW_AS_TABLE }</summary>
                { rows(&plot.table) }
            </details>
        </figure>
    }
}

fn mark(mark: &Mark<String>) -> Html {
    let class = mark.class.name();
    let [a, b, c, d] = mark.at.map(|place| place.to_string());
    let text = visible(&mark.text).into_owned();
    if mark.shape == MarkShape::Text {
        return html! { <text {class} x={a} y={b}>{ text }</text> };
    }
    let tells = if text.is_empty() {
        Html::default()
    } else {
        html! { <title>{ text }</title> }
    };
    if mark.shape == MarkShape::Line {
        html! { <line {class} x1={a} y1={b} x2={c} y2={d}>{ tells }</line> }
    } else {
        html! { <rect {class} x={a} y={b} width={c} height={d}>{ tells }</rect> }
    }
}

/// A table as the analyst wrote it. Only a column of the program's own has links.
fn rows(of: &Table<String>) -> Html {
    let columns: Vec<Column<'_>> = of.head.iter().map(|name| Column::Text(name)).collect();
    let cell = |(place, text): (usize, &String)| {
        if place == 0 {
            html! { <th scope="row">{ visible(text).into_owned() }</th> }
        } else if of.head.get(place).is_some_and(|name| name == labels::SOURCE_TITLE) {
            html! { <td>{ source(text) }</td> }
        } else {
            html! { <td>{ visible(text).into_owned() }</td> }
        }
    };
    html! {
        <>
            { table(&of.title, &columns, of.rows.iter().map(|row| html! { <tr>{ for row.iter().enumerate().map(cell) }</tr> }).collect()) }
            if !of.note.is_empty() { <p class="quiet">{ &of.note }</p> }
        </>
    }
}
