"""How a script ends on wrong input: with one line that says what was found instead of a trace."""

import argparse
import os
import sys


def at_least(low):
    """The type of a whole-number option that may not be below `low`."""

    def whole_number(text):
        value = int(text)
        if value < low:
            raise argparse.ArgumentTypeError(f"{value} found, at least {low} expected")
        return value

    return whole_number


def run(main, options):
    """main(options). A ValueError or OSError becomes a line on stderr and exit code 1, Ctrl-C exit code 130.

    `python3 -X dev SCRIPT` shows the trace.
    """
    try:
        main(options)
    except (ValueError, OSError) as error:
        if sys.flags.dev_mode:
            raise
        sys.exit(f"{os.path.basename(sys.argv[0])}: {error}")
    except KeyboardInterrupt:
        print(file=sys.stderr)
        sys.exit(130)
