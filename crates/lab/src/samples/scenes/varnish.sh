# Varnish: the records of its failed fetches, and its access log.
cat > shop.vcl <<'V'
vcl 4.1;
backend app { .host = "203.0.113.10"; .port = "80"; .first_byte_timeout = 2s; .between_bytes_timeout = 2s; }
backend down { .host = "203.0.113.15"; .port = "8080"; }
backend full { .host = "203.0.113.44"; .port = "443"; .connect_timeout = 1s; }
sub vcl_recv {
  set req.backend_hint = app;
  if (req.url == "/down") { set req.backend_hint = down; }
  if (req.url == "/full") { set req.backend_hint = full; }
  return (pass);
}
V
varnishd -F -j none -a 203.0.113.22:80 -f "$PWD/shop.vcl" -n "$PWD/varnish" -s malloc,16m -T none > /dev/null 2>&1 & v=$!
sleep 3; n=http://203.0.113.22
varnishlog -n "$PWD/varnish" -b -q FetchError > varnishlog & l=$!
varnishncsa -n "$PWD/varnish" -F '%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-agent}i" %{CF-Ray}i %{Varnish:time_firstbyte}x' > varnishncsa & a=$!
sleep 1
hit $n/api/cart; hit $n/api/orders; hit $n/api/report; hit -X POST -d x=1 $n/api/orders; hit $n/down; hit $n/full; hit $n/slow; hit $n/account; hit $n/legacy.php; hit $n/folded; hit $n/search; hit $n/chunks; hit $n/export.csv; hit $n/two-lengths; hit $n/no-status
sleep 1; kill $l $a; wait $l $a; kill $v; wait $v
awk '/BeReq/ { n++ } n <= 6' varnishlog > "$out/varnish-log"; awk '/BeReq/ { n++ } n > 6' varnishlog > "$out/varnish-log-more"; cp varnishncsa "$out/varnish-access"
grep FetchError varnishlog > "$out/varnish-errors"
:
