//! The pages of the lab's sites, and the good answers to everything else that they ask for.

use axum::http::{Method, request};
use time::UtcDateTime;

use crate::moment::{HTTP_DATE, written};

/// A small site: a page with a stylesheet and a script, which then makes calls.
///
/// It is as small as it can be, for every answer is in a dozen committed captures.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// The host's name.
    pub host: &'static str,
    /// The title of its pages.
    pub title: &'static str,
    /// What its server calls itself.
    pub server: &'static str,
    /// Further header lines of all its answers, each with its line end.
    pub headers: &'static str,
    /// Header lines of its pages, such as cookies.
    pub page_headers: &'static str,
    /// What the page's script asks for, in order. Each is a method, a target and perhaps the size of a body in bytes or the type of
    /// answer that is wanted; `PAUSE` and milliseconds is a pause; ` & ` joins what is asked for at once; `NOW` in a target is the time.
    pub calls: &'static [&'static str],
    /// Whether the calls are made in the order given.
    pub order: Order,
    /// What else the page loads: scripts, pictures (`.svg`) and frames (everything else). Those of other hosts begin with `//`.
    pub embeds: &'static [&'static str],
}

/// In which order a page makes its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As given.
    Given,
    /// Another one at every visit.
    Shuffled,
}

/// The shop that most cases are about.
pub const SHOP: Site = Site {
    host: "shop.example",
    title: "Lantern and Loom",
    server: "nginx/1.28.0",
    headers: "",
    page_headers: "Set-Cookie: shop_session=8c1f42d07be94a36; Path=/; HttpOnly; SameSite=Lax\r\n",
    calls: &["GET /api/cart", "GET /api/orders?page=2", "GET /api/orders?page=2"],
    order: Order::Given,
    embeds: &[],
};

/// A good answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status line without the version.
    pub status: &'static str,
    /// The header lines, each with its line end, without the length and what concerns the connection.
    pub headers: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Site {
    /// What a healthy server answers to a request.
    pub fn answer(&self, request: &request::Parts) -> Answer {
        let path = request.uri.path();
        let (status, kind, body) = match path {
            "/js/app.js" => ("200 OK", "application/javascript", include_str!("site/app.js").to_owned()),
            "/js/offline.js" => ("200 OK", "application/javascript", "navigator.serviceWorker.register(\"/worker.js\");\n".to_owned()),
            "/worker.js" => ("200 OK", "application/javascript", include_str!("site/worker.js").to_owned()),
            _ if path.starts_with("/js/") => ("200 OK", "application/javascript", "document.body.dataset.widget = \"ready\";\n".to_owned()),
            "/css/site.css" => ("200 OK", "text/css", include_str!("site/site.css").to_owned()),
            "/img/logo.svg" => ("200 OK", "image/svg+xml", include_str!("site/logo.svg").to_owned()),
            "/frame" => ("200 OK", "text/html; charset=utf-8", "<!doctype html>\n<title>Offers</title>\n<p>Lamps, cheap</p>\n".to_owned()),
            "/old" => ("301 Moved Permanently", "text/plain", String::new()),
            _ if path.starts_with("/api/") && request.method == Method::GET => {
                ("200 OK", "application/json", include_str!("site/list.json").to_owned())
            }
            _ if path.starts_with("/api/") => ("201 Created", "application/json", "{\"accepted\":true}\n".to_owned()),
            "/" | "/account" => ("200 OK", "text/html; charset=utf-8", self.page()),
            _ => ("404 Not Found", "text/plain", "not found\n".to_owned()),
        };
        let cache = if path.contains('.') { "public, max-age=3600" } else { "no-cache" };
        let mut headers = format!("{}Content-Type: {kind}\r\nCache-Control: {cache}\r\n{}", self.common_headers(), self.headers);
        if kind.starts_with("text/html") {
            headers.push_str(self.page_headers);
        }
        if path == "/old" {
            headers.push_str("Location: /\r\n");
        }
        Answer { status, headers, body: body.into_bytes() }
    }

    /// The header lines that the server sets on everything.
    pub fn common_headers(&self) -> String {
        format!("Server: {}\r\nDate: {}\r\n", self.server, written(UtcDateTime::now(), HTTP_DATE))
    }

    fn page(&self) -> String {
        let (mut scripts, mut shown) = (String::new(), String::new());
        for url in self.embeds {
            match url.rsplit_once('.') {
                Some((_, "js")) => scripts += &["\n  <script src=\"", url, "\" defer></script>"].concat(),
                Some((_, "svg")) => shown += &["\n  <img src=\"", url, "\" alt=\"\" width=\"40\" height=\"40\">"].concat(),
                _ => shown += &["\n  <iframe src=\"", url, "\"></iframe>"].concat(),
            }
        }
        let order = match self.order {
            Order::Given => "",
            Order::Shuffled => " data-order=\"shuffled\"",
        };
        let calls = serde_json::Value::from(self.calls).to_string();
        include_str!("site/index.html")
            .replace("{title}", self.title)
            .replace("{scripts}", &scripts)
            .replace("{shown}", &shown)
            .replace("{order}", order)
            .replace("{calls}", &calls)
    }
}
