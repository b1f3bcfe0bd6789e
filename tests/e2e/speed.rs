//! Whether the page stays usable while it reads, and what it shows meanwhile.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use serde::Deserialize;
use serde_json::json;

use crate::page::{Page, scratch};

/// One file's entries: about 100 MB of them.
const ENTRIES: usize = 5_000;

/// One entry in so many fails.
const FAILS: usize = 9;

/// Until the first entries of a file are shown, at most: a share of the time from giving the file until it is read. The aim, 200 ms on a machine
/// that does nothing else, is for `cargo xtask bench` to measure.
const FIRST_SHOWN: f64 = 0.75;

/// Bytes of a reader's WebAssembly memory: it hands on what it reads.
const READERS_MEMORY: f64 = 24_000_000.0;

/// The longest time that the page may be deaf: a share of what its worker takes to read a file, which is what the page would be deaf for if it
/// read the file itself. The aim is 50 ms on a machine that does nothing else.
const LONGEST_TASK: f64 = 0.5;

fn write_har(path: &Path, server: &str) {
    let mut file = BufWriter::new(File::create(path).expect("the file can be made"));
    write!(file, "{{\"log\":{{\"version\":\"1.2\",\"creator\":{{\"name\":\"test\",\"version\":\"1\"}},\"entries\":[")
        .expect("the file can be written");
    let body = "x".repeat(20_000);
    for number in 0..ENTRIES {
        let status = if number % FAILS == FAILS - 1 { 520 } else { 200 };
        let entry = json!({
            "startedDateTime": "2026-11-21T04:15:27.146Z",
            "time": 10,
            "request": {"method": "GET", "url": format!("http://shop.example/{number}"), "httpVersion": "HTTP/1.1",
                "headers": [{"name": "accept", "value": "*/*"}]},
            "response": {"status": status, "statusText": "", "httpVersion": "HTTP/1.1",
                "headers": [{"name": "server", "value": server}, {"name": "content-type", "value": "text/plain"}],
                "content": {"size": body.len(), "mimeType": "text/plain", "text": body}},
            "timings": {"send": 1, "wait": 8, "receive": 1},
        });
        let comma = if number == 0 { "" } else { "," };
        write!(file, "{comma}{entry}").expect("the file can be written");
    }
    write!(file, "]}}}}").expect("the file can be written");
    file.flush().expect("the file can be written");
}

/// Broken by work on the page's own thread that belongs into a worker; by files that are read one after the other; by a page that shows
/// nothing of a file before it is read; and by a reader whose memory grows with its file.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_stays_responsive_while_it_reads() {
    let folder = scratch("speed");
    let files = [folder.join("proxied.har"), folder.join("direct.har")];
    write_har(&files[0], "cloudflare");
    write_har(&files[1], "nginx");
    let page = Page::open().await;
    let observe = "
        window.longest = 0;
        new PerformanceObserver(list => {
            for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
        }).observe({type: 'longtask'});
        window.shown = new Set();
        new MutationObserver(() => {
            for (const entry of document.querySelectorAll('.file[data-state=reading] .previews li')) window.shown.add(entry.innerText);
        }).observe(document.body, {childList: true, subtree: true});";
    page.run(observe, &[]).await;
    let [proxied, direct] = files.each_ref();
    page.choose(&[proxied, direct]).await;
    page.until(
        "both are read",
        "return performance.getEntriesByName('fivetwenty:analysed').length === 2 && document.querySelector('#verdict') !== null",
        &[],
    )
    .await;

    let longest = page.run("return window.longest", &[]).await.as_f64().unwrap_or_default();
    println!("longest task of the page's thread while two files of 100 MB were read: {longest} ms (0: none over 50 ms)");

    let shown = page.run("return [...window.shown].join('\\n')", &[]).await;
    let shown = shown.as_str().unwrap_or_default();
    for words in ["GET", "shop.example/0", "10 ms", "520", "shop.example/8"] {
        assert!(shown.contains(words), "{words:?} was not shown while the files were read, but: {shown}");
    }
    assert_eq!(page.run("return document.querySelectorAll('.previews').length", &[]).await, 0, "they have given way to the table");

    let [first, read, given] = [marks(&page, "first").await, marks(&page, "read").await, marks(&page, "given").await];
    for file in 0..2 {
        let (waited, whole) = (first[file].at - given[file].at, read[file].at - given[file].at);
        println!(
            "file {file}: first entries shown after {waited} ms, read after {whole} ms, in {} ms, {} bytes of memory",
            read[file].ms, read[file].memory
        );
        assert!(waited <= FIRST_SHOWN * whole, "{waited} of {whole} ms");
        assert!(longest <= LONGEST_TASK * read[file].ms, "{longest} of {} ms", read[file].ms);
        assert!(first.iter().all(|first| first.at < read[file].at), "one waits for the other: {first:?} {read:?}");
        assert!(read[file].memory <= READERS_MEMORY, "{:?}", read[file]);
        assert_eq!(
            (read[file].entries, read[file].bytes),
            (ENTRIES as f64, files[file].metadata().expect("the file is there").len() as f64)
        );
    }
}

/// A mark of the page: when, and what it says.
#[derive(Debug, Deserialize)]
struct Mark {
    at: f64,
    bytes: f64,
    entries: f64,
    ms: f64,
    memory: f64,
}

/// The page's marks of this name, by file.
async fn marks(page: &Page, name: &str) -> Vec<Mark> {
    let script = "
        const marks = performance.getEntriesByName('fivetwenty:' + arguments[0]);
        return marks.map(mark => ({at: mark.startTime, ...mark.detail})).sort((a, b) => a.file - b.file)";
    serde_json::from_value(page.run(script, &[json!(name)]).await).expect("marks have their figures")
}
