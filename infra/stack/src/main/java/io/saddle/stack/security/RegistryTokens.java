package io.saddle.stack.security;

import io.saddle.topic.AccessRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwx.HeaderParameterNames;
import org.jose4j.lang.JoseException;

/**
 * Signs the tokens (JSON Web Tokens, RFC 7519; RS256) by which the registry knows its users and their roles: services and
 * viewers read, people who operate and the set-up also register. A token lives for two days and is made anew after six hours:
 * whoever renews may be away for a day and a half.
 */
final class RegistryTokens {

    static final Duration LIFE = Duration.ofDays(2);
    static final Duration RENEWED_AFTER = Duration.ofHours(6);

    private static final int KEY_BITS = 3072;
    private static final String ISSUER = "saddle";

    private final RSAPrivateCrtKey key;
    private final PublicKey publicKey;

    private RegistryTokens(RSAPrivateCrtKey key) throws GeneralSecurityException {
        this.key = key;
        this.publicKey = KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
    }

    /**
     * With the key in a file, which is made if it is missing.
     *
     * @throws SecurityException if the file holds none: to delete it is left to people, for another key ends every token
     */
    static RegistryTokens of(Path file) throws IOException {
        try {
            if (!Files.exists(file)) {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(KEY_BITS);
                SecretFile.replace(
                        file,
                        PemFile.key(generator.generateKeyPair().getPrivate().getEncoded()),
                        SecretFile.FOR_OWNER);
            }
            String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
            var spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64));
            return new RegistryTokens(
                    (RSAPrivateCrtKey) KeyFactory.getInstance("RSA").generatePrivate(spec));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new SecurityException(
                    file + " holds no RSA key: delete it, and './saddle up' or './saddle security' makes another;"
                            + " the registry takes its tokens from its next start on",
                    e);
        }
    }

    /** The key that tokens are checked with, X.509 in base64. */
    String publicKey() {
        return Base64.getEncoder().encodeToString(publicKey.getEncoded());
    }

    /** A user's token, signed at an instant. */
    String of(String user, Instant now) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setSubject(user);
        claims.setStringClaim("preferred_username", user);
        claims.setStringListClaim("groups", role(user));
        claims.setIssuedAt(NumericDate.fromMilliseconds(now.toEpochMilli()));
        claims.setExpirationTime(NumericDate.fromMilliseconds(now.plus(LIFE).toEpochMilli()));
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        signature.setHeader(HeaderParameterNames.TYPE, "JWT");
        signature.setPayload(claims.toJson());
        signature.setKey(key);
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new SecurityException("no token can be signed", e);
        }
    }

    /** True if it is signed by this key and need not be made anew yet. */
    boolean isFresh(String token, Instant now) {
        JwtConsumer consumer = new JwtConsumerBuilder()
                .setVerificationKey(publicKey)
                .setJwsAlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.RSA_USING_SHA256)
                .setExpectedIssuer(ISSUER)
                .setSkipDefaultAudienceValidation()
                .setRequireExpirationTime()
                .setEvaluationTime(NumericDate.fromMilliseconds(now.toEpochMilli()))
                .build();
        try {
            Instant end = Instant.ofEpochMilli(
                    consumer.processToClaims(token).getExpirationTime().getValueInMillis());
            Duration left = Duration.between(now, end);
            return left.compareTo(LIFE) <= 0 && left.compareTo(LIFE.minus(RENEWED_AFTER)) > 0;
        } catch (InvalidJwtException | MalformedClaimException notOurs) {
            return false;
        }
    }

    private static String role(String user) {
        return switch (user) {
            case AccessRules.ADMIN, AccessRules.OPERATOR -> "sr-admin";
            default -> "sr-readonly";
        };
    }
}
