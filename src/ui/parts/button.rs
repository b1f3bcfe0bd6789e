//! A button that does something, and what is said when something could not be done.

use yew::prelude::*;

/// A button; `class` and `id` may be empty.
pub(crate) fn button(class: &'static str, id: &'static str, label: impl Into<AttrValue>, press: impl Fn(MouseEvent) + 'static) -> Html {
    plain(class, id, label.into(), Callback::from(press))
}

/// The same for all callers, whose closures differ.
fn plain(class: &'static str, id: &'static str, label: AttrValue, onclick: Callback<MouseEvent>) -> Html {
    let (class, id) = (Some(class).filter(|class| !class.is_empty()), Some(id).filter(|id| !id.is_empty()));
    html! { <button type="button" {class} {id} {onclick}>{ label }</button> }
}

/// What could not be done, what to do next, and the button that does it.
pub(crate) fn failed(id: &'static str, what: Html, next: &'static str, does: Html) -> Html {
    html! { <section class="panel failed" role="alert" {id}><p><b>{ what }</b></p><p>{ next }</p>{ does }</section> }
}
