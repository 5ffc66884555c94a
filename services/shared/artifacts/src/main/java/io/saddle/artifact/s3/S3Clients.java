package io.saddle.artifact.s3;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.s3.S3Settings.Credentials;
import java.time.Duration;
import javax.net.ssl.SSLSocketFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Builds the SDK's client out of the settings. */
final class S3Clients {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private S3Clients() {}

    /** @throws ArtifactException if nothing says which region it is */
    static S3Client of(S3Settings settings) throws ArtifactException {
        return of(settings, SILENCE);
    }

    /** @param silence of the server, and of a connection that takes nothing more of a body */
    static S3Client of(S3Settings settings, Duration silence) throws ArtifactException {
        S3Connections connections =
                new S3Connections(CONNECT, silence, (SSLSocketFactory) SSLSocketFactory.getDefault());
        S3ClientBuilder client = S3Client.builder()
                .httpClientBuilder(
                        defaults -> new WatchedHttpClient(UrlConnectionHttpClient.create(connections), silence))
                // Every upload carries a Content-MD5, which all servers check. The SDK's own default would send CRC
                // trailers in
                // chunks, which many of those that are compatible with S3 do not take; downloads are checked by
                // SHA-256.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .forcePathStyle(settings.pathStyle())
                .credentialsProvider(
                        settings.credentials().map(S3Clients::fixed).orElseGet(S3Clients::fromEnvironment))
                .overrideConfiguration(all -> all.retryStrategy(RetryMode.STANDARD));
        settings.endpoint().ifPresent(client::endpointOverride);
        settings.region().map(Region::of).ifPresent(client::region);
        try {
            return client.build();
        } catch (SdkClientException e) {
            String why = "the S3 client cannot be set up: " + e.getMessage()
                    + "; set saddle.artifacts.s3.region (or AWS_REGION)";
            throw ArtifactException.unavailable(why, why, false, e);
        }
    }

    private static AwsCredentialsProvider fixed(Credentials credentials) {
        return StaticCredentialsProvider.create(
                AwsBasicCredentials.create(credentials.accessKey(), credentials.secretKey()));
    }

    private static AwsCredentialsProvider fromEnvironment() {
        return DefaultCredentialsProvider.builder().build();
    }
}
