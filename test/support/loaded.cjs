// Required before a program: says on its stderr which packages it has loaded by its end.
process.on('exit', () => {
  const names = Object.keys(require.cache).map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  process.stderr.write(JSON.stringify([...new Set(names)]));
});
