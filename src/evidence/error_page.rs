//! What an error page says about itself.

use serde::{Deserialize, Serialize};

/// An error page, as far as it could be told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorPage {}
