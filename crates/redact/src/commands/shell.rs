//! How shells quote, and commands for PowerShell.

use serde::{Deserialize, Serialize};

/// What a person types commands into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shell {
    /// sh, bash, zsh and their kin, on Linux and macOS.
    #[default]
    Posix,
    /// PowerShell on Windows, of version 5.1 or any later one.
    PowerShell,
}

impl Shell {
    /// A text as one argument, between single quotes. `None` when it has a control character, and for PowerShell when it has `"` or ends in
    /// `\`: Windows' programs get their arguments as one line, in which these would mean something again.
    ///
    /// POSIX knows no escape between single quotes, so a quote ends them, is written escaped, and begins them anew. PowerShell doubles it, and
    /// takes the typographic ones for the same.
    pub fn quote(self, text: &str) -> Option<String> {
        if self == Self::PowerShell && text.ends_with('\\') {
            return None;
        }
        let mut quoted = String::with_capacity(text.len() + 2);
        quoted.push('\'');
        for letter in text.chars() {
            match (self, letter) {
                (_, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}') | (Self::PowerShell, '"') => return None,
                (Self::Posix, '\'') => quoted.push_str(r"'\'"),
                (Self::PowerShell, '\'' | '\u{2018}'..='\u{201b}') => quoted.push(letter),
                _ => {}
            }
            quoted.push(letter);
        }
        quoted.push('\'');
        Some(quoted)
    }
}

/// The end of a command that says how curl ended.
const EXIT: &str = "; echo \"exit $?\"";
/// The end of a command that shows the lines that match what follows.
const GREP: &str = " | grep -i '";

/// A command for a POSIX shell as PowerShell takes it: curl under its own name, since `curl` alone is another program in Windows' own
/// PowerShell; `NUL` for `/dev/null`; and in quotes whatever PowerShell could take apart.
///
/// `None` when it is more than curl with plain arguments and perhaps one of the endings above: that is for a POSIX shell alone.
pub fn powershell(command: &str) -> Option<String> {
    let (command, exit) = match command.strip_suffix(EXIT) {
        Some(command) => (command, "; \"exit $LASTEXITCODE\""),
        None => (command, ""),
    };
    let (command, pattern) = match command.split_once(GREP) {
        Some((command, rest)) => (command, Some(rest.strip_suffix('\'').filter(|pattern| pattern.bytes().all(is_plain_between))?)),
        None => (command, None),
    };
    let mut out = String::with_capacity(command.len() + 16);
    let mut rest = command.strip_prefix("curl ")?;
    out.push_str("curl.exe");
    while !rest.is_empty() {
        let (word, after) = word(rest)?;
        out.push(' ');
        match word {
            Word::Bare("/dev/null") => out.push_str("NUL"),
            Word::Bare(word) if word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') => out.push_str(word),
            Word::Bare(word) | Word::Quoted(word) => out.push_str(&Shell::PowerShell.quote(word)?),
        }
        rest = after;
    }
    if let Some(pattern) = pattern {
        out.push_str(" | Select-String '");
        out.push_str(pattern);
        out.push('\'');
    }
    out.push_str(exit);
    Some(out)
}

enum Word<'a> {
    /// Without quotes in it.
    Bare(&'a str),
    /// What stood between single quotes.
    Quoted(&'a str),
}

/// The first word, and what follows its space.
fn word(text: &str) -> Option<(Word<'_>, &str)> {
    if let Some(quoted) = text.strip_prefix('\'') {
        let (inside, after) = quoted.split_once('\'')?;
        let after = if after.is_empty() { after } else { after.strip_prefix(' ')? };
        return Some((Word::Quoted(inside), after));
    }
    let (word, after) = text.split_once(' ').unwrap_or((text, ""));
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/:=".contains(&byte);
    (!word.is_empty() && word.bytes().all(is_plain)).then_some((Word::Bare(word), after))
}

/// Signs that a pattern of grep and one of PowerShell mean the same by.
fn is_plain_between(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"^-:".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a text is not quoted by a shell's own rules.
    #[test]
    fn each_shell_has_its_own_quotes() {
        for (text, posix, powershell) in [
            ("a b", Some("'a b'"), Some("'a b'")),
            ("it's", Some(r"'it'\''s'"), Some("'it''s'")),
            ("it\u{2019}s", Some("'it\u{2019}s'"), Some("'it\u{2019}\u{2019}s'")),
            ("%{http_code}\\n", Some("'%{http_code}\\n'"), Some("'%{http_code}\\n'")),
            ("\"", Some("'\"'"), None),
            ("a\\", Some("'a\\'"), None),
            ("a\nb", None, None),
            ("\u{9b}", None, None),
        ] {
            assert_eq!(Shell::Posix.quote(text).as_deref(), posix);
            assert_eq!(Shell::PowerShell.quote(text).as_deref(), powershell);
        }
    }

    /// Breaks when a command of the rules' pages has no form for Windows though it could have one, or one that PowerShell takes for
    /// something else.
    #[test]
    fn commands_that_are_curl_alone_have_a_form_for_powershell() {
        for (posix, expected) in [
            (
                "curl -sv -o /dev/null -D - -X POST 'https://shop.example/' --connect-to ::203.0.113.10 --http1.1",
                Some("curl.exe -sv -o NUL -D - -X POST 'https://shop.example/' --connect-to '::203.0.113.10' '--http1.1'"),
            ),
            (
                "curl -s -o /dev/null -w '%{http_code}\\n' 'https://shop.example/'; echo \"exit $?\"",
                Some("curl.exe -s -o NUL -w '%{http_code}\\n' 'https://shop.example/'; \"exit $LASTEXITCODE\""),
            ),
            (
                "curl -sI 'https://shop.example/' | grep -i '^cf-ray'",
                Some("curl.exe -sI 'https://shop.example/' | Select-String '^cf-ray'"),
            ),
            ("curl -s 'https://shop.example/' | wc -c", None),
            ("curl -s 'https://shop.example/' | grep -i -e '^cf-ray' -e '^date'", None),
            ("curl -s 'it'\\''s'", None),
            ("curl -s \"$(id)\"", None),
            ("curl -s --data-binary @- 'https://a/'", None),
            ("curl -H 'a: \"b\"'", None),
            ("curl -s 'a", None),
            ("nc -vz 203.0.113.10 443", None),
            ("for i in 1 2; do curl -s 'https://a/'; done", None),
        ] {
            assert_eq!(powershell(posix).as_deref(), expected, "{posix}");
        }
    }
}
