import { writeFileSync } from 'node:fs';
import { writePiece } from '../../../tools/write-piece.ts';
import { benchmarksDocument, benchmarksPlots, benchmarksTable } from './benchmarks-document.ts';
import { scalingDocument, scalingPlots } from './scaling-document.ts';

/** Brings README.md, docs/benchmarks.md, docs/scaling.md and the plots in docs/ in line with the newest run that was written down. */
export function writeBenchmarks(): void {
  writePiece('../README.md', 'benchmarks', benchmarksTable());
  writePiece('../docs/benchmarks.md', 'benchmarks', benchmarksDocument());
  writePiece('../docs/scaling.md', 'scaling', scalingDocument());
  for (const [file, plot] of Object.entries({ ...benchmarksPlots(), ...scalingPlots() }))
    writeFileSync(new URL(`../../../docs/${file}`, import.meta.url), plot);
}
