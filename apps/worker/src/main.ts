#!/usr/bin/env node
import { runCli } from './cli.ts';
import { readEnvironmentFile } from './config/environment-file.ts';
import { endOnDefect } from './defects.ts';
import { processOutput, watchOutput } from './output.ts';
import { startTelemetry } from './telemetry.ts';
import { withinMs } from './time-limit.ts';

endOnDefect(process.env);
const outputFailed = watchOutput();

const environmentFile = readEnvironmentFile('.env');
for (const [name, value] of Object.entries(environmentFile?.values ?? {})) {
  // Variables that are already set win over the file.
  process.env[name] ??= value;
}
for (const { line, says, harmless } of environmentFile?.notes ?? []) {
  if (!harmless) processOutput.note(`magento-sync: .env line ${line}: ${says}`);
}

const telemetry = await startTelemetry(process.env);
const exitCode =
  (await runCli(process.argv.slice(2), {
    environment: process.env,
    environmentFile,
    output: processOutput,
    jobTelemetry: telemetry?.jobs,
  })) || outputFailed();

if (telemetry) await withinMs(Promise.resolve(telemetry[Symbol.asyncDispose]()), 2_000);

// Not `process.exit`: what has been written to a pipe must arrive. A handle left open by mistake must not keep the
// process alive either, so an unreferenced timer ends it.
process.exitCode = exitCode;
setTimeout(() => process.exit(exitCode), 2_000).unref();
