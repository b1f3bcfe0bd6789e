// The library in browsers.
import { library } from "./api.js";

export { FivetwentyError, toText } from "./api.js";

export const { diagnose, redact } = library((files, onMessage, onError) => {
  // This form is the one that bundlers know.
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => onMessage(data);
  worker.onerror = (event) => {
    event.preventDefault();
    onError(event.message || "The worker did not start: its script could not be loaded, or a policy forbids it.");
  };
  worker.onmessageerror = () => onError("A message could not be read.");
  return {
    postMessage: (message) => worker.postMessage({ ...message, files }),
    terminate: () => worker.terminate(),
  };
});
