// The worker in browsers. It asks for its own module and for nothing else.
import initialise from "./core.js";
import { serve } from "./serve.js";

const ready = initialise();
// A rejection that nobody hears says nothing: an error of the worker reaches who started it.
addEventListener("unhandledrejection", ({ reason }) => reportError(reason));

onmessage = ({ data }) => serve(ready, data, postMessage);
