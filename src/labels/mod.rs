//! All words of the page: what it calls things, its sentences, its buttons and its notices.
//!
//! Pure and native, so that it is tested without a browser. It knows no state and no DOM.

mod analysis;
mod bundle;
mod card;
mod counts;
mod intake;
mod measures;
mod notices;
mod page;
mod probe;
mod table;
mod verdict;

use fivetwenty_captures::compare::Difference;
use fivetwenty_captures::evidence::ray_id::{Doubt, LOOK_UPS, LookUp};
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_model::letter::{Field, Recipient};
use fivetwenty_model::report::{ChecklistRow, Need};
use fivetwenty_model::{Responsible, Status};
use fivetwenty_redact::commands::date_and_clock;
use fivetwenty_redact::{Group, Kind, What};

use crate::format;

pub use analysis::*;
pub use bundle::*;
pub use card::*;
pub use counts::*;
pub use intake::*;
pub use measures::*;
pub use notices::*;
pub use page::*;
pub use probe::*;
pub use table::*;
pub use verdict::*;

/// Texts by name, each documented by itself.
macro_rules! words {
    ($($name:ident = $text:literal;)*) => {
        $(#[doc = concat!("`", $text, "`")] pub const $name: &str = $text;)*
    };
}
use words;

/// The distances from UTC, in minutes, at which clocks run somewhere at some time of the year.
pub const ZONES: [i32; 40] = [
    -720, -660, -600, -570, -540, -480, -420, -360, -300, -240, -210, -180, -150, -120, -60, 0, 60, 120, 180, 210, 240, 270, 300, 330, 345,
    360, 390, 420, 480, 525, 540, 570, 600, 630, 660, 720, 765, 780, 825, 840,
];

/// What the customer is still asked for: what is missing of a report's checklist, each with how to get it.
pub fn ask_for(checklist: &[ChecklistRow<String>]) -> String {
    let missing = || checklist.iter().filter(|row| !row.have && row.need == Need::Always);
    if missing().next().is_none() {
        return "Thank you: we have everything that Cloudflare support needs.".to_owned();
    }
    let mut text = "To find out why your site returns error 520, I still need:".to_owned();
    for row in missing() {
        text.push_str("\n- ");
        text.push_str(&row.title);
        text.push_str(": ");
        text.push_str(&row.step);
        for command in &row.commands {
            text.push_str("\n    ");
            text.push_str(command);
        }
    }
    text
}

/// What a status means, for those who ask.
pub fn status_meaning(status: Status) -> &'static str {
    match status {
        Status::Confirmed => "The same request fails through Cloudflare, and the captures show the fault itself.",
        Status::Likely => "The captures show the fault, but one condition for \"confirmed\" is missing.",
        Status::Possible => "The evidence matches this cause and others.",
        Status::CannotTell => "The captures lack the evidence to decide.",
        Status::RuledOut => "Something in the captures contradicts it.",
    }
}

/// A status as it is written in data and in attributes.
pub fn status_id(status: Status) -> &'static str {
    match status {
        Status::Confirmed => "confirmed",
        Status::Likely => "likely",
        Status::Possible => "possible",
        Status::CannotTell => "cannot-tell",
        Status::RuledOut => "ruled-out",
    }
}

/// Who must act, as a sentence's subject.
pub fn responsible(responsible: &[Responsible]) -> String {
    let parties: Vec<&str> = responsible.iter().map(|party| party.label()).collect();
    match parties.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// A text that begins with a capital letter.
pub fn capital(text: &str) -> String {
    // A table of all letters would be kilobytes of the first load, and all words are English.
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// In what two entries differ, in one word.
pub fn difference(difference: Difference) -> &'static str {
    match difference {
        Difference::Status => "status",
        Difference::Framing => "framing",
        Difference::Headers => "headers",
        Difference::Size => "size",
        Difference::Protocol => "protocol",
        Difference::Time => "time",
    }
}

/// A group of what was replaced.
pub fn group(group: Group) -> &'static str {
    match group {
        Group::Cookies => "Cookies",
        Group::Credentials => "Tokens, keys and passwords",
        Group::Personal => "Personal data",
        Group::Parameters => "Values in URLs and forms",
        Group::Bodies => "Bodies",
        Group::Other => "Other texts",
    }
}

