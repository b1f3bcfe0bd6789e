//! The results of the live probe, in the shape that the probe, the page, the analyst and a saved file share.
//!
//! Saved, it is a JSON text of the schema [`SCHEMA`], one request a line:
//!
//! ```text
//! {"schema":"fivetwenty/probe/1","requests":[
//! {"of":"trace","url":"https://shop.example/cdn-cgi/trace","started_ms":1796076000000,"ms":41,"came":"trace","status":200,…},
//! {"of":"url","url":"https://shop.example/api/orders","started_ms":1796076000050,"ms":38,"came":"answer","status":520,…}
//! ]}
//! ```

use fivetwenty_captures::evidence::colo::Colo;
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::trace::Trace;
use serde::{Deserialize, Serialize};

/// The schema of a saved probe.
pub const SCHEMA: &str = "fivetwenty/probe/1";
/// The name under which a probe is saved.
pub const FILE: &str = "probe.json";
/// How often the trace is asked for, unless somebody wants another number.
pub const DEFAULT_TRACES: u32 = 5;
/// How often the trace is asked for at most.
pub const MAX_TRACES: u32 = 20;
/// How many requests one repetition makes at most.
pub const MAX_REPEATS: u32 = 300;
/// Milliseconds between two requests of a repetition, at least.
pub const MIN_PAUSE_MS: u32 = 1000;

/// The fields of a trace that are about the visitor: no saved probe has them.
const PERSONAL: [&str; 2] = ["ip", "uag"];

/// A question to the probe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// As typed: a host, or a URL.
    pub target: String,
    /// What is done there.
    pub task: Task,
    /// Which cookies go with it.
    pub cookies: Cookies,
}

/// What the probe does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Task {
    /// Asks for the trace so many times, then for the URL itself.
    Look {
        /// 1 to [`MAX_TRACES`].
        traces: u32,
    },
    /// Asks for the trace once, then for the URL again and again. Only where the page itself comes from.
    Repeat {
        /// From the beginning of one request to that of the next; [`MIN_PAUSE_MS`] at least.
        every_ms: u32,
        /// How many requests; [`MAX_REPEATS`] at most.
        times: u32,
    },
}

/// Which cookies a request takes with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cookies {
    /// None.
    #[default]
    None,
    /// Those of the page's own origin, where that is what is asked.
    Own,
}

/// One request and its outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What was asked for.
    #[serde(rename = "of")]
    pub subject: Subject,
    /// The address that was asked.
    pub url: String,
    /// When, in Unix milliseconds.
    pub started_ms: i64,
    /// How long it took until the answer was read, in milliseconds.
    pub ms: u32,
    /// What came of it.
    #[serde(rename = "came")]
    pub outcome: Outcome,
    /// The status; 0 when it cannot be known.
    pub status: u16,
    /// Where the answer came from, when the host sent the browser there.
    pub redirected: Option<String>,
    /// The answer's headers, as far as the page may see them.
    pub headers: Vec<(String, String)>,
    /// The host is where the page itself comes from, so that all headers are seen.
    #[serde(rename = "own")]
    pub same_origin: bool,
    /// Cloudflare's code on the error page that came, if one did.
    pub error_code: Option<u16>,
    /// The protocol as the browser names it (ALPN), for instance `h2`; empty when the host does not let it be seen.
    pub protocol: String,
    /// The phases, where the host lets them be seen.
    pub phases: Option<Phases>,
    /// The lines of a trace.
    pub trace: Vec<(String, String)>,
    /// The code of the data centre: that of the trace, or of the Ray ID where it can be read; empty when there is none.
    pub colo: String,
    /// City and country of the data centre, when the table has them; else empty.
    pub place: String,
}

/// What a request was for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// `/cdn-cgi/trace` of the host.
    #[default]
    Trace,
    /// The URL itself.
    Url,
}

/// The outcome of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// A trace.
    Trace,
    /// An answer, to be read.
    Answer,
    /// A page by which Cloudflare wants to see a person first.
    Challenge,
    /// An answer that this page may not read.
    Hidden,
    /// No answer that a browser would take: no such host, refused, certificate not valid, broken off.
    #[default]
    Nothing,
    /// Nothing within the time that was given.
    TimedOut,
    /// Nothing was sent, as the computer is offline.
    Offline,
    /// Nothing was sent, as a page that came over https may not ask over http.
    MixedContent,
}

/// Phases of a request in milliseconds, from Resource Timing. Connecting is 0 on a connection that was there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phases {
    /// Resolving the host name.
    pub dns: u32,
    /// Connecting, `tls` included.
    pub connect: u32,
    /// The TLS handshake.
    pub tls: u32,
    /// From the request sent to the first byte of the answer.
    pub wait: u32,
    /// Reading the answer.
    pub receive: u32,
}

impl Task {
    /// The same within its limits.
    pub fn limited(self) -> Self {
        match self {
            Self::Look { traces } => Self::Look { traces: traces.clamp(1, MAX_TRACES) },
            Self::Repeat { every_ms, times } => Self::Repeat { every_ms: every_ms.max(MIN_PAUSE_MS), times: times.clamp(1, MAX_REPEATS) },
        }
    }

