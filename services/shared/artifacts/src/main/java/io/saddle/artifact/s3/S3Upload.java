package io.saddle.artifact.s3;

import io.saddle.artifact.ArtifactException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/**
 * Writes objects. What is larger than a part goes up in parts, each of which is tried again by itself; every request carries
 * the MD5 of its body, so that the server refuses what was damaged on the way.
 */
final class S3Upload {

    /** 16 MiB: one is held in memory. */
    static final long PART_BYTES = 16L << 20;

    private static final int MOST_PARTS = 10_000;

    private static final String BINARY = "application/octet-stream";

    private final S3Objects objects;
    private final S3Client client;
    private final String bucket;
    private final S3Insistence insistence;
    private final long leastPartBytes;

    /** @param leastPartBytes at least 5 MiB, or servers refuse it */
    S3Upload(S3Objects objects, long leastPartBytes) {
        this.objects = objects;
        this.client = objects.client();
        this.bucket = objects.bucket();
        this.insistence = new S3Insistence(objects.patience());
        this.leastPartBytes = leastPartBytes;
    }

    /** Bytes of each part but the last: servers take 10,000 of them. */
    static long partBytes(long fileBytes, long leastPartBytes) {
        return Math.max(leastPartBytes, (fileBytes + MOST_PARTS - 1) / MOST_PARTS);
    }

    void put(String key, byte[] bytes, String contentType) throws IOException {
        insist(
                "writing",
                key,
                () -> client.putObject(
                        put -> put.bucket(bucket)
                                .key(key)
                                .contentType(contentType)
                                .contentMD5(md5(bytes))
                                .overrideConfiguration(objects.patience().sending(bytes.length)),
                        body(bytes)));
    }

    /** The object is there whole or not at all. */
    void put(String key, Path file) throws IOException {
        touch(file);
        long bytes = Files.size(file);
        long partBytes = partBytes(bytes, leastPartBytes);
        try (InputStream in = Files.newInputStream(file)) {
            if (bytes <= partBytes) {
                put(key, read(in, bytes, file), BINARY);
            } else {
                putInParts(key, in, bytes, partBytes, file);
            }
        }
    }

    private void putInParts(String key, InputStream in, long bytes, long partBytes, Path file) throws IOException {
        String upload = insist(
                "writing",
                key,
                () -> said(client.createMultipartUpload(create -> create.bucket(bucket)
                                .key(key)
                                .contentType(BINARY)
                                .overrideConfiguration(objects.patience().small()))
                        .uploadId()));
        try {
            List<CompletedPart> parts = new ArrayList<>();
            for (long done = 0; done < bytes; done += partBytes) {
                touch(file);
                parts.add(part(key, upload, parts.size() + 1, read(in, Math.min(partBytes, bytes - done), file)));
            }
            complete(key, upload, parts, bytes);
        } catch (IOException | RuntimeException e) {
            giveUp(key, upload, e);
            throw e;
        }
    }

    /** What goes up for hours is not what a crashed process left (see {@link ArtifactCache#removeLeftovers}). */
    private static void touch(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    }

    /** Without it nothing of an upload goes on. */
    private static String said(String name) {
        S3Objects.requireWhole(name != null);
        return name;
    }

    private <T> T insist(String doing, String key, Supplier<T> request) throws IOException {
        return insistence.on(() -> objects.call(doing, key, request));
    }

    private CompletedPart part(String key, String upload, int number, byte[] bytes) throws IOException {
        String tag = insist(
                "writing part " + number + " of",
                key,
                () -> said(client.uploadPart(
                                part -> part.bucket(bucket)
                                        .key(key)
                                        .uploadId(upload)
                                        .partNumber(number)
                                        .contentMD5(md5(bytes))
                                        .overrideConfiguration(
                                                objects.patience().sending(bytes.length)),
                                body(bytes))
                        .eTag()));
        return CompletedPart.builder().partNumber(number).eTag(tag).build();
    }

    private void complete(String key, String upload, List<CompletedPart> parts, long bytes) throws IOException {
        insist("completing", key, () -> {
            try {
                return client.completeMultipartUpload(complete -> complete.bucket(bucket)
                        .key(key)
                        .uploadId(upload)
                        .multipartUpload(all -> all.parts(parts))
                        .overrideConfiguration(objects.patience().unhurried()));
            } catch (NoSuchUploadException e) {
                return null;
            }
        });
        // Servers answer before they are done, and the answer to a first try may be lost although it was completed.
        if (!insistence.on(() -> objects.has(key, bytes))) {
            String fault = "the upload was given up by somebody else, or by the server, while it went on";
            throw ArtifactException.unavailable(key + " in bucket " + bucket + ": " + fault, fault, true, null);
        }
    }

    /** What cannot be given up now, {@link S3Leftovers} finds later. */
    private void giveUp(String key, String upload, Exception failure) {
        try {
            objects.abort(key, upload);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static byte[] read(InputStream in, long bytes, Path file) throws IOException {
        byte[] read = in.readNBytes(Math.toIntExact(bytes));
        if (read.length < bytes) {
            throw new EOFException(file + ": became shorter while it was stored");
        }
        return read;
    }

    /** Not copied, and read from its beginning by every try. */
    private static RequestBody body(byte[] bytes) {
        return RequestBody.fromContentProvider(() -> new ByteArrayInputStream(bytes), bytes.length, BINARY);
    }

    private static String md5(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has MD5", e);
        }
    }
}
