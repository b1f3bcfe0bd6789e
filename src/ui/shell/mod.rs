//! What stands on every screen of a result: the head, the card, the places, and the keys.

mod after;
mod card;
mod keys;
mod left;
mod places;
mod top;
mod visitor;
mod way;

use fivetwenty_model::report::Ray;
use yew::prelude::*;

use crate::labels;
use crate::ui::parts::copy::{CopyButton, Style};

/// A Ray ID with a button that copies it.
fn ray_of(ray: &Ray<String>) -> Html {
    let name = labels::copy_what(labels::RAY_ID, &ray.id);
    html! { <><code class="whole">{ ray.id.clone() }</code>{ " " }<CopyButton id="copy-ray" label={labels::COPY} style={Style::Small} text={ray.id.clone()} {name} /></> }
}

pub(crate) use card::card;
pub(crate) use keys::keys;
pub(crate) use left::origin_field;
pub(crate) use places::places;
pub(crate) use top::top;
pub(crate) use visitor::visitor;
