//! Shell prompts, and the command lines of the tools behind them.

use super::Lines;
use fivetwenty_captures::evidence::address::Address;
use fivetwenty_captures::evidence::edge_ranges;

/// Bytes of a command line that are looked at, at most; one that was copied from a browser carries cookies.
const MAX_BYTES: usize = 64 << 10;
/// URLs of a command that are taken.
const MAX_URLS: usize = 100;
/// Lines of a command at most.
const MAX_LINES: usize = 200;

/// A command line of a tool.
#[derive(Debug, Default)]
pub(super) struct Command {
    /// What stands before it: the prompt.
    pub(super) prompt: String,
    /// How many lines it takes.
    pub(super) lines: usize,
    /// The tool's arguments, without the quotes of the shell.
    pub(super) arguments: Vec<String>,
    /// What it prints goes through another program, which may leave some of it out.
    pub(super) is_piped: bool,
}

/// What the arguments of curl, wget or HTTPie say of the requests.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// The URLs in their order, as the tool asks for them.
    pub(super) urls: Vec<String>,
    /// The method that the request has.
    pub(super) method: &'static str,
    /// `-L`: redirects are followed.
    pub(super) follows: bool,
    /// `--retry`: a request is repeated.
    pub(super) retries: bool,
    /// The `Host` header that is sent.
    pub(super) host: Option<String>,
    /// The address that was chosen by hand (`--resolve`, `--connect-to`).
    pub(super) address: Option<String>,
    /// What `-w` prints.
    pub(super) format: Option<String>,
}

/// The command of one of these tools in a line, with the lines that go on with it.
pub(super) fn command(lines: &Lines<'_>, number: usize, tools: &[&str]) -> Option<Command> {
    let line = lines.line(number);
    let start = tools.iter().filter_map(|tool| place(line, tool)).min()?;
    let mut text = line.get(start..line.floor_char_boundary(start + MAX_BYTES))?.to_owned();
    let mut count = 1;
    // A backslash, a caret (cmd.exe) or a backtick (PowerShell) goes on in the next line.
    while let Some(rest) = text.trim_end().strip_suffix(['\\', '^', '`'])
        && count < MAX_LINES
        && text.len() < MAX_BYTES
        && number + count < lines.count()
    {
        text.truncate(rest.len());
        text.push(' ');
        text.push_str(lines.line(number + count).trim_start());
        count += 1;
    }
    // What cmd.exe guards.
    if text.contains("^\"") {
        text = text.replace('^', "");
    }
    let (mut arguments, is_piped) = words(&text);
    // Who copied only a part of it may have cut the last argument.
    if lines.is_cut(number + count - 1) && arguments.pop().is_none() {
        return None;
    }
    Some(Command { prompt: line[..start].trim_end().to_owned(), lines: count, arguments, is_piped })
}

/// Where a tool's name stands as a command: at the start, or behind what can only be a prompt or a part of the shell's grammar.
fn place(line: &str, tool: &str) -> Option<usize> {
    let found = line.match_indices(tool).take(20).find(|(at, _)| {
        let end = at + tool.len();
        // It may be called by its path.
        let path = line[..*at].rfind([' ', '\t']).map_or(0, |space| space + 1);
        let before = if line[path..*at].starts_with('/') && line[path..*at].ends_with('/') { &line[..path] } else { &line[..*at] };
        let at = &before.len();
        let before = before.trim_end();
        let behind = &line[end..];
        let behind = behind.strip_prefix(".exe").unwrap_or(behind);
        let is_apart = before.is_empty() || before.len() < *at || before.ends_with(['(', '`', ';', '>', '$', '#']);
        let is_command = before.is_empty()
            || before.ends_with(['$', '#', '%', '>', ';', '|', '&', '(', '{', '=', '❯', '➜'])
            // In a sentence it is one that somebody could run.
            || before == "`"
            // Traces of shells, and of GitHub's jobs.
            || !before.is_empty() && before.bytes().all(|byte| byte == b'+')
            || before.ends_with("]Run")
            || ["do", "time", "sudo", "then"].iter().any(|word| before == *word || before.ends_with(&[" ", word].concat()));
        is_apart && is_command && behind.starts_with([' ', '\t'])
    });
    found.map(|(at, _)| at)
}

