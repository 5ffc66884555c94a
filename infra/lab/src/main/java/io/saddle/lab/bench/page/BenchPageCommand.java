package io.saddle.lab.bench.page;

import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.BenchSubcommand;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The bench of the page: how long people wait for it. */
@Command(
        name = "page",
        description = {
            "The console's page in a real browser: until the list of many runs and a long run are there, and until a record"
                    + " is seen.",
            "Needs Chromium and its driver. Starts a console of its own on free ports, in a folder of its own that is"
                    + " deleted at the end."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  ./saddle bench page", "  ./saddle bench page --runs 500 --summaries 1000000 --json page.json"})
public final class BenchPageCommand extends BenchSubcommand {

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "100",
            description = "Runs in the list (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--summaries",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Primal steps of the long run (default: ${DEFAULT-VALUE}).")
    private int summaries;

    @Option(
            names = "--loads",
            paramLabel = "N",
            defaultValue = "20",
            description = "Loads of each page (default: ${DEFAULT-VALUE}).")
    private int loads;

    @Option(
            names = "--updates",
            paramLabel = "N",
            defaultValue = "50",
            description = "Records whose way to the page is timed (default: ${DEFAULT-VALUE}).")
    private int updates;

    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException, InterruptedException {
        PageBench.Options options = new PageBench.Options(
                atLeastOne("--runs", runs),
                atLeastOne("--summaries", summaries),
                atLeastOne("--loads", loads),
                atLeastOne("--updates", updates));
        return List.of(new PageBench(options, context.folder("page"), this::say).measure());
    }
}
