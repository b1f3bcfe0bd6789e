cat > nginx.conf <<'X'
user www-data;
worker_processes 1;
pid /run/nginx-shop.pid;
error_log /var/log/nginx-error.log warn;
error_log syslog:server=203.0.113.24:514,tag=nginx warn;
events { worker_connections 64; }
http {
  log_format ray '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_cf_ray"';
  log_format timed '$time_iso8601 $status $request_method $host$request_uri ray=$http_cf_ray rt=$request_time uct=$upstream_connect_time uht=$upstream_header_time urt=$upstream_response_time us=$upstream_status';
  log_format object escape=json '{"time":"$time_iso8601","status":$status,"method":"$request_method","host":"$host","uri":"$request_uri","cf_ray":"$http_cf_ray","request_time":$request_time,"upstream_status":"$upstream_status"}';
  access_log /var/log/nginx-access.log ray;
  access_log /var/log/nginx-timed.log timed;
  access_log /var/log/nginx-json.log object;
  access_log /var/log/nginx-combined.log combined;
  access_log syslog:server=203.0.113.24:514,tag=nginx,severity=info ray;
  proxy_read_timeout 2s; proxy_connect_timeout 2s; fastcgi_read_timeout 6s;
  client_max_body_size 1m;
  upstream pool { server 203.0.113.15:8080 max_fails=1 fail_timeout=30s; server 203.0.113.15:8081 max_fails=1 fail_timeout=30s; }
  server {
    listen 203.0.113.20:80; listen 203.0.113.20:443 ssl http2;
    server_name shop.example;
    ssl_certificate cert.pem; ssl_certificate_key key.pem;
    root /var/www/shop;
    location / { proxy_pass http://203.0.113.10:80; proxy_set_header Host shop.example; proxy_set_header CF-Ray $http_cf_ray; }
    location = /down { proxy_pass http://203.0.113.15:8080; }
    location = /pool { proxy_pass http://pool; }
    location = /plain-as-tls { proxy_pass https://203.0.113.10:80; }
    location = /expired { proxy_pass https://203.0.113.12:443; proxy_ssl_verify on; proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt; proxy_ssl_name shop.example; proxy_ssl_server_name on; }
    location = /full { proxy_pass https://203.0.113.44:443; }
    location = /closed { return 444; }
    location ~ [.]php$ { include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; fastcgi_pass unix:/run/php/php8.2-fpm.sock; }
    location ~ [.]old$ { include /etc/nginx/fastcgi_params; fastcgi_pass unix:/run/php/php7.4-fpm.sock; }
  }
}
X
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=shop.example -keyout key.pem -out cert.pem 2>/dev/null
node -e 'const d = require("dgram").createSocket("udp4"); d.on("message", m => require("fs").appendFileSync("out/nginx-syslog.log", m.toString().replace(/^<\d+>/, "").trimEnd() + "\n")); d.bind(514, "203.0.113.24")' & syslog=$!
sleep 0.5
nginx -c "$PWD/nginx.conf" -p "$PWD" -e /var/log/nginx-error.log
sleep 0.5
n=http://203.0.113.20
hit $n/api/cart; hit $n/api/orders; hit -X POST -d '{"cart":7}' $n/api/orders; hit $n/api/report; COLO=AMS hit "$n/api/orders?page=2"
hit $n/export.csv; hit $n/api/stream; hit $n/account; hit $n/huge; hit $n/legacy.php; hit $n/legacy; hit $n/folded; hit $n/search; hit $n/two-lengths; hit $n/chunks
hit $n/slow; PATIENCE=1 hit $n/slow; hit $n/down; hit $n/pool; hit $n/pool; hit $n/plain-as-tls; hit $n/expired; hit $n/full; hit $n/closed; hit $n/broken
hit -F file=@/dev/zero -r 0-1 $n/upload & upload=$!; sleep 0.3; kill $upload 2>/dev/null
head -c 3000000 /dev/zero > photo.jpg; hit -F file=@photo.jpg $n/api/cart
hit -H "Cookie: big=$(head -c 40000 /dev/zero | tr '\0' x)" $n/api/cart
hit --http2 -k -H "Cookie: big=$(head -c 40000 /dev/zero | tr '\0' x)" https://203.0.113.20/api/cart
hit http://203.0.113.20:443/
hit -k --tls-max 1.1 https://203.0.113.20/
printf 'GET /api/cart HTTP/1.1\r\nHost: shop.example\r\nBad Header\r\n\r\n' | timeout 2 openssl s_client -quiet -connect 203.0.113.20:443 >/dev/null 2>&1 || true
exec 3<>/dev/tcp/203.0.113.20/80; printf '\x16\x03\x01\x02\x00\x01\x00\x01' >&3; sleep 0.3; exec 3>&-
hit $n/page.old
kill -SEGV "$(pgrep -P "$(cat /run/nginx-shop.pid)" | head -n 1)"; sleep 0.7; hit $n/api/cart
kill -KILL "$(pgrep -P "$(cat /run/nginx-shop.pid)" | head -n 1)"; sleep 0.7; hit $n/api/orders
kill "$(cat /run/nginx-shop.pid)"; sleep 0.3; kill $syslog
for log in error access timed json combined; do cp /var/log/nginx-$log.log "$out/nginx-$log"; done
mv "$out/nginx-syslog.log" "$out/nginx-syslog"
grep -v 'cf-ray\|FRA\|AMS' "$out/nginx-syslog" | head -n 12 > "$out/nginx-syslog-error"
:
