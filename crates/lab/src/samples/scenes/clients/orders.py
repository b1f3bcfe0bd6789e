import asyncio, json, logging, sys

logging.basicConfig(format="%(asctime)s %(levelname)s [%(name)s] %(message)s", level=logging.ERROR)
log = logging.getLogger("shop.orders")
client, how, url = sys.argv[1:4]


def load():
    if client == "requests":
        import requests
        requests.get(url, timeout=2).raise_for_status()
    if client == "session":
        import requests
        from requests.adapters import HTTPAdapter
        from urllib3.util.retry import Retry
        session = requests.Session()
        session.mount("https://", HTTPAdapter(max_retries=Retry(2, status_forcelist=[520, 522, 524])))
        session.get(url, timeout=2)
    if client == "httpx":
        import httpx
        httpx.post(url, json={"cart": 7}, timeout=2).raise_for_status()
    if client == "urllib":
        import urllib.request
        urllib.request.urlopen(url, timeout=2).read()
    if client == "urllib3":
        import urllib3
        urllib3.PoolManager(retries=False, timeout=2).request("GET", url)
    if client == "openai":
        import openai
        openai.OpenAI(base_url=url, api_key="none", max_retries=0).models.list()
    if client == "aiohttp":
        asyncio.run(load_async())


async def load_async():
    import aiohttp
    async with aiohttp.ClientSession(raise_for_status=True, timeout=aiohttp.ClientTimeout(2)) as session:
        async with session.get(url, ssl=False) as answer:
            await answer.json()


try:
    load()
except Exception as error:
    if how == "raise":
        raise
    if how == "str":
        print(f"could not load orders: {error}")
    if how == "repr":
        print(repr(error))
    if how == "log":
        log.exception("sync failed")
    if how == "json":
        print(json.dumps({"level": "error", "logger": "shop.orders", "message": "sync failed", "error": str(error)}))
    if how == "body":
        answer = error.response
        print(f"{answer.status_code} {answer.reason} {answer.text[:300]!r} {dict(answer.headers)}")
