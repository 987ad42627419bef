#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { runCli } from './cli.ts';
import { endOnDefect } from './defects.ts';
import { processOutput, watchOutput } from './output.ts';

endOnDefect(process.env);
const outputFailed = watchOutput();

// Variables that are already set win over the file.
if (existsSync('.env')) process.loadEnvFile('.env');

const exitCode =
  (await runCli(process.argv.slice(2), { environment: process.env, output: processOutput })) ||
  outputFailed();

// Not `process.exit`: what has been written to a pipe must arrive. A handle left open by mistake must not keep the
// process alive either, so an unreferenced timer ends it.
process.exitCode = exitCode;
setTimeout(() => process.exit(exitCode), 2_000).unref();
