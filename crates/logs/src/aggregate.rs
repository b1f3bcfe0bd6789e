//! Counting records as they flow.

mod client;
mod durations;
mod keys;
mod sample;
mod table;
mod times;
mod url;

use fivetwenty_captures::har::Problem;
use fivetwenty_model::logs::{Count, Dimension, LogOutcome, Phase};
use serde::{Deserialize, Serialize};

use crate::meaning::{MEANINGS, Seen};
use crate::record::{Field, FieldSet, Origin, Record, Requester};

pub(crate) use durations::{BINS, bounds};
pub(crate) use keys::{Map, Set, key};
pub(crate) use sample::{KEYS, Sampled};
pub(crate) use table::{Row, Table, add};
pub(crate) use times::{Times, Width};
pub(crate) use url::prefixes;

use keys::mix;
use sample::Sample;
use table::Weight;

/// The dimensions, in the order of [`Dimension`]: the first [`KEYS`] of [`Sampled`] are these too.
pub(crate) const DIMENSIONS: [Dimension; 9] = [
    Dimension::Origin,
    Dimension::Url,
    Dimension::Host,
    Dimension::Colo,
    Dimension::Method,
    Dimension::Protocol,
    Dimension::Client,
    Dimension::Cache,
    Dimension::Status,
];

/// Bytes of a value that are kept, in the same order.
const LENGTHS: [usize; 9] = [64, 512, 255, 8, 16, 16, 32, 16, 16];
const COLO: usize = 3;

/// Problems that are told, of all files together.
const PROBLEMS: usize = 20;
/// Combinations of statuses that are counted apart.
const COMBINATIONS: usize = 16_384;
/// Failing requests of visitors, of which it may turn out that a Worker made them anew, that are held at most.
const HELD: usize = 50_000;
/// Requests for which a Worker's sub-request failed that are remembered at most.
const PARENTS: usize = 100_000;

/// What the records so far say, in memory that does not grow with their number (some 50 MB when every value is another one). It can be sent
/// (serde) and merged: what aggregates of pieces come to does not depend on where the pieces were cut, unless there were more values than
/// are counted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Aggregate {
    pub(crate) fields: FieldSet,
    /// Requests, and records squared by how many requests each stands for.
    pub(crate) records: u64,
    pub(crate) squares: u128,
    /// In the order of [`LogOutcome`].
    pub(crate) outcomes: [u64; 9],
    pub(crate) folded: u64,
    pub(crate) all: Count,
    pub(crate) span: Option<[i64; 2]>,
    /// By what the table of meanings looks at: the place in it, and how many.
    pub(crate) combinations: Map<u64, Combination>,
    /// In the order of [`DIMENSIONS`].
    pub(crate) tables: [Table; 9],
    pub(crate) times: Times,
    /// In the order of [`Phase`].
    pub(crate) phases: [u64; 5],
    /// Failing requests by the bin of their duration; empty when there are none.
    pub(crate) durations: Vec<u64>,
    pub(crate) without_duration: u64,
    failing: Sample,
    answered: Sample,
    /// By Ray ID: failing requests that may be a Worker's outer record.
    held: Map<u64, Held>,
    /// Rays for which a Worker's sub-request failed, and whose own record did not come yet.
    parents: Set<u64>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) problems_total: u64,
    #[serde(skip)]
    memo: Memo,
}

/// Records whose statuses are alike.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Combination {
    pub(crate) edge: u16,
    pub(crate) origin: Origin,
    cache: u8,
    /// The place in the table of meanings.
    pub(crate) meaning: u8,
    pub(crate) count: u64,
}

impl Combination {
    pub(crate) fn cache(&self) -> Option<&'static str> {
        crate::meaning::cache_name(self.cache)
    }
}

/// All that a request counts for, so that it can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Held {
    seen: Seen,
    keys: [u64; 9],
    ms: Option<i64>,
    weight: Weight,
    phase: Option<Phase>,
    number: u64,
}

