//! What Cloudflare's logs say: plots, each with its table behind it, and tables.

use fivetwenty_model::plot::{Mark, MarkShape, Plot, Table};
use fivetwenty_model::report::LogsRow;
use maud::{Markup, html};

use super::parts::{Text, prose};
use crate::logs;

/// What they say, and what a person would rather look at.
pub(super) fn plots(row: &LogsRow) -> Markup {
    html! {
        h2 { "Cloudflare’s logs" } "\n"
        @for sentence in &row.summary { p { (prose(sentence)) } "\n" }
        @for plot in crate::plots::plots(row) { (figure(&plot)) }
    }
}

/// All tables.
pub(super) fn tables(row: &LogsRow) -> Markup {
    html! {
        @let tables = logs::tables(row);
        @if !tables.is_empty() { h2 { "Tables of the logs" } "\n" }
        @for of in &tables { h3 { (of.title) } "\n" (table(of)) }
    }
}

fn figure(plot: &Plot<Text>) -> Markup {
    html! {
        h3 { (plot.title) } "\n"
        svg.plot viewBox=(format!("0 0 {} {}", plot.width, plot.height)) role="img" aria-label=(plot.summary) { "\n"
            @for mark in &plot.marks { (draw(mark)) "\n" }
        } "\n"
        details { "\n" summary { "As a table" } "\n" (table(&plot.table)) } "\n"
    }
}

fn draw(mark: &Mark<Text>) -> Markup {
    let ([a, b, c, d], class) = (mark.at, mark.class.name());
    let title = html! { @if !mark.text.as_str().is_empty() { title { (mark.text) } } };
    match mark.shape {
        MarkShape::Rect => html! { rect class=(class) x=(a) y=(b) width=(c) height=(d) { (title) } },
        MarkShape::Line => html! { line class=(class) x1=(a) y1=(b) x2=(c) y2=(d) { (title) } },
        MarkShape::Text => html! { text class=(class) x=(a) y=(b) { (mark.text) } },
    }
}

fn table(of: &Table<Text>) -> Markup {
    html! {
        table { "\n"
            tr { @for name in &of.head { th { (name) } } } "\n"
            @for row in &of.rows { tr { @for cell in row { td { (prose(cell)) } } } "\n" }
        } "\n"
        @if !of.note.as_str().is_empty() { p.quiet { (of.note) } "\n" }
    }
}
