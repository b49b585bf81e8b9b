wss://stream.binance.com:9443/stream <-> 1704205800.000000000
1704205800.5: {"result":null,"id":1}
1704205801.0: {"stream":"btcusdt@trade","data":{"e":"trade","E":1704205801003,"s":"BTCUSDT","t":9001,"p":"42000.10000000","q":"0.00150000","T":1704205801001,"m":true,"M":true}}
1704205801.1: {"stream":"btcusdt@trade","data":{"e":"trade","E":1704205801103,"s":"BTCUSDT","t":9002,"p":"42000.11000000","q":"12345.67890000","T":1704205801101,"m":false,"M":true}}
1704205801.2: {"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1704205801203,"s":"BTCUSDT","a":70,"p":"0.00000638","q":"1","f":9001,"l":9002,"T":1704205801201,"m":false,"M":true}}
1704205801.3: {"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1704205801303,"s":"BTCUSDT","U":1,"u":2,"b":[["42000.10","0"]],"a":[]}}
1704205801.4: {"stream":"btcusdt@bookTicker","data":{"u":3,"s":"BTCUSDT","b":"42000.10","B":"1","a":"42000.11","A":"2"}}
1704205801.5: {"lastUpdateId":3,"bids":[],"asks":[]}
1704205801.6: {"stream":"ethusdt@trade","data":{"e":"trade","E":1704205801603,"s":"ETHUSDT","t":5,"p":"2300","q":"0.1","T":1704205801601,"m":true,"M":true}}
