//! What every JSON parser must take and must refuse, and what it may do either way, in pieces of every size.
//!
//! The cases are those that JSON test suites agree on, each named by what it is about. Two things are more than JSON asks for and meant: UTF-16
//! is read, and a byte order mark is passed over.

use fivetwenty_captures::json::{Token, Tokenizer, Want};

/// Every text that RFC 8259 allows.
#[rustfmt::skip]
const TAKEN: &[&[u8]] = &[
    // Arrays: spaces around and inside, of every kind of value, of one, of many.
    b"[[]   ]", b"[]", b"[\"\"]", b"[\"a\"]", b"[false]", b"[null, 1, \"1\", {}]", b"[null]", b"[1\n]", b" [1]", b"[1,null,null,null,2]", b"[2] ",
    b"[1,[2,[3]]]", b"[true]",
    // Numbers.
    b"[123e65]", b"[0e+1]", b"[0e1]", b"[ 4]", b"[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]\n",
    b"[20e1]", b"[-0]", b"[-123]", b"[-1]", b"[1E22]", b"[1E-2]", b"[1E+2]", b"[123e45]", b"[123.456e78]", b"[1e-2]", b"[1e+2]", b"[123]",
    b"[123.456789]", b"[0]", b"[-0.0]", b"[0.5]", b"[1.0E+2]", b"[100000000000000000000]",
    // Objects: names that repeat, are empty, hold NUL, are escaped.
    b"{\"asd\":\"sdf\", \"dfg\":\"fgh\"}", b"{\"asd\":\"sdf\"}", b"{\"a\":\"b\",\"a\":\"c\"}", b"{\"a\":\"b\",\"a\":\"b\"}", b"{}", b"{\"\":0}",
    b"{\"foo\\u0000bar\": 42}", b"{ \"min\": -1.0e+28, \"max\": 1.0e+28 }", b"{\"x\":[{\"id\": \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}]}",
    b"{\"a\":[]}", b"{\"title\":\"\\u041f\\u043e\\u043b\" }", b"{\n\"a\": \"b\"\n}", b"{\"a\":{\"b\":{}}}", b"{\t\"a\"\r:\n1 }",
    // Strings: escapes, surrogate pairs, characters of every length, those that mean something elsewhere, those that are none.
    b"[\"\\u0060\\u012a\\u12AB\"]", b"[\"\\uD801\\udc37\"]", b"[\"\\ud83d\\ude39\\ud83d\\udc8d\"]", b"[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]",
    b"[\"\\\\u0000\"]", b"[\"\\\"\"]", b"[\"a/*b*/c/*d//e\"]", b"[\"\\\\a\"]", b"[\"\\\\n\"]", b"[\"\\u0012\"]", b"[\"\\uFFFF\"]", b"[\"asd\"]",
    b"[ \"asd\"]", b"[\"\\uDBFF\\uDFFF\"]", b"[\"new\\u00A0line\"]", b"[\"\xf4\x8f\xbf\xbf\"]", b"[\"\xef\xbf\xbf\"]", b"[\"\\u0000\"]", b"[\"\\u002c\"]",
    b"[\"\xcf\x80\"]", b"[\"\xf0\x9b\xbf\xbf\"]", b"[\"asd \"]", b"\" \"", b"[\"\\uD834\\uDd1e\"]", b"[\"\\u0821\"]", b"[\"\\u0123\"]",
    b"[\"\xe2\x80\xa8\"]", b"[\"\xe2\x80\xa9\"]", b"[\"\\u0061\\u30af\\u30EA\\u30b9\"]", b"[\"new\\u000Aline\"]", b"[\"\x7f\"]", b"[\"\\uA66D\"]",
    b"[\"\\u005C\"]", b"[\"\xe2\x8d\x82\xe3\x88\xb4\xe2\x8d\x82\"]", b"[\"\\uDBFF\\uDFFE\"]", b"[\"\\uD83F\\uDFFE\"]", b"[\"\\u200B\"]", b"[\"\\u2064\"]",
    b"[\"\\uFDD0\"]", b"[\"\\uFFFE\"]", b"[\"\\u0022\"]", b"[\"\xe2\x82\xac\xf0\x9d\x84\x9e\"]", b"[\"a\x7fa\"]",
    // Values alone, and white space of every kind.
    b"false", b"42", b"-0.1", b"null", b"\"asd\"", b"true", b"\"\"", b"[\"a\"]\n", b"[true]", b" [] ", b"1", b"\t\n\r []\r\n\t ",
];

