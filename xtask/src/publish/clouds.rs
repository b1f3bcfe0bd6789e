//! What Cloudflare Workers, S3 with CloudFront and GitHub Pages need.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Result, ensure};
use serde_json::{Map, Value, json};

use super::place::{Place, comment, content_type, type_of};
use super::servers::each_added;
use crate::headers::HeaderRules;

/// How many bytes CloudFront accepts of a function.
const LARGEST_FUNCTION: usize = 10 * 1024;

/// The version of the Workers runtime. Files alone use nothing of it, and an older one runs on more machines.
const COMPATIBILITY_DATE: &str = "2026-01-01";

/// The configuration of a Worker that is files and no script: without one, no request counts against a plan, and none reaches the origin.
///
/// # Errors
/// When it cannot be written.
pub fn wrangler(place: &Place) -> Result<String> {
    let mut lines = vec!["Cloudflare Workers, files only. Run here: npx wrangler deploy"];
    let mut settings = json!({
        "name": "fivetwenty",
        "compatibility_date": COMPATIBILITY_DATE,
        "assets": { "directory": "./site", "html_handling": "auto-trailing-slash", "not_found_handling": "none" },
        "workers_dev": true,
    });
    let host = place.host();
    if let Some(folder) = place.folder() {
        lines.push("The routes put it in front of the origin of a host that Cloudflare proxies already. docs/drop-in.md says more.");
        if place.host.is_none() {
            lines.push("Change example.com to your host first.");
        }
        settings["routes"] = json!([format!("{host}{folder}"), format!("{host}{folder}/*")]);
        settings["workers_dev"] = json!(false);
    } else if place.host.is_some() {
        lines.push("The host must be in a zone of your account and have no DNS record yet: Cloudflare makes one.");
        settings["routes"] = json!([{ "pattern": host, "custom_domain": true }]);
        settings["workers_dev"] = json!(false);
    }
    Ok(format!("{}{}\n", comment("//", &lines), serde_json::to_string_pretty(&settings)?))
}

/// The two functions of CloudFront: one for requests, which finds the index of a folder, and one for responses, which adds the headers.
///
/// # Errors
/// When a header cannot be said there, or there are too many.
pub fn cloudfront(rules: &HeaderRules, place: &Place) -> Result<[(&'static str, String); 2]> {
    let create = |name: &str, file: &str| {
        let config = format!("--function-config Comment={name},Runtime=cloudfront-js-2.0");
        format!("aws cloudfront create-function --name {name} {config} --function-code fileb://{file}")
    };
    let publish = "Then publish it, and add it to the distribution's default behavior for the event";
    let folder = place.folder().unwrap_or_default();
    let index = comment(
        "//",
        &[&create("fivetwenty-index", "index.js"), &format!("{publish} viewer request. It was never tried on CloudFront itself.")],
    ) + &format!(
        "var folder = {};\nfunction handler(event) {{\n    var request = event.request;\n    if (folder && request.uri === folder) {{\n        \
         return {{ statusCode: 301, statusDescription: 'Moved Permanently', headers: {{ location: {{ value: folder + '/' }} }} }};\n    }}\n    \
         if (request.uri.endsWith('/')) {{\n        request.uri += 'index.html';\n    }}\n    return request;\n}}\n",
        json!(folder)
    );
    let mut paths = String::new();
    for path in each_added(rules, &place.base)? {
        let headers: Map<String, Value> =
            path.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), json!({ "value": value }))).collect();
        writeln!(paths, "    [{}, {}, {}],", json!(path.path), path.is_prefix, json!(headers))?;
    }
    let headers = comment(
        "//",
        &[&create("fivetwenty-headers", "headers.js"), &format!("{publish} viewer response. It was never tried on CloudFront itself.")],
    ) + &format!(
        "// Path, whether all that begins so is meant, headers. What comes later counts.\nvar paths = [\n{paths}];\n\
         function handler(event) {{\n    var response = event.response;\n    var uri = event.request.uri;\n    \
         paths.forEach(function (path) {{\n        if (path[1] ? uri.startsWith(path[0]) : uri === path[0]) {{\n            \
         Object.assign(response.headers, path[2]);\n        }}\n    }});\n    return response;\n}}\n"
    );
    ensure!(
        headers.len() <= LARGEST_FUNCTION,
        "headers.js has {} bytes, and CloudFront accepts {LARGEST_FUNCTION}: take headers out of static/_headers",
        headers.len()
    );
    Ok([("index.js", index), ("headers.js", headers)])
}

