// `npm test`: installs, checks formatting, lint, types and unused code, runs every test, and closes with the one line
// that continuous integration reads.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install, root } from './install.mjs';

console.log('Installing dependencies …');
install();

const bin = (name) => join(root, 'node_modules', '.bin', name);
const run = (command, args) =>
  spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });

const checks = [
  { title: 'formatting', program: 'biome', args: ['check', '.'] },
  { title: 'types', program: 'tsc', args: ['-b'] },
  { title: 'types of the tests', program: 'tsc', args: ['-p', 'tsconfig.tests.json'] },
  { title: 'lint', program: 'oxlint', args: ['--type-aware'] },
  { title: 'unused code and dependencies', program: 'knip', args: [] },
];

let passed = 0;
let failed = 0;
for (const { title, program, args } of checks) {
  console.log(`\n— ${title}: ${program} ${args.join(' ')}`);
  if (run(bin(program), args).status === 0) passed += 1;
  else failed += 1;
}

const folder = mkdtempSync(join(tmpdir(), 'magento-sync-test-'));
const report = join(folder, 'report.json');
console.log('\n— tests');
const tests = run(bin('vitest'), [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
]);
try {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  // A file that can't be loaded has no tests to fail; it counts as one failure. So does a skipped test: none may be.
  const brokenFiles = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  passed += numPassedTests;
  failed += numFailedTests + brokenFiles.length + numPendingTests;
  if (numPassedTests === 0) failed += 1;
} catch (error) {
  console.error(`The tests left no report: ${error.message}`);
  failed += 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (tests.status !== 0 && failed === 0) failed += 1;

console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
