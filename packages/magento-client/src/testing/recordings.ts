import { readFileSync } from 'node:fs';

/** One recorded request of a real Magento and its answer. */
export interface Exchange {
  readonly title: string;
  readonly request: { method: string; path: string; headers: Record<string, string>; body?: string };
  readonly response: { status: number; headers: Record<string, string>; body: string };
}

function read(name: string): string {
  return readFileSync(new URL(`../../../../recordings/${name}`, import.meta.url), 'utf8');
}

/** All exchanges of a file in recordings/. */
export function readExchanges(name: string): Exchange[] {
  return (JSON.parse(read(name)) as { exchanges: Exchange[] }).exchanges;
}

/** One exchange by its title. */
export function readExchange(name: string, title: string): Exchange {
  const found = readExchanges(name).find((exchange) => exchange.title === title);
  if (found === undefined) throw new Error(`recordings/${name} has no exchange "${title}"`);
  return found;
}

/** The body of a list without the search that it repeats, for calls that ask for another. */
export function withoutEcho(body: string): string {
  const parsed: unknown = JSON.parse(body);
  if (typeof parsed === 'object' && parsed !== null) Reflect.deleteProperty(parsed, 'search_criteria');
  return JSON.stringify(parsed);
}

/** The objects of a file with one JSON object a line. */
export function readObjects(name: string): Record<string, unknown>[] {
  return read(name)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
