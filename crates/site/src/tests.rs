//! The files, read as a browser and a search engine read them.

use std::collections::{BTreeMap, BTreeSet};

use fivetwenty_diagnose::CAUSES;
use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};

use super::*;

const INDEX: &str = include_str!("../../../index.html");
const HEADERS: &str = include_str!("../../../static/_headers");

/// An element of a page.
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    text: String,
}

impl Element {
    fn get(&self, attribute: &str) -> &str {
        self.attributes.get(attribute).map_or("", String::as_str)
    }
}

fn site(address: Option<&str>) -> Site {
    Site { address: address.map(str::to_owned), icon: "icon-1.svg".to_owned() }
}

/// The HTML files by their path.
fn pages(site: &Site) -> BTreeMap<String, String> {
    let files = site.files().into_iter().map(|file| (file.path, file.text));
    files.filter(|(path, _)| std::path::Path::new(path).extension().is_some_and(|extension| extension == "html")).collect()
}

/// Every element of a page, and what a parser finds wrong with it.
fn parsed(html: &str) -> (Vec<Element>, Vec<String>) {
    let dom = html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(html);
    let mut elements = Vec::new();
    walk(&dom.document, &mut elements);
    let errors = dom.errors.borrow().iter().map(ToString::to_string).collect();
    (elements, errors)
}

fn walk(node: &Handle, elements: &mut Vec<Element>) {
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let attributes = attrs.borrow().iter().map(|one| (one.name.local.to_string(), one.value.to_string())).collect();
        elements.push(Element { name: name.local.to_string(), attributes, text: text_of(node, &|_| true) });
    }
    for child in node.children.borrow().iter() {
        walk(child, elements);
    }
}

/// The text of the elements that `enters` lets through.
fn text_of(node: &Handle, enters: &dyn Fn(&str) -> bool) -> String {
    match &node.data {
        NodeData::Text { contents } => contents.borrow().to_string(),
        NodeData::Element { name, .. } if !enters(&name.local) => String::new(),
        _ => node.children.borrow().iter().map(|child| text_of(child, enters)).collect(),
    }
}

fn named<'a>(elements: &'a [Element], name: &'a str) -> impl Iterator<Item = &'a Element> {
    elements.iter().filter(move |element| element.name == name)
}

/// The content of the `meta` element of this name or property.
fn meta<'a>(elements: &'a [Element], name: &'a str) -> &'a str {
    named(elements, "meta").find(|meta| [meta.get("name"), meta.get("property")].contains(&name)).unwrap().get("content")
}

/// Breaks when a cause has no page, or a page is not HTML, says an id twice, or runs or loads what its policy forbids.
#[test]
fn every_cause_has_a_page_that_is_valid() {
    let pages = pages(&site(None));
    let expected: BTreeSet<String> = CAUSES.iter().map(|rule| rule.id).chain(["index"]).map(|id| format!("causes/{id}.html")).collect();
    assert_eq!(pages.keys().cloned().collect::<BTreeSet<_>>(), expected);
    for (path, html) in &pages {
        let (elements, errors) = parsed(html);
        assert!(errors.is_empty(), "{path}: {errors:?}");
        let ids: Vec<&str> = elements.iter().map(|element| element.get("id")).filter(|id| !id.is_empty()).collect();
        assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{path}: {ids:?}");
        assert!(elements.iter().all(|element| !["script", "style", "img", "iframe", "form"].contains(&&*element.name)), "{path}");
        assert!(elements.iter().flat_map(|element| element.attributes.keys()).all(|name| name != "style" && !name.starts_with("on")));
        assert_eq!(named(&elements, "h1").count(), 1, "{path}");
    }
}

/// Breaks when search engines would cut a title or a description, or show two pages alike.
#[test]
fn titles_and_descriptions_are_short_and_their_own() {
    let mut seen = BTreeSet::new();
    let index = [("index.html".to_owned(), INDEX.to_owned())];
    for (path, html) in pages(&site(None)).into_iter().chain(index) {
        let (elements, _) = parsed(&html);
        let title = named(&elements, "title").next().unwrap().text.clone();
        let description = meta(&elements, "description");
        assert!(title.contains("rror 52") && title.chars().count() <= 65, "{path}: {title}");
        assert!((70..=160).contains(&description.chars().count()), "{path}: {description}");
        assert_eq!(meta(&elements, "og:title"), title, "{path}");
        assert!(seen.insert(title) && seen.insert(description.to_owned()), "{path}");
    }
}

/// Breaks when a page shows what only a case fills in: a name between braces, or in prose a word that stands for a value.
#[test]
fn nothing_is_left_open() {
    for (path, html) in pages(&site(None)) {
        let dom = html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(&*html);
        let prose = text_of(&dom.document, &|name| name != "code");
        for word in ["HOST", "RAY_ID", "ORIGIN_IP", "/PATH", "`", "[^", "**"] {
            assert!(!prose.contains(word), "{path}: {word}");
        }
        for name in ["url", "method", "host", "path", "ray", "moment", "since", "until", "ranges", "listed"] {
            assert!(!html.contains(&format!("{{{name}}}")), "{path}: {name}");
        }
    }
}