/// What a value that was replaced is.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Cookie => "cookie",
        Kind::Header => "header",
        Kind::Credentials => "credentials",
        Kind::Jwt => "JSON Web Token",
        Kind::Key => "private key",
        Kind::ApiKey => "API key",
        Kind::Query | Kind::Chance => "query parameter",
        Kind::Fragment => "URL fragment",
        Kind::User => "user and password in a URL",
        Kind::Path => "part of a path",
        Kind::Form => "form field",
        Kind::File => "uploaded file",
        Kind::Json => "value in JSON",
        Kind::Body => "body",
        Kind::Title => "title",
        Kind::Comment => "comment",
        Kind::Name => "name",
        Kind::Email => "email address",
        Kind::Ip => "IP address",
        Kind::Card => "card number",
        Kind::Text => "text",
    }
}

/// What a person's rule is about.
pub fn what(what: What) -> &'static str {
    match what {
        What::Header => "header",
        What::Cookie => "cookie",
        What::Query => "query parameter",
        What::Form => "form field",
        What::Json => "member in JSON",
        What::Field => "field of the HAR",
        What::Text => "text",
    }
}

/// The title of the choice of who gets a text.
pub const SEND_IT_TO: &str = "Send it to";
/// The title of the fields for its gaps.
pub const FILL_IN: &str = "Fill in";
/// The title of the text.
pub const LETTER_AS_COPIED: &str = "Letter, as copied";
/// Before the reader of a text.
pub const LETTER_FOR: &str = "Letter for ";
/// The button that copies one.
pub const COPY_LETTER: &str = "Copy letter";
/// Where what is typed goes.
pub const TYPED_STAYS: &str = "Type what the captures don't show. It fills every letter and stays in this tab.";
/// What else stands in the field of what was tried.
pub const TICKED_ARE_ADDED: &str = ". Steps ticked in Fix are added.";
/// Before the name of a parameter.
pub const VALUE_OF: &str = "Value of ";
/// The button that puts a value of the capture into its field.
pub const UNMASK: &str = "Unmask";
/// What is said when the capture has no such value.
pub const NOT_KEPT: &str = "The capture doesn't hold this value in full. Type it in its field.";

/// What a button unmasks.
pub fn unmask_what(name: &str) -> String {
    format!("{UNMASK} {name}")
}

/// How many fields of a text are empty.
pub fn gaps_left(gaps: usize) -> String {
    format!("{} to fill in", format::counted(gaps as u64, "gap", "gaps"))
}

/// The section of a report that says what was tried; empty when nothing was.
pub fn tried(lines: &[&str]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines = lines.iter().map(|line| ["- ", line, "\n"].concat()).collect::<String>();
    ["\n", Field::Tried.label(), "\n", &lines].concat()
}

/// What is to be known before such a text is sent.
pub fn recipient_note(recipient: Recipient) -> &'static str {
    match recipient {
        Recipient::Support => "In the order of the case form. Attach the files.",
        Recipient::Hosting => "Names the logs and the second to search. It contains the origin's IP address.",
        Recipient::Community => "Public: no personal data, no IP address of the origin. Free plans can't open technical cases.",
        Recipient::Owner => "For a visitor who reports the error.",
    }
}

/// The Ray IDs that stand in a sentence, as logs and support look them up: 16 hexadecimal digits with nothing like them around.
pub fn ray_ids(sentence: &str) -> impl Iterator<Item = &str> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
    sentence.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(move |word| word.len() == 16 && word.bytes().all(is_digit))
}

