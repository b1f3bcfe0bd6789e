//! The addresses that Cloudflare connects to origins from.

use std::net::IpAddr;

/// The day on which the list was current: <https://www.cloudflare.com/ips/>.
pub const DATE: &str = "2026-10-05";

/// All of the ranges (CIDR), those of IPv4 first, with spaces between them, as a shell's `for` takes them.
pub const RANGES: &str = "173.245.48.0/20 103.21.244.0/22 103.22.200.0/22 103.31.4.0/22 141.101.64.0/18 108.162.192.0/18 \
    190.93.240.0/20 188.114.96.0/20 197.234.240.0/22 198.41.128.0/17 162.158.0.0/15 104.16.0.0/13 104.24.0.0/14 172.64.0.0/13 \
    131.0.72.0/22 2400:cb00::/32 2606:4700::/32 2803:f800::/32 2405:b500::/32 2405:8100::/32 2a06:98c0::/29 2c0f:f248::/32";

/// Whether an address is one that Cloudflare answers and connects from.
pub fn contains(address: IpAddr) -> bool {
    let address = address.to_canonical();
    RANGES.split(' ').filter_map(|range| range.split_once('/')).any(|(first, length)| {
        match (first.parse(), length.parse::<u32>(), address) {
            (Ok(IpAddr::V4(first)), Ok(length), IpAddr::V4(address)) => (first.to_bits() ^ address.to_bits()).leading_zeros() >= length,
            (Ok(IpAddr::V6(first)), Ok(length), IpAddr::V6(address)) => (first.to_bits() ^ address.to_bits()).leading_zeros() >= length,
            _ => false,
        }
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
        let (v6, v4): (Vec<&str>, Vec<&str>) = RANGES.split(' ').partition(|range| range.contains(':'));
        assert_eq!((v4.len(), v6.len()), (15, 7));
        for range in v4.into_iter().chain(v6) {
            let (address, length) = range.split_once('/').unwrap();
            let address: std::net::IpAddr = address.parse().unwrap();
            let length: u32 = length.parse().unwrap();
            let rest = match address {
                std::net::IpAddr::V4(address) => u128::from(address.to_bits()) & ((1 << (32 - length)) - 1),
                std::net::IpAddr::V6(address) => address.to_bits() & ((1 << (128 - length)) - 1),
            };
            assert_eq!(rest, 0, "{range}: bits behind the prefix");
        }
    }
}
