//! What Cloudflare's own header fields and cookies mean, said where they stand.

/// What a field of a response through Cloudflare means; empty when it explains itself.
pub(super) fn note(name: &str, value: &str) -> String {
    match name {
        "cf-cache-status" => cache_status(value.trim()).to_owned(),
        "cf-ray" => "The Ray ID with its data centre. Support looks the request up by it.".to_owned(),
        "cf-mitigated" => "A security rule of Cloudflare answered, not the origin.".to_owned(),
        "age" => "Seconds since the cached copy came from the origin.".to_owned(),
        "nel" | "report-to" => "Where the browser reports network errors.".to_owned(),
        "alt-svc" => "Offers HTTP/3.".to_owned(),
        "server-timing" => server_timing(value),
        "set-cookie" => {
            let notes = COOKIES.iter().filter(|(cookie, _)| value.lines().any(|line| line.starts_with(cookie)));
            notes.map(|(cookie, note)| format!("{}: {note}", cookie.trim_end_matches('='))).collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    }
}

/// Cloudflare's cookies, with the sign that ends their names.
const COOKIES: [(&str, &str); 9] = [
    ("__cf_bm=", "Bot products of Cloudflare, for 30 minutes."),
    ("cf_clearance=", "The visitor passed a challenge."),
    ("_cfuvid=", "Rate limiting rules tell visitors apart by it."),
    ("__cflb=", "Load Balancing keeps the visitor on one origin."),
    ("__cfruid=", "Rate limiting, an older kind."),
    ("__cfseq=", "Sequence rules."),
    ("__cfwaitingroom=", "The visitor's place in a waiting room."),
    ("cf_ob_info=", "Always Online: status, Ray ID and data centre of the failure."),
    ("cf_use_ob=", "Always Online is to be used."),
];

fn cache_status(value: &str) -> &'static str {
    const STATUSES: [(&str, &str); 10] = [
        ("HIT", "From Cloudflare's cache. The origin was not asked."),
        ("MISS", "Not in the cache. The origin was asked."),
        ("EXPIRED", "The cached copy had expired. The origin was asked."),
        ("STALE", "An expired copy, since the origin could not be reached."),
        ("UPDATING", "An expired copy, while Cloudflare asks the origin for a new one."),
        ("REVALIDATED", "From the cache. The origin confirmed that it is current."),
        ("BYPASS", "The origin's headers, a cookie or Authorization forbid caching. The origin was asked."),
        ("DYNAMIC", "Not cached, since this type is not cached by default. The origin was asked."),
        ("NONE", "Cloudflare answered by itself."),
        ("UNKNOWN", "Cloudflare answered by itself."),
    ];
    STATUSES.iter().find(|(status, _)| status.eq_ignore_ascii_case(value)).map_or("", |(_, note)| note)
}

/// How long Cloudflare waited for the origin, and how far the browser was from Cloudflare.
fn server_timing(value: &str) -> String {
    let number = |behind: &str| {
        let rest = value.split_once(behind)?.1;
        rest[..rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len())].parse::<u64>().ok()
    };
    let origin = match number("cfOrigin;dur=") {
        Some(0) => "Cloudflare did not ask the origin.".to_owned(),
        Some(ms) => format!("Cloudflare waited {ms} ms for the origin."),
        None => String::new(),
    };
    let round_trip = number("&rtt=").map(|us| format!("A packet from the browser to Cloudflare and back took {} ms.", us.div_ceil(1000)));
    [origin, round_trip.unwrap_or_default()].join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a field of Cloudflare's is not explained, is explained as another one, or another party's is.
    #[test]
    fn cloudflares_fields_are_explained() {
        for (name, value, expected) in [
            ("cf-cache-status", "dynamic", "Not cached, since"),
            ("cf-cache-status", "HIT", "The origin was not asked."),
            ("server-timing", "cfL4;desc=\"?proto=TCP&rtt=12120&min_rtt=9\", cfOrigin;dur=34", "34 ms for the origin. A packet"),
            ("server-timing", "cfOrigin;dur=0", "did not ask the origin"),
            ("server-timing", "cfL4;desc=\"?proto=TCP&rtt=12120\"", "and back took 13 ms."),
            ("set-cookie", "id=1\n__cf_bm=x; path=/\n_cfuvid=y", "__cf_bm: Bot products of Cloudflare, for 30 minutes. _cfuvid: Rate"),
        ] {
            assert!(note(name, value).contains(expected), "{name}: {}", note(name, value));
        }
        for (name, value) in [("cf-cache-status", "x"), ("server-timing", "db;dur=5"), ("set-cookie", "a=__cf_bm="), ("etag", "x")] {
            assert_eq!(note(name, value), "", "{name}");
        }
    }
}
