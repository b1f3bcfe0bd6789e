//! Figures: medians and ratios of what was measured, the budgets beside them, and the tables.

use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use super::files::Har;
use super::measure::{Analysed, Parsed};

/// What reading and analysing may take at most, as a multiple of reading the stream alone.
const MAX_STREAMS: f64 = 1.3;
/// How much faster than `text()` and `JSON.parse` it must be.
const MIN_GAIN: f64 = 2.0;
/// The rate on the largest file against the smallest must not be lower than this: reading grows with the file and no faster.
const MIN_RATE: f64 = 0.8;
/// WebAssembly memory, in bytes: a sum for the file, and one for each entry.
const MEMORY: (u64, u64) = (64 << 20, 2 << 10);
/// The longest task of the page's thread, in milliseconds.
const MAX_TASK_MS: f64 = 50.0;
/// From the file given to its first entries, in milliseconds.
const MAX_FIRST_MS: f64 = 200.0;

/// A file with what was measured of it, round by round.
#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    /// Its name in tables.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its entries.
    pub entries: u32,
    /// Each round's figures; what is compared was measured in the same round.
    pub rounds: Vec<Round>,
    /// How `text()` or `JSON.parse` fails on a file that is too large for them.
    pub parse_failure: Option<String>,
}

/// What was measured of one file in one round.
#[derive(Clone, Debug, Serialize)]
pub struct Round {
    /// Reading the stream to its end in a worker, in milliseconds.
    pub stream_ms: f64,
    /// The page itself.
    pub analysed: Analysed,
    /// `text()` and `JSON.parse`, unless the file is too large for them.
    pub parsed: Option<Parsed>,
    /// The reader's work on a file that is in memory, in milliseconds; not of the largest files.
    pub in_memory_ms: Option<f64>,
}

/// Two files given at once, beside one of them alone.
#[derive(Clone, Debug, Serialize)]
pub struct Together {
    /// Both files' names.
    pub files: [String; 2],
    /// Each round's figures.
    pub rounds: Vec<TogetherRound>,
}

/// Two files at once, in one round.
#[derive(Clone, Debug, Serialize)]
pub struct TogetherRound {
    /// Reading both streams at once, in milliseconds.
    pub stream_ms: f64,
    /// The page with both.
    pub both: Analysed,
    /// The page with the first of them.
    pub one: Analysed,
}

/// A figure beside what it must be.
#[derive(Clone, Debug, Serialize)]
pub struct Budget {
    /// What it is about, for instance a file's name.
    pub what: String,
    /// What it must be, in words.
    pub must: String,
    /// What it is.
    pub is: String,
    /// Whether it is what it must be.
    pub met: bool,
}

impl Measured {
    /// A file that nothing has been measured of.
    pub fn new(har: &Har) -> Self {
        Self { name: har.file.name.clone(), bytes: har.file.bytes, entries: har.recipe.entries, rounds: Vec::new(), parse_failure: None }
    }

    /// In the workers: reader and analyst.
    fn work_ms(&self) -> Option<f64> {
        self.median(|round| Some(round.analysed.work_ms()))
    }

    fn streams(&self) -> Option<f64> {
        self.median(|round| Some(round.analysed.work_ms() / round.stream_ms))
    }

    fn gain(&self) -> Option<f64> {
        self.median(|round| Some(round.parsed.as_ref().filter(|parsed| parsed.error.is_none())?.ms / round.analysed.work_ms()))
    }

    fn memory(&self) -> u64 {
        self.rounds.iter().map(|round| round.analysed.reader_memory + round.analysed.analyst_memory).max().unwrap_or_default()
    }

    /// In MB (of a million bytes) a second.
    fn rate(&self, ms: f64) -> f64 {
        self.bytes as f64 / 1e3 / ms
    }

    fn parse_error(&self) -> Option<&str> {
        self.parse_failure.as_deref().or_else(|| self.rounds.iter().find_map(|round| round.parsed.as_ref()?.error.as_deref()))
    }

    fn median(&self, figure: impl Fn(&Round) -> Option<f64>) -> Option<f64> {
        median(self.rounds.iter().filter_map(figure).collect())
    }
}

impl Analysed {
    fn work_ms(&self) -> f64 {
        self.reader_ms + self.analyst_ms
    }
}

impl Together {
    /// How many times as fast both are at once as one after the other.
    fn gain(&self) -> Option<f64> {
        median(self.rounds.iter().map(|round| 2.0 * round.one.person_ms / round.both.person_ms).collect())
    }
}

/// The middle one, or the mean of the middle two.
pub(super) fn median(mut figures: Vec<f64>) -> Option<f64> {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match figures.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(figures[middle]),
        _ => Some(f64::midpoint(figures[middle - 1], figures[middle])),
    }
}

/// Every budget for which something was measured. `growth` are the names of files that differ in their size alone, the smallest first.
pub fn budgets(files: &[Measured], growth: &[String]) -> Vec<Budget> {
    let mut budgets = Vec::new();
    for file in files {
        if let Some(streams) = file.streams() {
            budgets.push(Budget {
                what: file.name.clone(),
                must: format!("read and analysed in at most {MAX_STREAMS} × the stream alone"),
                is: format!("{streams:.2} ×"),
                met: streams <= MAX_STREAMS,
            });
        }
        if let Some(gain) = file.gain() {
            budgets.push(Budget {
                what: file.name.clone(),
                must: format!("at least {MIN_GAIN} × as fast as text() and JSON.parse"),
                is: format!("{gain:.2} ×"),
                met: gain >= MIN_GAIN,
            });
        }
        let most = MEMORY.0 + MEMORY.1 * u64::from(file.entries);
        budgets.push(Budget {
            what: file.name.clone(),
            must: format!("at most {:.0} MB of WebAssembly memory: 64 MB and 2 KB an entry", mib(most)),
            is: format!("{:.1} MB", mib(file.memory())),
            met: file.memory() <= most,
        });
    }
    budgets.extend(of_all(files, "no task of the page's thread over 50 ms", MAX_TASK_MS, |analysed| analysed.longest_task_ms));
    budgets.extend(of_all(files, "first entries within 200 ms", MAX_FIRST_MS, |analysed| analysed.first_ms));
    budgets.extend(rate_kept(files, growth));
    budgets
}

/// A budget that the worst round of the worst file decides.
fn of_all(files: &[Measured], must: &str, limit: f64, figure: impl Fn(&Analysed) -> Option<f64>) -> Option<Budget> {
    let all = files.iter().flat_map(|file| file.rounds.iter().map(move |round| (file, round)));
    let figures = all.filter_map(|(file, round)| Some((&file.name, figure(&round.analysed)?)));
    let (name, worst) = figures.max_by(|(_, one), (_, other)| one.total_cmp(other))?;
    Some(Budget { what: format!("all files, worst {name}"), must: must.to_owned(), is: format!("{worst:.0} ms"), met: worst <= limit })
}

fn rate_kept(files: &[Measured], growth: &[String]) -> Option<Budget> {
    let find = |name: &String| files.iter().find(|file| file.name == *name);
    let (small, large) = (find(growth.first()?)?, find(growth.last()?)?);
    let kept = large.rate(large.work_ms()?) / small.rate(small.work_ms()?);
    Some(Budget {
        what: format!("{} against {}", large.name, small.name),
        must: format!("at least {MIN_RATE} × the rate"),
        is: format!("{kept:.2} ×"),
        met: kept >= MIN_RATE,
    })
}

/// The tables for people.
pub struct Tables<'a> {
    /// What was measured.
    pub files: &'a [Measured],
    /// Names of files that differ in their size alone.
    pub growth: &'a [String],
    /// Two files at once.
    pub together: Option<&'a Together>,
    /// The budgets.
    pub budgets: &'a [Budget],
}

impl Display for Tables<'_> {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        self.times(to)?;
        self.rest(to)?;
        self.sizes(to)?;
        writeln!(to, "\n{:<38} {:>10}  must be", "budget", "is")?;
        for Budget { what, must, is, met } in self.budgets {
            writeln!(to, "{what:<38} {is:>10}  {must}: {}", if *met { "met" } else { "missed" })?;
        }
        Ok(())
    }
}

impl Tables<'_> {
    fn times(&self, to: &mut Formatter<'_>) -> fmt::Result {
        writeln!(to, "\nMedians; ratios are medians of each round's. Times in ms.")?;
        writeln!(
            to,
            "{:<24} {:>7} {:>8} | {:>7} | {:>7} {:>7} {:>7} {:>7} | {:>7} {:>7} | {:>7} {:>7} | {:>7}",
            "file", "MB", "entries", "stream", "reader", "analyst", "÷stream", "MB/s", "person", "÷stream", "parse", "÷work", "core"
        )?;
        for file in self.files {
            let stream = file.median(|round| Some(round.stream_ms));
            let person = file.median(|round| Some(round.analysed.person_ms));
            let person_streams = file.median(|round| Some(round.analysed.person_ms / round.stream_ms));
            let parse = file.median(|round| Some(round.parsed.as_ref().filter(|parsed| parsed.error.is_none())?.ms));
            let core = file.median(|round| round.in_memory_ms).map(|ms| file.rate(ms));
            let megabytes = file.bytes as f64 / 1e6;
            write!(to, "{:<24} {megabytes:>7.1} {:>8} | {} | ", file.name, file.entries, shown(stream, 0))?;
            let rate = file.work_ms().map(|ms| file.rate(ms));
            let reader = file.median(|round| Some(round.analysed.reader_ms));
            let analyst = file.median(|round| Some(round.analysed.analyst_ms));
            write!(to, "{} {} {} {} | ", shown(reader, 0), shown(analyst, 0), shown(file.streams(), 2), shown(rate, 0))?;
            write!(to, "{} {} | ", shown(person, 0), shown(person_streams, 2))?;
            writeln!(to, "{} {} | {}", shown(parse, 0), shown(file.gain(), 2), shown(core, 0))?;
        }
        writeln!(to, "stream: file.stream() alone; reader and analyst: each worker's own time, whose sum is compared; person: from given")?;
        writeln!(to, "to shown; parse: text() and JSON.parse; core: the reader when the file is in its memory, in MB/s.")?;
        for file in self.files {
            if let Some(error) = file.parse_error() {
                writeln!(to, "text() and JSON.parse cannot take {}: {error}", file.name)?;
            }
        }
        Ok(())
    }

    fn rest(&self, to: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            to,
            "\n{:<24} {:>10} {:>10} {:>9} | {:>8} | {:>12} {:>13}",
            "file", "reader MB", "analyst MB", "B/entry", "first ms", "longest task", "longest delay"
        )?;
        for file in self.files {
            let most = |figure: fn(&Analysed) -> Option<f64>| {
                file.rounds.iter().filter_map(|round| figure(&round.analysed)).max_by(f64::total_cmp)
            };
            let first = file.median(|round| round.analysed.first_ms);
            writeln!(
                to,
                "{:<24} {:>10.1} {:>10.1} {:>9} | {:>8} | {:>12} {:>13}",
                file.name,
                most(|analysed| Some(mib(analysed.reader_memory))).unwrap_or_default(),
                most(|analysed| Some(mib(analysed.analyst_memory))).unwrap_or_default(),
                file.memory() / u64::from(file.entries.max(1)),
                shown(first, 0),
                shown(most(|analysed| analysed.longest_task_ms), 0),
                shown(most(|analysed| Some(analysed.longest_delay_ms)), 0),
            )?;
        }
        Ok(())
    }

    fn sizes(&self, to: &mut Formatter<'_>) -> fmt::Result {
        let rates: Vec<String> = self
            .growth
            .iter()
            .filter_map(|name| self.files.iter().find(|file| file.name == *name))
            .filter_map(|file| Some(format!("{:.0} MB at {:.0} MB/s", file.bytes as f64 / 1e6, file.rate(file.work_ms()?))))
            .collect();
        if rates.len() > 1 {
            writeln!(to, "\ngrowth: {}", rates.join(", "))?;
        }
        if let Some((together, gain)) = self.together.and_then(|together| Some((together, together.gain()?))) {
            writeln!(to, "two files at once ({}): {gain:.2} × as fast as one after the other", together.files.join(", "))?;
        }
        Ok(())
    }
}

fn shown(figure: Option<f64>, digits: usize) -> String {
    figure.map_or_else(|| format!("{:>7}", "-"), |figure| format!("{figure:>7.digits$}"))
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(name: &str, bytes: u64, rounds: &[[f64; 3]]) -> Measured {
        let round = |&[stream_ms, reader_ms, parse_ms]: &[f64; 3]| Round {
            stream_ms,
            analysed: Analysed {
                entries: 10,
                reader_ms,
                analyst_ms: 0.0,
                person_ms: reader_ms + 20.0,
                first_ms: Some(100.0),
                reader_memory: 8 << 20,
                analyst_memory: 4 << 20,
                longest_task_ms: Some(0.0),
                longest_delay_ms: 7.0,
            },
            parsed: Some(Parsed { ms: parse_ms, text_ms: None, error: None }),
            in_memory_ms: None,
        };
        Measured { name: name.to_owned(), bytes, entries: 10, rounds: rounds.iter().map(round).collect(), parse_failure: None }
    }

    /// Breaks when figures of different rounds are compared, in which the machine may have done other things.
    #[test]
    fn ratios_are_taken_within_a_round() {
        let file = measured("a", 1_000_000, &[[100.0, 120.0, 360.0], [200.0, 240.0, 720.0], [400.0, 480.0, 1440.0]]);
        assert_eq!(file.streams(), Some(1.2));
        assert_eq!(file.gain(), Some(3.0));
        assert_eq!(file.work_ms(), Some(240.0));
        assert_eq!(median(vec![4.0, 1.0]), Some(2.5));
    }

    /// Breaks when a figure over its budget is said to be met, or one that is within it to be missed.
    #[test]
    fn budgets_say_what_is_met() {
        let files = [measured("small", 1_000_000, &[[100.0, 120.0, 200.0]]), measured("large", 4_000_000, &[[300.0, 450.0, 1800.0]])];
        let budgets = budgets(&files, &["small".to_owned(), "large".to_owned()]);
        let met: Vec<(&str, &str, bool)> = budgets.iter().map(|budget| (&*budget.what, &*budget.is, budget.met)).collect();
        assert_eq!(
            met,
            [
                ("small", "1.20 ×", true),
                ("small", "1.67 ×", false),
                ("small", "12.0 MB", true),
                ("large", "1.50 ×", false),
                ("large", "4.00 ×", true),
                ("large", "12.0 MB", true),
                ("all files, worst large", "0 ms", true),
                ("all files, worst large", "100 ms", true),
                ("large against small", "1.07 ×", true),
            ]
        );
    }
}
