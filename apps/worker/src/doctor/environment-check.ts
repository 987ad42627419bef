import type { Environment } from '../config/environment.ts';
import type { EnvironmentFile } from '../config/environment-file.ts';
import { variables } from '../config/variables.ts';
import { type Finding, ok, problem } from './finding.ts';

const check = 'environment';

/**
 * Looks whether the variables mean to other programs what they mean here; never shows a value.
 *
 * Nothing is found where there is no file and no value that looks as if it was read by a program that keeps quotation marks
 * and comments, as `docker run --env-file` does.
 */
export function checkEnvironment(environment: Environment, file: EnvironmentFile | undefined): Finding[] {
  const notes = file?.notes.map((note) => ({ ...note, says: `line ${note.line}: ${note.says}` })) ?? [];
  const findings = notes
    .filter(({ harmless }) => !harmless)
    .map(({ says }) => problem(check, `${file?.path} ${says}`));
  const raw = Object.keys(variables).flatMap((name) => rawValue(name, environment[name]?.trim() ?? ''));
  findings.push(...raw.map((sentence) => problem(check, sentence)));
  if (findings.length > 0 || !file) return findings;
  const read = `${file.path} means the same here and in docker compose: ${Object.keys(file.values).length} variables`;
  return [ok(check, [read, ...notes.map(({ says }) => says)].join('; '))];
}

function rawValue(name: string, value: string): string[] {
  if (/^(["'`]).*\1$/s.test(value) && value.length > 1) {
    return [
      `${name} is wrapped in quotation marks, which belong to its value now: "docker run --env-file" and "environment:" lists keep them. Write it without.`,
    ];
  }
  if (/\s#\s/.test(value)) {
    return [
      `${name} holds " # ", which is no comment to "docker run --env-file". Move the comment to a line of its own.`,
    ];
  }
  return [];
}
