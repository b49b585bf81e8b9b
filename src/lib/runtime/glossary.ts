/** What a metric tells, and what it means where it is not as it should be. */
export interface MetricText {
  readonly tells: string;
  readonly look: string;
}

const SLOW_SERVICE = 'Growing times with the same number of records: the disk or the service is too slow.';

/** Every metric that a stage of qf exports itself, without the prefix `qf_<stage>_`. */
export const METRIC_TEXTS: Readonly<Record<string, MetricText>> = {
  records_in_total: {
    tells: 'Records that have come in. in = used + late + duplicate + rejected + ignored + shed, always.',
    look: 'It stands still: nothing comes. Look at the stage before, then at the connection.',
  },
  records_used_total: {
    tells: 'Records that went into a result.',
    look: 'It grows more slowly than in: see what the others are.',
  },
  records_late_total: {
    tells: 'Records that came when their result was final. They are reported, and change nothing.',
    look: 'It grows steadily: the grace is shorter than the disorder of the feed, or a clock is wrong. After a restart of a stage before, a few are usual.',
  },
  records_duplicate_total: {
    tells: 'Records that were known: the same id, or the same bar.',
    look: 'It grows: a feed repeats, or a stage before has written again. Nothing is counted twice.',
  },
  records_rejected_total: {
    tells: 'Records that are wrong or not allowed, each with its reason on --rejects or its dlq topic.',
    look: 'It grows: read the reasons; a venue or a program before has changed what it writes.',
  },
  rejections_total: {
    tells: 'The rejected records by their `reason`; together they are records_rejected_total.',
    look: 'One reason grows: docs/contracts.md says what each means.',
  },
  records_ignored_total: {
    tells: 'Records that were not asked for, such as marks or other symbols.',
    look: 'All of them are ignored: the options name other symbols or times than those that come.',
  },
  records_shed_total: {
    tells: 'Ticks dropped because the reader is too slow, where --on-full shed asks for that.',
    look: 'It grows: bars behind it are wrong. Make what is behind faster, or let the socket wait.',
  },
  records_out_total: {
    tells: 'Records that were made.',
    look: 'It stands still while in grows: the watermark does not move, or nothing is ready yet.',
  },
  records_skipped_total: {
    tells: 'Uses of used records that came to nothing because of what was in them; they are no part of the sum.',
    look: 'It grows in pairs watch: bars come whose prices are not above 0.',
  },
  queue_depth: {
    tells: 'What waits in a queue: batches, ticks behind a socket, or records for a commit.',
    look: 'It stays at queue_capacity: what is behind is the slow one; the source waits meanwhile, and nothing is lost.',
  },
  queue_capacity: { tells: 'What fits into a queue.', look: 'A constant; the other half of queue_depth.' },
  batch_records: {
    tells: 'Records that were written at once.',
    look: 'Many small batches at full load: what is before is the slow one.',
  },
  flush_seconds: { tells: 'How long all sinks together took for a batch.', look: SLOW_SERVICE },
  lag_records: {
    tells: "Offsets to the end of the input, over this process's partitions.",
    look: 'It grows: the stage is too slow, or stands. More --workers, more processes, or a faster service behind it.',
  },
  partitions: {
    tells: 'Partitions of the input that the process has.',
    look: 'It is 0: the group has more processes than partitions, and this one is a reserve; or it has not joined yet.',
  },
  partitions_catching_up: {
    tells:
      'Those of them where records are still to come that were there when the process got them. /readyz answers 503 as long as there are any.',
    look: 'It stays above 0: the stage stands, or much has piled up; see lag_records.',
  },
  watermark_seconds: {
    tells:
      'Event time before which results are final, s since the epoch; of several partitions the earliest. Its delay: time() - it.',
    look: 'Its delay grows while records come: times in the feed stand still, or one partition gets no records; without marks it holds up what is behind.',
  },
  state_parts: {
    tells: 'Parts of the saved state, such as open windows or positions of a pair.',
    look: 'It grows without end: windows do not close. Look at the watermark.',
  },
  state_bytes: {
    tells: 'Characters of the saved state. A stage that takes over reads about as much.',
    look: 'Taking over takes long: symbols or open windows are many.',
  },
  reserved_cash: {
    tells: 'Of risk guard: cash that open entries have reserved, by `bucket`. Never above cap_cash.',
    look: 'It stays at its cap: entries are refused with over_bucket_cap until positions are closed.',
  },
  cap_cash: {
    tells: 'Of risk guard: cash that a bucket may use: total_cash · (1 − holdback_fraction) · split.',
    look: 'A constant of configs/risk.yaml; the other half of reserved_cash.',
  },
  open_pairs: {
    tells: 'Of risk guard: pairs that have cash reserved.',
    look: 'It only grows: entries have no exits. Look at pairs exec, and at its halts.',
  },
  exposure_cash: {
    tells:
      'Of paper match: what open positions were bought for, `side` long, and what those sold short were sold for, `side` short. Gross exposure is their sum, net exposure long − short; at cost, not at prices of today.',
    look: 'Net far from 0: the legs of pairs are not of the same size, or only one of them was filled.',
  },
  open_positions: {
    tells: 'Of paper match: symbols of which some is held or sold short.',
    look: 'Above 0 when the market closes: exits were refused or expired.',
  },
  realised_cash: {
    tells: 'Of paper match: profit of what was closed, first in first out, before fees; over all runs of the group.',
    look: 'It falls: see qf paper pnl and qf chart fills for which symbols.',
  },
  fees_cash: {
    tells: 'Of paper match: fees of all fills. Profit after fees is realised_cash − fees_cash.',
    look: 'It grows as fast as realised_cash: the strategy trades for its broker.',
  },
  build_info: {
    tells: 'Always 1; its labels are the version of qf and of Node that run.',
    look: 'Different ones in one group: an upgrade is not finished.',
  },
  running: {
    tells: 'Of qf perf compare: always 1; its labels are the stage, the number of symbols and the side that is timed now.',
    look: 'It is there, and nothing changes for long: the run hangs; its logs are in runs/perf_compare.',
  },
  run_cpu_cores: {
    tells: 'Of qf perf compare: cores that the timed command uses, with all that it has started.',
    look: 'Much less than 1 in capacity mode: the command waits for its input, or for a service.',
  },
  run_rss_bytes: {
    tells: 'Of qf perf compare: resident sets of these processes together.',
    look: 'It grows through a run: the program keeps what it has read.',
  },
  run_wall_seconds: {
    tells: 'Of qf perf compare: how long the last run of a `side` took.',
    look: 'It differs from round to round: the machine is not quiet.',
  },
  run_p99_seconds: {
    tells: 'Of qf perf compare in load mode: the 99th percentile of the latencies of the last run of a `side`.',
    look: 'It is far above the median in the report: pauses, or a load that the program cannot keep up with.',
  },
  fetch_records: { tells: 'Records that a fetch has brought.', look: 'Large ones: the stage is catching up.' },
  commit_records: {
    tells: 'Outputs and rejects of a transaction.',
    look: 'Near --batch-size: more comes than an interval takes; that is efficient, and delays.',
  },
  restarts_total: {
    tells:
      'Times that a partition began again with what was committed last, because a commit, a fetch or a service failed. Nothing is lost or counted twice.',
    look: 'It grows: each is in the log as a warning with its reason; mostly the broker is away or overloaded.',
  },
  commit_seconds: { tells: 'How long a transaction took.', look: SLOW_SERVICE },
  event_to_publish_seconds: {
    tells: "From the oldest input record's own timestamp until what came of it was committed.",
    look: 'It grows with lag_records: the stage is behind. Without: transactions are slow.',
  },
  end_to_end_seconds: {
    tells:
      'From the event time up to which results are final until these were committed: how old a bar is when others can read it. Of a stage with a watermark, once for each transaction with results.',
    look: 'It grows while event_to_publish_seconds does not: the feed itself is late, or its clock is wrong. Of a replay it is the age of the data.',
  },
  frames_in_total: {
    tells: 'Frames that a venue has sent.',
    look: 'It stands still: the venue is silent; the stage reconnects by itself.',
  },
  frames_used_total: {
    tells: 'Frames that brought ticks.',
    look: 'Much less than in: most of what is subscribed is not trades.',
  },
  frames_ignored_total: { tells: 'Frames that the description of the venue says to ignore.', look: 'It is harmless.' },
  frames_rejected_total: {
    tells: 'Frames that were not understood, each with its reason on --rejects.',
    look: 'It grows: the venue has changed its format; its description has to follow.',
  },
  connections_total: { tells: 'Connections that have opened.', look: 'It keeps growing: the venue or the network drops them.' },
  gaps_total: {
    tells: 'Gaps in the trade ids of a symbol.',
    look: 'It grows: trades were missed, mostly while there was no connection.',
  },
  missed_trades_total: { tells: 'Trades in those gaps.', look: 'Volumes of those seconds are too small.' },
  pauses_total: {
    tells: 'Times that the socket was paused because the queue was full.',
    look: 'It grows: what is behind is too slow for the feed.',
  },
};

/** What a metric tells by its name, with or without `qf_<stage>_` and the suffixes of a histogram; undefined where qf has none of that name. */
export function metricTextOf(name: string): (MetricText & { readonly metric: string }) | undefined {
  const bare = name.replace(/_(bucket|sum|count)$/, '');
  const metric = Object.keys(METRIC_TEXTS)
    .filter((known) => bare === known || (bare.startsWith('qf_') && bare.endsWith(`_${known}`)))
    .sort((a, b) => b.length - a.length)[0];
  const text = metric === undefined ? undefined : METRIC_TEXTS[metric];
  return metric === undefined || text === undefined ? undefined : { metric, ...text };
}
