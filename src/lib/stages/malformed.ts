/** Lines that are no ticks, one of each kind that feeds get wrong; for the simulator. */
export const MALFORMED_LINES: readonly Buffer[] = [
  '{"symbol":"SIM0001","event_ts":17041671000000',
  '{"symbol":"SIM0001","ltp":100.05,"vol":1}',
  '{"symbol":"SIM0001","event_ts":"1704167100000000000","ltp":100.05,"vol":1}',
  '{"symbol":"SIM0001","event_ts":1704167100000,"ltp":100.05,"vol":1}',
  '{"symbol":"","event_ts":1704167100000000000,"ltp":100.05,"vol":1}',
  '{"symbol":"SIM0001","event_ts":1704167100000000000,"ltp":NaN,"vol":1}',
  '{"symbol":"SIM0001","event_ts":1704167100000000000,"ltp":100.05,"vol":-1}',
  '[1704167100000000000,100.05,1]',
  'heartbeat',
  '{"symbol":"SIM\xff","event_ts":1704167100000000000,"ltp":100.05,"vol":1}',
].map((line) => Buffer.from(`${line}\n`, 'latin1'));
