//! From a diagnosis to the plan of a bundle, and from the plan to what the files hold.

use std::fmt::Write as _;
use std::rc::Rc;

use fivetwenty_captures::Side;
use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::har::Capture;
use fivetwenty_captures::site::Site;
use fivetwenty_diagnose::{Case, Diagnosis, Inputs};
use fivetwenty_inputs::{RecognisedText, recognise_kept};
use fivetwenty_model::logs::{Dimension, LogsSummary};
use fivetwenty_model::plan::{Plan, PlannedCapture, PlannedText, file_name};
use fivetwenty_model::report::Report;
use fivetwenty_model::{TextKind, Unreadable};
use fivetwenty_redact::{self as redact, Policy, Removed, Tokens, extracted_entry, logged_value, site_host, transcript};

use crate::letters;

/// A text, redacted.
pub struct RedactedText {
    /// What was understood of it.
    input: Rc<RecognisedText>,
    /// Its lines; `None` when it is no transcript, and only what was understood of it leaves.
    transcript: Option<String>,
}

/// Bytes that `transcripts.txt` has at most, about.
const MAX_TRANSCRIPTS: usize = 15_000_000;

/// The plan of the bundle of a case. `texts` are its texts, in order.
pub fn plan(diagnosis: &Diagnosis, texts: Vec<PlannedText>) -> Plan {
    let case = &diagnosis.case;
    let planned = |side: Side| {
        let given = case.capture(side)?;
        // What was wrong with the file does not show in what is made of it.
        let file = Capture {
            // The name that was given may be a person's.
            name: file_name(side).into(),
            bytes: given.bytes,
            problems: given.problems.clone(),
            problems_total: given.problems_total,
            whole: given.whole,
            ..Capture::default()
        };
        Some(PlannedCapture { side, file, ranks: ranks(diagnosis, side)? })
    };
    Plan {
        captures: Side::ALL.into_iter().filter_map(planned).collect(),
        site: case.site.clone(),
        unreadable: (1..).zip(&case.unreadable).map(unreadable).collect(),
        logs: case.logs.as_deref().cloned(),
        texts,
        offset: case.offset,
        exchanged: case.exchanged,
        trace: case.trace.clone(),
        is_sample: case.is_sample,
        now: case.now,
    }
}

/// A plan without a word of a file in it; what stays of the trace does.
pub(super) fn without_values(plan: &Plan) -> Plan {
    let hidden = |(key, value): &(String, String)| {
        let stays = redact::trace_value(key, value).as_str() == value;
        // No value of a trace that may stay has such a sign.
        (key.clone(), if stays { value.clone() } else { "*".repeat(value.len()) })
    };
    Plan {
        unreadable: plan.unreadable.iter().map(|file| Unreadable { problem: Box::default(), ..file.clone() }).collect(),
        site: Site { hosts: Vec::new(), reason: plan.site.reason },
        trace: plan.trace.as_ref().map(|trace| Trace { fields: trace.fields.iter().map(hidden).collect() }),
        logs: plan.logs.clone().map(|mut logs| {
            logs.each_value(&mut |_, value| value.clear());
            for problem in &mut logs.problems {
                (problem.path, problem.problem) = (Box::default(), Box::default());
            }
            logs
        }),
        ..plan.clone()
    }
}

/// What logs come to, with the map that the captures have. The origin's addresses stay.
pub(super) fn redacted_logs(logs: &LogsSummary, policy: &Policy, tokens: &mut Tokens) -> LogsSummary {
    let mut logs = logs.clone();
    logs.each_value(&mut |dimension, value| {
        *value = match dimension {
            Dimension::Host => site_host(tokens, value),
            Dimension::Origin => origin_address(value, tokens),
            // The paths of one host.
            Dimension::Url if !value.starts_with('/') => {
                let (host, path) = value.split_at(value.find('/').unwrap_or(value.len()));
                [site_host(tokens, host), logged_value(path, policy, tokens)].concat()
            }
            _ => logged_value(value, policy, tokens),
        };
    });
    logs
}

/// An address of the origin, unless the person named it.
fn origin_address(address: &str, tokens: &mut Tokens) -> String {
    let written = site_host(tokens, &if address.contains(':') { format!("[{address}]") } else { address.to_owned() });
    let bare = written.trim_matches(['[', ']']);
    if bare != address {
        return written;
    }
    tokens.allow(bare);
    bare.to_owned()
}

/// A trace whose host holds nothing that the person named.
pub(super) fn without_named(trace: &Trace, tokens: &mut Tokens) -> Trace {
    let host = |(key, value): &(String, String)| (key.clone(), if key == "h" { site_host(tokens, value) } else { value.clone() });
    Trace { fields: trace.fields.iter().map(host).collect() }
}

/// The visitor's address, which the trace holds: it is to be in no file.
pub(super) fn visitor(plan: &Plan) -> Vec<Removed> {
    let address = plan.trace.as_ref().and_then(|trace| trace.get("ip"));
    // No token stands for it.
    address.map(|address| Removed { kind: redact::Kind::Ip, value: address.into(), number: 0 }).into_iter().collect()
}

