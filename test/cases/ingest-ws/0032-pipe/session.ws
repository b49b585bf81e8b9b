1704205801.1: {"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":42000.10,"qty":0.015,"ord_type":"limit","trade_id":1,"timestamp":"2024-01-02T14:30:01.1Z"}]}
