//! Requests in lines whose columns are only told apart by their order: a row for each way to write them.

use std::net::{IpAddr, SocketAddr};

use crate::grammar::{is_host, is_target, logged};

/// The columns before a request's method, and those behind it. `S` is the status, `O` the status of whoever was asked in turn, `T` the
/// target, `H` the host, `U` seconds since 1970, `D` a duration, `A` the client's address, `V` the version of HTTP, `*` anything, `X`
/// anything but a number, `/S` the status behind a slash; other words stand for themselves. The first row that fits counts.
const COLUMNS: [(&str, &str); 12] = [
    // Amazon's balancers
    ("D D D S O * *", "T"),
    // Nginx Proxy Manager
    ("O S -", "* H T"),
    // Gin
    ("| S | * | * |", "T"),
    // Squid
    ("U * * /S *", "T"),
    // Spring WebFlux
    ("S Server Error for HTTP", "T"),
    // uvicorn
    ("A -", "T V S"),
    // uWSGI
    ("", "T => generated * bytes in * * * S"),
    // Of several numbers before a request none says that it is the status.
    ("X S", "T"),
    ("", "T V S"),
    ("", "T S"),
    ("", "T V"),
    ("", "T"),
];

/// What the columns around a method say.
#[derive(Default)]
pub(super) struct Request<'a> {
    pub(super) target: &'a str,
    pub(super) host: Option<&'a str>,
    pub(super) status: Option<u16>,
    /// Whoever was asked in turn gave none.
    pub(super) is_unanswered: bool,
    pub(super) seconds: Option<&'a str>,
    /// It says whose request it was.
    pub(super) is_served: bool,
}

impl<'a> Request<'a> {
    /// What stands around a method. Of a line that may have been cut off, the end is no whole word unless a quote closes it.
    pub(super) fn around(before: &'a str, behind: &'a str, is_whole: bool) -> Option<Self> {
        COLUMNS.iter().find_map(|(left, right)| {
            let mut found = Self::default();
            let mut words = behind.split_ascii_whitespace();
            let is_cut = |word: &str| !is_whole && word.as_bytes().as_ptr_range().end == behind.as_bytes().as_ptr_range().end;
            let mut fits = |column: &str, word: &'a str| {
                let plain = word.trim_matches(['"', '(', ')', '[', ']', ',']);
                match column {
                    "S" => logged(plain).inspect(|status| found.status = Some(*status)).is_some(),
                    "/S" => plain
                        .rsplit_once('/')
                        .and_then(|(_, status)| logged(status))
                        .inspect(|status| found.status = Some(*status))
                        .is_some(),
                    "O" => {
                        found.is_unanswered = plain == "-";
                        found.is_unanswered || logged(plain).is_some()
                    }
                    "T" => {
                        let target = word.trim_start_matches('"').split('"').next().unwrap_or_default();
                        found.target = target.trim_end_matches(',');
                        is_target(found.target) && !(word.ends_with(target) && is_cut(word))
                    }
                    "H" => {
                        found.host = Some(plain);
                        is_host(plain)
                    }
                    "U" => {
                        found.seconds = Some(plain);
                        plain.contains('.') && plain.parse::<f64>().is_ok()
                    }
                    "D" => plain == "-1" || plain.contains('.') && plain.parse::<f64>().is_ok(),
                    "A" => {
                        found.is_served = plain.parse::<IpAddr>().is_ok() || plain.parse::<SocketAddr>().is_ok();
                        found.is_served
                    }
                    "V" => plain.starts_with("HTTP/"),
                    "X" => plain.parse::<u64>().is_err(),
                    "*" => !plain.is_empty(),
                    own => own == word,
                }
            };
            let mut earlier = before.split_ascii_whitespace().rev();
            let is_it = left.rsplit(' ').filter(|column| !column.is_empty()).all(|column| fits(column, earlier.next().unwrap_or_default()))
                && right.split(' ').all(|column| fits(column, words.next().unwrap_or_default()));
            is_it.then_some(found)
        })
    }
}
