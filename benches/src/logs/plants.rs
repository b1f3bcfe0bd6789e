//! The patterns that can be planted, and what is to be found.

/// A pattern.
#[derive(Clone, Copy, Debug)]
pub struct Plant {
    /// Its name, for the command line.
    pub id: &'static str,
    /// Addresses that the origin has.
    pub origins: usize,
    /// What fails.
    pub(super) faults: &'static [Fault],
    /// What else is unusual, so that something else seems to be it.
    pub(super) confounder: Confounder,
    /// What is to be found.
    pub expected: Expected,
}

/// What is to be found.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// The kind, as in the report; any of them.
    pub kinds: &'static [&'static str],
    /// The value, any of them; empty when there is none.
    pub values: &'static [&'static str],
    /// The failing share grows with the load.
    pub under_load: bool,
}

/// Requests of which some fail: all that is not empty must hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    /// Places of origins.
    pub(super) origins: &'static [usize],
    /// Starts of path templates.
    pub(super) paths: &'static [&'static str],
    pub(super) host: Option<usize>,
    pub(super) colos: &'static [&'static str],
    /// From a minute to another one.
    pub(super) minutes: Option<[usize; 2]>,
    pub(super) method: Option<&'static str>,
    /// Part of the user agent.
    pub(super) agent: Option<&'static str>,
    pub(super) protocol: Option<&'static str>,
    /// The share that fails.
    pub(super) share: f64,
    /// It goes down to nothing over the minutes.
    pub(super) is_ramp: bool,
    /// The share is multiplied by the cube of the minute's load.
    pub(super) by_load: bool,
    /// The edge's status and the origin's.
    pub(super) status: (u16, u16),
}

/// What else is unusual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Confounder {
    None,
    /// The second origin gets most requests of FRA, and few others.
    OriginOfColo,
    /// The second origin gets most requests.
    BusyOrigin,
    /// `/search` gets most requests.
    BusyPath,
    /// `/api/v2/events` is served by the second origin alone, which serves other paths as well.
    PathOfOrigin,
    /// `/api/v2/events` is served by the second origin alone, and nothing else is.
    PathIsOrigin,
    /// Most requests of SIN are Safari's.
    ClientOfColo,
    /// `/batch/export/*` is asked for from 03:00 to 04:00 only, often.
    PathOfTime,
    /// The waves are made of `/batch/export/*`.
    WavesOfPath,
    /// Every eleven minutes there are three times as many requests for four minutes.
    Waves,
    /// From 15:00 to 16:00 there are four times as many requests.
    Peak,
}

const NOTHING: Fault = Fault {
    origins: &[],
    paths: &[],
    host: None,
    colos: &[],
    minutes: None,
    method: None,
    agent: None,
    protocol: None,
    share: 1.0,
    is_ramp: false,
    by_load: false,
    status: (520, 0),
};

const fn plant(id: &'static str, faults: &'static [Fault], kinds: &'static [&'static str], values: &'static [&'static str]) -> Plant {
    Plant { id, origins: 4, faults, confounder: Confounder::None, expected: Expected { kinds, values, under_load: false } }
}

const fn of(origins: usize, plant: Plant) -> Plant {
    Plant { origins, ..plant }
}

const fn with(confounder: Confounder, plant: Plant) -> Plant {
    Plant { confounder, ..plant }
}

const fn loaded(plant: Plant) -> Plant {
    Plant { expected: Expected { under_load: true, ..plant.expected }, ..plant }
}

