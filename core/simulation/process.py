"""How a synthetic price moves through a day, before any order is made of it.

A security's value is a common market factor, its own noise with clustered volatility, a slowly
turning drift (so that trends exist for a strategy to find), and now and then news. All of it hangs
on (seed, symbol, day) alone: neither the other symbols nor the wall clock play a part.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.domain.session import Session
from core.simulation.listings import Listing

Floats = NDArray[np.float64]

_MARKET = "*"  # the common factor's place in the key
_MARKET_VOLATILITY = 0.008  # a day's standard deviation
_GAP = 0.3  # overnight move, as a share of a day's volatility
_LEAST_OWN = 0.25  # of the volatility is a security's own, however high its beta
_VOLATILITY_MEMORY, _VOLATILITY_SPREAD = (
    0.97,
    0.45,
)  # log volatility: minute to minute, stationary sd
_DRIFT_MEMORY, _DRIFT_SIZE = 0.95, 0.45  # drift: minute to minute; size in minute volatilities
_NEWS_A_DAY, _NEWS_SIZE, _NEWS_MINUTES = 1.5, 0.5, 2.0  # size in day volatilities; spread over
_FURTHEST = 0.24  # log return a day's value may reach: inside the +-30 % limits


def generator(seed: int, symbol: str, session: Session, purpose: str = "") -> np.random.Generator:
    """Return the random numbers of one symbol's day; another `purpose`, other numbers."""
    name = int.from_bytes(f"{symbol}/{purpose}".encode(), "big")
    return np.random.default_rng([seed, name, session.day.toordinal()])


def minutes_of(session: Session) -> int:
    """Return the whole minutes of continuous trading."""
    return int((session.continuous_end - session.open).total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class Course:
    """One security's day: `value` for each second, `activity` for each minute (mean near 1)."""

    value: Floats  # log return since the previous close, shape (60 x minutes + 1,)
    activity: Floats  # shape (minutes,)


def daily_profile(minutes: int) -> Floats:
    """Return the U of a trading day, mean 1: rush at the open, calm at noon, rise to the close."""
    x = (np.arange(minutes) + 0.5) / minutes
    shape = 0.55 + 3.2 * np.exp(-x / 0.035) + 1.3 * np.exp(-x / 0.15) + 1.1 * np.exp((x - 1) / 0.08)
    return np.asarray(shape / shape.mean())


def market_course(seed: int, session: Session) -> Floats:
    """Return the common factor's log return since the previous close for each second."""
    minutes = minutes_of(session)
    rng = generator(seed, _MARKET, session)
    scale = _MARKET_VOLATILITY / np.sqrt(minutes)
    volatility = scale * _minute_volatility(rng, minutes)
    noise = rng.standard_normal(60 * minutes) * np.repeat(volatility, 60) / np.sqrt(60)
    gap = rng.standard_normal() * _MARKET_VOLATILITY * _GAP
    return _path(gap, noise + _drift(rng, volatility))


def course(seed: int, listing: Listing, session: Session, market: Floats) -> Course:
    """Return one security's day; `market` is `market_course` of the same seed and session."""
    minutes = minutes_of(session)
    rng = generator(seed, listing.symbol, session)
    day_volatility = listing.daily_volatility_pct / 100
    shared = abs(listing.beta) * _MARKET_VOLATILITY
    own = max(day_volatility**2 - shared**2, (_LEAST_OWN * day_volatility) ** 2) ** 0.5
    relative = _minute_volatility(rng, minutes)
    volatility = own / np.sqrt(minutes) * relative
    noise = rng.standard_normal(60 * minutes) * np.repeat(volatility, 60) / np.sqrt(60)
    news, attention = _news(rng, minutes, own)
    gap = rng.standard_normal() * own * _GAP
    value = _path(gap, noise + _drift(rng, volatility) + news) + listing.beta * market
    activity = daily_profile(minutes) * relative**0.7 * attention
    return Course(np.clip(value, -_FURTHEST, _FURTHEST), activity / activity.mean())


def _path(start: float, steps: Floats) -> Floats:
    return np.concatenate(([start], start + np.cumsum(steps)))


def _minute_volatility(rng: np.random.Generator, minutes: int) -> Floats:
    """Return each minute's volatility, root mean square 1: the U, times a slow random swing."""
    swing = _remembered(rng, minutes, _VOLATILITY_MEMORY) * _VOLATILITY_SPREAD
    relative = np.sqrt(daily_profile(minutes)) * np.exp(swing)
    return np.asarray(relative / np.sqrt(np.mean(relative**2)))


def _drift(rng: np.random.Generator, volatility: Floats) -> Floats:
    """Return the drift of each second: what makes minutes follow one another."""
    trend = _remembered(rng, len(volatility), _DRIFT_MEMORY) * _DRIFT_SIZE
    return np.repeat(trend * volatility / 60, 60)


def _news(rng: np.random.Generator, minutes: int, day_volatility: float) -> tuple[Floats, Floats]:
    """Return news as drift for each second, and the attention it brings for each minute."""
    seconds = np.arange(60 * minutes)
    drift, attention = np.zeros(60 * minutes), np.ones(minutes)
    for _ in range(rng.poisson(_NEWS_A_DAY)):
        size = rng.choice((-1.0, 1.0)) * rng.gamma(4.0, _NEWS_SIZE / 4.0) * day_volatility
        since = (seconds - rng.integers(0, 60 * minutes)) / 60
        happened = since >= 0
        effect = np.where(happened, np.exp(-np.maximum(since, 0) / _NEWS_MINUTES), 0.0)
        drift += size * effect / (_NEWS_MINUTES * 60)
        attention += 3 * effect.reshape(minutes, 60).mean(axis=1)
    return drift, attention


def _remembered(rng: np.random.Generator, length: int, memory: float) -> Floats:
    """Return a series of unit variance, each value `memory` times the last plus noise."""
    noise = rng.standard_normal(length) * np.sqrt(1 - memory**2)
    values, last = np.empty(length), rng.standard_normal()
    for index, shock in enumerate(noise):
        last = memory * last + shock
        values[index] = last
    return values
