// Prints the report of files, as the command line does: node report.mjs capture.har other.har access.log
import { openAsBlob } from "node:fs";
import { basename } from "node:path";
import { diagnose } from "fivetwenty";

const paths = process.argv.slice(2);
const files = await Promise.all(paths.map(async (path) => new File([await openAsBlob(path)], basename(path))));
// An agreed time makes the report the same whenever it is made.
const now = process.env.NOW;
try {
  console.log(JSON.stringify(await diagnose({ files, now }), null, 2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
