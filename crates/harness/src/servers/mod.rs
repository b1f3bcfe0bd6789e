//! The stand-ins: an origin that fails in chosen ways, and an edge in front of it that shows what Cloudflare's would.
//!
//! They know nothing of browsers: whoever speaks HTTP may ask them.

pub mod edge;
pub mod origin;
pub mod pages;
pub mod site;
pub mod tls;
pub mod when;