/// The words behind the tool's name as a shell takes them apart, up to the end of this command.
fn words(text: &str) -> (Vec<String>, bool) {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut is_piped = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, ' ' | '\t' | '\r') => words.extend(word.take()),
            // A redirection of a stream has its number before it.
            (None, '>' | '<') => {
                word = None;
                let is_apart = letters.peek() == Some(&' ');
                while is_apart && letters.next_if_eq(&' ').is_some() {}
                while letters.next_if(|next| !matches!(next, ' ' | '|' | ';')).is_some() {}
            }
            (None, '|' | ';' | '&' | ')') => {
                is_piped = letter == '|';
                break;
            }
            // `$'…'` is a quote; of all other names of variables only the sign is known.
            (None, '$') if letters.peek() == Some(&'\'') => {}
            // Of Windows' paths the backslash stands for itself; what it guards elsewhere is known.
            (Some('"'), '\\') if matches!(letters.peek(), Some('"' | '\\' | '$' | '`')) => {
                word.get_or_insert_default().extend(letters.next());
            }
            (None, '\\') => word.get_or_insert_default().extend(letters.next()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    // A quote that is not closed has lost its end.
    if quote.is_none() {
        words.extend(word);
    }
    (words.split_off(words.len().min(1)), is_piped)
}

/// Short options of curl that take a value.
const CURLS_SHORT: &[u8] = b"AbcCdDeEFhHKmoPQrtTuUwxXyYz";
/// Long options of curl that take none. What is not here takes one, for an unknown one's value is not to be taken for a URL.
const CURLS_FLAGS: [&str; 46] = [
    "verbose",
    "silent",
    "show-error",
    "include",
    "head",
    "location",
    "location-trusted",
    "fail",
    "fail-with-body",
    "fail-early",
    "insecure",
    "compressed",
    "http0.9",
    "http1.0",
    "http1.1",
    "http2",
    "http2-prior-knowledge",
    "http3",
    "http3-only",
    "ipv4",
    "ipv6",
    "get",
    "globoff",
    "trace-time",
    "trace-ids",
    "tlsv1",
    "tlsv1.0",
    "tlsv1.1",
    "tlsv1.2",
    "tlsv1.3",
    "sslv3",
    "retry-all-errors",
    "retry-connrefused",
    "path-as-is",
    "parallel",
    "progress-bar",
    "no-progress-meter",
    "no-keepalive",
    "no-buffer",
    "styled-output",
    "no-styled-output",
    "remote-name",
    "next",
    "raw",
    "tr-encoding",
    "ssl-no-revoke",
];

impl Command {
    /// What curl's arguments say.
    pub(super) fn of_curl(&self) -> Asked {
        let mut asked = Asked { method: "GET", ..Asked::default() };
        let mut method = None;
        let mut arguments = self.arguments.iter();
        while let Some(argument) = arguments.next() {
            let (name, value) = match argument.strip_prefix("--") {
                Some(long) if CURLS_FLAGS.contains(&long) || long.starts_with("no-") => (long, None),
                Some(long) => match long.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (long, arguments.next().map(String::as_str)),
                },
                None => match argument.strip_prefix('-').filter(|letters| !letters.is_empty()) {
                    Some(letters) => {
                        let takes = letters.bytes().position(|letter| CURLS_SHORT.contains(&letter)).unwrap_or(letters.len());
                        for letter in letters.bytes().take(takes) {
                            asked.follows |= letter == b'L';
                            method = if letter == b'I' { Some("HEAD") } else { method };
                        }
                        let value = letters.get(takes + 1..).filter(|rest| !rest.is_empty());
                        let value = if takes < letters.len() { value.or_else(|| arguments.next().map(String::as_str)) } else { None };
                        (letters.get(takes..).and_then(|rest| rest.get(..1)).unwrap_or_default(), value)
                    }
                    None => ("url", Some(argument.as_str())),
                },
            };
            let value = value.unwrap_or_default();
            match name {
                "url" if asked.urls.len() < MAX_URLS => asked.urls.extend(url(value, "http")),
                "location" | "location-trusted" => asked.follows = true,
                "head" => method = Some("HEAD"),
                "retry" => asked.retries = true,
                "X" | "request" => method = known_method(value).or(Some("")),
                "d" | "json" | "F" | "form" => method = method.or(Some("POST")),
                data if data.starts_with("data") => method = method.or(Some("POST")),
                "T" | "upload-file" => method = method.or(Some("PUT")),
                "w" | "write-out" => asked.format = Some(value.to_owned()),
                "H" | "header" => asked.add_host(value),
                // `shop.example:443:203.0.113.10`, `::203.0.113.10:8443`, `shop.example:443:203.0.113.10:443`.
                "resolve" | "connect-to" => {
                    let mut rest = value;
                    for _ in 0..2 {
                        rest = rest.split_once(':').map_or("", |(_, rest)| rest);
                    }
                    let address = match rest.strip_prefix('[') {
                        Some(rest) => rest.split(']').next(),
                        None if rest.matches(':').count() > 1 => Some(rest),
                        None => rest.split([':', ',']).next(),
                    };
                    asked.address = address.filter(|address| is_address(address)).map(str::to_owned).or(asked.address);
                }
                _ => {}
            }
        }
        asked.method = method.unwrap_or("GET");
        asked
    }

    /// What wget's arguments say.
    pub(super) fn of_wget(&self) -> Asked {
        let mut asked = Asked { method: "GET", follows: true, ..Asked::default() };
        let mut arguments = self.arguments.iter();
        while let Some(argument) = arguments.next() {
            if let Some(header) = argument.strip_prefix("--header") {
                let value = header.strip_prefix('=').or_else(|| arguments.next().map(String::as_str));
                asked.add_host(value.unwrap_or_default());
            } else if argument == "--spider" {
                asked.method = "HEAD";
            } else if argument.starts_with("--post-") {
                asked.method = "POST";
            } else if let Some(method) = argument.strip_prefix("--method=") {
                asked.method = known_method(method).unwrap_or_default();
            } else if matches!(argument.as_str(), "-O" | "-o" | "-t" | "-T" | "-U" | "-P" | "-a") {
                arguments.next();
            } else if !argument.starts_with('-') && asked.urls.len() < MAX_URLS {
                asked.urls.extend(url(argument, "http"));
            }
        }
        asked
    }

    /// What HTTPie's arguments say; `scheme` is what the tool's name stands for.
    pub(super) fn of_httpie(&self, scheme: &str) -> Asked {
        let mut asked = Asked::default();
        let mut method = None;
        for argument in self.arguments.iter().filter(|argument| !argument.starts_with('-')) {
            if asked.urls.is_empty() {
                match known_method(argument) {
                    Some(known) => method = Some(known),
                    None => asked.urls.extend(url(argument, scheme)),
                }
            } else {
                asked.add_host(argument);
                method = method.or((argument.contains(":=") || argument.contains('=') && !argument.contains("==")).then_some("POST"));
            }
        }
        asked.follows = self.arguments.iter().any(|argument| argument == "--follow" || argument == "-F");
        asked.method = method.unwrap_or("GET");
        asked
    }
}

impl Asked {
    fn add_host(&mut self, header: &str) {
        let host = header.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("host")).map(|(_, value)| value.trim());
        self.host = host.filter(|host| !host.is_empty()).map(str::to_owned).or(self.host.take());
    }

    /// The address was chosen by hand, and is not one of Cloudflare's.
    pub(super) fn is_direct(&self) -> bool {
        let addressed = self.urls.iter().find_map(|url| {
            let host = Address::new(url).host_name();
            is_address(host.trim_matches(['[', ']'])).then_some(host)
        });
        self.address.as_deref().or(addressed).is_some_and(|address| !is_cloudflares(address))
    }
}

/// Whether an address is one that Cloudflare answers from.
pub(super) fn is_cloudflares(address: &str) -> bool {
    address.trim_matches(['[', ']']).parse().is_ok_and(edge_ranges::contains)
}

/// Whether a text is an IP address.
pub fn is_address(text: &str) -> bool {
    text.parse::<std::net::IpAddr>().is_ok()
}

/// A method of HTTP's own.
pub(super) fn known_method(text: &str) -> Option<&'static str> {
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].into_iter().find(|method| *method == text)
}

