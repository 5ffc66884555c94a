package io.saddle.lab.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.cli.Saddle;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.StackOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.lab.bench.Machine;
import io.saddle.lab.report.StackVisit;
import io.saddle.model.data.StoredDataSets;
import io.saddle.stack.Distribution;
import io.saddle.stack.LocalSettings;
import io.saddle.stack.Setting;
import io.saddle.stack.Stack;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A study: a matrix of runs over seeds. */
@Command(
        name = "study",
        description = {
            "Trains every variant of a study for every seed through the real services, judges each, and ends with a page,"
                    + " JSON, and tables of mean and 95 %% interval over seeds in docs/evidence.md.",
            "",
            "A run's numbers are kept as soon as it is done, and never made twice: a study that was cut off goes on when it is"
                    + " started again, on another day or another machine. What a study needs and is not there skips it, with the"
                    + " reason. --quick keeps its results in --home and leaves the document alone."
        },
        footer = {
            "  ./saddle experiment study rare-digits --data ../shared/data --judges ../shared/models",
            "  ./saddle experiment study rare-digits --data ../shared/data --judges ../shared/models --quick",
            "  ./saddle experiment study rare-digits --only free,held --seeds 1,2 --data DIR --judges DIR",
            "  ./saddle experiment study rare-digits --data DIR --judges DIR --pipeline | ./saddle pipeline submit -"
        })
public final class StudyCommand extends PrintingCommand {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The variable of the services' setting saddle.data.roots. */
    private static final String DATA_ROOTS = "SADDLE_DATA_ROOTS";

    /** As in a specification. */
    private static final long MOST_SEED = 1_000_000_000;

    @Parameters(
            paramLabel = "NAME",
            description = "A study of infra/examples/studies, or the path of a file (NAME.yaml).")
    private String name;

    @Mixin
    private StackOptions stackOptions;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of the data sets that studies name as $${data}.")
    private Path data;

    @Option(
            names = "--judges",
            paramLabel = "DIR",
            description = "Folder of the TorchScript files that studies name as $${judges}.")
    private Path judges;

    @Option(names = "--quick", description = "The first seed alone, and the shorter runs that the study has for that.")
    private boolean quick;

    @Option(names = "--only", split = ",", paramLabel = "VARIANT", description = "Some of the variants.")
    private List<String> only;

    @Option(names = "--seeds", split = ",", paramLabel = "N", description = "Other seeds than the study's.")
    private List<Long> seeds;

    @Option(
            names = "--seats",
            paramLabel = "N",
            description = "Runs that are trained at the same time (default: as many as the trainer takes,"
                    + " $SADDLE_TRAINER_MAX_CONCURRENT_RUNS, else 1).")
    private Integer seats;

    @Option(
            names = "--evidence",
            paramLabel = "FOLDER",
            description =
                    "Where each run's JSON goes, in a folder of the study's name; evidence.md lies beside it"
                            + " (default: docs/evidence). With --quick a folder NAME-quick (default: in --home), and no document.")
    private Path evidence;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where the page goes (default: studies/NAME in --home).")
    private Path out;

    @Option(names = "--tables", description = "Trains nothing: writes page and tables from the results that are there.")
    private boolean tablesAlone;

    @Option(
            names = "--pipeline",
            description =
                    "Trains nothing: prints the study's runs as a pipeline, a matrix of seeds and variants, for a cluster"
                            + " ('./saddle pipeline submit -').")
    private boolean asPipeline;

    @Override
    protected int run(PrintWriter terminal) throws Exception {
        Distribution distribution = Distribution.locate();
        Path file = file(distribution.examples().resolve("studies"));
        Study study = StudyParser.read(file);
        LocalSettings settings = stackOptions.settings();
        Places places = new Places(
                data, judges, file.toAbsolutePath().getParent(), settings.home().folder());
        if (asPipeline) {
            return printPipeline(study, places, terminal);
        }
        List<PlannedRun> runs = StudyPlan.of(study, chosen(study), chosenSeeds(study), quick);
        ResultFolder results = new ResultFolder(results(distribution, settings, study));
        Map<String, String> missing = new TreeMap<>();
        if (!tablesAlone && runs.stream().anyMatch(run -> results.find(run).isEmpty())) {
            Optional<String> reason = places.missing(named(study, runs), study.made());
            if (reason.isPresent()) {
                say("SKIPPED " + study.name() + ": not there: " + reason.get());
                return ExitCode.INVALID_INPUT;
            }
            missing.putAll(train(distribution, settings, study, places, runs, results));
        }
        return conclude(settings, study, runs, results, missing);
    }

