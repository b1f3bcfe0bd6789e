//! How many requests failed over time.

use fivetwenty_captures::evidence::timestamp::Timestamp;

use super::attempt::Attempt;
use super::colos::{ColoShare, place};
use super::share::Share;

/// Stretches of time that a pattern has at most.
pub const MAX_TIMES: usize = 60;

/// Requests of one stretch of time.
#[derive(Clone, Debug)]
pub struct TimeShare {
    /// Its start.
    pub from: Timestamp,
    /// Its end, which belongs to the next one.
    pub to: Timestamp,
    /// How many failed.
    pub share: Share,
    /// The same by data centre, without those that got no request.
    pub colos: Vec<ColoShare>,
}

/// Stretches of one length, without a gap.
pub(super) fn times(attempts: &[Attempt<'_>], colos: &[ColoShare]) -> Vec<TimeShare> {
    const WIDTHS_MS: [i64; 11] = [1_000, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000, 21_600_000, 86_400_000];
    let max_times = i64::try_from(MAX_TIMES).unwrap_or(1);
    let starts = || attempts.iter().filter_map(|attempt| attempt.entry.started).map(Timestamp::unix_ms);
    let (Some(first), Some(last)) = (starts().min(), starts().max()) else { return Vec::new() };
    let fits = |width: &i64| last.div_euclid(*width) - first.div_euclid(*width) < max_times;
    let width = WIDTHS_MS.into_iter().find(fits).unwrap_or((last - first) / (max_times - 2) + 1);
    let from = first.div_euclid(width) * width;
    let stretches = usize::try_from((last - from) / width + 1).unwrap_or(0).min(MAX_TIMES);
    let mut shares = vec![Share::default(); stretches];
    let mut by_colo = vec![Share::default(); stretches * colos.len()];
    for attempt in attempts {
        let Some(at) = attempt.entry.started.and_then(|started| usize::try_from((started.unix_ms() - from) / width).ok()) else { continue };
        if let Some(share) = shares.get_mut(at) {
            share.add(attempt.outcome);
        }
        if let Some(share) = place(colos, attempt.colo).and_then(|colo| by_colo.get_mut(at * colos.len() + colo)) {
            share.add(attempt.outcome);
        }
    }
    let stretch = |(number, share): (i64, Share)| {
        // The first one may begin before the year 0, and the last one end after 9999.
        let clamp = |ms: i64, or: i64| Timestamp::from_unix_ms(ms).or_else(|| Timestamp::from_unix_ms(or));
        let start = usize::try_from(number).ok()? * colos.len();
        let shares = by_colo.get(start..start + colos.len())?;
        let of_colos = colos.iter().zip(shares).filter(|(_, share)| share.total > 0);
        Some(TimeShare {
            from: clamp(from + number * width, first)?,
            to: clamp(from + (number + 1) * width, last)?,
            share,
            colos: of_colos.map(|(of, share)| ColoShare { colo: of.colo, share: *share }).collect(),
        })
    };
    (0..).zip(shares).filter_map(stretch).collect()
}
