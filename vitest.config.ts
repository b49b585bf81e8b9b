import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/build.ts', 'test/setup/stack.ts'],
    maxWorkers: 2,
    // Brokers live for seconds here, too short for the code that Java makes for long runs.
    env: { JAVA_TOOL_OPTIONS: '-XX:TieredStopAtLevel=1' },
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: ['default', 'json'],
    outputFile: { json: 'runs/test/report.json' },
  },
});
