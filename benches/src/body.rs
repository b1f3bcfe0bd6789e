//! Bodies: pieces of a supply that is made once, so that a file is written as fast as a disk takes it.

use std::fmt::Write as _;

use fastrand::Rng;

use crate::Content;

/// Bytes of each kind of text at least; longer than any body, or a body is cut.
const SUPPLY: usize = 1 << 20;

/// A body as `response.content` gives it.
pub(crate) struct Body<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
}

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Html,
    Script,
    Json,
    Image,
}

impl Kind {
    pub(crate) fn mime_type(self) -> &'static str {
        match self {
            Self::Html => "text/html",
            Self::Script => "text/javascript",
            Self::Json => "application/json",
            Self::Image => "image/webp",
        }
    }

    pub(crate) fn resource_type(self) -> &'static str {
        match self {
            Self::Html => "document",
            Self::Script => "script",
            Self::Json => "fetch",
            Self::Image => "image",
        }
    }

    pub(crate) fn encoding(self) -> Option<&'static str> {
        matches!(self, Self::Image).then_some("base64")
    }

    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Html | Self::Json => "",
            Self::Script => ".js",
            Self::Image => ".webp",
        }
    }
}

/// A long text of each kind.
pub(crate) struct Bodies {
    content: Content,
    html: String,
    script: String,
    json: String,
    image: String,
}

impl Bodies {
    pub(crate) fn new(content: Content) -> Self {
        let rng = &mut Rng::with_seed(520);
        let [mut html, mut script, mut json, mut image] = [const { String::new() }; 4];
        while html.len() < SUPPLY {
            html_line(&mut html, rng);
        }
        while script.len() < SUPPLY {
            script_piece(&mut script, rng);
        }
        while json.len() < SUPPLY {
            json_piece(&mut json, rng);
        }
        while image.len() < SUPPLY {
            let digit = BASE64[rng.usize(..BASE64.len())];
            image.push(char::from(digit));
        }
        Self { content, html, script, json, image }
    }

    /// A body of about so many bytes.
    pub(crate) fn body(&self, rng: &mut Rng, length: usize) -> Body<'_> {
        let kind = match (self.content, rng.u8(..100)) {
            (Content::Text, 0..38) | (Content::Base64, 0..6) => Kind::Html,
            (Content::Text, 38..70) | (Content::Base64, 6..10) => Kind::Script,
            (Content::Text, 70..92) | (Content::Base64, 10..12) | (Content::Small, _) => Kind::Json,
            _ => Kind::Image,
        };
        let supply = match kind {
            Kind::Html => &self.html,
            Kind::Script => &self.script,
            Kind::Json => &self.json,
            Kind::Image => &self.image,
        };
        let length = length.min(SUPPLY);
        let from = rng.usize(..=SUPPLY - length);
        let text = match kind {
            // Base64 comes in groups of four.
            Kind::Image => supply.get(from..from + length / 4 * 4),
            _ => supply.get(supply.floor_char_boundary(from)..supply.floor_char_boundary(from + length)),
        };
        Body { kind, text: text.unwrap_or_default() }
    }
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Some of them not ASCII, as in the texts of real sites.
const WORDS: [&str; 32] = [
    "cart", "price", "total", "Größe", "shipping", "order", "item", "value", "render", "context", "ready", "module", "price", "callback",
    "state", "props", "children", "title", "image", "width", "height", "été", "product", "category", "search", "result", "page", "価格",
    "session", "token", "cache", "update",
];

fn word(rng: &mut Rng) -> &'static str {
    WORDS[rng.usize(..WORDS.len())]
}

/// An identifier, which is ASCII.
fn name(rng: &mut Rng) -> &'static str {
    const NAMES: [&str; 8] = ["render", "state", "props", "value", "items", "context", "update", "module"];
    NAMES[rng.usize(..NAMES.len())]
}

fn sentence(to: &mut String, rng: &mut Rng, words: usize) {
    for at in 0..words {
        if at > 0 {
            to.push(' ');
        }
        to.push_str(word(rng));
    }
}

fn html_line(to: &mut String, rng: &mut Rng) {
    to.extend(std::iter::repeat_n("  ", rng.usize(1..9)));
    let (tag, number) = (["div", "li", "p", "span"][rng.usize(..4)], rng.u32(..100_000));
    let (first, second) = (name(rng), name(rng));
    // Writing to a string cannot fail.
    let _ = match rng.u8(..4) {
        0 => write!(to, "<a class=\"{first} {first}--{second}\" href=\"/{first}/{number}\" data-id=\"{number}\">"),
        1 => write!(to, "<img src=\"/img/{number}.webp\" width=\"{}\" height=\"{}\" alt=\"", rng.u16(..2000), rng.u16(..2000)),
        _ => write!(to, "<{tag} class=\"{first}__{second}\">"),
    };
    let words = rng.usize(2..14);
    sentence(to, rng, words);
    to.push_str(match rng.u8(..4) {
        0 => "</a>\n",
        1 => "\">\n",
        _ => "&nbsp;</div>\n",
    });
}

fn script_piece(to: &mut String, rng: &mut Rng) {
    let (first, second, number) = (name(rng), name(rng), rng.u16(..));
    // Writing to a string cannot fail.
    let _ = match rng.u8(..6) {
        0 => write!(to, "function {first}{number}(e,t){{var n=e.{second},r=t[\"{first}\"];return n&&r?n.{first}(r):void 0}}"),
        1 => write!(to, "Object.defineProperty(t,\"{first}\",{{enumerable:!0,get:function(){{return n.{second}}}}});"),
        2 => write!(to, "if(/^\\s*{first}\\d+$/.test(e))throw new Error(\"{first} \\\"\"+e+\"\\\" is no {second}\");"),
        3 => write!(to, "const {{{first}:a{number},...b{number}}}=await this.{second}(t,{{signal:o.signal,{first}:!0}});"),
        4 => write!(to, "e.exports={{{first}:n({number}),{second}:n({})}},t.push([{number},{number},{number}]);", rng.u16(..)),
        _ => write!(to, "for(let s=0,l=i.length;s<l;s++){{const e=i[s];e.{first}===e.{second}&&o.push(e.{first})}}"),
    };
    if rng.u8(..12) == 0 {
        to.push('\n');
    }
}

fn json_piece(to: &mut String, rng: &mut Rng) {
    let (key, number, price) = (name(rng), rng.u32(..), rng.u16(..));
    // Writing to a string cannot fail.
    let _ = write!(to, "{{\"id\":{number},\"{key}\":{{\"amount\":{price}.99,\"currency\":\"EUR\"}},\"name\":\"");
    let words = rng.usize(2..8);
    sentence(to, rng, words);
    let _ = write!(
        to,
        "\",\"url\":\"https:\\/\\/shop.example\\/{key}\\/{number}\",\"html\":\"\\u003cb\\u003e{key}\\u003c\\/b\\u003e\",\"tags\":["
    );
    let _ = write!(to, "\"{}\",\"{}\"],\"inStock\":{}}},", word(rng), word(rng), rng.bool());
}
