// What a worker does with the one task that it is given, in browsers and in Node.
import { start, diagnose, redact } from "./core.js";
import rules from "./rules.js";

/** Between two reports of how far it is, in milliseconds. */
const EVERY = 100;

/** Does what is asked once the module is `ready`, and posts what comes of it. */
export async function serve(ready, { task, files, sides, site, now, offset, rules: wanted }, post) {
  await ready;
  start(rules);
  let last = 0;
  const progress = (loaded, total) => {
    const time = performance.now();
    if (time - last < EVERY && loaded < total) return;
    last = time;
    post({ progress: [loaded, total] });
  };
  const work =
    task === "redact" ? redact(files, sides, site, now, offset, wanted, progress) : diagnose(files, sides, site, now, offset, progress);
  // What is thrown is an object that says why; anything else is a fault of the library, and ends the worker.
  await work.then(
    (done) => post({ done }),
    (error) => {
      if (typeof error?.code !== "string") throw error;
      post({ error });
    },
  );
}
