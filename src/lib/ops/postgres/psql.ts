import { runTool } from '../run-tool.js';

const INSTALL = 'install the Postgres client (Debian: postgresql-client; macOS: brew install libpq)';

/** Runs psql on the database. The address goes by the environment: in the arguments everybody could read a password. */
export async function psql(databaseUrl: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const connection = {
    PGHOST: hostname.replace(/^\[|\]$/g, ''),
    PGPORT: port || '5432',
    PGUSER: decodeURIComponent(username),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    ...(password === '' ? {} : { PGPASSWORD: decodeURIComponent(password) }),
  };
  return runTool(['psql', ...args], INSTALL, { ...env, ...connection });
}
