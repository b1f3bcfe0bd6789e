// <fivetwenty-report>: shows a report, and with the attribute `drop` takes files and finds one. What it shows are text nodes, and its
// style is a constructed sheet: no policy that forbids inline styles is in its way.
import { diagnose, toText } from "./index.js";

const STATUS = { confirmed: "Confirmed", likely: "Likely", possible: "Possible", "cannot-tell": "Not tested yet", "ruled-out": "Ruled out" };
const WHO = {
  origin: "the host or server admin",
  network: "the network or firewall admin",
  dns: "the DNS admin",
  dashboard: "the owner of the Cloudflare account",
  cloudflare: "Cloudflare",
  visitor: "the visitor",
};

const SIDE = { proxied: "through Cloudflare", direct: "direct", after: "after the fix" };

const STYLE = `
:host { display: block; font: inherit; line-height: 1.5; overflow-wrap: anywhere }
:host([hidden]) { display: none }
h2, h3, details { margin: 0.8em 0 0.3em; line-height: 1.25 }
h2 { font-size: 1.3em } h3 { font-size: 1.05em }
p, ul, ol, pre { margin: 0.3em 0 } ul, ol { padding-inline-start: 1.4em }
pre { padding: 0.6em; border: 1px solid; border-radius: 4px; overflow-x: auto }
pre, code { font-family: ui-monospace, monospace; font-size: 0.95em }
summary { font-weight: bold; cursor: pointer } .status { font-weight: bold } .caution { border-inline-start: 4px solid; padding-inline-start: 0.6em }
.table { overflow-x: auto } table { border-collapse: collapse }
th, td { text-align: start; padding: 0.2em 0.8em 0.2em 0; vertical-align: top }
.field { border: 2px dashed; border-radius: 6px; padding: 1em } .field.over { border-style: solid }
.field label { display: block } .field input, button { font: inherit; max-width: 100% } progress { width: 100% }
button { padding: 0.3em 0.8em; cursor: pointer }
:focus-visible { outline: 3px solid; outline-offset: 2px }`;

let sheet;

/** An element with children; a child that is no element is a text. */
function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

const list = (name, items) => make(name, {}, ...items.map((item) => make("li", {}, ...prose(item))));
/** A text in which backticks stand around what a machine reads. */
const prose = (text) => text.split("`").map((piece, index) => (index % 2 ? make("code", {}, piece) : piece));
const commands = (lines) => lines.map((line) => make("pre", { tabIndex: 0 }, make("code", {}, line)));

export class FivetwentyReport extends HTMLElement {
  #report = null;
  #root = this.attachShadow({ mode: "open" });
  #field = make("div");
  #shown = make("div");
  #working = null;

  static observedAttributes = ["drop"];

