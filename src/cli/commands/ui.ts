/** `blnet ui`: the playground in a browser of this machine. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { servePage } from '../../io/page-server.js';
import { emit, facts, withJson } from '../terminal/output.js';

interface UiOptions {
  readonly port: number;
  readonly json?: boolean;
}

function portNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65535)
    throw new InvalidArgumentError('It must be a port, 0 to 65535.');
  return value;
}

export function uiCommand(): Command {
  const command = new Command('ui')
    .addOption(new Option('--port <n>', 'port; 0 takes a free one').argParser(portNumber).default(8017))
    .addHelpText(
      'after',
      `
The page compiles by itself: no model is sent anywhere, not even to this
server, and once loaded the page works without it.`,
    );
  return withJson(command).action((o: UiOptions) =>
    servePage(o.port, (url) =>
      emit(o, { url }, () =>
        facts([
          ['open', url],
          ['end', 'Ctrl-C'],
        ]),
      ),
    ),
  );
}
