import type { RecordOut } from '../engines/reference/output.js';
import { type Chart, chartPage } from '../formats/chart-page.js';
import { TimeZone } from '../formats/time-zone.js';
import { text } from '../runtime/options.js';

/** Points of a page: a browser stays quick with them, and the page below 20 MB. */
export const MAX_POINTS = 200_000;

/** What to do where a page has too many lines. */
export const TOO_MANY = 'choose some, as with grep, before they are drawn';

/** A page with all of them; none where nothing came that could be drawn. */
export function writePage(out: RecordOut, title: string, zone: string, charts: readonly Chart[]): void {
  if (charts.length > 0) out.add(chartPage(title, zone, charts), 'page', '');
}

export const chartOptions = {
  tz: text({
    summary: 'Time zone that times are shown in, such as Asia/Kolkata',
    valueName: 'zone',
    parse: (given) => {
      new TimeZone(given);
      return given;
    },
    default: 'UTC',
  }),
};
