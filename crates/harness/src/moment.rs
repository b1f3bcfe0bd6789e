//! Moments as servers write them.

use time::UtcDateTime;
use time::format_description::StaticFormatDescription;
use time::macros::format_description;

/// As in a `Date` header: `Sat, 21 Nov 2026 18:42:03 GMT`.
pub const HTTP_DATE: StaticFormatDescription =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
/// As in RFC 3339, to the second: `2026-11-21T18:42:03Z`.
pub const RFC_3339: StaticFormatDescription = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
/// As pages show it, without the zone: `2026-11-21 18:42:03`.
pub const ON_A_PAGE: StaticFormatDescription = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");

/// A moment in one of these forms.
pub fn written(moment: UtcDateTime, form: StaticFormatDescription) -> String {
    // No form has a part that a moment lacks.
    moment.format(form).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a server writes another moment than it means, or in another form than real servers do.
    #[test]
    fn moments_are_written_as_servers_do() {
        let moment = UtcDateTime::from_unix_timestamp(1_721_755_527).unwrap();
        assert_eq!(written(moment, HTTP_DATE), "Tue, 23 Jul 2024 17:25:27 GMT");
        assert_eq!(written(moment, RFC_3339), "2024-07-23T17:25:27Z");
        assert_eq!(written(moment, ON_A_PAGE), "2024-07-23 17:25:27");
    }
}
