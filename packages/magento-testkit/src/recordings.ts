import { readFileSync } from 'node:fs';

/** Folder of the recordings of a real Magento; the same from `src` and from `dist`. */
export const recordingsFolder = new URL('../../../recordings/', import.meta.url);

/** One recorded request with its answer. */
export interface RecordedExchange {
  readonly title: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly body: string;
  };
}

const recordings = new Map<string, RecordedExchange[]>();

/** Reads the exchanges of one recording, for example `reads`, once. */
export function readRecording(name: string): RecordedExchange[] {
  const known = recordings.get(name);
  if (known) return known;
  const text = readFileSync(new URL(`${name}.json`, recordingsFolder), 'utf8');
  const { exchanges } = JSON.parse(text) as { exchanges: RecordedExchange[] };
  recordings.set(name, exchanges);
  return exchanges;
}

/** The recorded answer of a read, as reference data of the recorded shop. */
export function recordedBody(recording: string, title: string): unknown {
  const exchange = readRecording(recording).find((candidate) => candidate.title === title);
  if (!exchange) throw new Error(`The recording ${recording} has no exchange "${title}".`);
  return JSON.parse(exchange.response.body);
}

/** The records of a list that was recorded whole, one a line. */
export function readRows<Row>(file: string): Row[] {
  return readFileSync(new URL(file, recordingsFolder), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

/** Makes a value when it is first needed, and once. */
export function once<T>(make: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= make();
    return value;
  };
}
