use std::fmt::Write as _;

use super::inert;
use super::redacted::Redacted;
use crate::evidence::address::Address;
use crate::evidence::ray_id::RayId;
use crate::har::Header;

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

/// A header's value where it may leave, else its length.
///
/// `cf-ray` must be a Ray ID, and the others must look like what they are: a secret that somebody put into one of them does not leave.
pub fn header_value(header: &Header) -> Redacted<String> {
    let name = header.name.to_ascii_lowercase();
    let value = header.value.trim();
    let plain = |also: &str| value.len() <= 100 && value.chars().all(|letter| letter.is_ascii_alphanumeric() || also.contains(letter));
    let stays = OPEN_HEADERS.contains(&name.as_str())
        && match name.as_str() {
            "cf-ray" => value == "-" || value.parse::<RayId>().is_ok(),
            "cf-mitigated" => value == "challenge",
            "cf-error-type" | "retry-after" => value.len() <= 8 && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'x'),
            "content-length" => value.len() <= 100 && value.chars().all(|letter| letter.is_ascii_digit() || ", ".contains(letter)),
            _ => plain(" -_.,:;/+=()*\"'"),
        };
    if stays { Redacted(value.to_owned()) } else { length(header.length) }
}

/// The browser's name for a network error, for instance `net::ERR_EMPTY_RESPONSE`. A free text of another tool may hold addresses:
/// only its length stays.
pub fn error(text: &str) -> Redacted<String> {
    let name = text.len() <= 80 && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "_:.-".contains(letter));
    if name { Redacted(text.to_owned()) } else { length(text.len() as u64) }
}

/// A URL with its query's names; the values, the fragment and user info are replaced by their lengths. What is not asked for over the
/// network (`data:` and the like) keeps its scheme only.
pub fn url(text: &str) -> Redacted<String> {
    let address = Address::new(text);
    let mut out = String::new();
    if !address.scheme.is_empty() {
        out.push_str(&inert(address.scheme, 20));
        out.push(':');
    }
    if !address.is_http() && !address.scheme.is_empty() {
        out.push_str(length((text.len() - address.scheme.len() - 1) as u64).as_str());
        return Redacted(out);
    }
    if !address.host.is_empty() {
        out.push_str("//");
        if let Some(user_info) = address.user_info {
            out.push_str(length(user_info.len() as u64).as_str());
            out.push('@');
        }
        out.push_str(host(address.host).as_str());
    }
    out.push_str(&inert(address.path, 300));
    if let Some(query) = address.query {
        let parameters = query.split('&').map(|parameter| match parameter.split_once('=') {
            Some((name, "")) => format!("{}=", inert(name, 80)),
            Some((name, value)) => format!("{}={}", inert(name, 80), length(value.len() as u64)),
            // Without a name it is all value.
            None if parameter.is_empty() => String::new(),
            None => length(parameter.len() as u64).to_string(),
        });
        out.push('?');
        out.push_str(&parameters.collect::<Vec<_>>().join("&"));
    }
    if let Some(fragment) = address.fragment {
        out.push('#');
        out.push_str(length(fragment.len() as u64).as_str());
    }
    Redacted(out)
}

/// A URL for a command that a person will run: in single quotes, nothing in it that a shell or curl would take otherwise, the query's
/// values replaced by `VALUE`, user info and fragment gone. A host that is not one becomes `HOST`.
pub fn url_for_shell(text: &str) -> Redacted<String> {
    let address = Address::new(text);
    let scheme = if address.scheme.eq_ignore_ascii_case("http") { "http" } else { "https" };
    let mut out = format!("'{scheme}://{}{}", host_for_shell(address.host), path_for_shell(address.path));
    if let Some(query) = address.query {
        let mut before = '?';
        for parameter in query.split('&') {
            out.push(before);
            before = '&';
            match parameter.split_once('=') {
                Some((name, _)) => {
                    out.extend(name.chars().filter(|letter| letter.is_ascii_alphanumeric() || "-._~[]%".contains(*letter)));
                    out.push_str("=VALUE");
                }
                None => out.push_str("VALUE"),
            }
        }
    }
    out.push('\'');
    Redacted(out)
}

/// A host, with its port, that can stand in a command as it is; `HOST` when it is none.
pub fn host_for_shell(host: &str) -> Redacted<String> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || ".-:".contains(letter);
    let bracketed = host.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let is_host = match bracketed {
        Some((inside, port)) => inside.chars().all(|letter| letter.is_ascii_hexdigit() || ":.".contains(letter)) && port.chars().all(plain),
        None => host.chars().all(plain) && host.starts_with(|first: char| first.is_ascii_alphanumeric()),
    };
    Redacted(if is_host && host.len() <= 260 { host.to_owned() } else { "HOST".to_owned() })
}

/// A URL's path that can stand inside single quotes in a command, everything else in it percent-encoded. It begins with a slash.
pub fn path_for_shell(path: &str) -> Redacted<String> {
    let mut out = String::with_capacity(path.len() + 1);
    if !path.starts_with('/') {
        out.push('/');
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/%:@,;+".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    Redacted(out)
}

/// A host, which may leave.
pub fn host(text: &str) -> Redacted<String> {
    Redacted(inert(text, 260))
}

/// A header's name, which may leave.
pub fn header_name(text: &str) -> Redacted<String> {
    Redacted(inert(text, 80))
}

/// A Ray ID without its data centre, as logs and support look it up.
pub fn ray_id(ray: &RayId) -> Redacted<String> {
    Redacted(ray.id())
}

/// A file's name, without its folder.
pub fn file_name(text: &str) -> Redacted<String> {
    Redacted(inert(text.rsplit(['/', '\\']).next().unwrap_or_default(), 120))
}

/// Name and version of a program.
pub fn product(text: &str) -> Redacted<String> {
    Redacted(inert(text, 80))
}

/// Where in a document something was; the names in it are the file's own.
pub fn json_path(text: &str) -> Redacted<String> {
    Redacted(inert(text, 200))
}

/// What was wrong with a file, in the program's own words but for a character of the file or a browser's error message.
pub fn problem(text: &str) -> Redacted<String> {
    Redacted(inert(text, 300))
}

/// What stands for a value: its length.
fn length(bytes: u64) -> Redacted<String> {
    Redacted(if bytes == 1 { "[1 byte]".to_owned() } else { format!("[{bytes} bytes]") })
}

#[cfg(test)]
mod tests {
    use super::*;

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
                "https://shop.example/api?page=2&token=abc&flag&empty=#top",
                "https://shop.example/api?page=[1 byte]&token=[3 bytes]&[4 bytes]&empty=#[3 bytes]",
            ),
            ("https://me:secret@shop.example:8080/", "https://[9 bytes]@shop.example:8080/"),
            ("data:text/html,<script>", "data:[18 bytes]"),
            ("/relative?a=b=c", "/relative?a=[3 bytes]"),
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
            ("https://a b/", "'https://HOST/'"),
            ("https://[::1]:8080", "'https://[::1]:8080/'"),
            ("https://[$(id)]/", "'https://HOST/'"),
            ("-K/etc/passwd", "'https://HOST/-K/etc/passwd'"),
            ("https://a/?'=1&;=2", "'https://a/?=VALUE&=VALUE'"),
        ] {
            assert_eq!(url_for_shell(from).to_string(), to);
        }
    }

    /// Breaks when an error's free text leaves.
    #[test]
    fn only_error_names_stay() {
        assert_eq!(error("net::ERR_EMPTY_RESPONSE").to_string(), "net::ERR_EMPTY_RESPONSE");
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
