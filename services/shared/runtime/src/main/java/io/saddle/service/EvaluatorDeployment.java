package io.saddle.service;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name that tells a deployment of an evaluator service from others that run beside it, such as the build before and the one
 * after: a consumer group of its own, so that each sees every snapshot, and evaluators under names of their own.
 *
 * @param name empty for the one whose evaluators bear their plain names
 */
public record EvaluatorDeployment(String name) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}");
    private static final Pattern OF_READERS = Pattern.compile("(.*-)?tables");

    /** @throws IllegalArgumentException if the name cannot end an evaluator's */
    public EvaluatorDeployment {
        if (!name.isEmpty() && !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "saddle.evaluator.deployment must match " + NAME + ", was '" + name + "'");
        }
        if (OF_READERS.matcher(name).matches()) {
            throw new IllegalArgumentException("saddle.evaluator.deployment must not end in 'tables', was '" + name
                    + "': consumer groups are called so in which the evaluators read definitions");
        }
    }

    /** The deployment of a setting. */
    public static EvaluatorDeployment of(Optional<String> name) {
        return new EvaluatorDeployment(name.map(String::strip).orElse(""));
    }

    /** The name that an evaluator, or a consumer group, has in this deployment: {@code denoising-loss-NAME}. */
    public String named(String plain) {
        return plain + suffix();
    }

    /** The plain name of one of this deployment's evaluators; empty for another deployment's. */
    public Optional<String> plain(String evaluator) {
        return evaluator.endsWith(suffix())
                ? Optional.of(evaluator.substring(0, evaluator.length() - suffix().length()))
                : Optional.empty();
    }

    private String suffix() {
        return name.isEmpty() ? "" : "-" + name;
    }
}
