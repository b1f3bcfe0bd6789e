// Stands in for a server and for the frame, in the edition that is one file: see xtask/src/single.rs, which puts it before boot.js.

// What the names of the page's files begin with: an address that leads nowhere, as RFC 6761 promises. A worker tries to get out towards it.
const HERE = "https://fivetwenty.invalid/";

// The files are in the document, compressed, as base64.
globalThis.fetch = async (address) => {
  const name = address.replace(HERE, "");
  const text = document.getElementById(name)?.textContent;
  if (!text) throw new TypeError(`${name} is not in this file`);
  const bytes = Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const type = name.endsWith(".wasm") ? "application/wasm" : "text/plain;charset=utf-8";
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")), { headers: { "content-type": type } });
};

// The document's own policy closes every connection, and a worker from a blob has the same policy. So workers start here, without a frame.
const starts = globalThis.trustedTypes?.createPolicy("workers", { createScriptURL: (url) => (url.startsWith("blob:") ? url : null) });
document.getElementById("isolation").contentWindow = {
  Worker: class extends Worker {
    constructor(url, options) {
      super(starts?.createScriptURL(url) ?? url, options);
    }
  },
};

addEventListener("click", async (event) => {
  if (!event.target.closest?.("a[href='notices.txt']")) return;
  event.preventDefault();
  open(URL.createObjectURL(await (await fetch("notices.txt")).blob()));
});
