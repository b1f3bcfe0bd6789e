//! URLs in commands that a person will run.

use super::length::without_tokens;
use crate::commands::{Argument, Shell};
use crate::detect;
use crate::redacted::Redacted;
use crate::values::{default_name, default_path, is_flag};

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
            if value.is_empty() && !is_flag(name) {
                out.push_str("VALUE=");
                continue;
            }
            // A name can hold anything but the two signs around it: a hash would begin a fragment.
            out.push_str(&without_tokens(&default_name(name), |_| "VALUE".to_owned()).replace('#', "%23"));
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
    Redacted(Argument::path(&without_tokens(&default_path(path), |_| "VALUE".to_owned())).into())
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
