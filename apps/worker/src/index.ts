export { type Config, parseConfig } from './config/config.ts';
export { environmentExample, environmentTable } from './config/documentation.ts';