/// What RFC 8259 does not allow.
#[rustfmt::skip]
const REFUSED: &[&[u8]] = &[
    // Arrays: commas and colons missing, doubled or in the wrong place, what is not closed or closed as something else.
    b"[1 true]", b"[a\xe5]", b"[\"\": 1]", b"[\"\"],", b"[,1]", b"[1,,2]", b"[\"x\",,]", b"[\"x\"]]", b"[\"\",]", b"[\"x\"", b"[x", b"[3[4]]", b"[\xff]",
    b"[1:2]", b"[,]", b"[-]", b"[   , \"\"]", b"[\"a\",\n4\n,1,", b"[1,]", b"[1,,]", b"[\"\x0ba\"\\f]", b"[*]", b"[\"\"", b"[1,", b"[1,\n1\n,1", b"[{}",
    b"[1}", b"[1", b"]", b"[]]",
    // Literals.
    b"[fals]", b"[nul]", b"[tru]", b"[True]", b"[FALSE]", b"[Null]", b"[truee]", b"[nulll]", b"[undefined]", b"nul", b"tru", b"fals",
    // Numbers: signs, zeros in front, points and exponents without digits, other notations, other digits.
    b"[++1234]", b"[+1]", b"[+Inf]", b"[-01]", b"[-1.0.]", b"[-2.]", b"[-NaN]", b"[.-1]", b"[.2e-3]", b"[0.1.2]", b"[0.3e+]", b"[0.3e]", b"[0.e1]",
    b"[0E+]", b"[0E]", b"[0e+]", b"[0e]", b"[1.0e+]", b"[1.0e-]", b"[1.0e]", b"[1 000.0]", b"[1eE2]", b"[2.e+3]", b"[2.e-3]", b"[2.e3]", b"[9.e+]",
    b"[Inf]", b"[NaN]", b"[\xef\xbc\x91]", b"[1+2]", b"[0x1]", b"[0x42]", b"[Infinity]", b"[0e+-1]", b"[-123.123foo]", b"[123\xe5]", b"[1e1\xe5]", b"[0\xe5]",
    b"[-Infinity]", b"[-foo]", b"[- 1]", b"[-012]", b"[-.123]", b"[-1x]", b"[1ea]", b"[1e\xe5]", b"[1.]", b"[.123]", b"[1.2a-3]", b"[1.8011670033376514H-308]",
    b"[012]", b"[1.2.3]", b"[--1]", b"[1e1.5]", b"-", b"1.", b"01", b"+1", b"[1_000]", b"[00]",
    // Objects: names without quotes or with others, commas and colons, what stands behind a value or is left out.
    b"[\"x\", truth]", b"{[: \"x\"}\n", b"{\"x\", null}", b"{\"x\"::\"b\"}", b"{\xf0\x9f\x87\xa8\xf0\x9f\x87\xad}", b"{\"a\":\"a\" 123}", b"{key: 'value'}",
    b"{\"\xb9\":\"0\",}", b"{\"a\" b}", b"{:\"b\"}", b"{\"a\" \"b\"}", b"{\"a\":", b"{\"a\"", b"{1:1}", b"{9999E9999:1}", b"{null:null,null:null}",
    b"{\"id\":0,,,,,}", b"{'a':0}", b"{\"id\":0,}", b"{\"a\":\"b\"}/**/", b"{\"a\":\"b\"}/**//", b"{\"a\":\"b\"}//", b"{\"a\":\"b\"}/", b"{\"a\":\"b\",,\"c\":\"d\"}",
    b"{a: \"b\"}", b"{\"a\":\"a", b"{ \"foo\" : \"bar\", \"a\" }", b"{\"a\":\"b\"}#", b"{,}", b"{\"a\":1", b"{\"a\":1,", b"{]", b"}", b"{\"a\":1]", b"{\"a\":}", b"{true:1}",
    // Strings: broken escapes, raw control characters, other quotes, ends missing.
    b" ", b"[\"\\uD800\\\"]", b"[\"\\uD800\\u\"]", b"[\"\\uD800\\u1\"]", b"[\"\\uD800\\u1x\"]", b"[\xc3\xa9]", b"[\"\\\x00\"]", b"[\"\\x00\"]", b"[\"\\\\\\\"]",
    b"[\"\\\t\"]", b"[\"\\\xf0\x9f\x8c\x80\"]", b"[\"\\\"]", b"[\"\\u00A\"]", b"[\"\\uD834\\uDd\"]", b"[\"\\uD800\\uD800\\x\"]", b"[\"\\u\xe5\"]", b"[\"\\a\"]",
    b"[\"\\uqqqq\"]", b"[\"\\\xe5\"]", b"[\\u0020\"asd\"]", b"[\\n]", b"\"", b"['single quote']", b"abc", b"[\"\\", b"[\"a\x00a\"]", b"[\"new\nline\"]", b"[\"\t\"]",
    b"\"\\UA66D\"", b"\"\"x", b"[\"\x1f\"]", b"[\"\\u12", b"[\"abc", b"'a'", b"[\"\\u{41}\"]", b"[\"\\0\"]", b"[\"\r\"]", b"[\"\\'\"]",
    // The whole: nothing, something more, something else, cut short.
    b"", b"<.>", b"[<null>]", b"[1]x", b"[1]]", b"[\"asd]", b"a\xc3\xa5", b"[True", b"1]", b"{\"x\": true,", b"[][]", b"{\"\":{\"\":", b"[", b"{", b"[{\"\":[",
    b"{}}", b"{\"\"::0}", b"[\x0c]", b"[\xe2\x81\xa0]", b"\xe2\x81\xa0", b"\xef\xbb\xbf", b"\xef\xbb{}", b"\xe5", b"2@", b"{}\n}", b"[\"a\"", b"{\"a\":\"b", b"[\x00]", b"\x00",
    b"[,", b"[{", b"[\"a", b"['", b"{,", b"{[", b"{\"a", b"{'a'", b"[\"\\{[\"\\{[\"\\{[\"\\{", b"*", b"{\"a\":\"b\"}#{}", b"[\\u000A\"\"]", b"[1", b"[ false, nul", b"[ true, fals",
    b"[ false, tru", b"{\"asd\":\"asd\"", b"\xc2\xa0[]", b"\x0b[]", b"\x0c", b"/* */ 1", b"// x\n1", b"1 2", b"true false", b"#", b"123\x00", b";", b"1,",
    b"\xff\xfe", b"\xfe\xff", b"[\0", b"\0[",
];

