import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/lib/ops/doctor/finding.js';
import { createLogger } from '../../src/lib/runtime/log.js';
import { HAS_OPENSSL, selfSigned } from '../support/certificates.js';
import { ENV, NODE, ROOT, shell, type ShellResult } from '../support/cli.js';
import { TestTopics } from '../support/kafka.js';
import { type Listener, type SecureKafka, startSecureKafka } from '../support/secure-kafka.js';
import { NO_STACK } from '../support/stack.js';

const USER = 'qf';

/** Nothing else that is written anywhere has this in it. */
const PASSWORD = `canary-${randomUUID()}`;
const WRONG_PASSWORD = `canary-${randomUUID()}`;

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'];

/** Each has another way to the broker: kafkajs as an admin and as a producer, @platformatic/kafka as a reader. */
const COMMANDS = [
  'qf topics list',
  'qf ingest sim --count 1 --to kafka:nothing --log-level error',
  'qf bars1s --from kafka:nothing --to kafka',
];

describe.skipIf(NO_STACK !== undefined || !HAS_OPENSSL)('connections to Kafka', { timeout: 300_000 }, () => {
  let kafka: SecureKafka;
  let tls: string;
  let clientCertificate: string;

  beforeAll(async () => {
    kafka = await startSecureKafka(USER, PASSWORD, createLogger('test', 'silent'));
    tls = `--tls --tls-ca '${kafka.certificate.path}'`;
    clientCertificate = `--tls-cert '${kafka.certificate.path}' --tls-key '${kafka.certificate.path.replace('.pem', '.key')}'`;
  });

  afterAll(() => kafka.stop());

  const qf = (line: string, listener: Listener, env: Record<string, string> = {}): Promise<ShellResult> =>
    shell(line, { env: { KAFKA_BROKERS: kafka.brokers[listener], ...env } });

  const login = (mechanism: string): string => `--sasl ${mechanism} --sasl-user ${USER}`;

  /** Each client gets so far that it hears that there is no such topic. */
  async function expectConnection(listener: Listener, flags: string, env: Record<string, string> = {}): Promise<void> {
    const [list, send, read] = await Promise.all(COMMANDS.map((command) => qf(`${command} ${flags}`, listener, env)));
    expect(list, list?.stderr).toMatchObject({ exitCode: 0 });
    expect(send?.stderr).toContain('This server does not host this topic-partition');
    expect(read?.stderr).toContain('nothing/0: there is no such topic or partition');
  }

  /** Each client says once why there is no connection, and ends. */
  async function expectRefusal(
    listener: Listener,
    flags: string,
    says: RegExp,
    exitCode = 2,
    password = PASSWORD,
  ): Promise<void> {
    const run = (command: string): Promise<ShellResult> => qf(`${command} ${flags}`, listener, { QF_KAFKA_PASSWORD: password });
    for (const ended of await Promise.all(COMMANDS.map(run))) {
      expect(ended, ended.stderr).toMatchObject({ exitCode, stdout: '' });
      expect(ended.stderr.trimEnd()).toMatch(new RegExp(`^.*${says.source}.*$`));
      expect(ended.stderr).not.toContain('canary');
    }
  }

  it.each(MECHANISMS)('log in with %s, encrypted and on this machine unencrypted', async (mechanism) => {
    await expectConnection('sasl', login(mechanism), { QF_KAFKA_PASSWORD: PASSWORD });
    await expectConnection('saslTls', `${tls} ${login(mechanism)}`, { QF_KAFKA_PASSWORD: PASSWORD });
  });

  it('the environment says what flags say, and the password may be in a file', async () => {
    const path = join(dirname(kafka.certificate.path), 'password');
    writeFileSync(path, `${PASSWORD}\n`);
    await expectConnection('saslTls', '', {
      QF_KAFKA_TLS: '1',
      QF_KAFKA_TLS_CA: kafka.certificate.path,
      QF_KAFKA_SASL: 'scram-sha-512',
      QF_KAFKA_SASL_USER: USER,
      QF_KAFKA_PASSWORD_FILE: path,
    });
    writeFileSync(path, '');
  });

  it('TLS without a login, and with the certificate of a client', async () => {
    await expectConnection('tls', tls);
    await expectConnection('mutualTls', `${tls} ${clientCertificate}`);
  });

  it.each(MECHANISMS)('a wrong password for %s is one line', async (mechanism) => {
    await expectRefusal(
      'saslTls',
      `${tls} ${login(mechanism)}`,
      /the broker refuses the login .*check --sasl/,
      2,
      WRONG_PASSWORD,
    );
  });

  it('a login that nobody asks for is refused', () => expectRefusal('plain', login('plain'), /the broker refuses the login/));

  it('an authority that is not known, and a name that is not in the certificate', async () => {
    const folder = dirname(kafka.certificate.path);
    const other = selfSigned(folder, 'DNS:other.example');
    await expectRefusal('tls', '--tls', /the broker's certificate cannot be trusted .*--tls-ca/);
    await expectRefusal('tls', `--tls --tls-ca '${other.path}'`, /the broker's certificate cannot be trusted/);
  });

  it('a broker that wants the certificate of a client', () =>
    expectRefusal('mutualTls', tls, /the broker refuses this client .*--tls-cert/));

  it('what does not fit the port is said, with what may', async () => {
    await expectRefusal('tls', '', /the port may be one for --tls or --sasl/, 69);
    await expectRefusal('sasl', '', /the port may be one for --tls or --sasl/, 69);
    await expectRefusal('plain', tls, /the port may be one without TLS/, 69);
  });

  it('nothing goes unencrypted to the machine that a broker names', async () => {
    const topics = new TestTopics(kafka.plain, 1);
    await topics.create([], ['nothing']);
    for (const command of COMMANDS) {
      const { exitCode, stderr } = await qf(command, 'elsewhere');
      expect([2, 69]).toContain(exitCode);
      expect(stderr).toMatch(/a broker names kafka\.invalid: unencrypted connections go to this machine only/);
    }
  });

  it('doctor asks encrypted too', async () => {
    const flags = `${tls} ${login('plain')}`;
    const { stdout } = await qf(`qf doctor --json ${flags}`, 'saslTls', {
      QF_KAFKA_PASSWORD: PASSWORD,
      QF_STACK_CONFIG: kafka.config,
    });
    const findings = JSON.parse(stdout) as Finding[];
    const status = (name: string) => findings.find(({ check }) => check === name)?.status;
    expect({ broker: status('broker'), topics: status('topics') }).toEqual({ broker: 'ok', topics: 'ok' });
  });

  it('a pipeline runs over TLS with a login, and the password is nowhere to be seen', async () => {
    const topics = new TestTopics(kafka.plain, 2);
    const { group } = topics;
    await topics.create(['ticks', 'bars.1s'], [`qf.state.${group}.bars1s.${group}.ticks`, 'dlq.bars1s']);
    const flags = `${tls} ${login('scram-sha-256')} --brokers ${kafka.brokers.saslTls} --log-level debug`;
    const env = { QF_KAFKA_PASSWORD: PASSWORD, QF_STACK_CONFIG: kafka.config };
    const sim = `qf ingest sim --seed 5 --symbols 8 --duration 20s --pace max`;
    const sent = await shell(`${sim} --to kafka:${topics.name('ticks')} ${flags} --compression gzip`, { env });
    expect(sent, sent.stderr).toMatchObject({ exitCode: 0 });

    const bars = `bars1s --from kafka:${group}.ticks --to kafka:${group}.{} --group ${group} --max-future off ${flags}`;
    const args = bars.replaceAll("'", '').split(' ');
    const live = execa(NODE, [`${ROOT}bin/qf`, ...args, '--metrics-port', '0'], { env: { ...ENV, ...env }, reject: false });
    const url = await new Promise<string>((resolve) => {
      let log = '';
      live.stderr.on('data', (chunk: Buffer) => {
        log += chunk.toString();
        const [, found] = /"url":"([^"]+)"/.exec(log) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    const metrics = await (await fetch(url)).text();
    expect(metrics).toContain('qf_bars1s');
    const commandLines = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(commandLineOf);
    expect(commandLines.some((line) => line.includes('bars1s') && line.includes(group))).toBe(true);
    live.kill('SIGTERM');
    const stopped = await live;
    const ended = await shell(`qf ${bars} --until-end`, { env });
    expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });

    for (const [partition, lines] of (await topics.values('ticks')).entries()) {
      const { stdout } = await shell('qf bars1s --max-future off', { input: lines.map((line) => `${line}\n`).join('') });
      const own = (await topics.values('bars.1s'))[partition] ?? [];
      expect(own.map((line) => `${line}\n`).join('')).toBe(stdout);
      expect(own.length).toBeGreaterThan(0);
    }
    // What the test itself has written there for the broker is written anew by qf.
    await shell('qf config render', { env });
    const files = filesIn(join(dirname(kafka.config), 'generated')).concat(filesIn(join(dirname(kafka.config), 'stack')));
    expect(files.length).toBeGreaterThan(5);
    const seen = [sent.stderr, stopped.stderr, ended.stderr, ended.stdout, metrics, ...commandLines, ...files];
    expect(seen.filter((text) => text.includes('canary'))).toEqual([]);
  });
});

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It has ended.
    return '';
  }
}

/** The texts of all files in a folder, those of folders in it too. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
}
