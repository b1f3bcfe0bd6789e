// The worker in Node: what browsers give a worker and Node does not, then the same as there.
import { readFileSync } from "node:fs";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { initSync } from "./core.js";
import { serve } from "./serve.js";

const { turn, port, about } = workerData;

/** Bytes that a stream gives at once. */
const CHUNK = 1 << 20;

/** Bytes of a file; the worker waits for them. */
function read(file, from, to) {
  Atomics.store(turn, 0, 0);
  port.postMessage([file, from, to]);
  Atomics.wait(turn, 0, 0);
  const { bytes, error } = receiveMessageOnPort(port).message;
  if (error !== undefined) throw new Error(error);
  return bytes;
}

/** A stretch of a file that the main thread holds, as far as the module asks for what a File has. */
class Stretch {
  constructor(file, name, from, to) {
    Object.assign(this, { file, name, from, to });
  }
  get size() {
    return this.to - this.from;
  }
  slice(from = 0, to = this.size) {
    const within = (place) => this.from + Math.min(Math.max(place, 0), this.size);
    return new Stretch(this.file, this.name, within(from), Math.max(within(from), within(to)));
  }
  read() {
    return read(this.file, this.from, this.to);
  }
  async arrayBuffer() {
    return this.read();
  }
  stream() {
    let at = 0;
    return new ReadableStream(
      {
        pull: (controller) => {
          if (at >= this.size) return controller.close();
          const bytes = this.slice(at, at + CHUNK).read();
          at += CHUNK;
          controller.enqueue(new Uint8Array(bytes));
        },
      },
      { highWaterMark: 0 },
    );
  }
}

globalThis.FileReaderSync = class {
  readAsArrayBuffer(stretch) {
    return stretch.read();
  }
};

initSync({ module: readFileSync(new URL("./core_bg.wasm", import.meta.url)) });
const files = about.map(({ name, size }, at) => new Stretch(at, name, 0, size));
parentPort.once("message", (message) => serve(null, { ...message, files }, (answer) => parentPort.postMessage(answer)));