/// What was worked out for values that come again.
#[derive(Clone, Debug, Default)]
struct Memo {
    /// The number of a path, and that of its pattern.
    urls: Vec<(u64, u64)>,
    /// The number of a user agent, and its family.
    clients: Vec<(u64, &'static str)>,
}

/// Places of a memo, a power of two.
const PLACES: usize = 8_192;

impl Aggregate {
    /// Counts a record; says what became of its request.
    pub fn add(&mut self, record: &Record<'_>) -> LogOutcome {
        self.fields.0 |= record.fields.0;
        self.records = self.records.saturating_add(record.count);
        self.squares = self.squares.saturating_add(u128::from(record.count) * u128::from(record.count));
        let moment = |ms: Option<i64>| ms.filter(|ms| (YEARS[0]..YEARS[1]).contains(ms));
        let ms = moment(record.started_ms).or(moment(record.ended_ms));
        if let Some(ms) = ms {
            let span = self.span.get_or_insert([ms, ms]);
            *span = [span[0].min(ms), span[1].max(ms)];
        }
        let seen = Seen::new(record);
        let outcome = self.count_combination(seen, record.count);
        let total = &mut self.outcomes[outcome as usize];
        *total = total.saturating_add(record.count);
        if !outcome.asked_origin() {
            return outcome;
        }
        let failing = outcome == LogOutcome::Failed;
        let duration = if failing { time_to_fail(record).map(durations::bin) } else { None };
        let weight = Weight { count: record.count, failing, duration };
        let keys = self.count_values(record, seen, weight);
        let request = Held { seen, keys, ms, weight, phase: if failing { phase(record) } else { None }, number: number(record, &keys, ms) };
        self.count(&request);
        if record.requester == Requester::Worker && record.parent != 0 {
            self.folded = self.folded.saturating_add(record.count);
        }
        if failing { self.join(record, request) } else { outcome }
    }

    /// Takes what could not be read: the first of so many problems.
    pub fn take_problems(&mut self, problems: Vec<Problem>, total: u64) {
        let room = PROBLEMS.saturating_sub(self.problems.len());
        self.problems.extend(problems.into_iter().take(room));
        self.problems_total = self.problems_total.saturating_add(total);
    }

    /// No record was counted.
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// How many requests were counted.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// How many requests that asked the origin failed.
    pub fn failing(&self) -> u64 {
        self.all.failing
    }

    /// Counts what another one counted.
    #[inline]
    pub fn merge(&mut self, other: Self) {
        self.fields.0 |= other.fields.0;
        self.records = self.records.saturating_add(other.records);
        self.squares = self.squares.saturating_add(other.squares);
        add_all(&mut self.outcomes, &other.outcomes);
        self.folded = self.folded.saturating_add(other.folded);
        add(&mut self.all, other.all);
        self.span = match (self.span, other.span) {
            (Some(one), Some(other)) => Some([one[0].min(other[0]), one[1].max(other[1])]),
            (one, other) => one.or(other),
        };
        for (key, combination) in other.combinations {
            let is_full = self.combinations.len() >= COMBINATIONS;
            match self.combinations.get_mut(&key) {
                Some(known) => known.count = known.count.saturating_add(combination.count),
                None if is_full => {}
                None => {
                    self.combinations.insert(key, combination);
                }
            }
        }
        for (table, other) in self.tables.iter_mut().zip(other.tables) {
            table.merge(other);
        }
        self.times.merge(other.times);
        add_all(&mut self.phases, &other.phases);
        if self.durations.is_empty() {
            self.durations = other.durations;
        } else {
            add_all(&mut self.durations, &other.durations);
        }
        self.without_duration = self.without_duration.saturating_add(other.without_duration);
        self.take_problems(other.problems, other.problems_total);
        self.failing.merge(other.failing);
        self.answered.merge(other.answered);
        for (ray, request) in other.held {
            if self.parents.remove(&ray) {
                self.fold(&request);
            } else if self.held.len() < HELD {
                self.held.insert(ray, request);
            }
        }
        for ray in other.parents {
            if let Some(request) = self.held.remove(&ray) {
                self.fold(&request);
            } else if self.parents.len() < PARENTS {
                self.parents.insert(ray);
            }
        }
    }

    /// The samples: failing requests, and answered ones.
    #[inline]
    pub(crate) fn samples(&self) -> [Vec<Sampled>; 2] {
        [self.failing.requests(), self.answered.requests()]
    }

    fn count_combination(&mut self, seen: Seen, count: u64) -> LogOutcome {
        let packed = seen.packed();
        if let Some(known) = self.combinations.get_mut(&packed) {
            known.count = known.count.saturating_add(count);
            return MEANINGS[usize::from(known.meaning)].outcome;
        }
        let meaning = seen.meaning();
        if self.combinations.len() < COMBINATIONS {
            let place = u8::try_from(meaning).unwrap_or(u8::MAX);
            let combination = Combination { edge: seen.edge, origin: seen.origin, cache: seen.cache, meaning: place, count };
            self.combinations.insert(packed, combination);
        }
        MEANINGS[meaning].outcome
    }

