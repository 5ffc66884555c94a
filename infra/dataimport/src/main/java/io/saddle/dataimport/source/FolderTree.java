package io.saddle.dataimport.source;

import io.saddle.dataimport.picture.UnreadablePictureException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a folder, which may be a link to one, and of the folders in it. Links to folders in it are refused: followed they could
 * lead round in circles, and passed over their pictures would be missing, as those of links that lead nowhere would.
 */
record FolderTree(String address, Path folder, List<String> files) implements Tree {

    /** Stands in a name for bytes that are no letter to this system, and leads back to no file. */
    private static final char NO_LETTER = '\uFFFD';

    static FolderTree of(Path folder) throws IOException {
        Path real = folder.toRealPath();
        try (Stream<Path> walked = Files.walk(real)) {
            List<String> files = new ArrayList<>();
            for (Path file : (Iterable<Path>) walked::iterator) {
                String name = real.relativize(file).toString().replace(File.separatorChar, '/');
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
        } catch (UncheckedIOException e) {
            throw new SourceAwayException(
                    e.getCause() instanceof FileSystemException known ? known.getFile() : folder, e.getCause());
        }
    }

    @Override
    public byte[] read(String file, String tooLarge) throws IOException {
        Path path = path(file);
        try (InputStream in = Files.newInputStream(path)) {
            return SafeNames.bounded(address, file, in, tooLarge);
        } catch (SourceException e) {
            throw e;
        } catch (IOException e) {
            throw new SourceAwayException(address + "/" + file, e);
        }
    }

    private Path path(String file) throws UnreadablePictureException {
        try {
            Path path = folder.resolve(file);
            if (file.indexOf(NO_LETTER) < 0 || Files.exists(path)) {
                return path;
            }
        } catch (InvalidPathException e) {
            // There is no such letter in this system's names: the file's are others.
        }
        throw new UnreadablePictureException("its name has letters that this system cannot tell: rename it");
    }
}
