use fivetwenty_captures::Side;
use fivetwenty_model::report::Clock;
use fivetwenty_redact::{self as redact, Redacted};

use crate::clock::{When, entries, span};
use crate::facts::Facts;
use crate::finding::Warning;
use crate::page::page;
use crate::rule::WarningRule;

/// The clocks of a request disagree, and nothing decides; or Cloudflare's Date or error page is of another moment.
pub(super) static RULE: WarningRule = WarningRule {
    id: "clocks-disagree",
    check: |facts: &Facts<'_>| [warning(facts, is_open, open), warning(facts, is_answers, answers)].into_iter().flatten().collect(),
    page: page!("clocks_disagree.md"),
};

fn warning(facts: &Facts<'_>, is_it: fn(&When) -> bool, words: fn(&When, &Redacted<String>) -> Redacted<String>) -> Option<Warning> {
    let (found, first) = facts.disagreeing(is_it)?;
    Some(Warning { side: Some(Side::Proxied), detail: words(first, &entries(&found)) })
}

fn is_open(when: &When) -> bool {
    !when.others.is_empty()
}

fn open(when: &When, of: &Redacted<String>) -> Redacted<String> {
    let say = |at, by: &[Clock]| Redacted::fill("{} by {}", &[&redact::second(at), &Clock::names(by)]);
    let others = when.moments().skip(1).map(|(at, by)| say(at, by));
    Redacted::fill(
        "The clocks disagree ({}), and nothing shows which is right. The first request was at {}, or at {}. Check the logs at each time; the commands use the first.",
        &[of, &say(when.at, &when.by), &Redacted::join(others, ", or at ")],
    )
}

/// The clock of the answer that the others outvote.
fn outvoted(when: &When) -> Option<Clock> {
    when.odd.iter().map(|(clock, _)| *clock).find(|clock| matches!(clock, Clock::Date | Clock::ErrorPage))
}

fn is_answers(when: &When) -> bool {
    outvoted(when).is_some()
}

fn answers(when: &When, of: &Redacted<String>) -> Redacted<String> {
    let clock = outvoted(when).unwrap_or(Clock::Date);
    let ms = when.odd_by(clock).unwrap_or(0);
    Redacted::fill(
        "By {}, the first response is {} {} its request ({}): it is from another moment, or was edited. The report uses {}, which agree.",
        &[&clock.label(), &span(ms.unsigned_abs()), &if ms < 0 { "before" } else { "after" }, of, &Clock::names(&when.by)],
    )
}
