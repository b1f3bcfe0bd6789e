// Watches the page while it reads: tasks over 50 ms as the browser reports them, and every delay by a timer that asks for each 4 ms.
const watch = (window.bench = { longest: PerformanceObserver.supportedEntryTypes.includes("longtask") ? 0 : null, delay: 0, core: null });
if (watch.longest !== null) {
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) watch.longest = Math.max(watch.longest, task.duration);
  }).observe({ type: "longtask" });
}
watch.news = new BroadcastChannel("bench");
watch.news.onmessage = ({ data }) => (watch.core = (watch.core ?? 0) + data);
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  watch.delay = Math.max(watch.delay, now - last - 4);
  last = now;
}, 4);
