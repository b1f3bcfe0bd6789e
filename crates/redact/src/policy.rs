use super::detect::{self, is_password};
use super::escape_invisible;
use super::har;
use super::redacted::Redacted;
use crate::commands::{Argument, Shell};
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::token::{Token, length_before};
use fivetwenty_captures::har::Header;

/// Response headers whose values may leave. Names in lower case.
pub const OPEN_HEADERS: [&str; 10] = [
    "cf-cache-status",
    "cf-error-type",
    "cf-mitigated",
    "cf-ray",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "retry-after",
    "server",
];

/// Lines of `/cdn-cgi/trace` whose values may leave: not the visitor's address and browser, nor what may come in the future.
const OPEN_TRACE: [&str; 14] =
    ["colo", "fl", "gateway", "h", "http", "kex", "loc", "rbi", "sliver", "sni", "tls", "ts", "visit_scheme", "warp"];

/// A header's value where it may leave, else its length.
///
/// `cf-ray` must be a Ray ID, and the others must look like what they are: a secret that somebody put into one of them does not leave.
pub fn header_value(header: &Header) -> Redacted<String> {
    let stays = is_open(&header.name, &header.value);
    if stays { Redacted(header.value.trim().to_owned()) } else { length(header.length) }
}

/// Whether a header of this name and value is one that may leave.
pub(super) fn is_open(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let value = value.trim();
    let plain = |also: &str| value.len() <= 100 && value.chars().all(|letter| letter.is_ascii_alphanumeric() || also.contains(letter));
    OPEN_HEADERS.contains(&name.as_str())
        && match name.as_str() {
            "cf-ray" => value == "-" || value.parse::<RayId>().is_ok(),
            "cf-mitigated" => value == "challenge",
            "cf-error-type" | "retry-after" => value.len() <= 8 && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'x'),
            "content-length" => value.len() <= 100 && value.chars().all(|letter| letter.is_ascii_digit() || ", ".contains(letter)),
            "date" => detect::is_date(value),
            "content-type" => plain(" -_.,:;/+=()*\"'") && detect::is_media_type(value) && !detect::hides(value),
            _ => plain(" -_.,:;/+=()*\"'") && !detect::has_chosen(value) && !detect::hides(value),
        }
}

/// The browser's name for a network error, for instance `net::ERR_EMPTY_RESPONSE`. A free text of another tool may hold addresses:
/// only its length stays.
pub fn error(text: &str) -> Redacted<String> {
    if detect::is_error(text) { Redacted(text.to_owned()) } else { length(length_before(text)) }
}

/// A URL with its query's names; the values, the fragment and user info are replaced by their lengths. What is not asked for over the
/// network (`data:` and the like) keeps its scheme only.
pub fn url(text: &str) -> Redacted<String> {
    let address = detect::address(text);
    let mut out = String::new();
    if !address.scheme.is_empty() {
        out.push_str(if address.is_http() { address.scheme } else { har::scheme(address.scheme) });
        out.push(':');
    }
    if !address.is_http() && !address.scheme.is_empty() {
        out.push_str(length(length_before(text) - address.scheme.len() as u64 - 1).as_str());
        return Redacted(out);
    }
    if !address.host.is_empty() {
        out.push_str("//");
        if let Some(user_info) = address.user_info {
            out.push_str(length(length_before(user_info)).as_str());
            out.push('@');
        }
        out.push_str(host(address.host).as_str());
    }
    out.push_str(&escape_invisible(&without_tokens(&har::path(address.path), length_or_hidden), 300));
    if let Some(query) = address.query {
        let parameters = query.split('&').map(|parameter| match parameter.split_once('=') {
            // Without a value it may be one itself.
            Some((name, "")) if !har::is_flag(name) => format!("{}=", length_or_hidden(length_before(name))),
            Some((name, "")) => format!("{name}="),
            Some((name, _)) if is_password(name) => format!("{}=[hidden]", parameter_name(name)),
            Some((name, value)) => format!("{}={}", parameter_name(name), length(length_before(value))),
            // Without a name it is all value.
            None if parameter.is_empty() || har::is_flag(parameter) => parameter.to_owned(),
            None => length(length_before(parameter)).to_string(),
        });
        out.push('?');
        out.push_str(&parameters.collect::<Vec<_>>().join("&"));
    }
    if let Some(fragment) = address.fragment {
        out.push('#');
        out.push_str(length(length_before(fragment)).as_str());
    }
    Redacted(out)
}

