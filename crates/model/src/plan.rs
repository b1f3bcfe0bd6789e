//! What a bundle is made of. It is data, so that the bundle can be made where there is no analysis.

use fivetwenty_captures::Side;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::Capture;
use fivetwenty_captures::site::Site;
use serde::{Deserialize, Serialize};

use crate::logs::LogsSummary;
use crate::passed::PassedOver;
use crate::vocabulary::Unreadable;

/// What the bundle is made of, beside the text of the captures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The captures that go into it, in the order in which they are redacted.
    pub captures: Vec<PlannedCapture>,
    /// The site that they are about.
    pub site: Site,
    /// Files beside them that could not be read.
    pub unreadable: Vec<Unreadable>,
    /// Texts beside them.
    pub texts: Vec<PlannedText>,
    /// What all records of Cloudflare's logs come down to.
    pub logs: Option<LogsSummary>,
    /// The offset of the clock of the origin's logs.
    pub offset: UtcOffset,
    /// The captures were given the other way round.
    pub exchanged: bool,
    /// What `/cdn-cgi/trace` answered.
    pub trace: Option<Trace>,
    /// The captures are the page's own sample.
    pub is_sample: bool,
    /// The time now, for the report.
    pub now: Timestamp,
}

/// A text that goes into the bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedText {
    /// The name that it was given by.
    pub name: Box<str>,
    /// The text itself, as far as it was kept.
    pub text: Box<str>,
    /// What was passed over of it.
    pub passed: PassedOver,
}

/// A capture that goes into the bundle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedCapture {
    /// Which it is.
    pub side: Side,
    /// What is known of its file, without its entries.
    pub file: Capture,
    /// By entry, how much it tells: 0 for those that a finding cites, 1 for failing ones, 2 where a pair differs, 3 for all others.
    pub ranks: Vec<u8>,
}

/// The name that a side's capture has in the bundle.
pub fn file_name(side: Side) -> &'static str {
    match side {
        Side::Proxied => "proxied.har",
        Side::Direct => "direct.har",
        Side::After => "after.har",
    }
}
