# Apache as a proxy: its other errors, and the access log of several hosts.
mkdir -p /var/log/apache2 /run/apache2
cat > proxy.conf <<'A'
ServerRoot /usr/lib/apache2
ServerName shop.example
PidFile /run/apache2/proxy.pid
Listen 203.0.113.21:80
User www-data
Group www-data
ErrorLog /var/log/apache2/proxy.log
LogLevel info
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule proxy_module modules/mod_proxy.so
LoadModule proxy_http_module modules/mod_proxy_http.so
LoadModule slotmem_shm_module modules/mod_slotmem_shm.so
LoadModule proxy_balancer_module modules/mod_proxy_balancer.so
LoadModule lbmethod_byrequests_module modules/mod_lbmethod_byrequests.so
Timeout 4
ProxyTimeout 2
LimitRequestFieldSize 8190
LogFormat "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"" vhost_combined
CustomLog /var/log/apache2/vhosts.log vhost_combined
<Proxy "balancer://gone">
  BalancerMember http://203.0.113.15:8080
  BalancerMember http://203.0.113.15:8081
</Proxy>
ProxyPass /gone balancer://gone/
ProxyPass /full http://203.0.113.44:443/
ProxyPass / http://203.0.113.10/
A
apache2 -f "$PWD/proxy.conf" -k start; sleep 1; n=http://203.0.113.21
hit $n/api/cart; hit $n/api/orders; hit $n/api/report; hit -X POST -d x=1 $n/api/report; hit $n/api/half; hit $n/slow; hit $n/slow-body; PATIENCE=1 hit $n/slow-body; hit $n/api/stream; hit $n/feed.xml; hit $n/chunks; hit $n/no-status; hit $n/bare; hit $n/gone; hit $n/full; hit $n/broken; hit $n/huge
head -c 3000000 /dev/zero > photo.jpg; hit -F file=@photo.jpg $n/upload
apache2 -f "$PWD/proxy.conf" -k stop; sleep 1
grep -v 'AH00490\|AH00096\|AH00489\|AH00094\|AH00491\|AH01436\|AH02282\|AH00163' /var/log/apache2/proxy.log > "$out/apache-proxy"; cp /var/log/apache2/vhosts.log "$out/apache-vhosts"
:
