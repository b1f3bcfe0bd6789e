// Starts a reader or the analyst. A worker takes its CSP from this file's own response: no connection anywhere.
onunhandledrejection = ({ reason }) => reportError(reason);
onmessage = async ({ data: [script, module] }) => {
  onmessage = null;
  const { initSync } = await import(script);
  initSync({ module });
};
