# 1 s bars in awk: canonical lines only (fields in order, no spaces), sorted by time.
BEGIN {
  FS = ","
  CONVFMT = "%.15g"
}

{
  second = substr($2, 12, 10)
  if (second != current) {
    flush()
    current = second
  }
  symbol = substr($1, 12, length($1) - 12)
  price = substr($3, 7)
  if (symbol in n) {
    if (price + 0 > high[symbol] + 0) high[symbol] = price
    if (price + 0 < low[symbol] + 0) low[symbol] = price
    close_[symbol] = price
    vol[symbol] += substr($4, 7)
    n[symbol]++
  } else {
    open_[symbol] = high[symbol] = low[symbol] = close_[symbol] = price
    vol[symbol] = substr($4, 7) + 0
    n[symbol] = 1
  }
}

END { flush() }

function flush(symbol) {
  for (symbol in n)
    print "{\"symbol\":\"" symbol "\",\"tf\":\"1s\",\"ts\":" current ",\"o\":" open_[symbol] ",\"h\":" high[symbol] \
      ",\"l\":" low[symbol] ",\"c\":" close_[symbol] ",\"vol\":" vol[symbol] ",\"n_trades\":" n[symbol] "}"
  split("", n)
}
