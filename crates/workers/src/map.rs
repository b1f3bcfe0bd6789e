//! The map of the data centres that were seen: equirectangular, and the data centres alone draw the world.

use std::cmp::Reverse;
use std::fmt::Write as _;

use fivetwenty_captures::Side;
use fivetwenty_captures::edge::{colo, is_failing};
use fivetwenty_captures::evidence::colo::{Colo, Position, positions};
use fivetwenty_captures::evidence::ray_id::RayId;
use fivetwenty_captures::evidence::trace::Trace;
use fivetwenty_captures::order::Numbers;
use fivetwenty_captures::order::sort_by_key;
use fivetwenty_diagnose::Diagnosis;
use fivetwenty_model::protocol::{Map, Mark};
use fivetwenty_redact::counted;

/// Data centres that are listed at most; the table has fewer, but a file may name any.
const MAX_MARKS: usize = 400;
/// How many the map's sentence names.
const NAMED: usize = 8;
/// The map's width, in tenths of a degree.
const WIDTH: i16 = 3600;
/// The map's height, in tenths of a degree.
const HEIGHT: i16 = 1250;
/// The latitude of its upper edge, in tenths of a degree.
const NORTH: i16 = 750;

/// A place on the map in tenths of a degree, from its upper left corner.
type Point = [i16; 2];

/// The map of an analysis.
pub(crate) fn map(diagnosis: &Diagnosis) -> Map {
    let mut seen = seen(diagnosis);
    if seen.is_empty() {
        return Map::default();
    }
    label(&mut seen);
    let mut dots = String::new();
    for [x, y] in positions().map(place) {
        // A point without a length is not drawn by all browsers. Writing to a String cannot fail.
        let _ = write!(dots, "M{x} {y}h1");
    }
    Map { dots, summary: sentence(&seen), marks: seen.into_iter().map(|seen| seen.mark).collect() }
}

/// A data centre that was seen, and where it is.
struct Marked {
    mark: Mark,
    at: Option<Point>,
}

/// Where a position is on the map.
fn place(position: Position) -> Point {
    [position.longitude + WIDTH / 2, NORTH - position.latitude]
}

/// A point in percent of the map's size.
fn percent([x, y]: Point) -> [String; 2] {
    [(x, WIDTH), (y, HEIGHT)].map(|(at, of)| format!("{:.2}%", f64::from(at) / f64::from(of) * 100.0))
}

/// Every data centre that an answer, a text or the trace names.
fn seen(diagnosis: &Diagnosis) -> Vec<Marked> {
    let mut numbers = Numbers::default();
    let mut all: Vec<Marked> = Vec::new();
    let mut add = |colo: Colo, answers: u32, failing: u32| {
        let (number, is_new) = numbers.number(colo.as_str());
        if is_new {
            all.push(new(colo));
        }
        if let Some(Marked { mark, .. }) = all.get_mut(number) {
            mark.answers += answers;
            mark.failing += failing;
        }
    };
    for entry in Side::ALL.into_iter().flat_map(|side| diagnosis.case.observations(side)).map(|observation| observation.entry) {
        if let Some(colo) = colo(entry) {
            add(colo, 1, u32::from(is_failing(entry)));
        }
    }
    for extract in diagnosis.case.extracts() {
        if let Some(colo) = extract.statement.ray.as_ref().and_then(RayId::colo) {
            add(colo, 0, 0);
        }
    }
    if let Some(colo) = diagnosis.case.trace.as_ref().and_then(Trace::colo) {
        add(colo, 0, 0);
    }
    sort_by_key(&mut all, |Marked { mark, .. }| Reverse((mark.failing, mark.answers)));
    all.truncate(MAX_MARKS);
    all
}

fn new(colo: Colo) -> Marked {
    let known = colo.place();
    let at = known.and_then(|known| known.position).map(place);
    let [x, y] = at.map(percent).unwrap_or_default();
    let place = known.map_or_else(|| "not in the table of data centres".to_owned(), |known| known.to_string());
    Marked { mark: Mark { colo: colo.to_string(), place, x, y, ..Mark::default() }, at }
}

/// What the map shows.
fn sentence(seen: &[Marked]) -> String {
    let mut sentence = format!("World map, {} seen", counted(seen.len(), "data centre", "data centres"));
    for (number, Marked { mark, .. }) in seen.iter().enumerate().take(NAMED) {
        let _ = write!(sentence, "{} {} ({})", if number == 0 { ":" } else { ";" }, mark.colo, mark.place);
        if mark.answers > 0 {
            let _ = write!(sentence, ", {} of {} failing", mark.failing, counted(mark.answers as usize, "answer", "answers"));
        }
    }
    if seen.len() > NAMED {
        let _ = write!(sentence, "; and {} more, in the table", seen.len() - NAMED);
    }
    sentence
}

/// How large a code is, on a map that is 320 pixels wide: where it is wider there is more room than needed.
const CODE: Point = [260, 150];
/// From the middle of a mark to that of its code beside it, on such a map …
const NEAR: Point = [220, 150];
/// … and on one of 800 pixels, with how far the code reaches around that.
const NEAR_WIDE: [Point; 2] = [[90, 60], [60, 40]];

/// Directions, by their share of a distance in tenths, the first four with where a code stands beside a mark, in pixels.
const AROUND: [(Point, &str, &str, &str); 8] = [
    ([10, 0], "8", "4", "start"),
    ([-10, 0], "-8", "4", "end"),
    ([0, -10], "0", "-9", "middle"),
    ([0, 10], "0", "16", "middle"),
    ([8, -8], "0", "4", "middle"),
    ([-8, -8], "0", "4", "middle"),
    ([8, 8], "0", "4", "middle"),
    ([-8, 8], "0", "4", "middle"),
];

/// Gives every mark on the map a place for its code where it covers no other one and no mark, as long as there is one.
fn label(seen: &mut [Marked]) {
    let marks: Vec<Point> = seen.iter().filter_map(|seen| seen.at).collect();
    let mut taken: Vec<Point> = Vec::new();
    for Marked { mark, at } in seen {
        let Some(at) = *at else { continue };
        let from = |[x, y]: Point, step: Point| [at[0] + step[0] * x / 10, at[1] + step[1] * y / 10];
        let near = AROUND.iter().take(4).map(|(to, dx, dy, anchor)| {
            let code = (at, *dx, *dy, *anchor);
            (code, from(*to, NEAR), from(*to, NEAR_WIDE[0]))
        });
        let away = (2..=6).flat_map(|ring| {
            AROUND.iter().map(move |(to, ..)| {
                let middle = from(*to, [130 * ring, 90 * ring]);
                ((middle, "0", "4", "middle"), middle, middle)
            })
        });
        let is_near =
            |one: &Point, other: Point, reach: Point| (one[0] - other[0]).abs() < reach[0] && (one[1] - other[1]).abs() < reach[1];
        let is_free = |narrow: Point, wide: Point| {
            let [x, y] = narrow;
            let inside = (CODE[0] / 2..=WIDTH - CODE[0] / 2).contains(&x) && (CODE[1] / 2..=HEIGHT - CODE[1] / 2).contains(&y);
            inside
                && !taken.iter().any(|other| is_near(other, narrow, CODE))
                && !marks.iter().any(|other| is_near(other, wide, NEAR_WIDE[1]))
        };
        if let Some(((to, dx, dy, anchor), narrow, _)) = near.chain(away).find(|(_, narrow, wide)| is_free(*narrow, *wide)) {
            mark.label.clone_from(&mark.colo);
            [mark.label_x, mark.label_y] = percent(to);
            [mark.dx, mark.dy, mark.anchor] = [dx, dy, anchor].map(str::to_owned);
            taken.push(narrow);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(codes: &[&str]) -> Vec<Marked> {
        codes.iter().map(|code| new(code.parse().unwrap())).collect()
    }

    fn at(code: &str) -> Point {
        all(&[code])[0].at.unwrap()
    }

    /// The anchor of every code that has room, `away` for one that a line leads to.
    fn labels(codes: &[&str]) -> Vec<Option<String>> {
        let mut seen = all(codes);
        label(&mut seen);
        let anchor = |mark: Mark| {
            let is_near_mark = (&mark.label_x, &mark.label_y) == (&mark.x, &mark.y);
            (!mark.label.is_empty()).then(|| if is_near_mark { mark.anchor } else { "away".to_owned() })
        };
        seen.into_iter().map(|seen| anchor(seen.mark)).collect()
    }

    /// Breaks when the map stands on its head or its side, or the edge cuts a data centre off.
    #[test]
    fn north_is_up_and_east_is_right() {
        let ([fra, gru], [syd, lax]) = ([at("FRA"), at("GRU")], [at("SYD"), at("LAX")]);
        assert!(fra[0] > gru[0] && fra[1] < gru[1], "Frankfurt is north-east of Sao Paulo: {fra:?}, {gru:?}");
        assert!(syd[0] > lax[0] && syd[1] > lax[1], "Sydney is south-east of Los Angeles: {syd:?}, {lax:?}");
        assert_eq!(fra, [1885, 250]);
        assert_eq!(percent(fra), ["52.36%", "20.00%"]);
        for [x, y] in positions().map(place) {
            assert!((0..=WIDTH).contains(&x) && (0..=HEIGHT).contains(&y), "{x} {y}");
        }
    }

    /// Breaks when a code covers that of a neighbour or its mark, or is left out where there is room.
    #[test]
    fn codes_of_neighbours_stand_apart() {
        assert_eq!(labels(&["FRA", "GRU"]), [Some("start".to_owned()), Some("start".to_owned())]);
        // London lies where the code of Amsterdam would stand.
        assert_eq!(labels(&["FRA", "AMS", "LHR"]), ["start", "middle", "end"].map(|anchor| Some(anchor.to_owned())));
        let close = labels(&["FRA", "AMS", "LHR", "CDG", "DUS", "BRU", "MUC", "ZRH", "VIE", "MXP"]);
        assert!(close.iter().all(Option::is_some), "{close:?}");
        assert_eq!(close[9].as_deref(), Some("away"), "{close:?}");
        // Where there is no room any more, nothing is drawn over anything.
        let many = labels(&["FRA"; 400]);
        assert!(many.iter().any(Option::is_none));
        // What the table does not have is listed, and not drawn.
        assert_eq!(all(&["QQQ"])[0].mark.x, "");
    }

    /// Breaks when somebody who cannot see the map gets a shorter text, or a hundred places.
    #[test]
    fn the_map_is_said_in_a_sentence() {
        let mut seen = all(&["FRA", "QQQ"]);
        (seen[0].mark.answers, seen[0].mark.failing) = (3, 1);
        assert_eq!(
            sentence(&seen),
            "World map, 2 data centres seen: FRA (Frankfurt-am-Main, DE), 1 of 3 answers failing; QQQ (not in the table of data centres)"
        );
        assert!(sentence(&all(&["FRA"; 10])).ends_with("; and 2 more, in the table"));
    }
}
