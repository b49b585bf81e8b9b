-- The paper flow. ts is the start of the bar that something was decided on, or of a fill; money is exact.
create table pairs_signals (
  pair_id text not null,
  ts timestamptz not null,
  a_symbol text not null,
  b_symbol text not null,
  tf_min int not null,
  beta double precision not null,
  z double precision not null,
  action text not null,
  "sideA" text not null,
  "sideB" text not null,
  "pxA" double precision not null,
  "pxB" double precision not null,
  risk_bucket text not null,
  risk_per_trade numeric not null,
  reason text not null,
  primary key (pair_id, ts)
);

-- What has happened to each order: NEW, APPROVED by its size, ALLOWED by the budget, FILLED; or REJECTED, EXPIRED, CANCELLED.
create table order_events (
  client_order_id text not null,
  status text not null,
  symbol text not null,
  side text not null,
  qty bigint,
  order_type text,
  limit_price double precision,
  strategy text,
  risk_bucket text,
  ts timestamptz not null,
  reason text,
  extra jsonb not null,
  primary key (client_order_id, status)
);

create table fills (
  fill_id text primary key,
  client_order_id text not null,
  symbol text not null,
  side text not null,
  qty bigint not null,
  price numeric not null,
  ts timestamptz not null,
  venue text not null,
  brokerage numeric not null,
  stt numeric not null,
  exchange numeric not null,
  sebi numeric not null,
  stamp numeric not null,
  gst numeric not null,
  total numeric not null,
  extra jsonb not null
);
create index fills_by_order on fills (client_order_id);

-- Each change of the cash that a bucket has reserved. id is leg A's client_order_id; used is what is reserved after it.
create table budget_ledger (
  id text primary key,
  bucket text not null,
  delta numeric not null,
  used numeric not null,
  ts timestamptz not null
);

-- How far a status is in the life of an order: it never goes back, whatever is stored first.
create function order_life(status text) returns int language sql immutable as $$
  select array_position(array['NEW', 'APPROVED', 'ALLOWED', 'REJECTED', 'FILLED', 'CANCELLED', 'EXPIRED'], status)
$$;

-- Each order as it is now.
create view orders as
select distinct on (e.client_order_id)
  e.client_order_id,
  e.status,
  e.symbol,
  e.side,
  (select k.qty from order_events k where k.client_order_id = e.client_order_id and k.qty is not null
   order by order_life(k.status) desc limit 1) as qty,
  (select coalesce(sum(f.qty), 0) from fills f where f.client_order_id = e.client_order_id) as filled,
  e.ts,
  coalesce(e.extra -> 'risk' ->> 'reason', e.extra -> 'budget' ->> 'reason', e.extra -> 'match' ->> 'reason') as refusal
from order_events e
order by e.client_order_id, order_life(e.status) desc;