    private int printPipeline(Study study, Places places, PrintWriter out) {
        if (quick || tablesAlone) {
            throw new CommandException(ExitCode.INVALID_INPUT, "--pipeline goes without --quick and --tables");
        }
        places.missing(named(study, StudyPlan.of(study, chosen(study), chosenSeeds(study), false)), study.made())
                .ifPresent(reason -> {
                    throw new CommandException(ExitCode.INVALID_INPUT, "not there: " + reason);
                });
        out.print(StudyPipeline.of(study, chosen(study), chosenSeeds(study), places));
        return ExitCode.OK;
    }

    private Path file(Path studies) {
        Path given = Path.of(name);
        Path file = Files.isRegularFile(given) ? given : studies.resolve(name + ".yaml");
        if (Files.isRegularFile(file)) {
            return file;
        }
        throw new CommandException(
                ExitCode.INVALID_INPUT,
                "there is no study '" + name + "' in " + studies + "; there are " + String.join(", ", names(studies)));
    }

    private static List<String> names(Path studies) {
        try (Stream<Path> files = Files.list(studies)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".yaml"))
                    .map(file -> file.substring(0, file.length() - ".yaml".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private Set<String> chosen(Study study) {
        Set<String> all = variants(study);
        if (only == null) {
            return all;
        }
        only.stream().filter(variant -> !all.contains(variant)).findFirst().ifPresent(variant -> {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "--only: there is no variant '" + variant + "'; there are " + String.join(", ", all));
        });
        return Set.copyOf(only);
    }

    private static Set<String> variants(Study study) {
        return study.variants().stream().map(Study.Variant::name).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private List<Long> chosenSeeds(Study study) {
        List<Long> chosen = seeds == null ? study.seeds() : seeds;
        if (Set.copyOf(chosen).size() < chosen.size()
                || chosen.stream().anyMatch(seed -> seed < 0 || seed > MOST_SEED)) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "--seeds: different whole numbers from 0 to " + MOST_SEED + ", were " + chosen);
        }
        return quick ? chosen.subList(0, 1) : chosen;
    }

    private Path results(Distribution distribution, LocalSettings settings, Study study) {
        // Short runs never stand beside whole ones.
        if (quick) {
            return (evidence != null ? evidence : settings.home().folder().resolve("studies"))
                    .resolve(study.name() + "-quick");
        }
        return (evidence != null ? evidence : distribution.root().resolve("docs/evidence")).resolve(study.name());
    }

    /** Everything of a study that may name a file. */
    private static JsonNode named(Study study, List<PlannedRun> runs) {
        List<Object> all = new ArrayList<>();
        runs.forEach(run -> all.add(run.specification()));
        all.add(study.heldOut());
        study.preparations().forEach(preparation -> all.add(preparation.commands()));
        return JSON.valueToTree(all);
    }

    private Map<String, String> train(
            Distribution distribution,
            LocalSettings settings,
            Study study,
            Places places,
            List<PlannedRun> runs,
            ResultFolder results)
            throws IOException, InterruptedException {
        Stack stack = Stack.leashed(
                distribution,
                settings,
                Map.of(DATA_ROOTS, places.dataRoots(System.getenv(DATA_ROOTS), distribution.root())),
                this::say);
        // Its runs go on when the study is called again.
        try (StackVisit visit = StackVisit.begin(stack, stack.names(), false, () -> {}, this::say)) {
            for (Study.Preparation preparation : study.preparations()) {
                prepare(settings, preparation, places);
            }
            JsonNode machine = Machine.describe(distribution.root());
            try (RunJudge judge = new RunJudge(settings, study, places, machine, commandLine(study))) {
                return new StudyRunner(settings.kafka(), new ConsoleClient(settings), results, places, judge, this::say)
                        .run(runs, seats());
            }
        }
    }