/// A URL for a command that a person will run, in quotes for a POSIX shell; a host that is none is `HOST` in it. See [`url_to_ask`].
pub fn url_for_shell(text: &str) -> Redacted<String> {
    Redacted(argument(text).map_or_else(|| "'https://HOST/PATH'".to_owned(), |url| url.quoted(Shell::Posix)))
}

/// A URL to ask for again: the query's values and what else may not leave replaced by `VALUE`, user info and fragment gone. `None` when its
/// host is none.
pub fn url_to_ask(text: &str) -> Option<Redacted<String>> {
    Argument::host(detect::address(text).host)?;
    argument(text).map(|url| Redacted(url.into()))
}

fn argument(text: &str) -> Option<Argument> {
    let address = detect::address(text);
    let scheme = if address.scheme.eq_ignore_ascii_case("http") { "http" } else { "https" };
    let mut out = format!("{scheme}://{}{}", host_for_shell(address.host), path_for_shell(address.path));
    let parameters = address.query.into_iter().flat_map(|query| query.split('&'));
    for (number, parameter) in parameters.enumerate() {
        out.push(if number == 0 { '?' } else { '&' });
        if let Some((name, value)) = parameter.split_once('=') {
            // Without a value it may be one itself.
            if value.is_empty() && !har::is_flag(name) {
                out.push_str("VALUE=");
                continue;
            }
            // A name can hold anything but the two signs around it: a hash would begin a fragment.
            out.push_str(&without_tokens(&har::name(name), |_| "VALUE".to_owned()).replace('#', "%23"));
            out.push('=');
        }
        out.push_str("VALUE");
    }
    Argument::url(&out)
}

/// A host, with its port, that can stand in a command as it is; `HOST` when it is none.
pub fn host_for_shell(host: &str) -> Redacted<String> {
    Redacted(Argument::host(host).map_or_else(|| "HOST".to_owned(), Into::into))
}

/// A URL's path that can stand between quotes in a command, `VALUE` for each part that may not leave, and everything else in it
/// percent-encoded. It begins with a slash.
pub fn path_for_shell(path: &str) -> Redacted<String> {
    Redacted(Argument::path(&without_tokens(&har::path(path), |_| "VALUE".to_owned())).into())
}

/// A host, which may leave; of what is none its length.
pub fn host(text: &str) -> Redacted<String> {
    if detect::is_host(text) { Redacted(escape_invisible(text, 260)) } else { length(length_before(text)) }
}

/// The name of a header or a parameter, which may leave unless it looks like a value itself.
pub fn header_name(text: &str) -> Redacted<String> {
    Redacted(parameter_name(text))
}

/// A Ray ID without its data centre, as logs and support look it up.
pub fn ray_id(ray: &RayId) -> Redacted<String> {
    Redacted(ray.id())
}

/// A value of `/cdn-cgi/trace`, unless it is personal or looks like nothing that stands there; else its length.
pub fn trace_value(key: &str, value: &str) -> Redacted<String> {
    let plain = value.len() <= 260 && value.chars().all(|letter| letter.is_ascii_alphanumeric() || "-._:/[]".contains(letter));
    if plain && OPEN_TRACE.contains(&key) { Redacted(value.to_owned()) } else { length(value.len() as u64) }
}

