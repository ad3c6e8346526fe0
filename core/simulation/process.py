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
_KOSDAQ_BETA, _KOSDAQ_OWN = 1.1, 0.005  # share in the common factor; own standard deviation
_GAP = 0.3  # overnight move, as a share of a day's volatility
_LEAST_OWN = 0.25  # of the volatility is a security's own, however high its beta
_SWING_MEMORY, _SWING_SIZE = 0.97, 0.6  # of log volatility: minute to minute; standard deviation
_DRIFT_MEMORY, _DRIFT_SIZE = 0.95, 0.25  # of the drift: minute to minute; in minute volatilities
_NEWS_A_DAY, _NEWS_SIZE, _NEWS_MINUTES = 1.5, 0.4, 2.0  # size in day volatilities; spread over
FURTHEST = 0.24
"""Log return a day's value may reach: inside the +-30 % limits."""


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
    shape = 0.5 + 2.2 * np.exp(-x / 0.03) + np.exp(-x / 0.15) + 0.9 * np.exp((x - 1) / 0.08)
    return np.asarray(shape / shape.mean())


def market_course(seed: int, session: Session) -> Floats:
    """Return the common factor's log return since the previous close for each second."""
    rng = generator(seed, _MARKET, session)
    swing = _swing(rng, minutes_of(session))
    return _walk(rng, _MARKET_VOLATILITY, swing)


def kosdaq_course(seed: int, session: Session, market: Floats) -> Floats:
    """Return the KOSDAQ's log return since the previous close for each second.

    `market`, the common factor, is the KOSPI's; this one goes along with it, and a little alone.
    """
    rng = generator(seed, _MARKET, session, "KOSDAQ")
    own = _walk(rng, _KOSDAQ_OWN, _swing(rng, minutes_of(session)))
    return _KOSDAQ_BETA * market + own


def course(seed: int, listing: Listing, session: Session, market: Floats) -> Course:
    """Return one security's day; `market` is `market_course` of the same seed and session."""
    minutes = minutes_of(session)
    rng = generator(seed, listing.symbol, session)
    whole = listing.daily_volatility_pct / 100
    shared = abs(listing.beta) * _MARKET_VOLATILITY
    own = max(whole**2 - shared**2, (_LEAST_OWN * whole) ** 2) ** 0.5
    swing = _swing(rng, minutes)
    news, attention = _news(rng, minutes, own)
    value = _walk(rng, own, swing) + news + listing.beta * market
    activity = daily_profile(minutes) * np.exp(0.7 * swing) * attention
    return Course(np.clip(value, -FURTHEST, FURTHEST), activity / activity.mean())


def _walk(rng: np.random.Generator, day_volatility: float, swing: Floats) -> Floats:
    """Return a log price for each second of a day, begun by an overnight gap."""
    minutes = len(swing)
    shape = np.sqrt(daily_profile(minutes)) * np.exp(swing)
    shape /= np.sqrt(np.mean(shape**2))
    # A remembered drift adds up over the day; the noise makes way, so that the whole is as wanted.
    added = _DRIFT_SIZE**2 * (1 + _DRIFT_MEMORY) / (1 - _DRIFT_MEMORY)
    volatility = day_volatility / np.sqrt(minutes * (1 + added)) * shape
    drift = volatility * _DRIFT_SIZE * _remembered(rng, minutes, _DRIFT_MEMORY)
    noise = rng.standard_normal(60 * minutes) / np.sqrt(60)
    steps = np.repeat(volatility, 60) * noise + np.repeat(drift / 60, 60)
    gap = rng.standard_normal() * day_volatility * _GAP
    return np.concatenate(([gap], gap + np.cumsum(steps)))


def _swing(rng: np.random.Generator, minutes: int) -> Floats:
    """Return how nervous each minute is, as the log of a factor: slow, so volatility clusters."""
    return _SWING_SIZE * _remembered(rng, minutes, _SWING_MEMORY)


def _news(rng: np.random.Generator, minutes: int, day_volatility: float) -> tuple[Floats, Floats]:
    """Return what news adds to the value for each second, and the attention for each minute."""
    seconds = np.arange(60 * minutes + 1)
    value, attention = np.zeros(60 * minutes + 1), np.ones(minutes)
    for _ in range(rng.poisson(_NEWS_A_DAY)):
        size = rng.choice((-1.0, 1.0)) * rng.gamma(4.0, _NEWS_SIZE / 4.0) * day_volatility
        since = (seconds - rng.integers(0, 60 * minutes)) / 60
        absorbed = np.where(since >= 0, 1 - np.exp(-np.maximum(since, 0) / _NEWS_MINUTES), 0.0)
        value += size * absorbed
        fresh = np.where(since >= 0, 1 - absorbed, 0.0)
        attention += 3 * fresh[:-1].reshape(minutes, 60).mean(axis=1)
    return value, attention


def _remembered(rng: np.random.Generator, length: int, memory: float) -> Floats:
    """Return a series of unit variance, each value `memory` times the last plus noise."""
    noise = rng.standard_normal(length) * np.sqrt(1 - memory**2)
    values, last = np.empty(length), rng.standard_normal()
    for index, shock in enumerate(noise):
        last = memory * last + shock
        values[index] = last
    return values
