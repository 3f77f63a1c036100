"""Gradient descent as one would write it without this package: the loops to compare with."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np

from implicit_sparsity.problem import Problem, Vector

HAS_TORCH = find_spec("torch") is not None


def numpy_loop(problem: Problem, depth: int, alpha: float, step: float, iterations: int) -> Vector:
    """The iteration in plain NumPy, float64."""
    X, y = problem.X, problem.y
    u, v = np.full(problem.p, alpha), np.full(problem.p, alpha)
    for _ in range(iterations):
        gradient = 2 / problem.n * (X.T @ (X @ (u**depth - v**depth) - y))
        u -= step * depth * u ** (depth - 1) * gradient
        v += step * depth * v ** (depth - 1) * gradient
    return u**depth - v**depth


def torch_loop(problem: Problem, depth: int, alpha: float, step: float, iterations: int) -> Vector:
    """The same by PyTorch's automatic differentiation and SGD, float64."""
    import torch

    X, y = torch.tensor(problem.X), torch.tensor(problem.y)
    u = torch.full((problem.p,), alpha, dtype=torch.float64, requires_grad=True)
    v = torch.full((problem.p,), alpha, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([u, v], lr=step)
    for _ in range(iterations):
        optimiser.zero_grad()
        torch.mean((X @ (u**depth - v**depth) - y) ** 2).backward()
        optimiser.step()
    return np.asarray((u**depth - v**depth).detach())


def torch_loops(
    problems: list[Problem], depth: int, alphas: Vector, step: float, iterations: int
) -> Vector:
    """Many runs of `torch_loop` side by side, from a start each, on a problem each or all on one.

    It uses PyTorch's GPU if there is one.
    """
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    X = torch.tensor(np.stack([problem.X for problem in problems]), device=device)
    y = torch.tensor(np.stack([problem.y for problem in problems]), device=device)
    start = torch.tensor(np.tile(alphas[:, None], problems[0].p), device=device)
    u, v = start.clone().requires_grad_(), start.clone().requires_grad_()
    optimiser = torch.optim.SGD([u, v], lr=step)
    for _ in range(iterations):
        optimiser.zero_grad()
        w = u**depth - v**depth
        predictions = w @ X[0].T if len(problems) == 1 else (X @ w[:, :, None])[:, :, 0]
        torch.mean((predictions - y) ** 2, dim=1).sum().backward()
        optimiser.step()
    return np.asarray((u**depth - v**depth).detach().cpu())
