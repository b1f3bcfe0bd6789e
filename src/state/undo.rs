//! What the person can take back.

use super::filled::Filled;
use super::person::Terminal;

/// The last thing that took something away. Its files are with the client, which reads them again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undo {
    /// A file of this name was removed.
    Removed(String),
    /// Files were removed for new ones.
    Replaced,
    /// Everything was, with what was typed.
    StartedOver(Box<(Filled, Terminal)>),
    /// The sides were swapped.
    Swapped,
}
