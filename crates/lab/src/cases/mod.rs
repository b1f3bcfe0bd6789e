//! The cases, one file for each family of faults.

mod body_framing;
mod cloudflare_to_origin;
mod direct_blocked;
mod foreign;
mod healthy;
mod http2;
mod invalid_headers;
mod large_requests;
mod large_response_headers;
mod malformed;
mod narrow;
mod no_answer;
mod not_reproduced;
mod other_codes;
mod refused;
mod shorthand;
mod time_and_load;
mod tls;
mod two_faults;

use crate::case::Case;

pub(crate) use shorthand::EMPTY;

/// The families, in the order in which they are recorded.
const FAMILIES: &[&[Case]] = &[
    no_answer::CASES,
    body_framing::CASES,
    malformed::CASES,
    large_response_headers::CASES,
    large_requests::CASES,
    invalid_headers::CASES,
    http2::CASES,
    tls::CASES,
    time_and_load::CASES,
    refused::CASES,
    cloudflare_to_origin::CASES,
    direct_blocked::CASES,
    other_codes::CASES,
    narrow::CASES,
    not_reproduced::CASES,
    two_faults::CASES,
    foreign::CASES,
    healthy::CASES,
];

/// All cases, in the order in which they are recorded.
pub fn all() -> impl Iterator<Item = &'static Case> {
    FAMILIES.iter().copied().flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Breaks when two rows of the tables write to one folder.
    #[test]
    fn names_are_told_apart() {
        let names: BTreeSet<&str> = all().map(|case| case.name).collect();
        assert_eq!(names.len(), all().count());
    }
    /// Breaks when a row describes a host that nothing in it leads to, or leads to a host that could be somebody's.
    #[test]
    fn other_hosts_are_asked_for_and_made_up() {
        for case in all() {
            let hosts = case.other_hosts();
            assert!(hosts.iter().all(|host| host.ends_with(".example")), "{}: {hosts:?}", case.name);
            for other in case.others {
                assert!(hosts.contains(other.origin.site.host), "{}: nothing leads to {}", case.name, other.origin.site.host);
            }
        }
    }
}