/// Breaks when a command or an address gets into the markup as it is.
#[test]
fn text_is_escaped() {
    let pages = pages(&site(Some("https://a.example/\"><b>&/")));
    let (elements, errors) = parsed(&pages["causes/authenticated-origin-pulls.html"]);
    assert!(errors.is_empty(), "{errors:?}");
    let command =
        "openssl s_client -connect ORIGIN_IP:443 -servername 'HOST' < /dev/null 2>/dev/null | grep -A9 -i 'client certificate CA'";
    assert!(named(&elements, "pre").any(|pre| pre.text == command));
    assert_eq!(meta(&elements, "og:url"), "https://a.example/\"><b>&/causes/authenticated-origin-pulls.html");
    assert!(named(&elements, "b").next().is_none());
}

/// Breaks when a link leads nowhere: to a page, a source or a part that is not there.
#[test]
fn links_lead_somewhere() {
    let pages = pages(&site(None));
    for (path, html) in &pages {
        let (elements, _) = parsed(html);
        let ids: BTreeSet<&str> = elements.iter().map(|element| element.get("id")).collect();
        let mut inner = 0;
        for link in named(&elements, "a") {
            let href = link.get("href");
            let exists = match href.strip_prefix('#') {
                Some(id) => ids.contains(id),
                None if href.starts_with("https://") => true,
                None => ["../", "./"].contains(&href) || pages.contains_key(&format!("causes/{href}")),
            };
            assert!(exists && !link.text.is_empty(), "{path}: {href}");
            inner +=
                usize::from(std::path::Path::new(href).extension().is_some_and(|extension| extension == "html") && !href.contains(':'));
        }
        assert!(inner >= 2, "{path}: no other causes");
    }
}

/// Breaks when index.html does not lead to every cause under its title, is not valid, or has another colour than its stylesheet.
#[test]
fn the_page_itself_leads_to_all_causes() {
    assert_eq!(INDEX.matches("</ul>").count(), 1, "one list, which gets the causes");
    let index = site(None).completed(INDEX).unwrap();
    let (elements, errors) = parsed(&index);
    assert!(errors.is_empty(), "{errors:?}");
    let links: Vec<(String, String)> = named(&elements, "a").map(|link| (link.get("href").to_owned(), link.text.clone())).collect();
    for rule in CAUSES {
        assert!(links.contains(&(path_of(rule.id), rule.title.to_owned())), "{}: {}", path_of(rule.id), rule.title);
    }
    assert_eq!(links.len(), CAUSES.len() + 1, "and to their list");
    let listed = pages(&site(None)).remove("causes/index.html").unwrap();
    for page in [&index, &listed] {
        let (elements, _) = parsed(page);
        let colours: Vec<&str> =
            named(&elements, "meta").filter(|meta| meta.get("name") == "theme-color").map(|meta| meta.get("content")).collect();
        assert!(TOKENS.contains(&format!("--ground: light-dark({});", colours.join(", "))), "{colours:?}");
    }
}

/// Breaks when a page of a cause has another policy in its header than in its markup, but for what only a header can say.
#[test]
fn the_header_says_the_policy_too() {
    let header = format!("\n/{FOLDER}/*\n  Content-Security-Policy: {POLICY}; frame-ancestors 'none'\n");
    assert!(HEADERS.contains(&header), "{header}");
}

/// Breaks when search engines are told an address where there is none, or not told of a page.
#[test]
fn addresses_are_said_where_they_are_known() {
    let (with, without) = (site(Some("https://site.example/tools/")), site(None));
    let text = |site: &Site, path: &str| site.files().into_iter().find(|file| file.path == path).map(|file| file.text);
    assert_eq!(text(&without, "robots.txt").unwrap(), "User-agent: *\nAllow: /\n");
    assert_eq!(text(&without, "sitemap.xml").map(|_| ()), None);
    let page = without.completed("<head></head><ul></ul>").unwrap();
    assert!(page.contains("content=\"og.png\"") && !page.contains("canonical") && !page.contains("og:url"), "{page}");
    assert_eq!(without.completed("<head></head><body>"), None);

    assert!(text(&with, "robots.txt").unwrap().ends_with("\n\nSitemap: https://site.example/tools/sitemap.xml\n"));
    let map = text(&with, "sitemap.xml").unwrap();
    assert!(map.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http"), "{map}");
    assert_eq!(map.matches("<url><loc>https://site.example/tools/").count(), CAUSES.len() + 2);
    let mut all = pages(&with);
    all.insert(String::new(), with.completed("<head></head><ul></ul>").unwrap());
    for (path, html) in all {
        let (elements, _) = parsed(&html);
        let address = format!("https://site.example/tools/{}", path.strip_suffix("index.html").unwrap_or(&path));
        let canonical = named(&elements, "link").find(|link| link.get("rel") == "canonical").unwrap();
        assert_eq!((canonical.get("href"), meta(&elements, "og:url")), (&*address, &*address));
        assert_eq!(meta(&elements, "og:image"), "https://site.example/tools/og.png");
        assert!(map.contains(&format!("<loc>{address}</loc>")), "{address}");
    }
}
