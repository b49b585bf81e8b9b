import type { OptionSpec } from './options.js';
import type { StageSpec } from './stage.js';

/** What the catalogue says of an option. */
export interface OptionEntry {
  readonly name: string;
  readonly summary: string;
  readonly type: string;
  readonly default?: string;
  readonly env: string;
}

/** What the catalogue says of a stage: its spec, without the code. */
export type StageEntry = Omit<StageSpec, 'create' | 'onLog' | 'options'> & {
  readonly options: readonly OptionEntry[];
};

/** The stages as data, for programs and for the documentation. */
export function catalogueOf(stages: readonly StageSpec[]): StageEntry[] {
  return stages.map((stage) => {
    const { name, kind, summary, description, args, consumes, produces } = stage;
    const { options, guarantees, why, symptoms, alternatives, examples } = stage;
    const entries = Object.entries(options).map(([option, spec]) => optionEntry(stage, option, spec));
    const common = {
      name,
      kind,
      summary,
      description,
      consumes,
      produces,
      options: entries,
      guarantees,
      why,
      symptoms,
      alternatives,
      examples,
    };
    return args === undefined ? common : { ...common, args };
  });
}

/** The environment variable that sets an option of a stage. */
export function envOf(stage: Pick<StageSpec, 'name'>, option: string): string {
  return `QF_${stage.name}_${option}`.toUpperCase().replace(/[ -]/g, '_');
}

/** A stage in logs and in names of topics: `pairs-watch`. */
export function topicNameOf(stage: string): string {
  return stage.replace(' ', '-');
}

/** How help names the value of an option: `<duration>`. */
export function valueNameOf(option: OptionSpec): string {
  return option.kind === 'switch' ? '' : `<${option.valueName}>`;
}

function optionEntry(stage: StageSpec, name: string, option: OptionSpec): OptionEntry {
  const type = option.kind === 'switch' ? 'switch' : valueNameOf(option);
  const entry = { name, summary: option.summary, type, env: envOf(stage, name) };
  return option.kind === 'switch' || option.default === undefined ? entry : { ...entry, default: option.default };
}
