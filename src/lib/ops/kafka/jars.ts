import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { messageOf, QfError, systemCodeOf } from '../../runtime/errors.js';
import type { Log } from '../../runtime/log.js';
import { PACKAGE_FOLDER, type Stack } from '../stack.js';

const OLDEST_JAVA = 17;
const DOWNLOAD_MS = 600_000;
const VERSION_MS = 10_000;

const INSTALL_JAVA = `install a Java runtime of version ${OLDEST_JAVA} or later (Debian: openjdk-17-jre-headless; macOS: brew install openjdk@17)`;
const INSTALL_MAVEN = 'install Maven (Debian: maven; macOS: brew install maven)';

/** Where the broker's jars are kept; every stack of a version shares them. */
export function jarFolder({ config }: Stack): string {
  return join(PACKAGE_FOLDER, '.cache', `kafka-${config.kafka.version}`);
}

/** The version of the `java` on the path. Throws where there is none, or it is too old for the broker. */
export async function javaVersion(): Promise<string> {
  const { stderr } = await toolOutput('java', ['-version'], INSTALL_JAVA);
  const version = /version "([^"]+)"/.exec(stderr)?.[1] ?? 'unknown';
  if (!(Number.parseInt(version, 10) >= OLDEST_JAVA))
    throw new QfError('unavailable', `java is of version ${version}: ${INSTALL_JAVA}`);
  return version;
}

/** The version of the `mvn` on the path. Throws where there is none. */
export async function mavenVersion(): Promise<string> {
  const { stdout } = await toolOutput('mvn', ['-B', '-v'], INSTALL_MAVEN);
  return /Apache Maven (\S+)/.exec(stdout)?.[1]?.replace(/[^\d.].*/, '') ?? 'unknown';
}

async function toolOutput(
  tool: string,
  args: readonly string[],
  howToInstall: string,
): Promise<{ stdout: string; stderr: string }> {
  try {
    return await execa(tool, args, { timeout: VERSION_MS, stdin: 'ignore' });
  } catch (error) {
    const what = systemCodeOf(error) === 'ENOENT' ? 'is not on the path' : `does not work (${firstLine(messageOf(error))})`;
    throw new QfError('unavailable', `${tool} ${what}: ${howToInstall}`, { cause: error });
  }
}

/** Fetches the broker's jars through Maven where they are not there yet. */
export async function fetchJars(stack: Stack, log: Log): Promise<void> {
  const folder = jarFolder(stack);
  if (existsSync(folder)) return;
  await mavenVersion();
  log.info({ version: stack.config.kafka.version }, 'fetching the Kafka broker through Maven, once');
  // Whoever comes first puts its folder in place; two at once do not disturb each other.
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  try {
    await execa(
      'mvn',
      ['-q', '-B', '-f', join(stack.generated, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${fresh}`],
      { stdin: 'ignore', timeout: DOWNLOAD_MS, all: true },
    );
    if (!existsSync(folder)) renameSync(fresh, folder);
  } catch (error) {
    const output = error instanceof Error && 'all' in error ? String(error.all) : messageOf(error);
    throw new QfError('unavailable', `Maven could not fetch the Kafka broker: ${errorLine(output)}`, { cause: error });
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function errorLine(output: string): string {
  return firstLine(/^.*ERROR.*$/m.exec(output)?.[0] ?? output);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
