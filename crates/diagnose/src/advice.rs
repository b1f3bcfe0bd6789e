//! Fills the advice of a rule's page in with the request that fails.

use std::borrow::Cow;

use fivetwenty_captures::Side;
use fivetwenty_captures::edge::ray;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::edge_ranges;
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::Entry;
use fivetwenty_model::report::Clock;
use fivetwenty_redact::commands::Target;
use fivetwenty_redact::{self as redact, Redacted};

use crate::clock::{When, when_stated};
use crate::facts::Facts;
use crate::wait::waited;

/// What a page can leave open, each as `{name}`.
#[cfg(test)]
pub(super) const NAMES: [&str; 10] = ["url", "method", "host", "path", "ray", "moment", "since", "until", "ranges", "listed"];

/// How much of the logs before and after the failing request is worth reading, in milliseconds.
const AROUND_MS: i64 = 60_000;

/// A step or a command of a page for this request.
///
/// - `{url}`: its URL for a shell, quoted; `{method}`: ` -X POST` and the like, nothing for GET (`-X` would also change how curl follows
///   redirects); `{host}` and `{path}`: of its URL.
/// - `{moment}`: when it was and its Ray ID, for instance `2026-11-20 10:00:03 UTC (Ray ID 8a7d5e2fbcd1a1c3)`; `{ray}`: that ID.
/// - `{since}` and `{until}`: a minute before and after it, the wait added, in UTC and in the form that `journalctl` takes.
/// - `{ranges}`: all addresses that Cloudflare connects from, with spaces between them; `{listed}`: the day of that list.
pub fn fill(facts: &Facts<'_>, template: &'static str) -> Redacted<String> {
    Redacted::fill_named(template, |name| known(facts, name))
}

/// A text of a page, Markdown, for no case: what one would fill in are words that hold for every site, in code the words of commands.
pub fn for_every_site(facts: &Facts<'_>, text: &'static str) -> String {
    let in_prose = |name: &str| match name {
        "host" => Some(Redacted::fixed("your site")),
        "url" => Some(Redacted::fixed("the URL that fails")),
        _ => known(facts, name),
    };
    let piece = |(place, piece): (usize, &'static str)| {
        if place % 2 == 1 {
            return fill(facts, piece).to_string();
        }
        Redacted::fill_named(piece, in_prose).as_str().replace("Ray ID RAY_ID", "the Ray ID")
    };
    text.split('`').enumerate().map(piece).collect::<Vec<_>>().join("`")
}

/// What stands for one of these names; `None` for any other.
pub fn known(facts: &Facts<'_>, name: &str) -> Option<Redacted<String>> {
    Some(match name {
        "url" => match (url(facts), host(facts)) {
            (Some(url), _) => redact::url_for_shell(&url),
            (None, Some(host)) => redact::url_for_shell(&format!("https://{host}/")),
            (None, None) => redact::url_for_shell("https://HOST/PATH"),
        },
        "method" => Redacted::fixed(match asked(facts).map(|entry| &*entry.request.method) {
            Some("POST") => " -X POST",
            Some("PUT") => " -X PUT",
            Some("PATCH") => " -X PATCH",
            Some("DELETE") => " -X DELETE",
            _ => "",
        }),
        "host" => host(facts).map_or_else(|| Redacted::fixed("HOST"), redact::host_for_shell),
        "path" => url(facts).map_or_else(|| Redacted::fixed("/PATH"), |url| redact::path_for_shell(Address::new(&url).path)),
        "ray" => known_ray(facts).map_or_else(|| Redacted::fixed("RAY_ID"), |ray| redact::ray_id(&ray)),
        "moment" => moment(facts),
        "since" => windows(facts).first().map_or_else(|| Redacted::fixed("-15 min"), |window| redact::second(window.since)),
        "until" => windows(facts).first().map_or_else(|| Redacted::fixed("now"), |window| redact::second(window.until)),
        "ranges" => Redacted::fixed(&edge_ranges::RANGES),
        "listed" => Redacted::fixed(edge_ranges::DATE),
        _ => return None,
    })
}

/// What commands in the page are filled in with.
///
/// The origin's address is the one that a direct request was answered from, unless that is one of Cloudflare's.
pub fn target(facts: &Facts<'_>) -> Target {
    let url = host(facts).and_then(|host| redact::url_to_ask(&url(facts).unwrap_or_else(|| format!("https://{host}/").into())));
    let is_origin = |address: &&str| address.trim_matches(['[', ']']).parse().is_ok_and(|address| !edge_ranges::contains(address));
    let direct = facts.direct.as_ref();
    let recorded = direct.and_then(|view| {
        let mut entries = view.on_site.iter().filter_map(|index| view.entry(*index));
        entries.find_map(|entry| entry.server_ip.as_deref().filter(is_origin))
    });
    let stated =
        || facts.first_stated(|statement| statement.address.as_deref().filter(|_| statement.way == Some(Side::Direct)).filter(is_origin));
    let text = |known: Option<Redacted<String>>| known.map(|known| known.to_string()).unwrap_or_default();
    Target {
        url: text(url),
        method: text(known(facts, "method")),
        ray: text(known_ray(facts).map(|ray| redact::ray_id(&ray))),
        origin: recorded.or_else(stated).unwrap_or_default().to_owned(),
        window: windows(facts).first().map(|window| [window.since.unix_ms(), window.until.unix_ms()]),
    }
}

