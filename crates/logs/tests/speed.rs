//! How long counting takes, and how much memory it needs at worst.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use std::time::Instant;

use common::of;
use fivetwenty_benches::logs::{LogRecipe, PLANTS};
use fivetwenty_logs::{Aggregate, Origin, Record};

/// How long this thread ran, in nanoseconds: what other programs do does not count.
fn on_cpu() -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat").unwrap().split(' ').next().unwrap().parse().unwrap()
}

/// Prints nanoseconds a record, natively: `cargo test --release -p fivetwenty-logs --test speed -- --ignored --nocapture`.
#[test]
#[ignore = "measures"]
fn counting_takes_nanoseconds() {
    for plant in [None, PLANTS.iter().find(|plant| plant.id == "every")] {
        let requests: Vec<_> = LogRecipe::new(200_000, plant, 1).requests().collect();
        let mut best = f64::INFINITY;
        let records = u32::try_from(requests.len()).unwrap();
        for _ in 0..5 {
            let mut aggregate = Aggregate::default();
            let start = on_cpu();
            for request in &requests {
                of(request, &mut |record| {
                    aggregate.add(record);
                });
            }
            best = best.min((on_cpu() - start) / f64::from(records));
            let start = Instant::now();
            let summary = aggregate.summary();
            println!("{records} records, {} asked the origin, summary in {:?}", summary.all.total, start.elapsed());
        }
        println!("{:?}: {best:.0} ns a record", plant.map(|plant| plant.id));
    }
}

/// Prints the size of an aggregate when all values are different: a look at the process's memory tells the rest.
#[test]
#[ignore = "measures"]
fn different_values_take_so_much() {
    let mut aggregate = Aggregate::default();
    let long = "x".repeat(2_000);
    for number in 0..1_000_000_u64 {
        let letters: String = format!("{number:06}").bytes().map(|digit| char::from(digit - b'0' + b'g')).collect();
        let text = format!("/{letters}{}/{}/{}/{long}", &long[..50], &long[..50], &long[..50]);
        let host = format!("{letters}{long}");
        aggregate.add(&Record {
            count: 1,
            edge: 520 + u16::try_from(number % 400).unwrap(),
            origin: Origin::Unknown,
            ray: number + 1,
            path: text.as_bytes(),
            host: host.as_bytes(),
            origin_ip: &host.as_bytes()[..100],
            colo: &host.as_bytes()[2..12],
            method: &host.as_bytes()[..20],
            protocol: &host.as_bytes()[..20],
            agent: host.as_bytes(),
            started_ms: Some(i64::try_from(number).unwrap() * 61_000),
            origin_ms: Some(u32::try_from(number).unwrap().wrapping_mul(7919) % 4_000_000_000),
            ..Record::default()
        });
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    println!("{}", status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS")).collect::<Vec<_>>().join(", "));
    let start = Instant::now();
    let summary = aggregate.summary();
    println!("{} URLs, error {}, summary in {:?}", summary.by[1].values, summary.by[1].error, start.elapsed());
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    println!("{}", status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS")).collect::<Vec<_>>().join(", "));
}
