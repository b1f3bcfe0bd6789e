//! What search engines read, and those who show a link to the page.

use fivetwenty_diagnose::CAUSES;
use maud::{Markup, PreEscaped, html};

use crate::{FOLDER, Site, path_of};

/// What error 520 is, in two sentences.
pub(crate) const MEANING: &str = "Cloudflare shows error 520 when it reached the site's server (the origin) and got an empty, broken or unexpected \
                                  response. The fault is between Cloudflare and that server, not with the visitor.";

/// The picture that stands for the page, and its size.
const PICTURE: &str = "og.png";
const SIZE: (&str, &str) = ("1200", "630");

/// The links of a head: where the page is to be found, and its picture. `up` leads from there to the folder of the page.
pub(crate) fn links(site: &Site, up: &str, path: &str) -> Markup {
    let base = site.address.as_deref();
    html! {
        @if let Some(address) = base {
            link rel="canonical" href={ (address) (path) };
            meta property="og:url" content={ (address) (path) };
        }
        meta property="og:image" content={ (base.unwrap_or(up)) (PICTURE) };
        meta property="og:image:width" content=(SIZE.0);
        meta property="og:image:height" content=(SIZE.1);
        meta name="twitter:card" content="summary_large_image";
    }
}

/// `robots.txt`, which allows everything.
pub(crate) fn robots(site: &Site) -> String {
    let sitemap = site.address.as_ref().map(|address| format!("\nSitemap: {address}sitemap.xml\n"));
    format!("User-agent: *\nAllow: /\n{}", sitemap.unwrap_or_default())
}

/// The addresses of all pages, where they are known.
pub(crate) fn sitemap(site: &Site) -> Option<String> {
    let address = site.address.as_deref()?;
    let causes = CAUSES.iter().map(|rule| path_of(rule.id));
    let paths = [String::new(), format!("{FOLDER}/")].into_iter().chain(causes);
    let map = html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
        urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" { "\n"
            @for path in paths { url { loc { (address) (path) } } "\n" }
        } "\n"
    };
    Some(map.into_string())
}
