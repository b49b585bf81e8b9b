import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, expect, test, vi } from 'vitest';

const prototype = Ajv2020.prototype as unknown as { readonly _compileSchemaEnv: () => unknown };

/** What each compilation goes through. */
const compiling = vi.spyOn(prototype, '_compileSchemaEnv');
afterAll(() => compiling.mockRestore());

test('the client compiles no schema, and whoever is loaded after it does', async () => {
  const { Consumer } = await import('../../../src/lib/transports/kafka/client.js');
  const consumer = new Consumer({ clientId: 'qf', bootstrapBrokers: ['127.0.0.1:1'], groupId: 'a' });
  await consumer.close();
  expect(compiling).not.toHaveBeenCalled();

  const isNumber = new Ajv2020().compile({ type: 'number' });
  expect(isNumber('a')).toBe(false);
  expect(isNumber.errors).toMatchObject([{ message: 'must be number' }]);
});
