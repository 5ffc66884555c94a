package io.saddle.dataimport.source;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bytes of a source's file. What the disk says is told apart here from what a library says of them: both are I/O errors to it. */
final class SourceFile extends FilterInputStream {

    private final Path file;

    private SourceFile(Path file, InputStream in) {
        super(in);
        this.file = file;
    }

    /** @throws SourceAwayException here, and when it is read, if it cannot be */
    static InputStream open(Path file) throws SourceAwayException {
        try {
            return new BufferedInputStream(new SourceFile(file, Files.newInputStream(file)), 1 << 16);
        } catch (IOException e) {
            throw new SourceAwayException(file, e);
        }
    }

    @Override
    public int read() throws SourceAwayException {
        try {
            return super.read();
        } catch (IOException e) {
            throw new SourceAwayException(file, e);
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws SourceAwayException {
        try {
            return super.read(bytes, offset, length);
        } catch (IOException e) {
            throw new SourceAwayException(file, e);
        }
    }

    @Override
    public long skip(long bytes) throws SourceAwayException {
        try {
            return super.skip(bytes);
        } catch (IOException e) {
            throw new SourceAwayException(file, e);
        }
    }
}
