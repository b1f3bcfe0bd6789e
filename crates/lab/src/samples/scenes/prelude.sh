# What every scene begins with: requests as the edge sends them, and a folder for what the servers wrote.
set -u
out=$PWD/out; mkdir -p "$out"
ray() { printf '%09x%07x' $(( $(date +%s%2N) - 135000000000 )) $(( (RANDOM << 15 | RANDOM) & 0xfffffff )); }
hit() {
  curl -s -o /dev/null -m "${PATIENCE:-8}" -H 'Host: shop.example' -H "CF-Ray: $(ray)-${COLO:-FRA}" -H 'CF-Connecting-IP: 203.0.113.7' \
    -H 'CDN-Loop: cloudflare; loops=1' -A 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' "$@" || true
}
