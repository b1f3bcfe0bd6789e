//! What a loop around curl prints: one line a request, with time, status, exit status, Ray ID and moments.

use std::sync::Arc;

use super::grammar::code;
use super::http::{Draft, browsers_name, kept};
use super::prompt::command;
use super::timings::Measured;
use super::{Extract, Lines, MAX_EXTRACTS, Recognition, Side, TextKind};

/// Every line of the loop. An answer without a Ray ID did not come from Cloudflare, so what the same loop got no answer to went the same
/// way as what it got one to.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let mut extracts: Vec<Extract> = Vec::new();
    let mut asked = None;
    let mut loops = 0..0;
    let mut next = 0;
    while next < lines.count() && extracts.len() < MAX_EXTRACTS {
        let (number, line) = (next, lines.line(next));
        next += 1;
        if line.contains("curl")
            && let Some(command) = command(lines, number, &["curl"])
        {
            settle(&mut extracts[loops]);
            loops = extracts.len()..extracts.len();
            asked = Some((command.of_curl(), number));
            next = number + command.lines;
            continue;
        }
        let Some(mut draft) = request(line, lines.is_cut(number), number) else { continue };
        if let Some((asked, first)) = &asked {
            draft.entry.request.url = asked.urls.first().map(|url| url.as_str().into()).unwrap_or_default();
            draft.entry.request.method = asked.method.into();
            draft.host.clone_from(&asked.host);
            draft.is_direct = asked.is_direct();
            draft.address.clone_from(&asked.address);
            // The command line belongs to the first request.
            draft.first = if loops.is_empty() { *first } else { number };
        }
        let extract = draft.extract(TextKind::Watch, number + 1);
        extracts.push(extract);
        loops.end = extracts.len();
    }
    settle(&mut extracts[loops]);
    (!extracts.is_empty()).then_some(Recognition { score: 98, extracts })
}

/// `2026-11-21T18:42:34Z 200 exit=0 ray=a5e1d5c641759c1e-FRA lookup=0.008010 … total=0.072089`.
fn request(line: &str, is_cut: bool, number: usize) -> Option<Draft> {
    let mut words = line.split_ascii_whitespace();
    let started = words.next().filter(|time| time.len() >= 20 && time.ends_with('Z'))?.parse().ok()?;
    let status = words.next()?;
    let exit: u8 = words.next()?.strip_prefix("exit=")?.parse().ok()?;
    let mut draft = Draft::at(number);
    let mut measured = Measured::default();
    let mut has_total = false;
    measured.take("http_code", status).then_some(())?;
    draft.entry.response.status = code(status).unwrap_or(0);
    for (name, value) in words.filter_map(|word| word.split_once('=')) {
        if name == "ray" && !value.is_empty() {
            draft.entry.response.headers.push(Arc::new(kept("cf-ray", value)));
        } else if name != "ray" && measured.take(name, value) {
            has_total |= name == "total";
        }
    }
    // The last value is whole when it has all its digits.
    if is_cut && !(has_total && line.split('.').next_back().is_some_and(|fraction| fraction.len() == 6)) {
        return None;
    }
    draft.entry.started = Some(started);
    measured.apply(&mut draft);
    draft.exit = Some(exit);
    draft.entry.response.error = browsers_name(Some(exit), "", draft.entry.response.status > 0).map(Into::into);
    Some(draft)
}

fn settle(extracts: &mut [Extract]) {
    let ways = |way: Option<Side>| extracts.iter().any(|extract| extract.statement.way == way);
    let answered = extracts.iter().any(|extract| extract.statement.way.is_none() && extract.statement.status().is_some());
    let way = match (ways(Some(Side::Proxied)), answered) {
        (true, false) => Some(Side::Proxied),
        (false, true) => Some(Side::Direct),
        // Some answers have a Ray ID and some have none.
        _ => return,
    };
    for extract in extracts.iter_mut().filter(|extract| extract.statement.way.is_none()) {
        extract.statement.way = way;
    }
}