/// A stretch of the origin's logs to look into.
pub struct Window {
    /// Its start.
    pub since: Timestamp,
    /// Its end.
    pub until: Timestamp,
    /// The clocks that agree on it, one or more.
    pub by: Vec<Clock>,
}

/// The stretch of the origin's logs to look into: around the failing request, as long as Cloudflare waited longer. Several, the likeliest
/// first, when the clocks of that request disagree and nothing decides which is right; none when no clock tells.
pub fn windows(facts: &Facts<'_>) -> Vec<Window> {
    let wait = facts.leading().and_then(|(_, _, entry)| waited(entry));
    let wait = wait.and_then(|waited| i64::try_from(waited.max_ms).ok()).unwrap_or(0);
    let window = |(at, by): (Timestamp, &[Clock])| {
        Some(Window { since: at.plus_ms(-AROUND_MS)?, until: at.plus_ms(wait + AROUND_MS)?, by: by.to_vec() })
    };
    when(facts).iter().flat_map(When::moments).filter_map(window).collect()
}

/// The request that the advice is about: the leading one, else that of the part of the texts that tells most.
fn asked<'a>(facts: &Facts<'a>) -> Option<&'a Entry> {
    facts.leading().map(|(_, _, entry)| entry).or_else(|| facts.told()?.statement.entry.as_deref())
}

/// The URL of that request, when it is known; without a leading one the only URL that the texts name. A log has no more than the path, to
/// which the host belongs.
fn url<'a>(facts: &Facts<'a>) -> Option<Cow<'a, str>> {
    fn known(entry: &Entry) -> Option<&str> {
        Some(&*entry.request.url).filter(|url| !url.is_empty() && *url != "*")
    }
    if facts.leading().is_some() {
        return Some(known(asked(facts)?)?.into());
    }
    let url = asked(facts).and_then(known).or_else(|| {
        let mut all = facts.case.extracts().filter_map(|extract| known(extract.statement.entry.as_deref()?));
        all.next().filter(|first| all.all(|other| other == *first))
    })?;
    Some(if url.starts_with('/') { format!("https://{}{url}", host(facts).unwrap_or("HOST")).into() } else { url.into() })
}

/// The host that all is about: of the leading request, else the first that a text names.
pub fn host<'a>(facts: &Facts<'a>) -> Option<&'a str> {
    let leading = facts.leading().map(|(_, _, entry)| Address::new(&entry.request.url).host).filter(|host| !host.is_empty());
    let told = || facts.told()?.statement.host.as_deref();
    leading.or_else(told).or_else(|| facts.first_stated(|statement| statement.host.as_deref()))
}

/// The Ray ID of the leading request, else the one that a text has. What has a time of its own lends none from elsewhere.
pub fn known_ray(facts: &Facts<'_>) -> Option<RayId> {
    if let Some((_, _, entry)) = facts.leading() {
        return ray(entry);
    }
    let told = &facts.told()?.statement;
    let other = || facts.first_stated(|statement| statement.ray.clone()).filter(|_| told.time.is_none());
    told.ray.clone().or_else(other)
}

/// When the leading request was, else what the texts tell: the part that tells most, else the first with a Ray ID, else the first with a time.
pub fn when(facts: &Facts<'_>) -> Option<When> {
    let told = facts.told().map(|told| &told.statement);
    let by_told = || told.and_then(|told| when_stated(told.ray.as_ref(), told.time));
    if let Some((side, _, entry)) = facts.leading() {
        // A text may tell the time of its request elsewhere than in the request.
        let is_its = told.and_then(|told| told.entry.as_deref()).is_some_and(|own| std::ptr::eq(own, entry));
        return facts.when(side, entry).or_else(|| by_told().filter(|_| is_its));
    }
    by_told()
        .or_else(|| facts.first_stated(|statement| when_stated(Some(statement.ray.as_ref()?), statement.time)))
        .or_else(|| facts.first_stated(|statement| when_stated(None, statement.time)))
}

fn moment(facts: &Facts<'_>) -> Redacted<String> {
    let Some(when) = when(facts) else { return Redacted::fixed("the moment of the error") };
    let at = redact::second(when.at);
    // One that the other clocks contradict belongs to another request.
    match known_ray(facts).filter(|_| when.odd_by(Clock::RayId).is_none()) {
        Some(ray) => Redacted::fill("{} (Ray ID {})", &[&at, &redact::ray_id(&ray)]),
        None => at,
    }
}