    /// How many requests that is.
    pub fn requests(self) -> u32 {
        match self.limited() {
            Self::Look { traces } => traces + 1,
            Self::Repeat { times, .. } => times + 1,
        }
    }
}

impl Step {
    /// A header of the answer, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The trace as such.
    pub fn as_trace(&self) -> Option<Trace> {
        (self.outcome == Outcome::Trace).then(|| Trace { fields: self.trace.clone() })
    }

    /// Names the data centre.
    pub fn locate(&mut self) {
        let trace = self.trace.iter().find(|(name, _)| name == "colo").and_then(|(_, value)| value.parse::<Colo>().ok());
        if let Some(colo) = trace.or_else(|| self.header("cf-ray")?.parse::<RayId>().ok()?.colo()) {
            self.colo = colo.to_string();
            self.place = colo.place().map(|place| place.to_string()).unwrap_or_default();
        }
    }

    /// It was not answered as it should be. An answer that may not be read is no failure.
    pub fn failed(&self) -> bool {
        match self.outcome {
            Outcome::Trace | Outcome::Hidden => false,
            Outcome::Answer => self.status >= 500,
            _ => true,
        }
    }
}

/// The data centres that were met, each with where it is and how often it was met.
pub fn colos<'a>(steps: &[&'a Step]) -> Vec<(&'a str, &'a str, u32)> {
    let mut colos: Vec<(&str, &str, u32)> = Vec::new();
    for step in steps.iter().filter(|step| !step.colo.is_empty()) {
        match colos.iter_mut().find(|(known, ..)| *known == step.colo) {
            Some((.., times)) => *times += 1,
            None => colos.push((&step.colo, &step.place, 1)),
        }
    }
    colos
}

/// The requests as a text to save, without what is about the visitor.
pub fn to_json(steps: &[Step]) -> String {
    let line = |step: &Step| {
        let mut step = step.clone();
        step.trace.retain(|(name, _)| !PERSONAL.contains(&name.as_str()));
        // It has no maps with other keys than strings and no numbers that JSON lacks.
        serde_json::to_string(&step).unwrap_or_default()
    };
    let lines: Vec<String> = steps.iter().map(line).collect();
    format!("{{\"schema\":\"{SCHEMA}\",\"requests\":[\n{}\n]}}\n", lines.join(",\n"))
}

/// The results so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panels {
    /// How many requests have been made.
    pub asked: u32,
    /// The results, in the order in which they are shown.
    pub panels: Vec<Panel>,
    /// A repetition.
    pub repeated: Option<Repeated>,
    /// The last trace, whole.
    pub trace: Option<Trace>,
}

/// One result. A text that does not apply is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panel {
    /// It did not go well.
    pub failed: bool,
    /// What happened.
    pub title: String,
    /// What that means, or what to do.
    pub text: String,
    /// The address to open in a tab of its own.
    pub address: String,
    /// The command that asks the same.
    pub command: String,
    /// What is folded below.
    pub summary: String,
    /// That: names, values and meanings.
    pub fields: Vec<[String; 3]>,
}

/// The same request over time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeated {
    /// How many failed, in a sentence.
    pub sentence: String,
    /// The first and the last time of day, in UTC.
    pub ends: [String; 2],
    /// For each data centre a cell for each request that is planned: how many failed, and how many were answered or failed.
    pub lines: Vec<(String, Vec<[u32; 2]>)>,
    /// Stretches in which all was alike.
    pub runs: Vec<Run>,
}

/// Requests in a row that went alike.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The first and the last time of day, in UTC.
    pub ends: [String; 2],
    /// The status; 0 when none came.
    pub status: u16,
    /// They failed.
    pub failed: bool,
    /// The code of the data centre, or `none`.
    pub colo: String,
    /// How many they are.
    pub count: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a question can make more requests than the page promises.
    #[test]
    fn questions_have_limits() {
        for (task, requests) in [
            (Task::Look { traces: 0 }, 2),
            (Task::Look { traces: u32::MAX }, MAX_TRACES + 1),
            (Task::Repeat { every_ms: 5000, times: 60 }, 61),
            (Task::Repeat { every_ms: 0, times: u32::MAX }, MAX_REPEATS + 1),
        ] {
            assert_eq!(task.requests(), requests);
        }
        assert_eq!(Task::Repeat { every_ms: 0, times: 5 }.limited(), Task::Repeat { every_ms: MIN_PAUSE_MS, times: 5 });
    }

    /// Breaks when a data centre is counted twice over, or read where the headers do not name one.
    #[test]
    fn data_centres_are_counted() {
        let ray = |ray: &str| Step { headers: vec![("CF-Ray".to_owned(), ray.to_owned())], ..Step::default() };
        let trace = Step { trace: vec![("colo".to_owned(), "TPE".to_owned())], ..Step::default() };
        let mut steps = [ray("8a7d5e2fbcd1a1c3-DFW"), trace, ray("8a7d5e2fbcd1a1c4-DFW"), ray("8a7d5e2fbcd1a1c4"), Step::default()];
        steps.iter_mut().for_each(Step::locate);
        assert_eq!(colos(&steps.iter().collect::<Vec<_>>()), [("DFW", "Dallas-Fort Worth, US", 2), ("TPE", "Taipei, TW", 1)]);
    }
}
