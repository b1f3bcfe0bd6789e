//! The JSON Schema of the report, made from its types: their comments are its descriptions.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use crate::report::{InputFacts, Report};
use crate::vocabulary::Source;

/// `report.schema.json`: draft 2020-12, with a line end.
///
/// Nothing else than what it names is in a report: a later version may have more members, and then says so here.
pub fn schema() -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize().with_transform(RecursiveTransform(finish));
    // Strings are as they are once written, whatever they are made of before.
    let schema = settings.into_generator().into_root_schema_for::<Report<String>>();
    let json = serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n";
    // What each type is generic over is no part of its name.
    json.replace("_for_string", "")
}

/// Closes an object, takes the links out of a comment, and puts names in an order that no feature of `serde_json` changes.
fn finish(schema: &mut Schema) {
    for names in ["properties", "$defs"] {
        if let Some(Value::Object(members)) = schema.get_mut(names) {
            *members = BTreeMap::from_iter(std::mem::take(members)).into_iter().collect();
        }
    }
    if schema.get("properties").is_some() {
        schema.insert("additionalProperties".to_owned(), false.into());
    }
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace("[`", "`").replace("`]", "`").replace('\n', " ");
    }
}

/// One of the words that data names a source by.
impl JsonSchema for Source {
    fn schema_name() -> Cow<'static, str> {
        "Source".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Where something was seen: the side of a capture, else the kind of text.",
            "type": "string",
            "enum": Self::ALL.map(Self::id),
        })
    }
}

/// A single value, or a list of several; nothing where there is none.
impl<S: JsonSchema> JsonSchema for InputFacts<S> {
    fn schema_name() -> Cow<'static, str> {
        "InputFacts".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (text, number, byte) = (S::json_schema(generator), u16::json_schema(generator), u8::json_schema(generator));
        let members = [
            ("status", &number, "HTTP statuses."),
            ("error_code", &number, "Cloudflare's codes of errors."),
            ("ray", &text, "Ray IDs, without the data centre."),
            ("colo", &text, "Data centres."),
            ("host", &text, "Hosts."),
            ("http", &text, "Versions of HTTP: `1.1`, `2`, `3`."),
            ("curl_exit", &byte, "Exit statuses of curl."),
            ("time", &text, "Times, UTC with milliseconds."),
            ("address", &text, "Addresses that were connected to."),
            ("log", &text, "The words of log lines whose meaning is known."),
        ];
        let member = |(name, value, about): (&str, &Schema, &str)| {
            let list = json_schema!({"type": "array", "items": value, "minItems": 2});
            (name.to_owned(), json_schema!({"description": about, "anyOf": [value, list]}).into())
        };
        let members: Map<String, Value> = members.into_iter().map(member).collect();
        json_schema!({
            "description": "What a text says: of each fact every value, once. Only what is there; a single value without a list.",
            "type": "object",
            "properties": members,
        })
    }
}

/// Which way a request went, when the text tells.
pub(crate) fn way(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "enum": ["proxied", "direct", "after", "untold"]})
}
