// The only way to @platformatic/kafka, which compiles the schemas of all its options when it is loaded, and those of a group when it is
// used: a quarter of what a stage on Kafka takes to start. What qf gives it are constants, names that are checked already, and typed.
// The order of these lines keeps it from that.
import { compileAgain } from './no-validators.js';
export {
  addPartitionsToTxnV3,
  type Broker,
  ConfigResourceTypes,
  Connection,
  type ConnectionOptions,
  Consumer,
  crc32c,
  createAPI,
  createTopicsV7,
  describeConfigsV4,
  endTxnV4,
  fetchV17,
  findCoordinatorV6,
  initProducerIdV5,
  listOffsetsV9,
  metadataV12,
  produceV11,
  type Reader,
  ResponseError,
  Writer,
} from '@platformatic/kafka';

compileAgain();
