//! How the page writes things: sizes, times, names, and text that came from a file.
//!
//! Pure and native, so that it is tested without a browser. It knows no state and no DOM.

use std::borrow::Cow;

use crate::bundle::report::{ChecklistRow, EvidenceRow, Need};
use crate::compare::Difference;
use crate::diagnose::{Acts, Source, Status};
use crate::evidence::ray_id::{Doubt, LOOK_UPS, LookUp};
use crate::evidence::timestamp::{MONTHS, Timestamp};
use crate::protocol::{Progress, Reader, Side};
use crate::redact::{self, Group, Kind, What};

/// Text from a file, safe to look at: what is invisible or turns the reading direction round is written as `\u{202e}`.
///
/// Markup needs no care here, for the page only ever makes text nodes.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().any(redact::is_treacherous) { Cow::Owned(redact::inert(text, usize::MAX)) } else { Cow::Borrowed(text) }
}

/// A number of bytes as people read it: `640 B`, `2.1 KB`, `1.3 GB`.
pub fn bytes(count: u64) -> String {
    redact::byte_count(count).to_string()
}

/// A number of milliseconds, or any other that is not negative, with so many digits behind the point.
///
/// By whole numbers: the standard library's formatting of floating-point ones is some kilobytes for the page to load.
pub fn decimal(value: f64, places: u8) -> String {
    let unit = 10u64.pow(u32::from(places.min(9)));
    let scaled = whole(value * unit as f64);
    match places {
        0 => scaled.to_string(),
        _ => format!("{}.{:0width$}", scaled / unit, scaled % unit, width = usize::from(places)),
    }
}

/// The nearest whole number to one that is not negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates, and what is drawn or said here is small")]
fn whole(value: f64) -> u64 {
    (value + 0.5) as u64
}

/// Bytes a second, as [`bytes`].
pub fn rate(per_second: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate is not negative, and a cast saturates")]
    let whole = per_second as u64;
    bytes(whole)
}

/// Why reading ended before the file did, and how far it came.
pub fn reached(why: &str, progress: &Progress) -> String {
    format!("{why}, after {}", read_of(progress))
}

/// How much of a file was read: `61.2 MB of 200.0 MB`, or only the first when nobody knows the second.
pub fn read_of(progress: &Progress) -> String {
    let of = progress.of.map(|of| format!(" of {}", bytes(of))).unwrap_or_default();
    format!("{}{of}", bytes(progress.bytes))
}

/// How long something will still take: `about a second left`, `about 40 s left`, `about 3 min left`. No more exact than anybody can know.
pub fn time_left(milliseconds: f64) -> String {
    let seconds = whole(milliseconds / 1000.0);
    match seconds {
        0..=1 => "about a second left".to_owned(),
        2..=90 => format!("about {seconds} s left"),
        _ => format!("about {} min left", (seconds + 30) / 60),
    }
}

/// A whole number with its thousands set apart by commas.
pub fn number(count: impl Into<u64>) -> String {
    redact::thousands(count.into()).to_string()
}

/// `1 entry`, `2 entries`.
pub fn counted(count: impl Into<u64>, one: &'static str, many: &'static str) -> String {
    redact::counted(usize::try_from(count.into()).unwrap_or(usize::MAX), one, many).to_string()
}

