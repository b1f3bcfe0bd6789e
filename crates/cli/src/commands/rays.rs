//! `rays`: Ray IDs, decoded.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_diagnose::{Case, Inputs};
use fivetwenty_model::report::{RAY_TIME, Ray};
use fivetwenty_redact::Redacted;
use fivetwenty_report::{ray_row, report};

use crate::arguments::{About, Files, RayFormat, Rays};
use crate::error::{CliError, shown};
use crate::given::Given;
use crate::output;

type Row = Ray<Redacted<String>>;

/// Prints every Ray ID that was given or is in a file, each once, in the order given.
pub(crate) fn run(Rays { given, format, now }: &Rays) -> Result<(), CliError> {
    let about = About { now: *now, ..About::default() };
    let (mut rows, mut known): (Vec<Row>, HashSet<String>) = <_>::default();
    for path in given {
        let is_file = path.as_os_str() == "-" || path.exists();
        let found = match path.to_str().and_then(|word| word.parse::<RayId>().ok()) {
            _ if is_file => in_file(path, &about)?,
            Some(ray) => decode([ray], &about)?,
            None => return Err(CliError::NoRay { path: shown(path) }),
        };
        rows.extend(found.into_iter().filter(|row| known.insert(row.id.as_str().to_owned())));
    }
    if rows.is_empty() {
        return Err(CliError::NoRays);
    }
    match format {
        RayFormat::Text => output::print_styled(&text(&rows)),
        // The rows have nothing that JSON lacks.
        RayFormat::Json => output::print((serde_json::to_string_pretty(&rows).unwrap_or_default() + "\n").as_bytes()),
    }
}

/// Ray IDs that stand alone.
fn decode(rays: impl IntoIterator<Item = RayId>, about: &About) -> Result<Vec<Row>, CliError> {
    let diagnosis = Case::new(Inputs { now: about.now()?, ..Inputs::default() }).diagnose();
    let facts = diagnosis.facts();
    Ok(rays.into_iter().map(|ray| ray_row(&facts, &ray, None, false)).collect())
}

/// The Ray IDs of the report on a file, and lines of a text that are Ray IDs which nobody would take for one elsewhere.
fn in_file(path: &Path, about: &About) -> Result<Vec<Row>, CliError> {
    let files = Files { any: vec![path.to_owned()], ..Files::default() };
    let mut given = Given::read(&files, about, false)?;
    let report = report(&Case::new(given.inputs(about)?).diagnose());
    let texts = given.into_texts();
    let lines = texts.iter().flat_map(|text| text.text.lines()).filter_map(|line| line.trim().parse().ok());
    let mut rows = report.rays;
    rows.extend(decode(lines, about)?);
    Ok(rows)
}

/// A line each, with the lines that say what is doubtful.
fn text(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let or_dash = |text: Option<&Redacted<String>>| text.map_or("-", Redacted::as_str).to_owned();
        let place = match (&row.city, &row.country) {
            (Some(city), Some(country)) => format!("{city}, {country}"),
            _ => "-".to_owned(),
        };
        let status = row.status.map_or("-".to_owned(), |status| status.to_string());
        let waited = row.waited.map_or(String::new(), |waited| format!("  waited {}", waited.said()));
        let (received, colo) = (or_dash(row.received.as_ref()), or_dash(row.colo.as_ref()));
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:16}  {received:24}  {colo:3}  {place:28}  {status:>3}{waited}", row.id);
        for doubt in &row.doubt {
            let _ = writeln!(text, "    doubtful: {}", doubt.label());
        }
        if let (Some(false), Some(words)) = (row.in_capture, row.belongs()) {
            let _ = writeln!(text, "    {words}");
        }
    }
    text + "\n" + RAY_TIME + "\n"
}
