# Reference values for the pooled statistics of studies: simulated runs, each with its facts, by survival::coxph, base R's
# glm, and random effects written out. Run: Rscript test/golden/study_goldens.R > test/golden/study.json
# Made with R 4.2.2 and survival 3.5.3. The rows are written with the results, so that the test needs no generator.
suppressPackageStartupMessages(library(survival))
set.seed(20260118)
tight <- coxph.control(eps = 1e-11, toler.chol = 1e-13, iter.max = 60)
num <- function(x) paste0("[", paste(ifelse(is.na(x), "null", formatC(as.numeric(x), digits = 17, width = 1, format = "g")), collapse = ","), "]")
txt <- function(x) paste0("[", paste0('"', x, '"', collapse = ","), "]")
obj <- function(...) { v <- list(...); paste0("{", paste0('"', names(v), '":', unlist(v), collapse = ","), "}") }
arr <- function(x) paste0("[", paste(unlist(x), collapse = ",\n"), "]")

# --- Runs: two values of a factor, four seeds; 60 seen facts of one pool each, so that facts recur in other runs -----
pool <- data.frame(fact = 1:90, count = rpois(90, 40) * rbinom(90, 1, 0.9), ngram = round(runif(90), 3))
epochs <- 8
runs <- do.call(rbind, lapply(1:4, function(seed) {
  drawn <- sort(sample(1:90, 60)); frailty <- rnorm(1, 0, 0.3)
  do.call(rbind, lapply(c("a", "b"), function(arm) {
    latent <- rbinom(60, 1, 0.3); d <- pool[drawn, ]
    eta <- -2.3 + frailty + 0.8 * latent + 0.25 * log10(1 + d$count) + 0.6 * d$ngram + 0.5 * (arm == "b")
    time <- rep(epochs, 60); event <- rep(0, 60)
    for (i in 1:60) for (e in 1:epochs) if (runif(1) < 1 - exp(-exp(eta[i]))) { time[i] <- e; event[i] <- 1; break }
    data.frame(run = paste0(arm, seed), arm = arm, seed = seed, fact = d$fact, time = time, event = event,
               latent = latent, count = d$count, ngram = d$ngram)
  }))
}))
runs$pop <- log10(1 + runs$count)

# --- Random effects: Paule-Mandel, Hartung-Knapp with the spread not below 1 ---------------------------------------
effects <- function(y, v, level = 0.95) {
  k <- length(y)
  q <- function(t2) { w <- 1 / (v + t2); m <- sum(w * y) / sum(w); sum(w * (y - m)^2) }
  t2 <- if (q(0) <= k - 1) 0 else uniroot(function(t) q(t) - (k - 1), c(0, 100), tol = 1e-14)$root
  w <- 1 / (v + t2); m <- sum(w * y) / sum(w)
  se <- sqrt(max(1, q(t2) / (k - 1)) / sum(w)); h <- qt(1 - (1 - level) / 2, k - 1) * se
  c(m, m - h, m + h, 2 * pt(-abs(m / se), k - 1))
}
fits <- function(d, formula, stratum, keep) {
  d$s <- d[[stratum]]
  cox <- coxph(update(formula, . ~ . + strata(s)), data = d, cluster = fact, ties = "efron", control = tight)
  s <- summary(cox)$coefficients
  each <- lapply(split(d, d$s), function(own) {
    f <- if (stratum == "run") coxph(formula, data = own, control = tight)
         else coxph(formula, data = own, cluster = fact, control = tight)
    list(b = coef(f), v = diag(vcov(f)))
  })
  mean <- lapply(seq_along(coef(cox)), function(j) num(effects(sapply(each, function(f) f$b[j]), sapply(each, function(f) f$v[j]))))
  g <- do.call(rbind, lapply(1:nrow(d), function(i) data.frame(i = i, t = 1:d$time[i])))
  g$y <- as.integer(g$t == d$time[g$i] & d$event[g$i] == 1); g <- cbind(g, d[g$i, setdiff(names(d), c("time", "event"))])
  g$block <- paste(g$s, g$t); g <- g[g$block %in% unique(g$block[g$y == 1]), ]
  all <- tapply(g$y, g$block, mean); g <- g[all[g$block] < 1, ]
  m <- suppressWarnings(glm(update(formula, y ~ . + factor(block) - 1), data = g, family = binomial("cloglog"), control = glm.control(epsilon = 1e-14, maxit = 200)))
  X <- model.matrix(m); mu <- fitted(m); slope <- m$family$mu.eta(m$linear.predictors)
  U <- rowsum(X * ((g$y - mu) * slope / (mu * (1 - mu))), g$fact); V <- summary(m)$cov.unscaled
  robust <- sqrt(diag(V %*% crossprod(U) %*% V)); at <- match(keep, names(coef(m)))
  obj(terms = txt(keep), cox = obj(beta = num(s[, "coef"]), se = num(s[, "robust se"]), p = num(s[, "Pr(>|z|)"]), lo = num(exp(confint(cox)[, 1])), hi = num(exp(confint(cox)[, 2])), n = num(cox$n), events = num(cox$nevent)),
      byRun = arr(mean), cloglog = obj(beta = num(coef(m)[at]), se = num(robust[at])))
}
within <- lapply(c("a", "b"), function(arm) fits(runs[runs$arm == arm, ], Surv(time, event) ~ latent + pop + ngram, "run", c("latent", "pop", "ngram")))
runs$armb <- as.integer(runs$arm == "b")
across <- fits(runs, Surv(time, event) ~ armb + latent + pop + ngram, "seed", c("armb", "latent", "pop", "ngram"))

