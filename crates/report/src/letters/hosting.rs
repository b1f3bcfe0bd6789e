//! To whoever runs the origin.

use fivetwenty_captures::edge::ray;
use fivetwenty_captures::evidence::timestamp::Timestamp;
use fivetwenty_diagnose::{When, advice, waited};
use fivetwenty_model::letter::{Field, Letter};
use fivetwenty_model::report::{FindingRow, StepRow, TestRow};
use fivetwenty_model::{Responsible, Side, Status, Who};
use fivetwenty_redact::{self as redact, Redacted};

use super::about::{About, Text};
use super::letter::letter;
use super::sections::MAX_REQUESTS;
use crate::minutes::{MINUTE_MS, by_minute, minutes};
use crate::writing::{Block, Line};

/// Steps of the leading cause that the host takes first.
const MAX_STEPS: usize = 3;

impl About<'_> {
    /// To whoever runs the origin.
    pub(super) fn hosting(&self) -> Letter {
        let means = if self.is_520() { " Cloudflare reached the server and got no valid response." } else { "" };
        let mut blocks = self.opening(means);
        blocks.extend(self.found().map(Block::Paragraph));
        blocks.extend([Block::Heading("When, and which requests"), Block::List(self.requests(true))]);
        let logs = self.logs(false);
        if !logs.is_empty() {
            blocks.extend([Block::Heading("What Cloudflare's logs show"), Block::List(logs)]);
        }
        blocks.extend([Block::Heading("What the origin did"), Block::List(self.origin_side())]);
        blocks.extend([Block::Heading("What to check"), Block::Steps(self.look_for())]);
        let url = self.url_for_shell();
        for TestRow { commands, decides } in self.tests() {
            blocks.extend([Block::Commands(commands, url.clone()), Block::Paragraph(Line::default().say(decides))]);
        }
        blocks.push(Block::Heading("What to search in the logs"));
        for (about, commands) in self.log_commands() {
            blocks.extend([Block::Paragraph(Line::new(about)), Block::Commands(commands, None)]);
        }
        blocks.extend([Block::Heading("Questions"), Block::Steps(vec![
            Line::new("Which lines do the logs have for these seconds? If there is no line, the request never reached the log, or Cloudflare uses another server."),
            Line::new("Did a process crash, restart, or run out of memory, workers, connections or disk?"),
            Line::new("Does a firewall, load balancer, fail2ban or ModSecurity close connections or limit Cloudflare's IP addresses?"),
            Line::new("What changed on your side before it began?"),
        ])]);
        blocks.extend([
            Block::Heading("What we know"),
            Block::List(vec![
                Line::new("Impact: ").gap(Field::Impact),
                Line::new("What changed before it began: ").gap(Field::Changed),
                Line::new("What was tried: ").gap(Field::Tried),
            ]),
        ]);
        blocks.extend([Block::Heading("Attached"), Block::List(self.files())]);
        let subject = match self.time() {
            Some(time) => Redacted::fill(
                "{}: {} at {}, request to check the server's logs",
                &[&self.host_or(), &self.error(), &redact::second_at(time, self.offset)],
            ),
            None => Redacted::fill("{}: {}, request to check the server's logs", &[&self.host_or(), &self.error()]),
        };
        letter(&subject, &blocks)
    }

    /// The first of the ranking when it is for whoever runs the origin.
    fn theirs(&self) -> Option<&FindingRow<Text>> {
        let first = self.report.findings.first().filter(|finding| finding.status <= Status::Possible)?;
        [Responsible::Origin, Responsible::Network].iter().any(|party| first.responsible.contains(party)).then_some(first)
    }

    /// What whoever runs the origin does first: the leading cause's steps when it is theirs, else where an origin logs its faults.
    fn look_for(&self) -> Vec<Line> {
        if let Some(finding) = self.theirs() {
            let is_theirs = |step: &&StepRow<Text>| step.applies && matches!(step.who, Who::Admin | Who::Host | Who::Developer);
            return finding.steps.iter().filter(is_theirs).take(MAX_STEPS).map(Line::step).collect();
        }
        [
            "Read what the server and the application logged at {moment}.",
            "Search for these lines: nginx `upstream prematurely closed connection`, `recv() failed (104: Connection reset by peer)`, `worker process … exited on signal`; Apache `AH01067`, `exit signal Segmentation fault`; PHP-FPM `exited on signal 11 (SIGSEGV)`, `server reached pm.max_children`; Gunicorn `WORKER TIMEOUT`.",
            "Check whether the kernel killed a process (`Out of memory`, `segfault`).",
            "Check whether a firewall, fail2ban or ModSecurity blocks Cloudflare's IP addresses.",
        ]
        .map(|step| Line::default().say(advice::fill(self.facts, step)))
        .into()
    }

    /// Commands in the order to which the steps refer, each with what its result decides.
    fn tests(&self) -> Vec<TestRow<Text>> {
        let Some(finding) = self.theirs() else {
            let direct = advice::fill(self.facts, "curl -sv -o /dev/null -D -{method} {url} --connect-to ::ORIGIN_IP");
            let decides = Redacted::fixed("This sends the same request without Cloudflare. `ORIGIN_IP` is the server's own IP address.");
            return vec![TestRow { commands: vec![direct], decides }];
        };
        finding.tests.clone()
    }

    /// Searches of the logs, each with what it finds.
    fn log_commands(&self) -> Vec<(&'static str, Vec<Text>)> {
        let mut commands = Vec::new();
        let rays: Vec<Text> = self
            .all
            .iter()
            .take(MAX_REQUESTS)
            .filter_map(|index| ray(self.facts.proxied_entry(*index)?))
            .map(|ray| redact::ray_id(&ray))
            .collect();
        if !rays.is_empty() {
            let patterns = Redacted::join(rays.into_iter().map(|ray| Redacted::fill(" -e {}", &[&ray])), "");
            commands.push((
                "By Ray ID, if the access log has the CF-Ray header:",
                vec![Redacted::fill("grep -rIF{} /var/log/nginx /var/log/apache2 /var/log/httpd", &[&patterns])],
            ));
        }
        let by_minute = by_minute(&self.minutes());
        if !by_minute.is_empty() {
            commands.push(("By time, in any time zone and log format (nginx, Apache, PHP-FPM, syslog, ISO 8601):", by_minute));
        }
        commands.push((
            "Services and the kernel (crash, out of memory, restart):",
            vec![advice::fill(self.facts, "journalctl --no-pager --since '{since}' --until '{until}'")],
        ));
        commands
    }

    /// The minutes in which requests failed, a minute around each and its wait, in UTC and each once.
    fn minutes(&self) -> Vec<Text> {
        let entries = self.all.iter().take(MAX_REQUESTS).filter_map(|index| self.facts.proxied_entry(*index));
        minutes(entries.flat_map(|entry| {
            let wait = waited(entry).and_then(|waited| i64::try_from(waited.max_ms / MINUTE_MS.cast_unsigned()).ok()).unwrap_or(0);
            let when = self.facts.when(Side::Proxied, entry);
            let moments: Vec<Timestamp> = when.iter().flat_map(When::moments).map(|(time, _)| time).collect();
            moments.into_iter().filter_map(move |time| Some((time.plus_ms(-MINUTE_MS)?, time.plus_ms((wait + 1) * MINUTE_MS)?)))
        }))
    }
}
