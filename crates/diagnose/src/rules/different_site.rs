use fivetwenty_captures::site::SideView;
use fivetwenty_redact::{self as redact, Redacted};

use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// The captures do not hold the same requests.
pub(super) static RULE: WarningRule = WarningRule {
    id: "different-site",
    check: |facts: &Facts<'_>| {
        let (Some(proxied), Some(direct)) = (&facts.proxied, &facts.direct) else { return Vec::new() };
        if proxied.on_site.is_empty() || direct.on_site.is_empty() {
            return Vec::new();
        }
        let paired = facts.pairing.matched().filter(|(index, ..)| proxied.on_site.binary_search(index).is_ok()).count();
        let fewer = proxied.on_site.len().min(direct.on_site.len());
        let hardly_any = paired * 10 < fewer && fewer >= ENOUGH && have_other_names(proxied, direct);
        let warning = (paired == 0 || hardly_any).then(|| Warning {
            side: None,
            detail: Redacted::fill(
                "{} in both captures, of {} through Cloudflare and {} direct ones of the site: this is too few to compare. Record the same steps on both sides.",
                &[&redact::counted(paired, "request is", "requests are"), &proxied.on_site.len(), &direct.on_site.len()],
            ),
        });
        warning.into_iter().collect()
    },
    page: page!("different_site.md"),
};

/// With this many requests, a few equal paths may be chance.
const ENOUGH: usize = 10;

/// The two sides share no host name, and the direct one was not requested by its IP address.
fn have_other_names(proxied: &SideView<'_>, direct: &SideView<'_>) -> bool {
    let name = |host: &str| host.rsplit_once(':').map_or(host.len(), |(name, _)| name.len());
    let is_address = |host: &str| host.starts_with('[') || host.bytes().all(|byte| byte.is_ascii_digit() || b".:".contains(&byte));
    direct.hosts.iter().all(|other| {
        let same = |host: &String| host[..name(host)].eq_ignore_ascii_case(&other[..name(other)]);
        !is_address(other) && !proxied.hosts.iter().any(same)
    })
}
