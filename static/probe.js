// Starts the probe. A worker takes its CSP from this file's own response: the only one that lets a worker connect beyond its origin.
onunhandledrejection = ({ reason }) => reportError(reason);
// As in worker.js.
addEventListener("error", (event) => {
  const { message, stack } = event.error ?? {};
  if (!message?.startsWith("panicked at")) return;
  event.preventDefault();
  setTimeout(reportError, 0, `${message}\n\n${stack}`);
});
Error.stackTraceLimit = 40;
onmessage = async ({ data: [script, module] }) => {
  onmessage = null;
  const { initSync } = await import(script);
  initSync({ module });
};
