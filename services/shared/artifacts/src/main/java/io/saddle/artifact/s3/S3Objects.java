package io.saddle.artifact.s3;

import io.saddle.artifact.ArtifactException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A bucket's objects. Every call names bucket and key when it fails, as an {@link ArtifactException} that says what to do;
 * the SDK has tried again by then.
 */
final class S3Objects {

    /** Any manifest fits; a foreign object is not read into memory. */
    private static final long SMALL = 4 << 20;

    /** As many as the SDK's own. */
    private static final int TRIES = 3;

    /** The answer for an empty object. */
    private static final int NO_SUCH_RANGE = 416;

    /** The answer of a listing. */
    record Listing(List<String> keys, List<String> prefixes) {}

    /** When an object was last written, and its size. */
    record Written(String key, Instant when, long bytes) {}

    /** An upload in parts that was not completed. */
    record Unfinished(String key, String uploadId, Instant lastPart) {}

    /** Everything under a prefix, and what the server's clock said. */
    record Inventory(List<Written> objects, Instant now) {}

    private final S3Client client;
    private final String bucket;
    private final S3Failures failures;
    private final S3Patience patience;

    S3Objects(S3Client client, S3Failures failures, S3Patience patience) {
        this.client = client;
        this.patience = patience;
        this.bucket = failures.root().bucket();
        this.failures = failures;
    }

    S3Client client() {
        return client;
    }

    String bucket() {
        return bucket;
    }

    S3Failures failures() {
        return failures;
    }

    S3Patience patience() {
        return patience;
    }

    /**
     * Says in the store's words what went wrong.
     *
     * @param doing such as "reading"
     */
    <T> T call(String doing, String key, Supplier<T> request) throws IOException {
        for (int tried = 1; ; tried++) {
            try {
                return request.get();
            } catch (SdkException | CutAnswerException e) {
                if (S3Failures.isInterruption(e)) {
                    throw (IOException) new InterruptedIOException(doing + " " + key + " was interrupted").initCause(e);
                }
                if (tried == TRIES || !S3Failures.isCut(e)) {
                    throw failures.of(doing, key, e);
                }
            }
        }
    }

    /** The content of a small object; empty if there is none. */
    Optional<byte[]> small(String key) throws IOException {
        return call("reading", key, () -> {
            try {
                String range = "bytes=0-" + (SMALL - 1);
                ResponseBytes<GetObjectResponse> read = client.getObjectAsBytes(
                        get -> get.bucket(bucket).key(key).range(range).overrideConfiguration(patience.small()));
                byte[] bytes = read.asByteArray();
                requireWhole(Objects.equals(read.response().contentLength(), (long) bytes.length));
                return Optional.of(bytes);
            } catch (NoSuchKeyException e) {
                return Optional.empty();
            } catch (S3Exception e) {
                if (e.statusCode() == NO_SUCH_RANGE) {
                    return Optional.of(new byte[0]);
                }
                throw e;
            }
        });
    }

    /** True if there is an object of that size. */
    boolean has(String key, long bytes) throws IOException {
        return call("looking at", key, () -> {
            try {
                Long found = client.headObject(
                                head -> head.bucket(bucket).key(key).overrideConfiguration(patience.small()))
                        .contentLength();
                requireWhole(found != null);
                return found == bytes;
            } catch (NoSuchKeyException e) {
                return false;
            }
        });
    }

    /** Nothing happens if it is not there. */
    void delete(String key) throws IOException {
        call(
                "deleting",
                key,
                () -> client.deleteObject(
                        delete -> delete.bucket(bucket).key(key).overrideConfiguration(patience.small())));
    }

    /** True if any key begins with a prefix. */
    boolean any(String prefix) throws IOException {
        return call(
                "listing",
                prefix,
                () -> !whole(client.listObjectsV2(list ->
                                list.bucket(bucket).prefix(prefix).maxKeys(1).overrideConfiguration(patience.small())))
                        .contents()
                        .isEmpty());
    }

    /** Keys that begin with a prefix and have no further slash, and what stands before the next slash of the others. */
    Listing list(String prefix) throws IOException {
        return call("listing", prefix, () -> {
            List<String> keys = new ArrayList<>();
            List<String> prefixes = new ArrayList<>();
            for (ListObjectsV2Response page : client.listObjectsV2Paginator(list ->
                    list.bucket(bucket).prefix(prefix).delimiter("/").overrideConfiguration(patience.small()))) {
                whole(page).contents().stream().map(S3Object::key).forEach(keys::add);
                page.commonPrefixes().stream().map(CommonPrefix::prefix).forEach(prefixes::add);
            }
            return new Listing(keys, prefixes);
        });
    }

    /** Everything under a prefix, however deep. */
    Inventory inventory(String prefix) throws IOException {
        return call("listing", prefix, () -> {
            List<Written> objects = new ArrayList<>();
            Instant now = Instant.MIN;
            for (ListObjectsV2Response page : client.listObjectsV2Paginator(
                    list -> list.bucket(bucket).prefix(prefix).overrideConfiguration(patience.small()))) {
                now = date(page.sdkHttpResponse());
                whole(page)
                        .contents()
                        .forEach(object -> objects.add(new Written(
                                object.key(), object.lastModified(), Objects.requireNonNullElse(object.size(), 0L))));
            }
            return new Inventory(objects, now);
        });
    }

    /** Uploads in parts under a prefix that nobody has completed yet; what is completed or given up meanwhile is left out. */
    List<Unfinished> unfinished(String prefix) throws IOException {
        return call("listing the unfinished uploads of", prefix, () -> {
            List<Unfinished> found = new ArrayList<>();
            for (ListMultipartUploadsResponse page : client.listMultipartUploadsPaginator(
                    list -> list.bucket(bucket).prefix(prefix).overrideConfiguration(patience.small()))) {
                requireWhole(page.isTruncated() != null);
                for (MultipartUpload upload : page.uploads()) {
                    lastPart(upload)
                            .map(last -> new Unfinished(upload.key(), upload.uploadId(), last))
                            .ifPresent(found::add);
                }
            }
            return found;
        });
    }

    /** Empty if there is no such upload any more. */
    private Optional<Instant> lastPart(MultipartUpload upload) {
        try {
            Instant last = upload.initiated();
            for (ListPartsResponse page : client.listPartsPaginator(list -> list.bucket(bucket)
                    .key(upload.key())
                    .uploadId(upload.uploadId())
                    .overrideConfiguration(patience.small()))) {
                requireWhole(page.isTruncated() != null);
                for (Part part : page.parts()) {
                    last = part.lastModified().isAfter(last) ? part.lastModified() : last;
                }
            }
            return Optional.of(last);
        } catch (NoSuchUploadException e) {
            return Optional.empty();
        }
    }

    void abort(String key, String uploadId) throws IOException {
        call("giving up the upload of", key, () -> {
            try {
                return client.abortMultipartUpload(abort ->
                        abort.bucket(bucket).key(key).uploadId(uploadId).overrideConfiguration(patience.small()));
            } catch (NoSuchUploadException givenUpByAnother) {
                return null;
            }
        });
    }

    private static ListObjectsV2Response whole(ListObjectsV2Response page) {
        requireWhole(page.isTruncated() != null);
        return page;
    }

    /**
     * The HTTP client takes an answer that is cut among its headers for one with nothing in it: a run must not look as if it had
     * no checkpoints.
     */
    static void requireWhole(boolean isWhole) {
        if (!isWhole) {
            throw new CutAnswerException();
        }
    }

    /** Objects bear the server's time: by this machine's clock a live writer's could look old. */
    private static Instant date(SdkHttpResponse response) {
        try {
            return response.firstMatchingHeader("Date")
                    .map(date -> DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from))
                    .orElseGet(Instant::now);
        } catch (DateTimeParseException e) {
            return Instant.now();
        }
    }
}
