import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, expect, test, vi } from 'vitest';

const prototype = Ajv2020.prototype as unknown as { readonly compile: unknown; readonly _compileSchemaEnv: () => unknown };

/** What each compilation goes through, also one that is deferred. */
const compiling = vi.spyOn(prototype, '_compileSchemaEnv');
afterAll(() => compiling.mockRestore());

test("the client's validators are compiled when they are used, and say what is wrong", async () => {
  const { compile } = prototype;
  const { Consumer } = await import('../../../src/lib/transports/kafka/client.js');
  expect(prototype.compile).toBe(compile);
  expect(compiling).not.toHaveBeenCalled();

  const options = { clientId: 'qf', bootstrapBrokers: ['127.0.0.1:1'] };
  expect(() => new Consumer({ ...options, groupId: 7 as unknown as string })).toThrow('/options/groupId must be string');
  expect(compiling).toHaveBeenCalled();
  const consumer = new Consumer({ ...options, groupId: 'a' });
  await consumer.close();
});
