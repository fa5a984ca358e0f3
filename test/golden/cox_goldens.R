# Reference fits of Cox models on simulated rows, by R's survival package (3.5.3 with R 4.2.2).
# Rscript test/golden/cox_goldens.R > test/golden/cox.json
#
# The Firth fits have no package behind them: their penalised likelihood, coxph's log-likelihood and information at given
# coefficients (init with iter.max = 0), is maximised numerically, with derivatives by differences.
suppressMessages(library(survival))
num <- function(x) {
  digits <- if (all(abs(x - round(x, 3)) < 1e-12, na.rm = TRUE)) 10 else 17 # simulated columns are short
  paste0("[", paste(ifelse(is.na(x), "null", format(x, digits = digits, trim = TRUE)), collapse = ","), "]")
}
str <- function(x) paste0("[", paste0('"', x, '"', collapse = ","), "]")
obj <- function(...) { l <- list(...); l <- l[!sapply(l, is.null)]; paste0("{", paste0('"', names(l), '":', unlist(l), collapse = ","), "}") }
set.seed(20261121)

rows <- function(n, grid = 1) {
  d <- data.frame(age = round(rnorm(n, 50, 9), 1), sex = rbinom(n, 1, 0.4), dose = round(rexp(n), 2))
  d$g <- sample(1:3, n, TRUE); d$id <- sample(1:ceiling(n / 3), n, TRUE)
  d$w <- round(runif(n, 0.3, 3), 2); d$off <- round(rnorm(n, 0, 0.4), 2)
  rate <- exp(0.03 * (d$age - 50) + 0.6 * d$sex - 0.3 * d$dose) / 8
  t <- rexp(n, rate); cens <- runif(n, 3, 25)
  d$event <- as.integer(t <= cens); d$time <- pmax(grid, ceiling(pmin(t, cens) / grid) * grid)
  d$start <- pmax(0, d$time - grid * sample(1:12, n, TRUE)); d
}
covariates <- c("age", "sex", "dose")
cases <- c()
# The robust score test is left out with an offset: R takes residuals at a linear predictor of 0, without the offset.
record <- function(name, d, ties = "efron", start = FALSE, strata = FALSE, weights = FALSE, offset = FALSE, cluster = FALSE, robust = FALSE, x = covariates) {
  response <- if (start) "Surv(start, time, event)" else "Surv(time, event)"
  terms <- paste(c(x, if (strata) "strata(g)", if (offset) "offset(off)"), collapse = " + ")
  args <- list(as.formula(paste(response, "~", terms)), data = d, ties = ties, robust = robust || cluster)
  if (weights) args$weights <- d$w
  if (cluster) args$cluster <- d$id
  f <- suppressWarnings(do.call(coxph, args)); sandwich <- robust || cluster
  b <- f$coefficients; se <- sqrt(diag(f$var)); reach <- qnorm(0.975) * se # summary() cannot read an exact start-stop fit
  cases <<- c(cases, obj(name = paste0('"', name, '"'), ties = paste0('"', ties, '"'), names = str(x), time = num(d$time), start = if (start) num(d$start),
    event = num(d$event), x = num(t(as.matrix(d[, x]))), strata = if (strata) num(d$g), weights = if (weights) num(d$w), offset = if (offset) num(d$off),
    cluster = if (cluster) num(d$id), robust = if (sandwich) "true" else "false", beta = num(b), variance = num(f$var),
    modelVariance = num(if (sandwich) f$naive.var else f$var), loglik = num(f$loglik), score = num(f$score), wald = num(f$wald.test), robustScore = if (sandwich && !offset) num(f$rscore),
    z = num(b / se), p = num(2 * pnorm(-abs(b / se))), lo = num(exp(b - reach)), hi = num(exp(b + reach))))
}
a <- rows(60); b <- rows(90, 2); many <- rows(150, 5)
few <- rows(40, 0.5) # R goes through every subset of tied rows where there are starts
record("Efron, ties", a); record("Breslow, ties", a, "breslow"); record("exact, ties", a, "exact")
record("exact, up to dozens of ties", many, "exact"); record("Efron, up to dozens of ties", many)
record("Efron, weights", a, weights = TRUE); record("Efron, weights, robust", a, weights = TRUE, robust = TRUE)
record("Breslow, weights, robust", a, "breslow", weights = TRUE, robust = TRUE); record("Efron, robust", b, robust = TRUE)
record("Efron, start-stop", b, start = TRUE); record("Breslow, start-stop", b, "breslow", start = TRUE); record("exact, start-stop", few, "exact", start = TRUE)
record("Efron, strata", b, strata = TRUE); record("Efron, offset", b, offset = TRUE); record("Efron, cluster", b, cluster = TRUE); record("Breslow, cluster", b, "breslow", cluster = TRUE)
record("Efron, start-stop, strata, weights, offset, cluster", b, start = TRUE, strata = TRUE, weights = TRUE, offset = TRUE, cluster = TRUE)
record("Breslow, start-stop, strata, weights, offset, cluster", b, "breslow", start = TRUE, strata = TRUE, weights = TRUE, offset = TRUE, cluster = TRUE)
record("Efron, start-stop, strata, weights, cluster", b, start = TRUE, strata = TRUE, weights = TRUE, cluster = TRUE)
record("Breslow, start-stop, strata, weights, cluster", b, "breslow", start = TRUE, strata = TRUE, weights = TRUE, cluster = TRUE)
record("exact, start-stop, strata, offset", few, "exact", start = TRUE, strata = TRUE, offset = TRUE)
collinear <- b; collinear$twice <- 2 * collinear$age - 3 * collinear$sex; collinear$one <- 1
record("aliased columns", collinear, x = c("age", "one", "sex", "twice", "dose"))

