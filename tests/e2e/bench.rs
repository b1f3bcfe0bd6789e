//! Whether `cargo xtask bench` can still measure.

use fivetwenty_benches::{Content, Layout, Recipe, Side};
use fivetwenty_harness::bench::{Bench, Har, Tables, budgets, load, measure};
use fivetwenty_harness::browsers::Engine;
use serde_json::to_string;
use xtask::browsers::Chromium;
use xtask::run::Steps;

use crate::page::{dist, scratch};

/// Breaks when the loads of two pages cannot be measured any more; what is measured against stands for the bare page.
#[tokio::test(flavor = "multi_thread")]
async fn loads_are_measured() {
    let chromium = Chromium::find().expect("a browser is set up");
    let loads = load::measure(&chromium, [&dist(), &dist()], 1).await.expect("both are measured");
    println!("{}", load::Table(&loads));
    let [slow, fast] = &loads[..] else { panic!("{loads:?}") };
    for page in slow.rounds.iter().chain(&fast.rounds).flatten() {
        assert!(page.usable_ms > 0.0 && page.usable_ms <= page.whole_ms, "{loads:?}");
    }
    // Two requests, one after the other, have to wait.
    assert!(slow.rounds[0][0].usable_ms > 1100.0, "{loads:?}");
}

/// Breaks when a figure cannot be collected any more: the page marks something else, its workers read files in another way, or the page
/// that it is measured against does not work.
#[tokio::test(flavor = "multi_thread")]
async fn every_figure_of_the_benchmark_is_collected() {
    let recipe = Recipe { content: Content::Text, layout: Layout::Indented, side: Side::Proxied, entries: 60, body: 10_000 };
    let file = Har::make(&scratch("bench"), "tiny", recipe).expect("the file can be made");
    let bench = Bench::start(&mut Steps::default(), Engine::Chromium, &dist()).await.expect("the browser starts");
    let measured = measure(&bench, &[file], 1).await.expect("everything is measured");
    assert!(bench.browser().starts_with("chrome "), "{}", bench.browser());
    bench.end().await.expect("the browser ends");

    let [tiny] = &measured[..] else { panic!("{measured:?}") };
    let [round] = &tiny.rounds[..] else { panic!("{tiny:?}") };
    let analysed = &round.analysed;
    assert_eq!(analysed.entries, 60, "{round:?}");
    assert!(round.stream_ms > 0.0 && analysed.reader_ms > 0.0 && analysed.analyst_ms > 0.0, "{round:?}");
    assert!(analysed.person_ms > analysed.reader_ms + analysed.analyst_ms, "{round:?}");
    assert!(analysed.first_ms.is_some_and(|first| first > 0.0 && first <= analysed.person_ms), "{round:?}");
    assert!(analysed.reader_memory > 1 << 20 && analysed.analyst_memory > 1 << 20, "{round:?}");
    assert!(analysed.longest_task_ms.is_some() && analysed.longest_delay_ms > 0.0, "{round:?}");
    assert!(round.in_memory_ms.is_some_and(|ms| ms > 0.0), "{round:?}");
    assert!(round.parsed.as_ref().is_some_and(|parsed| parsed.error.is_none() && parsed.text_ms.is_some()), "{round:?}");

    let budgets = budgets(&measured, &[]);
    assert_eq!(budgets.len(), 5, "{budgets:?}");
    let tables = Tables { files: &measured, growth: &[], together: None, budgets: &budgets }.to_string();
    assert!(tables.contains("tiny") && to_string(&measured).expect("figures are data").contains("reader_memory"), "{tables}");
}
