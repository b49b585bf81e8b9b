-- How far each task has stored its input: the offset of the next record. It changes only together with the rows.
create table qf_sink (
  task text primary key,
  next_offset bigint not null
);
