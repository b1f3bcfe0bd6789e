use fivetwenty_captures::har::Problem;
use fivetwenty_model::passed::Sought;
use proptest::prelude::*;

use super::*;
use crate::record::Record;

/// A record of Logpush's, with all that is read of it and more.
const ROW: &str = r#"{"CacheCacheStatus":"dynamic","ClientIP":"203.0.113.7","ClientRequestHost":"shop.example","ClientRequestMethod":"GET","ClientRequestPath":"/api/orders","ClientRequestURI":"/api/orders?page=2","ClientRequestProtocol":"HTTP/2","ClientRequestSource":"eyeball","ClientRequestUserAgent":"Mozilla/5.0 (X11) \"Q\" \u00e9","Cookies":{},"EdgeColoCode":"FRA","EdgeEndTimestamp":1795286523700000000,"EdgeResponseStatus":520,"EdgeStartTimestamp":1795286523629000000,"EdgeTimeToFirstByteMs":71,"OriginDNSResponseTimeMs":3,"OriginIP":"192.0.2.9","OriginResponseDurationMs":70,"OriginResponseStatus":0,"OriginTCPHandshakeDurationMs":4,"ParentRayID":"00","RayID":"a5e1d50c40aa9c1e","RequestHeaders":{"a":["b",1.5e3,null]},"SecurityAction":"","WorkerSubrequestCount":0}"#;
const SAID: &str = "520/0 dynamic Visitor a5e1d50c40aa9c1e GET shop.example/api/orders HTTP/2 Mozilla/5.0 (X11) \"Q\" é FRA 192.0.2.9 1795286523629-1795286523700 dns 3 tcp 4 of 70, 71";

/// A record in words, and where it stands.
pub(super) fn shown(record: &Record<'_>, raw: &[u8], (offset, line): (u64, u64)) -> String {
    use std::fmt::Write as _;

    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let mut words = Vec::new();
    let origin = match record.origin {
        crate::Origin::Unknown => "?".to_owned(),
        crate::Origin::None => "0".to_owned(),
        crate::Origin::Status(status) => status.to_string(),
    };
    words.push(format!("{}/{origin}", record.edge));
    words.push(text(record.cache));
    if record.requester != crate::Requester::Unknown {
        words.push(format!("{:?}", record.requester));
    }
    for ray in [record.ray, record.parent].into_iter().filter(|ray| *ray > 0) {
        words.push(format!("{ray:016x}"));
    }
    words.push(text(record.method));
    words.push(text(record.host) + &text(record.path));
    words.extend([record.protocol, record.agent, record.colo, record.origin_ip, record.security].map(text));
    words.extend(record.pathing.map(text));
    let ms = |ms: Option<i64>| ms.map(|ms| ms.to_string()).unwrap_or_default();
    if record.started_ms.or(record.ended_ms).is_some() {
        words.push(format!("{}-{}", ms(record.started_ms), ms(record.ended_ms)));
    }
    for (name, ms) in ["dns", "tcp", "tls", "send", "wait"].iter().zip(record.phases_ms) {
        words.extend(ms.map(|ms| format!("{name} {ms}")));
    }
    if let Some(ms) = record.origin_ms {
        words.push(format!("of {ms}"));
    }
    words.retain(|word| !word.is_empty());
    let mut said = words.join(" ");
    // Writing to a String cannot fail.
    let _ = record.first_byte_ms.map_or(Ok(()), |ms| write!(said, ", {ms}"));
    if record.count != 1 {
        let _ = write!(said, " ×{}", record.count);
    }
    let _ = write!(said, " @{offset}:{line}+{}", raw.len());
    said
}

/// What is read of a text in chunks of this size: its records, and its problems.
fn read(text: &[u8], size: usize) -> (Vec<String>, Vec<String>) {
    let mut reader = LogReader::new(&Sought::default());
    text.chunks(size).for_each(|chunk| reader.push(chunk));
    reader.end();
    let problems = reader.sink.problems.iter().map(|Problem { offset, line, path, problem }| format!("{line}:{offset} {path}: {problem}"));
    (std::mem::take(&mut reader.sink.seen), problems.collect())
}

/// The records without their places, in any chunks.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let whole = read(text.as_bytes(), usize::MAX);
    for size in [1, 7, 1000, 65_536] {
        assert_eq!(read(text.as_bytes(), size), whole, "in chunks of {size}");
    }
    let said: Vec<&str> = whole.0.iter().map(|record| record.rsplit_once(" @").unwrap().0).collect();
    assert_eq!((said, whole.1), (expected.to_vec(), Vec::<String>::new()), "{text}");
}

/// Broken by a field that is not read, or read as another, and by any form of JSON in which records are handed out.
#[test]
fn records_are_found_in_every_form() {
    check(ROW, &[SAID]);
    check(&format!("\u{feff}{ROW}\r\n\r\n{ROW}\r\n"), &[SAID, SAID]);
    check(&format!("[{ROW},{ROW}]"), &[SAID, SAID]);
    check(&format!("[\n{ROW},\n{ROW}\n]\n"), &[SAID, SAID]);
    check(&format!("{ROW} {ROW}"), &[SAID, SAID]);
    let pretty = ROW.replace(",\"", ",\n  \"").replace("{\"Cache", "{\n  \"Cache");
    check(&pretty, &[SAID]);
    check(&format!("{pretty}\n{pretty}"), &[SAID, SAID]);
    check(&format!("[{pretty}, {pretty}]"), &[SAID, SAID]);
    check(&format!("{{\"result\":[{ROW},{ROW}],\"success\":true,\"errors\":[]}}"), &[SAID, SAID]);
    check(&format!("{{\n\"success\": true,\n\"result\": [\n{pretty},\n{pretty}\n],\n\"messages\": []}}"), &[SAID, SAID]);
    let collected = format!("{{\"time\":1795286599,\"host\":\"collector\",\"event\":{ROW},\"source\":\"s3\"}}\n");
    check(&collected.repeat(2), &[SAID, SAID]);
    check(&format!("{{\"hits\":{{\"hits\":[{{\"_id\":1,\"_source\":{ROW}}}]}}}}"), &[SAID]);
    check(&ROW.replace("\":", "\" : "), &[SAID]);
    check(&ROW.replace("\":520", "\":\"520\"").replace("1795286523629000000", "\"2026-11-21T18:42:03.629Z\""), &[SAID]);
    check(
        &ROW.replace("EdgeResponseStatus", "edge_response_status")
            .replace("RayID\":\"a5e1d50c40aa9c1e", "ray-name\":\"A5E1D50C40AA9C1E-AMS"),
        &[SAID],
    );
    check(&ROW.replace("\"EdgeColoCode\":\"FRA\",", "").replace("9c1e\"", "9c1e-FRA\""), &[SAID]);
    check(&ROW.replace("DurationMs\":70,", "Time\":70000000,"), &[SAID]);
}

