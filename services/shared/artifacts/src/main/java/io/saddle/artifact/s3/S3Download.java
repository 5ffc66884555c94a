package io.saddle.artifact.s3;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.FileDigest;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Reads one object into a new file. A transfer that is cut goes on where it was cut, as long as the object is the same; what
 * has arrived must have the size and digest that the manifest says.
 */
final class S3Download {

    /** Tries in a row that bring nothing; those that bring something do not count. */
    private static final int IDLE_TRIES = 5;

    private static final int CHUNK = 1 << 16;
    private static final int PRECONDITION_FAILED = 412;

    private final S3Objects objects;
    private final S3Insistence insistence;
    private final String uri;
    private final String key;
    private final FileDigest expected;
    private final FileDigest.Meter received = new FileDigest.Meter();
    private boolean begun;
    private String tag;

    /** @param uri of the artifact that it belongs to, for messages */
    S3Download(S3Objects objects, String uri, String key, FileDigest expected) {
        this.objects = objects;
        this.insistence = new S3Insistence(objects.patience());
        this.uri = uri;
        this.key = key;
        this.expected = expected;
    }

    /**
     * @throws ArtifactException if the object is missing, is not what was expected, or does not come
     */
    void to(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            int idle = 0;
            while (idle < IDLE_TRIES && (!begun || received.bytes() < expected.bytes())) {
                long before = received.bytes();
                IOException cut = receive(out);
                idle = received.bytes() > before ? 0 : idle + 1;
                if (cut != null && idle == IDLE_TRIES) {
                    throw objects.failures().of("reading", key, cut);
                }
            }
            if (idle == IDLE_TRIES) {
                throw objects.failures()
                        .of("reading", key, new EOFException("the answer was cut short again and again"));
            }
        }
        FileDigest found = received.digest();
        if (!found.equals(expected)) {
            throw damaged("came " + found.bytes() + " bytes with sha256 " + found.sha256() + ", its manifest says "
                    + expected.bytes() + " with " + expected.sha256());
        }
    }

    /** Returns why the transfer was cut; null if it was not. */
    private IOException receive(OutputStream out) throws IOException {
        try (ResponseInputStream<GetObjectResponse> in = request()) {
            byte[] chunk = new byte[CHUNK];
            while (true) {
                int read;
                try {
                    read = in.read(chunk);
                } catch (IOException e) {
                    in.abort();
                    return e;
                }
                if (read < 0) {
                    return null;
                }
                out.write(chunk, 0, read);
                received.add(chunk, read);
            }
        }
    }

    private ResponseInputStream<GetObjectResponse> request() throws IOException {
        long from = received.bytes();
        ResponseInputStream<GetObjectResponse> in = insistence.on(() -> objects.call("reading", key, () -> {
            try {
                return objects.client().getObject(get -> {
                    get.bucket(objects.bucket())
                            .key(key)
                            .overrideConfiguration(objects.patience().unhurried());
                    if (from > 0) {
                        get.ifMatch(tag).range("bytes=" + from + "-");
                    }
                });
            } catch (NoSuchKeyException e) {
                return null;
            } catch (S3Exception e) {
                if (e.statusCode() == PRECONDITION_FAILED) {
                    return null;
                }
                throw e;
            }
        }));
        if (in == null) {
            throw new ArtifactException(
                    Reason.MISSING,
                    "artifact " + uri + ": object " + key + " in bucket " + objects.bucket()
                            + " is not there, or became another while it was read");
        }
        requireExpected(in, from);
        begun = in.response().contentLength() != null;
        if (from == 0) {
            tag = in.response().eTag();
        }
        return in;
    }

    /** Before the disk is filled with what nobody announced. */
    private void requireExpected(ResponseInputStream<GetObjectResponse> in, long from) throws ArtifactException {
        Long comes = in.response().contentLength();
        // Without a length the answer was cut among its headers, and brings nothing.
        if (comes != null && from + comes != expected.bytes()) {
            in.abort();
            throw damaged("come " + (from + comes) + " bytes, its manifest says " + expected.bytes());
        }
    }

    private ArtifactException damaged(String how) {
        return new ArtifactException(
                Reason.DAMAGED,
                "artifact " + uri + " is damaged: of object " + key + " in bucket " + objects.bucket() + " " + how
                        + "; take another one and check who else writes to the bucket");
    }
}
