mkdir -p /var/log/apache2 /run/apache2
cat > apache.conf <<'X'
ServerRoot /usr/lib/apache2
ServerName shop.example
PidFile /run/apache2/shop.pid
Listen 203.0.113.21:80
User www-data
Group www-data
ErrorLog /var/log/apache2/error.log
LogLevel warn
LoadModule mpm_prefork_module modules/mod_mpm_prefork.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule dir_module modules/mod_dir.so
LoadModule env_module modules/mod_env.so
LoadModule reqtimeout_module modules/mod_reqtimeout.so
LoadModule proxy_module modules/mod_proxy.so
LoadModule proxy_http_module modules/mod_proxy_http.so
LoadModule proxy_fcgi_module modules/mod_proxy_fcgi.so
LoadModule socache_shmcb_module modules/mod_socache_shmcb.so
LoadModule ssl_module modules/mod_ssl.so
StartServers 3
MinSpareServers 2
MaxRequestWorkers 4
ServerLimit 4
Timeout 4
ProxyTimeout 2
LogFormat "%h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\" \"%{CF-Ray}i\"" ray
LogFormat "%{%Y-%m-%dT%H:%M:%S%z}t %>s %m %U%q %{CF-Ray}i %D" timed
CustomLog /var/log/apache2/access.log ray
CustomLog /var/log/apache2/timed.log timed
DocumentRoot /var/www/shop
<Directory /var/www/shop>
  Require all granted
</Directory>
<FilesMatch "[.]php$">
  SetHandler "proxy:unix:/run/php/php8.2-fpm.sock|fcgi://localhost"
</FilesMatch>
SSLProxyEngine on
ProxyPass /api/ http://203.0.113.10/api/
ProxyPass /down http://203.0.113.15:8080/
ProxyPass /slow http://203.0.113.10/slow
ProxyPass /account http://203.0.113.10/account
ProxyPass /legacy http://203.0.113.10/legacy.php
ProxyPass /folded http://203.0.113.10/folded
ProxyPass /search http://203.0.113.10/search
ProxyPass /export.csv http://203.0.113.10/export.csv
ProxyPass /chunks http://203.0.113.10/chunks
ProxyPass /plain-as-tls https://203.0.113.10:80/
ProxyPass /expired https://203.0.113.12:443/
SSLProxyVerify require
SSLProxyCACertificateFile /etc/ssl/certs/ca-certificates.crt
X
apache2 -f "$PWD/apache.conf" -k start; sleep 1
n=http://203.0.113.21
hit $n/fine.php; hit $n/api/cart; hit $n/api/orders; hit $n/api/report; hit -X POST -d x=1 $n/api/orders; hit $n/down; hit $n/slow; hit $n/account; hit $n/legacy; hit $n/folded; hit $n/search; hit $n/export.csv; hit $n/chunks
hit $n/plain-as-tls; hit $n/expired; hit $n/fatal.php; hit $n/notice.php; hit $n/crash.php; hit $n/killed.php; hit $n/name.php; hit $n/much.php; hit $n/slow.php; hit $n/nothing.html
hit -H "Cookie: big=$(head -c 9000 /dev/zero | tr '\0' x)" $n/fine.php
PATIENCE=1 hit $n/slow.php
kill -SEGV "$(pgrep -P "$(cat /run/apache2/shop.pid)" | head -n 1)"; sleep 1
kill -KILL "$(pgrep -P "$(cat /run/apache2/shop.pid)" | tail -n 1)"; sleep 1
for i in 1 2 3 4 5 6 7; do PATIENCE=3 hit $n/slow & done; sleep 4; hit $n/fine.php; sleep 1
kill "$(cat /run/php-fpm.pid)"; sleep 0.7; hit $n/fine.php
apache2 -f "$PWD/apache.conf" -k stop; sleep 1
for log in error access timed; do cp /var/log/apache2/$log.log "$out/apache-$log"; done
:
