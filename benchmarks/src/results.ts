/** What was measured, in a unit. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly value: number;
  readonly unit: string;
}

/** What a figure has to be: a ratio of one run, or a limit that holds on every machine. */
export interface Bar {
  readonly name: string;
  readonly title: string;
  readonly value: number;
  readonly limit: number;
  readonly wanted: 'at most' | 'at least';
  readonly unit: string;
  readonly met: boolean;
}

/** One part of a run. */
export interface PartResult {
  readonly name: string;
  readonly title: string;
  readonly status: 'measured' | 'failed' | 'interrupted';
  readonly error?: string;
  readonly seconds: number;
  readonly figures: readonly Figure[];
  readonly bars: readonly Bar[];
}

/** Where and of what a run was made. */
export interface Machine {
  readonly commit: string;
  /** Whether files of the checkout differed from the commit. */
  readonly changed: boolean;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly postgres: string;
  readonly redis: string;
  readonly postgresSettings: Readonly<Record<string, string>>;
}

/** A whole run, as it is written to `benchmarks/results`. */
export interface Results {
  readonly date: string;
  readonly form: string;
  readonly machine: Machine;
  readonly parts: readonly PartResult[];
}

/** A number as people read it: three digits that count. */
export function shown(value: number, unit = ''): string {
  const rounded = Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
  const text = rounded.toLocaleString('en-GB', { maximumSignificantDigits: 21 });
  return unit === '' ? text : `${text} ${unit}`;
}
