#!/usr/bin/env Rscript
# The engine's one-year model as one would write it in base R: pupils drawn one by one, everything vectorised. The same
# model and measures as model.py beside it, which says what is what.
#
#   bench/peers/model.R PUPILS UNITS one|all|SHARE SECONDS [REPLICATES [TABLE.csv [TOWN.toml]]]
#
# Time per pupil and replicate; with a table the measures of every replicate, one line each, policies slowest. SHARE takes
# per head and every model at that share.
batch_pupils <- 2^16

# The scenario: TOML's tables and values are R's but for their brackets.
read_scenario <- function(path) {
  out <- list()
  at <- NULL
  for (line in readLines(path)) {
    line <- sub("^#.*", "", line)
    if (grepl("^\\[\\[", line)) {
      name <- gsub("[][ ]", "", line)
      out[[name]] <- c(out[[name]], list(list()))
      at <- c(name, length(out[[name]]))
    } else if (grepl("^\\[", line)) {
      at <- gsub("[][ ]", "", line)
    } else if (grepl("=", line)) {
      key <- sub(" *=.*", "", line)
      value <- eval(parse(text = chartr("{}", "()", gsub("{", "list{", gsub("\\]", ")", gsub("\\[", "c(", sub("^[^=]*=", "", line))), fixed = TRUE))))
      if (is.null(at)) out[[key]] <- value
      else if (length(at) == 1) out[[at]][[key]] <- value
      else out[[at[1]]][[as.integer(at[2])]][[key]] <- value
    }
  }
  out
}

make_policies <- function(scenario, which) {
  every <- list()
  for (p in scenario$policy) for (w in p$shares) every <- c(every, list(c(p, share = w)))
  if (which == "all") return(every)
  if (which == "one") return(Filter(function(p) p$name == "proportional" && p$share == 0.1, every))
  c(list(list(name = "per_head", response = "linear", share = 0)), Filter(function(p) p$share == as.numeric(which), every))
}

unit_sizes <- function(m) {
  weight <- exp(m$size_sd * qnorm((seq_len(m$units) - 0.5) / m$units))
  size <- rep(m$smallest_unit, m$units)
  free <- rep(TRUE, m$units)
  repeat {
    left <- m$pupils - m$smallest_unit * sum(!free)
    exact <- weight[free] / sum(weight[free]) * left
    part <- floor(exact)
    more <- head(order(part - exact), left - sum(part))
    part[more] <- part[more] + 1
    size[free] <- pmax(part, m$smallest_unit)
    if (all(part >= m$smallest_unit)) return(size)
    free[which(free)[part < m$smallest_unit]] <- FALSE
  }
}

make_town <- function(scenario, pupils, units) {
  variables <- scenario$variable
  level <- rev(expand.grid(rev(lapply(variables, function(v) seq_along(v$levels))))) # first variable slowest
  factor <- seq(-8.5, 8.5, length.out = 401)
  table <- matrix(dnorm(factor), nrow(level), length(factor), byrow = TRUE)
  for (v in seq_along(variables)) {
    load <- variables[[v]]$loading
    cut <- c(-Inf, qnorm(head(cumsum(variables[[v]]$shares), -1)), Inf)
    below <- pnorm(outer(cut, load * factor, "-") / sqrt(1 - load^2))
    table <- table * diff(below)[level[[v]], ]
  }
  share <- rowSums(table)
  for (sweep in 1:1000) for (v in seq_along(variables))
    share <- share * (variables[[v]]$shares / tapply(share, level[[v]], sum))[level[[v]]]
  share <- as.vector(share / sum(share))
  odds <- Reduce(`+`, lapply(seq_along(variables), function(v) variables[[v]]$log_odds[level[[v]]]))
  o <- scenario$outcome
  intercept <- uniroot(function(b) sum(share * plogis(b + odds)) - o$not_qualified, c(-30, 30), tol = 1e-14)$root
  risk <- plogis(intercept + odds)
  probit <- qnorm(risk)
  mean <- sum(share * probit)
  square <- sum(share * (probit - mean)^2)
  score <- (mean - probit) / sqrt(square)
  apart <- outer(score, score, "-")
  group <- Filter(function(g) g$name == scenario$background$need_group, scenario$group)[[1]]
  v <- which(sapply(variables, `[[`, "name") == group$variable)
  within <- 1 / sqrt(1 + square)
  r <- scenario$sorting$strength
  x <- r / sqrt(1 - r^2) * score
  cut <- seq(min(x) - 9, max(x) + 9, length.out = 8193)
  filled_by <- share * pnorm(outer(-x, cut, "+"))
  m <- scenario$municipality
  m$pupils <- pupils
  m$units <- units
  list(sizes = unit_sizes(m), share = share, risk = risk, score = score,
       rank = as.vector(((apart > 1e-9) + 0.5 * (abs(apart) <= 1e-9)) %*% share),
       needy = level[[v]] %in% match(group$levels, variables[[v]]$levels), alpha = within * (mean - probit),
       threshold = within * mean, sigma = sqrt(within^2 - o$unit_sd^2), filled = colSums(filled_by), filled_by = filled_by,
       outcome = o)
}

