// Writes Grafana's dashboards to configs/grafana/dashboards. `--check` fails where they are not current.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { AnnotationQueryBuilder, QueryVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { chart, dashboard, DATASOURCE, of, quantile, query, rate, signed } from './dashboard-parts.mjs';

const FOLDER = new URL('../configs/grafana/dashboards/', import.meta.url);
const STAGE = '{{stage}}';

function overview() {
  return dashboard('qf-overview', 'qf: the flow', [
    new StatBuilder()
      .title('Stages that answer')
      .description('0: it has ended, or is not started.')
      .datasource(DATASOURCE)
      .span(24)
      .height(4)
      .withTarget(query(['up{job="qf"}', STAGE], 0)),
    chart('Records in', 'rps', 'From the feed on the left to the fills: each stage takes what the one before makes.', [
      rate('records_in_total'),
      STAGE,
    ]),
    chart('Records out', 'rps', 'A stage that takes and makes nothing waits for its watermark, or refuses everything.', [
      rate('records_out_total'),
      STAGE,
    ]),
    chart('Lag', 'short', 'Offsets to the end of the input. It grows where a stage is too slow, or stands.', [
      of('lag_records'),
      STAGE,
    ]),
    chart(
      'From the record to what came of it',
      's',
      "From the oldest input record's own time until the commit.",
      [quantile(0.5, 'event_to_publish_seconds'), `${STAGE} p50`],
      ['qf:event_to_publish_seconds:p99', `${STAGE} p99`],
    ),
    chart(
      'From the end of a bar until it can be read',
      's',
      'From the event time up to which results are final until they were committed; of a replay it is the age of the data.',
      [quantile(0.5, 'end_to_end_seconds'), `${STAGE} p50`],
      [quantile(0.99, 'end_to_end_seconds'), `${STAGE} p99`],
    ),
    chart(
      'Delay of the watermark',
      's',
      'How far behind the clock results are final. It grows where no records come, or where times in the feed stand still; of a replay it is the age of the data.',
      ['qf:watermark_delay_seconds', STAGE],
    ),
    chart(
      'Late, refused, dropped',
      'rps',
      'Reported, never lost without a count.',
      [rate('records_late_total'), `${STAGE} late`],
      [rate('records_rejected_total'), `${STAGE} rejected`],
      [rate('records_shed_total'), `${STAGE} shed`],
    ),
    chart('Memory', 'bytes', 'Resident set of each process.', [of('process_resident_memory_bytes'), STAGE]),
    chart('CPU', 'percentunit', 'Of one core.', [rate('process_cpu_seconds_total'), STAGE]),
    chart(
      'Venue: connections and gaps',
      'short',
      'Connections that have opened, gaps in trade ids, trades in those gaps, and how often the socket had to wait for what is behind.',
      [of('connections_total'), 'connections'],
      [of('gaps_total'), 'gaps'],
      [of('missed_trades_total'), 'missed trades'],
      [of('pauses_total'), 'pauses'],
    ),
    chart(
      'Venue: frames',
      'short',
      'What the venue has sent, by what it was: refused frames mean that its format has changed.',
      ...['in', 'used', 'ignored', 'rejected'].map((one) => [rate(`frames_${one}_total`), one]),
    ),
  ]);
}

function processPanels(own) {
  return [
    chart(
      'Memory',
      'bytes',
      'Resident set, and the heap in use.',
      [of('process_resident_memory_bytes', own), 'resident'],
      [of('nodejs_heap_size_used_bytes', own), 'heap'],
    ),
    chart(
      'CPU and event loop',
      'short',
      'Cores in use; delay of the event loop, s.',
      [rate('process_cpu_seconds_total', own), 'cores'],
      [of('nodejs_eventloop_lag_p99_seconds', own), 'delay p99, s'],
    ),
  ];
}

function commitPanels(own) {
  return [
    chart(
      'Transactions',
      's',
      'How long they take.',
      [quantile(0.5, 'commit_seconds', own), 'p50'],
      [quantile(0.99, 'commit_seconds', own), 'p99'],
    ),
    chart('Failures', 'short', 'Of the last hour: what began again with what was committed last.', [
      `sum(increase(${of('restarts_total', own)}[1h]))`,
      'failures',
    ]),
    chart(
      'Records of a transaction, and of a fetch',
      'short',
      'Medians.',
      [quantile(0.5, 'commit_records', own), 'transaction'],
      [quantile(0.5, 'fetch_records', own), 'fetch'],
    ),
  ];
}

function stage() {
  const own = 'stage="$stage"';
  const outcomes = ['in', 'used', 'late', 'duplicate', 'rejected', 'ignored', 'skipped', 'out'];
  return dashboard('qf-stage', 'qf: a stage', [
    chart(
      'Records',
      'rps',
      'in = used + late + duplicate + rejected + ignored + shed',
      ...outcomes.map((one) => [rate(`records_${one}_total`, own), one]),
    ),
    chart(
      'Queues',
      'short',
      'At its capacity: what is behind is the slow one.',
      [of('queue_depth', own), '{{queue}}'],
      [of('queue_capacity', own), '{{queue}} capacity'],
    ),
    chart('Rejected', 'rps', 'By reason; the records are on the dlq topic, or in --rejects.', [
      `sum by (reason) (rate(${of('rejections_total', own)}[$__rate_interval]))`,
      '{{reason}}',
    ]),
    chart('Lag', 'short', 'Offsets to the end of the input.', [of('lag_records', own), 'lag']),
    chart(
      'Partitions',
      'short',
      'That the process has, and those where what had piled up is still to come.',
      [of('partitions', own), 'assigned'],
      [of('partitions_catching_up', own), 'catching up'],
    ),
    ...commitPanels(own),
    chart(
      'State',
      'bytes',
      'Of windows, positions and whatever else is kept on the state topic; about as much is read where another process takes over.',
      [of('state_bytes', own), 'characters'],
      [of('state_parts', own), 'parts'],
    ),
    chart('Versions', 'short', 'Processes by the versions that they run.', [
      `count by (version, node) (${of('build_info', own)})`,
      'qf {{version}} on Node {{node}}',
    ]),
    chart(
      'Writes',
      's',
      'In a pipe: how long the sinks take for a batch.',
      [quantile(0.5, 'flush_seconds', own), 'p50'],
      [quantile(0.99, 'flush_seconds', own), 'p99'],
    ),
    chart('Records of a write', 'short', 'In a pipe; the median.', [quantile(0.5, 'batch_records', own), 'batch']),
    ...processPanels(own),
  ]).withVariable(
    new QueryVariableBuilder('stage').label('Stage').datasource(DATASOURCE).query('label_values(up{job="qf"}, stage)').refresh(1),
  );
}

function paper() {
  const steps = [
    ['signals', 'pairs-watch'],
    ['orders', 'pairs-exec'],
    ['sized', 'risk-size'],
    ['allowed', 'risk-guard'],
    ['fills', 'paper-match'],
  ];
  return dashboard('qf-paper', 'qf: paper trading', [
    chart(
      'From signals to fills',
      'short',
      'Of the last hour.',
      ...steps.map(([what, name]) => [`sum(increase(${of('records_out_total', `stage="${name}"`)}[1h]))`, what]),
    ),
    chart(
      'Refused',
      'short',
      'Of the last hour, by reason; the orders themselves are on orders.rejected.',
      ...steps
        .slice(1)
        .map(([, name]) => [
          `sum by (reason) (increase(${of('rejections_total', `stage="${name}"`)}[1h]))`,
          `${name} {{reason}}`,
        ]),
    ),
    chart(
      'From the record to what came of it',
      's',
      '99th percentile of each step.',
      ...steps.map(([what, name]) => [quantile(0.99, 'event_to_publish_seconds', `stage="${name}"`), what]),
    ),
    chart(
      'Lag',
      'short',
      'A step that lags delays every fill.',
      ...steps.map(([what, name]) => [of('lag_records', `stage="${name}"`), what]),
    ),
    chart(
      'Cash in use',
      'short',
      'What open entries have reserved of the cash of each bucket, and the most that it may use.',
      [of('reserved_cash'), '{{bucket}}'],
      [of('cap_cash'), '{{bucket}}, at most'],
    ),
    chart(
      'Open',
      'short',
      'Pairs that have cash reserved, and symbols of which some is held or sold short.',
      [of('open_pairs'), 'pairs'],
      [of('open_positions'), 'symbols'],
    ),
    signed(
      'Exposure',
      'short',
      'Of open positions, at what they were bought or sold short for: gross is long + short, net is long − short.',
      [of('exposure_cash'), '{{side}}'],
      [`sum(${of('exposure_cash')})`, 'gross'],
      [`sum(${of('exposure_cash', 'side="long"')}) - sum(${of('exposure_cash', 'side="short"')})`, 'net'],
    ),
    signed(
      'Profit and loss',
      'short',
      'Of what was closed, first in first out, over all runs of the group.',
      [of('realised_cash'), 'realised'],
      [of('fees_cash'), 'fees'],
      [`sum(${of('realised_cash')}) - sum(${of('fees_cash')})`, 'after fees'],
    ),
  ]);
}

function perf() {
  const side = '{{side}}';
  return dashboard('qf-perf', 'qf: a comparison', [
    chart('CPU', 'short', 'Cores that the timed command uses, with all that it has started.', [of('run_cpu_cores'), side]),
    chart('Memory', 'bytes', 'Resident sets of these processes together.', [of('run_rss_bytes'), side]),
    chart('Time of a run', 's', 'Of the last run of each side.', [of('run_wall_seconds'), side]),
    chart('Latency', 's', '99th percentile of the last run of each side, at a load.', [of('run_p99_seconds'), side]),
  ]).annotation(
    new AnnotationQueryBuilder()
      .name('Load')
      .datasource(DATASOURCE)
      .enable(true)
      .iconColor('blue')
      .expr(`count by (stage, load) (${of('running')})`)
      .titleFormat('{{stage}}, {{load}} symbols'),
  );
}

const isCheck = process.argv.includes('--check');
await mkdir(FOLDER, { recursive: true });
for (const [name, builder] of Object.entries({ overview: overview(), stage: stage(), paper: paper(), perf: perf() })) {
  const target = new URL(`${name}.json`, FOLDER);
  const text = `${JSON.stringify(builder.build(), undefined, 2)}\n`;
  if (!isCheck) await writeFile(target, text);
  else if ((await readFile(target, 'utf8').catch(() => '')) !== text) {
    console.error(`configs/grafana/dashboards/${name}.json is not current: run \`npm run generate\``);
    process.exitCode = 1;
  }
}
