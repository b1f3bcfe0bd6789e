//! One request after the other.

use std::fmt::Write as _;
use std::sync::Arc;

use fastrand::Rng;

use super::LogRecipe;
use super::plants::{Confounder, Fault, Plant};
use super::world::{ALONE, BATCH, BUSY, CLIENTS, COLOS, HOSTS, MINUTES, ORIGINS, PATHS, START, WORDS, load};

/// Who made a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// `eyeball`.
    Visitor,
    /// `edgeWorkerFetch`.
    Worker,
    /// `earlyHintsCache`.
    EarlyHints,
}

/// A request, with the values that a record has of it; others follow from these.
#[derive(Clone, Debug)]
pub struct Request {
    /// When the edge received it, in Unix nanoseconds.
    pub started_ns: i64,
    /// How long it took, in milliseconds.
    pub took_ms: u32,
    /// `EdgeResponseStatus`.
    pub edge: u16,
    /// `OriginResponseStatus`.
    pub origin: u16,
    /// `CacheCacheStatus`.
    pub cache: &'static str,
    /// `ClientRequestSource`.
    pub source: Source,
    /// `RayID`.
    pub ray: u64,
    /// `ParentRayID`; 0 for none.
    pub parent: u64,
    /// `ClientRequestHost`.
    pub host: &'static str,
    /// `ClientRequestMethod`.
    pub method: &'static str,
    /// The path without its query.
    pub path: Arc<str>,
    /// The query with its question mark.
    pub query: Arc<str>,
    /// `ClientRequestProtocol`.
    pub protocol: &'static str,
    /// `ClientRequestUserAgent`.
    pub agent: &'static str,
    /// `ClientDeviceType`.
    pub device: &'static str,
    /// `EdgeColoCode`.
    pub colo: &'static str,
    /// `ClientCountry`.
    pub country: &'static str,
    /// `ClientASN`.
    pub asn: u32,
    /// `OriginIP`; empty when no origin was asked.
    pub origin_ip: &'static str,
    /// `SecurityAction`; empty as a rule.
    pub security: &'static str,
    /// DNS, TCP, TLS, sending, waiting: milliseconds.
    pub phases_ms: [u32; 5],
    /// `OriginResponseDurationMs`.
    pub origin_ms: u32,
    /// `WorkerSubrequestCount`.
    pub subrequests: u32,
    /// What a Worker asked, when it is merged into this record.
    pub merged: Option<Box<Request>>,
    /// Bytes of the body.
    pub bytes: u32,
    /// Whatever else differs.
    pub noise: u64,
}

/// Requests of a recipe.
pub(super) struct Requests {
    rng: Rng,
    plant: Option<&'static Plant>,
    background: f64,
    number: u64,
    records: u64,
    /// The load of each minute, and of all minutes before it.
    loads: Vec<(f64, f64)>,
    most: f64,
    minute: usize,
    /// A sub-request that comes next.
    next: Option<Request>,
    paths: Choice,
    colos: Choice,
    clients: Choice,
}

/// Places by weight.
struct Choice(Vec<u32>);

impl Choice {
    fn new(weights: impl Iterator<Item = u32>) -> Self {
        let mut sum = 0;
        Self(
            weights
                .map(|weight| {
                    sum += weight;
                    sum
                })
                .collect(),
        )
    }

    fn one(&self, rng: &mut Rng) -> usize {
        let drawn = rng.u32(0..self.0.last().copied().unwrap_or(1));
        self.0.partition_point(|sum| *sum <= drawn)
    }
}

impl Requests {
    pub(super) fn new(recipe: &LogRecipe) -> Self {
        let confounder = recipe.plant.map_or(Confounder::None, |plant| plant.confounder);
        let mut sum = 0.0;
        let loads: Vec<(f64, f64)> = (0..MINUTES)
            .map(|minute| {
                let times = match confounder {
                    Confounder::Waves | Confounder::WavesOfPath if minute % 11 < 4 => 3.0,
                    Confounder::Peak if (900..960).contains(&minute) => 4.0,
                    _ => 1.0,
                };
                let load = load(minute) * times;
                sum += load;
                (load, sum - load)
            })
            .collect();
        let most = loads.iter().map(|load| load.0).fold(0.0, f64::max);
        Self {
            rng: Rng::with_seed(recipe.seed),
            plant: recipe.plant,
            background: f64::from(recipe.background) / 1e6,
            number: 0,
            records: recipe.records,
            loads,
            most,
            minute: 0,
            next: None,
            paths: Choice::new(PATHS.iter().map(|path| path.weight)),
            colos: Choice::new(COLOS.iter().map(|colo| colo.1)),
            clients: Choice::new(CLIENTS.iter().map(|client| client.weight)),
        }
    }

    fn confounder(&self) -> Confounder {
        self.plant.map_or(Confounder::None, |plant| plant.confounder)
    }

    /// Minutes go on as their load wants it.
    fn moment(&mut self) -> i64 {
        let sum = self.loads[MINUTES - 1].0 + self.loads[MINUTES - 1].1;
        let at = (self.number as f64 + self.rng.f64()) / self.records as f64 * sum;
        while self.minute + 1 < MINUTES && self.loads[self.minute + 1].1 <= at {
            self.minute += 1;
        }
        let within = self.rng.i64(0..60_000_000_000);
        (START + i64::try_from(self.minute).unwrap_or(0) * 60_000) * 1_000_000 + within
    }

    fn path(&mut self) -> usize {
        match self.confounder() {
            Confounder::BusyPath if self.rng.u8(0..10) < 6 => BUSY,
            Confounder::PathOfTime if (180..240).contains(&self.minute) && self.rng.bool() => BATCH,
            Confounder::WavesOfPath if self.minute % 11 < 4 && self.rng.u8(0..3) < 2 => BATCH,
            _ => self.paths.one(&mut self.rng),
        }
    }

    fn origin(&mut self, path: usize, colo: &str) -> usize {
        let number = self.plant.map_or(4, |plant| plant.origins);
        let confounder = self.confounder();
        let is_alone = path == ALONE;
        let often = self.rng.u8(0..100);
        let anywhere = self.rng.usize(0..number);
        // All but the second.
        let elsewhere = [0, 2, 3][self.rng.usize(0..3)];
        match confounder {
            Confounder::OriginOfColo if colo == "FRA" => {
                if often < 90 {
                    1
                } else {
                    elsewhere
                }
            }
            Confounder::OriginOfColo => {
                if often < 4 {
                    1
                } else {
                    elsewhere
                }
            }
            Confounder::BusyOrigin if often < 60 => 1,
            Confounder::PathOfOrigin | Confounder::PathIsOrigin if is_alone => 1,
            Confounder::PathIsOrigin => elsewhere,
            _ => anywhere,
        }
    }

    fn client(&mut self, colo: &str) -> usize {
        if self.confounder() == Confounder::ClientOfColo && colo == "SIN" && self.rng.u8(0..10) < 8 {
            return 2;
        }
        self.clients.one(&mut self.rng)
    }

    /// The statuses of a request that the origin fails, if it does.
    fn fault(&mut self, seen: &Seen) -> Option<(u16, u16)> {
        let drawn = self.rng.f64();
        let minute = self.minute;
        let load = self.loads[minute].0 / self.most;
        let faults = self.plant.map_or(&[] as &[Fault], |plant| plant.faults);
        for fault in faults.iter().filter(|fault| seen.fits(fault, minute)) {
            let left = match (fault.is_ramp, fault.minutes) {
                (true, Some([from, to])) => (to - minute) as f64 / (to - from) as f64,
                _ => 1.0,
            };
            let share = fault.share * left * if fault.by_load { load.powi(3) } else { 1.0 };
            if drawn < share {
                return Some(fault.status);
            }
        }
        (self.rng.f64() < self.background).then(|| [(520, 0), (502, 502), (500, 500), (504, 0), (522, 0), (520, 200)][self.rng.usize(0..6)])
    }

    fn fill(&mut self, template: &str) -> String {
        let mut filled = String::with_capacity(template.len() + 36);
        let mut rest = template;
        while let Some((before, behind)) = rest.split_once('{') {
            filled.push_str(before);
            let (what, behind) = behind.split_once('}').unwrap_or((behind, ""));
            rest = behind;
            match what {
                "n" => {
                    let _ = write!(filled, "{}", self.rng.u32(1..100_000));
                }
                "h" => {
                    let _ = write!(filled, "1{:07x}", self.rng.u32(..) >> 4);
                }
                "u" => {
                    let id = self.rng.u128(..);
                    let [part, end] = [id >> 48, id & 0xffff_ffff_ffff];
                    let [a, b, c, d] = [part >> 48 & 0xffff_ffff, part >> 32 & 0xffff, part >> 16 & 0xffff, part & 0xffff];
                    let _ = write!(filled, "{a:08x}-{b:04x}-{c:04x}-{d:04x}-{end:012x}");
                }
                _ => filled.push_str(WORDS[self.rng.usize(0..WORDS.len())]),
            }
        }
        filled.push_str(rest);
        filled
    }

    fn request(&mut self) -> Request {
        let started_ns = self.moment();
        let place = self.path();
        let path = &PATHS[place];
        let (colo, _, country, asn) = COLOS[self.colos.one(&mut self.rng)];
        let client = &CLIENTS[self.client(colo)];
        let [h3, h2] = client.protocols;
        let protocol = match self.rng.u8(0..10) {
            drawn if drawn < h3 => "HTTP/3",
            drawn if drawn < h3 + h2 => "HTTP/2",
            _ => "HTTP/1.1",
        };
        let origin = self.origin(place, colo);
        let method = path.methods[self.rng.usize(0..path.methods.len())];
        let filled = self.fill(path.template);
        let (bare, query) = filled.split_at(filled.find('?').unwrap_or(filled.len()));
        let mut request = Request {
            started_ns,
            took_ms: 0,
            edge: 200,
            origin: 200,
            cache: "dynamic",
            source: Source::Visitor,
            ray: self.rng.u64(1 << 60..),
            parent: 0,
            host: HOSTS[path.host],
            method,
            path: bare.into(),
            query: query.into(),
            protocol,
            agent: client.agent,
            device: client.device,
            colo,
            country,
            asn,
            origin_ip: ORIGINS[origin],
            security: "",
            phases_ms: [0; 5],
            origin_ms: 0,
            subrequests: 0,
            merged: None,
            bytes: self.rng.u32(300..60_000),
            noise: self.rng.u64(..),
        };
        let seen = Seen { origin, path: path.template, host: path.host, method, agent: client.agent, protocol, colo };
        self.answer(&mut request, &seen, path.is_cached);
        request
    }

