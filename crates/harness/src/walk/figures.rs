//! What was measured, as a table and as data.

use std::fmt;

use serde::Serialize;

/// Figures in the order in which they were taken.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(super) struct Figures(Vec<Figure>);

/// One of them.
#[derive(Debug, Serialize)]
struct Figure {
    name: String,
    /// Nothing where the page has no such thing.
    value: Option<f64>,
    unit: &'static str,
    /// The most that it should be.
    goal: Option<f64>,
}

/// What can be counted: exact up to the numbers that a page comes to.
pub(super) trait Count {
    fn number(self) -> f64;
}

impl Count for f64 {
    fn number(self) -> f64 {
        self
    }
}

impl Count for usize {
    fn number(self) -> f64 {
        self as f64
    }
}

impl Figures {
    /// Takes a figure down.
    pub(super) fn add(&mut self, name: impl Into<String>, value: impl Count, unit: &'static str) {
        self.0.push(Figure { name: name.into(), value: Some(value.number()), unit, goal: None });
    }

    /// Takes a figure down that should not be more than its goal.
    pub(super) fn add_limited(&mut self, name: impl Into<String>, value: impl Count, unit: &'static str, goal: impl Count) {
        self.0.push(Figure { name: name.into(), value: Some(value.number()), unit, goal: Some(goal.number()) });
    }

    /// Takes down that the page has no such thing.
    pub(super) fn miss(&mut self, name: impl Into<String>) {
        self.0.push(Figure { name: name.into(), value: None, unit: "", goal: None });
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{:<52} {:>12}  {:<10} {:>10}", "figure", "measured", "", "goal")?;
        for Figure { name, value, unit, goal } in &self.0 {
            let shown = |number: f64| if number.fract() == 0.0 { format!("{number}") } else { format!("{number:.2}") };
            let over = value.zip(*goal).is_some_and(|(value, goal)| value > goal);
            let value = value.map_or_else(|| "–".to_owned(), shown);
            let goal = goal.map(|goal| format!("≤ {}", shown(goal))).unwrap_or_default();
            writeln!(formatter, "{name:<52} {value:>12}  {unit:<10} {goal:>10}{}", if over { "  OVER" } else { "" })?;
        }
        Ok(())
    }
}
