1704205801.0: {"type":"subscriptions","channels":[{"name":"matches","product_ids":["BTC-USD"]},{"name":"heartbeat","product_ids":["BTC-USD"]}]}
1704205801.1: {"type":"last_match","trade_id":500,"maker_order_id":"a","taker_order_id":"b","side":"sell","size":"0.01","price":"42000.09","product_id":"BTC-USD","sequence":1,"time":"2024-01-02T14:29:59.999999Z"}
1704205801.2: {"type":"match","trade_id":501,"maker_order_id":"c","taker_order_id":"d","side":"sell","size":"0.02","price":"42000.10","product_id":"BTC-USD","sequence":2,"time":"2024-01-02T14:30:01.123456Z"}
1704205801.3: {"type":"heartbeat","last_trade_id":501,"product_id":"BTC-USD","sequence":3,"time":"2024-01-02T14:30:01.200000Z"}
1704205801.4: {"type":"match","trade_id":502,"maker_order_id":"e","taker_order_id":"f","side":"buy","size":"0.00000001","price":"42000.11","product_id":"BTC-USD","sequence":4,"time":"2024-01-02T14:30:01.3Z"}
