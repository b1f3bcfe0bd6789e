//! The prose of the rules' pages, the guides and the documents, held against `docs/words.md`. `PAGE=empty_reply cargo test -p fivetwenty-diagnose prose` checks one page of a rule.

use std::collections::BTreeMap;

use crate::Page;
use crate::page::Line;
use crate::rules::tests::pages;

/// Words that a sentence has at most.
const MAX_WORDS: usize = 20;
/// Sentences that a step has at most.
const MAX_SENTENCES: usize = 2;
/// Steps that a page has at most, without those for one server.
const MAX_STEPS: usize = 7;
/// Steps that one server has at most.
const MAX_OF_SERVER: usize = 3;

const WORDS: &str = include_str!("../../../docs/words.md");
const SHARED: &str = include_str!("rules/_shared.md");
const HELP: &str = include_str!("../../../static/help.md");
/// What people read in the repository; `docs/words.md` itself has every forbidden phrase.
const DOCUMENTS: [(&str, &str); 10] = [
    ("CONTRIBUTING.md", include_str!("../../../CONTRIBUTING.md")),
    ("README.md", include_str!("../../../README.md")),
    ("SECURITY.md", include_str!("../../../SECURITY.md")),
    ("docs/accuracy.md", include_str!("../../../docs/accuracy.md")),
    ("docs/bundle.md", include_str!("../../../docs/bundle.md")),
    ("docs/data.md", include_str!("../../../docs/data.md")),
    ("docs/drop-in.md", include_str!("../../../docs/drop-in.md")),
    ("docs/logs.md", include_str!("../../../docs/logs.md")),
    ("docs/open-files.md", include_str!("../../../docs/open-files.md")),
    ("docs/report.md", include_str!("../../../docs/report.md")),
];

/// What was found, as `file:line: what`.
struct Findings(Vec<String>);

impl Findings {
    fn say(&mut self, path: &str, line: usize, what: &str) {
        self.0.push(format!("{path}:{line}: {what}"));
    }

    fn assert_none(&self) {
        assert!(self.0.is_empty(), "{} findings:\n  {}", self.0.len(), self.0.join("\n  "));
    }
}

/// Breaks when a page says something otherwise than `docs/words.md` wants it.
#[test]
fn pages_are_short_and_plain() {
    let one = std::env::var("PAGE").ok();
    let mut findings = Findings(Vec::new());
    let mut titles = BTreeMap::new();
    let pages = pages().map(|(id, page)| (id.replace('-', "_"), page.text()));
    let all = std::iter::once(("_shared".to_owned(), SHARED)).chain(pages);
    for (name, text) in all.filter(|(name, _)| one.as_ref().is_none_or(|one| one == name)) {
        let path = path(&name);
        wording(&mut findings, &path, text);
        lengths(&mut findings, &path, text);
        counts(&mut findings, &path, text);
        sources(&mut findings, &path, text, &mut titles);
    }
    findings.assert_none();
}

/// Breaks when a guide or what a command's result decides is longer than a person reads, or says something otherwise than `docs/words.md` wants it.
#[test]
fn guides_are_short_and_plain() {
    let mut findings = Findings(Vec::new());
    wording(&mut findings, "static/help.md", HELP);
    lengths(&mut findings, "static/help.md", HELP);
    sources(&mut findings, "static/help.md", HELP, &mut BTreeMap::new());
    findings.assert_none();
}

/// Breaks when a document has a phrase, a term or a heading that `docs/words.md` forbids.
#[test]
fn documents_use_the_same_words() {
    let mut findings = Findings(Vec::new());
    for (path, text) in DOCUMENTS {
        wording(&mut findings, path, text);
    }
    findings.assert_none();
}

/// Breaks when a page has a line under *What to do* that is not understood, groups out of order, or steps that are numbered wrongly.
#[test]
fn pages_keep_the_form() {
    let mut findings = Findings(Vec::new());
    for (id, page) in pages() {
        let name = path(&id.replace('-', "_"));
        let lines = numbered(page.text(), "What to do");
        assert_eq!(lines.len(), page.lines().count(), "{id}");
        let (mut last, mut next) = (None, 1);
        for ((number, _), line) in lines.iter().zip(page.lines()) {
            match line {
                Err(expected) => findings.say(&name, *number, &format!("expected {expected}")),
                Ok(Line::Group(group)) => {
                    if last >= Some(group) {
                        findings.say(&name, *number, "expected the groups in order, each once");
                    }
                    (last, next) = (Some(group), 1);
                }
                Ok(Line::Server(_) | Line::Case(..)) => next = 1,
                Ok(Line::Step(_) | Line::See(_)) if last.is_none() => findings.say(&name, *number, "expected a group first: `### Fix it`"),
                Ok(Line::Step(words)) => {
                    if words.number != next.to_string() {
                        findings.say(&name, *number, &format!("expected the number {next}"));
                    }
                    next += 1;
                }
                Ok(Line::See(_)) => {}
            }
        }
    }
    findings.assert_none();
}

/// Breaks when a cause does not say how frequent it is and how hard its fix is, or a check of the captures does.
#[test]
fn causes_say_their_likelihood() {
    for (id, page) in pages() {
        assert_eq!(
            page.standing().is_some(),
            crate::cause(id).is_some(),
            "{id}: expected `*Likelihood: rare · Fix: easy*` under the summary"
        );
    }
}

/// Breaks when a sentence is split or counted wrongly: every limit rests on it.
#[test]
fn sentences_are_counted() {
    let counted = |text: &str| sentences(text).iter().map(|sentence| words(sentence)).collect::<Vec<_>>();
    assert_eq!(counted("Set `a b c` to 4 KB. Then reload: it works (once)."), [5, 5]);
    assert_eq!(counted("Use nginx 1.19.10 or later. [^a][^b]"), [5]);
    assert_eq!(banned("Look whether it was told", &phrases("Not these phrases")), ["told: says, is set to", "look whether: check whether"]);
    assert!(banned("Read `told` and untold", &phrases("Not these phrases")).is_empty());
}

/// The lines of a part that are not empty, each with its number in the page.
fn numbered<'a>(text: &'a str, part: &str) -> Vec<(usize, &'a str)> {
    let heading = format!("## {part}");
    let lines = (1..).zip(text.lines()).skip_while(|(_, line)| *line != heading).skip(1);
    lines.take_while(|(_, line)| !line.starts_with("## ")).filter(|(_, line)| !line.is_empty()).collect()
}

/// The file of a page of a rule.
fn path(name: &str) -> String {
    format!("crates/diagnose/src/rules/{name}.md")
}

/// The lines that are prose, each with its number: none of code, and none of a page's examples. A message to send is prose.
fn plain_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fence = None;
    (1..).zip(text.lines()).take_while(|(_, line)| *line != "## Examples").filter(move |(_, line)| {
        if let Some(language) = line.strip_prefix("```") {
            fence = if fence.is_none() { Some(language) } else { None };
            return false;
        }
        fence.is_none_or(|language| language == "message") && !line.starts_with("    ") && !line.starts_with("# ")
    })
}

/// Phrases, terms and headings.
fn wording(findings: &mut Findings, path: &str, text: &str) {
    let forbidden = [phrases("Not these phrases"), phrases("One term for one thing")].concat();
    for (number, line) in plain_lines(text) {
        for phrase in banned(line, &forbidden) {
            findings.say(path, number, &format!("not this word: {phrase}"));
        }
        let Some(heading) = line.strip_prefix("##").map(|heading| heading.trim_start_matches('#').trim()) else { continue };
        if heading.ends_with('.') {
            findings.say(path, number, "a heading has no full stop");
        }
        if !is_sentence_case(heading) {
            findings.say(path, number, "a heading is in sentence case");
        }
    }
}

/// The words of each sentence, and the sentences and the verb of each step.
fn lengths(findings: &mut Findings, path: &str, text: &str) {
    let verbs = numbered(WORDS, "Verbs").into_iter().flat_map(|(_, line)| line.split(", ")).collect::<Vec<_>>();
    for (number, line) in plain_lines(text).filter(|(_, line)| !["##", "[^", "- see: "].iter().any(|start| line.starts_with(start))) {
        let is_step = line.starts_with(|first: char| first.is_ascii_digit());
        let line = line.rsplit_once(" *(").map_or(line, |(words, _)| words);
        let line = if is_step { line.split_once(". ").map_or(line, |(_, words)| words) } else { line.trim_start_matches("- ") };
        let all = sentences(line);
        for sentence in all.iter().filter(|sentence| words(sentence) > MAX_WORDS) {
            findings.say(path, number, &format!("{} words, at most {MAX_WORDS}: {sentence}", words(sentence)));
        }
        if is_step {
            if all.len() > MAX_SENTENCES {
                findings.say(path, number, &format!("{} sentences, at most {MAX_SENTENCES}", all.len()));
            }
            let first = line.split(' ').next().unwrap_or_default().trim_end_matches([',', ':']);
            if !verbs.contains(&first) {
                findings.say(path, number, &format!("a verb first, one of those in docs/words.md, not `{first}`"));
            }
        }
    }
}

/// How many steps there are.
fn counts(findings: &mut Findings, path: &str, text: &'static str) {
    let lines = numbered(text, "What to do");
    let (mut general, mut of_case, mut of_server) = (0, BTreeMap::new(), BTreeMap::new());
    let (mut case, mut server) = (None, None);
    for line in Page::new(text).lines().flatten() {
        match line {
            Line::Group(_) => (case, server) = (None, None),
            Line::Server(of) => (case, server) = (None, Some(of)),
            Line::Case(key, _) => (case, server) = (Some(key), None),
            Line::Step(_) | Line::See(_) => match (case, server) {
                (Some(key), _) => *of_case.entry(key).or_insert(0) += 1,
                (_, Some(server)) => *of_server.entry(server).or_insert(0) += 1,
                _ => general += 1,
            },
        }
    }
    let first = lines.first().map_or(1, |(number, _)| *number);
    let most = general + of_case.values().copied().max().unwrap_or(0);
    if most > MAX_STEPS {
        findings.say(path, first, &format!("{most} steps, at most {MAX_STEPS}"));
    }
    for (server, count) in of_server.into_iter().filter(|(_, count)| *count > MAX_OF_SERVER) {
        findings.say(path, first, &format!("{count} steps for {}, at most {MAX_OF_SERVER}", server.label()));
    }
}

/// One address has one title on all pages: it is shown to people, and such lines take no room in the program.
fn sources(findings: &mut Findings, path: &str, text: &'static str, titles: &mut BTreeMap<&'static str, &'static str>) {
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| line.starts_with("[^")) {
        let Some((title, address)) = line.split_once("]: ").and_then(|(_, source)| source.rsplit_once(": <")) else {
            findings.say(path, number, "expected `[^name]: title: <https://…>`");
            continue;
        };
        if !address.starts_with("https://") || address.contains(['(', ')', ' ']) {
            findings.say(path, number, "expected an address that needs no escaping");
        }
        let first = *titles.entry(address).or_insert(title);
        if first != title {
            findings.say(path, number, &format!("another page calls this source `{first}`"));
        }
    }
}

/// The rows of a table of `docs/words.md`.
fn phrases(part: &str) -> Vec<(&'static str, &'static str)> {
    let rows = numbered(WORDS, part).into_iter().skip(2);
    rows.filter_map(|(_, row)| row.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")).collect()
}

/// What a line says that it should not, with what to say instead.
fn banned(line: &str, phrases: &[(&'static str, &'static str)]) -> Vec<String> {
    let plain = without_code(line).to_lowercase();
    let is_whole = |at: usize, phrase: &str| {
        let ends = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric() && letter != '-');
        let starts = !phrase.starts_with(char::is_alphanumeric) || ends(plain[..at].chars().next_back());
        starts && ends(plain[at + phrase.len()..].chars().next())
    };
    let found = phrases.iter().filter(|(not, _)| plain.match_indices(not).any(|(at, _)| is_whole(at, not)));
    found.map(|(not, say)| format!("{not}: {say}")).collect()
}

/// What stands between backticks is one word; marks and addresses of sources are none.
fn without_code(line: &str) -> String {
    let words = line.split('`').enumerate().map(|(place, piece)| if place % 2 == 1 { "Code" } else { piece }).collect::<String>();
    let mut plain = String::new();
    for (place, piece) in words.split("[^").enumerate() {
        plain.push_str(if place == 0 { piece } else { piece.split_once(']').map_or("", |(_, rest)| rest) });
    }
    plain
        .split('<')
        .enumerate()
        .map(|(place, piece)| if place == 0 { piece } else { piece.split_once('>').map_or("", |(_, rest)| rest) })
        .collect()
}

fn sentences(line: &str) -> Vec<String> {
    let plain = without_code(line);
    let mut sentences = vec![String::new()];
    for word in plain.split_whitespace() {
        let last = sentences.last().map_or("", |last| last.trim_end().trim_end_matches([')', '"']));
        let is_new = last.ends_with(['.', '!', '?']);
        if is_new && word.starts_with(|first: char| first.is_uppercase() || !first.is_alphanumeric()) {
            sentences.push(String::new());
        }
        if let Some(last) = sentences.last_mut() {
            last.push_str(word);
            last.push(' ');
        }
    }
    sentences.into_iter().map(|sentence| sentence.trim().to_owned()).filter(|sentence| !sentence.is_empty()).collect()
}

fn words(sentence: &str) -> usize {
    sentence.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

/// Only the first word and names have a capital.
fn is_sentence_case(heading: &str) -> bool {
    let is_name = |word: &str| {
        word.chars().skip(1).any(|letter| letter.is_uppercase() || letter.is_ascii_digit())
            || ["Cloudflare", "Cloudflare's", "Worker", "Workers", "Snippet", "Ray", "Browser", "Integrity", "Check", "Full"]
                .contains(&word)
            || fivetwenty_model::Server::ALL.iter().any(|server| server.label() == heading)
    };
    let rest = heading.split_once(": ").map_or(heading, |(_, says)| says);
    rest.split(' ')
        .skip(1)
        .map(|word| word.trim_matches(['(', ')', ',', ';']))
        .all(|word| !word.starts_with(char::is_uppercase) || is_name(word))
}
