package io.saddle.console;

import io.saddle.console.lifecycle.StoredArtifacts;
import io.saddle.run.spec.RunModelAddress;
import io.saddle.schema.RunMetadata;
import io.saddle.schema.TrainingRun;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** The lines of the list of runs. */
@ApplicationScoped
public class RunSummaries {

    private final TopicFeed feed;
    private final RunSpecs specs;
    private final StoredArtifacts stored;
    private final Clock clock;

    public RunSummaries(TopicFeed feed, RunSpecs specs, StoredArtifacts stored, Clock clock) {
        this.feed = feed;
        this.specs = specs;
        this.stored = stored;
        this.clock = clock;
    }

    /**
     * A page of the list.
     *
     * @param total on all pages
     */
    record Found(List<RunSummary> lines, int total) {}

    /** Those that a filter lets through, as far as they are on the page. */
    Found find(RunFilter filter, ListPage page) {
        WaitingRuns waiting = waiting();
        List<TrainingRun> runs = feed.tables().runs().stream()
                .filter(run -> filter.lifecycles().contains(feed.tables().lifecycle(run.getRunId())))
                .toList();
        if (filter.isOfLifecyclesAlone()) {
            // Asked for every second by whoever looks at the list: no line is made that is not on the page.
            return new Found(page.of(runs).stream().map(run -> of(run, waiting)).toList(), runs.size());
        }
        List<RunSummary> all = runs.stream()
                .map(run -> of(run, waiting))
                .filter(filter::matches)
                .toList();
        return new Found(page.of(all), all.size());
    }

    RunSummary of(TrainingRun run) {
        boolean mayWait = WaitingRuns.mayWait(run, feed.views().status(run.getRunId()), feed.workers()::hasGone);
        return of(run, mayWait ? waiting() : WaitingRuns.NONE);
    }

    /** Those that descend from the same run, the run itself among them, the oldest first. */
    List<RunSummary> lineage(TrainingRun run) {
        WaitingRuns waiting = waiting();
        return new Lineage(
                        feed.tables().runs(),
                        one -> specs.initialModel(one)
                                .flatMap(RunModelAddress::of)
                                .map(RunModelAddress::run))
                .of(run).stream().map(one -> of(one, waiting)).toList();
    }

    private WaitingRuns waiting() {
        return WaitingRuns.of(
                feed.tables(),
                feed.views()::status,
                feed.evaluators().onTime(Absences.TRAINER),
                feed.workers()::hasGone,
                clock.instant());
    }

    private RunSummary of(TrainingRun run, WaitingRuns waiting) {
        String runId = run.getRunId();
        Absences absences = new Absences(feed);
        return RunSummary.of(
                run,
                specs.of(run),
                labels(run),
                feed.tables().lifecycle(runId),
                feed.views().status(runId),
                waiting.of(runId),
                absences.of(run),
                feed.views().score(runId),
                feed.views().status(runId).flatMap(feed.views()::unjudged),
                absences.judgeIsAlive(),
                // What is younger than the last look takes something all the same.
                stored.of(runId).filter(there -> there.measuredAt().isAfter(run.getSubmittedAt())),
                clock.instant());
    }

    /** The specification's as long as nobody has said others. */
    Map<String, String> labels(TrainingRun run) {
        return feed.tables()
                .metadata(run.getRunId())
                .map(RunMetadata::getLabels)
                .orElseGet(() -> specs.labels(run));
    }
}
