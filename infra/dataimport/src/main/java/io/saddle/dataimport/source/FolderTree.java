package io.saddle.dataimport.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a folder, which may be a link to one, and of the folders in it. Links to folders in it are refused: followed they could
 * lead round in circles, and passed over their pictures would be missing, as those of links that lead nowhere would.
 */
record FolderTree(String address, Path folder, List<String> files) implements Tree {

    static FolderTree of(Path folder) throws IOException {
        Path real = folder.toRealPath();
        try (Stream<Path> walked = Files.walk(real)) {
            List<String> files = new ArrayList<>();
            for (Path file : (Iterable<Path>) walked::iterator) {
                String name = real.relativize(file).toString().replace('\\', '/');
                if (SafeNames.isHidden(name)) {
                    continue;
                }
                if (Files.isSymbolicLink(file) && Files.isDirectory(file)) {
                    throw new SourceException(folder + ": '" + SafeNames.shown(name)
                            + "' is a link to a folder, which is not followed: put the folder itself there");
                }
                if (Files.isSymbolicLink(file) && !Files.exists(file)) {
                    throw new SourceException(folder + ": '" + SafeNames.shown(name)
                            + "' is a link to what is not there: fetch that, or remove the link");
                }
                if (Files.isRegularFile(file)) {
                    SafeNames.requirePrintable(folder.toString(), name);
                    files.add(name);
                }
            }
            files.sort(null);
            return new FolderTree(folder.toString(), real, files);
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
