"""Tests of what the scripts say to wrong input: python3 -m unittest test_command (from training/)."""

import contextlib
import io
import json
import os
import tempfile
import unittest
from unittest import mock

import torch

import describe
import soften
import train as cli
from blnet_training.augment import padded
from blnet_training.checkpoint import read_weights, save_weights, write_state
from blnet_training.command import run
from blnet_training.data import CIFAR10, CIFAR100
from blnet_training.network import build_network
from blnet_training.spec import load_spec
from test_training import SPEC_FILE, small_spec


class Errors(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def said(self, main, options):
        """The one line a script ends with; its exit code is 1."""
        with mock.patch("sys.argv", ["/somewhere/script.py"]), self.assertRaises(SystemExit) as ended:
            run(main, options)
        self.assertIsInstance(ended.exception.code, str)  # printed to stderr, exit code 1
        self.assertRegex(ended.exception.code, r"^script\.py: .+")
        return ended.exception.code

    def test_a_wrong_option_ends_with_one_line(self):
        self.assertIn("--network or --wide", self.said(soften.main, soften.parse(["--data", self.folder, "--out", self.path("x.npy")])))

    def test_a_wrong_spec_is_named_with_what_is_missing(self):
        for text, expected in (("{", "double quotes"), (json.dumps({"name": "x"}), "'input' is missing")):
            with open(self.path("spec.json"), "w", encoding="utf-8") as file:
                file.write(text)
            said = self.said(describe.main, describe.parse([self.path("spec.json")]))
            self.assertIn("spec.json", said)
            self.assertIn(expected, said)

    def test_a_file_that_is_no_checkpoint_of_the_network_is_named(self):
        spec, path = small_spec(), self.path("weights.pt")
        with open(path, "wb") as file:
            file.write(bytes(1000))
        with self.assertRaisesRegex(ValueError, r"weights\.pt: no checkpoint"):
            read_weights(path, build_network(spec))
        write_state(path, {"epoch": 1, "network": {}})
        with self.assertRaisesRegex(ValueError, r"weights\.pt: .*has no average"):
            read_weights(path, build_network(spec))
        torch.save([1], path)
        with self.assertRaisesRegex(ValueError, r"weights\.pt: .*has no epoch, average"):
            read_weights(path, build_network(spec))
        save_weights(path, build_network(spec))
        with self.assertRaisesRegex(ValueError, r"weights\.pt: stem.conv.weight needs shape .*found shape"):
            read_weights(path, build_network(load_spec(SPEC_FILE)))
        read_weights(path, build_network(spec))
        write_state(path, {"epoch": 0, "average": {**build_network(spec).state_dict(), "tail.weight": torch.zeros(1)}})
        with self.assertRaisesRegex(ValueError, "has no tail.weight"):
            read_weights(path, build_network(spec))

    def test_a_folder_without_the_data_is_named(self):
        for dataset, file in ((CIFAR10, "test_batch.bin"), (CIFAR100, "test.bin")):
            with self.assertRaisesRegex(FileNotFoundError, f"has no {file}: .*{dataset.name}'s"):
                dataset.test(self.folder)

    def test_a_number_out_of_range_is_named(self):
        train = ["--spec=", "--data=", "--out="]
        for wrong in ("--reach=-1", "--epochs=0", "--batch=x"):
            with contextlib.redirect_stderr(io.StringIO()) as printed, self.assertRaises(SystemExit) as ended:
                cli.parse([*train, wrong])
            self.assertEqual(2, ended.exception.code)
            self.assertIn(f"argument {wrong.split('=')[0]}: ", printed.getvalue())
        self.assertEqual((0, 1), (cli.parse([*train, "--reach=0"]).reach, cli.parse([*train, "--epochs=1"]).epochs))
        images = torch.arange(16, dtype=torch.uint8).view(1, 1, 4, 4)
        self.assertEqual([11, 10, 9, 8, 9, 10, 11, 10, 9, 8], padded(images, 3, "mirror")[0, 0, 5].tolist())
        with self.assertRaisesRegex(ValueError, "4 pixels over a mirrored edge of images of 4x4: try --reach 2"):
            padded(images, 4, "mirror")

    def test_other_errors_keep_their_trace_and_a_stop_is_silent(self):
        def stop(_):
            raise KeyboardInterrupt

        with self.assertRaises(ZeroDivisionError):
            run(lambda _: 1 / 0, None)
        with contextlib.redirect_stderr(io.StringIO()) as printed, self.assertRaises(SystemExit) as ended:
            run(stop, None)
        self.assertEqual((130, "\n"), (ended.exception.code, printed.getvalue()))


if __name__ == "__main__":
    unittest.main()
