//! How often the diagnosis is right, on every recorded case, as recorded and perturbed: `cargo xtask accuracy` prints the tables.

mod mixtures;
mod properties;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::LazyLock;

use fivetwenty_captures::har::Capture;
use fivetwenty_diagnose::Diagnosis;
use fivetwenty_model::Status;
use serde::Deserialize;
use serde_json::Value;

use crate::diagnose;
use crate::lab;
use crate::perturb::{Effect, PERTURBATIONS, UNNAMED};
use crate::real_files;

/// What a case must come to. It is written before the program is run on the case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expect {
    /// The cause that was recorded; `None` when nothing was wrong.
    pub(crate) cause: Option<String>,
    /// How it shows.
    pub(crate) seen: Visibility,
    /// The best status that this export can reach; `None` with a cause when it does not show it.
    pub(crate) status: Option<String>,
    /// The same fault under another name, or another fault beside it: may be found as well.
    #[serde(default)]
    pub(crate) also: Vec<String>,
    /// Causes that must be ruled out.
    #[serde(default)]
    pub(crate) ruled_out: Vec<String>,
    /// What happens.
    about: String,
    /// Why this label was changed after it had been written.
    why: Option<String>,
}

/// How a recorded fault shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Visibility {
    /// On the wire, when the origin is asked itself.
    Wire,
    /// Only by which requests fail.
    Inferred,
    /// Another error than a 520.
    OtherCode,
    /// There is no fault.
    Healthy,
}

/// A recorded case in one form.
#[derive(Clone)]
pub(crate) struct Case {
    /// The exporter's folder, for instance `chromium-156`.
    pub(crate) form: String,
    /// The case's folder.
    pub(crate) name: String,
    /// What it must come to.
    pub(crate) expect: Expect,
    /// The captures as JSON, proxied first.
    pub(crate) captures: [Option<Value>; 2],
}

/// What of a case is at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum AtHand {
    Both,
    Proxied,
    Direct,
}

/// How a verdict did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Score {
    /// The recorded cause leads alone; of a healthy pair: no cause is above `possible`.
    Alone,
    /// It leads together with others.
    Tied,
    /// It does not lead, and what leads is the same fault by another name, or one that stands beside it.
    OtherName,
    /// It does not lead, and no cause is above `possible`.
    Nothing,
    /// A cause leads that was not recorded.
    Wrong,
}

/// What the program says of two captures.
#[derive(Clone, Debug, PartialEq)]
struct Verdict {
    /// The leading causes, all of one status.
    leading: Vec<&'static str>,
    status: Option<Status>,
    /// The status of every cause.
    found: BTreeMap<&'static str, Status>,
}

/// So many recorded cases there are at least: fewer are a loss that must be meant.
const MIN_CASES: usize = 287;

static CASES: LazyLock<Vec<Case>> = LazyLock::new(read_cases);

/// What the program says of every case as it was recorded.
static RECORDED: LazyLock<Vec<Verdict>> = LazyLock::new(|| on_every_core(cases(), |case| Verdict::of(&case.captures)));

/// Every case there is.
pub(crate) fn cases() -> &'static [Case] {
    &CASES
}

fn read_cases() -> Vec<Case> {
    let folders = |path: PathBuf| {
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
        paths.sort();
        paths
    };
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let mut cases = Vec::new();
    for form in folders(lab("").into()) {
        for case in folders(form.clone()) {
            let read = |file: &str| Some(serde_json::from_str(&std::fs::read_to_string(case.join(file)).ok()?).unwrap());
            let captures = [read("proxied.har"), read("direct.har")];
            if captures.iter().all(Option::is_none) {
                continue;
            }
            let expect: Value = read("expect.json").unwrap_or_else(|| panic!("{} has no expect.json", case.display()));
            let expect = serde_json::from_value(expect).unwrap_or_else(|error| panic!("{}: {error}", case.display()));
            cases.push(Case { form: name(&form), name: name(&case), expect, captures });
        }
    }
    assert!(cases.len() >= MIN_CASES, "only {} recorded cases", cases.len());
    cases
}

/// What `work` makes of each item, in their order.
pub(crate) fn on_every_core<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = |core: usize| items.iter().enumerate().skip(core).step_by(cores).map(|(at, item)| (at, work(item))).collect::<Vec<_>>();
    let mut done = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|core| scope.spawn(move || share(core))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect::<Vec<_>>()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

fn diagnosis(captures: &[Option<Value>; 2]) -> Diagnosis {
    let read = |har: &Option<Value>, name: &str| {
        let text = har.as_ref()?.to_string();
        Some(Rc::new(Capture::read(name, [text.as_bytes()]).unwrap()))
    };
    diagnose(read(&captures[0], "proxied.har"), read(&captures[1], "direct.har"))
}

impl Case {
    /// The form and the case, for a line of a list.
    pub(crate) fn place(&self) -> String {
        format!("{}/{}", self.form, self.name)
    }

    /// What the program says of it, in full.
    pub(crate) fn diagnosis(&self) -> Diagnosis {
        diagnosis(&self.captures)
    }

    /// Whether a cause was recorded, by this name or another.
    fn is_recorded(&self, id: &str) -> bool {
        self.expect.cause.as_deref() == Some(id) || self.expect.also.iter().any(|also| also == id)
    }

    fn score(&self, verdict: &Verdict) -> Score {
        let recorded = self.expect.cause.as_deref();
        match recorded {
            None if !verdict.is_said() => Score::Alone,
            Some(recorded) if verdict.leading == [recorded] => Score::Alone,
            Some(recorded) if verdict.leading.contains(&recorded) => Score::Tied,
            Some(_) if !verdict.is_said() => Score::Nothing,
            Some(_) if verdict.leading.iter().any(|id| self.is_recorded(id)) => Score::OtherName,
            _ => Score::Wrong,
        }
    }

    /// Causes that are `confirmed` and were not recorded.
    fn wrongly_confirmed<'a>(&'a self, verdict: &'a Verdict) -> impl Iterator<Item = &'static str> + 'a {
        verdict.with(Status::Confirmed).filter(|id| !self.is_recorded(id))
    }

    /// Whether what is at hand shows the cause, so that it must lead. A capture that is there alone shows another error than a 520, which
    /// Cloudflare's own answer names; of a 520 it shows one side only.
    fn is_shown(&self, at_hand: AtHand) -> bool {
        match (at_hand, self.expect.seen) {
            (_, Visibility::Healthy) => true,
            (AtHand::Both, _) => self.expect.status.is_some(),
            // Whether the application answers with the number 520 itself shows only when it is asked directly.
            (AtHand::Proxied, Visibility::OtherCode) => self.expect.status.is_some() && !self.has_520(),
            _ => false,
        }
    }

    fn has_520(&self) -> bool {
        let entries = self.captures[0].iter().flat_map(|har| har["log"]["entries"].as_array().into_iter().flatten());
        entries.into_iter().any(|entry| entry["response"]["status"] == 520)
    }

    fn captures(&self, at_hand: AtHand) -> [Option<Value>; 2] {
        let [proxied, direct] = self.captures.clone();
        match at_hand {
            AtHand::Both => [proxied, direct],
            AtHand::Proxied => [proxied, None],
            AtHand::Direct => [None, direct],
        }
    }

    /// The recorded cause and its other names in every form: where evidence is lost, one form shows what another one does.
    fn names_in_all_forms(&self) -> BTreeSet<&'static str> {
        let same = || cases().iter().filter(|case| case.name == self.name);
        same().flat_map(|case| case.expect.cause.iter().chain(&case.expect.also)).map(String::as_str).collect()
    }

    /// Causes that lost evidence made surer, above `possible`, and surer than what was recorded; of a healthy pair every one above `possible`.
    fn strengthened(&self, before: &Verdict, after: &Verdict) -> Vec<&'static str> {
        let names = self.names_in_all_forms();
        let recorded = names.iter().map(|id| after.found[id]).min();
        let is_surer = |id: &&str| after.found[*id] < before.found[*id] && recorded.is_none_or(|recorded| after.found[*id] < recorded);
        let said = after.found.iter().filter(|(_, status)| **status < Status::Possible).map(|(id, _)| *id);
        said.filter(|id| !names.contains(id)).filter(is_surer).collect()
    }
}

impl Verdict {
    fn of(captures: &[Option<Value>; 2]) -> Self {
        Self::from(&diagnosis(captures))
    }

    fn from(diagnosis: &Diagnosis) -> Self {
        let leading = diagnosis.leading();
        Self {
            leading: leading.iter().map(|(rule, _)| rule.id).collect(),
            status: leading.first().map(|(_, finding)| finding.status),
            found: diagnosis.findings.iter().map(|(rule, finding)| (rule.id, finding.status)).collect(),
        }
    }

