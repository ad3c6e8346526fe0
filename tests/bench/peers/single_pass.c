/* The backtest of one symbol as one compiled loop: a yardstick for tests/bench, not a part of the product.
 *
 * strategy.md sections 2 to 5 with tick_rule krx, whole won and all limits on; written without a look at the
 * engines in core/backtest, so its trades are a third opinion too.
 *
 *   single_pass FILE ROUNDS
 *
 * FILE: int64 n; then n doubles each of open, high, low, close, volume; then n bytes of marks (see MARK_*).
 * Prints one JSON object: best and median milliseconds of a round, trades, net P&L, final cash.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MARK_FIRST = 1, MARK_LAST = 2, MARK_CUTOFF = 4, MARK_FLATTEN = 8 };
enum { WAIT_NOTHING, WAIT_BUY, WAIT_SELL };

/* The defaults of cli.md. */
static const int SHORT_BARS = 9, LONG_BARS = 21, RSI_BARS = 14, BAND_BARS = 20, SLIPPAGE_TICKS = 1;
static const double BAND_WIDTH = 2.0, OVERSOLD = 30, OVERBOUGHT = 70;
static const double WEIGHT_CROSS = 1.0, WEIGHT_RSI = 0.5, WEIGHT_BAND = 0.7, WEIGHT_VWAP = 0.5;
static const double BUY_AT = 1.5, SELL_AT = 1.5;
static const double POSITION_PCT = 10, STOP_PCT = 1.0, TARGET_PCT = 2.0, DAY_TARGET_PCT = 3.0, DAY_LOSS_PCT = 2.0;
static const int64_t START_CAPITAL = 10000000;

typedef struct {
    int64_t n;
    const double *open, *high, *low, *close, *volume;
    const uint8_t *marks;
} Bars;

typedef struct {
    int64_t trades, cash;
    double checksum; /* of exit bars, so that nothing is optimised away */
} Result;

static double tick_of(double price) {
    if (price < 2000) return 1;
    if (price < 5000) return 5;
    if (price < 20000) return 10;
    if (price < 50000) return 50;
    if (price < 200000) return 100;
    if (price < 500000) return 500;
    return 1000;
}

static int64_t price_bought(double reference) {
    double tick = tick_of(reference);
    return (int64_t)(ceil(reference / tick - 1e-9) * tick + SLIPPAGE_TICKS * tick);
}

static int64_t price_sold(double reference) {
    double tick = tick_of(reference);
    return (int64_t)(floor(reference / tick + 1e-9) * tick - SLIPPAGE_TICKS * tick);
}

static int64_t commission(int64_t value) { return value * 15 / 100000; } /* 1.5 bp, cut to the won */
static int64_t tax(int64_t value) { return value * 20 / 10000; }

static int above(double a, double b) {
    double difference = a - b;
    return difference > 1e-9 && difference > 1e-9 * fmax(fabs(a), fabs(b));
}

typedef struct { /* of one bar; NAN while undefined, which makes every comparison false */
    double close, ema_short, ema_long, low, high, vwap;
} Values;

static int at_most(double a, double b) { return a == a && b == b && !above(a, b); }

typedef struct {
    int64_t cash, capital, day_start, entry, held, opened_cost;
    double stop, target;
    int waiting, is_limited;
    int64_t wanted;
    Result result;
} Account;

static void sell(Account *a, double reference, int64_t bar) {
    int64_t price = price_sold(reference), value = price * a->held;
    int64_t costs = commission(value) + tax(value);
    a->cash += value - costs;
    a->capital += value - costs - a->opened_cost;
    a->held = 0;
    a->waiting = WAIT_NOTHING;
    a->result.trades++;
    a->result.checksum += (double)bar;
}

static void buy(Account *a, double open) {
    int64_t price = price_bought(open), quantity = a->wanted;
    a->waiting = WAIT_NOTHING;
    while (quantity > 0 && price * quantity + commission(price * quantity) > a->cash) quantity--;
    if (quantity == 0) return;
    a->opened_cost = price * quantity + commission(price * quantity);
    a->cash -= a->opened_cost;
    a->held = quantity;
    a->entry = price;
    a->stop = (double)price * (1 - STOP_PCT / 100);
    a->target = (double)price * (1 + TARGET_PCT / 100);
}

/* Step 1 of section 5. */
static void trade(Account *a, const Bars *bars, int64_t i) {
    uint8_t mark = bars->marks[i];
    if (a->waiting == WAIT_BUY) buy(a, bars->open[i]);
    else if (a->waiting == WAIT_SELL) sell(a, bars->open[i], i);
    if (!a->held) return;
    if (mark & MARK_FLATTEN) sell(a, bars->open[i], i);
    else if (bars->open[i] <= a->stop) sell(a, bars->open[i], i);
    else if (bars->low[i] <= a->stop) sell(a, a->stop, i);
    else if (bars->open[i] >= a->target) sell(a, bars->open[i], i);
    else if (bars->high[i] >= a->target) sell(a, a->target, i);
    else if (mark & MARK_LAST) sell(a, bars->close[i], i);
}

/* Step 2. */
static void watch_the_day(Account *a, double close) {
    int64_t equity = a->cash + a->held * (int64_t)close;
    double change = (double)(equity - a->day_start) / (double)a->day_start * 100;
    if (a->is_limited || (change > -DAY_LOSS_PCT && change < DAY_TARGET_PCT)) return;
    a->is_limited = 1;
    a->waiting = a->held ? WAIT_SELL : WAIT_NOTHING;
}