/// What is left to the parser: taken or not, why, and the text.
const FREE: &[(Outcome, &str, &[u8])] = &[
    (Taken, "A number is checked to be one and given as written, whatever its size.", b"[123.456e-789]"),
    (Taken, "The same.", b"[0.4e00669999999999999999999999999999999999999999999999999999969999999006]"),
    (Taken, "The same.", b"[-1e+9999]"),
    (Taken, "The same.", b"[1.5e+9999]"),
    (Taken, "The same.", b"[-123123e100000]"),
    (Taken, "The same.", b"[123123e-10000000]"),
    (Taken, "The same.", b"[-123123123123123123123123123123]"),
    (Taken, "The same.", b"[-237462374673276894279832749832423479823246327846]"),
    (Taken, "Half a surrogate pair becomes U+FFFD: exporters cut strings in two.", b"{\"\\uDFAA\":0}"),
    (Taken, "The same.", b"[\"\\uDADA\"]"),
    (Taken, "The same.", b"[\"\\uD888\\u1234\"]"),
    (Taken, "The same.", b"[\"\\uD800\\n\"]"),
    (Taken, "The same.", b"[\"\\uDd1ea\"]"),
    (Taken, "The same.", b"[\"\\uD800\\uD800\\n\"]"),
    (Taken, "The same.", b"[\"\\ud800\"]"),
    (Taken, "The same.", b"[\"\\ud800abc\"]"),
    (Taken, "The same.", b"[\"\\uDd1e\\uD834\"]"),
    (Taken, "The same.", b"[\"\\uDFAA\"]"),
    (Taken, "A string's bytes are given as they are: exporters write bodies that are not text.", b"[\"\xe6\x97\xa5\xd1\x88\xfa\"]"),
    (Taken, "The same: Latin-1.", b"[\"\xe9\"]"),
    (Taken, "The same: a surrogate in UTF-8.", b"[\"\xed\xa0\x80\"]"),
    (Taken, "The same: a byte that never occurs.", b"[\"\xff\"]"),
    (Taken, "The same: cut short.", b"[\"\xe0\xff\"]"),
    (Taken, "The same: beyond the last character.", b"[\"\xf4\xbf\xbf\xbf\"]"),
    (Taken, "The same: longer than need be.", b"[\"\xc0\xaf\"]"),
    (Taken, "The same: six bytes.", b"[\"\xfc\x83\xbf\xbf\xbf\xbf\"]"),
    (Taken, "The same: only a continuation.", b"[\"\x81\"]"),
    (Taken, "UTF-16 with a byte order mark.", b"\xff\xfe[\0\"\0\xe9\0\"\0]\0"),
    (Taken, "UTF-16 without one, the high byte first.", b"\0[\0\"\0\xe9\0\"\0]"),
    (Taken, "UTF-16 without one, the low byte first.", b"[\0\"\0\xe9\0\"\0]\0"),
    (Taken, "A byte order mark of UTF-8.", b"\xef\xbb\xbf{}"),
    (Refused, "UTF-16 that ends within a character.", b"[\0]\0\n"),
];

