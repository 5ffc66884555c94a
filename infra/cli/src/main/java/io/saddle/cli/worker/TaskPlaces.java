package io.saddle.cli.worker;

import io.saddle.model.data.DataRoots;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The places on a worker's machine that tasks may name.
 *
 * @param roots folders: whoever defines a pipeline is not to learn what else lies there
 * @param store where runs' artifacts lie, if that is a folder. Tasks read from it; what they make there would be taken for a run's
 *     own, whoever's it is
 */
record TaskPlaces(DataRoots roots, Optional<Path> store) {

    /**
     * Those of a worker of a stack: anything that its user reads, unless the variable that the services go by says which; then those, its own
     * and the artifacts' besides.
     *
     * @param variable null where it is not set
     */
    static TaskPlaces of(String variable, LocalSettings settings) {
        URI artifacts = settings.artifactsRoot();
        Optional<Path> store =
                "file".equals(artifacts.getScheme()) ? Optional.of(Path.of(artifacts)) : Optional.empty();
        if (variable == null || variable.isBlank()) {
            return new TaskPlaces(DataRoots.ANYWHERE, store);
        }
        List<String> roots = new ArrayList<>(List.of(variable.split(",")));
        roots.add(settings.home().folder().toString());
        roots.add(System.getProperty("java.io.tmpdir"));
        store.ifPresent(folder -> roots.add(folder.toString()));
        return new TaskPlaces(new DataRoots(roots), store);
    }

    /**
     * Looks at what a task names.
     *
     * @param target what it makes; empty where its commands see to that
     * @throws IOException naming the place, if it may not
     */
    void require(List<String> paths, Optional<Path> target) throws IOException {
        for (String path : paths) {
            roots.path(path);
        }
        if (target.isPresent() && store.isPresent() && real(target.get()).startsWith(real(store.get()))) {
            throw new IOException(target.get() + " lies in the artifact store, " + store.get()
                    + ", in which runs alone put something: name a folder outside of it");
        }
    }

    private static Path real(Path path) {
        return DataRoots.real(path.toAbsolutePath().normalize());
    }
}
