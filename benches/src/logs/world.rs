//! Who asks for what, where: made up.

/// The hosts.
pub(super) const HOSTS: [&str; 4] = ["www.shop.example", "api.shop.example", "static.shop.example", "blog.shop.example"];

/// A path that is asked for: `{n}` is a number, `{u}` a UUID, `{h}` eight hexadecimal digits.
pub(super) struct Path {
    pub(super) host: usize,
    pub(super) template: &'static str,
    pub(super) methods: &'static [&'static str],
    /// Of all requests, roughly in thousandths.
    pub(super) weight: u32,
    pub(super) is_cached: bool,
}

const fn path(host: usize, template: &'static str, methods: &'static [&'static str], weight: u32, is_cached: bool) -> Path {
    Path { host, template, methods, weight, is_cached }
}

const READ: &[&str] = &["GET", "GET", "GET", "GET", "GET", "GET", "GET", "HEAD"];
const WRITE: &[&str] = &["POST"];
const MIXED: &[&str] = &["GET", "GET", "GET", "POST"];
const ALL: &[&str] = &["GET", "GET", "GET", "POST", "PUT", "DELETE"];

/// The paths.
pub(super) const PATHS: [Path; 34] = [
    path(0, "/", READ, 70, false),
    path(0, "/product/{n}", READ, 110, false),
    path(0, "/category/{w}", READ, 50, false),
    path(0, "/cart", MIXED, 35, false),
    path(0, "/checkout/address", MIXED, 18, false),
    path(0, "/checkout/pay", MIXED, 16, false),
    path(0, "/checkout/done", READ, 10, false),
    path(0, "/account/login", MIXED, 16, false),
    path(0, "/account/orders", READ, 14, false),
    path(0, "/account/orders/{n}", READ, 12, false),
    path(0, "/account/settings", MIXED, 6, false),
    path(0, "/search?q={w}", READ, 45, false),
    path(0, "/sitemap.xml", READ, 2, false),
    path(1, "/api/v1/orders", MIXED, 30, false),
    path(1, "/api/v1/orders/{n}", ALL, 35, false),
    path(1, "/api/v1/orders/{n}/items", ALL, 25, false),
    path(1, "/api/v1/users/{u}", ALL, 30, false),
    path(1, "/api/v1/users/{u}/cart", ALL, 20, false),
    path(1, "/api/v1/prices?ids={n}", READ, 35, false),
    path(1, "/api/v1/stock/{n}", READ, 35, false),
    path(1, "/api/v2/events", WRITE, 30, false),
    path(1, "/graphql", WRITE, 25, false),
    path(2, "/js/app.{h}.js", READ, 60, true),
    path(2, "/css/main.{h}.css", READ, 45, true),
    path(2, "/img/{n}.webp", READ, 90, true),
    path(2, "/fonts/inter.woff2", READ, 20, true),
    path(2, "/download/{h}.zip", READ, 12, false),
    path(3, "/", READ, 12, false),
    path(3, "/2026/11/{n}", READ, 20, false),
    path(3, "/feed.xml", READ, 8, false),
    path(3, "/wp-json/posts/{n}", READ, 8, false),
    path(3, "/wp-login.php", MIXED, 4, false),
    path(3, "/tag/{w}", READ, 8, false),
    path(0, "/batch/export/{n}", READ, 0, false),
];

/// The path that only confounders ask for.
pub(super) const BATCH: usize = 33;
/// The path that is the busiest when a confounder says so.
pub(super) const BUSY: usize = 11;
/// The path that one origin alone serves when a confounder says so.
pub(super) const ALONE: usize = 20;

/// Words for `{w}`.
pub(super) const WORDS: [&str; 8] = ["shoes", "coats", "lamps", "books", "tea", "garden", "toys", "winter-sale"];

/// Data centres with their weights.
pub(super) const COLOS: [(&str, u32, &str, u32); 24] = [
    ("FRA", 140, "de", 3320),
    ("AMS", 100, "nl", 1136),
    ("LHR", 100, "gb", 2856),
    ("CDG", 80, "fr", 3215),
    ("MAD", 50, "es", 12479),
    ("MXP", 45, "it", 3269),
    ("WAW", 40, "pl", 5617),
    ("VIE", 35, "at", 8447),
    ("ZRH", 35, "ch", 3303),
    ("ARN", 30, "se", 3301),
    ("EWR", 60, "us", 7922),
    ("ORD", 40, "us", 7018),
    ("LAX", 35, "us", 20001),
    ("MIA", 25, "us", 7922),
    ("YYZ", 20, "ca", 577),
    ("GRU", 30, "br", 26599),
    ("EZE", 15, "ar", 7303),
    ("SIN", 30, "sg", 9506),
    ("SYD", 20, "au", 1221),
    ("MEL", 12, "au", 1221),
    ("AKL", 8, "nz", 4771),
    ("NRT", 25, "jp", 4713),
    ("HKG", 15, "hk", 4760),
    ("JNB", 10, "za", 37457),
];

/// A program of a visitor's: user agent, weight, and of ten requests how many over HTTP/3, over HTTP/2, the others over HTTP/1.1.
pub(super) struct Client {
    pub(super) agent: &'static str,
    pub(super) weight: u32,
    pub(super) protocols: [u8; 2],
    pub(super) device: &'static str,
}

/// The programs of visitors.
pub(super) const CLIENTS: [Client; 9] = [
    Client {
        agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        weight: 36,
        protocols: [5, 5],
        device: "desktop",
    },
    Client {
        agent: "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
        weight: 18,
        protocols: [6, 4],
        device: "mobile",
    },
    Client {
        agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
        weight: 14,
        protocols: [5, 5],
        device: "mobile",
    },
    Client {
        agent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
        weight: 6,
        protocols: [4, 6],
        device: "desktop",
    },
    Client {
        agent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        weight: 8,
        protocols: [4, 6],
        device: "desktop",
    },
    Client {
        agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
        weight: 7,
        protocols: [4, 6],
        device: "desktop",
    },
    Client {
        agent: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        weight: 4,
        protocols: [0, 4],
        device: "desktop",
    },
    Client { agent: "okhttp/4.12.0", weight: 5, protocols: [0, 8], device: "mobile" },
    Client { agent: "python-requests/2.32.3", weight: 2, protocols: [0, 0], device: "desktop" },
];

/// Addresses of origins.
pub(super) const ORIGINS: [&str; 8] =
    ["192.0.2.11", "192.0.2.12", "192.0.2.13", "192.0.2.14", "198.51.100.21", "198.51.100.22", "203.0.113.31", "203.0.113.32"];

/// Minutes of the day that the records are from: 2026-11-20.
pub(super) const MINUTES: usize = 1_440;
/// Its start in Unix milliseconds.
pub(super) const START: i64 = 1_795_132_800_000;

/// The load over the day, from 0.3 at night to 1.
pub(super) fn load(minute: usize) -> f64 {
    let day = minute as f64 / MINUTES as f64 * std::f64::consts::TAU;
    0.65 - 0.3 * (day - 0.3).cos() + 0.05 * (day * 3.0).sin()
}