use Outcome::{Refused, Taken};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    Taken,
    Refused,
}

fn read(text: &[u8], size: usize) -> Outcome {
    let mut tokens = Tokenizer::default();
    let want = Want { keep: 16, hash: true };
    for piece in text.chunks(size) {
        tokens.push(piece);
        loop {
            match tokens.next(want).map(|token: Option<Token<'_>>| token.is_some()) {
                Ok(true) => {}
                Ok(false) => break,
                Err(_) => return Refused,
            }
        }
    }
    if tokens.finish().is_ok() { Taken } else { Refused }
}

#[track_caller]
fn check(text: &[u8], expected: Outcome) {
    for size in [1, 2, 3, 7, text.len().max(1)] {
        assert_eq!(read(text, size), expected, "{} in pieces of {size}", text[..text.len().min(80)].escape_ascii());
    }
}

/// Breaks when a text that is JSON is refused.
#[test]
fn what_is_json_is_taken() {
    for text in TAKEN {
        check(text, Taken);
    }
}

/// Breaks when a text that is not JSON is taken.
#[test]
fn what_is_not_json_is_refused() {
    for text in REFUSED {
        check(text, Refused);
    }
    // Nesting without an end costs no more than the limit.
    check("[".repeat(100_000).as_bytes(), Refused);
    check("[{\"\":".repeat(50_000).as_bytes(), Refused);
}

/// Breaks when what a parser may take or refuse is decided otherwise than it was meant.
#[test]
fn what_is_left_to_the_parser_is_decided() {
    for (outcome, why, text) in FREE {
        assert!(!why.is_empty());
        check(text, *outcome);
    }
    // 500 arrays in each other are below the limit.
    check(format!("{}{}", "[".repeat(500), "]".repeat(500)).as_bytes(), Taken);
}
