#!/usr/bin/env node
// A checked-in entry, so that the package manager can link the command before anything is built. Stack traces name the
// TypeScript sources: that has to be said before the program is loaded.
process.setSourceMapsEnabled(true);
await import('../dist/main.js');
