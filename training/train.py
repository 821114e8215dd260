#!/usr/bin/env python3
"""Train the network of a spec on CIFAR-10 or CIFAR-100 and leave a checkpoint and a log.

    train.py --spec ../models/specs/NAME.json --data CIFAR_DIR --out runs/NAME

With --sparsity it is the sparse training before pruning, with --init the fine-tuning after it.
"""

import argparse
import os
import sys
import time

import torch

from blnet_training.augment import add_augmentation
from blnet_training.checkpoint import read_weights, restore_checkpoint, save_checkpoint
from blnet_training.command import at_least, run
from blnet_training.data import add_data, dataset_of, held_out, measured_images
from blnet_training.native import native_step
from blnet_training.network import build_network
from blnet_training.optimise import MovingAverage, make_optimiser
from blnet_training.spec import load_spec
from blnet_training.targets import add_options, targets_of
from blnet_training.trainer import Teacher, accuracy, note, refresh_statistics, train_epoch

# Options that say where things are, not what is trained: left out of log and checkpoint.
PLACES = ("spec", "data", "out", "resume", "init", "teacher", "teacher_spec", "soft_labels")


def parse(arguments):
    cli = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cli.add_argument("--spec", required=True, help="network spec, a JSON file")
    add_data(cli)
    cli.add_argument("--out", required=True, help="folder for checkpoint.pt and train.log")
    cli.add_argument("--epochs", type=at_least(1), default=40, help="whole length of the training (%(default)s)")
    cli.add_argument("--batch", type=at_least(1), default=64, help="images per step (%(default)s)")
    cli.add_argument("--lr", type=float, default=0.1, help="peak learning rate (%(default)s)")
    cli.add_argument("--lr-end", type=float, default=0.0, help="learning rate at the end of the cosine (%(default)s)")
    cli.add_argument("--warmup", type=float, default=1.0, help="warm-up, in epochs (%(default)s)")
    cli.add_argument("--weight-decay", type=float, default=3e-4, help="on dense weights only (%(default)s)")
    add_augmentation(cli)
    cli.add_argument("--ema", type=float, default=0.999, help="decay of the averaged weights per step (%(default)s)")
    cli.add_argument("--sparsity", type=float, default=0.0, help="L1 penalty on batch-norm scales, per unit (%(default)s)")
    cli.add_argument("--init", help="start from the weights of this float ONNX file or checkpoint")
    cli.add_argument("--teacher", help="weights of a larger network to learn from too")
    cli.add_argument("--teacher-spec", help="its spec")
    cli.add_argument("--distil", type=float, default=0.5, help="weight of the teacher's answers, 0..1 (%(default)s)")
    cli.add_argument("--temperature", type=float, default=3.0, help="of those answers (%(default)s)")
    add_options(cli, smoothing=0.03)
    cli.add_argument("--seed", type=at_least(0), default=1, help="of initialisation, order and augmentation (%(default)s)")
    cli.add_argument("--device", default="auto", help="auto: a GPU where torch finds one, else the CPU (%(default)s)")
    cli.add_argument("--engine", choices=("auto", "torch", "native"), default="auto",
                     help="who computes gradients; auto: on a CPU, C++ where it can be built (%(default)s)")
    cli.add_argument("--threads", type=at_least(1), default=1, help="CPU threads; the native step cuts each batch into as many parts (%(default)s)")
    cli.add_argument("--test-every", type=at_least(0), default=5, help="epochs between measurements on the held-out images; without any the test images are looked at once, at the end; 0: neither (%(default)s)")
    cli.add_argument("--train-images", type=at_least(0), default=0, help="use only the first N, for trials (0: all)")
    cli.add_argument("--resume", action="store_true", help="go on from OUT/checkpoint.pt")
    return cli.parse_args(arguments)


def keep_freed_memory():
    """Start again with glibc told to keep freed memory and use huge pages.

    Each step frees and takes the same hundreds of megabytes. Given back to the
    system they cost a page fault per 4 KiB; held in 4 KiB pages they cost
    misses in the address cache. Either costs more time than the arithmetic.
    """
    if "MALLOC_MMAP_MAX_" not in os.environ:
        os.environ.update(MALLOC_MMAP_MAX_="0", MALLOC_TRIM_THRESHOLD_="16000000000", MALLOC_TOP_PAD_="200000000")
        os.environ["GLIBC_TUNABLES"] = "glibc.malloc.hugetlb=1"
        os.execv(sys.executable, [sys.executable, *sys.argv])


def choose_device(wanted):
    if wanted != "auto":
        return torch.device(wanted)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def load_teacher(options, device):
    if not options.teacher:
        return None
    network = read_weights(options.teacher, build_network(load_spec(options.teacher_spec or options.spec)))
    return Teacher(network.to(device, memory_format=torch.channels_last), options.distil, options.temperature)


def gradients_by(network, spec, options, device, teacher):
    """A NativeStep, or None for torch."""
    if device.type != "cpu" or teacher:
        if options.engine == "native":
            raise ValueError("the native step knows neither a GPU nor a teacher: --engine torch")
        return None
    return native_step(network, spec, options.batch, options.engine, options.threads)


def train(options):
    """Run the epochs that are left; one log line each."""
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(options.seed)
    spec, device = load_spec(options.spec), choose_device(options.device)
    dataset = dataset_of(spec.classes)
    images, labels = dataset.training(options.data)
    targets = targets_of(labels, spec.classes, options)
    kept = ~held_out(len(images), options.hold_out)[: len(targets)]
    images, targets = images[: len(targets)][kept], targets[kept]
    measured, *test = measured_images(dataset, options)
    network = build_network(spec)
    if options.init:
        read_weights(options.init, network).train()
    network = network.to(device, memory_format=torch.channels_last)
    teacher = load_teacher(options, device)
    native = gradients_by(network, spec, options, device, teacher)
    optimiser = make_optimiser(network, options.weight_decay)
    average = MovingAverage(network, options.ema)
    path = os.path.join(options.out, "checkpoint.pt")
    os.makedirs(options.out, exist_ok=True)
    done = restore_checkpoint(path, network, optimiser, average) if options.resume else 0
    settings = {k: v for k, v in vars(options).items() if k not in PLACES}
    settings.update(engine="native" if native else "torch", device=device.type, spec=spec.name, images=len(images), torch=str(torch.__version__))
    with open(os.path.join(options.out, "train.log"), "a" if options.resume else "w", encoding="utf-8") as log:
        note(log, f"# from epoch {done + 1}: " + " ".join(f"{k}={v}" for k, v in sorted(settings.items())))
        for epoch in range(done, options.epochs):
            started = time.monotonic()
            loss = train_epoch(network, optimiser, average, spec, images, targets, epoch, options, native, teacher)
            rate = optimiser.param_groups[0]["lr"]
            line = f"epoch {epoch + 1} lr {rate:.5f} loss {loss:.4f} seconds {time.monotonic() - started:.1f}"
            last = epoch + 1 == options.epochs
            tested = options.test_every and (last or options.hold_out and (epoch + 1) % options.test_every == 0)
            if tested or last:
                refresh_statistics(average.network, spec, images, epoch, options)
            save_checkpoint(path, epoch + 1, network, optimiser, average, settings)
            if tested:
                line += f" {measured}-raw {accuracy(network, spec, *test):.4f}"
                line += f" {measured}-ema {accuracy(average.network, spec, *test):.4f}"
            note(log, line)


if __name__ == "__main__":
    keep_freed_memory()
    run(train, parse(sys.argv[1:]))
