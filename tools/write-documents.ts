// `pnpm write-documents`: brings the tables in README.md files and .env.example in line with the code, and numbers the
// decisions.
import { readFileSync, writeFileSync } from 'node:fs';
import { environmentExample, environmentTable } from '../apps/worker/src/config/documentation.ts';
import { mutationTable } from '../tests/chaos/mutations/mutations.ts';
import { dataDictionary } from './data-dictionary.ts';
import { numberedDecisions } from './decisions.ts';

function writeTable(path: string, name: string, table: string): void {
  const file = new URL(path, import.meta.url);
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [before, rest = ''] = readFileSync(file, 'utf8').split(begin);
  const after = rest.split(end)[1];
  if (after === undefined) throw new Error(`${path} has lost its markers ${begin} and ${end}.`);
  writeFileSync(file, `${before}${begin}\n${table}${end}${after}`);
}

writeFileSync(new URL('../docs/data-dictionary.md', import.meta.url), dataDictionary());
writeTable('../README.md', 'variables', environmentTable());
writeTable('../tests/chaos/README.md', 'mutations', mutationTable());
writeFileSync(new URL('../.env.example', import.meta.url), environmentExample());

const decisions = new URL('../docs/decisions.md', import.meta.url);
writeFileSync(decisions, numberedDecisions(readFileSync(decisions, 'utf8')));
