1704205801.1: {"type":"message"}
