wss://stream.bybit.com/v5/public/spot <-> 1704205810
1704205810.1: {"success":true,"ret_msg":"subscribe","conn_id":"x","req_id":"","op":"subscribe"}
1704205810.2: {"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1704205810200,"data":[{"T":1704205807999,"s":"BTCUSDT","S":"Buy","v":"0.1","p":"42000.1","i":"22900000000000001","BT":false},{"T":1704205808000,"s":"BTCUSDT","S":"Sell","v":"0.2","p":"42000.2","i":"22900000000000002","BT":false},{"T":1704205810199,"s":"BTCUSDT","S":"Buy","v":"0.3","p":"42000.3","i":"22900000000000003","BT":false}]}
1704205810.3: {"topic":"orderbook.50.BTCUSDT","type":"delta","ts":1704205810300,"data":{}}
1704205830.1: {"success":true,"ret_msg":"pong","conn_id":"x","req_id":"","op":"ping"}
1704205830.2: {"topic":"trade.BTCUSD","data":[{"trade_time_ms":1704205830123,"timestamp":"2024-01-02T14:30:30.000Z","symbol":"BTCUSD","side":"Sell","size":100,"price":42000.5,"tick_direction":"MinusTick","trade_id":"5f0c9a1e-0000-4000-8000-000000000001"}]}
1704205830.3: {"success":true,"ret_msg":"","conn_id":"x","request":{"op":"subscribe","args":["trade.BTCUSD"]}}
