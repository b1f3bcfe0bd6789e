//! How fast the tokenizer and the decoder are natively, beside parsers that build a whole document.
//!
//! `cargo xtask bench --native` runs it.

#![expect(clippy::expect_used, reason = "a measurement ends where it cannot go on")]

use std::hint::black_box;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use fivetwenty_benches::{Content, Layout, Recipe, Side};
use fivetwenty_captures::har::Capture;
use fivetwenty_captures::json::{Tokenizer, Want};
use serde::de::IgnoredAny;

/// Bytes of a text, about.
const SIZE: u64 = 16_000_000;

/// Bytes of a chunk: what browsers deliver once a stream is under way.
const CHUNK: usize = 512 * 1024;

fn reading(criterion: &mut Criterion) {
    for (name, content, layout) in [
        ("text, indented", Content::Text, Layout::Indented),
        ("text, minified", Content::Text, Layout::Minified),
        ("base64, indented", Content::Base64, Layout::Indented),
        ("small entries, indented", Content::Small, Layout::Indented),
        ("small entries, minified", Content::Small, Layout::Minified),
    ] {
        let text = Recipe::of_size(content, layout, Side::Proxied, SIZE).text().expect("memory takes it");
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(10);
        group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
        measure(&mut group, &text);
        group.finish();
    }
}

fn measure(group: &mut BenchmarkGroup<WallTime>, text: &[u8]) {
    group.bench_function("tokenizer", |bencher| bencher.iter(|| tokenize(text)));
    group.bench_function("decoder", |bencher| {
        bencher.iter(|| Capture::read("x.har", text.chunks(CHUNK)).expect("it is a HAR file").entries.len());
    });
    group.bench_function("serde_json, skipping all", |bencher| {
        bencher.iter(|| serde_json::from_slice::<IgnoredAny>(black_box(text)).expect("it is JSON"));
    });
    group.bench_function("serde_json, to a document", |bencher| {
        bencher.iter(|| serde_json::from_slice::<serde_json::Value>(black_box(text)).expect("it is JSON"));
    });
    group.bench_function("sonic-rs, skipping all", |bencher| {
        bencher.iter(|| sonic_rs::from_slice::<IgnoredAny>(black_box(text)).expect("it is JSON"));
    });
    group.bench_function("sonic-rs, to a document", |bencher| {
        bencher.iter(|| sonic_rs::from_slice::<sonic_rs::Value>(black_box(text)).expect("it is JSON"));
    });
}

/// The number of tokens, none of which is kept.
fn tokenize(text: &[u8]) -> u64 {
    let mut tokens = Tokenizer::default();
    let mut count = 0;
    for chunk in text.chunks(CHUNK) {
        tokens.push(chunk);
        while let Some(token) = tokens.next(Want::default()).expect("it is JSON") {
            black_box(token);
            count += 1;
        }
    }
    count
}

criterion_group!(benches, reading);
criterion_main!(benches);
