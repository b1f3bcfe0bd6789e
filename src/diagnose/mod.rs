//! From two captures to causes with their evidence.

use serde::{Deserialize, Serialize};

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The same request fails at Cloudflare and the fault itself was seen.
    Confirmed,
    /// The fault was seen, but one condition of `Confirmed` is not met.
    Likely,
    /// It fits what was seen, and so do others.
    Possible,
    /// The evidence that would decide is missing.
    CannotTell,
    /// Something seen contradicts it.
    RuledOut,
}

/// Who must act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Acts {
    /// Whoever runs the origin server.
    Origin,
    /// Whoever runs the network in front of it.
    Network,
    /// Whoever keeps the DNS records.
    Dns,
    /// Whoever has the Cloudflare dashboard.
    Dashboard,
    /// Cloudflare.
    Cloudflare,
    /// The visitor.
    Visitor,
}

/// Where evidence was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The capture through Cloudflare.
    Proxied,
    /// The capture direct to the origin.
    Direct,
    /// A live probe.
    Probe,
}

/// Which way evidence points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speaks {
    /// For the cause.
    For,
    /// Against it.
    Against,
}