/// The patterns.
pub const PLANTS: &[Plant] = &[
    // Origins.
    of(2, plant("origin-one-of-two", &[Fault { origins: &[1], ..NOTHING }], &["origin"], &["192.0.2.12"])),
    plant("origin-one-of-four", &[Fault { origins: &[1], status: (522, 0), ..NOTHING }], &["origin"], &["192.0.2.12"]),
    of(8, plant("origin-one-of-eight", &[Fault { origins: &[5], ..NOTHING }], &["origin"], &["198.51.100.22"])),
    plant("origin-partial", &[Fault { origins: &[2], share: 0.3, ..NOTHING }], &["origin"], &["192.0.2.13"]),
    of(
        8,
        plant(
            "origin-partial-of-eight",
            &[Fault { origins: &[2], share: 0.3, status: (502, 502), ..NOTHING }],
            &["origin"],
            &["192.0.2.13"],
        ),
    ),
    of(
        2,
        plant("origin-tenth-of-two", &[Fault { origins: &[0], share: 0.1, status: (520, 200), ..NOTHING }], &["origin"], &["192.0.2.11"]),
    ),
    plant("origin-twentieth", &[Fault { origins: &[3], share: 0.05, ..NOTHING }], &["origin"], &["192.0.2.14"]),
    of(8, plant("origin-two-of-eight", &[Fault { origins: &[1, 6], ..NOTHING }], &["origin"], &["192.0.2.12", "203.0.113.31"])),
    of(
        8,
        plant(
            "origin-two-of-eight-partial",
            &[Fault { origins: &[1, 6], share: 0.3, ..NOTHING }],
            &["origin"],
            &["192.0.2.12", "203.0.113.31"],
        ),
    ),
    plant("origin-handshake", &[Fault { origins: &[2], share: 0.8, status: (525, 0), ..NOTHING }], &["origin"], &["192.0.2.13"]),
    with(
        Confounder::OriginOfColo,
        plant("origin-of-a-data-centre", &[Fault { origins: &[1], share: 0.4, ..NOTHING }], &["origin"], &["192.0.2.12"]),
    ),
    with(Confounder::BusyOrigin, plant("origin-busiest", &[Fault { origins: &[1], share: 0.2, ..NOTHING }], &["origin"], &["192.0.2.12"])),
    // URLs.
    plant("url-exact", &[Fault { paths: &["/checkout/pay"], ..NOTHING }], &["url"], &["/checkout/pay"]),
    plant(
        "url-exact-partial",
        &[Fault { paths: &["/checkout/pay"], share: 0.3, status: (500, 500), ..NOTHING }],
        &["url"],
        &["/checkout/pay"],
    ),
    plant("url-prefix", &[Fault { paths: &["/account/"], ..NOTHING }], &["url"], &["/account/*"]),
    plant("url-prefix-partial", &[Fault { paths: &["/account/"], share: 0.2, ..NOTHING }], &["url"], &["/account/*"]),
    plant("url-ids", &[Fault { paths: &["/product/"], share: 0.5, ..NOTHING }], &["url"], &["/product/*"]),
    plant("url-deep", &[Fault { paths: &["/api/v1/orders/{n}/items"], share: 0.6, ..NOTHING }], &["url"], &["/api/v1/orders/*/items"]),
    plant("url-files", &[Fault { paths: &["/download/"], status: (520, 200), ..NOTHING }], &["url"], &["/download/*.zip"]),
    plant("url-host", &[Fault { host: Some(1), share: 0.6, ..NOTHING }], &["url"], &["api.shop.example/*"]),
    plant("url-host-partial", &[Fault { host: Some(3), share: 0.15, ..NOTHING }], &["url"], &["blog.shop.example/*"]),
    with(Confounder::BusyPath, plant("url-busiest", &[Fault { paths: &["/search"], share: 0.1, ..NOTHING }], &["url"], &["/search"])),
    with(
        Confounder::PathOfOrigin,
        plant("url-of-an-origin", &[Fault { paths: &["/api/v2/events"], share: 0.7, ..NOTHING }], &["url"], &["/api/v2/events"]),
    ),
    with(
        Confounder::PathIsOrigin,
        plant(
            "url-is-an-origin",
            &[Fault { paths: &["/api/v2/events"], share: 0.7, ..NOTHING }],
            &["url", "origin"],
            &["/api/v2/events", "192.0.2.12"],
        ),
    ),
    with(
        Confounder::PathIsOrigin,
        plant("origin-is-a-url", &[Fault { origins: &[1], ..NOTHING }], &["url", "origin"], &["/api/v2/events", "192.0.2.12"]),
    ),
    plant("url-two", &[Fault { paths: &["/cart", "/graphql"], share: 0.5, ..NOTHING }], &["url"], &["/cart", "/graphql"]),
    plant("url-posts", &[Fault { paths: &["/graphql"], share: 0.4, ..NOTHING }], &["url"], &["/graphql"]),
    with(
        Confounder::PathOfTime,
        plant("url-of-a-time", &[Fault { paths: &["/batch/"], share: 0.6, ..NOTHING }], &["url"], &["/batch/export/*"]),
    ),
    with(
        Confounder::WavesOfPath,
        plant("url-of-waves", &[Fault { paths: &["/batch/"], share: 0.3, ..NOTHING }], &["url"], &["/batch/export/*"]),
    ),
    // Data centres.
    plant("colo-one", &[Fault { colos: &["WAW"], ..NOTHING }], &["colo"], &["WAW"]),
    plant("colo-partial", &[Fault { colos: &["CDG"], share: 0.3, status: (522, 0), ..NOTHING }], &["colo"], &["CDG"]),
    plant("colo-region", &[Fault { colos: &["SYD", "MEL", "AKL"], ..NOTHING }], &["colo"], &["SYD", "MEL", "AKL"]),
    plant("colo-region-partial", &[Fault { colos: &["EWR", "ORD", "LAX"], share: 0.25, ..NOTHING }], &["colo"], &["EWR", "ORD", "LAX"]),
    plant("colo-small", &[Fault { colos: &["JNB"], ..NOTHING }], &["colo"], &["JNB"]),
    with(Confounder::ClientOfColo, plant("colo-of-safari", &[Fault { colos: &["SIN"], share: 0.5, ..NOTHING }], &["colo"], &["SIN"])),
    with(Confounder::OriginOfColo, plant("colo-of-an-origin", &[Fault { colos: &["FRA"], share: 0.3, ..NOTHING }], &["colo"], &["FRA"])),
    // Times.
    plant("time-step-up", &[Fault { minutes: Some([615, 1440]), share: 0.5, ..NOTHING }], &["time"], &["2026-11-20T10:15:00Z"]),
    plant("time-step-up-tenth", &[Fault { minutes: Some([900, 1440]), share: 0.1, ..NOTHING }], &["time"], &["2026-11-20T15:00:00Z"]),
    plant("time-step-down", &[Fault { minutes: Some([0, 360]), share: 0.3, ..NOTHING }], &["time"], &["2026-11-20T00:00:00Z"]),
    plant("time-burst", &[Fault { minutes: Some([823, 843]), status: (521, 0), ..NOTHING }], &["time"], &["2026-11-20T13:43:00Z"]),
    plant("time-burst-partial", &[Fault { minutes: Some([1080, 1140]), share: 0.4, ..NOTHING }], &["time"], &["2026-11-20T18:00:00Z"]),
    plant("time-ramp-down", &[Fault { minutes: Some([840, 960]), is_ramp: true, ..NOTHING }], &["time"], &["2026-11-20T14:00:00Z"]),
    with(
        Confounder::Peak,
        plant("time-burst-at-a-peak", &[Fault { minutes: Some([910, 950]), share: 0.6, ..NOTHING }], &["time"], &["2026-11-20T15:10:00Z"]),
    ),
    // No relation to what is asked for.
    plant("random-half-a-percent", &[Fault { share: 0.005, ..NOTHING }], &["random"], &[]),
    plant("random-one-percent", &[Fault { share: 0.01, ..NOTHING }], &["random"], &[]),
    plant("random-three-percent", &[Fault { share: 0.03, status: (502, 0), ..NOTHING }], &["random"], &[]),
    plant("random-ten-percent", &[Fault { share: 0.1, status: (503, 503), ..NOTHING }], &["random"], &[]),
    with(Confounder::OriginOfColo, plant("random-with-skew", &[Fault { share: 0.02, ..NOTHING }], &["random"], &[])),
    loaded(with(Confounder::Waves, plant("random-under-load", &[Fault { share: 0.04, by_load: true, ..NOTHING }], &["random"], &[]))),
    // All.
    plant("every", &[NOTHING], &["every"], &[]),
    plant("every-but-some", &[Fault { share: 0.95, status: (522, 0), ..NOTHING }], &["every"], &[]),
    // Who asks, and how.
    plant("method-post", &[Fault { method: Some("POST"), share: 0.4, ..NOTHING }], &["method"], &["POST"]),
    plant("method-delete", &[Fault { method: Some("DELETE"), ..NOTHING }], &["method"], &["DELETE"]),
    plant("client-safari", &[Fault { agent: Some("Version/26.1"), share: 0.3, ..NOTHING }], &["client"], &["Safari"]),
    plant("client-safari-all", &[Fault { agent: Some("Version/26.1"), ..NOTHING }], &["client"], &["Safari"]),
    plant("client-okhttp", &[Fault { agent: Some("okhttp"), share: 0.5, ..NOTHING }], &["client"], &["okhttp"]),
    plant("protocol-http3", &[Fault { protocol: Some("HTTP/3"), share: 0.2, ..NOTHING }], &["protocol"], &["HTTP/3"]),
    plant("protocol-http1", &[Fault { protocol: Some("HTTP/1.1"), share: 0.5, ..NOTHING }], &["protocol"], &["HTTP/1.1"]),
];
