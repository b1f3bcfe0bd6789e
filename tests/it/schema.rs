//! `report.schema.json`: it is what the types say, every report follows it, and nothing else does.

use std::sync::LazyLock;

use expect_test::expect_file;
use fivetwenty_report::to_json;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::accuracy::{cases, on_every_core};
use crate::{counted, file, lab, report};

/// The largest whole number up to which JavaScript knows every one.
const MAX_SAFE: u64 = (1 << 53) - 1;

/// The report of every recorded case, with its place.
static REPORTS: LazyLock<Vec<(String, Value)>> = LazyLock::new(|| {
    on_every_core(cases(), |case| {
        let json = to_json(&fivetwenty_report::report(&case.diagnosis()));
        (case.place(), serde_json::from_str(&json).expect("a report is JSON"))
    })
});

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(&fivetwenty_model::schema()).expect("the schema is JSON");
    jsonschema::draft202012::meta::validate(&schema).expect("the schema is one");
    jsonschema::draft202012::new(&schema).expect("the schema can be used")
}

#[track_caller]
fn follows(validator: &Validator, report: &Value, of: &str) {
    let errors: Vec<String> = validator.iter_errors(report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{of}: {}", errors.join("\n"));
}

/// A report that has something in each of its members.
fn full_report() -> Value {
    let [proxied, direct] = ["proxied", "direct"].map(|side| lab(&format!("chromium-156/empty-reply/{side}.har")));
    let trace = file("schema-trace.txt", b"h=shop.example\nts=1772941360.629\ncolo=TPE\nhttp=http/2\ntls=TLSv1.3\n");
    let curl = file(
        "schema-curl.txt",
        b"$ curl -v https://shop.example/\n* Empty reply from server\ncurl: (52) Empty reply from server\n\
          $ curl -i https://shop.example/\nHTTP/2 520\ncf-ray: 9f0fbdcf1836c090-FRA\n\n\
          $ curl -i https://shop.example/\nHTTP/2 200\ncf-ray: 9f0fbdcf2836c090-FRA\n\n",
    );
    report(&["--proxied", &proxied, "--direct", &direct, "--after", &direct, "--trace", &trace, "--paste", &curl])
}

/// Breaks when the types of the report change and the schema does not, or it is edited by hand.
#[test]
fn the_schema_is_what_the_types_say() {
    expect_file!["../../report.schema.json"].assert_eq(&fivetwenty_model::schema());
}

/// Breaks when a report has a member, a word or a kind of value that the schema does not know.
#[test]
fn every_report_follows_the_schema() {
    let validator = &validator();
    follows(validator, &serde_json::from_str(include_str!("../data/reports/empty-reply.json")).unwrap(), "the committed report");
    follows(validator, &full_report(), "the full report");
    follows(validator, &counted::full(), "the report of logs");
    follows(validator, &report(&["--paste", &file("schema-nothing.txt", b"nothing that is known\n")]), "nothing");
    for (place, report) in REPORTS.iter() {
        follows(validator, report, place);
    }
}

/// Breaks when a member that is missing, unknown, of another kind, or a word that no report has goes unnoticed.
#[test]
fn what_is_no_report_is_refused() {
    let (validator, whole) = (validator(), full_report());
    let refused = |pointer: &str, change: &dyn Fn(&mut Value)| {
        let mut report = whole.clone();
        change(report.pointer_mut(pointer).unwrap_or_else(|| panic!("the report has {pointer}")));
        assert_ne!(report, whole, "{pointer}");
        assert!(!validator.is_valid(&report), "{pointer}");
    };
    let mut objects = 0;
    let mut pointers = vec![String::new()];
    while let Some(pointer) = pointers.pop() {
        match whole.pointer(&pointer).unwrap() {
            Value::Object(members) => {
                objects += 1;
                refused(&pointer, &|value| value["unknown"] = json!(1));
                for name in members.keys() {
                    // Of facts only those are there that a text tells.
                    if !pointer.ends_with("/facts") {
                        refused(&pointer, &|value| drop(value.as_object_mut().unwrap().remove(name)));
                    }
                    refused(&pointer, &|value| value[name] = json!({"of": "another kind"}));
                    pointers.push(format!("{pointer}/{name}"));
                }
            }
            // The rows of a list are alike.
            Value::Array(rows) if !rows.is_empty() => pointers.push(format!("{pointer}/0")),
            _ => {}
        }
    }
    assert!(objects > 30, "only {objects} objects were looked at");
    for word in
        ["/schema", "/verdict/status", "/findings/0/basis", "/findings/0/evidence/0/source", "/inputs/0/finds/0/way", "/site/reason"]
    {
        refused(word, &|value| *value = json!("another word"));
    }
    refused("/inputs/0/facts/curl_exit", &|value| *value = json!([52]));
    refused("/captures/proxied/bytes", &|value| *value = json!(1.5));
    refused("/captures/proxied/bytes", &|value| *value = json!(-1));
}

/// The same text as `JSON.stringify(report, null, 2)` gives in JavaScript. Breaks when a number is not whole or too large to be kept, or a
/// name is one that JavaScript would put elsewhere.
#[test]
fn javascript_writes_the_same_bytes() {
    fn check(value: &Value, place: &str) {
        match value {
            Value::Number(number) => {
                assert!(number.as_u64().is_some_and(|number| number <= MAX_SAFE), "{place}: {number}");
            }
            Value::Array(rows) => rows.iter().for_each(|row| check(row, place)),
            Value::Object(members) => members.iter().for_each(|(name, value)| {
                assert!(!name.starts_with(|first: char| first.is_ascii_digit()), "{place}.{name}");
                check(value, &format!("{place}.{name}"));
            }),
            _ => {}
        }
    }
    check(&full_report(), "report");
    for (place, report) in REPORTS.iter() {
        check(report, place);
    }
}
