//! What a file is, from its first bytes; its name decides only where bytes cannot.

use serde::{Deserialize, Serialize};

/// Bytes that are enough to tell; with fewer, less is recognised.
pub const HEAD: usize = 512;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Perhaps a HAR file: text, as far as it can be seen.
    Text,
    /// One packed stream.
    Packed(Packing),
    /// A ZIP archive.
    Zip,
    /// Something that is not read.
    Foreign(Foreign),
}

/// How a stream of bytes is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Packing {
    /// RFC 1952.
    Gzip,
    /// RFC 1950, which browsers call "deflate".
    Zlib,
    /// RFC 1951: what is inside a ZIP archive.
    Deflate,
    /// RFC 7932.
    Brotli,
    /// RFC 8878.
    Zstd,
}

/// Something that is no HAR file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// What it is, for a sentence: "found …".
    pub what: &'static str,
    /// What to do instead.
    pub instead: &'static str,
}

/// What a file of this name begins with. `head` is the start of the file, [`HEAD`] bytes where it has as many.
pub fn sniff(name: &str, head: &[u8]) -> Form {
    match head {
        [] => return Form::Foreign(EMPTY),
        [0x1f, 0x8b, 8, ..] => return Form::Packed(Packing::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => return Form::Packed(Packing::Zstd),
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => return zip(name),
        _ => {}
    }
    if let Some((_, foreign)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Form::Foreign(*foreign);
    }
    if head.get(257..262) == Some(b"ustar") {
        return Form::Foreign(ARCHIVE);
    }
    // The name comes before what looks like text only by chance.
    if let Some((_, form)) = ENDINGS.iter().find(|(ending, _)| ends_with(name, ending)) {
        return *form;
    }
    if is_zlib(head) {
        return Form::Packed(Packing::Zlib);
    }
    // Text in UTF-16 has zeros between its letters, and begins with its mark or with a letter of ASCII.
    let wide = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) || head[..head.len().min(2)].contains(&0);
    if wide { Form::Text } else { text(head) }
}

const EMPTY: Foreign = Foreign { what: "an empty file", instead: "export it again from the browser's network panel" };
const ARCHIVE: Foreign = Foreign { what: "an unsupported archive", instead: "unpack it and give the HAR file inside" };
const IMAGE: Foreign =
    Foreign { what: "a picture", instead: "a screenshot contains no requests: save them in the network panel with \"Export HAR\"" };
const PACKETS: Foreign = Foreign {
    what: "a packet capture",
    instead: "its encrypted content cannot be read: record the page in the browser's network panel and export that as HAR",
};
const CHARLES: Foreign = Foreign {
    what: "a session of Charles",
    instead: "in Charles choose File > Export Session, the type HTTP Archive (.har), and give that file",
};
const FIDDLER: Foreign = Foreign {
    what: "a session archive of Fiddler",
    instead: "in Fiddler choose File > Export Sessions > HTTPArchive v1.2, and give that file",
};
const MITMPROXY: Foreign =
    Foreign { what: "a flow file of mitmproxy", instead: "run `mitmdump -nr FILE --set hardump=flows.har` and give flows.har" };
const PROXYMAN: Foreign =
    Foreign { what: "a log of Proxyman", instead: "in Proxyman choose File > Export > HAR (HTTP Archive), and give that file" };
const TRACE: Foreign =
    Foreign { what: "a trace of the performance panel", instead: "it contains no responses: export from the network panel, as HAR" };
const NETLOG: Foreign =
    Foreign { what: "a log of chrome://net-export", instead: "record the page in the browser's network panel and export that as HAR" };
const HTML: Foreign = Foreign {
    what: "a web page",
    instead: "a saved page contains no requests: reload it with the network panel open and export that as HAR",
};
const XML: Foreign = Foreign { what: "XML", instead: "export as HAR (HTTP Archive) from the tool that wrote it" };
const SCRIPT: Foreign = Foreign { what: "JavaScript", instead: "a HAR file is JSON: remove the code around it and put names in quotes" };
const YAML: Foreign = Foreign { what: "YAML", instead: "a HAR file is JSON: export it again, or turn it into JSON" };

/// First bytes that nothing else has.
const MAGIC: [(&[u8], Foreign); 22] = [
    (b"\x89PNG", IMAGE),
    (b"\xff\xd8\xff", IMAGE),
    (b"GIF8", IMAGE),
    (b"RIFF", IMAGE),
    (b"BM", IMAGE),
    (b"%PDF", Foreign { what: "a PDF document", instead: "save the requests in the network panel with \"Export HAR\"" }),
    (
        b"SQLite format 3\0",
        Foreign { what: "an SQLite database", instead: "record the page in the browser's network panel and export that as HAR" },
    ),
    (b"\xd4\xc3\xb2\xa1", PACKETS),
    (b"\xa1\xb2\xc3\xd4", PACKETS),
    (b"\x4d\x3c\xb2\xa1", PACKETS),
    (b"\xa1\xb2\x3c\x4d", PACKETS),
    (b"\x0a\x0d\x0d\x0a", PACKETS),
    (b"\xac\xed\x00\x05", CHARLES),
    (b"bplist00", PROXYMAN),
    (b"\xfd7zXZ\0", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!", ARCHIVE),
    (b"\x04\x22\x4d\x18", ARCHIVE),
    (b"\x1f\x9d", ARCHIVE),
    // One that was split, or spans several disks.
    (b"PK\x07\x08", ARCHIVE),
    (b"\x7fELF", Foreign { what: "a program", instead: "give the HAR file that the browser's network panel exports" }),
];

/// Names of files whose first bytes do not tell enough.
const ENDINGS: [(&str, Form); 9] = [
    (".br", Form::Packed(Packing::Brotli)),
    (".chls", Form::Foreign(CHARLES)),
    (".chlsj", Form::Foreign(CHARLES)),
    (".chlsx", Form::Foreign(CHARLES)),
    (".saz", Form::Foreign(FIDDLER)),
    (".proxymanlog", Form::Foreign(PROXYMAN)),
    (".proxymanlogv2", Form::Foreign(PROXYMAN)),
    (".proxymansession", Form::Foreign(PROXYMAN)),
    (".proxymansessionv2", Form::Foreign(PROXYMAN)),
];

/// The members of a ZIP archive tell which tool wrote it.
pub fn foreign_member(name: &str) -> Option<Foreign> {
    let is_fiddler = name.starts_with("raw/") && (name.ends_with("_c.txt") || name.ends_with("_s.txt"));
    is_fiddler.then_some(FIDDLER)
}

/// Some tools' archives are ZIP archives under another name.
fn zip(name: &str) -> Form {
    let named = ENDINGS.iter().find(|(ending, form)| matches!(form, Form::Foreign(_)) && ends_with(name, ending));
    named.map_or(Form::Zip, |(_, form)| *form)
}

/// RFC 1950: method 8 with a window of 32 KB, as everything writes it, no dictionary, and a check over both bytes. A smaller window
/// would look like many a text.
fn is_zlib(head: &[u8]) -> bool {
    let [0x78, flags, ..] = *head else { return false };
    flags & 0x20 == 0 && u16::from_be_bytes([0x78, flags]).is_multiple_of(31)
}

fn text(head: &[u8]) -> Form {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    match head {
        [b'{', rest @ ..] => object(head, rest.trim_ascii_start()),
        [b'[', ..] if holds(head, b"\"status\":\"COMPLETE\"") => Form::Foreign(CHARLES),
        [b'<', ..] if holds(head, b"<charles-session") => Form::Foreign(CHARLES),
        [b'<', b'?', ..] => Form::Foreign(XML),
        [b'<', ..] => Form::Foreign(HTML),
        _ if is_tnetstring(head) => Form::Foreign(MITMPROXY),
        _ if YAML_STARTS.iter().any(|start| head.starts_with(start)) => Form::Foreign(YAML),
        _ if head.contains(&b'{') && SCRIPT_STARTS.iter().any(|start| head.starts_with(start)) => Form::Foreign(SCRIPT),
        _ => Form::Text,
    }
}

/// What begins like a JSON object.
fn object(head: &[u8], members: &[u8]) -> Form {
    if holds(head, b"\"traceEvents\"") || holds(head, b"\"preprocessedProfileVersion\"") || holds(head, b"\"markerSchema\"") {
        Form::Foreign(TRACE)
    } else if members.starts_with(b"\"constants\":") && holds(head, b"\"activeFieldTrialGroups\"") | holds(head, b"\"addressFamily\"") {
        Form::Foreign(NETLOG)
    } else if members.first().is_some_and(|&byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$' | b'\'')) {
        Form::Foreign(SCRIPT)
    } else {
        Form::Text
    }
}

const YAML_STARTS: [&[u8]; 5] = [b"---", b"%YAML", b"log:", b"entries:", b"- "];

const SCRIPT_STARTS: [&[u8]; 6] = [b"var ", b"let ", b"const ", b"window.", b"module.exports", b"export "];

/// A length in decimal, a colon, and another such pair: an object in mitmproxy's notation.
fn is_tnetstring(head: &[u8]) -> bool {
    let number = |text: &[u8]| {
        let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (1..=12).contains(&digits).then_some(digits).filter(|&digits| text.get(digits) == Some(&b':'))
    };
    number(head).is_some_and(|digits| number(&head[digits + 1..]).is_some())
}

fn holds(head: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(head, part).is_some()
}

