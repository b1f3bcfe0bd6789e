//! Requests that texts tell of, behind those of the captures.

use std::rc::Rc;

use super::{Input, Kind, Way};
use crate::diagnose::{Source, are_exchanged};
use crate::har::{Capture, Entry};

/// A request that a text tells of.
pub struct Told<'a> {
    /// In what kind of text.
    pub source: Source,
    /// Its number among all finds of all texts.
    pub find: u32,
    /// The request with its answer.
    pub entry: &'a Entry,
}

/// Requests that texts tell of, in their order: those through Cloudflare, and those direct to the origin. Which way others went is not
/// known, so they belong to neither.
pub fn told(inputs: &[Rc<Input>]) -> [Vec<Told<'_>>; 2] {
    let mut sides = [Vec::new(), Vec::new()];
    for (find, number) in inputs.iter().flat_map(|input| &input.finds).zip(0..) {
        let side = match find.fact.way {
            Way::Proxied => &mut sides[0],
            Way::Direct => &mut sides[1],
            Way::Untold => continue,
        };
        let source = match find.kind {
            Kind::ErrorPage => Source::PageText,
            Kind::Logpush => Source::Logs,
            _ => Source::Transcript,
        };
        // What came of a request may not stand in the text.
        let entry = find.fact.entry.as_deref().filter(|entry| entry.response.status > 0 || entry.response.error.is_some());
        side.extend(entry.map(|entry| Told { source, find: number, entry }));
    }
    sides
}

/// Puts the requests that texts tell of behind those of the captures, which may be given the other way round. Where there is no capture,
/// they make one without a name. What was put there before goes.
pub fn attach(proxied: &mut Option<Rc<Capture>>, direct: &mut Option<Rc<Capture>>, inputs: &[Rc<Input>]) {
    let captures = if are_exchanged(proxied.as_deref(), direct.as_deref()) { [direct, proxied] } else { [proxied, direct] };
    for (capture, told) in captures.into_iter().zip(told(inputs)) {
        if told.is_empty() && capture.as_ref().is_none_or(|capture| capture.told == 0) {
            continue;
        }
        let capture = Rc::make_mut(capture.get_or_insert_with(|| Rc::new(Capture { whole: true, ..Capture::default() })));
        capture.entries.truncate(capture.own().len());
        capture.told = u32::try_from(told.len()).unwrap_or(u32::MAX);
        capture.entries.extend(told.into_iter().map(|told| told.entry.clone()));
    }
}