# --- Accuracy: gains of paired answers, run by run and over runs ----------------------------------------------------
# Before training every fact is wrong; after it those are right that were acquired and not lost again at the end.
counts <- lapply(split(runs, runs$run), function(d) c(0, sum(d$event), 0, sum(1 - d$event)))
wilson <- function(x, n) prop.test(x, n, correct = FALSE)$conf.int
newcombe <- function(k) {
  a <- k[1]; c <- k[2]; b <- k[3]; d <- k[4]; n <- sum(k); p1 <- (a + c) / n; p2 <- (a + b) / n
  i1 <- suppressWarnings(wilson(a + c, n)); i2 <- suppressWarnings(wilson(a + b, n))
  m <- (a + b) * (c + d) * (a + c) * (b + d); x <- a * d - b * c
  phi <- if (m == 0) 0 else (if (x > 0) max(0, x - n / 2) else x) / sqrt(m)
  c(p1 - p2, p1 - p2 - sqrt((p1 - i1[1])^2 - 2 * phi * (p1 - i1[1]) * (i2[2] - p2) + (i2[2] - p2)^2),
    p1 - p2 + sqrt((i1[2] - p1)^2 - 2 * phi * (i1[2] - p1) * (p2 - i2[1]) + (p2 - i2[1])^2))
}
mixed <- list(c(36, 12, 2, 0), c(20, 3, 380, 397), c(1, 0, 0, 0), c(0, 0, 0, 9), c(10, 5, 5, 10), c(2, 30, 1, 40), c(53, 25, 1, 3))
gain <- lapply(split(counts, substr(names(counts), 1, 1)), function(group) {
  y <- sapply(group, function(k) (k[2] - k[3]) / sum(k))
  v <- sapply(group, function(k) { n <- sum(k) + 2; g <- k[2] + .5; l <- k[3] + .5; (g + l - (g - l)^2 / n) / n^2 })
  after <- sapply(group, function(k) (k[1] + k[2]) / sum(k))
  va <- sapply(group, function(k) { s <- (k[1] + k[2] + 2) / (sum(k) + 4); s * (1 - s) / (sum(k) + 4) })
  obj(gain = num(effects(y, v)), after = num(effects(after, va)))
})
cat(obj(run = txt(runs$run), seed = num(runs$seed), arm = txt(runs$arm), fact = num(runs$fact), time = num(runs$time), event = num(runs$event),
        latent = num(runs$latent), count = num(runs$count), ngram = num(runs$ngram), epochs = num(epochs), within = arr(within), across = across,
        accuracy = arr(gain), perRun = arr(lapply(names(counts), function(r) obj(run = paste0('"', r, '"'), after = num(c(suppressWarnings(wilson(counts[[r]][2], sum(counts[[r]]))))), gain = num(newcombe(counts[[r]]))))),
        paired = arr(lapply(mixed, function(k) obj(counts = num(k), interval = num(newcombe(k)))))), "\n")
