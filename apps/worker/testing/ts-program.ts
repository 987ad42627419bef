const loader = import.meta.resolve('tsx');

/** The program and its first arguments that run TypeScript from its sources. */
export const tsProgram: readonly [string, ...string[]] = [
  process.execPath,
  '--conditions=source',
  '--import',
  loader,
];
