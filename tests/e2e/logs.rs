//! Cloudflare's logs: read in every form, counted, drawn, and said as the command line says it.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use xtask::run;

use crate::page::{Page, WATCH_WORKERS, program, recorded, scratch};

/// The origin that fails.
const FAILING: &str = "203.0.113.9";
/// What the page says of [`records`].
const SAID: &str = "334 of 3,000 requests to the origin failed";
const PATTERN: &str = "Failures come from the origin 203.0.113.9: 334 of 1,000 there, 0 of 2,000 elsewhere.";

/// Records of a morning: of three origins one fails every third time, wherever and whatever is asked.
pub(crate) fn records() -> Vec<Value> {
    let colos = ["FRA", "AMS", "LHR", "IAD", "SIN"];
    let paths = ["/", "/cart", "/orders", "/search", "/login", "/help", "/about"];
    let origins = [FAILING, "203.0.113.10", "203.0.113.11"];
    let record = |number: usize| {
        let is_failing = number.is_multiple_of(9);
        let second = number / 3;
        json!({
            "RayID": format!("9d70{number:012x}"),
            "EdgeStartTimestamp": format!("2026-11-21T{:02}:{:02}:{:02}Z", 8 + second / 3600, second / 60 % 60, second % 60),
            "EdgeResponseStatus": if is_failing { 520 } else { 200 },
            "OriginResponseStatus": if is_failing { 0 } else { 200 },
            "CacheCacheStatus": "dynamic",
            "ClientRequestHost": "shop.example",
            "ClientRequestMethod": "GET",
            "ClientRequestPath": paths[number / 3 % 7],
            "EdgeColoCode": colos[number / 3 % 5],
            "OriginIP": origins[number % 3],
            "OriginResponseDurationMs": 40 + number % 50,
        })
    };
    (0..3000).map(record).collect()
}

pub(crate) fn lines(records: &[Value]) -> String {
    records.iter().map(ToString::to_string).map(|line| line + "\n").collect()
}

fn csv(records: &[Value]) -> String {
    let names: Vec<&String> = records[0].as_object().expect("an object").keys().collect();
    let head = names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(",");
    let row = |record: &Value| names.iter().map(|name| record[name.as_str()].to_string()).collect::<Vec<_>>().join(",");
    format!("{head}\n{}\n", records.iter().map(row).collect::<Vec<_>>().join("\n"))
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).expect("memory takes it");
    packer.finish().expect("memory takes it")
}

/// A frame of Zstandard (RFC 8878) that holds the bytes as they are.
fn zstd(bytes: &[u8]) -> Vec<u8> {
    // A single segment, with its size in four bytes.
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0xa0];
    frame.extend(u32::try_from(bytes.len()).expect("it is small").to_le_bytes());
    let blocks = bytes.chunks(100_000);
    let last = blocks.len() - 1;
    for (number, block) in blocks.enumerate() {
        let header = u32::try_from(block.len() << 3).expect("it is small") | u32::from(number == last);
        frame.extend(&header.to_le_bytes()[..3]);
        frame.extend(block);
    }
    frame
}

pub(crate) fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::path::PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("the file can be written");
    path
}

fn command_line(files: &[&Path]) -> String {
    run::output(Command::new(program()).args(files).args(["--format", "text"])).expect("the command line reports")
}

/// Waits until the page says this of the logs.
async fn until_said(page: &Page, words: &str) {
    page.until_text("#verdict .facts", words).await;
}

