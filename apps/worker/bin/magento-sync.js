#!/usr/bin/env node
// A checked-in entry, so that the package manager can link the command before anything is built. Stack traces name the
// TypeScript sources: that has to be said before the program is loaded.
import { setFlagsFromString } from 'node:v8';

// The kernel gives the first process of a container only the signals that it listens for, and SIGTERM may come while it still
// starts. Until the command listens itself, they end the process as they end any other.
if (process.pid === 1) {
  for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15 })) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(128 + number);
    });
  }
}
process.setSourceMapsEnabled(true);
// Pages outlive the young generation while they are written, and are garbage right afterwards: left alone, the old one grows to
// four times what lives in it before anything is collected.
setFlagsFromString('--heap-growing-percent=60');
await import('../dist/main.js');