    /// Whether a cause is above `possible`.
    fn is_said(&self) -> bool {
        self.status.is_some_and(|status| status < Status::Possible)
    }

    /// Whether the same causes lead, with the same status.
    fn leads_as(&self, other: &Self) -> bool {
        (&self.leading, self.status) == (&other.leading, other.status)
    }

    fn with(&self, status: Status) -> impl Iterator<Item = &'static str> {
        self.found.iter().filter(move |(_, found)| **found == status).map(|(id, _)| *id)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.status.map_or_else(|| "nothing".to_owned(), name), self.leading)
    }
}

/// What does not hold, by kind.
#[derive(Default)]
struct Broken(BTreeMap<String, Vec<String>>);

impl Broken {
    fn add(&mut self, kind: &str, line: String) {
        self.0.entry(kind.to_owned()).or_default().push(line);
    }

    /// Fails when there is any, with the first lines of each kind; with all of them when `FIVETWENTY_LIST_ALL` is set.
    #[track_caller]
    fn must_be_none(&self, what: &str) {
        let most = if std::env::var_os("FIVETWENTY_LIST_ALL").is_some() { usize::MAX } else { 5 };
        let kind = |(kind, lines): (&String, &Vec<String>)| {
            let shown: String = lines.iter().take(most).flat_map(|line| ["\n    ", line]).collect();
            let rest = lines.len().saturating_sub(most);
            let rest = if rest > 0 { format!("\n    and {rest} more") } else { String::new() };
            format!("\n  {kind}, {}:{shown}{rest}", lines.len())
        };
        let list: String = self.0.iter().map(kind).collect();
        assert!(list.is_empty(), "{} {what}:{list}", self.0.values().map(Vec::len).sum::<usize>());
    }
}

fn name(status: Status) -> String {
    serde_json::to_value(status).unwrap().as_str().unwrap().to_owned()
}

/// What came of a group of cases.
#[derive(Default)]
struct Counts {
    scores: BTreeMap<Score, usize>,
    /// Cases whose cause is shown by what is at hand, those of them that were found, and those that were found alone.
    shown: [usize; 2],
    /// The sizes of the ties, smallest and largest.
    tie: Option<(usize, usize)>,
    /// Cases where the recorded cause leads, and is `possible` only.
    only_possible: usize,
    /// Cases where it does not lead, and only others are `possible`.
    others_possible: usize,
    wrongly_confirmed: usize,
    /// Healthy pairs that got a cause.
    blamed: usize,
}

impl Counts {
    fn add(&mut self, case: &Case, at_hand: AtHand, verdict: &Verdict) {
        let score = case.score(verdict);
        *self.scores.entry(score).or_default() += 1;
        let is_found = matches!(score, Score::Alone | Score::Tied);
        let shown = case.is_shown(at_hand);
        for (count, holds) in self.shown.iter_mut().zip([shown, shown && is_found]) {
            *count += usize::from(holds);
        }
        let size = verdict.leading.len();
        if score == Score::Tied {
            self.tie = Some(self.tie.map_or((size, size), |(least, most)| (least.min(size), most.max(size))));
        }
        let is_possible = verdict.status == Some(Status::Possible) && case.expect.cause.is_some();
        self.only_possible += usize::from(is_found && is_possible);
        self.others_possible += usize::from(score == Score::Nothing && is_possible);
        self.wrongly_confirmed += usize::from(case.wrongly_confirmed(verdict).next().is_some());
        self.blamed += usize::from(case.expect.cause.is_none() && score == Score::Wrong);
    }

    fn of(&self, score: Score) -> usize {
        self.scores.get(&score).copied().unwrap_or(0)
    }

    /// The share of the cases shown that are found, in a hundred.
    fn found(&self) -> Option<f64> {
        let [shown, found] = self.shown;
        (shown > 0).then(|| found as f64 * 100.0 / shown as f64)
    }

    fn line(&self, what: &str) {
        let tied = self.tie.map_or_else(|| "0".to_owned(), |(least, most)| format!("{} of {least}-{most}", self.of(Score::Tied)));
        let found = self.found().map_or_else(|| "-".to_owned(), |share| format!("{share:.0} %"));
        println!(
            "{what:<48} {:>5} {:>6} {tied:>10} {:>9} {:>8} {:>7} {:>6} {:>6} {:>10} {:>7} {:>6} {found:>6}",
            self.scores.values().sum::<usize>(),
            self.of(Score::Alone),
            self.only_possible,
            self.of(Score::Nothing),
            self.others_possible,
            self.of(Score::OtherName),
            self.of(Score::Wrong),
            self.wrongly_confirmed,
            self.blamed,
            self.shown[0],
        );
    }
}

fn head(what: &str) {
    println!(
        "\n{what:<48} {:>5} {:>6} {:>10} {:>9} {:>8} {:>7} {:>6} {:>6} {:>10} {:>7} {:>6} {:>6}",
        "cases", "alone", "tied", "possible", "nothing", "others", "name", "wrong", "confirmed", "blamed", "shown", "found"
    );
}

fn legend() {
    println!(
        "\nalone: the recorded cause leads alone; of a healthy pair, no cause is above possible\n\
         tied: it leads with others; of 2-4 says how many lead together\n\
         possible: of those two, the ones whose leading status is only possible\n\
         nothing: a fault was recorded, it does not lead, and no cause is above possible\n\
         others: of those, the ones where other causes are possible\n\
         name: what leads is the same fault by another name, or one beside it\n\
         wrong: a cause leads that was not recorded\n\
         confirmed: a cause is confirmed that was not recorded\n\
         blamed: a healthy pair got a cause\n\
         shown: cases whose cause is shown by what is at hand; found: alone or tied among these"
    );
}

/// Breaks when what was recorded is found less often than the project promises, something that was not recorded is confirmed, or a pair
/// without a fault gets a cause. Of the cases that the evidence at hand shows, 95 in a hundred are right or tied in every form; none of the
/// inferred ones is confirmed.
#[test]
fn recorded_cases_are_recognised() {
    let mut broken = Vec::new();
    for at_hand in [AtHand::Both, AtHand::Proxied, AtHand::Direct] {
        let verdicts = on_every_core(cases(), |case| Verdict::of(&case.captures(at_hand)));
        let (mut groups, mut forms) = (BTreeMap::<(Visibility, &str), Counts>::new(), BTreeMap::<&str, Counts>::new());
        let mut statuses = BTreeMap::<(Option<Status>, &str), Counts>::new();
        for (case, verdict) in cases().iter().zip(&verdicts) {
            groups.entry((case.expect.seen, &case.form)).or_default().add(case, at_hand, verdict);
            forms.entry(&case.form).or_default().add(case, at_hand, verdict);
            statuses.entry((verdict.status, &case.form)).or_default().add(case, at_hand, verdict);
            if case.expect.seen == Visibility::Inferred && verdict.status == Some(Status::Confirmed) {
                broken.push(format!("{at_hand:?}, {}: an inferred cause is confirmed: {verdict}", case.place()));
            }
            let recorded = case.expect.cause.as_deref().filter(|id| verdict.found.get(id) == Some(&Status::RuledOut));
            broken.extend(recorded.map(|id| format!("{at_hand:?}, {}: {id} is ruled out, and was recorded", case.place())));
            broken.extend(case.wrongly_confirmed(verdict).map(|id| format!("{at_hand:?}, {}: {id} is confirmed", case.place())));
            if case.expect.cause.is_none() && verdict.is_said() {
                broken.push(format!("{at_hand:?}, {}: a healthy pair got {verdict}", case.place()));
            }
        }
        head(match at_hand {
            AtHand::Both => "both captures",
            AtHand::Proxied => "the proxied capture alone",
            AtHand::Direct => "the direct capture alone",
        });
        for ((seen, form), counts) in &groups {
            counts.line(&format!("{seen:?} in {form}"));
            if let Some(share) = counts.found().filter(|share| *share < 95.0) {
                broken.push(format!("{at_hand:?}, {seen:?} in {form}: {share:.1} in a hundred"));
            }
        }
        for (form, counts) in &forms {
            counts.line(&format!("all in {form}"));
        }
        if at_hand == AtHand::Both {
            head("both captures, by the status of the verdict");
            for ((status, form), counts) in &statuses {
                counts.line(&format!("{} in {form}", status.map_or_else(|| "nothing".to_owned(), name)));
            }
            list_exceptions(&verdicts);
        }
    }
    legend();
    assert!(broken.is_empty(), "{} promises are broken:\n  {}", broken.len(), broken.join("\n  "));
}

