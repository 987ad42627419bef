// `pnpm write-documents`: brings the tables in README.md files and .env.example in line with the code, and numbers the
// decisions.
import { readFileSync, writeFileSync } from 'node:fs';
import { environmentExample, environmentTable } from '../apps/worker/src/config/documentation.ts';
import { shopsFileJsonSchema } from '../apps/worker/src/shops-file/file-schema.ts';
import { writeBenchmarks } from '../benchmarks/src/documents/write-benchmarks.ts';
import { mutationTable } from '../tests/chaos/mutations/mutations.ts';
import { dataDictionary } from './data-dictionary.ts';
import { numberedDecisions } from './decisions.ts';
import { personalData } from './personal-data.ts';
import { runbooks } from './runbooks.ts';
import { writePiece } from './write-piece.ts';

writeFileSync(new URL('../docs/data-dictionary.md', import.meta.url), dataDictionary());
writeFileSync(new URL('../docs/personal-data.md', import.meta.url), personalData());
writeFileSync(new URL('../apps/worker/assets/runbooks.html', import.meta.url), runbooks());
writePiece('../README.md', 'variables', environmentTable());
writePiece('../tests/chaos/README.md', 'mutations', mutationTable());
writeFileSync(
  new URL('../docs/shops.schema.json', import.meta.url),
  `${JSON.stringify(shopsFileJsonSchema(), null, 2)}\n`,
);
writeFileSync(new URL('../.env.example', import.meta.url), environmentExample());

writeBenchmarks();

const decisions = new URL('../docs/decisions.md', import.meta.url);
writeFileSync(decisions, numberedDecisions(readFileSync(decisions, 'utf8')));
