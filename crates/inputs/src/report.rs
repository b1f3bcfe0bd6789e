//! What this page makes itself: reports and the manifest of a bundle. They are not parsed again but for what a report as JSON states.

use super::objects::{member, objects};
use super::{Extract, Lines, MAX_EXTRACTS, Recognition, Statement, TextKind};
use fivetwenty_model::report::SCHEMA;

/// The hosts and the Ray IDs that a report states. It is read for what it names, never for what it concludes.
pub(super) fn recognise(lines: &Lines<'_>) -> Option<Recognition> {
    let text = lines.text();
    if is_own(text) {
        let extract = Extract { kind: TextKind::Report, lines: 0..lines.count(), statement: Statement::default() };
        return Some(Recognition { score: 99, extracts: vec![extract] });
    }
    let name = SCHEMA.rsplit_once('/').map_or(SCHEMA, |(name, _)| name);
    let at = text.find("\"schema\"")?;
    member(&text[at.checked_sub(1)?..], "schema").filter(|schema| schema.starts_with(name))?;
    // All of it is the report's: no part is another text.
    let mut extracts = vec![Extract { kind: TextKind::Report, lines: 0..lines.count(), statement: Statement::default() }];
    extracts[0].statement.stated_cause = member(text, "cause").map(Into::into);
    if let Some(host) = member(text, "hosts") {
        extracts[0].statement.host = Some(host.into());
    }
    objects(text, &mut |place, object| {
        let ray = member(object, "id").filter(|_| member(object, "source").is_some()).and_then(|id| {
            let colo = member(object, "colo").unwrap_or_default();
            format!("{id}-{colo}").parse().or_else(|_| id.parse()).ok()
        });
        let is_ray = ray.is_some();
        if is_ray && extracts.len() < MAX_EXTRACTS {
            extracts.push(Extract { kind: TextKind::Report, lines: lines.at(place), statement: Statement { ray, ..Statement::default() } });
        }
        is_ray
    });
    Some(Recognition { score: 99, extracts })
}

/// Whether a text is the report as text or as a page, or a manifest: what stands in them is told by the files beside them, and their advice
/// quotes lines of logs that nobody wrote.
fn is_own(text: &str) -> bool {
    let text = text.trim_start();
    let head = &text[..text.floor_char_boundary(2000)];
    text.starts_with("fivetwenty report:")
        || head.contains("<title>Report on error 520: ")
        || head.contains("\"schema\": \"fivetwenty/manifest/")
}

#[cfg(test)]
mod tests {
    use super::*;

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
