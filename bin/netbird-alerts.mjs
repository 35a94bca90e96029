#!/usr/bin/env node
// The command on plain Node. In a checkout it runs the TypeScript sources; the published package brings them compiled.
import { existsSync } from 'node:fs';

// The SDK's notice about Node 20 is for the people who build this, not for those who run it.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

if (existsSync(new URL('../lib/cli/main.ts', import.meta.url))) {
  const { register } = await import('tsx/esm/api');
  register({ tsconfig: false });
  await import('./netbird-alerts.ts');
} else {
  await import('../dist/cli/netbird-alerts.mjs');
}
