//! The bundle: what support asks for, as files, and nothing else.
//!
//! Files are named here, never after what was given. Each is small enough for Cloudflare's case form; a HAR that would be larger keeps
//! the entries that tell most. [`Bundle::new`] is the only way to a bundle, and it looks at every byte ([`leak_check`]).

use std::cell::OnceCell;

use rawzip::time::UtcDateTime;
use rawzip::{CompressionMethod, ZipArchiveWriter};

use fivetwenty_captures::site::Site;
use fivetwenty_model::plan::{Plan, file_name};
use fivetwenty_redact::{Policy, Tokens, Unmatched, byte_count, leak_check, site_host};

use super::baseline::Baseline;
use super::error::BundleError;
use super::manifest::{BundleFile, TrimmedRow, manifest};
use super::plan::{self, RedactedText, report, trace_text, transcripts, visitor};
use super::writer::HarFile;
use crate::full::{to_full, to_json};
use crate::html::to_html;
use crate::short::to_text;

/// The files, every byte of which went through the leak check.
#[derive(Debug)]
pub struct Bundle {
    files: Vec<BundleFile>,
    trimmed: Vec<TrimmedRow>,
    unmatched: Vec<Unmatched>,
}

impl Bundle {
    /// Makes the files, with the report and the case for support or without, and looks whether any of the removed values is in them.
    ///
    /// # Errors
    /// The first removed value that is in a file, or why that cannot be told: then there is no bundle.
    pub fn new(
        plan: &Plan,
        hars: Vec<HarFile>,
        texts: &[RedactedText],
        policy: &Policy,
        tokens: &Tokens,
        has_report: bool,
    ) -> Result<Self, leak_check::Leak> {
        let unmatched = policy.unmatched();
        let (plan, allowing) = &without_named(plan, policy, tokens);
        let trimmed: Vec<TrimmedRow> = hars.iter().filter_map(HarFile::trimmed).collect();
        let (mut files, mut allowlisted, mut captures, mut entries) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for har in hars {
            entries.push((file_name(har.side), har.entries_by_place()));
            captures.push((har.side, har.capture));
            files.push(BundleFile::new(file_name(har.side), har.bytes));
            allowlisted.push(har.allowlisted);
        }
        let mut add = |name, text: String| files.push(BundleFile::new(name, text.into_bytes()));
        if let Some(trace) = &plan.trace {
            add("trace.txt", trace_text(trace));
        }
        if !texts.is_empty() {
            add("transcripts.txt", transcripts(texts));
        }
        if has_report {
            let (report, support) = report(plan, &captures, texts);
            add("summary.txt", to_text(&report));
            add("report.txt", to_full(&report));
            add("report.html", to_html(&report));
            add("report.json", to_json(&report));
            add("support.txt", support);
        }
        let manifest = manifest(&files, tokens.counts(), (&trimmed, &unmatched), &|_| true);
        files.push(BundleFile::new("manifest.json", manifest));
        let bundle = Self { files, trimmed, unmatched };
        let allowlisted: Vec<&str> = allowlisted.iter().map(String::as_str).chain([allowing.allowlisted()]).collect();
        let baseline = Baseline {
            files: &bundle.files,
            trimmed: &bundle.trimmed,
            unmatched: &bundle.unmatched,
            plan,
            captures: &captures,
            tokens,
            allowlisted: &allowlisted,
            report: OnceCell::new(),
        };
        // A server may have the visitor's own address, and nothing else that stays may hold it.
        let addresses: Vec<&[u8]> =
            allowlisted.iter().flat_map(|text| text.lines()).filter(|line| is_address(line)).map(str::as_bytes).collect();
        let allowlisted: Vec<&[u8]> = allowlisted.iter().map(|text| text.as_bytes()).collect();
        let finished: Vec<(&'static str, &[u8])> = bundle.files.iter().map(|file| (file.name, &*file.bytes)).collect();
        let [strict, other] = tokens.searched();
        for (values, allowlisted) in [(strict, &Vec::new()), (other, &allowlisted), (visitor(plan), &addresses)] {
            leak_check::check(&values, allowlisted, &finished, &|file| baseline.text(file)).map_err(|leak| {
                let har = entries.iter().zip(&finished).find(|((file, _), _)| *file == leak.file);
                har.map_or(leak.clone(), |((_, entries), (_, bytes))| leak.placed(bytes, entries))
            })?;
        }
        Ok(bundle)
    }

    /// The files, in the order in which they are shown.
    pub fn files(&self) -> &[BundleFile] {
        &self.files
    }

    /// What HARs had to leave out.
    pub fn trimmed(&self) -> &[TrimmedRow] {
        &self.trimmed
    }

    /// The person's rules that matched nothing.
    pub fn unmatched(&self) -> &[Unmatched] {
        &self.unmatched
    }

    /// A line for each file with its size, and what a HAR had to leave out.
    pub fn summary(&self) -> String {
        let line = |file: &BundleFile| {
            let size = byte_count(file.bytes.len() as u64);
            match self.trimmed.iter().find(|trimmed| trimmed.file == file.name) {
                Some(TrimmedRow { entries, left_out, .. }) => format!("{} ({size}, {left_out} of {entries} entries left out)\n", file.name),
                None => format!("{} ({size})\n", file.name),
            }
        };
        self.files.iter().map(line).collect()
    }

    /// The same files in one ZIP archive, not compressed, for one's own records and for whoever takes archives: Cloudflare's form takes
    /// none.
    ///
    /// # Errors
    /// When it would be larger than an archive can be.
    pub fn to_zip(&self) -> Result<Vec<u8>, BundleError> {
        let mut archive = ZipArchiveWriter::new(Vec::new());
        for file in &self.files {
            zip_member(&mut archive, file).map_err(BundleError::Archive)?;
        }
        archive.finish().map_err(BundleError::Archive)
    }
}

/// A plan whose hosts and logs hold nothing that the person named or that goes elsewhere, and tokens that know what stays of it.
fn without_named(plan: &Plan, policy: &Policy, tokens: &Tokens) -> (Plan, Tokens) {
    let mut tokens = tokens.clone();
    let hosts = plan.site.hosts.iter().map(|host| site_host(&mut tokens, host)).collect();
    let trace = plan.trace.as_ref().map(|trace| plan::without_named(trace, &mut tokens));
    let logs = plan.logs.as_ref().map(|logs| plan::redacted_logs(logs, policy, &mut tokens));
    (Plan { site: Site { hosts, reason: plan.site.reason }, trace, logs, ..plan.clone() }, tokens)
}

/// Whether a text is made as an IP address is, perhaps with a port.
fn is_address(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit() || b".:[]".contains(&byte))
}

/// The same time for all: the bundle is the same whenever it is made.
fn zip_member(archive: &mut ZipArchiveWriter<Vec<u8>>, file: &BundleFile) -> Result<(), rawzip::Error> {
    let time = UtcDateTime::from_unix(0);
    let member = archive.new_file(file.name).compression_method(CompressionMethod::STORE).last_modified(time);
    let (mut member, config) = member.start()?;
    let mut writer = config.wrap(&mut member);
    std::io::Write::write_all(&mut writer, &file.bytes)?;
    let (_, descriptor) = writer.finish()?;
    member.finish(descriptor)?;
    Ok(())
}
