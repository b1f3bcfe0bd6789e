// Stands in for the page's own worker.js: a file is read into memory before the worker sees its first byte, so that what is measured is
// the worker's work alone, without the browser's delivering of the file.
const CHUNK = 1 << 20;
const news = new BroadcastChannel("bench");

Blob.prototype.stream = function () {
  let chunks, began;
  const load = async () => {
    chunks = [];
    // One buffer a chunk, as the browser delivers them.
    for (let at = 0; at < this.size; at += CHUNK) chunks.push(new Uint8Array(await this.slice(at, at + CHUNK).arrayBuffer()));
    chunks.reverse();
    began = performance.now();
  };
  const pull = async (controller) => {
    if (!chunks) await load();
    const chunk = chunks.pop();
    if (chunk) return controller.enqueue(chunk);
    tell();
    controller.close();
  };
  const tell = () => news.postMessage(performance.now() - began);
  return new ReadableStream({ pull, cancel: tell }, { highWaterMark: 0 });
};

onunhandledrejection = ({ reason }) => reportError(reason);
onmessage = async ({ data: [script, module] }) => {
  onmessage = null;
  const { initSync } = await import(script);
  initSync({ module });
};
