# nginx in the formats of ingress-nginx and of Nginx Proxy Manager, and as JSON, with a server that fails before another one answers;
# and its lines as Docker Compose and Kubernetes show them.
cat > formats.conf <<'N'
user www-data;
worker_processes 1;
pid /run/nginx-formats.pid;
error_log /var/log/nginx-formats.log error;
events { worker_connections 64; }
http {
  log_format ingress '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_length $request_time [shop-app-80] [] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $request_id';
  log_format manager '[$time_local] - $upstream_status $status - $request_method $scheme $host "$request_uri" [Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip_ratio] [Sent-to 203.0.113.10] "$http_user_agent" "$http_referer"';
  log_format object escape=json '{ "time_local": "$time_local", "request": "$request", "status": "$status", "body_bytes_sent": "$body_bytes_sent", "http_host": "$http_host", "upstream": "$upstream_addr", "upstream_status": "$upstream_status", "upstream_response_time": "$upstream_response_time", "cf_ray": "$http_cf_ray" }';
  access_log /var/log/ingress.log ingress;
  access_log /var/log/manager.log manager;
  access_log /var/log/object.log object;
  proxy_read_timeout 2s; proxy_connect_timeout 1s; proxy_set_header Host shop.example;
  proxy_next_upstream error timeout http_500;
  upstream pool { server 203.0.113.15:8080 max_fails=0; server 203.0.113.10:80 max_fails=0; }
  upstream gone { server 203.0.113.15:8080 max_fails=0; server 203.0.113.15:8081 max_fails=0; }
  server {
    listen 203.0.113.20:80; server_name shop.example;
    location / { proxy_pass http://pool; }
    location = /gone { proxy_pass http://gone; }
    location = /kept { return 502; }
    location = /alone { proxy_pass http://203.0.113.10/api/orders; }
  }
}
N
nginx -c "$PWD/formats.conf" -p "$PWD" -e /var/log/nginx-formats.log; sleep 0.5; n=http://203.0.113.20
for _ in 1 2; do hit "$n/api/cart?id=520"; hit $n/api/orders; hit $n/broken; hit -X POST -d x=1 $n/api/report; done
hit $n/gone; hit $n/kept; hit $n/alone; hit $n/slow; PATIENCE=1 hit $n/slow; hit $n/account
kill "$(cat /run/nginx-formats.pid)"; sleep 0.3
cp /var/log/ingress.log "$out/nginx-ingress"; cp /var/log/manager.log "$out/nginx-proxy-manager"; cp /var/log/object.log "$out/nginx-json-upstreams"
sed 's/^/web-1  | /' /var/log/nginx-formats.log > "$out/nginx-compose"
now=$(date -u +%Y-%m-%dT%H:%M:%S.123456789Z)
sed "s/^/$now stderr F /" /var/log/nginx-formats.log > "$out/nginx-kubernetes"
:
