/** `blnet completion`: a script for the shell, written from commander's own tree, so that it cannot miss an option. */
import { Argument, Command, type Option } from 'commander';
import { DEVICES } from '../../targets/devices.js';
import { emit, withJson } from '../terminal/output.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** One option as a shell needs it. */
interface OptionWords {
  readonly names: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  /** The value is a path. */
  readonly isPath: boolean;
}

interface CommandWords {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionWords[];
  /** Choices of the first argument; empty where it is free. */
  readonly choices: readonly string[];
  readonly takesPath: boolean;
}

/** Values worth offering where any text is legal. */
const SUGGESTIONS: Readonly<Record<string, readonly string[]>> = { '--part': DEVICES.map((d) => d.name) };

const PATH = /<(path|dir|file|model)/i;

const optionWords = (o: Option): OptionWords => ({
  names: [o.short, o.long].filter((n): n is string => n !== undefined),
  description: o.description,
  takesValue: o.required || o.optional,
  choices: o.argChoices ?? SUGGESTIONS[o.long ?? ''] ?? [],
  isPath: PATH.test(o.flags),
});

/** The commands of the program in order, each with its `--help`. */
export function commandWords(program: Command): CommandWords[] {
  const help = program.createHelp();
  return help
    .visibleCommands(program)
    .filter((c) => c.name() !== 'help')
    .map((c) => ({
      name: c.name(),
      description: c.description(),
      options: help.visibleOptions(c).map(optionWords),
      choices: c.registeredArguments[0]?.argChoices ?? [],
      takesPath: c.registeredArguments.length > 0 && !c.registeredArguments[0]?.argChoices,
    }));
}

function bash(commands: readonly CommandWords[]): string {
  const cases = commands.map((c) => {
    const values = c.options
      .filter((o) => o.takesValue)
      .map((o) => {
        const reply =
          o.choices.length > 0
            ? `COMPREPLY=($(compgen -W '${o.choices.join(' ')}' -- "$cur"))`
            : o.isPath
              ? 'COMPREPLY=($(compgen -f -- "$cur"))'
              : 'COMPREPLY=()';
        return `        ${o.names.join('|')}) ${reply}; return ;;`;
      });
    const words = c.options.flatMap((o) => o.names.filter((n) => n.startsWith('--')));
    const rest = c.choices.length > 0 ? `-W '${c.choices.join(' ')}'` : c.takesPath ? '-f' : "-W ''";
    return `    ${c.name})
${values.length > 0 ? `      case "$prev" in\n${values.join('\n')}\n      esac\n` : ''}      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur"))
      else COMPREPLY=($(compgen ${rest} -- "$cur")); fi ;;`;
  });
  return `# Completion of blnet for bash. Put this line into ~/.bashrc:  eval "$(blnet completion bash)"
_blnet() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if (( COMP_CWORD == 1 )); then
    COMPREPLY=($(compgen -W '${commands.map((c) => c.name).join(' ')} help --help --version' -- "$cur"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
    help) COMPREPLY=($(compgen -W '${commands.map((c) => c.name).join(' ')}' -- "$cur")) ;;
${cases.join('\n')}
  esac
}
complete -o filenames -F _blnet blnet
`;
}

/** Within single quotes; zsh also gives brackets and colons a meaning there. */
const zshText = (text: string): string =>
  text.replaceAll("'", "'\\''").replaceAll(/[[\]:]/g, (c) => `\\${c}`);

function zsh(commands: readonly CommandWords[]): string {
  const value = (o: OptionWords): string => {
    if (!o.takesValue) return '';
    if (o.choices.length > 0) return `:value:(${o.choices.join(' ')})`;
    return o.isPath ? ':path:_files' : ':value: ';
  };
  const cases = commands.map((c) => {
    const options = c.options.map((o) => {
      const text = `[${zshText(o.description)}]${value(o)}`;
      return o.names.length > 1
        ? `'(${o.names.join(' ')})'{${o.names.join(',')}}'${text}'`
        : `'${o.names[0]}${text}'`;
    });
    const rest =
      c.choices.length > 0 ? [`'1:shell:(${c.choices.join(' ')})'`] : c.takesPath ? ["'1:path:_files'"] : [];
    return `    ${c.name})\n      _arguments \\\n        ${[...options, ...rest].join(' \\\n        ')} ;;`;
  });
  return `#compdef blnet
# Completion of blnet for zsh. Put this line into ~/.zshrc:  eval "$(blnet completion zsh)"
_blnet() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${commands.map((c) => `      '${c.name}:${zshText(c.description)}'`).join('\n')}
    )
    _describe command commands
    return
  fi
  local name=$words[2]
  shift words
  (( CURRENT-- ))
  case $name in
${cases.join('\n')}
  esac
}
compdef _blnet blnet
`;
}

const fishText = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");

function fish(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap((c) => {
    const here = `complete -c blnet -n '__fish_seen_subcommand_from ${c.name}'`;
    const options = c.options.map((o) => {
      const names = o.names.map((n) => (n.startsWith('--') ? `-l ${n.slice(2)}` : `-s ${n.slice(1)}`));
      const value = !o.takesValue
        ? ''
        : o.choices.length > 0
          ? ` -x -a '${o.choices.join(' ')}'`
          : o.isPath
            ? ' -r -F'
            : ' -x';
      return `${here} ${names.join(' ')}${value} -d '${fishText(o.description)}'`;
    });
    const rest =
      c.choices.length > 0 ? [`${here} -a '${c.choices.join(' ')}'`] : c.takesPath ? [`${here} -F`] : [];
    return [
      `complete -c blnet -n __fish_use_subcommand -a ${c.name} -d '${fishText(c.description)}'`,
      ...options,
      ...rest,
    ];
  });
  return `# Completion of blnet for fish:  blnet completion fish > ~/.config/fish/completions/blnet.fish
complete -c blnet -f
${lines.join('\n')}
`;
}

const WRITERS: Readonly<Record<Shell, (commands: readonly CommandWords[]) => string>> = { bash, zsh, fish };

export const completionScript = (program: Command, shell: Shell): string =>
  WRITERS[shell](commandWords(program));

export function completionCommand(): Command {
  const command = new Command('completion')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText('after', '\nFor bash, in ~/.bashrc:  eval "$(blnet completion bash)"');
  return withJson(command).action((shell: Shell, options: { json?: boolean }, self: Command) => {
    const script = completionScript(self.parent ?? self, shell);
    emit(options, { shell, script }, () => script.trimEnd());
  });
}
