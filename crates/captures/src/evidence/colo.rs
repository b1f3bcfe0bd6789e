//! Cloudflare's data centres.

use std::fmt;
use std::str::FromStr;

/// The day on which the table was current, in a line of its own, and then a head and a line for each data centre, sorted by code: code, city,
/// country (ISO 3166, two letters), the day it was last seen when it is no longer in use, and where it lies, in degrees with one decimal: that
/// is the place of the airport whose code it is, and mainland China has none. `docs/data.md` says where all this comes from.
const TABLE: &str = include_str!("../../../../static/colos.csv");

/// The day on which the table was current.
pub const TABLE_DATE: &str = TABLE.split_at(10).0;

/// The code of a data centre: three capital letters, mostly those of a near airport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Colo([u8; 3]);

/// What the table knows of a data centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The city's name.
    pub city: &'static str,
    /// Two letters (ISO 3166).
    pub country: &'static str,
    /// The day (ISO 8601) it was last seen, when it is no longer in use.
    pub last_seen: Option<&'static str>,
    /// Where it lies, when that is known.
    pub position: Option<Position>,
}

/// A place on the globe, in tenths of a degree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// North of the equator; south of it negative.
    pub latitude: i16,
    /// East of Greenwich; west of it negative.
    pub longitude: i16,
}

/// A text is not the code of a data centre: three letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColoError;

impl Colo {
    /// The code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Where it is, when the table has it: an unknown code is shown as it is, never guessed.
    pub fn place(self) -> Option<Place> {
        lines().find_map(|line| {
            let mut fields = line.split(',');
            (fields.next()? == self.as_str()).then_some(())?;
            let (city, country, last_seen) = (fields.next()?, fields.next()?, fields.next()?);
            Some(Place { city, country, last_seen: (!last_seen.is_empty()).then_some(last_seen), position: position(line) })
        })
    }
}

/// Where all data centres of the table lie, as far as that is known.
pub fn positions() -> impl Iterator<Item = Position> {
    lines().filter_map(position)
}

/// The lines of data centres.
fn lines() -> impl Iterator<Item = &'static str> {
    TABLE.lines().skip(2)
}

/// The place at the end of a line of the table.
fn position(line: &str) -> Option<Position> {
    let (line, longitude) = line.rsplit_once(',')?;
    let (_, latitude) = line.rsplit_once(',')?;
    let tenths = |degrees: &str| degrees.replace('.', "").parse().ok();
    Some(Position { latitude: tenths(latitude)?, longitude: tenths(longitude)? })
}

/// City and country for a code as text, for instance `Dallas-Fort Worth, US`.
pub fn place(code: &str) -> Option<String> {
    code.parse::<Colo>().ok()?.place().map(|place| place.to_string())
}

impl FromStr for Colo {
    type Err = ColoError;

    fn from_str(text: &str) -> Result<Self, ColoError> {
        let letters: [u8; 3] = text.as_bytes().try_into().map_err(|_| ColoError)?;
        letters.iter().all(u8::is_ascii_alphabetic).then(|| Self(letters.map(|letter| letter.to_ascii_uppercase()))).ok_or(ColoError)
    }
}

impl fmt::Display for Colo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.city, self.country)?;
        if let Some(day) = self.last_seen {
            write!(f, " (last seen {day})")?;
        }
        Ok(())
    }
}

impl fmt::Display for ColoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected the three letters of a data centre")
    }
}

impl std::error::Error for ColoError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a line of the table is damaged or stands twice: each field is used as it is.
    #[test]
    fn the_table_is_whole() {
        assert_eq!(TABLE.lines().next(), Some(TABLE_DATE));
        let mut before = String::new();
        for line in lines() {
            let fields: Vec<&str> = line.split(',').collect();
            assert_eq!(fields.len(), 6, "{line}");
            assert!(fields[0].parse::<Colo>().is_ok() && fields[0] > before.as_str(), "{line}");
            assert!(!fields[1].is_empty() && fields[2].len() == 2, "{line}");
            assert!(fields[3].is_empty() || (fields[3].len() == 10 && fields[3] < TABLE_DATE), "{line}");
            let one_decimal = |field: &str| field.len() > 2 && field.as_bytes()[field.len() - 2] == b'.';
            match position(line) {
                Some(Position { latitude, longitude }) => {
                    assert!(one_decimal(fields[4]) && one_decimal(fields[5]), "{line}");
                    assert!((-900..=900).contains(&latitude) && (-1800..=1800).contains(&longitude), "{line}");
                }
                None => assert!(fields[4].is_empty() && fields[5].is_empty(), "{line}"),
            }
            before = fields[0].to_owned();
        }
        assert!(lines().count() > 300, "no data centre ever loses its line");
    }

    /// Breaks when a code is not found, or one that is not in the table is given a place.
    #[test]
    fn a_code_has_a_place_or_none() {
        assert_eq!(place("fra").as_deref(), Some("Frankfurt-am-Main, DE"));
        assert_eq!(place("AQG").as_deref(), Some("Anqing, CN (last seen 2023-01-25)"));
        assert_eq!(place("XXX"), None);
        assert_eq!(place("FR"), None);
        assert_eq!(place("Fé"), None);
    }

    /// Breaks when latitude and longitude change places, or a sign or the decimal is lost.
    #[test]
    fn a_data_centre_lies_where_its_airport_does() {
        let position = |code: &str| code.parse::<Colo>().unwrap().place().unwrap().position;
        assert_eq!(position("FRA"), Some(Position { latitude: 500, longitude: 85 }));
        assert_eq!(position("GRU"), Some(Position { latitude: -234, longitude: -465 }));
        assert_eq!(position("ACC"), Some(Position { latitude: 56, longitude: -2 }));
        assert_eq!(position("PKX"), None);
        assert_eq!(positions().count(), lines().filter(|line| !line.ends_with(",,")).count());
    }
}
