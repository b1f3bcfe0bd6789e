//! Synthetic records of Cloudflare's dataset `http_requests`: of any number, always the same for the same [`LogRecipe`], with planted
//! patterns of failures. None of it was ever recorded: hosts, addresses and visitors are made up, from names and addresses that are reserved
//! for examples.
//!
//! A day of a shop's traffic: four hosts, some of it cached, with blocks, redirects, visitors who leave, early hints, stale copies, Cloudflare's
//! own paths and a Worker whose sub-requests have records of their own or are merged, over a daily curve, with a few failures now and then.

mod fields;
mod plants;
mod request;
mod world;

use std::io::{self, BufWriter, Write};

pub use fields::Format;
pub use plants::{Expected, PLANTS, Plant};
pub use request::{Request, Source};

use request::Requests;

/// What records are made of. The same recipe makes the same ones.
#[derive(Clone, Copy, Debug)]
pub struct LogRecipe {
    /// How many records.
    pub records: u64,
    /// What fails, beside the background; `None` for nothing.
    pub plant: Option<&'static Plant>,
    /// Which of the requests asked of the origin fail anyway, of a million.
    pub background: u32,
    /// What chance begins with.
    pub seed: u64,
}

impl LogRecipe {
    /// Of every thousand requests one fails anyway.
    pub fn new(records: u64, plant: Option<&'static Plant>, seed: u64) -> Self {
        Self { records, plant, background: 1_000, seed }
    }

    /// The records, one after the other.
    pub fn requests(&self) -> impl Iterator<Item = Request> + use<> {
        Requests::new(self)
    }

    /// Writes them as a file; nothing of it is held but the record at hand. An array and CSV say in nothing that they are synthetic but in
    /// their hosts, whose names end in `.example`.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, format: Format, writer: &mut dyn Write) -> io::Result<()> {
        let mut buffer = BufWriter::with_capacity(1 << 20, writer);
        format.begin(&mut buffer)?;
        for (number, request) in self.requests().enumerate() {
            format.record(&mut buffer, &request, number == 0)?;
        }
        format.end(&mut buffer)?;
        buffer.flush()
    }
}

/// A planted pattern by its id.
pub fn plant(id: &str) -> Option<&'static Plant> {
    PLANTS.iter().find(|plant| plant.id == id)
}
