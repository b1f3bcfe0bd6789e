//! What is published beside the page for whoever searches: a page for each cause that reads without script, robots.txt and a sitemap.
//!
//! The pages of the rules are turned into HTML when the page is built. Nothing here knows a case: what a rule's page leaves open is filled
//! in with words that hold for every site. All text is the program's own, and `maud` and `pulldown-cmark` escape it.

mod cause;
mod document;
mod overview;
mod search;
#[cfg(test)]
mod tests;
mod text;

use fivetwenty_diagnose::{CAUSES, Case, Inputs};
use maud::html;

pub use document::POLICY;

/// The folder of the pages, in the folder of the page.
pub const FOLDER: &str = "causes";

/// The colours, sizes and distances of the page, which these pages share.
const TOKENS: &str = include_str!("../../../static/style/tokens.css");

/// What the pages have to know of the page beside which they are published.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// Where it will be, as `https://site.example/tools/`; `None` when nobody said.
    pub address: Option<String>,
    /// The name of its icon.
    pub icon: String,
}

/// A file to publish.
#[derive(Clone, Debug)]
pub struct File {
    /// Its path in the folder of the page.
    pub path: String,
    /// Its content.
    pub text: String,
}

impl Site {
    /// All files: the pages of the causes with their list and stylesheet, robots.txt and, where the address is known, the sitemap.
    pub fn files(&self) -> Vec<File> {
        let diagnosis = Case::new(Inputs::default()).diagnose();
        let facts = diagnosis.facts();
        let file = |path: String, text: String| File { path, text };
        let pages = CAUSES.iter().map(|rule| file(path_of(rule.id), cause::page(self, rule, &facts)));
        let mut files: Vec<File> = pages.collect();
        files.push(file(path_of("index"), overview::page(self)));
        files.push(file(format!("{FOLDER}/causes.css"), [TOKENS, include_str!("causes.css")].concat()));
        files.push(file("robots.txt".to_owned(), search::robots(self)));
        files.extend(search::sitemap(self).map(|text| file("sitemap.xml".to_owned(), text)));
        files
    }

    /// The page itself, with what its head says to search engines and to those who show a link to it, and with links to all causes in
    /// its only list.
    ///
    /// `None` when the text has no head or no list.
    pub fn completed(&self, page: &str) -> Option<String> {
        let (head, rest) = page.split_once("</head>")?;
        let (body, rest) = rest.split_once("</ul>")?;
        let causes = html! { @for rule in CAUSES { li { a href=(path_of(rule.id)) { (rule.title) } } } };
        Some([head, &search::links(self, "", "").into_string(), "</head>", body, &causes.into_string(), "</ul>", rest].concat())
    }
}

fn path_of(id: &str) -> String {
    format!("{FOLDER}/{id}.html")
}
