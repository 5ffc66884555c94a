package io.saddle.lab.bench.training;

import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.PythonPeer;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.stack.Distribution;
import io.saddle.stack.Home;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What workers of the training benches are tried with: a tiny network, 4 rows a step, 2 threads.
 *
 * @param model the folder of its weights
 */
record TinySubject(BenchContext context, TrainingSubject subject, Path model) {

    private static final String RUN = """
            name: tiny
            data: {images: "bundled:mnist10k"}
            model: {unet: {block_out_channels: [8, 8, 8], norm_num_groups: 4}}
            """;

    static TinySubject in(Path folder) throws IOException {
        LocalSettings settings = LocalSettings.load(new Home(folder), Map.of(), Map.of());
        Distribution project =
                new Distribution(Path.of("../..").toAbsolutePath().normalize());
        TrainingSubject subject = TrainingSubject.ofRun(new RunSpecParser().parse("tiny.yaml", RUN), 4, 2);
        Path model = folder.resolve("model");
        subject.write(model);
        return new TinySubject(new BenchContext(project, settings, new PythonPeer(Optional.empty())), subject, model);
    }
}