/// Prints the cases that are not right alone, or not all that their labels say.
fn list_exceptions(verdicts: &[Verdict]) {
    let (mut wrong, mut tied) = (Vec::new(), Vec::new());
    for (case, verdict) in cases().iter().zip(verdicts) {
        let (place, expect) = (case.place(), &case.expect);
        let why = expect.why.as_ref().map(|why| format!(" (label changed: {why})")).unwrap_or_default();
        let score = case.score(verdict);
        if score == Score::Tied {
            tied.push(format!("{place}: {verdict}{why}"));
        }
        if score > Score::Tied && (expect.status.is_some() || score == Score::Wrong) {
            wrong.push(format!("{place}: {score:?}, {:?} expected, {verdict}{why}", expect.cause));
        }
        let status = verdict.status.map_or_else(|| "nothing".to_owned(), name);
        if let Some(expected) = expect.status.as_ref().filter(|expected| **expected != status) {
            wrong.push(format!("{place}: {expected} expected, {verdict}{why}"));
        }
        let open = |id: &&String| verdict.found.get(id.as_str()) != Some(&Status::RuledOut);
        wrong.extend(expect.ruled_out.iter().filter(open).map(|id| format!("{place}: {id} is not ruled out{why}")));
    }
    println!("\n{} cases are tied:\n  {}", tied.len(), tied.join("\n  "));
    println!("\n{} cases miss something:\n  {}", wrong.len(), wrong.join("\n  "));
}

/// Breaks when a label was changed without a reason that can be read, or does not say what happens.
#[test]
fn labels_say_what_happens_and_why_they_were_changed() {
    let is_sentence = |text: &str| text.split_whitespace().count() > 1;
    for case in cases() {
        assert!(is_sentence(&case.expect.about), "{}", case.place());
        assert!(case.expect.why.as_deref().is_none_or(is_sentence), "{}: {:?}", case.place(), case.expect.why);
    }
}

/// Breaks when another exporter, another clock, another site or other people's noise changes a verdict though no evidence was touched; or
/// when lost evidence makes a cause surer that was not recorded, confirms one, or blames a healthy pair.
#[test]
fn verdicts_survive_what_the_lab_cannot_record() {
    let mut broken = Broken::default();
    head("perturbed, both captures");
    for perturbation in PERTURBATIONS {
        let verdicts = on_every_core(cases(), |case| {
            let captures = perturbation.of(&case.captures);
            (captures != case.captures).then(|| Verdict::of(&captures))
        });
        assert!(verdicts.iter().any(Option::is_some), "{} changes nothing", perturbation.name);
        let mut counts = Counts::default();
        for ((case, before), after) in cases().iter().zip(RECORDED.iter()).zip(&verdicts) {
            let after = after.as_ref().unwrap_or(before);
            counts.add(case, AtHand::Both, after);
            let place = case.place();
            let holds = match perturbation.effect {
                Effect::Holds => after.leads_as(before),
                Effect::MayWeaken | Effect::MayLoseNames => true,
            };
            if !holds {
                broken.add(perturbation.name, format!("{place}: {before} became {after}"));
            }
            let mut surer = if holds { case.strengthened(before, after) } else { Vec::new() };
            surer.retain(|id| perturbation.effect != Effect::MayLoseNames || !UNNAMED.contains(id) || after.found[id] < Status::Likely);
            if !surer.is_empty() {
                broken.add(perturbation.name, format!("{place}: {before} became {after}: {surer:?} surer than what was recorded"));
            }
            let confirmed: Vec<&str> = case.wrongly_confirmed(after).collect();
            if !confirmed.is_empty() {
                broken.add(perturbation.name, format!("{place}: {confirmed:?} confirmed, and not recorded"));
            }
        }
        counts.line(perturbation.name);
    }
    broken.must_be_none("verdicts broke");
}

/// Breaks when an ordinary capture of a working site, as other people's browsers and proxies wrote it, gets a cause.
#[test]
fn real_captures_of_working_sites_have_no_cause() {
    let mut healthy = 0;
    for path in real_files::paths() {
        let Ok(capture) = Capture::read("real.har", [std::fs::read(&path).unwrap().as_slice()]) else { continue };
        let capture = Rc::new(capture);
        let diagnosis = diagnose(Some(Rc::clone(&capture)), Some(capture));
        if diagnosis.facts().proxied.is_some_and(|seen| seen.failing.is_empty()) {
            let leading = diagnosis.leading().first().map(|(rule, finding)| (rule.id, finding.status));
            assert!(leading.is_none_or(|(_, status)| status >= Status::Possible), "{}: {leading:?}", path.display());
            healthy += 1;
        }
    }
    println!("{healthy} real captures without a failure: no cause");
    assert!(healthy >= 7, "only {healthy} captures without a failure");
}
