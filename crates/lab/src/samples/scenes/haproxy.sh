# HAProxy: how connections end, in its own format, in one with more columns, in JSON, and of plain TCP.
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=shop.example -keyout key.pem -out cert.pem 2> /dev/null; cat cert.pem key.pem > both.pem
cat > haproxy.cfg <<'H'
global
  log 203.0.113.24:514 local0
defaults
  mode http
  log global
  option httplog
  timeout connect 1s
  timeout client 4s
  timeout server 2s
  timeout queue 1s
  timeout http-request 1s
frontend shop
  bind 203.0.113.22:80
  bind 203.0.113.22:443 ssl crt both.pem
  capture request header CF-Ray len 24
  acl down path /down
  acl full path /full
  acl one path /one
  http-request deny if { path /admin }
  use_backend down if down
  use_backend full if full
  use_backend one if one
  default_backend app
frontend columns
  bind 203.0.113.23:80
  log-format "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %{+Q}r ray=%[var(txn.ray)] fc_err=%[fc_err] bc_err=%[bc_err]"
  http-request set-var(txn.ray) req.hdr(cf-ray)
  default_backend app
frontend json
  bind 203.0.113.25:80
  capture request header CF-Ray len 24
  capture request header Host len 64
  log-format '{"time":"%[date,utime("%Y-%m-%dT%H:%M:%SZ")]","client":"%ci","frontend":"%ft","backend":"%b","server":"%s","status":%ST,"bytes":%B,"termination_state":"%tsc","method":"%HM","uri":"%HU","host":"%[capture.req.hdr(1)]","cf_ray":"%[capture.req.hdr(0)]","total":%Ta}'
  default_backend app
frontend tcp
  mode tcp
  option tcplog
  bind 203.0.113.21:443
  default_backend through
backend app
  server app1 203.0.113.10:80
backend down
  option redispatch
  server app2 203.0.113.15:8080
backend full
  server app3 203.0.113.44:443
backend one
  http-request set-path /slow
  timeout server 8s
  server app4 203.0.113.10:80 maxconn 1
backend through
  mode tcp
  server app5 203.0.113.10:80
H
node -e 'const d = require("dgram").createSocket("udp4"); d.on("message", m => require("fs").appendFileSync("log", m.toString().replace(/^<\d+>/, "").trimEnd() + "\n")); d.bind(514, "203.0.113.24")' & syslog=$!
haproxy -f haproxy.cfg > /dev/null 2>&1 & p=$!
sleep 1
for n in http://203.0.113.22 http://203.0.113.23 http://203.0.113.25; do
  hit $n/api/cart; hit $n/api/orders; hit $n/api/report; hit -X POST -d x=1 $n/api/report; hit $n/slow; PATIENCE=1 hit $n/slow; hit $n/account; hit $n/search; hit $n/export.csv; hit $n/slow-body; PATIENCE=1 hit $n/slow-body; hit $n/broken
done
n=http://203.0.113.22
hit $n/down; hit $n/full; hit $n/admin; hit $n/one & hit $n/one & sleep 4; hit -k https://203.0.113.22/api/orders; hit -k --tls-max 1.1 https://203.0.113.22/; hit http://203.0.113.22:443/
exec 3<>/dev/tcp/203.0.113.22/80; printf 'GET / HTTP/1.1\r\nHost: shop' >&3; sleep 1.5; exec 3>&-
exec 3<>/dev/tcp/203.0.113.22/80; printf 'GET / HTTP/1.1\r\nBad Header\r\n\r\n' >&3; sleep 0.3; exec 3>&-
hit http://203.0.113.21:443/api/cart; hit http://203.0.113.21:443/api/orders; hit http://203.0.113.21:443/slow
sleep 5; kill $p; wait $p 2> /dev/null; kill $syslog
grep ' shop\(~ \| \|/\)' log > "$out/haproxy-states"; grep ' columns ' log > "$out/haproxy-columns"; sed -n 's/^[^{]*\({"time".*\)/\1/p' log > "$out/haproxy-json"; grep ' tcp ' log > "$out/haproxy-tcp"
:
