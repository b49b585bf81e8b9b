-- Bars, one table for each timeframe. ts is the bar's start; vol is the exact decimal sum.
create table bars_1s (
  symbol text not null,
  ts timestamptz not null,
  o double precision not null,
  h double precision not null,
  l double precision not null,
  c double precision not null,
  vol numeric not null,
  n_trades bigint not null,
  primary key (symbol, ts)
);
create table bars_1m (like bars_1s including all);
create table bars_3m (like bars_1s including all);
create table bars_5m (like bars_1s including all);
create table bars_15m (like bars_1s including all);
