import type { StorageConfig } from '../config/config.ts';
import { createLogger, type Logger } from '../logger.ts';

/** The logger of a command: the daemon logs its work to standard output, others only warn, on standard error. */
export function commandLogger(config: StorageConfig, command: 'daemon' | 'other'): Logger {
  const stream = command === 'daemon' ? process.stdout : process.stderr;
  return createLogger({
    level: config.log.level ?? (command === 'daemon' ? 'info' : 'warn'),
    format: config.log.format ?? (stream.isTTY ? 'text' : 'json'),
    destination: { write: (line: string) => void stream.write(line) },
  });
}
