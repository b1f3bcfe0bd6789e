mkdir -p /var/www/shop; cat > /var/www/shop/server.js <<'X'
const http = require("http");
const carts = { 7: { items: [] } };
http.createServer((request, response) => {
  const stamp = new Date().toISOString();
  console.log(`${stamp} ${request.method} ${request.url} cf-ray=${request.headers["cf-ray"]}`);
  if (request.url === "/api/orders") return setImmediate(() => response.end(carts[8].items.length));
  if (request.url === "/api/report") return Promise.reject(new Error("report 42 is locked"));
  if (request.url === "/search") response.setHeader("X-Search", "wool\nblanket");
  if (request.url === "/twice") { response.end("once"); response.setHeader("X-Late", "1"); }
  if (request.url === "/export") { const all = []; for (;;) all.push(new Array(1000).fill("row")); }
  if (request.url === "/upstream") {
    return http.get("http://203.0.113.10/api/report", { headers: { host: "shop.example" } }, back => back.pipe(response));
  }
  if (request.url === "/empty") return http.get("http://203.0.113.10/api/orders", { headers: { host: "shop.example" } });
  if (request.url === "/down") return http.get("http://203.0.113.15:8080/");
  if (request.url === "/legacy") return http.get("http://203.0.113.10/legacy.php", { headers: { host: "shop.example" } });
  if (request.url === "/stream") return request.socket.destroy(), response.write("x", error => { if (error) throw error; });
  response.end("fine\n");
}).on("clientError", (error, socket) => { console.error(new Date().toISOString(), "clientError", error.code, error.message); socket.destroy(); })
  .listen(3000, "203.0.113.25", () => console.log("listening on 3000"));
X
n=http://203.0.113.25:3000
for path in api/orders api/report search twice upstream empty down legacy export; do
  (cd /var/www/shop && exec node --max-old-space-size=24 server.js) > "$out/node-${path##*/}" 2>&1 & p=$!
  sleep 1; hit $n/; hit $n/$path; sleep 0.5; kill $p 2>/dev/null; wait $p 2>/dev/null
done
(cd /var/www/shop && exec node server.js) > "$out/node-client-error" 2>&1 & p=$!
sleep 1; hit $n/; hit -H "Cookie: big=$(head -c 20000 /dev/zero | tr '\0' x)" $n/; exec 3<>/dev/tcp/203.0.113.25/3000; printf 'GET / HTTP/1.1\r\nBad Header\r\n\r\n' >&3; sleep 0.3; exec 3>&-
kill $p; wait $p 2>/dev/null
:
