package io.saddle.console.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessSettingsTest {

    private static final String LONG_ENOUGH = "twelve chars";

    private static AccessSettings settings(String host, boolean openIdConnect, String operatorPassword) {
        return new AccessSettings(
                host,
                openIdConnect,
                Optional.of("/logout"),
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(operatorPassword));
    }

    private static void check(AccessSettings settings) {
        settings.check(new StartupEvent());
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, false,              , false",
        "localhost, false,              , false",
        "::1,       false,              , false",
        "127.0.0.1, true,               , true",
        "127.0.0.1, false, twelve chars, true",
        "0.0.0.0,   false, twelve chars, true",
        "0.0.0.0,   true,               , true"
    })
    void nobodyIsAskedOnLoopbackUnlessThatIsSet(
            String host, boolean openIdConnect, String operatorPassword, boolean asked) {
        AccessSettings settings = settings(host, openIdConnect, operatorPassword);
        check(settings);
        assertEquals(asked, settings.isIdentityNeeded());
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0", "10.1.2.3", "::"})
    void anOpenConsoleDoesNotListenElsewhere(String host) {
        String refused = assertThrows(ConfigurationException.class, () -> check(settings(host, false, null)))
                .getMessage();
        assertTrue(refused.contains("SADDLE_CONSOLE_OPERATOR_PASSWORD"), refused);
        assertTrue(refused.contains("quarkus.oidc.tenant-enabled"), refused);
    }

    @Test
    void onlyALoginAtAProviderHasAnEnd() {
        assertEquals(Optional.of("/logout"), settings("127.0.0.1", true, null).logoutPath());
        assertEquals(Optional.empty(), settings("127.0.0.1", false, LONG_ENOUGH).logoutPath());
    }

    @Test
    void aShortPasswordIsRefusedAndNotRepeated() {
        String refused = assertThrows(ConfigurationException.class, () -> check(settings("0.0.0.0", false, "secret")))
                .getMessage();
        assertTrue(refused.startsWith("saddle.console.operator-password"), refused);
        assertTrue(!refused.contains("secret"), refused);
        check(settings("0.0.0.0", false, LONG_ENOUGH));
    }
}
