//! `cargo xtask data`: the tables of Cloudflare's data centres and addresses, held against new downloads of their sources.
//!
//! `docs/data.md` says where each table comes from. Both begin with the day on which they were current.

use std::collections::BTreeMap;
use std::fs;
use std::net::IpAddr;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};
use clap::ArgGroup;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use time::Date;
use time::format_description::well_known::Iso8601;

use crate::run::root;

/// What `data` can be told.
#[derive(clap::Args)]
#[command(group = ArgGroup::new("sources").required(true).multiple(true).args(["components", "locations", "ranges"]))]
pub struct Options {
    /// The components of Cloudflare's status page (JSON)
    #[arg(long, value_name = "FILE", requires = "locations")]
    components: Option<PathBuf>,
    /// The locations of Cloudflare's speed test (JSON)
    #[arg(long, value_name = "FILE", requires = "components")]
    locations: Option<PathBuf>,
    /// Cloudflare's addresses, the lists of IPv4 and of IPv6 (text)
    #[arg(long, value_name = "FILE", num_args = 1..)]
    ranges: Vec<PathBuf>,
    /// Write what differs into the tables; the day of the downloads
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    write: Option<Date>,
}

fn day(text: &str) -> Result<Date, time::error::Parse> {
    Date::parse(text, &Iso8601::DATE)
}

/// Prints what differs between the tables and the downloads, and writes it when told to.
///
/// # Errors
/// When a download is not what it should be, or differs from its table and nothing is to be written.
pub fn data(options: &Options) -> Result<()> {
    let mut differing = Vec::new();
    if let (Some(components), Some(locations)) = (&options.components, &options.locations) {
        let table = Table::read("colos.csv")?;
        let new = colos(&table, &json(components)?, json(locations)?)?;
        differing.extend(table.update(&new, options.write)?);
    }
    if !options.ranges.is_empty() {
        let lists = options.ranges.iter().map(read).collect::<Result<Vec<String>>>()?;
        let table = Table::read("edge-ranges.txt")?;
        differing.extend(table.update(&ranges(&lists)?, options.write)?);
    }
    if !differing.is_empty() {
        bail!("not as in the downloads: {}; --write with their day takes the differences over", differing.join(", "));
    }
    Ok(())
}

/// A table of `static/`.
struct Table {
    name: &'static str,
    /// When it was current, in ISO 8601.
    date: String,
    /// All lines but the first.
    body: String,
}

impl Table {
    fn read(name: &'static str) -> Result<Self> {
        let content = read(&Self::path(name))?;
        let (date, body) = content.split_once('\n').with_context(|| format!("static/{name} has one line only"))?;
        Ok(Self { name, date: date.to_owned(), body: body.to_owned() })
    }

    fn path(name: &str) -> PathBuf {
        root().join("static").join(name)
    }

    /// Prints what differs, and writes it for a day. Gives the table's name when it still differs.
    fn update(&self, body: &str, day: Option<Date>) -> Result<Option<String>> {
        let differences = differences(&self.body, body);
        for line in &differences {
            println!("{line}");
        }
        println!("static/{}, {}: {} lines differ", self.name, self.date, differences.len());
        let Some(day) = day else { return Ok((!differences.is_empty()).then(|| format!("static/{}", self.name))) };
        let path = Self::path(self.name);
        fs::write(&path, format!("{day}\n{body}")).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(None)
    }
}

/// The lines that are in one only, marked like those of `diff`, and sorted: the old and the new line of a thing stand together.
fn differences(old: &str, new: &str) -> Vec<String> {
    let without = |lines: &str, others: &str, mark: char| {
        let others: Vec<&str> = others.lines().collect();
        lines.lines().filter(|line| !others.contains(line)).map(|line| format!("{mark} {line}")).collect::<Vec<_>>()
    };
    let mut lines = [without(old, new, '-'), without(new, old, '+')].concat();
    lines.sort_by(|a, b| a[2..].split(',').next().cmp(&b[2..].split(',').next()).then(b.cmp(a)));
    lines
}

/// What the status page answers.
#[derive(Deserialize)]
struct StatusPage {
    components: Vec<Component>,
}

/// A data centre, a product, or a group of these.
#[derive(Deserialize)]
struct Component {
    id: String,
    name: String,
    group_id: Option<String>,
}

/// A data centre in the speed test's list.
#[derive(Deserialize)]
struct Location {
    iata: String,
    lat: f64,
    lon: f64,
    cca2: String,
    city: String,
}

/// A line of the table of data centres.
#[derive(Default)]
struct Row {
    city: String,
    country: String,
    last_seen: String,
    latitude: String,
    longitude: String,
}

/// The table of data centres, made anew. What neither source has any more keeps its line, with the day on which it was last seen.
fn colos(table: &Table, status: &StatusPage, locations: Vec<Location>) -> Result<String> {
    let (head, lines) = table.body.split_once('\n').context("the table of data centres has one line only")?;
    let mut old = lines.lines().map(parse_row).collect::<Result<BTreeMap<String, Row>>>()?;
    let places = places(status);
    ensure!(!places.is_empty() && !locations.is_empty(), "the downloads name no data centres");
    let mut locations: BTreeMap<String, Location> = locations.into_iter().map(|location| (location.iata.clone(), location)).collect();

    // The status page has countries by name; their letters come from the data centres that have both.
    let letters = |code: &str| locations.get(code).map(|location| &location.cca2).or(old.get(code).map(|row| &row.country)).cloned();
    let by_name: BTreeMap<&str, String> = places.iter().filter_map(|(code, place)| Some((place.country, letters(code)?))).collect();

    let mut new = BTreeMap::new();
    for (code, place) in places {
        let country = letters(code).or_else(|| by_name.get(place.country).cloned());
        let country =
            country.with_context(|| format!("{code}: add a line for it to the table, the letters of {} are not known", place.country))?;
        new.insert(code.to_owned(), Row { city: place.city.to_owned(), country, ..Row::default() });
    }
    for (code, row) in &mut new {
        if let Some(before) = old.remove(code) {
            (row.latitude, row.longitude) = (before.latitude, before.longitude);
        }
    }
    while let Some((code, Location { lat, lon, cca2, city, .. })) = locations.pop_first() {
        old.remove(&code);
        new.insert(code, Row { city, country: cca2, last_seen: String::new(), latitude: degrees(lat), longitude: degrees(lon) });
    }
    for (code, mut row) in old {
        if row.last_seen.is_empty() {
            row.last_seen.clone_from(&table.date);
        }
        new.insert(code, row);
    }
    let mut body = format!("{head}\n");
    for (code, Row { city, country, last_seen, latitude, longitude }) in new {
        let line = [&code, &city, &country, &last_seen, &latitude, &longitude].map(|field| field.trim()).join(",");
        ensure!(line.matches(',').count() == 5 && !line.contains('\n'), "{code}: a name holds a comma or a line break: {line}");
        body += &line;
        body.push('\n');
    }
    Ok(body)
}

fn parse_row(line: &str) -> Result<(String, Row)> {
    let fields: Vec<String> = line.split(',').map(str::to_owned).collect();
    match <[String; 6]>::try_from(fields) {
        Ok([code, city, country, last_seen, latitude, longitude]) => Ok((code, Row { city, country, last_seen, latitude, longitude })),
        Err(fields) => bail!("expected six fields, found {}: {line}", fields.len()),
    }
}

/// Where a data centre is, in the status page's words.
struct Place<'a> {
    city: &'a str,
    /// The city's name where a place is its own country.
    country: &'a str,
}

/// The data centres of the status page by their codes. Those of its groups that name Cloudflare are products.
fn places(status: &StatusPage) -> BTreeMap<&str, Place<'_>> {
    let groups: BTreeMap<&str, &str> = status.components.iter().map(|group| (&*group.id, &*group.name)).collect();
    let group = |component: &Component| component.group_id.as_deref().and_then(|id| groups.get(id));
    let of_regions = status.components.iter().filter(|component| group(component).is_some_and(|name| !name.contains("Cloudflare")));
    of_regions.filter_map(|component| place(&component.name)).collect()
}

/// Reads a name such as `Ashburn, VA, United States - (IAD)`.
fn place(name: &str) -> Option<(&str, Place<'_>)> {
    let (name, code) = name.trim().strip_suffix(')')?.rsplit_once('(')?;
    let name = name.trim_end().trim_end_matches('-').trim_end();
    let place = Place { city: name.split(',').next()?, country: name.rsplit(',').next()?.trim_start() };
    (code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_uppercase())).then_some((code, place))
}

/// With one decimal, and no minus before zero.
fn degrees(of: f64) -> String {
    format!("{:.1}", (of * 10.0).round() / 10.0 + 0.0)
}

/// The table of addresses, made anew: the ranges of IPv4, then those of IPv6, in the order of the lists.
fn ranges(lists: &[String]) -> Result<String> {
    let all: Vec<&str> = lists.iter().flat_map(|list| list.lines()).map(str::trim).filter(|line| !line.is_empty()).collect();
    if let Some(line) = all.iter().find(|line| !is_range(line)) {
        bail!("expected a range of addresses, found: {line}");
    }
    let (v6, v4): (Vec<&str>, Vec<&str>) = all.into_iter().partition(|range| range.contains(':'));
    ensure!(!v4.is_empty() && !v6.is_empty(), "expected two lists: the ranges of IPv4 and those of IPv6");
    Ok([v4, v6].concat().join("\n") + "\n")
}

fn is_range(line: &str) -> bool {
    let Some((first, length)) = line.split_once('/') else { return false };
    match (first.parse(), length.parse::<u8>()) {
        (Ok(IpAddr::V4(_)), Ok(length)) => length <= 32,
        (Ok(IpAddr::V6(_)), Ok(length)) => length <= 128,
        _ => false,
    }
}

fn read(path: &PathBuf) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn json<T: DeserializeOwned>(path: &PathBuf) -> Result<T> {
    serde_json::from_str(&read(path)?).with_context(|| format!("{} is not what the source publishes", path.display()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn made(lines: &str, components: serde_json::Value, locations: serde_json::Value) -> Result<String> {
        let table = Table { name: "colos.csv", date: "2026-08-07".to_owned(), body: format!("code,city\n{lines}") };
        let status = StatusPage { components: serde_json::from_value(components).unwrap() };
        colos(&table, &status, serde_json::from_value(locations).unwrap())
    }

    fn region(name: &str) -> serde_json::Value {
        json!({ "id": name, "name": name, "group_id": null, "group": true })
    }

    fn component(name: &str, group: &str) -> serde_json::Value {
        json!({ "id": format!("id of {name}"), "name": name, "group_id": group, "group": false })
    }

    fn location(iata: &str, lat: f64, lon: f64, cca2: &str, city: &str) -> serde_json::Value {
        json!({ "iata": iata, "lat": lat, "lon": lon, "cca2": cca2, "region": "?", "city": city })
    }

    /// Breaks when a data centre is lost, a product becomes one, what is no longer in use loses its line or its day, or what is back keeps it.
    #[test]
    fn data_centres_are_new_back_gone_or_as_before() {
        let old = "AQG,Anqing,CN,2023-01-25,,\nBCK,Back,DE,2024-01-01,1.0,2.0\nCAN,Guangzhou,CN,,,\nOLD,Old,DE,,1.5,-2.5\n";
        let components = json!([
            region("Asia"),
            region("Cloudflare Sites and Services"),
            component("Guangzhou, China - (CAN)", "Asia"),
            component("Ashburn, VA, United States\u{a0}- (IAD)", "Asia"),
            component("Xingyi, China - (ACX)", "Asia"),
            component("Error Logging (NEL)", "Cloudflare Sites and Services"),
            component("Asia without a code", "Asia"),
        ]);
        let locations = json!([location("IAD", 38.944_5, -77.455_8, "US", "Dulles"), location("BCK", -0.04, 2.06, "DE", "Back")]);
        let expected = "code,city\nACX,Xingyi,CN,,,\nAQG,Anqing,CN,2023-01-25,,\nBCK,Back,DE,,0.0,2.1\nCAN,Guangzhou,CN,,,\n\
                        IAD,Dulles,US,,38.9,-77.5\nOLD,Old,DE,2026-08-07,1.5,-2.5\n";
        let new = made(old, components, locations).unwrap();
        assert_eq!(new, expected);
        assert_eq!(
            differences(&format!("code,city\n{old}"), &new),
            [
                "+ ACX,Xingyi,CN,,,",
                "- BCK,Back,DE,2024-01-01,1.0,2.0",
                "+ BCK,Back,DE,,0.0,2.1",
                "+ IAD,Dulles,US,,38.9,-77.5",
                "- OLD,Old,DE,,1.5,-2.5",
                "+ OLD,Old,DE,2026-08-07,1.5,-2.5",
            ]
        );
    }

    /// Breaks when a download that is cut, empty or has names that the table cannot hold is taken over.
    #[test]
    fn a_bad_download_is_refused() {
        let fine = json!([location("IAD", 38.9, -77.5, "US", "Dulles")]);
        let asia = |name: &str| json!([region("Asia"), component(name, "Asia")]);
        for (components, locations, words) in [
            (json!([]), fine.clone(), "name no data centres"),
            (asia("Guangzhou, China - (CAN)"), json!([]), "name no data centres"),
            (asia("Monrovia, Liberia - (ROB)"), fine, "the letters of Liberia are not known"),
            (asia("Guangzhou, China - (CAN)"), json!([location("CAN", 1.0, 1.0, "CN", "Guang, zhou")]), "holds a comma"),
        ] {
            let error = made("", components, locations).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
        let lists =
            |lists: &[&str]| ranges(&lists.iter().map(|&list| list.to_owned()).collect::<Vec<_>>()).map_err(|error| error.to_string());
        assert_eq!(lists(&["2001:db8::/32", "192.0.2.0/24\n198.51.100.0/24"]).unwrap(), "192.0.2.0/24\n198.51.100.0/24\n2001:db8::/32\n");
        assert!(lists(&["192.0.2.0/24"]).unwrap_err().contains("two lists"));
        assert!(lists(&["192.0.2.0/33", "2001:db8::/32"]).unwrap_err().contains("192.0.2.0/33"));
        assert!(lists(&["<html>", "2001:db8::/32"]).unwrap_err().contains("<html>"));
    }

    /// Breaks when a table of the repository is not what the command writes: its next run would show differences that no source made.
    #[test]
    fn the_tables_are_as_they_are_written() {
        let table = Table::read("edge-ranges.txt").unwrap();
        assert_eq!(ranges(std::slice::from_ref(&table.body)).unwrap(), table.body);

        let table = Table::read("colos.csv").unwrap();
        let (mut components, mut locations) = (vec![region("World")], Vec::new());
        for line in table.body.lines().skip(1) {
            let (code, row) = parse_row(line).unwrap();
            match (row.last_seen.is_empty(), row.latitude.parse(), row.longitude.parse()) {
                (true, Ok(lat), Ok(lon)) => locations.push(location(&code, lat, lon, &row.country, &row.city)),
                (true, ..) => components.push(component(&format!("{}, somewhere - ({code})", row.city), "World")),
                _ => {}
            }
        }
        let status = StatusPage { components: serde_json::from_value(components.into()).unwrap() };
        let new = colos(&table, &status, serde_json::from_value(locations.into()).unwrap()).unwrap();
        assert_eq!(differences(&table.body, &new), [""; 0]);
    }
}
