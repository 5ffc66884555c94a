package io.saddle.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confluent.kafka.schemaregistry.client.security.bearerauth.BearerAuthCredentialProvider;
import io.confluent.kafka.schemaregistry.client.security.bearerauth.BearerAuthCredentialProviderFactory;
import io.confluent.kafka.schemaregistry.client.security.bearerauth.CustomBearerAuthCredentialProvider;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {

    @TempDir
    Path folder;

    /** As the registry's client finds it: by the names of settings. */
    private BearerAuthCredentialProvider configured(Path file) {
        Map<String, String> settings =
                Map.of("bearer.auth.custom.provider.class", TokenFile.class.getName(), TokenFile.FILE, file.toString());
        return BearerAuthCredentialProviderFactory.getBearerAuthCredentialProvider("CUSTOM", settings);
    }

    @Test
    void theTokenIsTheOneThatIsInTheFileNow() throws Exception {
        Path file = folder.resolve("token");
        Files.writeString(file, "first.of.all\n");
        BearerAuthCredentialProvider provider = configured(file);
        assertInstanceOf(CustomBearerAuthCredentialProvider.class, provider);
        assertEquals("first.of.all", provider.getBearerToken(null));
        Files.writeString(file, "second.of.all");
        assertEquals("second.of.all", provider.getBearerToken(null));
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        Path file = folder.resolve("nowhere");
        BearerAuthCredentialProvider provider = configured(file);
        UncheckedIOException refused = assertThrows(UncheckedIOException.class, () -> provider.getBearerToken(null));
        assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
    }

    @Test
    void noFileIsAMistakeOfTheSettings() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> new TokenFile().configure(Map.of()));
        assertTrue(refused.getMessage().startsWith(TokenFile.FILE), refused.getMessage());
    }
}