/// A length of time: `0.4 ms`, `41 ms`, `2.30 s`, `1 min 40 s`.
pub fn duration(milliseconds: f64) -> String {
    if milliseconds < 9.95 {
        format!("{} ms", decimal(milliseconds, 1))
    } else if milliseconds < 999.5 {
        format!("{} ms", decimal(milliseconds, 0))
    } else if milliseconds < 99_950.0 {
        format!("{} s", decimal(milliseconds / 1000.0, 2))
    } else {
        let seconds = whole(milliseconds / 1000.0);
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

/// The date and the time of an RFC 3339 time in UTC, apart, without their separators: `2026-11-20`, `10:00:03.123`.
pub fn utc(time: &str) -> (&str, &str) {
    let time = time.strip_suffix('Z').unwrap_or(time);
    time.split_once('T').unwrap_or(("", time))
}

/// The milliseconds between two times; 0 when either is missing.
pub fn between_ms(first: Option<Timestamp>, last: Option<Timestamp>) -> f64 {
    match (first, last) {
        (Some(first), Some(last)) => (last.unix_ms() - first.unix_ms()).max(0) as f64,
        _ => 0.0,
    }
}

/// The distances from UTC, in minutes, at which clocks run somewhere at some time of the year.
pub const ZONES: [i32; 40] = [
    -720, -660, -600, -570, -540, -480, -420, -360, -300, -240, -210, -180, -150, -120, -60, 0, 60, 120, 180, 210, 240, 270, 300, 330, 345,
    360, 390, 420, 480, 525, 540, 570, 600, 630, 660, 720, 765, 780, 825, 840,
];

/// What the customer is still asked for: what is missing of a report's checklist, each with how to get it.
pub fn ask_for(checklist: &[ChecklistRow<String>]) -> String {
    let missing = || checklist.iter().filter(|row| !row.have && row.need == Need::Always);
    if missing().next().is_none() {
        return "Thank you: everything that Cloudflare's support asks for is here.".to_owned();
    }
    let mut text = "To find out why your site answers error 520, I still need:".to_owned();
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

/// How logs write the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogForm {
    /// `2026-11-20T11:00:03+01:00`: journals, containers and most applications.
    Iso,
    /// `20/Nov/2026:11:00:03 +0100`: the access logs of nginx and Apache.
    Access,
    /// `2026/11/20 11:00:03`: nginx's error log, which does not name its zone.
    Error,
}

/// A time as a server writes it whose clock runs so many minutes ahead of UTC.
pub fn log_time(time: Timestamp, ahead: i32, form: LogForm) -> String {
    let local = format!("{:.0}", time.plus_ms(i64::from(ahead) * 60_000).unwrap_or(time));
    let (date, clock) = self::utc(&local);
    let mut parts = date.split('-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else { return local };
    match form {
        LogForm::Iso => format!("{date}T{clock}{}", zone(ahead, ":")),
        LogForm::Access => {
            let month = month.parse().ok().and_then(|month: usize| MONTHS.get(month.checked_sub(1)?)).unwrap_or(&"");
            format!("{day}/{month}/{year}:{clock} {}", zone(ahead, ""))
        }
        LogForm::Error => format!("{year}/{month}/{day} {clock}"),
    }
}

/// So many minutes ahead of UTC, with `between` between hours and minutes: `+01:00`, `-0330`.
pub fn zone(ahead: i32, between: &str) -> String {
    let sign = if ahead < 0 { '-' } else { '+' };
    let minutes = ahead.unsigned_abs();
    format!("{sign}{:02}{between}{:02}", minutes / 60, minutes % 60)
}

/// Commands one after another whose results the same words decide: so many commands, and these words.
pub fn tests<'a>(commands: &'a [String], decides: &'a [String]) -> Vec<(&'a [String], &'a str)> {
    let mut tests = Vec::new();
    let mut from = 0;
    for at in 0..commands.len() {
        let words = decides.get(at).map_or("", String::as_str);
        if !words.is_empty() || at + 1 == commands.len() {
            tests.push((&commands[from..=at], words));
            from = at + 1;
        }
    }
    tests
}

/// Evidence that differs only in its entry, as one row with all these entries; in the order of the first ones.
pub fn alike<S: PartialEq>(evidence: &[EvidenceRow<S>]) -> Vec<(&EvidenceRow<S>, Vec<u32>)> {
    let mut groups: Vec<(&EvidenceRow<S>, Vec<u32>)> = Vec::new();
    for row in evidence {
        let is_alike = |other: &EvidenceRow<S>| {
            (other.source, other.speaks) == (row.source, row.speaks) && other.field == row.field && other.value == row.value
        };
        match groups.iter_mut().find(|(first, _)| is_alike(first)) {
            Some((_, entries)) => entries.extend(row.entry.filter(|entry| !entries.contains(entry))),
            None => groups.push((row, row.entry.into_iter().collect())),
        }
    }
    groups
}

/// What a status means, for those who ask.
pub fn status_meaning(status: Status) -> &'static str {
    match status {
        Status::Confirmed => "The same request fails at Cloudflare, and the fault itself was seen.",
        Status::Likely => "The fault was seen, but one condition for calling it confirmed is not met.",
        Status::Possible => "It fits what was seen, and so do other causes.",
        Status::CannotTell => "The evidence that would decide is not in the captures.",
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
pub fn acts(acts: &[Acts]) -> String {
    let parties: Vec<&str> = acts.iter().map(|party| party.who()).collect();
    match parties.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// The name of a side in a sentence.
pub fn side(side: Side) -> &'static str {
    match side {
        Side::Proxied => "through Cloudflare",
        Side::Direct => "direct to the origin",
    }
}

/// The side that a source is, if it is a capture.
pub fn source_side(source: Source) -> Option<Side> {
    match source {
        Source::Proxied => Some(Side::Proxied),
        Source::Direct => Some(Side::Direct),
        Source::Probe | Source::Transcript | Source::PageText | Source::Logs => None,
    }
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
        Group::Personal => "About persons",
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
        Kind::ApiKey => "key of a service",
        Kind::Query | Kind::Chance => "query parameter",
        Kind::Fragment => "fragment of a URL",
        Kind::User => "user and password in a URL",
        Kind::Path => "part of a path",
        Kind::Form => "form field",
        Kind::File => "uploaded file",
        Kind::Json => "value in JSON",
        Kind::Body => "body",
        Kind::Title => "title",
        Kind::Comment => "comment",
        Kind::Name => "name",
        Kind::Email => "e-mail address",
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

/// To whom a text goes.
pub fn reader(reader: Reader) -> &'static str {
    match reader {
        Reader::Support => "Cloudflare support",
        Reader::Hosting => "Hosting provider",
        Reader::Community => "Community",
        Reader::Owner => "Owner of the site",
    }
}

/// What is to be known before such a text is sent.
pub fn reader_note(reader: Reader) -> &'static str {
    match reader {
        Reader::Support => "In the order in which the case form asks. Attach the files above.",
        Reader::Hosting => "Says in which log to look, and at which second. The address of the origin is in it.",
        Reader::Community => {
            "Everybody reads this: it has no personal data and no address of the origin. Free plans have no technical cases."
        }
        Reader::Owner => "For a visitor who only wants to say that something is broken.",
    }
}

/// How much something is asked for.
pub fn need(need: Need) -> &'static str {
    match need {
        Need::Always => "asked for in every case",
        Need::Helps => "helps where the rest does not tell the cause",
    }
}

/// The Ray IDs that stand in a sentence, as logs and support look them up: 16 hexadecimal digits with nothing like them around.
pub fn ray_ids(sentence: &str) -> impl Iterator<Item = &str> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
    sentence.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(move |word| word.len() == 16 && word.bytes().all(is_digit))
}

