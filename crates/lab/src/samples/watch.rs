//! A loop that asks once a second and writes a line each time, as the page offers it to be pasted into a terminal.
//!
//! Every form writes the same line: `<time> <status> exit=<curl's> ray=<Ray ID-colo> lookup= connect= tls= first= total=`, the last
//! five in seconds from the start of the request.

use anyhow::{Result, ensure};
use serde_json::{Map, Value, json};

use super::Sample;
use super::facts;
use super::stage::Stage;

/// For shells, with any curl since 7.10: status, exit status and timings are curl's, the Ray ID is taken from the headers, whatever
/// their case. Runs in bash, zsh, dash and ksh.
const SHELL: &str = concat!(
    "while true; do t=$(date -u +%Y-%m-%dT%H:%M:%SZ); ",
    "h=$(curl -s -o /dev/null -D - -m {patience} -w '\\n%{http_code} lookup=%{time_namelookup} connect=%{time_connect} tls=%{time_appconnect} ",
    "first=%{time_starttransfer} total=%{time_total}' {url}); x=$?; ",
    "printf '%s\\n' \"$h\" | tr -d '\\r' | awk -v t=\"$t\" -v x=\"$x\" ",
    "'tolower($1) == \"cf-ray:\" {r = $2} {s = $1; w = $0} END {sub(/^[0-9]+/, \"\", w); print t, s, \"exit=\" x, \"ray=\" r w}'; ",
    "sleep 1; done"
);

/// The same with curl 7.84 and later, which knows headers in `-w`.
const NEWER: &str = concat!(
    "while true; do printf '%s ' \"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"; ",
    "curl -s -o /dev/null -m {patience} -w '%{http_code} exit=%{exitcode} ray=%header{cf-ray} lookup=%{time_namelookup} connect=%{time_connect} ",
    "tls=%{time_appconnect} first=%{time_starttransfer} total=%{time_total}\\n' {url}; sleep 1; done"
);

/// For `PowerShell` 5.1 and 7, with the `curl.exe` that Windows has had since 2018. There is no `PowerShell` here to run it.
const POWERSHELL: &str = concat!(
    "while ($true) { $t = [DateTime]::UtcNow.ToString('s') + 'Z'; ",
    "$h = curl.exe -s -o NUL -D - -m {patience} -w '\\n%{http_code} lookup=%{time_namelookup} connect=%{time_connect} tls=%{time_appconnect} ",
    "first=%{time_starttransfer} total=%{time_total}' {url}; $x = $LASTEXITCODE; ",
    "$r = ''; foreach ($l in $h) { if ($l -match '^cf-ray: *(\\S+)') { $r = $Matches[1] } }; ",
    "$s, $w = $h[-1] -split ' ', 2; Write-Output ($t + ' ' + $s + ' exit=' + $x + ' ray=' + $r + ' ' + $w); Start-Sleep 1 }"
);

/// How often each loop asks.
const ROUNDS: usize = 20;

struct Watch {
    name: &'static str,
    prompt: Option<&'static str>,
    /// What is pasted, and what runs here.
    loops: (&'static str, &'static str),
    ends: &'static str,
    url: &'static str,
    /// What follows the URL.
    options: &'static str,
    patience: u32,
}

const WATCHES: &[Watch] = &[
    Watch {
        name: "shell-520",
        prompt: Some("$ "),
        loops: (SHELL, SHELL),
        ends: "\n",
        url: "https://www.shop.example/api/orders",
        options: "",
        patience: 130,
    },
    Watch {
        name: "newer-curl-slow",
        prompt: None,
        loops: (NEWER, NEWER),
        ends: "\n",
        url: "https://www.shop.example/api/slow",
        options: "",
        patience: 4,
    },
    Watch {
        name: "shell-direct",
        prompt: None,
        loops: (SHELL, SHELL),
        ends: "\n",
        url: "http://www.shop.example/api/orders",
        options: " --connect-to ::203.0.113.16",
        patience: 130,
    },
    Watch {
        name: "powershell-520",
        prompt: Some("PS C:\\> "),
        loops: (POWERSHELL, SHELL),
        ends: "\r\n",
        url: "https://www.shop.example/api/cart",
        options: "",
        patience: 130,
    },
];

/// Runs every loop for some rounds.
pub(super) fn make(stage: &Stage) -> Result<usize> {
    for watch in WATCHES {
        watch.run(stage)?.write()?;
        println!("· watch/{}", watch.name);
    }
    Ok(WATCHES.len())
}

impl Watch {
    fn run(&self, stage: &Stage) -> Result<Sample> {
        let fill = |text: &str| {
            let url = format!("'{}'{}", self.url, self.options);
            text.replace("{url}", &url).replace("{patience}", &self.patience.to_string())
        };
        let (pasted, run) = (fill(self.loops.0), fill(self.loops.1));
        let played = stage.play(&run.replacen("while true", &format!("for i in $(seq {ROUNDS})"), 1))?;
        let mut text = self.prompt.map(|prompt| format!("{prompt}{pasted}\n")).unwrap_or_default();
        text += &played.text;
        let facts: Vec<_> = played.text.lines().map(|line| self.fact(line)).collect();
        ensure!(facts.len() == ROUNDS, "{} has {} lines", self.name, facts.len());
        for ray in played.exchanges.iter().filter_map(|(exchange, _)| exchange.ray.as_ref()).map(|(ray, _)| ray) {
            // Who gives up does not hear what was answered.
            let is_shown = facts.iter().any(|fact| fact.get("ray").is_some_and(|shown| shown == ray));
            ensure!(is_shown || played.text.contains("exit=28"), "{}: {ray} is nowhere", self.name);
        }
        Ok(Sample { kind: "watch", name: self.name.to_owned(), text: text.replace('\n', self.ends), facts, ..Sample::default() })
    }

    fn fact(&self, line: &str) -> Map<String, Value> {
        let mut fact = if self.prompt.is_some() { facts::of_url(self.url) } else { Map::new() };
        let mut words = line.split(' ');
        fact.insert("time".to_owned(), json!(words.next()));
        let status = words.next().and_then(|word| word.parse::<u16>().ok()).filter(|status| *status > 0);
        fact.extend(status.map(|status| ("status".to_owned(), json!(status))));
        let mut seconds = Map::new();
        for (name, value) in words.filter_map(|word| word.split_once('=')) {
            match name {
                "exit" => drop(fact.insert("curl_exit".to_owned(), json!(value.parse::<u32>().ok()))),
                "ray" => {
                    if let Some((ray, colo)) = value.split_once('-') {
                        fact.insert("ray".to_owned(), json!(ray));
                        fact.insert("colo".to_owned(), json!(colo));
                    }
                }
                name => drop(seconds.insert(name.to_owned(), json!(value.parse::<f64>().ok()))),
            }
        }
        fact.insert("seconds".to_owned(), Value::Object(seconds));
        fact
    }
}
