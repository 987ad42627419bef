import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recordingsFolder } from './recordings.ts';

/** Where each recording is replayed, whole and compared by status, content type and body. */
const replayedIn: Readonly<Record<string, string>> = {
  'customers-search': 'conformance.integration.test.ts',
  'input-limits': 'conformance.integration.test.ts',
  'oauth-handshake': 'oauth/handshake-conformance.integration.test.ts',
  oauth: 'oauth/oauth-conformance.integration.test.ts',
  outages: 'conformance.integration.test.ts',
  reads: 'conformance.integration.test.ts',
  session: 'session/session.integration.test.ts',
  soap: 'soap/soap-conformance.integration.test.ts',
  tokens: 'conformance.integration.test.ts',
  'two-factor': 'two-factor/two-factor-conformance.integration.test.ts',
  writes: 'conformance.integration.test.ts',
};

test('every recording of exchanges is replayed', () => {
  const recordings = readdirSync(recordingsFolder)
    .filter((file) => file.endsWith('.json'))
    .filter((file) => 'exchanges' in JSON.parse(readFileSync(new URL(file, recordingsFolder), 'utf8')));
  expect(recordings.map((file) => file.replace('.json', ''))).toEqual(Object.keys(replayedIn));
});

test.each(Object.entries(replayedIn))('%s is read by %s', (name, file) => {
  const source = readFileSync(new URL(file, import.meta.url), 'utf8');
  expect(source).toContain('readRecording(');
  expect(source).toContain(`'${name}'`);
});
