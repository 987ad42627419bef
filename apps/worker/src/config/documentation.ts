import type { Variable } from './variable.ts';
import { variables } from './variables.ts';

const entries: readonly (readonly [string, Variable])[] = Object.entries(variables);
const sections = [...new Set(entries.map(([, variable]) => variable.section))];

/** The table of environment variables in Markdown, as it stands in README.md. */
export function environmentTable(): string {
  const rows = entries.map(
    ([name, variable]) => `| \`${name}\` | ${variable.about} | ${defaultOf(variable)} |`,
  );
  return ['| Variable | Meaning | Default |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

/** Contents of `.env.example`: every variable explained, all commented out but those without which nothing runs. */
export function environmentExample(): string {
  const parts = sections.map((section) => {
    const lines = entries
      .filter(([, variable]) => variable.section === section)
      .map(([name, variable]) => exampleLines(name, variable).join('\n'));
    return [`# ---- ${section} ----`, ...lines].join('\n\n');
  });
  return `${parts.join('\n\n')}\n`;
}

const needed = new Set(['MAGENTO_BASE_URL', 'MAGENTO_USERNAME', 'MAGENTO_PASSWORD']);

function exampleLines(name: string, variable: Variable): string[] {
  const about = `# ${variable.about.replaceAll('`', '')}.`;
  const otherwise = `# Default: ${defaultOf(variable).replaceAll('`', '')}.`;
  const value = `${name}=${variable.default ?? variable.example}`;
  return [about, otherwise, needed.has(name) ? value : `# ${value}`];
}

function defaultOf(variable: Variable): string {
  return variable.default === undefined ? (variable.otherwise ?? 'none') : `\`${variable.default}\``;
}
