import { readFileSync } from 'node:fs';
import { Marked } from 'marked';

/** The runbooks of docs/operations.md as the page shows them: a section for each alert, whose id is its name in small letters. */
export function runbooks(): string {
  const text = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8');
  const [, intro = '', all = ''] = /^## A runbook for every alert\n(.*?)^(### .*?)^## /ms.exec(text) ?? [];
  const sections = all.split(/^### /m).slice(1);
  const names = sections.map((section) => section.slice(0, section.indexOf('\n')).trim());
  if (intro === '' || names.length === 0) throw new Error('docs/operations.md has no runbooks.');
  const marked = new Marked({
    renderer: {
      link({ href, tokens }) {
        const said = this.parser.parseInline(tokens);
        const isHere = names.some((name) => href === `#${name.toLowerCase()}`);
        return isHere ? `<a href="${href}">${said}</a>` : said;
      },
    },
  });
  const rendered = sections.map((section, index) => {
    const name = names[index] ?? '';
    const body = marked.parse(section.slice(section.indexOf('\n')), { async: false }).trim();
    return `<section id="${name.toLowerCase()}"><h2>${name}</h2>\n${body}</section>\n`;
  });
  return `<!-- Generated from docs/operations.md by "pnpm write-documents". -->\n${rendered.join('')}`;
}
