//! Requests that texts tell of, behind those of the captures.

use std::rc::Rc;

use super::prompt::is_address;
use super::{Input, Kind, Way};
use crate::diagnose::{Source, are_exchanged, is_of_site, ray, site};
use crate::evidence::address::Address;
use crate::har::{Capture, Entry};
use crate::order::Numbers;

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
///
/// Where there is a capture, on either side, requests to hosts that are not of its site are left out; and so is on each side what has a
/// Ray ID that came before: it is the same request again.
pub fn told<'a>(captures: [Option<&Capture>; 2], inputs: &'a [Rc<Input>]) -> [Vec<Told<'a>>; 2] {
    let mut sides = [Vec::new(), Vec::new()];
    if inputs.iter().all(|input| input.finds.is_empty()) {
        return sides;
    }
    // The direct capture may know the origin by another name.
    let hosts = captures.into_iter().flatten().map(|capture| site(capture.own())).find(|hosts| !hosts.is_empty()).unwrap_or_default();
    let name = |host| Address { host, ..Address::default() }.host_name();
    let hosts: Vec<&str> = hosts.iter().map(|host| name(host)).filter(|host| !is_address(host.trim_matches(['[', ']']))).collect();
    let is_own = |entry: &Entry| {
        let host = Address::new(&entry.request.url).host_name();
        hosts.is_empty() || host.is_empty() || is_address(host.trim_matches(['[', ']'])) || hosts.iter().any(|own| is_of_site(host, own))
    };
    let mut rays = captures.map(|capture| {
        let mut known = Numbers::default();
        for ray in capture.iter().flat_map(|capture| capture.own()).filter_map(ray) {
            known.number(&ray.id());
        }
        known
    });
    for (find, number) in inputs.iter().flat_map(|input| &input.finds).zip(0..) {
        let side = match find.fact.way {
            Way::Proxied => 0,
            Way::Direct => 1,
            Way::Untold => continue,
        };
        let source = match find.kind {
            Kind::ErrorPage => Source::PageText,
            Kind::Probe => Source::Probe,
            Kind::Logpush => Source::Logs,
            _ => Source::Transcript,
        };
        // What came of a request may not stand in the text.
        let entry = find.fact.entry.as_deref().filter(|entry| entry.response.status > 0 || entry.response.error.is_some());
        let Some(entry) = entry.filter(|entry| is_own(entry)) else { continue };
        if ray(entry).is_none_or(|ray| rays[side].number(&ray.id()).1) {
            sides[side].push(Told { source, find: number, entry });
        }
    }
    sides
}

/// Puts the requests that texts tell of behind those of the captures, which may be given the other way round. Where there is no capture,
/// they make one without a name. What was put there before goes.
pub fn attach(proxied: &mut Option<Rc<Capture>>, direct: &mut Option<Rc<Capture>>, inputs: &[Rc<Input>]) {
    let captures = if are_exchanged(proxied.as_deref(), direct.as_deref()) { [direct, proxied] } else { [proxied, direct] };
    let told = told([captures[0].as_deref(), captures[1].as_deref()], inputs);
    for (capture, told) in captures.into_iter().zip(told) {
        if told.is_empty() && capture.as_ref().is_none_or(|capture| capture.told == 0) {
            continue;
        }
        let capture = Rc::make_mut(capture.get_or_insert_with(|| Rc::new(Capture { whole: true, ..Capture::default() })));
        capture.entries.truncate(capture.own().len());
        capture.told = u32::try_from(told.len()).unwrap_or(u32::MAX);
        capture.entries.extend(told.into_iter().map(|told| told.entry.clone()));
    }
}
