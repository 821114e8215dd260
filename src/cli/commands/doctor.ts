/** `blnet doctor`: which tools are found, in which version, and what each unlocks. */

import { Command } from 'commander';
import { BlnetError } from '../../diagnostics.js';
import { findTools, TOOL_NAMES, type ToolStatus } from '../../io/tools.js';
import { VERSION } from '../../version.js';
import { paint } from '../terminal/colour.js';
import { emit, facts, table, withJson } from '../terminal/output.js';
import { Progress } from '../terminal/progress.js';

export function doctorCommand(): Command {
  const command = new Command('doctor').addHelpText(
    'after',
    '\nThe exit code is 6 when something is missing that every command needs.',
  );
  return withJson(command).action((options: { json?: boolean }) => {
    const progress = new Progress(options.json);
    try {
      const tools = findTools((name, i) => progress.count(`looking for ${name}`, i, TOOL_NAMES.length));
      progress.clear();
      emit(options, { blnet: VERSION, tools }, () => doctorText(tools));
      const missing = tools.filter((t) => t.required && !t.found);
      if (missing.length === 0) return;
      throw new BlnetError('BLN401', {
        where: missing.map((t) => t.name).join(', '),
        found: 'missing or too old',
        hint: missing.map((t) => t.install).join('; '),
      });
    } finally {
      progress.clear();
    }
  });
}

export function doctorText(tools: readonly ToolStatus[]): string {
  const rows = tools.map((t) => [
    t.found ? paint.green('yes') : t.required ? paint.red('no') : paint.yellow('no'),
    t.name,
    t.version ?? '-',
    t.tested,
    t.unlocks,
  ]);
  const absent = tools.filter((t) => !t.found);
  return [
    facts([['blnet', VERSION]]),
    '',
    table(['here', 'tool', 'version', 'tested', 'unlocks'], rows),
    ...(absent.length === 0
      ? ['', 'Everything is here.']
      : ['', 'To get the rest:', facts(absent.map((t) => [t.name, t.install]))]),
  ].join('\n');
}