/// Broken by names of GraphQL's that are not read, a group that counts as one request, or a record that is found in the objects around it.
#[test]
fn answers_of_graphql_are_read() {
    let row = r#"{"datetime":"2026-11-21T18:42:03Z","clientRequestHTTPHost":"shop.example","clientRequestPath":"/api","clientRequestHTTPMethodName":"POST","edgeResponseStatus":520,"originResponseStatus":0,"cacheStatus":"dynamic","rayName":"a5e1d50c40aa9c1e","sampleInterval":10}"#;
    let said = "520/0 dynamic a5e1d50c40aa9c1e POST shop.example/api 1795286523000- ×10";
    let answer =
        |name: &str, rows: &str| format!(r#"{{"data":{{"viewer":{{"zones":[{{"zoneTag":"x","{name}":[{rows}]}}]}}}},"errors":null}}"#);
    check(&answer("httpRequestsAdaptive", &format!("{row},{row}")), &[said, said]);
    let group = r#"{"avg":{"sampleInterval":1},"count":37,"dimensions":{"edgeResponseStatus":522,"originResponseStatus":0,"coloCode":"TPE","datetimeMinute":"2026-11-21T18:42:00Z"}}"#;
    let grouped = "522/0 TPE 1795286520000- ×37";
    check(&answer("httpRequestsAdaptiveGroups", &format!("{group},\n{group},{group}")), &[grouped; 3]);
    let twice = format!(r#"{{"data":{{"viewer":{{"zones":[{{"a":[{group},{group}]}},{{"b":[{row},{row}]}}]}}}}}}"#);
    check(&twice, &[grouped, grouped, said, said]);
}

/// Broken by a Worker's requests that count as requests of their own, or by a fold that takes the wrong one of them.
#[test]
fn a_record_and_its_subrequests_are_one() {
    let of = |edge: u16, parts: &str| {
        let row = ROW
            .replace(":520", &format!(":{edge}"))
            .replace("\"OriginIP\":\"192.0.2.9\",", "")
            .replace("\"OriginDNSResponseTimeMs\":3,", "");
        let row = row.replace("\"OriginTCPHandshakeDurationMs\":4,", "").replace("\"OriginResponseDurationMs\":70,", "");
        row.replace("{\"Cache", &format!("{{\"Subrequests\":[{parts}],\"Cache"))
    };
    let said =
        |begin: &str, end: &str| SAID.replace("520/0 dynamic", begin).replace(" FRA 192.0.2.9", end).replace(" dns 3 tcp 4 of 70", "");
    let idle = r#"{"EdgeResponseStatus":200,"OriginResponseStatus":0,"OriginIP":"","CacheCacheStatus":"hit"}"#;
    let fine = r#"{"EdgeResponseStatus":200,"OriginResponseStatus":200,"OriginIP":"192.0.2.1","CacheCacheStatus":"miss"}"#;
    let failed = r#"{"EdgeResponseStatus":520,"OriginResponseStatus":0,"OriginIP":"192.0.2.2","CacheCacheStatus":"expired","RequestHeaders":{"a":[{"b":1}]}}"#;
    let silent = r#"{"EdgeResponseStatus":522,"OriginResponseStatus":0,"OriginIP":"","CacheCacheStatus":"miss"}"#;
    for (edge, parts, begin, end) in [
        (520, [idle, fine, failed].join(","), "520/0 expired", " FRA 192.0.2.2"),
        (200, [idle, fine].join(","), "200/200 miss", " FRA 192.0.2.1"),
        (200, [fine, failed].join(","), "520/0 expired", " FRA 192.0.2.2"),
        (522, [idle, silent].join(","), "522/0 miss", " FRA"),
        (200, idle.to_owned(), "200/0 dynamic", " FRA"),
        (200, String::new(), "200/0 dynamic", " FRA"),
    ] {
        check(&of(edge, &parts), &[&said(begin, end)]);
    }
}

/// Broken by a damaged line that takes others with it, is not told with its place, or is told with a value of the file.
#[test]
fn a_damaged_line_is_passed_over() {
    let damaged = [
        (r#"{"EdgeResponseStatus":520,"RayID":"secret"#, "4:74 RayID: expected the end of a string, found the end of the record"),
        (r#"{"EdgeResponseStatus":520,"secret":tru}"#, ""),
        ("secret", "expected a record, found \"s\""),
        (r#"{"EdgeResponseStatus":}"#, "EdgeResponseStatus: expected a JSON value, found \"}\""),
        (r#"{"EdgeResponseStatus":520}}"#, "expected a record, found \"}\""),
        ("\0\0\0", "expected a record, found the byte 0x00"),
    ];
    for (line, problem) in damaged {
        let text = format!("{ROW}\n\n{ROW}\n{line}\n{ROW}\n");
        let whole = read(text.as_bytes(), usize::MAX);
        for size in [1, 7, 1000] {
            assert_eq!(read(text.as_bytes(), size), whole, "in chunks of {size}");
        }
        let good = whole.0.iter().filter(|record| record.starts_with(SAID)).count();
        assert_eq!((good, whole.1.len()), (3, 1), "{line}");
        assert!(whole.1[0].starts_with("4:") && whole.1[0].contains(problem.trim_start_matches("4:74 ")), "{}", whole.1[0]);
        assert!(!whole.1[0].contains("secret"), "{}", whole.1[0]);
    }
    // A file that was cut within its first line.
    assert_eq!(read(format!("tus\":520}}\n{ROW}\n{ROW}").as_bytes(), 100).0.len(), 2);
    // Within an array, and over many lines.
    let pretty = ROW.replace(",\"", ",\n  \"");
    let cut = &pretty[..pretty.len() / 2];
    for text in [format!("[\n{ROW},\n{cut}\n{ROW},\n{ROW}\n]\n"), format!("{pretty}\n{cut}\n{pretty}\n{pretty}")] {
        let whole = read(text.as_bytes(), usize::MAX);
        assert_eq!((whole.0.len(), whole.1.len()), (3, 1), "{whole:?}");
        assert_eq!(read(text.as_bytes(), 1), whole);
    }
}

/// Broken by anything else than Cloudflare's records that is taken for them, or that is read to its end.
#[test]
fn other_files_are_left_alone() {
    let others = [
        r#"{"time":"2026-11-21T18:42:03Z","status":502,"request":"GET / HTTP/1.1","upstream_status":"-","host":"shop.example"}"#,
        r#"{"level":"info","ts":1795286523.6,"logger":"http.log.access","request":{"method":"GET","host":"a","uri":"/"},"status":502}"#,
        r#"{"response_code":503,"response_flags":"UC","authority":"a","path":"/","start_time":"2026-11-21T18:42:03Z"}"#,
        r#"{"log":{"version":"1.2","entries":[{"request":{"method":"GET"},"response":{"status":520,"content":{"text":"{\"edgeResponseStatus\":520}"}}}]}}"#,
        r#"{"action":"block","clientRequestHTTPHost":"desk.example","rayName":"a5e1d50c40aa9c1e","source":"firewallCustom"}"#,
        r#"{"type":"https://developers.cloudflare.com/","title":"Error 520","status":520,"ray_id":"a5e1d50c40aa9c1e","error_code":520}"#,
        "{}",
        "[]",
        "",
        "\n\n",
        "EdgeResponseStatus is 520",
        "\0\0\0\0",
        "<html>EdgeResponseStatus</html>",
        r#"{"EdgeResponseStatus":null}"#,
        r#"{"EdgeResponseStatus":"x"}"#,
        r#"{"EdgeResponseStatus":99}"#,
    ];
    for text in others {
        assert_eq!(read(text.as_bytes(), 100).0, Vec::<String>::new(), "{text}");
        assert!(LogReader::new(&Sought::default()).finish().is_none());
        let many = format!("{text}\n").repeat(HEAD / (text.len() + 1) + 1);
        let mut reader = LogReader::new(&Sought::default());
        reader.push(many.as_bytes());
        // What names the field may have it later.
        assert_eq!(reader.is_over(), !text.starts_with("{\"Edge"), "{text}");
        assert!(reader.finish().is_none());
    }
}

/// Broken by memory that grows with an endless line, by a long record that is taken, and by one behind it that is lost.
#[test]
fn a_record_has_an_end() {
    let long = ROW.replace("Mozilla", &"x".repeat(sink::LONGEST));
    for text in [format!("{ROW}\n{long}\n{ROW}\n"), format!("[{ROW},{long},{ROW}]")] {
        let whole = read(text.as_bytes(), usize::MAX);
        assert_eq!((whole.0.len(), whole.1.len()), (2, 1), "{:?}", whole.1);
        assert!(whole.1[0].contains("found a longer one"), "{:?}", whole.1);
        assert_eq!(read(text.as_bytes(), 1 << 16), whole);
    }
}

/// Broken by a member that the two ways read otherwise.
#[track_caller]
fn agree(line: &str) {
    let general = {
        let mut walk = Walk::default();
        walk.begin(0);
        walk.push(line.as_bytes());
        match walk.next() {
            Ok(Met::Record(..)) => Some(shown(&walk.values().record(&[]), b"", (0, 0))),
            _ => None,
        }
    };
    // The second time the names are known.
    let mut shape = fast::Shape::default();
    for _ in 0..2 {
        let mut values = values::Values::default();
        match shape.read(line.as_bytes(), &mut values) {
            fast::Fast::Whole(length) => {
                assert_eq!(length, line.len());
                assert_eq!(values.is_record().then(|| shown(&values.record(line.as_bytes()), b"", (0, 0))), general, "{line}");
            }
            fast::Fast::More => panic!("{line}"),
            fast::Fast::Unusual => {}
        }
    }
}

fn member() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        proptest::sample::select(vec![
            "EdgeResponseStatus",
            "OriginResponseStatus",
            "RayID",
            "ClientRequestPath",
            "ClientRequestURI",
            "host",
            "EdgeStartTimestamp",
            "OriginIP",
            "OriginResponseTime",
            "WorkerSubrequest",
            "count",
            "SampleInterval",
            "x",
            "edge\\u005fstatus",
            "ParentRayID",
        ]),
        Just("event"),
        Just("Subrequests"),
    ];
    let value = prop_oneof![
        proptest::sample::select(vec![
            "520",
            "0",
            "\"520\"",
            "200.0",
            "1e3",
            "null",
            "true",
            "\"\"",
            "\"/a?b\"",
            "\"\\u00e9\\ud83d\\ude00\"",
            "\"\\ud800x\"",
            "\"a\\\"b\"",
            "1795286523629000000",
            "\"2026-11-21T18:42:03Z\"",
            "\"a5e1d50c40aa9c1e-FRA\"",
            "[]",
            "[1,[2]]",
            "{\"a\":{\"b\":[]}}",
            "[{\"EdgeResponseStatus\":500,\"OriginIP\":\"x\"}]",
            "{\"EdgeResponseStatus\":500}",
            "-1",
            "01",
            "tru",
            "\"\\x\"",
            "99999999999999999999",
        ])
        .prop_map(str::to_owned),
        "\"[ -~]{0,6}\"".prop_filter("whole", |text| !text[1..text.len() - 1].contains(['"', '\\'])),
    ];
    (name, value, proptest::sample::select(vec![":", " : ", ": "])).prop_map(|(name, value, colon)| format!("\"{name}\"{colon}{value}"))
}

proptest! {
    /// Broken by a record that the fast way reads otherwise than the general one, or at all where the general one does not.
    #[test]
    fn both_ways_give_equal_records(members in proptest::collection::vec(member(), 0..8), sign in proptest::sample::select(vec![",", ", "])) {
        agree(&format!("{{{}}}", members.join(sign)));
    }

    /// Broken by records or problems that depend on how the bytes arrive.
    #[test]
    fn chunks_change_nothing(
        parts in proptest::collection::vec((proptest::collection::vec(member(), 0..4), proptest::sample::select(vec!["\n", "\n", ",\n", " ", "", "]", "[", "\r\n", "{\n", "x\n"])), 0..8),
        begin in proptest::sample::select(vec!["", "[", "{\"result\":[", "\n", "{\"EdgeResponseStatus\":520}\n"]),
        size in 1usize..100,
    ) {
        let text: String = std::iter::once(begin.to_owned()).chain(parts.iter().map(|(members, end)| format!("{{{}}}{end}", members.join(",")))).collect();
        let whole = read(text.as_bytes(), usize::MAX);
        prop_assert_eq!(read(text.as_bytes(), size), whole, "{}", text);
    }

    /// Broken by a panic, or by what chunks change.
    #[test]
    fn takes_any_bytes(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), proptest::sample::select(b"{}[]\",:\n0e\\ ".to_vec())], 0..200), lead in proptest::sample::select(vec!["", "{\"EdgeResponseStatus\":520}\n", "[{\"EdgeResponseStatus\":520},"])) {
        let text = [lead.as_bytes(), &bytes].concat();
        let whole = read(&text, usize::MAX);
        prop_assert_eq!(read(&text, 1), whole);
    }
}

/// Broken by a sign between values, a quoted value, an end of a line, or a style of names that is not read.
#[test]
fn csv_with_names_is_read() {
    let csv = "RayID,EdgeStartTimestamp,ClientRequestHost,ClientRequestURI,EdgeResponseStatus,OriginResponseStatus,x,OriginTLSHandshakeDurationMs\na5e1d50c40aa9c1e,2026-11-21T18:42:03Z,shop.example,\"/a,\"\"b\"\";c\",520,0,\"\n\",7\na5e1d50c40aa9c1f,1795286523,shop.example,/,200,200,,\n";
    let said =
        ["520/0 a5e1d50c40aa9c1e shop.example/a,\"b\";c 1795286523000- tls 7", "200/200 a5e1d50c40aa9c1f shop.example/ 1795286523000-"];
    check(csv, &said);
    check(&format!("\u{feff}{}", csv.trim_end()), &said);
    check(&csv.replace('\n', "\r\n"), &said);
    for sign in [';', '\t'] {
        check(&csv.replace("/a,\"\"b\"\";c", "/a").replace(',', &sign.to_string()), &[&said[0].replace(",\"b\";c", ""), said[1]]);
    }
    check(&csv.replace("EdgeResponseStatus", "dimensions.edgeResponseStatus").replace("RayID", "\"ray_id\""), &said);
    let whole = read(&[csv, "a,b\n", &csv[csv.find('\n').unwrap() + 1..]].concat().into_bytes(), usize::MAX);
    assert_eq!((whole.0.len(), whole.1), (4, vec![format!("5:{} : expected a row of 8 values, found one of 2", csv.len())]));
    check("EdgeResponseStatus\n520\n", &["520/?"]);
    check("status,host\n520,shop.example\n", &[]);
    let open = format!("{csv}\"{}\n{csv}", "x,".repeat(sink::LONGEST));
    let whole = read(open.as_bytes(), 1 << 16);
    // The names behind it are no row.
    assert_eq!((whole.0.len(), whole.1.len()), (4, 2), "{:?}", whole.1);
}

/// Rows of a log without names, by the values of the columns behind the first ones.
fn rows_with(rest: impl Fn(usize) -> String) -> String {
    let row = |number: usize| {
        format!("{:016x},{},{}\n", 0xa5e1_d50c_40aa_9c1e_u64 + ((number as u64) << 30), 1_795_286_523 + number, rest(number))
    };
    (0..40).map(row).collect::<Vec<_>>().concat()
}

/// Broken by a column that is taken for another, by one that is guessed, and by nothing being said of those that could not be told.
#[test]
fn columns_without_names_are_told_or_not() {
    let of = |rest: &dyn Fn(usize) -> String| read(rows_with(rest).as_bytes(), 1000);
    let origin = |number: usize| if number.is_multiple_of(4) { "0" } else { "200" };
    let edge = |number: usize| if number.is_multiple_of(4) { "520" } else { "200" };
    let ip = |number: usize| if number.is_multiple_of(4) { "" } else { "192.0.2.9" };
    let (records, problems) =
        of(&|n| format!("/a/{n},/a/{n}?b,GET,shop.example,{},{},{},198.51.100.7,dynamic,FRA,HTTP/2", origin(n), edge(n), ip(n)));
    assert!(records[0].starts_with("520/0 dynamic a5e1d50c40aa9c1e GET shop.example/a/0 HTTP/2 FRA 1795286523000-"), "{}", records[0]);
    assert!(records[1].starts_with("200/200 dynamic") && records[1].contains(" 192.0.2.9 "), "{}", records[1]);
    assert_eq!((records.len(), problems), (40, Vec::new()));
    let (records, problems) = of(&|n| format!("x,{},{},{}", origin(n), origin(n), edge(n)));
    assert!(records[0].starts_with("520/?") && records.len() == 40);
    assert!(problems[0].contains("could not be told by them: OriginResponseStatus, CacheCacheStatus, ClientRequestHost,"), "{problems:?}");
    // Which of the two is the edge's, or whether the only one is, cannot be told.
    assert_eq!(of(&|n| format!("x,{},{}", edge(n), edge(n + 1))).0.len(), 0);
    assert_eq!(of(&|n| format!("x,y,{}", edge(n))).0.len(), 0);
    assert_eq!(of(&|n| format!("x,y,{}", edge(n).replace("520", "522"))).0.len(), 40);
    // Other things than statuses.
    assert_eq!(of(&|n| format!("x,{},{}", n % 3, 100 + n)).0.len(), 0);
    // A Ray ID whose time is another one, and none at all: the others tell what it is.
    let plain = |ray: &dyn Fn(usize) -> String| {
        let row = |n: usize| format!("{}1795286523000000000,/a,GET,FRA,{},{}\n", ray(n), origin(n), edge(n));
        read((0..40).map(row).collect::<String>().as_bytes(), 1000)
    };
    let (records, problems) = plain(&|n| format!("{:016x},", 0x0c1e_d50c_40aa_9c1e_u64 + n as u64));
    assert!(
        records.len() == 40 && records[0].starts_with("520/0 ") && records[0].contains(" FRA 1795286523000-"),
        "{records:?} {problems:?}"
    );
    assert_eq!(plain(&|_| String::new()).0.len(), 40);
}

/// A file of so many records, every fifth of which fails, that is too long to be kept whole.
fn long(count: usize, between: &str) -> String {
    let row = |number: usize| {
        let ray = format!("{:016x}", 0xa5e1_d50c_40aa_9c1e_u64.wrapping_add((number as u64) << 28));
        ROW.replace("a5e1d50c40aa9c1e", &ray).replace(":520", if number.is_multiple_of(5) { ":520" } else { ":200" })
    };
    (0..count).map(row).collect::<Vec<_>>().join(between)
}

/// Broken by a line that was sought and is not kept, by too many that are, by numbers of lines that are not those of the file, and by a choice
/// that depends on chunks or pieces.
#[test]
fn kept_lines_have_their_numbers() {
    let text = long(5000, "\n");
    let lines: Vec<&str> = text.lines().collect();
    let ray = |number: usize| lines[number].split(",\"RayID\":\"").nth(1).unwrap()[..16].to_owned();
    let sought = Sought { rays: vec![ray(1234), ray(4999).to_uppercase()], ..Sought::default() };
    let read = |size: usize, text: &str| {
        let mut reader = LogReader::new(&sought);
        text.as_bytes().chunks(size).for_each(|chunk| reader.push(chunk));
        reader.finish().unwrap()
    };
    let check = |ReadLogs { kept, passed, .. }: ReadLogs| {
        assert_eq!(kept.lines().count() as u64 + passed.lines, 5000);
        assert!(kept.lines().count() <= 550 && kept.lines().count() >= 50);
        for (row, line) in kept.lines().enumerate() {
            let number = passed.in_text(row..row + 1);
            assert_eq!((number.len(), line), (1, lines[number.start]));
        }
        for number in [1234, 4999] {
            assert!(kept.contains(lines[number]));
        }
        (kept, passed)
    };
    let whole = check(read(usize::MAX, &text));
    assert_eq!(check(read(1000, &text)), whole);
    let mut first = LogReader::new(&sought);
    let cut = |at: usize| at + text[at..].find('\n').unwrap() + 1;
    let (one, other) = (cut(HEAD), cut(text.len() / 2));
    first.push(&text.as_bytes()[..one]);
    let pieces = [one..other, other..text.len()].map(|place| {
        let mut piece = first.piece(place.start as u64).unwrap();
        piece.push(&text.as_bytes()[place]);
        piece
    });
    for piece in pieces {
        first.append(piece);
    }
    assert_eq!(check(first.finish().unwrap()), whole);
    // In one line, and over many.
    let one_line = read(1000, &format!("[{}]", long(5000, ",")));
    assert_eq!((one_line.kept.lines().count(), one_line.passed.gaps.len()), (1, 0));
    let wide = format!("[{}]", long(5000, ",").replace(",\"", ",\n\""));
    let ReadLogs { kept, passed, .. } = read(1000, &wide);
    let begin = kept.lines().position(|line| line.contains(&ray(1234))).unwrap();
    assert!(wide.lines().nth(passed.in_text(begin..begin + 1).start).unwrap().contains(&ray(1234)));
}

/// Broken by a file that is short and is not kept as it is, and by rows of a long one that are kept without their names.
#[test]
fn names_of_columns_are_kept() {
    let text = format!("{ROW}\r\n\r\n{ROW}");
    let read = |text: &str| {
        let mut reader = LogReader::new(&Sought::default());
        reader.push(text.as_bytes());
        reader.finish().unwrap()
    };
    assert_eq!(read(&format!("\u{feff}{text}")).kept, text);
    let rows: Vec<String> = (0..3000).map(|number| format!("a5e1d50c40{number:06x},200,\"x\ny\"")).collect();
    let ReadLogs { kept, passed, .. } = read(&format!("RayID,EdgeResponseStatus,x\n{}\n", rows.join("\n")));
    assert!(kept.starts_with("RayID,EdgeResponseStatus,x\na5e1d50c40"));
    assert_eq!(kept.lines().count() as u64 + passed.lines, 6001);
    let bare = rows_with(|n| format!("x,{}", if n == 0 { 522 } else { 200 })).repeat(50);
    assert!(read(&bare).kept.lines().all(|line| line.starts_with("{\"RayID\":\"a5e1d5") && line.ends_with('}')));
}
