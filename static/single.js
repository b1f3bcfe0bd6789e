// Stands in for a server and for the frame, in the edition that is one file: see xtask/src/single.rs, which puts it before boot.js, and
// SCRIPTS before it: what workers start from.

// What the names of the page's files begin with: an address that leads nowhere, as RFC 6761 promises. A worker tries to get out towards it.
const HERE = "https://fivetwenty.invalid/";

// Other files are in the document, compressed, as base64.
globalThis.fetch = async (address) => {
  const name = address.replace(HERE, "");
  if (SCRIPTS[name]) return new Response(SCRIPTS[name]);
  const text = document.getElementById(name)?.textContent;
  if (!text) throw new TypeError(`${name} is not in this file`);
  const bytes = Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const type = name.endsWith(".wasm") ? "application/wasm" : "text/plain;charset=utf-8";
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")), { headers: { "content-type": type } });
};

// The document's own policy closes every connection, and a worker from a blob has the same policy. So workers start here, without a frame.
// On disk Chromium lets no worker import a blob, nor be a module: each is a classic one, and has its script from the start.
const [workers, bundler] = ["workers.js", "bundler.js"].map((name) => URL.createObjectURL(new Blob([SCRIPTS[name]], { type: "text/javascript" })));
const ofRole = { createScriptURL: (role) => (role === "bundler" ? bundler : workers) };
const starts = globalThis.trustedTypes?.createPolicy("workers", ofRole) ?? ofRole;
document.getElementById("isolation").contentWindow = {
  Worker: class extends Worker {
    #sent;
    constructor(_, { name }) {
      super(starts.createScriptURL(name), { name });
      // What it says before anything else, where it cannot read a file: see single-worker.js.
      this.addEventListener("message", (event) => {
        if (event.data?.reads !== false) return;
        event.stopImmediatePropagation();
        this.#sent = Promise.resolve();
      });
    }
    postMessage(message, transfer) {
      if (!this.#sent) return super.postMessage(message, transfer);
      this.#sent = this.#sent.then(async () => {
        for (const file of message?.filter?.((part) => part instanceof File) ?? []) {
          // Without it, the worker says that it cannot read the file.
          const content = await file.arrayBuffer().catch(() => undefined);
          if (content) super.postMessage({ content }, [content]);
        }
        super.postMessage(message, transfer);
      });
    }
  },
};

// The link to the notices leads to a blob. It is made before, since a click counts as one for a moment only.
const notices = URL.createObjectURL(await (await fetch("notices.txt")).blob());
addEventListener("click", (event) => {
  if (!event.target.closest?.("a[href='notices.txt']")) return;
  event.preventDefault();
  open(notices);
});
