# What cannot be run here, written as its documentation and its source have it: Traefik and cloudflared.
t=$(date -u +%Y-%m-%dT%H:%M:%SZ); c=$(date -u '+%d/%b/%Y:%H:%M:%S +0000')
cat > "$out/traefik-access" <<T
172.68.10.21 - - [$c] "GET /api/cart HTTP/1.1" 200 15 "-" "-" 518 "shop@docker" "http://203.0.113.10:80" 1ms
172.68.10.21 - - [$c] "GET /api/orders HTTP/1.1" 502 11 "-" "-" 519 "shop@docker" "http://203.0.113.10:80" 2ms
172.68.10.21 - - [$c] "POST /api/report HTTP/1.1" 502 11 "-" "-" 520 "shop@docker" "http://203.0.113.10:80" 520ms
172.68.10.21 - - [$c] "GET /slow HTTP/1.1" 499 21 "-" "-" 521 "shop@docker" "http://203.0.113.10:80" 1001ms
T
one() {
  printf '{"ClientAddr":"172.68.10.21:%s","ClientHost":"172.68.10.21","DownstreamContentSize":11,"DownstreamStatus":%s,"Duration":520000,"OriginContentSize":0,"OriginStatus":%s,"RequestAddr":"shop.example","RequestCount":%s,"RequestHost":"shop.example","RequestMethod":"%s","RequestPath":"%s","RequestProtocol":"HTTP/1.1","RequestScheme":"https","RouterName":"shop@docker","entryPointName":"websecure","level":"info","msg":"","request_Cf-Ray":"%s-FRA","time":"%s"}\n' "$@" "$(ray)" "$t"
}
{ one 40520 200 200 518 GET /api/cart; one 40521 502 502 519 GET /api/orders; one 40522 504 0 520 GET /slow; one 40523 503 503 521 POST /api/report; } > "$out/traefik-json"
cat > "$out/traefik" <<T
time="$t" level=debug msg="'502 Bad Gateway' caused by: EOF"
time="$t" level=debug msg="'502 Bad Gateway' caused by: dial tcp 203.0.113.15:8080: connect: connection refused"
time="$t" level=debug msg="'499 Client Closed Request' caused by: context canceled"
$t DBG github.com/traefik/traefik/v3/pkg/proxy/httputil/proxy.go:117 > 502 Bad Gateway error="read tcp 203.0.113.22:41234->203.0.113.10:80: read: connection reset by peer"
$t DBG github.com/traefik/traefik/v3/pkg/proxy/httputil/proxy.go:117 > 504 Gateway Timeout error="net/http: timeout awaiting response headers"
T
reach='Unable to reach the origin service. The service may be down or it may not be responding to traffic from cloudflared'
cat > "$out/cloudflared" <<T
$t ERR  error="$reach: EOF" cfRay=$(ray)-FRA event=1 ingressRule=0 originService=http://203.0.113.10:80
$t ERR  error="$reach: dial tcp 203.0.113.15:8080: connect: connection refused" cfRay=$(ray)-FRA event=1 ingressRule=1 originService=http://203.0.113.15:8080
$t ERR  error="$reach: read tcp 203.0.113.22:41234->203.0.113.10:80: read: connection reset by peer" cfRay=$(ray)-AMS event=1 ingressRule=0 originService=http://203.0.113.10:80
$t ERR  error="stream 525 canceled by remote with error code 0" cfRay=$(ray)-FRA event=1 ingressRule=0 originService=http://203.0.113.10:80
$t ERR  error="Incoming request ended abruptly: context canceled" cfRay=$(ray)-FRA event=1 ingressRule=0 originService=http://203.0.113.10:80
$t ERR  error="unexpected EOF" cfRay=$(ray)-FRA event=1 ingressRule=0 originService=http://203.0.113.10:80
T
cat > "$out/cloudflared-json" <<T
{"level":"error","error":"$reach: EOF","cfRay":"$(ray)-FRA","event":1,"ingressRule":0,"originService":"http://203.0.113.10:80","time":"$t"}
{"level":"error","error":"$reach: dial tcp 203.0.113.15:8080: connect: connection refused","cfRay":"$(ray)-FRA","event":1,"ingressRule":1,"originService":"http://203.0.113.15:8080","time":"$t"}
{"level":"error","error":"stream 525 canceled by remote with error code 0","cfRay":"$(ray)-FRA","event":1,"ingressRule":0,"originService":"http://203.0.113.10:80","time":"$t"}
{"level":"error","error":"unexpected EOF","cfRay":"$(ray)-FRA","event":1,"ingressRule":0,"originService":"http://203.0.113.10:80","time":"$t"}
T
:
