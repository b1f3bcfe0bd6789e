//! What is counted does not depend on order or pieces, and hostile records do no harm.

mod common;

use fivetwenty_logs::{Aggregate, Origin, Record, Requester};
use fivetwenty_model::logs::{Count, Dimension, LogOutcome, LogsSummary, PatternKind, Phase};
use proptest::prelude::*;

fn failing(ray: u64) -> Record<'static> {
    Record {
        fields: common::all_fields(),
        count: 1,
        started_ms: Some(1_795_132_800_000),
        edge: 520,
        origin: Origin::None,
        cache: b"dynamic",
        ray,
        host: b"shop.example",
        method: b"GET",
        path: b"/",
        colo: b"FRA",
        ..Record::default()
    }
}

fn counted(records: &[Record<'_>]) -> LogsSummary {
    let mut aggregate = Aggregate::default();
    for record in records {
        aggregate.add(record);
    }
    aggregate.summary()
}

/// In pieces of every length, forwards and backwards.
fn counts_alike(records: &[Record<'_>]) -> LogsSummary {
    let whole = counted(records);
    for size in 1..=records.len() {
        for is_reversed in [false, true] {
            let mut pieces: Vec<Aggregate> = records
                .chunks(size)
                .map(|piece| {
                    let mut aggregate = Aggregate::default();
                    for record in piece {
                        aggregate.add(record);
                    }
                    aggregate
                })
                .collect();
            if is_reversed {
                pieces.reverse();
            }
            let mut sum = Aggregate::default();
            for piece in pieces {
                sum.merge(piece);
            }
            assert_eq!(sum.summary(), whole, "pieces of {size}, reversed {is_reversed}");
        }
    }
    whole
}

/// Broken by a failure that counts twice, as the visitor's and as that of the Worker which asked for it, whichever comes first.
#[test]
fn a_workers_failure_counts_once() {
    let outer = failing(1);
    let inner = Record { ray: 2, parent: 1, requester: Requester::Worker, origin_ip: b"192.0.2.1", colo: b"AMS", ..failing(2) };
    let other = Record { origin_ip: b"192.0.2.2", ..failing(3) };
    for records in [[outer, inner, other], [inner, outer, other], [other, inner, outer]] {
        let summary = counts_alike(&records);
        assert_eq!(summary.all, Count { total: 2, failing: 2 });
        assert_eq!((summary.records, summary.folded, summary.never_asked_origin), (3, 1, 1));
        let colos = summary.by.iter().find(|table| table.dimension == Dimension::Colo).unwrap();
        assert_eq!(colos.rows.iter().map(|row| (row.value.as_str(), row.count.failing)).collect::<Vec<_>>(), [("AMS", 1), ("FRA", 1)]);
        assert!(summary.meanings.iter().any(|row| row.outcome == LogOutcome::Worker && row.count == 1));
    }
    // A visitor's failing request whose sub-request was answered stays: the failure is its own.
    let answered = Record { edge: 200, origin: Origin::Status(200), ..inner };
    assert_eq!(counts_alike(&[outer, answered]).all, Count { total: 2, failing: 1 });
}

/// Broken by a phase that a connection which was used again, or none, makes up.
#[test]
fn how_far_a_request_came() {
    let phases = |edge: u16, origin: Origin, ms: [u32; 5]| {
        counted(&[Record { edge, origin, phases_ms: ms.map(Some), ..failing(1) }]).phases.first().map(|(phase, _)| *phase)
    };
    for (edge, origin, ms, expected) in [
        (520, Origin::None, [0, 0, 0, 0, 70], Some(Phase::Headers)),
        (520, Origin::None, [2, 10, 20, 0, 0], Some(Phase::Headers)),
        (520, Origin::None, [2, 10, 0, 0, 0], Some(Phase::Tls)),
        (520, Origin::None, [2, 0, 0, 0, 0], Some(Phase::Tcp)),
        (520, Origin::None, [0, 0, 0, 0, 0], None),
        (520, Origin::Status(200), [0, 0, 0, 0, 9], Some(Phase::Body)),
        (521, Origin::None, [0; 5], Some(Phase::Tcp)),
        (525, Origin::None, [0, 10, 0, 0, 0], Some(Phase::Tls)),
        (524, Origin::None, [0, 0, 0, 0, 0], Some(Phase::Headers)),
        (530, Origin::None, [0; 5], Some(Phase::Dns)),
    ] {
        assert_eq!(phases(edge, origin, ms), expected, "{edge} {origin:?} {ms:?}");
    }
}

/// Broken by a duration of nothing that is taken for one, or by the edge's taken before the origin's.
#[test]
fn time_to_fail_is_the_origins() {
    let took = |origin_ms, first_byte_ms, ended_ms| {
        let record = Record { origin_ms, first_byte_ms, ended_ms, ..failing(1) };
        counted(&[record]).by[1].rows[0].time_to_fail_ms.map(|[half, _]| half)
    };
    let end = Some(1_795_132_800_000 + 90);
    assert_eq!(took(Some(50), Some(60), end), Some(50));
    assert_eq!(took(Some(0), Some(60), end), Some(60));
    assert_eq!(took(None, None, end), Some(90));
    assert_eq!(took(None, None, None), None);
}

/// Broken by names of what no record has, or by what is missing and is not told.
#[test]
fn what_is_missing_is_told_and_not_named() {
    let mut aggregate = Aggregate::default();
    for number in 0..400_u32 {
        let (edge, path): (u16, &[u8]) = if number % 4 == 0 { (520, b"/api/pay") } else { (200, b"/") };
        let mut fields = fivetwenty_logs::FieldSet::default();
        fields.add(fivetwenty_logs::Field::EdgeResponseStatus);
        fields.add(fivetwenty_logs::Field::ClientRequestPath);
        aggregate.add(&Record { fields, count: 1, edge, path, ..Record::default() });
    }
    let summary = aggregate.summary();
    assert_eq!((summary.pattern.kind, summary.pattern.value.as_deref()), (Some(PatternKind::Url), Some("/api/pay")));
    assert!(summary.pattern.tied.is_empty() && summary.times.counts.is_empty() && summary.span.is_none());
    let missing: Vec<&str> = summary.missing_fields.iter().map(|field| field.field.as_str()).collect();
    assert!(
        missing.contains(&"OriginIP") && missing.contains(&"EdgeStartTimestamp") && !missing.contains(&"ClientRequestPath"),
        "{missing:?}"
    );
}

/// Broken by a certainty that grows with how many requests a record says it stands for.
#[test]
fn sampled_records_are_no_surer() {
    let records = |count: u64| {
        let mut aggregate = Aggregate::default();
        for number in 0..120_u64 {
            let (edge, origin) = if number % 40 == 0 { (520, Origin::None) } else { (200, Origin::Status(200)) };
            let colo: &[u8] = if number % 40 == 0 || number % 4 == 1 { b"FRA" } else { b"AMS" };
            aggregate.add(&Record { count, edge, origin, colo, ..failing(number + 1) });
        }
        aggregate.summary()
    };
    let (one, thousand) = (records(1), records(1_000));
    assert_eq!((one.pattern.kind, thousand.pattern.kind), (None, None));
    assert_eq!((one.all.failing, thousand.all.failing), (3, 3_000));
    assert_eq!(one.by[3].rows[0].interval, thousand.by[3].rows[0].interval);
}

/// Broken by more values than are counted that make wrong counts, or do not say by how much counts may be short.
#[test]
fn many_values_are_bounded() {
    let mut aggregate = Aggregate::default();
    let letters = |mut number: u32| {
        let mut text = String::from("/p");
        for _ in 0..5 {
            text.push(char::from(b'g' + u8::try_from(number % 16).unwrap()));
            number /= 16;
        }
        text
    };
    for number in 0..60_000_u32 {
        let path = letters(number);
        let is_bad = number % 3 == 0;
        let path: &[u8] = if is_bad { b"/bad" } else { path.as_bytes() };
        aggregate.add(&Record {
            edge: if is_bad { 520 } else { 200 },
            path,
            ray: u64::from(number) + 1,
            origin: Origin::Unknown,
            ..failing(1)
        });
    }
    let summary = aggregate.summary();
    let urls = &summary.by[1];
    assert_eq!((urls.rows[0].value.as_str(), urls.rows[0].count), ("/bad", Count { total: 20_000, failing: 20_000 }));
    assert!(urls.error > 0 && urls.values >= 40_000 && urls.rows.len() == 50);
    let listed: u64 = urls.rows.iter().map(|row| row.count.total).sum();
    assert_eq!(listed + urls.others.total, 60_000);
    assert_eq!(summary.pattern.value.as_deref(), Some("/bad"));
}

/// Broken by intervals whose width depends on the order of records, or that are too many.
#[test]
fn long_spans_have_wide_intervals() {
    const DAY: i64 = 86_400_000;
    let count = |records: &mut dyn Iterator<Item = i64>| {
        let mut aggregate = Aggregate::default();
        for number in records {
            let colo = [b"FRA", b"AMS", b"LHR"][usize::try_from(number % 3).unwrap()];
            aggregate.add(&Record { started_ms: Some(number * DAY / 50), colo, ray: number.cast_unsigned() + 1, ..failing(1) });
        }
        aggregate.summary()
    };
    let (forth, back) = (count(&mut (0..150_000)), count(&mut (0..150_000).rev()));
    assert_eq!(forth, back);
    assert!(forth.times.counts.len() <= 120 && forth.times.counts.iter().map(|count| count.total).sum::<u64>() == 150_000);
    assert_eq!(forth.colo_times.iter().flat_map(|colo| &colo.counts).map(|count| count.total).sum::<u64>(), 150_000);
}

/// Texts of a record, borrowed from here.
type Texts = [Vec<u8>; 9];

fn any_record(texts: &Texts, numbers: (u16, u16, u8, u64, u64, i64, u64, u32)) -> Record<'_> {
    let [cache, host, method, path, protocol, agent, colo, origin_ip, security] = texts.each_ref().map(Vec::as_slice);
    let (edge, origin, requester, ray, parent, ms, count, duration) = numbers;
    Record {
        count,
        started_ms: (ms % 3 != 0).then_some(ms),
        ended_ms: (ms % 5 != 0).then_some(ms.wrapping_add(i64::from(duration))),
        edge,
        origin: [Origin::Unknown, Origin::None, Origin::Status(origin)][usize::from(origin % 3)],
        cache,
        requester: [Requester::Unknown, Requester::Visitor, Requester::Worker, Requester::Edge][usize::from(requester % 4)],
        ray: ray % 50,
        parent: if requester % 4 == 2 { parent % 50 } else { 0 },
        host,
        method,
        path,
        protocol,
        agent,
        colo,
        origin_ip,
        security,
        pathing: [security, method, colo],
        subrequests: u32::from(requester) % 2,
        phases_ms: [Some(duration); 5],
        origin_ms: Some(duration),
        first_byte_ms: None,
        ..Record::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Broken by a record that makes a panic, or by sums that are wrong in pieces.
    #[test]
    fn hostile_records_are_counted(
        records in prop::collection::vec(
            (
                prop::array::uniform9(prop::collection::vec(any::<u8>(), 0..40)),
                (
                    any::<u16>(), any::<u16>(), any::<u8>(), any::<u64>(), any::<u64>(), any::<i64>(),
                    prop_oneof![Just(1), Just(1), any::<u64>()], any::<u32>(),
                ),
            ),
            1..12,
        ),
    ) {
        let records: Vec<Record<'_>> = records.iter().map(|(texts, numbers)| any_record(texts, *numbers)).collect();
        let summary = counted(&records);
        let sum = records.iter().fold(0_u64, |sum, record| sum.saturating_add(record.count));
        prop_assert_eq!(summary.records, sum);
    }

    /// Broken by counts that depend on pieces or order.
    #[test]
    fn pieces_count_alike(
        records in prop::collection::vec(
            (
                prop::array::uniform9(prop::collection::vec(97_u8..100, 0..3)),
                (
                    prop_oneof![Just(200_u16), Just(520), Just(502), 0..600_u16], 0..600_u16, any::<u8>(), any::<u64>(), any::<u64>(),
                    0..4_000_000_000_000_i64, 1..9_u64, 0..100_000_u32,
                ),
            ),
            1..10,
        ),
    ) {
        let records: Vec<Record<'_>> = records
            .iter()
            .enumerate()
            .map(|(number, (texts, numbers))| {
                let record = any_record(texts, *numbers);
                // No two records have the same Ray ID.
                Record { ray: if record.ray.is_multiple_of(4) { 0 } else { number as u64 + 1 }, parent: record.parent % 12, ..record }
            })
            .collect();
        counts_alike(&records);
    }
}