truncated_normal <- function(mean, sd, low, high) {
  x <- rnorm(length(mean), mean, sd)
  while (length(out <- which(x < low | x > high))) x[out] <- rnorm(length(out), mean[out], sd)
  x
}

draw_prior <- function(prior, n) {
  if (!is.list(prior)) return(rep(prior, n))
  p <- prior[[1]]
  switch(names(prior)[1],
    uniform = runif(n, p[1], p[2]),
    log_normal = rlnorm(n, p[1], p[2]),
    beta = rbeta(n, p[1], p[2]),
    mixture = {
      parts <- matrix(p, nrow = 3) # weight, mean, sd of each part
      part <- sample.int(ncol(parts), n, TRUE, parts[1, ])
      rnorm(n, parts[2, part], parts[3, part])
    },
    normal = truncated_normal(rep(p[1], n), p[2], prior$between[1], prior$between[2]))
}

# Claims on money by need: matrices [units, replicates].
respond <- function(p, index) {
  switch(p$response,
    linear = index,
    threshold = pmax(index - p$threshold, 0),
    concentration = index + p$slope * pmax(index - p$threshold, 0),
    power = index^p$exponent,
    bands = array(p$weights[findInterval(index, p$bounds, left.open = TRUE) + 1], dim(index)),
    ramp = index * (p$ramp_low + (p$ramp_high - p$ramp_low) * pmin(pmax((index - p$ramp_from) / (p$ramp_to - p$ramp_from), 0), 1)),
    quadratic = index * pmin(index / p$saturation, 1),
    label = {
      chosen <- ceiling(p$top_share * nrow(index) - 1e-9)
      ordered <- order(col(index), -round(index, 9)) # replicate by replicate, neediest first
      out <- index
      out[ordered] <- rep(rep(1:0, c(chosen, nrow(index) - chosen)), ncol(index))
      out
    })
}

draw_profiles <- function(upto, sizes) {
  u <- runif(sum(sizes))
  profile <- rep.int(1L, length(u))
  for (bound in upto) profile <- profile + (u >= rep.int(bound, sizes))
  profile
}

