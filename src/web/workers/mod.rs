//! The page's workers: a reader for each file, one analyst, one bundler, one probe. Their messages become actions.

mod analyst;
mod bundler;
mod client;
mod loader;
mod probe;
mod reader;
mod remote;
mod slots;

pub(crate) use client::WorkerClient;
