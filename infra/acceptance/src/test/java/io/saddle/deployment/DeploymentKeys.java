package io.saddle.deployment;

import io.saddle.stack.Distribution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds the environment that a deployment gives a service against what the packaged service really reads. A variable that
 * nothing reads is a misspelling that nobody would notice; a key whose default is a loopback address or a local folder has to
 * be told in a container.
 *
 * <pre>{@code
 * List<String> problems = DeploymentKeys.ofBuild().problems("primal-trainer", environment);
 * }</pre>
 */
public final class DeploymentKeys {

    /** Read by the JVM, libtorch, DJL, SmallRye Config or the container runtime: never keys of the service. */
    private static final Set<String> OF_THE_PROCESS = Set.of(
            "CUDA_VISIBLE_DEVICES",
            "DJL_CACHE_DIR",
            "HOME",
            "HOSTNAME",
            "JAVA_TOOL_OPTIONS",
            "JDK_JAVA_OPTIONS",
            "LANG",
            "MALLOC_ARENA_MAX",
            "NVIDIA_DRIVER_CAPABILITIES",
            "NVIDIA_VISIBLE_DEVICES",
            "OMP_NUM_THREADS",
            "OPT_OUT_TRACKING",
            "PYTORCH_FLAVOR",
            "PYTORCH_LIBRARY_PATH",
            "PYTORCH_VERSION",
            "SMALLRYE_CONFIG_LOCATIONS",
            "TZ");

    private static final Set<String> JVM_OPTIONS = Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");
    private static final Pattern SYSTEM_PROPERTY = Pattern.compile("(?:^|\\s)-D((?:saddle|quarkus|kafka)\\.[^=\\s]+)=");
    private static final String KAFKA_PREFIX = "SADDLE_KAFKA_";
    private static final String REGISTRY_PREFIX = "SADDLE_REGISTRY_CLIENT_";

    private final Distribution distribution;
    private final Map<String, ServiceKeys> services = new ConcurrentHashMap<>();

    private DeploymentKeys(Distribution distribution) {
        this.distribution = distribution;
    }

    /** Of the services that were built last. */
    public static DeploymentKeys ofBuild() {
        return new DeploymentKeys(Distribution.locate());
    }

    /**
     * @param service for example {@code primal-trainer}
     * @param environment the variables that its container gets, each with its value (anything but empty for a secret)
     * @return a line for each variable that the service does not read, each that has no effect, and each that is missing
     */
    public List<String> problems(String service, Map<String, String> environment) {
        ServiceKeys keys = keys(service);
        List<String> problems = new ArrayList<>();
        new TreeMap<>(environment).forEach((name, value) -> {
            if (value == null || value.isEmpty()) {
                problems.add(service + ": " + name + " is empty: for the service that is as if it were not set, or a"
                        + " mistake that keeps it from starting");
            }
            reason(keys, name, value).ifPresent(reason -> problems.add(service + ": " + name + ": " + reason));
        });
        missing(keys, environment.keySet())
                .forEach(key -> problems.add(service + ": " + variable(key) + " is missing: " + key + " is "
                        + keys.defaults().get(key) + " without it"));
        listening(service, environment).ifPresent(problems::add);
        return problems;
    }

    private ServiceKeys keys(String service) {
        return services.computeIfAbsent(service, name -> {
            try {
                return ServiceKeys.read(
                        distribution.root().resolve("services").resolve(name).resolve("target/quarkus-app"));
            } catch (IOException e) {
                throw new UncheckedIOException(name + " is not packaged", e);
            }
        });
    }

    private static Optional<String> reason(ServiceKeys keys, String name, String value) {
        if (JVM_OPTIONS.contains(name)) {
            Matcher property = SYSTEM_PROPERTY.matcher(value == null ? "" : value);
            return property.results()
                    .map(found -> found.group(1))
                    .filter(key -> !reads(keys, variable(key)))
                    .findFirst()
                    .map(key -> "nothing reads " + key);
        }
        if (OF_THE_PROCESS.contains(name) || reads(keys, name)) {
            return Optional.empty();
        }
        return Optional.of(
                keys.isFixedByTheBuild(name)
                        ? "was fixed when the service was built and has no effect"
                        : "nothing reads it");
    }

    private static boolean reads(ServiceKeys keys, String name) {
        if (name.startsWith(REGISTRY_PREFIX)) {
            return ClientSettings.ofRegistry(name.substring(REGISTRY_PREFIX.length()));
        }
        if (name.startsWith(KAFKA_PREFIX)) {
            String setting = name.substring(KAFKA_PREFIX.length());
            return ClientSettings.ofKafka(setting) || keys.usesStreams() && ClientSettings.ofStreams(setting);
        }
        return keys.isRead(name);
    }

    private static Set<String> missing(ServiceKeys keys, Set<String> given) {
        Set<String> missing = new TreeSet<>(keys.localDefaults());
        missing.removeIf(key -> given.contains(variable(key)));
        return missing;
    }

    /** The console does not start where others reach it before it is told how to know them. */
    private static Optional<String> listening(String service, Map<String, String> environment) {
        String host = environment.getOrDefault("QUARKUS_HTTP_HOST", "127.0.0.1");
        if (host.startsWith("127.") || host.equals("localhost")) {
            return Optional.of(service + ": QUARKUS_HTTP_HOST: nobody outside the container reaches " + host);
        }
        boolean knowsPeople = environment.containsKey("SADDLE_CONSOLE_OPERATOR_PASSWORD")
                || Boolean.parseBoolean(environment.get("QUARKUS_OIDC_TENANT_ENABLED"));
        return service.equals("console") && !knowsPeople
                ? Optional.of("console: SADDLE_CONSOLE_OPERATOR_PASSWORD is missing (or"
                        + " QUARKUS_OIDC_TENANT_ENABLED=true): it does not start without either")
                : Optional.empty();
    }

    /** The environment variable that a key is set by, as MicroProfile Config has it. */
    static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
