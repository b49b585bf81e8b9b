1704205801.1: {"channel":"heartbeat"}
