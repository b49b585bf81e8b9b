1704205801.1: {"type":"last_match","trade_id":500,"side":"sell","size":"1","price":"10","product_id":"BTC-USD","time":"2024-01-02T14:30:00.1Z"}
1704205801.2: {"type":"match","trade_id":501,"side":"sell","size":"1","price":"10","product_id":"BTC-USD","time":"2024-01-02T14:30:01.1Z"}
wss://ws-feed.exchange.coinbase.com/ <-> 1704205805
1704205805.1: {"type":"last_match","trade_id":504,"side":"sell","size":"1","price":"10","product_id":"BTC-USD","time":"2024-01-02T14:30:04.1Z"}
1704205805.2: {"type":"match","trade_id":506,"side":"sell","size":"1","price":"10","product_id":"BTC-USD","time":"2024-01-02T14:30:05.1Z"}
wss://ws-feed.exchange.coinbase.com/ <-> 1704205809
1704205809.1: {"type":"last_match","trade_id":506,"side":"sell","size":"1","price":"10","product_id":"BTC-USD","time":"2024-01-02T14:30:05.1Z"}
1704205809.2: {"type":"match","trade_id":507,"side":"sell","size":"1","price":"10","product_id":"BTC-USD","time":"2024-01-02T14:30:09.1Z"}
