import { createRequire } from "node:module";
const require = createRequire("/opt/clients/");
const [client, how, url] = process.argv.slice(2);

async function load() {
  if (client === "fetch") {
    const answer = await fetch(url, { signal: how === "timeout" ? AbortSignal.timeout(2000) : undefined });
    if (!answer.ok) throw new Error(`HTTP error! status: ${answer.status} - ${await answer.text()}`);
    return answer.json();
  }
  if (client === "axios") return require("axios").post(url, { cart: 7 }, { timeout: 2000 });
  if (client === "got") return (await import("/opt/clients/node_modules/got/dist/source/index.js")).default(url, { retry: { limit: 0 }, timeout: { request: 2000 } });
  if (client === "ky") return (await import("/opt/clients/node_modules/ky/distribution/index.js")).default.get(url, { retry: 0 }).json();
  if (client === "ofetch") return require("ofetch").ofetch(url, { retry: 0 });
  if (client === "node-fetch") {
    const answer = await require("node-fetch")(url);
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
    return answer.text();
  }
}

try {
  await load();
} catch (error) {
  if (how === "throw") throw error;
  if (how === "message") console.error("Error loading orders:", error.message);
  if (how === "json") console.error(JSON.stringify(error));
  if (how === "pino") require("pino")().error(error, "sync failed");
  if (how === "response") console.error(error.response.status, error.response.data, { ...error.response.headers });
  if (["print", "timeout"].includes(how)) console.error(error);
}