/// The texts of a plan, understood and redacted with the map that the captures have.
pub fn redacted_texts(plan: &Plan, policy: &Policy, tokens: &mut Tokens) -> Vec<RedactedText> {
    let redacted = (1..).zip(&plan.texts).map(|(number, PlannedText { text, passed, .. })| {
        // The name that was given may be a person's.
        let mut input = recognise_kept(&format!("text {number}"), text, passed);
        for extract in &mut input.extracts {
            if let Some(entry) = extract.statement.entry.take() {
                extract.statement.entry = Some(Box::new(extracted_entry(*entry, policy, tokens)));
            }
            if let Some(host) = &mut extract.statement.host {
                *host = site_host(tokens, host).into();
            }
            if let Some(address) = extract.statement.origin.as_mut().and_then(|origin| origin.address.as_mut()) {
                *address = origin_address(address, tokens).into();
            }
            if let Some(trace) = &mut extract.statement.trace {
                *trace = without_named(trace, tokens);
            }
            if let Some(ray) = &extract.statement.ray {
                tokens.allow(&ray.id());
                tokens.allow(&ray.to_string());
            }
            if let Some(meaning) = extract.statement.log {
                // The program's own words.
                tokens.allow(meaning.phrase);
                tokens.allow(meaning.means);
            }
        }
        let is_transcript = matches!(input.kind, TextKind::Curl | TextKind::Headers | TextKind::Wget | TextKind::Httpie);
        RedactedText { transcript: is_transcript.then(|| transcript(text, policy, tokens)), input: Rc::new(input) }
    });
    redacted.collect()
}

/// The report of the redacted captures, whole as they were, and of the redacted texts, with the case for support: they can say nothing that
/// was redacted.
pub(super) fn report(plan: &Plan, captures: &[(Side, Rc<Capture>)], texts: &[RedactedText]) -> (Report, String) {
    let redacted = |side| captures.iter().find(|(known, _)| *known == side).map(|(_, capture)| Rc::clone(capture));
    let (mut given, mut unreadable) = (Side::ALL.map(redacted), plan.unreadable.clone());
    if plan.exchanged {
        // As they were given: they are exchanged again.
        given.swap(Side::Proxied as usize, Side::Direct as usize);
        for file in &mut unreadable {
            file.side = file.side.map(Side::swapped);
        }
    }
    let inputs = Inputs {
        captures: given,
        site: plan.site.clone(),
        texts: texts.iter().map(|text| Rc::clone(&text.input)).collect(),
        logs: plan.logs.clone().map(Rc::new),
        unreadable,
        trace: plan.trace.clone(),
        swapped: false,
        offset: plan.offset,
        is_sample: plan.is_sample,
        now: plan.now,
    };
    let diagnosis = Case::new(inputs).diagnose();
    let report = crate::report(&diagnosis);
    let support = letters::support(&diagnosis, &report).to_text();
    (report, support)
}

const CITED: u8 = 0;
const FAILING: u8 = 1;
const DIFFERS: u8 = 2;
pub(super) const REST: u8 = 3;

/// By entry of a side's capture, how much it tells.
fn ranks(diagnosis: &Diagnosis, side: Side) -> Option<Vec<u8>> {
    let (facts, capture) = (diagnosis.facts(), diagnosis.capture(side)?);
    let mut ranks = vec![REST; capture.entries.len()];
    let mut set = |index: u32, rank: u8| {
        if let Some(place) = ranks.get_mut(index as usize) {
            *place = rank.min(*place);
        }
    };
    let seen = match side {
        Side::Proxied => facts.proxied.as_ref()?,
        Side::Direct => facts.direct.as_ref()?,
        Side::After => &facts.after_view(capture),
    };
    for index in &seen.failing {
        set(*index, FAILING);
    }
    for (_, index) in diagnosis.cited().into_iter().filter(|(cited, _)| *cited == side) {
        set(index, CITED);
    }
    for pair in diagnosis.pairing.rows.iter().filter(|pair| !pair.differs.is_empty()) {
        let index = match side {
            Side::Proxied => pair.proxied,
            Side::Direct => pair.direct,
            Side::After => None,
        };
        if let Some(index) = index {
            set(index, DIFFERS);
        }
    }
    Some(ranks)
}

/// A file that could not be read: its name may be a person's.
fn unreadable((number, file): (usize, &Unreadable)) -> Unreadable {
    let name = match file.side {
        Some(Side::Proxied) => "proxied file".into(),
        Some(Side::Direct) => "direct file".into(),
        _ => ["file ", &number.to_string()].concat().into(),
    };
    Unreadable { name, ..file.clone() }
}

/// The lines of `trace.txt` whose values are not in it.
pub(super) fn hidden_text(trace: &Trace) -> String {
    let hidden = |(key, value): &&(String, String)| redact::trace_value(key, value).as_str() != value;
    trace_text(&Trace { fields: trace.fields.iter().filter(hidden).cloned().collect() })
}

/// `transcripts.txt`: of transcripts their lines, of other texts what was understood.
pub(super) fn transcripts(texts: &[RedactedText]) -> String {
    let mut out = String::new();
    for RedactedText { input, transcript } in texts {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "==== {}: {}, {} bytes ====", input.name, input.kind.label(), input.bytes);
        match transcript {
            Some(lines) if out.len() + lines.len() > MAX_TRANSCRIPTS => out.push_str("It is too large to be sent with the others.\n"),
            Some(lines) => {
                out.push_str(lines);
                if !lines.ends_with('\n') {
                    out.push('\n');
                }
            }
            None if input.extracts.is_empty() => out.push_str("Nothing in it was recognised, so nothing of it leaves.\n"),
            None => {
                for extract in &input.extracts {
                    if out.len() > MAX_TRANSCRIPTS {
                        out.push_str("The rest is too large to be sent with the others.\n");
                        break;
                    }
                    let _ = writeln!(out, "line {}: {}", extract.lines.start + 1, crate::inputs::says(extract));
                }
            }
        }
        out.push('\n');
    }
    out
}

/// `trace.txt`, without what is personal.
pub(super) fn trace_text(trace: &Trace) -> String {
    trace.fields.iter().fold(String::new(), |mut text, (key, value)| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}={}", redact::header_name(key), redact::trace_value(key, value));
        text
    })
}
