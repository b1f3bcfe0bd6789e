//! The addresses that Cloudflare connects to origins from.

use std::net::IpAddr;
use std::sync::LazyLock;

/// The day on which the ranges were current, in a line of its own, then one range a line: `docs/data.md` says where they come from.
const TABLE: &str = include_str!("../../../../static/edge-ranges.txt");

/// The day on which the list was current.
pub const DATE: &str = TABLE.split_at(10).0;

/// All of the ranges (CIDR), those of IPv4 first, with spaces between them, as a shell's `for` takes them.
pub static RANGES: LazyLock<String> = LazyLock::new(|| ranges().collect::<Vec<_>>().join(" "));

/// All of the ranges (CIDR), those of IPv4 first.
fn ranges() -> impl Iterator<Item = &'static str> {
    TABLE.lines().skip(1)
}

/// Whether an address is one that Cloudflare answers and connects from.
pub fn contains(address: IpAddr) -> bool {
    let address = address.to_canonical();
    ranges().filter_map(|range| range.split_once('/')).any(|(first, length)| match (first.parse(), length.parse::<u32>(), address) {
        (Ok(IpAddr::V4(first)), Ok(length), IpAddr::V4(address)) => (first.to_bits() ^ address.to_bits()).leading_zeros() >= length,
        (Ok(IpAddr::V6(first)), Ok(length), IpAddr::V6(address)) => (first.to_bits() ^ address.to_bits()).leading_zeros() >= length,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when an address at the edge of a range falls on the wrong side of it.
    #[test]
    fn addresses_are_in_or_out() {
        for (address, is_in) in [
            ("104.16.0.0", true),
            ("104.23.255.255", true),
            ("104.15.255.255", false),
            ("::ffff:172.67.1.2", true),
            ("172.32.0.1", false),
            ("2606:4700::1", true),
            ("2606:4701::1", false),
            ("203.0.113.7", false),
        ] {
            assert_eq!(contains(address.parse().unwrap()), is_in, "{address}");
        }
    }

    /// Breaks when a range is lost or damaged: a firewall would then block a part of Cloudflare.
    #[test]
    fn the_list_is_whole() {
        assert_eq!(TABLE.lines().next(), Some(DATE));
        let (v6, v4): (Vec<&str>, Vec<&str>) = ranges().partition(|range| range.contains(':'));
        assert_eq!((v4.len(), v6.len()), (15, 7));
        for range in v4.into_iter().chain(v6) {
            let (address, length) = range.split_once('/').unwrap();
            let address: IpAddr = address.parse().unwrap();
            let length: u32 = length.parse().unwrap();
            let rest = match address {
                IpAddr::V4(address) => u128::from(address.to_bits()) & ((1 << (32 - length)) - 1),
                IpAddr::V6(address) => address.to_bits() & ((1 << (128 - length)) - 1),
            };
            assert_eq!(rest, 0, "{range}: bits behind the prefix");
        }
    }
}
