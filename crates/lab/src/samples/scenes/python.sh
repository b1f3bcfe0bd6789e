# uWSGI and uvicorn.
mkdir -p /var/www/shop; cat > /var/www/shop/app.py <<'P'
import os, signal, time


def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/api/slow":
        time.sleep(6)
    if path == "/api/report":
        os.kill(os.getpid(), signal.SIGSEGV)
    if path == "/api/killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if path == "/api/fail":
        raise ValueError("no such cart")
    if path == "/wait":
        time.sleep(2)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"x" * 100_000] * 20
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"fine\n"]


async def asgi(scope, receive, send):
    if scope["type"] != "http":
        return
    path = scope["path"]
    if path == "/api/fail":
        raise ValueError("no such cart")
    if path == "/api/nothing":
        return
    length = {"/api/short": b"20", "/api/long": b"2"}.get(path, b"5")
    headers = [(b"content-type", b"text/plain"), (b"content-length", length)]
    if path == "/search":
        headers.append((b"x-search", b"wool\r\nblanket"))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    if path == "/api/half":
        raise ValueError("no such item")
    await send({"type": "http.response.body", "body": b"fine\n"})
P
n=http://203.0.113.24:8000
if command -v uwsgi > /dev/null; then
  uwsgi --plugin python3 --chdir /var/www/shop --wsgi-file app.py --http-socket 203.0.113.24:8000 --master -p 2 --harakiri 2 --harakiri-verbose --logto /var/log/uwsgi.log --pidfile /run/uwsgi.pid & u=$!
  sleep 3
  hit $n/api/cart; hit $n/api/fail; hit $n/api/slow; hit $n/api/report; hit $n/api/killed; hit -X POST -d x=1 $n/api/cart; PATIENCE=1 hit $n/wait; sleep 2
  hit -H "Cookie: big=$(head -c 9000 /dev/zero | tr '\0' x)" $n/api/cart; hit $n/api/cart
  kill -INT $u; wait $u
  sed -n '/spawned uWSGI worker 1/,$p' /var/log/uwsgi.log | grep -v 'syscall\|wchan\|backtrace\|uwsgi(\|lib/\|\[0x' > "$out/uwsgi"
  grep -a '^\[pid' /var/log/uwsgi.log > "$out/uwsgi-access"
fi
if command -v uvicorn > /dev/null; then
  (cd /var/www/shop && exec uvicorn app:asgi --host 203.0.113.24 --port 8000 --http h11) > "$out/uvicorn" 2>&1 & u=$!
  sleep 3
  hit $n/api/cart; hit $n/api/fail; hit $n/api/nothing; hit $n/api/short; hit $n/api/long; hit $n/search; hit $n/api/half
  kill $u; wait $u
fi
:
