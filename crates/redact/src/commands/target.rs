//! The request that fails, as commands name it.

use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::edge_ranges;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::evidence::utc_offset::UtcOffset;
use serde::{Deserialize, Serialize};

use super::argument::Argument;
use super::log_time::{LogForm, date_and_clock, log_time};
use super::shell::Shell;

/// Minutes of a log that a search names at most.
const MAX_MINUTES: i64 = 10;

/// The request that fails, as captures and texts describe it. It never leaves the page, for it holds the origin's address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its URL as [`Argument::url`] makes it, with `VALUE` for what may not leave; empty when it is not known, as all of these.
    pub url: String,
    /// ` -X POST` and the like; empty for GET.
    pub method: String,
    /// Its Ray ID, without the data centre.
    pub ray: String,
    /// The address that the direct capture was answered from.
    pub origin: String,
    /// The stretch of the origin's logs around it, in Unix milliseconds.
    pub window: Option<[i64; 2]>,
}

/// What commands and guides are filled in with: a target, or in its place what the person typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    url: Option<Argument>,
    origin: Option<Argument>,
    ray: Option<Argument>,
    method: &'static str,
    window: Option<[Timestamp; 2]>,
    offset: UtcOffset,
}

impl Asked {
    /// `url` and `origin` are what was typed, and count before what the target says; empty when nothing was. `offset` is that of the
    /// clock of the origin's logs.
    pub fn new(target: &Target, url: &str, origin: &str, offset: UtcOffset) -> Self {
        let pick =
            |typed: &str, known: &str, read: fn(&str) -> Option<Argument>| read(if typed.trim().is_empty() { known } else { typed.trim() });
        let moment = |ms: i64| Timestamp::from_unix_ms(ms);
        let is_same = url.trim().is_empty();
        Self {
            url: pick(url, &target.url, Argument::url),
            origin: pick(origin, &target.origin, Argument::origin),
            // These are of the request that fails. A Ray ID is letters and digits, as a host can be.
            ray: Argument::host(&target.ray).filter(|_| is_same),
            method: METHODS.into_iter().find(|method| *method == target.method).filter(|_| is_same).unwrap_or_default(),
            window: target.window.and_then(|[from, to]| Some([moment(from)?, moment(to)?])).filter(|_| is_same),
            offset,
        }
    }

    /// The origin's address as it stands in a command, unless that needs brackets.
    pub fn plain_origin(&self) -> Option<&str> {
        self.origin.as_ref().map(Argument::as_str).filter(|origin| !origin.contains(':'))
    }

    /// What stands for a name between braces; `None` when it is none of these.
    ///
    /// - `{url}`, `{trace}`: the URL that fails, and that of its host's `/cdn-cgi/trace`, in quotes; `{method}`: [`Target::method`].
    /// - `{host}`, `{name}`, `{path}`: the host with its port and without, and the path; to stand between quotes.
    /// - `{origin}`, `{socket}`: the origin's address, and the same with the brackets that an IPv6 one needs before a port; between quotes.
    /// - `{ray}`: the Ray ID; `{since}`, `{until}`: the stretch of the logs in UTC, as `journalctl` takes it.
    /// - `{access}`, `{error}`, `{iso}`: options of grep with the minutes as the server's logs write them.
    /// - `{zone}`: the distance of the server's clock from UTC; `{ranges}`, `{listed}`: Cloudflare's addresses and the day of that list.
    pub fn known(&self, name: &str, shell: Shell) -> Option<String> {
        let address = self.url.as_ref().map(|url| Address::new(url.as_str()));
        let or = |known: Option<&str>, unknown: &str| known.unwrap_or(unknown).to_owned();
        let origin = self.origin.as_ref().map(Argument::as_str);
        Some(match name {
            "url" => self.url.as_ref().map_or_else(|| "'https://HOST/PATH'".to_owned(), |url| url.quoted(shell)),
            "trace" => match &address {
                Some(address) => format!("'{}://{}/cdn-cgi/trace'", address.scheme, address.host),
                None => "'https://HOST/cdn-cgi/trace'".to_owned(),
            },
            "method" => self.method.to_owned(),
            "host" => or(address.map(|address| address.host), "HOST"),
            "name" => or(address.as_ref().map(Address::host_name), "HOST"),
            "path" => or(address.map(|address| address.path), "/PATH"),
            "origin" => or(origin, "ORIGIN_IP"),
            "socket" => match origin {
                Some(origin) if origin.contains(':') => format!("[{origin}]"),
                _ => or(origin, "ORIGIN_IP"),
            },
            "ray" => or(self.ray.as_ref().map(Argument::as_str), "RAY_ID"),
            "since" => self.window.map_or_else(|| "-15 min".to_owned(), |[from, _]| in_utc(from)),
            "until" => self.window.map_or_else(|| "now".to_owned(), |[_, to]| in_utc(to)),
            "access" => self.minutes("DD/Mon/YYYY:HH:MM", LogForm::Access),
            "error" => self.minutes("YYYY/MM/DD HH:MM", LogForm::Error),
            "iso" => self.minutes("YYYY-MM-DDTHH:MM", LogForm::Iso),
            "zone" => format!("UTC{}", self.offset),
            "ranges" => edge_ranges::RANGES.to_owned(),
            "listed" => edge_ranges::DATE.to_owned(),
            _ => return None,
        })
    }

    /// ` -e '…'` for every minute of the window but its margins, on the server's clock; `unknown` shows how one is written.
    fn minutes(&self, unknown: &'static str, form: LogForm) -> String {
        let Some([from, to]) = self.window else { return format!(" -e '{unknown}'") };
        let minute = |time: Timestamp| time.unix_ms().div_euclid(60_000);
        let (first, last) = (minute(from) + 1, minute(to) - 1);
        let mut out = String::new();
        for minute in first..=last.clamp(first, first + MAX_MINUTES - 1) {
            let Some(time) = Timestamp::from_unix_ms(minute * 60_000) else { continue };
            let written = log_time(time, self.offset, form);
            out.push_str(" -e '");
            out.push_str(written.get(..unknown.len()).unwrap_or_default());
            out.push('\'');
        }
        out
    }
}

/// What [`Target::method`] can be.
const METHODS: [&str; 4] = [" -X POST", " -X PUT", " -X PATCH", " -X DELETE"];

fn in_utc(time: Timestamp) -> String {
    let text = format!("{time:.0}");
    let (date, clock) = date_and_clock(&text);
    format!("{date} {clock} UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Target {
        Target {
            url: "https://shop.example:8443/api/orders?page=VALUE".to_owned(),
            method: " -X POST".to_owned(),
            ray: "8a7d5e2fbcd1a1c3".to_owned(),
            origin: "2001:db8::1".to_owned(),
            // 2026-11-20 23:59:03 to 2026-11-21 00:02:03 in UTC.
            window: Some([1_795_219_143_000, 1_795_219_323_000]),
        }
    }

    fn known(asked: &Asked, names: &[&str]) -> Vec<String> {
        names.iter().map(|name| asked.known(name, Shell::Posix).unwrap()).collect()
    }

    /// Breaks when what a capture tells does not get into the commands, or gets there in another form than programs take.
    #[test]
    fn a_target_fills_everything() {
        let asked = Asked::new(&target(), "", " ", UtcOffset::from_minutes(60).unwrap());
        assert_eq!(
            known(&asked, &["url", "trace", "method", "host", "name", "path", "origin", "socket", "ray", "zone"]),
            [
                "'https://shop.example:8443/api/orders?page=VALUE'",
                "'https://shop.example:8443/cdn-cgi/trace'",
                " -X POST",
                "shop.example:8443",
                "shop.example",
                "/api/orders",
                "2001:db8::1",
                "[2001:db8::1]",
                "8a7d5e2fbcd1a1c3",
                "UTC+01:00",
            ]
        );
        assert_eq!(
            known(&asked, &["since", "until", "access", "error", "iso"]),
            [
                "2026-11-20 23:59:03 UTC",
                "2026-11-21 00:02:03 UTC",
                " -e '21/Nov/2026:01:00' -e '21/Nov/2026:01:01'",
                " -e '2026/11/21 01:00' -e '2026/11/21 01:01'",
                " -e '2026-11-21T01:00' -e '2026-11-21T01:01'",
            ]
        );
        assert_eq!((asked.known("nothing", Shell::Posix), asked.plain_origin()), (None, None));
    }

    /// Breaks when what was typed does not count before what is known, when the moment of one request is given for another, or when what was
    /// typed wrong is taken as something else.
    #[test]
    fn what_is_typed_counts_first() {
        let asked = Asked::new(&target(), " other.example/a b ", "203.0.113.10", UtcOffset::UTC);
        assert_eq!(
            known(&asked, &["url", "method", "origin", "ray", "since", "access"]),
            ["'https://other.example/a%20b'", "", "203.0.113.10", "RAY_ID", "-15 min", " -e 'DD/Mon/YYYY:HH:MM'"]
        );
        assert_eq!(asked.plain_origin(), Some("203.0.113.10"));
        let nothing = Asked::new(&Target::default(), "-K/etc/passwd", "--config", UtcOffset::UTC);
        assert_eq!(
            known(&nothing, &["url", "trace", "host", "name", "path", "origin", "socket", "until"]),
            ["'https://HOST/PATH'", "'https://HOST/cdn-cgi/trace'", "HOST", "HOST", "/PATH", "ORIGIN_IP", "ORIGIN_IP", "now"]
        );
        let forged = Target {
            url: "https://-K/etc/passwd".into(),
            method: " -K x".into(),
            ray: "$(id)".into(),
            origin: "`id`".into(),
            window: None,
        };
        assert_eq!(
            known(&Asked::new(&forged, "", "", UtcOffset::UTC), &["url", "method", "ray", "origin"]),
            ["'https://HOST/PATH'", "", "RAY_ID", "ORIGIN_IP"]
        );
    }

    /// Breaks when a long wait makes a command without end.
    #[test]
    fn a_long_window_is_cut() {
        let asked = Asked::new(&Target { window: Some([0, i64::from(u32::MAX)]), ..Target::default() }, "", "", UtcOffset::UTC);
        assert_eq!(asked.known("error", Shell::Posix).unwrap().matches(" -e ").count(), 10);
    }
}
