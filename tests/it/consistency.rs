//! No report contradicts itself, whatever was given: recordings, texts, and any mixture of the two.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use fivetwenty_captures::Side;
use fivetwenty_captures::edge::{is_failing, reached_the_origin};
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_captures::har::{Capture, Entry};
use fivetwenty_diagnose::{Case, Diagnosis, Finding, Inputs, site};
use fivetwenty_inputs::{RecognisedText, recognise};
use fivetwenty_model::{Polarity, Status};
use fivetwenty_report::{MAX_LINES, letters, report, to_full, to_html, to_markdown, to_text};
use serde_json::Value;

use crate::accuracy::{cases, on_every_core};
use crate::foreign::Random;
use crate::paste::{now, samples};

/// So many mixtures of recordings and texts.
const MIXTURES: u64 = 240;
/// Ways in which an answer ends or looks, of which one has one.
const ENDS: [&str; 9] = [
    "empty-reply",
    "connection-reset",
    "malformed-response",
    "headers-too-large",
    "truncated-body",
    "missing-headers",
    "origin-timeout",
    "origin-error",
    "tls-abort",
];
/// How far a window reaches beyond a time that it is about, in milliseconds.
const AROUND_MS: i64 = 300_000;

/// What is given: captures as JSON, and texts.
struct Given {
    name: String,
    captures: [Option<String>; 2],
    texts: Vec<String>,
}

impl Given {
    fn recorded(name: &str, captures: &[Option<Value>; 2]) -> Self {
        Self { name: name.to_owned(), captures: captures.each_ref().map(|har| har.as_ref().map(Value::to_string)), texts: Vec::new() }
    }

    /// One or two recordings a side, and up to three texts, of any sites; the same for the same seed.
    fn mixture(seed: u64, texts: &[(String, String)]) -> Self {
        let mut random = Random::new(seed);
        let mut names = vec![format!("mixture {seed}")];
        let mut captures = [None, None];
        for (side, capture) in captures.iter_mut().enumerate() {
            if random.below(3) == 0 {
                continue;
            }
            for _ in 0..=random.below(2) {
                let case = &cases()[random.below(cases().len())];
                let Some(other) = &case.captures[usize::from(random.below(8) == 0) ^ side] else { continue };
                names.push(case.name.clone());
                let har = capture.get_or_insert_with(|| other.clone());
                let entries = other["log"]["entries"].as_array().unwrap();
                let from = random.below(entries.len());
                har["log"]["entries"].as_array_mut().unwrap().extend(entries[from..].iter().take(4).cloned());
            }
        }
        let mut given = Self::recorded("", &captures);
        for _ in usize::from(given.captures != [None, None])..=random.below(3) {
            let (name, text) = &texts[random.below(texts.len())];
            names.push(name.clone());
            let cut = if random.below(3) == 0 { random.below(text.len()) } else { text.len() };
            given.texts.push(text[..text.floor_char_boundary(cut)].to_owned());
        }
        Self { name: names.join(", "), ..given }
    }

    /// What of its report does not hold.
    fn check(&self) -> Vec<String> {
        let read = |har: &Option<String>, name: &str| Some(Rc::new(Capture::read(name, [har.as_ref()?.as_bytes()]).unwrap()));
        let captures = [read(&self.captures[0], "proxied.har"), read(&self.captures[1], "direct.har"), None];
        let texts = (1..).zip(&self.texts).map(|(number, text)| Rc::new(recognise(&format!("paste-{number}"), text)));
        let texts: Vec<Rc<RecognisedText>> = texts.collect();
        let site = site(captures.iter().flatten(), &texts, None);
        let diagnosis = Case::new(Inputs { captures, site, texts, now: now(), ..Inputs::default() }).diagnose();
        let mut checked = Checked::new(self, &diagnosis);
        checked.evidence();
        checked.exclusions();
        checked.verdict();
        checked.another_error();
        checked.rays();
        checked.windows();
        checked.counts();
        checked.forms();
        checked.wrong.into_iter().map(|wrong| format!("{wrong} | {}", self.name)).collect()
    }
}

/// A diagnosis with its report in every form.
struct Checked<'a> {
    given: &'a Given,
    diagnosis: &'a Diagnosis,
    report: Value,
    /// By their names.
    forms: [(&'static str, String); 4],
    letters: Vec<String>,
    wrong: Vec<String>,
}

/// The entries of a side that speak for a finding.
fn cited(finding: &Finding, side: Side) -> BTreeSet<u32> {
    let evidence = finding.evidence.iter().filter(|one| one.side == Some(side) && one.polarity == Polarity::Supports);
    evidence.filter_map(|one| one.index).collect()
}

/// What was asked for, without the host and the query.
fn asked(entry: &Entry) -> (String, String) {
    let path = entry.request.url.split(['?', '#']).next().unwrap_or_default().splitn(4, '/').nth(3).unwrap_or_default();
    (entry.request.method.to_string(), path.to_owned())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> usize {
    value.as_u64().map_or(0, |number| usize::try_from(number).unwrap())
}

fn moment(value: &Value) -> Option<i64> {
    value.as_str()?.parse().ok().map(Timestamp::unix_ms)
}

fn is_said(row: &Value) -> bool {
    matches!(row["status"].as_str(), Some("confirmed" | "likely"))
}

/// A text without what the forms write in another way.
fn plain(text: &str) -> String {
    let text = text.replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    text.replace(['\\', '`'], "")
}

impl<'a> Checked<'a> {
    fn new(given: &'a Given, diagnosis: &'a Diagnosis) -> Self {
        let report = report(diagnosis);
        let letters = letters(diagnosis, &report);
        let letters = [letters.support, letters.hosting, letters.community, letters.owner];
        Self {
            given,
            diagnosis,
            forms: [("text", to_text(&report)), ("full", to_full(&report)), ("Markdown", to_markdown(&report)), ("HTML", to_html(&report))],
            letters: letters.into_iter().map(|letter| letter.to_text()).collect(),
            report: serde_json::to_value(report).unwrap(),
            wrong: Vec::new(),
        }
    }

    fn must(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.wrong.push(what());
        }
    }

    /// What findings rest on is there, and is about what fails.
    fn evidence(&mut self) {
        let diagnosis = self.diagnosis;
        let entry = |side, index| Some(diagnosis.case.observation(side, index)?.entry);
        let facts = diagnosis.facts();
        let failing: BTreeSet<u32> = facts.proxied.iter().flat_map(|seen| seen.failing.iter().copied()).collect();
        let fails = |index: &u32| failing.contains(index) || entry(Side::Proxied, *index).is_some_and(|entry| entry.response.status >= 400);
        let asked_for: BTreeSet<_> = failing.iter().filter_map(|index| entry(Side::Proxied, *index)).map(asked).collect();
        let hosts = facts.proxied.as_ref().map_or(&[][..], |seen| &seen.hosts);
        let extracts: Vec<_> = diagnosis.case.extracts().collect();
        let mut seen = BTreeSet::new();
        for (rule, finding) in &diagnosis.findings {
            let (id, status) = (rule.id, finding.status);
            self.must(seen.insert(id), || format!("{id} is there twice"));
            for one in &finding.evidence {
                let is_there = one.index.is_none_or(|index| match one.side {
                    Some(side) => entry(side, index).is_some(),
                    None => (index as usize) < extracts.len(),
                });
                self.must(is_there, || format!("{id} cites what is not there: {one:?}"));
            }
            if status > Status::Likely {
                continue;
            }
            let supports = || finding.evidence.iter().filter(|one| one.polarity == Polarity::Supports);
            self.must(supports().next().is_some(), || format!("{id} is {status:?} without evidence for it"));
            let proxied = cited(finding, Side::Proxied);
            self.must(proxied.is_empty() || proxied.iter().any(fails), || format!("{id} is {status:?} by requests that do not fail"));
            // Another request of the site that fails in the same way is worth something, and the reason says that it is another.
            let direct = cited(finding, Side::Direct);
            let is_asked = |index: &u32| entry(Side::Direct, *index).is_some_and(|entry| asked_for.contains(&asked(entry)));
            let pairs = || facts.failing_pairs().iter().chain(facts.broken_pairs());
            let is_partner = || pairs().any(|(_, partner)| partner.is_some_and(|partner| direct.contains(&partner)));
            let is_about = direct.is_empty()
                || asked_for.is_empty()
                || direct.iter().any(is_asked)
                || is_partner()
                || finding.reason.as_str().contains("but not the ones that fail");
            self.must(is_about, || format!("{id} is {status:?} by the answer to another request"));
            let lines = supports().filter(|one| one.side.is_none()).filter_map(|one| extracts.get(one.index? as usize));
            let named: Vec<&str> = lines.filter_map(|line| line.statement.host.as_deref()).collect();
            let is_own = |host: &&str| hosts.iter().any(|own| own.ends_with(host) || host.ends_with(own.as_str()));
            self.must(hosts.is_empty() || named.iter().all(is_own), || {
                format!("{id} is {status:?} by lines about {named:?}, not {hosts:?}")
            });
        }
    }

    /// What cannot both be true is not both confirmed, and nothing is ruled out by what the origin was not asked for.
    fn exclusions(&mut self) {
        let diagnosis = self.diagnosis;
        let entry = |side, index| Some(diagnosis.case.observation(side, index)?.entry);
        let findings = || diagnosis.findings.iter().map(|(rule, finding)| (rule.id, finding));
        for (id, finding) in findings().filter(|(_, finding)| finding.status == Status::RuledOut) {
            let is_kept = |entry: &Entry| !is_failing(entry) && (entry.from_cache.is_some() || !reached_the_origin(entry));
            let mut cited = finding.evidence.iter().map(|one| entry(one.side?, one.index?));
            let by_edge = !finding.evidence.is_empty() && cited.all(|entry| entry.is_some_and(is_kept));
            self.must(!by_edge, || format!("{id} is ruled out by an answer that never came from the origin"));
        }
        let confirmed: Vec<(&str, &Finding)> = findings().filter(|(_, finding)| finding.status == Status::Confirmed).collect();
        for (place, (id, finding)) in confirmed.iter().enumerate() {
            for (other_id, other) in &confirmed[place + 1..] {
                let share = |side| cited(finding, side).intersection(&cited(other, side)).next().is_some();
                let is_other_error = [id, other_id].contains(&&"not-520") && share(Side::Proxied);
                let are_ends = [id, other_id].iter().all(|id| ENDS.contains(id)) && share(Side::Direct);
                self.must(!is_other_error && !are_ends, || format!("{id} and {other_id} are both confirmed for one request"));
            }
        }
    }

    /// The verdict is the first finding, and what it says is not what the lists deny.
    fn verdict(&mut self) {
        let report = self.report.clone();
        let (verdict, findings) = (&report["verdict"], list(&report["findings"]));
        let first = &findings[0];
        if verdict["cause"].is_null() {
            self.must(!findings.iter().any(is_said), || format!("no verdict, but {} is {}", first["cause"], first["status"]));
        } else {
            let is_first = (&first["cause"], &first["status"]) == (&verdict["cause"], &verdict["status"]);
            self.must(is_first, || format!("the verdict {} is not the first finding", verdict["cause"]));
        }
        for tied in list(&verdict["tied"]) {
            let row = findings.iter().find(|finding| finding["cause"] == *tied);
            self.must(row.is_some_and(|row| row["status"] == first["status"]), || format!("{tied} is tied with another status"));
        }
        for finding in findings.iter().filter(|finding| finding["status"] == "ruled-out") {
            self.must(list(&finding["fix"]).is_empty(), || format!("{} is ruled out and has a remedy", finding["cause"]));
        }
        let said = format!("{} {}", verdict["headline"], verdict["summary"]);
        let failing =
            number(&report["captures"]["proxied"]["failing"]) + self.diagnosis.facts().proxied.map_or(0, |seen| seen.failing.len());
        let says_well = said.contains("Nothing failed") || said.contains("without an error");
        self.must(!says_well || failing == 0, || format!("nothing failed, and {failing} did"));
        let has_another = findings.iter().any(|finding| finding["cause"] == "not-520" && is_said(finding));
        self.must(!says_well || !has_another, || "nothing failed, and the error is another one".to_owned());
        let denies = said.contains("Nothing failed") || said.contains("There is no 520 here");
        let has_520 = self.diagnosis.case.extracts().any(|extract| extract.statement.error_code == Some(520));
        self.must(!denies || !has_520, || "there is no 520, and a text has one".to_owned());
    }

    /// Where the error is another one than a 520, no cause of a 520 is named, and no letter complains about one.
    fn another_error(&mut self) {
        let facts = self.diagnosis.facts();
        let fails_so =
            |status| facts.proxied.as_ref().is_some_and(|seen| seen.answered().any(|(_, entry)| entry.response.status == status));
        let has_520 = !facts.failing_pairs().is_empty()
            || !facts.broken_pairs().is_empty()
            || self.diagnosis.case.extracts().any(|extract| extract.statement.error_code == Some(520));
        let report = self.report.clone();
        let findings = list(&report["findings"]);
        if has_520 || !findings.iter().any(|finding| finding["cause"] == "not-520" && finding["status"] == "confirmed") {
            return;
        }
        for other in findings.iter().filter(|other| other["cause"] != "not-520" && is_said(other)) {
            self.wrong.push(format!("not-520 is confirmed, and {} is {}", other["cause"], other["status"]));
        }
        let mut letters = self.letters.iter();
        let complains =
            !fails_so(520) && letters.any(|letter| ["answers 520", "error 520", "Error 520"].iter().any(|words| letter.contains(words)));
        self.must(!complains, || "a letter speaks of a 520, and there is none".to_owned());
    }

    /// Ray IDs are those of what was given, and each is there once.
    fn rays(&mut self) {
        let given = self.given.captures.iter().flatten().chain(&self.given.texts);
        let known = given.map(|text| text.to_ascii_lowercase()).collect::<Vec<_>>().join("\n");
        let mut wrong = Vec::new();
        for text in self.forms.iter().map(|(_, text)| text).take(3).chain(&self.letters) {
            let words = text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| word.len() == 16);
            let rays = words
                .filter(|word| word.bytes().all(|byte| byte.is_ascii_hexdigit()) && word.bytes().any(|byte| byte.is_ascii_alphabetic()));
            wrong.extend(rays.filter(|ray| !known.contains(&ray.to_ascii_lowercase())).map(|ray| format!("{ray} was not given")));
        }
        self.wrong.extend(wrong);
        let report = self.report.clone();
        let mut ids = BTreeSet::new();
        for ray in list(&report["rays"]) {
            self.must(ids.insert(ray["id"].to_string()), || format!("Ray ID {} is there twice", ray["id"]));
        }
        let has = |item: &str| list(&report["checklist"]).iter().any(|row| row["item"] == item && row["have"] == true);
        self.must(!has("cf-ray") || !ids.is_empty(), || "the checklist has a Ray ID, and there is none".to_owned());
        for (item, part) in [("har-proxied", &report["captures"]["proxied"]), ("har-direct", &report["captures"]["direct"])] {
            self.must(has(item) != part.is_null(), || format!("the checklist is wrong about {item}"));
        }
    }

    /// The stretches of logs to look into are about times that were given.
    fn windows(&mut self) {
        let report = self.report.clone();
        let mut times: Vec<i64> = list(&report["rays"]).iter().filter_map(|ray| moment(&ray["received"])).collect();
        let finds = list(&report["inputs"]).iter().flat_map(|input| list(&input["finds"]));
        times.extend(finds.filter_map(|find| moment(&find["time"])));
        for side in [Side::Proxied, Side::Direct] {
            for entry in self.diagnosis.case.observations(side).map(|one| one.entry) {
                let date = || entry.response.header("date").and_then(|header| Timestamp::from_http_date(&header.value).ok());
                times.extend(entry.started.into_iter().chain(date()).map(Timestamp::unix_ms));
            }
        }
        let verdict = &report["verdict"];
        for window in [&verdict["log_window"]].into_iter().chain(list(&verdict["other_windows"])).filter(|window| !window.is_null()) {
            let (from, to) = (moment(&window["from"]).unwrap(), moment(&window["to"]).unwrap());
            let around = from - AROUND_MS..=to + AROUND_MS;
            self.must(from <= to && times.iter().any(|time| around.contains(time)), || format!("a window that no time is in: {window}"));
        }
    }

    /// Figures are those of their lists.
    fn counts(&mut self) {
        let report = self.report.clone();
        for side in ["proxied", "direct"] {
            let capture = &report["captures"][side];
            self.must(number(&capture["failing"]) <= number(&capture["entries"]), || format!("{side}: more fail than there are"));
            self.must(number(&capture["problems_total"]) >= list(&capture["problems"]).len(), || format!("{side}: more problems than all"));
        }
        for input in list(&report["inputs"]) {
            let (total, shown) = (number(&input["finds_total"]), list(&input["finds"]).len());
            let (lines, understood) = (number(&input["lines"]), number(&input["understood"]));
            self.must(total == shown || shown == 100 && total > 100, || format!("{total} finds, {shown} of them listed"));
            self.must((total == 0) == (input["kind"] == "unknown"), || format!("{total} finds of kind {}", input["kind"]));
            self.must(understood <= lines && (total == 0) == (understood == 0), || {
                format!("{total} finds in {understood} of {lines} lines")
            });
        }
        let patterns = &report["patterns"];
        let all = (number(&patterns["failing"]), number(&patterns["total"]));
        for (name, is_whole) in [("urls", list(&patterns["urls"]).len() < 50), ("times", false), ("colos", false)] {
            let sum = |key: &str| list(&patterns[name]).iter().map(|row| number(&row[key])).sum::<usize>();
            let sums = (sum("failing"), sum("total"));
            let holds = if is_whole { sums == all } else { sums.0 <= all.0 && sums.1 <= all.1 };
            self.must(holds, || format!("{name}: {sums:?} is not {all:?}"));
        }
        let is_pair = |row: &&Value| !row["proxied"].is_null() && !row["direct"].is_null();
        let pairs = list(&report["pairs"]["rows"]).iter().filter(is_pair).count();
        self.must(pairs <= number(&report["pairs"]["matched"]), || "more pairs than were matched".to_owned());
    }

    /// Every form has the same verdict.
    fn forms(&mut self) {
        let verdict = self.report["verdict"].clone();
        let headline = plain(verdict["headline"].as_str().unwrap());
        let status = verdict["status"].as_str().unwrap_or_default();
        for (form, text) in self.forms.clone() {
            let text = plain(&text);
            let Some(at) = text.find(&headline) else {
                self.wrong.push(format!("{form} has not the headline {headline}"));
                continue;
            };
            let before = text[text.floor_char_boundary(at.saturating_sub(600))..at].to_ascii_lowercase();
            self.must(status.is_empty() || before.contains(status), || format!("{form} does not say {status}"));
            let others = ["confirmed", "likely"].into_iter().filter(|other| *other != status);
            let other = others.into_iter().find(|other| before.contains(&format!("{other}:")));
            self.must(other.is_none(), || format!("{form} says {other:?}, not {status}"));
        }
        if let Some(cause) = verdict["cause"].as_str() {
            let holds = self.forms[0].1.contains(&format!("Cause: {cause}")) && self.forms[1].1.contains(&format!("Cause:      {cause}"));
            self.must(holds, || "the text has another cause".to_owned());
        }
        let named = |row: &&Value| row["status"] == "possible" && list(&verdict["tied"]).contains(&row["cause"]);
        let titles: Vec<String> =
            list(&self.report["findings"]).iter().filter(named).map(|row| plain(row["title"].as_str().unwrap())).collect();
        let is_named = titles.len() > 3 || titles.iter().all(|title| plain(&self.forms[0].1).contains(title));
        self.must(is_named, || "the short report does not name a possible cause".to_owned());
        for at in [0, 2] {
            let lines = self.forms[at].1.lines().count();
            self.must(lines <= MAX_LINES, || format!("the short report has {lines} lines"));
        }
    }
}

/// Breaks when a report says two things of which only one can be true, or names what was not given.
#[test]
fn no_report_contradicts_itself() {
    let texts: Vec<(String, String)> = samples().into_iter().map(|sample| (sample.name, sample.text)).collect();
    let mut given: Vec<Given> = Vec::new();
    for case in cases().iter().filter(|case| case.form == "chromium-156") {
        given.push(Given::recorded(&case.name, &case.captures));
        if let [Some(proxied), Some(_)] = &case.captures {
            given.push(Given::recorded(&format!("{} alone", case.name), &[Some(proxied.clone()), None]));
        }
    }
    given.extend(texts.iter().map(|(name, text)| Given { name: name.clone(), captures: [None, None], texts: vec![text.clone()] }));
    given.extend((1..=MIXTURES).map(|seed| Given::mixture(seed, &texts)));
    let wrong: Vec<String> = on_every_core(&given, Given::check).into_iter().flatten().collect();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &wrong {
        *kinds.entry(line.split(" | ").next().unwrap_or_default()).or_default() += 1;
    }
    println!("{} reports, {} contradictions: {kinds:#?}", given.len(), wrong.len());
    assert!(wrong.is_empty(), "{} contradictions:\n{}", wrong.len(), wrong.join("\n"));
}
