# lighttpd before PHP-FPM and as a proxy.
cat > lighttpd.conf <<'L'
server.modules = ("mod_access", "mod_accesslog", "mod_fastcgi", "mod_proxy")
server.document-root = "/var/www/shop"
server.bind = "203.0.113.22"
server.port = 80
server.errorlog = "/var/log/lighttpd.log"
accesslog.filename = "/var/log/lighttpd-access.log"
accesslog.format = "%h %V %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %{CF-Ray}i"
fastcgi.server = (".php" => ((  "socket" => "/run/php/php8.2-fpm.sock", "read-timeout" => 2, "broken-scriptfilename" => "enable" )), ".old" => (( "socket" => "/run/php/php7.4-fpm.sock" )))
$HTTP["url"] =~ "^/(api|slow|account|legacy|folded|search|export|chunks)" { proxy.server = ("" => (( "host" => "203.0.113.10", "port" => 80, "read-timeout" => 2 ))) }
$HTTP["url"] =~ "^/down" { proxy.server = ("" => (( "host" => "203.0.113.15", "port" => 8080 ))) }
L
lighttpd -D -f "$PWD/lighttpd.conf" & l=$!
sleep 1; n=http://203.0.113.22
hit $n/fine.php; hit $n/fatal.php; hit $n/crash.php; hit $n/killed.php; hit $n/slow.php; hit $n/page.old; hit $n/api/cart; hit $n/api/orders; hit $n/api/report; hit $n/down; hit $n/slow; hit $n/account; hit $n/legacy; hit $n/folded; hit $n/search; hit $n/export.csv; hit $n/chunks
kill $l; wait $l; kill "$(cat /run/php-fpm.pid)"
cp /var/log/lighttpd.log "$out/lighttpd"; cp /var/log/lighttpd-access.log "$out/lighttpd-access"
:
