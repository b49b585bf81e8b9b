import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { messageOf, QfError } from '../runtime/errors.js';
import { pageOf } from './page.js';
import type { Report } from './plan.js';
import { markdownOf } from './report.js';

const require = createRequire(import.meta.url);

/** Makes the folder of a run. Throws a usage error where the tag is taken. */
export function makeRunFolder(folder: string, tag: string): string {
  const own = join(folder, tag);
  try {
    mkdirSync(folder, { recursive: true });
    mkdirSync(own);
  } catch {
    throw new QfError('usage', `${own} is there already, or cannot be made: choose another --tag`);
  }
  return own;
}

/** Writes what was measured, and its pages. */
export function storeReport(folder: string, report: Report): void {
  writeFileSync(join(folder, report.plan.tag, 'report.json'), `${JSON.stringify(report, undefined, 1)}\n`);
  renderReport(folder, report);
}

/** Writes the pages: `report.md` and `report.html`. */
export function renderReport(folder: string, report: Report): void {
  const own = join(folder, report.plan.tag);
  writeFileSync(join(own, 'report.md'), markdownOf(report));
  writeFileSync(join(own, 'report.html'), pageOf(report));
}

/** What a run has measured. Throws a usage error where there is no such run, `bad_data` where its file is no report of this version. */
export function readReport(folder: string, tag: string): Report {
  const path = join(folder, tag, 'report.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new QfError('usage', `there is no run ${tag}: ${path} is missing`);
  }
  try {
    const report = JSON.parse(text) as Report;
    const ajv = new Ajv2020({ strict: true });
    const schema = require('../../../schemas/perf/report.schema.json') as object;
    if (!ajv.validate(schema, report)) throw new Error(ajv.errorsText(ajv.errors, { dataVar: 'report' }));
    return report;
  } catch (error) {
    throw new QfError('bad_data', `${path} is no report that this version has made: ${messageOf(error)}`, { cause: error });
  }
}
