// `pnpm write-documents`: brings README.md's table of variables and .env.example in line with the code.
import { readFileSync, writeFileSync } from 'node:fs';
import { environmentExample, environmentTable } from '../apps/worker/src/config/documentation.ts';

const readme = new URL('../README.md', import.meta.url);
const begin = '<!-- variables:begin -->';
const end = '<!-- variables:end -->';

const text = readFileSync(readme, 'utf8');
const [before, rest = ''] = text.split(begin);
const after = rest.split(end)[1];
if (after === undefined) throw new Error(`README.md has lost its markers ${begin} and ${end}.`);
writeFileSync(readme, `${before}${begin}\n${environmentTable()}${end}${after}`);
writeFileSync(new URL('../.env.example', import.meta.url), environmentExample());
