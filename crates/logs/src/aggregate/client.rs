//! The family of a user agent.

use memchr::memmem::find;

/// What a user agent contains, and the family that it is of then: the first that fits. Browsers name those that they want to be taken for,
/// so the more particular name comes first.
const FAMILIES: &[(&[u8], &str)] = &[
    (b"Googlebot", "Googlebot"),
    (b"bingbot", "Bingbot"),
    (b"GPTBot", "GPTBot"),
    (b"ClaudeBot", "ClaudeBot"),
    (b"Applebot", "Applebot"),
    (b"facebookexternalhit", "Facebook"),
    (b"UptimeRobot", "UptimeRobot"),
    (b"Pingdom", "Pingdom"),
    (b"Edg", "Edge"),
    (b"OPR/", "Opera"),
    (b"SamsungBrowser", "Samsung Internet"),
    (b"Firefox/", "Firefox"),
    (b"FxiOS", "Firefox for iOS"),
    (b"CriOS", "Chrome for iOS"),
    (b"HeadlessChrome", "Headless Chrome"),
    (b"; wv)", "Android WebView"),
    (b"Chrome/", "Chrome"),
    (b"Safari/", "Safari"),
    (b"curl/", "curl"),
    (b"Wget/", "Wget"),
    (b"python-requests", "python-requests"),
    (b"aiohttp", "aiohttp"),
    (b"python-httpx", "httpx"),
    (b"okhttp", "okhttp"),
    (b"Go-http-client", "Go"),
    (b"axios", "axios"),
    (b"node", "Node.js"),
    (b"Java", "Java"),
    (b"PostmanRuntime", "Postman"),
    (b"CFNetwork", "CFNetwork"),
    (b"Dart/", "Dart"),
    (b"WordPress", "WordPress"),
    (b"bot", "another bot"),
    (b"Bot", "another bot"),
    (b"spider", "another bot"),
    (b"crawl", "another bot"),
];

/// The family of a user agent that is not empty.
pub(crate) fn family(agent: &[u8]) -> &'static str {
    FAMILIES.iter().find(|(mark, _)| find(agent, mark).is_some()).map_or("another client", |(_, family)| family)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a browser is taken for one that it only names.
    #[test]
    fn browsers_are_told_apart() {
        for (agent, expected) in [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36", "Chrome"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
                "Safari",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox"),
            ("curl/8.5.0", "curl"),
            ("Mozilla/5.0 (compatible; YandexBot/3.0)", "another bot"),
            ("\u{7f}", "another client"),
        ] {
            assert_eq!(family(agent.as_bytes()), expected, "{agent}");
        }
    }
}
