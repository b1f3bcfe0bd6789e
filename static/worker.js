// Starts a reader, the analyst or the bundler. The policy of this file's own response closes every way out of a worker. Before a file can
// come, each way is tried, towards this site and with nothing to say; when one is open, the page is told and decides.
const WAYS = {
  fetch: (url) => fetch(url),
  XMLHttpRequest: (url) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.send();
  },
  WebSocket: (url) => new WebSocket(url.replace(/^http/, "ws")),
  EventSource: (url) => new EventSource(url),
  import: (url) => import(url),
  Worker: (url) => new Worker(url, { type: "module" }),
};
// What is waited for a way to be closed, in milliseconds.
const PATIENCE = 5000;
// The same once one is known to be open.
const SOON = 300;

onunhandledrejection = ({ reason }) => reportError(reason);

onmessage = async ({ data: [script, module] }) => {
  onmessage = null;
  const open = await waysOut();
  if (open.length > 0) {
    const told = new Promise((resolve) => (onmessage = resolve));
    postMessage(open.join(", "));
    await told;
    onmessage = null;
  }
  const { initSync } = await import(script);
  initSync({ module });
};

async function waysOut() {
  const closed = new Set();
  const made = [];
  const open = () => Object.keys(WAYS).filter((way) => !closed.has(way));
  await new Promise((settle) => {
    const close = (way) => {
      closed.add(way);
      if (open().length === 0) settle();
    };
    addEventListener("securitypolicyviolation", ({ blockedURI }) => {
      const way = blockedURI.split("?")[1];
      if (way in WAYS) close(way);
      // Not every browser reports the one that falls under the same rule.
      if (way === "fetch") close("EventSource");
    });
    for (const way in WAYS) {
      try {
        const attempt = WAYS[way](new URL(`notices.txt?${way}`, location).href);
        // What was read needs no more proof.
        attempt?.then?.(() => setTimeout(settle, SOON), () => {});
        made.push(attempt);
      } catch {
        close(way);
      }
    }
    setTimeout(settle, PATIENCE);
  });
  for (const one of made) {
    one?.close?.();
    one?.terminate?.();
  }
  return open();
}
