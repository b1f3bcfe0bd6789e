//! Packed files, and files that are none to read.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use rawzip::{CompressionMethod, ZipArchiveWriter};
use serde_json::json;

use crate::page::{Page, command_line, sample, scratch};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).expect("memory takes it");
    packer.finish().expect("memory takes it")
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).expect("memory takes it");
    packer.finish().expect("memory takes it")
}

/// What `bytes` pack to, ending at the edge of a byte and referring to nothing before.
fn block(bytes: &[u8]) -> Vec<u8> {
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).expect("memory takes it");
    packer.flush().expect("memory takes it");
    packer.get_ref().clone()
}

/// A ZIP archive of these members, deflated or as they are.
fn zip(members: &[(&str, &[u8], CompressionMethod)]) -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for &(name, content, method) in members {
        let (mut entry, config) = archive.new_file(name).compression_method(method).start().expect("the name will do");
        let packed = if method == CompressionMethod::STORE { 0 } else { 6 };
        let descriptor = if packed == 0 {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(content).expect("memory takes it");
            writer.finish().expect("memory takes it").1
        } else {
            let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::new(packed)));
            writer.write_all(content).expect("memory takes it");
            let (deflate, descriptor) = writer.finish().expect("memory takes it");
            deflate.finish().expect("memory takes it");
            descriptor
        };
        entry.finish(descriptor).expect("memory takes it");
    }
    archive.finish().expect("memory takes it")
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("the file can be written");
    path
}

fn texts() -> [Vec<u8>; 2] {
    sample().map(|file| fs::read(file).expect("the recording is there"))
}

/// Broken by a packing that the page does not read as it reads the file itself.
#[tokio::test(flavor = "multi_thread")]
async fn packed_files_are_read_like_plain_ones() {
    let folder = scratch("packed");
    let [proxied, direct] = texts();
    let (deflate, store) = (CompressionMethod::DEFLATE, CompressionMethod::STORE);
    let both = zip(&[("notes.txt", b"x", store), ("day/proxied.har", &proxied, deflate), ("direct.har", &direct, store)]);
    let again = zip(&[("a.har.gz", &gzip(&proxied), deflate), ("b.har.gz", &gzip(&direct), store)]);
    let page = Page::open().await;
    for (files, words) in [
        (vec![("proxied.har.gz", gzip(&proxied)), ("direct.har.gz", gzip(&direct))], "direct.har.gz"),
        (vec![("proxied.zz", zlib(&proxied)), ("direct.zz", zlib(&direct))], "direct.zz"),
        (vec![("both.zip", both)], "both.zip › proxied.har"),
        (vec![("again.zip", again)], "again.zip › b.har.gz"),
    ] {
        let paths: Vec<_> = files.iter().map(|(name, bytes)| write(&folder, name, bytes)).collect();
        page.choose(&paths.iter().map(PathBuf::as_path).collect::<Vec<_>>()).await;
        page.until_text(".files", words).await;
        page.until_verdict("empty-reply", "confirmed").await;
        assert_eq!(page.run("return document.querySelectorAll('.file[data-state=done]').length", &[]).await, 2, "{words}");
        page.start_over().await;
    }
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by a byte that the page loses before a fault and the command line does not, by other words for the fault, or by a gzip file of
/// several members that ends with its first.
#[tokio::test(flavor = "multi_thread")]
async fn damaged_files_are_read_as_far_as_the_command_line_reads_them() {
    let folder = scratch("damaged");
    let [proxied, direct] = texts();
    let direct = write(&folder, "direct.har", &direct);
    let (whole, half) = (gzip(&proxied), proxied.len() / 2);
    let cut_off = zip(&[("a.har", &proxied, CompressionMethod::DEFLATE)]);
    let broken = [b"\x1f\x8b\x08\0\0\0\0\0\0\x03", &block(&proxied[..half])[..], &[0xff; 9]].concat();
    let members: Vec<u8> = proxied.chunks(7000).flat_map(gzip).collect();
    let page = Page::open().await;
    for (name, bytes) in [
        ("cut.har.gz", &whole[..whole.len() / 2]),
        ("nearly.har.gz", &whole[..whole.len() - 1]),
        ("cut.zz", &zlib(&proxied)[..whole.len() / 2]),
        ("cut.zip", &cut_off[..cut_off.len() / 2]),
        ("broken.har.gz", &broken),
        ("members.har.gz", &members),
    ] {
        let file = write(&folder, name, bytes);
        page.choose(&[&file, &direct]).await;
        page.element("#verdict").await;
        page.at("send").await;
        let expected = command_line(&file, &direct, "text");
        let full = command_line(&file, &direct, "full");
        assert!(full.contains(name), "{full}");
        let script = "return document.querySelector('#report-text')?.textContent === arguments[0]";
        page.until(&format!("{name} gives the command line's report:\n{expected}"), script, &[json!(expected)]).await;
    }
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}

/// Broken by unpacking that cannot be stopped, or that a page with little memory does not survive.
#[tokio::test(flavor = "multi_thread")]
async fn a_bomb_can_be_cancelled() {
    let folder = scratch("bomb");
    let start = b"{\"log\":{\"entries\":[{\"request\":{\"url\":\"https://shop.example/\"},\"response\":{\"status\":200}},";
    let mut bomb = [b"\x1f\x8b\x08\0\0\0\0\0\0\x03", &block(start)[..]].concat();
    // 16 GB of blanks.
    let blanks = block(&vec![b' '; 1 << 20]);
    bomb.extend((0..16_000).flat_map(|_| &blanks));
    let bomb = write(&folder, "bomb.har.gz", &bomb);
    let page = Page::open().await;
    page.choose(&[&bomb]).await;
    page.until_text(".file .figures", " GB").await;
    page.click(".file .cancel").await;
    page.until_text(".file[data-state=cancelled]", "Cancelled after").await;
    let [proxied, direct] = sample();
    page.choose(&[&proxied, &direct]).await;
    page.until_verdict("empty-reply", "confirmed").await;
}

/// Broken by a detail that is cut, or read from the packed bytes, when the file is packed.
#[tokio::test(flavor = "multi_thread")]
async fn a_detail_of_a_packed_file_is_whole() {
    let folder = scratch("detail");
    let long = "value-".repeat(900);
    let entry = |name: &str| {
        json!({
            "request": {"method": "GET", "url": format!("https://shop.example/{name}")},
            "response": {"status": 520, "headers": [{"name": "link", "value": format!("{long}{name}")}]},
        })
    };
    let text = json!([entry("first"), entry("second"), entry("third")]).to_string();
    let page = Page::open().await;
    for (name, bytes) in [
        ("a.har.gz", gzip(text.as_bytes())),
        ("b.zip", zip(&[("b.har", text.as_bytes(), CompressionMethod::DEFLATE)])),
        ("c.zip", zip(&[("x.txt", b"x", CompressionMethod::STORE), ("c.har", text.as_bytes(), CompressionMethod::STORE)])),
    ] {
        page.choose(&[&write(&folder, name, &bytes)]).await;
        page.until_text(".files", name).await;
        page.element("#verdict").await;
        page.at("compare").await;
        let open = "const row = [...document.querySelectorAll('#pairs tr[data-index] a')].find(row => row.textContent.includes('/second'));
                    row?.click();
                    return !!row";
        page.until("the row is there", open, &[]).await;
        let shown = "return document.querySelector('#pane')?.textContent.includes(arguments[0])";
        page.until(&format!("{name}: the header is whole"), shown, &[json!(format!("{long}second"))]).await;
        page.start_over().await;
    }
}

/// Broken by a file that is turned away without a word on what it is and what to do.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_har_is_named() {
    let folder = scratch("foreign");
    let stored = CompressionMethod::STORE;
    let fiddler = zip(&[("_index.htm", b"x", stored), ("raw/1_c.txt", b"GET / HTTP/1.1", stored)]);
    let page = Page::open().await;
    for (name, bytes, words) in [
        ("screenshot.png", b"\x89PNG\r\n\x1a\n".to_vec(), "found a picture: a screenshot contains no requests"),
        ("session.saz", fiddler.clone(), "found a session archive of Fiddler: in Fiddler choose File > Export Sessions"),
        ("session.zip", fiddler, "found a session archive of Fiddler"),
        ("twice.har.gz", gzip(&gzip(b"{}")), "found a packed file in a packed file"),
        ("other.zip", zip(&[("a\u{202e}.txt", b"x", stored)]), r"It contains a\u{202e}.txt"),
    ] {
        page.choose(&[&write(&folder, name, &bytes)]).await;
        // Its own line: another one may say the same, and the field is another one once a file was refused.
        page.until_text(".files > li:last-child[data-state=failed]", words).await;
    }
    assert_eq!(page.console_errors().await, Vec::<String>::new());
}
