# Caddy's console, and its JSON as journald shows it.
cat > Caddyfile.console <<'C'
{
  admin off
  auto_https off
  log {
    output file /var/log/caddy-console.log
    format console
  }
}
http://203.0.113.23, http://shop.example:80 {
  bind 203.0.113.23
  log
  reverse_proxy /down 203.0.113.15:8080
  reverse_proxy /plain-as-tls 203.0.113.10:80 {
    transport http {
      tls
    }
  }
  reverse_proxy 203.0.113.10:80 {
    transport http {
      response_header_timeout 2s
    }
  }
}
C
sed '/format console/d; s/console.log/journal.log/' Caddyfile.console > Caddyfile.journal
n=http://203.0.113.23
for form in console journal; do
  caddy run --config Caddyfile.$form --adapter caddyfile > /dev/null 2>&1 & p=$!
  sleep 2
  hit $n/api/cart; hit $n/api/orders; hit $n/api/report; hit $n/down; hit $n/plain-as-tls; hit $n/slow; PATIENCE=1 hit $n/slow; hit $n/legacy.php; hit $n/export.csv; hit $n/api/stream
  kill $p; wait $p 2> /dev/null
done
sed 's/\x1b\[[0-9;]*m//g' /var/log/caddy-console.log | grep -P '\tERROR\t|\tWARN\t.*aborting' > "$out/caddy-console"
now=$(date -u '+%b %d %H:%M:%S')
grep '"level":"error"\|aborting' /var/log/caddy-journal.log | sed "s/^/$now web1 caddy[832]: /" > "$out/caddy-journal"
:
