//! Plots as data: marks with a place and a class each, and the table with the same figures. Whoever draws one only writes SVG.

use serde::{Deserialize, Serialize};

/// A plot. It is drawn as an image with [`Self::summary`] as its label, and its table stands behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plot<S> {
    /// What it shows, in a few words.
    pub title: S,
    /// What is to be seen in it, for whoever does not see it.
    pub summary: S,
    /// The width of its `viewBox`, which begins at 0, 0.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// In the order in which they are drawn.
    pub marks: Vec<Mark<S>>,
    /// The same figures, at most 50 rows.
    pub table: Table<S>,
}

/// Something drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark<S> {
    /// What is drawn.
    pub shape: MarkShape,
    /// How it looks.
    pub class: MarkClass,
    /// Of a rectangle: left, top, width, height. Of a line: both of its ends. Of a text: where it stands, then zeros.
    pub at: [i32; 4],
    /// What a text reads; of anything else, what the pointer on it tells, empty for nothing.
    pub text: S,
}

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MarkShape {
    /// `rect`.
    Rect,
    /// `line`.
    Line,
    /// `text`.
    Text,
}

/// How a mark looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MarkClass {
    /// The line of an axis.
    Axis,
    /// A text that begins at its place.
    Label,
    /// A text that ends at its place.
    LabelEnd,
    /// A text that has its place in the middle.
    LabelMiddle,
    /// Requests that asked the origin.
    Requests,
    /// Failures.
    Failures,
    /// The interval in which a share lies.
    Interval,
    /// A moment at which the share changed.
    Change,
    /// A known time-out.
    Known,
    /// A share of failures: no requests at all.
    Heat0,
    /// None failed.
    Heat1,
    /// Up to 1 in 100.
    Heat2,
    /// Up to 1 in 10.
    Heat3,
    /// Up to half.
    Heat4,
    /// More than half.
    Heat5,
}

impl MarkClass {
    /// The name that style sheets know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Axis => "plot-axis",
            Self::Label => "plot-label",
            Self::LabelEnd => "plot-label plot-end",
            Self::LabelMiddle => "plot-label plot-middle",
            Self::Requests => "plot-requests",
            Self::Failures => "plot-failures",
            Self::Interval => "plot-interval",
            Self::Change => "plot-change",
            Self::Known => "plot-known",
            Self::Heat0 => "plot-heat0",
            Self::Heat1 => "plot-heat1",
            Self::Heat2 => "plot-heat2",
            Self::Heat3 => "plot-heat3",
            Self::Heat4 => "plot-heat4",
            Self::Heat5 => "plot-heat5",
        }
    }
}

/// A table of texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table<S> {
    /// What it has, in a few words.
    pub title: S,
    /// The heads of its columns.
    pub head: Vec<S>,
    /// Its rows, each with a cell for each column. The first cell names the row.
    pub rows: Vec<Vec<S>>,
    /// What there is to say below it, empty for nothing.
    pub note: S,
}
