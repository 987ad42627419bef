// `npm test`: installs, checks formatting, lint, types and unused code, runs every test, and closes with the one line
// that continuous integration reads.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install, root } from './install.mjs';

console.log('Installing dependencies …');
install();

const bin = (name) => join(root, 'node_modules', '.bin', name);

const checks = [
  { title: 'formatting', program: 'biome', args: ['check', '.'] },
  { title: 'types', program: 'tsc', args: ['-b'] },
  { title: 'types of the tests', program: 'tsc', args: ['-p', 'tsconfig.tests.json'] },
  { title: 'lint', program: 'oxlint', args: ['--type-aware'] },
  { title: 'unused code and dependencies', program: 'knip', args: [] },
];

/** Runs a check to its end; its output is kept, because others run at the same time. */
function outcomeOf({ program, args }) {
  return new Promise((resolve) => {
    const check = spawn(bin(program), args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [check.stdout, check.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    check.once('error', (error) => resolve({ passed: false, output: String(error) }));
    check.once('close', (code) => resolve({ passed: code === 0, output }));
  });
}

let passed = 0;
let failed = 0;
const outcomes = checks.map(outcomeOf);
for (const [index, { title, program, args }] of checks.entries()) {
  const outcome = await outcomes[index];
  console.log(`\n— ${title}: ${[program, ...args].join(' ')}\n${outcome.output.trim()}`);
  if (outcome.passed) passed += 1;
  else failed += 1;
}

const folder = mkdtempSync(join(tmpdir(), 'magento-sync-test-'));
const report = join(folder, 'report.json');
console.log('\n— tests');
const tests = spawnSync(
  bin('vitest'),
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
);
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
