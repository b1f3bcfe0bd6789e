// Starts the page. Trunk names the files of this build in the preload links of index.html.
// The only scripts that become workers; nothing becomes markup.
globalThis.trustedTypes?.createPolicy("default", { createScriptURL: (url) => (["worker.js", "probe.js"].includes(url) ? url : null) });
const script = document.querySelector("link[rel=modulepreload]");
const wasm = document.querySelector("link[rel=preload][as=fetch]");
// Workers start in the frame, and take its policy, which is there once the frame has loaded.
const frame = document.getElementById("isolation");
const framed = new Promise((loaded) => {
  const inside = frame.contentDocument;
  if (document.readyState === "complete" || (inside?.readyState === "complete" && inside.URL !== "about:blank")) loaded();
  for (const one of [frame, window]) one.addEventListener("load", loaded, { once: true });
});
try {
  const { default: init } = await import(script.href);
  await framed;
  // The preload's hash is not enforced by every browser, the one given to fetch is.
  await init({ module_or_path: fetch(wasm.href, { integrity: wasm.integrity, credentials: "same-origin" }) });
} catch (error) {
  const words = document.getElementById("boot-status");
  if (!words) throw error;
  words.textContent = `The page could not start: ${error}. It needs a browser of 2023 or later with WebAssembly; reload once to rule out a broken download.`;
}
