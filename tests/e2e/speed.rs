//! Whether the page stays usable while it reads.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use serde_json::json;

use crate::page::{Page, scratch};

/// One file's size in bytes, about.
const SIZE: usize = 50_000_000;

/// The longest time that the page may be deaf, in milliseconds. The aim is 50 on a machine that does nothing else; a machine that runs
/// tests is given this much.
const LONGEST_TASK: f64 = 200.0;

fn write_har(path: &Path, server: &str) {
    let mut file = BufWriter::new(File::create(path).expect("the file can be made"));
    write!(file, "{{\"log\":{{\"version\":\"1.2\",\"creator\":{{\"name\":\"test\",\"version\":\"1\"}},\"entries\":[")
        .expect("the file can be written");
    let body = "x".repeat(20_000);
    for number in 0..SIZE / 20_500 {
        let entry = json!({
            "startedDateTime": "2026-11-21T04:15:27.146Z",
            "time": 10,
            "request": {"method": "GET", "url": format!("http://shop.example/{number}"), "httpVersion": "HTTP/1.1",
                "headers": [{"name": "accept", "value": "*/*"}]},
            "response": {"status": 200, "statusText": "", "httpVersion": "HTTP/1.1",
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

/// Broken by work on the page's own thread that belongs into a worker.
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
        }).observe({type: 'longtask'});";
    page.run(observe, &[]).await;
    let [proxied, direct] = files.each_ref();
    page.choose(&[proxied, direct]).await;
    page.until("both are read", "return !!document.querySelector('.row[data-proxied][data-direct]')", &[]).await;
    let longest = page.run("return window.longest", &[]).await.as_f64().unwrap_or_default();
    println!("longest task of the page's thread while two files of 50 MB were read: {longest} ms (0: none over 50 ms)");
    assert!(longest <= LONGEST_TASK, "{longest} ms");
}
