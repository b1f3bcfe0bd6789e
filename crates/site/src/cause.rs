//! The page of a cause.

use fivetwenty_diagnose::{CaseSteps, Facts, FoundAs, Rule, Step, Test, cause};
use fivetwenty_model::{Group, Server};
use maud::{Markup, html};

use crate::Site;
use crate::document::{Document, tool};
use crate::text::Writer;

/// What search engines show of a description.
const MAX_DESCRIPTION: usize = 160;

/// The words in commands that only a person can replace, each with what to put there.
const OPEN: [(&str, &str); 4] = [
    ("HOST", "your site's host name"),
    ("/PATH", "the path that fails"),
    ("ORIGIN_IP", "the address of your server behind Cloudflare"),
    ("RAY_ID", "the Ray ID on the error page"),
];

/// The page of a cause as HTML.
pub(crate) fn page(site: &Site, rule: &Rule, facts: &Facts<'_>) -> String {
    let found = found_as(rule);
    let content = content(rule, &found, Writer::new(facts, rule.page));
    let (file, title) = (format!("{}.html", rule.id), plain(&found));
    Document { file: &file, title: &title, description: &description(rule), content }.render(site)
}

/// What people search for; a rule without it, which its tests do not allow, has its own title.
pub(crate) fn found_as(rule: &Rule) -> FoundAs {
    rule.page.found_as().unwrap_or(FoundAs { title: rule.title, seen: Vec::new(), compare: Vec::new() })
}

/// The title of a page without markup.
pub(crate) fn plain(found: &FoundAs) -> String {
    found.title.replace('`', "")
}

/// What the cause is, and for which servers the page has steps, as many as there is room for.
fn description(rule: &Rule) -> String {
    let mut servers: Vec<&str> = Vec::new();
    let all = rule.page.steps(None);
    for server in all.iter().filter_map(|step| step.server).map(Server::label) {
        if !servers.contains(&server) {
            servers.push(server);
        }
    }
    loop {
        let (last, others) = servers.split_last().map_or(("", &[][..]), |(last, others)| (*last, others));
        let on = match (last, others) {
            ("", _) => String::new(),
            (last, []) => format!(" on {last}"),
            (last, others) => format!(" on {} and {last}", others.join(", ")),
        };
        let text = format!("{}. How to prove it with one command, and how to fix it{on}.", rule.title);
        if servers.is_empty() || text.chars().count() <= MAX_DESCRIPTION {
            return text;
        }
        servers.pop();
    }
}

fn content(rule: &Rule, found: &FoundAs, mut writer: Writer<'_>) -> Markup {
    let (steps, cases, tests) = (rule.page.all_steps(None), rule.page.cases(), rule.page.tests());
    html! {
        article { "\n"
            header { "\n"
                h1 { (writer.words(found.title)) } "\n"
                p.lead { (rule.title) "." } "\n"
                (standing(rule))
            } "\n"
            section aria-labelledby="seen" { "\n"
                h2 #seen { "What you may see" } "\n"
                ul { "\n" @for seen in &found.seen { li { (writer.words(seen)) } "\n" } } "\n"
            } "\n"
            section aria-labelledby="means" { "\n" h2 #means { "What it means" } "\n" (writer.blocks(rule.page.part("What it means"))) } "\n"
            section aria-labelledby="do" { "\n"
                h2 #do { "What to do" } "\n"
                @if is_mostly_cases(&steps, &cases) { (special(&cases, &mut writer)) }
                (groups(&steps, &mut writer))
                @if !is_mostly_cases(&steps, &cases) { (special(&cases, &mut writer)) }
            } "\n"
            section aria-labelledby="prove" { "\n" h2 #prove { "Commands that prove it" } "\n" (commands(&tests, &mut writer)) } "\n"
            details { "\n" summary { "How fivetwenty recognises it" } "\n" (writer.blocks(rule.page.part("How we know"))) } "\n"
            (sources(&mut writer, rule))
        } "\n"
        aside { "\n"
            (tool())
            (contents(&steps, &cases))
            (compare(found))
        } "\n"
    }
}

/// How frequent it is, how hard to fix, and who can.
fn standing(rule: &Rule) -> Markup {
    html! {
        dl.standing {
            @if let Some((likelihood, difficulty)) = rule.page.standing() {
                div { dt { "How often" } dd { (likelihood.label()) } }
                div { dt { "Fix" } dd { (difficulty.label()) } }
            }
            div { dt { "Who" } dd {
                @for (place, who) in rule.responsible.iter().enumerate() { @if place > 0 { ", or " } (who.label()) }
            } }
        } "\n"
    }
}

fn groups(steps: &[Step], writer: &mut Writer<'_>) -> Markup {
    html! {
        @for group in steps.chunk_by(|one, other| one.group == other.group) {
            h3 id=(id_of(group[0].group)) { (group[0].group.label()) } "\n"
            @for steps in group.chunk_by(|one, other| one.server == other.server) {
                @match steps[0].server {
                    Some(server) => div.server { "\n" h4 { (server.label()) } "\n" (list(steps, writer)) },
                    None => (list(steps, writer)),
                }
                "\n"
            }
        }
    }
}

/// Where the steps of a group stand.
fn id_of(group: Group) -> &'static str {
    match group {
        Group::Stop => "stop",
        Group::Prove => "check",
        Group::Fix => "fix",
        Group::Keep => "keep",
    }
}

fn list(steps: &[Step], writer: &mut Writer<'_>) -> Markup {
    html! {
        ol { "\n"
            @for step in steps {
                li {
                    (writer.words(step.text)) (writer.marks(&step.sources)) " "
                    span.marks { (step.effort.label()) " · " (step.risk.label()) " · " (step.who.label()) }
                } "\n"
            }
        } "\n"
    }
}

/// Whether whoever reads the page looks for a case of it, such as one of the other errors that people call a 520.
fn is_mostly_cases(steps: &[Step], cases: &[CaseSteps]) -> bool {
    cases.iter().map(|case| case.steps.len()).sum::<usize>() > steps.len()
}

/// The cases of a cause, those with a number first.
fn special(cases: &[CaseSteps], writer: &mut Writer<'_>) -> Markup {
    let mut cases: Vec<&CaseSteps> = cases.iter().collect();
    cases.sort_by_key(|case| case.key.parse().unwrap_or(u32::MAX));
    html! {
        @if !cases.is_empty() {
            h3 #cases { "By case" } "\n"
            @for case in cases {
                div.server.case { "\n"
                    h4 #{ "case-" (case.key) } {
                        @if case.key.bytes().all(|letter| letter.is_ascii_digit()) { "Error " (case.key) ": " (case.says) } @else { (case.says) }
                    } "\n"
                    (list(&case.steps, writer))
                } "\n"
            }
        }
    }
}

fn commands(tests: &[Test], writer: &mut Writer<'_>) -> Markup {
    let filled: Vec<Vec<String>> =
        tests.iter().map(|test| test.commands.iter().map(|command| writer.command(command).to_string()).collect()).collect();
    let open: Vec<_> = OPEN.into_iter().filter(|(word, _)| filled.iter().flatten().any(|command| command.contains(word))).collect();
    html! {
        @if !open.is_empty() {
            p { "Replace " @for (place, (word, what)) in open.iter().enumerate() {
                @if place > 0 { @if place + 1 == open.len() { " and " } @else { ", " } }
                code { (word) } " with " (what)
            } "." } "\n"
        }
        @for (test, commands) in tests.iter().zip(&filled) {
            div.test { "\n"
                @for command in commands { pre { code { (command) } } "\n" }
                p { (writer.words(test.decides)) } "\n"
            } "\n"
        }
    }
}

fn sources(writer: &mut Writer<'_>, rule: &Rule) -> Markup {
    // What stands above the list of sources says how far they go.
    let remark = Some(rule.page.paragraph("Sources")).filter(|remark| !remark.starts_with("[^"));
    let remark = remark.map(|remark| writer.blocks(remark));
    let sources = writer.sources().to_vec();
    html! {
        section.sources aria-labelledby="sources" { "\n"
            h2 #sources { "Sources" } "\n"
            @if let Some(remark) = remark { (remark) }
            ol { "\n"
                @for (place, (title, address)) in sources.iter().enumerate() {
                    li id={ "source-" (place + 1) } { a href=(address) rel="noreferrer" { (writer.words(title)) } } "\n"
                }
            } "\n"
        } "\n"
    }
}

/// What stands where on the page.
fn contents(steps: &[Step], cases: &[CaseSteps]) -> Markup {
    let groups = steps.chunk_by(|one, other| one.group == other.group).map(|steps| steps[0].group);
    let cases_first = is_mostly_cases(steps, cases);
    let mut numbers: Vec<u32> = cases.iter().filter_map(|case| case.key.parse().ok()).collect();
    numbers.sort_unstable();
    let to_cases = html! {
        li { a href="#cases" { "By case" } @for number in &numbers { " " a href={ "#case-" (number) } { (number) } } } "\n"
    };
    html! {
        nav.contents aria-labelledby="contents" { "\n"
            h2 #contents { "On this page" } "\n"
            ul { "\n"
                @if cases_first { (to_cases) }
                @for group in groups { li { a href={ "#" (id_of(group)) } { (group.label()) } } "\n" }
                @if !cases_first && !cases.is_empty() { (to_cases) }
                li { a href="#prove" { "Commands that prove it" } } "\n"
                li { a href="#sources" { "Sources" } } "\n"
            } "\n"
        } "\n"
    }
}

/// The causes that look alike.
fn compare(found: &FoundAs) -> Markup {
    html! {
        nav aria-labelledby="compare" { "\n"
            h2 #compare { "Causes that look alike" } "\n"
            ul { "\n"
                @for rule in found.compare.iter().filter_map(|id| cause(id)) { li { a href={ (rule.id) ".html" } { (rule.title) } } "\n" }
            } "\n"
            p { a href="./" { "All causes of error 520" } } "\n"
        } "\n"
    }
}
