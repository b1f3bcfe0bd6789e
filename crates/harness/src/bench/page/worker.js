// What reading a file costs before anything is made of it, and what a page without a parser of its own would do.
const measures = {
  async stream(file) {
    const reader = file.stream().getReader();
    let bytes = 0, chunks = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { bytes, chunks };
      bytes += value.length;
      chunks += 1;
    }
  },
  async parse(file) {
    const began = performance.now();
    const text = await file.text();
    const textMs = performance.now() - began;
    return { bytes: file.size, textMs, entries: JSON.parse(text).log.entries.length };
  },
};

onmessage = async ({ data: file }) => {
  const began = performance.now();
  try {
    const figures = await measures[name](file);
    postMessage({ ms: performance.now() - began, ...figures });
  } catch (error) {
    postMessage({ ms: performance.now() - began, error: `${error.name}: ${error.message}` });
  }
};