/// A file's name, without its folder.
pub fn file_name(text: &str) -> Redacted<String> {
    Redacted(escape_invisible(text.rsplit(['/', '\\']).next().unwrap_or_default(), 120))
}

/// Name and version of a program.
pub fn product(text: &str) -> Redacted<String> {
    Redacted(escape_invisible(text, 80))
}

/// Where in a document something was; the names in it are the file's own.
pub fn json_path(text: &str) -> Redacted<String> {
    Redacted(escape_invisible(text, 200))
}

/// What was wrong with a file, in the program's own words but for a character of the file or a browser's error message.
pub fn problem(text: &str) -> Redacted<String> {
    Redacted(escape_invisible(text, 300))
}

fn parameter_name(name: &str) -> String {
    escape_invisible(&without_tokens(&har::name(name), length_or_hidden), 80)
}

/// A text with something else in place of its tokens; `instead` gets the length of the value, 0 when it is not told.
fn without_tokens(text: &str, instead: impl Fn(u64) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('[') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let end = if let Some(token) = Token::read(after) {
            out.push_str(&instead(token.bytes));
            token.length
        } else {
            out.push('[');
            1
        };
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

fn length_or_hidden(bytes: u64) -> String {
    if bytes == 0 { "[hidden]".to_owned() } else { length(bytes).0 }
}

/// What stands for a value: its length.
fn length(bytes: u64) -> Redacted<String> {
    Redacted(if bytes == 1 { "[1 byte]".to_owned() } else { format!("[{bytes} bytes]") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use fivetwenty_captures::evidence::address::Address;

    fn header(name: &str, value: &str) -> String {
        header_value(&Header { name: name.into(), value: value.into(), length: value.len() as u64, hash: 0 }).to_string()
    }

    /// Breaks when a value leaves that must not, or one that everybody needs does not.
    #[test]
    fn only_open_headers_keep_their_values() {
        for (name, value) in [
            ("CF-Ray", "8a7d5e2fbcd1a1c3-DFW"),
            ("cf-cache-status", "DYNAMIC"),
            ("Server", "Apache/2.4.58 (Ubuntu) mod_ssl/3.0"),
            ("date", "Fri, 20 Nov 2026 10:00:03 GMT"),
            ("content-type", "text/html; charset=utf-8"),
            ("content-length", "803"),
            ("content-encoding", "br"),
            ("cf-mitigated", "challenge"),
            ("cf-error-type", "52x"),
            ("Retry-After", "120"),
        ] {
            assert_eq!(header(name, value), value);
        }
        assert_eq!(header("set-cookie", "session=abc"), "[11 bytes]");
        assert_eq!(header("cf-ray", "abc"), "[3 bytes]");
        assert_eq!(header("content-length", "secret"), "[6 bytes]");
        assert_eq!(header("server", "<script>"), "[8 bytes]");
        assert_eq!(header("server", "nginx user=alice"), "[16 bytes]");
        assert_eq!(header("content-type", "text/html; name=\"hunter2.pdf\""), "[29 bytes]");
        assert_eq!(header("server", &"a".repeat(101)), "[101 bytes]");
        assert_eq!(header("cf-mitigated", "secret"), "[6 bytes]");
        assert_eq!(header("cf-error-type", "secret"), "[6 bytes]");
        assert_eq!(header("retry-after", "123456789"), "[9 bytes]");
        assert_eq!(header("x", ""), "[0 bytes]");
    }

    /// Breaks when any part of a URL that can hold a secret stays.
    #[test]
    fn a_url_loses_its_values() {
        for (from, to) in [
            (
                "https://shop.example/api?page=2&token=abc&flag&q=&empty=#top",
                "https://shop.example/api?page=[1 byte]&token=[3 bytes]&[4 bytes]&q=&[5 bytes]=#[3 bytes]",
            ),
            ("https://me:secret@shop.example:8080/", "https://[9 bytes]@shop.example:8080/"),
            ("https://me:sec/ret@shop.example:8080/", "https://[10 bytes]@shop.example:8080/"),
            ("https://me:secret/x", "https://[9 bytes]/x"),
            ("data:text/html,<script>", "data:[18 bytes]"),
            ("/relative?a=b=c", "/relative?a=[3 bytes]"),
            (
                "https://shop.example/users/alice@shop.example/8c1f42d07be94a36ab12?8c1f42d07be94a36ab12=1",
                "https://shop.example/users/[18 bytes]/[20 bytes]?[20 bytes]=[1 byte]",
            ),
            (
                "https://shop.example/users/[email-1,18-bytes]/a;id=[query-7,3-bytes]",
                "https://shop.example/users/[18 bytes]/a;id=[3 bytes]",
            ),
            ("https://shop.example/\u{202e}x", r"https://shop.example/\u{202e}x"),
            ("", ""),
        ] {
            assert_eq!(url(from).to_string(), to);
        }
    }

    /// Breaks when a URL of a stranger's file could do something in a shell, or become an option of curl.
    #[test]
    fn a_url_for_a_command_is_quoted() {
        for (from, to) in [
            ("https://shop.example/a?page=2&x", "'https://shop.example/a?page=VALUE&VALUE'"),
            ("http://a:b@shop.example:81/it's/$(id)`x`\n", "'http://shop.example:81/it%27s/%24%28id%29%60x%60%0A'"),
            ("https://-K/etc/passwd", "'https://HOST/etc/passwd'"),
            ("https://a/alice@shop.example/x?8c1f42d07be94a36ab12=1", "'https://a/VALUE/x?VALUE=VALUE'"),
            ("https://a b/", "'https://HOST/'"),
            ("https://[::1]:8080", "'https://[::1]:8080/'"),
            ("https://[$(id)]/", "'https://HOST/'"),
            ("-K/etc/passwd", "'https://HOST/-K/etc/passwd'"),
            ("https://a/?'=1&;=2&c[]=3&{x}&e%20f=3", "'https://a/?%27=VALUE&;=VALUE&c%5B%5D=VALUE&VALUE&e%20f=VALUE'"),
        ] {
            assert_eq!(url_for_shell(from).to_string(), to);
        }
    }

    /// Breaks when an error's free text leaves.
    #[test]
    fn only_error_names_stay() {
        assert_eq!(error("net::ERR_EMPTY_RESPONSE").to_string(), "net::ERR_EMPTY_RESPONSE");
        assert_eq!(error("NS_ERROR_NET_RESET").to_string(), "NS_ERROR_NET_RESET");
        assert_eq!(error("hunter2").to_string(), "[7 bytes]");
        assert_eq!(error("connect to 10.0.0.7 failed").to_string(), "[26 bytes]");
    }

    proptest::proptest! {
        /// Breaks when a value, a fragment or user info can be written so that it stays.
        #[test]
        fn no_secret_survives(user in "[a-z]{0,3}", before in "[a-z?&=/#@:]{0,6}", after in "[a-z?&=/#@:]{0,6}") {
            let secret = "S3CR3T";
            for text in [
                format!("https://{user}:{secret}@shop.example/{before}"),
                format!("https://shop.example/?{before}a={secret}{after}"),
                format!("https://shop.example/?{secret}"),
                format!("https://shop.example/#{before}{secret}{after}"),
            ] {
                // Where the noise makes the secret a parameter's name, or moves it into the path, it is no value any more.
                let address = Address::new(&text);
                let open = format!("{}{}", address.host, address.path);
                let named = address.query.is_some_and(|query| query.split('&').any(|part| part.split_once('=').is_some_and(|(name, _)| name.contains(secret))));
                if !open.contains(secret) && !named {
                    proptest::prop_assert!(!url(&text).to_string().contains(secret), "{}", text);
                    proptest::prop_assert!(!url_for_shell(&text).to_string().contains(secret), "{}", text);
                }
            }
        }
    }
}
