package io.saddle.dataimport.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of a folder and of the folders in it; links to folders are not followed. */
record FolderTree(String address, Path folder, List<String> files) implements Tree {

    static FolderTree of(Path folder) throws IOException {
        try (Stream<Path> walked = Files.walk(folder)) {
            List<String> files = walked.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> !SafeNames.isHidden(name))
                    .sorted()
                    .toList();
            for (String file : files) {
                SafeNames.requirePrintable(folder.toString(), file);
            }
            return new FolderTree(folder.toString(), folder, files);
        } catch (java.io.UncheckedIOException e) {
            throw new SourceException(
                    folder + " cannot be read: " + e.getCause().getMessage(), e);
        }
    }

    @Override
    public byte[] read(String file) throws IOException {
        try (InputStream in = Files.newInputStream(folder.resolve(file))) {
            return SafeNames.bounded(address, file, in);
        }
    }
}
