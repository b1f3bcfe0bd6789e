//! A sample of requests that does not depend on their order: those with the smallest numbers.

use fivetwenty_captures::order::sort_by_key;
use serde::{Deserialize, Serialize};

/// Requests that a sample has.
pub(crate) const SAMPLE: usize = 8_192;

/// By how many dimensions a request of a sample can be looked at.
pub(crate) const KEYS: usize = 7;

/// A request of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Sampled {
    /// Its number, made of its Ray ID or of all that is known of it: chance decides.
    pub(crate) number: u64,
    /// Its values, in the order of the dimensions.
    pub(crate) keys: [u64; KEYS],
    /// When, in Unix milliseconds.
    pub(crate) ms: Option<i64>,
}

/// The requests with the smallest numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sample {
    /// Up to twice as many as it has in the end.
    requests: Vec<Sampled>,
    /// Those with this number and larger ones are not among them.
    limit: Option<u64>,
}

impl Sample {
    pub(crate) fn wants(&self, number: u64) -> bool {
        self.limit.is_none_or(|limit| number < limit)
    }

    pub(crate) fn add(&mut self, request: Sampled) {
        if !self.wants(request.number) {
            return;
        }
        self.requests.push(request);
        if self.requests.len() >= 2 * SAMPLE {
            self.bound();
        }
    }

    pub(crate) fn take(&mut self, number: u64) {
        if let Some(place) = self.requests.iter().position(|request| request.number == number) {
            self.requests.swap_remove(place);
        }
    }

    #[inline]
    pub(crate) fn merge(&mut self, other: Self) {
        self.limit = [self.limit, other.limit].into_iter().flatten().min();
        self.requests.extend(other.requests);
        let limit = self.limit;
        self.requests.retain(|request| limit.is_none_or(|limit| request.number < limit));
        if self.requests.len() >= 2 * SAMPLE {
            self.bound();
        }
    }

    fn bound(&mut self) {
        sort_by_key(&mut self.requests, |request| *request);
        self.limit = self.requests.get(SAMPLE).map(|first_out| first_out.number);
        self.requests.truncate(SAMPLE);
    }

    /// The requests, in order.
    #[inline]
    pub(crate) fn requests(&self) -> Vec<Sampled> {
        let mut requests = self.requests.clone();
        sort_by_key(&mut requests, |request| *request);
        requests.truncate(SAMPLE);
        requests
    }
}
