// Starts the probe. A worker takes its CSP from this file's own response: the only one that lets a worker connect beyond its origin.
onunhandledrejection = ({ reason }) => reportError(reason);
onmessage = async ({ data: [script, module] }) => {
  onmessage = null;
  const { initSync } = await import(script);
  initSync({ module });
};
