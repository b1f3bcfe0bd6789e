mkdir -p /var/www/shop /run/php; cd /var/www/shop
echo '<?php echo "fine\n";' > fine.php
echo '<?php function total($cart) { return $cart->sum(); } total(null);' > fatal.php
echo '<?php $a = str_repeat("x", 300 * 1024 * 1024); echo strlen($a);' > memory.php
echo '<?php sleep(5); echo "late\n";' > slow.php
echo '<?php FFI::cdef("char *strcpy(char *, const char *);")->strcpy(FFI::cast("char *", FFI::new("long long")), "x"); ' > crash.php
echo '<?php posix_kill(posix_getpid(), 9);' > killed.php
echo '<?php header("X Search: wool"); echo "found\n";' > name.php
echo '<?php for ($i = 0; $i < 60; $i++) header("X-Debug-$i: " . str_repeat("v", 900)); echo "much\n";' > much.php
echo '<?php echo $missing["orders"]; error_log("cart 7 lost"); http_response_code(500);' > notice.php
cd - >/dev/null
cat > fpm.conf <<'X'
[global]
pid = /run/php-fpm.pid
error_log = /var/log/php8.2-fpm.log
daemonize = yes
[www]
user = www-data
group = www-data
listen = /run/php/php8.2-fpm.sock
listen.mode = 0666
pm = static
pm.max_children = 2
request_terminate_timeout = 3s
request_slowlog_timeout = 1s
slowlog = /var/log/php8.2-fpm-slow.log
catch_workers_output = yes
access.log = /var/log/php8.2-fpm-access.log
access.format = "%R - %u %t \"%m %r%Q%q\" %s %{mili}dms ray=%{HTTP_CF_RAY}e"
php_admin_value[ffi.enable] = true
php_admin_value[memory_limit] = 128M
X
sed 's/pm = static/pm = dynamic\npm.start_servers = 1\npm.min_spare_servers = 1\npm.max_spare_servers = 2/' fpm.conf > fpm-dynamic.conf
php-fpm8.2 -y "$PWD/fpm-dynamic.conf"
