"""Asks DuckDB what `fivetwenty logs` answers, of a file of records that the generator wrote, and prints the answers as JSON.

What statuses mean is written down here once more, on purpose: this must not share code with what it checks.
"""

import json
import resource
import sys
import time

import duckdb

file, step_ms = sys.argv[1], int(sys.argv[2])
columns = {
    "CacheCacheStatus": "VARCHAR", "ClientRequestHost": "VARCHAR", "ClientRequestMethod": "VARCHAR", "ClientRequestPath": "VARCHAR",
    "ClientRequestProtocol": "VARCHAR", "ClientRequestSource": "VARCHAR", "EdgeColoCode": "VARCHAR", "EdgeResponseStatus": "INTEGER",
    "EdgeStartTimestamp": "BIGINT", "OriginIP": "VARCHAR", "OriginResponseStatus": "INTEGER", "SecurityAction": "VARCHAR",
    "WorkerSubrequestCount": "INTEGER",
}
inner = "STRUCT(CacheCacheStatus VARCHAR, EdgeResponseStatus INTEGER, OriginIP VARCHAR, OriginResponseStatus INTEGER)[]"
began = time.monotonic()
duckdb.execute("SET threads = 2")
if file.endswith(".csv"):
    source = f"read_csv('{file}', header = true, all_varchar = false, nullstr = '\\N', quote = '\"')"
    merged = "NULL::" + inner
    typed = ", ".join(f"{name}::{kind} AS {name}" for name, kind in columns.items())
else:
    form = "newline_delimited" if file.endswith(".ndjson") else "array"
    listed = ", ".join(f"{name}: '{kind}'" for name, kind in {**columns, "Subrequests": inner}.items())
    source = f"read_json('{file}', format = '{form}', columns = {{{listed}}})"
    merged, typed = "Subrequests", ", ".join(columns)
duckdb.execute(f"""
CREATE TEMP TABLE counted AS
WITH read AS (SELECT {typed}, {merged} AS sub FROM {source}),
told AS (
  SELECT ClientRequestHost AS host, ClientRequestMethod AS method, ClientRequestPath AS path, ClientRequestProtocol AS protocol,
    ClientRequestSource AS source, EdgeColoCode AS colo, coalesce(SecurityAction, '') AS security,
    EdgeStartTimestamp // 1000000 // {step_ms} * {step_ms} AS ms,
    EdgeResponseStatus AS edge,
    CASE WHEN len(sub) > 0 THEN sub[1].OriginResponseStatus ELSE OriginResponseStatus END AS origin,
    CASE WHEN len(sub) > 0 THEN sub[1].CacheCacheStatus ELSE CacheCacheStatus END AS cache,
    coalesce(CASE WHEN len(sub) > 0 THEN sub[1].OriginIP ELSE OriginIP END, '') AS ip,
    CASE WHEN len(sub) > 0 THEN 0 ELSE WorkerSubrequestCount END AS subrequests
  FROM read)
SELECT ip, host, method, protocol, colo, ms, edge, origin,
  regexp_replace(regexp_replace(regexp_replace(path, '[0-9a-f]{{8}}-[0-9a-f-]{{27}}', '*', 'g'),
    '1[0-9a-f]{{7}}([.])', '*\\1', 'g'), '/[0-9]+', '/*', 'g') AS path,
  CASE
    WHEN source IN ('earlyHintsCache', 'edgeWorkerCacheAPI') THEN 'never'
    WHEN edge = 499 THEN 'left'
    WHEN origin = 0 AND (path LIKE '/cdn-cgi/%' OR security IN ('block', 'managed_challenge')) THEN 'never'
    WHEN cache = 'stale' AND edge < 500 THEN 'masked'
    WHEN origin = 0 AND cache IN ('hit', 'revalidated', 'updating', 'stream_hit') THEN 'never'
    WHEN origin = 0 AND subrequests > 0 AND ip = '' THEN 'never'
    WHEN edge BETWEEN 520 AND 530 OR (edge >= 500 AND origin > 0) THEN 'failed'
    WHEN edge IN (502, 504) AND (ip <> '' OR cache IN ('miss', 'expired', 'bypass', 'dynamic')) THEN 'failed'
    WHEN edge >= 500 THEN 'open'
    WHEN origin >= 500 THEN 'masked'
    WHEN origin > 0 THEN 'answered'
    ELSE 'never'
  END AS outcome,
  count(*) AS n
FROM told GROUP BY ALL
""")


def ask(what, value):
    rows = duckdb.execute(f"""
        SELECT {value} AS value, sum(n)::BIGINT, coalesce(sum(n) FILTER (outcome = 'failed'), 0)::BIGINT
        FROM counted WHERE outcome IN ('failed', 'answered') AND {what} GROUP BY value""").fetchall()
    return {str(value): [total, failing] for value, total, failing in rows}


answers = {
    "outcomes": dict(duckdb.execute("SELECT outcome, sum(n)::BIGINT FROM counted GROUP BY outcome").fetchall()),
    "by": {
        "origin": ask("ip <> ''", "ip"), "url": ask("path <> ''", "path"), "host": ask("true", "host"), "colo": ask("true", "colo"),
        "method": ask("true", "method"), "protocol": ask("true", "protocol"), "status": ask("true", "edge || '/' || origin"),
    },
    "times": ask("true", "ms"),
    "seconds": time.monotonic() - began,
    "kilobytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
}
print(json.dumps(answers))
