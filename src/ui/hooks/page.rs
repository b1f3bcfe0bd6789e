//! The page's state together with the workers that feed it.

use std::rc::Rc;

use web_sys::{Event, File};
use yew::{Callback, Reducible, UseReducerHandle, hook, use_callback, use_effect_with, use_memo, use_mut_ref, use_reducer};

use super::listener::use_window_event;
use crate::state::{Action, Choices, Offer, State, Terminal};
use crate::web::{WorkerClient, choices, filled};

/// The state, as Yew wants it.
#[derive(PartialEq)]
pub(crate) struct Store(pub(crate) State);

impl Reducible for Store {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let next = self.0.reduce(action);
        // The same store back means that nothing is drawn again.
        if next == self.0 { self } else { Rc::new(Self(next)) }
    }
}

/// What components are made from.
pub(crate) struct Page {
    /// The state.
    pub(crate) store: UseReducerHandle<Store>,
    /// The workers.
    pub(crate) client: WorkerClient,
    /// Says what happened.
    pub(crate) dispatch: Callback<Action>,
    /// Takes files, however they came.
    pub(crate) take: Callback<Vec<(Offer, File)>>,
}

/// The page's state and workers.
#[hook]
pub(crate) fn use_page() -> Page {
    let store = use_reducer(|| Store(first_state()));
    let dispatcher = store.dispatcher();
    let dispatch = use_callback((), {
        let dispatcher = dispatcher.clone();
        move |action, ()| dispatcher.dispatch(action)
    });
    let zone = store.0.zone;
    let client = use_memo((), move |()| WorkerClient::new(zone, move |action| dispatcher.dispatch(action)));
    use_remembered(Choices::of(&store.0));
    use_effect_with(store.0.filled.clone(), filled::save);
    let client = (*client).clone();
    // boot.js says when: once the page is drawn and the browser has nothing else to do, or the person begins to give something.
    let mode = store.0.mode;
    let prepare = use_callback(client.clone(), move |_: Event, client| {
        client.prepare();
        if mode.needs_guides() {
            client.help();
        }
    });
    use_window_event("fivetwenty:prepare", prepare);
    let take = use_callback((store.0.files.clone(), client.clone()), {
        let store = store.clone();
        move |offered: Vec<(Offer, File)>, (_, client)| take_files(&store.0, client, offered)
    });
    Page { store, client, dispatch, take }
}

/// The state with what was typed before a reload, and the choices of the last visit, or with what the browser says of the person's system.
fn first_state() -> State {
    let state = choices::load().and_then(Choices::to_state).unwrap_or_else(|| {
        let terminal = Terminal { shell: crate::web::shell(), ..Terminal::default() };
        State { terminal, ..State::default() }
    });
    State { filled: filled::load(), ..state }
}

/// Remembers the choices whenever the person changes one.
#[hook]
fn use_remembered(current: Choices) {
    let saved = use_mut_ref(|| current);
    use_effect_with(current, move |current| {
        if saved.replace(*current) != *current {
            choices::save(*current);
        }
    });
}

fn take_files(state: &State, client: &WorkerClient, offered: Vec<(Offer, File)>) {
    let offers: Vec<Offer> = offered.iter().map(|(offer, _)| offer.clone()).collect();
    let admission = state.admit(&offers);
    if admission.picks {
        return client.offer(offered);
    }
    if admission.replaces {
        client.replace();
    }
    let taken = offered.into_iter().enumerate().filter(|(index, _)| admission.take.contains(index)).map(|(_, file)| file).collect();
    client.read(taken, admission.notice);
}