/* Step 3. */
static void decide(Account *a, double buys, double sells, double close, uint8_t mark) {
    if (mark & MARK_LAST) return;
    if (a->held) {
        if (sells >= SELL_AT - 1e-9) a->waiting = WAIT_SELL;
        return;
    }
    if (buys < BUY_AT - 1e-9 || a->is_limited || (mark & MARK_CUTOFF)) return;
    double limit = (double)a->capital * POSITION_PCT / 100;
    int64_t quantity = (int64_t)((limit - fmod(limit, close)) / close), value = quantity * (int64_t)close;
    if (quantity < 1 || value + commission(value) > a->cash || (double)value > limit) return;
    a->waiting = WAIT_BUY;
    a->wanted = quantity;
}

static Result run(const Bars *bars) {
    const double keep_short = 1 - 2.0 / (SHORT_BARS + 1), keep_long = 1 - 2.0 / (LONG_BARS + 1);
    const double keep_rsi = 1 - 1.0 / RSI_BARS;
    const int warm = LONG_BARS > BAND_BARS ? LONG_BARS : BAND_BARS;
    double ema_short = bars->close[0], ema_long = bars->close[0], rise = 0, fall = 0;
    double sum = 0, squares = 0, turnover3 = 0, volume3 = 0;
    Values prev = {NAN, NAN, NAN, NAN, NAN, NAN};
    Account a = {.cash = START_CAPITAL, .capital = START_CAPITAL};
    for (int64_t i = 0; i < bars->n; i++) {
        double close = bars->close[i];
        uint8_t mark = bars->marks[i];
        if (mark & MARK_FIRST) {
            a.day_start = a.cash; /* nothing is held overnight */
            a.is_limited = 0;
            turnover3 = volume3 = 0;
        }
        trade(&a, bars, i);
        watch_the_day(&a, close);

        ema_short = keep_short * ema_short + (1 - keep_short) * close;
        ema_long = keep_long * ema_long + (1 - keep_long) * close;
        double change = i ? close - bars->close[i - 1] : 0;
        rise = keep_rsi * rise + (1 - keep_rsi) * fmax(change, 0);
        fall = keep_rsi * fall + (1 - keep_rsi) * fmax(-change, 0);
        double old = i >= BAND_BARS ? bars->close[i - BAND_BARS] : 0;
        sum += close - old;
        squares += close * close - old * old;
        turnover3 += (bars->high[i] + bars->low[i] + close) * bars->volume[i];
        volume3 += 3 * bars->volume[i];

        Values now = {close, NAN, NAN, NAN, NAN, volume3 > 0 ? turnover3 / volume3 : NAN};
        if (i >= SHORT_BARS - 1) now.ema_short = ema_short;
        if (i >= LONG_BARS - 1) now.ema_long = ema_long;
        if (i >= BAND_BARS - 1) {
            double mid = sum / BAND_BARS;
            double reach = BAND_WIDTH * sqrt(BAND_BARS * squares - sum * sum) / BAND_BARS;
            now.low = mid - reach;
            now.high = mid + reach;
        }
        double rsi = i < RSI_BARS - 1 ? NAN : fall == 0 ? 100 : 100 - 100 / (1 + rise / fall);
        double buys = 0, sells = 0;
        buys += WEIGHT_CROSS * (above(prev.ema_long, prev.ema_short) && above(now.ema_short, now.ema_long));
        sells += WEIGHT_CROSS * (above(prev.ema_short, prev.ema_long) && above(now.ema_long, now.ema_short));
        buys += WEIGHT_RSI * above(OVERSOLD, rsi);
        sells += WEIGHT_RSI * above(rsi, OVERBOUGHT);
        buys += WEIGHT_BAND * (above(close, now.high) && at_most(prev.close, prev.high));
        sells += WEIGHT_BAND * (above(now.low, close) && at_most(prev.low, prev.close));
        buys += WEIGHT_VWAP * (above(close, now.vwap) && at_most(prev.close, prev.vwap));
        sells += WEIGHT_VWAP * (above(now.vwap, close) && at_most(prev.vwap, prev.close));
        if (i >= warm - 1) decide(&a, buys, sells, close, mark);
        prev = now;
    }
    a.result.cash = a.cash;
    return a.result;
}

static double seconds_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    FILE *file = fopen(argv[1], "rb");
    int64_t n;
    if (!file || fread(&n, sizeof n, 1, file) != 1 || n < 1) return 1;
    double *columns = malloc(sizeof(double) * 5 * (size_t)n);
    uint8_t *marks = malloc((size_t)n);
    if (!columns || !marks) return 1;
    if (fread(columns, sizeof(double), 5 * (size_t)n, file) != 5 * (size_t)n) return 1;
    if (fread(marks, 1, (size_t)n, file) != (size_t)n) return 1;
    fclose(file);
    Bars bars = {n, columns, columns + n, columns + 2 * n, columns + 3 * n, columns + 4 * n, marks};
    int rounds = atoi(argv[2]);
    double *times = malloc(sizeof(double) * (size_t)rounds);
    if (rounds < 1 || !times) return 1;
    Result result = {0};
    for (int round = 0; round < rounds; round++) {
        double began = seconds_now();
        result = run(&bars);
        times[round] = (seconds_now() - began) * 1000;
    }
    qsort(times, (size_t)rounds, sizeof *times, by_size);
    printf("{\"best_ms\": %.4f, \"median_ms\": %.4f, \"trades\": %lld, \"net_pnl\": %lld, \"cash\": %lld, \"checksum\": %.0f}\n",
           times[0], times[rounds / 2], (long long)result.trades, (long long)(result.cash - START_CAPITAL),
           (long long)result.cash, result.checksum);
    return 0;
}
