//! What this page makes itself: reports and the manifest of a bundle. Only a report as JSON is read, and only for what it states.

use fivetwenty_model::letter::NEEDED;

use super::fields::objects;
use super::{Extract, Lines, MAX_EXTRACTS, Recognition, Statement, TextKind};

/// What the schema of every version of the report begins with. The members that are read here have the same names in versions 1 and 2.
const SCHEMAS: &str = "fivetwenty/report/";

/// The cause, the host and the Ray IDs that a report states. They are statements of that file; what it concludes counts for nothing.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let text = lines.text();
    if is_own(text) {
        let extract = Extract { kind: TextKind::Report, lines: 0..lines.count(), statement: Statement::default() };
        return Some(Recognition { score: 99, extracts: vec![extract] });
    }
    if !text.contains(SCHEMAS) {
        return None;
    }
    // All of it is the report's: no part is another text.
    let mut extracts = vec![Extract { kind: TextKind::Report, lines: 0..lines.count(), statement: Statement::default() }];
    let mut is_report = false;
    objects(lines, &mut |lines, _, fields| {
        is_report |= fields.own().any(|member| member.name == "schema" && member.value.starts_with(SCHEMAS));
        let own = |name: &str| fields.own().find(|member| member.name == name).map(|member| &*member.value);
        let ray = own("id").filter(|_| own("source").is_some()).and_then(|id| {
            let colo = own("colo").unwrap_or_default();
            format!("{id}-{colo}").parse().or_else(|_| id.parse()).ok()
        });
        let stated = &mut extracts[0].statement;
        stated.stated_cause = stated.stated_cause.take().or_else(|| fields.get(&["cause"]).map(Into::into));
        stated.host = stated.host.take().or_else(|| fields.get(&["hosts"]).map(Into::into));
        let is_ray = ray.is_some();
        if is_ray && extracts.len() < MAX_EXTRACTS {
            extracts.push(Extract { kind: TextKind::Report, lines, statement: Statement { ray, ..Statement::default() } });
        }
        is_ray
    });
    if !is_report {
        return None;
    }
    Some(Recognition { score: 99, extracts })
}

/// Whether a text is the report as text or as a page, a manifest, or the case for support. The files beside them hold the same, and their advice quotes lines of
/// logs that nobody wrote.
fn is_own(text: &str) -> bool {
    let text = text.trim_start();
    let head = &text[..text.floor_char_boundary(2000)];
    text.trim_start_matches(['#', ' ']).starts_with("fivetwenty report:")
        || head.contains("<title>Report on error 520: ")
        || head.contains("\"schema\": \"fivetwenty/manifest/")
        || text.starts_with("Subject: ") && text.contains(NEEDED)
}

#[cfg(test)]
mod tests {
    use fivetwenty_model::report::SCHEMA;

    use super::*;

    /// A report as version 1 wrote it, in short: its verdict has `acts`, its evidence `speaks`, its findings `next_test` and `decides`.
    const VERSION_1: &str = r#"{
  "schema": "fivetwenty/report/1",
  "verdict": { "cause": "empty-reply", "status": "confirmed", "tied": [], "acts": ["origin"], "log_window": null },
  "findings": [
    {
      "cause": "connection-reset", "status": "ruled-out", "acts": ["origin"],
      "evidence": [{ "source": "direct", "entry": 6, "field": "response._error", "value": "net::ERR_EMPTY_RESPONSE", "speaks": "against" }],
      "fix": [], "next_test": ["grep ' 444 ' /var/log/nginx/access.log | tail"], "decides": ["A line settles it."]
    }
  ],
  "captures": { "proxied": { "name": "proxied.har", "hosts": ["shop.example"], "site": "shop.example" }, "direct": null },
  "rays": [
    { "id": "a5dce3d120c69c1e", "colo": "FRA", "received": "2026-11-21T04:18:20.980Z", "source": "proxied", "entry": 6, "status": 520 }
  ]
}
"#;
    /// What the current version writes, whole.
    const CURRENT: &str = include_str!("../../../tests/data/reports/empty-reply.json");

    /// Breaks when a report of version 1, which people have saved, or of version 2 is not known any more, when what it states is lost, or when
    /// its advice is read as a text of its own.
    #[test]
    fn every_version_is_read_for_what_it_states() {
        assert!(CURRENT.contains(&format!("\"schema\": \"{SCHEMA}\"")) && SCHEMA == "fivetwenty/report/2");
        for (text, count) in [(VERSION_1, 1), (CURRENT, 8)] {
            let recognised = crate::recognise("report.json", text);
            assert_eq!((recognised.kind, recognised.lines), (TextKind::Report, recognised.understood));
            assert!(recognised.extracts.iter().all(|extract| extract.kind == TextKind::Report));
            // The report's own lines are one extract; the Ray IDs stand within them.
            let statement = &recognised.extracts[0].statement;
            assert_eq!((statement.stated_cause.as_deref(), statement.host.as_deref()), (Some("empty-reply"), Some("shop.example")));
            assert_eq!((statement.error_code, &statement.entry, statement.log), (None, &None, None));
            let rays: Vec<String> =
                recognised.extracts.iter().filter_map(|extract| Some(extract.statement.ray.as_ref()?.to_string())).collect();
            assert_eq!(rays.first().map(String::as_str), Some("a5dce3d120c69c1e-FRA"));
            assert_eq!(rays.len(), count);
        }
    }

    /// Breaks when a report is not known by its schema, what it names is lost, or other JSON is taken for one.
    #[test]
    fn a_report_is_read_for_what_it_names() {
        let text = format!(
            "{{\n\"schema\": \"{SCHEMA}\",\n\"captures\": {{ \"proxied\": {{ \"hosts\": [\"shop.example\"] }} }},\n\"rays\": [ {{ \"id\": \"8a7d5e2fbcd1a1c3\", \"colo\": \"DFW\", \"source\": \"proxied\" }} ]\n}}"
        );
        let recognition = recognise(&Lines::new(&text)).unwrap();
        assert_eq!(recognition.extracts[0].statement.host.as_deref(), Some("shop.example"));
        assert_eq!(recognition.extracts[1].statement.ray.as_ref().unwrap().to_string(), "8a7d5e2fbcd1a1c3-DFW");
        assert_eq!((recognition.extracts.len(), recognition.extracts[1].lines.clone()), (2, 3..4));
        assert_eq!(recognition.extracts[0].statement.stated_cause, None);
        let stated = format!("{{\"schema\": \"{SCHEMA}\", \"verdict\": {{\"cause\": \"empty-reply\"}}}}");
        let cause = super::recognise(&Lines::new(&stated)).unwrap().extracts[0].statement.stated_cause.clone();
        assert_eq!(cause.as_deref(), Some("empty-reply"));
        for own in [
            "fivetwenty report: why Cloudflare answers 520\nupstream prematurely closed connection",
            "<!DOCTYPE html>\n<title>Report on error 520: shop.example</title> upstream prematurely closed connection",
            "{\n  \"schema\": \"fivetwenty/manifest/1\",",
        ] {
            let recognised = super::super::recognise("a", own);
            assert_eq!((recognised.kind, recognised.extracts.len()), (TextKind::Report, 1), "{own}");
            assert_eq!(recognised.extracts[0].statement, Statement::default(), "{own}");
        }
        assert!(super::recognise(&Lines::new(r#"{"schema":"other/report/1"}"#)).is_none());
        assert!(super::recognise(&Lines::new("\"schema\"")).is_none());
    }
}