/// A script that uploads the files to a bucket, each with its type and how long it may be kept.
///
/// # Errors
/// When no type is known for a file, or its name needs quotes.
pub fn upload(rules: &HeaderRules, files: &[String]) -> Result<String> {
    let mut text = "#!/bin/sh\n".to_owned()
        + &comment(
            "#",
            &[
                "Uploads the page to S3: sh upload.sh s3://my-bucket   (it needs the aws command; it was never tried on S3 itself)",
                "More words go to every aws command: for R2, --endpoint-url https://ACCOUNT.r2.cloudflarestorage.com",
                "S3 sends no other headers than these two. headers.js and index.js are the functions for CloudFront in front of it.",
            ],
        )
        + "set -eu\ncd \"$(dirname \"$0\")/site\"\nbucket=${1:?expected the bucket, such as s3://my-bucket}\nshift\n\
           while IFS='|' read -r file type cache; do\n    \
           aws s3 cp \"$file\" \"$bucket/$file\" --content-type \"$type\" --cache-control \"$cache\" \"$@\" </dev/null\n\
           done <<'END'\n";
    for file in files {
        let cache = rules.of(&format!("/{file}")).into_iter().find(|(name, _)| name.eq_ignore_ascii_case("cache-control"));
        let kind = type_of(Path::new(file))?;
        let cache = cache.map_or_else(|| "no-cache".to_owned(), |(_, value)| value);
        ensure!(!file.contains(['|', '\n', '\\']) && !cache.contains('|'), "{file}: a name that this script cannot read");
        writeln!(text, "{file}|{}|{cache}", content_type(kind))?;
    }
    text += "END\n";
    Ok(text)
}

/// A script that publishes the files as a branch of a repository.
pub fn github() -> String {
    "#!/bin/sh\n".to_owned()
        + &comment(
            "#",
            &[
                "Publishes the page on GitHub Pages: sh publish.sh git@github.com:you/520.git",
                "It replaces the branch gh-pages of that repository. Choose that branch there under Settings, Pages, once.",
                "GitHub Pages sends no headers of the page's: readers are isolated by the frame's own policy, other sites may frame the page,",
                "it shares its origin with your other project pages, and a new version is seen after ten minutes.",
            ],
        )
        + "set -eu\nrepository=${1:?expected the repository, such as git@github.com:you/520.git}\ncd \"$(dirname \"$0\")/site\"\n\
           work=$(mktemp -d)\ntrap 'rm -rf \"$work\"' EXIT\n\
           git init --quiet --bare \"$work\"\n\
           git --git-dir=\"$work\" --work-tree=. add --all --force\n\
           git --git-dir=\"$work\" --work-tree=. commit --quiet --message='Publish the page'\n\
           git --git-dir=\"$work\" push --force \"$repository\" HEAD:refs/heads/gh-pages\n"
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;
    use std::process::Command;

    use super::*;
    use crate::run::{on_path, output};

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("fivetwenty-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn parsed(jsonc: &str) -> Value {
        let json: String = jsonc.lines().filter(|line| !line.starts_with("//")).collect();
        serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {jsonc}"))
    }

    /// Breaks when a Worker takes requests that are not the page's, or none; or when one that does not know a file asks the origin for it.
    #[test]
    fn a_worker_has_the_routes_of_its_folder_alone() {
        let settings = |base: &str, host: Option<&str>| {
            parsed(&wrangler(&Place { base: base.to_owned(), host: host.map(ToOwned::to_owned) }).unwrap())
        };
        let drop_in = settings("/520-check/", None);
        assert_eq!(drop_in["routes"], json!(["example.com/520-check", "example.com/520-check/*"]));
        assert_eq!((&drop_in["workers_dev"], drop_in.get("main")), (&json!(false), None));
        assert_eq!(drop_in["assets"], json!({"directory": "./site", "html_handling": "auto-trailing-slash", "not_found_handling": "none"}));
        assert_eq!(settings("/a/", Some("shop.example"))["routes"], json!(["shop.example/a", "shop.example/a/*"]));
        assert_eq!(settings("/", Some("520.shop.example"))["routes"], json!([{"pattern": "520.shop.example", "custom_domain": true}]));
        let alone = settings("/", None);
        assert_eq!((alone.get("routes"), &alone["workers_dev"]), (None, &json!(true)));
    }

    /// Breaks when the function for CloudFront gives a path other headers than the rules, when its code is not JavaScript, or when a value
    /// ends the string that it is in.
    #[test]
    fn cloudfront_gives_each_path_its_headers() {
        let Some(node) = on_path("node") else {
            println!("LEFT OUT: the functions for CloudFront were not run: there is no node");
            return;
        };
        let folder = scratch("cloudfront");
        let text = include_str!("../../../static/_headers").to_owned() + "/odd.js\n  X-Odd: ${a} \"'`\\ </script> %\n";
        let headers = crate::publish::headers_below(&text, "/t/");
        let rules = HeaderRules::parse(&headers).unwrap();
        let place = Place { base: "/t/".to_owned(), host: None };
        let paths =
            ["/t/", "/t/index.html", "/t/frame.html", "/t/worker.js", "/t/probe.js", "/t/causes/a.html", "/t/boot-1.js", "/t/odd.js", "/x"];
        let run = |code: &str, ask: &str| -> Value {
            let file = folder.join("function.js");
            fs::write(&file, format!("{code}\nconsole.log(JSON.stringify({}.map(uri => {ask})))", json!(paths))).unwrap();
            serde_json::from_str(&output(Command::new(&node).arg(&file)).unwrap()).unwrap()
        };
        let [(_, index), (_, code)] = cloudfront(&rules, &place).unwrap();
        let sent = run(&code, "handler({request: {uri}, response: {headers: {}}}).headers");
        for (path, sent) in paths.iter().zip(sent.as_array().unwrap()) {
            let due: Map<String, Value> =
                rules.of(path).into_iter().map(|(name, value)| (name.to_ascii_lowercase(), json!({ "value": value }))).collect();
            assert_eq!(sent, &json!(due), "{path}");
        }
        let found = run(&index, "handler({request: {uri}}).uri");
        assert_eq!((&found[0], &found[1], &found[3]), (&json!("/t/index.html"), &json!("/t/index.html"), &json!("/t/worker.js")));
        let moved = run(&index, "handler({request: {uri: '/t'}}).headers.location.value");
        assert_eq!(moved[0], "/t/");
        fs::remove_dir_all(&folder).unwrap();

        let long = HeaderRules::parse(&format!("/*\n  X-A: {}\n", "a".repeat(LARGEST_FUNCTION))).unwrap();
        assert!(cloudfront(&long, &place).unwrap_err().to_string().contains("CloudFront accepts 10240"));
    }

    /// Breaks when a file is uploaded under another name or type, kept for another time, or not at all.
    #[cfg(unix)]
    #[test]
    fn every_file_is_uploaded_with_its_type() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = scratch("upload");
        fs::create_dir_all(folder.join("site/t")).unwrap();
        let rules = HeaderRules::parse("/t/a*\n  Cache-Control: public, max-age=1\n").unwrap();
        let files = ["t/a-1.wasm", "t/b.html"].map(ToOwned::to_owned);
        fs::write(folder.join("upload.sh"), upload(&rules, &files).unwrap()).unwrap();
        let aws = folder.join("aws");
        fs::write(&aws, "#!/bin/sh\nprintf '<%s>' \"$@\"; echo\n").unwrap();
        fs::set_permissions(&aws, fs::Permissions::from_mode(0o755)).unwrap();
        let path = std::env::join_paths([folder.clone()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())));
        let mut script = Command::new("sh");
        script.arg(folder.join("upload.sh")).args(["s3://bucket", "--endpoint-url", "x"]).env("PATH", path.unwrap());
        assert_eq!(
            output(&mut script).unwrap(),
            "<s3><cp><t/a-1.wasm><s3://bucket/t/a-1.wasm><--content-type><application/wasm><--cache-control><public, max-age=1><--endpoint-url><x>\n\
             <s3><cp><t/b.html><s3://bucket/t/b.html><--content-type><text/html; charset=utf-8><--cache-control><no-cache><--endpoint-url><x>\n"
        );
        fs::remove_dir_all(&folder).unwrap();
        assert!(upload(&rules, &["a.exe".to_owned()]).unwrap_err().to_string().contains("no type is known"));
        assert!(upload(&rules, &["a|b.html".to_owned()]).is_err());
    }

    /// Breaks when the branch has other files than the site, or an older state of the branch stays.
    #[cfg(unix)]
    #[test]
    fn the_site_becomes_a_branch() {
        let folder = scratch("github");
        fs::create_dir_all(folder.join("site/causes")).unwrap();
        fs::write(folder.join("publish.sh"), github()).unwrap();
        let repository = folder.join("repository.git");
        output(Command::new("git").args(["init", "--quiet", "--bare"]).arg(&repository)).unwrap();
        for name in [".nojekyll", "causes/a.html"] {
            fs::write(folder.join("site").join(name), name).unwrap();
            let mut script = Command::new("sh");
            script.arg(folder.join("publish.sh")).arg(&repository);
            for who in ["AUTHOR", "COMMITTER"] {
                script.env(format!("GIT_{who}_NAME"), "a").env(format!("GIT_{who}_EMAIL"), "a@site.example");
            }
            output(&mut script).unwrap();
        }
        let files =
            output(Command::new("git").arg("--git-dir").arg(&repository).args(["ls-tree", "-r", "--name-only", "gh-pages"])).unwrap();
        assert_eq!(files, ".nojekyll\ncauses/a.html\n");
        fs::remove_dir_all(&folder).unwrap();
    }
}