/// Whether a Ray ID is genuine, as far as anybody can tell.
pub fn doubts(doubts: &[Doubt]) -> String {
    if doubts.is_empty() {
        return "nothing speaks against it; a plausible time is no proof".to_owned();
    }
    doubts.iter().map(|doubt| doubt.words()).collect::<Vec<_>>().join("; ")
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
        None => format!("{plan} for {}", counted(*days, "day", "days")),
        Some(until) => {
            let text = format!("{until:.0}");
            let (date, clock) = utc(&text);
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

/// Makes an address to probe out of what a person typed: a host, `host:port`, or a URL. `https` unless `http` was typed; a fragment is
/// left out.
///
/// # Errors
/// When what was typed cannot be an address: a sentence that says what is wrong with it.
pub fn probe_address(typed: &str) -> Result<String, String> {
    const EXPECTED: &str = "Type a host such as shop.example, or the address of a page.";
    let typed = typed.trim();
    let (scheme, rest) = match typed.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => ("https", rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => ("http", rest),
        Some((scheme, _)) if !scheme.contains(['/', '?', '#']) => {
            return Err(format!("{} is not a web address. {EXPECTED}", visible(&format!("{scheme}://"))));
        }
        _ => ("https", typed),
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let authority = authority.to_ascii_lowercase();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !authority.ends_with(']') => (host, Some(port)),
        _ => (authority.as_str(), None),
    };
    if host.is_empty() {
        return Err(format!("There is no host in it. {EXPECTED}"));
    }
    if host.starts_with('-') {
        return Err(format!("A host cannot start with a dash. {EXPECTED}"));
    }
    let is_address = host.starts_with('[')
        && host.ends_with(']')
        && host.trim_matches(['[', ']']).chars().all(|char| char.is_ascii_hexdigit() || char == ':' || char == '.');
    // Letters beyond ASCII are the browser's to judge: the tables that tell them from signs are a kilobyte of the first load.
    let stands =
        |char: &char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-') || (!char.is_ascii() && !redact::is_treacherous(*char));
    if let Some(odd) = host.chars().find(|char| !stands(char)).filter(|_| !is_address) {
        return Err(format!("“{}” cannot stand in a host name. {EXPECTED}", visible(&odd.to_string())));
    }
    if let Some(port) = port.filter(|port| port.is_empty() || port.len() > 5 || !port.chars().all(|char| char.is_ascii_digit())) {
        return Err(format!("“{}” is not a port number. {EXPECTED}", visible(port)));
    }
    Ok(format!("{scheme}://{authority}{path}"))
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
    use super::*;
    use crate::diagnose::Speaks;

    /// Breaks when a look-up ends too early or too late, or what is over is offered all the same.
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
        assert_eq!(kept(&LOOK_UPS[3], None, now), "by the field RayID, if it was on at that time");
        assert_eq!(look_ups(None, now).lines().count(), 4);
    }

    /// Breaks when one of several doubts is not said, or none is taken for a proof.
    #[test]
    fn all_doubts_are_said() {
        assert_eq!(doubts(&[]), "nothing speaks against it; a plausible time is no proof");
        let words = doubts(&[Doubt::FifteenDigits, Doubt::SecondPart]);
        assert!(words.contains("15 digits") && words.contains("; its suffix has a second part"), "{words}");
    }

    /// Breaks when a Ray ID in a sentence is missed, or a part of something longer is taken for one.
    #[test]
    fn ray_ids_are_found_in_sentences() {
        let found = |sentence: &'static str| ray_ids(sentence).collect::<Vec<_>>();
        assert_eq!(found("520 (Ray ID a5dce3d120c69c1e), 9f0fbdcf1836c090-FRA."), ["a5dce3d120c69c1e", "9f0fbdcf1836c090"]);
        assert!(found("a5dce3d120c69c1e0, xa5dce3d120c69c1e, A5DCE3D120C69C1E, a5dce3d120c69c1, \u{e9}").is_empty());
    }

    /// Breaks when entries that say the same stand on lines of their own, or one that says something else, or against it, is counted in.
    #[test]
    fn evidence_that_repeats_is_one_row_with_its_entries() {
        let row = |source, entry, value: &str, speaks| EvidenceRow {
            source,
            entry: Some(entry),
            field: "response.status".to_owned(),
            value: value.to_owned(),
            speaks,
        };
        let rows = [
            row(Source::Proxied, 6, "520", Speaks::For),
            row(Source::Direct, 6, "200", Speaks::For),
            row(Source::Proxied, 7, "520", Speaks::For),
            row(Source::Proxied, 7, "520", Speaks::For),
            row(Source::Proxied, 8, "520", Speaks::Against),
        ];
        let entries: Vec<Vec<u32>> = alike(&rows).into_iter().map(|(_, entries)| entries).collect();
        assert_eq!(entries, [vec![6, 7], vec![6], vec![8]]);
    }

    /// Breaks when an invisible character is shown as nothing, or ordinary text is changed.
    #[test]
    fn invisible_characters_are_spelled_out() {
        for (text, shown) in [
            ("plain ünï 漢字 🙂", "plain ünï 漢字 🙂"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("\u{200b}\u{feff}x", "\\u{200b}\\u{feff}x"),
            ("line\nfeed\0", "line\\u{a}feed\\u{0}"),
            ("\u{e0041}", "\\u{e0041}"),
            ("<img src=x>", "<img src=x>"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    /// Breaks when a time left is more exact than anybody can know, or how far reading came is told wrong.
    #[test]
    fn what_is_left_is_told_roughly() {
        for (ms, shown) in [
            (0.0, "about a second left"),
            (1_600.0, "about 2 s left"),
            (7_900.0, "about 8 s left"),
            (90_000.0, "about 90 s left"),
            (100_000.0, "about 2 min left"),
            (4_000_000.0, "about 67 min left"),
        ] {
            assert_eq!(time_left(ms), shown);
        }
        let progress = |of| Progress { bytes: 61_200_000, of, ..Progress::default() };
        assert_eq!(reached("memory ran out", &progress(Some(200_000_000))), "memory ran out, after 61.2 MB of 200.0 MB");
        assert_eq!(read_of(&progress(None)), "61.2 MB");
    }

    /// Breaks when a time is given in the wrong unit, or a rounding goes the wrong way.
    #[test]
    fn sizes_and_times_stay_short() {
        for (ms, shown) in
            [(0.04, "0.0 ms"), (0.06, "0.1 ms"), (9.99, "10 ms"), (41.2, "41 ms"), (999.6, "1.00 s"), (100_000.0, "1 min 40 s")]
        {
            assert_eq!(duration(ms), shown);
        }
        for (value, places, shown) in [(0.0, 2, "0.00"), (12.345, 2, "12.35"), (99.999, 2, "100.00"), (7.4, 0, "7")] {
            assert_eq!(decimal(value, places), shown);
        }
    }

    /// Breaks when a date and a time are cut elsewhere than between them.
    #[test]
    fn a_time_is_split_at_its_t() {
        assert_eq!(utc("2026-11-20T10:00:03.123Z"), ("2026-11-20", "10:00:03.123"));
        assert_eq!(utc("odd"), ("", "odd"));
    }

    /// Breaks when a machine word is not set apart, or a lone backtick swallows the rest.
    #[test]
    fn backticks_come_in_pairs() {
        assert_eq!(pieces("see `oom-kill` there"), ["see ", "oom-kill", " there"]);
        assert_eq!(pieces("a ` alone"), ["a ` alone"]);
    }

    /// Breaks when a time is moved the wrong way, over midnight or a year's end to another day, or written in another form than logs have.
    #[test]
    fn a_servers_log_is_met_in_its_own_time() {
        let utc = "2026-12-31T23:30:03.980Z".parse().unwrap();
        for (ahead, form, written) in [
            (0, LogForm::Iso, "2026-12-31T23:30:03+00:00"),
            (60, LogForm::Iso, "2027-01-01T00:30:03+01:00"),
            (-210, LogForm::Access, "31/Dec/2026:20:00:03 -0330"),
            (345, LogForm::Access, "01/Jan/2027:05:15:03 +0545"),
            (840, LogForm::Error, "2027/01/01 13:30:03"),
        ] {
            assert_eq!(log_time(utc, ahead, form), written);
        }
        assert!(ZONES.is_sorted() && ZONES.contains(&0));
    }

    /// Breaks when a customer is asked for what is here or what only helps, or is not told how to get the rest.
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
        assert_eq!(ask_for(&rows), "To find out why your site answers error 520, I still need:\n- b: how to get b.\n    get b");
        assert!(ask_for(&rows[..1]).starts_with("Thank you"));
    }

    /// Breaks when a command stands beside the words about another one, or is lost.
    #[test]
    fn commands_stand_beside_what_they_decide() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let (commands, decides) = (texts(&["a", "b", "c", "d"]), texts(&["", "of both", "of c"]));
        let told: Vec<(usize, &str)> = tests(&commands, &decides).into_iter().map(|(commands, words)| (commands.len(), words)).collect();
        assert_eq!(told, [(2, "of both"), (1, "of c"), (1, "")]);
        assert!(tests(&[], &[]).is_empty());
    }

    /// Breaks when a missing end makes a span.
    #[test]
    fn a_span_needs_both_ends() {
        let (first, last) = ("2026-11-20T10:00:03.000Z".parse().ok(), "2026-11-20T10:00:04.250Z".parse().ok());
        assert!((between_ms(first, last) - 1250.0).abs() < f64::EPSILON);
        assert!(between_ms(last, first).abs() < f64::EPSILON);
        assert!(between_ms(first, None).abs() < f64::EPSILON);
    }

    /// Breaks when two parties are not joined into one subject.
    #[test]
    fn parties_are_a_list_in_words() {
        assert_eq!(acts(&[Acts::Cloudflare]), "Cloudflare");
        assert_eq!(acts(&[Acts::Dns, Acts::Cloudflare, Acts::Visitor]), "whoever keeps the DNS records, Cloudflare or the visitor");
    }

    /// Breaks when what is typed is sent elsewhere than meant, or something that is no host is sent at all.
    #[test]
    fn what_is_typed_becomes_an_address() {
        for (typed, address) in [
            ("shop.example", "https://shop.example"),
            (" Shop.Example:8443 ", "https://shop.example:8443"),
            ("HTTP://Shop.example/A?b=C://d#e", "http://shop.example/A?b=C://d"),
            ("shop.example/to?next=http://x", "https://shop.example/to?next=http://x"),
            ("shop.example?a", "https://shop.example?a"),
            ("https://[2001:db8::1]:444/x", "https://[2001:db8::1]:444/x"),
            ("[2001:db8::1]", "https://[2001:db8::1]"),
            ("bücher.example", "https://bücher.example"),
        ] {
            assert_eq!(probe_address(typed).as_deref(), Ok(address), "{typed}");
        }
        for typed in [
            "",
            "https://",
            "/path",
            "-oProxyCommand=x",
            "ftp://x",
            "a b",
            "user@host",
            "x';rm -rf /",
            "host:99x",
            "host:",
            "a\u{202e}b",
            "$(x)",
            "javascript:alert(1)",
        ] {
            assert!(probe_address(typed).is_err(), "{typed}");
        }
    }

    /// Breaks when evidence marks another header than the one that it cites.
    #[test]
    fn evidence_finds_its_header() {
        assert!(names_header("response.headers.cf-ray", "response", "CF-RAY"));
        assert!(names_header("response.headers[\"cf-ray\"]", "response", "cf-ray"));
        assert!(!names_header("response.headers.cf-ray", "request", "cf-ray"));
        assert!(!names_header("response.status", "response", "status"));
    }
}
