/** Imports point one way: see ARCHITECTURE.md. Each layer names the layers it may import. */
const layers = {
  core: [],
  runtime: ['core/model'],
  engines: ['core', 'runtime'],
  formats: ['core', 'runtime', 'engines'],
  transports: ['runtime', 'core/model'],
  venues: ['core', 'runtime', 'engines', 'formats'],
  stages: ['core', 'runtime', 'engines', 'formats', 'venues'],
  recon: ['core', 'runtime', 'engines', 'formats', 'transports'],
  ops: ['core/model', 'runtime', 'formats', 'transports'],
  perf: ['core', 'runtime', 'formats', 'transports', 'ops'],
  cli: ['core/model', 'runtime', 'stages', 'transports', 'ops', 'perf'],
};

const layerRules = Object.entries(layers).map(([layer, allowed]) => ({
  name: `${layer}-imports`,
  comment: `src/lib/${layer} may import only ${[layer, ...allowed].join(', ')}`,
  severity: 'error',
  from: { path: `^src/lib/${layer}/` },
  to: { path: '^src/', pathNot: `^src/lib/(${[layer, ...allowed].join('|')})/` },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^src/lib/' }, to: {} },
    {
      name: 'core-is-pure',
      comment: 'The core knows no system, no clock and no library, but for the one that adds money up',
      severity: 'error',
      from: { path: '^src/lib/core/' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'unknown'], pathNot: '/big\\.js/' },
    },
    {
      name: 'commands-are-thin',
      severity: 'error',
      from: { path: '^src/commands/' },
      to: { path: '^src/', pathNot: '^src/lib/(cli|stages|ops|recon|runtime/(catalogue|errors|signals))' },
    },
    {
      name: 'one-way-to-the-client',
      comment: 'Whoever loads it first must keep it from compiling all its schemas: src/lib/transports/kafka/client.ts',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/lib/transports/kafka/client\\.ts$' },
      to: { path: '@platformatic/kafka/' },
    },
    { name: 'no-dev-dependencies', severity: 'error', from: { path: '^src/' }, to: { dependencyTypes: ['npm-dev'] } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...layerRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
