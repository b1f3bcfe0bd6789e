//! What the browser measured of a request: an entry of Resource Timing.

use fivetwenty_model::probe::Phases;
use serde::Deserialize;

/// The fields of a `PerformanceResourceTiming` that the probe reads: times in milliseconds, 0 where they are unknown or hidden.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResourceTiming {
    /// The protocol (ALPN), for instance `h2`; empty when it is hidden.
    pub next_hop_protocol: String,
    /// Resolving the host name began.
    pub domain_lookup_start: f64,
    /// The host name was resolved.
    pub domain_lookup_end: f64,
    /// Connecting began.
    pub connect_start: f64,
    /// The TLS handshake began; 0 when there was none.
    pub secure_connection_start: f64,
    /// The connection was ready.
    pub connect_end: f64,
    /// The request was sent.
    pub request_start: f64,
    /// The first byte of the response came.
    pub response_start: f64,
    /// The last byte of the response came.
    pub response_end: f64,
}

impl ResourceTiming {
    /// The phases of the request. `None` when the host does not allow other pages to see them: all times but a few are 0 then.
    pub fn phases(&self) -> Option<Phases> {
        let tls_start = if self.secure_connection_start > 0.0 { self.secure_connection_start } else { self.connect_end };
        (self.request_start > 0.0).then(|| Phases {
            dns: span(self.domain_lookup_start, self.domain_lookup_end),
            connect: span(self.connect_start, self.connect_end),
            tls: span(tls_start, self.connect_end),
            wait: span(self.request_start, self.response_start),
            receive: span(self.response_start, self.response_end),
        })
    }
}

/// The whole milliseconds between two times.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates, and no request takes weeks")]
fn span(from: f64, to: f64) -> u32 {
    (to - from + 0.5) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Breaks when a phase is read from the wrong times, or an old connection gets a TLS handshake.
    #[test]
    fn phases_are_the_spans_between_the_browsers_times() {
        let timing = ResourceTiming {
            domain_lookup_start: 10.0,
            domain_lookup_end: 12.4,
            connect_start: 12.4,
            secure_connection_start: 20.0,
            connect_end: 41.6,
            request_start: 42.0,
            response_start: 90.0,
            response_end: 91.0,
            ..ResourceTiming::default()
        };
        assert_eq!(timing.phases(), Some(Phases { dns: 2, connect: 29, tls: 22, wait: 48, receive: 1 }));
        let reused = ResourceTiming { secure_connection_start: 0.0, ..timing.clone() };
        assert_eq!(reused.phases().map(|phases| phases.tls), Some(0));
        assert_eq!(ResourceTiming { request_start: 0.0, ..timing }.phases(), None);
    }

    /// Breaks when a field of the browser's entry is looked for under another name, or one that a browser lacks is an error.
    #[test]
    fn fields_have_the_browsers_names() {
        let timing: ResourceTiming = serde_json::from_str(r#"{"nextHopProtocol":"h2","requestStart":4.5,"entryType":"resource"}"#).unwrap();
        assert_eq!(timing, ResourceTiming { next_hop_protocol: "h2".to_owned(), request_start: 4.5, ..ResourceTiming::default() });
    }
}
