//! What all failing requests have and the others have not.

use fivetwenty_model::Feature;

use super::attempt::{Attempt, Outcome};
use super::share::Share;

/// Requests with and without a feature.
#[derive(Clone, Copy, Debug)]
pub struct FeatureShare {
    /// The feature.
    pub feature: Feature,
    /// Those that have it.
    pub with: Share,
    /// The rest.
    pub without: Share,
}

/// Features that all failing requests have, when requests with them fail more often than the rest, beyond chance.
pub(super) fn features<'a>(attempts: &[Attempt<'a>]) -> Vec<FeatureShare> {
    let agent = |one: &Attempt<'a>| one.entry.request.header("user-agent").map(|header| (&*header.value, header.hash));
    let blamed = attempts.iter().find(|one| one.outcome == Outcome::Failed).and_then(agent);
    let has = |feature: Feature, one: &Attempt<'a>| {
        let request = &one.entry.request;
        match feature {
            Feature::LargeCookies => {
                let cookies = request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("cookie"));
                cookies.map(|header| header.length).fold(0, u64::saturating_add) >= 4096
            }
            Feature::Writes => matches!(&*request.method, "POST" | "PUT" | "PATCH"),
            Feature::LargeBody => request.body_size.is_some_and(|bytes| bytes >= 65_536),
            Feature::OneUserAgent => agent(one) == blamed,
        }
    };
    let of = |feature| {
        let (mut with, mut without) = (Share::default(), Share::default());
        for attempt in attempts {
            (if has(feature, attempt) { &mut with } else { &mut without }).add(attempt.outcome);
        }
        FeatureShare { feature, with, without }
    };
    let all = [Feature::LargeCookies, Feature::Writes, Feature::LargeBody, Feature::OneUserAgent].map(of);
    all.into_iter().filter(|of| of.without.failing == 0 && of.with.exceeds(of.without, 1)).collect()
}
