package io.saddle.console.notification.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SignatureTest {

    /** {@code printf '1767323045.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef}. */
    @Test
    void aReceiverFindsTheSame() {
        assertEquals(
                "t=1767323045,v1=4c32cf781f3565724c268f18d7bc9ba04dd466529b0127d152f7e9f20a8ea5e0",
                Signature.of(
                        "0123456789abcdef",
                        "{\"a\":1}".getBytes(StandardCharsets.UTF_8),
                        Instant.parse("2026-01-02T03:04:05.9Z")));
    }
}
