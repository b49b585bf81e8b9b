wss://ws.kraken.com/v2 <-> 1704205800.123
wss://ws.kraken.com/v2 <- 1704205800.2: {"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"]}}
1704205801.123456: {"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":42000.10,"qty":0.015,"ord_type":"limit","trade_id":1,"timestamp":"2024-01-02T14:30:01.1Z"}]}
1704205802123456789 {"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":42000.10,"qty":0.015,"ord_type":"limit","trade_id":2,"timestamp":"2024-01-02T14:30:02.1Z"}]}

1704205803: {"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":42000.10,"qty":0.015,"ord_type":"limit","trade_id":3,"timestamp":"2024-01-02T14:30:03.1Z"}]}
1704205804.5: base64-text:eyJjaGFubmVsIjoidHJhZGUiLAoidHlwZSI6InVwZGF0ZSIsImRhdGEiOlt7InN5bWJvbCI6IkJUQy9VU0QiLCJzaWRlIjoiYnV5IiwicHJpY2UiOjQyMDAwLjEwLCJxdHkiOjAuMDE1LCJvcmRfdHlwZSI6ImxpbWl0IiwidHJhZGVfaWQiOjQsInRpbWVzdGFtcCI6IjIwMjQtMDEtMDJUMTQ6MzA6MDQuMVoifV19
1704205805.5:{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":42000.10,"qty":0.015,"ord_type":"limit","trade_id":5,"timestamp":"2024-01-02T14:30:05.1Z"}]}