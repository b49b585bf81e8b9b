wss://ws.kraken.com/v2 <-> 1704205800.25
1704205800.3: {"channel":"status","type":"update","data":[{"api_version":"v2","connection_id":1,"system":"online","version":"2.0.0"}]}
1704205800.4: {"method":"subscribe","result":{"channel":"trade","snapshot":false,"symbol":"BTC/USD"},"success":true,"time_in":"2024-01-02T14:30:00.1Z","time_out":"2024-01-02T14:30:00.2Z"}
1704205800.5: {"channel":"trade","type":"snapshot","data":[{"symbol":"BTC/USD","side":"buy","price":42000.0,"qty":0.5,"ord_type":"limit","trade_id":100,"timestamp":"2024-01-02T14:29:00.000000Z"}]}
1704205801.1: {"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":42000.10,"qty":0.01500000,"ord_type":"limit","trade_id":101,"timestamp":"2024-01-02T14:30:01.000123Z"},{"symbol":"BTC/USD","side":"sell","price":42000.0,"qty":2e-8,"ord_type":"market","trade_id":102,"timestamp":"2024-01-02T14:30:01.100000Z"}]}
1704205802.1: {"channel":"heartbeat"}
1704205803.1: [337,[["41999.90000","0.50000000","1704205798.000001","b","l",""],["42000.20000","0.25000000","1704205803.012345","s","m",""]],"trade","XBT/USD"]
1704205803.2: {"event":"heartbeat"}
1704205803.3: {"channelID":337,"channelName":"trade","event":"subscriptionStatus","pair":"XBT/USD","status":"subscribed","subscription":{"name":"trade"}}
1704205803.4: [336,{"a":["42000.2"]},"ticker","XBT/USD"]
