//! What all pages share: head, bar and foot.

use maud::{DOCTYPE, Markup, html};

use crate::{Site, search};

/// The policy of the pages: they show text, and run nothing. `static/_headers` says it too, with what only a header can say.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";

/// A page of the folder.
pub(crate) struct Document<'a> {
    /// The name of its file, nothing for the list of all.
    pub(crate) file: &'a str,
    /// For a tab and for search engines, without markup.
    pub(crate) title: &'a str,
    /// The same in a sentence or two.
    pub(crate) description: &'a str,
    /// What stands between bar and foot.
    pub(crate) content: Markup,
}

impl Document<'_> {
    /// The page as HTML.
    pub(crate) fn render(&self, site: &Site) -> String {
        let page = html! {
            (DOCTYPE) "\n"
            html lang="en" {
                head { "\n"
                    meta charset="utf-8"; "\n"
                    meta http-equiv="Content-Security-Policy" content=(POLICY); "\n"
                    meta name="viewport" content="width=device-width, initial-scale=1"; "\n"
                    meta name="color-scheme" content="light dark"; "\n"
                    meta name="theme-color" content="#fbfbf9" media="(prefers-color-scheme: light)"; "\n"
                    meta name="theme-color" content="#131416" media="(prefers-color-scheme: dark)"; "\n"
                    title { (self.title) } "\n"
                    meta name="description" content=(self.description); "\n"
                    meta property="og:title" content=(self.title); "\n"
                    meta property="og:description" content=(self.description); "\n"
                    meta property="og:type" content="article"; "\n"
                    meta property="og:site_name" content="fivetwenty"; "\n"
                    (search::links(site, "../", &format!("{}/{}", crate::FOLDER, self.file))) "\n"
                    link rel="icon" href={ "../" (site.icon) }; "\n"
                    link rel="stylesheet" href="causes.css"; "\n"
                } "\n"
                body { "\n"
                    nav.bar aria-label="Site" {
                        a.brand href="../" { "fivetwenty" }
                        @if self.file.is_empty() { span aria-current="page" { "Causes of error 520" } } @else { a href="./" { "Causes of error 520" } }
                    } "\n"
                    main { "\n" (self.content) } "\n"
                    footer.foot {
                        p { "Made from the same pages as the advice of " a href="../" { "fivetwenty" } ". Not a product of Cloudflare." }
                    } "\n"
                } "\n"
            } "\n"
        };
        page.into_string()
    }
}

/// The way to the tool, for whoever does not know yet whether this is their cause.
pub(crate) fn tool() -> Markup {
    html! {
        section.tool aria-labelledby="tool" { "\n"
            h2 #tool { "Find your cause" } "\n"
            p {
                "Drop HAR files, curl output, logs or the error page. fivetwenty names the cause and fills in the commands for your site. "
                "It runs in your browser: nothing is uploaded."
            } "\n"
            p { a.button href="../" { "Find out why" } } "\n"
        } "\n"
    }
}
