# Reference values for everything after a Cox fit, by R's survival (>= 3.5): concordance, residuals, cox.zph, baseline
# hazards, predicted curves. Data are simulated here.
# Rscript test/golden/cox_post_goldens.R > test/golden/cox_post.json
library(survival)
library(splines)
flat <- function(x) as.vector(t(as.matrix(x)))
num <- function(x) paste0("[", paste(ifelse(is.finite(x), format(x, digits = 13, trim = TRUE), "null"), collapse = ","), "]")
obj <- function(...) { v <- c(...); paste0("{", paste0('"', names(v), '":', v, collapse = ","), "}") }

curves <- function(fit, newdata, type) {
  s <- survfit(fit, newdata = newdata, conf.type = type)
  k <- if (is.null(s$strata)) 1 else length(s$strata)
  q <- quantile(s, 0.5)
  if (type != "log") return(obj(lower = num(flat(s$lower)), upper = num(flat(s$upper)), median = num(flat(q$quantile)),
    medianLower = num(flat(q$lower)), medianUpper = num(flat(q$upper))))
  obj(time = num(s$time), surv = num(flat(s$surv)), se = num(flat(s$std.err)), cumhaz = num(flat(s$cumhaz)),
    lower = num(flat(s$lower)), upper = num(flat(s$upper)), nrisk = num(s$n.risk), nevent = num(s$n.event),
    ncensor = num(s$n.censor), columns = NCOL(s$surv),
    lengths = num(if (k == 1) length(s$time) else s$strata), median = num(flat(q$quantile)),
    medianLower = num(flat(q$lower)), medianUpper = num(flat(q$upper)))
}

# The curve that plot.cox.zph draws and its standard error: a natural spline with four degrees of freedom.
smooth <- function(z, i) {
  at <- seq(min(z$x), max(z$x), length = 40)
  basis <- ns(c(at, z$x), df = 4, intercept = TRUE)
  p <- basis[1:40, ]; keep <- !is.na(z$y[, i]); b <- basis[-(1:40), ][keep, ]
  if (qr(b)$rank < 4) return("null")
  inverse <- solve(crossprod(b))
  obj(fit = num(p %*% inverse %*% crossprod(b, z$y[keep, i])), se = num(sqrt(z$var[i, i] * rowSums((p %*% inverse) * p))))
}

zph <- function(fit, transform) {
  z <- cox.zph(fit, transform = transform)
  parts <- c(chisq = num(z$table[, 1]), p = num(z$table[, 3]))
  if (transform %in% c("km", "log")) parts <- c(parts, x = num(z$x), time = num(z$time), y = num(flat(z$y)),
    curves = paste0("[", paste(sapply(seq_len(ncol(z$y)), function(i) smooth(z, i)), collapse = ","), "]"))
  do.call(obj, as.list(parts))
}

one <- function(name, d, ties, newdata) {
  terms <- c(grep("^x", names(d), value = TRUE), if ("s" %in% names(d)) "strata(s)", if ("o" %in% names(d)) "offset(o)")
  y <- if ("start" %in% names(d)) "Surv(start, time, event)" else "Surv(time, event)"
  f <- as.formula(paste(y, "~", paste(terms, collapse = "+")))
  environment(f) <- environment()
  control <- coxph.control(eps = 1e-12, toler.chol = 1e-14)
  fit <- if ("id" %in% names(d)) coxph(f, d, cluster = id, ties = ties, x = TRUE, y = TRUE, model = TRUE, control = control)
    else if ("w" %in% names(d)) coxph(f, d, weights = w, ties = ties, x = TRUE, y = TRUE, model = TRUE, robust = FALSE, control = control)
    else coxph(f, d, ties = ties, x = TRUE, y = TRUE, model = TRUE, control = control)
  parts <- c(beta = num(coef(fit)), variance = num(vcov(fit)), modelVariance = num(if (is.null(fit$naive.var)) vcov(fit) else fit$naive.var), means = num(fit$means),
    martingale = num(residuals(fit)), deviance = num(residuals(fit, "deviance")))
  if (name == "strata-new") return(obj(parts[1:4], curves = obj(log = curves(fit, newdata, "log"))))
  if (ties != "exact") {
    con <- concordance(fit)
    count <- if (is.matrix(con$count)) colSums(con$count) else con$count
    for (type in c("score", "schoenfeld", "scaledsch", "dfbeta", "dfbetas")) parts[type] <- num(flat(residuals(fit, type)))
    parts <- c(parts, concordance = num(c(con$concordance, sqrt(con$var))), counts = num(count),
      zph = do.call(obj, as.list(sapply(c("km", "rank", "identity", "log"), function(t) zph(fit, t)))),
      curves = obj(log = curves(fit, newdata, "log"), loglog = curves(fit, newdata, "log-log"), plain = curves(fit, newdata, "plain")),
      baseline = num(basehaz(fit)$hazard), lp = num(as.matrix(newdata[names(coef(fit))]) %*% coef(fit) + if ("o" %in% names(newdata)) newdata$o else 0))
    expected <- newdata; if ("s" %in% names(d) && !("s" %in% names(newdata))) expected$s <- 1; expected$time <- quantile(d$time, seq(0.3, 0.9, length = nrow(newdata)), type = 1); expected$event <- 0
    if ("start" %in% names(d)) expected$start <- expected$time / 3
    # R adds the offset outside exp here; there is nothing to compare with.
    if ("o" %in% names(d)) return(do.call(obj, as.list(parts)))
    e <- predict(fit, expected, type = "expected", se.fit = TRUE)
    parts <- c(parts, expected = obj(time = num(expected$time), value = num(e$fit),
      se = if ("start" %in% names(d)) "null" else num(e$se.fit)))
    if ("start" %in% names(d)) parts <- c(parts, expectedStart = num(expected$start))
  }
  do.call(obj, as.list(parts))
}

