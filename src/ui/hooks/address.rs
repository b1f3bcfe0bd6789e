//! The page's address: the part behind `#` leads to a place of the result.

use fivetwenty_model::protocol::FileId;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};
use yew::{Callback, hook, use_callback, use_effect_with};

use super::listener::use_window_event;
use crate::state::{Action, Place, State};
use crate::web::WorkerClient;

/// Follows the address: tells the state where it leads, and brings the place into view with the keyboard at its heading.
#[hook]
pub(crate) fn use_address(state: &State, client: &WorkerClient, dispatch: &Callback<Action>) {
    let follow = use_callback(dispatch.clone(), |_: Event, dispatch| dispatch.emit(Action::Went(here())));
    use_window_event("hashchange", follow);
    use_effect_with((), {
        let dispatch = dispatch.clone();
        move |()| dispatch.emit(Action::Went(here()))
    });
    // A link to a row counts once both sides are known, and again for other files.
    let files: Option<[Option<FileId>; 2]> = state.overview().map(|overview| [overview.proxied, overview.direct]);
    use_effect_with((state.place.clone(), files, client.clone()), |(place, files, client)| {
        if let (Some(Place::Row(seek)), Some(_)) = (place, files) {
            client.seek(seek.clone());
        }
    });
    use_effect_with((state.place.clone(), files.is_some()), |(place, is_result)| {
        if let (Some(place), true) = (place, is_result)
            && !matches!(place, Place::Row(_))
        {
            arrive(place);
        }
    });
}

/// Where the address leads.
fn here() -> Option<Place> {
    let hash = web_sys::window()?.location().hash().ok()?;
    let decoded = js_sys::decode_uri_component(hash.get(1..)?).ok()?;
    Place::at(&String::from(decoded))
}

/// Shows a place from its top, with the keyboard at its heading.
fn arrive(place: &Place) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let Some(section) = document.get_element_by_id(place.root()) else { return };
    section.scroll_into_view();
    if let Some(heading) =
        section.query_selector("h2").ok().flatten().as_ref().and_then(|heading: &Element| heading.dyn_ref::<HtmlElement>())
    {
        let _ = heading.set_attribute("tabindex", "-1");
        let _ = heading.focus();
    }
}
