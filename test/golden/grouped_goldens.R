# Reference values for grouped-time models, by base R's glm on person-periods.
# Rscript test/golden/grouped_goldens.R > test/golden/grouped.json
set.seed(12)
num <- function(x) paste0("[", paste(ifelse(is.na(x), "null", format(x, digits = 17, trim = TRUE, scientific = TRUE)), collapse = ","), "]")
obj <- function(...) { v <- list(...); paste0("{", paste0('"', names(v), '":', unlist(v), collapse = ","), "}") }
n <- 90
a <- round(rnorm(n), 3); b <- rbinom(n, 1, 0.4); id <- sample(1:30, n, TRUE); w <- sample(1:3, n, TRUE); off <- round(runif(n, -0.3, 0.3), 2)
start <- sample(c(0, 0, 1, 2), n, TRUE)
time <- integer(n); event <- integer(n)
for (i in 1:n) {
  t <- start[i]
  repeat { t <- t + 1; if (runif(1) < 1 - exp(-exp(-2 + 0.7 * b[i] + 0.3 * a[i]))) { event[i] <- 1; break }; if (t >= 9) break }
  time[i] <- t
}
expand <- function(from) {
  rows <- do.call(rbind, lapply(1:n, function(i) data.frame(i = i, t = (from[i] + 1):time[i])))
  rows$y <- as.integer(rows$t == time[rows$i] & event[rows$i] == 1)
  cbind(rows, a = a[rows$i], b = b[rows$i], id = id[rows$i], w = w[rows$i], off = off[rows$i])
}
fit <- function(from, link, weights, offset) {
  d <- expand(from); d$cw <- if (weights) d$w else 1; d$co <- if (offset) d$off else 0
  d <- d[d$t %in% unique(d$t[d$y == 1]), ]
  g <- glm(y ~ factor(t) - 1 + a + b, data = d, family = binomial(link), weights = cw, offset = co, control = glm.control(epsilon = 1e-14, maxit = 100))
  s <- summary(g)$coefficients; keep <- c("a", "b")
  X <- model.matrix(g); mu <- fitted(g); slope <- g$family$mu.eta(g$linear.predictors)
  u <- X * (d$cw * (d$y - mu) * slope / (mu * (1 - mu)))
  V <- summary(g)$cov.unscaled; U <- rowsum(u, d$id)
  robust <- sqrt(diag(V %*% crossprod(U) %*% V))
  g0 <- glm(y ~ factor(t) - 1, data = d, family = binomial(link), weights = cw, offset = co, control = glm.control(epsilon = 1e-14, maxit = 100))
  ll <- function(m) sum(d$cw * (d$y * log(fitted(m)) + (1 - d$y) * log1p(-fitted(m))))
  B <- (V %*% crossprod(U) %*% V)[keep, keep]; b <- coef(g)[keep]
  wald <- c(t(b) %*% solve(vcov(g)[keep, keep], b), t(b) %*% solve(B, b))
  obj(link = paste0('"', link, '"'), late = tolower(any(from > 0)), weights = tolower(weights), offset = tolower(offset), beta = num(s[keep, 1]), se = num(s[keep, 2]),
      robust = num(robust[keep]), loglik = num(c(ll(g0), ll(g))), deviance = num(c(deviance(g0), deviance(g))), wald = num(wald), rows = num(nrow(d)))
}
cases <- c()
for (link in c("cloglog", "logit")) for (late in c(FALSE, TRUE)) for (x in c(FALSE, TRUE)) cases <- c(cases, suppressWarnings(fit(if (late) start else rep(0, n), link, x, x)))
cat(obj(time = num(time), event = num(event), start = num(start), a = num(a), b = num(b), id = num(id), w = num(w), off = num(off), fits = paste0("[", paste(cases, collapse = ","), "]")), "\n")
