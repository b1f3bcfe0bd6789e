//! What several tests of the state begin with.

use fivetwenty_model::protocol::{FileId, Preview};

use super::action::Action;
use super::admission::Offer;
use super::page::State;

pub(super) fn offer(name: &str) -> Offer {
    Offer { name: name.to_owned(), size: 10, folder: false, is_sample: false }
}

pub(super) fn given(state: &State, ids: &[FileId]) -> State {
    let files = ids.iter().map(|&id| (id, offer("x.har"))).collect();
    state.reduce(Action::Given { files, notice: String::new() })
}

pub(super) fn preview(entry: u32) -> Preview {
    Preview {
        entry,
        method: "GET".into(),
        host: "a.example".into(),
        path: "/".into(),
        status: 520,
        error: None,
        failing: true,
        time_ms: None,
    }
}
