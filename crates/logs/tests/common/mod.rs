//! Records of the generator as those of a reader.

#![allow(clippy::unwrap_used, dead_code, reason = "not every test uses everything")]

use fivetwenty_benches::logs::{LogRecipe, Request, Source};
use fivetwenty_logs::{Aggregate, Field, FieldSet, Origin, Record, Requester};
use fivetwenty_model::logs::PatternKind;

/// All fields but the count.
pub(crate) fn all_fields() -> FieldSet {
    FieldSet((1 << Field::Count as u32) - 1)
}

/// Gives the record of a request; with the sub-request that is merged into it, it is one.
pub(crate) fn of(request: &Request, give: &mut dyn FnMut(&Record<'_>)) {
    if let Some(inner) = &request.merged {
        return of(&Request { merged: None, source: Source::Visitor, parent: 0, ray: request.ray, ..(**inner).clone() }, give);
    }
    let origin = if request.origin == 0 { Origin::None } else { Origin::Status(request.origin) };
    let pathing: [&[u8]; 3] = if request.security.is_empty() { [b"macro", b"wl", b"nr"] } else { [b"filterBasedFirewall", b"ban", b"nr"] };
    let record = Record {
        fields: all_fields(),
        count: 1,
        started_ms: Some(request.started_ns / 1_000_000),
        ended_ms: Some(request.started_ns / 1_000_000 + i64::from(request.took_ms)),
        edge: request.edge,
        origin,
        cache: request.cache.as_bytes(),
        requester: match request.source {
            Source::Visitor => Requester::Visitor,
            Source::Worker => Requester::Worker,
            Source::EarlyHints => Requester::Edge,
        },
        ray: request.ray,
        parent: request.parent,
        host: request.host.as_bytes(),
        method: request.method.as_bytes(),
        path: request.path.as_bytes(),
        protocol: request.protocol.as_bytes(),
        agent: request.agent.as_bytes(),
        colo: request.colo.as_bytes(),
        origin_ip: request.origin_ip.as_bytes(),
        security: request.security.as_bytes(),
        pathing,
        subrequests: request.subrequests,
        phases_ms: request.phases_ms.map(Some),
        origin_ms: Some(request.origin_ms),
        first_byte_ms: Some(request.took_ms),
    };
    give(&record);
}

/// All records of a recipe.
pub(crate) fn aggregate(recipe: &LogRecipe) -> Aggregate {
    let mut aggregate = Aggregate::default();
    for request in recipe.requests() {
        of(&request, &mut |record| {
            aggregate.add(record);
        });
    }
    aggregate
}

/// A kind as the report writes it.
pub(crate) fn kind(kind: PatternKind) -> &'static str {
    match kind {
        PatternKind::Origin => "origin",
        PatternKind::Url => "url",
        PatternKind::Colo => "colo",
        PatternKind::Time => "time",
        PatternKind::Random => "random",
        PatternKind::Every => "every",
        PatternKind::Method => "method",
        PatternKind::Client => "client",
        PatternKind::Protocol => "protocol",
    }
}