case <- function(name, d, newdata) {
  x <- grep("^x", names(d), value = TRUE)
  parts <- c(name = paste0('"', name, '"'), names = paste0('["', paste(x, collapse = '","'), '"]'),
    x = num(flat(d[x])), time = num(d$time), event = num(d$event))
  for (column in intersect(c("start", "s", "w", "o", "id"), names(d))) parts[column] <- num(d[[column]])
  parts <- c(parts, newX = num(flat(newdata[x])), newRows = nrow(newdata))
  for (column in intersect(c("s", "o"), names(newdata))) parts[paste0("new_", column)] <- num(newdata[[column]])
  for (ties in c("efron", "breslow", "exact")) if (ties == "efron" || !(name %in% c("plain", "constant-in-stratum", "strata-new", "offset", "clustered")) && (ties == "breslow" || name == "tied")) parts[ties] <- one(name, d, ties, newdata)
  do.call(obj, as.list(parts))
}

set.seed(4071)
make <- function(n, p, coarse) {
  x <- data.frame(x1 = round(rnorm(n), 2), x2 = rbinom(n, 1, 0.4), x3 = round(runif(n, 0, 3), 1))[, 1:p, drop = FALSE]
  t <- rexp(n, 0.15 * exp(0.6 * x$x1)); c <- rexp(n, 0.07)
  d <- data.frame(time = if (coarse) ceiling(pmin(t, c)) else round(pmin(t, c), 4), event = as.numeric(t <= c), x)
  d
}
rows <- function(p) data.frame(x1 = c(0, 1.2, -0.7), x2 = c(0, 1, 1), x3 = c(0, 2.5, 1.1))[, 1:p, drop = FALSE]
plain <- make(30, 1, FALSE)
tied <- make(40, 3, TRUE)
weighted <- make(36, 2, TRUE); weighted$w <- round(runif(36, 0.3, 4), 2)
strata <- make(45, 3, TRUE); strata$s <- rep(1:3, 15); strata$w <- rep(c(1, 2, 0.5, 1, 3), 9)
constant <- make(40, 2, TRUE); constant$s <- rep(1:2, each = 20); constant$x2[constant$s == 2] <- 1
offset <- make(30, 2, TRUE); offset$o <- round(runif(30, -1, 1), 2)
entry <- make(44, 2, TRUE); entry$start <- pmax(0, entry$time - rpois(44, 4) - 1)
entryAll <- make(60, 2, TRUE); entryAll$start <- pmax(0, entryAll$time - rpois(60, 6) - 1); entryAll$s <- rep(1:2, 30); entryAll$w <- round(runif(60, 0.3, 3), 2)
clustered <- make(36, 2, TRUE); clustered$id <- rep(1:12, 3)
cases <- c(case("plain", plain, rows(1)), case("tied", tied, rows(3)), case("weighted", weighted, rows(2)),
  case("strata", strata, rows(3)), case("strata-new", strata, cbind(rows(3), s = c(2, 1, 3))),
  case("constant-in-stratum", constant, rows(2)), case("offset", offset, cbind(rows(2), o = c(0, 0.5, -1))),
  case("clustered", clustered, rows(2)), case("entry", entry, rows(2)), case("entry-strata-weights", entryAll, rows(2)))
cat("[\n", paste(cases, collapse = ",\n"), "\n]\n", sep = "")
