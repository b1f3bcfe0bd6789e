//! The page's state together with the workers that feed it.

use std::rc::Rc;

use web_sys::File;
use yew::{Callback, Reducible, UseReducerHandle, hook, use_callback, use_effect_with, use_memo, use_reducer};

use crate::state::{Action, Offer, State, Terminal};
use crate::web::WorkerClient;

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
    let store = use_reducer(|| {
        let terminal = Terminal { shell: crate::web::shell(), ..Terminal::default() };
        Store(State { terminal, ..State::default() })
    });
    let dispatcher = store.dispatcher();
    let dispatch = use_callback((), {
        let dispatcher = dispatcher.clone();
        move |action, ()| dispatcher.dispatch(action)
    });
    let client = use_memo((), move |()| WorkerClient::new(move |action| dispatcher.dispatch(action)));
    let client = (*client).clone();
    // Once the page stands, so that the first load does not wait for it, and the first file probably does not either.
    use_effect_with(client.clone(), WorkerClient::prepare);
    let take = use_callback((store.0.files.clone(), client.clone()), {
        let store = store.clone();
        move |offered: Vec<(Offer, File)>, (_, client)| take_files(&store.0, client, offered)
    });
    Page { store, client, dispatch, take }
}

fn take_files(state: &State, client: &WorkerClient, offered: Vec<(Offer, File)>) {
    let offers: Vec<Offer> = offered.iter().map(|(offer, _)| offer.clone()).collect();
    let admission = state.admit(&offers);
    if admission.replaces {
        for file in &state.files {
            client.remove(file.id);
        }
    }
    let taken = offered.into_iter().enumerate().filter(|(index, _)| admission.take.contains(index)).map(|(_, file)| file).collect();
    client.read(taken, admission.notice);
}
