package io.saddle.artifact.s3;

import java.time.Duration;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

/**
 * How long a server may take: a request that hangs must end, or nobody is told why nothing goes on.
 *
 * @param answer of one try that moves no bulk data
 * @param call of all its tries
 * @param absence of a server that was there a moment ago, in the middle of a transfer
 * @param completion of an upload whose parts the server puts together
 * @param bytesPerSecond the slowest connection that a body gets through
 */
record S3Patience(Duration answer, Duration call, Duration absence, Duration completion, long bytesPerSecond) {

    /** A call without a body takes less than a transaction of the trainer's may stay open; 0.5 Mbit/s. */
    static final S3Patience USUAL = new S3Patience(
            Duration.ofSeconds(8), Duration.ofSeconds(20), Duration.ofMinutes(1), Duration.ofMinutes(5), 64 << 10);

    /** For a request without a body, or one of few bytes. */
    AwsRequestOverrideConfiguration small() {
        return within(answer, call);
    }

    /** For a body. */
    AwsRequestOverrideConfiguration sending(long bytes) {
        Duration transfer = Duration.ofMillis(bytes * 1000 / bytesPerSecond);
        return within(answer.plus(transfer), call.plus(transfer));
    }

    /** For a server that has to do something before it answers, or where only its silence counts. */
    AwsRequestOverrideConfiguration unhurried() {
        return AwsRequestOverrideConfiguration.builder()
                .apiCallTimeout(completion)
                .build();
    }

    private static AwsRequestOverrideConfiguration within(Duration attempt, Duration call) {
        return AwsRequestOverrideConfiguration.builder()
                .apiCallAttemptTimeout(attempt)
                .apiCallTimeout(call)
                .build();
    }
}
