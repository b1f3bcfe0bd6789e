# HAProxy and Caddy.
n=http://203.0.113.22
if command -v haproxy > /dev/null; then
cat > haproxy.cfg <<'X'
global
  log stdout format raw local0
  log 203.0.113.24:514 local0
defaults
  mode http
  log global
  option httplog
  timeout connect 2s
  timeout client 4s
  timeout server 2s
frontend shop
  bind 203.0.113.22:80
  capture request header CF-Ray len 24
  acl down path /down
  acl tls path /plain-as-tls
  use_backend down if down
  use_backend tls if tls
  default_backend app
backend app
  server app1 203.0.113.10:80
backend down
  server app2 203.0.113.15:8080
backend tls
  server app3 203.0.113.10:80 ssl verify none
X
node -e 'const d = require("dgram").createSocket("udp4"); d.on("message", m => require("fs").appendFileSync("out/haproxy-syslog", m.toString().replace(/^<\d+>/, "").trimEnd() + "\n")); d.bind(514, "203.0.113.24")' & syslog=$!
haproxy -f haproxy.cfg > "$out/haproxy" 2>&1 & p=$!
sleep 1
hit $n/api/cart; hit $n/api/orders; hit $n/api/report; hit $n/account; hit $n/legacy.php; hit $n/folded; hit $n/search; hit $n/slow; PATIENCE=1 hit $n/slow; hit $n/down; hit $n/plain-as-tls; hit $n/export.csv; hit $n/chunks; hit $n/two-lengths
hit -H "Cookie: big=$(head -c 20000 /dev/zero | tr '\0' x)" $n/api/cart
exec 3<>/dev/tcp/203.0.113.22/80; printf 'GET / HTTP/1.1\r\nBad Header\r\n\r\n' >&3; sleep 0.3; exec 3>&-
kill $p; wait $p 2>/dev/null; kill $syslog
fi
if command -v caddy > /dev/null; then
cat > Caddyfile <<'X'
{
  admin off
  auto_https off
}
http://203.0.113.23, http://shop.example:80 {
  bind 203.0.113.23
  log {
    output file /var/log/caddy-access.log
  }
  reverse_proxy /down 203.0.113.15:8080
  reverse_proxy 203.0.113.10:80 {
    transport http {
      response_header_timeout 2s
      max_response_header 64KB
    }
  }
}
X
caddy run --config Caddyfile --adapter caddyfile > "$out/caddy-error.all" 2>&1 & p=$!
sleep 2; n=http://203.0.113.23
hit $n/api/cart; hit $n/api/orders; hit $n/api/report; hit $n/account; hit $n/legacy.php; hit $n/folded; hit $n/slow; hit $n/down; hit $n/export.csv; hit $n/chunks
kill $p; wait $p 2>/dev/null
grep '"level":"error"' "$out/caddy-error.all" > "$out/caddy-error"; rm "$out/caddy-error.all"
cp /var/log/caddy-access.log "$out/caddy-access"
fi
:
