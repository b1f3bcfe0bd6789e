//! The map of data centres.

use serde::{Deserialize, Serialize};

/// A map of the world, twice as wide as 180° of latitude would be high if all were shown, with the data centres that were seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Map {
    /// All data centres of the table, as an SVG path of points in a box of 3600 by 1250; empty when none was seen.
    pub dots: String,
    /// What the map shows, in a sentence.
    pub summary: String,
    /// Those that were seen, the ones with failing answers first, then by how many answers came from them.
    pub marks: Vec<Mark>,
}

/// A data centre that was seen, and where the map has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Its code.
    pub colo: String,
    /// City and country; that it is not in the table when it is not.
    pub place: String,
    /// Answers whose Ray IDs name it; none when only a trace or a text does.
    pub answers: u32,
    /// How many of them are failures.
    pub failing: u32,
    /// From the map's left edge, in percent; empty when it is not known where it lies.
    pub x: String,
    /// From the map's upper edge, in percent.
    pub y: String,
    /// Its code, where there is room for it; else empty.
    pub label: String,
    /// Where the code stands, as `x`: at the mark's own place, or at one that a line leads to.
    pub label_x: String,
    /// Where the code stands, as `y`.
    pub label_y: String,
    /// How many pixels right of that.
    pub dx: String,
    /// How many pixels below that.
    pub dy: String,
    /// Which end of the code stands there, as SVG says it.
    pub anchor: String,
}
