import type { StackConfig } from '../../core/model/configs.js';
import { LOOPBACK } from '../stack.js';

/** Partitions of the broker's own topics: enough for one node, and started much faster than the default of 50. */
const INTERNAL_PARTITIONS = '8';

/** Settings that a broker of one node has wherever it runs. */
export function brokerSettings({ kafka: { port, controller_port } }: StackConfig): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@${LOOPBACK}:${controller_port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'advertised.listeners': `PLAINTEXT://${LOOPBACK}:${port}`,
    // A topic that a typing mistake made would have the wrong number of partitions.
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': '0',
    'offsets.topic.num.partitions': INTERNAL_PARTITIONS,
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.num.partitions': INTERNAL_PARTITIONS,
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
  };
}

/** `server.properties` of the native broker. It runs in the stack's folder, so that no path of a machine is in it. */
export function renderServerProperties(config: StackConfig): string {
  const { port, controller_port } = config.kafka;
  return propertiesOf({
    ...brokerSettings(config),
    listeners: `PLAINTEXT://${LOOPBACK}:${port},CONTROLLER://${LOOPBACK}:${controller_port}`,
    'log.dirs': 'kafka',
  });
}

/** What the broker logs: warnings, and that it has started. */
export function renderLogging(): string {
  return propertiesOf({
    'appender.stdout.type': 'Console',
    'appender.stdout.name': 'stdout',
    'appender.stdout.layout.type': 'PatternLayout',
    'appender.stdout.layout.pattern': '%d{ISO8601} %p %c: %m%n',
    'rootLogger.level': 'warn',
    'rootLogger.appenderRef.stdout.ref': 'stdout',
    'logger.version.name': 'org.apache.kafka.common.utils.AppInfoParser',
    'logger.version.level': 'info',
    'logger.server.name': 'kafka.server.KafkaRaftServer',
    'logger.server.level': 'info',
  });
}

/** What Maven needs to fetch the broker: its jars, and the one that writes its log. */
export function renderPom({ kafka: { version } }: StackConfig): string {
  return `<!-- Generated from stack.json by \`qf config render\`. Do not edit. -->
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>qf</groupId>
  <artifactId>kafka-broker</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${version}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>2.25.3</version>
    </dependency>
  </dependencies>
</project>
`;
}

function propertiesOf(settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  return `# Generated from stack.json by \`qf config render\`. Do not edit.\n${lines.join('')}`;
}
