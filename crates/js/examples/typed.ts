// What the declarations say: compiled, never run.
import { diagnose, redact, toText, FivetwentyError, type Report, type Responsible, type Status } from "fivetwenty";
import { FivetwentyReport, type ReportEvent } from "fivetwenty/element";

export async function shown(files: FileList, element: FivetwentyReport): Promise<string> {
  const control = new AbortController();
  try {
    const report: Report = await diagnose(
      { files, texts: ["error code: 520"], now: new Date(), logOffset: "+02:00" },
      { signal: control.signal, onProgress: ({ loaded, total }) => console.log(loaded / total) },
    );
    element.report = report;
    const status: Status | null = report.verdict.status;
    const who: Responsible[] = report.verdict.responsible;
    const rays: string[] = report.rays.map((ray) => ray.id);
    return [status ?? "next step", ...who, ...rays, toText(report) ?? ""].join("\n");
  } catch (error) {
    if (error instanceof FivetwentyError && error.code === "unreadable") return error.file ?? error.message;
    throw error;
  }
}

export async function sent(proxied: Blob, direct: string): Promise<FormData> {
  const { files, unmatched } = await redact({ proxied, direct }, { add: [{ what: "header", name: "X-Shop" }] });
  if (unmatched.length > 0) throw new Error(unmatched.join("\n"));
  const form = new FormData();
  for (const file of files) form.append("evidence", file);
  return form;
}

document.querySelector("fivetwenty-report")?.addEventListener("fivetwenty-report", (event: ReportEvent) => event.detail.report.verdict.headline);

// @ts-expect-error: a name that is none is seen before it runs
void diagnose({ proxy: "a" });
// @ts-expect-error: a report has no such member
void diagnose({ proxied: "a" }).then((report) => report.verdikt);
