#!/usr/bin/env python3
"""Run a recipe, the steps from nothing or from committed weights to ONNX files, and go on where it was stopped.

    chain.py recipes/cifar10.json --data CIFAR_DIR --out runs/cifar10 --threads 2

A recipe is a JSON list of steps: a name and the command of a script here, in which {data}, {out}, {models}, {here} (this
folder), {threads} and {hold_out} stand for places and numbers. A step that is done with the same command is not done
again; one that was stopped goes on after its last epoch. OUT/steps says what is done, OUT/chain.log what was printed.
"""

import argparse
import contextlib
import importlib
import json
import os
import sys
import time

from blnet_training.command import at_least, run

HERE = os.path.dirname(os.path.abspath(__file__))
MAINS = {"train": "train", "train_wide": "train"}  # where the function is not called main
RESUMED = ("train", "train_wide")  # these take --resume
CHECKPOINTS = {"train": "checkpoint.pt", "train_wide": ""}


def parse(arguments):
    cli = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cli.add_argument("recipe", help="a JSON file, see recipes/")
    cli.add_argument("--data", required=True, help="folder of CIFAR-10's or CIFAR-100's binary version, or one that holds that folder")
    cli.add_argument("--out", required=True, help="folder for all that is made")
    cli.add_argument("--models", default=os.path.join(HERE, "..", "models"), help="folder of the specs (%(default)s)")
    cli.add_argument("--threads", type=at_least(1), default=1, help="CPU threads (%(default)s)")
    cli.add_argument("--hold-out", type=at_least(0), default=0,
                     help="training images held out, for choices; 0: a network to be finished, trained on all (%(default)s)")
    cli.add_argument("--until", help="the last step to do (all)")
    return cli.parse_args(arguments)


def read_recipe(path):
    """[(name, [script, argument, ...])]; ValueError unless it is such a list and the scripts are there."""
    with open(path, encoding="utf-8") as file:
        try:
            steps = [(step["name"], list(step["command"])) for step in json.load(file)]
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{path}: no list of steps with a name and a command ({error})") from error
    for name, command in steps:
        if not os.path.isfile(os.path.join(HERE, f"{command[0]}.py")):
            raise ValueError(f"{path}: step {name} has the script {command[0]}, which is not here")
    return steps


class Both:
    """Writes to two streams."""

    def __init__(self, *streams):
        self.streams = streams

    def write(self, text):
        for stream in self.streams:
            stream.write(text)

    def flush(self):
        for stream in self.streams:
            stream.flush()


def call(script, arguments, log):
    """The script's own function, in this process; what it prints goes into the log too."""
    module = importlib.import_module(script)
    with contextlib.redirect_stdout(Both(sys.stdout, log)):
        getattr(module, MAINS.get(script, "main"))(module.parse(arguments))


def read_state(path):
    if not os.path.exists(path):
        return {"command": None, "done": False}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write_state(path, command, done):
    with open(f"{path}.tmp", "w", encoding="utf-8") as file:
        json.dump({"command": command, "done": done}, file)
    os.replace(f"{path}.tmp", path)


def checkpoint_of(command):
    """Where the step's state lies, if it leaves one."""
    return os.path.join(command[command.index("--out") + 1], CHECKPOINTS[command[0]]) if command[0] in RESUMED else None


def main(options):
    steps = read_recipe(options.recipe)
    names = [name for name, _ in steps]
    if options.until and options.until not in names:
        raise ValueError(f"{options.recipe} has no step {options.until}, but {', '.join(names)}")
    places = {key: str(getattr(options, key)) for key in ("data", "out", "models", "threads", "hold_out")}
    places["here"] = HERE
    folder = os.path.join(options.out, "steps")
    os.makedirs(folder, exist_ok=True)
    made = False  # whether a step was done in this run, so that those after it are done again
    with open(os.path.join(options.out, "chain.log"), "a", encoding="utf-8") as log:
        for name, template in steps:
            command = [word.format(**places) for word in template]
            template = [word.replace("{hold_out}", places["hold_out"]) for word in template]  # another network with other images
            path = os.path.join(folder, f"{name}.json")
            state = read_state(path)
            if state["command"] not in (None, template):
                raise ValueError(f"step {name} was begun by another command; remove {path} to begin it anew: {' '.join(state['command'])}")
            if not state["done"] or made:
                arguments = command[1:]
                place = checkpoint_of(command)
                if place and not made and state["command"] and os.path.exists(place):
                    arguments.append("--resume")
                print(f"## {name}: {command[0]}.py {' '.join(arguments)}", flush=True)
                started = time.monotonic()
                log.write(f"## {name}: {' '.join(template)}\n")
                write_state(path, template, False)
                call(command[0], arguments, log)
                write_state(path, template, True)
                log.write(f"## {name}: {time.monotonic() - started:.0f} seconds\n")
                log.flush()
                made = True
            if name == options.until:
                break


if __name__ == "__main__":
    from train import keep_freed_memory

    keep_freed_memory()
    run(main, parse(sys.argv[1:]))
