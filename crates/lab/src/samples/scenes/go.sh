# Go's net/http: a server that fails, and its ReverseProxy.
mkdir -p gosrc; cat > gosrc/main.go <<'G'
package main

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"time"
)

type cart struct{ items []string }

func main() {
	carts := map[string]*cart{}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if os.Getenv("ACCESS") != "" {
			log.Printf("%s %s %s cf-ray=%s", r.RemoteAddr, r.Method, r.URL, r.Header.Get("CF-Ray"))
		}
		switch r.URL.Path {
		case "/api/orders":
			fmt.Fprintln(w, carts["7"].items[0])
		case "/export.csv":
			w.Header().Set("Content-Length", "2")
			if _, err := fmt.Fprint(w, "id,item\n"); err != nil {
				log.Print(err)
			}
		case "/twice":
			w.WriteHeader(200)
			w.WriteHeader(500)
		case "/abort":
			panic(http.ErrAbortHandler)
		case "/crash":
			go func() { carts["7"].items = nil }()
			time.Sleep(time.Second)
		default:
			fmt.Fprintln(w, "fine")
		}
	})
	to := func(target string) *httputil.ReverseProxy {
		url, _ := url.Parse(target)
		proxy := httputil.NewSingleHostReverseProxy(url)
		proxy.Transport = &http.Transport{ResponseHeaderTimeout: 2 * time.Second, MaxResponseHeaderBytes: 64 << 10}
		return proxy
	}
	proxies := map[string]*httputil.ReverseProxy{"/down": to("http://203.0.113.15:8080"), "/plain-as-tls": to("https://203.0.113.10:80"), "/expired": to("https://203.0.113.12")}
	app := to("http://203.0.113.10")
	go http.ListenAndServe("203.0.113.22:80", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if proxy := proxies[r.URL.Path]; proxy != nil {
			proxy.ServeHTTP(w, r)
		} else {
			app.ServeHTTP(w, r)
		}
	}))
	go http.ListenAndServeTLS("203.0.113.25:443", "cert.pem", "key.pem", nil)
	log.Fatal(http.ListenAndServe("203.0.113.25:3000", nil))
}
G
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=shop.example -keyout key.pem -out cert.pem 2> /dev/null
(cd gosrc && GO111MODULE=off GOCACHE="$PWD/cache" go build -o ../shop main.go)
n=http://203.0.113.25:3000
./shop > "$out/go-server" 2>&1 & g=$!
sleep 1
hit $n/; hit $n/api/orders; hit $n/export.csv; hit $n/twice; hit $n/abort
hit https://203.0.113.25/; hit http://203.0.113.25:443/; hit -k --tls-max 1.1 https://203.0.113.25/; hit -k https://203.0.113.25/api/orders
kill $g; wait $g
ACCESS=1 ./shop > "$out/go-crash" 2>&1 & g=$!
sleep 1; hit $n/; hit $n/crash; wait $g
./shop > "$out/go-proxy" 2>&1 & g=$!
sleep 1; n=http://203.0.113.22
hit $n/api/cart; hit $n/api/orders; hit $n/api/report; hit $n/down; hit $n/plain-as-tls; hit $n/expired; hit $n/slow; PATIENCE=1 hit $n/slow; hit $n/account; hit $n/legacy.php; hit $n/folded; hit $n/search; hit $n/chunks; hit $n/export.csv; hit $n/two-lengths
kill $g; wait $g
:
