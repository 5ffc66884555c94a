package io.saddle.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.DotName;
import org.jboss.jandex.Indexer;

/**
 * What one packaged service reads of its configuration: its application.properties, the {@code @ConfigProperty} of its
 * classes, and the settings that the Quarkus extensions in it describe in their own jars.
 */
final class ServiceKeys {

    private static final DotName CONFIG_PROPERTY =
            DotName.createSimple("org.eclipse.microprofile.config.inject.ConfigProperty");
    private static final String DESCRIPTION = "META-INF/quarkus-config-doc/quarkus-config-model.json";
    private static final Pattern LOCAL = Pattern.compile("127\\.0\\.0\\.1|localhost|\\$\\{user\\.dir}|^\\.saddle/");
    private static final Pattern NAME_IN_KEY = Pattern.compile("\"[^\"]+\"");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> defaults = new HashMap<>();
    private final Set<String> own = new HashSet<>();
    private final Set<String> injected = new TreeSet<>();
    private final List<Pattern> quarkus = new ArrayList<>();
    private final List<Pattern> fixed = new ArrayList<>();

    private boolean streams;

    private ServiceKeys() {}

    /** @param application the service's quarkus-app folder */
    static ServiceKeys read(Path application) throws IOException {
        ServiceKeys keys = new ServiceKeys();
        try (Stream<Path> jars =
                Stream.concat(Files.list(application.resolve("app")), Files.list(application.resolve("lib/main")))) {
            for (Path jar :
                    jars.filter(path -> path.toString().endsWith(".jar")).toList()) {
                keys.readJar(jar);
            }
        }
        return keys;
    }

    private void readJar(Path path) throws IOException {
        streams |= path.getFileName().toString().startsWith("org.apache.kafka.kafka-streams-");
        boolean ours = path.getParent().endsWith("app")
                || path.getFileName().toString().startsWith("io.saddle.");
        try (JarFile jar = new JarFile(path.toFile())) {
            JarEntry description = jar.getJarEntry(DESCRIPTION);
            if (description != null) {
                try (InputStream in = jar.getInputStream(description)) {
                    readDescription(JSON.readTree(in));
                }
            }
            if (ours) {
                readProperties(jar);
                readClasses(jar);
            }
        }
    }

    /** Each setting has a path, and a phase up to which it can be set. */
    private void readDescription(JsonNode node) {
        JsonNode property = node.path("path").path("property");
        if (property.isTextual() && node.has("phase")) {
            List<Pattern> to = node.get("phase").asText().equals("RUN_TIME") ? quarkus : fixed;
            to.add(environment(property.asText()));
            node.path("additionalPaths")
                    .forEach(path -> to.add(environment(path.path("property").asText())));
        }
        node.forEach(this::readDescription);
    }

    /** The variables of a key in which a quoted word stands for any name. */
    private static Pattern environment(String key) {
        StringBuilder pattern = new StringBuilder();
        Matcher name = NAME_IN_KEY.matcher(key);
        int end = 0;
        while (name.find()) {
            pattern.append(DeploymentKeys.variable(key.substring(end, name.start())))
                    .append("[A-Z0-9_]+");
            end = name.end();
        }
        return Pattern.compile(
                pattern.append(DeploymentKeys.variable(key.substring(end))).toString());
    }

    private void readProperties(JarFile jar) throws IOException {
        JarEntry entry = jar.getJarEntry("application.properties");
        if (entry == null) {
            return;
        }
        Properties properties = new Properties();
        try (Reader reader = new InputStreamReader(jar.getInputStream(entry), StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        properties.stringPropertyNames().stream()
                .filter(key -> !key.startsWith("%"))
                .forEach(key -> {
                    defaults.put(key, properties.getProperty(key));
                    addOwn(key);
                });
    }

    private void readClasses(JarFile jar) throws IOException {
        Indexer indexer = new Indexer();
        for (JarEntry entry :
                jar.stream().filter(e -> e.getName().endsWith(".class")).toList()) {
            try (InputStream in = jar.getInputStream(entry)) {
                indexer.index(in);
            }
        }
        for (AnnotationInstance annotation : indexer.complete().getAnnotations(CONFIG_PROPERTY)) {
            injected.add(annotation.value("name").asString());
            addOwn(annotation.value("name").asString());
        }
    }

    /** Quarkus says of its own keys which of them can still be set. */
    private void addOwn(String key) {
        if (!key.startsWith("quarkus.")) {
            own.add(DeploymentKeys.variable(key));
        }
    }

    boolean isRead(String variable) {
        return own.contains(variable) || matches(quarkus, variable);
    }

    boolean isFixedByTheBuild(String variable) {
        return matches(fixed, variable);
    }

    boolean usesStreams() {
        return streams;
    }

    /** The keys that classes ask for by {@code @ConfigProperty}. */
    Set<String> injected() {
        return injected;
    }

    /** What application.properties says, by key. */
    Map<String, String> defaults() {
        return defaults;
    }

    /** The keys whose default is right on one machine only. */
    Set<String> localDefaults() {
        Set<String> local = new TreeSet<>();
        defaults.forEach((key, value) -> {
            if (LOCAL.matcher(value).find()) {
                local.add(key);
            }
        });
        return local;
    }

    private static boolean matches(List<Pattern> patterns, String variable) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(variable).matches());
    }
}
