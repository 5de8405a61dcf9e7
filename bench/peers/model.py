#!/usr/bin/python3
"""The engine's one-year model as one would write it in NumPy: pupils drawn one by one, everything vectorised.

Every pupil has a profile and an outcome with luck of its own; shares and quantiles are those of the pupils. Policies meet
the same pupils. Where a town is small many replicates are computed side by side, as one long array of pupils in the order
of their units, so that calls cost little.

    bench/peers/model.py PUPILS UNITS one|all [SECONDS [counts] [loop]]     time per pupil and replicate, means and standard errors

With `loop` one replicate is computed after another, each vectorised over its pupils: what a user writes first. With
`counts` a unit's pupils by profile are drawn as one multinomial, which is the engine's own way, and then laid out one
by one for their luck: what a user would gain who thought of that.
"""
import sys
import time

import numpy as np

import town as towns

BATCH = 1 << 16  # pupils computed side by side: the fastest power of two where it was measured


def draw_prior(rng, prior, count):
    """[count] values of a prior as a scenario writes it."""
    if not isinstance(prior, dict):
        return np.full(count, float(prior))
    if "uniform" in prior:
        return rng.uniform(*prior["uniform"], count)
    if "log_normal" in prior:
        return rng.lognormal(*prior["log_normal"], count)
    if "beta" in prior:
        return rng.beta(*prior["beta"], count)
    if "mixture" in prior:
        weight, mean, sd = np.array(prior["mixture"]).T
        part = rng.choice(len(weight), count, p=weight / weight.sum())
        return rng.normal(mean[part], sd[part])
    return truncated_normal(rng, np.full(count, float(prior["normal"][0])), prior["normal"][1], *prior["between"])


def truncated_normal(rng, mean, sd, low, high):
    x = rng.normal(mean, sd)
    while (out := (x < low) | (x > high)).any():
        x[out] = rng.normal(mean[out], sd)
    return x


def respond(response, index):
    """Claims on money g [B, S] by need relative to the municipality [B, S]."""
    kind = response["response"]
    if kind == "linear":
        return index
    if kind == "threshold":
        return np.maximum(0, index - response["threshold"])
    if kind == "concentration":
        return index + response["slope"] * np.maximum(0, index - response["threshold"])
    if kind == "power":
        return index ** response["exponent"]
    if kind == "bands":
        return np.array(response["weights"], float)[np.searchsorted(response["bounds"], index)]
    if kind == "ramp":
        return index * np.interp(index, [response["ramp_from"], response["ramp_to"]], [response["ramp_low"], response["ramp_high"]])
    if kind == "quadratic":
        return index * np.minimum(1, index / response["saturation"])
    assert kind == "label", kind
    chosen = int(np.ceil(response["top_share"] * index.shape[1] - 1e-9))
    out = np.zeros_like(index)
    np.put_along_axis(out, np.argsort(-np.round(index, 9), axis=1, kind="stable")[:, :chosen], 1, axis=1)
    return out


def allocate(policies, index, sizes, pupils):
    """Money per pupil over the municipality's mean, [M, B, S]: a closed pot by need, the rest per head."""
    claims = {}
    money = np.empty((len(policies), *index.shape))
    for m, policy in enumerate(policies):
        if policy.name not in claims:
            g = respond(policy.response, index)
            total = np.einsum("bs,bs->b", g, sizes)[:, None]
            claims[policy.name] = np.divide(g * pupils, total, out=np.ones_like(g), where=total > 0)
        money[m] = 1 + policy.share * (claims[policy.name] - 1)
    return money


def draw_profiles(rng, pi, sizes, counts):
    """[B N] a profile for each pupil, unit by unit, from pi [P, B, S]."""
    if counts:
        drawn = rng.multinomial(sizes, np.moveaxis(pi, 0, -1)).ravel()
        return np.repeat(np.tile(np.arange(len(pi), dtype=np.int8), sizes.size), drawn)
    u = rng.random(int(sizes.sum()))
    profile = np.zeros(len(u), np.int8)
    for upto in np.cumsum(pi, axis=0)[:-1]:
        profile += u >= np.repeat(upto.ravel(), sizes.ravel())
    return profile


