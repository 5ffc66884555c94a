package io.saddle.stack.security;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the registry, Apicurio, is told of tokens and TLS. The local stack's is of release 2, the last one that runs on Java 17; in
 * containers it is the image's own Java and release 3, which has other names for the same.
 */
final class RegistrySettings {

    private static final String CERTIFICATE = "quarkus.http.ssl.certificate.key-store-file";
    private static final String ROLES_OF_IMAGE = "apicurio.auth.role-based-authorization";

    private RegistrySettings() {}

    static Map<String, String> ofLocalStack(RegistryTokens tokens, Path certificate, String password) {
        Map<String, String> settings = common(tokens, certificate, password);
        settings.put("registry.auth.enabled", "true");
        settings.put("registry.auth.role-based-authorization", "true");
        settings.put("registry.auth.role-source", "token");
        // It has one by default, which would be asked instead.
        settings.put("quarkus.oidc.auth-server-url", "");
        return settings;
    }

    static Map<String, String> ofImage(RegistryTokens tokens, Path certificate, String password) {
        Map<String, String> settings = common(tokens, certificate, password);
        settings.put("quarkus.oidc.tenant-enabled", "true");
        settings.put(ROLES_OF_IMAGE, "true");
        settings.put("apicurio.auth.role-source", "token");
        return settings;
    }

    /** The certificate's file, as a container finds it; empty if the settings are not of {@link #ofImage}. */
    static Optional<Path> certificateInImage(Map<String, String> settings) {
        return settings.containsKey(ROLES_OF_IMAGE)
                ? Optional.ofNullable(settings.get(CERTIFICATE)).map(Path::of)
                : Optional.empty();
    }

    /** Tokens are checked with one key alone; no identity provider is asked. */
    private static Map<String, String> common(RegistryTokens tokens, Path certificate, String password) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("config_ordinal", "350");
        settings.put("quarkus.oidc.public-key", tokens.publicKey());
        settings.put("quarkus.oidc.client-id", "saddle");
        settings.put("quarkus.http.insecure-requests", "disabled");
        settings.put(CERTIFICATE, certificate.toString());
        settings.put("quarkus.http.ssl.certificate.key-store-file-type", Certificates.TYPE);
        settings.put("quarkus.http.ssl.certificate.key-store-password", password);
        return settings;
    }
}
