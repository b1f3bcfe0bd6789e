# Behind nginx.
cat > nginx-php.conf <<'X'
user www-data;
worker_processes 1;
pid /run/nginx-shop.pid;
error_log /var/log/nginx-php-error.log info;
events { worker_connections 64; }
http {
  log_format ray '$remote_addr [$time_local] "$request" $status $body_bytes_sent $request_time "$http_cf_ray"';
  access_log /var/log/nginx-php-access.log ray;
  fastcgi_read_timeout 8s;
  server {
    listen 203.0.113.20:80; server_name shop.example; root /var/www/shop;
    location ~ [.]php$ { include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; fastcgi_pass unix:/run/php/php8.2-fpm.sock; }
    location ~ [.]old$ { include /etc/nginx/fastcgi_params; fastcgi_pass unix:/run/php/php7.4-fpm.sock; }
  }
}
X
nginx -c "$PWD/nginx-php.conf" -p "$PWD" -e /var/log/nginx-php-error.log; sleep 0.5
n=http://203.0.113.20
hit $n/fine.php; hit $n/fatal.php; hit $n/memory.php; hit $n/notice.php; hit $n/crash.php; hit $n/killed.php; hit $n/much.php; hit $n/page.old; hit $n/slow.php
for i in 1 2 3 4 5; do PATIENCE=2 hit $n/slow.php & done; sleep 5
hit $n/fine.php; sleep 1
kill "$(cat /run/nginx-shop.pid)"
grep -v "OS: Linux" /var/log/nginx-php-error.log > "$out/nginx-php-error"; cp /var/log/nginx-php-access.log "$out/nginx-php-access"
cp /var/log/php8.2-fpm.log "$out/php-fpm"; cp /var/log/php8.2-fpm-slow.log "$out/php-fpm-slow"; cp /var/log/php8.2-fpm-access.log "$out/php-fpm-access"
:
