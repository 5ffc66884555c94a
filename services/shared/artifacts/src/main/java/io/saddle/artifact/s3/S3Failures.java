package io.saddle.artifact.s3;

import io.saddle.artifact.ArtifactException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The meaning of the SDK's failures to whoever has set up a store, in words that name the bucket, the key and the remedy.
 *
 * @param where the server, for messages
 */
record S3Failures(S3Root root, String where) {

    private static final String BUCKET_REGION = "x-amz-bucket-region";
    private static final String NO_CREDENTIALS = "Unable to load credentials";
    /** The JDK's word for a server that does not even take a connection. */
    private static final String NOT_CONNECTED = "onnect timed out";
    /** What a call says that is too late, without how long it was. */
    private static final String LATE = "the server did not answer in time";

    /** Of a bucket in another region. */
    private static final Set<String> ELSEWHERE =
            Set.of("AuthorizationHeaderMalformed", "IllegalLocationConstraintException");

    /** Unauthorized, denied, and no such bucket. */
    private static final Set<Integer> TO_BE_SET = Set.of(401, 403, 404);

    private static final int DENIED = 403;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERRORS = 500;
    private static final int MOVED = 301;
    private static final int PERMANENTLY_MOVED = 308;

    /** @param doing such as "reading" */
    ArtifactException of(String doing, String key, Exception failure) {
        String why = remedy(failure);
        return ArtifactException.unavailable(
                doing + " " + key + " in bucket " + root.bucket() + " at " + where + " failed: " + why,
                isLate(failure) ? LATE : why,
                !isToBeSet(failure),
                failure);
    }

    /** True for what the settings or the rights are to blame for. */
    private static boolean isToBeSet(Throwable failure) {
        if (failure instanceof S3Exception refused) {
            return TO_BE_SET.contains(refused.statusCode()) || isElsewhere(refused);
        }
        return innermost(failure).contains(NO_CREDENTIALS);
    }

    private static boolean isLate(Throwable failure) {
        return failure instanceof ApiCallTimeoutException
                || failure instanceof ApiCallAttemptTimeoutException
                || hasCause(failure, SocketTimeoutException.class);
    }

    private static boolean isElsewhere(S3Exception refused) {
        return refused.statusCode() == MOVED
                || refused.statusCode() == PERMANENTLY_MOVED
                || ELSEWHERE.contains(code(refused).orElse(""));
    }

    /** True for a server that answers, and has no time for what was asked: another moment it may. */
    static boolean isBusy(Throwable failure) {
        return failure instanceof S3Exception refused
                && (refused.statusCode() >= SERVER_ERRORS || refused.statusCode() == TOO_MANY);
    }

    /** True where there is no connection, or one was cut, and no more is known: the server may be there again in a moment. */
    static boolean isAway(Throwable failure) {
        return hasCause(failure, IOException.class)
                && (!isLate(failure) || innermost(failure).contains(NOT_CONNECTED))
                && !isToBeSet(failure);
    }

    /** An interrupted thread is no trouble of the store's. */
    static boolean isInterruption(Exception failure) {
        return failure instanceof AbortedException || failure instanceof InterruptedIOException;
    }

    /** True for an answer of which a part is missing, where the SDK has not noticed, or has taken it for nonsense, and does not try again. */
    static boolean isCut(Exception failure) {
        return hasCause(failure, CutAnswerException.class, XMLStreamException.class);
    }

    private String remedy(Exception failure) {
        if (failure instanceof S3Exception refused) {
            return remedy(refused);
        }
        String words = innermost(failure);
        if (words.contains(NO_CREDENTIALS)) {
            return "there are no credentials; set saddle.artifacts.s3.access-key and .secret-key, or one of the SDK's"
                    + " default chain (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, web identity, profile, instance)";
        }
        if (hasCause(failure, ConnectException.class, UnknownHostException.class, NoRouteToHostException.class)) {
            return "the server cannot be reached (" + words
                    + "); is it running, and is saddle.artifacts.s3.endpoint right?";
        }
        if (isLate(failure)) {
            return LATE + " (" + words + ")";
        }
        return words;
    }

    private String remedy(S3Exception refused) {
        String code = code(refused).orElse("");
        if (refused instanceof NoSuchBucketException || code.equals("NoSuchBucket")) {
            return "there is no such bucket; create it, or correct saddle.artifacts.root";
        }
        Optional<String> region = region(refused);
        if (isElsewhere(refused)) {
            return "the bucket lies in " + region.map(name -> "region " + name).orElse("another region")
                    + "; set saddle.artifacts.s3.region to that (" + words(refused) + ")";
        }
        if (code.equals("RequestTimeTooSkewed")) {
            return "this machine's clock and the server's differ too much; set the clock (" + words(refused) + ")";
        }
        if (refused.statusCode() == DENIED) {
            return "access is denied (" + words(refused)
                    + "); check saddle.artifacts.s3.access-key and .secret-key, and that"
                    + " they may list the bucket and read, write and delete under "
                    + root;
        }
        return words(refused);
    }

    private static String words(S3Exception refused) {
        return "HTTP " + refused.statusCode()
                + code(refused).map(code -> " " + code).orElse("");
    }

    static Optional<String> code(S3Exception refused) {
        return Optional.ofNullable(refused.awsErrorDetails()).map(details -> details.errorCode());
    }

    private static Optional<String> region(S3Exception refused) {
        return Optional.ofNullable(refused.awsErrorDetails())
                .map(details -> details.sdkHttpResponse())
                .flatMap(response -> response.firstMatchingHeader(BUCKET_REGION));
    }

    @SafeVarargs
    private static boolean hasCause(Throwable failure, Class<? extends Throwable>... kinds) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            for (Class<?> kind : kinds) {
                if (kind.isInstance(at)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String innermost(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null
                && !(at instanceof SdkException && at.getMessage().contains("credentials"))) {
            at = at.getCause();
        }
        return at instanceof CutAnswerException
                ? at.getMessage()
                : at.getClass().getSimpleName() + ": " + at.getMessage();
    }
}
