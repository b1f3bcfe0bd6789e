//! What is known of the requests that failed, by which a long log is looked through.

use std::rc::Rc;

use fivetwenty_captures::Side;
use fivetwenty_captures::edge::ray;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use fivetwenty_captures::har::Entry;
use fivetwenty_inputs::RecognisedText;
use fivetwenty_model::TextKind;
use fivetwenty_model::passed::Sought;

use crate::case::{Case, CaseError, GivenCapture, Inputs, assign, site};
use crate::facts::side_view;
use crate::lasted::lasted;

/// Requests that are looked for, at most.
const MAX_SOUGHT: usize = 50;
/// How long before and after a request its lines may have been written, in milliseconds: clocks differ.
const AROUND_MS: i64 = 3 * 60_000;

/// The requests that failed, by captures and texts beside the log; `chosen` is the host that the person named, `offset` that of the log's clock.
///
/// # Errors
/// When a capture has no side left.
pub fn sought(
    captures: &[GivenCapture],
    texts: Vec<Rc<RecognisedText>>,
    chosen: Option<&str>,
    offset: UtcOffset,
) -> Result<Sought, CaseError> {
    let site = site(captures.iter().map(|given| &given.capture), &texts, chosen);
    let case = Case::new(Inputs { captures: assign(captures, &site)?, site, texts, offset, ..Inputs::default() });
    let mut sought = Sought { offset, ..Sought::default() };
    if let Some(view) = side_view(&case, Side::Proxied, None) {
        for entry in view.failing.iter().filter_map(|index| view.entry(*index)).take(MAX_SOUGHT) {
            add(&mut sought, ray(entry), entry.started, Some(entry));
        }
    }
    // What a server wrote is no sign of what failed at Cloudflare.
    let told = case.extracts().filter(|extract| extract.kind != TextKind::LogLines).map(|extract| &extract.statement);
    for says in told.filter(|says| says.status().is_none_or(|status| status >= 500)).take(MAX_SOUGHT) {
        add(&mut sought, says.ray.clone(), says.time, None);
    }
    sought.hosts.extend(case.site.hosts.iter().map(|host| Address { host, ..Address::default() }.host_name().to_owned()));
    Ok(sought)
}

fn add(sought: &mut Sought, ray: Option<RayId>, time: Option<Timestamp>, entry: Option<&Entry>) {
    let received = ray.as_ref().and_then(RayId::received);
    let took = entry.and_then(lasted).and_then(|ms| i64::try_from(ms).ok()).unwrap_or(0);
    if let Some(at) = received.or(time).map(Timestamp::unix_ms) {
        let stretch = [at - AROUND_MS, at.saturating_add(took) + AROUND_MS];
        if !sought.times.contains(&stretch) {
            sought.times.push(stretch);
        }
    }
    if let Some(id) = ray.map(|ray| ray.id()).filter(|id| !sought.rays.contains(id)) {
        sought.rays.push(id);
    }
}