def simulate(town, policies, rng, batch, counts=False):
    """Measures [B, M, K] of `batch` replicates, K as in towns.MEASURES."""
    units, pupils = len(town.sizes), int(town.sizes.sum())
    out = np.empty((batch, len(policies), len(towns.MEASURES)))

    # Units: which size stands where, and whom they draw from: pupils are ranked on x + noise and fill the units.
    sizes = rng.permuted(np.tile(town.sizes, (batch, 1)), axis=1)
    places = np.zeros((batch, units + 1))
    np.cumsum(sizes / pupils, axis=1, out=places[:, 1:])
    below = np.stack([np.interp(places, town.filled, f) for f in town.filled_by])
    pi = np.diff(below, axis=2)
    pi /= pi.sum(axis=0)

    # Pupils, unit by unit: today's, and last year's that the index sees.
    flat = sizes.ravel()
    start = np.concatenate([[0], np.cumsum(flat)[:-1]])
    index = np.add.reduceat(town.risk[draw_profiles(rng, pi, sizes, counts)], start).reshape(batch, units)
    index *= pupils / index.sum(axis=1, keepdims=True)
    index /= sizes
    profile = draw_profiles(rng, pi, sizes, counts)
    needy = town.needy[profile].reshape(batch, pupils)
    needy_weight = needy.astype(float)
    needy_of_unit = np.add.reduceat(needy_weight.ravel(), start).reshape(batch, units)
    needy_pupils = needy_of_unit.sum(axis=1)
    others = pupils - needy_pupils
    rank = town.rank[profile].reshape(batch, pupils)
    rank -= rank.mean(axis=1, keepdims=True)
    rank /= np.einsum("bi,bi->b", rank, rank)[:, None]

    # Outcome before money: background, company, standing, the unit, and the pupil's own luck.
    o = town.outcome
    theta, ratio, curvature, reach, use_mean, peer, selection, dilution = (
        draw_prior(rng, o[key], batch)[:, None]
        for key in ["theta", "effect_ratio", "curvature", "pass_through", "use_mean", "peer", "selection", "dilution"])
    company = np.add.reduceat(town.score[profile], start).reshape(batch, units)
    company = company / sizes - company.sum(axis=1, keepdims=True) / pupils
    level = peer * company + selection * np.tensordot(town.score, pi, 1) + rng.normal(0, o["unit_sd"], (batch, units))
    before = rng.standard_normal(batch * pupils)
    before *= town.sigma
    before += town.alpha[profile]
    before += np.repeat(level.ravel(), flat)
    use = truncated_normal(rng, np.broadcast_to(use_mean, (batch, units)), o["use_sd"], -1, 3)

    # Money, and what it does to the pupils of a unit: others, then the need group.
    money = allocate(policies, index, sizes, pupils)
    x = 1 + reach * (money - 1)
    grown = min(o["years"] / 4, 1)
    gain = grown * theta * use * np.expm1(curvature * np.log(np.maximum(x, 0.05))) / curvature / 0.1
    loss = grown * dilution * np.maximum(0, x - 1) / 0.1
    effect = np.stack([gain - loss, ratio * gain - loss], axis=-1).reshape(len(policies), -1)
    group = np.repeat(np.arange(0, 2 * batch * units, 2), flat)
    group += needy.ravel()

    moved = money - 1
    out[:, :, 0] = 50 * np.einsum("bs,mbs->bm", sizes, abs(moved)) / pupils
    with np.errstate(invalid="ignore", divide="ignore"):
        of_needy = np.einsum("bs,mbs->bm", needy_of_unit, money)
        out[:, :, 1] = 100 * (of_needy / needy_pupils[:, None] - (pupils - of_needy) / others[:, None])
        out[:, :, 2] = 100 * np.sqrt(np.einsum("bs,mbs->bm", sizes, moved**2) / pupils)
        y = np.empty_like(before)
        by_replicate = y.reshape(batch, pupils)
        tenth, ninth = int(np.ceil(0.1 * pupils)) - 1, int(np.ceil(0.9 * pupils)) - 1
        for m in range(len(policies)):
            np.take(effect[m], group, out=y, mode="clip")
            y += before
            by_unit = np.add.reduceat(y, start).reshape(batch, units)
            total = by_unit.sum(axis=1)
            mean = total / pupils
            of_needy = np.einsum("bi,bi->b", by_replicate, needy_weight)
            variance = np.einsum("bi,bi->b", by_replicate, by_replicate) / pupils - mean**2
            failed = by_replicate < town.threshold
            failures = np.count_nonzero(failed, axis=1)
            needy_failures = np.count_nonzero(failed & needy, axis=1)
            between = np.einsum("bs,bs->b", by_unit / sizes, by_unit) / pupils - mean**2
            between -= town.sigma**2 * (units - 1) / pupils  # what pupils' luck alone gives
            row = out[:, m]
            row[:, 3] = mean
            row[:, 4] = (total - of_needy) / others - of_needy / needy_pupils
            row[:, 5] = 100 * failures / pupils
            row[:, 6] = 100 * needy_failures / needy_pupils
            row[:, 7] = row[:, 6] - 100 * (failures - needy_failures) / others
            row[:, 10] = 100 * between / variance
            row[:, 11] = np.einsum("bi,bi->b", by_replicate, rank)
            by_replicate.partition([tenth, ninth], axis=1)
            row[:, 8] = by_replicate[:, tenth]
            row[:, 9] = by_replicate[:, ninth]
    empty = (needy_pupils == 0) | (others == 0)
    out[np.ix_(empty, range(len(policies)), [1, 4, 6, 7])] = 0
    return out


def run(scenario, pupils, units, policies, seed, seconds=0.0, replicates=0, counts=False, loop=False):
    """Replicates until both limits are reached; values [R, M, K] and seconds of CPU time per replicate."""
    town = towns.make_town(scenario, pupils, units)
    rng = np.random.Generator(np.random.SFC64(seed))
    batch = 1 if loop else max(1, BATCH // pupils)
    simulate(town, policies, rng, batch, counts)  # warm caches and pages
    rows, start = [], time.process_time()
    while not rows or time.process_time() - start < seconds or len(rows) * batch < replicates:
        rows.append(simulate(town, policies, rng, batch, counts))
    elapsed = time.process_time() - start
    return np.concatenate(rows), elapsed / (len(rows) * batch)


if __name__ == "__main__":
    pupils, units, which = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    scenario = towns.read()
    chosen = towns.policies(scenario, which)
    values, seconds = run(scenario, pupils, units, chosen, 1, float(sys.argv[4]) if len(sys.argv) > 4 else 1.0,
                          counts="counts" in sys.argv[5:], loop="loop" in sys.argv[5:])
    print(f"{1e9 * seconds / pupils:.1f} ns per pupil and replicate, {len(values)} replicates")
    for policy, mean, error in zip(chosen, values.mean(axis=0), values.std(axis=0) / np.sqrt(len(values))):
        print(f"{policy.name} {policy.share:g}: " + ", ".join(
            f"{key} {x:.4f} ({e:.4f})" for key, x, e in zip(towns.MEASURES, mean, error)))
