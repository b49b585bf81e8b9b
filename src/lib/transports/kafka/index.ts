export { type KafkaJob, runOnKafka } from './run.js';
export { TickSink } from './tick-sink.js';
