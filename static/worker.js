// Starts a reader, the analyst or the bundler. The page makes a blob of this text and starts it in frame.html, whose policy it takes; where
// there is no such frame, it starts this file, whose response has a policy. Either closes every way out of a worker. Before a file can come,
// each way is tried, with nothing to say, towards a script of this site that the page has just got and towards an address that needs no
// network; when one is open, the page is told and decides.
const NOWHERE = "data:text/javascript,";
// What is waited for a way to be closed, in milliseconds.
const PATIENCE = 10000;
// The same once one is known to be open.
const SOON = 300;

const made = [];

function request(url) {
  return new Promise((out, stopped) => {
    const request = new XMLHttpRequest();
    request.onload = out;
    request.onerror = stopped;
    request.open("GET", url);
    request.send();
  });
}

// Nothing says whether a connection failed by the policy or because the server knows none: see what is listened to below.
function connect(make) {
  return new Promise((out) => {
    const connection = make();
    made.push(connection);
    connection.onopen = out;
  });
}

function start(url) {
  return new Promise((out, stopped) => {
    const worker = new Worker(url, { type: "module" });
    made.push(worker);
    worker.onerror = stopped;
    worker.onmessage = ({ data }) => (data === "out" ? out() : stopped());
  });
}

// A worker of a blob may start, but has to have the same policy.
function nested(url) {
  const tries = [url, NOWHERE].map(JSON.stringify).map((to) => `fetch(${to}), import(${to})`);
  const script = `Promise.any([${tries}]).then(() => postMessage("out"), () => postMessage("stopped"))`;
  return URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
}

const WAYS = {
  fetch: (url) => [fetch(url), fetch(NOWHERE)],
  XMLHttpRequest: (url) => [request(url), request(NOWHERE)],
  WebSocket: (url) => [connect(() => new WebSocket(url.replace(/^http/, "ws")))],
  EventSource: (url) => [connect(() => new EventSource(url))],
  import: (url) => [import(url), import(NOWHERE)],
  Worker: (url) => [start(url), start(`${NOWHERE}postMessage('out')`), start(nested(url))],
};

onunhandledrejection = ({ reason }) => reportError(reason);
// Of an error the page hears a text and no more: that of a panic has to hold the way that led there.
addEventListener("error", (event) => {
  const { message, stack } = event.error ?? {};
  if (!message?.startsWith("panicked at")) return;
  event.preventDefault();
  setTimeout(reportError, 0, `${message}\n\n${stack}`);
});
Error.stackTraceLimit = 40;

onmessage = async ({ data: [script, module, address, rules] }) => {
  onmessage = null;
  const [open, { initSync }] = await Promise.all([waysOut(address), import(script)]);
  if (open.length > 0) {
    const told = new Promise((resolve) => (onmessage = resolve));
    postMessage(open.join(", "));
    await told;
    onmessage = null;
  }
  self.pages = rules;
  initSync({ module });
};

async function waysOut(address) {
  const open = new Set(Object.keys(WAYS));
  await new Promise((settle) => {
    const close = (way) => {
      open.delete(way);
      // Both fall under one rule, and not every browser reports the second.
      if (way === "fetch") open.delete("EventSource");
      if (open.size === 0) settle();
    };
    addEventListener("securitypolicyviolation", ({ blockedURI }) => {
      const way = blockedURI.split("?")[1];
      if (way === "WebSocket" || way === "EventSource") close(way);
    });
    for (const way in WAYS) {
      // What came out needs no more proof.
      Promise.any(WAYS[way](`${address}?${way}`)).then(() => setTimeout(settle, SOON), () => close(way));
    }
    setTimeout(settle, PATIENCE);
  });
  for (const one of made) {
    one.close?.();
    one.terminate?.();
  }
  return [...open];
}
