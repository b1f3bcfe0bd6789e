//! The headers of the page in the words of nginx, Caddy, Apache and static-web-server.

use std::fmt::Write as _;

use anyhow::{Result, ensure};

use super::place::{COMPRESSED, Place, ROOT, TYPES, comment, content_type};
use crate::headers::{HeaderRules, PathHeaders};

/// nginx: a whole server, and the same for a server that is there already.
///
/// # Errors
/// When a header cannot be said there.
pub fn nginx(rules: &HeaderRules, place: &Place) -> Result<[(&'static str, String); 2]> {
    let locations = locations(rules, place)?;
    let (base, host) = (&place.base, place.host());
    let server = comment(
        "#",
        &[
            "The page as a server of its own for nginx, at http://HOST/FOLDER/.",
            "Add your certificate: without HTTPS browsers ignore some of the headers.",
            "Copy the folder site to /srv/fivetwenty, and this file to /etc/nginx/conf.d/fivetwenty.conf. Then: nginx -t && nginx -s reload",
        ],
    )
    .replace("HOST/FOLDER/", &format!("{host}{base}"));
    let inside = comment(
        "#",
        &[
            "The page in a server that nginx has already: put `include /etc/nginx/fivetwenty.conf;` in its server block.",
            "Copy the folder site to /srv/fivetwenty, and this file to /etc/nginx/fivetwenty.conf. Then: nginx -t && nginx -s reload",
        ],
    );
    Ok([
        ("server.conf", format!("{server}server {{\n    listen 80;\n    server_name {host};\n\n{}}}\n", indented(&locations))),
        ("locations.conf", format!("{inside}{locations}")),
    ])
}

/// The location of the page, with one in it for each path that has headers of its own: in nginx the closest one alone counts.
fn locations(rules: &HeaderRules, place: &Place) -> Result<String> {
    let mut inner = String::new();
    let mut of_all = Vec::new();
    for PathHeaders { path, is_prefix, headers } in rules.paths()? {
        let lines = headers.iter().map(|(name, value)| Ok(format!("add_header {name} {} always;\n", for_nginx(value)?)));
        let lines: String = lines.collect::<Result<_>>()?;
        if is_prefix && path == place.base {
            of_all.push(lines);
        } else {
            let kind = if is_prefix { "^~" } else { "=" };
            write!(inner, "location {kind} {path} {{\n{}}}\n", indented(&lines))?;
        }
    }
    let types: String = TYPES.iter().flat_map(|(ending, kind)| ["    ", *kind, " ", *ending, ";\n"]).collect();
    let body = format!(
        "root {ROOT};\nindex index.html;\ntypes {{\n{types}}}\ncharset utf-8;\ncharset_types text/css text/markdown text/plain;\ngzip on;\n\
         gzip_vary on;\ngzip_proxied any;\ngzip_types {};\n{}{inner}",
        COMPRESSED.iter().filter(|kind| **kind != "text/html").copied().collect::<Vec<_>>().join(" "),
        of_all.concat(),
    );
    // Of a location with this mark no pattern of the server takes files away.
    let mut text = format!("location ^~ {} {{\n{}}}\n", place.base, indented(&body));
    if let Some(folder) = place.folder() {
        write!(text, "location = {folder} {{\n    absolute_redirect off;\n    return 301 {folder}/;\n}}\n")?;
    }
    Ok(text)
}

fn for_nginx(value: &str) -> Result<String> {
    ensure!(!value.contains('$'), "nginx takes $ for a variable and has no other way to say it: {value}");
    Ok(format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// Caddy: a whole site, and the same for a site that is there already.
///
/// # Errors
/// When a header cannot be said there.
pub fn caddy(rules: &HeaderRules, place: &Place) -> Result<[(&'static str, String); 2]> {
    let route = route(rules, place)?;
    let whole = comment(
        "#",
        &[
            "The page as a site of its own for Caddy, which gets a certificate by itself.",
            "Copy the folder site to /srv/fivetwenty, and this file to /etc/caddy/Caddyfile. Then: caddy reload --config /etc/caddy/Caddyfile",
        ],
    );
    let inside = comment(
        "#",
        &[
            "The page in a site that Caddy has already: put `import fivetwenty.caddy` in its block.",
            "Copy the folder site to /srv/fivetwenty, and this file to /etc/caddy. Then: caddy reload --config /etc/caddy/Caddyfile",
        ],
    );
    Ok([("Caddyfile", format!("{whole}{} {{\n{}}}\n", place.host(), indented(&route))), ("fivetwenty.caddy", format!("{inside}{route}"))])
}

/// The page's route. In a route what comes later counts, and no other directive of the site comes between.
fn route(rules: &HeaderRules, place: &Place) -> Result<String> {
    let mut body = format!("root * {ROOT}\nencode zstd gzip\n");
    // What it does not know, or the machine's own list says otherwise.
    for (ending, kind) in TYPES {
        write!(body, "@{ending} path *.{ending}\nheader @{ending} Content-Type \"{}\"\n", content_type(kind))?;
    }
    for PathHeaders { path, is_prefix, headers } in each_added(rules, &place.base)? {
        let lines = headers.iter().map(|(name, value)| Ok(format!("{name} {}\n", for_caddy(value)?)));
        let lines: String = lines.collect::<Result<_>>()?;
        write!(body, "header {path}{} {{\n{}}}\n", if is_prefix { "*" } else { "" }, indented(&lines))?;
    }
    body += "file_server\n";
    let redirect = place.folder().map(|folder| format!("redir {folder} {folder}/\n")).unwrap_or_default();
    Ok(format!("{redirect}route {}* {{\n{}}}\n", place.base, indented(&body)))
}

fn for_caddy(value: &str) -> Result<String> {
    ensure!(!value.contains(['{', '}', '\\']), "Caddy takes braces for a variable and \\ for a mark: {value}");
    Ok(format!("\"{}\"", value.replace('"', "\\\"")))
}

/// Apache: a site, and for each folder of the page that has headers the `.htaccess` that goes into it. They name no path from the root, so
/// they work wherever the page is copied to.
///
/// # Errors
/// When a header cannot be said there.
pub fn apache(rules: &HeaderRules, place: &Place) -> Result<(String, Vec<(String, String)>)> {
    let site = comment(
        "#",
        &[
            "The page as a site of its own for Apache, at http://HOST/FOLDER/.",
            "Add your certificate: without HTTPS browsers ignore some of the headers.",
            "Copy the folder site, with its .htaccess, to /srv/fivetwenty, and this file to /etc/apache2/sites-available/fivetwenty.conf.",
            "Then: a2enmod headers deflate && a2ensite fivetwenty && systemctl reload apache2",
        ],
    )
    .replace("HOST/FOLDER/", &format!("{}{}", place.host(), place.base))
        + &format!(
            "<VirtualHost *:80>\n    ServerName {}\n    DocumentRoot \"{ROOT}\"\n    <Directory \"{ROOT}\">\n        Require all granted\n        \
             Options None\n        DirectoryIndex index.html\n        # .htaccess has the types and the headers.\n        AllowOverride FileInfo\n    \
             </Directory>\n    <Files \".ht*\">\n        Require all denied\n    </Files>\n</VirtualHost>\n",
            place.host()
        );
    let mut folders: Vec<(String, String)> = Vec::new();
    for PathHeaders { path, is_prefix, headers } in each_added(rules, &place.base)? {
        let (folder, file) =
            path[place.base.len()..].rsplit_once('/').map_or(("", &path[place.base.len()..]), |(folder, file)| (folder, file));
        let file = match (file, is_prefix) {
            ("", false) => "index.html".to_owned(),
            (file, true) => format!("{file}*"),
            (file, false) => file.to_owned(),
        };
        let mut lines = String::new();
        for (name, value) in &headers {
            // Apache has two lists of headers, and sends both: what the server's own configuration sets must not be sent as well.
            writeln!(lines, "Header onsuccess unset {name}\nHeader always set {name} {}", for_apache(value)?)?;
        }
        // A section comes after what is in none, also in folders below, so that what stands for a whole folder there needs one as well.
        let text = if file == "*" && folder.is_empty() { lines } else { format!("<Files \"{file}\">\n{}</Files>\n", indented(&lines)) };
        match folders.iter_mut().find(|(known, _)| known == folder) {
            // The folder itself is its index.
            Some((_, texts)) if texts.contains(&text) => {}
            Some((_, texts)) => texts.push_str(&text),
            None => folders.push((folder.to_owned(), text)),
        }
    }
    for (folder, text) in &mut folders {
        let (how, types) = if folder.is_empty() {
            let how = "The page's types and headers for Apache, in whatever folder it is. They need `AllowOverride FileInfo`, which shared hosts have.";
            (how, apache_types()?)
        } else {
            ("The headers of the page's files in this folder, for Apache.", String::new())
        };
        *text = format!("{}{types}<IfModule mod_headers.c>\n{}</IfModule>\n", comment("#", &[how]), indented(text));
    }
    Ok((site, folders))
}

fn apache_types() -> Result<String> {
    let mut text = String::new();
    for (ending, kind) in TYPES {
        writeln!(text, "AddType {kind} .{ending}")?;
    }
    text += "AddCharset utf-8 .html .css .js .md .txt\n";
    write!(text, "<IfModule mod_deflate.c>\n    AddOutputFilterByType DEFLATE {}\n</IfModule>\n", COMPRESSED.join(" "))?;
    Ok(text)
}

fn for_apache(value: &str) -> Result<String> {
    ensure!(!value.contains("${"), "Apache takes ${{ for a variable: {value}");
    Ok(format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%")))
}

/// static-web-server: its configuration in the container. What is not said here is said in the container's command.
///
/// # Errors
/// When a header cannot be said there.
pub fn static_web_server(rules: &HeaderRules) -> Result<String> {
    let mut text = comment("#", &["What static-web-server sends in the container. `cargo xtask container` writes it."]);
    text += "[general]\nlog-level = \"warn\"\ncompression-static = true\ncache-control-headers = false\nsecurity-headers = false\n";
    for (ending, kind) in TYPES {
        let kind = content_type(kind);
        write!(text, "\n[[advanced.headers]]\nsource = \"/*.{ending}\"\n[advanced.headers.headers]\nContent-Type = \"{kind}\"\n")?;
    }
    for PathHeaders { path, is_prefix, headers } in rules.paths()? {
        // It knows a folder as the index in it.
        let file = if path.ends_with('/') && !is_prefix { format!("{path}index.html") } else { path };
        let source = format!("{file}{}", if is_prefix { "*" } else { "" });
        write!(text, "\n[[advanced.headers]]\nsource = {}\n[advanced.headers.headers]\n", serde_json::to_string(&source)?)?;
        for (name, value) in headers {
            // Its strings are those of JSON.
            writeln!(text, "{name} = {}", serde_json::to_string(&value)?)?;
        }
    }
    Ok(text)
}

/// For hosts where each rule that matches adds its headers: those that the rule for all paths has not said.
pub(super) fn each_added(rules: &HeaderRules, base: &str) -> Result<Vec<PathHeaders>> {
    let mut paths = rules.paths()?;
    let of_all = paths.iter().find(|path| path.is_prefix && path.path == base).map(|path| path.headers.clone()).unwrap_or_default();
    for path in &mut paths {
        if path.is_prefix && path.path == base {
            continue;
        }
        let lost = of_all.iter().find(|(name, _)| !path.headers.iter().any(|(kept, _)| kept == name));
        ensure!(lost.is_none(), "{}: a header that all paths have cannot be taken away here: {lost:?}", path.path);
        path.headers.retain(|header| !of_all.contains(header));
    }
    Ok(paths)
}

fn indented(text: &str) -> String {
    text.lines().flat_map(|line| [if line.is_empty() { "" } else { "    " }, line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str =
        "/t/*\n  X-A: 1\n/t/\n  CSP: a 'self'; b\n/t/index.html\n  CSP: a 'self'; b\n/t/f*\n  X-B: max=1, x\n/t/d/*\n  CSP: d\n";

    fn place(base: &str) -> Place {
        Place { base: base.to_owned(), host: None }
    }

    fn rules(text: &str) -> HeaderRules {
        HeaderRules::parse(text).expect("it is well formed")
    }

    /// Asserts that these parts follow each other in a text, whatever is between them.
    fn check(text: &str, parts: &[&str]) {
        let mut rest = text;
        for part in parts {
            let (_, after) = rest.split_once(part).unwrap_or_else(|| panic!("without {part:?} there: {text}"));
            rest = after;
        }
    }

    /// Breaks when nginx is given other headers, only some of those that a path has, or a location that another one of its server can beat.
    #[test]
    fn nginx_has_all_headers_in_each_location() {
        let [(_, server), (_, locations)] = nginx(&rules(RULES), &place("/t/")).expect("nginx can be given them");
        for text in [&server, &locations] {
            let flat: String = text.lines().flat_map(|line| [line.trim_start(), "\n"]).collect();
            check(
                &flat,
                &[
                    "location ^~ /t/ {\nroot /srv/fivetwenty;\n",
                    "application/wasm wasm;\n",
                    "add_header X-A \"1\" always;\n",
                    "location = /t/ {\nadd_header X-A \"1\" always;\nadd_header CSP \"a 'self'; b\" always;\n}\n",
                    "location ^~ /t/f {\nadd_header X-A \"1\" always;\nadd_header X-B \"max=1, x\" always;\n}\n",
                    "location ^~ /t/d/ {\nadd_header X-A \"1\" always;\nadd_header CSP \"d\" always;\n}\n",
                    "location = /t {\n",
                    "return 301 /t/;\n",
                ],
            );
        }
        assert!(server.contains("server {") && !locations.contains("server {"));
        let [(_, root), _] = nginx(&rules("/*\n  X-A: 1"), &place("/")).expect("nginx can be given them");
        assert!(root.contains("location ^~ / {") && !root.contains("return 301"), "{root}");
    }

    /// Breaks when Caddy is given other headers, or what is meant for all paths comes after what one of them has.
    #[test]
    fn caddy_has_what_is_special_last() {
        let [(_, site), (_, route)] = caddy(&rules(RULES), &place("/t/")).expect("Caddy can be given them");
        for text in [&site, &route] {
            let flat: String = text.lines().flat_map(|line| [line.trim_start(), "\n"]).collect();
            check(
                &flat,
                &[
                    "redir /t /t/\n",
                    "route /t/* {\n",
                    "header /t/* {\nX-A \"1\"\n}\n",
                    "header /t/ {\nCSP \"a 'self'; b\"\n}\n",
                    "header /t/f* {\nX-B \"max=1, x\"\n}\n",
                    "header /t/d/* {\nCSP \"d\"\n}\n",
                    "file_server\n",
                ],
            );
        }
        assert!(site.contains("\nexample.com {\n") && !route.contains("example.com"));
    }

    /// Breaks when Apache's files need the path from the root, or a file in a folder below gets what one of the same name above it has.
    #[test]
    fn apache_knows_no_path_from_the_root() {
        let (site, folders) = apache(&rules(RULES), &place("/t/")).expect("Apache can be given them");
        assert!(site.contains("AllowOverride FileInfo") && site.contains("DocumentRoot \"/srv/fivetwenty\""), "{site}");
        let [(top, above), (folder, below)] = &folders[..] else { panic!("{folders:?}") };
        assert_eq!((&**top, &**folder), ("", "d"));
        check(
            above,
            &[
                "AddType application/wasm .wasm\n",
                "\n    Header onsuccess unset X-A\n    Header always set X-A \"1\"\n",
                "    <Files \"index.html\">\n        Header onsuccess unset CSP\n        Header always set CSP \"a 'self'; b\"\n    </Files>\n",
                "    <Files \"f*\">\n",
                "Header always set X-B \"max=1, x\"\n",
            ],
        );
        assert_eq!(above.matches("<Files \"index.html\">").count(), 1, "{above}");
        check(below, &["    <Files \"*\">\n        Header onsuccess unset CSP\n        Header always set CSP \"d\"\n    </Files>\n"]);
        assert!(![above, below].iter().any(|text| text.contains("/t/")), "{folders:?}");
    }

    /// Breaks when the server in the container is given other headers, or none for the index of a folder.
    #[test]
    fn static_web_server_knows_a_folder_as_its_index() {
        let text = static_web_server(&rules("/*\n  X-A: 1\n/\n  CSP: a 'self'\n/f*\n  X-B: 2\n")).expect("it can be given them");
        check(
            &text,
            &[
                "source = \"/*.har\"\n[advanced.headers.headers]\nContent-Type = \"application/json\"\n",
                "source = \"/*\"\n[advanced.headers.headers]\nX-A = \"1\"\n",
                "source = \"/index.html\"\n[advanced.headers.headers]\nX-A = \"1\"\nCSP = \"a 'self'\"\n",
                "source = \"/f*\"\n[advanced.headers.headers]\nX-A = \"1\"\nX-B = \"2\"\n",
            ],
        );
    }

    /// Breaks when a value means something to a server, or ends the line that it is in.
    #[test]
    fn a_value_is_only_ever_a_value() {
        let rules = |value: &str| rules(&format!("/*\n  X-A: {value}\n"));
        let at = place("/");
        let said = |value: &str| {
            let rules = rules(value);
            let nginx = nginx(&rules, &at).map(|[(_, text), _]| text);
            let caddy = caddy(&rules, &at).map(|[(_, text), _]| text);
            let apache = apache(&rules, &at).map(|(_, folders)| folders[0].1.clone());
            (nginx, caddy, apache, static_web_server(&rules).expect("JSON has a sign for everything"))
        };
        let (nginx, caddy, apache, sws) = said("a \"b\"; c # d");
        assert!(nginx.unwrap().contains("add_header X-A \"a \\\"b\\\"; c # d\" always;\n"));
        assert!(caddy.unwrap().contains("X-A \"a \\\"b\\\"; c # d\"\n"));
        assert!(apache.unwrap().contains("Header always set X-A \"a \\\"b\\\"; c # d\"\n"));
        assert!(sws.contains("X-A = \"a \\\"b\\\"; c # d\"\n"));
        let (nginx, caddy, apache, sws) = said("50%e \\");
        assert!(nginx.unwrap().contains("\"50%e \\\\\" always;\n"));
        assert!(caddy.unwrap_err().to_string().contains("a mark"));
        assert!(apache.unwrap().contains("\"50%%e \\\\\"\n"));
        assert!(sws.contains("\"50%e \\\\\"\n"));
        let (nginx, caddy, apache, _) = said("${a}");
        for said in [nginx, caddy, apache] {
            let error = said.unwrap_err().to_string();
            assert!(error.contains("for a variable") && error.ends_with(": ${a}"), "{error}");
        }
    }

    /// Breaks when a host that only adds headers sends one that the file takes away for a path.
    #[test]
    fn what_cannot_be_taken_away_is_an_error() {
        let rules = rules("/*\n  X-A: 1\n/b\n  ! X-A\n");
        assert!(caddy(&rules, &place("/")).unwrap_err().to_string().starts_with("/b: a header that all paths have"));
        assert!(apache(&rules, &place("/")).is_err() && nginx(&rules, &place("/")).is_ok());
    }
}
