//! Recordings with parts of other recordings between their entries, as those of other sites.

use serde_json::Value;

use super::{Broken, Case, RECORDED, Verdict, cases, on_every_core};
use crate::foreign::{Random, host, renamed, span};

/// So many mixtures of each kind.
const MIXTURES: u64 = 300;

/// Sites that nobody diagnoses.
const DOMAINS: [&str; 4] = ["harbour.example", "lumen.example", "quill.example", "www.orchard.example"];

/// A recording mixed with one to three others of the same form, and what was mixed.
struct Mixture {
    seed: u64,
    /// The place of the recording among all cases.
    at: usize,
    captures: [Option<Value>; 2],
    parts: Vec<String>,
}

impl Mixture {
    /// The same mixture for the same seed.
    fn new(seed: u64, of: fn(&Case) -> bool) -> Self {
        let mut random = Random::new(seed);
        let those: Vec<usize> = (0..cases().len()).filter(|at| of(&cases()[*at])).collect();
        let at = those[random.below(those.len())];
        let base = &cases()[at];
        let donors: Vec<&Case> = cases().iter().filter(|case| case.form == base.form && case.name != base.name).collect();
        let mut mixture = Self { seed, at, captures: base.captures.clone(), parts: Vec::new() };
        for domain in DOMAINS.iter().take(1 + random.below(3)) {
            mixture.add(donors[random.below(donors.len())], domain, &mut random);
        }
        mixture
    }

    /// Some of a recording's entries. Another site answers in the same way whichever way this one is asked: through Cloudflare in both files,
    /// or through nothing in both.
    fn add(&mut self, donor: &Case, domain: &str, random: &mut Random) {
        let side = usize::from(random.below(4) == 0);
        let entries = |har: &Option<Value>| har.as_ref().and_then(|har| har["log"]["entries"].as_array().cloned()).unwrap_or_default();
        let foreign: Vec<Value> = entries(&donor.captures[side]).into_iter().filter(|entry| host(entry).is_some()).collect();
        let first = random.below(foreign.len());
        let count = 1 + random.below((foreign.len() - first).min(8));
        let way = random.below(3);
        let files: &[usize] = [&[0, 1][..], &[0, 1], &[0], &[1]][random.below(4)];
        for file in files {
            let Some(har) = &mut self.captures[*file] else { continue };
            let own = har["log"]["entries"].as_array_mut().expect("a recording has entries");
            let (begins, ends) = span(own);
            for (number, entry) in (0_i64..).zip(&foreign[first..first + count]) {
                let (at_ms, place) = match way {
                    0 => (begins - 5_000 + number * 100, usize::try_from(number).expect("few")),
                    1 => (ends + 100 + number * 100, own.len()),
                    _ => (begins + (ends - begins) * number / 8, random.below(own.len() + 1)),
                };
                own.insert(place, renamed(entry, domain, own, at_ms));
            }
        }
        let way = ["before", "after", "among"][way];
        let of = ["proxied", "direct"][side];
        let into = match files {
            [0] => "proxied",
            [1] => "direct",
            _ => "both",
        };
        self.parts.push(format!("{count} entries from {first} of {}/{of} as {domain} {way} those of {into}", donor.place()));
    }

    /// What is printed of it when it fails.
    fn about(&self, after: &Verdict) -> String {
        let (case, before) = (&cases()[self.at], &RECORDED[self.at]);
        format!("seed {}: {}: {before} became {after}, with {}", self.seed, case.place(), self.parts.join("; "))
    }
}

/// The mixtures whose verdict is not as it must be.
fn broken(of: fn(&Case) -> bool, holds: fn(&Verdict, &Verdict) -> bool) -> Broken {
    let seeds: Vec<u64> = (1..=MIXTURES).collect();
    let check = |seed: &u64| {
        let mixture = Mixture::new(*seed, of);
        let after = Verdict::of(&mixture.captures);
        (!holds(&RECORDED[mixture.at], &after)).then(|| (format!("became {after}"), mixture.about(&after)))
    };
    let mut broken = Broken::default();
    on_every_core(&seeds, check).into_iter().flatten().for_each(|(kind, line)| broken.add(&kind, line));
    broken
}

/// Breaks when other sites' entries, errors among them, give a healthy pair a cause.
#[test]
fn mixtures_of_healthy_recordings_get_no_cause() {
    broken(|case| case.expect.cause.is_none(), |_, after| !after.is_said()).must_be_none("mixtures got a cause");
}

/// Breaks when other sites' entries, errors among them, change which causes of a fault lead, or how sure they are.
#[test]
fn mixtures_of_faulty_recordings_keep_their_verdict() {
    let broken = broken(|case| case.expect.cause.is_some(), |before, after| after.leads_as(before));
    broken.must_be_none("mixtures have another verdict");
}
