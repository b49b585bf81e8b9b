import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take minutes: begun last, one of them would run alone at the end. */
const LONG = [
  'cases.test.ts',
  'docs.test.ts',
  'exactly-once.test.ts',
  'compliance.test.ts',
  'bench.test.ts',
  'perf-compare.test.ts',
  'perf-compare-kafka.test.ts',
];

/** The long files first, the others as they would be. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.some((name) => moduleId.endsWith(`/${name}`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/build.ts', 'test/setup/stack.ts'],
    // One more than the processors of a small machine: much of the time goes by in waiting for services.
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
    env: {
      // Brokers live for seconds here, too short for the code that Java makes for long runs.
      JAVA_TOOL_OPTIONS: '-XX:TieredStopAtLevel=1',
      // Node 20 reads these certificates whenever it starts, a fifth of what a start of qf takes, and no test leaves the machine.
      NODE_EXTRA_CA_CERTS: '',
    },
    testTimeout: 600_000,
    hookTimeout: 600_000,
    reporters: ['default', 'json'],
    outputFile: { json: 'runs/test/report.json' },
  },
});
