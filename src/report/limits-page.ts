/** docs/limits.md: the table of `limits.ts` for readers. */
import { LIMITS, type Limit } from '../limits.js';

export function limitsPage(): string {
  const rows = Object.values(LIMITS as Readonly<Record<string, Limit>>).map(
    ({ most, unit, reason, hint }) => `| ${most.toLocaleString('en-US')} ${unit} | ${reason} | ${hint} |`,
  );
  return `# Limits

What a model and a run may hold. Everything is checked before anything of that size is allocated or computed; beyond a
limit a command ends with BLN207, the number that it found, the limit, and what to do. The numbers are \`src/limits.ts\`;
this page is made from them (\`node scripts/write-docs.mjs\`).

| At most | Because | What to do |
| ------- | ------- | ---------- |
${rows.join('\n')}
`;
}
