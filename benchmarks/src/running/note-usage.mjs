// Loaded into a process that is measured: writes its CPU time and its peak memory down when it ends.
import { writeFileSync } from 'node:fs';

const file = process.env['BENCHMARK_USAGE_FILE'];
if (file) process.once('exit', () => writeFileSync(file, JSON.stringify(process.resourceUsage())));