# Factors and interactions: the columns as given, what R's model matrix makes of them, and the fit.
d <- rows(80); d$sex <- as.integer(d$sex + 1); d$site <- sample(c("north", "east", "south"), 80, TRUE); d$age[c(3, 17)] <- NA; d$site[9] <- NA
d$sexF <- relevel(factor(d$sex), ref = "2"); d$siteF <- factor(d$site)
f <- coxph(Surv(time, event) ~ age + sexF + siteF + age:sexF + sexF:siteF + age:dose + dose, d)
g <- coxph(Surv(time, event) ~ age + dose + sexF + siteF + age:sexF + sexF:siteF + age:dose, d)
design <- obj(time = num(d$time), event = num(d$event), age = num(d$age), dose = num(d$dose), sex = num(d$sex), site = paste0("[", paste(ifelse(is.na(d$site), "null", paste0('"', d$site, '"')), collapse = ","), "]"),
  columns = str(names(coef(g))), matrix = num(t(model.matrix(g))), beta = num(coef(g)), se = num(sqrt(diag(vcov(g)))), n = g$n)

# Firth.
penalised <- function(d, x, ties, start, weights) {
  y <- if (start) Surv(d$start, d$time, d$event) else Surv(d$time, d$event); X <- as.matrix(d[, x, drop = FALSE]); storage.mode(X) <- "double"
  w <- if (weights) d$w else rep(1, nrow(d)); control <- coxph.control(iter.max = 0)
  function(b) {
    f <- suppressWarnings((if (start) agreg.fit else coxph.fit)(X, y, NULL, NULL, b, control, w, ties, NULL, nocenter = NULL))
    f$loglik[1] - 0.5 * as.numeric(determinant(as.matrix(f$var))$modulus)
  }
}
gradient <- function(fn, b, h = 1e-3) sapply(seq_along(b), function(j) { e <- replace(0 * b, j, h); (fn(b - 2 * e) - 8 * fn(b - e) + 8 * fn(b + e) - fn(b + 2 * e)) / (12 * h) })
hessian <- function(fn, b, h = 1e-3) { m <- sapply(seq_along(b), function(j) { e <- replace(0 * b, j, h); (gradient(fn, b + e) - gradient(fn, b - e)) / (2 * h) }); matrix(m, length(b)) }
top <- function(fn, b, free = seq_along(b)) {
  if (!length(free)) return(b)
  part <- function(v) fn(replace(b, free, v)); v <- b[free]
  v <- optim(v, function(v) -part(v), method = "BFGS", control = list(reltol = 1e-14, maxit = 500))$par
  for (i in 1:6) v <- v - solve(hessian(part, v), gradient(part, v))
  replace(b, free, v)
}
firths <- c()
firth <- function(name, d, x, ties = "efron", start = FALSE, weights = FALSE, limits = FALSE) {
  fn <- penalised(d, x, ties, start, weights); b <- top(fn, rep(0, length(x))); best <- fn(b)
  ratio <- sapply(seq_along(b), function(j) 2 * (best - fn(top(fn, replace(b, j, 0), setdiff(seq_along(b), j)))))
  drop <- function(j) function(v) 2 * (best - fn(top(fn, replace(b, j, v), setdiff(seq_along(b), j)))) - qchisq(0.95, 1)
  ends <- if (limits) sapply(seq_along(b), function(j) c(uniroot(drop(j), c(b[j] - 8, b[j]), tol = 1e-10)$root, uniroot(drop(j), c(b[j], b[j] + 8), tol = 1e-10)$root))
  firths <<- c(firths, obj(name = paste0('"', name, '"'), ties = paste0('"', ties, '"'), names = str(x), time = num(d$time), start = if (start) num(d$start), event = num(d$event),
    x = num(t(as.matrix(d[, x]))), weights = if (weights) num(d$w), beta = num(b), loglik = num(c(fn(0 * b), best)), ratio = num(ratio), limits = if (limits) num(ends)))
}
s <- rows(36); s$z <- rnorm(36); s$treated <- rep(0:1, 18); s$event[s$treated == 1] <- 0
firth("separated group, Efron", s, c("treated", "z"), limits = TRUE); firth("separated group, Breslow", s, c("treated", "z"), "breslow")
firth("one covariate, few rows", head(a, 12), "sex", limits = TRUE)
standard <- b; standard$age <- (standard$age - 50) / 10
firth("Efron, start-stop, weights", standard, covariates, start = TRUE, weights = TRUE); firth("Breslow, start-stop", standard, covariates, "breslow", start = TRUE)
cat('{"fits":[', paste(cases, collapse = ",\n"), '],\n"design":', design, ',\n"firth":[', paste(firths, collapse = ",\n"), "]}\n", sep = "")
