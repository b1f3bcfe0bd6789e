// What both entries share: arguments are checked here, and each call has a worker of its own, which ends with it.

/** Why there is no report or no bundle. */
export class FivetwentyError extends Error {
  constructor({ code, message, file }) {
    super(message);
    this.name = "FivetwentyError";
    this.code = code;
    this.file = file ?? undefined;
  }
}

const SIDES = ["proxied", "direct", "after"];
const LISTS = ["files", "texts"];
const GIVEN = [...SIDES, ...LISTS, "site", "now", "logOffset"];

const texts = new WeakMap();

/** The short text of a report that `diagnose` gave. */
export function toText(report) {
  return texts.get(report);
}

/** The functions of the library, over what starts a worker for some files. */
export function library(start) {
  return {
    async diagnose(given, options) {
      const [report, text] = await call(start, "diagnose", asked(given), options);
      texts.set(report, text);
      return report;
    },
    async redact(given, rules, options) {
      const all = asked(given);
      object("rules", rules ?? {});
      const text = JSON.stringify({ add: [], keep: [], ...rules });
      const [names, contents, unmatched, summary] = await call(start, "redact", { ...all, rules: text }, options);
      const files = names.map((name, at) => new File([contents[at]], name, { type: type(name) }));
      return { files, unmatched, summary };
    },
  };
}

function asked(given) {
  object("the first argument", given);
  known(given, GIVEN, "the first argument");
  const files = [];
  for (const side of SIDES) if (given[side] != null) files.push({ side, file: file(side, given[side], `${side}.har`) });
  for (const list of LISTS) {
    const all = given[list] ?? [];
    if (typeof all === "string" || typeof all[Symbol.iterator] !== "function") throw new TypeError(`${list}: expected a list of File, Blob or string`);
    for (const one of all) files.push({ side: "", file: file(list, one, `paste-${files.filter(({ side }) => !side).length + 1}`) });
  }
  if (files.length === 0) throw new TypeError(`nothing to read: give ${[...SIDES, ...LISTS].join(", ")}`);
  if (files.every(({ side }) => side === "after")) throw new TypeError("after: give the captures from before the fix as well");
  if (given.site != null && typeof given.site !== "string") throw new TypeError("site: expected the name of a host");
  if (given.logOffset != null && typeof given.logOffset !== "string") throw new TypeError("logOffset: expected an offset such as +02:00");
  return { files, site: given.site ?? undefined, now: time(given.now ?? new Date()), offset: given.logOffset ?? "+00:00" };
}

function file(where, content, name) {
  if (typeof content === "string" || (content instanceof Blob && !(content instanceof File))) return new File([content], name);
  if (content instanceof File) return content;
  throw new TypeError(`${where}: expected a File, a Blob or a string`);
}

function time(now) {
  if (typeof now === "string") return now;
  if (now instanceof Date && !Number.isNaN(now.getTime())) return now.toISOString();
  throw new TypeError("now: expected a Date or a time such as 2026-11-30T12:00:00Z");
}

function object(what, value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError(`${what}: expected an object`);
}

function known(value, names, what) {
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new TypeError(`${what}: unknown member ${unknown}; expected ${names.join(", ")}`);
}

function type(name) {
  const [, end] = name.match(/\.(\w+)$/) ?? [];
  return { json: "application/json", har: "application/json", html: "text/html", txt: "text/plain" }[end] ?? "";
}

function call(start, task, { files, ...rest }, options = {}) {
  object("options", options);
  known(options, ["onProgress", "signal"], "options");
  const { onProgress, signal } = options;
  if (onProgress !== undefined && typeof onProgress !== "function") throw new TypeError("onProgress: expected a function");
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw new TypeError("signal: expected an AbortSignal");
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    let worker;
    let over = false;
    const end = (settle, value) => {
      over = true;
      signal?.removeEventListener("abort", abort);
      worker?.terminate();
      settle(value);
    };
    const abort = () => end(reject, signal.reason);
    const onMessage = ({ progress, done, error }) => {
      // What was on its way when the call ended.
      if (over) return;
      if (progress) onProgress?.({ loaded: progress[0], total: progress[1] });
      else if (done) end(resolve, done);
      else end(reject, error.code === "argument" ? new TypeError(error.message) : new FivetwentyError(error));
    };
    const onError = (message) => end(reject, new FivetwentyError({ code: "internal", message }));
    signal?.addEventListener("abort", abort);
    try {
      worker = start(files.map(({ file }) => file), onMessage, onError);
      worker.postMessage({ task, sides: files.map(({ side }) => side), ...rest });
    } catch (error) {
      end(reject, error);
    }
  });
}
