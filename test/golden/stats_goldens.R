# Reference values for test/unit/stats: Kaplan-Meier, rank and binomial tests, special functions.
# Run: Rscript test/golden/stats_goldens.R > test/golden/stats.json
# Made with R 4.2.2 and survival 3.5.3. Every case carries its own data, so that the tests need no generator.
suppressPackageStartupMessages(library(survival))

number <- function(x) {
  if (is.na(x)) "null"
  else if (x == Inf) '"Infinity"'
  else if (x == -Inf) '"-Infinity"'
  else formatC(x, digits = 17, width = 1, format = "g")
}
json <- function(x) {
  if (is.null(x)) "null"
  else if (is.list(x) && !is.null(names(x)))
    paste0("{", paste0('"', names(x), '":', vapply(x, json, ""), collapse = ","), "}")
  else if (is.list(x)) paste0("[", paste0(vapply(x, json, ""), collapse = ",\n"), "]")
  else if (inherits(x, "AsIs") || length(x) != 1) paste0("[", paste0(vapply(unclass(x), number, ""), collapse = ","), "]")
  else if (is.character(x)) paste0('"', x, '"')
  else number(as.numeric(x))
}
rows <- function(x) I(as.numeric(x))

# --- Kaplan-Meier ---------------------------------------------------------------------------------------------------
set.seed(20240611)
epochs <- function(n, p, last) { t <- rgeom(n, p) + 1; list(time = pmin(t, last), event = as.integer(t <= last)) }
staggered <- local({ t <- rgeom(80, .08) + 1; c <- sample(5:20, 80, TRUE); list(time = pmin(t, c), event = as.integer(t <= c)) })
cases <- list(
  "facts by epoch, heavy ties" = epochs(60, .12, 20),
  "few events" = epochs(40, .01, 20),
  "staggered censoring" = staggered,
  "continuous times" = local({ t <- round(rexp(35, .1), 3); c <- runif(35, 0, 25); list(time = ifelse(t <= c, t, round(c, 3)), event = as.integer(t <= c)) }),
  "all censored at the last epoch" = list(time = rep(20, 6), event = rep(0, 6)),
  "all events at one time" = list(time = rep(3, 7), event = rep(1, 7)),
  "one fact, acquired" = list(time = 4, event = 1),
  "one fact, censored" = list(time = 4, event = 0),
  "half-way plateau between two events" = list(time = c(1, 2, 3, 4), event = c(1, 1, 1, 1)),
  "half-way plateau to the end" = list(time = c(1, 2, 3, 5), event = c(1, 1, 0, 0)),
  "event and censoring at the same time" = list(time = c(2, 2, 2, 5, 5, 7), event = c(1, 0, 1, 1, 0, 1)),
  "censored at time zero" = list(time = c(0, 0, 1, 2, 2, 6), event = c(0, 0, 1, 1, 0, 0)),
  "last observation an event" = list(time = c(1, 3, 3, 8), event = c(1, 0, 1, 1))
)
km <- lapply(names(cases), function(name) {
  d <- cases[[name]]
  fits <- lapply(c(log = "log", loglog = "log-log", plain = "plain"), function(type) {
    fit <- survfit(Surv(d$time, d$event) ~ 1, conf.type = type)
    q <- quantile(fit, .5)
    list(lower = rows(fit$lower), upper = rows(fit$upper), median = q$quantile, medianLower = q$lower, medianUpper = q$upper)
  })
  fit <- survfit(Surv(d$time, d$event) ~ 1)
  list(name = name, time = rows(d$time), event = rows(d$event),
       at = rows(fit$time), survival = rows(fit$surv), standardError = rows(summary(fit, times = fit$time)$std.err),
       atRisk = rows(fit$n.risk), events = rows(fit$n.event), censored = rows(fit$n.censor), intervals = fits)
})

# --- Mann-Whitney ---------------------------------------------------------------------------------------------------
samples <- list(
  "small, no ties" = list(c(1.1, 2.2, 3.3, 4.1, 5, 6.2), c(.9, 2.5, 3.9, 4.4, 6.1)),
  "small, separated" = list(c(5, 6, 7, 8), c(1, 2, 3)),
  "one against one" = list(1, 2),
  "ties" = list(c(1, 2, 2, 3, 5, 5), c(2, 2, 4, 5, 6, 6, 7)),
  "49 against 49, no ties" = list(rnorm(49, .4), rnorm(49)),
  "50 against 30, no ties" = list(rnorm(50, .5), rnorm(30)),
  "100 against 100" = list(rnorm(100, 1), rnorm(100)),
  "all equal but one" = list(c(1, 1, 1), c(1, 1, 2))
)
mannWhitney <- lapply(names(samples), function(name) {
  s <- samples[[name]]
  w <- suppressWarnings(wilcox.test(s[[1]], s[[2]]))
  list(name = name, x = rows(s[[1]]), y = rows(s[[2]]), u = unname(w$statistic), p = w$p.value)
})

# --- Proportions and pairs ------------------------------------------------------------------------------------------
wilson <- lapply(list(c(405, 500), c(0, 10), c(10, 10), c(1, 1), c(0, 1), c(3, 7), c(50, 100), c(1, 100000)), function(v) {
  ci <- suppressWarnings(prop.test(v[1], v[2], correct = FALSE))$conf.int
  list(successes = v[1], n = v[2], lo = ci[1], hi = ci[2])
})
mcnemar <- lapply(list(c(59, 121), c(6, 10), c(0, 1), c(5, 0), c(7, 7), c(12, 40), c(3, 700)), function(v)
  list(losers = v[1], gainers = v[2], p = binom.test(v[1], sum(v))$p.value))

# --- Special functions ----------------------------------------------------------------------------------------------
binomial <- do.call(c, lapply(list(c(1, .5), c(10, .3), c(16, .5), c(180, .5), c(500, .01), c(1000, .999), c(20000, .37)), function(v)
  lapply(unique(round(v[1] * c(0, .01, .1, .3, .37, .5, .9, 1))), function(k)
    list(k = k, n = v[1], p = v[2], mass = dbinom(k, v[1], v[2]), cdf = pbinom(k, v[1], v[2])))))
chiSquare <- do.call(c, lapply(c(1, 2, 3, 10, 57, 500, 5000, 98765432), function(df)
  lapply(df * c(1e-6, .1, .5, .9998, 1, 1.0001, 1.2, 2, 5), function(x) list(x = x, df = df, upper = pchisq(x, df, lower.tail = FALSE)))))
normal <- lapply(c(-37, -8, -5, -3, -1.959963984540054, -1, -.1, -1e-10, 0, .5, 1, 2.5, 6, 8.2), function(z)
  list(z = z, cdf = pnorm(z)))
quantiles <- lapply(c(1e-300, 1e-20, 1e-8, .001, .025, .3, .5, .7, .9, .975, .995, 1 - 1e-10), function(p)
  list(p = p, z = qnorm(p)))
logGamma <- lapply(c(1e-8, .1, .5, 1, 1.5, 2, 3.7, 10, 15.5, 100, 1e5, 1e10), function(x) list(x = x, value = lgamma(x)))

cat(json(list(madeWith = paste(R.version.string, "survival", packageVersion("survival")),
  km = km, mannWhitney = mannWhitney, wilson = wilson, mcnemar = mcnemar, binomial = binomial,
  chiSquare = chiSquare, normal = normal, normalQuantile = quantiles, logGamma = logGamma)), "\n", sep = "")
