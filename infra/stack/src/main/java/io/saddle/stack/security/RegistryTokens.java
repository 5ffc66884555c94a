package io.saddle.stack.security;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.topic.AccessRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Signs the tokens (JSON Web Tokens, RFC 7519; RS256) by which the registry knows its users and their roles: services and
 * viewers read, people who operate and the set-up also register.
 */
final class RegistryTokens {

    private static final int KEY_BITS = 3072;
    /** As long as the certificates. */
    private static final Duration LIFE = Duration.ofDays(Certificates.DAYS);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

    private final RSAPrivateCrtKey key;

    private RegistryTokens(RSAPrivateCrtKey key) {
        this.key = key;
    }

    /** With the key in a file, which is made if it is missing. */
    static RegistryTokens of(Path file) throws IOException {
        try {
            if (!Files.exists(file)) {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(KEY_BITS);
                PemFile.write(
                        file,
                        PemFile.key(generator.generateKeyPair().getPrivate().getEncoded()));
            }
            String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
            var spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64));
            return new RegistryTokens(
                    (RSAPrivateCrtKey) KeyFactory.getInstance("RSA").generatePrivate(spec));
        } catch (GeneralSecurityException e) {
            throw new SecurityException(file + " holds no RSA key", e);
        }
    }

    /** The key that tokens are checked with, X.509 in base64. */
    String publicKey() {
        try {
            var spec = new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent());
            return Base64.getEncoder()
                    .encodeToString(
                            KeyFactory.getInstance("RSA").generatePublic(spec).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new SecurityException(e);
        }
    }

    /** A user's token. */
    String of(String user) {
        Instant now = Instant.now();
        Map<String, Object> claims = Map.of(
                "iss",
                "saddle",
                "sub",
                user,
                "preferred_username",
                user,
                "groups",
                List.of(role(user)),
                "iat",
                now.getEpochSecond(),
                "exp",
                now.plus(LIFE).getEpochSecond());
        String signed = part(Map.of("alg", "RS256", "typ", "JWT")) + "." + part(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + URL.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new SecurityException(e);
        }
    }

    private static String role(String user) {
        return switch (user) {
            case AccessRules.ADMIN, AccessRules.OPERATOR -> "sr-admin";
            default -> "sr-readonly";
        };
    }

    private static String part(Map<String, Object> json) {
        try {
            return URL.encodeToString(JSON.writeValueAsBytes(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
