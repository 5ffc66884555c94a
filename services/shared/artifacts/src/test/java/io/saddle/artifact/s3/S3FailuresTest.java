package io.saddle.artifact.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.server.S3Server;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Whoever set a store up wrongly reads what is wrong and what to do. */
class S3FailuresTest {

    private static final S3Failures FAILURES = new S3Failures(new S3Root("b", "p/"), "AWS");

    @TempDir
    private Path folder;

    private ArtifactStore store(String setting, String value) throws IOException {
        return new S3TestStore(folder).open(Map.of("saddle.artifacts." + setting, value));
    }

    private static String unavailable(Executable use) {
        ArtifactException e = assertThrows(ArtifactException.class, use);
        assertEquals(Reason.UNAVAILABLE, e.reason());
        assertEquals(e.getMessage().contains("cannot be reached"), e.mayPass(), e::getMessage);
        for (Throwable at = e; at != null; at = at.getCause()) {
            assertFalse(at.toString().contains(S3Server.SECRET_KEY), at::toString);
        }
        return e.getMessage();
    }

    private static void assertContains(String message, String... parts) {
        for (String part : parts) {
            assertTrue(message.contains(part), message + " does not say " + part);
        }
    }

    @Test
    void aWrongSecretIsDeniedInWords() throws IOException {
        ArtifactStore store = store("s3.secret-key", "wrong-secret");
        String message = unavailable(() -> store.putFile("run", "x", new byte[1]));

        assertContains(
                message,
                "run/x.manifest in bucket artifacts at " + S3Server.shared().endpoint(),
                "access is denied (HTTP 403 SignatureDoesNotMatch)",
                "check saddle.artifacts.s3.access-key and .secret-key");
        assertFalse(message.contains("wrong-secret"), message);
        assertContains(unavailable(() -> store.list("run", "")), "access is denied");
        assertContains(unavailable(store::removeLeftovers), "access is denied");
    }

    @Test
    void anUnknownAccessKeyIsDeniedInWords() throws IOException {
        ArtifactStore store = store("s3.access-key", "nobody");

        assertContains(unavailable(() -> store.find("run", "x", "")), "access is denied");
    }

    @Test
    void aMissingBucketIsNamed() throws IOException {
        ArtifactStore store = store("root", "s3://nowhere/p");
        for (Executable use : new Executable[] {
            () -> store.putFile("run", "x", new byte[1]), () -> store.list("run", ""), () -> store.find("run", "x", "")
        }) {
            assertContains(
                    unavailable(use),
                    "in bucket nowhere",
                    "there is no such bucket; create it, or correct saddle.artifacts.root");
        }
    }

    @Test
    void aServerThatDoesNotListenIsNamed() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        ArtifactStore store = store("s3.endpoint", "http://127.0.0.1:" + port);

        assertContains(
                unavailable(() -> store.list("run", "")),
                "http://127.0.0.1:" + port,
                "the server cannot be reached",
                "is saddle.artifacts.s3.endpoint right?");
    }

    @Test
    void aBucketElsewhereSaysWhere() {
        SdkHttpResponse response = SdkHttpResponse.builder()
                .statusCode(301)
                .putHeader("x-amz-bucket-region", "eu-central-1")
                .build();
        S3Exception moved = (S3Exception) S3Exception.builder()
                .statusCode(301)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode("PermanentRedirect")
                        .sdkHttpResponse(response)
                        .build())
                .build();

        assertEquals(
                "reading k in bucket b at AWS failed: the bucket lies in region eu-central-1; set saddle.artifacts.s3.region to"
                        + " that (HTTP 301 PermanentRedirect)",
                FAILURES.of("reading", "k", moved).getMessage());
    }

    @Test
    void aServerInTroubleIsTriedAgain() {
        S3Exception busy = (S3Exception) S3Exception.builder()
                .statusCode(503)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode("SlowDown").build())
                .build();

        ArtifactException failure = FAILURES.of("writing", "k", busy);
        assertEquals("writing k in bucket b at AWS failed: HTTP 503 SlowDown", failure.getMessage());
        assertTrue(failure.mayPass());
        assertEquals(failure.fault(), FAILURES.of("writing", "another", busy).fault());
    }

    private static SdkException of(Exception cause) {
        return SdkClientException.create("Unable to execute HTTP request", cause);
    }

    @Test
    void aConnectionThatIsRefusedOrCutSaysThatTheServerIsAwayForNow() {
        for (IOException cut : List.of(
                new ConnectException("Connection refused"),
                new SocketException("Unexpected end of file from server"),
                new IOException("Error writing to server"),
                new SSLException("Connection reset"),
                new SocketTimeoutException("Connect timed out"))) {
            assertTrue(S3Failures.isAway(of(cut)), cut::toString);
        }
        for (SdkException other : List.of(
                of(new SocketTimeoutException("Read timed out")),
                of(null),
                S3Exception.builder().statusCode(503).build(),
                S3Exception.builder().statusCode(403).build())) {
            assertFalse(S3Failures.isAway(other), other::toString);
        }
    }
}