    /// Counts a request by its values, and gives their numbers.
    fn count_values(&mut self, record: &Record<'_>, seen: Seen, weight: Weight) -> [u64; 9] {
        let mut keys = [0; 9];
        let texts = [record.origin_ip, &[], record.host, record.colo, record.method, record.protocol];
        for (place, text) in texts.into_iter().enumerate() {
            let text = &text[..text.len().min(LENGTHS[place])];
            keys[place] = key(text);
            if !text.is_empty() {
                self.tables[place].add(keys[place], weight, &|| String::from_utf8_lossy(text).into());
            }
        }
        keys[1] = self.count_url(record.path, weight);
        let client = self.client(record.agent);
        let status = seen.status_key();
        keys[6] = key(client.as_bytes());
        keys[7] = seen.cache().map_or(0, |cache| key(cache.as_bytes()));
        keys[8] = mix(status).max(1);
        if keys[6] != 0 {
            self.tables[6].add(keys[6], weight, &|| client.into());
        }
        if let Some(cache) = seen.cache() {
            self.tables[7].add(keys[7], weight, &|| cache.into());
        }
        self.tables[8].add(keys[8], weight, &|| seen.statuses().into());
        keys
    }

    fn count_url(&mut self, path: &[u8], weight: Weight) -> u64 {
        let path = url::without_query(path);
        if path.is_empty() {
            return 0;
        }
        let path = &path[..path.len().min(LENGTHS[1])];
        let number = key(path);
        let table = &mut self.tables[1];
        let urls = &mut self.memo.urls;
        if urls.is_empty() {
            urls.resize(PLACES, (0, 0));
        }
        let place = &mut urls[usize::try_from(number % PLACES as u64).unwrap_or(0)];
        if place.0 == number && table.rows.contains_key(&place.1) {
            table.add(place.1, weight, &Box::default);
            return place.1;
        }
        let pattern = url::pattern(path);
        let key = key(pattern.as_bytes());
        *place = (number, key);
        table.add(key, weight, &|| pattern.as_str().into());
        key
    }

    fn client(&mut self, agent: &[u8]) -> &'static str {
        if agent.is_empty() {
            return "";
        }
        let agent = &agent[..agent.len().min(512)];
        let number = key(agent);
        let clients = &mut self.memo.clients;
        if clients.is_empty() {
            clients.resize(PLACES, (0, ""));
        }
        let place = &mut clients[usize::try_from(number % PLACES as u64).unwrap_or(0)];
        if place.0 != number {
            *place = (number, client::family(agent));
        }
        place.1
    }

    /// Counts what is not in a table by values.
    fn count(&mut self, request: &Held) {
        let weight = request.weight;
        weight.add_to(&mut self.all);
        if let Some(ms) = request.ms {
            self.times.add(ms, request.keys[COLO], weight);
        }
        let sample = if weight.failing { &mut self.failing } else { &mut self.answered };
        if sample.wants(request.number) {
            let mut keys = [0; KEYS];
            keys.copy_from_slice(&request.keys[..KEYS]);
            sample.add(Sampled { number: request.number, keys, ms: request.ms });
        }
        if !weight.failing {
            return;
        }
        if let Some(phase) = request.phase {
            self.phases[phase as usize] = self.phases[phase as usize].saturating_add(weight.count);
        }
        match weight.duration {
            None => self.without_duration = self.without_duration.saturating_add(weight.count),
            Some(bin) => {
                if self.durations.is_empty() {
                    self.durations = vec![0; BINS];
                }
                let total = &mut self.durations[usize::from(bin)];
                *total = total.saturating_add(weight.count);
            }
        }
    }

    /// A failing sub-request of a Worker's and its visitor's record, which failed with it, are one failure: the former's.
    fn join(&mut self, record: &Record<'_>, request: Held) -> LogOutcome {
        if record.parent != 0 {
            if let Some(outer) = self.held.remove(&record.parent) {
                self.fold(&outer);
            } else if self.parents.len() < PARENTS {
                self.parents.insert(record.parent);
            }
            return LogOutcome::Failed;
        }
        let may_be_outer = record.ray != 0 && record.origin_ip.is_empty() && !matches!(record.origin, Origin::Status(_));
        if may_be_outer {
            if self.parents.remove(&record.ray) {
                self.fold(&request);
                return LogOutcome::Worker;
            }
            if self.held.len() < HELD {
                self.held.insert(record.ray, request);
            }
        }
        LogOutcome::Failed
    }

