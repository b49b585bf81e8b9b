wss://ws.kraken.com/v2 <-> 1704205800.5
1704205801.1: {"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":42000.10,"qty":0.015,"ord_type":"limit","trade_id":101,"timestamp":"2024-01-02T14:30:01.1Z"},{"symbol":"BTC/USD","side":"buy","price":42000.10,"qty":0.015,"ord_type":"limit","trade_id":102,"timestamp":"2024-01-02T14:30:01.2Z"}]}
1704205801.2: {"channel":"trade","type":"update","data":[{"symbol":"ETH/USD","side":"buy","price":42000.10,"qty":0.015,"ord_type":"limit","trade_id":7,"timestamp":"2024-01-02T14:30:01.3Z"}]}
wss://ws.kraken.com/v2 <-> 1704205810.5
1704205811.1: {"channel":"trade","type":"update","data":[{"symbol":"ETH/USD","side":"buy","price":42000.10,"qty":0.015,"ord_type":"limit","trade_id":8,"timestamp":"2024-01-02T14:30:11.1Z"}]}
1704205811.2: {"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":42000.10,"qty":0.015,"ord_type":"limit","trade_id":106,"timestamp":"2024-01-02T14:30:11.2Z"}]}
wss://ws.kraken.com/v2 <-> 1704205820.5
1704205821.1: {"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":42000.10,"qty":0.015,"ord_type":"limit","trade_id":108,"timestamp":"2024-01-02T14:30:21.1Z"}]}
1704205822123456789 base64:AAECAw==
1704205823: base64-text:eyJjaGFubmVsIjoNCiJoZWFydGJlYXQifQ==
1704205824: base64-text:YmFzZTY0Og==
1704205825: ÿ
