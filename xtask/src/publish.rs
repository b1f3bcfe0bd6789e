//! What each host needs to publish the page: its files in their place, with the host's configuration beside them.
//!
//! [`write()`] makes a folder whose `site/` is the root of the host: the bucket, the document root, the folder of files. The page is in its
//! folder there. What is beside `site/` is not published. Every file says in its first lines how it is used.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use self::place::Place;
use crate::headers::HeaderRules;

pub mod clouds;
pub mod place;
pub mod servers;

/// A kind of host.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// Cloudflare Pages, or Netlify
    Pages,
    /// Cloudflare Workers with static assets, also in front of an origin that fails
    Workers,
    /// nginx
    Nginx,
    /// Caddy
    Caddy,
    /// Apache, also where there is only .htaccess
    Apache,
    /// S3 with CloudFront, or R2
    S3,
    /// GitHub Pages, which sends no headers
    Github,
}

impl Host {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pages => "pages",
            Self::Workers => "workers",
            Self::Nginx => "nginx",
            Self::Caddy => "caddy",
            Self::Apache => "apache",
            Self::S3 => "s3",
            Self::Github => "github",
        }
    }
}

/// A `_headers` file whose paths are those of a folder.
pub fn headers_below(headers: &str, base: &str) -> String {
    let base = base.trim_end_matches('/');
    headers.split_inclusive('\n').flat_map(|line| [if line.starts_with('/') { base } else { "" }, line]).collect()
}

/// Writes a folder for a host, anew, and gives the names of what is beside the site in it. `headers` is the page's `_headers` file as it is
/// for the root.
///
/// # Errors
/// When the folder cannot be written, or the headers cannot be said in the words of the host.
pub fn write(host: Host, page: &Path, headers: &str, place: &Place, into: &Path) -> Result<Vec<String>> {
    if into.exists() {
        fs::remove_dir_all(into).with_context(|| format!("cannot remove {}", into.display()))?;
    }
    let site = into.join("site");
    // A project's pages on GitHub are in its folder already.
    let inside = if host == Host::Github { "" } else { place.base.trim_matches('/') };
    let files = copy(page, &site.join(inside))?;
    let headers = headers_below(headers, &place.base);
    let rules = HeaderRules::parse(&headers)?;
    let mut beside: Vec<(&str, String)> = Vec::new();
    match host {
        Host::Pages => save(&site.join("_headers"), &headers)?,
        Host::Workers => {
            save(&site.join("_headers"), &headers)?;
            beside.push(("wrangler.jsonc", clouds::wrangler(place)?));
        }
        Host::Nginx => beside.extend(servers::nginx(&rules, place)?),
        Host::Caddy => beside.extend(servers::caddy(&rules, place)?),
        Host::Apache => {
            let (whole, folders) = servers::apache(&rules, place)?;
            beside.push(("site.conf", whole));
            for (folder, text) in folders {
                save(&site.join(inside).join(folder).join(".htaccess"), &text)?;
            }
        }
        Host::S3 => {
            let files: Vec<String> = files.iter().map(|file| format!("{}{file}", &place.base[1..])).collect();
            beside.push(("upload.sh", clouds::upload(&rules, &files)?));
            beside.extend(clouds::cloudfront(&rules, place)?);
        }
        Host::Github => {
            // Without this file GitHub leaves out what begins with an underscore.
            save(&site.join(".nojekyll"), "")?;
            beside.push(("publish.sh", clouds::github()));
        }
    }
    for (name, text) in &beside {
        save(&into.join(name), text)?;
    }
    Ok(beside.into_iter().map(|(name, _)| name.to_owned()).collect())
}

/// Copies the page's files but for `_headers`, and gives their paths in the folder, in order.
///
/// # Errors
/// When one cannot be copied.
pub fn copy(from: &Path, to: &Path) -> Result<Vec<String>> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    let mut copied = Vec::new();
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if file.is_dir() {
            copied.extend(copy(&file, &to.join(&name))?.into_iter().map(|below| format!("{name}/{below}")));
        } else if name != "_headers" {
            fs::copy(&file, to.join(&name)).with_context(|| format!("cannot copy {}", file.display()))?;
            copied.push(name);
        }
    }
    copied.sort();
    Ok(copied)
}

fn save(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    /// Breaks when a path of `_headers` is not that of the folder, so that a policy is lost, or something else of it changes.
    #[test]
    fn headers_follow_the_page_into_its_folder() {
        let headers = "# The page: /.\n/\n  X-A: /b\n/worker.js\n  X-B: 1\n";
        assert_eq!(headers_below(headers, "/"), headers);
        assert_eq!(headers_below(headers, "/tools/page/"), "# The page: /.\n/tools/page/\n  X-A: /b\n/tools/page/worker.js\n  X-B: 1\n");
    }

    /// Breaks when a host's folder has not the page where the host looks for it, has `_headers` where it would be published as a file, or has
    /// a file that does not say in its first lines how it is used.
    #[test]
    fn each_host_gets_the_page_in_its_place() {
        let folder = std::env::temp_dir().join(format!("fivetwenty-publish-{}", std::process::id()));
        let page = folder.join("page");
        fs::create_dir_all(page.join("causes")).unwrap();
        for name in ["index.html", "_headers", "causes/a.html"] {
            fs::write(page.join(name), name).unwrap();
        }
        let headers = include_str!("../../static/_headers");
        let place = Place { base: "/tools/".to_owned(), host: None };
        for host in Host::value_variants() {
            assert_eq!(host.to_possible_value().unwrap().get_name(), host.name());
            let into = folder.join(host.name());
            fs::create_dir_all(into.join("site/old")).unwrap();
            let beside = write(*host, &page, headers, &place, &into).unwrap();
            let site = into.join("site");
            let inside = if *host == Host::Github { site.clone() } else { site.join("tools") };
            assert!(inside.join("index.html").is_file() && inside.join("causes/a.html").is_file(), "{host:?}");
            assert!(!inside.join("_headers").exists() && !site.join("old").exists(), "{host:?}");
            assert_eq!(site.join("_headers").is_file(), [Host::Pages, Host::Workers].contains(host), "{host:?}");
            assert_eq!(inside.join(".htaccess").is_file() && inside.join("causes/.htaccess").is_file(), *host == Host::Apache);
            for name in beside {
                let text = fs::read_to_string(into.join(&name)).unwrap();
                let first = text.lines().find(|line| !line.starts_with("#!")).unwrap();
                assert!(first.starts_with("# ") || first.starts_with("// "), "{name}: {first}");
            }
        }
        let sent = fs::read_to_string(folder.join("workers/site/_headers")).unwrap();
        assert!(sent.contains("\n/tools/worker.js\n") && !sent.contains("\n/worker.js\n"), "{sent}");
        // Cloudflare reads no more.
        assert!(sent.lines().all(|line| line.len() < 2000) && sent.lines().filter(|line| line.starts_with('/')).count() < 100);
        fs::remove_dir_all(&folder).unwrap();
    }
}
