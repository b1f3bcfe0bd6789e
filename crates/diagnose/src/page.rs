//! A rule's page: the Markdown file next to the rule, from which the advice of reports is read.

use fivetwenty_captures::order::sort_by_key;
use fivetwenty_model::{Difficulty, Effort, Group, Likelihood, Risk, Server, Who};

/// A page: its text, or in the browser the name of its file.
///
/// In the browser's programs the pages come from a file of their own (`set_pages`), and lack how the cause is known, what it is found as,
/// and the examples: nobody reads them there.
#[derive(Clone, Copy, Debug)]
pub struct Page(&'static str);

/// The steps that several pages share, each under its id.
#[cfg(not(target_arch = "wasm32"))]
const SHARED: Page = Page(include_str!("rules/_shared.md"));
#[cfg(target_arch = "wasm32")]
const SHARED: Page = Page("_shared.md");

/// The pages in the browser, each with the name of its file.
#[cfg(target_arch = "wasm32")]
static PAGES: std::sync::OnceLock<Vec<(&str, &str)>> = std::sync::OnceLock::new();

/// Gives the rules their pages, and the program the public suffix list: each behind a line with `%% ` and the name of its file, as
/// `cargo xtask seal` writes them. Later calls change nothing; without one, there is no advice.
#[cfg(target_arch = "wasm32")]
pub fn set_pages(pages: String) {
    let pages: &'static str = pages.leak();
    let pages: Vec<_> = pages.split("\n%% ").filter_map(|page| page.split_once('\n')).collect();
    if let Some((_, suffixes)) = pages.iter().find(|(name, _)| *name == "public-suffixes.txt") {
        fivetwenty_captures::evidence::public_suffix::set_public_suffixes(suffixes);
    }
    let _ = PAGES.set(pages);
}

/// The shared steps that every cause has: no page names them.
const EVERY: [(Group, &str); 5] =
    [(Group::Stop, "writes"), (Group::Stop, "visitor"), (Group::Prove, "changed"), (Group::Keep, "changes"), (Group::Keep, "escalate")];

/// Commands to run one after another, and what their results decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// The commands, with `{…}` for what the failing request fills in.
    pub commands: Vec<&'static str>,
    /// What their results decide.
    pub decides: &'static str,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is for.
    pub group: Group,
    /// The server that it is for; `None` for every one.
    pub server: Option<Server>,
    /// The id under which pages share it.
    pub shared: Option<&'static str>,
    /// The words, with `{…}` for what the failing request fills in.
    pub text: &'static str,
    /// How long it takes.
    pub effort: Effort,
    /// What it can break.
    pub risk: Risk,
    /// Who takes it.
    pub who: Who,
    /// Titles and addresses of what says so.
    pub sources: Vec<(&'static str, &'static str)>,
}

/// In what words people search for a cause: *Found as*.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundAs {
    /// A title in those words, with code between backticks.
    pub title: &'static str,
    /// What people see of it: messages, log lines, circumstances.
    pub seen: Vec<&'static str>,
    /// Ids of the causes that look alike.
    pub compare: Vec<&'static str>,
}

/// A special case of a cause, with the steps for it alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseSteps {
    /// The key under which findings name it.
    pub key: &'static str,
    /// What it is.
    pub says: &'static str,
    /// In order.
    pub steps: Vec<Step>,
}

/// A line of *What to do*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// `### Fix it`
    Group(Group),
    /// `#### nginx`
    Server(Server),
    /// `#### key: what it says`
    Case(&'static str, &'static str),
    /// `1. Words. [^source] *(minutes · no risk · server admin)*`
    Step(Words),
    /// `- see: verify`
    See(&'static str),
}

/// What the line of a step holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// Its number in the list.
    pub(super) number: &'static str,
    /// The words without what follows them.
    pub(super) text: &'static str,
    /// `[^a][^b]`
    marks: &'static str,
    effort: Effort,
    risk: Risk,
    who: Who,
}

impl Page {
    pub(super) const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// The whole text.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn text(self) -> &'static str {
        self.0
    }

    /// The text, as far as the browser has it.
    #[cfg(target_arch = "wasm32")]
    pub fn text(self) -> &'static str {
        let mut pages = PAGES.get().into_iter().flatten();
        pages.find(|(file, _)| *file == self.0).map_or("", |(_, text)| text)
    }

    /// The first paragraph of a part, for instance of *What it means*.
    pub fn paragraph(self, part: &str) -> &'static str {
        self.part(part).trim_start().split("\n\n").next().unwrap_or_default().trim_end()
    }

    /// How frequent the cause is among 520s, and how hard its fix is: `*Likelihood: rare · Fix: easy*` under the summary.
    pub fn standing(self) -> Option<(Likelihood, Difficulty)> {
        let line = self.text().lines().find_map(|line| line.strip_prefix("*Likelihood: ")?.strip_suffix('*'))?;
        let (likelihood, difficulty) = line.split_once(" · Fix: ")?;
        Some((Likelihood::named(likelihood)?, Difficulty::named(difficulty)?))
    }

    /// The steps of *What to do*, group by group: in each those of the case first, then those that hold for every case.
    pub fn steps(self, case: Option<&str>) -> Vec<Step> {
        self.marked_steps(case).into_iter().map(|(_, step)| step).collect()
    }

    /// The special cases, in the order in which *What to do* names them, each with its own steps.
    pub fn cases(self) -> Vec<CaseSteps> {
        let mut cases: Vec<CaseSteps> = Vec::new();
        for (key, says) in self.lines().filter_map(|line| if let Ok(Line::Case(key, says)) = line { Some((key, says)) } else { None }) {
            if cases.iter().all(|known| known.key != key) {
                let own = self.marked_steps(Some(key)).into_iter().filter(|(is_general, _)| !is_general);
                cases.push(CaseSteps { key, says, steps: own.map(|(_, step)| step).collect() });
            }
        }
        cases
    }

    /// The steps in order, each with whether it holds for every case.
    fn marked_steps(self, case: Option<&str>) -> Vec<(bool, Step)> {
        let mut steps = Vec::new();
        let (mut group, mut server, mut own) = (Group::Stop, None, None);
        for line in self.lines().flatten() {
            match line {
                Line::Group(of) => (group, server, own) = (of, None, None),
                Line::Server(of) => (server, own) = (Some(of), None),
                Line::Case(key, _) => (server, own) = (None, Some(key)),
                Line::Step(_) | Line::See(_) if own.is_some() && own != case => {}
                Line::Step(words) => steps.push((own.is_none(), self.step(words, group, server, None))),
                Line::See(id) => steps.extend(shared(id, group).map(|step| (own.is_none(), step))),
            }
        }
        sort_by_key(&mut steps, |(is_general, step)| (step.group, step.server.is_some(), *is_general));
        steps
    }

    /// The steps of a cause's page with those that every cause has.
    pub fn all_steps(self, case: Option<&str>) -> Vec<Step> {
        let mut steps = self.steps(case);
        steps.extend(EVERY.into_iter().flat_map(|(group, id)| shared(id, group)));
        sort_by_key(&mut steps, |step| (step.group, step.server.is_some()));
        steps
    }

    fn step(self, words: Words, group: Group, server: Option<Server>, shared: Option<&'static str>) -> Step {
        let Words { text, marks, effort, risk, who, .. } = words;
        let sources = marks.split("[^").filter_map(|mark| self.source(mark.strip_suffix(']')?)).collect();
        Step { group, server, shared, text, effort, risk, who, sources }
    }

    /// Title and address of a source: `[^mark]: title: <address>`.
    pub fn source(self, mark: &str) -> Option<(&'static str, &'static str)> {
        let definition = self.text().lines().find_map(|line| line.strip_prefix("[^")?.strip_prefix(mark)?.strip_prefix("]: "))?;
        let (title, address) = definition.rsplit_once(": <")?;
        Some((title, address.strip_suffix('>')?))
    }

    /// The lines of *What to do*, or what was expected instead.
    pub(super) fn lines(self) -> impl Iterator<Item = Result<Line, &'static str>> {
        self.part("What to do").lines().filter(|line| !line.is_empty()).map(Line::read)
    }

    /// What the heading `#### key: …` under *What to do* says of a case.
    pub fn case(self, case: &str) -> Option<&'static str> {
        self.lines().find_map(|line| match line {
            Ok(Line::Case(key, says)) if key == case => Some(says),
            _ => None,
        })
    }

    /// The commands of *Commands that prove it*: indented lines, with the words that follow them.
    pub fn tests(self) -> Vec<Test> {
        let mut tests: Vec<Test> = Vec::new();
        for line in self.part("Commands that prove it").lines() {
            let open = tests.last_mut().filter(|last| last.decides.is_empty());
            match (line.strip_prefix("    "), open) {
                (Some(command), Some(open)) => open.commands.push(command),
                (Some(command), None) => tests.push(Test { commands: vec![command], decides: "" }),
                (None, Some(open)) if !line.is_empty() => open.decides = marked(line).0,
                (None, _) => {}
            }
        }
        tests
    }

    /// In what words people search for the cause: a title, a list of what they see, and `Compare: id, id`. Not in the browser.
    pub fn found_as(self) -> Option<FoundAs> {
        let part = self.part("Found as");
        let seen = part.lines().filter_map(|line| line.strip_prefix("- ")).collect();
        let compare = part.lines().find_map(|line| line.strip_prefix("Compare: "))?.split(", ").collect();
        Some(FoundAs { title: part.trim_start().lines().next()?, seen, compare })
    }

    /// The text under a heading of the second level.
    pub fn part(self, part: &str) -> &'static str {
        let mut parts = self.text().split("\n## ").skip(1);
        parts.find_map(|text| text.strip_prefix(part)?.strip_prefix('\n')).unwrap_or_default()
    }
}

impl Line {
    /// Reads a line, or says what was expected.
    fn read(line: &'static str) -> Result<Self, &'static str> {
        if let Some(heading) = line.strip_prefix("### ") {
            return Group::named(heading).map(Self::Group).ok_or("one of the four groups, such as `### Fix it`");
        }
        if let Some(heading) = line.strip_prefix("#### ") {
            let case = || heading.split_once(": ").map(|(key, says)| Self::Case(key, says));
            return Server::named(heading).map(Self::Server).or_else(case).ok_or("a server, or a case as `#### key: what it says`");
        }
        if let Some(id) = line.strip_prefix("- see: ") {
            let is_known = !SHARED.part(id).is_empty() && EVERY.iter().all(|(_, every)| *every != id);
            return is_known.then_some(Self::See(id)).ok_or("the id of a shared step, of `_shared.md`, that not every cause has");
        }
        Words::read(line).map(Self::Step)
    }
}

impl Words {
    /// Reads the line of a step, or says what was expected.
    fn read(line: &'static str) -> Result<Self, &'static str> {
        const MARKS: &str = "its marks at the end, as ` *(minutes · no risk · server admin)*`";
        let (number, words) = line.split_once(". ").ok_or("a heading, `- see: …`, or a step as `1. …`")?;
        if !number.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err("a heading, `- see: …`, or a step as `1. …`");
        }
        let (words, about) = words.strip_suffix(")*").and_then(|words| words.rsplit_once(" *(")).ok_or(MARKS)?;
        let mut about = about.split(" · ");
        let effort = about.next().and_then(Effort::named).ok_or("an effort: minutes, an hour, a day")?;
        let risk = about.next().and_then(Risk::named).ok_or("a risk: no risk, restart, visible to visitors")?;
        let who = about.next().and_then(Who::named).ok_or("who: owner, server admin, host, developer, Cloudflare support, visitor")?;
        let (text, marks) = marked(words);
        if about.next().is_some() { Err(MARKS) } else { Ok(Self { number, text, marks, effort, risk, who }) }
    }
}

/// The steps that pages share under this id.
fn shared(id: &'static str, group: Group) -> impl Iterator<Item = Step> {
    let words = SHARED.part(id).lines().filter_map(|line| Words::read(line).ok());
    words.map(move |words| SHARED.step(words, group, None, Some(id)))
}

/// Words, and the marks of their sources at the end.
fn marked(line: &'static str) -> (&'static str, &'static str) {
    line.find(" [^").map_or((line, ""), |at| (&line[..at], &line[at + 1..]))
}

/// The page in a file next to the one that says this.
#[cfg(not(target_arch = "wasm32"))]
macro_rules! page {
    ($file:literal) => {
        $crate::page::Page::new(include_str!($file))
    };
}

/// The page of this file, which [`set_pages`] brings.
#[cfg(target_arch = "wasm32")]
macro_rules! page {
    ($file:literal) => {
        $crate::page::Page::new($file)
    };
}

pub(crate) use page;

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: Page = Page::new(
        "# x\n\nOne.\n\n*Likelihood: rare · Fix: easy*\n\n## What it means\n\nIt\nmeans.\n\nMore.\n\n## What to do\n\n### Stop the damage\n\n1. First. [^a] *(minutes · no risk · owner)*\n\n#### 521: it is down\n\n1. Start it. *(an hour · restart · host)*\n\n### Fix it\n\n#### nginx\n\n1. Raise {host}. [^a][^b] *(a day · visible to visitors · server admin)*\n\n#### 522: late\n\n1. Wait. *(minutes · no risk · visitor)*\n\n## Commands that prove it\n\n    curl a\n    curl b\n\nDecides. [^a]\n\n    nc c\n\nToo.\n\n## Sources\n\n[^a]: The: a: <https://a.example/>\n[^b]: The b: <https://b.example/>\n\n## Examples\n",
    );

    /// Breaks when advice is read from the wrong part of a page, or the marks of sources stay in it.
    #[test]
    fn advice_is_read_from_the_page() {
        assert_eq!(PAGE.paragraph("What it means"), "It\nmeans.");
        let words = |case| PAGE.steps(case).iter().map(|step| step.text).collect::<Vec<_>>();
        assert_eq!(words(None), ["First.", "Raise {host}."]);
        assert_eq!(words(Some("521")), ["Start it.", "First.", "Raise {host}."]);
        assert_eq!((PAGE.case("522"), PAGE.case("52")), (Some("late"), None));
        assert_eq!(PAGE.standing(), Some((Likelihood::Rare, Difficulty::Easy)));
        let tests = [(vec!["curl a", "curl b"], "Decides."), (vec!["nc c"], "Too.")];
        assert_eq!(PAGE.tests(), tests.map(|(commands, decides)| Test { commands, decides }));
        assert_eq!(Page::new("").tests(), []);
    }

    /// Breaks when the words that people search for, or the steps of a case, come from elsewhere or not at all.
    #[test]
    fn cases_and_search_words_are_read() {
        let own: Vec<_> = PAGE.cases().into_iter().map(|case| (case.key, case.says, case.steps.len(), case.steps[0].text)).collect();
        assert_eq!(own, [("521", "it is down", 1, "Start it."), ("522", "late", 1, "Wait.")]);
        let page = Page::new("# x\n\n## Found as\n\nError `a`\n\n- seen\n- `b`\n\nCompare: y, z\n\n## Sources\n\n- c\n");
        assert_eq!(page.found_as(), Some(FoundAs { title: "Error `a`", seen: vec!["seen", "`b`"], compare: vec!["y", "z"] }));
        assert_eq!(PAGE.found_as(), None);
    }

    /// Breaks when a step loses its marks, the server it is for, or a source.
    #[test]
    fn a_step_is_read_whole() {
        let last = PAGE.steps(None).pop().unwrap();
        assert_eq!((last.group, last.server, last.shared), (Group::Fix, Some(Server::Nginx), None));
        assert_eq!((last.effort, last.risk, last.who), (Effort::Day, Risk::Visible, Who::Admin));
        assert_eq!(last.sources, [("The: a", "https://a.example/"), ("The b", "https://b.example/")]);
        let shared = Page::new("\n## What to do\n\n### Keep it from coming back\n\n- see: monitor\n").steps(None);
        assert!(shared.iter().all(|step| step.shared == Some("monitor") && step.group == Group::Keep && !step.sources.is_empty()));
        assert!(!shared.is_empty());
        let every = PAGE.all_steps(None);
        assert!(every.is_sorted_by_key(|step| step.group));
        assert!(EVERY.iter().all(|(group, id)| every.iter().any(|step| step.shared == Some(id) && step.group == *group)));
    }

    /// Breaks when a line that is not understood passes, or what was expected is not said.
    #[test]
    fn what_is_not_understood_is_said() {
        for (line, expected) in [
            ("### Fix", "one of the four groups"),
            ("#### Nginx", "a server, or a case"),
            ("- see: nothing", "the id of a shared step"),
            ("- see: changed", "that not every cause has"),
            ("Words.", "a step as"),
            ("1. Words.", "its marks at the end"),
            ("1. Words. *(soon · no risk · owner)*", "an effort"),
            ("1. Words. *(minutes · none · owner)*", "a risk"),
            ("1. Words. *(minutes · no risk · me)*", "who"),
            ("1. Words. *(minutes · no risk · owner · now)*", "its marks at the end"),
        ] {
            assert!(Line::read(line).unwrap_err().contains(expected), "{line}");
        }
    }
}