# Measures of `batch` replicates: array [measure, policy, replicate].
simulate <- function(town, policies, batch) {
  units <- length(town$sizes)
  pupils <- sum(town$sizes)
  per_unit <- function(x, ends) { # sums of pupils in the order of their units
    total <- cumsum(x)[ends]
    matrix(total - c(0, total[-length(total)]), units)
  }
  out <- array(0, c(12, length(policies), batch))

  # Units, and whom they draw from.
  sizes <- matrix(town$sizes[order(rep(seq_len(batch), each = units), runif(batch * units)) - rep((seq_len(batch) - 1) * units, each = units)], units)
  places <- rbind(0, apply(sizes, 2, cumsum)) / pupils
  filled <- lapply(seq_along(town$share), function(p) {
    below <- matrix(approx(town$filled, town$filled_by[p, ], places, rule = 2, ties = "ordered")$y, units + 1)
    below[-1, , drop = FALSE] - below[-(units + 1), , drop = FALSE]
  })
  everyone <- Reduce(`+`, filled)
  pi <- lapply(filled, function(f) f / everyone)

  # Pupils unit by unit: last year's, whom the index sees, and today's.
  flat <- as.vector(sizes)
  ends <- cumsum(flat)
  upto <- head(Reduce(`+`, pi, accumulate = TRUE), -1)
  index <- per_unit(town$risk[draw_profiles(upto, flat)], ends)
  index <- index / rep(colSums(index), each = units) * pupils / sizes
  profile <- draw_profiles(upto, flat)
  needy <- town$needy[profile]
  needy_weight <- as.numeric(needy)
  needy_of_unit <- per_unit(needy_weight, ends)
  needy_pupils <- colSums(needy_of_unit)
  others <- pupils - needy_pupils
  rank <- matrix(town$rank[profile], pupils)
  rank <- rank - rep(colMeans(rank), each = pupils)
  rank <- rank / rep(colSums(rank^2), each = pupils)

  # Outcome before money.
  o <- town$outcome
  drawn <- lapply(o[c("theta", "effect_ratio", "curvature", "pass_through", "use_mean", "peer", "selection", "dilution")],
                  function(prior) rep(draw_prior(prior, batch), each = units))
  company <- per_unit(town$score[profile], ends)
  company <- company / sizes - rep(colSums(company) / pupils, each = units)
  standing <- Reduce(`+`, Map(`*`, town$score, pi))
  level <- drawn$peer * company + drawn$selection * standing + rnorm(batch * units, 0, o$unit_sd)
  before <- town$alpha[profile] + rep.int(as.vector(level), flat) + town$sigma * rnorm(batch * pupils)
  use <- truncated_normal(drawn$use_mean, o$use_sd, -1, 3)
  grown <- min(o$years / 4, 1)
  group <- rep.int(2L * (seq_len(batch * units) - 1L) + 1L, flat) + needy # of a unit: others, then the need group

  claims <- list()
  tenth <- ceiling(c(0.1, 0.9) * pupils)
  # Many small replicates take one partial sort, each lifted clear of the one before; the log of their number is its price.
  together <- pupils < 300
  apart <- rep(100 * seq_len(batch), each = pupils)
  decile <- as.vector(outer(tenth, (seq_len(batch) - 1) * pupils, "+"))
  for (m in seq_along(policies)) {
    p <- policies[[m]]
    g <- claims[[p$name]]
    if (is.null(g)) {
      g <- respond(p, index)
      total <- colSums(g * sizes)
      g <- g * rep(ifelse(total > 0, pupils / total, 0), each = units) + rep(total <= 0, each = units)
      claims[[p$name]] <- g
    }
    money <- 1 + p$share * (g - 1)

    # What it does.
    x <- 1 + drawn$pass_through * (money - 1)
    gain <- grown * drawn$theta * use * expm1(drawn$curvature * log(pmax(x, 0.05))) / drawn$curvature / 0.1
    loss <- grown * drawn$dilution * pmax(x - 1, 0) / 0.1
    effect <- as.vector(rbind(as.vector(gain - loss), as.vector(drawn$effect_ratio * gain - loss)))
    y <- before + effect[group]

    of_needy_money <- colSums(needy_of_unit * money)
    by_unit <- per_unit(y, ends)
    total <- colSums(by_unit)
    mean <- total / pupils
    by_replicate <- matrix(y, pupils)
    of_needy <- colSums(matrix(y * needy_weight, pupils))
    variance <- colSums(by_replicate^2) / pupils - mean^2
    failed <- y < town$threshold
    failures <- colSums(matrix(failed, pupils))
    needy_failures <- colSums(matrix(failed & needy, pupils))
    between <- colSums(by_unit^2 / sizes) / pupils - mean^2 - town$sigma^2 * (units - 1) / pupils
    deciles <- if (together) matrix(sort.int(y + apart, partial = decile)[decile], 2) - rep(100 * seq_len(batch), each = 2)
               else apply(by_replicate, 2, function(v) sort.int(v, partial = tenth)[tenth])
    of_group <- 100 * needy_failures / needy_pupils
    out[, m, ] <- rbind(50 * colSums(sizes * abs(money - 1)) / pupils,
                        100 * (of_needy_money / needy_pupils - (pupils - of_needy_money) / others),
                        100 * sqrt(colSums(sizes * (money - 1)^2) / pupils),
                        mean, (total - of_needy) / others - of_needy / needy_pupils,
                        100 * failures / pupils, of_group, of_group - 100 * (failures - needy_failures) / others,
                        deciles, 100 * between / variance, colSums(by_replicate * rank))
  }
  empty <- needy_pupils == 0 | others == 0
  out[c(2, 5, 7, 8), , empty] <- 0
  out
}

argument <- commandArgs(trailingOnly = TRUE)
script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
scenario <- read_scenario(if (length(argument) > 6) argument[7] else file.path(dirname(dirname(normalizePath(script))), "town.toml"))
pupils <- as.numeric(argument[1])
policies <- make_policies(scenario, argument[3])
town <- make_town(scenario, pupils, as.numeric(argument[2]))
seconds <- as.numeric(argument[4])
replicates <- if (length(argument) > 4) as.numeric(argument[5]) else 0
set.seed(20261125)
batch <- max(1, batch_pupils %/% pupils)
invisible(simulate(town, policies, batch))
done <- 0
start <- proc.time()[["user.self"]] + proc.time()[["sys.self"]]
rows <- list()
repeat {
  values <- simulate(town, policies, batch)
  done <- done + batch
  if (length(argument) > 5) rows <- c(rows, list(matrix(values, ncol = batch)))
  used <- proc.time()[["user.self"]] + proc.time()[["sys.self"]] - start
  if (used >= seconds && done >= replicates) break
}
cat(sprintf("%.1f ns per pupil and replicate, %d replicates\n", 1e9 * used / done / pupils, done))
if (length(argument) > 5) write.table(t(do.call(cbind, rows)), argument[6], sep = ",", row.names = FALSE, col.names = FALSE)
