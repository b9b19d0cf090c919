"""Whole trainings of a net of torch_step.py on MNIST, one after the other.

    python3 bench/torch_train.py small --epochs 5 --seeds 1 2 3

prints a JSON line for each seed.
"""

import argparse
import json

import torch

import mnist
from torch_step import BATCH, NETS, OPTIMISERS, Training


def train(name, x, test, epochs, seed):
    torch.manual_seed(seed)
    net = NETS[name][0]()
    training = Training(net, OPTIMISERS[0], x)
    for _ in range(epochs * -(-len(x) // BATCH)):
        training.step()
    with torch.no_grad():
        return net.loss(test).item()


def main():
    parser = argparse.ArgumentParser(description="trains a net on MNIST")
    parser.add_argument("net", choices=NETS)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    x, test = (torch.from_numpy(split) for split in mnist.load())
    for seed in args.seeds:
        loss = train(args.net, x, test, args.epochs, seed)
        print(json.dumps({"net": args.net, "seed": seed, "loss": loss}), flush=True)


if __name__ == "__main__":
    main()