/// Broken by a form of logs that is read in another way than the others, by a file of several that is left out, or by a report that is not the
/// command line's.
#[tokio::test(flavor = "multi_thread")]
async fn logs_are_read_in_every_form() {
    let folder = scratch("logs");
    let records = records();
    let text = lines(&records);
    let members: Vec<u8> = text.as_bytes().chunks(300_000).flat_map(gzip).collect();
    let page = Page::open().await;
    for files in [
        vec![("a.log", text.clone().into_bytes())],
        vec![("a.json", json!(records).to_string().into_bytes())],
        vec![("a.csv", csv(&records).into_bytes())],
        vec![("a.log.gz", members)],
        vec![("a.ndjson", lines(&records[..1700]).into_bytes()), ("b.log.gz", gzip(lines(&records[1700..]).as_bytes()))],
    ] {
        let paths: Vec<_> = files.iter().map(|(name, bytes)| write(&folder, name, bytes)).collect();
        let paths: Vec<&Path> = paths.iter().map(|path| &**path).collect();
        page.choose(&paths).await;
        until_said(&page, SAID).await;
        if let [(name, _)] = &files[..] {
            page.until_text(".files", "Cloudflare logs: 3,000 records, 334 failing").await;
            page.at("evidence/logs").await;
            page.until_text(".logs", PATTERN).await;
            assert_eq!(page.report().await, command_line(&paths), "{name}");
        }
        page.start_over().await;
    }
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a file that is packed with Zstandard and is not read where the browser can unpack it, or is turned away elsewhere without what
/// to do.
#[tokio::test(flavor = "multi_thread")]
async fn zstandard_is_unpacked_where_the_browser_can() {
    let folder = scratch("logs-zstd");
    let file = write(&folder, "a.log.zst", &zstd(lines(&records()).as_bytes()));
    let page = Page::open().await;
    let knows = "try { return !!new DecompressionStream('zstd') } catch { return false }";
    let knows = page.run(knows, &[]).await == true;
    page.choose(&[&file]).await;
    if knows {
        until_said(&page, SAID).await;
    } else {
        page.until_text(".file[data-state=failed]", "zstd -d").await;
    }
    println!("zstd: {knows}");
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a plot without a table behind it, by one that screen readers do not hear of, by a page that is wider than the screen, by what
/// axe-core finds, or by an address, or a way back, that leads elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn what_logs_say_is_drawn_and_can_be_read() {
    let page = Page::open().await;
    page.drop_files(&[("a.log", &lines(&records()))]).await;
    until_said(&page, SAID).await;
    page.click("#verdict a[href='#evidence/logs']").await;
    page.until("the keyboard is there", "return document.activeElement.closest('.logs') !== null", &[]).await;
    let drawn = "return [...document.querySelectorAll('.plot')].map(plot => {
        const drawing = plot.querySelector('svg');
        return drawing.getAttribute('aria-label').length > 20 && drawing.querySelectorAll('rect').length > 0
            && plot.querySelectorAll('tbody tr').length > 1;
    })";
    let drawn = page.run(drawn, &[]).await;
    assert!(drawn.as_array().is_some_and(|plots| plots.len() >= 3 && plots.iter().all(|plot| plot == true)), "{drawn}");
    page.click(".logs > details:nth-of-type(1) > summary").await;
    page.until_text(".logs > details[open] tbody", FAILING).await;
    for width in [1280, 320] {
        page.resize(width).await;
        assert_eq!(page.axe().await.iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new(), "{width}");
        let overflow = page.run("return document.documentElement.scrollWidth > innerWidth", &[]).await;
        assert_eq!(overflow, false, "at {width}");
    }
    page.run("history.back()", &[]).await;
    page.until("the first place is back", "return location.hash === ''", &[]).await;
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a capture whose failing request is not found in the logs, or by logs that are still part of the report when they are gone.
#[tokio::test(flavor = "multi_thread")]
async fn logs_come_and_go_beside_a_capture() {
    let folder = scratch("logs-beside");
    let [proxied, direct] = recorded("empty-reply");
    let ray = "a5dce3d120c69c1e";
    let mut records = records();
    records[9]["RayID"] = json!(ray);
    let logs = write(&folder, "a.log", lines(&records).as_bytes());
    let page = Page::open().await;
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
    let without = page.report().await;
    page.choose(&[&logs]).await;
    until_said(&page, SAID).await;
    let with = page.report().await;
    assert_eq!(with, command_line(&[&proxied, &direct, &logs]));
    assert_ne!(with, without);
    // The long log was read again for the Ray IDs of the capture, and counted once.
    page.at("evidence").await;
    page.until_text(".inputs", ray).await;
    page.open_files().await;
    page.click(".file:last-child .remove").await;
    page.until("the logs are gone", "return !document.querySelector('#verdict').textContent.includes('of 3,000')", &[]).await;
    assert_eq!(page.report().await, without);
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by markup of a log that becomes markup of the page, or turns its text around.
#[tokio::test(flavor = "multi_thread")]
async fn hostile_logs_stay_text() {
    let hostile = "</script><img src=x onerror=document.title='caught'>\u{202e}";
    let mut records = records();
    for record in records.iter_mut().step_by(3) {
        for name in ["ClientRequestHost", "ClientRequestMethod", "ClientRequestPath", "EdgeColoCode", "OriginIP", "CacheCacheStatus"] {
            record[name] = json!(format!("/{hostile}"));
        }
    }
    let page = Page::open().await;
    page.drop_files(&[("a.log", &lines(&records))]).await;
    until_said(&page, SAID).await;
    page.at("evidence/logs").await;
    page.element(".plot svg").await;
    let caught = page.run("return document.title === 'caught' || document.querySelector('main img') !== null", &[]).await;
    assert_eq!(caught, false);
    assert_eq!(page.run("return document.querySelector('main').textContent.includes('\u{202e}')", &[]).await, false);
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by logs that are cut or damaged and give nothing, or by a page that does not say so.
#[tokio::test(flavor = "multi_thread")]
async fn damaged_logs_give_what_could_be_read() {
    let folder = scratch("logs-damaged");
    let text = lines(&records());
    let packed = gzip(text.as_bytes());
    let cut = write(&folder, "cut.log.gz", &packed[..packed.len() - 2000]);
    let broken =
        write(&folder, "broken.log", text.replacen("\"EdgeResponseStatus\":200", "\"EdgeResponseStatus\":tr\u{0}ue", 3).as_bytes());
    let page = Page::open().await;
    page.choose(&[&cut]).await;
    page.until_text(".file-stopped", "Read only in part").await;
    until_said(&page, "requests to the origin failed").await;
    page.at("evidence/logs").await;
    page.until_text(".logs", "What could not be read").await;
    assert_eq!(page.report().await, command_line(&[&cut]));
    page.start_over().await;
    page.choose(&[&broken]).await;
    until_said(&page, "334 of 2,997 requests to the origin failed").await;
    page.at("evidence/logs").await;
    page.until_text(".logs", "What could not be read").await;
    assert_eq!(page.report().await, command_line(&[&broken]));
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a large log that cannot be stopped, or whose reader says nothing of how far it is.
#[tokio::test(flavor = "multi_thread")]
async fn reading_logs_can_be_cancelled() {
    let page = Page::open().await;
    page.run(WATCH_WORKERS, &[]).await;
    let script = "
        window.cancelled = new Promise(resolve => {
            new MutationObserver((_, observer) => {
                const figures = document.querySelector('.file .figures')?.textContent;
                if (!figures?.includes('failing')) return;
                observer.disconnect();
                document.querySelector('.file .cancel').click();
                resolve(figures);
            }).observe(document.body, {childList: true, subtree: true, characterData: true});
        });
        const transfer = new DataTransfer();
        transfer.items.add(new File(Array(300).fill(arguments[0]), 'large.log'));
        document.querySelector('main').dispatchEvent(new DragEvent('drop', {dataTransfer: transfer, bubbles: true, cancelable: true}));";
    page.run(script, &[json!(lines(&records()))]).await;
    page.run_async("return await window.cancelled", &[]).await;
    page.until_text(".file[data-state=cancelled]", "Cancelled after").await;
    assert_eq!(page.run("return window.workers.every(worker => worker.ended)", &[]).await, true, "a worker goes on");
    page.drop_files(&[("a.log", &lines(&records()))]).await;
    until_said(&page, SAID).await;
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}