    /// What becomes of it.
    fn answer(&mut self, request: &mut Request, seen: &Seen, is_cached: bool) {
        let drawn = self.rng.u32(0..10_000);
        let edge_made = |request: &mut Request, edge: u16, cache: &'static str| {
            (request.edge, request.origin, request.cache, request.origin_ip) = (edge, 0, cache, "");
        };
        match drawn {
            0..100 => {
                edge_made(request, 403, "unknown");
                request.security = ["block", "managed_challenge"][self.rng.usize(0..2)];
            }
            100..180 => edge_made(request, 301, "unknown"),
            180..230 => {
                edge_made(request, 200, "unknown");
                request.path = "/cdn-cgi/rum".into();
                request.query = "?".into();
            }
            230..260 => {
                edge_made(request, 504, "miss");
                request.source = Source::EarlyHints;
            }
            260..330 => {
                request.edge = 499;
                request.origin = 0;
            }
            330..335 => edge_made(request, 200, "stale"),
            _ if is_cached && self.rng.u8(0..10) < 9 => {
                let cache = ["hit", "hit", "hit", "hit", "hit", "hit", "revalidated", "updating", "stream_hit"][self.rng.usize(0..9)];
                edge_made(request, [200, 200, 200, 304][self.rng.usize(0..4)], cache);
            }
            335..600 if request.host == HOSTS[1] => self.worker(request, seen),
            _ => self.ask(request, seen, is_cached),
        }
        self.time(request);
    }

    /// The origin is asked.
    fn ask(&mut self, request: &mut Request, seen: &Seen, is_cached: bool) {
        request.cache = if is_cached {
            ["miss", "expired"][self.rng.usize(0..2)]
        } else {
            ["dynamic", "dynamic", "dynamic", "bypass"][self.rng.usize(0..4)]
        };
        if let Some((edge, origin)) = self.fault(seen) {
            (request.edge, request.origin) = (edge, origin);
            return;
        }
        let status = match self.rng.u32(0..1000) {
            0..40 => 404,
            40..60 => 302,
            60..80 => 304,
            80..90 => 401,
            _ => 200,
        };
        (request.edge, request.origin) = (status, status);
    }

    /// A Worker answers, and asks the origin for it: in a record of its own, or merged.
    fn worker(&mut self, request: &mut Request, seen: &Seen) {
        let mut inner = Request { ray: self.rng.u64(1 << 60..), parent: request.ray, source: Source::Worker, ..request.clone() };
        self.ask(&mut inner, seen, false);
        self.time(&mut inner);
        request.edge = inner.edge;
        (request.origin, request.cache, request.origin_ip, request.subrequests) = (0, "unknown", "", 1);
        if self.rng.bool() {
            request.merged = Some(Box::new(inner));
        } else {
            self.next = Some(inner);
        }
    }

    fn time(&mut self, request: &mut Request) {
        if request.origin_ip.is_empty() {
            request.took_ms = self.rng.u32(1..40);
            return;
        }
        let is_new = self.rng.u8(0..4) == 0;
        let mut short = |most: u32| if is_new { self.rng.u32(1..most) } else { 0 };
        let [dns, tcp, tls] = [short(6), short(60), short(70)];
        let wait = match request.edge {
            504 => 100_000 + self.rng.u32(0..800),
            499 => 3_000 + self.rng.u32(0..20_000),
            520 if request.origin == 0 => [15_000 + self.rng.u32(0..100), self.rng.u32(1..80)][self.rng.usize(0..2)],
            521 | 522 | 525 => 0,
            // Most are fast, some are not.
            _ => 8 + self.rng.u32(0..120) + if self.rng.u8(0..20) == 0 { self.rng.u32(0..4_000) } else { 0 },
        };
        let tcp = if request.edge == 522 { 19_000 + self.rng.u32(0..400) } else { tcp };
        request.phases_ms = [dns, tcp, if request.edge == 522 { 0 } else { tls }, 0, wait];
        request.origin_ms = request.phases_ms.iter().sum();
        request.took_ms = request.origin_ms + self.rng.u32(1..20);
    }
}

/// What decides whether a fault hits a request.
struct Seen {
    origin: usize,
    path: &'static str,
    host: usize,
    method: &'static str,
    agent: &'static str,
    protocol: &'static str,
    colo: &'static str,
}

impl Seen {
    fn fits(&self, fault: &Fault, minute: usize) -> bool {
        (fault.origins.is_empty() || fault.origins.contains(&self.origin))
            && (fault.paths.is_empty() || fault.paths.iter().any(|path| self.path.starts_with(path)))
            && fault.host.is_none_or(|host| host == self.host)
            && (fault.colos.is_empty() || fault.colos.contains(&self.colo))
            && fault.minutes.is_none_or(|[from, to]| (from..to).contains(&minute))
            && fault.method.is_none_or(|method| method == self.method)
            && fault.agent.is_none_or(|agent| self.agent.contains(agent))
            && fault.protocol.is_none_or(|protocol| protocol == self.protocol)
    }
}

impl Iterator for Requests {
    type Item = Request;

    fn next(&mut self) -> Option<Request> {
        if self.number >= self.records {
            return None;
        }
        let request = self.next.take().unwrap_or_else(|| self.request());
        self.number += 1;
        Some(request)
    }
}
