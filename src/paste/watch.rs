//! What a loop around curl prints: one line a request, with time, status, exit status, Ray ID and moments.

use std::sync::Arc;

use super::http::{Draft, browsers_name, code, kept};
use super::prompt::command;
use super::timings::Measured;
use super::{Find, Kind, Lines, Look, MOST_FINDS, Way};

/// Every line of the loop. An answer without a Ray ID did not come from Cloudflare, so what the same loop got no answer to went the same
/// way as what it got one to.
pub(super) fn look(lines: &Lines<'_>) -> Option<Look> {
    let mut finds: Vec<Find> = Vec::new();
    let mut asked = None;
    let mut loops = 0..0;
    let mut next = 0;
    while next < lines.count() && finds.len() < MOST_FINDS {
        let (number, line) = (next, lines.line(next));
        next += 1;
        if line.contains("curl")
            && let Some(command) = command(lines, number, &["curl"])
        {
            settle(&mut finds[loops]);
            loops = finds.len()..finds.len();
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
        let find = draft.find(Kind::Watch, number + 1);
        finds.push(find);
        loops.end = finds.len();
    }
    settle(&mut finds[loops]);
    (!finds.is_empty()).then_some(Look { score: 98, finds })
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

fn settle(finds: &mut [Find]) {
    let ways = |way: Way| finds.iter().any(|find| find.fact.way == way);
    let answered = finds.iter().any(|find| find.fact.way == Way::Untold && find.fact.status().is_some());
    let way = match (ways(Way::Proxied), answered) {
        (true, false) => Way::Proxied,
        (false, true) => Way::Direct,
        // Some answers have a Ray ID and some have none.
        _ => return,
    };
    for find in finds.iter_mut().filter(|find| find.fact.way == Way::Untold) {
        find.fact.way = way;
    }
}
