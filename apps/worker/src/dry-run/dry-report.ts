import { stringifyJson } from '@magento-sync/exact-json';

/** A record that would change, with the values on both sides. Carries personal data: only shown when asked for. */
export interface DrySample {
  readonly id: number;
  readonly would: 'insert' | 'change';
  /** Old and new values by field. */
  readonly values: Readonly<Record<string, readonly [old: unknown, now: unknown]>>;
}

/** What a dry run found that a real one would do to one entity. */
export interface DryReport {
  readonly insert: number;
  readonly change: number;
  /** To be marked as deleted. */
  readonly delete: number;
  /** To be erased for good. */
  readonly erase: number;
  /** How many of the changed records differ in each field. */
  readonly fields: Readonly<Record<string, number>>;
  readonly quarantine: readonly number[];
  readonly samples: readonly DrySample[];
}

/** Adds up what would be done; a record that is met twice counts once. */
export class DryTally {
  readonly #met = {
    insert: new Set<number>(),
    change: new Set<number>(),
    delete: new Set<number>(),
    erase: new Set<number>(),
  };
  readonly #fields = new Map<string, number>();
  readonly #quarantine = new Set<number>();
  readonly #samples: DrySample[] = [];
  readonly #mostSamples: number;

  constructor(mostSamples: number) {
    this.#mostSamples = mostSamples;
  }

  insert(id: number, sample: () => DrySample['values']): void {
    if (this.#met.insert.has(id)) return;
    this.#met.insert.add(id);
    this.#sample(id, 'insert', sample);
  }

  change(id: number, fields: readonly string[], sample: () => DrySample['values']): void {
    if (this.#met.change.has(id)) return;
    this.#met.change.add(id);
    for (const field of fields) this.#fields.set(field, (this.#fields.get(field) ?? 0) + 1);
    this.#sample(id, 'change', sample);
  }

  remove(ids: readonly number[], how: 'delete' | 'erase'): void {
    for (const id of ids) this.#met[how].add(id);
  }

  setAside(id: number): void {
    this.#quarantine.add(id);
  }

  report(): DryReport {
    const { insert, change, delete: deleted, erase } = this.#met;
    const fields = [...this.#fields].toSorted(([, one], [, other]) => other - one);
    return {
      insert: insert.size,
      change: change.size,
      delete: deleted.size,
      erase: erase.size,
      fields: Object.fromEntries(fields),
      quarantine: [...this.#quarantine],
      samples: this.#samples,
    };
  }

  #sample(id: number, would: DrySample['would'], values: () => DrySample['values']): void {
    if (this.#samples.length < this.#mostSamples) this.#samples.push({ id, would, values: values() });
  }
}

const mostFieldsNamed = 8;

/** What would be done, for people: one line each for what there is. */
export function dryReportText(entity: string, rows: number, report: DryReport): string {
  const { insert, change, delete: deleted, erase, fields, quarantine, samples } = report;
  const line = (symbol: string, count: number, what: string, more = '') =>
    count > 0 ? [`  ${symbol} ${String(count).padStart(8)} ${what}${more}`] : [];
  const names = Object.entries(fields);
  const named = names.slice(0, mostFieldsNamed).map(([field, count]) => `${field} ${count}`);
  if (names.length > named.length) named.push(`${names.length - named.length} more`);
  const lines = [
    ...line('+', insert, 'would be inserted'),
    ...line('~', change, 'would be changed', named.length > 0 ? `: ${named.join(' · ')}` : ''),
    ...line('-', deleted, 'would be marked as deleted'),
    ...line('x', erase, 'would be erased for good'),
    ...line('!', quarantine.length, `would be set aside: ${quarantine.slice(0, 20).join(', ')}`),
  ];
  const none = lines.length === 0 ? ['  No changes.'] : [];
  const values = samples.flatMap(({ id, would, values: both }) => [
    `    ${would === 'insert' ? '+' : '~'} ${id}`,
    ...Object.entries(both).map(([field, [old, now]]) =>
      would === 'insert'
        ? `        ${field}: ${short(now)}`
        : `        ${field}: ${short(old)} → ${short(now)}`,
    ),
  ]);
  return [`${entity}: ${rows} rows read`, ...lines, ...none, ...values].join('\n');
}

const longestValue = 200;

function short(value: unknown): string {
  if (value === undefined) return '(none)';
  const text = stringifyJson(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}