    private int seats() {
        if (seats != null) {
            atLeast("--seats", seats, 1);
            return seats;
        }
        String trainers = System.getenv("SADDLE_TRAINER_MAX_CONCURRENT_RUNS");
        return trainers == null || trainers.isBlank() ? 1 : Integer.parseInt(trainers.strip());
    }

    private void prepare(LocalSettings settings, Study.Preparation preparation, Places places) throws IOException {
        PreparationMarks marks = new PreparationMarks(settings.home().folder().resolve("studies/prepared"));
        if (isThere(settings, preparation, places)) {
            marks.requireNoOther(preparation);
            return;
        }
        for (List<String> words : preparation.commands()) {
            List<String> arguments = new ArrayList<>();
            words.forEach(word -> arguments.add(places.resolved(word)));
            arguments.addAll(List.of("--home", settings.home().folder().toString()));
            Stream.of(Setting.values())
                    .filter(setting -> !settings.text(setting).isEmpty())
                    .forEach(setting -> arguments.add("--set=" + setting.key() + "=" + settings.text(setting)));
            say("./saddle " + String.join(" ", words));
            int exitCode = Saddle.commandLine().execute(arguments.toArray(String[]::new));
            if (exitCode != ExitCode.OK) {
                throw new CommandException(
                        exitCode, preparation.words() + " could not be made: " + String.join(" ", words));
            }
        }
        marks.put(preparation);
    }

    private static boolean isThere(LocalSettings settings, Study.Preparation preparation, Places places)
            throws IOException {
        return preparation.dataset() == null
                ? Files.exists(Path.of(places.resolved(preparation.file())))
                : !new StoredDataSets(ArtifactStores.open(settings.artifacts()))
                        .versions(preparation.dataset())
                        .isEmpty();
    }

    /** What was typed, without this machine's folders. */
    private String commandLine(Study study) {
        StringBuilder line = new StringBuilder("./saddle experiment study ").append(study.name());
        if (only != null) {
            line.append(" --only ").append(String.join(",", only));
        }
        if (seeds != null) {
            line.append(" --seeds ").append(seeds.stream().map(String::valueOf).collect(Collectors.joining(",")));
        }
        return line.append(quick ? " --quick" : "")
                .append(" --data DIR --judges DIR")
                .toString();
    }

    /** Everything that the study could have a result of: a part that was asked for does not take the rest from the tables. */
    private List<PlannedRun> whole(Study study, ResultFolder results) {
        List<Long> all = chosenSeeds(study);
        if (!quick) {
            all = Stream.of(study.seeds(), all, results.seeds())
                    .flatMap(List::stream)
                    .distinct()
                    .toList();
        }
        return StudyPlan.of(study, variants(study), all, quick);
    }

    private int conclude(
            LocalSettings settings,
            Study study,
            List<PlannedRun> runs,
            ResultFolder results,
            Map<String, String> failures)
            throws IOException {
        List<PlannedRun> whole = whole(study, results);
        List<RunResult> found =
                whole.stream().map(results::find).flatMap(Optional::stream).toList();
        Map<String, String> missing = new TreeMap<>(failures);
        whole.stream()
                .filter(run -> results.find(run).isEmpty())
                .forEach(run -> missing.putIfAbsent(
                        run.toString(),
                        results.isOutdated(run)
                                ? "its result is of an earlier version of the study"
                                : "not trained yet"));
        if (found.isEmpty()) {
            say("no run of " + study.name() + " has a result"
                    + (whole.stream().anyMatch(results::isOutdated)
                            ? " that follows from the study as it is now; tables are left as they are"
                            : ""));
            return ExitCode.FAILED;
        }
        Path page = out != null
                ? out
                : settings.home().folder().resolve("studies").resolve(study.name() + (quick ? "-quick" : ""));
        new StudyOutput(page, results, !quick, this::say).write(StudyFindings.of(study, found, missing));
        return runs.stream().allMatch(run -> results.find(run).isPresent()) ? ExitCode.OK : ExitCode.FAILED;
    }
}