/// Whether a name has this ending, in letters of either case.
pub fn ends_with(name: &str, ending: &str) -> bool {
    let at = name.len().checked_sub(ending.len());
    at.and_then(|at| name.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a HAR file is turned away by its look, or something else is not recognised by its first bytes.
    #[test]
    fn files_are_told_by_their_first_bytes() {
        let ustar = [&[b'a'; 257][..], b"ustar"].concat();
        let table: &[(&str, &[u8], Form)] = &[
            ("a.har", b"{\"log\":{", Form::Text),
            ("a.har", b"\xef\xbb\xbf\r\n { \"log\": {", Form::Text),
            ("a.har", b"\xff\xfe{\0\"\0", Form::Text),
            ("a.har", b"{\0\"\0l\0", Form::Text),
            ("a.har", b"\0{\0\"\0l", Form::Text),
            ("a.har", b"[{\"request\":", Form::Text),
            ("a.har", b"{}", Form::Text),
            ("a.har", b"{", Form::Text),
            ("a.har", b"onInputData({\"log\":", Form::Text),
            ("a.har", b")]}'\n{\"log\":", Form::Text),
            ("a.har", b"hello", Form::Text),
            ("a.har", b"let me see", Form::Text),
            ("a.har", b"x", Form::Text),
            ("a.har", b"", Form::Foreign(EMPTY)),
            ("a.har", b"\x1f\x8b\x08\0", Form::Packed(Packing::Gzip)),
            ("a.har.gz", b"{\"log\":{", Form::Text),
            ("a", b"\x78\x01", Form::Packed(Packing::Zlib)),
            ("a", b"\x78\x5e", Form::Packed(Packing::Zlib)),
            ("a", b"\x78\x9c", Form::Packed(Packing::Zlib)),
            ("a", b"\x78\xda", Form::Packed(Packing::Zlib)),
            ("a", b"\x58\x85", Form::Text),
            ("a", b"\x78\x9d", Form::Text),
            ("a", b"x = 1", Form::Text),
            ("a.har", b"\x28\xb5\x2f\xfd\x04", Form::Packed(Packing::Zstd)),
            ("a.har.BR", b"\x1b\x2f\0\xf8", Form::Packed(Packing::Brotli)),
            ("a.zip", b"PK\x03\x04", Form::Zip),
            ("a.zip", b"PK\x05\x06", Form::Zip),
            ("a.SAZ", b"PK\x03\x04", Form::Foreign(FIDDLER)),
            ("a.chlsx", b"PK\x03\x04", Form::Foreign(CHARLES)),
            ("a.proxymanlogv2", b"PK\x03\x04", Form::Foreign(PROXYMAN)),
            ("a.proxymanlogv2", b"{\"", Form::Foreign(PROXYMAN)),
            ("a.chls", b"\x05\x06\x07", Form::Foreign(CHARLES)),
            ("a.chlsj", b"[{\"status\":", Form::Foreign(CHARLES)),
            ("a.json", b"[{\"status\":\"COMPLETE\",\"method\":\"GET\"", Form::Foreign(CHARLES)),
            ("a.xml", b"<?xml version='1.0'?>\n<charles-session>", Form::Foreign(CHARLES)),
            ("a.xml", b"<?xml version='1.0'?>\n<items>", Form::Foreign(XML)),
            ("flows", b"1535:9:websocket;0:~8:response;", Form::Foreign(MITMPROXY)),
            ("a.har", b"12:30 in the morning", Form::Text),
            ("a.html", b"\n<!DOCTYPE html>", Form::Foreign(HTML)),
            ("a.har", b"<html>", Form::Foreign(HTML)),
            ("a.png", b"\x89PNG\r\n\x1a\n", Form::Foreign(IMAGE)),
            ("a.jpg", b"\xff\xd8\xff\xe0", Form::Foreign(IMAGE)),
            ("a.pcap", b"\xd4\xc3\xb2\xa1\x02", Form::Foreign(PACKETS)),
            ("a.pcapng", b"\x0a\x0d\x0d\x0a\x1c", Form::Foreign(PACKETS)),
            ("a.yaml", b"---\nlog:\n", Form::Foreign(YAML)),
            ("a.har", b"log:\n  version: '1.2'\n", Form::Foreign(YAML)),
            ("a.js", b"var har = {\"log\":", Form::Foreign(SCRIPT)),
            ("a.js", b"{ log: {", Form::Foreign(SCRIPT)),
            ("a.js", b"{'log': {", Form::Foreign(SCRIPT)),
            ("a.json", b"{\"traceEvents\":[", Form::Foreign(TRACE)),
            ("a.json", b"{\"meta\":{\"interval\":1,\"markerSchema\":[", Form::Foreign(TRACE)),
            ("a.json", b"{\"constants\":{\"activeFieldTrialGroups\":[", Form::Foreign(NETLOG)),
            ("a.tar", &ustar, Form::Foreign(ARCHIVE)),
            ("a.7z", b"7z\xbc\xaf\x27\x1c", Form::Foreign(ARCHIVE)),
        ];
        for (name, head, form) in table {
            assert_eq!(sniff(name, head), *form, "{name}: {:?}", String::from_utf8_lossy(head));
        }
        for (magic, foreign) in MAGIC {
            assert_eq!(sniff("a.har", magic), Form::Foreign(foreign), "{magic:?}");
        }
    }

    /// Breaks when a file of any length is too short to be looked at.
    #[test]
    fn any_length_is_enough_to_look() {
        for length in 0..HEAD {
            let _ = sniff("a", &vec![b'{'; length]);
            let _ = sniff("é.br", &vec![0x78; length]);
        }
    }
}
