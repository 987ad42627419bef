import { parseDuration } from '../config/duration.ts';
import { UsageError } from '../failure.ts';

/** The options of `magento-sync authorize`, checked. */
export interface AuthorizeOptions {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string | undefined;
  readonly timeoutMs: number;
}

/** Reads what was given on the command line. Throws `UsageError`. */
export function readAuthorizeOptions(options: Readonly<Record<string, unknown>>): AuthorizeOptions {
  const port = Number(options['port']);
  if (!/^\d+$/.test(String(options['port'])) || port > 65_535) {
    throw new UsageError('--port must be a number from 0 to 65535, for example --port 8999.');
  }
  const timeoutMs = parseDuration(String(options['timeout']));
  if (timeoutMs === undefined || timeoutMs < 1_000 || timeoutMs > 86_400_000) {
    throw new UsageError('--timeout must be a duration from 1s to 1d, for example --timeout 15m.');
  }
  const given = options['publicUrl'];
  return {
    host: String(options['host']),
    port,
    publicUrl: typeof given === 'string' ? publicAddress(given) : undefined,
    timeoutMs,
  };
}

function publicAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username) {
    throw new UsageError(
      '--public-url must be the address by which the shop reaches this command, for example https://sync.example.com.',
    );
  }
  return url.href.replace(/\/+$/, '');
}
