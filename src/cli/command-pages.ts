/** docs/commands: one page per command, made from the same objects that print its help. */
import type { Argument, Command, Option } from 'commander';
import { EXIT } from '../diagnostics.js';
import { docsTable } from '../report/markdown-table.js';

/** Commands of a page that somebody can paste; every one of them is run somewhere in docs/ or test/. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  compile: [
    'blnet compile models/mobile-blnet-cifar10.onnx -o build/net --calibration cifar-10-batches-bin',
    'blnet compile models/specs/mobile-blnet-cifar10.json -o build/net --part xc7a100t --fps 2000 --calibration noise',
  ],
  simulate: ['blnet simulate build/net --frames 4', 'blnet simulate build/net --backpressure 1 --json'],
  verify: [
    'blnet verify build/net --frames 8',
    'blnet verify build/net --backpressure 1 --json > build/net/verify.json',
  ],
  accuracy: ['blnet accuracy build/net --dataset cifar-10-batches-bin --images 10000'],
  inspect: ['blnet inspect models/mobile-blnet-cifar10.onnx', 'blnet inspect build/net --json'],
  wave: ['blnet wave build/net', 'blnet wave build/net --events stall --backpressure 3 --simulator iverilog'],
  report: ['blnet report build/net --dataset cifar-10-batches-bin'],
  route: ['blnet route build/net', 'blnet route build/net --seeds 5 --target 125 --json'],
  run: ['blnet run build/net --port /dev/ttyUSB0 --frames 16'],
  doctor: ['blnet doctor'],
  completion: ['eval "$(blnet completion bash)"'],
  demo: ['blnet demo'],
};

const code = (text: string): string => `\`${text}\``;

function defaultOf(o: Option): string {
  if (o.defaultValueDescription) return o.defaultValueDescription;
  if (o.defaultValue === undefined || o.defaultValue === false) return '';
  return code(`${o.defaultValue}`);
}

function meaningOf(part: Option | Argument): string {
  const choices = part.argChoices ? ` (${part.argChoices.map(code).join(', ')})` : '';
  return `${part.description}${choices}`;
}

/** What `--help` prints after the options. */
function notesOf(command: Command): string {
  let text = '';
  const before = command.configureOutput();
  command.configureOutput({ writeOut: (chunk) => (text += chunk) });
  command.outputHelp();
  command.configureOutput(before);
  return text.slice(command.helpInformation().length).trim();
}

function commandPage(command: Command): string {
  const help = command.createHelp();
  const options = help.visibleOptions(command);
  const args = command.registeredArguments;
  const required = (o: Option): string => (o.mandatory ? ' (required)' : '');
  const parts = [
    `# blnet ${command.name()}`,
    `${command.description()}.`.replace(/^./, (c) => c.toUpperCase()),
    `\`\`\`\nblnet ${command.name()} ${command.usage()}\n\`\`\``,
  ];
  if (args.length > 0) {
    const rows = args.map((a) => [code(a.name()), meaningOf(a)]);
    parts.push(docsTable(['Argument', 'Meaning'], rows));
  }
  const rows = options.map((o) => [code(o.flags), `${meaningOf(o)}${required(o)}`, defaultOf(o)]);
  parts.push(docsTable(['Option', 'Meaning', 'Default'], rows));
  const notes = notesOf(command);
  if (notes) parts.push(`\`\`\`text\n${notes}\n\`\`\``);
  const examples = EXAMPLES[command.name()];
  if (examples) parts.push(`## Examples\n\n\`\`\`sh\n${examples.join('\n')}\n\`\`\``);
  return `${parts.join('\n\n')}\n`;
}

const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  usage: 'a command, option or value that is none',
  input: 'a model, dataset or configuration that cannot be used',
  unsupported: 'a model with something that blnet does not support',
  io: 'a file that cannot be read or written',
  tool: 'an outside tool that is missing or failed',
  mismatch: 'verification failed: RTL, simulator and reference disagree',
  internal: 'a bug in blnet',
  busy: 'another blnet works in the build folder, and `--no-wait` was given',
};

function commandIndex(program: Command): string {
  const commands = program.commands.map((c) => [`[${c.name()}](${c.name()}.md)`, c.description()]);
  const exits = (Object.keys(EXIT) as Array<keyof typeof EXIT>).map((k) => [`${EXIT[k]}`, EXIT_MEANINGS[k]]);
  return `# Commands

Written by \`node scripts/write-docs.mjs\` from the commands' own help: do not edit.

${docsTable(['Command', 'What it does'], commands)}

Every command takes \`--json\`: one JSON document on stdout, errors included, and nothing else there. Progress and
messages go to stderr; there is colour only on a terminal, and none under \`NO_COLOR\`.

## Exit codes

${docsTable(['Code', 'Meaning'], [['0', 'done'], ...exits])}
`;
}

/** File name in docs/commands/ → text. */
export function commandPages(program: Command): Map<string, string> {
  const pages = new Map([['README.md', commandIndex(program)]]);
  for (const command of program.commands) pages.set(`${command.name()}.md`, commandPage(command));
  return pages;
}
