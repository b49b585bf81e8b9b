-- Records that a stage refused. topic, partition and offset say where the reject stands on Kafka; source_* where the refused record
-- stood, or line and file where it came through a pipe.
create table rejects (
  topic text not null,
  "partition" int not null,
  "offset" bigint not null,
  stage text not null,
  reason text not null,
  detail text not null,
  source_topic text,
  source_partition int,
  source_offset bigint,
  line bigint,
  file text,
  size int not null,
  raw text,
  raw_b64 text,
  primary key (topic, "partition", "offset")
);