  constructor() {
    super();
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
    }
    this.#root.adoptedStyleSheets = [sheet];
    this.#root.append(this.#field, this.#shown);
  }

  /** The report that is shown: what `diagnose` gave, or the command line's JSON. */
  get report() {
    return this.#report;
  }

  set report(report) {
    this.#working?.abort();
    this.#report = report;
    this.#shown.replaceChildren(...(report ? [shown(report, toText(report))] : []));
  }

  /** Finds the cause in these files, and shows it. */
  set files(files) {
    this.#diagnose([...files]);
  }

  attributeChangedCallback() {
    this.#field.replaceChildren(...(this.hasAttribute("drop") ? [this.#makeField()] : []));
  }

  disconnectedCallback() {
    this.#working?.abort();
  }

  #makeField() {
    const input = make("input", { type: "file", multiple: true });
    input.addEventListener("change", () => this.#diagnose([...input.files]));
    const label = make("label", {}, "HAR files, logs or error pages: choose them or drop them here. They stay on this device. ", input);
    const field = make("div", { className: "field" }, label);
    const over = (event) => {
      event.preventDefault();
      field.classList.toggle("over", event.type === "dragover");
      if (event.type === "drop") this.#diagnose([...event.dataTransfer.files]);
    };
    for (const type of ["dragover", "dragleave", "drop"]) field.addEventListener(type, over);
    return field;
  }

  async #diagnose(files) {
    this.report = null;
    if (files.length === 0) return;
    const working = (this.#working = new AbortController());
    const bar = make("progress", { max: 1, value: 0 });
    bar.setAttribute("aria-label", "Reading the files");
    const cancel = make("button", { type: "button" }, "Cancel");
    cancel.addEventListener("click", () => working.abort());
    this.#shown.replaceChildren(bar, cancel);
    const onProgress = ({ loaded, total }) => Object.assign(bar, { max: total, value: loaded });
    try {
      const report = await diagnose({ files }, { onProgress, signal: working.signal });
      if (this.#working !== working) return;
      this.report = report;
      this.#tell("fivetwenty-report", { report, files });
    } catch (error) {
      // Another choice may be under way meanwhile.
      if (this.#working !== working) return;
      const isCancelled = working.signal.aborted;
      this.#shown.replaceChildren(...(isCancelled ? [] : [make("p", { role: "alert" }, error.message)]));
      if (!isCancelled) this.#tell("fivetwenty-error", { error, files });
    }
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

function shown(report, text) {
  const { verdict } = report;
  const status = verdict.status ?? (verdict.tied.length > 0 ? "possible" : null);
  const leading = report.findings.filter(({ cause }) => cause === verdict.cause || verdict.tied.includes(cause));
  const failing = report.rays.filter((ray) => ray.status >= 500);
  const region = make(
    "section",
    {},
    verdict.caution && make("p", { className: "caution" }, verdict.caution),
    report.sample && make("p", {}, "Sample: captures of a test server, not your site"),
    make("p", { className: "status" }, STATUS[status] ?? "Next step"),
    make("h2", {}, verdict.headline),
    make("p", {}, verdict.summary),
    verdict.leaves_open && make("p", {}, verdict.leaves_open),
    ...part("Who acts", verdict.responsible.length > 0 && list("ul", verdict.responsible.map((who) => WHO[who] ?? who))),
    ...part("What to do first", make("p", {}, ...prose(verdict.first_step)), ...commands(verdict.commands)),
    ...leading.flatMap((finding) => steps(finding, leading.length > 1)),
    ...part("Evidence", ...evidence(leading.flatMap((finding) => finding.evidence))),
    ...part("Ray IDs of failing requests", failing.length > 0 && rays(failing)),
    copyButton(text ?? JSON.stringify(report, null, 2)),
  );
  region.setAttribute("aria-label", "Report on the error 520");
  return region;
}

/** A heading and what is below it, or nothing. */
function part(title, ...content) {
  return content[0] ? [make("h3", {}, title), ...content] : [];
}

function steps({ title, steps }, isOneOfSeveral) {
  const texts = steps.filter(({ applies }) => applies).map(({ text }) => text);
  if (texts.length === 0) return [];
  return [make("details", {}, make("summary", {}, isOneOfSeveral ? `All steps: ${title}` : "All steps"), list("ol", texts))];
}

/** What is alike is one line, with its entries. Ray IDs have a table of their own. */
function evidence(all) {
  const lines = new Map();
  for (const { source, entry, field, value, polarity } of all) {
    if (field.endsWith("cf-ray")) continue;
    const key = JSON.stringify([polarity, source, field, value]);
    const line = lines.get(key) ?? { where: SIDE[source] ?? source, isAgainst: polarity === "contradicts", seen: `${field} ${value}`, entries: [] };
    if (entry != null) line.entries.push(entry);
    lines.set(key, line);
  }
  const item = ({ where, isAgainst, seen, entries }) => {
    const at = entries.length > 0 ? `, entry ${entries.join(", ")}` : "";
    return make("li", {}, `${isAgainst ? "Against: " : ""}${where}${at}: `, make("code", {}, seen));
  };
  return lines.size > 0 ? [make("ul", {}, ...Array.from(lines.values(), item))] : [];
}

function rays(rays) {
  const row = (name, cells) => make("tr", {}, ...cells.map((cell) => make(name, {}, String(cell ?? ""))));
  const rows = rays.map(({ id, colo, received, status }) => row("td", [id, colo, received, status]));
  const head = make("thead", {}, row("th", ["Ray ID", "Data centre", "Time", "Status"]));
  return make("div", { className: "table", tabIndex: 0 }, make("table", {}, head, make("tbody", {}, ...rows)));
}

function copyButton(text) {
  const button = make("button", { type: "button" }, "Copy the report");
  const status = make("span", { role: "status" });
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      status.textContent = " Copied";
    } catch {
      status.textContent = " The browser does not allow copying here.";
    }
  });
  return make("p", {}, button, status);
}

customElements.define("fivetwenty-report", FivetwentyReport);