/// A URL as a tool asks for it: with a scheme and with a path, without the fragment. What does not look like one is none.
fn url(text: &str, scheme: &str) -> Option<String> {
    let text = text.split('#').next().unwrap_or_default();
    let whole = if text.contains("://") { text.to_owned() } else { [scheme, "://", text].concat() };
    let address = Address::new(&whole);
    let host = address.host_name();
    let is_host = host.contains('.') || host.eq_ignore_ascii_case("localhost") || host.starts_with('[');
    let is_sound = whole.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>`'{}|\\^".contains(&byte) || !byte.is_ascii());
    if !is_host
        || !is_sound
        || !address.is_http()
        || host.contains('$')
        || !host.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[')
    {
        return None;
    }
    if address.path.is_empty() {
        let query = address.query.map(|query| ["?", query].concat()).unwrap_or_default();
        return Some([address.scheme, "://", address.host, "/", &query].concat());
    }
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn asked(text: &str) -> Asked {
        command(&Lines::new(text), 0, &["curl"]).expect("a command").of_curl()
    }

    /// Breaks when an option's value is taken for a URL, or a URL is overlooked.
    #[test]
    fn curls_arguments_are_told_apart() {
        for (text, urls) in [
            ("$ curl -svo /dev/null https://shop.example/a#b\n", &["https://shop.example/a"][..]),
            ("curl -o a.html shop.example/a -L\n", &["http://shop.example/a"]),
            ("C:\\>curl.exe -sS --max-time 3 -A me.example \"https://shop.example\"\n", &["https://shop.example/"]),
            (
                "$ curl -sI https://shop.example/ https://shop.example/a?b=c | grep -i x\n",
                &["https://shop.example/", "https://shop.example/a?b=c"],
            ),
            ("$ curl 'https://shop.example/' \\\n  -H 'cookie: a=b' \\\n  --compressed\n", &["https://shop.example/"]),
            ("$ curl -v 'https://shop example/'\n", &[]),
            ("$ x=$(curl -s https://shop.example/a)\n", &["https://shop.example/a"]),
            ("$ curl -sS https://shop.example/a > /dev/null\n", &["https://shop.example/a"]),
            ("$ curl -sv https://shop.example/a 2>&1 | head\n", &["https://shop.example/a"]),
        ] {
            assert_eq!(asked(text).urls, urls, "{text}");
        }
        for (text, address) in [
            ("$ curl --connect-to ::203.0.113.10 https://a.example/\n", Some("203.0.113.10")),
            ("$ curl --connect-to ::203.0.113.10:8443 https://a.example/\n", Some("203.0.113.10")),
            ("$ curl --resolve a.example:443:203.0.113.10 https://a.example/\n", Some("203.0.113.10")),
            ("$ curl --resolve a.example:443:[2001:db8::1] https://a.example/\n", Some("2001:db8::1")),
            ("$ curl --connect-to ::origin.example https://a.example/\n", None),
        ] {
            assert_eq!(asked(text).address.as_deref(), address, "{text}");
        }
        assert!(command(&Lines::new("we see it with curl -v https://a.example/\n"), 0, &["curl"]).is_none());
        assert!(asked("$ curl -v https://a.exam").urls.is_empty(), "it may go on");
    }

    /// Breaks when the method that an option stands for is another one.
    #[test]
    fn the_method_follows_from_the_arguments() {
        for (text, method) in [
            ("curl https://a.example/\n", "GET"),
            ("curl -sI https://a.example/\n", "HEAD"),
            ("curl -d a=b https://a.example/\n", "POST"),
            ("curl -X DELETE https://a.example/\n", "DELETE"),
        ] {
            assert_eq!(asked(text).method, method, "{text}");
        }
    }

    /// Breaks when a word of a sentence is taken for a command, or a command is missed behind a prompt, a path or the shell's grammar.
    #[test]
    fn a_command_stands_behind_a_prompt() {
        let found = |line: &str| command(&Lines::new(line), 0, &["curl"]).map(|command| command.prompt);
        for (line, prompt) in [
            ("curl -v https://a.example/\n", ""),
            ("$ curl -v https://a.example/\n", "$"),
            ("root@web1:~# curl -v https://a.example/\n", "root@web1:~#"),
            ("PS C:\\> curl.exe -v https://a.example/\n", "PS C:\\>"),
            ("➜ ~ ❯ curl -v https://a.example/\n", "➜ ~ ❯"),
            ("$ sudo /usr/bin/curl -v https://a.example/\n", "$ sudo /usr/bin/"),
            ("$ while true; do curl -v https://a.example/; done\n", "$ while true; do"),
        ] {
            assert_eq!(found(line).as_deref(), Some(prompt), "{line}");
        }
        for line in ["use curl to see it\n", "libcurl -v\n", "$ curling https://a.example/\n", "$ curl\n", "the curl command\n", ""] {
            assert_eq!(found(line), None, "{line}");
        }
    }

    /// Breaks when the lines that a command goes on in are not read as part of it, in any shell, or too many are.
    #[test]
    fn a_command_goes_on_in_the_next_line() {
        let text = "$ curl 'https://a.example/' \\\n  -X POST \\\n  -H 'x: y'\nHTTP/2 520\n";
        for text in [text.to_owned(), text.replace('\\', "`"), text.replace('\'', "^\"").replace('\\', "^")] {
            let command = command(&Lines::new(&text), 0, &["curl"]).unwrap();
            assert_eq!(command.lines, 3, "{text}");
            assert_eq!(command.arguments, ["https://a.example/", "-X", "POST", "-H", "x: y"], "{text}");
        }
        let endless = ["$ curl https://a.example/ \\\n", &"\\\n".repeat(2 * MAX_LINES)].concat();
        assert_eq!(command(&Lines::new(&endless), 0, &["curl"]).unwrap().lines, MAX_LINES);
    }

    /// Breaks when a quote, a backslash, a redirection or a pipe is not what it is to the shell.
    #[test]
    fn words_are_those_of_the_shell() {
        for (text, arguments, is_piped) in [
            ("curl a 'b c' \"d e\" f' 'g", &["a", "b c", "d e", "f g"][..], false),
            (r#"curl "a \"b\" \\ \$c" d\ e"#, &["a \"b\" \\ $c", "d e"], false),
            (r#"curl "C:\new\a.txt""#, &[r"C:\new\a.txt"], false),
            ("curl $'a b' ''", &["a b", ""], false),
            ("curl a > out.txt b", &["a", "b"], false),
            ("curl a 2>/dev/null b", &["a", "b"], false),
            ("curl a | head -1", &["a"], true),
            ("curl a; echo b", &["a"], false),
            ("curl a && echo b", &["a"], false),
            ("curl a 'b", &["a"], false),
        ] {
            let (words, piped) = words(text);
            assert_eq!(
                (words.as_slice(), piped),
                (&arguments.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>()[..], is_piped),
                "{text}"
            );
        }
    }

    /// Breaks when the arguments of wget or of HTTPie are read as other URLs, methods or hosts than the tool would.
    #[test]
    fn the_other_tools_have_their_own_arguments() {
        let read = |text: &str, tool: &str| command(&Lines::new(text), 0, &[tool]).expect("a command");
        for (text, url, method) in [
            ("$ wget -O - https://a.example/b\n", "https://a.example/b", "GET"),
            ("$ wget --spider a.example\n", "http://a.example/", "HEAD"),
            ("$ wget --post-data=x https://a.example/\n", "https://a.example/", "POST"),
            ("$ wget --method=PUT -T 3 https://a.example/\n", "https://a.example/", "PUT"),
        ] {
            let asked = read(text, "wget").of_wget();
            assert_eq!((asked.urls.as_slice(), asked.method, asked.follows), (&[url.to_owned()][..], method, true), "{text}");
        }
        let asked = read("$ wget --header 'Host: shop.example' http://203.0.113.10/\n", "wget").of_wget();
        assert_eq!((asked.host.as_deref(), asked.is_direct()), (Some("shop.example"), true));
        for (text, url, method, follows) in [
            ("$ http a.example/b\n", "http://a.example/b", "GET", false),
            ("$ http DELETE a.example/b\n", "http://a.example/b", "DELETE", false),
            ("$ http --follow a.example/b name=value\n", "http://a.example/b", "POST", true),
            ("$ http a.example/b page==2\n", "http://a.example/b", "GET", false),
        ] {
            let asked = read(text, "http").of_httpie("http");
            assert_eq!((asked.urls.as_slice(), asked.method, asked.follows), (&[url.to_owned()][..], method, follows), "{text}");
        }
    }

    /// Breaks when an address of Cloudflare's counts as one that was chosen to go round it, or the chosen one is overlooked.
    #[test]
    fn a_request_is_direct_by_its_address() {
        for (text, is_direct) in [
            ("curl https://shop.example/\n", false),
            ("curl https://203.0.113.10/\n", true),
            ("curl https://[2001:db8::1]/\n", true),
            ("curl https://104.16.1.1/\n", false),
            ("curl --resolve shop.example:443:203.0.113.10 https://shop.example/\n", true),
            ("curl --resolve shop.example:443:104.16.1.1 https://shop.example/\n", false),
        ] {
            assert_eq!(asked(text).is_direct(), is_direct, "{text}");
        }
    }

    proptest::proptest! {
        /// Breaks on a panic, or when a command has more lines than the text.
        #[test]
        fn takes_any_command(text in "[$#] (curl|wget|http) ((-[a-zA-Z]+|--[a-z-]{0,12}=?|'|\"|\\\\|\\$|`|\\^|\\||[<>;&)]|https?://a\\.example/|é| |\n){0,20})") {
            let lines = Lines::new(&text);
            if let Some(command) = command(&lines, 0, &["curl", "wget", "http"]) {
                proptest::prop_assert!(command.lines <= lines.count());
                let _ = (command.of_curl(), command.of_wget(), command.of_httpie("http"));
            }
        }
    }
}
