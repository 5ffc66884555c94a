package io.saddle.cli.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.cert.CertificateExpiredException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.junit.jupiter.api.Test;

class UnansweredTest {

    private static final Map<String, String> SECURED = Map.of("security.protocol", "SASL_SSL");

    private static Unanswered after(Exception failure) {
        return Unanswered.of("broker:1", SECURED, new ExecutionException(failure));
    }

    /** It was called a refused login. */
    @Test
    void aCertificateThatHasExpiredIsNoRefusedLogin() {
        SSLHandshakeException handshake = new SSLHandshakeException("PKIX path validation failed");
        handshake.initCause(new CertificateExpiredException("NotAfter: Thu Nov 27 23:02:03 UTC 2036"));
        Unanswered said = after(new SslAuthenticationException("SSL handshake failed", handshake));
        assertEquals("no secure connection to Kafka at broker:1: NotAfter: Thu Nov 27 23:02:03 UTC 2036", said.what());
        assertTrue(said.remedy().contains("clock"), said.remedy());
    }

    @Test
    void aWrongPasswordIsOne() {
        Unanswered said = after(new SaslAuthenticationException("invalid credentials"));
        assertEquals("Kafka at broker:1 refuses the login: invalid credentials", said.what());
        assertTrue(said.remedy().contains("--login"), said.remedy());
    }
}
