import { defineConfig } from 'vitest/config';

/** Tests that run kernels in their own process. */
export default defineConfig({
  test: {
    include: [
      'test/engines/kernel.test.ts',
      'test/engines/wasm-*.test.ts',
      'test/properties/engines*.test.ts',
      'test/perf/kit.test.ts',
      'test/transports/kafka/line-sets.test.ts',
      'test/venues/*.test.ts',
    ],
    setupFiles: ['scripts/kernel-coverage/hook.mjs'],
    testTimeout: 600_000,
  },
});