/// Whether a Ray ID is genuine, as far as it can be known.
pub fn doubts(doubts: &[Doubt]) -> String {
    if doubts.is_empty() {
        return "Looks genuine (not proven)".to_owned();
    }
    doubts.iter().map(|doubt| doubt.label()).collect::<Vec<_>>().join("; ")
}

/// Where a Ray ID is looked up and until when, a line each: as [`kept`].
pub fn look_ups(received: Option<Timestamp>, now_ms: f64) -> String {
    let line = |look_up: &LookUp| format!("{}: {}", look_up.product, kept(look_up, received, now_ms));
    LOOK_UPS.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// How long a look-up finds a request that Cloudflare received at a time, plan by plan; in days when the time is not
/// known. `now_ms` is the time now, in Unix milliseconds.
pub fn kept(look_up: &LookUp, received: Option<Timestamp>, now_ms: f64) -> String {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    let until = |days: u8| received?.plus_ms(i64::from(days) * DAY_MS);
    let of_plan = |(plan, days): &(&str, u8)| match until(*days) {
        None => format!("{plan} for {}", format::counted(*days, "day", "days")),
        Some(until) => {
            let text = format!("{until:.0}");
            let (date, clock) = date_and_clock(&text);
            let clock = clock.get(..5).unwrap_or(clock);
            let gone = if now_ms > until.unix_ms() as f64 { ": no longer" } else { "" };
            format!("{plan} until {date} {clock} UTC{gone}")
        }
    };
    let mut parts: Vec<String> = look_up.days.iter().map(of_plan).collect();
    if !look_up.needs.is_empty() {
        parts.push(look_up.needs.to_owned());
    }
    parts.join("; ")
}

/// A sentence in pieces: those at odd places stood between backticks and are machine words.
pub fn pieces(sentence: &str) -> Vec<&str> {
    let pieces: Vec<&str> = sentence.split('`').collect();
    // A backtick without a partner is just a backtick.
    if pieces.len().is_multiple_of(2) { vec![sentence] } else { pieces }
}

/// Whether a field that evidence names is this header.
///
/// Evidence names fields by their path in the entry, such as `response.headers.cf-ray` or `response.headers["cf-ray"]`.
pub fn names_header(field: &str, part: &str, header: &str) -> bool {
    field
        .strip_prefix(part)
        .and_then(|rest| rest.strip_prefix(".headers"))
        .map(|rest| rest.trim_matches(['.', '[', ']', '"', '\'']))
        .is_some_and(|name| name.eq_ignore_ascii_case(header))
}

#[cfg(test)]
mod tests {
    use fivetwenty_captures::evidence::utc_offset::UtcOffset;

    use super::*;

    /// Breaks when a look-up ends too early or too late, or one that is over is offered all the same.
    #[test]
    fn look_ups_end_with_their_plan() {
        let now = "2026-11-24T04:18:20.981Z".parse::<Timestamp>().unwrap().unix_ms() as f64;
        let events = kept(&LOOK_UPS[0], "2026-11-21T04:18:20.980Z".parse().ok(), now);
        assert_eq!(
            events,
            "Free and Pro until 2026-11-22 04:18 UTC: no longer; Business until 2026-11-24 04:18 UTC: no longer; Enterprise until \
             2026-12-21 04:18 UTC"
        );
        assert!(
            !kept(&LOOK_UPS[0], "2026-11-21T04:18:20.981Z".parse().ok(), now).contains("Business until 2026-11-24 04:18 UTC: no longer")
        );
        let analytics = kept(&LOOK_UPS[1], None, now);
        assert_eq!(analytics, "Free and Pro for 7 days; Business for 31 days; Enterprise for 90 days");
        let logpull = kept(&LOOK_UPS[2], "2026-11-21T04:18:20.980Z".parse().ok(), now);
        assert_eq!(logpull, "Enterprise until 2026-11-28 04:18 UTC; if keeping logs was turned on before");
        assert_eq!(kept(&LOOK_UPS[5], None, now), "if tracing was on for the domain and took the request");
        assert_eq!(look_ups(None, now).lines().count(), LOOK_UPS.len());
    }

    /// Breaks when one of several doubts is not said, or none is taken for a proof.
    #[test]
    fn all_doubts_are_said() {
        assert_eq!(doubts(&[]), "Looks genuine (not proven)");
        let text = doubts(&[Doubt::FifteenDigits, Doubt::SecondPart]);
        assert!(text.contains("15 digits") && text.contains("; its suffix has a second part"), "{text}");
    }

    /// Breaks when a Ray ID in a sentence is missed, or a part of something longer is taken for one.
    #[test]
    fn ray_ids_are_found_in_sentences() {
        let found = |sentence: &'static str| ray_ids(sentence).collect::<Vec<_>>();
        assert_eq!(found("520 (Ray ID a5dce3d120c69c1e), 9f0fbdcf1836c090-FRA."), ["a5dce3d120c69c1e", "9f0fbdcf1836c090"]);
        assert!(found("a5dce3d120c69c1e0, xa5dce3d120c69c1e, A5DCE3D120C69C1E, a5dce3d120c69c1, \u{e9}").is_empty());
    }

    /// Breaks when a machine word is not set apart, or a lone backtick swallows the rest.
    #[test]
    fn backticks_come_in_pairs() {
        assert_eq!(pieces("see `oom-kill` there"), ["see ", "oom-kill", " there"]);
        assert_eq!(pieces("a ` alone"), ["a ` alone"]);
    }

    /// Breaks when a customer is asked for what is here or what only helps, or does not learn how to get the rest.
    #[test]
    fn a_customer_is_asked_for_what_is_missing() {
        let row = |title: &str, have, need| ChecklistRow {
            item: String::new(),
            have,
            title: title.to_owned(),
            need,
            step: format!("how to get {title}."),
            commands: vec![format!("get {title}")],
        };
        let rows = [row("a", true, Need::Always), row("b", false, Need::Always), row("c", false, Need::Helps)];
        assert_eq!(ask_for(&rows), "To find out why your site returns error 520, I still need:\n- b: how to get b.\n    get b");
        assert!(ask_for(&rows[..1]).starts_with("Thank you"));
    }

    /// Breaks when a report without a try has a section for it, or a line of one with tries has no mark.
    #[test]
    fn what_was_tried_is_a_section() {
        assert_eq!(tried(&[]), "");
        assert_eq!(tried(&["Restart nginx.", "Purge"]), "\nWhat was tried\n- Restart nginx.\n- Purge\n");
    }

    /// Breaks when a share is rounded away, or its range is given in another unit.
    #[test]
    fn shares_are_in_percent() {
        assert_eq!(share(3, 18, Some([50, 396])), "17 % (likely 5–40 %)");
        assert_eq!([share(3, 8, None), share(0, 0, None)], ["38 %", "0 %"]);
    }

    /// Breaks when two parties are not joined into one subject.
    #[test]
    fn parties_are_listed() {
        assert_eq!(responsible(&[Responsible::Cloudflare]), "Cloudflare");
        assert_eq!(
            responsible(&[Responsible::Dns, Responsible::Cloudflare, Responsible::Visitor]),
            "the DNS admin, Cloudflare or the visitor"
        );
    }

    /// Breaks when evidence marks another header than the one that it cites.
    #[test]
    fn evidence_finds_its_header() {
        assert!(names_header("response.headers.cf-ray", "response", "CF-RAY"));
        assert!(names_header("response.headers[\"cf-ray\"]", "response", "cf-ray"));
        assert!(!names_header("response.headers.cf-ray", "request", "cf-ray"));
        assert!(!names_header("response.status", "response", "status"));
    }

    /// Breaks when a zone is missing from its place, or is none that a clock can have.
    #[test]
    fn zones_are_offsets_in_order() {
        assert!(ZONES.is_sorted() && ZONES.contains(&0));
        assert!(ZONES.into_iter().all(|minutes| UtcOffset::from_minutes(minutes).is_some()));
    }
}
