import type { Report } from "./report.js";

export type * from "./report.js";

/** What is read: a file, which is streamed, or its content. */
export type Content = File | Blob | string;

/** What the case is made of: at least one file. A member that is `null` or missing is left out. */
export interface Given {
  /** The HAR file captured through Cloudflare. */
  proxied?: Content | null;
  /** The HAR file captured direct to the origin. */
  direct?: Content | null;
  /** A HAR file captured through Cloudflare after a fix. */
  after?: Content | null;
  /** Files of any kind, as an upload form gets them: what each is and which side it shows is found out. */
  files?: Iterable<Content> | null;
  /** Other evidence: output of curl, error pages, Ray IDs, lines of logs. What each is is found out. */
  texts?: Iterable<Content> | null;
  /** One host of the site to report on, if the files hold several sites. */
  site?: string | null;
  /** The current time, as a `Date` or in RFC 3339. Without it, the machine's clock is asked. */
  now?: Date | string | null;
  /** The UTC offset of logs, for lines without one: `+02:00`. Without it, `+00:00`. */
  logOffset?: string | null;
}

/** How a call is followed and ended. */
export interface Options {
  /** Called about ten times a second with the bytes that were read, and how many there are to read. Neither goes back; at the end both are equal. */
  onProgress?: (progress: { loaded: number; total: number }) => void;
  /** Ends the worker at once; the promise is rejected with the signal's reason, by default a `DOMException` named `AbortError`. */
  signal?: AbortSignal;
}

/** What is redacted in addition, or kept. */
export interface Rules {
  add?: Rule[];
  keep?: Rule[];
}

/** One value, or the values of one name. */
export interface Rule {
  what: "header" | "cookie" | "query" | "form" | "json" | "field" | "text";
  /** The name of the header, cookie, parameter, member or field; of `text` the text itself. */
  name: string;
}

/** The files of a bundle that can be sent to support. */
export interface Bundle {
  /** Redacted HAR files, the report in several forms, and a manifest. */
  files: File[];
  /** The rules that nothing matched, each as a sentence. */
  unmatched: string[];
  /** What is in the bundle, as text. */
  summary: string;
}

/** Why there is no report or no bundle. Wrong arguments are a `TypeError` instead. */
export class FivetwentyError extends Error {
  /**
   * - `unreadable`: no file could be read; the message has a line for each.
   * - `captures`: there are more captures than sides.
   * - `rules`: the rules are not valid.
   * - `leak`: a value that was redacted is still in a file, so no file is given.
   * - `bundle`: the bundle could not be made.
   * - `internal`: a fault of the library, or the worker could not start.
   */
  code: "unreadable" | "captures" | "rules" | "leak" | "bundle" | "internal";
  /** The name of the file that is at fault, if it is one. */
  file?: string;
}

/** Finds why Cloudflare answers 520. The report is the command line's: `JSON.stringify(report, null, 2) + "\n"` are its bytes. */
export function diagnose(given: Given, options?: Options): Promise<Report>;

/** Makes the bundle for support: what is given, redacted by default and by the rules. */
export function redact(given: Given, rules?: Rules | null, options?: Options): Promise<Bundle>;

/** The short text of a report that `diagnose` gave in this page or process; `undefined` for any other. */
export function toText(report: Report): string | undefined;
