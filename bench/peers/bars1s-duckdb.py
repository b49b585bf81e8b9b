"""1 s bars in DuckDB: ticks on stdin, bars on stdout. Usage: bars1s-duckdb.py THREADS"""

import sys

import duckdb

duckdb.execute(f"SET threads = {int(sys.argv[1])}")
duckdb.execute("SET preserve_insertion_order = false")
duckdb.execute("""
    COPY (
        SELECT symbol, '1s' AS tf, event_ts // 1000000000 AS ts,
               arg_min(ltp, event_ts) AS o, max(ltp) AS h, min(ltp) AS l, arg_max(ltp, event_ts) AS c,
               sum(vol) AS vol, count(*) AS n_trades
        FROM read_json('/dev/stdin', format = 'newline_delimited',
                       columns = {symbol: 'VARCHAR', event_ts: 'BIGINT', ltp: 'DOUBLE', vol: 'DECIMAL(18,8)'})
        GROUP BY ALL
    ) TO '/dev/stdout' (FORMAT json, USE_TMP_FILE false)
""")
