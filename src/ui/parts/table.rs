//! A table with its head; it scrolls sideways where it is too wide.

use yew::prelude::*;

/// The title of a column.
#[derive(Clone, Copy)]
pub(crate) enum Column<'a> {
    /// Of texts.
    Text(&'a str),
    /// Of numbers, which stand at the right.
    Number(&'static str),
    /// For screen readers alone.
    Unseen(&'static str),
    /// Of texts, with what it means.
    Means(&'static str, &'static str),
}

/// Rows under these columns; `label` names the table.
pub(crate) fn table(label: &str, columns: &[Column<'_>], rows: Html) -> Html {
    let head = columns.iter().map(|column| {
        let (class, title, name) = match *column {
            Column::Text(name) => ("", None, name),
            Column::Number(name) => ("number", None, name),
            Column::Unseen(name) => ("unseen", None, name),
            Column::Means(means, name) => ("", Some(means), name),
        };
        html! { <th scope="col" {title}><span {class}>{ name.to_owned() }</span></th> }
    });
    html! {
        <div class="scroll-x" tabindex="0" role="group" aria-label={label.to_owned()}>
            <table class="plain"><thead><tr>{ for head }</tr></thead><tbody>{ rows }</tbody></table>
        </div>
    }
}
