import type { FivetwentyError } from "./index.js";
import type { Report } from "./report.js";

/** Shows a report; with the attribute `drop` it takes files and finds one. */
export class FivetwentyReport extends HTMLElement {
  /** The report that is shown: what `diagnose` gave, or the command line's JSON. `null` shows nothing. */
  report: Report | null;
  /** Finds the cause in these files, and shows it. */
  set files(files: Iterable<File>);
}

/** Fired as `fivetwenty-report` when a report was found in files that the element was given. It bubbles. */
export type ReportEvent = CustomEvent<{ report: Report; files: File[] }>;

/** Fired as `fivetwenty-error` when there is none. It bubbles. */
export type ErrorEvent = CustomEvent<{ error: FivetwentyError; files: File[] }>;

declare global {
  interface HTMLElementTagNameMap {
    "fivetwenty-report": FivetwentyReport;
  }
  interface HTMLElementEventMap {
    "fivetwenty-report": ReportEvent;
    "fivetwenty-error": ErrorEvent;
  }
}
