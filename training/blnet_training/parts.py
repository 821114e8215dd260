"""A batch cut into parts, one a thread: torch's own threads wait for each other at every layer, these once a step.

The parts share the parameters; each is normalised by its own statistics, and gradients and running statistics are the
parts' together, as in the native step.
"""

import copy
from concurrent.futures import ThreadPoolExecutor

import torch


def twin(network):
    """A copy with buffers of its own and the very parameters of `network`."""
    other = copy.deepcopy(network)
    for mine, theirs in zip(other.modules(), network.modules()):
        mine._parameters.update(theirs._parameters)
    return other


def statistics(network):
    return [buffer for buffer in network.buffers() if buffer.is_floating_point()]


class Parts:
    """Gradients of a batch, by as many threads as parts."""

    def __init__(self, network, count):
        self.networks = [network] + [twin(network) for _ in range(count - 1)]
        self.pool = ThreadPoolExecutor(count)

    def gradients(self, images, labels, loss_of):
        """Leave the gradients of the summed loss in the parameters; returns (loss, logits). loss_of(logits, labels) is a part's sum."""
        first, *others = self.networks
        learnt = [p for p in first.parameters() if p.requires_grad]

        def work(network, part, wanted):
            network.train()
            with torch.no_grad():
                for mine, master in zip(statistics(network), known):
                    mine.copy_(master)
            logits = network(part)
            loss = loss_of(logits, wanted)
            return loss.detach(), logits.detach(), torch.autograd.grad(loss, learnt)

        known = [buffer.clone() for buffer in statistics(first)]
        count = len(self.networks)
        found = list(self.pool.map(work, self.networks, images.tensor_split(count), labels.tensor_split(count)))
        with torch.no_grad():
            for parameter, *grads in zip(learnt, *(grads for _, _, grads in found)):
                parameter.grad = sum(grads[1:], grads[0])
            for master, *theirs in zip(*map(statistics, self.networks)):
                for other in theirs:
                    master += other
                master /= count
        return sum(float(loss) for loss, _, _ in found), torch.cat([logits for _, logits, _ in found])
