"""The committed recipes end to end in miniature, and how a recipe goes on: python3 -m unittest test_recipes (from training/)."""

import contextlib
import io
import json
import os
import re
import tempfile
import unittest
from unittest import mock

import onnx

import chain
import train
from blnet_training.data import CIFAR10, CIFAR100
from blnet_training.spec import load_spec
from prune import totals
from test_chain import striped_images

RECIPES = os.path.join(chain.HERE, "recipes")
# What is less in miniature: everything else, the order of steps, files and specs, is as committed.
SMALL = {"--epochs": "1", "--batch": "10", "--steps": "1", "--count": "3", "--views": "1"}


def miniature(command):
    """The command with small numbers."""
    small = [SMALL.get(before, word) for before, word in zip([None, *command], command)]
    if command[0] == "train_wide":
        small += ["--widths", "24", "24", "24"]
    if command[0] == "quantize":
        small += ["--calibration-images", "10", "--measured-images", "10"]
    return small


class Recipes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        for dataset in (CIFAR10, CIFAR100):
            inner = self.path(dataset.folder)
            os.mkdir(inner)
            for index, name in enumerate(dataset.train_files + dataset.test_files):
                dataset.write(os.path.join(inner, name), *striped_images(50 // len(dataset.train_files), index))

    def path(self, name):
        return os.path.join(self.folder, name)

    def run_recipe(self, name, *options):
        """What is printed by the recipe of that name in the temporary folder."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            chain.main(chain.parse([self.path(f"{name}.json"), "--data", self.folder, "--out", self.path(name), *options]))
        return printed.getvalue()

    def shrink(self, name):
        steps = [{"name": step, "command": miniature(command)} for step, command in chain.read_recipe(os.path.join(RECIPES, f"{name}.json"))]
        with open(self.path(f"{name}.json"), "w", encoding="utf-8") as file:
            json.dump(steps, file)
        return [step["name"] for step in steps]

    def test_every_committed_recipe_makes_a_quantised_network(self):
        recipes = sorted(name[:-5] for name in os.listdir(RECIPES))
        self.assertEqual(["cifar10", "cifar10-further", "cifar100"], recipes)
        for recipe in recipes:
            names = self.shrink(recipe)
            printed = self.run_recipe(recipe, "--threads", "2")
            self.assertEqual(names, re.findall(r"^## ([a-z-]+):", printed, re.M))
            network = f"mobile-blnet-{recipe.split('-')[0]}"
            model = onnx.load(self.path(f"{recipe}/{network}.qdq.onnx"))
            self.assertIn("QuantizeLinear", {node.op_type for node in model.graph.node})
            classes = {p.key: p.value for p in model.metadata_props}["blnet.classes"].split(",")
            self.assertEqual(int(network.split("cifar")[1]), len(classes))
            self.assertEqual("", self.run_recipe(recipe))  # all is done
            if "prune" in names:
                limits = {10: (105_000, 9_900_000), 100: (315_000, 13_100_000)}[len(classes)]
                for found, limit in zip(totals(load_spec(self.path(f"{recipe}/{network}.json"))), limits):
                    self.assertTrue(0.95 * limit < found <= limit or found < limits[0], (found, limit))

    def test_a_stopped_recipe_goes_on_and_a_changed_one_is_refused(self):
        spec = os.path.join(chain.HERE, "..", "models", "specs", "mobile-blnet-cifar10.json")
        fine = ["train", "--spec", spec, "--data", "{data}", "--out", "{out}/fine", "--hold-out", "{hold_out}", "--batch", "10", "--epochs", "2"]
        steps = [{"name": "fine", "command": fine},
                 {"name": "export", "command": ["export", "--spec", spec, "--checkpoint", "{out}/fine/checkpoint.pt", "--out", "{out}/net.onnx"]}]

        def write():
            with open(self.path("own.json"), "w", encoding="utf-8") as file:
                json.dump(steps, file)

        write()
        save = train.save_checkpoint

        def save_then_stop(*arguments):
            save(*arguments)
            raise KeyboardInterrupt

        with mock.patch.object(train, "save_checkpoint", save_then_stop), self.assertRaises(KeyboardInterrupt):
            self.run_recipe("own", "--hold-out", "10")
        printed = self.run_recipe("own", "--hold-out", "10")
        self.assertIn("# from epoch 2", printed)
        self.assertIn("held-out-ema", printed)
        self.assertTrue(os.path.exists(self.path("own/net.onnx")))
        self.assertEqual("", self.run_recipe("own", "--hold-out", "10"))
        with self.assertRaisesRegex(ValueError, "step fine was begun by another command"):
            self.run_recipe("own", "--hold-out", "20")
        with self.assertRaisesRegex(ValueError, "has no step tune, but fine, export"):
            self.run_recipe("own", "--until", "tune")
        fine[-1] = "3"
        write()
        with self.assertRaisesRegex(ValueError, "step fine was begun by another command; remove .*fine.json"):
            self.run_recipe("own", "--hold-out", "10")
        os.remove(self.path("own/steps/fine.json"))
        printed = self.run_recipe("own", "--hold-out", "10")  # anew, and what follows from it too
        self.assertIn("# from epoch 1", printed)
        self.assertIn("## export", printed)
        with open(self.path("own/chain.log"), encoding="utf-8") as log:
            self.assertEqual(2, log.read().count("## export: export"))

    def test_a_file_that_is_no_recipe_is_named(self):
        for text, expected in (('{"a": 1}', "no list of steps"), ('[{"name": "x", "command": ["nothing"]}]', "step x has the script nothing")):
            with open(self.path("bad.json"), "w", encoding="utf-8") as file:
                file.write(text)
            with self.assertRaisesRegex(ValueError, f"bad.json: {expected}"):
                self.run_recipe("bad")


if __name__ == "__main__":
    unittest.main()
