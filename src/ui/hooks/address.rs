//! The page's address: the part behind `#` leads to a place of the result.

use fivetwenty_model::protocol::FileId;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement};
use yew::{Callback, hook, use_callback, use_effect_with, use_mut_ref};

use super::listener::use_window_event;
use crate::state::{Action, Place, State};
use crate::web::{WorkerClient, go_to};

/// Follows the address: tells the state where it leads, and brings the place into view with the keyboard at its heading.
#[hook]
pub(crate) fn use_address(state: &State, client: &WorkerClient, dispatch: &Callback<Action>) {
    // An address that names another part of the page, as that of the skip link, leads away from no place.
    let follow = use_callback(dispatch.clone(), |_: Event, dispatch| {
        let place = here();
        if place.is_some() || address().is_some_and(|address| address.is_empty()) {
            dispatch.emit(Action::Went(place));
        }
    });
    use_window_event("hashchange", follow);
    use_effect_with((), {
        let dispatch = dispatch.clone();
        move |()| dispatch.emit(Action::Went(here()))
    });
    // Another mode begins at its own first place: an address that stayed could not be followed again.
    let was_somewhere = use_mut_ref(|| false);
    use_effect_with(state.place.is_some(), move |is_somewhere| {
        if was_somewhere.replace(*is_somewhere) && !is_somewhere {
            go_to("");
        }
    });
    // A link to a row counts once both sides are known, and again for other files.
    let files: Option<[Option<FileId>; 2]> = state.overview().map(|overview| [overview.proxied, overview.direct]);
    use_effect_with((state.place.clone(), files, client.clone()), |(place, files, client)| {
        if let (Some(Place::Row(seek)), Some(_)) = (place, files) {
            client.seek(seek.clone());
        }
    });
    let goal = state.place.as_ref().and_then(goal);
    use_effect_with((goal, files.is_some()), |(goal, is_result)| {
        if let (Some(goal), true) = (goal, is_result) {
            arrive(goal);
        }
    });
}

/// The element that shows a place, by its id: the place itself, or one part of it. A row is brought into view by its table.
fn goal(place: &Place) -> Option<String> {
    match place {
        Place::Row(_) => None,
        Place::Evidence(part) | Place::More(part) if !part.is_empty() => Some([place.root(), "/", part].concat()),
        // What else stands there names a recipient: another one is no other place.
        Place::Send(part) if matches!(&**part, "files" | "case") => Some([place.root(), "/", part].concat()),
        _ => Some(place.root().to_owned()),
    }
}

/// Where the address leads.
fn here() -> Option<Place> {
    Place::at(&address()?)
}

/// The part of the page's address behind `#`, decoded.
fn address() -> Option<String> {
    let hash = web_sys::window()?.location().hash().ok()?;
    Some(js_sys::decode_uri_component(hash.get(1..).unwrap_or_default()).ok()?.into())
}

/// Shows a place or a part of it from its top, with the keyboard at its heading. Of a part that is not there the place is shown.
fn arrive(goal: &str) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let root = goal.split('/').next().unwrap_or(goal);
    let Some(section) = document.get_element_by_id(goal).or_else(|| document.get_element_by_id(root)) else { return };
    if let Ok(Some(folded)) = section.closest("details") {
        let _ = folded.set_attribute("open", "");
    }
    section.scroll_into_view();
    let heading = section.query_selector("h2, h3, h4").ok().flatten().unwrap_or(section);
    if let Some(heading) = heading.dyn_ref::<HtmlElement>() {
        let _ = heading.set_attribute("tabindex", "-1");
        let _ = heading.focus();
    }
}