    /// Takes a failing request back: a Worker answered it.
    fn fold(&mut self, request: &Held) {
        let weight = request.weight;
        let count = weight.count;
        weight.take_from(&mut self.all);
        for (table, key) in self.tables.iter_mut().zip(request.keys) {
            if key != 0 {
                table.take(key, weight);
            }
        }
        if let Some(ms) = request.ms {
            self.times.take(ms, request.keys[COLO], weight);
        }
        self.failing.take(request.number);
        if let Some(phase) = request.phase {
            self.phases[phase as usize] = self.phases[phase as usize].saturating_sub(count);
        }
        match weight.duration {
            None => self.without_duration = self.without_duration.saturating_sub(count),
            Some(bin) => {
                if let Some(total) = self.durations.get_mut(usize::from(bin)) {
                    *total = total.saturating_sub(count);
                }
            }
        }
        let failed = &mut self.outcomes[LogOutcome::Failed as usize];
        *failed = failed.saturating_sub(count);
        let packed = request.seen.packed();
        if let Some(combination) = self.combinations.get_mut(&packed) {
            combination.count = combination.count.saturating_sub(count);
            if combination.count == 0 {
                self.combinations.remove(&packed);
            }
        }
        let outcome = self.count_combination(request.seen.of_worker(), count);
        self.outcomes[outcome as usize] = self.outcomes[outcome as usize].saturating_add(count);
    }
}

/// The years 0 to 9999 in Unix milliseconds: those that a timestamp has.
const YEARS: [i64; 2] = [-62_167_219_200_000, 253_402_300_800_000];

#[inline]
fn add_all(ours: &mut [u64], theirs: &[u64]) {
    for (one, other) in ours.iter_mut().zip(theirs) {
        *one = one.saturating_add(*other);
    }
}

/// A number that chance gives a request: of its Ray ID, or of all that is known of it.
fn number(record: &Record<'_>, keys: &[u64; 9], ms: Option<i64>) -> u64 {
    if record.ray != 0 {
        return mix(mix(record.ray) ^ 0x5eed);
    }
    let time = ms.map_or(0, i64::cast_unsigned) ^ u64::from(record.origin_ms.unwrap_or(0)) << 48;
    keys.iter().fold(mix(time ^ key(record.path)), |number, key| mix(number.rotate_left(9) ^ key))
}

/// How long a failing request took, in milliseconds: the origin's part, else until the first byte, else all of it. 0 says nothing.
fn time_to_fail(record: &Record<'_>) -> Option<u32> {
    let all = || match (record.started_ms, record.ended_ms) {
        (Some(started), Some(ended)) => u32::try_from(ended.checked_sub(started)?).ok(),
        _ => None,
    };
    let known = |ms: Option<u32>| ms.filter(|ms| *ms > 0);
    known(record.origin_ms).or_else(|| known(record.first_byte_ms)).or_else(all)
}

/// How far a failing request came at the origin. A handshake of 0 ms is one of a connection that was used again, or none: only what took
/// time counts.
fn phase(record: &Record<'_>) -> Option<Phase> {
    if matches!(record.origin, Origin::Status(_)) {
        return Some(Phase::Body);
    }
    match record.edge {
        521..=523 => return Some(Phase::Tcp),
        524 => return Some(Phase::Headers),
        525 | 526 => return Some(Phase::Tls),
        530 => return Some(Phase::Dns),
        _ => {}
    }
    let [dns, tcp, tls, send, wait] = record.phases_ms.map(|ms| ms.is_some_and(|ms| ms > 0));
    match (dns, tcp, tls, send || wait) {
        (_, _, _, true) | (_, _, true, _) => Some(Phase::Headers),
        (_, true, ..) if record.fields.has(Field::OriginTLSHandshakeDurationMs) => Some(Phase::Tls),
        (true, false, ..) if record.fields.has(Field::OriginTCPHandshakeDurationMs) => Some(Phase::Tcp),
        _ => None,
    }
}
