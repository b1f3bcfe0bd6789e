// The upload form of a hosting panel: the person chooses files, sees the verdict, and sends redacted files only.
import { diagnose, redact } from "./fivetwenty/index.js";
import "./fivetwenty/element.js";

const [form, files, cancel, progress, status, verdict, prepare, redacted] = [
  "upload", "files", "cancel", "progress", "status", "verdict", "redact", "redacted",
].map((id) => document.getElementById(id));

let working = null;

/** Does one thing at a time, which can be cancelled. */
async function run(work) {
  working?.abort();
  const mine = (working = new AbortController());
  const onProgress = ({ loaded, total }) => Object.assign(progress, { max: total, value: loaded });
  [cancel.disabled, status.textContent] = [false, "Working…"];
  try {
    await work({ onProgress, signal: mine.signal });
    status.textContent = "Done";
  } catch (error) {
    status.textContent = error.name === "AbortError" ? "Cancelled" : error.message;
  }
  cancel.disabled = true;
}

cancel.onclick = () => working.abort();

form.onsubmit = (event) => {
  event.preventDefault();
  redacted.replaceChildren();
  [verdict.report, prepare.disabled] = [null, true];
  run(async (options) => {
    verdict.report = await diagnose({ files: files.files }, options);
    prepare.disabled = false;
  });
};

prepare.onclick = () =>
  run(async (options) => {
    const bundle = await redact({ files: files.files }, {}, options);
    // A panel would send them; here each can be saved.
    const link = (file) => Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: file.name, textContent: file.name });
    const line = (file) => document.createElement("p").appendChild(link(file)).parentElement;
    redacted.replaceChildren(...bundle.files.map(line));
  });
