// The library in Node.
import { Worker } from "node:worker_threads";
import { library } from "./api.js";

export { FivetwentyError, toText } from "./api.js";

export const { diagnose, redact } = library((files, onMessage, onError) => {
  // A file that Node opened as a Blob cannot be sent to a worker: it asks for the bytes that it wants, and waits until they are there.
  const turn = new Int32Array(new SharedArrayBuffer(4));
  const { port1: reads, port2: port } = new MessageChannel();
  const about = files.map(({ name, size }) => ({ name, size }));
  const worker = new Worker(new URL("./node-worker.js", import.meta.url), { workerData: { turn, port, about }, transferList: [port] });
  reads.onmessage = async ({ data: [at, from, to] }) => {
    let answer;
    try {
      answer = { bytes: await files[at].slice(from, to).arrayBuffer() };
    } catch (error) {
      answer = { error: error.message };
    }
    reads.postMessage(answer, answer.bytes ? [answer.bytes] : []);
    Atomics.store(turn, 0, 1);
    Atomics.notify(turn, 0);
  };
  worker.on("message", onMessage);
  worker.on("error", ({ message }) => onError(message));
  return {
    postMessage: (message) => worker.postMessage(message),
    terminate: () => {
      reads.close();
      worker.terminate();
    },
  };
});
