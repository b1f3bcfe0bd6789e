// Starts the page. Trunk names the files of this build in the preload links of index.html, before those of the workers.
// The only scripts that become workers; nothing becomes markup.
globalThis.trustedTypes?.createPolicy("default", { createScriptURL: (url) => (["worker.js", "probe.js"].includes(url) ? url : null) });
const script = document.querySelector("link[href$='.js']");
const wasm = document.querySelector("link[href$='.wasm']");
// Workers start in the frame, and take its policy, which is there once the frame has loaded.
const frame = document.getElementById("isolation");
const framed = new Promise((loaded) => {
  const inside = frame.contentDocument;
  if (document.readyState === "complete" || (inside?.readyState === "complete" && inside.URL !== "about:blank")) loaded();
  for (const one of [frame, window]) one.addEventListener("load", loaded, { once: true });
});

// A panic of the page or, with a trace in its text, of a worker: what is drawn may be wrong from here on. It is shown outside of what Yew draws.
const broke = document.getElementById("broke");
const FRAME = /(?:(https?:[^\s()@]+)\.wasm:)?wasm-function\[(\d+)\]/g;
Error.stackTraceLimit = 40;
async function show(error) {
  const { message = "", stack } = error ?? {};
  const isWorkers = message.includes("\n\n");
  const isPanic = isWorkers || message.startsWith("panicked at") || error instanceof WebAssembly.RuntimeError;
  if (!isPanic || !broke.hidden) return;
  const [trace, button] = [broke.querySelector("pre"), broke.querySelector("button")];
  trace.textContent = isWorkers ? message : stack?.includes(message) ? stack : `${message}\n\n${stack}`;
  broke.hidden = false;
  button.onclick = async () => {
    getSelection().selectAllChildren(trace);
    await navigator.clipboard.writeText(trace.textContent);
    button.textContent = "Copied";
  };
  // The modules have no names of functions: a file beside each has them, a line for each function.
  const own = isWorkers ? undefined : wasm.href.replace(/\.wasm$/, "");
  const names = {};
  for (const [, module = own] of trace.textContent.matchAll(FRAME)) {
    if (module) names[module] ??= await fetch(`${module}.names.txt`).then((file) => file.text(), () => "");
  }
  trace.textContent = trace.textContent.replace(FRAME, (frame, module = own, index) => names[module]?.split("\n")[index] || frame);
}
addEventListener("error", ({ error }) => show(error));
addEventListener("unhandledrejection", ({ reason }) => show(reason));

// What a person gives before the page is drawn is kept, and dropped on the page then.
const words = document.getElementById("boot-status");
const field = document.getElementById("boot-files");
const drawn = new AbortController();
const kept = [];
function keep(files, text) {
  const data = new DataTransfer();
  for (const file of files) data.items.add(file);
  if (text) data.setData("text/plain", text);
  if (data.items.length > 0) kept.push(data);
  if (drawn.signal.aborted) give();
  else if (kept.length > 0) words.textContent = "Got it. The page reads it as soon as it has loaded…";
}
function give() {
  for (const dataTransfer of kept.splice(0)) dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
}
function take(event) {
  event.preventDefault();
  const data = event.dataTransfer ?? event.clipboardData;
  if (event.type !== "dragover") keep(data.files, data.getData("text/plain"));
}
for (const type of ["dragover", "drop", "paste"]) addEventListener(type, take, { signal: drawn.signal });
field.addEventListener("change", () => keep(field.files));
// A field may be drawn anew while the dialog that the old one opened is still there.
addEventListener("click", ({ target }) => {
  if (target.type === "file" && target !== field) target.onchange = () => target.isConnected || keep(target.files);
});
field.disabled = false;

// What workers run comes once the browser has nothing else to do, or the person begins to give something: src/ui/hooks/page.rs listens.
function prepareLater() {
  const begun = new AbortController();
  const prepare = () => {
    if (!begun.signal.aborted) dispatchEvent(new Event("fivetwenty:prepare"));
    begun.abort();
  };
  for (const type of ["pointerdown", "keydown", "dragenter"]) addEventListener(type, prepare, { signal: begun.signal });
  if (globalThis.requestIdleCallback) requestIdleCallback(prepare, { timeout: 2000 });
  else setTimeout(prepare, 200);
}

try {
  // The preload's hash is not enforced by every browser, the one given to fetch is.
  const comes = fetch(wasm.href, { integrity: wasm.integrity, credentials: "same-origin" });
  const isTyped = (response) => response.ok && response.headers.get("content-type") === "application/wasm";
  const module = comes.then((response) => (isTyped(response) ? WebAssembly.compileStreaming(response) : response));
  // What is there is painted before the module takes the thread; a tab in the background paints nothing.
  const painted = new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, 100);
  });
  const [{ default: init }] = await Promise.all([import(script.href), framed, painted]);
  await init({ module_or_path: module });
  // Yew draws in a task of its own.
  setTimeout(() => {
    drawn.abort();
    give();
    prepareLater();
  });
} catch (error) {
  if (!words.isConnected) throw error;
  field.disabled = true;
  words.textContent = `The page could not start: ${error}. It needs a browser of 2023 or later with WebAssembly; reload once to rule out a broken download.`;
}
