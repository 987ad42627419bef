#!/usr/bin/env node
// A checked-in entry, so that the package manager can link the command before anything is built. Stack traces name the
// TypeScript sources: that has to be said before the program is loaded.
import { setFlagsFromString } from 'node:v8';

process.setSourceMapsEnabled(true);
// Pages outlive the young generation while they are written, and are garbage right afterwards: left alone, the old one grows to
// four times what lives in it before anything is collected.
setFlagsFromString('--heap-growing-percent=60');
await import('../dist/main.js');
