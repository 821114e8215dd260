/** Colour for stdout and stderr, each where a terminal shows it; NO_COLOR (no-color.org) turns both off. */
import chalk, { chalkStderr } from 'chalk';
import { type Painted, painted } from '../../text/terminal.js';

type Level = typeof chalk.level;

/** chalk finds out about terminals and FORCE_COLOR, but knows nothing of NO_COLOR. */
export const colourLevel = (env: NodeJS.ProcessEnv, detected: Level): Level => (env.NO_COLOR ? 0 : detected);

for (const one of [chalk, chalkStderr]) one.level = colourLevel(process.env, one.level);

export { chalk, chalkStderr };

/** Cells of tables in colour; what is painted is escaped first. */
export const paint = {
  green: (text: string): Painted => painted(chalk.green, text),
  yellow: (text: string): Painted => painted(chalk.yellow, text),
  red: (text: string): Painted => painted(chalk.red, text),
  bold: (text: string): Painted => painted(chalk.bold, text),
  dim: (text: string): Painted => painted(chalk.dim, text),
};
