package io.saddle.serde;

import io.confluent.kafka.schemaregistry.client.security.bearerauth.BearerAuthCredentialProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The token that a registry's client shows, read from a file for each request: tokens live for hours, clients for longer, and
 * whoever signs tokens puts the next one into the file in good time. Set as {@code bearer.auth.custom.provider.class}, with
 * {@code bearer.auth.credentials.source=CUSTOM} and {@value #FILE}.
 */
public final class TokenFile implements BearerAuthCredentialProvider {

    /** Setting of the client: a file that holds a token and nothing else. */
    public static final String FILE = "bearer.auth.token.file";

    private Path file;

    /** @throws IllegalArgumentException if no file is named */
    @Override
    public void configure(Map<String, ?> settings) {
        Object named = settings.get(FILE);
        if (named == null || named.toString().isBlank()) {
            throw new IllegalArgumentException(FILE + ": names the file of the registry's token, and is not set");
        }
        file = Path.of(named.toString());
    }

    /** @throws UncheckedIOException if the file cannot be read */
    @Override
    public String getBearerToken(URL registry) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("the registry's token cannot be read from " + file, e);
        }
    }
}
