package io.saddle.service;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The build of a process: its version and the commit that it was made of, such as {@code 0.1.0+1a2b3c4}, with {@code .changed} behind it
 * where something was not committed. All builds between two releases have the same version.
 */
public final class Build {

    private static final String FILE = "commit.properties";

    private Build() {}

    /** The build of a version; of a tree that was no checkout the version alone. */
    public static String of(String version) {
        try (InputStream in = Build.class.getResourceAsStream(FILE)) {
            Properties commit = new Properties();
            if (in != null) {
                commit.load(in);
            }
            return of(version, commit);
        } catch (IOException e) {
            throw new UncheckedIOException("the jar's own " + FILE + " cannot be read", e);
        }
    }

    /** @param commit as git-commit-id-maven-plugin writes it */
    static String of(String version, Properties commit) {
        String id = commit.getProperty("git.commit.id.abbrev", "");
        return id.isEmpty()
                ? version
                : version + "+" + id + (Boolean.parseBoolean(commit.getProperty("git.dirty")) ? ".changed" : "");
    }
}
