import type { Log } from '../../runtime/log.js';

export const RUNTIMES = ['docker', 'native', 'external'] as const;
export type RuntimeName = (typeof RUNTIMES)[number];

/** One line of `qf ps`. */
export interface Row {
  readonly name: string;
  readonly state: string;
  readonly pid?: number | undefined;
  readonly port?: number | undefined;
  readonly started_ms?: number | undefined;
  readonly restarts?: number | undefined;
  readonly detail?: string | undefined;
}

/** Where Kafka and Postgres run. */
export interface Runtime {
  readonly name: RuntimeName;
  /** What `start` would do, for people. */
  readonly plan: readonly string[];
  /** Starts what does not run, and resolves when everything answers. */
  start(log: Log): Promise<void>;
  /** Ends what runs; with `removeData` what it has stored goes as well. Whether anything ran. */
  stop(removeData: boolean): Promise<boolean>;
  services(): Promise<Row[]>;
  /** The command that shows what the services have logged; undefined where it is not ours to show. */
  logCommand(services: readonly string[], follow: boolean): readonly string[] | undefined;
}
