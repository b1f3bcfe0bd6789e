# Express with morgan, under pm2.
mkdir -p /var/www/shop; cat > /var/www/shop/express.js <<'J'
const express = require("express");
const app = express();
require("morgan").token("ray", request => request.headers["cf-ray"]);
app.use(require("morgan")(process.env.FORMAT || "combined"));
app.get("/api/orders", (request, response) => response.send(undefined.items));
app.get("/api/report", () => setImmediate(() => { throw new Error("report 42 is locked"); }));
app.get("/killed", () => process.kill(process.pid, "SIGKILL"));
app.get("/search", (request, response) => response.set("X-Search", "wool\nblanket").send("found"));
app.get("/late", (request, response) => { response.send("once"); response.set("X-Late", "1"); });
app.get("/", (request, response) => response.send("fine"));
app.listen(3000, "203.0.113.25");
J
export NODE_PATH PM2_HOME=$PWD/pm2; NODE_PATH=$(npm root -g); n=http://203.0.113.25:3000
for format in combined dev ':date[iso] :method :url :status :response-time ms :ray'; do
  (cd /var/www/shop && FORMAT=$format exec node express.js) > express.out 2>&1 & p=$!
  sleep 1.5; hit $n/; hit $n/api/orders; hit $n/search; hit $n/late; hit $n/nothing; kill $p; wait $p
  case $format in combined) name=express;; dev) name=express-dev;; *) name=express-ray;; esac
  sed 's/\x1b\[[0-9;]*m//g' express.out | grep -v '^    at .*node_modules\|node:internal' > "$out/$name"
done
sed -i "s|$NODE_PATH|/var/www/shop/node_modules|g" "$out"/express*
pm2 start /var/www/shop/express.js --name shop > /dev/null; sleep 2
hit $n/; PATIENCE=2 hit $n/api/report; sleep 2; PATIENCE=2 hit $n/killed; sleep 3; hit $n/
pm2 logs --nostream --lines 40 shop 2>&1 | sed 's/\x1b\[[0-9;]*m//g' | grep -v node_modules > "$out/pm2-logs"
pm2 kill > /dev/null
sed 's/\x1b\[[0-9;]*m//g' "$PM2_HOME/pm2.log" | grep 'App \[shop' > "$out/pm2"
:
