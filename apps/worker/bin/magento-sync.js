#!/usr/bin/env node
// A checked-in entry, so that the package manager can link the command before anything is built.
import '../dist/main.js';
