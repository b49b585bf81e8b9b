-- How far each task has stored its input: the offset of the next record. It changes only together with the rows. topic_id is Kafka's
-- own id of the topic, which another topic of the same name would not have.
create table qf_sink (
  task text primary key,
  topic_id text not null,
  next_offset bigint not null
);
