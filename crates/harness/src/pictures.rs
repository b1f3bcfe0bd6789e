//! `cargo xtask pictures`: the page in every state, theme, width and engine, on a sheet for each engine; and the pictures of the documents.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use axum::Router;
use color_quant::NeuQuant;
use png::{BitDepth, ColorType, Compression, Decoder, Encoder};
use tower_http::services::ServeDir;
use xtask::run::{Steps, root, target};

use crate::browsers::{AnyBrowser, Colours, Engine};
use crate::page::{Beside, Page, built};
use crate::states::{STATES, State};
use xtask::server::Server;

/// What `pictures` can be told.
#[derive(clap::Args)]
pub struct Options {
    /// Only this engine; the pictures of the documents are Chromium's
    #[arg(long, value_enum)]
    engine: Option<Engine>,
    /// A folder with a built page, instead of one that is built now
    #[arg(long)]
    dist: Option<PathBuf>,
    /// Only the pictures that are committed
    #[arg(long)]
    committed: bool,
}

/// How the page is looked at: a word for the files' names, colours, and a size.
type Look = (&'static str, Colours, (u32, u32));

const LOOKS: [Look; 4] = [
    ("wide-light", Colours::Light, (1280, 800)),
    ("wide-dark", Colours::Dark, (1280, 800)),
    ("narrow-light", Colours::Light, (375, 800)),
    ("narrow-dark", Colours::Dark, (375, 800)),
];

/// The pictures that are committed: the file, the state, and the size.
const COMMITTED: [(&str, &str, (u32, u32)); 5] = [
    ("docs/pictures/result.png", "fix", (1280, 800)),
    ("docs/pictures/compare.png", "compare", (1280, 800)),
    ("docs/pictures/send.png", "send", (1280, 800)),
    ("docs/pictures/visitor.png", "visitor", (375, 800)),
    ("static/og.png", "fix", (1200, 630)),
];

/// The most that a picture that is committed may have, in bytes.
const MOST: u64 = 150_000;

/// Takes all pictures.
///
/// # Errors
/// When the page cannot be built, or a state is not reached.
pub async fn pictures(options: &Options) -> Result<()> {
    let mut steps = Steps::default();
    let folder = built(options.dist.as_deref(), &mut steps)?;
    let engines = options.engine.map_or_else(|| vec![Engine::Chromium, Engine::Firefox, Engine::Webkit], |engine| vec![engine]);
    let mut missing = Vec::new();
    for engine in engines {
        let page = Page::open(&mut steps, engine, &folder, Beside::default()).await?;
        if engine == Engine::Chromium {
            commit(&page).await?;
        }
        if !options.committed {
            missing.extend(all(&page).await?);
        }
        page.end().await?;
    }
    if !missing.is_empty() {
        bail!("not reached: {}", missing.join(", "));
    }
    Ok(())
}

/// Takes the pictures that are committed.
async fn commit(page: &Page) -> Result<()> {
    page.browser.show_in(Colours::Light).await?;
    for (file, name, (width, height)) in COMMITTED {
        let state = STATES.iter().find(|state| state.name == name).with_context(|| format!("no state is called {name}"))?;
        page.browser.resize(width, height).await?;
        page.bring(state).await?;
        let path = root().join(file);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        write_small(&page.screenshot_as_png().await?, &path)?;
        let bytes = fs::metadata(&path)?.len();
        ensure!(bytes <= MOST, "{file} has {bytes} bytes");
        println!("  {file}: {bytes} bytes");
    }
    Ok(())
}

/// Takes a picture of each state and look, and puts them on a sheet; the states that were not reached.
async fn all(page: &Page) -> Result<Vec<String>> {
    let name = format!("{:?}", page.browser.engine()).to_lowercase();
    let folder = target().join("pictures").join(&name);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut missing = Vec::new();
    for state in &STATES {
        for (look, colours, (width, height)) in LOOKS {
            let file = folder.join(format!("{}-{look}.png", state.name));
            if let Err(error) = take(page, state, colours, (width, height), &file).await {
                eprintln!("  {name}: {}: {error:#}", state.name);
                missing.push(format!("{} in {name}", state.name));
                break;
            }
        }
    }
    let sheet = folder.with_extension("png");
    arrange(&folder, &sheet).await?;
    println!("  {}", sheet.display());
    Ok(missing)
}

async fn take(page: &Page, state: &State, colours: Colours, (width, height): (u32, u32), file: &Path) -> Result<()> {
    page.browser.resize(width, height).await?;
    page.bring(state).await?;
    page.browser.show_in(colours).await?;
    page.run_async("await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))", &[]).await?;
    fs::write(file, page.screenshot_as_png().await?).with_context(|| format!("cannot write {}", file.display()))
}

/// Puts the pictures of a folder on one sheet: a page of its own, in Chromium.
async fn arrange(folder: &Path, sheet: &Path) -> Result<()> {
    let figure =
        |name: &str, look: &str| format!("<figure><img src='{name}-{look}.png' alt=''><figcaption>{name}, {look}</figcaption></figure>");
    let rows = STATES.iter().map(|state| LOOKS.iter().map(|(look, ..)| figure(state.name, look)).collect::<String>());
    let rows = rows.map(|row| ["<div>", &row, "</div>\n"].concat()).collect::<Vec<_>>().concat();
    fs::write(folder.join("index.html"), format!("<!doctype html><meta charset='utf-8'><style>{SHEET}</style>\n{rows}"))?;
    let server = Server::start(Router::new().fallback_service(ServeDir::new(folder)), 0).await?;
    let browser = AnyBrowser::start(&mut Steps::default(), Engine::Chromium, &[], &[]).await?;
    browser.goto(server.url()).await?;
    browser.resize(1240, 800).await?;
    let height = browser.execute("return document.documentElement.scrollHeight", vec![]).await?.json().as_u64().unwrap_or(800);
    browser.resize(1240, u32::try_from(height)?).await?;
    browser.screenshot(sheet).await?;
    browser.end().await
}

const SHEET: &str = "
    body { margin: 16px; font: 12px sans-serif; background: #888; }
    div { display: flex; gap: 12px; margin-bottom: 12px; }
    figure { margin: 0; }
    img { display: block; height: 280px; min-width: 60px; background: #f66; }
";

/// Writes a picture with a palette, which is a third of what browsers write.
fn write_small(picture: &[u8], path: &Path) -> Result<()> {
    let mut reader = Decoder::new(std::io::Cursor::new(picture)).read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().context("the picture is too large")?];
    let info = reader.next_frame(&mut pixels)?;
    pixels.truncate(info.buffer_size());
    let pixels: Vec<u8> = match info.color_type {
        ColorType::Rgba => pixels,
        ColorType::Rgb => pixels.chunks_exact(3).flat_map(|rgb| [rgb[0], rgb[1], rgb[2], 255]).collect(),
        other => bail!("the browser wrote a picture of type {other:?}"),
    };
    let quantised = NeuQuant::new(1, 256, &pixels);
    let indices: Vec<u8> = pixels.chunks_exact(4).map(|pixel| u8::try_from(quantised.index_of(pixel)).unwrap_or_default()).collect();
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut encoder = Encoder::new(BufWriter::new(file), info.width, info.height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(quantised.color_map_rgb());
    encoder.set_compression(Compression::High);
    encoder.write_header()?.write_image_data(&indices)?;
    Ok(())
}
