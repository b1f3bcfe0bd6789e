// What holds for the library in Node, beyond its report: `library.rs` runs this beside the package, with the sample's files.
import assert from "node:assert/strict";
import { closeSync, openAsBlob, openSync, readFileSync, writeSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { diagnose, redact, toText, FivetwentyError } from "fivetwenty";

const [proxied, direct] = process.argv.slice(2).map((path) => readFileSync(path));
const now = new Date("2026-12-01T00:00:00Z");

// Broken by a packed file, or a string, that is read otherwise than the file itself.
const plain = await diagnose({ proxied: new Blob([proxied]), direct: new Blob([direct]), now });
assert.equal(plain.verdict.cause, "empty-reply");
assert.match(toText(plain), /^fivetwenty report/);
const packed = await diagnose({ files: [new Blob([gzipSync(proxied)]), direct.toString()], now });
assert.deepEqual(packed.findings, plain.findings);

// Broken by an error that says neither which file nor why.
await assert.rejects(diagnose({ proxied: "none" }), (error) => error instanceof FivetwentyError && error.code === "unreadable" && error.file === "proxied.har");
await assert.rejects(diagnose({ proxied: "none", now: "soon" }), TypeError);
await assert.rejects(redact({ proxied: proxied.toString() }, { add: [{ what: "text", name: "200" }] }), { code: "leak" });

// Broken by a bundle that lacks a file, or holds what a rule names.
const { files } = await redact({ files: [new Blob([proxied]), new Blob([direct])], now }, { add: [{ what: "header", name: "Server" }] });
assert.deepEqual(files.map(({ name }) => name).sort(), [
  "direct.har", "manifest.json", "proxied.har", "report.html", "report.json", "report.txt", "summary.txt", "support.txt",
]);
const har = files.find(({ name }) => name === "direct.har");
assert.ok(!(await har.text()).includes("nginx/"));

// A file of 200 MB: it must not be in memory as a whole, neither here nor in the worker.
const large = "large.har";
const entry = JSON.stringify({
  startedDateTime: "2026-11-21T00:00:00Z",
  request: { method: "GET", url: "http://a.example/", headers: [] },
  response: { status: 200, headers: [], content: { size: 1, text: "x".repeat(20_000) } },
});
const out = openSync(large, "w");
writeSync(out, '{"log":{"entries":[');
for (let written = 0; written < 200; written++) writeSync(out, `${entry},`.repeat(50));
writeSync(out, "{}]}}");
closeSync(out);
const file = new File([await openAsBlob(large)], large);

// Broken by a worker that goes on, or a promise that waits for it.
const control = new AbortController();
let aborted = 0;
const onProgress = () => {
  aborted ||= performance.now();
  control.abort();
};
await assert.rejects(diagnose({ proxied: file }, { signal: control.signal, onProgress }), { name: "AbortError" });
assert.ok(performance.now() - aborted < 1000);
await assert.rejects(diagnose({ proxied: file }, { signal: AbortSignal.abort(new Error("mine")) }), /mine/);

// Broken by progress that goes back or does not reach its end, and by memory that grows with the file.
const told = [];
const before = process.memoryUsage().rss;
let most = before;
const began = performance.now();
const report = await diagnose(
  { proxied: file },
  {
    onProgress({ loaded, total }) {
      told.push(loaded);
      assert.equal(total, file.size);
      most = Math.max(most, process.memoryUsage().rss);
    },
  },
);
assert.equal(report.captures.proxied.entries, 200 * 50 + 1);
assert.deepEqual(told, [...told].sort((one, other) => one - other));
assert.equal(told.at(-1), file.size);
const grown = Math.round((most - before) / 1e6);
console.log(`${Math.round(file.size / 1e6)} MB in ${Math.round(performance.now() - began)} ms, memory grew by ${grown} MB`);
assert.ok(grown < 150, `${grown} MB`);
