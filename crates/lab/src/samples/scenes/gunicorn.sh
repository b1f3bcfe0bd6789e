mkdir -p /var/www/shop; cat > /var/www/shop/wsgi.py <<'X'
import os, signal, time


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/api/slow":
        time.sleep(6)
    if path == "/api/report":
        os.kill(os.getpid(), signal.SIGKILL)
    if path == "/api/crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if path == "/api/fail":
        raise ValueError("no such cart")
    if path == "/search":
        start_response("200 OK", [("X-Search", "wool\r\nblanket")])
        return [b"found\n"]
    if path == "/export.csv":
        start_response("200 OK", [("Content-Length", "4096")])
        return [b"id,item\n"]
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"fine\n"]
X
gunicorn --chdir /var/www/shop -w 2 -t 2 -b 203.0.113.24:8000 --log-file /var/log/gunicorn.log --pid /run/gunicorn.pid --access-logfile /var/log/gunicorn-access.log \
  --access-logformat '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s" ray=%({cf-ray}i)s %(L)s' wsgi:app & g=$!
sleep 2; n=http://203.0.113.24:8000
hit $n/; hit $n/api/slow; sleep 1; hit $n/api/report; hit $n/api/crash; hit $n/api/fail; hit $n/search; hit $n/export.csv; hit -H "X-Long: $(head -c 9000 /dev/zero | tr '\0' x)" $n/; hit $n/
exec 3<>/dev/tcp/203.0.113.24/8000; printf 'GET / HTTP/1.1\r\nBad Header\r\n\r\n' >&3; sleep 0.3; exec 3>&-
sleep 0.5; kill $g; wait $g
cp /var/log/gunicorn.log "$out/gunicorn"; cp /var/log/gunicorn-access.log "$out/gunicorn-access"
:
